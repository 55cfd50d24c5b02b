"""The quantities a planner changed in a report's workbook, held against the plan it was written from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from provision.domain.plan import Plan, Quantity
from provision.domain.problem import Problem
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput
from provision.intake.cells import BadCell, read_cell
from provision.intake.columns import Column
from provision.intake.near import nearest
from provision.intake.typed import written
from provision.intake.workbook import Leaf, Reckoned, open_sheets

PLAN, SCHOOL, OPTION = "plan", "school_id", "option"
"""What the sheet's hidden codes say: whose plan it is, and above which columns schools and options stand."""

Edits = dict[tuple[str, str, int], Quantity]
"""Items bought by school, option and school year."""

_QUANTITY = Column("quantity", "decimal", needed=False)


def read_edited(file: str | Path, plan: Plan, *, mark: str, sheets: Iterable[str]) -> Edits:
    """Return what the sheet of quantities in a workbook buys, in items; a row or cell that is gone buys nothing.

    ``mark`` is the fingerprint of the plan, ``sheets`` are the names the sheet may have.

    Raises
    ------
    FaultyInput
        With every cell that cannot be meant, or where the workbook is of another plan.

    """
    path = Path(file)
    if not path.is_file():
        raise FaultyInput([Fault("edited_missing", str(file))])
    leaf = next((leaf for name in sheets for leaf in open_sheets(path, name, every=True)), None)
    firsts: dict[str, int] = {}
    for at, line in enumerate(leaf.lines if leaf else ()):
        firsts.setdefault(line[0] if line else "", at)
    if leaf is None or not {PLAN, SCHOOL} <= firsts.keys():
        raise FaultyInput([Fault("edited_no_sheet", path.name, details={"sheets": ", ".join(sheets)})])
    if leaf.lines[firsts[PLAN]][1:2] != [mark]:
        raise FaultyInput([Fault("edited_other", path.name, firsts[PLAN] + 1, sheet=leaf.name)])
    faults: list[Fault] = []
    edits = _rows(leaf, firsts[SCHOOL], plan, faults)
    if faults:
        raise FaultyInput(replace(fault, file=path.name, sheet=leaf.name) for fault in faults)
    return edits


def _rows(leaf: Leaf, top: int, plan: Plan, faults: list[Fault]) -> Edits:
    """Return what the rows below their codes buy; what cannot be meant is added to the faults."""
    problem, heads = plan.problem, leaf.lines[top]
    years = {heads.index(name): y for y in problem.years if (name := format_school_year(y)) in heads}
    if OPTION not in heads or len(years) < len(problem.years):
        faults.append(Fault("edited_heads", "", top + 1))
        return {}
    done = {(p.school, p.option, p.year): p.quantity for p in plan.purchases if p.year not in problem.open_years}
    found: Edits = {}
    first: dict[tuple[str, str], int] = {}
    for at, line in enumerate(leaf.lines[top + 1 :], start=top + 1):
        cells = {place: line[place] for place in (0, heads.index(OPTION), *years) if place < len(line)}
        if not any(cells.values()):
            continue
        school, option = cells[0], cells.get(heads.index(OPTION), "")
        before = len(faults)
        faults.extend(_unknown(problem, school, option, at + 1))
        if (school, option) in first:
            faults.append(Fault("edited_twice", "", at + 1, details={"row": first[school, option]}))
        first.setdefault((school, option), at + 1)
        for place, year in years.items():
            try:
                quantity = _quantity(cells.get(place, ""), leaf.bad.get((at + 1, place)))
            except BadCell as bad:
                told, details = cells.get(place), {**bad.details}
                faults.append(Fault(bad.code, "", at + 1, heads[place], told, details=details))
                continue
            if len(faults) == before:
                faults.extend(_impossible(problem, (school, option, year), quantity, done, at + 1))
            if quantity:
                found[school, option, year] = quantity
    gone = [Fault("edited_done", "", column=format_school_year(y), found="0") for *_, y in done.keys() - found.keys()]
    faults.extend(gone if not faults else ())
    return found


def _unknown(problem: Problem, school: str, option: str, row: int) -> Iterator[Fault]:
    """Yield the codes of a row that are no school's of the plan, or of nothing that can be bought."""
    offered = {code for code, terms in problem.options.items() if terms.mode != "move"}
    if school not in problem.schools:
        yield Fault("edited_school", "", row, SCHOOL, school, near=nearest(school, problem.schools))
    if option not in offered:
        yield Fault("edited_option", "", row, OPTION, option, near=nearest(option, offered))


def _impossible(
    problem: Problem,
    key: tuple[str, str, int],
    quantity: Quantity,
    done: Mapping[tuple[str, str, int], Quantity],
    row: int,
) -> Iterator[Fault]:
    """Yield that a year carried out was changed, or that something has no price in a year it is bought in."""
    _, option, year = key
    told = format_school_year(year), str(quantity)
    if year not in problem.open_years:
        if quantity != done.get(key, 0):
            yield Fault("edited_done", "", row, *told)
    elif quantity and (option, year) not in problem.prices:
        yield Fault("edited_no_price", "", row, *told)


def _quantity(cell: str, blind: BadCell | None) -> Quantity:
    """Return what a cell buys, nothing where it is blank; whether it must be whole is for the rules to say."""
    if blind is not None:
        raise blind
    try:
        text = cell if isinstance(cell, Reckoned) else written(cell, _QUANTITY)
        quantity = Fraction(read_cell(text, _QUANTITY) or 0)
    except BadCell as bad:
        raise bad if bad.code == "number_ambiguous" else BadCell("edited_quantity") from None
    return int(quantity) if quantity.denominator == 1 else quantity

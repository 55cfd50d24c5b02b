"""How far is each school's need met at the end? Who shares a machine with how many, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from provision.domain.plan import Coverage, Plan, Quantity
from provision.questions.ratios import BASES, allowed, allowed_at, basis_in_force, first_need, shared_by
from provision.questions.sheets import Frame, frame
from provision.questions.years import year_of
from provision.text import Words

_LEVELS = ("primary", "lower_secondary", "combined")


def coverage_frame(plan: Plan, words: Words) -> Frame:
    """Return the schools that need or have machines in the last year, as numbers, worst served first.

    Pupils and pupils per machine stand on both ways of counting, the one in force first. *Before* is the first
    year the school needs machines, with its old ones alone; *after* is the last year. A cell without a number says
    that there is no machine to share, or nothing to be met.
    """
    problem, last = plan.problem, plan.problem.years[-1]
    first = first_need(plan)
    bases = sorted(BASES, key=lambda basis: basis != basis_in_force(problem))
    ends = [c for c in plan.machines if c.year == last and (c.need or c.have)]
    ends.sort(key=lambda c: (not c.need, -share_missing(c), -c.missing, problem.names[c.school], c.school))
    rows = []
    for c in ends:
        row: list[object] = [c.school, problem.names[c.school], words(f"level.{problem.levels[c.school]}")]
        row += [c.need, _plain(c.have), _plain(c.missing), _float(share_missing(c) if c.need else None)]
        row.append(_float(allowed_at(problem, c.school)))
        for basis in bases:
            start = first.get(c.school)
            before = problem.counted.get((basis, c.school, start.year), 0) if start else 0
            after = problem.counted.get((basis, c.school, last), 0)
            row += [after, _float(shared_by(before, start.stock) if start else None)]
            row.append(_float(shared_by(after, c.have)))
        rows.append(row)
    heads = [words(f"school.{head}") for head in ("code", "name", "level")]
    heads += [words(f"table.{head}") for head in ("need", "have", "missing")]
    heads += [words("school.share"), words("school.target")]
    for basis in bases:
        heads += [words(f"school.{head}", basis=words(f"basis.{basis}")) for head in ("pupils_of", "before", "after")]
    return frame(rows, heads)


def share_missing(c: Coverage) -> Fraction:
    """Return the share of a school's need that is missing, 0 where it needs nothing."""
    return Fraction(c.missing) / c.need if c.need else Fraction(0)


def bases(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return how many pupils share a machine before and after, a sentence a level and way of counting.

    The unit as a whole comes first. Counted are schools that need machines that year; a machine too many at one
    serves no other, so that an average may be met while schools are short.
    """
    problem = plan.problem
    found = {level: [c for c in plan.machines if problem.levels[c.school] == level] for level in _LEVELS}
    levels = [level for level, rows in found.items() if any(c.need for c in rows)]
    said = []
    for level in ["unit", *levels] if len(levels) > 1 else levels:
        rows = plan.machines if level == "unit" else found[level]
        name = words("school.whole_unit") if level == "unit" else words(f"level.{level}")
        said += [_shared(plan, rows, level, name, basis, words) for basis in BASES]
    return tuple(said)


def _shared(plan: Plan, rows: Iterable[Coverage], level: str, name: str, basis: str, words: Words) -> str:
    """Return how many pupils of the schools in need share a machine in the first year of need, and in the last."""
    problem, found = plan.problem, [c for c in rows if c.need]
    first = min(c.year for c in found)
    last = problem.years[-1]
    pupils = {
        y: sum(problem.counted.get((basis, c.school, y), 0) for c in found if c.year == y) for y in (first, last)
    }
    before = _said(pupils[first], sum(c.stock for c in found if c.year == first), words)
    after = _said(pupils[last], sum(c.have for c in found if c.year == last), words)
    said = words(
        "school.shared",
        level=name[0].upper() + name[1:],
        basis=words(f"basis.{basis}"),
        first=year_of(first, words, plan),
        schools_first=sum(c.year == first for c in found),
        before=before,
        last=year_of(last, words, plan),
        schools_last=sum(c.year == last for c in found),
        after=after,
    )
    if basis != basis_in_force(problem):
        return said
    need = sum(c.need for c in found if c.year == last)
    due = allowed(problem, level) or (Fraction(pupils[last], need) if need else None)
    return f"{said} {words('school.due', target=words.number(due, 1))}" if due is not None else said


def _said(pupils: int, machines: Quantity, words: Words) -> str:
    ratio = shared_by(pupils, machines)
    if ratio is not None:
        return words("school.per_machine", ratio=words.number(ratio, 1))
    return words("school.no_machine" if pupils else "school.no_pupil")


def _plain(quantity: Quantity) -> int | float:
    return quantity if isinstance(quantity, int) else float(quantity)


def _float(value: Fraction | None) -> float:
    return float("nan") if value is None else float(value)

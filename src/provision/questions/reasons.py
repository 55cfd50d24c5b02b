"""Why may two plans differ? Rows of the data, levers, norms of the roadmap, and what answered the question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import LEVERS, Scenario
from provision.domain.years import format_school_year
from provision.intake.columns import TABLES
from provision.questions.asking import Asked
from provision.questions.change import Counted, Reason, Value
from provision.store.summary import read_summary

_LOT = ("school_id", "item", "acquired", "condition", "life_years", "upkeep")
ROW_OF = {table.name: table.key for table in TABLES} | {"inventory": _LOT}
"""The columns that name a row; lots of one kind are one row, whose machines are added up."""

_HEEDED = {
    "schools": (
        *("level", "unit", "national_standard", "subject_groups", "disadvantaged", "labs"),
        *("open_from", "open_until", "merged_into"),
    ),
    "enrolment": ("pupils",),
    "inventory": ("quantity",),
    "frozen": ("quantity", "unit_price", "state"),
    "catalogue": ("price", "item", "mode", "life_years", "upkeep", "also_serves"),
    "budget": ("amount", "carry_over", "modes", "items", "schools"),
    "survival": ("share",),
}
"""The columns a plan is made from: a name, a source or a number of classes changes no purchase."""

_OF_SCHOOLS = ("schools", "enrolment", "inventory", "frozen", "pupils", "joined", "closed", "stock", "new")
"""The tables whose rows are of one school each, and what differs for one between two years."""

_Rows = Mapping[tuple[str, ...], Mapping[str, Value]]


def counted(before: Inputs, after: Inputs) -> tuple[Counted, ...]:
    """Return the input tables that differ, with how many rows are new, gone or changed in any column."""
    found = []
    for table in TABLES:
        was, now = (Counter(_filled(row) for row in one.tables[table.name]) for one in (before, after))
        gone, come = was - now, now - was
        keys = [{tuple(dict(row).get(k, "") for k in table.key) for row in rows} for rows in (gone, come)]
        changed = len(keys[0] & keys[1]) if table.key else 0
        if gone or come:
            found.append(Counted(table.name, come.total() - changed, gone.total() - changed, changed))
    return tuple(found)


def reasons(before: Asked, after: Asked) -> tuple[Reason, ...]:
    """Return all that differs between what two plans were asked."""
    return (
        *_data(before.inputs, after.inputs),
        *_levers(before.plan.problem.scenario, after.plan.problem.scenario),
        *norms(_norms(before.roadmap), _norms(after.roadmap)),
    )


def kin_of(*problems: Problem) -> Mapping[str, frozenset[str]]:
    """Return who a school is in the end: itself and those that merge into it, by school."""
    found = {school: {school} for problem in problems for school in problem.schools}
    for problem in problems:
        for (code, _), heir in problem.owners.items():
            if heir is not None:
                found[heir].add(code)
    return {school: frozenset(codes) for school, codes in found.items()}


def reaching(
    found: Sequence[Reason], kin: Mapping[str, frozenset[str]], *problems: Problem
) -> Callable[[str], tuple[int, ...]]:
    """Return who tells which reasons reach a school, by their places: rows of its kin, and what all share."""
    rows: dict[str, list[int]] = {}
    rest = []
    for at, reason in enumerate(found):
        if reason.table in _OF_SCHOOLS:
            rows.setdefault(reason.key[0], []).append(at)
        elif reason.kind != "answer":
            rest.append(at)

    def of(school: str) -> tuple[int, ...]:
        codes = kin.get(school, frozenset({school}))
        own = [at for code in codes for at in rows.get(code, ())]
        return tuple(sorted([*own, *(at for at in rest if _touches(found[at], school, codes, problems))]))

    return of


def _touches(reason: Reason, school: str, kin: frozenset[str], problems: Sequence[Problem]) -> bool:
    """Say whether what differs, and is no row of a school, reaches one."""
    kind, key = reason.table, reason.key
    if kind in ("overrides", "fund_factor"):
        kind, key = ("budget", ("", *key)) if kind == "fund_factor" else (key[0], key[1:])
    if kind in (*_OF_SCHOOLS, "buy"):
        return key[0] in kin
    if kind == "budget":
        purses = [purse for p in problems for ((_, fund), _), purse in p.purses.items() if fund == key[1]]
        return any(purse.schools is None or purse.schools & kin for purse in purses)
    levels = {p.levels[school] for p in problems if school in p.levels}
    if kind == "ratio":
        return bool(levels & {key[0], "combined"})
    if kind == "phase":
        counts = any(is_counted(key[1], p.scenario) for p in problems)
        return counts and (not key[2] or bool(kin & set(key[2].split(";"))))
    return True


def is_counted(status: str, scenario: Scenario) -> bool:
    """Say whether grades taught with a status are counted in the need."""
    return status == "mandatory" or (status == "optional" and scenario.optional_grades)


def is_own(reason: Reason) -> bool:
    """Say whether what differs is of single schools: their rows, their cells, a phase that names them."""
    cell = reason.table == "overrides" and reason.key[0] in ("enrolment", "buy")
    return cell or reason.table in _OF_SCHOOLS or (reason.table == "phase" and reason.key[2] != "")


def norms(before: _Rows, after: _Rows) -> Iterator[Reason]:
    """Yield the norms that differ, each with the section that states it; the first part of a key is its kind."""
    for reason in _differing("roadmap", "", before, after):
        if reason.column != "section":
            row = after.get(reason.key) or before[reason.key]
            table, *key = reason.key
            yield Reason(
                "roadmap", table, tuple(key), reason.column, reason.before, reason.after, str(row["section"])
            )


def _filled(row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((k, v) for k, v in row.items() if v))


def _data(before: Inputs, after: Inputs) -> Iterator[Reason]:
    for table in _HEEDED:
        yield from _differing("data", table, _rows(before, table), _rows(after, table))


def _rows(inputs: Inputs, table: str) -> _Rows:
    """Return what a plan heeds of a table's rows, by what names a row."""
    found: dict[tuple[str, ...], dict[str, Value]] = {}
    for row in inputs.tables[table]:
        key = tuple(row.get(column, "") for column in ROW_OF[table])
        if table == "inventory":
            found[key] = {"quantity": int(str(found.get(key, {}).get("quantity", 0))) + int(row["quantity"])}
        else:
            found[key] = {column: row.get(column, "") for column in _HEEDED[table]}
    return found


def _differing(kind: str, table: str, before: _Rows, after: _Rows) -> Iterator[Reason]:
    """Yield the cells that differ; a row that is new or gone is told by its first cell."""
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        row = now if now is not None else was or {}
        for column in row if was is not None and now is not None else list(row)[:1]:
            cells = (None if one is None else one.get(column) for one in (was, now))
            if (left := next(cells)) != (right := next(cells)):
                yield Reason(kind, table, key, column, left, right)


def _levers(before: Scenario, after: Scenario) -> Iterator[Reason]:
    """Yield the levers that differ, those of many cells cell by cell; computing time changes no question."""
    for lever in LEVERS:
        if lever.group == "futures":
            continue  # it is of plans that are tried, and changes none
        was, now = (getattr(one, lever.name) for one in (before, after))
        if isinstance(now, Mapping):
            cells = ({tuple(key.split("/")): {"": value} for key, value in one.items()} for one in (was, now))
            yield from _differing("lever", lever.name, *cells)
        elif was != now:
            yield Reason("answer" if lever.name == "time_limit" else "lever", lever.name, before=was, after=now)


def _norms(pack: Roadmap) -> _Rows:
    """Return what a roadmap states that a plan heeds, by kind and by what it is of."""
    counting = {"ratio_basis": pack.ratio_basis, "rounding": pack.rounding, "arrangement": pack.arrangement}
    found: dict[tuple[str, ...], dict[str, Value]] = {
        ("pack",): {"document": pack.document, "section": ""},
        ("counting",): {**counting, "section": ""},
    }
    for phase in pack.phases:
        key = ("phase", format_school_year(phase.year), phase.status, ";".join(sorted(phase.schools)))
        found[key] = phase_told(phase.grades, pack.stated_in(phase), found.get(key))
    for ratio in pack.ratios:
        told: dict[str, Value] = {"pupils_per_machine": float(ratio.pupils_per_machine)}
        found["ratio", ratio.level] = told | {"section": pack.stated_in(ratio)}
    for m in pack.minimums:
        told = {"quantity": m.quantity, "weight": float(m.weight), "section": pack.stated_in(m)}
        found["minimum", m.item, m.per, ";".join(m.levels), m.where, m.arrangement, m.machine] = told
    for number, lab in enumerate(pack.labs):
        told = {"seats": lab.seats, "gate": lab.gate, "ordinary_seats": lab.ordinary_seats}
        found["lab", str(number + 1)] = told | {"section": pack.stated_in(lab)}
    return found


def phase_told(grades: frozenset[int], section: str, beside: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """Return the grades of a phase with its section, united with what another row of the same phase says."""
    told = beside["grades"] if beside else ()
    known = {int(grade) for grade in told} if isinstance(told, tuple) else set()
    sections = dict.fromkeys([*([str(beside["section"])] if beside else []), section])
    return {"grades": tuple(map(str, sorted(known | grades))), "section": "; ".join(sections)}


def answers(before: Asked, after: Asked) -> Iterator[Reason]:
    """Yield what may answer one question in two ways: other programs, a search that a clock ended."""
    told = [read_summary(one.folder)["versions"] if one.folder else {} for one in (before, after)]
    for program in sorted(told[0].keys() | told[1].keys()):
        was, now = (str(one.get(program, "")) for one in told)
        if was != now:
            yield Reason("answer", "version", (program,), before=was, after=now)
    ended = [plan.reproducible for plan in (before.plan, after.plan)]
    if not all(ended):
        yield Reason("answer", "clock", before=not ended[0], after=not ended[1])

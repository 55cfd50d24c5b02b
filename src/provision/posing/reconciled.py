"""What became of every row: pupils year by year from the tables to the plan, and rows the plan makes nothing of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

from provision.demand import grades_taught
from provision.domain.catalogue import Option, compound
from provision.domain.inputs import Inputs, Row
from provision.domain.inventory import Lot
from provision.domain.problem import LAB, Problem
from provision.domain.reconciliation import Headcount, Reconciliation, Unused
from provision.domain.scenario import exact
from provision.domain.school import School
from provision.posing.needs import with_named_successors
from provision.posing.things import cohorts_of_lot

Pupils = Mapping[tuple[str, int, int], int]
Rows = dict[tuple[str, int], int]
"""Pupils of one school year by school and grade, as rows tell them."""

Reasons = Iterator[tuple[str, str | None, int]]
"""A row of a table at a time: the table, why the plan makes nothing of it (None: it is used), and its pupils."""


def reconcile(problem: Problem, pupils: Pupils, *, stated: Inputs, given: Inputs) -> Reconciliation:
    """Return what became of the rows a problem was posed from.

    ``stated`` are the tables' own rows, ``given`` those with projected years and the scenario's cells, ``pupils``
    what the need was counted from: by owner, school year and grade.
    """
    found: Counter[tuple[str, str | None]] = Counter()
    people: Counter[tuple[str, str | None]] = Counter()
    for reasons in (_enrolment, _inventory, _catalogue, _budget, _staff, _others):
        for table, reason, count in reasons(problem, stated):
            found[table, reason] += 1
            people[table, reason] += count
    read: Counter[str] = Counter()
    for (table, _), rows in found.items():
        read[table] += rows
    rows_of, planned = _by_year(problem, stated), _planned(problem, pupils)
    meant = rows_of if given.enrolment == stated.enrolment else _by_year(problem, given)
    return Reconciliation(
        headcounts=tuple(
            _headcount(problem, year, stated.schools, rows_of[year], meant[year], planned[year])
            for year in problem.years
        ),
        read=MappingProxyType(dict(read)),
        unused=tuple(
            Unused(table, reason, rows, people[table, reason])
            for (table, reason), rows in sorted(found.items(), key=lambda row: (row[0][0], row[0][1] or ""))
            if reason is not None
        ),
        left_out=stated.left_out,
    )


def _by_year(problem: Problem, inputs: Inputs) -> dict[int, Rows]:
    """Return the planned units' rows of each year of the horizon."""
    rows: dict[int, Rows] = {year: {} for year in problem.years}
    for e in inputs.enrolment:
        if e.year in rows and inputs.schools[e.school].unit in problem.units:
            rows[e.year][e.school, e.grade] = e.pupils
    return rows


def _planned(problem: Problem, pupils: Pupils) -> dict[int, Counter[str]]:
    """Return the pupils planned for by year and what they are to it: in grades mandatory, optional or neither."""
    planned: dict[int, Counter[str]] = {year: Counter() for year in problem.years}
    taught: dict[tuple[str, int], dict[int, str]] = {}  # "" stands for every school that no phase names
    phases = {
        year: with_named_successors(problem.roadmap, problem.owners, year).phases_in_force(year)
        for year in problem.years
    }
    named = {year: {school for phase in phases[year] for school in phase.schools} for year in planned}
    for (school, year, grade), count in pupils.items():
        if year not in planned:
            continue
        place = (school if school in named[year] else "", year)
        if place not in taught:
            told = {status: grades_taught(phases[year], place[0], status) for status in ("optional", "mandatory")}
            taught[place] = {g: status for status, grades in told.items() for g in grades}
        planned[year][taught[place].get(grade, "later")] += count
    return planned


def _headcount(
    problem: Problem, year: int, schools: Mapping[str, School], rows: Rows, meant: Rows, planned: Counter[str]
) -> Headcount:
    growth = exact(problem.scenario.enrolment_growth)
    came: Counter[str] = Counter()
    for (school, _), n in rows.items():
        if before := schools[school].unit_before:
            came[before] += n
    return Headcount(
        year=year,
        stated=sum(rows.values()),
        projected=sum(n for key, n in meant.items() if key not in rows),
        corrected=sum(n - rows[key] for key, n in meant.items() if key in rows),
        grown=sum(compound(n, growth, year - problem.years[0]) - n for n in meant.values()) if growth else 0,
        planned=planned.total(),
        mandatory=planned["mandatory"],
        optional=planned["optional"],
        handed_on=sum(n for (school, _), n in rows.items() if problem.owners[school, year] != school),
        came=MappingProxyType(dict(sorted(came.items()))),
    )


def _enrolment(problem: Problem, inputs: Inputs) -> Reasons:
    for e in inputs.enrolment:
        elsewhere = inputs.schools[e.school].unit not in problem.units
        served = e.year in problem.years or bool(problem.projected)  # years before give the rates of those ahead
        yield "enrolment", "of_another_unit" if elsewhere else None if served else "year_outside", e.pupils


def _inventory(problem: Problem, inputs: Inputs) -> Reasons:
    asked = {item for _, item, _ in problem.demand}
    for lot in inputs.inventory:
        yield "inventory", _of_lot(lot, problem, inputs, asked), 0


def _of_lot(lot: Lot, problem: Problem, inputs: Inputs, asked: set[str]) -> str | None:
    """Return why a lot does not count, None where it does or may be repaired."""
    if inputs.schools[lot.school].unit not in problem.units:
        return "of_another_unit"
    if lot.item == LAB:
        return "rooms_are_told_elsewhere"
    if lot.item not in asked:
        return "item_not_planned"
    if not lot.quantity:
        return "none_of_it"
    if lot.condition == "broken":
        return "broken"
    if lot.condition == "repairable":
        return None if (lot.school, lot.item) in problem.repairable else "later"
    lasting = cohorts_of_lot(lot, inputs, problem.scenario, problem.years[0])
    if all(cohort.last < problem.years[0] for cohort in lasting):
        return "worn_out"
    return "later" if all(cohort.first > problem.years[-1] for cohort in lasting) else None


def _catalogue(problem: Problem, inputs: Inputs) -> Reasons:
    had = {code for code, _ in problem.prices} | {code for code, _ in problem.freight.values()}
    had |= {option for _, option, _ in problem.facts}
    for option in inputs.catalogue:
        for since in option.prices:
            reason = "not_offered" if option.code not in had else _of_price(option, since, problem)
            yield "catalogue", reason, 0


def _of_price(option: Option, since: int, problem: Problem) -> str | None:
    """Return why a price is never paid, None where it is the newest of some year of the horizon."""
    newest = {max((y for y in option.prices if y <= year), default=None) for year in problem.years}
    return None if since in newest else "price_not_in_force"


def _budget(problem: Problem, inputs: Inputs) -> Reasons:
    for grant in inputs.budget:
        elsewhere = grant.unit is not None and grant.unit not in problem.units
        yield "budget", "of_another_unit" if elsewhere else None if grant.year in problem.years else "year_outside", 0


def _staff(problem: Problem, inputs: Inputs) -> Reasons:
    replaced = {
        (row.school, row.year): later.year for row, later in pairwise(inputs.staff) if row.school == later.school
    }
    for row in inputs.staff:
        holds = range(row.year, replaced.get((row.school, row.year), problem.years[-1] + 1))
        elsewhere = inputs.schools[row.school].unit not in problem.units
        outside = not any(year in holds for year in problem.years)
        yield "staff", "of_another_unit" if elsewhere else "year_outside" if outside else None, 0


def _others(problem: Problem, inputs: Inputs) -> Reasons:
    asked = {item for _, item, _ in problem.demand}
    planning = {*problem.units, *(inputs.unit_of(code) for code in problem.units)}  # one school alone is of a unit
    told: Mapping[str, Callable[[Row], str | None]] = {
        "units": lambda r: None if r["unit"] in planning else "of_another_unit",
        "schools": lambda r: _of_school(r["school_id"], problem, inputs),
        "survival": lambda r: None if r["item"] in asked else "item_not_planned",
        "crosswalk": lambda r: None if r["unit_to"] in planning else "of_another_unit",
        "frozen": lambda r: _of_purchase(r, problem, inputs),
    }
    for table, reason_of in told.items():
        for row in inputs.tables.get(table, ()):
            yield table, reason_of(row), 0


def _of_school(code: str, problem: Problem, inputs: Inputs) -> str | None:
    if inputs.schools[code].unit not in problem.units:
        return "of_another_unit"
    return None if any(problem.owners[code, year] is not None for year in problem.years) else "closed"


def _of_purchase(row: Row, problem: Problem, inputs: Inputs) -> str | None:
    school = inputs.schools.get(row["school_id"])
    unit = school.unit if school is not None else row["school_id"]
    return None if unit in problem.units else "of_another_unit"

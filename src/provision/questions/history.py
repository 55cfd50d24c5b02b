"""What became of one school's machines, year by year: what came, what went, what grew too old, who paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.domain.plan import Plan, Quantity
from provision.domain.problem import PUPIL_COMPUTER, FundKey


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school's pupil computers in one school year, in items and pupils.

    ``aged`` worked the year before and are too old now; ``got`` is by option, ``arrived`` and ``left`` what was moved
    this year; ``joined`` came with schools that merged into this one.
    """

    year: int
    is_open: bool
    pupils: int
    need: int
    stock: int
    aged: Quantity
    got: tuple[tuple[str, Quantity], ...]
    arrived: Quantity
    left: Quantity
    joined: Quantity
    have: Quantity
    missing: Quantity
    pupils_without: int


def school_years(plan: Plan, school: str) -> tuple[SchoolYear, ...]:
    """Return a school's pupil computers by year: every year it teaches, and others in which it gives or gets any."""
    problem = plan.problem
    rows = {c.year: c for c in plan.machines if c.school == school}
    found = []
    for year in problem.years:
        got: dict[str, Quantity] = {}
        for p in plan.purchases:
            if (p.school, p.year) == (school, year) and PUPIL_COMPUTER in problem.options[p.option].serves:
                got[p.option] = got.get(p.option, 0) + p.quantity
        moves = [t for t in plan.transfers if (t.item, t.year) == (PUPIL_COMPUTER, year)]
        arrived = sum(t.quantity for t in moves if t.taker == school)
        left = sum(t.quantity for t in moves if t.giver == school)
        row = rows.get(year)
        if row is None and not (got or arrived or left):
            continue
        found.append(
            SchoolYear(
                year=year,
                is_open=row is not None,
                pupils=row.pupils if row else 0,
                need=row.need if row else 0,
                stock=row.stock if row else 0,
                aged=sum(n for _, last, n in _things(plan, PUPIL_COMPUTER, school, year - 1) if last == year - 1),
                got=tuple(got.items()),
                arrived=arrived,
                left=left,
                joined=sum(brings(plan, other, year).get(PUPIL_COMPUTER, 0) for other in joining(plan, school, year)),
                have=row.have if row else 0,
                missing=row.missing if row else 0,
                pupils_without=row.pupils_without if row else 0,
            )
        )
    return tuple(found)


def brings(plan: Plan, school: str, year: int) -> dict[str, Quantity]:
    """Return what a school had the year before a merger and what of it still works then, in items by item."""
    found = {
        i: sum(n for first, last, n in _things(plan, i, school, year - 1) if first < year <= last)
        for i in plan.problem.items
    }
    return {item: n for item, n in found.items() if n}


def _things(plan: Plan, item: str, school: str, year: int) -> Iterator[tuple[int, int, Quantity]]:
    """Yield what works of an item at a school in a year: the first and last year it does, and how many they are."""
    problem = plan.problem
    held = max(year, problem.years[0])

    def is_here(code: str) -> bool:
        return problem.owner(code, held) == school

    for (code, cohort), count in problem.cohorts.items():
        if cohort.item == item and cohort.first <= year <= cohort.last and is_here(code):
            yield cohort.first, cohort.last, count
    for p in plan.purchases:
        works = problem.working_years(p.option, p.year)
        if item in problem.options[p.option].serves and year in works and is_here(p.school):
            yield works[0], works[-1], p.quantity
    for t in plan.transfers:
        if t.item == item and t.year <= year <= t.last_year:
            for code, sign in ((t.giver, -1), (t.taker, 1)):
                if is_here(code):
                    yield t.year, t.last_year, sign * t.quantity


def joining(plan: Plan, school: str, year: int) -> list[str]:
    """Return the schools that taught the year before and whose things this school has from a year on."""
    problem = plan.problem
    if year == problem.years[0]:
        return []
    return sorted(
        code
        for code in problem.united.get((school, year), ())
        if code != school and problem.owner(code, year - 1) == code
    )


def paid_by(plan: Plan, school: str) -> dict[tuple[int, FundKey], int]:
    """Return what is paid for a school in whole VND, by school year and fund."""
    paid: dict[tuple[int, FundKey], int] = {}
    for p in plan.payments:
        if p.school == school:
            paid[p.year, p.fund] = paid.get((p.year, p.fund), 0) + p.amount
    return dict(sorted(paid.items()))

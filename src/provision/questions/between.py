"""Why does a school stand otherwise in one year than in another? Pupils, the calendar, old machines, new ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provision.domain.plan import Coverage, Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.roadmap import Roadmap
from provision.domain.years import format_school_year
from provision.questions.change import Reason, Value
from provision.questions.history import joining
from provision.questions.reasons import is_counted, norms, phase_told


def between(plan: Plan, pack: Roadmap, first: int, last: int) -> tuple[Reason, ...]:
    """Return what differs between two school years of one plan; the key of a school's own begins with its code."""
    rows = {(c.school, c.year): c for c in plan.machines if c.year in (first, last)}
    own = (reason for school in plan.problem.schools for reason in _of_school(plan, rows, school, first, last))
    return (*_phases(plan, pack, first, last), *own)


def _phases(plan: Plan, pack: Roadmap, first: int, last: int) -> Iterator[Reason]:
    """Return what the calendar asks in one year and not in the other, with the section that says so."""
    told = []
    for year in (first, last):
        found: dict[tuple[str, ...], dict[str, Value]] = {}
        for phase in (p for p in pack.phases_in_force(year) if is_counted(p.status, plan.problem.scenario)):
            key = ("phase", format_school_year(last), phase.status, ";".join(sorted(phase.schools)))
            found[key] = phase_told(phase.grades, pack.stated_in(phase), found.get(key))
        told.append(found)
    return norms(told[0], told[1])


def _of_school(
    plan: Plan, there: Mapping[tuple[str, int], Coverage], school: str, first: int, last: int
) -> Iterator[Reason]:
    """Yield a school's pupils that count, who merged into it, whether it closed, its old machines and new ones."""
    problem, years = plan.problem, (first, last)
    rows = [there.get((school, year)) for year in years]
    pupils = [row.pupils if row else None for row in rows]
    if pupils[0] != pupils[1]:
        yield Reason("data", "pupils", (school,), "pupils", pupils[0], pupils[1])
    for year in (y for y in problem.years if first < y <= last):
        for other in joining(plan, school, year):
            yield Reason("data", "joined", (school, other), "merged_into", None, format_school_year(year))
    heir = problem.owner(school, last)
    if heir != school and problem.owner(school, first) == school:
        yield Reason("data", "closed", (school, heir or ""), "merged_into")
    old = [problem.stock.get((school, PUPIL_COMPUTER, year), 0) for year in years]
    if old[0] != old[1]:
        yield Reason("data", "stock", (school,), "quantity", old[0], old[1])
    new = [round(float(row.bought + row.moved), 6) if row else 0.0 for row in rows]
    if new[0] != new[1]:
        yield Reason("plan", "new", (school,), "quantity", new[0], new[1])

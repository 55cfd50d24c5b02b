"""Why does a school stand otherwise in one year than in another? Pupils, the calendar, old machines, new ones."""

from __future__ import annotations

from collections.abc import Iterator

from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.roadmap import Roadmap
from provision.domain.years import format_school_year
from provision.posing.ahead import with_years_ahead
from provision.posing.given import overridden
from provision.posing.needs import pupils_of
from provision.questions.asking import Asked
from provision.questions.change import Reason, Value
from provision.questions.history import joining
from provision.questions.reasons import norms, phase_told


def between(asked: Asked, first: int, last: int) -> tuple[Reason, ...]:
    """Return what differs between two school years of one plan; the key of a school's own begins with its code."""
    return (*_phases(asked.roadmap, first, last), *_pupils(asked, first, last), *_things(asked.plan, first, last))


def _phases(pack: Roadmap, first: int, last: int) -> Iterator[Reason]:
    """Yield what the calendar asks in one year and not in the other, with the section that says so."""
    told = []
    for year in (first, last):
        found: dict[tuple[str, ...], dict[str, Value]] = {}
        for phase in pack.phases_in_force(year):
            key = ("phase", format_school_year(last), phase.status, ";".join(sorted(phase.schools)))
            found[key] = phase_told(phase.grades, pack.stated_in(phase), found.get(key))
        told.append(found)
    return norms(told[0], told[1])


def _pupils(asked: Asked, first: int, last: int) -> Iterator[Reason]:
    """Yield the grades taught in either year whose pupils are not as many, as the plan counts them."""
    problem, taught = asked.plan.problem, set()
    inputs = overridden(with_years_ahead(asked.inputs, problem.years), problem.scenario, [])
    pupils = pupils_of(inputs, problem.owners, problem.years, problem.scenario)
    for year in (first, last):
        taught |= {grade for phase in asked.roadmap.phases_in_force(year) for grade in phase.grades}
    for school, grade in sorted({(s, g) for s, year, g in pupils if year in (first, last) and g in taught}):
        was, now = (pupils.get((school, year, grade)) for year in (first, last))
        if was != now:
            yield Reason("data", "pupils", (school, str(grade)), "pupils", was, now)


def _things(plan: Plan, first: int, last: int) -> Iterator[Reason]:
    """Yield whose old machines grow too old, who gets machines meanwhile, and whose things come with a merger."""
    problem = plan.problem
    for school in problem.schools:
        was, now = (problem.stock.get((school, PUPIL_COMPUTER, year), 0) for year in (first, last))
        if was != now:
            yield Reason("data", "stock", (school,), "quantity", was, now)
        have = [next((c for c in plan.machines if (c.school, c.year) == (school, y)), None) for y in (first, last)]
        new = [None if c is None else round(float(c.bought + c.moved), 6) for c in have]
        if new[0] != new[1]:
            yield Reason("plan", "new", (school,), "quantity", new[0], new[1])
        for year in (y for y in problem.years if first < y <= last):
            for other in joining(plan, school, year):
                yield Reason("data", "joined", (school, other), "merged_into", None, format_school_year(year))

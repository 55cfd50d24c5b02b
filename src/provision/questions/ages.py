"""How old are the pupil computers? Those that work in each school year, by the years they have worked before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provision.domain.plan import Plan, Quantity
from provision.domain.problem import PUPIL_COMPUTER, Problem

Ages = Mapping[int, Mapping[int, Quantity]]
"""Machines by school year and by the school years they have worked before; all that the plan's schools have."""


def ages(plan: Plan) -> Ages:
    """Return the machines that schools have in each year by their age, counted since they came or were mended."""
    problem = plan.problem
    found: dict[int, dict[int, Quantity]] = {year: {} for year in problem.years}
    for school, began, since, last, count in (*_old(problem), *_moved(plan), *_new(plan)):
        there = (y for y in problem.years if since <= y <= last)
        for year in (y for y in there if (problem.owner(school, y), y) in problem.open_schools):
            found[year][year - began] = found[year].get(year - began, 0) + count
    return {year: {age: n for age, n in sorted(row.items()) if n} for year, row in found.items()}


_Machines = Iterator[tuple[str, int, int, int, Quantity]]
"""Where machines are, when they came, the first and the last school year they are there, and how many."""


def _old(problem: Problem) -> _Machines:
    for (school, cohort), count in problem.cohorts.items():
        if cohort.item == PUPIL_COMPUTER:
            yield school, cohort.first, cohort.first, cohort.last, count


def _moved(plan: Plan) -> _Machines:
    problem = plan.problem
    for t in plan.transfers:
        if t.item == PUPIL_COMPUTER:
            held = [c for s, c in problem.cohorts if problem.holder(s, t.year) == t.giver and c.item == t.item]
            came = min(c.first for c in held if (c.last, c.upkeep) == (t.last_year, t.upkeep))
            yield t.giver, came, t.year, t.last_year, -t.quantity
            yield t.taker, came, t.year, t.last_year, t.quantity


def _new(plan: Plan) -> _Machines:
    for p in plan.purchases:
        if PUPIL_COMPUTER in plan.problem.options[p.option].serves:
            works = plan.problem.working_years(p.option, p.year)
            yield p.school, works[0], works[0], works[-1], p.quantity

"""Which grades take Informatics in which school year, and how bindingly? With the schools that teach them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from provision.domain.plan import Plan
from provision.domain.roadmap import Status
from provision.domain.school import level_of_grade
from provision.posing.needs import with_named_successors

STATUSES: tuple[Status, ...] = get_args(Status)
"""How a grade may be taught, what binds most first: what stands first holds where several are said of a school."""

Rollout = Mapping[tuple[int, int], Mapping[Status, tuple[str, ...]]]
"""Schools in code order, by grade and school year, and by how the grade is taught there."""


def rollout(plan: Plan) -> Rollout:
    """Return the open schools that teach each grade of the roadmap, as the plan's need counts them."""
    problem, found = plan.problem, dict[tuple[int, int], dict[Status, tuple[str, ...]]]()
    for year in problem.years:
        phases = with_named_successors(problem.roadmap, problem.owners, year).phases_in_force(year)
        for school in sorted(s for s, y in problem.open_schools if y == year):
            here = [p for p in phases if not p.schools or school in p.schools]
            for grade in sorted(frozenset[int]().union(*(p.grades for p in here))):
                if problem.levels[school] in ("combined", level_of_grade(grade)):
                    status = min((p.status for p in here if grade in p.grades), key=STATUSES.index)
                    cell = found.setdefault((grade, year), {})
                    cell[status] = (*cell.get(status, ()), school)
    return found

"""The fewest schools that must wait: whose need would have to be less for everybody's to be met as things are."""

from __future__ import annotations

from dataclasses import replace

import pulp

from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.errors import NoAnswer
from provision.model.doubt import minimise
from provision.model.highs import Effort
from provision.model.least import Target, aims_of
from provision.model.variables import Variables, expression, row_name

_SLIP = 1e-6
"""Machine-years, and what is held before them, that the solver's tolerance may miss."""


def fewest_waiting(problem: Problem, relieved: Problem, target: Target) -> tuple[tuple[str, ...], bool]:
    """Return the fewest schools found that let a target be met if their need were that of ``relieved``, if proven.

    In fractions of machines, without any money more. ``relieved`` is the same question with every school's need as it
    would be if it waited. Empty where not even all of them are enough.
    """
    scenario = replace(problem.scenario, whole_machines=False)
    # what a school that waits can spare is offered to others, and withheld below from one that does not wait
    aims = aims_of(replace(problem, scenario=scenario, spare=relieved.spare), target, ())
    program = aims.v.program
    waits = _waits(aims.v, problem, relieved)
    effort = Effort(0.0, 10**6, scenario.time_limit)
    try:
        for objective in aims.before:
            program.setObjective(objective)
            least = minimise(program, effort=effort).value
            program.addConstraint(objective <= least + _SLIP * (1 + abs(least)))
        program.addConstraint(aims.above <= _SLIP)
        program.setObjective(expression((x, 1.0) for x in waits.values()))
        found = minimise(program, effort=effort)
    except NoAnswer:
        return (), False
    return tuple(s for s, x in waits.items() if found.values[x.name] > 0.5), found.end == "optimal"


def _waits(v: Variables, problem: Problem, relieved: Problem) -> dict[str, pulp.LpVariable]:
    """Return who may wait, 1 if it does; its need and what it can spare are then those of ``relieved``."""
    rows = {row.name: row for row in v.program.constraints()}
    cuts = {
        (school, year): cut
        for school, item, year in problem.demand
        if item == PUPIL_COMPUTER
        and (cut := problem.need(school, item, year) - relieved.need(school, item, year)) > 0
    }
    waits = {
        school: v.program.add_variable(row_name("waits", school), 0, 1, pulp.LpInteger)
        for school in sorted({school for school, _ in cuts})
    }
    for school, item, year in v.gap:
        cut = cuts.get((school, min(year, problem.years[-1])), 0)
        if item == PUPIL_COMPUTER and cut:
            rows[row_name("cover_need", school, item, year)].addInPlace(cut * waits[school])
    for key, spare in relieved.spare.items():
        more = spare - problem.spare.get(key, 0)
        row = rows.get(row_name("give_what_is_spare", *key))
        if row is not None and more and key[0] in waits:
            row.addInPlace(-more * waits[key[0]])
            row.changeRHS(spare - more)
    return waits

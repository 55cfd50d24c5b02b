"""A program of ours as arrays: what others get where writing the whole model anew would be another library."""

from __future__ import annotations

import numpy as np
import pulp

from bench.bare import INFINITY, Program
from provision.domain.problem import Problem
from provision.model.objectives import OBJECTIVES
from provision.model.relaxed import Relaxed
from provision.model.rules import state
from provision.model.variables import declare


def linear(problem: Problem) -> pulp.LpProblem:
    """Return our program of the rung ``missing``, every rule stated."""
    v = declare(problem)
    state(v)
    v.program.setObjective(OBJECTIVES["missing"](v))
    return v.program


def solved(problem: Problem) -> float:
    """Return the least value of the rung ``missing`` in fractions of machines, found our way."""
    return Relaxed(linear(problem)).value


def program_of(problem: Problem) -> Program:
    """Return the same program as arrays."""
    program = linear(problem)
    variables = program.variables()
    number = {x: n for n, x in enumerate(variables)}
    rows = program.constraints()
    cells = [(number[x], value) for row in rows for x, value in row.items()]
    return Program(
        cost=np.array([program.objective.get(x, 0.0) for x in variables]),
        lower=np.array([_or(x.lowBound, -INFINITY) for x in variables]),
        upper=np.array([_or(x.upBound, INFINITY) for x in variables]),
        low=np.array([_or(row.getLb(), -INFINITY) for row in rows]),
        high=np.array([_or(row.getUb(), INFINITY) for row in rows]),
        start=np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32),
        index=np.array([n for n, _ in cells], dtype=np.int32),
        value=np.array([value for _, value in cells], dtype=float),
    )


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else float(bound)

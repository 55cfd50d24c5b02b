"""HiGHS under PuLP: the whole program in one step, one thread, and an answer only where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
import pulp

from provision.errors import NoAnswer

End = Literal["optimal", "nodes", "time"]

_ENDS: dict[highspy.HighsModelStatus, End] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kTimeLimit: "time",
    highspy.HighsModelStatus.kSolutionLimit: "nodes",
}


_TOLERANCE = 1e-8
"""How far a row may be overstepped: a hundredth of a dong, where HiGHS's own 1e-6 is a dong some budgets lack."""


_DOUBLETON_EQUATIONS = 1 << 9
"""The presolve rule of HiGHS 1.15.1 that called feasible programs of ours infeasible, and ran forever on another."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: the relative gap to stop at, branch-and-bound nodes, seconds."""

    gap: float
    nodes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A solved program: values by variable name, objective value, proven bound, and why the search ended."""

    values: dict[str, float]
    value: float
    bound: float
    end: End
    seconds: float


def minimise(program: pulp.LpProblem, *, effort: Effort, start: dict[str, float] | None = None) -> Outcome:
    """Minimise a program with HiGHS, from ``start`` where values for its whole variables are known.

    Raises
    ------
    NoAnswer
        Where HiGHS ends without a feasible point: after that its variables hold numbers that mean nothing.

    """
    variables = program.variables()
    if not variables:  # nothing to decide, and HiGHS would call the empty model no answer
        return Outcome({}, 0.0, 0.0, "optimal", 0.0)
    highs = solver(effort)
    highs.passModel(_arrays(program, variables))
    whole = any(variable.cat == pulp.LpInteger for variable in variables)
    if start is not None and whole:
        known = [i for i, variable in enumerate(variables) if variable.name in start]
        values = np.array([start[variables[i].name] for i in known])
        highs.setSolution(len(known), np.array(known, dtype=np.int32), values)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status not in _ENDS or not feasible:
        raise NoAnswer("no_answer", status=highs.modelStatusToString(status))
    value = float(info.objective_function_value)
    optimal = status == highspy.HighsModelStatus.kOptimal
    bound = float(info.mip_dual_bound) if whole else value if optimal else -np.inf
    if optimal and not np.isfinite(bound):  # solved before a tree was needed: HiGHS then tells no bound
        bound = value - effort.gap * abs(value)
    columns = highs.getSolution().col_value
    return Outcome(
        values={variable.name: columns[i] for i, variable in enumerate(variables)},
        value=value,
        bound=min(bound, value),
        end=_ENDS[status],
        seconds=highs.getRunTime(),
    )


class Relaxed:
    """A program without whole numbers, solved once, and again with other right sides of its rows."""

    def __init__(self, program: pulp.LpProblem) -> None:
        """Load the program and solve it; ``value`` is its least objective value."""
        variables = program.variables()
        model = _arrays(program, variables)
        model.integrality_ = []
        self._rows = {row.name: (n, row.getLb(), row.getUb()) for n, row in enumerate(program.constraints())}
        self._solver = solver(Effort(gap=0, nodes=0, seconds=np.inf))
        self._solver.passModel(model)
        self.value = self._least()

    def with_more(self, more: Mapping[str, float]) -> float:
        """Return the least objective value with so much more on the right side of some rows; absent rows are passed.

        Raises
        ------
        NoAnswer
            Where HiGHS ends without a feasible point.

        """
        known = {name: amount for name, amount in more.items() if name in self._rows}
        try:
            for name, amount in known.items():
                self._bound(name, amount)
            return self._least() if known else self.value
        finally:
            for name in known:
                self._bound(name, 0.0)

    def _bound(self, name: str, more: float) -> None:
        row, low, high = self._rows[name]
        infinity = highspy.kHighsInf
        self._solver.changeRowBounds(
            row, -infinity if low is None else low + more, infinity if high is None else high + more
        )

    def _least(self) -> float:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise NoAnswer("no_answer", status=self._solver.modelStatusToString(self._solver.getModelStatus()))
        return float(self._solver.getInfo().objective_function_value)


def solver(effort: Effort) -> highspy.Highs:
    """Return HiGHS with our settings: one thread, no restarts, and the effort asked for."""
    highs = highspy.Highs()
    for option, setting in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_allow_restart": False,
        "presolve_rule_off": _DOUBLETON_EQUATIONS,
        "mip_feasibility_tolerance": _TOLERANCE,
        "primal_feasibility_tolerance": _TOLERANCE,
        "mip_rel_gap": effort.gap,
        "mip_max_nodes": effort.nodes,
        "time_limit": float(effort.seconds),
    }.items():
        highs.setOptionValue(option, setting)
    return highs


def _arrays(program: pulp.LpProblem, variables: list[pulp.LpVariable]) -> highspy.HighsLp:
    """Return a program as HiGHS holds it: column bounds and costs, rows by their non-zeros."""
    index = {variable: i for i, variable in enumerate(variables)}
    lp = highspy.HighsLp()
    lp.num_col_ = len(variables)
    cost = np.zeros(len(variables))
    for variable, coefficient in program.objective.items():
        cost[index[variable]] = coefficient
    infinity = highspy.kHighsInf
    lp.col_cost_ = cost
    lp.col_lower_ = np.array([-infinity if x.lowBound is None else x.lowBound for x in variables], dtype=float)
    lp.col_upper_ = np.array([infinity if x.upBound is None else x.upBound for x in variables], dtype=float)
    kinds = highspy.HighsVarType
    if any(x.cat == pulp.LpInteger for x in variables):
        lp.integrality_ = [kinds.kInteger if x.cat == pulp.LpInteger else kinds.kContinuous for x in variables]
    starts, columns, coefficients, lower, upper = [0], [], [], [], []
    for row in program.constraints():
        for variable, coefficient in row.items():
            columns.append(index[variable])
            coefficients.append(coefficient)
        starts.append(len(columns))
        low, high = row.getLb(), row.getUb()
        lower.append(-infinity if low is None else low)
        upper.append(infinity if high is None else high)
    lp.num_row_ = len(lower)
    lp.row_lower_ = np.array(lower, dtype=float)
    lp.row_upper_ = np.array(upper, dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(columns, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(coefficients, dtype=float)
    return lp

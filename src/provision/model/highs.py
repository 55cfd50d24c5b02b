"""HiGHS under PuLP: the whole program in one step, one thread, and an answer only where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import highspy
import numpy as np
import numpy.typing as npt
import pulp

from provision.errors import NoAnswer

Floats = npt.NDArray[np.float64]

End = Literal["optimal", "nodes", "time", "nothing"]

_ENDS: dict[highspy.HighsModelStatus, End] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kTimeLimit: "time",
    highspy.HighsModelStatus.kSolutionLimit: "nodes",
}

_TOLERANCE = 1e-9
"""How far a row may be overstepped: a thousandth of a dong, where HiGHS's own 1e-6 is a dong some budgets lack.

Of 5,603 programs of small random worlds HiGHS 1.16.0 called at 1e-6 two, at 1e-7 four, at 1e-8 one that has an answer
infeasible, at 1e-9 none.
"""

TWICE = 2_000
"""The columns up to which a program is solved with presolve and without: then no one fault of either proves anything.

HiGHS 1.15.1 called plans optimal that cost up to four times the least, in one program of a thousand, because of its
presolve; without presolve, and with a wide tolerance, 1.16.0 did so too.
"""

_FALSE = 1e-3
"""How far, relatively, a plan may be worse than HiGHS says: 1.16.0 may hand back a start that it overrates."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: the relative gap to stop at, branch-and-bound nodes, seconds."""

    gap: float
    nodes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A solved program: values by variable name, objective value, proven bound, and why the search ended.

    Where no plan was found ``values`` is empty and ``status`` says what HiGHS said. ``doubtful`` is an answer that
    cannot be right: no plan where one is known, or a worse plan than HiGHS says it found.
    """

    values: dict[str, float]
    value: float
    bound: float
    end: End
    seconds: float
    status: str = ""
    doubtful: bool = False

    @property
    def told(self) -> Outcome:
        """The outcome itself where there is a plan; raises ``NoAnswer`` where there is none."""
        if not self.values:
            raise NoAnswer("no_answer", by_time=self.end == "time", status=self.status)
        return self


def minimise(program: pulp.LpProblem, *, effort: Effort, start: dict[str, float] | None = None) -> Outcome:
    """Minimise a program with HiGHS, from ``start`` where values for its whole variables are known.

    Programs of up to ``TWICE`` columns are solved in two ways; told are the better plan and the lower of the bounds.
    A larger one is where the first answer is doubtful.

    Raises
    ------
    NoAnswer
        Where HiGHS ends without a feasible point: after that its variables hold numbers that mean nothing.

    """
    variables = program.variables()
    if not variables:  # nothing to decide, and HiGHS would call the empty model no answer
        return Outcome({}, 0.0, 0.0, "optimal", 0.0)
    model = _arrays(program, variables)
    whole = any(variable.cat == pulp.LpInteger for variable in variables)
    first = _search(model, variables, effort, start)
    if not whole or (len(variables) > TWICE and not first.doubtful):
        return first.told
    left = replace(effort, seconds=max(effort.seconds - first.seconds, effort.seconds / 10))
    return _both(first, _search(model, variables, left, first.values or start, presolve=False)).told


def _search(
    model: highspy.HighsLp,
    variables: list[pulp.LpVariable],
    effort: Effort,
    start: dict[str, float] | None,
    *,
    presolve: bool = True,
) -> Outcome:
    """Return what one run of HiGHS finds; no values where it finds no plan."""
    highs = solver(effort, presolve=presolve)
    highs.passModel(model)
    whole = any(variable.cat == pulp.LpInteger for variable in variables)
    if start is not None and whole:
        given = [i for i, variable in enumerate(variables) if variable.name in start]
        values = np.array([start[variables[i].name] for i in given])
        highs.setSolution(len(given), np.array(given, dtype=np.int32), values)
    highs.run()
    status, info, seconds = highs.getModelStatus(), highs.getInfo(), highs.getRunTime()
    if status not in _ENDS or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        known = float(info.mip_dual_bound) if whole and status in _ENDS else -np.inf
        said = highs.modelStatusToString(status)
        return Outcome({}, np.inf, known, _ENDS.get(status, "nothing"), seconds, said, doubtful=start is not None)
    optimal = status == highspy.HighsModelStatus.kOptimal
    told, columns = float(info.objective_function_value), np.array(highs.getSolution().col_value)
    value = float(np.dot(model.col_cost_, columns))
    bound = float(info.mip_dual_bound) if whole else told if optimal else -np.inf
    if optimal and not np.isfinite(bound):  # solved before a tree was needed: HiGHS then tells no bound
        bound = told - effort.gap * abs(told)
    found = {x.name: n for x, n in zip(variables, columns.tolist(), strict=True)}
    doubtful = value > told + _FALSE * (1 + abs(told))
    return Outcome(found, value, min(bound, value), _ENDS[status], seconds, doubtful=doubtful)


def _both(first: Outcome, second: Outcome) -> Outcome:
    """Return the better plan of two runs on one program, and a bound neither run gainsays."""
    better = second if second.value + _TOLERANCE * abs(second.value) < first.value else first
    ends = {first.end, second.end}
    end: End = "time" if "time" in ends else "nodes" if "nodes" in ends else better.end
    return replace(better, bound=min(first.bound, second.bound), end=end, seconds=first.seconds + second.seconds)


def root_bound(program: pulp.LpProblem) -> float:
    """Return what no answer of a program is below: its relaxation, after presolve has used that numbers are whole.

    In the first second what a search would prove at its root in many: measured on 95 schools and six items. ``-inf``
    where presolve leaves no program to relax.
    """
    whole = solver(Effort(gap=0, nodes=1, seconds=np.inf))
    whole.passModel(_arrays(program, program.variables()))
    whole.presolve()
    if whole.getModelPresolveStatus() != highspy.HighsPresolveStatus.kReduced:
        return -np.inf
    model = whole.getPresolvedLp()
    model.integrality_ = []
    relaxed = solver(Effort(gap=0, nodes=0, seconds=np.inf))
    relaxed.passModel(model)
    relaxed.run()
    solved = relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(relaxed.getInfo().objective_function_value) if solved else -np.inf


class _Quiet(highspy.Highs):  # type: ignore[misc]  # untyped upstream
    """HiGHS that prints nothing: 1.16 says its name as it is made, before an option could forbid it."""

    def enableCallbacks(self) -> None:  # noqa: N802  # upstream's name
        """Fall silent, then do as upstream does at the end of its ``__init__``."""
        self.silent()
        super().enableCallbacks()


class Relaxed:
    """A program without whole numbers, solved once, and again with other right sides of its rows.

    ``first`` are objectives that come before the program's own: each is brought to its least, then held within the
    share ``hold`` of it, every time the program is solved.
    """

    def __init__(
        self, program: pulp.LpProblem, *, first: Sequence[pulp.LpAffineExpression] = (), hold: float = 0.0
    ) -> None:
        """Load the program and solve it; ``value`` is its least objective value."""
        self._variables = program.variables()
        model = _arrays(program, self._variables)
        model.integrality_ = []
        self._rows = {row.name: (n, row.getLb(), row.getUb()) for n, row in enumerate(program.constraints())}
        self._solver = solver(Effort(gap=0, nodes=0, seconds=np.inf))
        self._solver.passModel(model)
        self._hold, self._held = hold, range(model.num_row_, model.num_row_ + len(first))
        self._first = [_costs(objective, self._variables) for objective in first]
        self._own = np.array(model.col_cost_)
        for costs in self._first:
            there = np.flatnonzero(costs).astype(np.int32)
            self._solver.addRow(-highspy.kHighsInf, highspy.kHighsInf, len(there), there, costs[there])
        self.value = self._least()

    @property
    def values(self) -> dict[str, float]:
        """The values by variable name of the last solution."""
        return {x.name: n for x, n in zip(self._variables, self._solver.getSolution().col_value, strict=True)}

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
        least, most = -np.inf if low is None else low + more, np.inf if high is None else high + more
        self._solver.changeRowBounds(row, least, most)

    def _least(self) -> float:
        for row in self._held:
            self._solver.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)
        for costs, row in zip(self._first, self._held, strict=True):
            self._aim(costs)
            value = self._solved()
            most = value + self._hold * abs(value) + _TOLERANCE * (1 + abs(value))
            self._solver.changeRowBounds(row, -highspy.kHighsInf, most)
        if self._first:
            self._aim(self._own)
        return self._solved()

    def _aim(self, costs: Floats) -> None:
        self._solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)

    def _solved(self) -> float:
        ways = (("presolve", "on"), ("presolve", "off"), ("primal_feasibility_tolerance", 1e-7), ("solver", "ipm"))
        for option, setting in ways:  # beside 10^15 VND a dong is finer than a float: not every way ends then
            self._solver.setOptionValue(option, setting)
            self._solver.run()
            if self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                return float(self._solver.getInfo().objective_function_value)
            self._solver.clearSolver()
        raise NoAnswer("no_answer", status="relaxation")


def solver(effort: Effort, *, presolve: bool = True) -> highspy.Highs:
    """Return HiGHS with our settings: one thread, no restarts, and the effort asked for."""
    highs = _Quiet()
    for option, setting in {
        "threads": 1,
        "random_seed": 0,
        "mip_allow_restart": False,
        "presolve": "on" if presolve else "off",
        "mip_feasibility_tolerance": _TOLERANCE,
        "primal_feasibility_tolerance": _TOLERANCE,
        "mip_rel_gap": effort.gap,
        "mip_max_nodes": effort.nodes,
        "time_limit": float(effort.seconds),
    }.items():
        highs.setOptionValue(option, setting)
    return highs


def _costs(objective: pulp.LpAffineExpression, variables: list[pulp.LpVariable]) -> Floats:
    """Return what an objective counts of each variable."""
    return np.array([objective.get(variable, 0.0) for variable in variables], dtype=float)


def _arrays(program: pulp.LpProblem, variables: list[pulp.LpVariable]) -> highspy.HighsLp:
    """Return a program as HiGHS holds it: column bounds and costs, rows by their non-zeros."""
    index = {variable: i for i, variable in enumerate(variables)}
    lp = highspy.HighsLp()
    lp.num_col_ = len(variables)
    lp.col_cost_ = _costs(program.objective, variables)
    lp.col_lower_ = np.array([-np.inf if x.lowBound is None else x.lowBound for x in variables], dtype=float)
    lp.col_upper_ = np.array([np.inf if x.upBound is None else x.upBound for x in variables], dtype=float)
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
        lower.append(-np.inf if low is None else low)
        upper.append(np.inf if high is None else high)
    lp.num_row_ = len(lower)
    lp.row_lower_ = np.array(lower, dtype=float)
    lp.row_upper_ = np.array(upper, dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(columns, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(coefficients, dtype=float)
    return lp

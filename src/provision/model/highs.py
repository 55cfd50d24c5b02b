"""HiGHS under PuLP: the whole program in one step, one thread, and an answer only where there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import highspy
import numpy as np
import numpy.typing as npt
import pulp

from provision.domain.plan import PROVEN_GAP
from provision.errors import NoAnswer

Floats = npt.NDArray[np.float64]

End = Literal["optimal", "nodes", "time", "impossible", "nothing"]

_ENDS: dict[highspy.HighsModelStatus, End] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kTimeLimit: "time",
    highspy.HighsModelStatus.kSolutionLimit: "nodes",
    highspy.HighsModelStatus.kInfeasible: "impossible",
}

TOLERANCE = 1e-9
"""How far a row may be overstepped: a thousandth of a dong, where HiGHS's own 1e-6 is a dong some budgets lack.

Of 5,603 programs of small random worlds HiGHS 1.16.0 called at 1e-6 two, at 1e-7 four, at 1e-8 one that has an answer
infeasible, at 1e-9 none.
"""

TWICE = 2_000
"""The columns up to which a program is solved with presolve and without: then no one fault of either proves anything.

HiGHS 1.15.1 called plans optimal that cost up to four times the least, in one program of a thousand, because of its
presolve; without presolve, and with a wide tolerance, 1.16.0 did so too.
"""

INTERIOR = 10_000
"""The columns from which a program without whole numbers is first solved by the interior point method.

Its answer is then made a vertex. Of 700 schools it takes 0.4 s where simplex takes 1.4; of 2,500, 2.4 s where simplex
has none after 100. Not so once rows hold objectives of thousands of entries: 9.7 s, where simplex takes 4.
"""

OTHER_SEED = 7
"""The seed of a second opinion: another order of steps, so that one fault need not be made twice."""

_NEAR = 0.9 * PROVEN_GAP
"""The relative gap at which the second run of a program ends at the latest."""

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
            limited = self.end in ("time", "nodes")
            raise NoAnswer("no_answer", by_time=self.end == "time", undecided=limited, status=self.status)
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
    model = arrays(program, variables)
    whole = any(variable.cat == pulp.LpInteger for variable in variables)
    first = _search(model, variables, effort, start)
    if not whole or (len(variables) > TWICE and not first.doubtful):
        return first.told
    # the second run is there for its bound: that one need only be near enough to prove something
    left = Effort(max(effort.gap, _NEAR), effort.nodes, max(effort.seconds - first.seconds, effort.seconds / 10))
    return _both(first, _search(model, variables, left, first.values or start, presolve=False)).told


def minimise_otherwise(program: pulp.LpProblem, effort: Effort) -> tuple[float, float]:
    """Return the least found of a program and what it cannot be below; infinite where nothing is found or proven.

    By a search unlike that of ``minimise``, and from nothing. What no answer can meet cannot be below infinity.
    """
    variables = program.variables()
    if not variables:  # as above
        return 0.0, 0.0
    found = _search(arrays(program, variables), variables, effort, None, presolve=False, seed=OTHER_SEED)
    return found.value, np.inf if found.end == "impossible" else found.bound


def linear_otherwise(model: highspy.HighsLp) -> float | None:
    """Return the least value of a program without whole numbers, solved from nothing.

    Infinite where no answer can meet it; None where HiGHS comes to no end.
    """
    highs = solver(Effort(0, 0, np.inf), presolve=False, seed=OTHER_SEED)
    highs.passModel(model)
    run(highs)
    end = _ENDS.get(highs.getModelStatus())
    if end == "impossible":
        return np.inf
    return float(highs.getInfo().objective_function_value) if end == "optimal" else None


def _search(
    model: highspy.HighsLp,
    variables: list[pulp.LpVariable],
    effort: Effort,
    start: dict[str, float] | None,
    *,
    presolve: bool = True,
    seed: int = 0,
) -> Outcome:
    """Return what one run of HiGHS finds; no values where it finds no plan."""
    whole = any(variable.cat == pulp.LpInteger for variable in variables)
    highs = solver(effort, presolve=presolve, linear=0 if whole else len(variables), seed=seed)
    highs.passModel(model)
    if start is not None and whole:
        given = [i for i, variable in enumerate(variables) if variable.name in start]
        values = np.array([start[variables[i].name] for i in given])
        highs.setSolution(len(given), np.array(given, dtype=np.int32), values)
    run(highs)
    status, info, seconds = highs.getModelStatus(), highs.getInfo(), highs.getRunTime()
    end = _ENDS.get(status, "nothing")
    none = end in ("impossible", "nothing")
    if none or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        known = float(info.mip_dual_bound) if whole and not none else -np.inf
        said = highs.modelStatusToString(status)
        return Outcome({}, np.inf, known, end, seconds, said, doubtful=start is not None)
    optimal = status == highspy.HighsModelStatus.kOptimal
    told, columns = float(info.objective_function_value), np.array(highs.getSolution().col_value)
    value = float(np.dot(model.col_cost_, columns))
    bound = float(info.mip_dual_bound) if whole else told if optimal else -np.inf
    if optimal and not np.isfinite(bound):  # solved before a tree was needed: HiGHS then tells no bound
        bound = told - effort.gap * abs(told)
    found = {x.name: n for x, n in zip(variables, columns.tolist(), strict=True)}
    doubtful = value > told + _FALSE * (1 + abs(told))
    return Outcome(found, value, min(bound, value), end, seconds, doubtful=doubtful)


def _both(first: Outcome, second: Outcome) -> Outcome:
    """Return the better plan of two runs on one program, and a bound neither run gainsays."""
    better = second if second.value + TOLERANCE * abs(second.value) < first.value else first
    ends = {first.end, second.end}
    end: End = "time" if "time" in ends else "nodes" if "nodes" in ends else better.end
    return replace(better, bound=min(first.bound, second.bound), end=end, seconds=first.seconds + second.seconds)


class _Quiet(highspy.Highs):  # type: ignore[misc]  # untyped upstream
    """HiGHS that prints nothing: 1.16 says its name as it is made, before an option could forbid it."""

    def enableCallbacks(self) -> None:  # noqa: N802  # upstream's name
        """Fall silent, then do as upstream does at the end of its ``__init__``."""
        self.silent()
        super().enableCallbacks()


def solver(effort: Effort, *, presolve: bool = True, linear: int = 0, seed: int = 0) -> highspy.Highs:
    """Return HiGHS with our settings: one thread, no restarts, and the effort asked for.

    ``linear`` is the columns of a program without whole numbers of which no solution is known.
    """
    highs = _Quiet()
    for option, setting in {
        "threads": 1,
        "random_seed": seed,
        "mip_allow_restart": False,
        "presolve": "on" if presolve else "off",
        "solver": "ipx" if linear >= INTERIOR else "choose",
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
        "mip_rel_gap": effort.gap,
        "mip_max_nodes": effort.nodes,
        "time_limit": float(effort.seconds),
    }.items():
        highs.setOptionValue(option, setting)
    return highs


def run(highs: highspy.Highs) -> None:
    """Run HiGHS, also where somebody else in this process has run it on more threads: it refuses until reset."""
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kNotset:
        highspy.Highs.resetGlobalScheduler(True)
        highs.run()


def costs_of(objective: pulp.LpAffineExpression, variables: list[pulp.LpVariable]) -> Floats:
    """Return what an objective counts of each variable."""
    return np.array([objective.get(variable, 0.0) for variable in variables], dtype=float)


def arrays(program: pulp.LpProblem, variables: list[pulp.LpVariable]) -> highspy.HighsLp:
    """Return a program as HiGHS holds it: column bounds and costs, rows by their non-zeros."""
    index = {variable: i for i, variable in enumerate(variables)}
    lp = highspy.HighsLp()
    lp.num_col_ = len(variables)
    lp.col_cost_ = costs_of(program.objective, variables)
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

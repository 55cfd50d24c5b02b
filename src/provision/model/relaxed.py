"""Programs without whole numbers: solved once, and again as fast as HiGHS can when some of their numbers move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import highspy
import numpy as np
import pulp

from provision.errors import NoAnswer
from provision.model.doubt import asked
from provision.model.highs import TOLERANCE, Effort, arrays, costs_of, run, solver

_FULL = Effort(gap=0, nodes=0, seconds=np.inf)

_DUAL, _PRIMAL = 1, 4
"""HiGHS's numbers for its two ways of simplex."""

_USUAL: Mapping[str, object] = {
    "presolve": "on",
    "solver": "choose",
    "simplex_strategy": _DUAL,
    "primal_feasibility_tolerance": TOLERANCE,
}
"""The settings of every solution but the first: from a vertex that is known simplex is faster than from inside."""

_WAYS: tuple[Mapping[str, object], ...] = (
    {},
    {"presolve": "off"},
    {"presolve": "off", "simplex_strategy": _PRIMAL},
    {"presolve": "off", "primal_feasibility_tolerance": 1e-7},
    {"solver": "ipm", "primal_feasibility_tolerance": 1e-7},
)
"""What is tried in turn: beside 10^15 VND a dong is finer than a float can tell, and not every way ends then."""


Cell = tuple[int, int]
"""A row and a column of a loaded program."""


class Relaxed:
    """A program without whole numbers, solved once, and again when right sides, coefficients or objectives move.

    ``first`` are objectives that come before the program's own: each is brought to its least, then held within the
    share ``hold`` of it, every time the program is solved.
    """

    hold: float
    """The share by which each objective may be given up for those after it."""

    def __init__(
        self,
        program: pulp.LpProblem,
        *,
        first: Sequence[pulp.LpAffineExpression] = (),
        hold: float = 0.0,
        bare: bool = True,
    ) -> None:
        """Load the program and solve it; ``value`` is its least objective value.

        ``bare`` says that no row holds an objective: then a large program is solved from its inside first.
        """
        self._variables = program.variables()
        self._columns = {x.name: n for n, x in enumerate(self._variables)}
        model = arrays(program, self._variables)
        model.integrality_ = []
        self._rows = {row.name: n for n, row in enumerate(program.constraints())}
        self._low, self._high = np.array(model.row_lower_), np.array(model.row_upper_)
        self._solver = solver(_FULL, linear=len(self._variables) if bare else 0)
        self._solver.passModel(model)
        self.hold, self._held = hold, range(model.num_row_, model.num_row_ + len(first))
        self._aims = [costs_of(objective, self._variables) for objective in (*first, program.objective)]
        for costs in self._aims[:-1]:
            there = np.flatnonzero(costs).astype(np.int32)
            self._solver.addRow(-highspy.kHighsInf, highspy.kHighsInf, len(there), there, costs[there])
        self._stood: list[Any] = [None] * len(self._aims)
        self.reached: list[float] = []
        self.value = self.solve()

    @property
    def values(self) -> dict[str, float]:
        """The values by variable name of the last solution."""
        return {x.name: n for x, n in zip(self._variables, self._solver.getSolution().col_value, strict=True)}

    @property
    def duals(self) -> dict[str, float]:
        """What one more on the right side of each row adds to the least value just found, by row name."""
        return dict(zip(self._rows, self._solver.getSolution().row_dual, strict=False))  # held rows have no name

    def solve(self) -> float:
        """Return the least objective value of the program as it now is; ``reached`` is that of every objective.

        Each objective is sought from where it stood the last time, which is nearer than where the one before ended.

        Raises
        ------
        NoAnswer
            Where HiGHS ends without a feasible point.

        """
        free = highspy.kHighsInf
        for row in self._held:
            self._solver.changeRowBounds(row, -free, free)
        self.reached = []
        for n, (row, costs) in enumerate(zip((*self._held, None), self._aims, strict=True)):
            if self._held:
                self._solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
                if self._stood[n] is not None:
                    self._solver.setBasis(self._stood[n])
            value = self._solved()
            self.reached.append(value)
            if self._held:
                self._stood[n] = self._solver.getBasis()
            if row is not None:
                most = value + self.hold * abs(value) + TOLERANCE * (1 + abs(value))
                self._solver.changeRowBounds(row, -free, most)
        return self.reached[-1]

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
            return self.solve() if known else self.value
        finally:
            for name in known:
                self._bound(name, 0.0)

    def vertex(self, n: int) -> Any:
        """Return where the n-th objective was last least, to go on from there when the program is so again."""
        return self._stood[n] if self._held else self._solver.getBasis()

    def go_on_from(self, n: int, vertex: Any) -> None:
        """Seek the n-th objective the next time from where it once stood."""
        if self._held:
            self._stood[n] = vertex
        else:
            self._solver.setBasis(vertex)

    def allow(self, row: str, right: float) -> None:
        """Set the right side of a row that says "at most"; a row the program does not have is passed."""
        if row in self._rows:
            self._high[self._rows[row]] = right
            self._bound(row, 0.0)

    def require(self, row: str, left: float) -> None:
        """Set the right side of a row that says "at least"."""
        self._low[self._rows[row]] = left
        self._bound(row, 0.0)

    def keep_within(self, variable: str, low: float, high: float) -> None:
        """Set the bounds of a variable."""
        self._solver.changeColBounds(self._columns[variable], low, high)

    def cell(self, row: str, variable: str) -> Cell:
        """Return where a row counts a variable."""
        return self._rows[row], self._columns[variable]

    def count(self, cells: Iterable[Cell], coefficient: float) -> None:
        """Set what is counted in some cells."""
        for row, column in cells:
            self._solver.changeCoeff(row, column, coefficient)

    def aim(self, n: int, objective: pulp.LpAffineExpression) -> None:
        """Set the n-th objective, in the order in which they are held."""
        costs = costs_of(objective, self._variables)
        changed = np.flatnonzero(costs != self._aims[n]).astype(np.int32)
        self._aims[n] = costs
        if not self._held:
            self._solver.changeColsCost(len(changed), changed, costs[changed])
            return
        if n < len(self._held):
            for column in changed:
                self._solver.changeCoeff(self._held[n], int(column), float(costs[column]))

    def _bound(self, name: str, more: float) -> None:
        row = self._rows[name]
        self._solver.changeRowBounds(row, self._low[row] + more, self._high[row] + more)

    def _solved(self) -> float:
        for way in _WAYS:
            for option, setting in way.items():
                self._solver.setOptionValue(option, setting)
            run(self._solver)
            solved = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            for option, setting in _USUAL.items():
                self._solver.setOptionValue(option, setting)
            if solved:
                value = float(self._solver.getInfo().objective_function_value)
                if (second := asked()) is not None:
                    second.of_linear(self._solver.getLp(), value)
                return value
            self._solver.clearSolver()
        if (second := asked()) is not None:
            second.of_linear(self._solver.getLp(), np.inf)
        raise NoAnswer("no_answer", status="relaxation")


def together(programs: Sequence[Relaxed], shared: Sequence[str]) -> dict[str, float]:
    """Return the values of variables that are to be the same in all programs, where these are least on average.

    Each program counts as it now is. A program that lacks a shared variable does not heed it.

    Raises
    ------
    NoAnswer
        Where HiGHS ends without a feasible point.

    """
    loaded = [program._solver.getLp() for program in programs]
    size = len(shared) + sum(lp.num_col_ for lp in loaded)
    costs, highest = np.zeros(size), np.zeros(size)
    rows, columns, values, row, column = [], [], [], 0, len(shared)
    for program, lp in zip(programs, loaded, strict=True):
        own = np.arange(column, column + lp.num_col_)
        for n, name in enumerate(shared):
            if name in program._columns:
                own[program._columns[name]] = n
        np.add.at(costs, own, np.array(lp.col_cost_) / len(programs))
        np.maximum.at(highest, own, np.array(lp.col_upper_))
        major = np.repeat(np.arange(len(lp.a_matrix_.start_) - 1), np.diff(lp.a_matrix_.start_))
        minor = np.array(lp.a_matrix_.index_)
        by_row = lp.a_matrix_.format_ == highspy.MatrixFormat.kRowwise
        rows.append(row + (major if by_row else minor))
        columns.append(own[minor if by_row else major])
        values.append(np.array(lp.a_matrix_.value_))
        row, column = row + lp.num_row_, column + lp.num_col_
    order = np.argsort(np.concatenate(rows), kind="stable")
    joint = highspy.HighsLp()
    joint.num_col_, joint.num_row_ = size, row
    joint.col_cost_, joint.col_lower_, joint.col_upper_ = costs, np.zeros(size), highest
    joint.row_lower_ = np.concatenate([lp.row_lower_ for lp in loaded])
    joint.row_upper_ = np.concatenate([lp.row_upper_ for lp in loaded])
    joint.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    joint.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(np.concatenate(rows), minlength=row))])
    joint.a_matrix_.index_ = np.concatenate(columns)[order].astype(np.int32)
    joint.a_matrix_.value_ = np.concatenate(values)[order]
    one = solver(_FULL, linear=size)
    one.passModel(joint)
    run(one)
    solved = one.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if (second := asked()) is not None:
        second.of_linear(joint, float(one.getInfo().objective_function_value) if solved else np.inf)
    if not solved:
        raise NoAnswer("no_answer", status="relaxation")
    return dict(zip(shared, one.getSolution().col_value, strict=False))


def root_bound(program: pulp.LpProblem) -> float:
    """Return what no answer of a program is below: its relaxation, after presolve has used that numbers are whole.

    In the first second what a search would prove at its root in many: measured on 95 schools and six items. ``-inf``
    where presolve leaves no program to relax.
    """
    whole = solver(Effort(gap=0, nodes=1, seconds=np.inf))
    whole.passModel(arrays(program, program.variables()))
    whole.presolve()
    if whole.getModelPresolveStatus() != highspy.HighsPresolveStatus.kReduced:
        return -np.inf
    model = whole.getPresolvedLp()
    model.integrality_ = []
    relaxed = solver(_FULL)
    relaxed.passModel(model)
    run(relaxed)
    solved = relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(relaxed.getInfo().objective_function_value) if solved else -np.inf

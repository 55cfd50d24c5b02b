"""HiGHS itself, fed with arrays: no modelling layer at all, options as they come. The mark to be measured against."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from bench.tables import Array, Tables

INFINITY = highspy.kHighsInf


@dataclass(frozen=True)
class Program:
    """A linear program to be minimised: column costs and bounds, row bounds, and its non-zeros row by row."""

    cost: Array
    lower: Array
    upper: Array
    low: Array
    high: Array
    start: Array
    index: Array
    value: Array

    @property
    def size(self) -> tuple[int, int, int]:
        """The columns, rows and non-zeros."""
        return len(self.cost), len(self.low), len(self.value)


class Held:
    """A program HiGHS has solved once, to be changed and solved again from where it stands."""

    def __init__(self, program: Program, *, method: str = "choose", seconds: float = INFINITY) -> None:
        """Pass the program in one step and solve it with HiGHS's own settings, within some seconds."""
        self._program, self._highs = program, _Quiet()
        self._highs.setOptionValue("solver", method)
        self._highs.setOptionValue("time_limit", seconds)
        self._highs.passModel(_model(program))
        self.value = self._solved()

    def move(self, program: Program) -> float:
        """Change what differs in a program of the same columns, rows and non-zeros; return its least value."""
        before, highs, self._program = self._program, self._highs, program
        if len(costs := _changed(before.cost, program.cost)):
            highs.changeColsCost(len(costs), costs, program.cost[costs])
        for row in np.flatnonzero((before.low != program.low) | (before.high != program.high)):
            highs.changeRowBounds(row, program.low[row], program.high[row])
        cells = _changed(before.value, program.value)
        for row, cell in zip(np.searchsorted(program.start, cells, side="right") - 1, cells, strict=True):
            highs.changeCoeff(row, program.index[cell], program.value[cell])
        return self._solved()

    def _solved(self) -> float:
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(self._highs.modelStatusToString(self._highs.getModelStatus()))
        return float(self._highs.getInfo().objective_function_value)


class _Quiet(highspy.Highs):
    """HiGHS that prints nothing, not even its name as it is made."""

    def enableCallbacks(self) -> None:  # noqa: N802  # upstream's name
        """Fall silent before the rest."""
        self.silent()
        super().enableCallbacks()


def _changed(before: Array, after: Array) -> Array:
    return np.flatnonzero(before != after).astype(np.int32)


def _model(program: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), len(program.low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.low, program.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = program.start, program.index, program.value
    return lp


def program_of(t: Tables) -> Program:
    """Return the reference program: purchases, missing machines, payments, money kept; need, bills, budgets."""
    most, (schools, ends) = t.most, t.gap.shape
    funds, years = t.budget.shape
    buyer, option, bought = np.nonzero(most)
    place = np.full((schools, ends), -1)
    place[t.gap > 0] = np.arange(np.count_nonzero(t.gap))
    classes = t.classes
    bill_of = np.empty((schools, 2), dtype=np.int64)
    for number, (leased, here, _) in enumerate(classes):
        bill_of[here, int(leased)] = number
    bill = bill_of[buyer, t.leased[option].astype(np.int64)] * years + bought
    used = np.unique(bill)
    paid = np.array([(n, fund, b % years) for n, b in enumerate(used) for fund in classes[b // years][2]])
    keeper, kept = np.nonzero((t.keeps > 0)[:, None] & (np.arange(years) < years - 1))
    needs, bills = np.count_nonzero(t.gap), len(used)
    buys, pays = len(buyer), len(paid)
    missing, pay, carry = buys, buys + needs, buys + needs + pays
    purse = needs + bills + np.arange(funds * years).reshape(funds, years)
    share = needs + bills + funds * years

    works = t.works[option, bought] & (place[buyer] >= 0)
    at, when = np.nonzero(works)
    keeps = np.arange(len(keeper))
    goes_on = kept + 1 < years - 1
    following = np.flatnonzero(goes_on) + 1
    entries = [  # row, column, value
        (place[buyer[at], when], at, np.ones(len(at))),
        (np.arange(needs), missing + np.arange(needs), np.ones(needs)),
        (needs + np.searchsorted(used, bill), np.arange(buys), t.price[option, bought]),
        (needs + paid[:, 0], pay + np.arange(pays), -np.ones(pays)),
        (purse[paid[:, 1], paid[:, 2]], pay + np.arange(pays), np.ones(pays)),
        (purse[keeper, kept], carry + keeps, np.ones(len(keeps))),
        (purse[keeper, kept + 1], carry + keeps, -np.ones(len(keeps))),
        (share + keeps, carry + keeps, np.ones(len(keeps))),
        (share + following, carry + following - 1, -t.keeps[keeper[goes_on]]),
    ]
    row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    low = [t.gap[t.gap > 0], np.zeros(bills), np.full(funds * years + len(keeps), -INFINITY)]
    high = [np.full(needs, INFINITY), np.zeros(bills), t.budget.ravel(), t.keeps[keeper] * t.budget[keeper, kept]]
    return _by_row(
        cost=np.concatenate([np.zeros(buys), t.weight[t.gap > 0], np.zeros(pays + len(keeps))]),
        upper=np.concatenate([most[buyer, option, bought], t.gap[t.gap > 0], np.full(pays + len(keeps), INFINITY)]),
        low=np.concatenate(low),
        high=np.concatenate(high),
        entries=(row, column, value),
    )


def _by_row(*, cost: Array, upper: Array, low: Array, high: Array, entries: tuple[Array, Array, Array]) -> Program:
    """Return a program of non-negative columns with its non-zeros in the order of its rows, without empty rows."""
    row, column, value = entries
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=len(low))
    there = counts > 0
    start = np.concatenate([[0], np.cumsum(counts[there])])
    return Program(
        cost=cost,
        lower=np.zeros(len(cost)),
        upper=upper.astype(float),
        low=low[there].astype(float),
        high=high[there].astype(float),
        start=start.astype(np.int32),
        index=column[order].astype(np.int32),
        value=value[order].astype(float),
    )

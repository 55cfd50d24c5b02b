"""The answer in fractions of machines, at once: kept in HiGHS, and solved again as money, prices and weights move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pulp

from provision.domain.accounts import coverage_of, promises_of, spending_of, upkeep_of
from provision.domain.plan import Payment, Plan, Purchase, Rung, Transfer
from provision.domain.problem import Problem
from provision.errors import NoAnswer
from provision.model.ladder import reached
from provision.model.objectives import OBJECTIVES
from provision.model.offers import Charge, bundle
from provision.model.payments import tightened
from provision.model.reading import purchases_of, transfers_of
from provision.model.relaxed import Cell, Relaxed
from provision.model.solve import MARGINS, posed, settled, totals_of
from provision.model.variables import MILLION, expression, row_name

LINEAR = ("promises", "missing", "minimums", "optional", "money")
"""The rungs a preview climbs: how schools share and which of equal plans is taken needs whole machines."""

_Price = tuple[str, str, int]
"""What a price is of: an option that is bought or an item that is moved, which of them, and the school year."""

_BOUGHT, _MOVED = "bought", "moved"


class Preview:
    """A problem's linear program, solved once and again for the same problem under moved levers.

    ``rungs`` are brought to their least one after the other, each held within the scenario's ``hold``; they are
    those of the scenario's ladder that are linear, unless others are asked for.
    """

    def __init__(self, problem: Problem, *, rungs: Iterable[str] | None = None) -> None:
        """Pose the program and solve it."""
        self._names = tuple(r for r in problem.rungs if r in LINEAR) if rungs is None else tuple(rungs)
        self._v = posed(problem)
        self._objectives = [OBJECTIVES[name](self._v) for name in self._names]
        self._weighed: dict[str, tuple[pulp.LpAffineExpression, Any]] = {}
        self._v.program.setObjective(self._objectives[-1])
        self._relaxed = Relaxed(self._v.program, first=self._objectives[:-1], hold=problem.scenario.hold)
        self._priced = self._cells_by_price()

    @property
    def problem(self) -> Problem:
        """The question that is answered now."""
        return self._v.problem

    @property
    def rungs(self) -> dict[str, float]:
        """What each rung comes to: machine-years missing, million VND, as in a plan."""
        return dict(zip(self._names, self._relaxed.reached, strict=True))

    @property
    def values(self) -> dict[str, float]:
        """The values by variable name: items and million VND."""
        return self._relaxed.values

    def move(self, problem: Problem) -> dict[str, float]:
        """Answer the question anew that ``posing.moved.repose`` made of this one; returns what each rung comes to.

        Raises
        ------
        NoAnswer
            Where the program has no answer any more: purchases fixed that the money no longer pays.

        """
        before, self._v = self._v.problem, replace(self._v, problem=problem)
        for (fund, year), purse in problem.purses.items():
            if purse.amount != before.purses[fund, year].amount:
                millions = purse.amount / MILLION
                self._relaxed.allow(row_name("spend_within_budget", *fund, year), millions)
                self._relaxed.allow(row_name("carry_within_share", *fund, year), float(purse.carry_over) * millions)
        new, old = _prices(problem), _prices(before)
        dearer = {key: price - old[key] for key, price in new.items() if price != old[key]}
        if dearer:
            for counted, cells in self._priced.items():
                if any(key in dearer for key, _ in counted):
                    self._relaxed.count(cells, sum(new[key] * count for key, count in counted) / MILLION)
        for n, name in enumerate(self._names):
            if name == "money" and dearer:
                self._aim(n, self._money(dearer))
            if name == "missing" and problem.scenario.weigh != before.scenario.weigh:
                self._weigh(n, before.scenario.weigh, problem.scenario.weigh)
        self._relaxed.hold = problem.scenario.hold
        self._relaxed.solve()
        return self.rungs

    def glance(self) -> Plan:
        """Return what schools get, in fractions of machines, and no more of the plan: money is not reckoned yet."""
        return self._got(self.problem, purchases_of(self._v, self.values), transfers_of(self._v, self.values))

    def plan(self) -> Plan:
        """Return the answer in fractions of machines, as a plan with payments to the dong.

        It has no prices of money and no certificate, and is called ``feasible``: how schools share is
        left open, so that no more than its rungs is the best.

        Raises
        ------
        NoAnswer
            Where the funds cannot pay even what a little less money buys.

        """
        asked = self.problem
        for margin in MARGINS:
            if margin:
                self.move(tightened(asked, margin))
            try:
                settlement = settled(self._v, self.values, asked)
            except NoAnswer:
                continue
            return self._paid(asked, *settlement)
        raise NoAnswer("no_answer", status="payments")

    def _got(self, problem: Problem, purchases: tuple[Purchase, ...], transfers: tuple[Transfer, ...]) -> Plan:
        return Plan(
            problem=problem,
            status="feasible",
            reproducible=True,
            rungs=(),
            purchases=purchases,
            transfers=transfers,
            payments=(),
            coverage=coverage_of(problem, purchases, transfers),
            spending=(),
            upkeep=(),
            promises=(),
            prices=(),
            warnings=problem.warnings,
        )

    def _paid(
        self,
        problem: Problem,
        purchases: tuple[Purchase, ...],
        transfers: tuple[Transfer, ...],
        payments: tuple[Payment, ...],
    ) -> Plan:
        values = self.values
        least = (Rung(name, value, value, 0.0) for name, value in self.rungs.items())
        plan = replace(
            self._got(problem, purchases, transfers),
            rungs=tuple(reached(self._v, values, *pair) for pair in zip(least, self._objectives, strict=True)),
            payments=payments,
            spending=spending_of(problem, payments),
            upkeep=upkeep_of(problem, purchases, transfers, payments),
            promises=promises_of(problem, purchases),
        )
        return replace(plan, totals=totals_of(plan))

    def _aim(self, n: int, objective: pulp.LpAffineExpression) -> None:
        self._objectives[n] = objective
        self._relaxed.aim(n, objective)

    def _weigh(self, n: int, before: str, now: str) -> None:
        """Weigh what is missing otherwise, from where the program last stood so: nearer than where it stands now."""
        self._weighed[before] = (self._objectives[n], self._relaxed.vertex(n))
        objective, vertex = self._weighed.get(now, (None, None))
        self._aim(n, OBJECTIVES[self._names[n]](self._v) if objective is None else objective)
        if vertex is not None:
            self._relaxed.go_on_from(n, vertex)

    def _money(self, dearer: dict[_Price, int]) -> pulp.LpAffineExpression:
        """Return what ``money`` counts, as it is and as far as prices have moved."""
        p, terms = self._v.problem, dict(self._objectives[self._names.index("money")])
        more: dict[tuple[str, int], Fraction] = {}
        for option, year in {(option, year) for _, option, year in self._v.buy}:
            added = (
                dearer.get((_BOUGHT, code, year), 0) * count * (1 - p.kept_share(code, year))
                for code, count in bundle(p, option, year)
            )
            more[option, year] = sum(added, Fraction(0))
        for (_, option, year), variable in self._v.buy.items():
            if more[option, year]:
                terms[variable] += float(more[option, year] / MILLION)
        for (_, kin, year), variable in self._v.take.items():
            terms[variable] = terms.get(variable, 0.0) + dearer.get((_MOVED, kin.item, year), 0) / MILLION
        return expression(terms.items())

    def _cells_by_price(self) -> dict[tuple[tuple[_Price, int], ...], list[Cell]]:
        """Return the cells of the program that are prices, by what prices they count how often."""
        p = self._v.problem
        rows = {bill: row_name("pay_every_bill", n, bill[1]) for n, bill in enumerate(self._v.due)}
        counted: dict[tuple[str, str], list[tuple[_Price, int]]] = {}

        def priced(charge: Charge, variable: pulp.LpVariable, price: _Price, count: int) -> None:
            counted.setdefault((rows[charge.bill, charge.year], variable.name), []).append((price, count))

        for key, variable in self._v.buy.items():
            _, option, year = key
            for charge, (code, count) in zip(self._v.offers[key].charges, bundle(p, option, year), strict=False):
                priced(charge, variable, (_BOUGHT, code, year), count)
        for taking, variable in self._v.take.items():
            for charge in self._v.takings[taking].charges:
                priced(charge, variable, (_MOVED, taking[1].item, taking[2]), 1)
        cells: dict[tuple[tuple[_Price, int], ...], list[Cell]] = {}
        for (row, name), prices in counted.items():
            cells.setdefault(tuple(prices), []).append(self._relaxed.cell(row, name))
        return cells


def _prices(problem: Problem) -> dict[_Price, int]:
    """Return every price in VND: of what is bought, and of moving one of an item."""
    bought = {(_BOUGHT, code, year): price for (code, year), price in problem.prices.items()}
    return bought | {(_MOVED, item, year): price for (item, year), (_, price) in problem.freight.items()}

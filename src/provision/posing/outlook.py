"""A question in futures: the same schools, funds and ways with other pupils, prices, money and deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from provision.domain.catalogue import half_up
from provision.domain.future import Future
from provision.domain.inputs import Inputs
from provision.domain.problem import Demand, Problem
from provision.posing.ahead import with_years_ahead
from provision.posing.alone import alone
from provision.posing.given import overridden
from provision.posing.minimums import asked_of, lab_demand, minimum_demand
from provision.posing.needs import demand_of, pupils_of
from provision.posing.things import spare_of, stock_of


class Outlook:
    """A problem with the inputs it was posed from, ready to be asked of one future after the other."""

    def __init__(self, problem: Problem, inputs: Inputs) -> None:
        """Count what does not differ from future to future."""
        self.problem = problem
        inputs = overridden(with_years_ahead(inputs, problem.years), problem.scenario, [])
        if problem.is_one_school:
            inputs = alone(inputs, problem.units[0], problem.years)
        self._inputs = inputs.behind(problem.units, problem.roadmap.schools_named)
        schools = self._inputs.schools
        self._owners = {(code, year): heir for (code, year), heir in problem.owners.items() if code in schools}
        self._pupils = pupils_of(self._inputs, self._owners, problem.years, problem.scenario)
        self._asked = asked_of(self._inputs, problem.roadmap, [])
        self._minimums = minimum_demand(
            self._asked, self._inputs, problem.units, self._owners, problem.years
        )  # of schools and units, not of pupils
        spans = {item: range(problem.years[0], problem.years[-1] + n + 1) for item, n in problem.tails.items()}
        self._held = stock_of(problem.cohorts, problem.holders, spans)

    def of(self, future: Future) -> Problem:
        """Return the question of a future, with the years after the horizon that the plan looks at.

        Pupils are rounded half up by school and grade, prices to whole VND; what was fixed or promised stays.
        """
        p = self.problem
        prices = {key: _priced(price, future, key[1]) for key, price in p.prices.items()}
        freight = {key: (code, _priced(price, future, key[1])) for key, (code, price) in p.freight.items()}
        purses = {k: replace(purse, amount=0) if k in future.unpaid else purse for k, purse in p.purses.items()}
        moved = replace(
            p,
            late=future.late,
            prices=MappingProxyType(prices),
            freight=MappingProxyType(freight),
            purses=MappingProxyType(purses),
        )
        return self._needing(moved, self._demand(future.pupils)) if future.pupils else moved

    def covering(self, futures: Iterable[Problem]) -> Problem:
        """Return a question in which as much is asked for, and as much is spare, as anywhere in some futures."""
        most: dict[tuple[str, str, int], Demand] = {}
        spare: dict[tuple[str, str, int], int] = {}
        for problem in futures:
            for key, d in problem.demand.items():
                m = most.get(key, d)
                most[key] = Demand(
                    max(m.mandatory, d.mandatory), max(m.optional, d.optional), max(m.pupils, d.pupils)
                )
            for key, count in problem.spare.items():
                spare[key] = max(count, spare.get(key, 0))
        return replace(self.problem, demand=MappingProxyType(most), spare=MappingProxyType(spare))

    def _demand(self, factors: Mapping[int, Fraction]) -> dict[tuple[str, str, int], Demand]:
        p = self.problem
        pupils = {key: half_up(n * factors.get(key[1], Fraction(1))) for key, n in self._pupils.items()}
        found, _, _ = demand_of(self._inputs, pupils, p.units, self._owners, p.years, p.roadmap, p.scenario)
        found |= self._minimums
        return found | lab_demand(self._asked, found, self._minimums)

    def _needing(self, problem: Problem, demand: dict[tuple[str, str, int], Demand]) -> Problem:
        spare = spare_of(self._held, demand, problem.years[-1])
        return replace(problem, demand=MappingProxyType(demand), spare=MappingProxyType(spare))


def _priced(price: int, future: Future, year: int) -> int:
    """Return a price in a future's year, in whole VND; what costs something never comes for free."""
    return max(half_up(price * future.prices.get(year, Fraction(1))), min(price, 1))

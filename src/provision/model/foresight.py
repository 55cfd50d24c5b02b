"""The least that can be missing in a future: one program for many, the first year's purchases fixed or free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from math import floor
from types import MappingProxyType

from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.errors import NoAnswer
from provision.model.objectives import year_weight
from provision.model.offers import Place, gaps_of
from provision.model.preview import Preview
from provision.model.relaxed import together
from provision.model.variables import row_name

_SLIP = 1e-6
"""How much less than what is fixed may be bought, so that a purse that is spent to the dong is not overspent."""

FirstYear = Mapping[tuple[str, str], float]
"""How many items of each school and option are bought in the first year, without what must come with them."""


class Foresight(Preview):
    """The question of the futures that one question covers, in fractions of machines: machine-years missing.

    What a planner fixed for years ahead binds nobody here; what was forbidden stays so. Which machines are missing
    is counted as in the rung ``missing``, each machine alike.
    """

    def __init__(self, covering: Problem) -> None:
        """Pose the program of a question that asks for as much everywhere as any of its futures."""
        forbidden = {key: 0 for key, count in covering.locks.items() if not count}
        scenario = replace(covering.scenario, whole_machines=False, weigh="machine")
        year = covering.open_years[0]
        offered = [option for option, at in covering.prices if at == year]
        # what is of no use in a future is bought nevertheless where it is fixed: its money is gone
        known = {
            (school, option, year): 0 for school, at in covering.open_schools if at == year for option in offered
        }
        locks = MappingProxyType(known | forbidden)
        super().__init__(replace(covering, scenario=scenario, locks=locks), rungs=("missing",))
        first = {key: x for key, x in self._v.buy.items() if key[2] == year}
        self._first = {key[:2]: x for key, x in first.items()}
        self._most = {key[:2]: 0 if key in forbidden else self._v.offers[key].most for key in first}
        self._spare = tuple(covering.spare)
        self._there = {key: covering.need(*key) - gap for key, gap in self._v.gap.items()}

    def least(self, future: Problem) -> float:
        """Return the least machine-years missing in a future, whatever is bought in the first year."""
        self._fix(None)
        future = replace(future, scenario=self.problem.scenario)
        for key, there in self._there.items():
            self._relaxed.require(row_name("cover_need", *key), future.need(*key) - there)
        lacks = gaps_of(future, optional=future.scenario.optional_grades) if self._v.takings else {}
        for (school, kin, year), offer in self._v.takings.items():
            most = max(lacks.get(place, 0) for place, _ in offer.brings)
            row = row_name("take_what_is_lacking", school, kin.item, kin.last, kin.upkeep, year)
            self._relaxed.allow(row, most)
        for key in self._spare:
            self._relaxed.allow(row_name("give_what_is_spare", *key), future.spare.get(key, 0))
        return self.move(future)["missing"]

    def least_after(self, first: FirstYear) -> float:
        """Return the least machine-years missing in the future asked last, the first year's purchases as given.

        Where these break a rule in that future (no money comes for the upkeep reserved, or what comes late finds
        the rooms full), they are counted as had, and nothing more as bought.
        """
        self._fix(first)
        try:
            return self._relaxed.solve()
        except NoAnswer:
            return self._with_nothing_more(first)

    def first_year(self, *others: Foresight, whole: bool) -> dict[tuple[str, str], float]:
        """Return the first year's purchases in the future asked last, rounded down: to whole items, or a millionth.

        With others: those that leave least missing on average in all the futures asked last, each year after the
        first being what is best in its own.
        """
        names = {x.name: key for each in (self, *others) for key, x in each._first.items()}
        programs = [each._relaxed for each in (self, *others)]
        values, parts = together(programs, tuple(names)) if others else self.values, 1 if whole else 1_000_000
        found = {key: floor(values[name] * parts + _SLIP) / parts for name, key in names.items()}
        return {key: count for key, count in found.items() if count > 0}

    def _fix(self, first: FirstYear | None) -> None:
        for key, x in self._first.items():
            count = self._most[key] if first is None else first.get(key, 0.0)
            self._relaxed.keep_within(x.name, 0.0 if first is None else max(0.0, count - _SLIP), count)

    def _with_nothing_more(self, first: FirstYear) -> float:
        """Return what is missing where only what is fixed is bought."""
        year, brought = self.problem.open_years[0], Counter[Place]()
        for key, count in first.items():
            for place, each in self._v.offers[*key, year].brings:
                brought[place] += each * count  # type: ignore[assignment]
        return sum(
            year_weight(self._v, key[2]) * max(0.0, self.problem.need(*key) - there - brought[key])
            for key, there in self._there.items()
            if key[1] == PUPIL_COMPUTER
        )

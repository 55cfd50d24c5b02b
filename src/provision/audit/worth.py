"""What the rules of a plan are worth by given dual values: of money, machines, rooms and what there is to move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from math import ceil
from typing import Any

from provision.audit.reckoning import (
    LAB,
    PUPIL_COMPUTER,
    fading,
    holder,
    is_fact,
    need_of,
    owner,
    serves_of,
    stock_of,
    working_years,
    years_of,
)

SCALE = 10**12
"""Dual values are whole numbers of this part of a machine-year: for one item, or for a million VND."""

MILLION = 10**6

PRICED = (
    "cover_need",
    "spend_within_budget",
    "balance_transfers",
    "give_own_stock",
    "give_what_is_spare",
    "repair_what_is_there",
    "refurbish_what_ages",
    "fit_the_rooms",
)
"""The rules that have dual values of their own."""

Duals = Mapping[str, Mapping[tuple[Any, ...], int]]
"""Dual values by rule and by what a row of it holds for, in parts of ``SCALE``."""

Rates = Mapping[str | None, int]
"""What a dong of a bill is worth at the schools that have funds of their own, and at None, any other school.

A school that is not named and has no None beside it has nobody to pay.
"""


class Worth:
    """One problem's rules with what each is worth, in parts of ``SCALE`` times ``MILLION`` of a machine-year.

    ``gaps`` is the need of pupil computers that opening stock and years carried out leave open, by owner and year;
    ``held`` is the pupil computers of the opening stock by holder, last year, upkeep and year, worn ones too.
    """

    def __init__(self, duals: Duals, problem: Any) -> None:
        """Lay out what is asked for most: what a machine and a room are worth to each school, added up by year."""
        p = self.problem = problem
        self._duals = duals
        self.open_years = [y for y in p.years if not is_fact(p, y)]
        self.span = years_of(p, PUPIL_COMPUTER)
        self._there = self._stays(PUPIL_COMPUTER)
        self.gaps = self._gaps()
        self.held = self._held()
        self._fading = {year: SCALE * fading(p, year) for year in self.span}
        self._covered = {
            (s, y): min(self._dual("cover_need", s, PUPIL_COMPUTER, y), self._weight(s, y) * MILLION)
            for s, y in self.gaps
        }
        waits = p.open_schools if p.seats is not None else ()
        self._seated = {(s, y): self._dual("fit_the_rooms", s, y) for s, y in waits if y in self.open_years}
        covered, seated, seats = self._covered, self._seated, p.seats or 0
        places = {s: [(owner(p, s, y) or "", y) for y in self.span] for s in p.schools}
        self._machines = {
            s: [0, *accumulate(covered.get(at, 0) - seated.get(at, 0) for at in there)] for s, there in places.items()
        }
        self._rooms = {s: [0, *accumulate(seats * seated.get(at, 0) for at in there)] for s, there in places.items()}
        self._rates: dict[tuple[str, str, int], Rates] = {}

    def of_needs(self) -> int:
        """Return what all the need that is open is worth."""
        return sum(self._covered[place] * gap for place, gap in self.gaps.items())

    def of_funds(self) -> int:
        """Return what all the money is worth: of each fund, and what it may carry over to the next year."""
        total = 0
        for fund in {fund for fund, _ in self.problem.purses}:
            later = 0
            for year in reversed(self.problem.years):
                purse, now = self.problem.purses[fund, year], self._fund(fund, year)
                carried = max(0, later - now)
                total += ceil((now + purse.carry_over * carried) * purse.amount)
                later = ceil(now + purse.carry_over * carried)
        return total

    def of_things(self) -> int:
        """Return what is worth all there is to give, to repair and to refurbish, and every room there is."""
        p = self.problem
        total = sum(self._dual("give_what_is_spare", *key) * count for key, count in p.spare.items() if _is_ours(key))
        for (school, last, upkeep, year), count in self.held.items():
            total += self._dual("give_own_stock", school, PUPIL_COMPUTER, last, upkeep, year) * count
            if year == last + 1:
                total += self._dual("refurbish_what_ages", school, PUPIL_COMPUTER, year) * count
        for year in p.years:
            mended: Counter[str] = Counter()
            for (school, item), count in p.repairable.items():
                mended[holder(p, school, year)] += count if item == PUPIL_COMPUTER else 0
            for (school, code, _), fact in p.facts.items():
                if (p.options[code].item, p.options[code].mode) == (PUPIL_COMPUTER, "repair"):
                    mended[holder(p, school, year)] -= fact.quantity
            for school, count in mended.items():
                total += self._dual("repair_what_is_there", school, PUPIL_COMPUTER, year) * max(0, count)
        rooms = self._carried_out(LAB) if self._seated else {}
        for place, worth in self._seated.items():
            takes = p.rooms.get(place, 0) + p.seats * rooms.get(place, 0)
            total += worth * max(0, takes - self._there[place])
        return int(total)

    def of_machines(self, school: str, works: range) -> int:
        """Return what a pupil computer that a school gets is worth in the years it works, all within the span."""
        sums, first = self._machines[school], self.span.start
        return sums[works.stop - first] - sums[works.start - first] if works else 0

    def of_rooms(self, school: str, works: range) -> int:
        """Return what a room that a school sets up is worth in the years it stands, all within the span."""
        sums, first = self._rooms[school], self.span.start
        return sums[works.stop - first] - sums[works.start - first] if works else 0

    def of_mending(self, school: str, mode: str, year: int) -> int:
        """Return what one machine to repair or to refurbish is worth at a school in a year."""
        if mode == "refurbish":
            return self._dual("refurbish_what_ages", school, PUPIL_COMPUTER, year)
        p = self.problem
        later = ((holder(p, school, y), PUPIL_COMPUTER, y) for y in p.years if y >= year)
        return sum(self._dual("repair_what_is_there", *key) for key in later)

    def of_moving(self, unit: str, last: int, upkeep: int, year: int) -> int:
        """Return what a machine that moves within a unit is worth, between giver and taker; it may be below 0."""
        key = (unit, PUPIL_COMPUTER, last, upkeep, year)
        return self._duals.get("balance_transfers", {}).get(key, 0) * MILLION

    def of_giving(self, school: str, last: int, upkeep: int, year: int) -> int:
        """Return what a machine is worth where it is, to a school that gives it in a year."""
        p = self.problem
        places = ((holder(p, school, y), y) for y in p.years if y >= year)
        total = sum(self._dual("give_own_stock", s, PUPIL_COMPUTER, last, upkeep, y) for s, y in places)
        for y in self.within(range(year, last + 1)):
            total += self._dual("give_what_is_spare", holder(p, school, y), PUPIL_COMPUTER, y)
            total -= self._seated.get((owner(p, school, y) or "", y), 0)
        if last + 1 in p.years:
            total += self._dual("refurbish_what_ages", holder(p, school, last + 1), PUPIL_COMPUTER, last + 1)
        return total

    def rates(self, item: str, mode: str, year: int) -> Rates:
        """Return what a dong of a bill is worth: the least among the funds that may pay it."""
        key = (item, mode, year)
        if key not in self._rates:
            self._rates[key] = self._rates_of(*key)
        return self._rates[key]

    def widest(self, school: str, works: range) -> int:
        """Return the largest gap of pupil computers that what a school gets could fill in the years it works."""
        p = self.problem
        return max((self.gaps.get((owner(p, school, year) or "", year), 0) for year in works), default=0)

    def lacking(self, school: str, works: range) -> int:
        """Return how many machines a school lacks at most in the years they work, and so may take over."""
        p = self.problem
        most = 0
        for year in self.within(works):
            heir = owner(p, school, year)
            if heir is not None:
                mandatory, optional, _ = need_of(p, heir, PUPIL_COMPUTER, year)
                most = max(most, mandatory + optional * p.scenario.optional_grades - self._there[heir, year])
        return most

    def within(self, works: range) -> range:
        """Return the years of the horizon and of the tail of pupil computers among some years."""
        return range(max(works.start, self.span.start), min(works.stop, self.span.stop))

    def _dual(self, rule: str, *key: object) -> int:
        """Return what one row of a rule that holds from one side is worth: never less than nothing."""
        return max(0, self._duals.get(rule, {}).get(key, 0)) * MILLION

    def _weight(self, school: str, year: int) -> int:
        """Return what a machine missing weighs in parts of ``SCALE``, rounded down."""
        up, down = self._fading[year].as_integer_ratio()
        pupils, need = serves_of(self.problem, school, year).as_integer_ratio()
        return up * pupils // (down * need)

    def _fund(self, fund: tuple[str, str], year: int) -> int:
        """Return what a dong of a fund is worth: its million is told in parts of ``SCALE``, so no factor is left."""
        return max(0, self._duals.get("spend_within_budget", {}).get((*fund, year), 0))

    def _rates_of(self, item: str, mode: str, year: int) -> Rates:
        """Return what a dong is worth where any school's bill may be paid, by None, and at schools with own funds."""
        rates: dict[str | None, int] = {}
        for (fund, at), purse in self.problem.purses.items():
            pays = at == year and (purse.modes is None or mode in purse.modes)
            if pays and (purse.items is None or item in purse.items):
                worth = self._fund(fund, year)
                for school in (None,) if purse.schools is None else purse.schools:
                    rates[school] = min(worth, rates.get(school, worth))
        return {school: min(worth, rates.get(None, worth)) for school, worth in rates.items()}

    def _gaps(self) -> dict[tuple[str, int], int]:
        schools = sorted({school for school, item, _ in self.problem.demand if item == PUPIL_COMPUTER})
        gaps = {
            (s, y): need_of(self.problem, s, PUPIL_COMPUTER, y)[0] - self._there[s, y]
            for s in schools
            for y in self.span
        }
        return {place: gap for place, gap in gaps.items() if gap > 0}

    def _held(self) -> Counter[tuple[str, int, int, int]]:
        """Return the pupil computers of the opening stock by holder, last year, upkeep and year."""
        held: Counter[tuple[str, int, int, int]] = Counter()
        for (school, c), count in self.problem.cohorts.items():
            for year in self.problem.years if c.item == PUPIL_COMPUTER else ():
                if c.first <= year:
                    held[holder(self.problem, school, year), c.last, c.upkeep, year] += count
        return held

    def _stays(self, item: str) -> Counter[tuple[str, int]]:
        """Return what a school has of an item without planning anything, by owner and year."""
        there = self._carried_out(item)
        for (school, kind, year), count in stock_of(self.problem, owner).items():
            if kind == item:
                there[school, year] += count
        return there

    def _carried_out(self, item: str) -> Counter[tuple[str, int]]:
        """Return what of an item comes from years carried out, by owner and year."""
        p = self.problem
        there: Counter[tuple[str, int]] = Counter()
        for (school, code, bought), fact in p.facts.items():
            terms = p.options[code]
            if item in (terms.item, *terms.also_serves) and (item != LAB or terms.mode == "setup"):
                for year in self.within(working_years(p, code, bought)):
                    heir = owner(p, school, year)
                    if heir is not None:
                        there[heir, year] += fact.quantity
        return there


def _is_ours(key: tuple[str, str, int]) -> bool:
    return key[1] == PUPIL_COMPUTER

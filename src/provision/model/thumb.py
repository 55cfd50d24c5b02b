"""Plans by rules of thumb: what an office could do by hand, on the same data, under the same rules, audited alike.

Each year's money buys one machine after another, and the rule says which school is next; at that school whatever
costs least a year in which it is lacking. Money that may be kept for the next year is; what would lapse buys ahead
for later years. Once no computer can be bought, what is left buys what else schools need, heaviest weight first,
cheapest first. Locked purchases and promises come before all; nothing is ever moved from school to school.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from provision.domain.accounts import coverage_of, promises_of, spending_of, starved, upkeep_of
from provision.domain.plan import Plan, Rung, with_clock
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.errors import NoAnswer
from provision.model.certificate import certify
from provision.model.ladder import reached
from provision.model.objectives import OBJECTIVES
from provision.model.offers import Place
from provision.model.payments import invoices_of, pay, settle, tightened
from provision.model.reading import purchases_of
from provision.model.rules import promised_terms
from provision.model.solve import MARGINS, audited, is_proven, totals_of
from provision.model.things import fit_the_rooms, refurbish_what_ages, repair_what_is_there
from provision.model.till import Till
from provision.model.variables import Variables, declare


@dataclass(frozen=True, slots=True)
class Turn:
    """A school that could be next: items it lacks now and lacked as the year began, its need and pupils.

    ``spent`` is the whole VND its computers have cost so far; ``a_year`` is the VND that one item more costs for each
    year in which it is lacking.
    """

    school: str
    lacks: int
    lacked: int
    need: int
    pupils: int
    spent: int
    a_year: Fraction


Thumb = Callable[[Turn], Fraction]
"""Whose turn it is: least first, then what is cheapest, then the first code. What is bought never lowers it."""


def per_pupil(turn: Turn) -> Fraction:
    """Return the VND a pupil that a school has had so far: equal shares give the next to whoever had least."""
    return Fraction(turn.spent, max(1, turn.pupils))


def cheapest_first(turn: Turn) -> Fraction:
    """Return the VND for each year in which something is lacking: the cheapest gap is filled first."""
    return turn.a_year


def neediest_first(turn: Turn) -> Fraction:
    """Return the share that was lacking as the year began, turned round: the neediest is served in full first."""
    return -Fraction(turn.lacked, max(1, turn.need))


def one_by_one(turn: Turn) -> Fraction:
    """Return the share that is lacking now, turned round: each machine goes to the worst-off of the moment."""
    return -Fraction(turn.lacks, max(1, turn.need))


THUMBS: Mapping[str, Thumb] = MappingProxyType(
    {"per_pupil": per_pupil, "cheapest": cheapest_first, "neediest": neediest_first, "one_by_one": one_by_one}
)
"""The rules of thumb by code, in the order they are told."""

_Key = tuple[str, str, int]
"""What is bought: school, option, year."""


def by_thumb(plan: Plan, thumb: Thumb) -> Plan:
    """Return the plan that a rule of thumb makes of a plan's question, in whole machines, audited.

    It claims no bound of its own, so that it is ``feasible`` unless nothing could be better. What holds of the
    question itself, the prices of money and the proof of what is missing at least, is the plan's.

    Raises
    ------
    NoAnswer
        Where locked purchases cannot be paid.

    """
    for margin in MARGINS:
        try:
            return _planned(plan, thumb, tightened(plan.problem, margin))
        except NoAnswer:
            continue
    raise NoAnswer("no_answer", status="payments")


def _planned(plan: Plan, thumb: Thumb, tight: Problem) -> Plan:
    problem, v = plan.problem, declare(tight)
    hand = _Hand(v)
    hand.keep_promises()
    hand.fill(PUPIL_COMPUTER, thumb, hand.gap)
    for item in sorted(set(problem.items) - {PUPIL_COMPUTER}, key=lambda item: (-problem.weights[item], item)):
        hand.fill(item, cheapest_first, hand.gap)
    hand.fill(PUPIL_COMPUTER, thumb, hand.wider)
    purchases = purchases_of(v, hand.values)
    payments = settle(problem, purchases, ())
    unproven = (Rung(name, 0.0, 0.0, 0.0) for name in problem.rungs)
    rungs = tuple(reached(v, hand.values, rung, OBJECTIVES[rung.name](v)) for rung in unproven)
    coverage = coverage_of(problem, purchases, ())
    made = replace(
        plan,
        status="proven" if is_proven(rungs) else "feasible",
        reproducible=True,
        rungs=rungs,
        purchases=purchases,
        transfers=(),
        payments=payments,
        coverage=coverage,
        spending=spending_of(problem, payments),
        upkeep=upkeep_of(problem, purchases, (), payments),
        promises=promises_of(problem, purchases),
        tail_cost=float(sum(c.missing for c in coverage if c.item == PUPIL_COMPUTER)),  # nobody knows that it is less
        starved_before=starved(coverage) if "fairness" in problem.rungs else None,
        warnings=with_clock(problem, reproducible=True),
    )
    made = replace(made, totals=totals_of(made))
    return audited(replace(made, certificate=certify(made, plan.certificate.duals)))


class _Hand:
    """What is bought so far, what it leaves lacking, and what rooms, repairs and money still allow.

    ``values`` are by variable name; ``gap`` is what mandatory need lacks in items, ``wider`` with the optional need.
    """

    def __init__(self, v: Variables) -> None:
        """Begin with what is bought in any case: what a planner locked."""
        self._v = v
        self.gap, self.wider = dict(v.gap), dict(v.wider)
        self.values = {x.name: 0.0 for x in v.counts}
        self._spent: Counter[str] = Counter()
        self._room: list[int] = []
        self._takes: dict[str, list[tuple[int, int]]] = {}
        for rule in (repair_what_is_there, refurbish_what_ages, fit_the_rooms):
            for _, row in rule(v):
                for variable, count in row.items():
                    self._takes.setdefault(variable.name, []).append((len(self._room), round(count)))
                self._room.append(round(row.getUb()))
        locked = {key: round(x.lowBound) for key, x in v.buy.items() if x.lowBound}
        for key, count in locked.items():
            self._take(key, count)
        self._rooms: dict[int, list[_Key]] = {}
        for key in sorted(v.buy, key=lambda key: (v.problem.prices[key[1:]], key)):
            for row, count in self._takes.get(v.buy[key].name, ()):
                if count < 0:
                    self._rooms.setdefault(row, []).append(key)
        for room in self._housed(()):  # what is locked may need rooms that are not
            self._take(room, 1)
        given = invoices_of(v.problem, purchases_of(v, self.values), ())
        self._till = Till(v.problem, pay(v.problem, [i for i in given if i.must or i.kind == "purchase"]))

    def keep_promises(self) -> None:
        """Buy what an earlier plan promised, the cheapest of each item, as far as the money goes."""
        p, kept = self._v.problem, promised_terms(self._v)
        for place, count in sorted(p.promised.items(), key=lambda row: (row[0][2], row[0])):
            school, item, year = place
            ways = [key for key in self._ways(item, year) if key[0] == school]
            ways = sorted((key for key in ways if p.options[key[1]].item == item), key=lambda k: p.prices[k[1], year])
            while sum(n * self.values[x.name] for x, n in kept.get(place, ())) < count:
                if not any(self._buy((key,)) for key in ways):
                    break

    def fill(self, item: str, thumb: Thumb, gap: Mapping[Place, int]) -> None:
        """Buy an item year by year: for the year in which it arrives, then with money that lapses for later ones."""
        p = self._v.problem
        for year in p.open_years:
            ways, arrives = self._ways(item, year), year + p.scenario.delivery_lag
            for at in range(arrives, p.years_of(item)[-1] + 1):
                self._round(item, ways, at, thumb, gap, lapsing=at > arrives)

    def _ways(self, item: str, year: int) -> list[_Key]:
        options = {o for o, terms in self._v.problem.options.items() if item in terms.serves}
        return [key for key in self._v.buy if key[1] in options and key[2] == year]

    def _round(
        self, item: str, ways: Sequence[_Key], at: int, thumb: Thumb, gap: Mapping[Place, int], *, lapsing: bool
    ) -> None:
        """Buy for one year's lack until nobody lacks any more, or nobody can be paid for."""
        lacked = {place: n for place, n in gap.items() if place[1:] == (item, at) and n > 0}

        def turn(key: _Key) -> tuple[Fraction, Fraction, _Key] | None:
            place = (self._v.problem.owner(key[0], at) or "", item, at)
            if gap.get(place, 0) <= 0 or not any(brought == place for brought, _ in self._v.offers[key].brings):
                return None
            found = self._turn(key, place, lacked[place], gap)
            return thumb(found), found.a_year, key

        turns = [found for key in ways if (found := turn(key)) is not None] if lacked else []
        heapify(turns)
        while turns:
            before = heappop(turns)
            now = turn(before[2])
            if now == before and not self._buy(self._housed((now[2],)), lapsing=lapsing):
                continue  # neither money nor things are there for it: that does not change any more
            if now is not None:
                heappush(turns, now)

    def _turn(self, key: _Key, place: Place, lacked: int, gap: Mapping[Place, int]) -> Turn:
        p, offer = self._v.problem, self._v.offers[key]
        school, item, at = place
        useful = sum(1 for brought, _ in offer.brings if brought[1] == item and gap.get(brought, 0) > 0)
        row = p.demand[school, item, min(at, p.years[-1])]
        cost = sum(charge.amount for charge in offer.charges)
        return Turn(
            school, gap[place], lacked, row.mandatory, row.pupils, self._spent[key[0]], Fraction(cost, max(1, useful))
        )

    def _housed(self, keys: Sequence[_Key]) -> Sequence[_Key]:
        """Return purchases with what they need where machines wait for rooms: the cheapest rooms of each year."""
        while (full := self._full(keys)) is not None and full in self._rooms and len(keys) <= len(self._room):
            keys = (*keys, self._rooms[full][0])
        return keys

    def _full(self, keys: Sequence[_Key]) -> int | None:
        """Return the first limit of rooms and repairs that one more of each would break; of none, that is broken."""
        wanted: Counter[int] = Counter()
        for key in keys:
            for row, count in self._takes.get(self._v.buy[key].name, ()):
                wanted[row] += count
        return next(
            (row for row in (wanted if keys else range(len(self._room))) if wanted[row] > self._room[row]), None
        )

    def _buy(self, keys: Sequence[_Key], *, lapsing: bool = False) -> bool:
        """Buy one of each, or nothing; say whether there was room and money for them."""
        wanted = Counter(self._v.buy[key] for key in keys)
        if any(x.upBound is not None and self.values[x.name] + n > x.upBound for x, n in wanted.items()):
            return False
        if self._full(keys) is not None:
            return False
        if not self._till.pay((c for key in keys for c in self._v.offers[key].charges), lapsing=lapsing):
            return False
        for key in keys:
            self._take(key, 1)
        return True

    def _take(self, key: _Key, count: int) -> None:
        variable, offer = self._v.buy[key], self._v.offers[key]
        self.values[variable.name] += count
        for row, each in self._takes.get(variable.name, ()):
            self._room[row] -= each * count
        for place, brought in offer.brings:
            for table in (self.gap, self.wider):
                if place in table:
                    table[place] -= brought * count
        if PUPIL_COMPUTER in self._v.problem.options[key[1]].serves:
            self._spent[key[0]] += count * sum(charge.amount for charge in offer.charges)

"""Every plan of a small world, tried one by one.

Machines are whole, so there are finitely many purchases and moves worth a try; who pays for one of them and what is
carried over is continuous, and asked of a linear program that knows nothing but money. Plans are struck out early
where the funds that may pay a kind of bills cannot have had enough in some years, which no later choice can mend.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import floor, inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import highspy
import numpy as np
import numpy.typing as npt
from independent import MILLION, Bill, Kind, Tables
from worlds import World, move, roadmap
from worlds import year as school_year

from provision import Scenario, pose
from provision.domain.plan import Plan
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Problem
from provision.domain.roadmap import Minimum, Roadmap
from provision.model.highs import Effort, solver

FEWEST, MOST = 20, 100_000
"""How many plans a small world has: with fewer there is little to choose, more cannot all be tried."""

Place = tuple[str, str, int]
"""Who has a thing: school, item, year."""

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]


class TooManyPlansError(Exception):
    """A world has more plans than can be tried."""


@dataclass
class Way:
    """One thing a plan decides: a purchase of an option, or a move; what one of it brings, costs and uses up.

    ``uses`` counts against limits by their key; ``kind`` is option and year of a purchase, None for a move.
    """

    most: int
    kind: tuple[str, int] | None
    net: Fraction
    rank: Fraction
    brings: Counter[Place] = field(default_factory=Counter)
    costs: Counter[Bill] = field(default_factory=Counter)
    uses: Counter[object] = field(default_factory=Counter)


class Exhaustive(Tables):
    """A problem with all its plans: ``plans`` is a row each, a column for each of ``ways``."""

    def __init__(self, problem: Problem) -> None:
        """Find all plans; raise ``TooManyPlansError`` where they are more than can be tried."""
        super().__init__(problem)
        assert not (problem.facts or problem.companions or problem.locks or problem.seats), "not known here"
        assert problem.scenario.whole_machines and not problem.scenario.hold, "nothing to count"
        self.stock: Counter[Place] = Counter()
        self.held: Counter[Place] = Counter()
        for (school, c), count in problem.cohorts.items():
            for year in (y for y in self.span(c.item) if c.first <= y <= c.last):
                self.held[self.holder(school, year), c.item, year] += count
                if (heir := self.owner(school, year)) is not None:
                    self.stock[heir, c.item, year] += count
        self.limits: dict[object, int] = {}
        self.ways = [way for way in (*self._purchases(), *self._moves()) if way.most]
        self.purse = Purse(self)
        self.plans = self._all_plans()
        self.values = {name: np.round(self._value(name), 9) for name in problem.rungs}

    # ---- what can be decided ----------------------------------------------------------------------------------

    def lack(self, place: Place, *, optional: bool) -> int:
        """Return the need that stock leaves open at a place, with the optional need or without."""
        need, more = self.asked(*place)
        return max(0, need + more * optional - self.stock[place])

    def _open(self, place: Place) -> int:
        """Return how many more could be of use at a place; beyond the tail nobody counts."""
        inside = place[2] in self.span(place[1])
        return self.lack(place, optional=self.problem.scenario.optional_grades) if inside else 0

    def _purchases(self) -> Iterator[Way]:
        """Yield what may be bought: no more than is ever lacking, which would be money for nothing."""
        p = self.problem
        ranks = self._ranks()
        for (option, year), price in sorted(p.prices.items()):
            terms, works = p.options[option], self.works(option, year)
            after = Fraction(sum(y > self.last for y in works), len(works))
            for school in (s for s in p.schools if (s, year) in p.open_schools):
                rank = year - p.years[0] + Fraction(sorted(p.options).index(option) + 1, 10) + ranks[school]
                way = Way(0, (option, year), price * (1 - after), rank)
                way.costs[Bill(school, year, terms.item, terms.mode)] += price
                for y in works:
                    heir = self.owner(school, y)
                    if heir is None:
                        continue
                    for item in self.serves(option):
                        way.brings[heir, item, y] += 1
                    if p.scenario.upkeep == "reserve" and y <= self.last:
                        way.costs[Bill(heir, y, terms.item, "upkeep")] += terms.upkeep
                        way.net += terms.upkeep
                way.most = max(map(self._open, way.brings), default=0)
                self._use_up_what_is_mended(way, school, option, year)
                yield way

    def _ranks(self) -> dict[str, Fraction]:
        """Return what a school's place in code order counts where plans are equal in all else."""
        there = sorted({school for school, _ in self.problem.open_schools})
        return {school: Fraction(n, 10 * len(there)) for n, school in enumerate(there, start=1)}

    def _use_up_what_is_mended(self, way: Way, school: str, option: str, year: int) -> None:
        """Count a repair against the machines there to be repaired, what is made new against those just worn out."""
        p, terms = self.problem, self.problem.options[option]
        if terms.mode == "repair":
            for y in (y for y in p.years if y >= year):
                holder = self.holder(school, y)
                there = (
                    n for (s, item), n in p.repairable.items() if (self.holder(s, y), item) == (holder, terms.item)
                )
                self._limit(way, ("repair", holder, terms.item, y), sum(there))
        if terms.mode == "refurbish":
            self._limit(way, ("worn", school, terms.item, year), self._worn(school, terms.item, year))

    def _worn(self, school: str, item: str, year: int) -> int:
        return sum(
            n
            for (s, c), n in self.problem.cohorts.items()
            if (c.item, c.last, self.holder(s, year)) == (item, year - 1, school)
        )

    def _limit(self, way: Way, key: object, most: int) -> None:
        way.uses[key] += 1
        self.limits[key] = most

    def _moves(self) -> Iterator[Way]:
        """Yield what may move: a school's own spare machines, once, to one of its unit that ever lacks such."""
        p = self.problem
        owned: Counter[tuple[str, Kind, int]] = Counter()
        for (school, c), count in p.cohorts.items():
            for year in (y for y in p.years if c.first <= y):
                owned[self.holder(school, year), (c.item, c.last, c.upkeep), year] += count
        for (giver, kind, year), count in sorted(owned.items()):
            item, ends, _ = kind
            if not p.scenario.transfers or item == LAB or year > ends or (item, year) not in p.freight:
                continue
            for taker in (s for s in p.schools if p.unit_of[s] == p.unit_of[giver]):
                if taker != giver and (taker, year) in p.open_schools:
                    yield self._move(giver, taker, kind, year, count, owned)

    def _move(
        self, giver: str, taker: str, kind: Kind, year: int, count: int, owned: Mapping[tuple[str, Kind, int], int]
    ) -> Way:
        p, ranks, (item, ends, _) = self.problem, self._ranks(), kind
        price = p.freight[item, year][1]
        rank = 1 + year - p.years[0] + ranks.get(giver, Fraction(0)) + ranks[taker]
        way = Way(count, None, Fraction(price), rank)
        way.costs[Bill(taker, year, item, "move")] += price
        lives = range(year, min(ends, self.span(item)[-1]) + 1)
        for y in lives:
            for school, sign in ((giver, -1), (taker, 1)):
                if (heir := self.owner(school, y)) is not None:
                    way.brings[heir, item, y] += sign
            place = (self.holder(giver, y), item, y)
            self._limit(way, ("spare", *place), max(0, self.held[place] - sum(self.asked(*place))))
        heirs = [(heir, item, y) for y in lives if (heir := self.owner(taker, y)) is not None]
        self._limit(way, ("lacks", taker, kind, year), max(map(self._open, heirs), default=0))
        for y in (y for y in p.years if y >= year):
            holder = self.holder(giver, y)
            self._limit(way, ("own", holder, kind, y), owned[holder, kind, y])
            if y == ends + 1:
                self._limit(way, ("worn", holder, item, y), self._worn(holder, item, y))
        return way

    # ---- all plans --------------------------------------------------------------------------------------------

    def _all_plans(self) -> Counts:
        """Return every plan that keeps the limits and that the money could ever suffice for."""
        rows = [[way.uses[key] for way in self.ways] for key in self.limits]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), len(self.ways))
        costs, most = self.purse.windows()
        table = np.concatenate([table, costs])
        room = np.concatenate([np.array(list(self.limits.values()), dtype=np.int64), most])
        binds = table @ np.array([way.most for way in self.ways], dtype=np.int64) > room
        table, room = table[binds], room[binds]
        plans, left = np.zeros((1, 0), np.int32), room[None, :]
        for column, way in zip(table.T, self.ways, strict=True):
            n = np.arange(way.most + 1)
            fits = (left[:, None, :] >= n[None, :, None] * column).all(axis=2)
            before, taken = np.nonzero(fits)
            if len(before) > MOST:
                raise TooManyPlansError
            left = left[before] - n[taken][:, None] * column
            plans = np.concatenate([plans[before], n[taken][:, None].astype(np.int32)], axis=1)
        return plans

    def _weighed(self, parts: Callable[[Way], Fraction]) -> Floats:
        return self.plans @ np.array([float(parts(way)) for way in self.ways])

    def _have(self, place: Place) -> Counts:
        """Return what each plan has at a place."""
        return self.stock[place] + self.plans @ np.array([way.brings[place] for way in self.ways], np.int32)

    def _value(self, name: str) -> Floats:
        """Return what each plan is worth by a rung of the ladder, as its docstring says."""
        p, total = self.problem, np.zeros(len(self.plans))
        if name == "money":
            return self._weighed(lambda way: way.net / MILLION)
        if name == "tie":
            return self._weighed(lambda way: way.rank)
        for school, item in sorted({(s, i) for s, i, _ in p.demand}):
            for year in self.span(item):
                need, more = self.asked(school, item, year)
                if (item == PUPIL_COMPUTER) is (name == "minimums") or not need + more:
                    continue
                have = self._have((school, item, year))
                missing = np.maximum(0, need - have)
                if name == "missing" and need:
                    total += self.weight(item, year, school) * missing
                if name == "minimums":
                    total += float(p.weights[item]) * self.fading(year) * missing
                if name == "optional":
                    total += self.fading(year) * (np.maximum(0, need + more - have) - missing)
                if name == "fairness" and year <= self.last:
                    for tenth in range(1, 10):
                        edge = floor(Fraction(tenth * need, 10) / p.priority[school])
                        total += 2 ** (tenth - 1) * np.maximum(0, missing - edge)
        return total

    # ---- answers ----------------------------------------------------------------------------------------------

    def least(self, name: str, held: Mapping[str, float], *, like: Plan | None = None) -> float:
        """Return the least of a rung among the plans that can be paid and keep what is held, infinite without any.

        With ``like`` only among those that buy as many of each option in each year as that plan.
        """
        kept = np.ones(len(self.plans), dtype=bool)
        for other, most in held.items():
            kept &= self.values[other] <= most + 1e-6 * (1 + abs(most))
        for (option, year), count in self._counts(like).items() if like else ():
            mask = np.array([way.kind == (option, year) for way in self.ways], dtype=np.int32)
            kept &= self.plans @ mask == count
        rows = np.flatnonzero(kept)
        values = self.values[name]
        ordered = rows[np.argsort(values[rows], kind="stable")]
        return next((float(values[n]) for n in ordered if self.purse.pays(n)), inf)

    def _counts(self, plan: Plan) -> Counter[tuple[str, int]]:
        found = Counter({kind: 0 for way in self.ways if (kind := way.kind) is not None})
        for p in plan.purchases:
            found[p.option, p.year] += int(p.quantity)
        return found


class Purse:
    """The money of a problem: whether the funds can pay for a plan, by a linear program of nothing but money."""

    def __init__(self, world: Exhaustive) -> None:
        """State who may pay what, and what may be kept for the next year, in million VND."""
        self._world, self._known = world, {}
        problem = world.problem
        payers = {bill: frozenset(world.payers(bill)) for way in world.ways for bill in way.costs}
        self._kinds = sorted(
            {(funds, bill.year) for bill, funds in payers.items()}, key=lambda k: (k[1], sorted(k[0]))
        )
        place = {kind: n for n, kind in enumerate(self._kinds)}
        self._costs = np.zeros((len(self._kinds), len(world.ways)), dtype=np.int64)
        for n, way in enumerate(world.ways):
            for bill, cost in way.costs.items():
                self._costs[place[payers[bill], bill.year], n] += cost
        self._solver = solver(Effort(gap=0, nodes=0, seconds=inf))
        columns: dict[object, int] = {}
        for n, (funds, _) in enumerate(self._kinds):
            for fund in sorted(funds):
                columns["pay", fund, n] = len(columns)
        for fund, year in problem.purses:
            columns["keep", fund, year] = len(columns)
        for _ in columns:
            self._solver.addVar(0.0, highspy.kHighsInf)

        def need(low: float, terms: Mapping[object, float], high: float) -> None:
            there = {columns[key]: x for key, x in terms.items() if key in columns}
            self._solver.addRow(
                low, high, len(there), np.array(list(there), np.int32), np.array(list(there.values()))
            )

        for n, (funds, _) in enumerate(self._kinds):
            need(0.0, {("pay", fund, n): 1.0 for fund in funds}, 0.0)
        for (fund, year), purse in problem.purses.items():
            spent = {("pay", fund, n): 1.0 for n, (funds, y) in enumerate(self._kinds) if y == year and fund in funds}
            kept, before, share = ("keep", fund, year), ("keep", fund, year - 1), float(purse.carry_over)
            need(-highspy.kHighsInf, spent | {kept: 1.0, before: -1.0}, purse.amount / MILLION)
            need(-highspy.kHighsInf, {kept: 1.0, before: -share}, share * purse.amount / MILLION)

    def windows(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return rows no plan can break, in VND: what some funds alone may pay in some years, and have."""
        problem = self._world.problem
        funds = sorted({fund for fund, _ in problem.purses})
        brought = self._most_kept()
        rows, most = [], []
        for some in (set(c) for n in range(len(funds) + 1) for c in combinations(funds, n)):
            for first in problem.years:
                there = sum((brought[fund, first] for fund in some), Fraction(0))
                for last in (y for y in problem.years if y >= first):
                    there += sum(problem.purses[fund, last].amount for fund in some)
                    theirs = [n for n, (who, y) in enumerate(self._kinds) if who <= some and first <= y <= last]
                    rows.append(self._costs[theirs].sum(axis=0))
                    most.append(floor(there))
        return np.array(rows, np.int64).reshape(len(rows), len(self._world.ways)), np.array(most, np.int64)

    def _most_kept(self) -> dict[tuple[FundKey, int], Fraction]:
        """Return the most a fund could have kept from the years before, had it paid nothing."""
        kept: dict[tuple[FundKey, int], Fraction] = defaultdict(Fraction)
        for (fund, year), purse in sorted(self._world.problem.purses.items()):
            kept[fund, year + 1] = purse.carry_over * (purse.amount + kept[fund, year])
        return kept

    def pays(self, row: int) -> bool:
        """Say whether the funds can pay for a plan: exactly where each bill has one payer, else by the program."""
        costs = tuple((self._costs @ self._world.plans[row]).tolist())
        if costs not in self._known:
            alone = all(len(funds) < 2 for funds, _ in self._kinds)
            self._known[costs] = self._each_pays(costs) if alone else self._together_pay(costs)
        return self._known[costs]

    def _each_pays(self, costs: Sequence[int]) -> bool:
        """Say whether each fund can pay what it alone may, in whole VND, keeping as much of the rest as it may."""
        due = {(fund, year): cost for (funds, year), cost in zip(self._kinds, costs, strict=True) for fund in funds}
        if any(cost for (funds, _), cost in zip(self._kinds, costs, strict=True) if not funds):
            return False
        kept: dict[FundKey, int] = defaultdict(int)
        for (fund, year), purse in sorted(self._world.problem.purses.items()):
            there = purse.amount + kept[fund]
            left = there - due.get((fund, year), 0)
            if left < 0:
                return False
            kept[fund] = min(left, floor(purse.carry_over * there))
        return True

    def _together_pay(self, costs: Sequence[int]) -> bool:
        for n, cost in enumerate(costs):
            self._solver.changeRowBounds(n, cost / MILLION, cost / MILLION)
        self._solver.run()
        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


# ---- small worlds ----------------------------------------------------------------------------------------------


def small_world(r: Random) -> tuple[World, Roadmap, dict[str, object]]:
    """Return a world of one to three schools, years and options, its roadmap, and the levers moved."""
    world, count, span = World().unit(), r.choice([1, 2, 2, 3]), r.choice([1, 2, 2, 3])
    codes = [f"s{n}" for n in range(count)]
    for code in codes:
        _school(world, code, codes, span, r)
    items = _options(world, r)
    minimums = [Minimum(item, "school", 1, Fraction(r.choice([1, 2]), 2), (), "all", "3") for item in items]
    for code in codes:
        for item in ["pupil_computer", *items][: r.randint(0, 2)]:
            rest = {"life_years": r.randint(2, 5), "upkeep": r.choice([0, 500_000])}
            rest["condition"] = r.choice(["working", "working", "repairable"])
            world.thing(code, item, r.randint(1, 3), -r.randint(0, 3), **rest)
    _funds(world, codes, span, r)
    calendar: dict[int, list[int]] = {0: [3, 6], 1: r.choice([[3, 6], [3, 4, 6]])}
    may: dict[int, list[int]] = {0: [4], 1: [5]} if r.random() < 0.5 else {}
    levers: dict[str, object] = {"optional_grades": True} if may and r.random() < 0.8 else {}
    drawn: Mapping[str, tuple[float, list[object]]] = {
        "lease": (0.7, [True]),
        "transfers": (0.2, [False]),
        "weigh": (0.2, ["pupils"]),
        "priority_weight": (0.25, [1.5, 2.0]),
        "upkeep": (0.25, ["reserve"]),
        "delivery_lag": (0.1, [1]),
        "ladder": (
            0.1,
            [("minimums", "missing", "money", "fairness", "tie"), ("missing", "money", "minimums", "tie")],
        ),
    }
    move(levers, drawn, r)
    return world, roadmap(calendar, optional=may, minimums=minimums), levers


def _school(world: World, code: str, codes: list[str], span: int, r: Random) -> None:
    """Add a school of one to three machines a year; all but the last may merge into it, close or open late."""
    level = "combined" if code == codes[-1] and len(codes) > 1 else r.choice(["primary", "lower_secondary"])
    rest: dict[str, object] = {"disadvantaged": int(r.random() < 0.5)}
    years = list(range(span))
    if code != codes[-1] and span > 1 and (fate := r.random()) < 0.5:
        if fate < 0.1:
            rest["open_from"], years = school_year(1), years[1:]
        else:
            closes = r.randint(1, span - 1)
            rest["open_until"], years = school_year(closes - 1), years[:closes]
            rest |= {"merged_into": codes[-1]} if fate < 0.4 else {}
    world.school(code, level, **rest)
    grades = {"primary": [3, 4], "lower_secondary": [6], "combined": [3, 6]}[level]
    for grade in grades:
        for index in years:
            world.pupils(code, index, grade, r.randint(0, 56 if grade == 3 else 30))


def _options(world: World, r: Random) -> list[str]:
    """Add one to three ways to get a pupil computer, maybe a way to move them and another item; return that item."""
    million = 1_000_000
    ways: dict[str, dict[str, object]] = {
        "new": {"price": r.randint(8, 13) * million, "life": r.randint(1, 4), "upkeep": r.choice([0, million])},
        "used": {"price": r.randint(5, 8) * million, "life": r.randint(1, 2)},
        "rent": {"price": r.randint(2, 5) * million, "life": 1, "mode": "lease"},
        "fix": {"price": r.randint(1, 4) * million, "life": r.randint(1, 2), "mode": "repair"},
        "renew": {"price": r.randint(2, 5) * million, "life": r.randint(1, 2), "mode": "refurbish"},
    }
    for code in r.sample(sorted(ways), r.randint(1, 3)):
        world.option(code, **ways[code])  # type: ignore[arg-type]
    if r.random() < 0.5:
        world.option("van", r.randint(1, 2) * million, 1, mode="move")
    if r.random() < 0.6:
        return []
    world.option("printer", r.randint(2, 4) * million, r.randint(1, 3), item="printer")
    return ["printer"]


def _funds(world: World, codes: list[str], span: int, r: Random) -> None:
    """Add the unit's money, maybe some for few schools alone, and some for few modes or one item."""

    def amounts(most: int) -> list[int]:
        return [r.randint(0, most) * 1_000_000 for _ in range(span)]

    world.fund("main", amounts(40), carry_over=r.choice([0, 0.5, 1]))
    if r.random() < 0.5:
        schools = r.choice(["disadvantaged", r.choice(codes), ";".join(codes)])
        world.fund("own", amounts(20), schools=schools, carry_over=r.choice([0, 0.5, 1]))
    if r.random() < 0.5:
        rest = r.choice(
            [{"modes": "buy"}, {"modes": "move;upkeep"}, {"modes": "lease;repair"}, {"items": "pupil_computer"}]
        )
        world.fund("few", amounts(15), carry_over=r.choice([0, 0.25, 1]), **rest)


def small(seed: int) -> Exhaustive:
    """Return a small world with all its plans: the first of a seed that has neither too few nor too many."""
    r = Random(seed)
    while True:
        world, pack, levers = small_world(r)
        with TemporaryDirectory() as folder:
            problem = pose(world.load(Path(folder)), ["u"], pack, Scenario(**levers))  # type: ignore[arg-type]
        try:
            tried = Exhaustive(problem)
        except TooManyPlansError:
            continue
        if len(tried.plans) >= FEWEST:
            return tried

"""The whole model a second time, plainly: from a problem's tables alone, without the library's way of posing it.

Nothing is aggregated and nothing is left out because it cannot matter: a payment is one variable for each fund and
bill of one school, a move one for each giver, taker, kind of machine and year. Slow, and meant for small worlds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, inf

import highspy
import pulp

from provision.domain.plan import Plan
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Problem

MILLION = 1_000_000
MANY = 200
"""More items than any small world has at one school."""
SLIP = 1e-6
Kind = tuple[str, int, int]
"""Machines of the opening stock that are one as good as the other: item, last working year, upkeep."""


@dataclass(frozen=True)
class Bill:
    """What is to be paid: at whose school, in which year, what it is, and how it is had."""

    school: str
    year: int
    item: str
    mode: str


@dataclass(frozen=True)
class Answer:
    """The least found of an objective, and what no solution is below; both infinite where there is none."""

    found: float
    below: float


class Tables:
    """A problem's tables, read plainly: who has what, who may pay, what is asked, when what works."""

    def __init__(self, problem: Problem) -> None:
        """Read a problem."""
        self.problem = problem
        self.last = problem.years[-1]
        self.open = [y for y in problem.years if problem.frozen_until is None or y > problem.frozen_until]

    def owner(self, school: str, year: int) -> str | None:
        """Return who has a school's things; after the horizon as at its end."""
        return self.problem.owners[school, min(year, self.last)]

    def holder(self, school: str, year: int) -> str:
        """Return who keeps a school's things, also where it closed without a successor."""
        return self.problem.holders[school, min(year, self.last)]

    def asked(self, school: str, item: str, year: int) -> tuple[int, int]:
        """Return mandatory and optional need; after the horizon that of its last year."""
        row = self.problem.demand.get((school, item, min(year, self.last)))
        return (row.mandatory, row.optional) if row else (0, 0)

    def works(self, option: str, year: int, *, fact: bool = False) -> range:
        """Return the years in which something bought works: at once what is a fact, else when it is delivered."""
        first = year if fact else year + self.problem.scenario.delivery_lag + (year in self.problem.late)
        return range(first, first + self.problem.options[option].life_years)

    def span(self, item: str) -> range:
        """Return the years of the horizon and of an item's tail."""
        return range(self.problem.years[0], self.last + self.problem.tails.get(item, 0) + 1)

    def serves(self, option: str) -> set[str]:
        """Return the items that one of an option is."""
        return {self.problem.options[option].item, *self.problem.options[option].also_serves}

    def payers(self, bill: Bill) -> list[FundKey]:
        """Return the funds whose rules let them pay a bill."""
        return [
            fund
            for (fund, year), purse in sorted(self.problem.purses.items())
            if year == bill.year
            and (purse.modes is None or bill.mode in purse.modes)
            and (purse.items is None or bill.item in purse.items)
            and (purse.schools is None or bill.school in purse.schools)
        ]

    def fading(self, year: int) -> float:
        """Return what a year weighs: 1 in the horizon, after it nine tenths of the year before."""
        return float(Fraction(9, 10) ** max(0, year - self.last))

    def weight(self, item: str, year: int, school: str) -> float:
        """Return what one missing at a school weighs in a year: 1, or the pupils it would serve; fading."""
        row = self.problem.demand[school, item, min(year, self.last)]
        serves = Fraction(row.pupils, row.mandatory) if self.problem.scenario.weigh == "pupils" else Fraction(1)
        return self.fading(year) * float(serves)


class Independent(Tables):
    """A problem as one program; money in million VND."""

    def __init__(
        self,
        problem: Problem,
        *,
        more: Mapping[tuple[FundKey, int], float] | None = None,
        fill: Iterable[tuple[FundKey, int]] = (),
        empty: Iterable[tuple[FundKey, int]] = (),
    ) -> None:
        """State the problem with so many million VND more in some funds and years, or more or less to be found."""
        super().__init__(problem)
        self.more = more or {}
        self.program = pulp.LpProblem("independent", pulp.LpMinimize)
        self._named = 0
        self.filled = {cell: self.variable("filled") for cell in fill}
        self.emptied = {cell: self.variable("emptied") for cell in empty}
        self._buy()
        self._move()
        self._have()
        self._accompany()
        self._mend()
        self._house()
        self._pay()
        self._settle_the_facts()
        self._lock()
        self.objectives = {
            "promises": self._promises(),
            "missing": pulp.lpSum(self.weight(i, y, s) * u for (s, i, y), u in self.u.items() if _is_pc(i)),
            "minimums": pulp.lpSum(
                float(problem.weights[i]) * self.fading(y) * u for (_, i, y), u in self.u.items() if not _is_pc(i)
            ),
            "optional": pulp.lpSum(self.fading(y) * v for (_, i, y), v in self.v.items() if _is_pc(i)),
            "money": self._money(),
            "fairness": self._fairness(),
            "machine_years": pulp.lpSum(self.fading(y) * u for (_, i, y), u in self.u.items() if _is_pc(i)),
            "within_horizon": pulp.lpSum(u for (_, i, y), u in self.u.items() if _is_pc(i) and y <= self.last),
        }

    def variable(self, kind: str, *, whole: bool = False) -> pulp.LpVariable:
        """Return a new variable from 0 on."""
        self._named += 1
        return self.program.add_variable(f"{kind}_{self._named}", 0, None, pulp.LpInteger if whole else "Continuous")

    def need(self, row: pulp.LpConstraint) -> None:
        """State a row."""
        self.program.addConstraint(row)

    # ---- things -----------------------------------------------------------------------------------------------

    def _buy(self) -> None:
        """Any open school may buy any priced option in any year still to be planned."""
        p, whole = self.problem, self.problem.scenario.whole_machines
        self.x = {
            (s, o, y): self.variable("x", whole=whole)
            for o, y in sorted(p.prices)
            for s in p.schools
            if y in self.open and (s, y) in p.open_schools
        }

    def _move(self) -> None:
        """Opening stock moves once, from who holds it to an open school of its unit that could use one of its kind.

        In years still to be planned. Nobody takes more in than it lacks, only to make room for others elsewhere.
        """
        p = self.problem
        short = self._short()
        self.owned: dict[tuple[str, Kind, int], int] = defaultdict(int)
        for (school, c), count in p.cohorts.items():
            for year in (y for y in p.years if c.first <= y):
                self.owned[self.holder(school, year), (c.item, c.last, c.upkeep), year] += count
        self.g = {
            (giver, taker, kind, year): self.variable("g", whole=p.scenario.whole_machines)
            for giver, kind, year in sorted(self.owned)
            for taker in p.schools
            if p.scenario.transfers and year in self.open and kind[0] != LAB and kind[1] >= year
            if taker != giver and p.unit_of[giver] == p.unit_of[taker] and (taker, year) in p.open_schools
            if (kind[0], year) in p.freight
            if any((self.owner(taker, y), kind[0], y) in short for y in range(year, kind[1] + 1))
        }
        taken: dict[tuple[str, Kind, int], list[pulp.LpVariable]] = defaultdict(list)
        for (_, taker, kind, year), g in self.g.items():
            taken[taker, kind, year].append(g)
        for (taker, kind, year), found in taken.items():
            lacks = [short.get((self.owner(taker, y), kind[0], y), 0) for y in range(year, kind[1] + 1)]
            self.need(pulp.lpSum(found) <= max(lacks))
        moves: dict[tuple[str, Kind, int], list[pulp.LpVariable]] = defaultdict(list)
        lent: dict[tuple[str, str, int], list[pulp.LpVariable]] = defaultdict(list)
        for (giver, _, kind, year), g in self.g.items():
            for y in (y for y in p.years if y >= year):
                moves[self.holder(giver, y), kind, y].append(g)
            for y in (y for y in self.span(kind[0]) if year <= y <= kind[1]):
                lent[self.holder(giver, y), kind[0], y].append(g)
        for key, given in moves.items():
            self.need(pulp.lpSum(given) <= self.owned[key])
        held: dict[tuple[str, str, int], int] = defaultdict(int)
        for (school, c), count in p.cohorts.items():
            for y in (y for y in self.span(c.item) if c.first <= y <= c.last):
                held[self.holder(school, y), c.item, y] += count
        for key, given in lent.items():
            self.need(pulp.lpSum(given) <= max(0, held[key] - sum(self.asked(*key))))

    def _short(self) -> dict[tuple[str | None, str, int], int]:
        """Return how much of a need that the scenario plans for stock and what was really bought leave open."""
        p = self.problem
        there: dict[tuple[str | None, str, int], int] = defaultdict(int)
        for (school, c), count in p.cohorts.items():
            for y in (y for y in self.span(c.item) if c.first <= y <= c.last):
                there[self.owner(school, y), c.item, y] += count
        for (school, option, year), fact in p.facts.items():
            for item in self.serves(option):
                for y in (y for y in self.span(item) if y in self.works(option, year, fact=True)):
                    there[self.owner(school, y), item, y] += fact.quantity
        short: dict[tuple[str | None, str, int], int] = {}
        for school, item in {(s, i) for s, i, _ in p.demand}:
            for y in self.span(item):
                need, optional = self.asked(school, item, y)
                lack = need + optional * p.scenario.optional_grades - there[school, item, y]
                if lack > 0:
                    short[school, item, y] = lack
        return short

    def _have(self) -> None:
        """What a school has: what is left of its stock, what was bought and still works, what moved."""
        p = self.problem
        terms: dict[tuple[str, str, int], list[object]] = defaultdict(list)
        self.given: dict[tuple[str, int], float] = defaultdict(float)  # pupil computers nobody chooses

        def add(school: str, item: str, years: range, what: object, *, fixed: float = 0) -> None:
            for y in (y for y in self.span(item) if y in years):
                heir = self.owner(school, y)
                if heir is not None:
                    terms[heir, item, y].append(what)
                    if _is_pc(item):
                        self.given[heir, y] += fixed

        for (school, c), count in p.cohorts.items():
            add(school, c.item, range(c.first, c.last + 1), count, fixed=count)
        for (school, option, year), fact in p.facts.items():
            for item in self.serves(option):
                add(school, item, self.works(option, year, fact=True), fact.quantity, fixed=fact.quantity)
        for (school, option, year), x in self.x.items():
            for item in self.serves(option):
                add(school, item, self.works(option, year), x)
        for (giver, taker, kind, year), g in self.g.items():
            add(giver, kind[0], range(year, kind[1] + 1), -1 * g)
            add(taker, kind[0], range(year, kind[1] + 1), g)
        self.have = {key: pulp.lpSum(found) for key, found in terms.items()}
        self.u, self.v = {}, {}
        for school, item in sorted({(s, i) for s, i, _ in p.demand}):
            for year in self.span(item):
                key = (school, item, year)
                need, optional = self.asked(*key)
                have = self.have.get(key, pulp.lpSum([]))
                if need:
                    self.u[key] = self.variable("u")
                    self.need(have + self.u[key] >= need)
                if optional:
                    self.v[key] = self.variable("v")
                    self.need(have + pulp.lpSum(self.u.get(key, 0)) + self.v[key] >= need + optional)
                    if need and "optional" in p.rungs:
                        self._miss_no_more_than_is_missing(key, need - have, need)

    def _miss_no_more_than_is_missing(
        self, key: tuple[str, str, int], lack: pulp.LpAffineExpression, need: int
    ) -> None:
        """What a hold lets be missing on top does not count for optional need: missing is max(0, lack)."""
        lacks = self.variable("lacks", whole=True)
        self.need(pulp.lpSum(lacks) <= 1)
        self.need(self.u[key] <= lack + MANY * (1 - lacks))
        self.need(self.u[key] <= need * lacks)

    def _accompany(self) -> None:
        """With every machine or room comes what must."""
        due: dict[tuple[str, str, int], list[object]] = defaultdict(list)
        for (school, option, year), x in self.x.items():
            for code, count in self.problem.companions.get((option, year), ()):
                due[school, code, year].append(count * x)
        self.due = {key: pulp.lpSum(found) for key, found in due.items()}
        for key, asked in self.due.items():
            self.need(self.x[key] >= asked)

    def _mend(self) -> None:
        """A machine that stands there is repaired once; one whose life has just ended may be refurbished."""
        p = self.problem
        mended: dict[tuple[str, str, int], list[object]] = defaultdict(list)
        made_new: dict[tuple[str, str, int], list[object]] = defaultdict(list)
        for (school, option, year), x in self.x.items():
            o = p.options[option]
            if o.mode == "repair":
                for y in (y for y in p.years if y >= year):
                    mended[self.holder(school, y), o.item, y].append(x)
            if o.mode == "refurbish":
                made_new[self.holder(school, year), o.item, year].append(x)
        used: dict[tuple[str, str, int], int] = defaultdict(int)
        there: dict[tuple[str, str, int], int] = defaultdict(int)
        for y in p.years:
            for (school, item), count in p.repairable.items():
                there[self.holder(school, y), item, y] += count
            for (school, option, year), fact in p.facts.items():
                if p.options[option].mode == "repair" and year <= y:
                    used[self.holder(school, y), p.options[option].item, y] += fact.quantity
        for key, found in mended.items():
            self.need(pulp.lpSum(found) <= max(0, there[key] - used[key]))
        for (place, item, year), found in made_new.items():
            ended = sum(
                count
                for (school, c), count in p.cohorts.items()
                if (c.item, c.last) == (item, year - 1) and self.holder(school, year) == place
            )
            away = [
                g
                for (giver, _, kind, _), g in self.g.items()
                if kind[:2] == (item, year - 1) and self.holder(giver, year) == place
            ]
            self.need(pulp.lpSum(found) + pulp.lpSum(away) <= ended)

    def _house(self) -> None:
        """Where machines wait for rooms, a school has what its rooms take, or what it had and really bought."""
        p = self.problem
        if p.seats is None:
            return
        for school, year in sorted(p.open_schools):
            have = self.have.get((school, PUPIL_COMPUTER, year))
            if have is None or year not in self.open:
                continue
            rooms = [x for (s, o, y), x in self.x.items() if self._is_room_of(school, year, s, o, y, fact=False)]
            done = sum(
                f.quantity for (s, o, y), f in p.facts.items() if self._is_room_of(school, year, s, o, y, fact=True)
            )
            most = max(p.rooms.get((school, year), 0) + p.seats * done, self.given[school, year])
            self.need(have <= most + p.seats * pulp.lpSum(rooms))

    def _is_room_of(self, school: str, year: int, buyer: str, option: str, bought: int, *, fact: bool) -> bool:
        o = self.problem.options[option]
        return (
            (o.item, o.mode) == (LAB, "setup")
            and year in self.works(option, bought, fact=fact)
            and self.owner(buyer, year) == school
        )

    def _lock(self) -> None:
        """A planner's number is bought, beside what must come along."""
        for key, count in self.problem.locks.items():
            if key in self.x:
                self.need(self.x[key] - self.due.get(key, pulp.lpSum([])) == count)
            elif count:
                self.need(pulp.lpSum([self.variable("nothing")]) <= -1)

    # ---- money ------------------------------------------------------------------------------------------------

    def _pay(self) -> None:
        """Every bill is paid by funds that may; facts as far as funds can; nobody spends what has not come."""
        p = self.problem
        due: dict[Bill, list[object]] = defaultdict(list)
        facts: dict[Bill, float] = defaultdict(float)
        for (school, option, year), x in self.x.items():
            o = p.options[option]
            due[Bill(school, year, o.item, o.mode)].append(p.prices[option, year] / MILLION * x)
            if p.scenario.upkeep == "reserve" and o.upkeep:
                for y in (y for y in p.years if y in self.works(option, year)):
                    heir = self.owner(school, y)
                    if heir is not None:
                        due[Bill(heir, y, o.item, "upkeep")].append(o.upkeep / MILLION * x)
        for (_, taker, kind, year), g in self.g.items():
            due[Bill(taker, year, kind[0], "move")].append(p.freight[kind[0], year][1] / MILLION * g)
        for (school, option, year), fact in p.facts.items():
            o = p.options[option]
            facts[Bill(school, year, o.item, o.mode)] += fact.quantity * fact.unit_price / MILLION
        spent: dict[tuple[FundKey, int], list[pulp.LpVariable]] = defaultdict(list)
        self.unpaid = {}
        for bills in (due, facts):
            for bill, cost in bills.items():
                parts = {fund: self.variable("pay") for fund in self.payers(bill)}
                for fund, pay in parts.items():
                    spent[fund, bill.year].append(pay)
                if bills is facts:
                    self.unpaid[bill] = self.variable("unpaid")
                    self.need(pulp.lpSum(parts.values()) + self.unpaid[bill] == cost)
                else:
                    self.need(pulp.lpSum(parts.values()) == pulp.lpSum(cost))
        carried: dict[FundKey, object] = {}
        for (fund, year), purse in sorted(p.purses.items()):
            there = purse.amount / MILLION + self.more.get((fund, year), 0.0) + pulp.lpSum(carried.get(fund, 0))
            there += pulp.lpSum(self.filled.get((fund, year), 0)) - pulp.lpSum(self.emptied.get((fund, year), 0))
            carried[fund] = self.variable("carry")
            self.need(pulp.lpSum(spent[fund, year]) + carried[fund] <= there)
            self.need(carried[fund] <= float(purse.carry_over) * there)

    def _settle_the_facts(self) -> None:
        """What was really bought is paid first, so that as little of it as can be stays unpaid."""
        if self.unpaid:
            least = self._solve(pulp.lpSum(self.unpaid.values()), {}, 30)
            self.need(pulp.lpSum(self.unpaid.values()) <= least.found + 1e-7)

    # ---- objectives -------------------------------------------------------------------------------------------

    def _promises(self) -> pulp.LpAffineExpression:
        broken = []
        for (school, item, year), count in self.problem.promised.items():
            bought = [
                x for (s, o, y), x in self.x.items() if (s, self.problem.options[o].item, y) == (school, item, year)
            ]
            broken.append(self.variable("broken"))
            self.need(pulp.lpSum(bought) + broken[-1] >= count)
        return pulp.lpSum(broken)

    def _money(self) -> pulp.LpAffineExpression:
        p, spent = self.problem, []
        for (school, option, year), x in self.x.items():
            works, o = self.works(option, year), p.options[option]
            after = sum(y > self.last for y in works)
            cost = Fraction(p.prices[option, year]) * (1 - Fraction(after, len(works)))
            if p.scenario.upkeep == "reserve":
                cost += o.upkeep * sum(y in works and self.owner(school, y) is not None for y in p.years)
            spent.append(float(cost / MILLION) * x)
        for (_, _, kind, year), g in self.g.items():
            spent.append(p.freight[kind[0], year][1] / MILLION * g)
        return pulp.lpSum(spent)

    def _fairness(self) -> pulp.LpAffineExpression:
        parts = []
        for (school, item, year), u in self.u.items():
            if _is_pc(item) and year <= self.last:
                need, _ = self.asked(school, item, year)
                for tenth in range(1, 10):
                    band = self.variable("band")
                    self.need(band >= u - floor(Fraction(tenth * need, 10) / self.problem.priority[school]))
                    parts.append(2 ** (tenth - 1) * band)
        return pulp.lpSum(parts)

    # ---- answers ----------------------------------------------------------------------------------------------

    def least(self, name: str, held: dict[str, float], *, seconds: float = 20, like: Plan | None = None) -> Answer:
        """Return the least of an objective, others held; with ``like`` with as many bought a year as in that plan."""
        return self._solve(self.objectives[name], held, seconds, like=like)

    def least_in_fractions(self, name: str, held: dict[str, float] | None = None) -> float:
        """Return the least of an objective where nothing need be whole, others held."""
        return self._solve(self.objectives[name], held or {}, 20, whole=False).found

    def is_possible(self, held: Mapping[str, float] | None = None) -> bool:
        """Say whether there is any plan at all, of those that reach what is held."""
        return self._solve(pulp.lpSum([]), dict(held or {}), 20).found < inf

    def admits(self, plan: Plan, held: dict[str, float]) -> bool:
        """Say whether a plan's purchases and moves, as they are, keep the rules and what is held."""
        p = self.problem
        bought = {(b.school, b.option, b.year): b.quantity for b in plan.purchases if b.year in self.open}
        moved: dict[tuple[str, str, Kind, int], object] = defaultdict(int)
        for t in plan.transfers:
            moved[t.giver, t.taker, (t.item, t.last_year, t.upkeep), t.year] += t.quantity
        if not (bought.keys() <= self.x.keys() and moved.keys() <= self.g.keys()):
            return False
        slack = 0 if p.scenario.whole_machines else 1e-5
        for table, values in ((self.x, bought), (self.g, moved)):
            for key, variable in table.items():
                told = float(values.get(key, 0))
                variable.lowBound, variable.upBound = max(0, told - slack), told + slack
        try:
            return self._solve(pulp.lpSum([]), held, 20, rough=not p.scenario.whole_machines).found < inf
        finally:
            for variable in (*self.x.values(), *self.g.values()):
                variable.lowBound, variable.upBound = 0, None

    def _solve(
        self,
        objective: object,
        held: dict[str, float],
        seconds: float,
        *,
        rough: bool = False,
        whole: bool = True,
        like: Plan | None = None,
    ) -> Answer:
        program = self.program.copy()
        for name, most in held.items():
            scale = abs(most) if self.problem.scenario.whole_machines else abs(most) / 1000
            slip = 1e-4 if rough else SLIP * max(1, scale)
            program.addConstraint(self.objectives[name] <= most + slip, f"held_{name}")
        for (option, year), count in self._counts(like).items() if like else ():
            bought = pulp.lpSum(x for (_, o, y), x in self.x.items() if (o, y) == (option, year))
            whole_machines = self.problem.scenario.whole_machines
            program.addConstraint(bought == count if whole_machines else bought <= count + 1e-5)
        program.setObjective(pulp.lpSum(objective))
        answers = [self._run(program, seconds, whole, presolve) for presolve in ("on", "off")]
        return min(answers, key=lambda a: (a.found, a.below))  # no answer of either way is gainsaid by the other

    def _counts(self, plan: Plan) -> dict[tuple[str, int], float]:
        """Return how many of each option a plan buys in each year still to be planned."""
        counts = {(option, year): 0.0 for _, option, year in self.x}
        for p in plan.purchases:
            if p.year in self.open:
                counts[p.option, p.year] += float(p.quantity)
        return counts

    @staticmethod
    def _run(program: pulp.LpProblem, seconds: float, whole: bool, presolve: str) -> Answer:
        tight = {"mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9}
        solver = pulp.HiGHS(mip=whole, msg=False, gapRel=0, threads=1, timeLimit=seconds, presolve=presolve, **tight)
        program.solve(solver)
        ended = program.solverModel.getInfo()
        if ended.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Answer(inf, inf if program.sol_status == pulp.LpSolutionInfeasible else -inf)
        found = float(pulp.value(program.objective) or 0)
        below = ended.mip_dual_bound if whole and program.isMIP() else found
        return Answer(found, min(found, below) if below > -1e20 else found)


def _is_pc(item: str) -> bool:
    return item == PUPIL_COMPUTER

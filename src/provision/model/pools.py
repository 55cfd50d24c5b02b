"""A smaller program that bounds the whole one, and hands what it buys to the schools.

Schools that money cannot tell apart are pooled into one. A pool may use any of its machines for any of its gaps,
so it misses no more and pays no more than its schools can: what the pooled program proves holds for the whole.
Pools keep apart what would make that bound weak: schools that come to need less, and whom they merge into.
Measured on 60 schools, five years, three options: the relaxation without whole numbers is as good as the whole
program's to the fourth decimal, a node of the search costs 2-4 ms against 14, and handing down loses nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pulp

from provision.domain.problem import PUPIL_COMPUTER, Demand, Problem
from provision.model.objectives import OBJECTIVES
from provision.model.offers import Kin, Offer, Place
from provision.model.rules import state
from provision.model.things import rooms_left
from provision.model.variables import Variables, declare, expression, row_name


@dataclass(frozen=True)
class Pools:
    """The pooled program of a whole one.

    ``pool_of`` is each school's pool; ``total`` counts each option and year over all pools. Whole are these totals
    and what the pools with money of their own buy; the common pools only share the totals out.
    """

    whole: Variables
    pooled: Variables
    pool_of: Mapping[str, str]
    total: Mapping[tuple[str, int], pulp.LpVariable]

    def aim(self, rung: str) -> None:
        """Set the objective of a rung."""
        self.pooled.program.setObjective(OBJECTIVES[rung](self.pooled))

    def hold(self, rung: str, most: float) -> None:
        """Hold a rung's objective at ``most``; the whole program may reach it, so the pooled one can.

        What whole machines leave missing is whole in each year, so ``missing`` is held on whole sums: the next rung
        could otherwise trade in fractions of a machine that no plan can leave.
        """
        objective = OBJECTIVES[rung](self.pooled)
        if rung == "missing":
            years: dict[tuple[str, int], list[pulp.LpVariable]] = {}
            for (_, item, year), variable in self.pooled.missing.items():
                if item == PUPIL_COMPUTER:
                    years.setdefault((item, year), []).append(variable)
            sums: dict[pulp.LpVariable, float] = {}
            for key, variables in years.items():
                in_year = self.pooled.program.add_variable(row_name("missing_in", *key), 0, None, pulp.LpInteger)
                row = expression([*((x, 1.0) for x in variables), (in_year, -1.0)]) == 0
                self.pooled.program.addConstraint(row, row_name("missing_in", *key))
                sums[in_year] = objective[variables[0]]
            objective = expression(sums.items())
        self.pooled.program.addConstraint(objective <= most, row_name("hold", rung))

    def lift(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return what the pools buy where the schools buy as in ``values``, for a search to start from."""
        lifted = {x.name: 0.0 for x in (*self.pooled.counts, *self.total.values())}
        for (school, option, year), variable in self.whole.buy.items():
            bought = round(values[variable.name])
            lifted[self.pooled.buy[self.pool_of[school], option, year].name] += bought
            lifted[self.total[option, year].name] += bought
        for ours, theirs in ((self.whole.give, self.pooled.give), (self.whole.take, self.pooled.take)):
            for (school, kin, year), variable in ours.items():
                lifted[theirs[self.pool_of[school], kin, year].name] += round(values[variable.name])
        return lifted

    def hand_down(self, values: Mapping[str, float], *, near: int) -> pulp.LpProblem:
        """Return the whole program with as many of each option bought in each year as here, give or take ``near``."""
        groups: dict[tuple[str, int], list[pulp.LpVariable]] = {key: [] for key in self.total}
        for (_, option, year), variable in self.whole.buy.items():
            groups[option, year].append(variable)
        program = self.whole.program.copy()
        for key, variables in groups.items():
            count = round(values[self.total[key].name])
            bought = expression((x, 1.0) for x in variables)
            program.addConstraint(bought <= count + near, row_name("at_most", *key))
            program.addConstraint(bought >= count - near, row_name("at_least", *key))
        return program


def pool(v: Variables) -> Pools:
    """Return the pooled program of a whole one, with every rule and no objective."""
    pool_of = _pools(v)
    wanted = frozenset((pool_of[school], option, year) for school, option, year in v.buy)
    pooled = declare(_problem(v, pool_of), whole=v, wanted=wanted)
    pooled = replace(pooled, takings=_takings(v, pooled, pool_of))
    state(pooled)
    members: dict[tuple[str, int], list[tuple[pulp.LpVariable, float]]] = {}
    common = frozenset(f for (f, _), purse in pooled.problem.purses.items() if purse.schools is None)
    for theirs, ours in ((pooled.buy, v.buy), (pooled.give, v.give)):
        _bound(theirs, ours, pool_of)
    for key, variable in pooled.buy.items():
        _, option, year = key
        members.setdefault((option, year), []).append((variable, 1.0))
        if all(charge.bill[2] <= common for charge in pooled.offers[key].charges):
            variable.cat = pulp.LpContinuous
    for variable in (*pooled.give.values(), *pooled.take.values()):
        variable.cat = pulp.LpContinuous
    total = {}
    for count, terms in members.items():
        total[count] = pooled.program.add_variable(row_name("total", *count), 0, None, pulp.LpInteger)
        pooled.program.addConstraint(expression([*terms, (total[count], -1.0)]) == 0, row_name("total", *count))
    return Pools(v, pooled, MappingProxyType(pool_of), MappingProxyType(total))


def _takings(v: Variables, pooled: Variables, pool_of: Mapping[str, str]) -> Mapping[tuple[str, Kin, int], Offer]:
    """Return what pools may take over: as many as their schools, who may lack them in different years."""
    most = dict.fromkeys(pooled.takings, 0)
    for (school, kin, year), offer in v.takings.items():
        most[pool_of[school], kin, year] += offer.most
    return MappingProxyType({key: replace(offer, most=most[key]) for key, offer in pooled.takings.items()})


def _bound(
    theirs: Mapping[tuple[str, Any, int], pulp.LpVariable],
    ours: Mapping[tuple[str, Any, int], pulp.LpVariable],
    pool_of: Mapping[str, str],
) -> None:
    """Bound what a pool decides by what its schools may: nobody in the pool could use more."""
    most: dict[tuple[str, Any, int], list[float]] = {key: [0.0, 0.0] for key in theirs}
    for (school, thing, year), variable in ours.items():
        bounds = most[pool_of[school], thing, year]
        bounds[0] += variable.lowBound
        bounds[1] += variable.upBound
    for key, (low, high) in most.items():
        theirs[key].lowBound, theirs[key].upBound = low, high


def _problem(v: Variables, pool_of: Mapping[str, str]) -> Problem:
    """Return the problem with each pool as one school, whose stock is what its schools' stock meets of their need."""
    problem = v.problem
    pools = tuple(sorted(set(pool_of.values())))
    need: dict[Place, list[int]] = {}
    met: dict[Place, int] = {}
    for school, item in sorted({(s, i) for s, i, _ in problem.demand}):
        for year in problem.years_of(item):
            key, place = (pool_of[school], item, year), (school, item, year)
            needed, gap = problem.need(*place), v.gap.get(place, 0)
            asked = need.setdefault(key, [0, 0])
            asked[0] += needed
            asked[1] += v.wider.get(place, gap) - gap
            met[key] = met.get(key, 0) + needed - gap
    rooms = {
        (pool, year): left + met.get((pool, PUPIL_COMPUTER, year), 0)
        for (pool, year), left in _summed(rooms_left(problem) if problem.seats is not None else {}, pool_of).items()
    }
    members = {p: {s for s in pool_of if pool_of[s] == p} for p in pools}
    purses = {
        key: purse
        if purse.schools is None
        else replace(purse, schools=frozenset(p for p, inside in members.items() if inside & purse.schools))
        for key, purse in problem.purses.items()
    }
    return replace(
        problem,
        schools=pools,
        unit_of=MappingProxyType({p: problem.unit_of[p] for p in pools}),
        owners=MappingProxyType(
            {
                (p, y): None if problem.owners[p, y] is None else pool_of[problem.holder(p, y)]
                for p in pools
                for y in problem.years
            }
        ),
        holders=MappingProxyType({(p, y): pool_of[problem.holder(p, y)] for p in pools for y in problem.years}),
        open_schools=frozenset((pool_of[s], y) for s, y in problem.open_schools),
        demand=MappingProxyType(
            {k: Demand(n, more, 0) for k, (n, more) in need.items() if (n or more) and k[2] in problem.years}
        ),
        stock=MappingProxyType({key: n for key, n in met.items() if n}),
        cohorts=_summed(problem.cohorts, pool_of),
        spare=_summed(problem.spare, pool_of),
        repairable=_summed(problem.repairable, pool_of),
        rooms=MappingProxyType(rooms),
        promised=_summed(problem.promised, pool_of),
        purses=MappingProxyType(purses),
        facts=MappingProxyType({}),
    )


def _summed(table: Mapping[Any, int], pool_of: Mapping[str, str]) -> Mapping[Any, int]:
    """Return a table whose first key is a school, summed by pool."""
    summed: dict[Any, int] = {}
    for (school, *rest), count in table.items():
        key = (pool_of[school], *rest)
        summed[key] = summed.get(key, 0) + count
    return MappingProxyType(summed)


def _pools(v: Variables) -> dict[str, str]:
    """Return a pool for each school: alike in unit, payers, whose its things become, and when it needs less.

    A family is the schools that merge into one another. Where its gaps never shrink, no machine it could use is
    ever idle, and pooling it with others like it loses nothing; one that shrinks must not lend what lies idle.
    """
    problem = v.problem
    families: dict[str, list[str]] = {}
    for school in problem.schools:
        families.setdefault(problem.holder(school, problem.years[-1]), []).append(school)
    pool_of: dict[str, str] = {}
    marks: dict[str, Hashable] = {}
    for family in families.values():
        lower = []
        for item in problem.items:
            gaps = [sum(v.gap.get((s, item, year), 0) for s in family) for year in problem.years_of(item)]
            lower += [(item, n) for n, gap in enumerate(gaps) if gap < max(gaps[:n], default=0)]
        for school in family:
            payers = [key for key, purse in problem.purses.items() if purse.schools and school in purse.schools]
            closed = tuple(problem.owners[school, year] is None for year in problem.years)
            marks[school] = (problem.unit_of[school], tuple(sorted(payers)), tuple(lower), closed)
    while True:
        first: dict[Hashable, str] = {}
        split = {school: first.setdefault(marks[school], school) for school in sorted(marks)}
        if split == pool_of:
            return pool_of
        pool_of = split
        marks = {s: (pool_of[s], *(pool_of[problem.holder(s, year)] for year in problem.years)) for s in marks}

"""What purchases, transfers and payments come to: coverage, upkeep and promises by school, spending by fund."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor

from provision.domain.plan import Coverage, Payment, Promise, Purchase, Quantity, Spending, Transfer, Upkeep
from provision.domain.problem import PUPIL_COMPUTER, UNIT, Demand, Problem

STARVED = Fraction(3, 4)
"""The share of its need above which a school that misses it is called starved."""

_NO_DEMAND = Demand(0, 0, 0)
_Counts = dict[tuple[str, str, int], Quantity]


def coverage_of(
    problem: Problem, purchases: Iterable[Purchase], transfers: Iterable[Transfer]
) -> tuple[Coverage, ...]:
    """Return need, stock, purchases, moves and what is missing, in items, a row a school, year and item.

    Pupil computers have a row for every school that teaches; another item, where it is needed or there. Purchases
    and moved machines count for whoever has the school's things that year: a merged school brings them along.
    """
    bought = bought_of(problem, purchases)
    moved = moved_of(problem, transfers)
    rows = []
    for school, year in sorted(problem.open_schools):
        for item in problem.items:
            key = (school, item, year)
            demand = problem.demand.get(key, _NO_DEMAND)
            stock, alive, net = problem.stock.get(key, 0), bought.get(key, 0), moved.get(key, 0)
            teaches = item == PUPIL_COMPUTER and problem.levels[school] not in ("kindergarten", UNIT)
            if not (teaches or demand.mandatory or demand.optional or stock or alive or net):
                continue
            have = stock + alive + net
            missing = max(0, demand.mandatory - have)
            rows.append(
                Coverage(
                    school=school,
                    year=year,
                    item=item,
                    need=demand.mandatory,
                    optional_need=demand.optional,
                    stock=stock,
                    bought=alive,
                    moved=net,
                    have=have,
                    missing=missing,
                    optional_missing=max(0, demand.mandatory + demand.optional - have) - missing,
                    pupils=demand.pupils,
                    pupils_without=ceil(Fraction(demand.pupils * missing, demand.mandatory)) if missing else 0,
                )
            )
    return tuple(rows)


def bought_of(problem: Problem, purchases: Iterable[Purchase]) -> _Counts:
    """Return the purchases that work in each year of the horizon, in items by owner, item and year."""
    bought: _Counts = {}
    for p in purchases:
        for year in problem.years:
            heir = problem.owner(p.school, year)
            if heir is not None and problem.is_alive(p.option, p.year, year):
                for item in problem.options[p.option].serves:
                    bought[heir, item, year] = bought.get((heir, item, year), 0) + p.quantity
    return bought


def moved_of(problem: Problem, transfers: Iterable[Transfer]) -> _Counts:
    """Return the moved machines that work in each year of the horizon, in less out, by owner, item and year."""
    moved: _Counts = {}
    for t in transfers:
        for year in (y for y in problem.years if t.year <= y <= t.last_year):
            for school, sign in ((t.giver, -1), (t.taker, 1)):
                heir = problem.owner(school, year)
                if heir is not None:
                    moved[heir, t.item, year] = moved.get((heir, t.item, year), 0) + sign * t.quantity
    return moved


def upkeep_of(
    problem: Problem, purchases: Iterable[Purchase], transfers: Iterable[Transfer], payments: Iterable[Payment]
) -> tuple[Upkeep, ...]:
    """Return what keeping running what works costs in whole VND, and what of it no fund pays."""
    costs = upkeep_costs(problem, purchases, transfers)
    paid: dict[tuple[str, str, int], int] = {}
    for payment in payments:
        if payment.kind == "upkeep":
            key = (payment.school, payment.item, payment.year)
            paid[key] = paid.get(key, 0) + payment.amount
    return tuple(
        Upkeep(school, year, item, cost, cost - paid.get((school, item, year), 0))
        for (school, item, year), cost in sorted(costs.items(), key=lambda row: (row[0][0], row[0][2], row[0][1]))
    )


def upkeep_costs(
    problem: Problem, purchases: Iterable[Purchase], transfers: Iterable[Transfer] | None
) -> Mapping[tuple[str, str, int], int]:
    """Return the upkeep of what works in whole VND by owner, item and year of the horizon.

    ``transfers`` None leaves the opening stock out: what purchases alone oblige to.
    """
    costs: dict[tuple[str, str, int], Fraction] = {}

    def add(school: str, item: str, year: int, amount: Fraction | int) -> None:
        heir = problem.owner(school, year)
        if heir is not None and amount:
            costs[heir, item, year] = costs.get((heir, item, year), Fraction(0)) + amount

    for p in purchases:
        for year in (y for y in problem.years if problem.is_alive(p.option, p.year, y)):
            add(p.school, p.item, year, problem.options[p.option].upkeep * p.quantity)
    if transfers is not None:
        for (school, c), count in problem.cohorts.items():
            for year in (y for y in problem.years if c.first <= y <= c.last):
                add(school, c.item, year, c.upkeep * count)
        for t in transfers:
            for year in (y for y in problem.years if t.year <= y <= t.last_year):
                add(t.giver, t.item, year, -t.upkeep * t.quantity)
                add(t.taker, t.item, year, t.upkeep * t.quantity)
    return {key: floor(cost) for key, cost in costs.items() if cost >= 1}


def promises_of(problem: Problem, purchases: Iterable[Purchase]) -> tuple[Promise, ...]:
    """Return what an earlier plan promised for the years still to be planned, and how many items are bought."""
    bought: dict[tuple[str, str, int], Quantity] = {}
    for p in purchases:
        bought[p.school, p.item, p.year] = bought.get((p.school, p.item, p.year), 0) + p.quantity
    rows = []
    for (school, item, year), promised in problem.promised.items():
        planned = bought.get((school, item, year), 0)
        rows.append(Promise(school, year, item, promised, planned, max(0, promised - planned)))
    return tuple(sorted(rows))


def spending_of(problem: Problem, payments: Iterable[Payment]) -> tuple[Spending, ...]:
    """Return every fund in every year of the horizon: what it had, spent and keeps for the next year.

    A fund keeps all it may: the smaller of what is left and its carry-over share of what it had.
    """
    spent: dict[tuple[tuple[str, str], int], int] = {}
    for payment in payments:
        key = (payment.fund, payment.year)
        spent[key] = spent.get(key, 0) + payment.amount
    rows = []
    for fund in problem.funds:
        carried = 0
        for year in problem.years:
            purse = problem.purses[fund, year]
            there = purse.amount + carried
            out = spent.get((fund, year), 0)
            keeps = max(0, min(there - out, floor(purse.carry_over * there)))
            rows.append(Spending(fund, year, purse.amount, carried, out, keeps))
            carried = keeps
    return tuple(rows)


def starving(coverage: Iterable[Coverage]) -> tuple[Coverage, ...]:
    """Return the rows of school-years that miss more than three quarters of the pupil computers they need."""
    return tuple(c for c in coverage if c.item == PUPIL_COMPUTER and c.missing > STARVED * c.need)


def starved(coverage: Iterable[Coverage]) -> int:
    """Return the number of school-years that miss more than three quarters of the pupil computers they need."""
    return len(starving(coverage))

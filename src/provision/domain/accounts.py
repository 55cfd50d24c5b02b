"""What purchases and payments come to: coverage by school and year, spending by fund and year. Whole arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from provision.domain.plan import Coverage, Payment, Purchase, Quantity, Spending
from provision.domain.problem import Demand, Problem

_NO_DEMAND = Demand(0, 0, 0)


def coverage_of(problem: Problem, purchases: Iterable[Purchase]) -> tuple[Coverage, ...]:
    """Return need, stock, purchases and what is missing, for every school that teaches in a year of the horizon.

    Purchases count for whoever has the school's things that year: a merged school brings them along.
    """
    bought: dict[tuple[str, str, int], Quantity] = {}
    for p in purchases:
        for year in problem.years:
            heir = problem.owner(p.school, year)
            if heir is not None and problem.is_alive(p.option, p.year, year):
                key = (heir, p.item, year)
                bought[key] = bought.get(key, 0) + p.quantity
    rows = []
    for school, year in sorted(problem.open_schools):
        if problem.levels[school] == "kindergarten":
            continue
        for item in problem.items:
            key = (school, item, year)
            demand = problem.demand.get(key, _NO_DEMAND)
            stock = problem.stock.get(key, 0)
            have = stock + bought.get(key, 0)
            missing = max(0, demand.mandatory - have)
            rows.append(
                Coverage(
                    school=school,
                    year=year,
                    item=item,
                    need=demand.mandatory,
                    optional_need=demand.optional,
                    stock=stock,
                    bought=bought.get(key, 0),
                    moved=0,
                    have=have,
                    missing=missing,
                    optional_missing=max(0, demand.mandatory + demand.optional - have) - missing,
                    pupils=demand.pupils,
                    pupils_without=ceil(Fraction(demand.pupils * missing, demand.mandatory)) if missing else 0,
                )
            )
    return tuple(rows)


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

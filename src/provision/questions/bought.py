"""What was really bought, beside what was planned: each purchase, and who stands worse for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from types import MappingProxyType

from provision.domain.accounts import coverage_of
from provision.domain.freeze import Carried
from provision.domain.plan import Plan, Purchase
from provision.domain.problem import Problem
from provision.questions.asking import Asked
from provision.questions.change import Delivery, Purse, Sides, side

_Bill = tuple[str, str, Purse, int]


def sides(asked: Asked, carried: Collection[Carried]) -> tuple[tuple[int, ...], Sides]:
    """Return the school years up to the last one bought in, with what was planned for them and what came of it.

    Coverage is reckoned again from what was really bought, which came in time; moves count as planned, since the
    file tells none. Purchases of either side are paid for in full: nobody says by which fund.
    """
    plan = asked.plan
    until = max(c.year for c in carried)
    years = tuple(y for y in plan.problem.years if y <= until)
    really = bought(plan, carried, years)
    planned = [p for p in plan.purchases if p.year in years]
    found = [c for c in coverage_of(_carried_out(asked, until), really, plan.transfers) if c.year in years]
    before = side([c for c in plan.coverage if c.year in years], planned, (), map(_bill, planned))
    return years, (before, side(found, really, (), map(_bill, really)))


def bought(plan: Plan, carried: Collection[Carried], years: Collection[int]) -> list[Purchase]:
    """Return what was really bought in some school years as purchases, to the dong; nothing bought is none.

    What the plan itself knows of years carried out was bought, too, unless the file says otherwise of it.
    """
    told = {(c.school, c.year, c.option) for c in carried}
    done = set(years) - set(plan.problem.open_years)
    return [p for p in plan.purchases if p.year in done and (p.school, p.year, p.option) not in told] + [
        Purchase(c.school, c.year, c.option, c.item, c.quantity, c.unit_price, c.quantity * c.unit_price)
        for c in carried
        if c.quantity
    ]


def deliveries(asked: Asked, carried: Collection[Carried], years: Iterable[int]) -> tuple[Delivery, ...]:
    """Return every purchase planned or made in some school years, by school, year and option."""
    span = set(years)
    names = {o.code: (o.name_vi, o.name_en) for o in asked.inputs.catalogue}
    told = [
        {(p.school, p.year, p.option): p for p in purchases if p.year in span}
        for purchases in (asked.plan.purchases, bought(asked.plan, carried, span))
    ]
    found = []
    for key in sorted(told[0].keys() | told[1].keys()):
        rows = [one.get(key) for one in told]
        quantity = tuple(round(float(p.quantity), 6) if p else 0.0 for p in rows)
        paid = tuple(p.cost if p else 0 for p in rows)
        found.append(Delivery(*key, names[key[2]], (quantity[0], quantity[1]), (paid[0], paid[1])))
    return tuple(found)


def _bill(p: Purchase) -> _Bill:
    return p.school, p.item, ("", "", p.year), p.cost


def _carried_out(asked: Asked, until: int) -> Problem:
    """Return the plan's question with years carried out: what was bought then came in time, also of other options."""
    problem = asked.plan.problem
    options = {o.code: o for o in asked.inputs.catalogue} | dict(problem.options)
    return replace(problem, options=MappingProxyType(options), frozen_until=until)

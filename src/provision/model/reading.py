"""Solved numbers -> what is bought and moved, in whole items; who gives to whom, in code order."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor

from provision.domain.plan import Purchase, Quantity, Transfer
from provision.domain.problem import Problem
from provision.model.offers import Kin, bundle
from provision.model.variables import Variables

_DECIMALS = 10**6


def purchases_of(v: Variables, values: Mapping[str, float], *, up: bool = True) -> tuple[Purchase, ...]:
    """Return what is bought, with what must come with it and what was bought in years carried out.

    ``up`` takes what lacks a millionth of a whole number for that number, where machines are fractions.
    """
    problem = v.problem
    bought: dict[tuple[str, int, str], Quantity] = {}
    for (school, option, year), variable in v.buy.items():
        quantity = _quantity(values[variable.name], problem, up=up)
        for code, count in bundle(problem, option, year):
            if quantity > 0:
                bought[school, year, code] = bought.get((school, year, code), 0) + quantity * count
    rows = [
        Purchase(school, year, option, problem.options[option].item, fact.quantity, fact.unit_price, cost)
        for (school, option, year), fact in problem.facts.items()
        for cost in (fact.quantity * fact.unit_price,)
    ]
    for (school, year, option), quantity in bought.items():
        price, item = problem.prices[option, year], problem.options[option].item
        rows.append(Purchase(school, year, option, item, quantity, price, floor(price * quantity)))
    return tuple(sorted(rows))


def transfers_of(v: Variables, values: Mapping[str, float]) -> tuple[Transfer, ...]:
    """Return who gives machines to whom: givers and takers of a unit, kin and year are matched in code order."""
    problem = v.problem
    left: dict[tuple[str, Kin, int], dict[str, Quantity]] = {}
    for (school, kin, year), variable in sorted(v.give.items()):
        left.setdefault((problem.unit_of[school], kin, year), {})[school] = _quantity(values[variable.name], problem)
    rows = []
    for (school, kin, year), variable in sorted(v.take.items()):
        wanted = _quantity(values[variable.name], problem)
        _, freight = problem.freight.get((kin.item, year), ("", 0))
        givers = left.get((problem.unit_of[school], kin, year), {})
        for giver, quantity in givers.items():
            moved = min(wanted, quantity)
            if moved > 0:
                cost = floor(freight * moved)
                rows.append(Transfer(giver, school, year, kin.item, moved, cost, kin.last, kin.upkeep))
                givers[giver] -= moved
                wanted -= moved
    return tuple(sorted(rows))


def _quantity(value: float, problem: Problem, *, up: bool = True) -> Quantity:
    """Return the nearest whole number; without whole machines six decimals, rounded down."""
    quantity: Quantity = round(value)
    near = abs(value - quantity) <= 1 / _DECIMALS and (up or value >= quantity)
    if not problem.scenario.whole_machines and not near:
        quantity = Fraction(floor(value * _DECIMALS), _DECIMALS)
    return quantity

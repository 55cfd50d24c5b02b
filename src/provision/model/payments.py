"""Who pays for what, to the dong: the funds' money flows to the purchases in whole VND. The door of networkx."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from math import floor, inf
from types import MappingProxyType

import networkx as nx
import pulp

from provision.domain.plan import Payment, Purchase
from provision.domain.problem import FundKey, Problem
from provision.errors import NoAnswer
from provision.model.highs import Effort, minimise
from provision.model.rules import state
from provision.model.variables import MILLION, PaymentClass, Variables, declare, expression

_SPARE = 20
"""Whole VND left in each purse while carry-over is found: rounding it to whole VND must leave no fund short."""


def settle(problem: Problem, purchases: Sequence[Purchase]) -> tuple[Payment, ...]:
    """Return the payments of purchases, every dong once; money that may not be kept is spent first.

    Raises
    ------
    NoAnswer
        Where the funds cannot pay: the solver's tolerance let the purchases cost a few dong too much.

    """
    for spare in (_SPARE, 0):
        try:
            return _settle(problem, purchases, spare)
        except NoAnswer:
            continue
    raise NoAnswer("no_answer", status="payments")


def _settle(problem: Problem, purchases: Sequence[Purchase], spare: int) -> tuple[Payment, ...]:
    """Return the payments with what is carried over found on purses that much smaller, in whole VND."""
    v = declare(tightened(problem, spare))
    carried = _carried(v, purchases)
    costs: dict[tuple[PaymentClass, int], list[Purchase]] = {}
    for p in sorted(purchases):
        costs.setdefault((v.payment_class[p.school, p.option, p.year], p.year), []).append(p)
    payments: list[Payment] = []
    for year in problem.years:
        had = {
            fund: problem.purses[fund, year].amount + carried.get((fund, year - 1), 0) - carried.get((fund, year), 0)
            for fund in problem.funds
        }
        classes = {c: bought for (c, y), bought in costs.items() if y == year}
        shares = _flow(had, {c: sum(p.cost for p in bought) for c, bought in classes.items()})
        for c, bought in classes.items():
            payments.extend(_by_school(shares[c], bought, year))
    return tuple(sorted(payments))


def tightened(problem: Problem, margin: int) -> Problem:
    """Return a problem with so many VND less in each purse that has them."""
    purses = {key: replace(p, amount=max(0, p.amount - margin)) for key, p in problem.purses.items()}
    return replace(problem, purses=MappingProxyType(purses)) if margin else problem


def _carried(v: Variables, purchases: Sequence[Purchase]) -> dict[tuple[FundKey, int], int]:
    """Return what each fund keeps for the next year in whole VND: as little as pays for the purchases."""
    problem = v.problem
    bought = {(p.school, p.option, p.year): p.quantity for p in purchases}
    for key, variable in v.buy.items():
        variable.cat = pulp.LpContinuous
        variable.lowBound = variable.upBound = float(bought.get(key, 0))
    state(v)
    v.program.setObjective(expression((variable, 1.0) for variable in v.carry.values()))
    values = minimise(v.program, effort=Effort(gap=0, nodes=0, seconds=inf)).values
    carried: dict[tuple[FundKey, int], int] = {}
    for (fund, year), variable in sorted(v.carry.items()):
        purse = problem.purses[fund, year]
        there = purse.amount + carried.get((fund, year - 1), 0)
        carried[fund, year] = min(round(values[variable.name] * MILLION), floor(purse.carry_over * there))
    return carried


def _flow(had: dict[FundKey, int], costs: dict[PaymentClass, int]) -> dict[PaymentClass, dict[FundKey, int]]:
    """Return what each fund pays for each class in one year, in whole VND."""
    graph: nx.DiGraph[Hashable] = nx.DiGraph()
    graph.add_nodes_from(("money", "paid"))
    for fund, amount in had.items():
        graph.add_edge("money", fund, capacity=amount)
    for c, cost in costs.items():
        graph.add_edge(c, "paid", capacity=cost)
        for fund in sorted(c[2]):
            graph.add_edge(fund, c)
    total, flow = nx.maximum_flow(graph, "money", "paid")
    if total < sum(costs.values()):
        raise NoAnswer("no_answer", status=f"{sum(costs.values()) - total} VND")
    return {c: {fund: flow[fund][c] for fund in sorted(c[2]) if flow[fund][c]} for c in costs}


def _by_school(shares: dict[FundKey, int], bought: Sequence[Purchase], year: int) -> list[Payment]:
    """Return the payments of one class in one year: funds in code order pay purchases in code order."""
    payments = []
    left = dict(shares)
    for p in bought:
        due = p.cost
        for fund in sorted(left):
            amount = min(due, left[fund])
            if amount:
                payments.append(Payment(fund, year, p.school, "purchase", p.option, p.item, amount))
                left[fund] -= amount
                due -= amount
    return payments

r"""The rules of a plan, on one page: why, the formula, the same in code. Each has its audit of the same name.

A rule's first line is the sentence a planner reads; its formula is what the model notebook prints; its name is
the row of the program, the golden, the audit and the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pulp

from provision.model.variables import MILLION, Variables, expression, row_name

Rows = Iterator[tuple[tuple[Any, ...], pulp.LpConstraint]]
Rule = Callable[[Variables], Rows]


def cover_need(v: Variables) -> Rows:
    r"""What a school has and what it misses together meet its need.

    A machine is had from the school year it is bought in until its life ends; what a merged school bought goes
    to its successor. The need of the last year goes on in the tail, or the last year would buy what dies at once.

    .. math:: \sum_{\substack{s', o, t:\ owner(s', y) = s \\ t \le y < t + L_o}} x_{s',o,t} + u_{s,i,y}
        \ge N_{s,i,y} - E_{s,i,y} \qquad \forall s, i, y

    Source: 495/HD-PGD&ĐT, II.2.3 (the machines for Informatics reach the ratio of their level).
    """
    for key, gap in v.gap.items():
        have = [(variable, 1.0) for variable in v.alive.get(key, ())]
        yield key, expression([*have, (v.missing[key], 1.0)]) >= gap


def pay_for_purchases(v: Variables) -> Rows:
    r"""Every purchase is paid, and only by funds that may pay for it.

    Purchases that the same funds may pay for are one class: who pays inside it is settled afterwards, to the
    dong, and cannot change what can be bought.

    .. math:: \sum_{(s,o) \in c} p_{o,y}\, x_{s,o,y} = \sum_{f \in F_c} pay_{f,c,y} \qquad \forall c, y

    Source: 495/HD-PGD&ĐT, III.5 (budget together with socialised money, as the law allows).
    """
    paid: dict[Any, list[tuple[pulp.LpVariable, float]]] = {}
    for (_, payment_class, year), variable in v.pay.items():
        paid.setdefault((payment_class, year), []).append((variable, -1.0))
    for number, (key, bought) in enumerate(v.bought_in.items()):
        yield (number, key[1]), expression([*bought, *paid[key]]) == 0


def spend_within_budget(v: Variables) -> Rows:
    r"""No fund spends and keeps more in a year than it has.

    .. math:: \sum_c pay_{f,c,y} + carry_{f,y} \le B_{f,y} + carry_{f,y-1} \qquad \forall f, y

    Source: 495/HD-PGD&ĐT, III.5 (estimates are drawn up and money is set by year).
    """
    spent: dict[Any, list[tuple[pulp.LpVariable, float]]] = {}
    for (fund, _, year), variable in v.pay.items():
        spent.setdefault((fund, year), []).append((variable, 1.0))
    for (fund, year), purse in v.problem.purses.items():
        out = [(v.carry[fund, year], 1.0)] if (fund, year) in v.carry else []
        carried = [(v.carry[fund, year - 1], -1.0)] if (fund, year - 1) in v.carry else []
        terms = [*spent.get((fund, year), ()), *out, *carried]
        if terms:
            yield (*fund, year), expression(terms) <= purse.amount / MILLION


def carry_within_share(v: Variables) -> Rows:
    r"""A fund keeps for the next year at most its carry-over share of what it had.

    .. math:: carry_{f,y} \le k_{f,y} (B_{f,y} + carry_{f,y-1}) \qquad \forall f, y

    Source: the fund's own row of the budget table.
    """
    for (fund, year), variable in v.carry.items():
        purse = v.problem.purses[fund, year]
        share = float(purse.carry_over)
        carried = [(v.carry[fund, year - 1], -share)] if (fund, year - 1) in v.carry else []
        yield (*fund, year), expression([(variable, 1.0), *carried]) <= share * purse.amount / MILLION


RULES: tuple[Rule, ...] = (cover_need, pay_for_purchases, spend_within_budget, carry_within_share)


def state(v: Variables) -> None:
    """Add the rows of every rule to the program, named after the rule and what it holds for."""
    for rule in RULES:
        for key, row in rule(v):
            v.program.addConstraint(row, row_name(rule.__name__, *key))

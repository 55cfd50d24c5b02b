"""What money would be worth, and what is left out would cost: linear programs solved again, never dual prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pulp

from provision.domain.plan import MoneyPrice
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.domain.scenario import Scenario
from provision.errors import NoAnswer
from provision.model.doubt import minimise
from provision.model.highs import Effort
from provision.model.objectives import OBJECTIVES, machine_years, missing_within_horizon
from provision.model.pools import pool
from provision.model.relaxed import Relaxed
from provision.model.rules import (
    RULES,
    carry_within_share,
    pay_every_bill,
    reserve_upkeep,
    spend_within_budget,
    state,
)
from provision.model.variables import MILLION, Variables, declare, expression, row_name

_MONEY = (pay_every_bill, reserve_upkeep, spend_within_budget, carry_within_share)


def prices_of_money(v: Variables, least: Relaxed | None) -> tuple[MoneyPrice, ...]:
    """Return the machine-years that a million VND more in each fund and year would save, in fractions of machines.

    ``least`` is the linear program of ``missing``, None where nothing can be missing. Each is the difference of two
    linear programs, the second with that million; 0 where nothing would be saved. What the ladder puts before
    missing machines has the million first.
    """
    purses, ladder = v.problem.purses, v.problem.rungs
    relaxed = least
    if least is not None and (ladder[0] != "missing" or v.problem.scenario.weigh != "machine"):
        fresh = again(v)
        before = ladder[: ladder.index("missing")] if "missing" in ladder else ladder
        first = [objective for name in before if (objective := OBJECTIVES[name](fresh))]
        fresh.program.setObjective(machine_years(fresh))
        relaxed = Relaxed(fresh.program, first=first, hold=v.problem.scenario.hold)
    prices = []
    for (fund, year), purse in sorted(purses.items()):
        saved = 0.0
        if relaxed is not None and relaxed.value > 1e-7:
            more = {spend_within_budget: 1.0, carry_within_share: float(purse.carry_over)}
            rows = {row_name(rule.__name__, *fund, year): amount for rule, amount in more.items()}
            saved = relaxed.value - relaxed.with_more(rows)
        prices.append(MoneyPrice(fund, year, round(max(0.0, saved), 6)))
    return tuple(prices)


def again(v: Variables) -> Variables:
    """Return the variables of the same problem in a program of their own, with every rule and no objective."""
    fresh = replace(declare(v.problem), most_unpaid=v.most_unpaid)
    state(fresh)
    return fresh


def tail_cost(v: Variables, missing: float) -> float:
    """Return how many machine-years of the horizon the look beyond it may have cost at most.

    The plan's missing machine-years against a bound no plan can beat that cares for the horizon alone.
    """
    if not missing or not v.missing:
        return 0.0
    smaller = again(v)
    if v.problem.scenario.whole_machines and smaller.buy:
        smaller = pool(smaller).pooled
    smaller.program.setObjective(missing_within_horizon(smaller))
    try:
        bound = minimise(smaller.program, effort=Effort(1e-4, 20, v.problem.scenario.time_limit)).bound
    except NoAnswer:  # no bound was found in time: then the look beyond may have cost all that is missing
        bound = 0.0
    return round(max(0.0, missing - max(0.0, bound)), 6)  # nothing is below nothing, also where no bound was found


def optional_cost(problem: Problem) -> int:
    """Return the whole VND that meeting the optional grades in full would cost on top of the mandatory ones.

    By the linear program without a limit of money: the least that is paid in the horizon, with and without them.
    """
    if not any(row.optional for row in problem.demand.values()):
        return 0
    both = _full_cost(problem, optional=True) - _full_cost(problem, optional=False)
    return round(max(0.0, both) * MILLION)


def _full_cost(problem: Problem, *, optional: bool) -> float:
    """Return the least million VND that leave as little missing as options and rooms allow, money aside."""
    scenario: Scenario = replace(problem.scenario, optional_grades=optional)
    v = declare(replace(problem, scenario=scenario))
    for rule in RULES:
        if rule not in _MONEY:
            for key, row in rule(v):
                v.program.addConstraint(row, row_name(rule.__name__, *key))
    short = expression((x, 1.0) for x in _within(v, v.missing.items(), v.lacking.items()))
    if not short:
        return 0.0
    v.program.setObjective(short)
    v.program.addConstraint(short <= Relaxed(v.program).value + 1e-6, "least_short")
    v.program.setObjective(expression((x, sum(c.amount for c in offer.charges) / MILLION) for x, offer in v.decided))
    return Relaxed(v.program).value


def _within(v: Variables, *tables: Iterable[tuple[tuple[str, str, int], pulp.LpVariable]]) -> list[pulp.LpVariable]:
    last = v.problem.years[-1]
    return [x for rows in tables for (_, item, year), x in rows if item == PUPIL_COMPUTER and year <= last]

"""A large plan made without a search, right in every sum: what it takes to check is measured on it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from provision.audit.claims import reach_what_is_told
from provision.domain.accounts import coverage_of, spending_of, starved, upkeep_of
from provision.domain.plan import MoneyPrice, Payment, Plan, Purchase, Rung
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.model.certificate import certify, relax
from provision.model.solve import posed, totals_of


def made_plan(problem: Problem, count: int) -> Plan:
    """Return a right plan of a problem with ample money: one machine at a school by an option in a year, so often.

    The fund that comes first in code order pays for all.
    """
    wanted = [(s, y, o) for o, y in sorted(problem.prices) for s in problem.schools]
    wanted = sorted(wanted, key=lambda key: Random("|".join(map(str, key))).random())[:count]
    bought = tuple(
        sorted(Purchase(s, y, o, PUPIL_COMPUTER, 1, cost := problem.prices[o, y], cost) for s, y, o in wanted)
    )
    fund = problem.funds[0]
    paid = tuple(Payment(fund, p.year, p.school, "purchase", p.option, p.item, p.cost) for p in bought)
    coverage = coverage_of(problem, bought, ())
    plan = Plan(
        problem=problem,
        status="feasible",
        reproducible=True,
        rungs=tuple(Rung(name, -1.0, -1.0, 0.0) for name in problem.rungs),
        purchases=bought,
        transfers=(),
        payments=paid,
        coverage=coverage,
        spending=spending_of(problem, paid),
        upkeep=upkeep_of(problem, bought, (), paid),
        promises=(),
        prices=tuple(MoneyPrice(fund, year, 0.0) for fund, year in problem.purses),
        starved_before=starved(coverage),
        warnings=problem.warnings,
    )
    values = {where[0]: value for where, _, value in reach_what_is_told(plan, problem)}
    rungs = tuple(Rung(name, value, 0.0, 1.0 if value > 1e-6 else 0.0) for name, value in values.items())
    plan = replace(plan, rungs=rungs, certificate=certify(plan, relax(posed(problem)).duals()))
    return replace(plan, totals=totals_of(plan))

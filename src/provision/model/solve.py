"""A problem -> a plan that has passed its audit, proven or labelled with how far from proven it is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

from provision.audit import audit_plan
from provision.domain.accounts import coverage_of, spending_of
from provision.domain.plan import Coverage, Payment, Plan, Purchase, Quantity, Rung, Spending, with_clock
from provision.domain.problem import Problem
from provision.errors import BrokenPlan, NoAnswer
from provision.model.highs import Effort, minimise
from provision.model.ladder import GAP, Ascent, Progress, climb, relative_gap
from provision.model.objectives import missing_within_horizon
from provision.model.payments import settle, tightened
from provision.model.pools import pool
from provision.model.rules import state
from provision.model.variables import Variables, declare

_DECIMALS = 10**6
_MARGINS = (0, 1_000, 100_000)
"""Whole VND taken off each purse at each try: the solver's tolerance may overspend a few dong, a plan may not."""


def solve(problem: Problem, *, progress: Progress = lambda _rung: None) -> Plan:
    """Return the best plan of a problem by the scenario's ladder.

    The plan is audited without the solver before it is returned. ``status`` is ``proven`` where every rung's gap
    is at most 1e-4 and ``missing`` is within one machine of its bound, else ``feasible``.

    Raises
    ------
    NoAnswer
        Where no plan was found within the scenario's seconds.
    BrokenPlan
        Where the plan found breaks a rule: an error of ours, never handed out as an answer.

    """
    rungs: tuple[Rung, ...] = ()
    for margin in _MARGINS:
        v = declare(tightened(problem, margin))
        state(v)
        ascent = climb(v, progress=progress)
        # with money taken off, the bounds of the first try are those that hold for the question asked
        rungs = tuple(map(_rebound, ascent.rungs, rungs)) if rungs else ascent.rungs
        purchases = _purchases(v, ascent)
        try:
            payments = settle(problem, purchases)
        except NoAnswer:
            continue
        return _plan(problem, v, replace(ascent, rungs=rungs), purchases, payments)
    raise NoAnswer("no_answer", status="payments")


def _rebound(rung: Rung, first: Rung) -> Rung:
    """Return a rung found with less money: only the bound of ``missing`` still holds for the question asked."""
    bound = min(first.bound, rung.value) if rung.name == "missing" else 0.0
    return replace(rung, bound=bound, gap=relative_gap(rung.value, bound))


def _purchases(v: Variables, ascent: Ascent) -> tuple[Purchase, ...]:
    """Return what is bought, whole machines as the nearest whole number, else six decimals rounded down."""
    problem = v.problem
    rows = []
    for (school, option, year), variable in sorted(v.buy.items()):
        value = ascent.values[variable.name]
        quantity: Quantity = round(value)
        if not problem.scenario.whole_machines and abs(value - quantity) > 1 / _DECIMALS:
            quantity = Fraction(floor(value * _DECIMALS), _DECIMALS)
        price = problem.prices[option, year]
        if quantity > 0:
            item = problem.options[option].item
            rows.append(Purchase(school, year, option, item, quantity, price, floor(price * quantity)))
    return tuple(rows)


def _plan(
    problem: Problem, v: Variables, ascent: Ascent, purchases: tuple[Purchase, ...], payments: tuple[Payment, ...]
) -> Plan:
    coverage = coverage_of(problem, purchases)
    spending = spending_of(problem, payments)
    near = all(r.value - r.bound < 1 for r in ascent.rungs if r.name == "missing")
    proven = near and all(r.gap <= GAP for r in ascent.rungs)
    plan = Plan(
        problem=problem,
        status="proven" if proven else "feasible",
        reproducible=not ascent.stopped_by_time,
        rungs=ascent.rungs,
        purchases=purchases,
        payments=payments,
        coverage=coverage,
        spending=spending,
        totals=_totals(problem, coverage, spending),
        tail_cost=round(max(0.0, _tail_cost(v, coverage)), 6),
        warnings=with_clock(problem, reproducible=not ascent.stopped_by_time),
    )
    breaches = audit_plan(plan, problem)
    if breaches:
        raise BrokenPlan("broken_plan", count=len(breaches), first=str(breaches[0]))
    return plan


def _totals(problem: Problem, coverage: tuple[Coverage, ...], spending: tuple[Spending, ...]) -> dict[str, Any]:
    """Return the sums a reader asks for first: items and pupils by year, whole VND."""
    by_year: dict[str, dict[str, Any]] = {}
    for year in problem.years:
        rows = [c for c in coverage if c.year == year]
        by_year[str(year)] = {
            "need": sum(c.need for c in rows),
            "have": _plain(sum(c.have for c in rows)),
            "missing": _plain(sum(c.missing for c in rows)),
            "pupils_without": sum(c.pupils_without for c in rows),
            "schools_short": sum(c.missing > 0 for c in rows),
            "spent": sum(s.spent for s in spending if s.year == year),
        }
    return {
        "missing": _plain(sum(c.missing for c in coverage)),
        "cost": sum(s.spent for s in spending),
        "budget": sum(s.budget for s in spending),
        "years": by_year,
    }


def _plain(quantity: Quantity) -> int | float:
    return quantity if isinstance(quantity, int) else round(float(quantity), 6)


def _tail_cost(v: Variables, coverage: tuple[Coverage, ...]) -> float:
    """Return how many machine-years of the horizon the look beyond it may have cost at most.

    The plan's missing machine-years against a bound no plan can beat that cares for the horizon alone.
    """
    if not v.missing:
        return 0.0
    smaller = declare(v.problem)
    state(smaller)
    if v.problem.scenario.whole_machines:
        smaller = pool(smaller).pooled
    smaller.program.setObjective(missing_within_horizon(smaller))
    try:
        bound = minimise(smaller.program, effort=Effort(GAP, 100, v.problem.scenario.time_limit)).bound
    except NoAnswer:  # no bound was found in time: then the look beyond may have cost all that is missing
        bound = 0.0
    return float(sum(c.missing for c in coverage)) - bound

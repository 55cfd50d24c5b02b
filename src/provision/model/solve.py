"""A problem -> a plan that has passed its audit, proven or labelled with how far from proven it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from provision.audit import audit_plan
from provision.domain.accounts import coverage_of, promises_of, spending_of, starved, upkeep_of
from provision.domain.plan import PROVEN_GAP, Coverage, Payment, Plan, Purchase, Quantity, Rung, Transfer, with_clock
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.errors import BrokenPlan, NoAnswer
from provision.model.certificate import certify, relax
from provision.model.conflicts import refuse_locks
from provision.model.doubt import asked
from provision.model.ladder import Ascent, Progress, climb, relative_gap
from provision.model.payments import least_unpaid, settle, tightened
from provision.model.reading import purchases_of, transfers_of
from provision.model.rules import state
from provision.model.variables import Variables, declare
from provision.model.worth import optional_cost, prices_of_money, tail_cost

MARGINS = (0, 2, 1_000, 100_000)
"""Whole VND taken off each purse at each try: half dongs and the solver's tolerance may overspend, a plan may not."""


def solve(problem: Problem, *, progress: Progress = lambda _rung: None) -> Plan:
    """Return the best plan of a problem by the scenario's ladder.

    The plan is audited without the solver before it is returned. ``status`` is ``proven`` where every rung's gap
    is at most 1e-4 and ``missing`` is within one machine of its bound, else ``feasible``.

    Raises
    ------
    Clash
        Where the purchases a planner locked cannot all be had: its words name those that cannot.
    NoAnswer
        Where no plan was found within the scenario's seconds.
    Disagreement
        Where a second opinion is asked for (``model/doubt.py``) and is another.
    BrokenPlan
        Where the plan found breaks a rule: an error of ours, never handed out as an answer.

    """
    rungs: tuple[Rung, ...] = ()
    for margin in MARGINS:
        tight = tightened(problem, margin)
        refuse_locks(tight)
        v = posed(tight)
        ascent = climb(v, progress=progress)
        # with money taken off, the bounds of the first try are those that hold for the question asked
        if rungs:
            pairs = zip(ascent.rungs, rungs, strict=True)
            rungs = tuple(_rebound(r, before, is_first=n == 0) for n, (r, before) in enumerate(pairs))
        else:
            rungs = ascent.rungs
        try:
            settlement = settled(v, ascent.values, problem)
        except NoAnswer:
            continue
        plan = _plan(problem, v, replace(ascent, rungs=rungs), *settlement)
        if (second := asked()) is not None:
            second.of_plan(plan, posed(problem))
        return plan
    raise NoAnswer("no_answer", status="payments")


def settled(
    v: Variables, values: Mapping[str, float], problem: Problem
) -> tuple[tuple[Purchase, ...], tuple[Transfer, ...], tuple[Payment, ...]]:
    """Return what is bought, what is moved and who pays, by the solved numbers.

    Raises
    ------
    NoAnswer
        Where the funds of ``problem`` cannot pay.

    """
    transfers = transfers_of(v, values)
    for up in (True,) if problem.scenario.whole_machines else (True, False):
        purchases = purchases_of(v, values, up=up)
        try:
            return purchases, transfers, settle(problem, purchases, transfers)
        except NoAnswer:
            continue
    raise NoAnswer("no_answer", status="payments")


def posed(problem: Problem) -> Variables:
    """Return the program of a problem with every rule; years carried out are paid for as far as money was there."""
    v = replace(declare(problem), most_unpaid=least_unpaid(problem))
    state(v)
    return v


def _rebound(rung: Rung, first: Rung, *, is_first: bool) -> Rung:
    """Return a rung found with less money: only the bound of the first rung still holds for the question asked."""
    bound = min(first.bound, rung.value) if is_first else 0.0
    return replace(rung, bound=bound, gap=relative_gap(rung.value, bound))


def _plan(
    problem: Problem,
    v: Variables,
    ascent: Ascent,
    purchases: tuple[Purchase, ...],
    transfers: tuple[Transfer, ...],
    payments: tuple[Payment, ...],
) -> Plan:
    coverage = coverage_of(problem, purchases, transfers)
    spending = spending_of(problem, payments)
    relaxation = relax(replace(v, problem=problem))  # all the money, also where some was taken off to stay within it
    duals = relaxation.duals()
    plan = Plan(
        problem=problem,
        status="proven" if is_proven(ascent.rungs) else "feasible",
        reproducible=not ascent.stopped_by_time,
        rungs=ascent.rungs,
        purchases=purchases,
        transfers=transfers,
        payments=payments,
        coverage=coverage,
        spending=spending,
        upkeep=upkeep_of(problem, purchases, transfers, payments),
        promises=promises_of(problem, purchases),
        prices=prices_of_money(v, relaxation.relaxed),
        tail_cost=tail_cost(v, float(sum(c.missing for c in coverage if c.item == PUPIL_COMPUTER))),
        starved_before=_starved_before(v, ascent),
        optional_cost=optional_cost(problem),
        warnings=with_clock(problem, reproducible=not ascent.stopped_by_time),
    )
    return audited(replace(plan, totals=totals_of(plan), certificate=certify(plan, duals)))


def audited(plan: Plan) -> Plan:
    """Return the plan itself, once it has passed its audit.

    Raises
    ------
    BrokenPlan
        Where it breaks a rule: an error of ours, never handed out as an answer.

    """
    breaches = audit_plan(plan, plan.problem)
    if breaches:
        raise BrokenPlan("broken_plan", count=len(breaches), first=str(breaches[0]))
    return plan


def is_proven(rungs: Iterable[Rung]) -> bool:
    """Say whether every gap is closed, and ``missing`` is within one machine of its bound."""
    return all(r.gap <= PROVEN_GAP and (r.name != "missing" or r.value - r.bound < 1) for r in rungs)


def _starved_before(v: Variables, ascent: Ascent) -> int | None:
    if ascent.before is None:
        return None
    return starved(coverage_of(v.problem, purchases_of(v, ascent.before), transfers_of(v, ascent.before)))


def totals_of(plan: Plan) -> dict[str, Any]:
    """Return the sums a reader asks for first: pupil computers and pupils by year, other items, whole VND."""
    machines = [c for c in plan.coverage if c.item == PUPIL_COMPUTER]
    last = plan.problem.years[-1]
    by_year: dict[str, dict[str, Any]] = {}
    for year in plan.problem.years:
        rows = [c for c in machines if c.year == year]
        by_year[str(year)] = {
            "need": sum(c.need for c in rows),
            "have": _plain(c.have for c in rows),
            "missing": _plain(c.missing for c in rows),
            "pupils_without": sum(c.pupils_without for c in rows),
            "schools_short": sum(c.missing > 0 for c in rows),
            "spent": sum(s.spent for s in plan.spending if s.year == year),
        }
    ends: dict[str, list[Coverage]] = {}
    for c in plan.coverage:
        if c.item != PUPIL_COMPUTER and c.year == last:
            ends.setdefault(c.item, []).append(c)
    return {
        "missing": _plain(c.missing for c in machines),
        "cost": sum(p.amount for p in plan.payments),
        "budget": sum(s.budget for s in plan.spending),
        "years": by_year,
        "items": {
            item: {"need": sum(c.need for c in rows), "missing": _plain(c.missing for c in rows)}
            for item, rows in sorted(ends.items())
        },
        "moved": _plain(t.quantity for t in plan.transfers),
        "broken": _plain(p.broken for p in plan.promises),
        "upkeep_unpaid": sum(u.unpaid for u in plan.upkeep),
    }


def _plain(quantities: Iterable[Quantity]) -> int | float:
    quantity = sum(quantities)
    return quantity if isinstance(quantity, int) else round(float(quantity), 6)

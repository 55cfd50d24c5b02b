"""A plan of several units, cut: what each has of it, with its own money, planned again, and its own proof."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import inf
from types import MappingProxyType

import pulp

from provision.audit.claims import rung_value
from provision.domain.accounts import coverage_of, promises_of, spending_of, upkeep_of
from provision.domain.plan import Plan, Rung, with_clock
from provision.domain.problem import Problem
from provision.domain.scenario import Scenario
from provision.domain.years import format_school_year
from provision.errors import NoAnswer
from provision.model.certificate import certify, relax
from provision.model.doubt import Afresh
from provision.model.ladder import relative_gap
from provision.model.relaxed import Relaxed
from provision.model.solve import audited, is_proven, posed, solve, totals_of
from provision.model.worth import optional_cost, prices_of_money, tail_cost


def share_of(plan: Plan, unit: str) -> Scenario:
    """Return the scenario of a plan for one unit: of each shared fund it has what the plan pays there, in whole VND.

    Its horizon is the plan's, also where the unit's own money ends earlier.
    """
    problem = plan.problem
    paid: Counter[tuple[str, int]] = Counter()
    for p in plan.payments:
        if p.fund[0] == "" and problem.unit_of[p.school] == unit:
            paid[p.fund[1], p.year] += p.amount
    shared = [fund for unit_code, fund in problem.funds if unit_code == ""]
    cells = {
        f"share/{fund}/{format_school_year(year)}": paid[fund, year] for fund in shared for year in problem.years
    }
    overrides = MappingProxyType(dict(problem.scenario.overrides) | cells)
    horizon = f"{format_school_year(problem.years[0])}..{format_school_year(problem.years[-1])}"
    return replace(problem.scenario, overrides=overrides, horizon=horizon)


def part_of(plan: Plan, problem: Problem) -> Plan:
    """Return a unit's part of a plan of several: its share of the money, with which it is planned again.

    A search among a unit's own schools goes further than one among those of all. Where it ends worse by the ladder,
    what the plan of all has for the unit stands. ``problem`` is posed with the scenario of ``share_of``.

    Raises
    ------
    BrokenPlan
        Where it breaks a rule: an error of ours, never handed out as an answer.

    """
    try:
        alone = solve(problem)
    except NoAnswer:  # within its seconds, though there is one
        return sliced(plan, problem)
    told = _told(plan, _cut(plan, problem))
    for rung in alone.rungs:
        room = _NEAR * (1 + abs(told[rung.name]))
        if rung.value < told[rung.name] - room:
            return alone
        if rung.value > told[rung.name] * (1 + problem.scenario.hold) + room:
            return sliced(plan, problem)
    return alone


def sliced(plan: Plan, problem: Problem) -> Plan:
    """Return what a unit has of a plan of several, as the plan of the unit's own question, audited.

    ``problem`` is posed for the unit with the scenario of ``share_of``. As far as the plan of all is from the best,
    no unit's part can be further: a better part would make a better whole. Where earlier rungs may slip (``hold``)
    that holds of the first rung alone, and of none where another unit's carried out year is still open here.

    Raises
    ------
    BrokenPlan
        Where it breaks a rule: an error of ours, never handed out as an answer.

    """
    cut = _cut(plan, problem)
    v, rungs = posed(problem), _proven(plan, cut)
    relaxation = relax(v)
    cut = replace(
        cut,
        status="proven" if is_proven(rungs) else "feasible",
        rungs=rungs,
        prices=prices_of_money(v, relaxation.relaxed),
        tail_cost=tail_cost(v, float(sum(c.missing for c in cut.machines))),
        optional_cost=optional_cost(problem),
        totals=totals_of(cut),
    )
    return audited(replace(cut, certificate=certify(cut, relaxation.duals())))


def _cut(plan: Plan, problem: Problem) -> Plan:
    """Return the rows of a plan that are a unit's, as a plan of which nothing is proven yet."""
    ours = frozenset(problem.schools)
    purchases = tuple(p for p in plan.purchases if p.school in ours)
    transfers = tuple(t for t in plan.transfers if t.giver in ours)
    payments = tuple(p for p in plan.payments if p.school in ours)
    coverage = coverage_of(problem, purchases, transfers)
    return Plan(
        problem=problem,
        status="feasible",
        reproducible=plan.reproducible,
        rungs=(),
        purchases=purchases,
        transfers=transfers,
        payments=payments,
        coverage=coverage,
        spending=spending_of(problem, payments),
        upkeep=upkeep_of(problem, purchases, transfers, payments),
        promises=promises_of(problem, purchases),
        prices=(),
        warnings=with_clock(problem, reproducible=plan.reproducible),
    )


def _told(plan: Plan, cut: Plan) -> dict[str, float]:
    """Return what a part reaches on each rung of the whole; who was promised nothing has no such rung."""
    names = (rung.name for rung in plan.rungs if rung.name in cut.problem.rungs)
    return {name: float(rung_value(name, cut, cut.problem)) for name in names}


def _proven(plan: Plan, cut: Plan) -> tuple[Rung, ...]:
    """Return the rungs of a part with what the whole proves of it, or its own linear programs where they say more."""
    problem = cut.problem
    told = _told(plan, cut)
    climbed = tuple(r for r in plan.rungs if r.name in told)
    cut = replace(cut, rungs=tuple(Rung(name, value, 0.0, relative_gap(value, 0.0)) for name, value in told.items()))
    afresh = Afresh(cut, posed(problem))
    tails = all(plan.problem.tails.get(item) == years for item, years in problem.tails.items())
    same_years = tails and problem.open_years == plan.problem.open_years
    rungs = []
    for n, whole in enumerate(climbed):
        value = told[whole.name]
        _, bound = afresh.least(whole.name, _bound)
        if n > 0 and problem.scenario.hold:
            bound = 0.0  # what came before may slip, and nobody says how far here
        elif same_years and whole.name not in _RANKED:
            bound = max(bound, value - (whole.value - whole.bound))
        bound = max(0.0, min(bound, value))
        rungs.append(Rung(whole.name, value, bound, relative_gap(value, bound)))
    return tuple(rungs)


def _bound(program: pulp.LpProblem) -> tuple[float, float]:
    """Return what no plan is below by the linear program alone; nothing where it cannot tell what is held so fine."""
    try:
        return inf, Relaxed(program).value
    except NoAnswer:
        return inf, -inf


_RANKED = ("tie",)
"""The rungs in which a school weighs by its place among all that are planned: no sum over units."""

_NEAR = 1e-6
"""How far, relatively, values may be apart that are taken for one."""

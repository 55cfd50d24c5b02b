"""One pupil computer more at one school: who gives up what for it, or what money it takes. All else stays as planned.

The school may get its computers otherwise than planned, and set up more rooms where machines wait for rooms; it
misses no more in any other year. Other schools give up computers at most, and get nothing for them; all else that is
bought or moved stays. So whole machines of a hundred schools are settled in seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import pulp

from provision.audit.bound import unpaid_of
from provision.audit.claims import left_open
from provision.audit.reckoning import coming_of, fading, planned
from provision.domain.plan import PROVEN_GAP, Payment, Plan, Purchase, Quantity
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Problem
from provision.errors import NoAnswer
from provision.model.doubt import minimise
from provision.model.highs import Effort, Outcome
from provision.model.objectives import machine_years, year_weight
from provision.model.offers import Kin, PaymentClass, Place
from provision.model.payments import settle, tightened
from provision.model.reading import purchases_of
from provision.model.rules import state
from provision.model.solve import MARGINS
from provision.model.variables import MILLION, Variables, declare, expression, row_name

_EFFORT = Effort(gap=PROVEN_GAP, nodes=100_000, seconds=20)

_SLIP = 1e-6
"""Items: room for the solver's own tolerance."""

_DONG = 1e-6
"""A dong in million VND."""

_ADDED: PaymentClass = ("", "", frozenset())
"""The class of a bill that is paid less than nothing: money that is added to a fund."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """A plan with the one computer more: what is bought and paid then.

    ``value`` is what was brought to its least, ``bound`` what it cannot be below: machine-years that others miss
    more, in ``lost`` by school; or whole VND that are added, in ``added`` by school year.
    ``change`` is how many machine-years more are missing in all. Years after the horizon count 0.9 of the one before.
    """

    purchases: tuple[Purchase, ...]
    payments: tuple[Payment, ...]
    value: float
    bound: float
    lost: Mapping[str, Fraction]
    change: Fraction
    added: Mapping[int, int]


def given_up(plan: Plan, school: str, year: int) -> Swapped | None:
    """Return how the school gets one more with the plan's money, the least given up for it; None where it cannot.

    Of equal ways it is the one that leaves least missing in all.

    Raises
    ------
    NoAnswer
        Where the search ended before it was known whether it can.

    """
    for margin in MARGINS:
        try:
            return _given_up(plan, (school, PUPIL_COMPUTER, year), tightened(plan.problem, margin))
        except NoAnswer as nothing:
            if nothing.undecided:
                raise
    return None


def _given_up(plan: Plan, place: Place, tight: Problem) -> Swapped:
    v = _posed(plan, place, tight, others_give=True, more={})
    lost: list[tuple[pulp.LpVariable, float]] = []
    for key, had in _missing(plan).items():
        if key[0] != place[0] and key in v.missing:
            loss = v.program.add_variable(row_name("lost", *key), 0)
            row = expression([(loss, 1.0), (v.missing[key], -1.0)]) >= -float(had)
            v.program.addConstraint(row, row_name("lose", *key))
            lost.append((loss, year_weight(v, key[2])))
    least = _least(v, expression(lost), None)
    v.program.addConstraint(expression(lost) <= least.value + _SLIP, "least_lost")
    found = _least(v, machine_years(v), least)
    purchases = purchases_of(v, found.values)
    payments = settle(plan.problem, purchases, plan.transfers)
    return Swapped(purchases, payments, least.value, least.bound, *_differing(plan, purchases), {})


def money_for(plan: Plan, school: str, year: int, fund: FundKey) -> Swapped | None:
    """Return the least money added to a fund with which the school gets one more and nobody misses more than planned.

    None where no money of this fund does it. That it does is settled to the dong before it is told.

    Raises
    ------
    NoAnswer
        Where the search ended before it was known whether any does.

    """
    problem, place = plan.problem, (school, PUPIL_COMPUTER, year)
    more = {(fund, _ADDED, at): row_name("more", *fund, at) for at in problem.open_years}
    v = _posed(plan, place, problem, others_give=False, more=more)
    for key, had in _missing(plan).items():
        if key[0] != school and key in v.missing:
            v.missing[key].upBound = _at_most(had, problem)
    try:
        found = _least(v, expression((v.pay[key], -1.0) for key in more), None)
    except NoAnswer as nothing:
        if nothing.undecided:
            raise
        return None
    added = {at: -found.values[name] * MILLION for (_, _, at), name in more.items() if found.values[name] < -_DONG}
    purchases = purchases_of(v, found.values)
    for margin in MARGINS:
        whole = {at: ceil(amount - 1e-3) + margin for at, amount in added.items()}
        try:
            richer = problem.with_more({(fund, at): amount for at, amount in whole.items()})
            payments = settle(richer, purchases, plan.transfers)
        except NoAnswer:
            continue
        bound = max(0.0, found.bound) * MILLION
        return Swapped(purchases, payments, sum(whole.values()), bound, *_differing(plan, purchases), whole)
    return None


def _missing(plan: Plan) -> dict[Place, Quantity]:
    """Return what the plan leaves missing of pupil computers, by owner, item and year, after the horizon too."""
    left = left_open(plan, plan.problem)
    return {key: missing for key, (missing, _) in left.items() if key[1] == PUPIL_COMPUTER}


def _posed(
    plan: Plan,
    place: Place,
    problem: Problem,
    *,
    others_give: bool,
    more: Mapping[tuple[FundKey, PaymentClass, int], str],
) -> Variables:
    """Return the program with every rule in which one computer more stands at a place and the rest is as planned."""
    v = declare(problem)
    if v.unpaid:
        v = replace(v, most_unpaid=unpaid_of(plan, plan.problem) / MILLION + _DONG)
    v = replace(v, pay=dict(v.pay) | {key: v.program.add_variable(name, None, 0) for key, name in more.items()})
    state(v)
    school, _, year = place
    chosen, here = _chosen(plan), problem.united[school, year]
    for key, x in v.buy.items():
        is_computer = PUPIL_COMPUTER in problem.options[key[1]].serves
        if key in problem.locks or (is_computer and key[0] in here):
            continue
        planned_so = float(chosen[key])
        x.lowBound = 0 if is_computer and others_give else planned_so
        if problem.seats is None or problem.options[key[1]].item != LAB or key[0] not in here:
            x.upBound = planned_so  # where machines wait for rooms, the school may set up one more
    for table, moved in zip((v.give, v.take), _moved(plan), strict=True):
        for taken, x in table.items():
            x.lowBound = x.upBound = float(moved[taken])
    for promise in plan.promises:
        v.broken[promise.school, promise.item, promise.year].upBound = float(promise.broken) + _SLIP
    for key, had in _missing(plan).items():
        if key[0] == school and key in v.missing:
            v.missing[key].upBound = _at_most(max(0, had - 1) if key == place else had, problem)
    return v


def _at_most(missing: Quantity, problem: Problem) -> float:
    """Return a number of items as a limit: where machines are fractions, with room for what rounding left."""
    return float(missing) + (0.0 if problem.scenario.whole_machines else _SLIP)


def _chosen(plan: Plan) -> Counter[tuple[str, str, int]]:
    """Return what the plan buys for itself, not because it must come with something."""
    chosen: Counter[tuple[str, str, int]] = Counter()
    for p in planned(plan, plan.problem):
        chosen[p.school, p.option, p.year] += p.quantity  # fractions of machines
    chosen.subtract(coming_of(plan, plan.problem))
    return chosen


def _moved(plan: Plan) -> tuple[dict[tuple[str, Kin, int], Quantity], dict[tuple[str, Kin, int], Quantity]]:
    """Return what the plan has schools give, and take, by school, kin and year; absent is nothing."""
    given: Counter[tuple[str, Kin, int]] = Counter()
    taken: Counter[tuple[str, Kin, int]] = Counter()
    for t in plan.transfers:
        kin = Kin(t.item, t.last_year, t.upkeep)
        given[t.giver, kin, t.year] += t.quantity  # type: ignore[assignment]
        taken[t.taker, kin, t.year] += t.quantity  # type: ignore[assignment]
    return given, taken  # type: ignore[return-value]


def _least(v: Variables, objective: pulp.LpAffineExpression, start: Outcome | None) -> Outcome:
    v.program.setObjective(objective)
    values = {x.name: start.values[x.name] for x in v.counts} if start is not None and start.values else None
    return minimise(v.program, effort=_EFFORT, start=values)


def _differing(plan: Plan, purchases: tuple[Purchase, ...]) -> tuple[dict[str, Fraction], Fraction]:
    """Return the machine-years that schools miss more in the years in which they do, and the change in all."""
    before = left_open(plan, plan.problem)
    after = left_open(replace(plan, purchases=purchases), plan.problem)
    lost: dict[str, Fraction] = {}
    change = Fraction(0)
    for (school, item, year), (missing, _) in after.items():
        more = fading(plan.problem, year) * (missing - before[school, item, year][0])
        if item == PUPIL_COMPUTER and more:
            change += more
            if more > 0:
                lost[school] = lost.get(school, Fraction(0)) + more
    return lost, change

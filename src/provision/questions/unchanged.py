"""A plan carried on in a future as it is: bought as far as the money goes, in the plan's order, nothing anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from provision.audit.reckoning import fading
from provision.domain.catalogue import half_up
from provision.domain.plan import Payment, Plan, Quantity
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Problem

Bought = dict[tuple[str, str, int], Quantity]
"""Items by school, option and school year."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Machine-years missing: ``within`` the horizon, and ``in_all`` with the years after it, fading."""

    within: float
    in_all: float


def carried_on(plan: Plan, future: Problem) -> Missed:
    """Return what is missing where a plan is carried on in a future that was made of its question.

    Each fund pays its part of what the plan lets it pay, at the future's prices, pupil computers first, else in the
    order of the plan's tables; where it has too little, fewer are bought or moved. What it has left stays in the
    fund, as far as it may. Machines move as far as the giver can still spare them. Where machines wait for rooms,
    those without a room meet no need.
    """
    bought, freight = paid_for(plan, future)
    return _missed(future, bought, _moved(plan, future, freight))


def paid_for(plan: Plan, future: Problem) -> tuple[Bought, dict[tuple[str, int], Fraction]]:
    """Return what is bought in a future, and the share of their freight that is paid, by taker and year."""
    bought: Bought = {(p.school, p.option, p.year): p.quantity for p in plan.purchases}
    freight: dict[tuple[str, int], Fraction] = {}
    left: dict[FundKey, int] = dict.fromkeys(future.funds, 0)
    for year in future.years:
        there = {fund: future.purses[fund, year].amount + left[fund] for fund in future.funds}
        left = dict(there)
        for bill in _bills(plan, year):
            due = {p.fund: half_up(p.amount * _dearer(plan.problem, future, p)) for p in bill}
            paid = {fund: min(amount, left[fund]) for fund, amount in due.items()}
            asked = sum(due.values())
            share = Fraction(sum(paid.values()), asked) if asked else Fraction(1)  # what costs nothing is had
            key = (bill[0].school, bill[0].option, year)
            if bill[0].kind == "purchase" and year in future.open_years and share < 1:
                had = bought[key] * share
                bought[key] = _counted(had, future)
                paid = {fund: floor(amount * bought[key] / had) if had else 0 for fund, amount in paid.items()}
            elif bill[0].kind == "transfer" and bill[0].item == PUPIL_COMPUTER:
                freight[bill[0].school, year] = share
            for fund, amount in paid.items():
                left[fund] -= amount
        for fund in future.funds:
            left[fund] = max(0, min(left[fund], floor(future.purses[fund, year].carry_over * there[fund])))
    return bought, freight


def _counted(had: Quantity, future: Problem) -> Quantity:
    """Return how many of what is paid for are had: whole ones, where machines are."""
    return floor(had) if future.scenario.whole_machines else had


def _bills(plan: Plan, year: int) -> Iterator[list[Payment]]:
    """Yield what the plan pays in a year, the payments of one thing together: what must be paid first comes first."""
    upkeep = -1 if plan.problem.scenario.upkeep == "reserve" else 2
    bills: dict[tuple[object, ...], list[Payment]] = defaultdict(list)
    for p in plan.payments:
        if p.year == year:
            rank = upkeep if p.kind == "upkeep" else int(p.item != PUPIL_COMPUTER)
            bills[rank, p.kind, p.school, p.option, p.item].append(p)
    yield from (bills[key] for key in sorted(bills))


def _dearer(planned: Problem, future: Problem, p: Payment) -> Fraction:
    """Return the factor on a payment: prices move, upkeep and what years carried out cost do not."""
    if p.year not in future.open_years or p.kind == "upkeep":
        return Fraction(1)
    if p.kind == "transfer":
        return Fraction(future.freight[p.item, p.year][1], planned.freight[p.item, p.year][1])
    return Fraction(future.prices[p.option, p.year], planned.prices[p.option, p.year])


def _moved(plan: Plan, future: Problem, freight: dict[tuple[str, int], Fraction]) -> dict[tuple[str, int], Quantity]:
    """Return the pupil computers that come by moves, less those that go, by owner and year to the tail's end."""
    spare, moved = dict(future.spare), defaultdict[tuple[str, int], Quantity](int)
    for t in (t for t in plan.transfers if t.item == PUPIL_COMPUTER):
        years = [y for y in future.years_of(t.item) if t.year <= y <= t.last_year]
        held = [(future.holder(t.giver, y), t.item, y) for y in years]
        paid = _counted(t.quantity * freight.get((t.taker, t.year), Fraction(1)), future)
        count = min(paid, *(spare.get(key, 0) for key in held))
        for key in held:
            spare[key] = spare.get(key, 0) - count  # type: ignore[assignment]
        for school, sign in ((t.giver, -1), (t.taker, 1)):
            for year in years:
                if (heir := future.owner(school, year)) is not None:
                    moved[heir, year] += sign * count
    return moved


def _missed(future: Problem, bought: Bought, moved: dict[tuple[str, int], Quantity]) -> Missed:
    have: dict[tuple[str, str, int], Quantity] = defaultdict(int)
    done: dict[tuple[str, str, int], Quantity] = defaultdict(int)  # of it, what was bought in years carried out
    for (school, option, year), count in bought.items():
        for at in future.working_years(option, year):
            if (heir := future.owner(school, at)) is not None:
                for item in future.options[option].serves:
                    have[heir, item, at] += count
                    done[heir, item, at] += count if year not in future.open_years else 0
    within = in_all = Fraction(0)
    for school in {school for school, item, _ in future.demand if item == PUPIL_COMPUTER}:
        for year in future.years_of(PUPIL_COMPUTER):
            old = future.stock.get((school, PUPIL_COMPUTER, year), 0)
            there = old + have[school, PUPIL_COMPUTER, year] + moved.get((school, year), 0)
            if future.seats is not None and year <= future.years[-1]:
                rooms = future.rooms.get((school, year), 0) + future.seats * done[school, LAB, year]
                places = max(rooms, old + done[school, PUPIL_COMPUTER, year])
                more = future.seats * (have[school, LAB, year] - done[school, LAB, year])
                there = min(there, places + more)
            short = max(Fraction(0), Fraction(future.need(school, PUPIL_COMPUTER, year) - there))
            within += short if year <= future.years[-1] else 0
            in_all += short * fading(future, year)
    return Missed(round(float(within), 6), round(float(in_all), 6))

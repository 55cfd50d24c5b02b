"""What is in the way of a school's machines where it is not money: nothing sold, nobody may pay, no room."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from provision.domain.plan import Quantity
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Problem

Hindrance = Literal["", "carried_out", "not_sold", "late", "no_fund", "locked", "mending", "rooms"]
"""Why no machine can be had whatever money there is; "" where money, or what it is spent on first, is in the way."""

_NEAR = 1e-3
"""Machines up to which a room that machines in fractions fill is full."""

_Way = tuple[str, str, int]
"""A school that buys, an option, a school year."""


def hindrance(
    problem: Problem, school: str, year: int, funds: Collection[FundKey], *, missing: Quantity | float
) -> Hindrance:
    """Return what keeps a school from one more machine in a year, however much money ``funds`` had; "" if nothing.

    ``missing`` is the machines of its need that it has not. What a school that merged into it could have bought
    counts as its own.
    """
    if year not in problem.open_years:
        return "carried_out"
    ways = list(_ways(problem, school, year, late=problem.scenario.delivery_lag))
    if not ways:
        return "late" if any(_ways(problem, school, year, late=0)) else "not_sold"
    ways = [way for way in ways if _is_payable(problem, way, funds)]
    if not ways:
        return "no_fund"
    ways = [way for way in ways if way not in problem.locks]
    if not ways:
        return "locked"
    if all(problem.options[option].mode in ("repair", "refurbish") for _, option, _ in ways):
        return "mending"
    have = float(problem.need(school, PUPIL_COMPUTER, year) - missing)
    is_full = problem.seats is not None and have > _places(problem, school, year) - _NEAR
    return "rooms" if is_full and not _may_grow(problem, school, year, funds) else ""


def _ways(problem: Problem, school: str, year: int, *, late: int) -> Iterator[_Way]:
    """Yield the purchases that would be a machine of a school in a year if they came ``late`` years after it."""
    for option, bought in problem.prices:
        terms = problem.options[option]
        if PUPIL_COMPUTER not in terms.serves or bought not in problem.open_years:
            continue
        if bought + late <= year < bought + late + terms.life_years:
            for buyer in problem.united.get((school, year), ()):
                if (buyer, bought) in problem.open_schools:
                    yield buyer, option, bought


def _is_payable(problem: Problem, way: _Way, funds: Collection[FundKey]) -> bool:
    """Say whether some of ``funds`` may pay for a purchase, and for what must come with it."""
    school, option, year = way
    parts = (option, *(code for code, _ in problem.companions.get((option, year), ())))
    return all(
        problem.payers(school=school, item=terms.item, mode=terms.mode, year=year) & set(funds)
        for terms in (problem.options[code] for code in parts)
    )


def _places(problem: Problem, school: str, year: int) -> int:
    """Return the machines that a school's rooms take, those set up in years carried out among them."""
    set_up = sum(
        fact.quantity
        for (buyer, option, bought), fact in problem.facts.items()
        if problem.options[option].item == LAB and problem.is_alive(option, bought, year)
        if problem.owner(buyer, year) == school
    )
    return problem.rooms.get((school, year), 0) + (problem.seats or 0) * set_up


def _may_grow(problem: Problem, school: str, year: int, funds: Collection[FundKey]) -> bool:
    """Say whether a further room can be set up there by then."""
    return any(
        problem.is_alive(option, bought, year) and _is_payable(problem, (buyer, option, bought), funds)
        for option, bought in problem.prices
        if problem.options[option].item == LAB and bought in problem.open_years
        for buyer in problem.united.get((school, year), ())
        if (buyer, bought) in problem.open_schools
    )

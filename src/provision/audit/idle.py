"""Money that lies idle: where it would buy a missing machine, what is missing is not the least there can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from provision.audit.claims import Left, left_open, missing_value
from provision.audit.reckoning import (
    PUPIL_COMPUTER,
    Found,
    fading,
    is_fact,
    owner,
    serves_of,
    working_years,
    years_of,
)

_Worth = Mapping[tuple[str, int], Fraction]

_UNHARMED = {"promises", "minimums", "optional"}
"""The rungs that no machine more can worsen. After any other, to buy nothing may have been better."""


def leave_no_money_idle(plan: Any, problem: Any) -> Found:
    """Nothing is called the least that can be missing while money lapses that buys one machine more.

    One purchase is tried at a time, with what must come with it. Where machines wait for rooms, or another rung
    than those unharmed came first, nothing is said: there one machine more may be no plan.
    """
    names = [r.name for r in plan.rungs]
    if problem.seats is not None or "missing" not in names or set(names[: names.index("missing")]) - _UNHARMED:
        return
    bound = plan.rungs[names.index("missing")].bound
    left = left_open(plan, problem)
    value, worth = missing_value(plan, problem, left), _worth(problem, left)
    for (fund, year), money in sorted(_lapsing(plan, problem).items()):
        saved, *what = max(_purchases(problem, fund, year, money, worth), default=(0,))
        if saved and value - saved < bound - 1e-6 * (1 + abs(bound)):
            yield (*fund, year, *what), bound, f"at most {float(value - saved)}"


def _worth(problem: Any, left: Left) -> _Worth:
    """Return what one machine more takes off what is missing, weighed, by owner and year; absent is nothing."""
    fades = {year: fading(problem, year) for year in years_of(problem, PUPIL_COMPUTER)}
    return {
        (school, year): fades[year] * serves_of(problem, school, year) * min(1, missing)
        for (school, item, year), (missing, _) in left.items()
        if missing and item == PUPIL_COMPUTER
    }


def _lapsing(plan: Any, problem: Any) -> dict[tuple[Any, int], int]:
    """Return the whole VND that each fund lets lapse after each year still planned; after the last, all it has."""
    lapsing = {}
    for s in plan.spending:
        if (s.fund, s.year) in problem.purses and not is_fact(problem, s.year):
            kept = s.carried_out if s.year < problem.years[-1] else 0
            lapsing[s.fund, s.year] = s.budget + s.carried_in - s.spent - kept
    return lapsing


def _purchases(problem: Any, fund: Any, year: int, money: int, worth: _Worth) -> Iterator[tuple[Fraction, str, str]]:
    """Yield what one machine that a fund's money can pay takes off what is missing, its school and its option."""
    purse = problem.purses[fund, year]
    for code, option in problem.options.items():
        serves = option.mode in ("buy", "lease") and PUPIL_COMPUTER in (option.item, *option.also_serves)
        if not serves or (code, year) not in problem.prices:
            continue
        bundle = [(code, 1), *problem.companions.get((code, year), ())]
        things = [problem.options[part] for part, _ in bundle]
        kept = problem.scenario.upkeep == "reserve" and any(thing.upkeep for thing in things)
        if kept or sum(problem.prices[part, year] * count for part, count in bundle) > money:
            continue
        for school in problem.schools if purse.schools is None else purse.schools:
            free = (school, year) in problem.open_schools and (school, code, year) not in problem.locks
            if free and all(purse.may_pay(school=school, item=thing.item, mode=thing.mode) for thing in things):
                yield _saved(problem, school, code, year, worth), school, code


def _saved(problem: Any, school: str, code: str, year: int, worth: _Worth) -> Fraction:
    """Return what one machine more at a school takes off what is missing, weighed, over all years it works."""
    places = ((owner(problem, school, at) or "", at) for at in working_years(problem, code, year))
    return sum((worth[place] for place in places if place in worth), Fraction(0))

"""What things come to, reckoned anew: who has them, when they work, what keeping them running costs.

The tables alone are looked up, never a problem's own arithmetic: what a plan was made with must not also judge it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import Any

Found = Iterator[tuple[object, object, object]]
"""Breaches: where, what the plan says, what is right."""

Audit = Callable[[Any, Any], Found]
Key = tuple[str, str, int]
"""A school, an item and a school year."""

PUPIL_COMPUTER = "pupil_computer"
LAB = "lab"
UNIT = "unit"


def slack(problem: Any) -> Fraction:
    """Return how far a number of items may be off: not at all, or what rounding fractions of machines leaves."""
    return Fraction(0) if problem.scenario.whole_machines else Fraction(1, 1000)


def is_fact(problem: Any, year: int) -> bool:
    """Say whether a school year is carried out: what was bought in it is known, not planned."""
    return bool(problem.frozen_until is not None and year <= problem.frozen_until)


def planned(plan: Any, problem: Any) -> list[Any]:
    """Return the purchases of the years still to be planned."""
    until = problem.frozen_until
    return [p for p in plan.purchases if until is None or p.year > until]


def items_of(problem: Any) -> set[str]:
    """Return the items of which there is a need."""
    return {item for _, item, _ in problem.demand}


def years_of(problem: Any, item: str) -> range:
    """Return the school years of the horizon and of an item's tail after it."""
    return range(problem.years[0], problem.years[-1] + problem.tails.get(item, 0) + 1)


def need_of(problem: Any, school: str, item: str, year: int) -> tuple[int, int, int]:
    """Return mandatory and optional need and the pupils behind it; in the tail, those of the last year."""
    row = problem.demand.get((school, item, min(year, problem.years[-1])))
    return (row.mandatory, row.optional, row.pupils) if row else (0, 0, 0)


def owner(problem: Any, school: str, year: int) -> str | None:
    """Return who has a school's things in a year, None where it closed without a successor."""
    heir: str | None = problem.owners[school, min(year, problem.years[-1])]
    return heir


def holder(problem: Any, school: str, year: int) -> str:
    """Return who keeps a school's things in a year, also where it closed without a successor."""
    keeper: str = problem.holders[school, min(year, problem.years[-1])]
    return keeper


def fading(problem: Any, year: int) -> Fraction:
    """Return what a year weighs: 1 in the horizon, after it 0.9 of the year before."""
    after: int = max(0, year - problem.years[-1])
    return Fraction(9, 10) ** after


def serves_of(problem: Any, school: str, year: int) -> Fraction | int:
    """Return what a pupil computer missing at a school counts: 1, or the pupils it would serve where they weigh."""
    if problem.scenario.weigh != "pupils":
        return 1
    need, _, pupils = need_of(problem, school, PUPIL_COMPUTER, year)
    return Fraction(pupils, need)


def working_years(problem: Any, option: str, bought: int) -> range:
    """Return the school years in which something bought in one works; what was really bought came in time."""
    first = bought if is_fact(problem, bought) else bought + problem.scenario.delivery_lag + (bought in problem.late)
    return range(first, first + problem.options[option].life_years)


def alive(problem: Any, option: str, bought: int, year: int) -> bool:
    """Say whether something bought in one school year works in another."""
    return year in working_years(problem, option, bought)


def companions_in(problem: Any, year: int) -> set[str]:
    """Return the options that must come with some other in a school year."""
    return {code for (_, y), rows in problem.companions.items() if y == year for code, _ in rows}


def coming_of(plan: Any, problem: Any) -> Counter[tuple[str, str, int]]:
    """Return what must come with what a plan buys, by school, option and year."""
    coming: Counter[tuple[str, str, int]] = Counter()
    for p in planned(plan, problem):
        for code, count in problem.companions.get((p.option, p.year), ()):
            coming[p.school, code, p.year] += count * p.quantity
    return coming


def stock_of(problem: Any, who: Callable[[Any, str, int], str | None]) -> Counter[Key]:
    """Return what of the opening stock works, in items by owner or holder, in horizon and tail."""
    found: Counter[Key] = Counter()
    for (school, cohort), count in problem.cohorts.items():
        for year in years_of(problem, cohort.item):
            place = who(problem, school, year) if cohort.first <= year <= cohort.last else None
            if place is not None:
                found[place, cohort.item, year] += count
    return found


def bought_of(problem: Any, purchases: Iterable[Any]) -> Counter[Key]:
    """Return what of the purchases works, by owner, for every item it serves, in horizon and tail."""
    found: Counter[Key] = Counter()
    ways: dict[tuple[str, int], list[tuple[str, range]]] = {}
    for p in purchases:
        way = (p.option, p.year)
        if way not in ways:
            option, works = problem.options[p.option], working_years(problem, *way)
            spans = ((item, years_of(problem, item)) for item in sorted({option.item, *option.also_serves}))
            ways[way] = [(i, range(max(works.start, s.start), min(works.stop, s.stop))) for i, s in spans]
        for item, years in ways[way]:
            for year in years:
                heir = owner(problem, p.school, year)
                if heir is not None:
                    found[heir, item, year] += p.quantity
    return found


def moved_of(problem: Any, transfers: Iterable[Any]) -> Counter[Key]:
    """Return the moved machines that work, received less given, by owner, in horizon and tail."""
    found: Counter[Key] = Counter()
    for t in transfers:
        for year in years_of(problem, t.item):
            if t.year <= year <= t.last_year:
                for school, quantity in ((t.giver, -t.quantity), (t.taker, t.quantity)):
                    heir = owner(problem, school, year)
                    if heir is not None:
                        found[heir, t.item, year] += quantity
    return found


def upkeep_of(
    problem: Any, purchases: Iterable[Any], cohorts: Mapping[tuple[str, Any], int], transfers: Iterable[Any]
) -> dict[Key, int]:
    """Return what keeping all this running costs in whole VND by owner, item and year of the horizon."""
    running: list[tuple[str, str, range, Any]] = []
    for p in purchases:
        cost = problem.options[p.option].upkeep * p.quantity
        running.append((p.school, p.item, working_years(problem, p.option, p.year), cost))
    for (school, cohort), count in cohorts.items():
        running.append((school, cohort.item, range(cohort.first, cohort.last + 1), cohort.upkeep * count))
    for t in transfers:
        works = range(t.year, t.last_year + 1)
        running.append((t.giver, t.item, works, -t.upkeep * t.quantity))
        running.append((t.taker, t.item, works, t.upkeep * t.quantity))
    costs: Counter[Key] = Counter()
    for school, item, works, cost in running:
        for year in problem.years:
            heir = owner(problem, school, year) if cost and year in works else None
            if heir is not None:
                costs[heir, item, year] += cost
    return {key: floor(cost) for key, cost in costs.items() if cost >= 1}


def paid_upkeep(plan: Any) -> Counter[Key]:
    """Return the upkeep that funds pay, in whole VND by school, item and year."""
    paid: Counter[Key] = Counter()
    for pay in plan.payments:
        if pay.kind == "upkeep":
            paid[pay.school, pay.item, pay.year] += pay.amount
    return paid

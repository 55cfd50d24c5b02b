"""What moves from school to school: between whom and at what cost, whose it was, and that it could be spared."""

from __future__ import annotations

from collections import Counter
from math import floor
from typing import Any

from provision.audit.ledger import carried_out, owned
from provision.audit.reckoning import LAB, Found, holder, need_of, owner, slack, stock_of, years_of


def balance_transfers(plan: Any, problem: Any) -> Found:
    """Whole machines move between two schools of one unit, to one that is open, at the price of their freight."""
    schools = frozenset(problem.schools)
    for t in plan.transfers:
        key = (t.giver, t.taker, t.item, t.year)
        _, price = problem.freight.get((t.item, t.year), ("", None))
        if not problem.scenario.transfers:
            yield key, "a transfer", "none in this scenario"
        if t.giver not in schools or (t.taker, t.year) not in problem.open_schools:
            yield key, "closed or unknown school", "a known giver and an open taker"
        elif t.giver == t.taker or problem.unit_of[t.giver] != problem.unit_of[t.taker]:
            yield key, f"{t.giver} to {t.taker}", "two schools of one unit"
        elif t.year in problem.years and holder(problem, t.giver, t.year) != t.giver:
            yield key, t.giver, f"{holder(problem, t.giver, t.year)}, who has its machines by then"
        if t.item == LAB:
            yield key, t.item, "an item that can move"
        if t.year not in problem.years or t.year > t.last_year:
            yield key, f"{t.year} to {t.last_year}", "from a year of the plan to one not before it"
        if t.quantity <= 0 or (problem.scenario.whole_machines and int(t.quantity) != t.quantity):
            yield key, t.quantity, "a whole number above 0"
        if price is None:
            yield (*key, "year"), t.year, "a year in which the item can be moved"
        elif t.cost != floor(price * t.quantity):
            yield (*key, "cost"), t.cost, floor(price * t.quantity)


def take_what_is_lacking(plan: Any, problem: Any) -> Found:
    """No school takes over more machines of a kind than it lacks in some year in which they work."""
    if not plan.transfers:
        return
    stock, facts = owned(plan, problem), carried_out(plan, problem)
    taken: Counter[tuple[str, str, int, int, int]] = Counter()
    for t in plan.transfers:
        taken[t.taker, t.item, t.last_year, t.upkeep, t.year] += t.quantity
    for (school, item, last, upkeep, year), quantity in sorted(taken.items()):
        most = 0
        for at in range(year, min(last, years_of(problem, item)[-1]) + 1):
            heir = owner(problem, school, at)
            if heir is not None:
                mandatory, optional, _ = need_of(problem, heir, item, at)
                asked = mandatory + optional * problem.scenario.optional_grades
                most = max(most, asked - stock[heir, item, at] - facts[heir, item, at])
        if quantity > most + slack(problem):
            yield (school, item, last, upkeep, year), quantity, f"at most {most}"


def give_own_stock(plan: Any, problem: Any) -> Found:
    """A school gives machines of its own opening stock alone, each once; what it received it cannot give on."""
    for year in problem.years if plan.transfers else ():
        given: Counter[tuple[str, str, int, int]] = Counter()
        there: Counter[tuple[str, str, int, int]] = Counter()
        for t in plan.transfers:
            if t.year <= year:
                given[holder(problem, t.giver, year), t.item, t.last_year, t.upkeep] += t.quantity
        for (school, c), count in problem.cohorts.items():
            if c.first <= year:
                there[holder(problem, school, year), c.item, c.last, c.upkeep] += count
        for key in sorted(given):
            if given[key] > there[key] + slack(problem):
                yield (*key, year), given[key], f"at most {there[key]}"


def give_what_is_spare(plan: Any, problem: Any) -> Found:
    """No school gives machines that its own need, the optional one included, asks for."""
    spare: dict[tuple[str, str, int], int] = {}
    for (school, item, year), count in stock_of(problem, holder).items():
        mandatory, optional, _ = need_of(problem, school, item, year)
        if count > mandatory + optional and item != LAB:
            spare[school, item, year] = count - mandatory - optional
    for key in sorted(spare.keys() | problem.spare.keys()):
        if spare.get(key, 0) != problem.spare.get(key, 0):
            yield (*key, "spare"), problem.spare.get(key, 0), spare.get(key, 0)
    given: Counter[tuple[str, str, int]] = Counter()
    for t in plan.transfers:
        for year in years_of(problem, t.item):
            if t.year <= year <= t.last_year:
                given[holder(problem, t.giver, year), t.item, year] += t.quantity
    for key in sorted(given):
        if given[key] > spare.get(key, 0) + slack(problem):
            yield key, given[key], f"at most {spare.get(key, 0)}"

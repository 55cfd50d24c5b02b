"""What is bought: where and from what, at which price, with what must come along, and what there is to mend."""

from __future__ import annotations

from collections import Counter
from math import floor
from typing import Any

from provision.audit.reckoning import Found, coming_of, companions_in, holder, is_fact, items_of, planned, slack


def buy_where_open(plan: Any, problem: Any) -> Found:
    """Only schools that are open buy, only what the catalogue prices, only years of the plan, whole machines.

    What was bought in a year carried out is known already: of it only school and option must be known.
    """
    seen: Counter[tuple[str, str, int]] = Counter()
    schools = frozenset(problem.schools)
    for p in plan.purchases:
        key = (p.school, p.option, p.year)
        seen[key] += 1
        option = problem.options.get(p.option)
        if p.school not in schools:
            yield key, "unknown school", "a school of the plan"
        if option is None or option.item != p.item or option.mode == "move":
            yield key, f"{p.option} of {p.item}", "an option of the item"
        if is_fact(problem, p.year):
            continue
        if (p.school, p.year) not in problem.open_schools:
            yield key, "closed or unknown school", "open"
        if (p.option, p.year) not in problem.prices:
            yield key, "no price", "a price in that year"
        if p.quantity <= 0 or (problem.scenario.whole_machines and int(p.quantity) != p.quantity):
            yield key, p.quantity, "a whole number above 0"
    for key, times in seen.items():
        if times > 1:
            yield key, f"{times} rows", "one row"


def pay_the_price(plan: Any, problem: Any) -> Found:
    """Every purchase costs its catalogue price of that year, or what was really paid, to the dong."""
    for p in plan.purchases:
        price = problem.prices.get((p.option, p.year))
        if is_fact(problem, p.year):
            fact = problem.facts.get((p.school, p.option, p.year))
            price = fact.unit_price if fact else None
        if p.unit_price != price:
            yield (p.school, p.option, p.year, "unit_price"), p.unit_price, price
        elif p.cost != floor(price * p.quantity):
            yield (p.school, p.option, p.year, "cost"), p.cost, floor(price * p.quantity)


def accompany(plan: Any, problem: Any) -> Found:
    """With every purchase comes what must come along; what nobody needs in itself comes in no greater number.

    Of what nobody needs, a planner may still fix a number to be bought on top.
    """
    items, due = items_of(problem), coming_of(plan, problem)
    bought: Counter[tuple[str, str, int]] = Counter()
    for p in planned(plan, problem):
        bought[p.school, p.option, p.year] += p.quantity
    coming = {year: companions_in(problem, year) for year in problem.years}
    for key in sorted(bought.keys() | due.keys()):
        _, code, year = key
        option = problem.options[code]
        alone = code in coming[year] and not items & {option.item, *option.also_serves}
        most = due[key] + problem.locks.get(key, 0)
        if bought[key] < due[key]:
            yield key, bought[key], f"at least {due[key]}"
        elif alone and bought[key] > most:
            yield key, bought[key], most


def repair_what_is_there(plan: Any, problem: Any) -> Found:
    """No more machines are repaired than stood there to be repaired, years carried out included."""
    repairs = [p for p in planned(plan, problem) if problem.options[p.option].mode == "repair"]
    for year in problem.years if repairs else ():
        done: Counter[tuple[str, str]] = Counter()
        there: Counter[tuple[str, str]] = Counter()
        for p in repairs:
            if p.year <= year:
                done[holder(problem, p.school, year), p.item] += p.quantity
        for (school, item), count in problem.repairable.items():
            there[holder(problem, school, year), item] += count
        for (school, option, _), fact in problem.facts.items():
            if problem.options[option].mode == "repair":
                there[holder(problem, school, year), problem.options[option].item] -= fact.quantity
        for key in sorted(done):
            if done[key] > max(0, there[key]) + slack(problem):
                yield (*key, year), done[key], f"at most {max(0, there[key])}"


def refurbish_what_ages(plan: Any, problem: Any) -> Found:
    """Only machines whose last working year has just ended are refurbished, and only those still at the school."""
    done: Counter[tuple[str, str, int]] = Counter()
    for p in planned(plan, problem):
        if problem.options[p.option].mode == "refurbish":
            done[holder(problem, p.school, p.year), p.item, p.year] += p.quantity
    there: Counter[tuple[str, str, int]] = Counter()
    ages = [(school, c.item, c.last + 1, count) for (school, c), count in problem.cohorts.items()] if done else []
    gone = [(t.giver, t.item, t.last_year + 1, -t.quantity) for t in plan.transfers] if done else []
    for school, item, year, count in (*ages, *gone):
        if year in problem.years:
            there[holder(problem, school, year), item, year] += count
    for key in sorted(done):
        if done[key] > there[key] + slack(problem):
            yield key, done[key], f"at most {there[key]}"

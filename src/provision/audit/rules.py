"""The rules of a plan as promises that are checked, each named after the rule of the model it audits.

Whole numbers and exact fractions; the standard library alone; no other room is imported. A plan and a problem are
taken as they are, by the names of their parts, so that the same checks serve a plan in memory and one read back
from its folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Any

Found = Iterator[tuple[object, object, object]]
Audit = Callable[[Any, Any], Found]


def cover_need(plan: Any, problem: Any) -> Found:
    """What a school has and what it misses together meet its need, in every year, and no row is absent."""
    bought: Counter[tuple[str, str, int]] = Counter()
    for p in plan.purchases:
        life = problem.options[p.option].life_years
        for year in problem.years:
            if p.year <= year < p.year + life:
                bought[problem.owners[p.school, year], p.item, year] += p.quantity
    rows = {(c.school, c.item, c.year): c for c in plan.coverage}
    if len(rows) != len(plan.coverage):
        yield "coverage", len(plan.coverage), len(rows)
    expected = {
        (school, item, year)
        for school, year in problem.open_schools
        for item in {key[1] for key in problem.demand}
        if problem.levels[school] != "kindergarten"
    }
    for key in sorted(expected - set(rows)):
        yield key, "no row", "a row"
    for key, c in sorted(rows.items()):
        demand = problem.demand.get(key)
        need, optional, pupils = (demand.mandatory, demand.optional, demand.pupils) if demand else (0, 0, 0)
        stock, alive = problem.stock.get(key, 0), bought[key]
        have = stock + alive
        missing = max(0, need - have)
        right = {
            "need": need,
            "optional_need": optional,
            "stock": stock,
            "bought": alive,
            "moved": 0,
            "have": have,
            "missing": missing,
            "optional_missing": max(0, need + optional - have) - missing,
            "pupils": pupils,
            "pupils_without": ceil(Fraction(pupils) * missing / need) if missing else 0,
        }
        if key not in expected:
            yield key, "a row", "no row"
        for name, value in right.items():
            if getattr(c, name) != value:
                yield (*key, name), getattr(c, name), value


def buy_where_open(plan: Any, problem: Any) -> Found:
    """Only schools that are open buy, only options of the catalogue, only years of the plan, whole machines."""
    seen: Counter[tuple[str, str, int]] = Counter()
    for p in plan.purchases:
        key = (p.school, p.option, p.year)
        seen[key] += 1
        if (p.school, p.year) not in problem.open_schools:
            yield key, "closed or unknown school", "open"
        if p.option not in problem.options or problem.options[p.option].item != p.item:
            yield key, f"{p.option} of {p.item}", "an option of the item"
        if p.quantity <= 0 or (problem.scenario.whole_machines and int(p.quantity) != p.quantity):
            yield key, p.quantity, "a whole number above 0"
    for key, times in seen.items():
        if times > 1:
            yield key, f"{times} rows", "one row"


def pay_the_price(plan: Any, problem: Any) -> Found:
    """Every purchase costs its catalogue price of that year, to the dong."""
    for p in plan.purchases:
        price = problem.prices.get((p.option, p.year))
        if p.unit_price != price:
            yield (p.school, p.option, p.year, "unit_price"), p.unit_price, price
        elif p.cost != floor(price * Fraction(p.quantity)):
            yield (p.school, p.option, p.year, "cost"), p.cost, floor(price * Fraction(p.quantity))


def pay_for_purchases(plan: Any, problem: Any) -> Found:
    """Every purchase is paid, every dong once, and only by funds that may pay for it."""
    due: Counter[tuple[str, str, int]] = Counter()
    for p in plan.purchases:
        due[p.school, p.option, p.year] += p.cost
    for pay in plan.payments:
        key = (pay.school, pay.option, pay.year)
        option, purse = problem.options.get(pay.option), problem.purses.get((pay.fund, pay.year))
        if pay.amount <= 0:
            yield (*pay.fund, *key), pay.amount, "above 0"
        if option is None or purse is None or pay.kind != "purchase" or option.item != pay.item:
            yield ((*pay.fund, *key), f"{pay.kind} of {pay.item}", "a purchase, a fund and an option of the plan")
        elif not purse.may_pay(school=pay.school, item=pay.item, mode=option.mode):
            yield (*pay.fund, *key), pay.amount, "a fund that may pay"
        due[key] -= pay.amount
    for key, left in sorted(due.items()):
        if left:
            yield key, f"{left} VND not paid", 0


def spend_within_budget(plan: Any, problem: Any) -> Found:
    """No fund spends and keeps more in a year than it has; every fund and year is told, also unspent."""
    spent: Counter[tuple[Any, int]] = Counter()
    for pay in plan.payments:
        spent[pay.fund, pay.year] += pay.amount
    rows = {(s.fund, s.year): s for s in plan.spending}
    if len(rows) != len(plan.spending) or set(rows) != set(problem.purses):
        yield "spending", len(plan.spending), len(problem.purses)
        return
    for (fund, year), s in sorted(rows.items()):
        before = rows.get((fund, year - 1))
        carried_in = before.carried_out if before else 0
        right = {"budget": problem.purses[fund, year].amount, "carried_in": carried_in, "spent": spent[fund, year]}
        for name, value in right.items():
            if getattr(s, name) != value:
                yield (*fund, year, name), getattr(s, name), value
        if s.spent + s.carried_out > s.budget + s.carried_in:
            yield (*fund, year), s.spent + s.carried_out, f"at most {s.budget + s.carried_in}"


def carry_within_share(plan: Any, problem: Any) -> Found:
    """A fund keeps for the next year what is left, and at most its carry-over share of what it had."""
    for s in plan.spending:
        purse = problem.purses.get((s.fund, s.year))
        there = s.budget + s.carried_in
        if purse is not None and s.carried_out != min(there - s.spent, floor(purse.carry_over * there)):
            yield (*s.fund, s.year), s.carried_out, min(there - s.spent, floor(purse.carry_over * there))


def add_up(plan: Any, problem: Any) -> Found:
    """The totals are the sums of the tables."""
    totals = {"missing": sum(c.missing for c in plan.coverage), "cost": sum(p.cost for p in plan.purchases)}
    totals["budget"] = sum(s.budget for s in plan.spending)
    for name, right in totals.items():
        if abs(plan.totals[name] - right) > (0 if problem.scenario.whole_machines else 1e-3):
            yield name, plan.totals[name], right
    for year in problem.years:
        told = plan.totals["years"].get(str(year), {})
        rows = [c for c in plan.coverage if c.year == year]
        right_of = {
            "need": sum(c.need for c in rows),
            "have": sum(c.have for c in rows),
            "missing": sum(c.missing for c in rows),
            "pupils_without": sum(c.pupils_without for c in rows),
            "schools_short": sum(c.missing > 0 for c in rows),
            "spent": sum(s.spent for s in plan.spending if s.year == year),
        }
        for name, right in right_of.items():
            if abs(told.get(name, -1) - right) > (0 if problem.scenario.whole_machines else 1e-3):
                yield (year, name), told.get(name), right


RULES: tuple[Audit, ...] = (
    buy_where_open,
    pay_the_price,
    cover_need,
    pay_for_purchases,
    spend_within_budget,
    carry_within_share,
    add_up,
)

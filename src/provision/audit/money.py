"""What is paid: every bill, by whom, out of what, and what is kept; and what more money would do."""

from __future__ import annotations

from collections import Counter
from math import floor, isfinite
from typing import Any

from provision.audit.ledger import upkeep
from provision.audit.reckoning import Found, is_fact, paid_upkeep, planned, upkeep_of

_Bill = tuple[str, str, str, str, int]
"""What is paid for: kind, school, option, item and year."""


def pay_every_bill(plan: Any, problem: Any) -> Found:
    """Every purchase and move is paid, every dong once, upkeep at most its cost, only by funds that may pay for it.

    Of what was really bought, funds of the plan may have paid less than it cost.
    """
    paid: Counter[_Bill] = Counter()
    for pay in plan.payments:
        key = (pay.kind, pay.school, pay.option, pay.item, pay.year)
        paid[key] += pay.amount
        purse, mode = problem.purses.get((pay.fund, pay.year)), _mode(pay, problem)
        if pay.amount <= 0:
            yield (*pay.fund, *key), pay.amount, "above 0"
        if purse is None or mode is None:
            yield (*pay.fund, *key), f"{pay.kind} of {pay.item}", "a bill, a fund and an option of the plan"
        elif not purse.may_pay(school=pay.school, item=pay.item, mode=mode):
            yield (*pay.fund, *key), pay.amount, "a fund that may pay"
    bills = _bills(plan, problem)
    for key in sorted(key for key in bills.keys() | paid.keys() if bills[key] != paid[key]):
        kind, *_, year = key
        left = bills[key] - paid[key]
        if left < 0:
            yield key, f"{-left} VND too much", 0
        elif kind == "transfer" or (kind == "purchase" and not is_fact(problem, year)):
            yield key, f"{left} VND not paid", 0


def _bills(plan: Any, problem: Any) -> Counter[_Bill]:
    """Return what each thing costs in whole VND."""
    bills: Counter[_Bill] = Counter()
    for p in plan.purchases:
        bills["purchase", p.school, p.option, p.item, p.year] += p.cost
    for t in plan.transfers:
        if (t.item, t.year) in problem.freight:
            bills["transfer", t.taker, problem.freight[t.item, t.year][0], t.item, t.year] += t.cost
    for (school, item, year), cost in upkeep(plan, problem).items():
        bills["upkeep", school, "", item, year] += cost
    return bills


def _mode(pay: Any, problem: Any) -> str | None:
    """Return the mode of what a payment is for, None where there is no such thing."""
    if pay.kind == "upkeep":
        return "upkeep" if pay.option == "" else None
    if pay.kind == "transfer":
        freight = problem.freight.get((pay.item, pay.year))
        return "move" if freight and freight[0] == pay.option else None
    option = problem.options.get(pay.option) if pay.kind == "purchase" else None
    return option.mode if option and option.item == pay.item else None


def reserve_upkeep(plan: Any, problem: Any) -> Found:
    """What keeping machines running costs is told; where a scenario reserves it, what the plan buys is kept running.

    The opening stock and what was really bought are kept running as far as the money goes.
    """
    paid = paid_upkeep(plan)
    costs = upkeep(plan, problem)
    rows = {(u.school, u.item, u.year): u for u in plan.upkeep}
    if len(rows) != len(plan.upkeep):
        yield "upkeep", len(plan.upkeep), len(rows)
    for key in sorted(rows.keys() ^ costs.keys()):
        yield key, "a row" if key in rows else "no row", "a row" if key in costs else "no row"
    for key in sorted(rows.keys() & costs.keys()):
        for name, value in (("cost", costs[key]), ("unpaid", costs[key] - paid[key])):
            if getattr(rows[key], name) != value:
                yield (*key, name), getattr(rows[key], name), value
    if problem.scenario.upkeep == "reserve":
        for key, due in sorted(upkeep_of(problem, planned(plan, problem), {}, ()).items()):
            if paid[key] < due:
                yield (*key, "paid"), paid[key], f"at least {due}"


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


def price_every_purse(plan: Any, problem: Any) -> Found:
    """For every fund and year the plan says once what one million VND more would save, and it is never a loss."""
    told = Counter((r.fund, r.year) for r in plan.prices)
    for fund, year in sorted(told.keys() | problem.purses.keys()):
        right = int((fund, year) in problem.purses)
        if told[fund, year] != right:
            yield (*fund, year), f"{told[fund, year]} rows", f"{right} rows"
    for r in plan.prices:
        if not isfinite(r.machine_years_per_million) or r.machine_years_per_million < 0:
            yield (*r.fund, r.year), r.machine_years_per_million, "a number not below 0"

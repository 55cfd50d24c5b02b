"""What a planner's own quantities would do to a plan: what each change costs, and which rules it breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

from provision.audit.ledger import Ledger
from provision.audit.rules import RULES
from provision.domain.plan import Plan, Purchase, Quantity
from provision.domain.problem import LAB, FundKey, Problem
from provision.intake.edited import Edits
from provision.model.amended import amended
from provision.questions.change import Broken, Delivery, Pair, Purse
from provision.questions.remarks import item_name
from provision.text import LANGUAGES, Words

_BILLS = ("pay_every_bill", "reserve_upkeep")
"""The rules that are broken where money is short."""
_KINDS = {
    "keep_to_the_locks": "lock",
    "accompany": "along",
    "repair_what_is_there": "repair",
    "refurbish_what_ages": "refurbish",
    "fit_the_rooms": "rooms",
}
_NUMBER = re.compile(r"-?\d+(?:/\d+)?")

NOBODY: FundKey = ("", "-")
"""What stands for a fund where no fund pays: no code of a fund is a dash."""

_Key = tuple[str, str, int]


def with_quantities(plan: Plan, edits: Edits) -> Plan:
    """Return the plan with other quantities, in items by school, option and school year; rules may be broken.

    Where nothing differs it is the plan itself, to the dong and down to who pays.
    """
    if edits == _quantities(plan):
        return plan
    problem, known = plan.problem, {_key(p): p for p in plan.purchases}
    bought = []
    for key, quantity in edits.items():
        school, option, year = key
        if key in known and known[key].quantity == quantity:
            bought.append(known[key])
            continue
        price = problem.prices[option, year]
        bought.append(
            Purchase(school, year, option, problem.options[option].item, quantity, price, floor(price * quantity))
        )
    return amended(plan, bought)


def changed_quantities(plan: Plan, edited: Plan) -> tuple[Delivery, ...]:
    """Return every purchase of which an edited plan buys more or less, in order of school, option and year."""
    before, after = ({_key(p): p for p in one.purchases} for one in (plan, edited))
    missing, idle = _missing(plan, edited), _idle(edited)
    unkept = [{(p.school, p.item, p.year): float(p.broken) for p in one.promises} for one in (plan, edited)]
    found = []
    for key in sorted(before.keys() | after.keys()):
        rows = before.get(key), after.get(key)
        was, now = (row.quantity if row else 0 for row in rows)
        if was != now:
            school, option, year = key
            terms = plan.problem.options[option]
            place = (school, terms.item, year)
            paid = (rows[0].cost if rows[0] else 0, rows[1].cost if rows[1] else 0)
            found.append(
                Delivery(
                    *(school, year, option, (terms.name("vi"), terms.name("en")), (float(was), float(now)), paid),
                    missing=missing[key],
                    idle=float(max(0, min(now - was, idle.get(key, 0)))),
                    unkept=(unkept[0].get(place, 0), unkept[1].get(place, 0)),
                )
            )
    return tuple(found)


def broken_rules(edited: Plan, changes: Sequence[Delivery]) -> tuple[Broken, ...]:
    """Return every rule of a plan that an edited one breaks, each with the changes that reach where it is broken."""
    problem, ledger = edited.problem, Ledger(edited)
    found: list[Broken] = []
    unpaid: dict[tuple[str, str, int, frozenset[FundKey]], int] = {}
    for rule in RULES:
        for where, says, right in rule(ledger, problem):
            if rule.__name__ in _BILLS:
                place = _bill(rule.__name__, where, problem)
                unpaid[place] = unpaid.get(place, 0) + int(abs(_number(says) - _number(right)))
            else:
                found.append(_broken(rule.__name__, where, says, right, edited))
    for (name, item, year, payers), amount in unpaid.items():
        kind = ("upkeep" if name == "reserve_upkeep" else "money") if payers else "nobody"
        told = tuple(problem.fund_names[fund] for fund in sorted(payers))
        found.append(Broken(name, kind, "", year, item, _names(edited, item), amount, 0, told, ()))
        found[-1] = replace(found[-1], touched=_payers_of(problem, payers, year, changes))
    return tuple(b if b.touched else replace(b, touched=_reaching(problem, b, changes)) for b in found)


def unpaid_of(edited: Plan) -> dict[tuple[str, str, Purse], int]:
    """Return what no fund pays of what is bought in years still to be planned, in whole VND by school and item."""
    left = {_key(p): p.cost for p in edited.purchases if p.year in edited.problem.open_years}
    for pay in edited.payments:
        if pay.kind == "purchase" and (pay.school, pay.option, pay.year) in left:
            left[pay.school, pay.option, pay.year] -= pay.amount
    found: dict[tuple[str, str, Purse], int] = {}
    for (school, option, year), amount in left.items():
        place = (school, edited.problem.options[option].item, (*NOBODY, year))
        if amount:
            found[place] = found.get(place, 0) + amount
    return found


def _broken(rule: str, where: Any, says: object, right: object, edited: Plan) -> Broken:
    """Return a rule that is broken at a school by a number of things, or by what the audit says in words."""
    parts = where if isinstance(where, tuple) else (where,)
    school, thing, year = parts if len(parts) == 3 else ("", "", 0)
    kind = _KINDS.get(rule, "other")
    if rule == "buy_where_open":
        kind = {"open": "closed", "a whole number above 0": "whole"}.get(str(right), "other")
    elif kind in ("lock", "along"):
        kind += "_least" if str(right).startswith("at least") else "_most" if kind == "along" else ""
    numbers = (0.0, 0.0) if kind in ("closed", "other") else (float(_number(says)), float(_number(right)))
    return Broken(rule, kind, school, year, thing, _names(edited, thing), *numbers, (), ())


def _bill(rule: str, where: Any, problem: Problem) -> tuple[str, str, int, frozenset[FundKey]]:
    """Return whose money is short: the rule, the item where no fund may pay, the year and the funds that may."""
    if rule == "reserve_upkeep":
        school, item, year, _ = where
        mode = "upkeep"
    else:
        kind, school, option, item, year = where
        mode = {"transfer": "move", "upkeep": "upkeep"}.get(kind) or problem.options[option].mode
    payers = problem.payers(school=school, item=item, mode=mode, year=year)
    return rule, "" if payers else item, year, payers


def _reaching(problem: Problem, broken: Broken, changes: Sequence[Delivery]) -> tuple[int, ...]:
    """Return the changes of the same things at the same school, of that year or else of those before; else all."""

    def is_near(d: Delivery) -> bool:
        if not broken.school or problem.holder(d.school, broken.year) != problem.holder(broken.school, broken.year):
            return False
        coming = {code for code, _ in problem.companions.get((d.option, d.year), ())}
        things = {d.option, *problem.options[d.option].serves, *coming}
        return broken.thing in things or (broken.kind == "rooms" and LAB in things)

    near = [at for at, d in enumerate(changes) if d.year <= broken.year and is_near(d)]
    same = [at for at in near if changes[at].year == broken.year]
    return tuple(same or near or range(len(changes)))


def _payers_of(
    problem: Problem, payers: frozenset[FundKey], year: int, changes: Sequence[Delivery]
) -> tuple[int, ...]:
    """Return the changes that cost more of the money that is short, of that year or else of those before."""

    def draws(d: Delivery) -> bool:
        terms = problem.options[d.option]
        drawn = problem.payers(school=d.school, item=terms.item, mode=terms.mode, year=d.year)
        return d.paid[1] > d.paid[0] and (bool(drawn & payers) or drawn == payers)

    near = [at for at, d in enumerate(changes) if d.year <= year and draws(d)]
    return tuple([at for at in near if changes[at].year == year] or near)


def _missing(plan: Plan, edited: Plan) -> Mapping[_Key, Pair]:
    """Return the item-years missed before and after by whoever has the things that are bought, by purchase."""
    problem = plan.problem
    sides = [{(c.school, c.item, c.year): c.missing for c in p.coverage} for p in (plan, edited)]
    found = {}
    for p in (*plan.purchases, *edited.purchases):
        places = {(problem.owner(p.school, year) or "", p.item, year) for year in problem.years}
        before, after = (float(sum(side.get(place, 0) for place in places)) for side in sides)
        found[_key(p)] = (before, after)
    return found


def _idle(edited: Plan) -> Mapping[_Key, Quantity]:
    """Return how many of what is bought are beyond every need, optional ones too, in all years they work."""
    problem = edited.problem
    beyond = {(c.school, c.item, c.year): c.have - c.need - c.optional_need for c in edited.coverage}
    found: dict[_Key, Quantity] = {}
    for p in edited.purchases:
        works = [y for y in problem.years if problem.is_alive(p.option, p.year, y) and problem.owner(p.school, y)]
        items = problem.options[p.option].serves
        left = [min(beyond.get((problem.owner(p.school, y) or "", i, y), 0) for i in items) for y in works]
        found[_key(p)] = max(0, min(left)) if left else 0
    return found


def _quantities(plan: Plan) -> Edits:
    """Return what a plan buys, in items by school, option and school year."""
    return {_key(p): p.quantity for p in plan.purchases if p.quantity}


def _key(p: Purchase) -> _Key:
    return p.school, p.option, p.year


def _names(plan: Plan, thing: str) -> tuple[str, str]:
    """Return what an option or item is called in both languages."""
    if thing in plan.problem.options:
        return plan.problem.options[thing].name("vi"), plan.problem.options[thing].name("en")
    vi, en = (item_name(plan, thing, Words(language)) if thing else "" for language in LANGUAGES)
    return vi, en


def _number(told: object) -> Fraction:
    """Return the number that an audit says, or says in words: at most 3, 5 VND not paid."""
    return Fraction(next(iter(_NUMBER.findall(str(told))), 0))

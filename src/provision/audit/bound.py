"""What every plan misses at least: a bound reckoned from dual values in whole numbers, without the solver.

Weak duality. Each rule of ``KEPT``, times its dual value, is taken off the machine-years missing; what is left is
least where every decision stands at that end of its range to which its reduced cost points. No plan that keeps
the rules misses less, whatever the dual values are: wrong ones make the bound weaker, never false. What a bill is
worth, and what is carried over, follow from what the money of each fund is worth, and are not asked for.

A purchase is bounded by the largest gap of pupil computers it could ever fill: where a plan buys more, the rest can
be left out, and no machine more is missing, no dong more is spent, no rule of ``KEPT`` is broken. Rooms are bounded
by all the money there is. What is bought or moved beside pupil computers and their rooms costs money and fills no gap
of theirs: leaving it out is best. To leave out a rule, or whole numbers, cannot raise what is least missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from provision.audit.reckoning import LAB, PUPIL_COMPUTER, companions_in, holder, is_fact, owner, working_years
from provision.audit.worth import MILLION, PRICED, SCALE, Duals, Rates, Worth

KEPT = (
    *PRICED,
    "carry_within_share",
    "pay_every_bill",
    "reserve_upkeep",
    "take_what_is_lacking",
    "buy_where_open",
    "pay_the_price",
    "accompany",
    "keep_to_the_facts",
    "keep_to_the_locks",
)
"""The rules that the bound rests on."""

LEFT_OUT = ("cover_optional", "keep_promises")
"""The rules of a plan that it does without."""


def bound_on_missing(duals: Duals, problem: Any, *, unpaid: int = 0) -> Fraction:
    """Return what every plan misses at least, weighed as the rung ``missing``: exact, and true of any dual values.

    It holds for plans that keep the rules of ``KEPT`` and leave no more than ``unpaid`` VND of years carried out
    unpaid; what comes with a purchase is taken to bring no companions of its own.
    """
    worth = Worth(duals, problem)
    least = worth.of_needs() - worth.of_funds() - worth.of_things() + _owed(worth, unpaid)
    least += sum(_purchases(worth)) + sum(_moves(worth))
    return Fraction(max(0, least), SCALE * MILLION)


def unpaid_of(plan: Any, problem: Any) -> int:
    """Return the VND of years carried out that a plan leaves unpaid."""
    owed = sum(fact.quantity * fact.unit_price for fact in problem.facts.values())
    return int(owed - sum(p.amount for p in plan.payments if p.kind == "purchase" and is_fact(problem, p.year)))


def _owed(worth: Worth, unpaid: int) -> int:
    """Return what paying for years carried out is worth; unpaid is what nobody may pay, then what is worth most."""
    bills = []
    for (school, code, year), fact in worth.problem.facts.items():
        terms, amount = worth.problem.options[code], fact.quantity * fact.unit_price
        rates = worth.rates(terms.item, terms.mode, year)
        rate = rates.get(school, rates.get(None))
        if rate is None:
            unpaid -= amount
        else:
            bills.append((rate, amount))
    total, unpaid = 0, max(0, unpaid)
    for rate, amount in sorted(bills, reverse=True):
        forgiven = min(unpaid, amount)
        unpaid -= forgiven
        total += rate * (amount - forgiven)
    return total


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the things that a purchase is: how many, whole VND for all of them, what a dong of it is worth.

    ``computers`` and ``rooms`` say whether it is a pupil computer, or a room where machines wait for rooms.
    """

    terms: Any
    count: int
    cost: int
    rates: Rates
    works: range
    computers: bool
    rooms: bool


def _purchases(worth: Worth) -> Iterator[int]:
    """Yield what each purchase can take off at most, or must where a planner fixed it: at most 0 but for these."""
    p = worth.problem
    schools: dict[int, list[str]] = {}
    for school, year in p.open_schools:
        schools.setdefault(year, []).append(school)
    locks: dict[tuple[str, int], dict[str, int]] = {}
    for (school, code, year), count in p.locks.items():
        locks.setdefault((code, year), {})[school] = count
    coming = {year: companions_in(p, year) for year in worth.open_years}
    for code, year in p.prices:
        if year not in worth.open_years:
            continue
        fixed = {} if code in coming[year] else locks.get((code, year), {})
        parts = _parts(worth, code, year)
        for school in schools.get(year, ()) if any(part.computers or part.rooms for part in parts) else fixed:
            reduced = _reduced(worth, parts, school, year)
            if reduced is not None and (reduced < 0 or school in fixed):
                yield reduced * (fixed[school] if school in fixed else _most(worth, parts, school))


def _parts(worth: Worth, code: str, year: int) -> list[_Part]:
    """Return what is bought when one of an option is: itself, and what must come with it."""
    p, parts = worth.problem, []
    for part, count in ((code, 1), *p.companions.get((code, year), ())):
        terms = p.options[part]
        parts.append(
            _Part(
                terms=terms,
                count=count,
                cost=count * p.prices[part, year],
                rates=worth.rates(terms.item, terms.mode, year),
                works=worth.within(working_years(p, part, year)),
                computers=PUPIL_COMPUTER in (terms.item, *terms.also_serves),
                rooms=p.seats is not None and (terms.item, terms.mode) == (LAB, "setup"),
            )
        )
    return parts


def _reduced(worth: Worth, parts: list[_Part], school: str, year: int) -> int | None:
    """Return what one purchase costs less what it is worth; None where no fund may pay for all of it."""
    total = 0
    for part in parts:
        rate = part.rates.get(school, part.rates.get(None))
        if rate is None:
            return None
        total += rate * part.cost
        if part.computers:
            total -= part.count * worth.of_machines(school, part.works)
        if part.rooms:
            total -= part.count * worth.of_rooms(school, part.works)
        if part.terms.mode in ("repair", "refurbish") and part.terms.item == PUPIL_COMPUTER:
            total += part.count * worth.of_mending(school, part.terms.mode, year)
    if worth.problem.scenario.upkeep == "reserve":
        kept = [_upkeep(worth, part, school) for part in parts]
        return None if None in kept else total + sum(filter(None, kept))
    return total


def _upkeep(worth: Worth, part: _Part, school: str) -> int | None:
    """Return what keeping a part running in the horizon is worth; None where no fund may pay for it."""
    p, total = worth.problem, 0
    for year in p.years if part.terms.upkeep else ():
        heir = owner(p, school, year) if year in part.works else None
        if heir is not None:
            rates = worth.rates(part.terms.item, "upkeep", year)
            rate = rates.get(heir, rates.get(None))
            if rate is None:
                return None
            total += rate * part.count * part.terms.upkeep
    return total


def _most(worth: Worth, parts: list[_Part], school: str) -> int:
    """Return how many of a purchase can be of use at most; of one that brings rooms, how many could be paid."""
    if any(part.rooms for part in parts):
        return ceil(Fraction(sum(purse.amount for purse in worth.problem.purses.values()), parts[0].cost))
    return max(worth.widest(school, part.works) for part in parts if part.computers)


def _moves(worth: Worth) -> Iterator[int]:
    """Yield what each move of pupil computers can take off at most: what one of a kind is worth given, then taken."""
    p = worth.problem
    if not p.scenario.transfers:
        return
    movable = set()
    for (giver, last, upkeep, year), count in worth.held.items():
        lives = worth.within(range(year, last + 1))
        spare = (p.spare.get((holder(p, giver, at), PUPIL_COMPUTER, at), 0) for at in lives)
        most = min(count, *spare) if lives and year in worth.open_years else 0
        if most > 0:
            unit = p.unit_of[giver]
            movable.add((unit, last, upkeep, year))
            given = worth.of_giving(giver, last, upkeep, year) - worth.of_moving(unit, last, upkeep, year)
            yield min(0, given) * most
    for taker, year in p.open_schools:
        for unit, last, upkeep, at in movable:
            if (unit, at) == (p.unit_of[taker], year) and (PUPIL_COMPUTER, year) in p.freight:
                _, price = p.freight[PUPIL_COMPUTER, year]
                rates = worth.rates(PUPIL_COMPUTER, "move", year)
                rate = rates.get(taker, rates.get(None)) if price else 0
                works = worth.within(range(year, last + 1))
                taken = worth.of_moving(unit, last, upkeep, year) - worth.of_machines(taker, works)
                if rate is not None and taken + rate * price < 0:
                    yield (taken + rate * price) * worth.lacking(taker, works)

"""The decisions of a plan as PuLP variables: what is bought, moved, missing and broken, who pays, what is kept."""

from __future__ import annotations

import gc
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pulp

from provision.domain.problem import FundKey, Problem
from provision.model.offers import Kin, Offer, PaymentClass, Place, gaps_of, gifts_of, offers_of, takings_of

MILLION = 1_000_000
"""Money inside the program is in million VND: whole VND would put eleven digits beside single machines."""

Terms = list[tuple[pulp.LpVariable, float]]
Bill = tuple[PaymentClass, int]
"""What the same funds may pay in one year."""


def expression(terms: Iterable[tuple[pulp.LpVariable, float]]) -> pulp.LpAffineExpression:
    """Return a linear expression in one step, adding up what comes twice; PuLP's own sums grow term by term."""
    added: dict[pulp.LpVariable, float] = {}
    for variable, coefficient in terms:
        added[variable] = added.get(variable, 0.0) + coefficient
    return pulp.LpAffineExpression(added)


@contextmanager
def all_kept() -> Iterator[None]:
    """Look for no garbage while things are made that all stay: for 25,000 schools that takes 15 s of 37."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


@dataclass(frozen=True)
class Variables:
    """The variables of one problem, by what they decide. Quantities are items, money is million VND.

    ``buy``: school, option, year. ``give`` and ``take``: school, kin, year. ``missing``: owner, item, year of horizon
    and tail; ``lacking`` the same for optional need. ``broken``: school, item, year promised. ``pay``: fund,
    payment class, year. ``unpaid``: what no fund had for a class in a year carried out. ``carry``: fund, year, to
    the next. ``excess``: owner, item, year, band, with the band's edge; declared when fairness is.

    ``gap`` is the need that stock leaves open, ``wider`` with the optional need; ``owed`` is the million VND of years
    carried out by bill, ``most_unpaid`` how much of it may stay unpaid where that is known.
    """

    problem: Problem
    program: pulp.LpProblem
    gap: Mapping[Place, int]
    wider: Mapping[Place, int]
    offers: Mapping[tuple[str, str, int], Offer]
    takings: Mapping[tuple[str, Kin, int], Offer]
    owed: Mapping[Bill, float]
    buy: Mapping[tuple[str, str, int], pulp.LpVariable]
    give: Mapping[tuple[str, Kin, int], pulp.LpVariable]
    take: Mapping[tuple[str, Kin, int], pulp.LpVariable]
    missing: Mapping[Place, pulp.LpVariable]
    lacking: Mapping[Place, pulp.LpVariable]
    broken: Mapping[Place, pulp.LpVariable]
    pay: Mapping[tuple[FundKey, PaymentClass, int], pulp.LpVariable]
    unpaid: Mapping[Bill, pulp.LpVariable]
    carry: Mapping[tuple[FundKey, int], pulp.LpVariable]
    most_unpaid: float | None = None
    excess: dict[tuple[str, str, int, float], tuple[pulp.LpVariable, int]] = field(default_factory=dict)

    @cached_property
    def brought(self) -> dict[Place, Terms]:
        """Return what purchases and moves bring to an owner's item in a year, merged schools' included."""
        brought: dict[Place, Terms] = {}
        for variable, offer in self.decided:
            for place, count in offer.brings:
                brought.setdefault(place, []).append((variable, float(count)))
        return brought

    @cached_property
    def due(self) -> dict[Bill, Terms]:
        """Return what purchases and moves cost by bill, in million VND."""
        due: dict[Bill, Terms] = {bill: [] for bill in self.owed}
        for variable, offer in self.decided:
            for charge in offer.charges:
                due.setdefault((charge.bill, charge.year), []).append((variable, charge.amount / MILLION))
        return due

    @cached_property
    def decided(self) -> list[tuple[pulp.LpVariable, Offer]]:
        """The purchases and what is taken over, with what they bring and cost."""
        bought = [(variable, self.offers[key]) for key, variable in self.buy.items()]
        return bought + [(variable, self.takings[key]) for key, variable in self.take.items()]

    @property
    def counts(self) -> list[pulp.LpVariable]:
        """The variables that are whole where machines are: purchases and moves."""
        return [*self.buy.values(), *self.give.values(), *self.take.values()]


@all_kept()
def declare(
    problem: Problem, *, whole: Variables | None = None, wanted: frozenset[tuple[str, str, int]] | None = None
) -> Variables:
    """Declare the variables of a problem in a new program.

    A purchase is bounded by the largest gap it could ever fill (more would be money for nothing), except where the
    problem's schools are pools of the schools of ``whole``, whose gaps may be widest in different years: then
    ``wanted`` are the purchases to declare. Locked purchases are bounded from both sides.
    """
    program = pulp.LpProblem("provision", pulp.LpMinimize)
    gap = gaps_of(problem)
    wider = gaps_of(problem, optional=True) if problem.scenario.optional_grades else {}
    offers, gifts = offers_of(problem, wider or gap, wanted=wanted), gifts_of(problem)
    takings = takings_of(problem, wider or gap, gifts)
    kind = pulp.LpInteger if problem.scenario.whole_machines else pulp.LpContinuous
    pooled = whole is not None

    def counted(word: str, key: tuple[object, ...], most: int | None) -> pulp.LpVariable:
        return program.add_variable(row_name(word, *_flat(key)), 0, None if pooled else most, kind)

    buy = {key: counted("buy", key, offer.most) for key, offer in offers.items()}
    for key, count in problem.locks.items():
        if key in buy:
            buy[key].lowBound = buy[key].upBound = count
    give = {key: counted("give", key, most) for key, most in gifts.items()}
    take = {key: counted("take", key, None) for key in takings}
    missing = {key: program.add_variable(row_name("missing", *key), 0, most) for key, most in gap.items()}
    lacking = {key: program.add_variable(row_name("lacking", *key), 0, most) for key, most in wider.items()}
    broken = {key: program.add_variable(row_name("broken", *key), 0) for key in problem.promised}
    owed = whole.owed if whole is not None else _owed(problem)
    charges = (charge for offer in (*offers.values(), *takings.values()) for charge in offer.charges)
    used = {(charge.bill, charge.year) for charge in charges} | set(owed)
    pay, unpaid, carry = _money(program, problem, used, frozenset(owed))
    return Variables(
        problem=problem,
        program=program,
        gap=gap,
        wider=wider,
        offers=offers,
        takings=takings,
        owed=owed,
        buy=buy,
        give=give,
        take=take,
        missing=missing,
        lacking=lacking,
        broken=broken,
        pay=pay,
        unpaid=unpaid,
        carry=carry,
        most_unpaid=whole.most_unpaid if whole is not None else None,
    )


def declare_bills(problem: Problem, owed: Mapping[Bill, float], *, lenient: frozenset[int]) -> Variables:
    """Declare money alone, for bills in million VND that are settled; those of ``lenient`` years may stay unpaid."""
    program = pulp.LpProblem("bills", pulp.LpMinimize)
    pay, unpaid, carry = _money(program, problem, set(owed), frozenset(bill for bill in owed if bill[1] in lenient))
    none: dict[Any, Any] = {}
    return Variables(
        problem, program, none, none, none, none, owed, none, none, none, none, none, none, pay, unpaid, carry
    )


def _money(
    program: pulp.LpProblem, problem: Problem, bills: set[Bill], lenient: frozenset[Bill]
) -> tuple[
    dict[tuple[FundKey, PaymentClass, int], pulp.LpVariable],
    dict[Bill, pulp.LpVariable],
    dict[tuple[FundKey, int], pulp.LpVariable],
]:
    """Return what funds pay, what may stay unpaid of the ``lenient`` bills, and what is kept for the next year."""
    used = sorted(bills, key=_bill_order)
    numbers = {c: n for n, c in enumerate(sorted({c for c, _ in used}, key=lambda c: _bill_order((c, 0))))}
    pay = {
        (fund, c, year): program.add_variable(row_name("pay", *fund, numbers[c], year), 0)
        for c, year in used
        for fund in sorted(c[2])
    }
    unpaid = {
        bill: program.add_variable(row_name("unpaid", numbers[bill[0]], bill[1]), 0)
        for bill in used
        if bill in lenient
    }
    carry = {
        (fund, year): program.add_variable(row_name("carry", *fund, year), 0)
        for (fund, year), purse in problem.purses.items()
        if purse.carry_over > 0 and year < problem.years[-1]
    }
    return pay, unpaid, carry


def _owed(problem: Problem) -> dict[Bill, float]:
    """Return what was bought in the years carried out, in million VND by bill."""
    owed: dict[Bill, float] = {}
    for (school, option, year), fact in problem.facts.items():
        terms = problem.options[option]
        payers = problem.payers(school=school, item=terms.item, mode=terms.mode, year=year)
        bill = ((terms.item, terms.mode, payers), year)
        owed[bill] = owed.get(bill, 0.0) + fact.quantity * fact.unit_price / MILLION
    return owed


def _bill_order(bill: Bill) -> tuple[Hashable, ...]:
    (item, mode, funds), year = bill
    return (item, mode, tuple(sorted(funds)), year)


def _flat(key: tuple[object, ...]) -> tuple[object, ...]:
    """Return a key with a kin told by its parts."""
    parts: list[object] = []
    for part in key:
        parts.extend((part.item, part.last, part.upkeep) if isinstance(part, Kin) else (part,))
    return tuple(parts)


def row_name(*parts: object) -> str:
    """Return one name for what a variable or row is about; PuLP would turn a hyphen into an underscore."""
    return "|".join(map(str, parts)).replace("-", "~")

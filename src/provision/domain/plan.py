"""The plan: purchases, coverage, payments, spending, and how far the answer is proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from provision.domain.certificate import Certificate
from provision.domain.problem import PUPIL_COMPUTER, FundKey, Problem

Quantity = int | Fraction
"""Items: whole numbers, or fractions where the scenario asks for no whole machines."""


PROVEN_GAP = 1e-4
"""The relative gap up to which an objective counts as proven."""


@dataclass(frozen=True, slots=True, order=True)
class Purchase:
    """Items obtained by a school in a school year; prices in whole VND."""

    school: str
    year: int
    option: str
    item: str
    quantity: Quantity
    unit_price: int
    cost: int


@dataclass(frozen=True, slots=True, order=True)
class Transfer:
    """Machines of the opening stock that one school gives to another; ``cost`` is their freight in whole VND.

    ``last_year`` is the last school year they work; ``upkeep`` is VND a year for each of them.
    """

    giver: str
    taker: str
    year: int
    item: str
    quantity: Quantity
    cost: int
    last_year: int
    upkeep: int


@dataclass(frozen=True, slots=True, order=True)
class Upkeep:
    """What keeping a school's items of one kind running costs in a school year, and what of it no fund pays; VND."""

    school: str
    year: int
    item: str
    cost: int
    unpaid: int


@dataclass(frozen=True, slots=True, order=True)
class Promise:
    """Items an earlier plan promised to a school for a school year, and how many this plan buys."""

    school: str
    year: int
    item: str
    promised: int
    planned: Quantity
    broken: Quantity


@dataclass(frozen=True, slots=True, order=True)
class MoneyPrice:
    """The machine-years that one million VND more in a fund and school year would save."""

    fund: FundKey
    year: int
    machine_years_per_million: float


@dataclass(frozen=True, slots=True, order=True)
class Payment:
    """Whole VND that one fund pays for one thing at one school in one school year.

    ``kind`` is ``purchase``, ``transfer`` or ``upkeep``; upkeep has no option.
    """

    fund: FundKey
    year: int
    school: str
    kind: str
    option: str
    item: str
    amount: int


@dataclass(frozen=True, slots=True, order=True)
class Coverage:
    """How far one school's need of one item is met in one school year, in items and pupils."""

    school: str
    year: int
    item: str
    need: int
    optional_need: int
    stock: int
    bought: Quantity
    moved: Quantity
    have: Quantity
    missing: Quantity
    optional_missing: Quantity
    pupils: int
    pupils_without: int


@dataclass(frozen=True, slots=True, order=True)
class Spending:
    """One fund in one school year, in whole VND."""

    fund: FundKey
    year: int
    budget: int
    carried_in: int
    spent: int
    carried_out: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One objective of the ladder: its value, the bound no plan can beat, and the relative gap between them."""

    name: str
    value: float
    bound: float
    gap: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a problem. ``status`` is ``proven`` or ``feasible``; then the rungs' gaps say how far.

    ``totals`` are sums of the tables, whole items, pupils and VND; ``tail_cost`` is how many machine-years of the
    horizon the look beyond it costs at most; ``starved_before`` is how many school-years missed more than three
    quarters of their need before machines were shared fairly, None where that was not asked; ``optional_cost`` is the
    VND that the optional grades would cost on top, by the linear program without a limit of money; ``certificate``
    proves how good the plan is.
    """

    problem: Problem
    status: Literal["proven", "feasible"]
    reproducible: bool
    rungs: tuple[Rung, ...]
    purchases: tuple[Purchase, ...]
    transfers: tuple[Transfer, ...]
    payments: tuple[Payment, ...]
    coverage: tuple[Coverage, ...]
    spending: tuple[Spending, ...]
    upkeep: tuple[Upkeep, ...]
    promises: tuple[Promise, ...]
    prices: tuple[MoneyPrice, ...]
    totals: Mapping[str, Any] = field(default_factory=dict)
    tail_cost: float = 0.0
    starved_before: int | None = None
    optional_cost: int = 0
    warnings: tuple[tuple[str, Mapping[str, object]], ...] = ()
    certificate: Certificate = field(default_factory=Certificate)

    @property
    def machines(self) -> tuple[Coverage, ...]:
        """The coverage of pupil computers alone."""
        return tuple(c for c in self.coverage if c.item == PUPIL_COMPUTER)

    @property
    def machines_bought(self) -> tuple[Purchase, ...]:
        """The purchases of pupil computers, however they are had: bought, leased, repaired, refurbished."""
        return tuple(p for p in self.purchases if p.item == PUPIL_COMPUTER)


def with_clock(problem: Problem, *, reproducible: bool) -> tuple[tuple[str, Mapping[str, object]], ...]:
    """Return a problem's warnings, with one more where a clock ended the search."""
    if reproducible:
        return problem.warnings
    return (*problem.warnings, ("stopped_by_time", {"seconds": problem.scenario.time_limit}))

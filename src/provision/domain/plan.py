"""The plan: purchases, coverage, payments, spending, and how far the answer is proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from provision.domain.problem import FundKey, Problem

Quantity = int | Fraction
"""Items: whole numbers, or fractions where the scenario asks for no whole machines."""


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
class Payment:
    """Whole VND that one fund pays for one thing at one school in one school year."""

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
    moved: int
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
    horizon the look beyond it costs at most.
    """

    problem: Problem
    status: Literal["proven", "feasible"]
    reproducible: bool
    rungs: tuple[Rung, ...]
    purchases: tuple[Purchase, ...]
    payments: tuple[Payment, ...]
    coverage: tuple[Coverage, ...]
    spending: tuple[Spending, ...]
    totals: Mapping[str, Any] = field(default_factory=dict)
    tail_cost: float = 0.0
    warnings: tuple[tuple[str, Mapping[str, object]], ...] = ()


def with_clock(problem: Problem, *, reproducible: bool) -> tuple[tuple[str, Mapping[str, object]], ...]:
    """Return a problem's warnings, with one more where a clock ended the search."""
    if reproducible:
        return problem.warnings
    return (*problem.warnings, ("stopped_by_time", {"seconds": problem.scenario.time_limit}))

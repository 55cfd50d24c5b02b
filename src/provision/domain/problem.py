"""The problem: one unit's question in whole numbers. All the model, the audit and the verifier know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from provision.domain.catalogue import Option
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario

PUPIL_COMPUTER = "pupil_computer"
FundKey = tuple[str, str]
"""A fund's unit ("" is shared by all units) and code."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one school needs of one item in one school year, in whole items.

    ``pupils`` are those the mandatory need is counted from; ``optional`` is what grades taught "as conditions
    allow" would need on top.
    """

    mandatory: int
    optional: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Purse:
    """One fund in one school year: whole VND, the share it may carry over, and what it may pay for.

    ``schools`` None is every school of the purse's unit; ``modes`` and ``items`` None are all.
    """

    amount: int
    carry_over: Fraction
    modes: frozenset[str] | None
    items: frozenset[str] | None
    schools: frozenset[str] | None

    def may_pay(self, *, school: str, item: str, mode: str) -> bool:
        """Say whether the fund may pay for an item of a mode at a school."""
        return (
            (self.modes is None or mode in self.modes)
            and (self.items is None or item in self.items)
            and (self.schools is None or school in self.schools)
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """A question ready to be solved, and to be checked against.

    ``years`` is the horizon; ``tail`` is the number of further years in which the need of the last year goes
    on and nothing is bought. Tables are sparse: a key that is absent is zero. ``stock`` is by owner, school
    year up to the end of the tail; ``owners`` says who has a school's things in a year of the horizon.
    ``basis_need`` is the units' mandatory need by way of counting: the basis ``covered`` or ``enrolled``, or
    ``pooled``, rounded up once for the whole unit; ``largest_class`` is the pupils of a
    school's fullest grade per class; ``learners`` is the pupils of all grades the roadmap reaches in the horizon.
    """

    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    scenario: Scenario
    roadmap: Roadmap
    years: tuple[int, ...]
    tail: int
    schools: tuple[str, ...]
    names: Mapping[str, str]
    levels: Mapping[str, str]
    priority: Mapping[str, Fraction]
    owners: Mapping[tuple[str, int], str | None]
    open_schools: frozenset[tuple[str, int]]
    demand: Mapping[tuple[str, str, int], Demand]
    basis_need: Mapping[tuple[str, int], int]
    largest_class: Mapping[tuple[str, int], int]
    learners: Mapping[tuple[str, int], int]
    stock: Mapping[tuple[str, str, int], int]
    options: Mapping[str, Option]
    prices: Mapping[tuple[str, int], int]
    purses: Mapping[tuple[FundKey, int], Purse]
    fund_names: Mapping[FundKey, tuple[str, str]]
    illustrative: bool
    warnings: tuple[tuple[str, Mapping[str, object]], ...]

    @property
    def all_years(self) -> tuple[int, ...]:
        """The school years of the horizon and of the tail after it."""
        return self.years + tuple(self.years[-1] + k for k in range(1, self.tail + 1))

    @property
    def items(self) -> tuple[str, ...]:
        """The items the plan is about, in code order."""
        return tuple(sorted({item for _, item, _ in self.demand}))

    @property
    def funds(self) -> tuple[FundKey, ...]:
        """The funds, in order of unit and code."""
        return tuple(sorted({fund for fund, _ in self.purses}))

    def owner(self, school: str, year: int) -> str | None:
        """Return who has a school's things in a school year; in the tail, as in the last year of the horizon."""
        return self.owners[school, min(year, self.years[-1])]

    def need(self, school: str, item: str, year: int) -> int:
        """Return the mandatory need in whole items; in the tail, that of the last year."""
        row = self.demand.get((school, item, min(year, self.years[-1])))
        return row.mandatory if row else 0

    def is_alive(self, option: str, bought: int, year: int) -> bool:
        """Say whether an item bought in one school year still works in another."""
        return bought <= year < bought + self.options[option].life_years

    def kept_share(self, option: str, bought: int) -> Fraction:
        """Return the share of a purchase's price that outlives the horizon."""
        life = self.options[option].life_years
        return Fraction(max(0, bought + life - 1 - self.years[-1]), life)

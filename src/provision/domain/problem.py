"""The problem: one unit's question in whole numbers. All the model, the audit and the verifier know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from provision.domain.catalogue import Option
from provision.domain.indicator import EQUAL
from provision.domain.inventory import Cohort
from provision.domain.reconciliation import UNTOLD, Reconciliation
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.domain.school import RatioLevel

PUPIL_COMPUTER = "pupil_computer"
LAB = "lab"
UNIT = "unit"
"""The level of a unit's own things: what the roadmap asks of the unit and not of its schools."""

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
class Fact:
    """What a school bought of an option in a year carried out: items, and the whole VND one of them cost."""

    quantity: int
    unit_price: int


@dataclass(frozen=True)
class Problem:
    """A question ready to be solved, and to be checked against.

    ``years`` is the horizon; ``tails`` is, by item, the number of further years in which the need of the last year
    goes on and nothing is bought. Tables are sparse: a key that is absent is zero. A unit that holds things of
    its own is a school of the level ``unit``; where ``is_one_school``, a school plans for itself and is the unit.

    People and places: ``owners`` says who has a school's things in a year of the horizon, ``holders`` who
    keeps them also where it closed without a successor; ``unit_of`` is whose a school is.
    Need: ``demand`` by owner, item and year; ``weights`` is what a missing one weighs in ``minimums``;
    ``basis_need`` is the units' mandatory need by way of counting: the basis ``covered`` or ``enrolled``, or
    ``pooled``, rounded up once for the whole unit; ``largest_class`` is the pupils of a school's fullest grade per
    class; ``learners`` is the pupils of all grades the roadmap reaches in the horizon; ``counted`` is the pupils the
    mandatory need would be counted from on the basis ``covered`` or ``enrolled``, by basis, school and year;
    ``classes`` is the classes taught Informatics by school, year and level; ``teachers`` is the full posts that are
    there by school and year, absent where nobody says;
    ``projected`` are the schools and years whose pupils no table gives.
    Things: ``cohorts`` by school as surveyed, in items; ``stock`` is what of them works, by owner and school year up
    to the end of the tail; ``spare`` is what of it neither mandatory nor optional need asks for, by holder;
    ``repairable`` is items by school as surveyed; ``rooms`` is the machines a school's own rooms take in a year,
    empty where machines do not wait for rooms; ``seats`` is what one more room takes.
    Ways: ``prices`` is whole VND by option and year, absent where it cannot be bought then; ``companions`` is what
    must be bought with one of an option in a year; ``freight`` is, by item and year, the option and VND of a move.
    Its option is "" where a move is free; where there is no entry nothing moves.
    Given: ``facts`` are the purchases of the years up to ``frozen_until``; ``promised`` is items by school, item and
    later year; ``locks`` is how many a planner fixed of a school's option in a year. ``reconciliation`` is what
    became of the rows all this was counted from; ``scoring`` is what each indicator weighs. ``late`` are years whose
    purchases come a year later than agreed: none in a question that is planned, some in a future that is tried.
    """

    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    is_one_school: bool
    scenario: Scenario
    roadmap: Roadmap
    years: tuple[int, ...]
    tails: Mapping[str, int]
    schools: tuple[str, ...]
    names: Mapping[str, str]
    levels: Mapping[str, str]
    unit_of: Mapping[str, str]
    priority: Mapping[str, Fraction]
    owners: Mapping[tuple[str, int], str | None]
    holders: Mapping[tuple[str, int], str]
    open_schools: frozenset[tuple[str, int]]
    demand: Mapping[tuple[str, str, int], Demand]
    weights: Mapping[str, Fraction]
    basis_need: Mapping[tuple[str, int], int]
    largest_class: Mapping[tuple[str, int], int]
    learners: Mapping[tuple[str, int], int]
    counted: Mapping[tuple[str, str, int], int]
    classes: Mapping[tuple[str, int, RatioLevel], int]
    teachers: Mapping[tuple[str, int], Fraction]
    projected: frozenset[tuple[str, int]]
    cohorts: Mapping[tuple[str, Cohort], int]
    stock: Mapping[tuple[str, str, int], int]
    spare: Mapping[tuple[str, str, int], int]
    repairable: Mapping[tuple[str, str], int]
    rooms: Mapping[tuple[str, int], int]
    seats: int | None
    options: Mapping[str, Option]
    prices: Mapping[tuple[str, int], int]
    companions: Mapping[tuple[str, int], tuple[tuple[str, int], ...]]
    freight: Mapping[tuple[str, int], tuple[str, int]]
    purses: Mapping[tuple[FundKey, int], Purse]
    fund_names: Mapping[FundKey, tuple[str, str]]
    frozen_until: int | None
    facts: Mapping[tuple[str, str, int], Fact]
    promised: Mapping[tuple[str, str, int], int]
    locks: Mapping[tuple[str, str, int], int]
    illustrative: bool
    warnings: tuple[tuple[str, Mapping[str, object]], ...]
    reconciliation: Reconciliation = UNTOLD
    scoring: Mapping[str, Fraction] = field(default_factory=lambda: EQUAL)
    late: frozenset[int] = frozenset()

    @cached_property
    def projected_years(self) -> tuple[int, ...]:
        """The years of the horizon in which the pupils of some school are projected."""
        return tuple(sorted({year for _, year in self.projected}))

    @property
    def tail(self) -> int:
        """The years after the horizon in which a pupil computer's need goes on."""
        return self.tails.get(PUPIL_COMPUTER, 0)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items the plan is about, in code order."""
        return tuple(sorted({item for _, item, _ in self.demand}))

    @cached_property
    def funds(self) -> tuple[FundKey, ...]:
        """The funds, in order of unit and code."""
        return tuple(sorted({fund for fund, _ in self.purses}))

    @cached_property
    def rungs(self) -> tuple[str, ...]:
        """The rungs of the ladder that have something to say, in the scenario's order; promises come first."""
        ladder = tuple(r for r in self.scenario.ladder if r != "optional" or self.scenario.optional_grades)
        return ("promises", *ladder) if self.promised else ladder

    @cached_property
    def open_years(self) -> tuple[int, ...]:
        """The years of the horizon that are still to be planned."""
        return tuple(y for y in self.years if self.frozen_until is None or y > self.frozen_until)

    @cached_property
    def united(self) -> Mapping[tuple[str | None, int], frozenset[str]]:
        """The schools whose things an owner has in a year of the horizon, by owner and year."""
        united: dict[tuple[str | None, int], set[str]] = {}
        for (school, year), heir in self.owners.items():
            united.setdefault((heir, year), set()).add(school)
        return {key: frozenset(schools) for key, schools in united.items()}

    def fund_name(self, fund: FundKey, language: str) -> str:
        """Return the name a reader of a language knows a fund by; its code where it has none."""
        vi, en = self.fund_names[fund]
        return (vi if language == "vi" else en) or vi or fund[1]

    def with_more(self, more: Mapping[tuple[FundKey, int], int]) -> Problem:
        """Return the question with whole VND more (or less, never below nothing) in funds and school years."""
        purses = {
            key: replace(purse, amount=max(0, purse.amount + more.get(key, 0))) for key, purse in self.purses.items()
        }
        return replace(self, purses=MappingProxyType(purses))

    def years_of(self, item: str) -> tuple[int, ...]:
        """Return the school years of the horizon and of an item's tail after it."""
        return self.years + tuple(self.years[-1] + k for k in range(1, self.tails.get(item, 0) + 1))

    def owner(self, school: str, year: int) -> str | None:
        """Return who has a school's things in a school year; in the tail, as in the last year of the horizon."""
        return self.owners[school, min(year, self.years[-1])]

    def holder(self, school: str, year: int) -> str:
        """Return who keeps a school's things in a school year: its owner, or itself where it closed without one."""
        return self.holders[school, min(year, self.years[-1])]

    def need(self, school: str, item: str, year: int) -> int:
        """Return the mandatory need in whole items; in the tail, that of the last year."""
        row = self.demand.get((school, item, min(year, self.years[-1])))
        return row.mandatory if row else 0

    def optional_need(self, school: str, item: str, year: int) -> int:
        """Return the need of grades taught "as conditions allow" on top, in whole items."""
        row = self.demand.get((school, item, min(year, self.years[-1])))
        return row.optional if row else 0

    def working_years(self, option: str, bought: int) -> range:
        """Return the school years in which an item bought in one works; what was really bought came in time."""
        ahead = self.frozen_until is None or bought > self.frozen_until
        first = bought + (self.scenario.delivery_lag + (bought in self.late)) * ahead
        return range(first, first + self.options[option].life_years)

    def is_alive(self, option: str, bought: int, year: int) -> bool:
        """Say whether an item bought in one school year works in another."""
        return year in self.working_years(option, bought)

    def kept_share(self, option: str, bought: int) -> Fraction:
        """Return the share of a purchase's price that outlives the horizon."""
        works = self.working_years(option, bought)
        return Fraction(min(len(works), max(0, works[-1] - self.years[-1])), len(works))

    def payers(self, *, school: str, item: str, mode: str, year: int) -> frozenset[FundKey]:
        """Return the funds that may pay for an item of a mode at a school in a school year."""
        key = (item, mode, year, self._named_by[year].get(school, ()))
        if key not in self._payers:
            funds = (*self._of_everyone[year], *key[3])
            paying = (f for f in funds if self.purses[f, year].may_pay(school=school, item=item, mode=mode))
            self._payers[key] = frozenset(paying)
        return self._payers[key]

    @cached_property
    def _payers(self) -> dict[tuple[str, str, int, tuple[FundKey, ...]], frozenset[FundKey]]:
        """What ``payers`` answered: by item, mode, year and the funds that name the school."""
        return {}

    @cached_property
    def _of_everyone(self) -> Mapping[int, tuple[FundKey, ...]]:
        """The funds of each year that may pay for every school."""
        return {y: tuple(f for f in self.funds if self.purses[f, y].schools is None) for y in self.years}

    @cached_property
    def _named_by(self) -> Mapping[int, Mapping[str, tuple[FundKey, ...]]]:
        """The funds of each year that name a school, by school."""
        named: dict[int, dict[str, tuple[FundKey, ...]]] = {year: {} for year in self.years}
        for fund in self.funds:
            for year, by_school in named.items():
                for school in self.purses[fund, year].schools or ():
                    by_school[school] = (*by_school.get(school, ()), fund)
        return named

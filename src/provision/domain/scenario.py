"""The scenario: the levers a planner may move. Widgets, notebook cells and flags are made from these fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

from provision.domain.roadmap import ARRANGEMENTS
from provision.domain.years import parse_horizon

Kind = Literal["number", "whole", "flag", "choice", "factors", "rungs", "years", "cells"]
Group = Literal["money", "need", "ways", "aims", "search", "cells", "futures"]
Unit = Literal["", "share", "pupils_per_machine", "times", "years", "seconds"]
GROUPS: tuple[Group, ...] = ("money", "need", "ways", "aims", "search", "cells", "futures")
"""Where a planner looks for a lever: the groups in the order they are shown."""

LONGEST_HORIZON = 30
"""School years that a plan may span."""

RUNGS = ("missing", "minimums", "optional", "money", "fairness", "tie")
NEEDS = ("missing", "minimums")
"""The rungs that ask for something: one of them comes first, or buying nothing would be best."""

RUNG_OF = {"optional_grades": "optional", "priority_weight": "fairness"}
"""The rung that alone heeds a lever: where the ladder lacks it, the lever must stay at its default."""

CELLS = ("budget", "price", "enrolment", "buy")
"""What single cells a scenario may override; ``buy`` locks a purchase, or forbids it with 0."""


@dataclass(frozen=True, slots=True)
class Lever:
    """What may be done with one field of a scenario.

    ``low`` and ``high`` are inclusive bounds; ``blank`` says whether None stands for the pack's or catalogue's own.
    ``unit`` is what a number counts (a ``share`` is shown in per cent), ``group`` where a planner looks for the
    lever, ``usual`` from where to where it is mostly moved, and in what steps.
    """

    name: str
    kind: Kind
    group: Group
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    blank: bool = False
    unit: Unit = ""
    usual: tuple[float, float, float] | None = None


def _lever(kind: Kind, group: Group, default: Any, **rest: Any) -> Any:
    metadata = {"kind": kind, "group": group, **rest}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: MappingProxyType({}), metadata=metadata, hash=False)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A question to the planner's money: each lever at its default, or moved.

    Shares and factors are plain numbers (0.1 is 10 %); ratios are pupils per machine; ``life_years`` and
    ``delivery_lag`` are years; ``time_limit`` is seconds; ``horizon`` is ``2017-2018..2021-2022``. ``overrides`` are
    whole numbers by cell: ``budget/UNIT/FUND/YEAR`` (VND; no unit is ``budget//FUND/YEAR``), ``price/OPTION/YEAR``
    (VND), ``enrolment/SCHOOL/YEAR/GRADE`` (pupils), ``buy/SCHOOL/YEAR/OPTION`` (items; 0 forbids). A cell stands
    for one of the table: factors and growth apply to it as to any other. No factor or cell moves the money of years
    carried out. ``share/FUND/YEAR`` (VND) is what of a shared fund comes to the units planned, as agreed: no factor
    applies to it, and no share of their pupils. It is for that year: what is left of it stays with the fund.

    The levers of the group ``futures`` change no plan: they say between what the question ``futures`` draws.
    ``enrolment_range`` and ``price_range`` are how far each year's pupils and prices may differ from what the year
    before and the other levers tell; ``fund_certainty`` is the chance that a year's money of a fund comes, by its
    code, or by ``UNIT/CODE`` that of one unit's fund alone, 1 where none is told; ``late_share`` is the chance that
    what a year buys comes a year late.

    ``by_word`` names the levers that were moved on the command line; it is no part of the question.
    """

    name: str = "base"
    label_vi: str = ""
    label_en: str = ""
    budget_factor: float = _lever("number", "money", 1.0, low=0, high=1000, unit="share", usual=(0, 2, 0.05))
    fund_factor: Mapping[str, float] = _lever(
        "factors", "money", {}, low=0, high=1000, unit="share", usual=(0, 2, 0.05)
    )
    price_growth: float = _lever("number", "money", 0.0, low=-0.5, high=1, unit="share", usual=(-0.1, 0.3, 0.01))
    enrolment_growth: float = _lever(
        "number", "need", 0.0, low=-0.5, high=0.5, unit="share", usual=(-0.1, 0.1, 0.005)
    )
    primary_ratio: float | None = _lever(
        "number", "need", None, low=1, high=1000, blank=True, unit="pupils_per_machine", usual=(1, 50, 1)
    )
    lower_secondary_ratio: float | None = _lever(
        "number", "need", None, low=1, high=1000, blank=True, unit="pupils_per_machine", usual=(1, 50, 1)
    )
    ratio_basis: str | None = _lever("choice", "need", None, choices=("covered", "enrolled"), blank=True)
    rounding: str | None = _lever("choice", "need", None, choices=("level", "school", "none"), blank=True)
    arrangement: str | None = _lever("choice", "ways", None, choices=ARRANGEMENTS, blank=True)
    life_years: int | None = _lever("whole", "ways", None, low=1, high=30, blank=True, unit="years", usual=(1, 10, 1))
    optional_grades: bool = _lever("flag", "need", False)
    transfers: bool = _lever("flag", "ways", True)
    lease: bool = _lever("flag", "ways", False)
    whole_machines: bool = _lever("flag", "search", True)
    upkeep: str = _lever("choice", "ways", "report", choices=("report", "reserve"))
    weigh: str = _lever("choice", "aims", "machine", choices=("machine", "pupils"))
    priority_weight: float = _lever("number", "aims", 1.0, low=1, high=10, unit="times", usual=(1, 10, 0.5))
    hold: float = _lever("number", "aims", 0.0, low=0, high=1, unit="share", usual=(0, 0.2, 0.01))
    ladder: tuple[str, ...] = _lever("rungs", "aims", RUNGS, choices=RUNGS)
    horizon: str | None = _lever("years", "search", None, blank=True)
    delivery_lag: int = _lever("whole", "ways", 0, low=0, high=5, unit="years", usual=(0, 5, 1))
    time_limit: float = _lever("number", "search", 60.0, low=1, high=86400, unit="seconds")
    overrides: Mapping[str, int] = _lever("cells", "cells", {}, low=0, high=10**15)
    enrolment_range: float = _lever("number", "futures", 0.05, low=0, high=0.5, unit="share", usual=(0, 0.2, 0.01))
    price_range: float = _lever("number", "futures", 0.1, low=0, high=0.5, unit="share", usual=(0, 0.3, 0.01))
    fund_certainty: Mapping[str, float] = _lever(
        "factors", "futures", {}, low=0, high=1, unit="share", usual=(0, 1, 0.05)
    )
    late_share: float = _lever("number", "futures", 0.2, low=0, high=1, unit="share", usual=(0, 1, 0.05))
    futures: int = _lever("whole", "futures", 200, low=1, high=10_000, usual=(50, 1000, 50))
    seed: int = _lever("whole", "futures", 1, low=0, high=10**9)
    by_word: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def source(self, lever: str) -> str:
        """Return where a lever was moved, for a fault's words: ``--set``, or the scenario by its name."""
        return "--set" if lever in self.by_word else self.name

    def certainty(self, fund: tuple[str, str]) -> float:
        """Return the chance that a later year's money of a fund comes: its own, else that told of its code."""
        return self.fund_certainty.get("/".join(fund), self.fund_certainty.get(fund[1], 1.0))

    def plans_as(self, other: Scenario) -> bool:
        """Say whether another scenario asks for the same plan: at most levers of the group ``futures`` differ."""
        plan = (lever.name for lever in LEVERS if lever.group != "futures")
        return all(getattr(self, name) == getattr(other, name) for name in plan)

    def label(self, language: str) -> str:
        """Return the name a planner reads, the code where the scenario has none."""
        return (self.label_vi if language == "vi" else self.label_en) or self.label_vi or self.name

    def horizon_years(self) -> tuple[int, int] | None:
        """Return the first and last school year asked for, None for those of the budget."""
        return None if self.horizon is None else parse_horizon(self.horizon)

    def moved(self) -> dict[str, Any]:
        """Return the levers that are not at their default, by name."""
        return {lever.name: getattr(self, lever.name) for lever in LEVERS if self._is_moved(lever)}

    def flat(self) -> dict[str, Any]:
        """Return the names and every lever as plain values, for JSON and TOML; a blank lever is None."""
        values = {lever.name: getattr(self, lever.name) for lever in LEVERS}
        return {"name": self.name, "label_vi": self.label_vi, "label_en": self.label_en} | {
            name: dict(v) if isinstance(v, Mapping) else list(v) if isinstance(v, tuple) else v
            for name, v in values.items()
        }

    def _is_moved(self, lever: Lever) -> bool:
        value = getattr(self, lever.name)
        return dict(value) != {} if isinstance(value, Mapping) else bool(value != lever.default)


def _levers() -> tuple[Lever, ...]:
    blank = Scenario()
    return tuple(
        Lever(name=f.name, default=getattr(blank, f.name), **f.metadata) for f in fields(Scenario) if f.metadata
    )


LEVERS: tuple[Lever, ...] = _levers()
"""Every lever, in the order a planner meets them."""

BY_FUND = tuple(lever.name for lever in LEVERS if lever.kind == "factors")
"""The levers that say something of single funds, by code."""


def exact(value: float | int) -> Fraction:
    """Return a lever's number as the exact fraction of what was written: 0.1 is 1/10, not its nearest float."""
    return Fraction(Decimal(repr(value)))

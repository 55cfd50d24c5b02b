"""Figures that a unit or a school scores itself by: their codes, what they weigh, and one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

INDICATORS = (
    "pupils_covered",
    "pupils_enrolled",
    "schools_on_target",
    "pupils_served",
    "rooms_networked",
    "schools_online",
    "teachers_there",
    "duties_met",
)
"""The codes of the indicators, in the order they are shown."""

RATIOS = ("pupils_covered", "pupils_enrolled")
"""Those that are pupils a machine; all others are shares."""

EQUAL: Mapping[str, Fraction] = MappingProxyType(dict.fromkeys(INDICATORS, Fraction(1)))
"""What each indicator weighs where the planner says nothing."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: pupils a machine or a share, and the share of what is asked that it attains, from 0 to 1.

    Both are None where there is nothing to be measured by: no need, no such item, no number told.
    """

    code: str
    value: Fraction | None
    attained: Fraction | None

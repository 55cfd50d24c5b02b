"""Money: what each fund has by year, what it may pay for, for whom, and what it may carry over."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Grant:
    """One fund in one school year: an amount in whole VND with its rules.

    ``unit`` None is shared by all units. Empty ``modes`` or ``items`` mean all. ``schools`` is ``("all",)``,
    ``("disadvantaged",)`` or school codes. ``carry_over`` is the share of what is there that may be kept
    for the next year, from 0 to 1. ``share`` is the part of the amount that is this unit's own.
    """

    unit: str | None
    fund: str
    year: int
    amount: int
    carry_over: Fraction
    modes: tuple[str, ...]
    items: tuple[str, ...]
    schools: tuple[str, ...]
    name_vi: str
    name_en: str
    source: str
    share: Fraction = Fraction(1)

    def name(self, language: str) -> str:
        """Return the name a reader of a language knows the fund by; its code where it has none."""
        return (self.name_vi if language == "vi" else self.name_en) or self.name_vi or self.fund

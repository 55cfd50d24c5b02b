"""The catalogue: the ways to get an item, what each costs by year and how long it lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Mode = Literal["buy", "lease", "repair", "refurbish", "setup", "move"]


def half_up(value: Fraction) -> int:
    """Round to the nearest whole number, halves away from zero for what is positive (money, pupils)."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def compound(value: int, growth: Fraction, years: int) -> int:
    """Return ``value`` grown by a yearly share over whole years, rounded half up to a whole number."""
    return half_up(value * (1 + growth) ** years) if growth and years > 0 else value


@dataclass(frozen=True, slots=True)
class Option:
    """One way to get an item; ``prices`` is whole VND by the school year from which it holds.

    ``also_serves`` are further items that one of these is as well: a laptop with a webcam is a webcam too. An
    option of mode ``move`` is the freight of one item from school to school.
    """

    code: str
    item: str
    mode: Mode
    name_vi: str
    name_en: str
    life_years: int
    upkeep: int
    prices: Mapping[int, int]
    source: str
    also_serves: tuple[str, ...] = ()

    @property
    def serves(self) -> tuple[str, ...]:
        """The items a school has when it has one of these."""
        return (self.item, *(item for item in self.also_serves if item != self.item))

    def name(self, language: str) -> str:
        """Return the name a reader of a language knows it by; its code where it has none."""
        return (self.name_vi if language == "vi" else self.name_en) or self.name_vi or self.code

    def price(self, year: int, *, growth: Fraction, first_year: int) -> int | None:
        """Return the price in whole VND in a school year, None before the first price holds.

        The newest price of a year up to ``year``, times (1 + growth) ** (year - first_year), rounded half up. A
        price of 0 says that from then on the option cannot be had.
        """
        known = [start for start in self.prices if start <= year]
        newest = self.prices[max(known)] if known else 0
        return compound(newest, growth, year - first_year) if newest else None


def default_life(options: Sequence[Option], item: str) -> int | None:
    """Return the life in years of stock that states none: the shortest among the item's ``buy`` options."""
    return min((o.life_years for o in options if o.item == item and o.mode == "buy"), default=None)

"""The certificate: what a plan misses, what every plan misses at least, and the numbers that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proof of how good a plan is, in machine-years as the rung ``missing`` weighs them; exact fractions.

    ``missing`` is the plan's own, ``bound`` what no plan can miss less than. ``duals`` are the numbers it is reckoned
    from: by rule and by what a row of it holds for, whole numbers of a million-millionth of a machine-year for one
    item or, where the row is of money, for a million VND; without them the bound is 0.
    """

    missing: Fraction = Fraction(0)
    bound: Fraction = Fraction(0)
    duals: Mapping[str, Mapping[tuple[Any, ...], int]] = field(default_factory=dict)

    @property
    def gap(self) -> Fraction:
        """The share of what is missing that a better plan could avoid at most; 0 where none can."""
        return max(Fraction(0), 1 - self.bound / self.missing) if self.missing else Fraction(0)

"""What schools own already: lots of machines of one age and condition, and how they wear out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from provision.domain.catalogue import half_up

Condition = Literal["working", "repairable", "broken"]
Curve = Mapping[int, Fraction]
"""The share of an item's machines that still work at an age in years; between ages stated, the older one's."""


@dataclass(frozen=True, slots=True, order=True)
class Cohort:
    """Machines of one item that work in the school years ``first`` to ``last``, inclusive; upkeep is VND a year."""

    item: str
    first: int
    last: int
    upkeep: int


@dataclass(frozen=True, slots=True)
class Lot:
    """Machines of one item at one school, acquired in one school year, in one condition.

    ``acquired`` None is unknown: the lot then counts as half a life old in the first year of the plan.
    ``life_years`` None is the item's default life, or its survival curve where the data has one.
    """

    school: str
    item: str
    acquired: int | None
    quantity: int
    condition: Condition
    life_years: int | None
    upkeep: int | None
    source: str

    def cohorts(self, *, life: int, first_year: int, curve: Curve | None = None) -> dict[Cohort, int]:
        """Return the lot's working machines by the school years they last, in whole machines.

        ``life`` in years counts where the lot states none and ``curve`` is None. A curve tells which share of the
        machines that work in ``first_year`` still does so later, rounded half up; what works at the last age
        stated stops after it.
        """
        if self.condition != "working" or not self.quantity:
            return {}
        upkeep = self.upkeep or 0
        years = self.life_years or life or (max(curve) + 1 if curve else 0)
        start = first_year - years // 2 if self.acquired is None else self.acquired
        if self.life_years is not None or curve is None:
            return {Cohort(self.item, start, start + years - 1, upkeep): self.quantity}
        counted = max(0, first_year - start)
        base = surviving_share(curve, counted)
        if not base:
            return {Cohort(self.item, start, max(start, first_year) - 1, upkeep): self.quantity}
        found: dict[Cohort, int] = {}
        left = self.quantity
        for age in range(counted, max(curve) + 1):
            still = half_up(self.quantity * surviving_share(curve, age + 1) / base)
            if left > still:
                found[Cohort(self.item, start, start + age, upkeep)] = left - still
            left = still
        return found


def surviving_share(curve: Curve, age: int) -> Fraction:
    """Return the share that still works at an age in years: that of the next age stated, 0 beyond the last."""
    return next((curve[stated] for stated in sorted(curve) if stated >= age), Fraction(0))

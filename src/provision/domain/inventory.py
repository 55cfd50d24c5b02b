"""What schools own already: lots of machines of one age and condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Condition = Literal["working", "repairable", "broken"]


@dataclass(frozen=True, slots=True)
class Lot:
    """Machines of one item at one school, acquired in one school year, in one condition.

    ``acquired`` None is unknown: the lot then counts as half a life old in the first year of the plan.
    ``life_years`` None is the item's default life.
    """

    school: str
    item: str
    acquired: int | None
    quantity: int
    condition: Condition
    life_years: int | None
    upkeep: int | None
    source: str

    def surviving(self, year: int, *, life: int, first_year: int) -> int:
        """Return the machines of the lot that still work in a school year."""
        if self.condition != "working":
            return 0
        life = self.life_years or life
        acquired = first_year - life // 2 if self.acquired is None else self.acquired
        return self.quantity if acquired <= year < acquired + life else 0

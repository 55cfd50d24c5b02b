"""Everything a province folder says, as nouns that have been checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provision.domain.budget import Grant
from provision.domain.catalogue import Option
from provision.domain.enrolment import Enrolment
from provision.domain.freeze import Carried
from provision.domain.inventory import Curve, Lot
from provision.domain.school import School, Unit

ILLUSTRATIVE = "illustrative"

Row = Mapping[str, str]
"""A row of an input table as text, by column, as it was read (trimmed, NFC)."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The input tables of a data folder. ``tables`` keeps each row's text for the plan's own copy.

    ``survival`` is by item; ``carried`` are the purchases of years carried out and those promised after them.
    """

    units: Mapping[str, Unit]
    schools: Mapping[str, School]
    enrolment: tuple[Enrolment, ...]
    inventory: tuple[Lot, ...]
    catalogue: tuple[Option, ...]
    budget: tuple[Grant, ...]
    survival: Mapping[str, Curve]
    carried: tuple[Carried, ...]
    tables: Mapping[str, tuple[Row, ...]]

    def is_illustrative(self, unit_codes: tuple[str, ...]) -> bool:
        """Say whether any row that a plan of these units rests on is made up."""
        schools = {code for code, school in self.schools.items() if school.unit in unit_codes}
        rows: tuple[School | Enrolment | Lot | Option | Grant, ...] = (
            *(s for s in self.schools.values() if s.code in schools),
            *(e for e in self.enrolment if e.school in schools),
            *(lot for lot in self.inventory if lot.school in schools),
            *self.catalogue,
            *(g for g in self.budget if g.unit is None or g.unit in unit_codes),
        )
        return any(row.source.startswith(ILLUSTRATIVE) for row in rows)

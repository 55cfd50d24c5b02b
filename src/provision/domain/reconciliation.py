"""Pupils from the rows they are stated in to the plan that serves them, and the rows a plan makes nothing of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Headcount:
    """Pupils of the planned units in one school year: as the tables state them, and step by step as planned for.

    ``projected`` are those of rows the tables do not have; what a scenario's cells correct and its growth adds may
    be negative. Of the pupils planned for, ``mandatory`` and ``optional`` are in grades that have Informatics this
    year, ``later`` in the others. For information, ``handed_on`` are stated under the code of a school that another
    has taken over by then, and ``came`` those of schools that the crosswalk moved here, by their old unit.
    """

    year: int
    stated: int
    projected: int
    corrected: int
    grown: int
    planned: int
    mandatory: int
    optional: int
    handed_on: int
    came: Mapping[str, int]

    @property
    def later(self) -> int:
        """Pupils in grades that have no Informatics this year."""
        return self.planned - self.mandatory - self.optional

    @property
    def lost(self) -> int:
        """Pupils that are neither planned for nor accounted for: 0, or the plan is wrong."""
        return self.stated + self.projected + self.corrected + self.grown - self.planned


@dataclass(frozen=True, slots=True)
class Unused:
    """Rows of an input table that the plan makes nothing of, and why (a code of ``unused`` in the texts).

    ``pupils`` are those stated in them.
    """

    table: str
    reason: str
    rows: int
    pupils: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of somebody else's file that never became rows of ours, in the words of who mapped them.

    ``unit`` is "" where they are of no unit, or of all.
    """

    file: str
    unit: str
    year: int | None
    reason: str
    rows: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What became of every row: pupils by school year, rows by table, rows unused, rows left out before."""

    headcounts: tuple[Headcount, ...]
    read: Mapping[str, int]
    unused: tuple[Unused, ...]
    left_out: tuple[LeftOut, ...]


UNTOLD = Reconciliation((), MappingProxyType({}), (), ())
"""Where a question was not posed from rows."""

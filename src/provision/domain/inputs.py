"""Everything a province folder says, as nouns that have been checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from provision.domain.budget import Grant
from provision.domain.catalogue import Option
from provision.domain.enrolment import Enrolment
from provision.domain.freeze import Carried
from provision.domain.indicator import EQUAL
from provision.domain.inventory import Curve, Lot
from provision.domain.reconciliation import LeftOut
from provision.domain.school import School, Unit
from provision.domain.staff import Staff

ILLUSTRATIVE = "illustrative"

Row = Mapping[str, str]
"""A row of an input table as text, by column, as it was read (trimmed, NFC)."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The input tables of a data folder. ``tables`` keeps each row's text for the plan's own copy.

    ``survival`` is by item; ``carried`` are the purchases of years carried out and those promised after them;
    ``staff`` is the posts of Informatics that are there; ``left_out`` are rows of somebody else's file that a mapping
    did not take over.
    ``weights`` is what the planner lets indicators weigh, by code, empty where the planner says nothing.
    ``book`` is the name of the workbook whose sheets the tables are, None for a folder: the same data either way.
    """

    units: Mapping[str, Unit]
    schools: Mapping[str, School]
    enrolment: tuple[Enrolment, ...]
    inventory: tuple[Lot, ...]
    catalogue: tuple[Option, ...]
    budget: tuple[Grant, ...]
    survival: Mapping[str, Curve]
    carried: tuple[Carried, ...]
    staff: tuple[Staff, ...]
    left_out: tuple[LeftOut, ...]
    tables: Mapping[str, tuple[Row, ...]]
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    book: str | None = field(default=None, compare=False)

    def is_illustrative(self, unit_codes: tuple[str, ...]) -> bool:
        """Say whether any row that a plan of these units rests on is made up."""
        schools = {code for code, school in self.schools.items() if school.unit in unit_codes}
        rows: tuple[School | Enrolment | Lot | Staff | Option | Grant, ...] = (
            *(s for s in self.schools.values() if s.code in schools),
            *(e for e in self.enrolment if e.school in schools),
            *(lot for lot in self.inventory if lot.school in schools),
            *(row for row in self.staff if row.school in schools),
            *self.catalogue,
            *(g for g in self.budget if g.unit is None or g.unit in unit_codes),
        )
        return any(row.source.startswith(ILLUSTRATIVE) for row in rows)

    @property
    def scoring(self) -> Mapping[str, Fraction]:
        """Return what each indicator weighs: as the planner says, else all alike."""
        return self.weights or EQUAL

    def unit_of(self, code: str) -> str:
        """Return the unit of a code: itself, or that of the school whose code it is."""
        return code if code in self.units else self.schools[code].unit

    def years_with_money(self, units: Sequence[str]) -> tuple[int, ...]:
        """Return the school years of the funds of some units, and of those that all share, in their order."""
        return tuple(sorted({g.year for g in self.budget if g.unit is None or g.unit in units}))

    @property
    def is_shared(self) -> bool:
        """Say whether some fund is shared by all units: then the pupils of each count towards everyone's share."""
        return any(g.unit is None for g in self.budget)

    def behind(self, units: Sequence[str], named: Iterable[str] = ()) -> Inputs:
        """Return what a plan of some units rests on: all else may change and the plan stays.

        These are the units' rows (every unit's where a fund is shared), the catalogue and the curves; of other
        units only who their schools merge into, be it after the plan, and the schools ``named`` by the roadmap.
        A school that plans for itself rests on what its unit rests on, whose money it shares.
        """
        units = tuple(self.units) if self.is_shared else tuple(map(self.unit_of, units))
        ours = {code for code, s in self.schools.items() if s.unit in units}
        schools = self._with_successors(ours | {code for code in named if code in self.schools})
        places = ours | set(units)
        beside = {*units, *(self.schools[code].unit for code in schools)}
        old = {self.schools[code].unit_before for code in schools}
        keep: Mapping[str, Callable[[Row], bool]] = {
            "units": lambda r: r["unit"] in beside,
            "schools": lambda r: r["school_id"] in schools,
            "enrolment": lambda r: r["school_id"] in ours,
            "inventory": lambda r: r["school_id"] in ours,
            "budget": lambda r: r["unit"] == "" or r["unit"] in units,
            "frozen": lambda r: r["school_id"] in places,
            "staff": lambda r: r["school_id"] in ours,
            "crosswalk": lambda r: (
                r["school_id"] in schools
                or (r["school_id"] == "" and r["unit_from"] in old and r["unit_to"] in beside)
            ),
            "left_out": lambda r: r["unit"] == "" or r["unit"] in units or r["unit"] in old,
        }
        return replace(
            self,
            units=MappingProxyType({code: unit for code, unit in self.units.items() if code in beside}),
            schools=MappingProxyType({code: school for code, school in self.schools.items() if code in schools}),
            enrolment=tuple(e for e in self.enrolment if e.school in ours),
            inventory=tuple(lot for lot in self.inventory if lot.school in ours),
            budget=tuple(g for g in self.budget if g.unit is None or g.unit in units),
            carried=tuple(c for c in self.carried if c.school in places),
            staff=tuple(row for row in self.staff if row.school in ours),
            left_out=tuple(found for found in self.left_out if found.unit == "" or found.unit in {*units, *old}),
            tables=MappingProxyType(
                {
                    name: tuple(r for r in rows if name not in keep or keep[name](r))
                    for name, rows in self.tables.items()
                }
            ),
        )

    def _with_successors(self, schools: Iterable[str]) -> frozenset[str]:
        """Return schools with all they merge into in the end."""
        found: set[str] = set()
        for code in schools:
            at: str | None = code
            while at is not None and at not in found:
                found.add(at)
                at = self.schools[at].merged_into
        return frozenset(found)

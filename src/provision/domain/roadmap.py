"""The roadmap: a dated, cited pack of norms. Every number has the section of the document that states it.

A norm's ``document`` is "" where that is the pack's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, get_args

from provision.domain.school import RatioLevel
from provision.domain.staff import ASSUMED, Teaching

Status = Literal["mandatory", "optional", "current"]
RatioBasis = Literal["covered", "enrolled"]
Rounding = Literal["level", "school", "none"]
Arrangement = Literal["central", "per_school"]
ARRANGEMENTS: tuple[Arrangement, ...] = get_args(Arrangement)
"""Who looks after what can stand in one place for all: the unit, or every school its own."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Grades taught from a school year on; ``schools`` is empty for all, else the schools named."""

    year: int
    grades: frozenset[int]
    schools: tuple[str, ...]
    status: Status
    section: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Pupils per machine of a level: a duty (``must``) or an aim (``target``)."""

    level: RatioLevel
    pupils_per_machine: Fraction
    force: Literal["must", "target"]
    section: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Minimum:
    """Whole items that every school, subject group, lab, machine or unit must have.

    ``machine`` is the item whose every new machine it comes with, where it is asked per machine. ``arrangement`` is
    the one it is asked under, "" for both.
    """

    item: str
    per: str
    quantity: int
    weight: Fraction
    levels: tuple[str, ...]
    where: str
    section: str
    machine: str = "pupil_computer"
    arrangement: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Lab:
    """What a computer room holds; ``gate`` says whether machines wait for a room.

    ``seats`` is machines a room; ``weekly_periods`` is how many lessons a week a room is open for, of which a class
    takes ``periods_per_class``; ``ordinary_seats`` is the machines a school may keep where it has no computer room.
    """

    gate: bool
    seats: int | None
    weekly_periods: int | None
    section: str
    periods_per_class: int = 1
    ordinary_seats: int = 0
    document: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which something must be handed in."""

    date: str
    title_vi: str
    title_en: str
    section: str
    document: str = ""


Norm = Phase | Ratio | Minimum | Lab | Deadline | Teaching


@dataclass(frozen=True, slots=True)
class Roadmap:
    """A pack of norms of one document: calendar, ratios, minimums, rooms, deadlines, lessons.

    ``bases`` are the packs it extends, the nearest first; ``overridden`` are the statements of theirs that it, or one
    between, replaces, by table and what they are of. ``arrangement`` is who looks after what can stand in one place.
    """

    code: str
    title_vi: str
    title_en: str
    document: str
    issued: str
    ratio_basis: RatioBasis
    rounding: Rounding
    phases: tuple[Phase, ...]
    ratios: tuple[Ratio, ...]
    minimums: tuple[Minimum, ...]
    labs: tuple[Lab, ...]
    deadlines: tuple[Deadline, ...]
    bases: tuple[str, ...] = ()
    overridden: tuple[tuple[str, str], ...] = ()
    arrangement: Arrangement = "central"
    teaching: tuple[Teaching, ...] = ()

    @property
    def schools_named(self) -> frozenset[str]:
        """The schools that a phase names by code."""
        return frozenset(school for phase in self.phases for school in phase.schools)

    def stated_in(self, norm: Norm) -> str:
        """Return the document and section that state a norm."""
        return f"{norm.document or self.document}, {norm.section}"

    @property
    def is_arranged(self) -> bool:
        """Whether anything is asked under one arrangement alone."""
        return any(m.arrangement for m in self.minimums)

    def arranged(self, arrangement: Arrangement | None) -> Roadmap:
        """Return the roadmap under an arrangement, None being its own: what is asked only under others is gone."""
        chosen = arrangement or self.arrangement
        asked = tuple(m for m in self.minimums if m.arrangement in ("", chosen))
        return replace(self, arrangement=chosen, minimums=asked)

    def phases_in_force(self, year: int) -> tuple[Phase, ...]:
        """Return the phases of the newest year up to ``year``; they unite, and replace all earlier ones."""
        started = [phase.year for phase in self.phases if phase.year <= year]
        return tuple(p for p in self.phases if p.year == max(started)) if started else ()

    def grades_new(self, year: int) -> frozenset[int]:
        """Return the grades that are mandatory from a school year on and nowhere were before."""

        def mandatory(at: int) -> frozenset[int]:
            found = (p.grades for p in self.phases_in_force(at) if p.status == "mandatory")
            return frozenset[int]().union(*found)

        return mandatory(year) - mandatory(year - 1)

    def delayed(self, grade: int, year: int, others: Collection[str], heirs: Mapping[str, str]) -> Roadmap:
        """Return the roadmap with a grade that is new in a school year taught a year later, but for ``others``.

        ``heirs`` is who has the pupils of a school that a phase names, that year.
        """
        in_force, now = self.phases_in_force(year), []
        for p in in_force:
            now.append(replace(p, year=year, grades=p.grades - {grade}))
            schools = tuple(sorted(set(others) & {heirs.get(s, s) for s in p.schools or others}))
            if grade in p.grades and schools:
                now.append(replace(p, year=year, grades=frozenset({grade}), schools=schools))
        then = () if any(p.year == year + 1 for p in self.phases) else (replace(p, year=year + 1) for p in in_force)
        return replace(self, phases=(*(p for p in self.phases if p.year != year), *now, *then))

    def ratio(self, level: RatioLevel) -> Ratio | None:
        """Return the ratio stated for a level, None where the document states none."""
        return next((ratio for ratio in self.ratios if ratio.level == level), None)

    def teaching_of(self, level: RatioLevel) -> Teaching:
        """Return the lessons of a class and of a post at a level: the document's, else what is assumed."""
        return next((teaching for teaching in self.teaching if teaching.level == level), ASSUMED[level])

"""Units and their schools, and who owns a school's pupils and machines after a merger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["kindergarten", "primary", "lower_secondary", "combined"]
RatioLevel = Literal["primary", "lower_secondary"]

PRIMARY_GRADES = range(1, 6)
LOWER_SECONDARY_GRADES = range(6, 10)


def level_of_grade(grade: int) -> RatioLevel:
    """Return the level a grade belongs to: 1-5 primary, 6-9 lower secondary."""
    return "primary" if grade in PRIMARY_GRADES else "lower_secondary"


def grades_of_level(level: RatioLevel) -> range:
    """Return the grades of a level: 1-5 for primary, 6-9 for lower secondary."""
    return PRIMARY_GRADES if level == "primary" else LOWER_SECONDARY_GRADES


def teaches(level: Level, grade: int) -> bool:
    """Say whether a school of this level has this grade."""
    return level == "combined" or level == level_of_grade(grade)


@dataclass(frozen=True, slots=True)
class Unit:
    """Who plans: a district office, a commune, a department; its letterhead is data."""

    code: str
    name: str
    kind: str
    issuer: str
    signatory_title: str
    place: str
    roadmap: str


@dataclass(frozen=True, slots=True)
class School:
    """One school. ``open_from`` and ``open_until`` are school years, inclusive; None is always.

    ``unit_before`` is the unit it was moved out of by the crosswalk, "" where it was not.
    """

    code: str
    name: str
    unit: str
    level: Level
    national_standard: bool
    subject_groups: int
    disadvantaged: bool
    labs: int
    open_from: int | None
    open_until: int | None
    merged_into: str | None
    source: str
    unit_before: str = ""

    def is_open(self, year: int) -> bool:
        """Say whether the school teaches in a school year."""
        return (self.open_from is None or self.open_from <= year) and not self.has_closed(year)

    def has_closed(self, year: int) -> bool:
        """Say whether the school's last school year lies before ``year``."""
        return self.open_until is not None and self.open_until < year


def owner(schools: Mapping[str, School], code: str, year: int) -> str | None:
    """Return the school that has the pupils, stock and purchases of ``code`` in a school year.

    Follows ``merged_into`` as often as the schools on the way have closed by then. None where a school
    has closed and merged into no other: what it had is lost to the plan.
    """
    while schools[code].has_closed(year):
        successor = schools[code].merged_into
        if successor is None:
            return None
        code = successor
    return code


def holder(schools: Mapping[str, School], code: str, year: int) -> str:
    """Return who keeps the things of ``code`` in a school year: its owner, or who closed last without a successor."""
    while schools[code].has_closed(year):
        successor = schools[code].merged_into
        if successor is None:
            return code
        code = successor
    return code

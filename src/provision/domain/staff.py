"""Who teaches Informatics: full posts at a school, and what teaching takes of a post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from provision.domain.school import RatioLevel


@dataclass(frozen=True, slots=True)
class Staff:
    """The full posts of Informatics at one school from one school year on; half a post is 0.5."""

    school: str
    year: int
    teachers: Fraction
    source: str


@dataclass(frozen=True, slots=True)
class Teaching:
    """Lessons a week that a class of a level has, and that a full post gives; "" is an assumption, no section."""

    level: RatioLevel
    class_periods: Fraction
    teacher_periods: Fraction
    section: str = ""
    document: str = ""


ASSUMED: Mapping[RatioLevel, Teaching] = MappingProxyType(
    {
        "primary": Teaching("primary", Fraction(1), Fraction(23)),
        "lower_secondary": Teaching("lower_secondary", Fraction(1), Fraction(19)),
    }
)
"""What is reckoned with where a roadmap states nothing; shown as an assumption to be checked wherever it is used."""

"""Pupils and classes of a grade, at a school, in a school year."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Pupils and classes of one grade at one school in one school year; ``projected`` where no row gives them."""

    school: str
    year: int
    grade: int
    pupils: int
    classes: int
    source: str
    projected: bool = False

"""Pupils and ratios -> need. Pure arithmetic in exact fractions; no rounding but the stated one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import get_args

from provision.domain.roadmap import Phase, RatioBasis, Roadmap, Rounding
from provision.domain.school import RatioLevel, grades_of_level, level_of_grade

Pupils = Mapping[tuple[str, int, int], int]
"""Pupils by school, school year and grade; a merged school's pupils are its successor's already."""

LEVELS: tuple[RatioLevel, ...] = get_args(RatioLevel)


def grades_taught(phases: Iterable[Phase], school: str, status: str) -> frozenset[int]:
    """Return the grades a school teaches with this status under the phases in force.

    Grades of several phases unite. A grade that is mandatory anywhere among them is not optional as well.
    """
    here = [p for p in phases if not p.schools or school in p.schools]
    grades = frozenset[int]().union(*(p.grades for p in here if p.status == status))
    return grades - grades_taught(here, school, "mandatory") if status == "optional" else grades


def pupils_counted(pupils: Mapping[int, int], grades: frozenset[int], basis: RatioBasis) -> dict[RatioLevel, int]:
    """Return the pupils a school's need is counted from, by level.

    ``covered`` counts the grades taught; ``enrolled`` counts every grade of a level once one of them is taught.
    """
    counted: dict[RatioLevel, int] = {}
    for level in LEVELS:
        taught = grades & frozenset(grades_of_level(level))
        if taught:
            over = grades_of_level(level) if basis == "enrolled" else taught
            counted[level] = sum(pupils.get(grade, 0) for grade in over)
    return counted


def machines_needed(
    counted: Mapping[str, Mapping[RatioLevel, int]], ratios: Mapping[RatioLevel, Fraction], rounding: Rounding
) -> dict[str, int]:
    """Return whole machines by school, for pupils by school and level.

    ``level`` rounds up each level of a school; ``school`` rounds up a school's sum; ``none`` rounds up the sum of
    all schools once and spreads it by the largest remainder (equal remainders: first code).
    """
    scale = lcm(*(ratio.numerator for ratio in ratios.values()))
    parts = {
        school: [n * ratios[level].denominator * (scale // ratios[level].numerator) for level, n in by.items()]
        for school, by in counted.items()
    }  # machines, as whole numbers of the scale's share
    if rounding == "level":
        return {school: sum(-(-part // scale) for part in shares) for school, shares in parts.items()}
    exact = {school: sum(shares) for school, shares in parts.items()}
    if rounding == "school":
        return {school: -(-share // scale) for school, share in exact.items()}
    whole = {school: share // scale for school, share in exact.items()}
    left = -(-sum(exact.values()) // scale) - sum(whole.values())
    for school in sorted(exact, key=lambda s: (-(exact[s] % scale), s))[:left]:
        whole[school] += 1
    return whole


def need_of_pupils(
    pupils: Pupils,
    schools: Iterable[str],
    year: int,
    *,
    roadmap: Roadmap,
    ratios: Mapping[RatioLevel, Fraction],
    basis: RatioBasis,
    rounding: Rounding,
) -> dict[str, tuple[int, int, int]]:
    """Return mandatory machines, optional machines on top, and pupils counted, by school, in one school year.

    Under ``rounding = none`` the schools given are pooled as one unit. A school that teaches no grade with
    pupils is left out.
    """
    phases = roadmap.phases_in_force(year)
    some_optional = any(phase.status == "optional" for phase in phases)
    mandatory: dict[str, dict[RatioLevel, int]] = {}
    everything: dict[str, dict[RatioLevel, int]] = {}
    for school in sorted(schools):
        here = {grade: n for grade in range(1, 10) if (n := pupils.get((school, year, grade), 0))}
        must = grades_taught(phases, school, "mandatory")
        mandatory[school] = pupils_counted(here, must, basis)
        if some_optional:
            everything[school] = pupils_counted(here, must | grades_taught(phases, school, "optional"), basis)
    need = machines_needed(mandatory, ratios, rounding)
    with_optional = machines_needed(everything, ratios, rounding) if some_optional else need
    return {
        school: (need[school], max(0, with_optional[school] - need[school]), sum(mandatory[school].values()))
        for school in sorted(need)
        if need[school] or with_optional[school]
    }


def levels_in_force(roadmap: Roadmap, years: Iterable[int]) -> frozenset[RatioLevel]:
    """Return the levels whose ratio is needed in some school years: those with a mandatory or optional grade."""
    phases = [phase for year in years for phase in roadmap.phases_in_force(year)]
    grades = frozenset[int]().union(*(p.grades for p in phases if p.status != "current"))
    return frozenset(level_of_grade(grade) for grade in grades)

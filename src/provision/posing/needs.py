"""Pupils -> what each school needs of each item in each year, and who has what after mergers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import cast

from provision.demand import grades_taught, levels_in_force, need_of_pupils
from provision.domain.catalogue import compound
from provision.domain.inputs import Inputs
from provision.domain.problem import PUPIL_COMPUTER, Demand
from provision.domain.roadmap import RatioBasis, Roadmap, Rounding
from provision.domain.scenario import Scenario, exact
from provision.domain.school import RatioLevel, holder, level_of_grade, owner
from provision.errors import ProvisionError

Owners = Mapping[tuple[str, int], str | None]
"""Who has a school's pupils and machines in a school year; None where it closed and merged into no other."""


def owners_of(inputs: Inputs, schools: Sequence[str], years: Sequence[int]) -> dict[tuple[str, int], str | None]:
    """Return who has each school's things in each school year.

    Raises
    ------
    ProvisionError
        Where a school merges into one of a unit that is not planned with it, or the other way round.
    """
    planned = frozenset(schools)
    for code in sorted(inputs.schools.keys() - planned):
        for year in years:
            into = owner(inputs.schools, code, year)
            if into is not None and into in planned:
                raise ProvisionError("merger_outside", school=code, other=into, unit=inputs.schools[code].unit)
    owners = {(s, y): owner(inputs.schools, s, y) for s in schools for y in years}
    for (school, _), heir in owners.items():
        if heir is not None and heir not in planned:
            raise ProvisionError("merger_outside", school=school, other=heir, unit=inputs.schools[heir].unit)
    return owners


def holders_of(inputs: Inputs, schools: Sequence[str], years: Sequence[int]) -> dict[tuple[str, int], str]:
    """Return who keeps each school's things in each school year, also where it closed without a successor."""
    return {(s, y): holder(inputs.schools, s, y) for s in schools for y in years}


def pupils_of(
    inputs: Inputs, owners: Owners, years: Sequence[int], scenario: Scenario
) -> dict[tuple[str, int, int], int]:
    """Return pupils by owner, school year and grade, grown from the first year as the scenario says."""
    growth = exact(scenario.enrolment_growth)
    pupils: dict[tuple[str, int, int], int] = {}
    for e in inputs.enrolment:
        heir = owners.get((e.school, e.year))
        if heir is not None:
            key = (heir, e.year, e.grade)
            pupils[key] = pupils.get(key, 0) + compound(e.pupils, growth, e.year - years[0])
    return pupils


def demand_of(
    inputs: Inputs,
    pupils: Mapping[tuple[str, int, int], int],
    units: Sequence[str],
    owners: Owners,
    years: Sequence[int],
    roadmap: Roadmap,
    scenario: Scenario,
) -> tuple[dict[tuple[str, str, int], Demand], dict[tuple[str, int], int], dict[tuple[str, str, int], int]]:
    """Return the demand of the basis in force, the units' mandatory need by way of counting, and pupils by basis."""
    ratios: dict[RatioLevel, Fraction] = {}
    for level in levels_in_force(roadmap, years):
        lever, stated = getattr(scenario, f"{level}_ratio"), roadmap.ratio(level)
        if lever is not None:
            ratios[level] = exact(lever)
        elif stated is not None:
            ratios[level] = stated.pupils_per_machine
    rounding = cast(Rounding, scenario.rounding or roadmap.rounding)
    in_force = cast(RatioBasis, scenario.ratio_basis or roadmap.ratio_basis)
    ways: dict[str, tuple[RatioBasis, Rounding]] = {
        "covered": ("covered", rounding),
        "enrolled": ("enrolled", rounding),
        "pooled": (in_force, "none"),
    }
    demand: dict[tuple[str, str, int], Demand] = {}
    basis_need: dict[tuple[str, int], int] = {}
    counted: dict[tuple[str, str, int], int] = {}
    there: dict[tuple[str, int], list[str]] = {}
    for (school, year), heir in owners.items():
        if heir == school:
            there.setdefault((inputs.schools[school].unit, year), []).append(school)
    for year in years:
        named = with_named_successors(roadmap, owners, year)
        for unit in units:
            here = there.get((unit, year), [])
            for way, (basis, rounded) in ways.items():
                rows = need_of_pupils(pupils, here, year, roadmap=named, ratios=ratios, basis=basis, rounding=rounded)
                if way != "pooled":
                    counted |= {(way, s, year): n for s, (_, _, n) in rows.items() if n}
                basis_need[way, year] = basis_need.get((way, year), 0) + sum(n for n, _, _ in rows.values())
                if way == in_force:
                    demand |= {(s, PUPIL_COMPUTER, year): Demand(*row) for s, row in rows.items()}
    return demand, basis_need, counted


def learners_of(
    pupils: Mapping[tuple[str, int, int], int], roadmap: Roadmap, years: Sequence[int]
) -> dict[tuple[str, int], int]:
    """Return the pupils of every grade that is mandatory in some year of the horizon, by school and year."""
    phases = [phase for year in years for phase in roadmap.phases_in_force(year) if phase.status == "mandatory"]
    grades = frozenset[int]().union(*(phase.grades for phase in phases))
    learners: dict[tuple[str, int], int] = {}
    for (school, year, grade), n in pupils.items():
        if grade in grades:
            learners[school, year] = learners.get((school, year), 0) + n
    return learners


def largest_class(inputs: Inputs, owners: Owners, years: Sequence[int]) -> dict[tuple[str, int], int]:
    """Return the pupils per class of the fullest of grades 3-9, rounded up, by school and year."""
    largest: dict[tuple[str, int], int] = {}
    for e in inputs.enrolment:
        heir = owners.get((e.school, e.year))
        if heir is not None and e.classes and e.grade >= 3 and e.year in years:
            largest[heir, e.year] = max(largest.get((heir, e.year), 0), -(-e.pupils // e.classes))
    return largest


def classes_taught(
    inputs: Inputs, owners: Owners, years: Sequence[int], roadmap: Roadmap, *, optional: bool
) -> dict[tuple[str, int, RatioLevel], int]:
    """Return the classes of the mandatory grades, and of the optional ones where asked, by school, year and level."""
    statuses = ("mandatory", "optional") if optional else ("mandatory",)
    phases = {year: with_named_successors(roadmap, owners, year).phases_in_force(year) for year in years}
    taught: dict[tuple[str, int], frozenset[int]] = {}
    classes: dict[tuple[str, int, RatioLevel], int] = {}
    for e in inputs.enrolment:
        heir = owners.get((e.school, e.year))
        if heir is None:
            continue
        key = (heir, e.year)
        if key not in taught:
            taught[key] = frozenset[int]().union(*(grades_taught(phases[e.year], heir, s) for s in statuses))
        if e.grade in taught[key]:
            at = (*key, level_of_grade(e.grade))
            classes[at] = classes.get(at, 0) + e.classes
    return classes


def with_named_successors(roadmap: Roadmap, owners: Owners, year: int) -> Roadmap:
    """Return the roadmap with each school a phase names replaced by who has its pupils in a school year."""
    phases = tuple(replace(p, schools=tuple(owners.get((s, year)) or s for s in p.schools)) for p in roadmap.phases)
    return replace(roadmap, phases=phases)

"""The teachers of Informatics that are there, school by school and year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from provision.domain.inputs import Inputs
from provision.domain.school import RatioLevel, owner
from provision.domain.staff import Staff
from provision.posing.needs import Owners
from provision.posing.warned import Warnings


def teachers_of(inputs: Inputs, owners: Owners, years: Sequence[int]) -> dict[tuple[str, int], Fraction]:
    """Return the full posts of Informatics by owner and school year, absent where nobody says.

    The newest statement up to a year holds. A merged school brings its teachers along, until its successor states
    its own number of a year in which they are with it.
    """
    stated: dict[str, list[Staff]] = {}
    for row in inputs.staff:
        stated.setdefault(row.school, []).append(row)
    newest: dict[tuple[str, int], Staff] = {}
    for school, year in owners:
        told = [row for row in stated.get(school, ()) if row.year <= year]
        if told:
            newest[school, year] = max(told, key=lambda row: row.year)
    teachers: dict[tuple[str, int], Fraction] = {}
    for (school, year), row in newest.items():
        heir = owners[school, year]
        if heir is None or year not in years:
            continue
        own = newest.get((heir, year))
        if heir == school or own is None or owner(inputs.schools, school, own.year) != heir:
            teachers[heir, year] = teachers.get((heir, year), Fraction(0)) + row.teachers
    return teachers


def tell_staff(
    inputs: Inputs,
    classes: Mapping[tuple[str, int, RatioLevel], int],
    teachers: Mapping[tuple[str, int], Fraction],
    warnings: Warnings,
) -> None:
    """Tell which schools teach Informatics and have no number of teachers, and how many keep an earlier year's."""
    if not inputs.staff:
        return
    taught = {(school, year) for (school, year, _), count in classes.items() if count}
    silent = sorted({inputs.schools[school].name for school, _ in taught - teachers.keys()})
    stated = {(row.school, row.year) for row in inputs.staff}
    held = (taught & teachers.keys()) - stated
    if silent:
        named = (*silent[:3], *(("…",) if silent[3:] else ()))
        warnings.append(("staff_unknown", {"count": len(silent), "schools": named}))
    if held:
        warnings.append(("staff_held", {"rows": len(held), "schools": len({school for school, _ in held})}))

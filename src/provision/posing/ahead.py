"""Years whose pupils no table gives: projected, marked, and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from provision.domain.inputs import Inputs
from provision.domain.years import format_school_year
from provision.posing.needs import Owners
from provision.posing.warned import Warnings
from provision.projection import project
from provision.text import Named

_NAMED = 3


def with_years_ahead(inputs: Inputs, years: Sequence[int]) -> Inputs:
    """Return the inputs with rows for the schools and years of a horizon that have none; their tables stay."""
    ahead = project(inputs.enrolment, inputs.schools, years)
    if not ahead:
        return inputs
    rows = sorted((*inputs.enrolment, *ahead), key=lambda e: (e.school, e.year, e.grade))
    return replace(inputs, enrolment=tuple(rows))


def projected_of(inputs: Inputs, owners: Owners, years: Sequence[int]) -> frozenset[tuple[str, int]]:
    """Return the schools and school years with pupils that are projected and not overridden."""
    ours = {school for school, _ in owners}
    return frozenset(
        (e.school, e.year) for e in inputs.enrolment if e.projected and e.school in ours and e.year in years
    )


def tell_projected(inputs: Inputs, owners: Owners, years: Sequence[int], warnings: Warnings) -> None:
    """Warn of projected pupils by year, and of schools that lack a year which others of their unit have."""
    ahead = projected_of(inputs, owners, years)
    if not ahead:
        return
    pupils: Counter[int] = Counter()
    newest: dict[str, int] = {}
    for e in inputs.enrolment:
        if not e.projected:
            unit = inputs.schools[e.school].unit
            newest[unit] = max(e.year, newest.get(unit, e.year))
        elif (e.school, e.year) in ahead:
            pupils[e.year] += e.pupils
    by_year = tuple(Named((format_school_year(year), n)) for year, n in sorted(pupils.items()))
    warnings.append(("enrolment_projected", {"schools": len({s for s, _ in ahead}), "pupils": by_year}))
    behind = [(s, y) for s, y in sorted(ahead) if y <= newest[inputs.schools[s].unit]]
    if behind:
        named = tuple(f"{inputs.schools[s].name} ({format_school_year(y)})" for s, y in behind[:_NAMED])
        more = ("…",) if behind[_NAMED:] else ()
        warnings.append(("enrolment_behind", {"rows": len(behind), "schools": (*named, *more)}))

"""One school that plans for itself: a unit of its own, with its part of the money that it shares with others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from provision.domain.budget import Grant
from provision.domain.freeze import Carried
from provision.domain.inputs import Inputs
from provision.domain.roadmap import Roadmap
from provision.domain.school import Unit, owner
from provision.domain.years import format_school_year
from provision.errors import ProvisionError
from provision.intake.near import nearest
from provision.posing.needs import owners_of
from provision.posing.warned import Warnings
from provision.text import Key, Named, Share, Words


def refuse_unknown(inputs: Inputs, codes: Sequence[str]) -> None:
    """Refuse a code that is neither a unit's nor a school's; the units and the schools of a like code are told.

    Raises
    ------
    ProvisionError
        Where there is such a code.

    """
    for code in codes:
        if code not in inputs.units and code not in inputs.schools:
            known, like = ", ".join(inputs.units), ", ".join(nearest(code, inputs.schools))
            if like:
                raise ProvisionError("school_unknown", school=code, like=like, known=known)
            raise ProvisionError("unit_unknown", unit=code, known=known)


def one_school(inputs: Inputs, codes: Sequence[str]) -> str | None:
    """Return the school that plans for itself, None where units plan.

    Raises
    ------
    ProvisionError
        Where a school is to be planned with others: their unit is who does that.

    """
    schools = [code for code in codes if code not in inputs.units]
    if schools and len(codes) > 1:
        raise ProvisionError("school_with_others", school=schools[0], unit=inputs.schools[schools[0]].unit)
    return schools[0] if schools else None


def alone(inputs: Inputs, code: str, years: Sequence[int]) -> Inputs:
    """Return inputs in which a school, with all that merges into it in some school years, is a unit of its own.

    It has the money that names it alone. Of other money of its unit it has a share: its pupils of grades 3-9 by those
    of all schools that money is for. A year that its unit has carried out is over for the school too.

    Raises
    ------
    ProvisionError
        Where the school merges into another in these years, or its unit could not plan without another.

    """
    school = inputs.schools[code]
    unit = inputs.units[school.unit]
    owners_of(inputs, [s.code for s in inputs.schools.values() if s.unit == unit.code], years)
    for year in years:
        heir = owner(inputs.schools, code, year)
        if heir not in (code, None):
            raise ProvisionError("school_merges", school=code, other=heir, unit=unit.code)
    family = {s.code for s in inputs.schools.values() if s.unit == unit.code and _comes(inputs, s.code, code, years)}
    pupils: Counter[tuple[str | None, int]] = Counter()
    for e in inputs.enrolment:
        if 3 <= e.grade <= 9:
            pupils[owner(inputs.schools, e.school, e.year), e.year] += e.pupils
    return replace(
        inputs,
        units=MappingProxyType(dict(inputs.units) | {code: letterhead(inputs, code)}),
        schools=MappingProxyType(
            {s.code: replace(s, unit=code) if s.code in family else s for s in inputs.schools.values()}
        ),
        budget=tuple(_granted(inputs, g, code, family, pupils) if g.unit == unit.code else g for g in inputs.budget),
        carried=inputs.carried + _years_over(inputs, code, family),
    )


def as_planned(inputs: Inputs, codes: Sequence[str]) -> Inputs:
    """Return inputs in which who plans is a unit: as they are, or of one school in all its unit's years with money.

    Raises
    ------
    ProvisionError
        Where there is no such unit or school, or the school cannot plan alone.

    """
    refuse_unknown(inputs, codes)
    school = one_school(inputs, codes)
    return inputs if school is None else alone(inputs, school, inputs.years_with_money([inputs.unit_of(school)]))


def letterhead(inputs: Inputs, code: str) -> Unit:
    """Return who issues and signs what is planned: the unit of a code, or the school itself with its head."""
    if code in inputs.units:
        return inputs.units[code]
    school = inputs.schools[code]
    signs = Words("vi")("alone.signatory")
    return replace(
        inputs.units[school.unit],
        code=code,
        name=school.name,
        kind="school",
        issuer=school.name,
        signatory_title=signs,
    )


def tell_alone(inputs: Inputs, code: str, roadmap: Roadmap, years: Sequence[int], warnings: Warnings) -> None:
    """Tell what a school that plans for itself gets of others' money, who comes along, and what it is not asked."""
    warnings.append(("school_alone", {"school": inputs.schools[code].name}))
    parts = [g for g in inputs.budget if g.unit == code and g.share < 1]
    if parts:
        first = min((g.year for g in parts if g.year in years), default=parts[0].year)
        funds = tuple(Named((g.name_vi, Share(g.share))) for g in parts if g.year == first)
        warnings.append(("school_share", {"year": format_school_year(first), "funds": funds}))
    others = tuple(s.name for s in inputs.schools.values() if s.unit == code and s.code != code)
    if others:
        warnings.append(("school_brings", {"schools": others}))
    items = tuple(Key(f"item.{m.item}") for m in roadmap.minimums if m.per == "unit")
    if items:
        warnings.append(("school_unit_minimums", {"items": items}))


def asked_of_schools(roadmap: Roadmap) -> Roadmap:
    """Return a roadmap without what it asks of units for themselves."""
    return replace(roadmap, minimums=tuple(m for m in roadmap.minimums if m.per != "unit"))


def _comes(inputs: Inputs, one: str, code: str, years: Sequence[int]) -> bool:
    """Say whether a school is another, or merges into it by the end of some school years."""
    return one == code or any(owner(inputs.schools, one, year) == code for year in years)


def _granted(
    inputs: Inputs, grant: Grant, code: str, family: set[str], pupils: Mapping[tuple[str | None, int], int]
) -> Grant:
    """Return a fund's year of the unit as the school's own with its share; as it is where the school gets nothing."""
    if grant.schools == ("all",):
        named = {s.code for s in inputs.schools.values() if s.unit == grant.unit}
    elif grant.schools == ("disadvantaged",):
        named = {s.code for s in inputs.schools.values() if s.unit == grant.unit and s.disadvantaged}
    else:
        named = set(grant.schools)
    payees = {owner(inputs.schools, s, grant.year) for s in named}
    if payees.isdisjoint(family):
        return grant
    if payees - {None} <= family:
        return replace(grant, unit=code)
    ours, all_of_them = (
        sum(pupils[s, grant.year] for s in some if s is not None) for some in (payees & family, payees)
    )
    return replace(grant, unit=code, share=Fraction(ours, all_of_them or 1))


def _years_over(inputs: Inputs, code: str, family: set[str]) -> tuple[Carried, ...]:
    """Return a purchase of nothing in the last year that the unit has carried out, where the school tells none."""
    unit = inputs.schools[code].unit
    places = {unit, *(s.code for s in inputs.schools.values() if s.unit == unit)}
    done = [c for c in inputs.carried if c.state == "done" and c.school in places]
    last = max(done, key=lambda c: c.year, default=None)
    if last is None or any(c.school in family and c.year == last.year for c in done):
        return ()
    return (replace(last, school=code, quantity=0, unit_price=0),)

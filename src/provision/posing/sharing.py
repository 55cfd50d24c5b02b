"""Money that units share: who is planned together for it, and what of it comes to the units planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from provision.domain.budget import Grant
from provision.domain.inputs import Inputs
from provision.domain.scenario import Scenario, exact
from provision.domain.years import format_school_year, parse_school_year
from provision.errors import Fault
from provision.posing.given import cell_fault, cells_of
from provision.text import Money

Shares = dict[tuple[str, int], int]
"""Whole VND of shared funds by fund and school year."""


def together(inputs: Inputs, units: Sequence[str], *, one_pack: bool = False) -> tuple[tuple[str, ...], ...]:
    """Return units in groups to be planned as one: where a fund is shared those of one pack, else each by itself.

    Units of other packs (unless ``one_pack`` is for all), or that have carried out other years, are another plan: of
    a shared fund each has the share of its pupils.
    """
    done: dict[str, int] = {}
    for c in inputs.carried:
        if c.state == "done":
            unit = inputs.schools[c.school].unit if c.school in inputs.schools else c.school
            done[unit] = max(c.year, done.get(unit, c.year))
    groups: dict[object, list[str]] = {}
    for unit in units:
        pack = "" if one_pack else inputs.units[unit].roadmap
        groups.setdefault((pack, done.get(unit)) if inputs.is_shared else unit, []).append(unit)
    return tuple(tuple(sorted(group)) for group in groups.values())


def shares_of(scenario: Scenario) -> Shares:
    """Return what a scenario says comes to the units planned, in whole VND by shared fund and school year."""
    return {(fund, parse_school_year(year)): n for (fund, year), n in cells_of(scenario, "share").items()}


def moved_by_hand(scenario: Scenario) -> Mapping[str, object]:
    """Return the levers a planner moved: what a plan of several units agreed on for this one is no lever of hers."""
    cells = {path: n for path, n in scenario.overrides.items() if not path.startswith("share/")}
    moved = dict(scenario.moved()) | {"overrides": cells}
    return moved if cells else {name: value for name, value in moved.items() if name != "overrides"}


def pupil_share(inputs: Inputs, units: Sequence[str], year: int) -> Fraction:
    """Return the units' share of all pupils of grades 3-9 in a school year; 0 where there are none."""
    rows = [e for e in inputs.enrolment if e.year == year and 3 <= e.grade <= 9]
    ours = sum(e.pupils for e in rows if inputs.schools[e.school].unit in units)
    return Fraction(ours, sum(e.pupils for e in rows) or 1)


def money_of(inputs: Inputs, units: Sequence[str]) -> list[Grant]:
    """Return the funds of some units by school year, each with the share that is theirs, also of shared ones."""
    ours = [g for g in inputs.budget if g.unit is None or g.unit in units]
    if set(units) == set(inputs.units):
        return ours
    shares = {year: pupil_share(inputs, units, year) for year in {g.year for g in ours if g.unit is None}}
    return [g if g.unit is not None else replace(g, share=shares[g.year]) for g in ours]


def refuse_shares(
    inputs: Inputs, scenario: Scenario, years: Sequence[int], frozen_until: int | None, faults: list[Fault]
) -> None:
    """Refuse a share of a fund that nobody shares, or of more than the fund has had by that school year.

    What a fund has are its amounts, with the scenario's factors on those not yet carried out, and what it may keep.
    """
    shares = shares_of(scenario)
    for fund in sorted({fund for fund, _ in shares}):
        rows = {g.year: g for g in inputs.budget if g.unit is None and g.fund == fund}
        factor = exact(scenario.budget_factor) * exact(scenario.fund_factor.get(fund, 1))
        there = 0
        for year in sorted({*years, *(y for f, y in shares if f == fund)}):
            grant = rows.get(year)
            if grant is not None and year in years:
                there += floor(grant.amount * (factor if frozen_until is None or year > frozen_until else 1))
            path = f"share/{fund}/{format_school_year(year)}"
            share = shares.get((fund, year), 0)
            if (fund, year) in shares and not rows:
                faults.append(cell_fault("override_unknown", scenario, path))
            elif share > there:
                faults.append(cell_fault("share_too_much", scenario, path, there=Money(there)))
            keeps = max(((y, g.carry_over) for y, g in rows.items() if y <= year), default=(0, Fraction(0)))[1]
            there = max(0, min(there - share, floor(keeps * there)))

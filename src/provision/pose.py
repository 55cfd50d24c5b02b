"""Inputs, roadmap and scenario -> a problem in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Any, cast

from provision.demand import levels_in_force, need_of_pupils
from provision.domain.catalogue import Option, compound, default_life
from provision.domain.inputs import Inputs
from provision.domain.problem import PUPIL_COMPUTER, Demand, FundKey, Problem, Purse
from provision.domain.roadmap import RatioBasis, Roadmap, Rounding
from provision.domain.scenario import Scenario, exact
from provision.domain.school import RatioLevel, owner
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.crosschecks import warnings_of
from provision.intake.scenarios import check_scenario
from provision.text import Key, Share

Warnings = list[tuple[str, dict[str, object]]]


def pose(inputs: Inputs, units: Sequence[str], roadmap: Roadmap, scenario: Scenario | None = None) -> Problem:
    """Return the question of some units, planned as one, under a roadmap and a scenario.

    Raises
    ------
    ProvisionError
        For a unit the data does not have, a horizon without money, or a merger into a unit not planned.
    FaultyInput
        Where pupils are absent for a year, a ratio is not stated, the pack names a school the data lacks, or a
        lever is out of bounds.
    """
    scenario = scenario or Scenario()
    check_scenario(scenario)
    for unit in units:
        if unit not in inputs.units:
            raise ProvisionError("unit_unknown", unit=unit, known=", ".join(inputs.units))
    units = tuple(sorted(set(units)))
    years = _horizon(inputs, units, scenario)
    schools = tuple(code for code, s in inputs.schools.items() if s.unit in units)
    owners = _owners(inputs, schools, years)
    warnings: Warnings = warnings_of(inputs, units, years)
    _refuse_gaps(inputs, units, schools, owners, years, roadmap, scenario, warnings)

    if roadmap.minimums:
        warnings.append(("minimums_not_planned", {"items": tuple(Key(f"item.{m.item}") for m in roadmap.minimums)}))
    options = _options(inputs, scenario, warnings)
    pupils = _pupils(inputs, owners, years, scenario)
    prices = _prices(options, years, scenario)
    demand, basis_need = _demand(inputs, pupils, units, owners, years, roadmap, scenario)
    longest = max((o.life_years for o in options.values() if any((o.code, y) in prices for y in years)), default=1)
    last = years[-1] + longest - 1
    return Problem(
        units=units,
        unit_names=tuple(inputs.units[unit].name for unit in units),
        scenario=scenario,
        roadmap=roadmap,
        years=years,
        tail=longest - 1,
        schools=schools,
        names=MappingProxyType({code: inputs.schools[code].name for code in schools}),
        levels=MappingProxyType({code: inputs.schools[code].level for code in schools}),
        priority=MappingProxyType({
            code: exact(scenario.priority_weight) if inputs.schools[code].disadvantaged else Fraction(1)
            for code in schools
        }),
        owners=MappingProxyType(owners),
        open_schools=frozenset((s, y) for s in schools for y in years if inputs.schools[s].is_open(y)),
        demand=MappingProxyType(demand),
        basis_need=MappingProxyType(basis_need),
        learners=MappingProxyType(_learners(pupils, roadmap, years)),
        largest_class=MappingProxyType(_largest_class(inputs, owners, years)),
        stock=MappingProxyType(_stock(inputs, owners, years, last, scenario, warnings)),
        options=MappingProxyType(options),
        prices=MappingProxyType(prices),
        purses=MappingProxyType(_purses(inputs, units, owners, years, scenario, warnings)),
        fund_names=MappingProxyType({
            (g.unit or "", g.fund): (g.name_vi, g.name_en) for g in inputs.budget if g.unit is None or g.unit in units
        }),
        illustrative=inputs.is_illustrative(units),
        warnings=tuple(warnings),
    )


def default_roadmap(inputs: Inputs, units: Sequence[str]) -> str:
    """Return the pack some units name as theirs.

    Raises
    ------
    ProvisionError
        Where a unit is unknown or the units name different packs: the planner must choose one.
    """
    for unit in units:
        if unit not in inputs.units:
            raise ProvisionError("unit_unknown", unit=unit, known=", ".join(inputs.units))
    packs = sorted({inputs.units[unit].roadmap for unit in units})
    if len(packs) != 1:
        raise ProvisionError("roadmap_differs", packs=", ".join(packs))
    return packs[0]


def _horizon(inputs: Inputs, units: Sequence[str], scenario: Scenario) -> tuple[int, ...]:
    budgeted = [g.year for g in inputs.budget if g.unit is None or g.unit in units]
    asked = scenario.horizon_years()
    if asked is None and not budgeted:
        raise ProvisionError("no_budget", units=", ".join(units))
    first, last = asked or (min(budgeted), max(budgeted))
    return tuple(range(first, last + 1))


def _owners(inputs: Inputs, schools: Sequence[str], years: Sequence[int]) -> dict[tuple[str, int], str | None]:
    owners = {(s, y): owner(inputs.schools, s, y) for s in schools for y in years}
    for (school, _), heir in owners.items():
        if heir is not None and heir not in schools:
            raise ProvisionError("merger_outside", school=school, other=heir, unit=inputs.schools[heir].unit)
    return owners


def _refuse_gaps(
    inputs: Inputs,
    units: Sequence[str],
    schools: Sequence[str],
    owners: Mapping[tuple[str, int], str | None],
    years: Sequence[int],
    roadmap: Roadmap,
    scenario: Scenario,
    warnings: Warnings,
) -> None:
    """Refuse what would have to be guessed: pupils not stated, ratios not stated, schools and funds not known."""
    faults: list[Fault] = []
    stated = {(owners.get((e.school, e.year)), e.year) for e in inputs.enrolment}
    for code in schools:
        school = inputs.schools[code]
        absent = [y for y in years if school.is_open(y) and (code, y) not in stated]
        if school.level != "kindergarten" and absent:
            details: dict[str, object] = {"years": ", ".join(map(format_school_year, absent))}
            faults.append(Fault("pupils_absent", "enrolment.csv", None, "school_id", code, school.unit, details))
    for level in sorted(levels_in_force(roadmap, years)):
        if roadmap.ratio(level) is None and getattr(scenario, f"{level}_ratio") is None:
            faults.append(Fault("ratio_absent", f"{roadmap.code}.toml", column="ratio", found=level))
    strangers = sorted({s for phase in roadmap.phases for s in phase.schools if s not in inputs.schools})
    if strangers and any(inputs.units[unit].roadmap == roadmap.code for unit in units):
        faults.extend(Fault("pack_school_unknown", f"{roadmap.code}.toml", column="phase.schools", found=s) for s in strangers)
    elif strangers:
        warnings.append(("pack_school_unknown", {"schools": ", ".join(strangers)}))
    funds = {g.fund for g in inputs.budget if g.unit is None or g.unit in units}
    for fund in sorted(set(scenario.fund_factor) - funds):
        details = {"known": ", ".join(sorted(funds))}
        faults.append(Fault("lever_fund_unknown", scenario.name, column="fund_factor", found=fund, details=details))
    if faults:
        raise FaultyInput(faults)


def _pupils(
    inputs: Inputs, owners: Mapping[tuple[str, int], str | None], years: Sequence[int], scenario: Scenario
) -> dict[tuple[str, int, int], int]:
    growth = exact(scenario.enrolment_growth)
    pupils: dict[tuple[str, int, int], int] = {}
    for e in inputs.enrolment:
        heir = owners.get((e.school, e.year))
        if heir is not None:
            key = (heir, e.year, e.grade)
            pupils[key] = pupils.get(key, 0) + compound(e.pupils, growth, e.year - years[0])
    return pupils


def _demand(
    inputs: Inputs,
    pupils: Mapping[tuple[str, int, int], int],
    units: Sequence[str],
    owners: Mapping[tuple[str, int], str | None],
    years: Sequence[int],
    roadmap: Roadmap,
    scenario: Scenario,
) -> tuple[dict[tuple[str, str, int], Demand], dict[tuple[str, int], int]]:
    """Return the demand of the basis in force, and the mandatory need of the units by basis and year."""
    ratios: dict[RatioLevel, Fraction] = {}
    for level in levels_in_force(roadmap, years):
        lever, stated = getattr(scenario, f"{level}_ratio"), roadmap.ratio(level)
        if lever is not None:
            ratios[level] = exact(lever)
        elif stated is not None:
            ratios[level] = stated.pupils_per_machine
    rounding = cast(Rounding, scenario.rounding or roadmap.rounding)
    in_force = scenario.ratio_basis or roadmap.ratio_basis
    demand: dict[tuple[str, str, int], Demand] = {}
    basis_need: dict[tuple[str, int], int] = {}
    for year in years:
        named = _with_named_successors(roadmap, owners, year)
        for basis in ("covered", "enrolled"):
            for unit in units:
                rows = need_of_pupils(
                    pupils,
                    [s for s, y in owners if y == year and owners[s, y] == s and inputs.schools[s].unit == unit],
                    year,
                    roadmap=named,
                    ratios=ratios,
                    basis=cast(RatioBasis, basis),
                    rounding=rounding,
                )
                basis_need[basis, year] = basis_need.get((basis, year), 0) + sum(n for n, _, _ in rows.values())
                if basis == in_force:
                    demand |= {(s, PUPIL_COMPUTER, year): Demand(*row) for s, row in rows.items()}
    return demand, basis_need


def _learners(
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


def _largest_class(
    inputs: Inputs, owners: Mapping[tuple[str, int], str | None], years: Sequence[int]
) -> dict[tuple[str, int], int]:
    """Return the pupils per class of the fullest of grades 3-9, rounded up, by school and year."""
    largest: dict[tuple[str, int], int] = {}
    for e in inputs.enrolment:
        heir = owners.get((e.school, e.year))
        if heir is not None and e.classes and e.grade >= 3 and e.year in years:
            largest[heir, e.year] = max(largest.get((heir, e.year), 0), -(-e.pupils // e.classes))
    return largest


def _with_named_successors(roadmap: Roadmap, owners: Mapping[tuple[str, int], str | None], year: int) -> Roadmap:
    """Return the roadmap with each school a phase names replaced by who has its pupils in a school year."""
    phases = tuple(
        replace(p, schools=tuple(owners.get((s, year)) or s for s in p.schools)) for p in roadmap.phases
    )
    return replace(roadmap, phases=phases)


def _options(inputs: Inputs, scenario: Scenario, warnings: Warnings) -> dict[str, Option]:
    """Return the options that may be bought: those of pupil computers, with the life the scenario sets."""
    usable = [o for o in inputs.catalogue if o.item == PUPIL_COMPUTER and o.mode == "buy"]
    others = [o.code for o in inputs.catalogue if o not in usable]
    if others:
        warnings.append(("options_not_planned", {"options": ", ".join(others)}))
    life = scenario.life_years
    return {o.code: o if life is None else replace(o, life_years=life) for o in usable}


def _prices(options: Mapping[str, Option], years: Sequence[int], scenario: Scenario) -> dict[tuple[str, int], int]:
    growth = exact(scenario.price_growth)
    prices = {(o.code, y): o.price(y, growth=growth, first_year=years[0]) for o in options.values() for y in years}
    return {key: price for key, price in prices.items() if price is not None}


def _stock(
    inputs: Inputs,
    owners: Mapping[tuple[str, int], str | None],
    years: Sequence[int],
    last: int,
    scenario: Scenario,
    warnings: Warnings,
) -> dict[tuple[str, str, int], int]:
    """Return surviving items by owner, item and school year, to the end of the tail."""
    stock: dict[tuple[str, str, int], int] = {}
    ownerless: set[str] = set()
    for lot in inputs.inventory:
        if lot.item != PUPIL_COMPUTER or (lot.school, years[0]) not in owners:
            continue
        life = scenario.life_years or default_life(inputs.catalogue, lot.item) or 0
        for year in range(years[0], last + 1):
            left = lot.surviving(year, life=life, first_year=years[0])
            heir = owners[lot.school, min(year, years[-1])]
            if left and heir is None:
                ownerless.add(lot.school)
            elif left and heir is not None:
                stock[heir, lot.item, year] = stock.get((heir, lot.item, year), 0) + left
    if ownerless:
        warnings.append(("stock_of_closed", {"schools": ", ".join(sorted(ownerless))}))
    return stock


def _purses(
    inputs: Inputs,
    units: Sequence[str],
    owners: Mapping[tuple[str, int], str | None],
    years: Sequence[int],
    scenario: Scenario,
    warnings: Warnings,
) -> dict[tuple[FundKey, int], Purse]:
    """Return every fund in every school year of the horizon.

    A year a fund has no row for has no new money, and the rules of the fund's newest earlier row.
    """
    grants: dict[FundKey, list[Any]] = {}
    for g in inputs.budget:
        if g.unit is None or g.unit in units:
            grants.setdefault((g.unit or "", g.fund), []).append(g)
    purses: dict[tuple[FundKey, int], Purse] = {}
    shared: dict[int, Fraction] = {}
    for fund, rows in sorted(grants.items()):
        factor = exact(scenario.budget_factor) * exact(scenario.fund_factor.get(fund[1], 1))
        for year in years:
            earlier = [g for g in rows if g.year <= year]
            rules = max(earlier or rows, key=lambda g: g.year if earlier else -g.year)
            share = Fraction(1)
            if fund[0] == "" and set(units) != set(inputs.units):
                share = shared.setdefault(year, _pupil_share(inputs, units, year))
            amount = rules.amount if rules.year == year else 0
            purses[fund, year] = Purse(
                amount=floor(amount * share * factor),
                carry_over=rules.carry_over,
                modes=frozenset(rules.modes) or None,
                items=frozenset(rules.items) or None,
                schools=_payable(inputs, fund[0], rules.schools, units, owners, year),
            )
    if shared:
        first = min(shared)
        details: dict[str, object] = {"share": Share(shared[first]), "year": format_school_year(first)}
        warnings.append(("shared_fund", details))
    return purses


def _pupil_share(inputs: Inputs, units: Sequence[str], year: int) -> Fraction:
    """Return the units' share of all pupils of grades 3-9 in a school year; 0 where there are none."""
    rows = [e for e in inputs.enrolment if e.year == year and 3 <= e.grade <= 9]
    ours = sum(e.pupils for e in rows if inputs.schools[e.school].unit in units)
    return Fraction(ours, sum(e.pupils for e in rows) or 1)


def _payable(
    inputs: Inputs,
    unit: str,
    named: tuple[str, ...],
    units: Sequence[str],
    owners: Mapping[tuple[str, int], str | None],
    year: int,
) -> frozenset[str] | None:
    """Return the schools a fund may pay for in a school year, None for all of the units planned."""
    if named == ("all",):
        return None if unit == "" or len(units) == 1 else frozenset(s for s, y in owners if inputs.schools[s].unit == unit)
    if named == ("disadvantaged",):
        wanted = {s for s, y in owners if inputs.schools[s].disadvantaged}
        return frozenset(s for s in wanted if unit in ("", inputs.schools[s].unit))
    heirs = {owners[s, year] for s in named if (s, year) in owners}
    return frozenset(heir for heir in heirs if heir is not None)

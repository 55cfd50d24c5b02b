"""Inputs, roadmap and scenario -> a problem in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

from provision.demand import levels_in_force
from provision.domain.inputs import Inputs
from provision.domain.problem import LAB, PUPIL_COMPUTER, UNIT, Problem
from provision.domain.roadmap import Arrangement, Roadmap
from provision.domain.scenario import BY_FUND, LONGEST_HORIZON, Scenario, exact
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.crosschecks import warnings_of
from provision.intake.places import in_book
from provision.intake.scenarios import check_scenario
from provision.posing.ahead import projected_of, tell_projected, with_years_ahead
from provision.posing.alone import alone, asked_of_schools, one_school, refuse_unknown, tell_alone
from provision.posing.elsewhere import levers_here
from provision.posing.given import (
    facts_of,
    locks_of,
    overridden,
    refuse_frozen_money,
    refuse_strange_things,
    refuse_unknown_funds,
    tell_cells_outside,
)
from provision.posing.means import (
    freight_of,
    options_of,
    prices_of,
    priority_of,
    purses_of,
    tails_of,
    tell_money_before,
)
from provision.posing.minimums import (
    COMPANIONS,
    asked_of,
    carrier_faults,
    companions_of,
    lab_demand,
    minimum_demand,
    tell_idle,
    weights_of,
)
from provision.posing.needs import (
    Owners,
    classes_taught,
    demand_of,
    holders_of,
    largest_class,
    learners_of,
    owners_of,
    pupils_of,
)
from provision.posing.oddities import tell_idle_money, tell_merged_away, tell_pack, tell_things, tell_uncounted
from provision.posing.reconciled import reconcile
from provision.posing.sharing import refuse_shares
from provision.posing.staff import teachers_of, tell_staff
from provision.posing.things import cohorts_of, labs_of, repairable_of, rooms_of, spare_of, stock_of, tell_lessons
from provision.posing.warned import Warnings

_LOOKED_UP = ("overrides", *BY_FUND)
"""Levers whose cells and funds are looked up in the data: one that is not there leaves the rest to be checked."""


def pose(inputs: Inputs, units: Sequence[str], roadmap: Roadmap, scenario: Scenario | None = None) -> Problem:
    """Return the question of some units, planned as one, or of one school alone, under a roadmap and a scenario.

    Raises
    ------
    ProvisionError
        For a unit or school the data does not have, a school with others, a horizon without money, or a merger into
        a unit not planned.
    FaultyInput
        Where pupils of a year are neither given nor can be projected, a ratio is not stated, the pack names a school
        the data lacks, or a lever is out of bounds.

    """
    try:
        return _posed(inputs, units, roadmap, scenario or Scenario())
    except FaultyInput as faulty:
        raise FaultyInput(in_book(fault, inputs.book) for fault in faulty.faults) from None


def _posed(inputs: Inputs, units: Sequence[str], roadmap: Roadmap, scenario: Scenario) -> Problem:
    """Return the question; faults of tables are named as files."""
    check_scenario(scenario)
    refuse_unknown(inputs, units)
    units = tuple(sorted(set(units)))
    school, planning = one_school(inputs, units), tuple(map(inputs.unit_of, units))
    faults: list[Fault] = []
    years = _horizon(inputs, planning, scenario)
    given, scenario = scenario, levers_here(inputs, planning, scenario)
    everywhere, roadmap = roadmap, roadmap.arranged(cast("Arrangement | None", scenario.arrangement))
    everything = overridden(with_years_ahead(inputs, years), given, faults)
    if school is not None:
        inputs, everything = alone(inputs, school, years), alone(everything, school, years)
    stated = inputs.behind(units, roadmap.schools_named)
    schools = tuple(code for code, s in inputs.schools.items() if s.unit in units)
    owners, holders = owners_of(inputs, schools, years), holders_of(inputs, schools, years)
    refuse_unknown_funds(inputs, units, given, faults)
    inputs = everything.behind(units, roadmap.schools_named)  # what a plan keeps: posed again from it, it is the same
    warnings: Warnings = list(warnings_of(inputs, units, years, growth=exact(scenario.enrolment_growth)))
    tell_pack(everywhere, scenario, warnings)
    tell_projected(inputs, owners, years, warnings)
    if school is not None:
        tell_alone(inputs, school, roadmap, years, warnings)
        roadmap = asked_of_schools(roadmap)
    _find_gaps(inputs, units, schools, owners, years, roadmap, scenario, warnings, faults)
    asked = asked_of(inputs, roadmap, warnings)
    own = units if asked.of_units else ()
    refuse_strange_things(inputs, units, asked, faults)
    until, facts, promised = facts_of(inputs, owners, own, years, warnings, faults)
    if any(fault.column not in _LOOKED_UP for fault in faults):
        raise FaultyInput(faults)

    tell_cells_outside(scenario, years, warnings)
    options = options_of(inputs, asked, scenario, warnings)
    tell_idle(asked, options, warnings)
    prices = prices_of(options, years, scenario, faults)
    companions = companions_of(asked, inputs, prices)
    prices = {key: price for key, price in prices.items() if all(code for code, _ in companions.get(key, ()))}
    purses = purses_of(inputs, units, owners, years, scenario, until, warnings)
    tell_money_before(inputs, units, years, warnings)
    freight = freight_of(inputs, asked.items, years, scenario, faults)
    repairable = repairable_of(inputs, asked.items, owners, years, warnings)
    refuse_frozen_money(scenario, years, until, faults)
    refuse_shares(inputs, scenario, years, until, faults)
    locks = locks_of(everything, units, given, owners, own, options, prices, purses, companions, until, faults)
    if faults:
        raise FaultyInput(faults)

    pupils = pupils_of(inputs, owners, years, scenario)
    demand, basis_need, counted = demand_of(inputs, pupils, units, owners, years, roadmap, scenario)
    asked_for = minimum_demand(asked, inputs, units, owners, years)
    demand |= asked_for | lab_demand(asked, demand, asked_for)
    bought = frozenset(code for code, _ in prices) | {option for _, option, _ in facts}
    tails = tails_of(options, asked.items, bought, scenario)
    spans = {item: range(years[0], years[-1] + tails[item] + 1) for item in asked.items}
    cohorts = cohorts_of(inputs, asked.items, owners, years, tails, scenario, warnings)
    stock = stock_of(cohorts, owners, spans)
    spare = spare_of(stock_of(cohorts, holders, spans), demand, years[-1])
    labs = labs_of(inputs, owners)
    can_set_up = any(option.mode == "setup" for option in options.values())
    classes = classes_taught(inputs, owners, years, roadmap, optional=scenario.optional_grades)
    tell_lessons(roadmap.labs, labs, classes, warnings, can_set_up=can_set_up)
    teachers = teachers_of(inputs, owners, years)
    tell_staff(inputs, classes, teachers, warnings)
    tell_things(cohorts, owners, years, scenario, spare, freight, purses, options, companions, warnings)
    tell_uncounted(inputs, asked.items, owners, years, warnings)
    tell_idle_money(inputs, units, purses, warnings)
    tell_merged_away(inputs, owners, years, warnings)
    problem = Problem(
        units=units,
        unit_names=tuple(inputs.units[unit].name for unit in units),
        is_one_school=school is not None,
        scenario=scenario,
        roadmap=roadmap,
        years=years,
        tails=MappingProxyType(tails),
        schools=(*schools, *own),
        names=MappingProxyType(
            {code: inputs.schools[code].name for code in schools} | {unit: inputs.units[unit].name for unit in own}
        ),
        levels=MappingProxyType({code: inputs.schools[code].level for code in schools} | dict.fromkeys(own, UNIT)),
        unit_of=MappingProxyType({code: inputs.schools[code].unit for code in schools} | {u: u for u in own}),
        priority=MappingProxyType(priority_of(inputs, (*schools, *own), scenario)),
        owners=MappingProxyType(owners | {(u, y): u for u in own for y in years}),
        holders=MappingProxyType(holders | {(u, y): u for u in own for y in years}),
        open_schools=frozenset(
            {(s, y) for s in schools for y in years if inputs.schools[s].is_open(y)}
            | {(u, y) for u in own for y in years}
        ),
        demand=MappingProxyType(demand),
        weights=MappingProxyType(weights_of(asked)),
        basis_need=MappingProxyType(basis_need),
        learners=MappingProxyType(learners_of(pupils, roadmap, years)),
        counted=MappingProxyType(counted),
        classes=MappingProxyType(classes),
        teachers=MappingProxyType(teachers),
        projected=projected_of(inputs, owners, years),
        largest_class=MappingProxyType(largest_class(inputs, owners, years)),
        cohorts=MappingProxyType(cohorts),
        stock=MappingProxyType(stock),
        spare=MappingProxyType(spare),
        repairable=MappingProxyType(repairable),
        rooms=MappingProxyType(rooms_of(asked.lab, labs, stock)),
        seats=asked.lab.seats if asked.lab is not None and asked.lab.gate else None,
        options=MappingProxyType(options),
        prices=MappingProxyType(prices),
        companions=MappingProxyType({key: rows for key, rows in companions.items() if key in prices}),
        freight=MappingProxyType(freight),
        purses=MappingProxyType(purses),
        fund_names=MappingProxyType(
            {
                (g.unit or "", g.fund): (g.name_vi, g.name_en)
                for g in inputs.budget
                if g.unit is None or g.unit in units
            }
        ),
        frozen_until=until,
        facts=MappingProxyType(facts),
        promised=MappingProxyType({key: n for key, n in promised.items() if key[1] not in asked.coming}),
        locks=MappingProxyType(locks),
        illustrative=inputs.is_illustrative(units),
        warnings=tuple(warnings),
        scoring=inputs.scoring,
    )
    return replace(problem, reconciliation=reconcile(problem, pupils, stated=stated, given=inputs))


def default_roadmap(inputs: Inputs, units: Sequence[str]) -> str:
    """Return the pack some units name as theirs.

    Raises
    ------
    ProvisionError
        Where a unit is unknown or the units name different packs: the planner must choose one.

    """
    refuse_unknown(inputs, units)
    packs = sorted({inputs.units[inputs.unit_of(unit)].roadmap for unit in units})
    if len(packs) != 1:
        raise ProvisionError("roadmap_differs", packs=", ".join(packs))
    return packs[0]


def _horizon(inputs: Inputs, units: Sequence[str], scenario: Scenario) -> tuple[int, ...]:
    budgeted = inputs.years_with_money(units)
    asked = scenario.horizon_years()
    if asked is None and not budgeted:
        raise ProvisionError("no_budget", units=", ".join(units))
    first, last = asked or (min(budgeted), max(budgeted))
    if last - first >= LONGEST_HORIZON:
        found = f"{format_school_year(first)}..{format_school_year(last)}"
        raise FaultyInput([Fault("horizon_too_long", "budget.csv", column="school_year", found=found)])
    return tuple(range(first, last + 1))


def _find_gaps(
    inputs: Inputs,
    units: Sequence[str],
    schools: Sequence[str],
    owners: Owners,
    years: Sequence[int],
    roadmap: Roadmap,
    scenario: Scenario,
    warnings: Warnings,
    faults: list[Fault],
) -> None:
    """Find what would have to be guessed: pupils not stated, ratios not stated, schools and funds not known."""
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
    strangers = sorted(roadmap.schools_named - inputs.schools.keys())
    if strangers and any(inputs.units[unit].roadmap == roadmap.code for unit in units):
        faults.extend(
            Fault("pack_school_unknown", f"{roadmap.code}.toml", column="phase.schools", found=s) for s in strangers
        )
    elif strangers:
        warnings.append(("pack_school_unknown", {"schools": ", ".join(strangers)}))
    taught = [p for year in years for p in roadmap.phases_in_force(year) if p.status == "mandatory"]
    if not taught:
        warnings.append(("no_grade_taught", {"roadmap": roadmap.code}))
    for m in roadmap.minimums:
        place: dict[str, Any] = {"file": f"{roadmap.code}.toml", "column": "minimum", "found": m.item}
        if m.per in (*COMPANIONS, "unit") and (m.levels or m.where != "all"):
            faults.append(Fault("companion_scope", **place))
        if m.item == PUPIL_COMPUTER or (m.per in COMPANIONS and m.item == LAB):
            faults.append(Fault("minimum_machines", **place))
    faults.extend(carrier_faults(inputs, roadmap))
    clash = sorted(set(units) & set(inputs.schools))
    if clash and any(m.per == "unit" for m in roadmap.minimums):
        faults.append(Fault("unit_is_school", "units.csv", column="unit", found=", ".join(clash)))

"""Inputs, roadmap and scenario -> a problem in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType

from provision.demand import levels_in_force
from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import LONGEST_HORIZON, Scenario, exact
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.crosschecks import warnings_of
from provision.intake.scenarios import check_scenario
from provision.posing.means import Warnings, options_of, prices_of, purses_of, stock_of
from provision.posing.needs import Owners, demand_of, largest_class, learners_of, owners_of, pupils_of
from provision.text import Key


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
    owners = owners_of(inputs, schools, years)
    warnings: Warnings = warnings_of(inputs, units, years)
    _refuse_gaps(inputs, units, schools, owners, years, roadmap, scenario, warnings)

    if roadmap.minimums:
        warnings.append(("minimums_not_planned", {"items": tuple(Key(f"item.{m.item}") for m in roadmap.minimums)}))
    options = options_of(inputs, scenario, warnings)
    pupils = pupils_of(inputs, owners, years, scenario)
    prices = prices_of(options, years, scenario)
    demand, basis_need = demand_of(inputs, pupils, units, owners, years, roadmap, scenario)
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
        priority=MappingProxyType(
            {
                code: exact(scenario.priority_weight) if inputs.schools[code].disadvantaged else Fraction(1)
                for code in schools
            }
        ),
        owners=MappingProxyType(owners),
        open_schools=frozenset((s, y) for s in schools for y in years if inputs.schools[s].is_open(y)),
        demand=MappingProxyType(demand),
        basis_need=MappingProxyType(basis_need),
        learners=MappingProxyType(learners_of(pupils, roadmap, years)),
        largest_class=MappingProxyType(largest_class(inputs, owners, years)),
        stock=MappingProxyType(stock_of(inputs, owners, years, last, scenario, warnings)),
        options=MappingProxyType(options),
        prices=MappingProxyType(prices),
        purses=MappingProxyType(purses_of(inputs, units, owners, years, scenario, warnings)),
        fund_names=MappingProxyType(
            {
                (g.unit or "", g.fund): (g.name_vi, g.name_en)
                for g in inputs.budget
                if g.unit is None or g.unit in units
            }
        ),
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
    if last - first >= LONGEST_HORIZON:
        found = f"{format_school_year(first)}..{format_school_year(last)}"
        raise FaultyInput([Fault("horizon_too_long", "budget.csv", column="school_year", found=found)])
    return tuple(range(first, last + 1))


def _refuse_gaps(
    inputs: Inputs,
    units: Sequence[str],
    schools: Sequence[str],
    owners: Owners,
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
        faults.extend(
            Fault("pack_school_unknown", f"{roadmap.code}.toml", column="phase.schools", found=s) for s in strangers
        )
    elif strangers:
        warnings.append(("pack_school_unknown", {"schools": ", ".join(strangers)}))
    funds = {g.fund for g in inputs.budget if g.unit is None or g.unit in units}
    for fund in sorted(set(scenario.fund_factor) - funds):
        details = {"known": ", ".join(sorted(funds))}
        faults.append(Fault("lever_fund_unknown", scenario.name, column="fund_factor", found=fund, details=details))
    if faults:
        raise FaultyInput(faults)

"""What a planner states beside the tables: single cells overridden, purchases locked, years carried out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from provision.domain.budget import Grant
from provision.domain.catalogue import Option
from provision.domain.inputs import Inputs
from provision.domain.problem import Fact, FundKey, Purse
from provision.domain.scenario import BY_FUND, Scenario
from provision.domain.years import format_school_year, parse_school_year
from provision.errors import Fault
from provision.posing.minimums import Asked
from provision.posing.needs import Owners
from provision.posing.warned import Warnings

_YEAR = re.compile(r"\d{4}-\d{4}")
Cells = dict[tuple[str, ...], int]


def cells_of(scenario: Scenario, kind: str) -> Cells:
    """Return the cells of one kind that a scenario overrides, by the parts of their path after the kind."""
    paths = {tuple(path.split("/")): value for path, value in scenario.overrides.items()}
    return {parts[1:]: value for parts, value in sorted(paths.items()) if parts[0] == kind}


def cell_fault(code: str, scenario: Scenario, path: str, **details: object) -> Fault:
    """Return the fault of a cell that a scenario overrides."""
    return Fault(code, scenario.source("overrides"), column="overrides", found=path, details=details)


def overridden(inputs: Inputs, scenario: Scenario, faults: list[Fault]) -> Inputs:
    """Return the inputs with the scenario's budget, price and enrolment cells; a cell nobody knows is a fault."""
    if not scenario.overrides:
        return inputs
    budget, catalogue, enrolment = list(inputs.budget), list(inputs.catalogue), list(inputs.enrolment)
    for (unit, fund, year), amount in cells_of(scenario, "budget").items():
        rows = [g for g in budget if (g.unit or "", g.fund) == (unit, fund)]
        if not rows:
            faults.append(cell_fault("override_unknown", scenario, f"budget/{unit}/{fund}/{year}"))
            continue
        at = parse_school_year(year)
        rules = _newest(rows, at)
        budget = [g for g in budget if g not in rows or g.year != at] + [replace(rules, year=at, amount=amount)]
    for (code, year), price in cells_of(scenario, "price").items():
        option = next((o for o in catalogue if o.code == code), None)
        if option is None:
            faults.append(cell_fault("override_unknown", scenario, f"price/{code}/{year}"))
            continue
        catalogue[catalogue.index(option)] = _repriced(option, parse_school_year(year), price)
    for (school, year, grade), pupils in cells_of(scenario, "enrolment").items():
        at = parse_school_year(year)
        row = next((e for e in enrolment if (e.school, e.year, e.grade) == (school, at, int(grade))), None)
        if row is None:
            faults.append(cell_fault("override_unknown", scenario, f"enrolment/{school}/{year}/{grade}"))
            continue
        enrolment[enrolment.index(row)] = replace(row, pupils=pupils, projected=False)
    ordered = sorted(budget, key=lambda g: (g.unit or "", g.fund, g.year))
    return replace(inputs, budget=tuple(ordered), catalogue=tuple(catalogue), enrolment=tuple(enrolment))


def tell_cells_outside(scenario: Scenario, years: Sequence[int], warnings: Warnings) -> None:
    """Warn of overridden cells of years that are not planned: they change nothing."""
    outside = [
        path
        for path in scenario.overrides
        for part in path.split("/")[1:]
        if _YEAR.fullmatch(part) and parse_school_year(part) not in years
    ]
    if outside:
        warnings.append(("cells_outside", {"cells": "; ".join(outside)}))


def refuse_unknown_funds(inputs: Inputs, units: Sequence[str], scenario: Scenario, faults: list[Fault]) -> None:
    """Refuse to factor or doubt a fund no unit has; one that only units not planned have changes nothing here."""
    details = {"known": ", ".join(sorted({g.fund for g in inputs.budget if g.unit is None or g.unit in units}))}
    for lever in BY_FUND:
        for fund in sorted(set(getattr(scenario, lever)) - {g.fund for g in inputs.budget}):
            faults.append(
                Fault("lever_fund_unknown", scenario.source(lever), column=lever, found=fund, details=details)
            )


def refuse_frozen_money(
    scenario: Scenario, years: Sequence[int], frozen_until: int | None, faults: list[Fault]
) -> None:
    """Refuse another amount for a year carried out: what a fund had then is a fact, mended in the budget table."""
    for parts in cells_of(scenario, "budget"):
        at = parse_school_year(parts[-1])
        if frozen_until is not None and at in years and at <= frozen_until:
            found = "/".join(("budget", *parts))
            faults.append(cell_fault("budget_frozen", scenario, found))


def _newest(rows: Sequence[Grant], year: int) -> Grant:
    earlier = [g for g in rows if g.year <= year]
    return max(earlier, key=lambda g: g.year) if earlier else min(rows, key=lambda g: g.year)


def _repriced(option: Option, year: int, price: int) -> Option:
    """Return an option with another price in one year; the years after it keep theirs."""
    after = option.price(year + 1, growth=Fraction(0), first_year=year) or 0
    prices = {year + 1: after} | dict(option.prices) | {year: price}
    return replace(option, prices=MappingProxyType(dict(sorted(prices.items()))))


def locks_of(
    inputs: Inputs,
    units: Sequence[str],
    scenario: Scenario,
    owners: Owners,
    own: Sequence[str],
    options: Mapping[str, Option],
    prices: Mapping[tuple[str, int], int],
    purses: Mapping[tuple[FundKey, int], Purse],
    companions: Mapping[tuple[str, int], Sequence[tuple[str, int]]],
    frozen_until: int | None,
    faults: list[Fault],
) -> dict[tuple[str, str, int], int]:
    """Return how many a planner fixed of a school's option in a year; what could never be bought is a fault.

    ``own`` are the units that hold things themselves, and may have them locked. What must come with something else
    (``companions``) is fixed by fixing that: a number of its own would promise what is not kept.
    """
    locks: dict[tuple[str, str, int], int] = {}
    known = {o.code for o in inputs.catalogue if o.mode != "move"}
    places = {*inputs.schools, *own, *(unit for unit in inputs.units if unit not in units)}
    for (school, year, code), count in cells_of(scenario, "buy").items():
        path, at = f"buy/{school}/{year}/{code}", parse_school_year(year)
        if school not in places or code not in known:
            faults.append(cell_fault("override_unknown", scenario, path))
        elif (school, at) not in owners and not (school in own and any(y == at for _, y in owners)):
            continue  # of a unit or a year that is not planned now
        elif frozen_until is not None and at <= frozen_until:
            faults.append(cell_fault("lock_frozen", scenario, path))
        elif leaders := sorted({o for (o, y), rows in companions.items() if y == at and code in dict(rows)}):
            faults.append(cell_fault("lock_companion", scenario, path, leaders=", ".join(leaders)))
        elif count and school not in own and not inputs.schools[school].is_open(at):
            faults.append(cell_fault("lock_closed", scenario, path))
        elif count and code not in options:
            faults.append(cell_fault("lock_unplanned", scenario, path))
        elif count and (code, at) not in prices:
            faults.append(cell_fault("lock_unpriced", scenario, path))
        elif count and not any(
            purse.may_pay(school=school, item=options[code].item, mode=options[code].mode)
            for (_, y), purse in purses.items()
            if y == at
        ):
            faults.append(cell_fault("lock_unpaid", scenario, path))
        elif code in options:
            locks[school, code, at] = count
    return locks


def facts_of(
    inputs: Inputs, owners: Owners, own: Sequence[str], years: Sequence[int], warnings: Warnings, faults: list[Fault]
) -> tuple[int | None, dict[tuple[str, str, int], Fact], dict[tuple[str, str, int], int]]:
    """Return the last year carried out, what was bought until then, and the items promised for later years.

    A promise to a school that has merged by then is kept by its successor. ``own`` are the units that hold things
    themselves. A year carried out by one unit is over for all that are planned with it; who says nothing of it is
    told.
    """
    ours = {school for school, _ in owners} | set(own)
    done: dict[tuple[str, str, int], Fact] = {}
    promised: dict[tuple[str, str, int], int] = {}
    carried_out: dict[str, int] = {}
    outside: set[int] = set()
    moot = 0
    for c in inputs.carried:
        if c.school not in ours:
            continue
        if c.state == "done" and c.year in years:
            unit = inputs.schools[c.school].unit if c.school in inputs.schools else c.school
            carried_out[unit] = max(c.year, carried_out.get(unit, c.year))
            if c.quantity:
                done[c.school, c.option, c.year] = Fact(c.quantity, c.unit_price)
        elif c.state == "done":
            outside.add(c.year)
        elif not c.quantity:
            continue
        elif heir := c.school if c.school in own and c.year in years else owners.get((c.school, c.year)):
            promised[heir, c.item, c.year] = promised.get((heir, c.item, c.year), 0) + c.quantity
        else:
            moot += 1
    for year in sorted(outside):
        faults.append(Fault("frozen_outside", "frozen.csv", column="school_year", found=format_school_year(year)))
    if moot:
        warnings.append(("promises_moot", {"rows": moot}))
    until = max(carried_out.values(), default=None)
    planned = {inputs.schools[school].unit for school, _ in owners}
    silent = [unit for unit in sorted(planned) if carried_out.get(unit) != until]
    if until is not None and silent:
        units = tuple(inputs.units[unit].name for unit in silent)
        warnings.append(("year_closed_unheard", {"year": format_school_year(until), "units": units}))
    return until, done, promised


def refuse_strange_things(inputs: Inputs, units: Sequence[str], asked: Asked, faults: list[Fault]) -> None:
    """Refuse what was bought or promised under a unit's code and is nothing that a unit needs for itself."""
    serves = {o.code: o.serves for o in inputs.catalogue}
    needed = asked.of_units | asked.coming if asked.of_units else frozenset()
    for c in inputs.carried:
        if c.school in units and c.school not in inputs.schools and needed.isdisjoint(serves[c.option]):
            details = {"option": c.option}
            faults.append(Fault("frozen_unit_thing", "frozen.csv", None, "school_id", c.school, c.school, details))

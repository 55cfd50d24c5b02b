"""Catalogue, inventory and budget -> options, prices, surviving stock and purses, as the scenario moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from provision.domain.budget import Grant
from provision.domain.catalogue import Option, default_life
from provision.domain.inputs import Inputs
from provision.domain.problem import PUPIL_COMPUTER, FundKey, Purse
from provision.domain.scenario import Scenario, exact
from provision.domain.years import format_school_year
from provision.posing.needs import Owners
from provision.text import Share

Warnings = list[tuple[str, dict[str, object]]]
"""What is odd but not wrong: the code of its words, and their details."""


def options_of(inputs: Inputs, scenario: Scenario, warnings: Warnings) -> dict[str, Option]:
    """Return the options that may be bought: those of pupil computers, with the life the scenario sets."""
    usable = [o for o in inputs.catalogue if o.item == PUPIL_COMPUTER and o.mode == "buy"]
    others = [o.code for o in inputs.catalogue if o not in usable]
    if others:
        warnings.append(("options_not_planned", {"options": ", ".join(others)}))
    life = scenario.life_years
    return {o.code: o if life is None else replace(o, life_years=life) for o in usable}


def prices_of(options: Mapping[str, Option], years: Sequence[int], scenario: Scenario) -> dict[tuple[str, int], int]:
    """Return the price in whole VND of each option in each school year in which it has one."""
    growth = exact(scenario.price_growth)
    prices = {(o.code, y): o.price(y, growth=growth, first_year=years[0]) for o in options.values() for y in years}
    return {key: price for key, price in prices.items() if price is not None}


def stock_of(
    inputs: Inputs, owners: Owners, years: Sequence[int], last: int, scenario: Scenario, warnings: Warnings
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


def purses_of(
    inputs: Inputs, units: Sequence[str], owners: Owners, years: Sequence[int], scenario: Scenario, warnings: Warnings
) -> dict[tuple[FundKey, int], Purse]:
    """Return every fund in every school year of the horizon.

    A year a fund has no row for has no new money, and the rules of the fund's newest earlier row.
    """
    grants: dict[FundKey, list[Grant]] = {}
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
    inputs: Inputs, unit: str, named: tuple[str, ...], units: Sequence[str], owners: Owners, year: int
) -> frozenset[str] | None:
    """Return the schools a fund may pay for in a school year, None for all of the units planned."""
    if named == ("all",):
        return (
            None
            if unit == "" or len(units) == 1
            else frozenset(s for s, y in owners if inputs.schools[s].unit == unit)
        )
    if named == ("disadvantaged",):
        wanted = {s for s, y in owners if inputs.schools[s].disadvantaged}
        return frozenset(s for s in wanted if unit in ("", inputs.schools[s].unit))
    heirs = {owners[s, year] for s in named if (s, year) in owners}
    return frozenset(heir for heir in heirs if heir is not None)

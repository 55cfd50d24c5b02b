"""Catalogue and budget -> options, prices, freight and purses, as the scenario moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from provision.domain.budget import Grant
from provision.domain.catalogue import Option
from provision.domain.inputs import Inputs
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey, Purse
from provision.domain.scenario import Scenario, exact
from provision.domain.years import format_school_year
from provision.errors import Fault
from provision.posing.minimums import Asked
from provision.posing.needs import Owners
from provision.posing.sharing import pupil_share, shares_of
from provision.posing.warned import Warnings
from provision.text import Money, Named, Share

Prices = dict[tuple[str, int], int]
"""Whole VND by option and school year."""


def options_of(inputs: Inputs, asked: Asked, scenario: Scenario, warnings: Warnings) -> dict[str, Option]:
    """Return the options of what is planned, bought or promised before, with the machine life the scenario sets."""
    items = asked.items | {m.item for m in asked.companions}
    if asked.lab is not None:
        items |= {LAB}
    known = {c.option for c in inputs.carried}
    ways = [o for o in inputs.catalogue if o.mode != "move"]
    usable = [o for o in ways if items & set(o.serves) or o.code in known]
    others = [o.code for o in ways if o not in usable]
    if others:
        warnings.append(("options_not_planned", {"options": ", ".join(others)}))
    leases = [o for o in usable if o.mode == "lease"]
    if leases and not scenario.lease:
        warnings.append(("lease_off", {"options": ", ".join(o.code for o in leases)}))
    elif scenario.lease and not leases:
        warnings.append(("lease_absent", {}))
    life = scenario.life_years
    return {
        o.code: replace(o, life_years=life) if life and (o.item, o.mode) == (PUPIL_COMPUTER, "buy") else o
        for o in usable
    }


def prices_of(options: Mapping[str, Option], years: Sequence[int], scenario: Scenario, faults: list[Fault]) -> Prices:
    """Return the price in whole VND of each option in each school year in which it can be had."""
    offered = [o for o in options.values() if o.mode != "lease" or scenario.lease]
    prices = {(o.code, y): price for o in offered for y, price in _prices(o, years, scenario).items()}
    _refuse_free(prices, scenario, faults)
    return prices


def _prices(option: Option, years: Sequence[int], scenario: Scenario) -> dict[int, int]:
    """Return an option's price in whole VND by the school years in which it can be had."""
    growth = exact(scenario.price_growth)
    prices = {year: option.price(year, growth=growth, first_year=years[0]) for year in years}
    return {year: price for year, price in prices.items() if price is not None}


def _refuse_free(prices: Prices, scenario: Scenario, faults: list[Fault]) -> None:
    """Refuse a growth under which some price comes to nothing: the plan would take as many as it likes for free."""
    free: dict[str, int] = {}
    for (code, year), price in prices.items():
        if price == 0:
            free[code] = min(year, free.get(code, year))
    for code, year in sorted(free.items()):
        found = str(scenario.price_growth)
        details = {"option": code, "year": format_school_year(year)}
        faults.append(Fault("price_vanishes", scenario.name, column="price_growth", found=found, details=details))


def freight_of(
    inputs: Inputs, items: frozenset[str], years: Sequence[int], scenario: Scenario, faults: list[Fault]
) -> dict[tuple[str, int], tuple[str, int]]:
    """Return the option and whole VND of moving one item from school to school, by item and year.

    An item without any such option moves free of charge; before its option has a price, one with an option does
    not move.
    """
    ways = [o for o in inputs.catalogue if o.mode == "move" and o.item in items]
    free = items - {o.item for o in ways} - {LAB}
    freight: dict[tuple[str, int], tuple[str, int]] = {(item, year): ("", 0) for item in free for year in years}
    for o in ways:
        prices = _prices(o, years, scenario)
        _refuse_free({(o.code, year): price for year, price in prices.items()}, scenario, faults)
        freight |= {(o.item, year): (o.code, price) for year, price in prices.items()}
    return freight


def tails_of(
    options: Mapping[str, Option], items: frozenset[str], bought: frozenset[str], scenario: Scenario
) -> dict[str, int]:
    """Return the years after the horizon in which an item bought in its last year may still work, by item.

    ``bought`` are the options that have a price in some year, or were bought already.
    """
    lives = {i: [o.life_years for o in options.values() if i in o.serves and o.code in bought] for i in items}
    return {item: max(found) - 1 + scenario.delivery_lag if found else 0 for item, found in lives.items()}


def purses_of(
    inputs: Inputs,
    units: Sequence[str],
    owners: Owners,
    years: Sequence[int],
    scenario: Scenario,
    frozen_until: int | None,
    warnings: Warnings,
) -> dict[tuple[FundKey, int], Purse]:
    """Return every fund in every school year of the horizon.

    A year a fund has no row for has no new money, and the rules of the fund's newest earlier row. No factor falls
    on the years carried out: what was there is a fact.
    """
    grants: dict[FundKey, list[Grant]] = {}
    for g in inputs.budget:
        if g.unit is None or g.unit in units:
            grants.setdefault((g.unit or "", g.fund), []).append(g)
    purses: dict[tuple[FundKey, int], Purse] = {}
    agreed = shares_of(scenario)
    shared: dict[int, Fraction] = {}
    for fund, rows in sorted(grants.items()):
        factor = exact(scenario.budget_factor) * exact(scenario.fund_factor.get(fund[1], 1))
        for year in years:
            earlier = [g for g in rows if g.year <= year]
            rules = max(earlier or rows, key=lambda g: g.year if earlier else -g.year)
            share = rules.share
            here = agreed.get((fund[1], year)) if fund[0] == "" else None
            if here is None and fund[0] == "" and set(units) != set(inputs.units):
                share = shared.setdefault(year, pupil_share(inputs, units, year))
            amount = (rules.amount if rules.year == year else 0) * share
            moved = floor(amount * (factor if frozen_until is None or year > frozen_until else 1))
            purses[fund, year] = Purse(
                amount=moved if here is None else here,
                carry_over=rules.carry_over if here is None else Fraction(0),  # what is left stays with the fund
                modes=frozenset(rules.modes) or None,
                items=frozenset(rules.items) or None,
                schools=_payable(inputs, fund[0], rules.schools, units, owners, year),
            )
    if shared:
        first = min(shared)
        details: dict[str, object] = {"share": Share(shared[first]), "year": format_school_year(first)}
        warnings.append(("shared_fund", details))
    if agreed:
        funds = {fund for fund, _ in agreed}
        sums = {fund: sum(n for (f, y), n in agreed.items() if f == fund and y in years) for fund in sorted(funds)}
        called = {fund: next((g.name_vi for g in grants.get(("", fund), ()) if g.name_vi), fund) for fund in sums}
        named = tuple(Named((called[fund], Money(amount))) for fund, amount in sums.items())
        warnings.append(("shared_fund_agreed", {"funds": named}))
    return purses


def priority_of(inputs: Inputs, schools: Sequence[str], scenario: Scenario) -> dict[str, Fraction]:
    """Return what a machine missing at a school weighs in sharing fairly; a unit's own things weigh as any other."""
    weight = exact(scenario.priority_weight)
    dear = {code for code, school in inputs.schools.items() if school.disadvantaged}
    return {code: weight if code in dear else Fraction(1) for code in schools}


def tell_money_before(inputs: Inputs, units: Sequence[str], years: Sequence[int], warnings: Warnings) -> None:
    """Warn of money of years before the plan's first: nobody knows what is left of it, so it does not count."""
    before: dict[str, int] = {}
    for g in inputs.budget:
        if g.year < years[0] and floor(g.amount * g.share) and (g.unit is None or g.unit in units):
            fund = f"{g.unit}/{g.fund}" if g.unit is not None and len(units) > 1 else g.fund
            before[fund] = before.get(fund, 0) + floor(g.amount * g.share)
    if before:
        funds = tuple(Named((fund, Money(amount))) for fund, amount in before.items())
        warnings.append(("money_before", {"first": format_school_year(years[0]), "funds": funds}))


def _payable(
    inputs: Inputs, unit: str, named: tuple[str, ...], units: Sequence[str], owners: Owners, year: int
) -> frozenset[str] | None:
    """Return the schools a fund may pay for in a school year, None for all of the units planned."""
    if named == ("all",):
        return (
            None
            if unit == "" or len(units) == 1
            else frozenset({unit, *(s for s, y in owners if inputs.schools[s].unit == unit)})
        )
    if named == ("disadvantaged",):
        wanted = (s for s in inputs.schools.values() if s.disadvantaged and (s.code, year) in owners)
        return frozenset(s.code for s in wanted if unit in ("", s.unit))
    heirs = {owners[s, year] for s in named if (s, year) in owners}
    return frozenset(heir for heir in heirs if heir is not None)

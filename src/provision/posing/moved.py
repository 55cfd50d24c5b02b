"""A lever of money, prices or weights moved: the same question with other numbers, without counting anew."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.scenario import LEVERS, Scenario
from provision.errors import Fault
from provision.intake.scenarios import check_scenario
from provision.posing.ahead import with_years_ahead
from provision.posing.elsewhere import levers_here
from provision.posing.given import cells_of, overridden, refuse_unknown_funds
from provision.posing.means import freight_of, prices_of, priority_of, purses_of
from provision.posing.minimums import asked_of, companions_of
from provision.posing.sharing import refuse_shares

QUICK = (
    "budget_factor",
    "fund_factor",
    "price_growth",
    "priority_weight",
    "weigh",
    "hold",
    "time_limit",
    "overrides",
)
"""The levers that change numbers alone: who needs what, who may pay for it and what can be had stay as they are."""


def repose(problem: Problem, inputs: Inputs, scenario: Scenario) -> Problem | None:
    """Return a problem under another scenario, None where it must be posed anew: other levers, one school, faults.

    ``inputs`` are those it was posed from. Its warnings stay those of the first question.

    Raises
    ------
    FaultyInput
        Where a lever is out of its bounds.

    """
    check_scenario(scenario)
    faults: list[Fault] = []
    refuse_unknown_funds(inputs, problem.units, scenario, faults)
    before, scenario = problem.scenario, levers_here(inputs, problem.units, scenario)
    others = (lever.name for lever in LEVERS if lever.name not in QUICK and lever.group != "futures")
    if any(getattr(scenario, name) != getattr(before, name) for name in others) or problem.is_one_school:
        return None
    if any(cells_of(scenario, kind) != cells_of(before, kind) for kind in ("enrolment", "buy")):
        return None
    if inputs.is_shared or (problem.projected and cells_of(scenario, "enrolment")):
        # pupils of the years ahead count towards the units' shares, and a cell of them is known
        inputs = with_years_ahead(inputs, problem.years)
    given = overridden(inputs, scenario, faults)
    refuse_shares(given, scenario, problem.years, problem.frozen_until, faults)
    if faults or (problem.frozen_until is not None and cells_of(scenario, "budget") != cells_of(before, "budget")):
        return None
    catalogue = {o.code: o.prices for o in given.catalogue}
    options = {code: replace(o, prices=catalogue[code]) for code, o in problem.options.items()}
    asked = asked_of(given, problem.roadmap, [])
    prices = prices_of(options, problem.years, scenario, faults)
    companions = companions_of(asked, given, prices)
    prices = {key: price for key, price in prices.items() if all(code for code, _ in companions.get(key, ()))}
    freight = freight_of(given, asked.items, problem.years, scenario, faults)
    owners = {(code, year): heir for (code, year), heir in problem.owners.items() if code in given.schools}
    purses = purses_of(given, problem.units, owners, problem.years, scenario, problem.frozen_until, [])
    moved = replace(
        problem,
        scenario=scenario,
        options=MappingProxyType(options),
        prices=MappingProxyType(prices),
        companions=MappingProxyType({key: rows for key, rows in companions.items() if key in prices}),
        freight=MappingProxyType(freight),
        purses=MappingProxyType(purses),
        priority=MappingProxyType(priority_of(given, problem.schools, scenario)),
    )
    return None if faults or not _alike(problem, moved) else moved


def _alike(one: Problem, other: Problem) -> bool:
    """Say whether the same can be had of the same things, and paid by the same funds."""
    rules = [{k: (p.carry_over, p.modes, p.items, p.schools) for k, p in x.purses.items()} for x in (one, other)]
    return (
        one.prices.keys() == other.prices.keys()
        and one.companions == other.companions
        and {key: code for key, (code, _) in one.freight.items()}
        == {key: code for key, (code, _) in other.freight.items()}
        and rules[0] == rules[1]
        and _twins(one) <= _twins(other)
    )


def _twins(problem: Problem) -> set[tuple[int, str, str]]:
    """Return the pairs of options that differ in name alone in a year: of them only the first is offered."""
    alike: dict[tuple[int, *tuple[object, ...]], list[str]] = {}
    for (code, year), price in sorted(problem.prices.items()):
        o = problem.options[code]
        mark = (year, o.serves, o.mode, o.life_years, o.upkeep, price, problem.companions.get((code, year)))
        alike.setdefault(mark, []).append(code)
    return {(mark[0], codes[0], code) for mark, codes in alike.items() for code in codes[1:]}

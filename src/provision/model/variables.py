"""The decisions of a plan as PuLP variables: what is bought, what stays missing, who pays, what is carried over.

Only decisions that can matter are made: no purchase that no school could use, or that no fund may pay for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pulp

from provision.domain.problem import FundKey, Problem

MILLION = 1_000_000
"""Money inside the program is in million VND: whole VND would put eleven digits beside single machines."""

PaymentClass = tuple[str, str, frozenset[FundKey]]
"""Purchases that the same funds may pay for: item, mode, funds."""


def expression(terms: Iterable[tuple[pulp.LpVariable, float]]) -> pulp.LpAffineExpression:
    """Return a linear expression in one step; PuLP's own sums grow term by term."""
    return pulp.LpAffineExpression(dict(terms))


@dataclass(frozen=True)
class Variables:
    """The variables of one problem, by what they decide. Quantities are items, money is million VND.

    ``buy``: school, option, year. ``missing``: owner, item, year of horizon and tail. ``pay``: fund, payment
    class, year. ``carry``: fund, year, to the next. ``excess``: owner, item, year, band, with the band's edge;
    declared when fairness is.
    """

    problem: Problem
    program: pulp.LpProblem
    gap: Mapping[tuple[str, str, int], int]
    payment_class: Mapping[tuple[str, str, int], PaymentClass]
    buy: Mapping[tuple[str, str, int], pulp.LpVariable]
    missing: Mapping[tuple[str, str, int], pulp.LpVariable]
    pay: Mapping[tuple[FundKey, PaymentClass, int], pulp.LpVariable]
    carry: Mapping[tuple[FundKey, int], pulp.LpVariable]
    excess: dict[tuple[str, str, int, float], tuple[pulp.LpVariable, int]] = field(default_factory=dict)

    @cached_property
    def alive(self) -> dict[tuple[str, str, int], list[pulp.LpVariable]]:
        """Return the purchases that still work for an owner's item in a year, merged schools' included."""
        alive: dict[tuple[str, str, int], list[pulp.LpVariable]] = {}
        for (school, option, bought), variable in self.buy.items():
            for owner, year in _served(self.problem, school, option, bought):
                alive.setdefault((owner, self.problem.options[option].item, year), []).append(variable)
        return alive

    @cached_property
    def bought_in(self) -> dict[tuple[PaymentClass, int], list[tuple[pulp.LpVariable, float]]]:
        """Return the purchases of a payment class and year with their price in million VND."""
        bought: dict[tuple[PaymentClass, int], list[tuple[pulp.LpVariable, float]]] = {}
        for key, variable in self.buy.items():
            _, option, year = key
            price = self.problem.prices[option, year] / MILLION
            bought.setdefault((self.payment_class[key], year), []).append((variable, price))
        return bought


def declare(problem: Problem, *, bounded: bool = True) -> Variables:
    """Declare the variables of a problem in a new program.

    A purchase is bounded by the largest gap it could ever fill (more would be money for nothing), except where
    the problem's schools are pools of schools whose gaps are widest in different years.
    """
    program = pulp.LpProblem("provision", pulp.LpMinimize)
    gap = _gaps(problem)
    whole = pulp.LpInteger if problem.scenario.whole_machines else pulp.LpContinuous
    buy: dict[tuple[str, str, int], pulp.LpVariable] = {}
    classes: dict[tuple[str, str, int], PaymentClass] = {}
    offered = {year: _offered(problem, year) for year in problem.years}
    for school, year in sorted(problem.open_schools):
        for option in offered[year]:
            terms = problem.options[option]
            funds = _payers(problem, school, option, year)
            most = max((gap.get((o, terms.item, y), 0) for o, y in _served(problem, school, option, year)), default=0)
            if funds and most:
                key = (school, option, year)
                classes[key] = (terms.item, terms.mode, funds)
                buy[key] = program.add_variable(row_name("buy", *key), 0, most if bounded else None, whole)
    missing = {key: program.add_variable(row_name("missing", *key), 0, most) for key, most in gap.items()}
    used = sorted({(c, year) for (_, _, year), c in zip(buy, classes.values(), strict=True)}, key=_class_order)
    numbers = {c: n for n, c in enumerate(sorted({c for c, _ in used}, key=lambda c: _class_order((c, 0))))}
    pay = {
        (fund, c, year): program.add_variable(row_name("pay", *fund, numbers[c], year), 0)
        for c, year in used
        for fund in sorted(c[2])
    }
    carry = {
        (fund, year): program.add_variable(row_name("carry", *fund, year), 0)
        for (fund, year), purse in problem.purses.items()
        if purse.carry_over > 0 and year < problem.years[-1]
    }
    return Variables(problem, program, gap, classes, buy, missing, pay, carry)


def _gaps(problem: Problem) -> dict[tuple[str, str, int], int]:
    """Return the need that the opening stock leaves open, by owner, item and year of horizon and tail."""
    pairs = sorted({(school, item) for school, item, _ in problem.demand})
    gaps = {
        (school, item, year): problem.need(school, item, year) - problem.stock.get((school, item, year), 0)
        for school, item in pairs
        for year in problem.all_years
    }
    return {key: gap for key, gap in gaps.items() if gap > 0}


def _offered(problem: Problem, year: int) -> list[str]:
    """Return the options that can be bought in a year; of those that differ in name alone, the first code."""
    alike: dict[tuple[object, ...], str] = {}
    for option in sorted(problem.options):
        terms = problem.options[option]
        if (option, year) in problem.prices:
            alike.setdefault((terms.item, terms.mode, terms.life_years, problem.prices[option, year]), option)
    return list(alike.values())


def _served(problem: Problem, school: str, option: str, bought: int) -> list[tuple[str, int]]:
    """Return who has a purchase in each year it works, to the end of the tail."""
    years = [y for y in problem.all_years if problem.is_alive(option, bought, y)]
    return [(heir, y) for y in years if (heir := problem.owner(school, y)) is not None]


def _payers(problem: Problem, school: str, option: str, year: int) -> frozenset[FundKey]:
    terms = problem.options[option]
    return frozenset(
        fund
        for fund in problem.funds
        if problem.purses[fund, year].may_pay(school=school, item=terms.item, mode=terms.mode)
    )


def _class_order(key: tuple[PaymentClass, int]) -> tuple[Hashable, ...]:
    (item, mode, funds), year = key
    return (item, mode, tuple(sorted(funds)), year)


def row_name(*parts: object) -> str:
    """Return one name for what a variable or row is about; PuLP would turn a hyphen into an underscore."""
    return "|".join(map(str, parts)).replace("-", "~")

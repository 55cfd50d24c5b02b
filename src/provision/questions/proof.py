"""How good is this plan? Its certificate, said and shown."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from provision.domain.plan import Plan
from provision.text import Words


def certified(plan: Plan, words: Words) -> tuple[str, str]:
    """Return two sentences: what no plan can miss less than and how near this one is, and who says so."""
    told = plan.certificate
    bound = words(
        "certificate.bound",
        bound=bound_of(plan, words),
        missing=words.number(told.missing, 2),
        unit=words(f"certificate.{plan.problem.scenario.weigh}"),
        gap=distance_of(plan, words),
    )
    solver = [r.bound for r in plan.rungs if r.name == "missing"]
    if not solver:
        return bound, words("certificate.no_solver")
    return bound, words("certificate.solver", bound=words.number(solver[0], 2))


def bound_of(plan: Plan, words: Words) -> str:
    """Return what no plan can miss less than, in machine-years with two decimals, rounded down."""
    return words.number(Fraction(floor(plan.certificate.bound * 100), 100), 2)


def distance_of(plan: Plan, words: Words) -> str:
    """Return how far the plan may be from the best as a percentage with three decimals, rounded up."""
    return words.percent(Fraction(ceil(plan.certificate.gap * 100_000), 100_000), 3)

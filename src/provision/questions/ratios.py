"""How many pupils share a machine, and how many may? By both ways of counting them."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

from provision.domain.plan import Coverage, Plan, Quantity
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.domain.roadmap import RatioBasis
from provision.domain.scenario import exact

BASES: tuple[RatioBasis, ...] = get_args(RatioBasis)
"""The ways to count pupils: those of the grades taught, or all of a level."""


def basis_in_force(problem: Problem) -> str:
    """Return the basis the need is counted on: the scenario's, else the roadmap's."""
    return problem.scenario.ratio_basis or problem.roadmap.ratio_basis


def allowed(problem: Problem, level: str) -> Fraction | None:
    """Return the pupils who may share a machine of a level, None where nobody says or a school has two ratios."""
    if level not in ("primary", "lower_secondary"):
        return None
    lever = getattr(problem.scenario, f"{level}_ratio")
    stated = problem.roadmap.ratio(level)  # type: ignore[arg-type]
    return exact(lever) if lever is not None else stated.pupils_per_machine if stated else None


def allowed_at(problem: Problem, school: str) -> Fraction | None:
    """Return the pupils who may share a machine at a school in the last year; of two ratios, what its need says."""
    last = problem.years[-1]
    pupils = problem.counted.get((basis_in_force(problem), school, last), 0)
    need = problem.need(school, PUPIL_COMPUTER, last)
    return allowed(problem, problem.levels[school]) or (Fraction(pupils, need) if need else None)


def shared_by(pupils: int, machines: Quantity) -> Fraction | None:
    """Return the pupils who share a machine, None where there are no pupils or no machine."""
    return Fraction(pupils) / Fraction(machines) if pupils and machines else None


def first_need(plan: Plan) -> dict[str, Coverage]:
    """Return the machines of each school in the first year it needs any, by school."""
    found: dict[str, Coverage] = {}
    for c in sorted((c for c in plan.machines if c.need), key=lambda c: c.year):
        found.setdefault(c.school, c)
    return found

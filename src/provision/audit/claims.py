"""What a plan claims of itself, checked: each rung's value from the purchases, its gap from its bound, the status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor, isfinite
from typing import Any

from provision.audit.rules import Audit, Found

_PROVEN = 1e-4
_NEAR = 1e-3
"""Absolute difference up to which a rung's value is what the purchases come to: the solver's numbers are floats."""


def climb_the_ladder(plan: Any, problem: Any) -> Found:
    """Every rung of the scenario's ladder is told once, in order, with a bound below its value and their gap."""
    names = tuple(r.name for r in plan.rungs)
    if names != tuple(problem.scenario.ladder):
        yield "rungs", ", ".join(names), ", ".join(problem.scenario.ladder)
    for r in plan.rungs:
        if not all(map(isfinite, (r.value, r.gap))) or r.bound != r.bound or r.bound > r.value + 1e-6:
            yield (r.name, "bound"), r.bound, f"at most {r.value}"
            continue
        gap = 0.0 if r.value - r.bound <= 1e-6 else (r.value - r.bound) / max(abs(r.value), 1e-9)
        if abs(gap - r.gap) > 1e-9 * max(1.0, gap):
            yield (r.name, "gap"), r.gap, gap


def reach_what_is_told(plan: Any, problem: Any) -> Found:
    """Each rung's value is what the plan's own purchases come to."""
    missing = _missing(plan, problem)
    for r in plan.rungs:
        if r.name not in _VALUES:
            yield (r.name, "name"), r.name, ", ".join(_VALUES)
            continue
        right = float(_VALUES[r.name](plan, problem, missing))
        if abs(right - r.value) > _NEAR + 1e-6 * abs(right):
            yield (r.name, "value"), r.value, right


def claim_what_holds(plan: Any, _problem: Any) -> Found:
    """A plan is called proven where every gap is closed and missing is within one machine, else feasible."""
    closed = all(r.gap <= _PROVEN for r in plan.rungs)
    near = all(r.value - r.bound < 1 for r in plan.rungs if r.name == "missing")
    right = "proven" if closed and near else "feasible"
    if plan.status != right:
        yield "status", plan.status, right


CLAIMS: tuple[Audit, ...] = (climb_the_ladder, reach_what_is_told, claim_what_holds)

_Missing = Mapping[tuple[str, str, int], Any]


def _missing(plan: Any, problem: Any) -> _Missing:
    """Return what is missing by owner, item and year of the horizon and of the tail after it."""
    last = problem.years[-1]
    years = (*problem.years, *range(last + 1, last + 1 + problem.tail))
    have: Counter[tuple[str | None, str, int]] = Counter()
    for p in plan.purchases:
        life = problem.options[p.option].life_years
        for year in years:
            if p.year <= year < p.year + life:
                have[problem.owners[p.school, min(year, last)], p.item, year] += p.quantity
    missing = {}
    for school, item in sorted({(s, i) for s, i, _ in problem.demand}):
        for year in years:
            row = problem.demand.get((school, item, min(year, last)))
            key = (school, item, year)
            missing[key] = max(0, (row.mandatory if row else 0) - problem.stock.get(key, 0) - have[key])
    return missing


def _missing_value(_plan: Any, problem: Any, missing: _Missing) -> Fraction:
    """Return machine-years missing, a year after the horizon counting 0.9 of the year before."""
    last = problem.years[-1]
    total = Fraction(0)
    for (school, item, year), left in missing.items():
        if left:
            row = problem.demand[school, item, min(year, last)]
            serves = Fraction(row.pupils, row.mandatory) if problem.scenario.weigh == "pupils" else Fraction(1)
            total += Fraction(9, 10) ** max(0, year - last) * serves * left
    return total


def _money_value(plan: Any, problem: Any, _missing: _Missing) -> Fraction:
    """Return the million VND spent, less the share of each purchase that outlives the horizon."""
    total = Fraction(0)
    for p in plan.purchases:
        life = problem.options[p.option].life_years
        kept = Fraction(max(0, p.year + life - 1 - problem.years[-1]), life)
        total += p.unit_price * Fraction(p.quantity) * (1 - kept)
    return total / 1_000_000


def _fairness_value(_plan: Any, problem: Any, missing: _Missing) -> Fraction:
    """Return machines missing above each tenth of a school's need, each band weighing double the one below."""
    total = Fraction(0)
    for (school, item, year), left in missing.items():
        if left and year <= problem.years[-1]:
            need = problem.demand[school, item, year].mandatory
            for tenth in range(1, 10):
                edge = floor(Fraction(tenth * need, 10) / problem.priority[school])
                total += 2 ** (tenth - 1) * max(0, left - edge)
    return total


def _tie_value(plan: Any, problem: Any, _missing: _Missing) -> Fraction:
    """Return the purchases weighed by how late they are, then by option, then by school, in code order."""
    schools = {code: rank for rank, code in enumerate(sorted({s for s, _ in problem.open_schools}), start=1)}
    options = {code: rank for rank, code in enumerate(sorted(problem.options), start=1)}
    total = Fraction(0)
    for p in plan.purchases:
        rank = Fraction(options[p.option], 10) + Fraction(schools[p.school], 10 * len(schools))
        total += (p.year - problem.years[0] + rank) * Fraction(p.quantity)
    return total


_VALUES: Mapping[str, Callable[[Any, Any, _Missing], Fraction]] = {
    "missing": _missing_value,
    "money": _money_value,
    "fairness": _fairness_value,
    "tie": _tie_value,
}

"""The sums a reader asks for first, added up again from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from provision.audit.reckoning import PUPIL_COMPUTER, Found, slack


def add_up(plan: Any, problem: Any) -> Found:
    """The totals are the sums of the tables."""
    computers = [c for c in plan.coverage if c.item == PUPIL_COMPUTER]
    whole = {
        "missing": sum(c.missing for c in computers),
        "cost": sum(p.amount for p in plan.payments),
        "budget": sum(s.budget for s in plan.spending),
        "upkeep_unpaid": sum(u.unpaid for u in plan.upkeep),
        "moved": sum(t.quantity for t in plan.transfers),
        "broken": sum(r.broken for r in plan.promises),
    }
    off = slack(problem)
    yield from _differences((), {k: n for k, n in plan.totals.items() if k not in ("years", "items")}, whole, off)
    years = plan.totals.get("years", {})
    for year in sorted(years.keys() - set(map(str, problem.years))):
        yield ("years", year), "a total", "no total"
    for year in problem.years:
        rows = [c for c in computers if c.year == year]
        right = {
            "need": sum(c.need for c in rows),
            "have": sum(c.have for c in rows),
            "missing": sum(c.missing for c in rows),
            "pupils_without": sum(c.pupils_without for c in rows),
            "schools_short": sum(c.missing > 0 for c in rows),
            "spent": sum(s.spent for s in plan.spending if s.year == year),
        }
        yield from _differences((year,), years.get(str(year), {}), right, off)
    items = plan.totals.get("items", {})
    ends = [c for c in plan.coverage if c.year == problem.years[-1] and c.item != PUPIL_COMPUTER]
    others = {c.item for c in ends}
    for item in sorted(items.keys() - others):
        yield ("items", item), "a total", "no total"
    for item in sorted(others):
        rows = [c for c in ends if c.item == item]
        right = {"need": sum(c.need for c in rows), "missing": sum(c.missing for c in rows)}
        yield from _differences((item,), items.get(item, {}), right, off)


def _differences(
    where: tuple[object, ...], told: Mapping[str, Any], right: Mapping[str, Any], off: Fraction
) -> Found:
    """Yield the numbers told that are not those added up, or not told at all."""
    for name, value in right.items():
        said = told.get(name)
        if said is None or not abs(said - value) <= off:
            yield (*where, name), said, value
    for name in sorted(told.keys() - right.keys()):
        yield (*where, name), "a total", "no total"

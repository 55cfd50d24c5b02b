"""What schools have and miss: every row of the coverage anew, and room for the machines."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import ceil
from typing import Any

from provision.audit.ledger import bought, carried_out, moved, once, owned
from provision.audit.reckoning import (
    LAB,
    PUPIL_COMPUTER,
    UNIT,
    Found,
    Key,
    alive,
    is_fact,
    items_of,
    need_of,
    owner,
    slack,
)


def cover_need(plan: Any, problem: Any) -> Found:
    """What a school has and what it misses together meet its need, in every year, and no row is absent."""
    rows = {(c.school, c.item, c.year): c for c in plan.coverage}
    if len(rows) != len(plan.coverage):
        yield "coverage", len(plan.coverage), len(rows)
    expected = _expected(plan, problem)
    for key in sorted(expected.keys() - rows.keys()):
        yield key, "no row", "a row"
    for key in sorted(rows):
        if key not in expected:
            yield key, "a row", "no row"
        for name, value in expected.get(key, {}).items():
            if name != "optional_missing" and getattr(rows[key], name) != value:
                yield (*key, name), getattr(rows[key], name), value


def cover_optional(plan: Any, problem: Any) -> Found:
    """What grades taught "as conditions allow" miss is what their need on top of the mandatory one leaves open."""
    expected = _expected(plan, problem)
    for c in plan.coverage:
        key = (c.school, c.item, c.year)
        if key in expected and c.optional_missing != expected[key]["optional_missing"]:
            yield (*key, "optional_missing"), c.optional_missing, expected[key]["optional_missing"]


def fit_the_rooms(plan: Any, problem: Any) -> Found:
    """Where machines wait for rooms, no school has more than its rooms take; what was really bought may stand."""
    if problem.seats is None:
        return
    stock, facts = owned(plan, problem), carried_out(plan, problem)
    came, net = bought(plan, problem), moved(plan, problem)
    rooms: Counter[tuple[str | None, int, bool]] = Counter()
    for p in plan.purchases:
        if (p.item, problem.options[p.option].mode) == (LAB, "setup"):
            for year in problem.years:
                if alive(problem, p.option, p.year, year):
                    rooms[owner(problem, p.school, year), year, is_fact(problem, p.year)] += p.quantity
    for school, year in sorted(problem.open_schools):
        key = (school, PUPIL_COMPUTER, year)
        have = stock[key] + came[key] + net[key]
        seats = problem.rooms.get((school, year), 0) + problem.seats * rooms[school, year, True]
        most = max(seats, stock[key] + facts[key]) + problem.seats * rooms[school, year, False]
        if have > most + slack(problem) and not is_fact(problem, year):
            yield key, have, f"at most {most}"


@once
def _expected(plan: Any, problem: Any) -> dict[Key, dict[str, Any]]:
    """Return every row the coverage has: pupil computers wherever grades are taught, else what is asked or there."""
    stock, came, net = owned(plan, problem), bought(plan, problem), moved(plan, problem)
    expected: dict[Key, dict[str, Any]] = {}
    items = items_of(problem)
    for school, year in problem.open_schools:
        for item in items:
            key = (school, item, year)
            need, optional, pupils = need_of(problem, *key)
            have = stock[key] + came[key] + net[key]
            missing = min(need, max(0, need - have))  # also where more was given than is there
            teaches = item == PUPIL_COMPUTER and problem.levels[school] not in ("kindergarten", UNIT)
            if teaches or need or optional or stock[key] or came[key] or net[key]:
                expected[key] = {
                    "need": need,
                    "optional_need": optional,
                    "stock": stock[key],
                    "bought": came[key],
                    "moved": net[key],
                    "have": have,
                    "missing": missing,
                    "optional_missing": max(0, need + optional - have) - missing,
                    "pupils": pupils,
                    "pupils_without": ceil(Fraction(pupils * missing, need)) if missing else 0,
                }
    return expected

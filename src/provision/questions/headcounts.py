"""Is anybody forgotten? Pupils of each school year from the data to the plan, in lines, without a table's library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields

from provision.domain.reconciliation import Headcount, LeftOut
from provision.domain.years import format_school_year
from provision.text import Words

STEPS = ("stated", "projected", "corrected", "grown", "planned", "mandatory", "optional", "later", "lost")
"""The steps from the data to the plan, in order; they are attributes of ``Headcount``."""


def balance(told: Iterable[Headcount], words: Words) -> str:
    """Return whether every pupil of the data is planned for, in a sentence."""
    lost = [format_school_year(h.year) for h in told if h.lost]
    return words("reconciled.some_lost", years=", ".join(lost)) if lost else words("reconciled.all_planned")


def summed(told: Iterable[Headcount]) -> tuple[Headcount, ...]:
    """Return pupils by school year of units planned apart from one another, as one."""
    years: dict[int, list[Headcount]] = {}
    for found in told:
        years.setdefault(found.year, []).append(found)
    return tuple(_sum(year, found) for year, found in sorted(years.items()))


def _sum(year: int, found: Iterable[Headcount]) -> Headcount:
    counts = dict.fromkeys((f.name for f in fields(Headcount) if f.name not in ("year", "came")), 0)
    came: Counter[str] = Counter()
    for headcount in found:
        counts = {name: count + getattr(headcount, name) for name, count in counts.items()}
        came.update(headcount.came)
    return Headcount(year=year, came=came, **counts)


def lines(told: Iterable[Headcount], left_out: Iterable[LeftOut], words: Words) -> list[str]:
    """Return the reconciliation in a line a school year, and a line a reason for what was left out before."""
    told = tuple(told)
    years = [
        words(
            "reconciled.check_year",
            year=format_school_year(h.year),
            stated=h.stated,
            planned=h.planned,
            mandatory=h.mandatory,
        )
        for h in told
    ]
    reasons: dict[str, list[LeftOut]] = {}
    for found in left_out:
        reasons.setdefault(found.reason, []).append(found)
    without = [
        words(
            "reconciled.check_left_out",
            rows=sum(f.rows for f in found),
            pupils=sum(f.pupils for f in found),
            reason=reason,
        )
        for reason, found in reasons.items()
    ]
    return [*without, *years, balance(told, words)]

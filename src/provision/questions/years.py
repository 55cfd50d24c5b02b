"""Which school years rest on projected pupils? Marked wherever their need is told."""

from __future__ import annotations

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.text import Words


def year_of(year: int, words: Words, *plans: Plan, school: str = "") -> str:
    """Return a school year as it is written, marked where some plan projects its pupils: a school's, or any."""
    written = format_school_year(year)
    if any((school, year) in p.problem.projected if school else year in p.problem.projected_years for p in plans):
        return words("year.projected", year=written)
    return written


def projected(plan: Plan, words: Words) -> str:
    """Return one sentence on the years whose pupils are projected; empty where all are given."""
    years = [format_school_year(year) for year in plan.problem.projected_years]
    schools = len({school for school, _ in plan.problem.projected})
    return words("verdict.projected", years=words.listing(years), schools=schools) if years else ""

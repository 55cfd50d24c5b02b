"""What has to be handed in by when? The roadmap's deadlines by date, each with the document that states it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from provision.domain.plan import Plan
from provision.domain.roadmap import Deadline, Roadmap
from provision.domain.years import format_school_year
from provision.intake.duties import read_duties
from provision.questions.sheets import Sheet, sheet
from provision.text import Words

_FIRST_MONTH = 8
"""The month from which a day belongs to the school year that begins: plans of a year are made in its first weeks."""


def by_date(plan: Plan, words: Words) -> Sheet:
    """Return a row a deadline, earliest first: the day, what is due, where that is stated, and what to know of it."""
    notes = remarks(plan.problem.roadmap, words)
    rows = [
        {
            words("deadline.day"): day(d.date),
            words("table.year"): format_school_year(school_year(d.date)),
            words("deadline.what"): d.title_vi if words.language == "vi" else d.title_en,
            words("deadline.where"): plan.problem.roadmap.stated_in(d),
            words("deadline.when"): words(f"deadline.{when(plan, d.date)}"),
            words("deadline.note"): notes.get(d, ""),
        }
        for d in in_order(plan.problem.roadmap)
    ]
    return sheet(rows, words("deadline.none", document=plan.problem.roadmap.document), words=6)


def in_order(roadmap: Roadmap) -> tuple[Deadline, ...]:
    """Return a roadmap's deadlines by date."""
    return tuple(sorted(roadmap.deadlines, key=lambda d: (d.date, d.section, d.title_vi)))


def remarks(roadmap: Roadmap, words: Words) -> Mapping[Deadline, str]:
    """Return what is to be known of deadlines, from the duties that name their dates."""
    told = {
        (duty.source.number, date): duty.told_vi if words.language == "vi" else duty.told_en
        for duty in read_duties()
        if duty.answer == "deadline"
        for date in duty.named
    }
    found = {d: told.get((d.document or roadmap.document, d.date), "") for d in roadmap.deadlines}
    return {d: remark for d, remark in found.items() if remark}


def school_year(text: str) -> int:
    """Return the first year of the school year in which a day (``2018-05-10``) lies."""
    at = date.fromisoformat(text)
    return at.year if at.month >= _FIRST_MONTH else at.year - 1


def day(text: str) -> str:
    """Return a day as it is written here: ``10/05/2018`` for ``2018-05-10``."""
    return "/".join(reversed(text.split("-")))


def when(plan: Plan, text: str) -> str:
    """Return whether a day lies ``before`` the school years of a plan, ``within`` or ``after`` them."""
    year, years = school_year(text), plan.problem.years
    return "before" if year < years[0] else "within" if year <= years[-1] else "after"

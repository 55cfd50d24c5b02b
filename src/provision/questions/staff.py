"""Who teaches Informatics? Lessons a week, the full posts they take, those that are there, and idle machines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import nan
from typing import get_args

from provision.domain.plan import Plan, Quantity
from provision.domain.school import RatioLevel
from provision.domain.years import format_school_year
from provision.questions.sheets import Frame, Sheet, frame, sheet
from provision.text import Words


@dataclass(frozen=True, slots=True)
class Staffing:
    """What Informatics takes at a school in a school year: classes, lessons a week, full posts.

    ``there`` is the posts that are there, None where nobody says; ``machines`` is its pupil computers that work.
    """

    school: str
    year: int
    classes: int
    periods: Fraction
    needed: Fraction
    there: Fraction | None
    machines: Quantity

    @property
    def lacking(self) -> Fraction | None:
        """The posts that are needed beyond those there; None where nobody says."""
        return None if self.there is None else max(Fraction(0), self.needed - self.there)

    @property
    def idle(self) -> Quantity:
        """The machines no teacher can use: all of a school that has less than half of the posts it needs."""
        return self.machines if self.there is not None and 2 * self.there < self.needed else 0


def staffing(plan: Plan) -> tuple[Staffing, ...]:
    """Return what teaching takes, a row for every school and school year with classes that learn Informatics."""
    problem = plan.problem
    machines = {(c.school, c.year): c.have for c in plan.machines}
    found: dict[tuple[str, int], list[tuple[int, Fraction, Fraction]]] = {}
    for (school, year, level), classes in problem.classes.items():
        terms = problem.roadmap.teaching_of(level)
        periods = classes * terms.class_periods
        found.setdefault((school, year), []).append((classes, periods, periods / terms.teacher_periods))
    return tuple(
        Staffing(
            school=school,
            year=year,
            classes=sum(classes for classes, _, _ in rows),
            periods=sum((periods for _, periods, _ in rows), Fraction(0)),
            needed=sum((posts for _, _, posts in rows), Fraction(0)),
            there=problem.teachers.get((school, year)),
            machines=machines.get((school, year), 0),
        )
        for (school, year), rows in sorted(found.items())
        if year in problem.years
    )


def staff_frame(plan: Plan, words: Words) -> Frame:
    """Return what teaching takes by school and school year, as numbers; no number says that nobody knows."""
    heads = ("school", "year", "classes", "periods", "needed", "there", "lacking", "idle")
    return frame(
        (
            (
                plan.problem.names[row.school],
                format_school_year(row.year),
                row.classes,
                float(row.periods),
                float(row.needed),
                nan if row.there is None else float(row.there),
                nan if row.lacking is None else float(row.lacking),
                float(row.idle),
            )
            for row in staffing(plan)
        ),
        [words(f"staff.{head}") for head in heads],
    )


def by_year(plan: Plan, words: Words) -> Sheet:
    """Return lessons, posts and what is lacking in all, a row a school year; a school's surplus serves no other."""
    found = staffing(plan)
    rows = []
    for year in plan.problem.years:
        here = [row for row in found if row.year == year]
        known = [row.there for row in here if row.there is not None]
        lacking = [row.lacking or Fraction(0) for row in here]
        told = {
            "year": format_school_year(year),
            "classes": words.number(sum(row.classes for row in here)),
            "periods": words.number(sum((row.periods for row in here), Fraction(0)), 1),
            "needed": words.number(sum((row.needed for row in here), Fraction(0)), 1),
            "there": words.number(sum(known, Fraction(0)), 1) if known else "–",
            "lacking": words.number(sum(lacking, Fraction(0)), 1) if known else "–",
            "schools_short": words.number(sum(map(bool, lacking))) if known else "–",
            "idle": words.number(sum(row.idle for row in here), 1) if known else "–",
        }
        rows.append({words(f"staff.{head}"): cell for head, cell in told.items()})
    return sheet(rows, note=" ".join([*rests_on(plan, words), *_unknown(plan, words)]))


def by_school(plan: Plan, words: Words) -> Sheet:
    """Return each school's lessons and posts in the last year it teaches, and what it lacks year by year.

    Where no school states its teachers, only what teaching takes is shown.
    """
    of_school: dict[str, dict[int, Staffing]] = {}
    for row in staffing(plan):
        of_school.setdefault(row.school, {})[row.year] = row
    rows, known = [], any(row.there is not None for by in of_school.values() for row in by.values())
    for school in sorted(of_school, key=lambda school: (-_lacks(of_school[school]), plan.problem.names[school])):
        by = of_school[school]
        end = by[max(by)]
        told = {"school": plan.problem.names[school], "last": format_school_year(end.year)}
        told |= {"classes": words.number(end.classes), "periods": words.number(end.periods, 1)}
        told |= {"needed": words.number(end.needed, 1)} | ({"there": _posts(end.there, words)} if known else {})
        cells = {words(f"staff.{head}"): cell for head, cell in told.items()}
        for year in plan.problem.years if known else ():
            head = words("staff.lacking_in", year=format_school_year(year))
            cells[head] = _posts(by[year].lacking, words) if year in by else ""
        rows.append(cells | ({words("staff.idle"): words.number(end.idle, 1)} if known else {}))
    return sheet(rows, words("staff.nobody"), words=2)


def staffed(plan: Plan, words: Words) -> str:
    """Return one sentence on the posts that are lacking and the machines nobody can teach with; empty without any."""
    last = plan.problem.years[-1]
    known = [row for row in staffing(plan) if row.year == last and row.there is not None]
    short = [row for row in known if row.lacking]
    if not short:
        return ""
    said = words(
        "staff.short_alone" if plan.problem.is_one_school else "staff.short",
        last=format_school_year(last),
        needed=words.number(sum((row.needed for row in known), Fraction(0)), 1),
        there=words.number(sum((row.there or Fraction(0) for row in known), Fraction(0)), 1),
        schools=len(short),
        lacking=words.number(sum((row.lacking or Fraction(0) for row in short), Fraction(0)), 1),
    )
    idle = [row for row in short if row.idle]
    if not idle:
        return said
    machines = words.number(sum(row.idle for row in idle), 1)
    alone = plan.problem.is_one_school
    return (
        f"{said} {words('staff.idle_alone' if alone else 'staff.short_idle', machines=machines, schools=len(idle))}"
    )


def rests_on(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what the posts are reckoned from, a sentence a level that is taught: stated where, or assumed."""
    taught = {level for (_, _, level), classes in plan.problem.classes.items() if classes}
    said = []
    for level in (level for level in get_args(RatioLevel) if level in taught):
        terms, pack = plan.problem.roadmap.teaching_of(level), plan.problem.roadmap
        details = {
            "level": words(f"level.{level}"),
            "lessons": words.number(terms.class_periods, 2),
            "norm": words.number(terms.teacher_periods, 2),
        }
        if terms.section:
            said.append(words("staff.stated", where=pack.stated_in(terms), **details))
        else:
            said.append(words("staff.assumed", **details))
    return tuple(said)


def _unknown(plan: Plan, words: Words) -> tuple[str, ...]:
    """Return a sentence where nobody says how many teachers there are, or some schools do not."""
    if not plan.problem.teachers:
        return (words("staff.no_numbers"),)
    silent = {row.school for row in staffing(plan) if row.there is None}
    return (words("staff.some_silent", count=len(silent)),) if silent else ()


def _posts(posts: Fraction | None, words: Words) -> str:
    return "–" if posts is None else words.number(posts, 1)


def _lacks(by_year: dict[int, Staffing]) -> Fraction:
    """Return what a school lacks in the last year it teaches, for the order of the schools."""
    return by_year[max(by_year)].lacking or Fraction(0)

"""The roll-out calendar: which grades take Informatics in which school year, how bindingly, at how many schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from provision.charts.chart import (
    DARK,
    INK,
    LIGHT,
    PAPER,
    SMALL,
    WIDTHS,
    Chart,
    Size,
    described,
    drawing,
    legend_below,
    mark_years,
)
from provision.charts.letters import width_of, wrapped
from provision.domain.plan import Plan
from provision.domain.roadmap import Status
from provision.domain.years import format_school_year
from provision.questions.rollout import STATUSES, Rollout, rollout
from provision.text import Words

STATUS_LOOKS: Mapping[Status, Mapping[str, Any]] = MappingProxyType(
    {
        "mandatory": {"facecolor": DARK, "edgecolor": DARK},
        "optional": {"facecolor": LIGHT, "edgecolor": DARK},
        "current": {"facecolor": PAPER, "edgecolor": "#8a8a8a"},
    }
)
"""How binding teaching looks: dark, light, white."""

_CELL = 0.46
"""Half of what a cell fills of its place, each way."""
_NAMED = 6
"""Schools that are named where a grade is not taught at all of its level."""


def draw_rollout(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw a row a grade and a column a school year: who must teach it, who may, where the old programme goes on."""
    title, years, taught = words("chart.rollout.title"), plan.problem.years, rollout(plan)
    grades = sorted({grade for grade, _ in taught})
    inches = 0.86 * WIDTHS[size]
    with drawing(plan, words, title=title, height=0.55 + 0.24 * max(3, len(grades)), size=size) as figure:
        ax = figure.subplots()
        for (grade, year), cell in taught.items():
            _cell(ax, years.index(year), grades.index(grade), cell, words, inches / max(1, len(years)))
        mark_years(ax, years, plan, inches=inches)
        ax.set_yticks(range(len(grades)), [words("chart.rollout.grade", grade=grade) for grade in grades])
        ax.set_ylim(max(3, len(grades)) - 0.5, -0.5)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        note = wrapped(_named(plan, taught, words), inches - 0.05, SMALL, lines=12)
        ax.set_xlabel(note, fontsize=SMALL, x=0, ha="left")
        looks = [
            Patch(label=words(f"chart.rollout.{status}"), linewidth=0.6, **look)
            for status, look in STATUS_LOOKS.items()
            if any(status in cell for cell in taught.values())
        ]
        legend_below(figure, looks, columns=3)
    alt = described("chart.rollout.alt", words, plan, seen=_seen(plan, taught, words))
    return Chart("rollout", title, _caption(plan, taught, words), alt, figure)


def _cell(ax: Axes, x: int, y: int, cell: Mapping[Status, tuple[str, ...]], words: Words, inches: float) -> None:
    """Draw a grade in a year: a part a way of teaching it, of one width each, with its schools."""
    parts = [status for status in STATUSES if status in cell]
    for at, status in enumerate(parts):
        wide = 2 * _CELL / len(parts)
        left = x - _CELL + at * wide
        ax.add_patch(
            Rectangle((left, y - _CELL + 0.06), wide, 2 * _CELL - 0.12, linewidth=0.6, **STATUS_LOOKS[status])
        )
        told = words("chart.rollout.schools", count=len(cell[status]))
        if width_of(told, SMALL) > wide * inches - 0.04:
            told = words.number(len(cell[status]))
        colour = PAPER if status == "mandatory" else INK
        ax.text(left + wide / 2, y, told, ha="center", va="center_baseline", fontsize=SMALL, color=colour)


def _grades_by(taught: Rollout, year: int, status: Status) -> list[int]:
    return sorted(grade for (grade, y), cell in taught.items() if y == year and status in cell)


def _spans(grades: Sequence[int]) -> str:
    """Return grades with those in a row as one: 3–5, 7."""
    begins = [grade for grade in grades if grade - 1 not in grades]
    ends = [grade for grade in grades if grade + 1 not in grades]
    return ", ".join(f"{a}–{b}" if a < b else str(a) for a, b in zip(begins, ends, strict=True))


def _named(plan: Plan, taught: Rollout, words: Words) -> str:
    """Return the schools at which alone a grade is mandatory, where they are few; empty where there are none."""
    told = []
    for year in plan.problem.years:
        cells = {grade: taught[grade, year] for grade in _grades_by(taught, year, "mandatory")}
        few = {
            tuple(cell["mandatory"]) for cell in cells.values() if len(cell) > 1 and len(cell["mandatory"]) <= _NAMED
        }
        for schools in sorted(few):
            grades = [grade for grade, cell in cells.items() if cell["mandatory"] == schools]
            names = "; ".join(plan.problem.names[school] for school in schools)
            told.append(
                words("chart.rollout.named", year=format_school_year(year), grades=_spans(grades), schools=names)
            )
    return " ".join(told)


def _caption(plan: Plan, taught: Rollout, words: Words) -> str:
    due = {year: _grades_by(taught, year, "mandatory") for year in plan.problem.years}
    first = next((year for year, grades in due.items() if grades), None)
    if first is None:
        return words("finding.rollout_none")
    last = plan.problem.years[-1]

    def schools(year: int) -> int:
        return len({school for grade in due[year] for school in taught[grade, year]["mandatory"]})

    return words(
        "finding.rollout",
        first=format_school_year(first),
        begins=_spans(due[first]),
        few=schools(first),
        last=format_school_year(last),
        grades=_spans(due[last]),
        schools=schools(last),
    )


def _seen(plan: Plan, taught: Rollout, words: Words) -> list[str]:
    told = []
    for year in plan.problem.years:
        by = {status: _grades_by(taught, year, status) for status in STATUSES}
        parts = [f"{words(f'chart.rollout.{s}')}: {_spans(grades)}" for s, grades in by.items() if grades]
        told.append(f"{format_school_year(year)} – {', '.join(parts) or words('chart.rollout.nothing')}")
    return [*told, *filter(None, [_named(plan, taught, words).rstrip(".")])]

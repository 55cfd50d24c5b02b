"""How far each school's need is met in each school year: a row a school, the darker the better served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from types import MappingProxyType
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from provision.charts.chart import (
    INK,
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
from provision.charts.letters import told_apart, width_of
from provision.domain.plan import Coverage, Plan
from provision.domain.years import format_school_year
from provision.questions.verdict import SHOWN
from provision.text import Words

BANDS = (
    (Fraction(1, 4), "#fbe3d6"),
    (Fraction(1, 2), "#f0b98f"),
    (Fraction(3, 4), "#8fa9bf"),
    (Fraction(1), "#4f7ba6"),
)
"""Shares of a need up to which, themselves left out, a cell has a colour; each is darker than the one before."""

MET = "#173f68"
"""The colour of a need that is met."""

_ROWS, _GROUPS = 50, 9
"""Rows that are legible on one page, and how many of them stand for several schools each where there are more."""

_ROW = 0.142
_NAMES: Mapping[Size, float] = MappingProxyType({"full": 2.2, "half": 1.12})
"""The inches of a row, and of a name."""

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Row:
    """A school or several: what is needed and what is missing of it, by school year, in machines."""

    name: str
    need: Mapping[int, int]
    missing: Mapping[int, Fraction]

    def met(self, year: int) -> Fraction | None:
        """Return the share of the year's need that is met, None where nothing is needed."""
        need, missing = self.need.get(year, 0), self.missing.get(year, Fraction(0))
        return (1 - missing / need if missing >= SHOWN else Fraction(1)) if need else None

    @property
    def without(self) -> Fraction:
        """The share of the need of all years that is missing."""
        return sum(self.missing.values(), Fraction(0)) / max(1, sum(self.need.values()))


def draw_coverage(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw the share of its need that each school has met in each year, worst served first; of many, groups last.

    A school without need in any year of the plan has no row.
    """
    title, years = words("chart.coverage.title"), plan.problem.years
    schools = coverage_rows(plan)
    alone, groups = _fitting(schools, words)
    rows = [*alone, *groups]
    inches = WIDTHS[size] - _NAMES[size] - 0.25
    with drawing(plan, words, title=title, height=0.35 + _ROW * max(3, len(rows)), size=size) as figure:
        ax = figure.subplots()
        for y, row in enumerate(rows):
            for x, year in enumerate(years):
                _cell(ax, x, y, row.met(year), words, inches / len(years))
        names = [*told_apart([row.name for row in alone], _NAMES[size], SMALL), *(row.name for row in groups)]
        ax.set_yticks(range(len(rows)), names, fontsize=SMALL)
        mark_years(ax, years, plan, inches=inches)
        ax.set_ylim(max(3, len(rows)) - 0.5, -0.5)
        ax.set_xlim(-0.5, len(years) - 0.5)
        if groups:
            ax.axhline(len(alone) - 0.5, color=INK, linewidth=0.8)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        legend_below(figure, _legend(words), columns=6)
    seen = [words("seen.coverage", year=format_school_year(y), **_counts(schools, y)) for y in years]
    alt = described("chart.coverage.alt", words, plan, seen=seen)
    return Chart("coverage", title, _caption(plan, schools, words), alt, figure)


def coverage_rows(plan: Plan) -> tuple[Row, ...]:
    """Return the schools that need machines in some year, who misses the largest share of all years first."""
    found: dict[str, list[Coverage]] = {}
    for c in plan.machines:
        if c.need:
            found.setdefault(c.school, []).append(c)
    rows = [
        Row(plan.problem.names[s], {c.year: c.need for c in cs}, {c.year: Fraction(c.missing) for c in cs})
        for s, cs in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.without, row.name)))


def _fitting(schools: Sequence[Row], words: Words) -> tuple[Sequence[Row], Sequence[Row]]:
    """Return the schools with a row each, and rows of several: where there are too many, who misses nothing first."""
    if len(schools) <= _ROWS:
        return schools, ()
    short, met = [row for row in schools if row.without], [row for row in schools if not row.without]
    groups = [_together(met, words("chart.coverage.all_met", count=len(met)))] if met else []
    if len(short) + len(groups) <= _ROWS:
        return short, groups
    beyond = len(short) + len(groups) - _ROWS
    count = min(_GROUPS - len(groups), max(1, beyond // 4))  # few schools too many are one group, not one each
    shown, rest = short[: _ROWS - len(groups) - count], short[_ROWS - len(groups) - count :]
    ends = [len(shown) + len(rest) * n // count for n in range(count + 1)]
    names = [words("chart.coverage.group", first=a + 1, last=b) for a, b in pairwise(ends)]
    parts = [_together(short[a:b], name) for (a, b), name in zip(pairwise(ends), names, strict=True) if a < b]
    return shown, [*parts, *groups]


def _together(rows: Sequence[Row], name: str) -> Row:
    years = {year for row in rows for year in row.need}
    need = {year: sum(row.need.get(year, 0) for row in rows) for year in years}
    missing = {year: sum((row.missing.get(year, Fraction(0)) for row in rows), Fraction(0)) for year in years}
    return Row(name, need, missing)


def _colour(met: Fraction | None) -> str:
    if met is None:
        return PAPER
    return next((colour for up_to, colour in BANDS if met < up_to), MET)


def _cell(ax: Axes, x: int, y: int, met: Fraction | None, words: Words, inches: float) -> None:
    if met is None:
        ax.text(x, y, "·", ha="center", va="center", fontsize=SMALL, color="#8a8a8a")
        return
    colour = _colour(met)
    ax.add_patch(Rectangle((x - 0.48, y - 0.45), 0.96, 0.9, facecolor=colour, edgecolor=PAPER, linewidth=0.3))
    told = words.percent(Fraction(floor(met * 100), 100))  # rounded down: what is not met is never told to be
    if width_of(told, SMALL) < 0.96 * inches:
        ink = PAPER if colour in (MET, BANDS[-1][1]) else INK
        ax.text(x, y, told, ha="center", va="center_baseline", fontsize=SMALL, color=ink)


def _legend(words: Words) -> list[Patch]:
    look: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.4}
    patches, least = [], Fraction(0)
    for up_to, colour in BANDS:
        told = words("chart.coverage.band", least=words.percent(least), most=words.percent(up_to))
        patches.append(Patch(facecolor=colour, label=told, **look))
        least = up_to
    patches.append(Patch(facecolor=MET, label=words("chart.coverage.met"), **look))
    return [*patches, Patch(facecolor=PAPER, label=words("chart.coverage.no_need"), **look)]


def _counts(schools: Sequence[Row], year: int) -> dict[str, int]:
    shares = [share for row in schools if (share := row.met(year)) is not None]
    return {"schools": len(shares), "met": shares.count(Fraction(1)), "low": sum(share < _HALF for share in shares)}


def _caption(plan: Plan, schools: Sequence[Row], words: Words) -> str:
    if not schools:
        return words("finding.coverage_none")
    last = plan.problem.years[-1]
    return words("finding.coverage", last=format_school_year(last), **_counts(schools, last))

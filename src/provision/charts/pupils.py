"""Pupils per machine by school, in the first and the last year of a plan, against the ratio to be met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median_low
from types import MappingProxyType

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from provision.charts.chart import (
    DARK,
    MIDDLE,
    PAPER,
    SMALL,
    WARM,
    Chart,
    Size,
    count_axis,
    described,
    drawing,
    legend_below,
    starred,
)
from provision.charts.letters import told_apart
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.questions.ratios import allowed
from provision.questions.verdict import SHOWN
from provision.text import Words

_LEVELS = ("primary", "lower_secondary", "combined")
_MOST = 50
"""Schools that fit on one page; of more, the worst served are drawn and the rest told with the most of theirs."""
_ROW = 0.118
_BROKEN_OFF = 4
_NAMES: Mapping[Size, float] = MappingProxyType({"full": 2.1, "half": 1.15})
"""The inches of a name."""


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    first: float | None
    last: float
    has_first: bool
    target: float
    is_met: bool


def draw_pupils(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw pupils per machine of every school open in the last year, worst served first, a panel a level.

    Pupils are those of all grades the roadmap reaches by the last year, in both years, so that the two compare.
    """
    problem = plan.problem
    first, last = problem.years[0], problem.years[-1]
    years = {"first": starred(first, plan), "last": starred(last, plan)}
    title = words("chart.pupils.title", **years)
    panels = {level: _lines(plan, level) for level in _LEVELS}
    shown = {level: lines for level, lines in panels.items() if lines} or {"primary": []}
    total = sum(map(len, shown.values()))
    if total > _MOST:
        shown = {level: lines[: max(3, _MOST * len(lines) // total)] for level, lines in shown.items()}
    heights = [max(4, len(lines)) for lines in shown.values()]
    tall = 0.4 + _ROW * sum(heights) + 0.42 * len(heights)
    with drawing(plan, words, title=title, height=tall, size=size) as figure:
        axes = figure.subplots(len(shown), 1, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
        end = _BROKEN_OFF * max((_target(plan, level) or 0 for level in shown), default=0) or _BROKEN_OFF * 24.0
        for ax, (level, lines) in zip(axes, shown.items(), strict=True):
            _panel(ax, lines, _target(plan, level), end, words, size)
            ax.set_title(words(f"chart.pupils.{level}"), loc="left")
            if rest := panels[level][len(lines) :]:
                more = words("chart.more.pupils", count=len(rest), most=_told(rest[0].last, words))
                ax.set_xlabel(more, fontsize=SMALL)
        axis = words("chart.pupils.axis" if size == "full" else "chart.more.axis")
        axes[-1].set_xlabel("\n".join(filter(None, [axes[-1].get_xlabel(), axis])), fontsize=figure.letters - 0.5)
        legend_below(figure, _legend(years, words), columns=4)
    alt = described("chart.pupils.alt", words, plan, seen=_seen(panels, words))
    return Chart("pupils", title, _caption(plan, panels, words), alt, figure)


def _lines(plan: Plan, level: str) -> list[_Line]:
    """Return the schools of a level, worst served in the last year first; infinity is no machine at all."""
    problem = plan.problem
    have = {(c.school, c.year): float(c.have) for c in plan.machines}
    short = {(c.school, c.year) for c in plan.machines if c.missing >= SHOWN}
    first, last = problem.years[0], problem.years[-1]
    lines = []
    for school in sorted(s for s, y in problem.open_schools if y == last and problem.levels[s] == level):
        pupils = {y: problem.learners.get((school, y), 0) for y in (first, last)}
        if not pupils[last]:
            continue
        ratio = {y: pupils[y] / h if (h := have.get((school, y), 0.0)) else float("inf") for y in (first, last)}
        need = problem.need(school, PUPIL_COMPUTER, last)
        target = pupils[last] / need if need else 0.0
        name, is_met = problem.names[school], (school, last) not in short
        lines.append(_Line(name, ratio[first], ratio[last], bool(pupils[first]), target, is_met))
    return sorted(lines, key=lambda line: (-line.last, line.name))


def _target(plan: Plan, level: str) -> float | None:
    """Return the ratio a level must meet; a combined school has two, so each is marked with its own."""
    stated = allowed(plan.problem, level)
    return float(stated) if stated is not None else None


def _panel(ax: Axes, lines: Sequence[_Line], target: float | None, end: float, words: Words, size: Size) -> None:
    edge = end * 1.04
    for row, line in enumerate(lines):
        here = min(line.last, edge)
        if line.has_first and line.first is not None:
            before = min(line.first, edge)
            ax.plot([before, here], [row, row], color="#bbbbbb", linewidth=0.8, zorder=1)
            ax.plot(
                before,
                row,
                ">" if line.first > end else "o",
                color=PAPER,
                markeredgecolor=MIDDLE,
                markersize=4,
                zorder=2,
            )
        ax.plot(here, row, ">" if line.last > end else "o", color=DARK, markersize=4, zorder=3)
        if line.last == float("inf"):
            ax.annotate(
                words("chart.pupils.none"),
                (edge, row),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                color=WARM,
            )
    if target is None:
        ax.plot(
            [line.target for line in lines if line.target],
            [r for r, line in enumerate(lines) if line.target],
            "|",
            color=WARM,
            markersize=7,
            zorder=0,
        )
    else:
        ax.axvline(target, color=WARM, linewidth=1, zorder=0)
        said = words("chart.pupils.target", ratio=words.number(target, 1))
        if size == "full":
            ax.set_title(said, loc="right", fontsize=7, color=WARM, fontweight="normal")
    names = told_apart([line.name for line in lines], _NAMES[size], SMALL)
    ax.set_yticks(range(len(lines)), names, fontsize=SMALL)
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xlim(0, end * 1.16)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, prune="upper"))
    ax.tick_params(axis="y", length=0)
    count_axis(ax, words, which="x")


def _legend(years: Mapping[str, str], words: Words) -> list[Line2D]:
    dots = {
        words("chart.pupils.first", year=years["first"]): (PAPER, MIDDLE, "o"),
        words("chart.pupils.last", year=years["last"]): (DARK, DARK, "o"),
        words("chart.pupils.beyond"): (PAPER, MIDDLE, ">"),
        words("chart.pupils.due"): (WARM, WARM, "|"),
    }
    return [
        Line2D([], [], linestyle="", marker=mark, color=fill, markeredgecolor=line, markersize=5, label=label)
        for label, (fill, line, mark) in dots.items()
    ]


def _told(ratio: float, words: Words) -> str:
    return words("chart.pupils.none") if ratio == inf else words.number(ratio, 1)


def _caption(plan: Plan, panels: Mapping[str, Sequence[_Line]], words: Words) -> str:
    lines = [line for found in panels.values() for line in found]
    last = format_school_year(plan.problem.years[-1])
    if not lines:
        return words("finding.pupils_none", last=last)
    worst = max(lines, key=lambda line: line.last)
    met = sum(line.is_met for line in lines)
    told = words("finding.pupils", last=last, met=met, schools=len(lines))
    if met == len(lines):
        return told
    if worst.last == inf:
        return f"{told} {words('finding.pupils_worst_none', school=worst.name)}"
    return f"{told} {words('finding.pupils_worst', school=worst.name, ratio=words.number(worst.last, 1))}"


def _seen(panels: Mapping[str, Sequence[_Line]], words: Words) -> list[str]:
    """Return of each level what the school in the middle has before and after."""
    told = []
    for level, lines in panels.items():
        before = [line.first if line.first is not None else inf for line in lines if line.has_first]
        if lines:
            middle = [
                _told(median_low(found), words) if found else "–" for found in (before, [x.last for x in lines])
            ]
            level_name = words(f"chart.pupils.{level}")
            told.append(words("seen.pupils", level=level_name, schools=len(lines), before=middle[0], after=middle[1]))
    return told

"""The least money that meets the roadmap: a column a school year, what is allotted and what has to be added."""

from __future__ import annotations

from typing import Any

from matplotlib.patches import Patch

from provision.charts.chart import (
    DARK,
    LIGHT,
    PAPER,
    WARM,
    WIDTHS,
    Chart,
    Size,
    count_axis,
    described,
    drawing,
    legend_below,
    mark_years,
    write_over,
)
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.least_money import Least, said
from provision.text import Words

_MILLION = 1_000_000

_ADDED: dict[str, Any] = {"facecolor": PAPER, "edgecolor": WARM, "linewidth": 0.8, "hatch": "////"}


def draw_least(answer: Least, plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw what the funds are allotted and what has to be added on top, in million VND by school year."""
    title = words("chart.least.title")
    years = (answer.whole or answer.linear).years
    with drawing(plan, words, title=title, height=2.1, size=size) as figure:
        ax = figure.subplots()
        spots = range(len(years))
        there = [y.there / _MILLION for y in years]
        added = [y.added / _MILLION for y in years]
        ax.bar(spots, there, 0.62, label=words("chart.least.there"), facecolor=LIGHT, edgecolor=DARK, linewidth=0.6)
        filled = [x for x in spots if added[x]]  # a bar of nothing would still show its edge
        ax.bar(filled, [added[x] for x in filled], 0.62, bottom=[there[x] for x in filled], **_ADDED)
        for x, (below, more) in enumerate(zip(there, added, strict=True)):
            if more:
                told = f"+{words.number(more, 1)}"
                write_over(ax, told, x, below + more, points=figure.letters - 0.5, colour=WARM)
        mark_years(ax, [y.year for y in years], plan, inches=0.84 * WIDTHS[size])
        ax.set_ylim(0, max(1.0, 1.15 * max((b + m for b, m in zip(there, added, strict=True)), default=0)))
        ax.set_ylabel(words("chart.least.money"))
        count_axis(ax, words)
        looks = ax.get_legend_handles_labels()[0]
        legend_below(figure, [*looks, Patch(label=words("chart.least.added"), **_ADDED)], columns=2)
    seen = [f"{format_school_year(y.year)}: +{words.money(y.added)}" for y in years if y.added]
    alt = described("chart.least.alt", words, seen=seen)
    return Chart("least", title, said(answer, plan, words)[0], alt, figure)

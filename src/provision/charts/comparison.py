"""Scenarios side by side: what stays missing by school year, a bar a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from provision.charts.chart import (
    INK,
    SMALL,
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
from provision.charts.letters import width_of
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.compare import all_years, labels
from provision.text import Words

_LOOKS = (("#1b4b7a", ""), ("#dce9f3", ""), ("#d9a441", "///"), ("#f7f7f7", "..."))
"""Dark, light, middle and dotted: told apart in grey as well."""

_GROUP = 0.8


def draw_comparison(plans: Sequence[Plan], words: Words, *, size: Size = "full") -> Chart:
    """Draw the machines missing in each school year, a bar a plan; a year that a plan does not know has none."""
    title = words("compare.title")
    years, names = all_years(plans), labels(plans, words)
    width = _GROUP / len(plans)
    seen = []
    inches = 0.84 * WIDTHS[size]
    with drawing(plans[0], words, title=title, height=2.2, size=size, beside=plans[1:]) as figure:
        ax = figure.subplots()
        most = 1.0
        for number, (plan, name) in enumerate(zip(plans, names, strict=True)):
            totals = plan.totals["years"]
            there = [x for x, y in enumerate(years) if str(y) in totals]
            heights = [float(totals[str(years[x])]["missing"]) for x in there]
            places = [x + (number + 0.5) * width - _GROUP / 2 for x in there]
            colour, hatch = _LOOKS[number]
            ax.bar(places, heights, width, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.5, label=name)
            told = [words.number(height, 0 if height >= 100 else 1) for height in heights]
            room = inches * width / (len(years) + 0.2)
            turned = 90 if max((width_of(number, SMALL) for number in told), default=0) > room else 0
            for x, height, number_said in zip(places, heights, told, strict=True):
                write_over(ax, number_said, x, height, points=SMALL, turned=turned)
            by_year = [f"{format_school_year(years[x])}: {n}" for x, n in zip(there, told, strict=True)]
            seen.append(f"{name}: {', '.join(by_year)}")
            most = max([most, *heights])
        ax.set_ylim(0, 1.2 * most)
        mark_years(ax, years, *plans, inches=inches)
        ax.set_ylabel(words("compare.axis"))
        count_axis(ax, words)
        legend_below(figure, ax.get_legend_handles_labels()[0], columns=len(plans))
    alt = described("compare.alt", words, *plans, seen=seen)
    return Chart("comparison", title, _caption(plans, names, words), alt, figure)


def _caption(plans: Sequence[Plan], names: Sequence[str], words: Words) -> str:
    missing = [
        words("finding.comparison", name=name, missing=words.number(plan.totals["missing"], 1))
        for name, plan in zip(names, plans, strict=True)
    ]
    return words("finding.comparisons", parts=words.listing(missing))

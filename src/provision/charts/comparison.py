"""Scenarios side by side: what stays missing by school year, a bar a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from provision.charts.chart import INK, Chart, count_axis, described, drawing, legend_below, shorten, starred
from provision.domain.plan import Plan
from provision.questions.compare import all_years, labels
from provision.text import Words

_LOOKS = (("#1b4b7a", ""), ("#dce9f3", ""), ("#d9a441", "///"), ("#f7f7f7", "..."))
"""Dark, light, middle and dotted: told apart in grey as well."""

_GROUP = 0.8
_LETTERS = 100


def draw_comparison(plans: Sequence[Plan], words: Words) -> Chart:
    """Draw the machines missing in each school year, a bar a plan; a year that a plan does not know has none."""
    title = words("compare.title")
    years, names = all_years(plans), [shorten(name, _LETTERS) for name in labels(plans, words)]
    width = _GROUP / len(plans)
    rows = 1 if sum(map(len, names)) < 90 else len(plans)
    with drawing(plans[0], words, title=title, height=3.0, legend_rows=rows, beside=plans[1:]) as figure:
        ax = figure.subplots()
        most = 1.0
        for number, (plan, name) in enumerate(zip(plans, names, strict=True)):
            totals = plan.totals["years"]
            there = [x for x, y in enumerate(years) if str(y) in totals]
            heights = [float(totals[str(years[x])]["missing"]) for x in there]
            places = [x + (number + 0.5) * width - _GROUP / 2 for x in there]
            colour, hatch = _LOOKS[number]
            ax.bar(places, heights, width, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.5, label=name)
            for x, height in zip(places, heights, strict=True):
                said = words.number(height, 0 if height >= 100 else 1)
                ax.annotate(said, (x, height), (0, 2), textcoords="offset points", ha="center", fontsize=6)
            most = max([most, *heights])
        ax.set_ylim(0, 1.1 * most)
        ax.set_xlim(-0.6, len(years) - 0.4)
        ax.set_xticks(range(len(years)), [starred(y, *plans).replace("-", "–") for y in years])
        ax.set_ylabel(words("compare.axis"))
        count_axis(ax, words)
        legend_below(figure, ax.get_legend_handles_labels()[0], *plans, columns=-(-len(plans) // rows))
    return Chart("comparison", title, described("compare.alt", words, *plans), figure)

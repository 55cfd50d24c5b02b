"""One school's pupil computers by year: what its old ones meet, what comes, what stays missing."""

from __future__ import annotations

from typing import Any

from provision.charts.chart import (
    DARK,
    LIGHT,
    PAPER,
    WARM,
    Chart,
    count_axis,
    described,
    drawing,
    legend_below,
    starred,
)
from provision.domain.plan import Plan
from provision.questions.one_more import OneMore
from provision.questions.verdict import SHOWN
from provision.text import Words


def draw_school(answer: OneMore, plan: Plan, words: Words) -> Chart:
    """Draw what a school has in each year it teaches, in machines, and what it misses up to its need."""
    title = words("chart.school.title", school=plan.problem.names[answer.school])
    rows = [c for c in plan.machines if c.school == answer.school]
    old = [float(min(c.have, c.stock)) for c in rows]  # what is given away is not there
    come = [float(c.have) - n for c, n in zip(rows, old, strict=True)]
    missing = [float(c.missing) if c.missing >= SHOWN else 0.0 for c in rows]
    with drawing(plan, words, title=title, height=2.3) as figure:
        ax = figure.subplots()
        floor = [0.0] * len(rows)
        for key, heights, face, edge, hatch in (
            ("stock", old, LIGHT, DARK, ""),
            ("come", come, DARK, DARK, ""),
            ("missing", missing, PAPER, WARM, "////"),
        ):
            look: dict[str, Any] = {"facecolor": face, "edgecolor": edge, "hatch": hatch, "linewidth": 0.7}
            drawn = [x for x, height in enumerate(heights) if height]  # a bar of nothing would still show its edge
            bars, feet = [heights[x] for x in drawn], [floor[x] for x in drawn]
            ax.bar(drawn, bars, 0.6, bottom=feet, label=words(f"chart.school.{key}"), **look)
            floor = [below + height for below, height in zip(floor, heights, strict=True)]
        for x, c in enumerate(rows):
            said = words("chart.school.of", have=words.number(c.have, 1), need=words.number(c.need))
            ax.annotate(said, (x, floor[x]), (0, 2), textcoords="offset points", ha="center", fontsize=7)
        ax.set_xticks(range(len(rows)), [starred(c.year, plan).replace("-", "–") for c in rows])
        ax.set_xlim(-0.6, max(len(rows), 1) - 0.4)
        ax.set_ylim(0, 1.15 * max([1.0, *floor]))
        ax.set_ylabel(words("chart.school.machines"))
        count_axis(ax, words)
        legend_below(figure, ax.get_legend_handles_labels()[0], plan, columns=3)
    return Chart("school", title, described("chart.school.alt", words, plan), figure)

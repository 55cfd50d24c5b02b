"""One school's pupil computers by year: what its old ones meet, what comes, what stays missing."""

from __future__ import annotations

from matplotlib.patches import Patch

from provision.charts.chart import (
    MACHINE_LOOKS,
    SMALL,
    WIDTHS,
    Chart,
    Size,
    count_axis,
    described,
    drawing,
    legend_below,
    mark_years,
)
from provision.charts.letters import fitted
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.one_more import OneMore, said
from provision.questions.verdict import SHOWN
from provision.text import Words

_NAME = 3.4
"""What of a school's name stands in the title, in inches."""


def draw_school(answer: OneMore, plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw what a school has in each year it teaches, in machines, and what it misses up to its need."""
    title = words("chart.school.title", school=fitted(plan.problem.names[answer.school], _NAME, 10.5))
    rows = [c for c in plan.machines if c.school == answer.school]
    old = [float(min(c.have, c.stock)) for c in rows]  # what is given away is not there
    come = [float(c.have) - n for c, n in zip(rows, old, strict=True)]
    missing = [float(c.missing) if c.missing >= SHOWN else 0.0 for c in rows]
    with drawing(plan, words, title=title, height=1.45, size=size) as figure:
        ax = figure.subplots()
        floor = [0.0] * len(rows)
        for key, heights in (("stock", old), ("bought", come), ("missing", missing)):
            drawn = [x for x, height in enumerate(heights) if height]  # a bar of nothing would still show its edge
            ax.bar(drawn, [heights[x] for x in drawn], 0.6, bottom=[floor[x] for x in drawn], **MACHINE_LOOKS[key])
            floor = [below + height for below, height in zip(floor, heights, strict=True)]
        met = [words("chart.school.of", have=words.number(c.have, 1), need=words.number(c.need)) for c in rows]
        for x, told in enumerate(met):
            ax.annotate(told, (x, floor[x]), (0, 2), textcoords="offset points", ha="center", fontsize=SMALL)
        mark_years(ax, [c.year for c in rows], plan, inches=0.84 * WIDTHS[size])
        ax.set_ylim(0, 1.15 * max([1.0, *floor]))
        ax.set_ylabel(words("chart.school.machines"))
        ax.locator_params(axis="y", integer=True)
        count_axis(ax, words)
        looks = [Patch(label=words(f"chart.school.{key}"), **look) for key, look in MACHINE_LOOKS.items()]
        legend_below(figure, looks, columns=3)
    seen = [f"{format_school_year(c.year)}: {told}" for c, told in zip(rows, met, strict=True)]
    alt = described("chart.school.alt", words, plan, seen=seen)
    return Chart("school", title, said(answer, plan, words)[0], alt, figure)

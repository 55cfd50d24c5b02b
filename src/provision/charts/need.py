"""Need against machines by year: what old machines meet, what purchases meet, what stays missing."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from provision.charts.chart import (
    MACHINE_LOOKS,
    SMALL,
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
from provision.charts.letters import width_of
from provision.domain.plan import Coverage, Plan
from provision.domain.years import format_school_year
from provision.questions.verdict import SHOWN
from provision.text import Words

_PANELS = (("primary", ("primary",)), ("lower_secondary", ("lower_secondary", "combined")))


def draw_need(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw mandatory need by school year in machines, a panel a level; the bars end where the need does.

    A machine above its school's need meets no need and is not drawn: it cannot be counted for another school.
    """
    title, years = words("chart.need.title"), plan.problem.years
    rows = {name: [c for c in plan.machines if plan.problem.levels[c.school] in levels] for name, levels in _PANELS}
    panels = [name for name, found in rows.items() if any(c.need for c in found)] or [_PANELS[0][0]]
    is_half = size == "half"
    down, across = (len(panels), 1) if is_half else (1, len(panels))
    with drawing(plan, words, title=title, height=1.6 * down if is_half else 2.25, size=size) as figure:
        axes = figure.subplots(down, across, sharey=True, squeeze=False).flat
        for ax, name in zip(axes, panels, strict=True):
            inches = 0.84 * WIDTHS[size] / across
            _panel(ax, plan, rows[name], words, figure.letters, inches / len(years))
            mark_years(ax, years, plan, inches=inches)
            merged = name == "lower_secondary" and any(
                plan.problem.levels[c.school] == "combined" for c in rows[name]
            )
            ax.set_title(words(f"chart.need.{name}_combined" if merged else f"chart.pupils.{name}"))
        most = max(sum(c.need for c in found if c.year == y) for found in rows.values() for y in years)
        axes[0].set_ylim(0, max((1.34 if is_half else 1.24) * most, 1))
        for ax in axes if is_half else axes[:1]:
            ax.set_ylabel(words("chart.need.machines"))
        looks = [Patch(label=words(f"chart.need.{key}"), **look) for key, look in MACHINE_LOOKS.items()]
        legend_below(figure, looks, columns=3)
    return Chart(
        "need",
        title,
        _caption(plan, words),
        described("chart.need.alt", words, plan, seen=_seen(plan, words)),
        figure,
    )


def _met(rows: Sequence[Coverage], year: int) -> tuple[int, int, float, float]:
    """Return the need of some schools in a year, and what of it old machines meet, new ones meet, nothing meets."""
    found = [c for c in rows if c.year == year]
    need, old = sum(c.need for c in found), sum(min(c.need, c.stock) for c in found)
    missing = float(sum(c.missing for c in found))
    return need, old, need - old - missing, missing


def _panel(ax: Axes, plan: Plan, rows: Sequence[Coverage], words: Words, letters: float, inches: float) -> None:
    need, *bars = zip(*(_met(rows, y) for y in plan.problem.years), strict=True)
    floor = [0.0] * len(need)
    for look, heights in zip(MACHINE_LOOKS.values(), bars, strict=True):
        drawn = [x for x, height in enumerate(heights) if height]  # a bar of nothing would still show its edge
        ax.bar(drawn, [heights[x] for x in drawn], 0.62, bottom=[floor[x] for x in drawn], **look)
        floor = [below + height for below, height in zip(floor, heights, strict=True)]
    for x, (n, m) in enumerate(zip(need, bars[-1], strict=True)):
        write_over(ax, words.number(n), x, n, points=letters - 0.5)
        if m >= SHOWN:
            number = words.number(m, 0 if m >= 100 else 1)
            said = words("chart.need.short", machines=number)
            said = said if width_of(said, SMALL) < inches - 0.03 else number  # the colour says it as well
            write_over(ax, said, x, n, points=SMALL, up=3 + letters, colour=WARM)
    count_axis(ax, words)


def _caption(plan: Plan, words: Words) -> str:
    first, last = plan.problem.years[0], plan.problem.years[-1]
    (before, *_), (need, _, _, missing) = (_met(plan.machines, year) for year in (first, last))
    told = {"first": format_school_year(first), "last": format_school_year(last), "before": before, "need": need}
    if missing < SHOWN:
        return words("finding.need_met", **told)
    return words("finding.need", missing=words.number(missing, 1), share=words.percent(missing / need), **told)


def _seen(plan: Plan, words: Words) -> list[str]:
    told = []
    for year in plan.problem.years:
        need, old, new, missing = (words.number(n, 1) for n in _met(plan.machines, year))
        told.append(words("seen.need", year=format_school_year(year), need=need, old=old, new=new, missing=missing))
    return told

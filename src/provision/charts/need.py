"""Need against machines by year: what old machines meet, what purchases meet, what stays missing."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from provision.charts.chart import MACHINE_LOOKS, WARM, Chart, count_axis, described, drawing, legend_below, starred
from provision.domain.plan import Coverage, Plan
from provision.questions.verdict import SHOWN
from provision.text import Words

_PANELS = (("primary", ("primary",)), ("lower_secondary", ("lower_secondary", "combined")))


def draw_need(plan: Plan, words: Words) -> Chart:
    """Draw mandatory need by school year in machines, a panel a level; the bars end where the need does.

    A machine above its school's need meets no need and is not drawn: it cannot be counted for another school.
    """
    title = words("chart.need.title")
    rows = {name: [c for c in plan.machines if plan.problem.levels[c.school] in levels] for name, levels in _PANELS}
    panels = [name for name, found in rows.items() if any(c.need for c in found)] or [_PANELS[0][0]]
    with drawing(plan, words, title=title, height=3.1) as figure:
        axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, name in zip(axes, panels, strict=True):
            _panel(ax, plan, rows[name], words)
            merged = name == "lower_secondary" and any(
                plan.problem.levels[c.school] == "combined" for c in rows[name]
            )
            ax.set_title(words(f"chart.need.{name}_combined" if merged else f"chart.pupils.{name}"))
        most = max(sum(c.need for c in found if c.year == y) for found in rows.values() for y in plan.problem.years)
        axes[0].set_ylim(0, max(1.22 * most, 1))
        axes[0].set_ylabel(words("chart.need.machines"))
        looks = [Patch(label=words(f"chart.need.{key}"), **look) for key, look in MACHINE_LOOKS.items()]
        legend_below(figure, looks, plan, columns=3)
    return Chart("need", title, described("chart.need.alt", words, plan), figure)


def _panel(ax: Axes, plan: Plan, rows: Sequence[Coverage], words: Words) -> None:
    years = plan.problem.years
    old = [sum(min(c.need, c.stock) for c in rows if c.year == y) for y in years]
    missing = [float(sum(c.missing for c in rows if c.year == y)) for y in years]
    need = [sum(c.need for c in rows if c.year == y) for y in years]
    bought = [n - o - m for n, o, m in zip(need, old, missing, strict=True)]
    floor = [0.0] * len(years)
    bars: tuple[Sequence[float], ...] = (old, bought, missing)
    for look, heights in zip(MACHINE_LOOKS.values(), bars, strict=True):
        drawn = [x for x, height in enumerate(heights) if height]  # a bar of nothing would still show its edge
        ax.bar(drawn, [heights[x] for x in drawn], 0.62, bottom=[floor[x] for x in drawn], **look)
        floor = [below + height for below, height in zip(floor, heights, strict=True)]
    for x, (n, m) in enumerate(zip(need, missing, strict=True)):
        ax.annotate(
            words.number(n), (x, n), (0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=7.5
        )
        if m >= SHOWN:
            said = words("chart.need.short", machines=words.number(m, 1))
            ax.annotate(
                said, (x, n), (0, 11), textcoords="offset points", ha="center", va="bottom", fontsize=6.5, color=WARM
            )
    ax.set_xticks(range(len(years)), [starred(y, plan).replace("-", "–\n") for y in years])
    ax.set_xlim(-0.6, len(years) - 0.4)
    count_axis(ax, words)

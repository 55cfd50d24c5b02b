"""Need against machines by year: what old machines meet, what purchases meet, what stays missing."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from provision.charts.chart import DARK, LIGHT, PAPER, WARM, Chart, count_axis, drawing
from provision.domain.plan import Coverage, Plan
from provision.domain.years import format_school_year
from provision.text import Words

_PANELS = (("primary", ("primary",)), ("lower_secondary", ("lower_secondary", "combined")))


def draw_need(plan: Plan, words: Words) -> Chart:
    """Draw mandatory need by school year in machines, a panel a level; the bars end where the need does.

    A machine above its school's need meets no need and is not drawn: it cannot be counted for another school.
    """
    title = words("chart.need.title")
    rows = {name: [c for c in plan.coverage if plan.problem.levels[c.school] in levels] for name, levels in _PANELS}
    panels = [name for name, found in rows.items() if any(c.need for c in found)] or [_PANELS[0][0]]
    with drawing(plan, words, title=title, height=3.1) as figure:
        axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, name in zip(axes, panels, strict=True):
            _panel(ax, rows[name], plan.problem.years, words)
            merged = name == "lower_secondary" and any(plan.problem.levels[c.school] == "combined" for c in rows[name])
            ax.set_title(words(f"chart.need.{name}_combined" if merged else f"chart.pupils.{name}"))
        axes[0].set_ylabel(words("chart.need.machines"))
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=7.5)
    return Chart("need", title, words("chart.need.alt"), figure)


def _panel(ax: Axes, rows: Sequence[Coverage], years: Sequence[int], words: Words) -> None:
    old = [sum(min(c.need, c.stock) for c in rows if c.year == y) for y in years]
    missing = [float(sum(c.missing for c in rows if c.year == y)) for y in years]
    need = [sum(c.need for c in rows if c.year == y) for y in years]
    bought = [n - o - m for n, o, m in zip(need, old, missing, strict=True)]
    at = range(len(years))
    ax.bar(at, old, 0.62, color=LIGHT, edgecolor=DARK, linewidth=0.6, label=words("chart.need.stock"))
    ax.bar(at, bought, 0.62, bottom=old, color=DARK, label=words("chart.need.bought"))
    met = [o + b for o, b in zip(old, bought, strict=True)]
    ax.bar(
        at, missing, 0.62, bottom=met, color=PAPER, edgecolor=WARM, hatch="////", linewidth=0.8,
        label=words("chart.need.missing"),
    )
    for x, (n, m) in enumerate(zip(need, missing, strict=True)):
        ax.annotate(words.number(n), (x, n), (0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=7.5)
        if m:
            said = words("chart.need.short", machines=words.number(m, 1))
            ax.annotate(said, (x, n), (0, 11), textcoords="offset points", ha="center", va="bottom", fontsize=6.5, color=WARM)
    ax.set_xticks(list(at), [format_school_year(y).replace("-", "–\n") for y in years])
    ax.margins(y=0.16)
    count_axis(ax, words)

"""Spending by fund and year, against the money given that year."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.lines import Line2D

from provision.charts.chart import (
    FUND_COLOURS,
    HATCHES,
    INK,
    Chart,
    count_axis,
    described,
    drawing,
    legend_below,
    starred,
)
from provision.domain.plan import Plan
from provision.questions.verdict import is_school_money
from provision.text import Words

_MILLION = 1_000_000


def draw_spending(plan: Plan, words: Words) -> Chart:
    """Draw what each fund spends in each school year, in million VND; the mark is the money given that year.

    Money that schools raised themselves is one colour. A bar may pass its mark: money carried over is spent later.
    """
    title = words("chart.spending.title")
    years = plan.problem.years
    spent = _by_fund(plan, words)
    with drawing(plan, words, title=title, height=3.2, legend_rows=-(-(len(spent) + 1) // 2)) as figure:
        ax = figure.subplots()
        floor = [0.0] * len(years)
        for number, (fund, by_year) in enumerate(spent.items()):
            heights = [by_year.get(y, 0) / _MILLION for y in years]
            again, colour = divmod(number, len(FUND_COLOURS))
            ax.bar(
                range(len(years)),
                heights,
                0.5,
                bottom=floor,
                color=FUND_COLOURS[colour],
                hatch=HATCHES[again % len(HATCHES)],
                edgecolor=INK,
                linewidth=0.5,
                label=fund,
            )
            floor = [a + b for a, b in zip(floor, heights, strict=True)]
        given = [sum(s.budget for s in plan.spending if s.year == y) / _MILLION for y in years]
        for x, amount in enumerate(given):
            ax.plot([x - 0.36, x + 0.36], [amount, amount], color=INK, linewidth=1.6)
        most = max([*floor, *given, 1.0])
        for x, amount in enumerate(floor):
            # above the bar, or above the mark where that lies where the figure would stand
            top = given[x] if 0 <= given[x] - amount < 0.09 * most else amount
            said = words.number(amount, 1)
            ax.annotate(said, (x, top), (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=7.5)
        ax.set_ylim(0, 1.12 * most)
        ax.set_xticks(range(len(years)), [starred(y, plan).replace("-", "–") for y in years])
        ax.set_ylabel(words("money.axis"))
        count_axis(ax, words)
        mark = Line2D([], [], color=INK, linewidth=1.6, label=words("chart.spending.budget"))
        legend_below(figure, [*ax.get_legend_handles_labels()[0], mark], plan, columns=2)
    return Chart("spending", title, described("chart.spending.alt", words, plan), figure)


def _by_fund(plan: Plan, words: Words) -> Mapping[str, Mapping[int, int]]:
    """Return spending by fund name and year, the schools' own funds together, last."""
    own = [fund for fund in plan.problem.funds if is_school_money(plan, fund)]
    others = words("chart.spending.others", count=len(own))
    found: dict[str, dict[int, int]] = {}
    for fund in [f for f in plan.problem.funds if f not in own] + own:
        name = others if fund in own else plan.problem.fund_name(fund, words.language)
        years = found.setdefault(name, {})
        for s in plan.spending:
            if s.fund == fund:
                years[s.year] = years.get(s.year, 0) + s.spent
    return found

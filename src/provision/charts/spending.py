"""Spending by fund and year, against the money given that year."""

from __future__ import annotations

from collections.abc import Mapping

from provision.charts.chart import FUND_COLOURS, INK, Chart, count_axis, drawing
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
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
    with drawing(plan, words, title=title, height=3.1) as figure:
        ax = figure.subplots()
        floor = [0.0] * len(years)
        for number, (fund, by_year) in enumerate(spent.items()):
            heights = [by_year.get(y, 0) / _MILLION for y in years]
            colour = FUND_COLOURS[number % len(FUND_COLOURS)]
            ax.bar(range(len(years)), heights, 0.5, bottom=floor, color=colour, edgecolor=INK, linewidth=0.5, label=fund)
            floor = [a + b for a, b in zip(floor, heights, strict=True)]
        given = [sum(s.budget for s in plan.spending if s.year == y) / _MILLION for y in years]
        for x, amount in enumerate(given):
            label = words("chart.spending.budget") if x == 0 else None
            ax.plot([x - 0.36, x + 0.36], [amount, amount], color=INK, linewidth=1.6, label=label)
        for x, amount in enumerate(floor):
            top = max(amount, given[x])
            ax.annotate(words.number(amount, 1), (x, top), (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=7.5)
        ax.set_xticks(range(len(years)), [format_school_year(y).replace("-", "–") for y in years])
        ax.set_ylabel(words("money.axis"))
        ax.margins(y=0.12)
        count_axis(ax, words)
        figure.legend(loc="outside lower center", ncols=2, fontsize=7.5)
    return Chart("spending", title, words("chart.spending.alt"), figure)


def _by_fund(plan: Plan, words: Words) -> Mapping[str, Mapping[int, int]]:
    """Return spending by fund name and year, the schools' own funds together, last."""
    own = [fund for fund in plan.problem.funds if is_school_money(plan, fund)]
    others = words("chart.spending.others", count=len(own))
    found: dict[str, dict[int, int]] = {}
    for fund in [f for f in plan.problem.funds if f not in own] + own:
        name = others if fund in own else plan.problem.fund_names[fund][words.language != "vi"]
        years = found.setdefault(name, {})
        for s in plan.spending:
            if s.fund == fund:
                years[s.year] = years.get(s.year, 0) + s.spent
    return found

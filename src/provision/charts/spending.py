"""Spending by fund and year, against the money given that year."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from matplotlib.lines import Line2D

from provision.charts.chart import (
    FUND_COLOURS,
    HATCHES,
    INK,
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
from provision.questions.verdict import is_school_money
from provision.text import Words

_MILLION = 1_000_000


def draw_spending(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw what each fund spends in each school year, in million VND; the mark is the money given that year.

    Money that schools raised themselves is one colour. A bar may pass its mark: money carried over is spent later.
    """
    title = words("chart.spending.title")
    years = plan.problem.years
    spent = spent_by_fund(plan, words)
    with drawing(plan, words, title=title, height=2.3, size=size) as figure:
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
            top = given[x] if 0 <= given[x] - amount < 0.13 * most else amount
            said = words.number(amount, 0 if figure.is_half and amount >= 100 else 1)
            write_over(ax, said, x, top, points=figure.letters - 0.5, up=3)
        ax.set_ylim(0, 1.12 * most)
        mark_years(ax, years, plan, inches=0.84 * WIDTHS[size])
        ax.set_ylabel(words("money.axis"))
        count_axis(ax, words)
        mark = Line2D([], [], color=INK, linewidth=1.6, label=words("chart.spending.budget"))
        legend_below(figure, [*ax.get_legend_handles_labels()[0], mark], columns=2)
    seen = [f"{fund}: {words.money(sum(by_year.values()))}" for fund, by_year in spent.items()]
    alt = described("chart.spending.alt", words, plan, seen=seen)
    return Chart("spending", title, _caption(plan, spent, words), alt, figure)


def spent_by_fund(plan: Plan, words: Words) -> Mapping[str, Mapping[int, int]]:
    """Return whole VND spent by fund name and year, the schools' own funds together, last."""
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


def _caption(plan: Plan, spent: Mapping[str, Mapping[int, int]], words: Words) -> str:
    by_fund = {fund: sum(by_year.values()) for fund, by_year in spent.items()}
    whole, given = sum(by_fund.values()), sum(s.budget for s in plan.spending)
    if not whole:
        return words("finding.spending_none", given=words.money(given))
    most = max(by_fund, key=lambda fund: by_fund[fund])
    by_year = {y: sum(found.get(y, 0) for found in spent.values()) for y in plan.problem.years}
    year = max(by_year, key=lambda y: by_year[y])
    return words(
        "finding.spending",
        spent=words.money(whole),
        given=words.money(given),
        fund=most,
        share=words.percent(Fraction(by_fund[most], whole)),
        year=format_school_year(year),
        amount=words.money(by_year[year]),
    )

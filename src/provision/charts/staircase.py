"""What the next money would buy: a line a fund and year, each step of it a plan made again."""

from __future__ import annotations

from provision.charts.chart import DARK, FUND_COLOURS, INK, Chart, Size, count_axis, described, drawing, legend_below
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.staircase import Stair, Staircase, counts_pupils, said
from provision.questions.verdict import SHOWN
from provision.text import Words

_MILLION = 1_000_000
_LINES = 6
"""Lines that can be told apart in grey."""

_MARKS = ("o", "s", "^", "D", "v", "P")


def draw_next(answer: Staircase, plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw what more money saves, machine-years or pupil-years a million VND, a line a fund and year, the best."""
    title = words("chart.next.title")
    alike: dict[tuple[float, ...], list[Stair]] = {}
    for stair in answer.stairs:
        if stair.saves >= SHOWN:
            alike.setdefault(tuple(round(n, 1) for n in _saved(stair)), []).append(stair)
    best = list(alike.values())[:_LINES]
    names = ["; ".join(_named(stair, plan, words) for stair in stairs) for stairs in best]
    with drawing(plan, words, title=title, height=2.3, size=size) as figure:
        ax = figure.subplots()
        for number, stairs in enumerate(best):
            ax.plot(
                [s.more / _MILLION for s in stairs[0].steps],
                _saved(stairs[0]),
                marker=_MARKS[number],
                markersize=4.5,
                color=DARK if number == 0 else INK,
                markerfacecolor=FUND_COLOURS[number],
                linewidth=1.6 if number == 0 else 0.8,
                label=names[number],
            )
        ax.set_xlabel(words("chart.next.money"))
        ax.set_ylabel(words("chart.next.saved_pupils" if counts_pupils(plan) else "chart.next.saved"))
        ax.set_ylim(bottom=0)
        ax.margins(x=0.02)
        count_axis(ax, words, which="x")
        count_axis(ax, words)
        legend_below(figure, ax.get_legend_handles_labels()[0], columns=1)
    seen = [f"{name}: {words.number(stairs[0].saves, 1)}" for name, stairs in zip(names, best, strict=True)]
    alt = described("chart.next.alt_pupils" if counts_pupils(plan) else "chart.next.alt", words, seen=seen)
    return Chart("next", title, said(answer, plan, words)[0], alt, figure)


def _named(stair: Stair, plan: Plan, words: Words) -> str:
    fund = plan.problem.fund_name(stair.fund, words.language)
    return words("chart.next.line", fund=fund, year=format_school_year(stair.year))


def _saved(stair: Stair) -> list[float]:
    return [stair.steps[0].objective - s.objective for s in stair.steps]

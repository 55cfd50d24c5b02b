"""How fairly the plan shares: what share of its need each school has met, with the plan and without it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from statistics import median
from typing import Any

from provision.charts.chart import DARK, INK, LIGHT, WARM, Chart, Size, count_axis, described, drawing, legend_below
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.text import Words

_HALF = Fraction(1, 2)
_DOTS = 60
"""Schools whose dots can be told apart on one line."""

Shares = Sequence[Fraction]
"""What share of its machine-years each school has met, the worst served first."""


def draw_fairness(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw the share of its need in all years that each school has met, in order, with the plan and without it.

    Without the plan a school has what of its old machines still works, up to its need.
    """
    title, (without, with_plan) = words("chart.fairness.title"), shares_met(plan)
    with drawing(plan, words, title=title, height=2.3, size=size) as figure:
        ax = figure.subplots()
        ranks = range(1, len(with_plan) + 1)
        ax.fill_between(ranks, [*map(float, without)], [*map(float, with_plan)], color=LIGHT, linewidth=0)
        for shares, colour, fill, line, mark, key in (
            (with_plan, DARK, DARK, "-", "o", "with"),
            (without, INK, "#ffffff", "--", "s", "without"),
        ):
            low = sum(share < _HALF for share in shares)
            label = words(f"chart.fairness.{key}", low=low, schools=len(shares))
            marker = mark if len(shares) <= _DOTS else ""
            look: dict[str, Any] = {"color": colour, "linestyle": line, "marker": marker, "markerfacecolor": fill}
            ax.plot(ranks, [*map(float, shares)], linewidth=1.4, markersize=3.5, label=label, **look)
        ax.axhline(0.5, color=WARM, linewidth=0.8, linestyle=":", label=words("chart.fairness.half"))
        ax.set_ylim(0, 1.05)
        ax.set_xlim(0.5, max(2, len(with_plan)) + 0.5)
        ax.set_ylabel(words("chart.fairness.share"))
        ax.set_xlabel(words("chart.fairness.schools"))
        ax.locator_params(axis="x", integer=True, nbins=8 if size == "full" else 5)
        count_axis(ax, words, which="x")
        count_axis(ax, words)
        ax.yaxis.set_major_formatter(lambda value, _position: words.percent(value))
        legend_below(figure, ax.get_legend_handles_labels()[0], columns=1)
    seen = [_told("without", without, words), _told("with", with_plan, words)] if with_plan else []
    alt = described("chart.fairness.alt", words, plan, seen=seen)
    return Chart("fairness", title, _caption(plan, without, with_plan, words), alt, figure)


def shares_met(plan: Plan) -> tuple[Shares, Shares]:
    """Return what share of the need of all years each school has met without the plan and with it, in order."""
    need, old, missing = dict[str, int](), dict[str, int](), dict[str, Fraction]()
    for c in plan.machines:
        if c.need:
            need[c.school] = need.get(c.school, 0) + c.need
            old[c.school] = old.get(c.school, 0) + min(c.need, c.stock)
            missing[c.school] = missing.get(c.school, Fraction(0)) + Fraction(c.missing)
    without = sorted(Fraction(old[school], need[school]) for school in need)
    return without, sorted(1 - missing[school] / need[school] for school in need)


def _told(key: str, shares: Shares, words: Words) -> str:
    least, middle = words.percent(shares[0], 1), words.percent(median(shares), 1)
    return words(f"seen.fairness_{key}", least=least, middle=middle)


def _caption(plan: Plan, without: Shares, with_plan: Shares, words: Words) -> str:
    if not with_plan:
        return words("finding.coverage_none")
    before, after = (sum(share < _HALF for share in shares) for shares in (without, with_plan))
    return words(
        "finding.fairness",
        first=format_school_year(plan.problem.years[0]),
        last=format_school_year(plan.problem.years[-1]),
        before=before,
        after=after,
        schools=len(with_plan),
        least=words.percent(with_plan[0], 1),
    )

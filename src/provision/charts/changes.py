"""What changed most: bars to two sides, a school each; where no school misses more or less, a fund and year each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from provision.charts.chart import DARK, INK, LIGHT, SMALL, WIDTHS, Chart, Size, count_axis, described, drawing
from provision.charts.letters import told_apart, wrapped
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.change import Change, Funding
from provision.questions.change_said import against, change, said, unit_of, worst
from provision.questions.verdict import SHOWN
from provision.text import Words

_BARS = 16
_NAMES: Mapping[Size, float] = MappingProxyType({"full": 2.0, "half": 1.15})
"""The inches of a name beside a bar."""
_MILLION = 1_000_000


def draw_compare(answer: Change, plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw by how much schools miss more or less, in machine-years, or else what funds pay more or less."""
    english = words.language != "vi"
    schools = [line for line in worst(answer.schools) if abs(change(line.missing)) >= SHOWN]
    what = "missing" if schools else "paid"
    rows = [(line.names[english], change(line.missing)) for line in schools] or _money(answer, words)
    drawn = sorted(rows[:_BARS], key=lambda row: -row[1])
    if answer.other is not None and answer.other.illustrative:  # the banner is of whatever made-up rows have touched
        plan = replace(plan, problem=replace(plan.problem, illustrative=True))
    title, slots = words(f"chart.compare.title_{what}"), max(3, len(drawn))
    compared = against(answer, plan, words) if answer.years else ""
    below = wrapped(compared, 0.6 * WIDTHS[size], 7, lines=4).split("\n")
    with drawing(plan, words, title=title, height=0.5 + 0.12 * len(below) + 0.2 * slots, size=size) as figure:
        ax = figure.subplots()
        for at, (_, value) in enumerate(drawn):
            ax.barh(at, value, 0.7, color=DARK if value > 0 else LIGHT, edgecolor=INK, linewidth=0.5)
            side = 1 if value > 0 else -1
            sided = "left" if value > 0 else "right"
            place, by = (3 * side, 0), "offset points"
            number = words.number(abs(value), 1)
            ax.annotate(number, (value, at), place, textcoords=by, ha=sided, va="center", fontsize=SMALL)
        ax.set_yticks(range(len(drawn)), told_apart([name for name, _ in drawn], _NAMES[size], 7), fontsize=7)
        ax.set_ylim(slots - 0.5, -0.5)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.margins(x=0.12 if size == "full" else 0.3)
        lines = [words(f"chart.compare.{what}", unit=unit_of(answer, words) if schools else "")]
        if not drawn:
            lines = [words("chart.compare.nothing")]
        elif len(rows) > len(drawn):
            lines.append(words("chart.compare.rest", shown=len(drawn), all=len(rows)))
        told = [wrapped(line, 0.6 * WIDTHS[size], 7) for line in lines]
        ax.set_xlabel("\n".join(filter(None, [*told, *below])), fontsize=7)
        ax.locator_params(axis="x", nbins=8 if size == "full" else 4)
        count_axis(ax, words, which="x", digits=1)
        if not drawn:
            ax.set_xticks([])
    seen = [f"{name}: {'+' * (value > 0)}{words.number(value, 1)}" for name, value in drawn]
    alt = described("chart.compare.alt", words, seen=seen)
    return Chart("compare", title, said(answer, plan, words)[0], alt, figure)


def _money(answer: Change, words: Words) -> list[tuple[str, float]]:
    """Return what funds pay more or less in each year, in million VND, the greatest difference first."""
    rows = [(_name(row, words), (row.paid[1] - row.paid[0]) / _MILLION) for row in answer.money]
    return sorted((row for row in rows if abs(row[1]) >= SHOWN), key=lambda row: (-abs(row[1]), row[0]))


def _name(row: Funding, words: Words) -> str:
    fund, year = row.names[words.language != "vi"], row.purse[2]
    parts = [fund] * bool(fund) + [format_school_year(year)] * bool(year)
    return words("chart.compare.purse", fund=parts[0], year=parts[1]) if len(parts) > 1 else parts[0]

"""What changed most: bars to two sides, a school each; where no school misses more or less, a fund and year each."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap

from provision.charts.chart import DARK, INK, LIGHT, Chart, count_axis, drawing, shorten
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.change import Change, Funding
from provision.questions.change_said import against, change, unit_of, worst
from provision.questions.verdict import SHOWN
from provision.text import Words

_BARS, _LETTERS, _LINE = 16, 42, 62
_MILLION = 1_000_000


def draw_compare(answer: Change, plan: Plan, words: Words) -> Chart:
    """Draw by how much schools miss more or less, in machine-years, or else what funds pay more or less."""
    english = words.language != "vi"
    schools = [line for line in worst(answer.schools) if abs(change(line.missing)) >= SHOWN]
    what = "missing" if schools else "paid"
    rows = [(line.names[english], change(line.missing)) for line in schools] or _money(answer, words)
    drawn = sorted(rows[:_BARS], key=lambda row: -row[1])
    if answer.other is not None and answer.other.illustrative:  # the banner is of whatever made-up rows have touched
        plan = replace(plan, problem=replace(plan.problem, illustrative=True))
    title, slots = words(f"chart.compare.title_{what}"), max(3, len(drawn))
    compared = wrap(shorten(against(answer, plan, words), 2 * _LINE), _LINE) if answer.years else []
    with drawing(plan, words, title=title, height=1.2 + 0.12 * len(compared) + 0.2 * slots, legend_rows=0) as figure:
        ax = figure.subplots()
        for at, (_, value) in enumerate(drawn):
            ax.barh(at, value, 0.7, color=DARK if value > 0 else LIGHT, edgecolor=INK, linewidth=0.5)
            told = words.number(abs(value), 1)
            side = 1 if value > 0 else -1
            sided = "left" if value > 0 else "right"
            place, by = (3 * side, 0), "offset points"
            ax.annotate(told, (value, at), place, textcoords=by, ha=sided, va="center", fontsize=6)
        ax.set_yticks(range(len(drawn)), [shorten(name, _LETTERS) for name, _ in drawn])
        ax.set_ylim(slots - 0.5, -0.5)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.margins(x=0.12)
        lines = [words(f"chart.compare.{what}", unit=unit_of(answer, words) if schools else "")]
        if not drawn:
            lines = [words("chart.compare.nothing")]
        elif len(rows) > len(drawn):
            lines.append(words("chart.compare.rest", shown=len(drawn), all=len(rows)))
        ax.set_xlabel("\n".join([*lines, *compared]), fontsize=7)
        count_axis(ax, words, which="x", digits=1)
        if not drawn:
            ax.set_xticks([])
    return Chart("compare", title, words("chart.compare.alt"), figure)


def _money(answer: Change, words: Words) -> list[tuple[str, float]]:
    """Return what funds pay more or less in each year, in million VND, the greatest difference first."""
    rows = [(_name(row, words), (row.paid[1] - row.paid[0]) / _MILLION) for row in answer.money]
    return sorted((row for row in rows if abs(row[1]) >= SHOWN), key=lambda row: (-abs(row[1]), row[0]))


def _name(row: Funding, words: Words) -> str:
    fund, year = row.names[words.language != "vi"], row.purse[2]
    parts = [shorten(fund, _LETTERS - 11)] * bool(fund) + [format_school_year(year)] * bool(year)
    return words("chart.compare.purse", fund=parts[0], year=parts[1]) if len(parts) > 1 else parts[0]

"""Many units together: what each still misses, need and machines by year, who pays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from provision.charts.chart import (
    DARK,
    FUND_COLOURS,
    INK,
    LIGHT,
    MACHINE_LOOKS,
    SMALL,
    WARM,
    Chart,
    Paper,
    count_axis,
    legend_below,
    paper,
)
from provision.charts.letters import fitted, told_apart
from provision.domain.years import format_school_year
from provision.questions.province import Province
from provision.questions.verdict import SHOWN
from provision.text import Words

_MILLION = 1_000_000
_MOST = 40
"""The bars that are legible on one page: of more units, those that miss the largest share of their need."""

_NAME = 1.9
"""The inches of a unit's name."""


def draw_province_units(province: Province, words: Words) -> Chart:
    """Draw the share of each unit's need that is missing in its last year, most first, with the machines."""
    title = words("chart.province_units.title")
    rows = []
    for plan in province.plans:
        need, missing = (plan.total(plan.years[-1], what) for what in ("need", "missing"))
        rows.append((missing / need if need else 0.0, missing, need, plan.name))
    rows.sort(key=lambda row: (-row[0], row[3]))
    shown = rows[:_MOST]
    with _sheet(province, words, title, 0.45 + 0.19 * max(2, len(shown))) as figure:
        ax = figure.subplots()
        names = told_apart([name for *_, name in shown], _NAME, 7)
        ax.barh(range(len(shown)), [100 * share for share, *_ in shown], 0.66, color=DARK)
        for at, (share, missing, need, _) in enumerate(shown):
            said = words("chart.province_units.of", missing=words.number(missing, 1), need=words.number(need))
            ax.annotate(said, (100 * share, at), (3, 0), textcoords="offset points", va="center", fontsize=6.5)
        ax.set_yticks(range(len(shown)), names, fontsize=7)
        ax.invert_yaxis()
        ax.set_xlim(0, max(1.0, 125 * max((share for share, *_ in shown), default=0)))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        ax.set_xlabel(words("chart.province_units.axis"))
        count_axis(ax, words, which="x")
    rest = words("chart.province_units.rest", count=len(rows) - _MOST) if len(rows) > _MOST else ""
    share, _, _, worst = rows[0]
    caption = words("finding.province_units", name=worst, share=words.percent(share))
    alt = " ".join(filter(None, (words("chart.province_units.alt"), rest)))
    return Chart("province_units", title, caption, alt, figure)


def draw_province_years(province: Province, words: Words) -> Chart:
    """Draw the mandatory need of all units by school year in machines: what is met and what stays missing."""
    title = words("chart.province_years.title")
    years = province.years
    with _sheet(province, words, title, 2.1) as figure:
        ax = figure.subplots()
        need = [province.total(y, "need") for y in years]
        missing = [province.total(y, "missing") for y in years]
        met = [n - m for n, m in zip(need, missing, strict=True)]
        ax.bar(range(len(years)), met, 0.6, **MACHINE_LOOKS["bought"])
        short = [x for x, m in enumerate(missing) if m >= SHOWN]
        ax.bar(short, [missing[x] for x in short], 0.6, bottom=[met[x] for x in short], **MACHINE_LOOKS["missing"])
        for x, (n, m) in enumerate(zip(need, missing, strict=True)):
            ax.annotate(words.number(n), (x, n), (0, 2), textcoords="offset points", ha="center", fontsize=7.5)
            if m >= SHOWN:
                said = words("chart.need.short", machines=words.number(m, 1))
                ax.annotate(said, (x, n), (0, 11), textcoords="offset points", ha="center", fontsize=6.5, color=WARM)
        ax.set_ylim(0, max(1.0, 1.2 * max(need, default=0)))
        ax.set_xticks(range(len(years)), [_starred(province, y).replace("-", "–") for y in years])
        ax.set_ylabel(words("chart.need.machines"))
        count_axis(ax, words)
        looks = [
            Patch(label=words(f"chart.province_years.{key}"), **MACHINE_LOOKS[look])
            for key, look in (("met", "bought"), ("missing", "missing"))
        ]
        legend_below(figure, looks, columns=2)
    numbers = {"need": need[-1], "missing": words.number(missing[-1], 1)}
    caption = words("finding.province_years", last=format_school_year(years[-1]), **numbers)
    return Chart("province_years", title, caption, words("chart.province_years.alt"), figure)


def draw_province_money(province: Province, words: Words) -> Chart:
    """Draw what all units spend by school year in million VND, of the funds they share and of their own."""
    title = words("chart.province_money.title")
    years, money = province.years, province.money()
    with _sheet(province, words, title, 2.1) as figure:
        ax = figure.subplots()
        floor = [0.0] * len(years)
        kinds = ((True, FUND_COLOURS[1], "shared"), (False, LIGHT, "own"))
        for shared, colour, key in kinds:
            spent = [sum(m.spent for m in money if m.year == y and m.shared == shared) / _MILLION for y in years]
            label = words(f"chart.province_money.{key}")
            ax.bar(
                range(len(years)), spent, 0.5, bottom=floor, color=colour, edgecolor=INK, linewidth=0.5, label=label
            )
            floor = [a + b for a, b in zip(floor, spent, strict=True)]
        for x, amount in enumerate(floor):
            ax.annotate(
                words.number(amount), (x, amount), (0, 3), textcoords="offset points", ha="center", fontsize=7.5
            )
        ax.set_ylim(0, 1.12 * max([*floor, 1.0]))
        ax.set_xticks(range(len(years)), [_starred(province, y).replace("-", "–") for y in years])
        ax.set_ylabel(words("money.axis"))
        count_axis(ax, words)
        legend_below(figure, ax.get_legend_handles_labels()[0], columns=2)
    told = {"spent": words.money(sum(m.spent for m in money))}
    told["shared"] = words.money(sum(m.spent for m in money if m.shared))
    caption = words("finding.province_money", **told)
    return Chart("province_money", title, caption, words("chart.province_money.alt"), figure)


@contextmanager
def _sheet(province: Province, words: Words, title: str, height: float) -> Iterator[Paper]:
    """Yield an empty figure for what is of many units; height in inches."""
    roadmaps = dict.fromkeys(str(plan.summary["roadmap"]["document"]) for plan in province.plans)
    units = words("chart.province_units.units", count=len(province.plans))
    source = words(
        "banner.source",
        document=fitted("; ".join(roadmaps), 3.4, SMALL),
        units=units,
        scenario=fitted(province.label(words.language), 3.4, SMALL),
    )
    with paper(
        words,
        title=title,
        height=height,
        source=source,
        illustrative=province.illustrative,
        projected=bool(province.projected_years),
    ) as figure:
        yield figure


def _starred(province: Province, year: int) -> str:
    written = format_school_year(year)
    return written + "*" * (written in province.projected_years)

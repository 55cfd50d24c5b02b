"""The age of the pupil computers that work in each school year."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from types import MappingProxyType
from typing import Any

from matplotlib.patches import Patch

from provision.charts.chart import (
    DARK,
    LIGHT,
    MIDDLE,
    PAPER,
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
from provision.domain.plan import Plan, Quantity
from provision.domain.years import format_school_year
from provision.questions.ages import ages
from provision.text import Words

AGE_LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "new": {"facecolor": DARK, "edgecolor": DARK},
        "young": {"facecolor": MIDDLE, "edgecolor": DARK},
        "middle": {"facecolor": LIGHT, "edgecolor": DARK},
        "old": {"facecolor": PAPER, "edgecolor": DARK, "hatch": "////"},
    }
)
"""The younger a machine, the darker; the oldest are hatched."""

_YOUNGER = (2, 4, 6, inf)
"""The age in school years that each look ends before."""


def draw_ages(plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw the machines that schools have in each year, by the years they have worked; above them the mean age."""
    title, years, found = words("chart.ages.title"), plan.problem.years, ages(plan)
    bands = {year: _banded(found[year]) for year in years}
    with drawing(plan, words, title=title, height=2.2, size=size) as figure:
        ax = figure.subplots()
        floor = [0.0] * len(years)
        for band, look in AGE_LOOKS.items():
            heights = [float(bands[year][band]) for year in years]
            drawn = [x for x, height in enumerate(heights) if height]  # a bar of nothing would still show its edge
            base = [floor[x] for x in drawn]
            ax.bar(drawn, [heights[x] for x in drawn], 0.62, bottom=base, linewidth=0.6, **look)
            floor = [a + b for a, b in zip(floor, heights, strict=True)]
        for x, year in enumerate(years):
            mean = _mean(found[year])
            if mean is not None:
                said = words("chart.ages.mean", age=words.number(mean, 1))
                write_over(ax, said, x, floor[x], points=figure.letters - 0.5)
        ax.set_ylim(0, 1.14 * max([1.0, *floor]))
        ax.set_ylabel(words("chart.ages.machines"))
        mark_years(ax, years, plan, inches=0.84 * WIDTHS[size])
        count_axis(ax, words)
        looks = [Patch(label=words(f"chart.ages.{band}"), linewidth=0.6, **look) for band, look in AGE_LOOKS.items()]
        legend_below(figure, looks, columns=4)
    alt = described("chart.ages.alt", words, plan, seen=_seen(bands, words))
    return Chart("ages", title, _caption(plan, found, words), alt, figure)


def _banded(row: Mapping[int, Quantity]) -> dict[str, Quantity]:
    counts: dict[str, Quantity] = dict.fromkeys(AGE_LOOKS, 0)
    for age, n in row.items():
        band = next(name for name, younger in zip(AGE_LOOKS, _YOUNGER, strict=True) if age < younger)
        counts[band] += n
    return counts


def _mean(row: Mapping[int, Quantity]) -> Fraction | None:
    """Return the mean age in school years, None where there is no machine."""
    whole = sum(row.values())
    return (
        sum((Fraction(age) * Fraction(n) for age, n in row.items()), Fraction(0)) / Fraction(whole) if whole else None
    )


def _caption(plan: Plan, found: Mapping[int, Mapping[int, Quantity]], words: Words) -> str:
    means = {year: mean for year in plan.problem.years if (mean := _mean(found[year])) is not None}
    if not means:
        return words("finding.ages_none")
    first, last = min(means), max(means)
    old = _banded(found[last])["old"]
    return words(
        "finding.ages",
        first=format_school_year(first),
        last=format_school_year(last),
        before=words.number(means[first], 1),
        after=words.number(means[last], 1),
        machines=words.number(sum(found[last].values()), 1),
        old=words.number(old, 1),
    )


def _seen(bands: Mapping[int, Mapping[str, Quantity]], words: Words) -> list[str]:
    told = []
    for year, counts in bands.items():
        parts = [f"{words(f'chart.ages.{band}')}: {words.number(n, 1)}" for band, n in counts.items() if n]
        told.append(f"{format_school_year(year)} – {', '.join(parts) or words('chart.ages.nothing')}")
    return told

"""The plan in many futures: how often it misses how much, and what each assumption alone does to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from provision.charts.chart import (
    DARK,
    INK,
    LIGHT,
    MIDDLE,
    WARM,
    WIDTHS,
    Chart,
    Size,
    count_axis,
    described,
    drawing,
    legend_below,
)
from provision.charts.letters import wrapped
from provision.domain.plan import Plan
from provision.questions.futures import Futures, said, spread, worry_named
from provision.text import Words

_BINS = 20
_ROOM: Mapping[Size, float] = MappingProxyType({"full": 0.12, "half": 0.3})
"""The share of the width that is left on both sides, for the numbers beside the bars."""

_LINES: Mapping[Size, tuple[float, int]] = MappingProxyType({"full": (1.75, 3), "half": (1.15, 4)})
"""The inches of a line beside a bar, and how many lines there are at most."""

_BARS = 8
"""Assumptions that are drawn, the widest."""


def draw_futures(answer: Futures, plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw the futures by machine-years missing, and below them from where to where each assumption alone goes."""
    title = words("chart.futures.title")
    bars = min(_BARS, len(answer.worries))
    row = 0.36 if size == "full" else 0.46
    heights = (1.7, 0.5 + row * bars) if bars else (1.7,)
    with drawing(plan, words, title=title, height=0.4 + sum(heights), size=size) as figure:
        axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
        _results(axes[0], answer, words)
        if bars:
            _alone(axes[1], answer, plan, words, size)
        for ax in axes:
            _within(ax, answer, words, size)
        legend_below(figure, axes[0].get_legend_handles_labels()[0], columns=2)
    alt = described("chart.futures.alt", words, plan, seen=_seen(answer, plan, words))
    return Chart("futures", title, said(answer, plan, words)[0], alt, figure)


def _seen(answer: Futures, plan: Plan, words: Words) -> list[str]:
    """Return the assumptions that are drawn, from where to where each goes alone."""
    ends = [[words.number(n, 1) for n in sorted((w.low, w.high))] for w in answer.worries[:_BARS]]
    names = [worry_named(worry, plan, words) for worry in answer.worries[:_BARS]]
    return [f"{name}: {low}–{high}" for name, (low, high) in zip(names, ends, strict=True)]


def _results(ax: Axes, answer: Futures, words: Words) -> None:
    low, high = min(answer.results), max(answer.results)
    bins = _BINS
    if high - low < 1:  # all the same: one bar around it
        low, high, bins = low - 0.5, high + 0.5, 1
    ax.hist(answer.results, bins=bins, range=(low, high), color=LIGHT, edgecolor=DARK, linewidth=0.6)
    half = spread(answer.results)[2]
    ax.axvline(half, color=DARK, linewidth=1.6, label=words("chart.futures.half"))
    ax.axvline(answer.planned, color=WARM, linewidth=1.6, linestyle="--", label=words("chart.futures.planned"))
    ax.set_ylabel(words("chart.futures.results"))
    ax.locator_params(axis="y", integer=True)
    count_axis(ax, words)


def _alone(ax: Axes, answer: Futures, plan: Plan, words: Words, size: Size) -> None:
    worries = answer.worries[:_BARS]
    for at, worry in enumerate(worries):
        low, high = sorted((worry.low, worry.high))
        ax.barh(at, high - low, 0.55, left=low, color=MIDDLE, edgecolor=DARK, linewidth=0.6)
        for end, side, shift in ((low, "right", -3), (high, "left", 3)):
            ax.annotate(
                words.number(end, 1),
                (end, at),
                (shift, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                fontsize=7,
            )
    names = [worry_named(worry, plan, words) for worry in worries]
    inches, lines = _LINES[size]
    told = [wrapped(name[0].upper() + name[1:], inches, 7, lines=lines) for name in names]
    ax.set_yticks(range(len(worries)), told, fontsize=7)
    ax.axvline(answer.planned, color=WARM, linewidth=1.6, linestyle="--")
    ax.invert_yaxis()
    ax.set_title(wrapped(words("chart.futures.alone"), 0.5 * WIDTHS[size], 8), loc="left", fontsize=8, color=INK)


def _within(ax: Axes, answer: Futures, words: Words, size: Size) -> None:
    """Give both panels one axis of machine-years, which has none below nothing."""
    ends = [*answer.results, answer.planned, *(end for worry in answer.worries for end in (worry.low, worry.high))]
    room = max(5.0, _ROOM[size] * (max(ends) - min(ends)))
    ax.set_xlim(min(ends) - room, max(ends) + room)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8 if size == "full" else 4, integer=True))
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= max(ends) + room])
    ax.set_xlabel(wrapped(words("chart.futures.missing"), 0.5 * WIDTHS[size], 8))
    count_axis(ax, words, which="x")

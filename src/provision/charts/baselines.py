"""The plan beside rules of thumb: what each leaves missing, and its worst-served school."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from provision.charts.chart import DARK, INK, LIGHT, WIDTHS, Chart, Size, count_axis, described, drawing
from provision.charts.letters import wrapped
from provision.domain.plan import Plan
from provision.questions.baselines import Baselines, Way, said
from provision.text import Words


def draw_baselines(answer: Baselines, plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw what each way leaves missing as the plan counts it, and the share its worst-served school misses."""
    title = words("chart.baselines.title")
    names = [words(f"baselines.way_{way.code}") for way in answer.ways]
    told = [wrapped(name, 0.4 * WIDTHS[size], 7, lines=3) for name in names]
    is_half = size == "half"
    with drawing(plan, words, title=title, height=4.2 if is_half else 2.0, size=size) as figure:
        missing, worst = figure.subplots(*((2, 1) if is_half else (1, 2)), sharey=True)
        _bars(missing, answer.ways, [way.objective for way in answer.ways], lambda n: words.number(n, 1))
        missing.set_xlabel(wrapped(words(f"chart.baselines.{plan.problem.scenario.weigh}"), 0.6 * WIDTHS[size], 7))
        count_axis(missing, words, which="x")
        shares = [way.worst[0].share if way.worst else 0.0 for way in answer.ways]
        _bars(worst, answer.ways, shares, lambda share: words.percent(share, 1))
        worst.set_xlabel(wrapped(words("chart.baselines.worst"), 0.6 * WIDTHS[size], 7))
        worst.set_xticks([tick for tick in worst.get_xticks() if tick <= 1])  # the room for a bar's number has none
        worst.xaxis.set_major_formatter(lambda value, _position: words.percent(value))
        worst.grid(axis="x", color="#dddddd", linewidth=0.5)
        worst.set_axisbelow(True)
        missing.set_yticks(range(len(names)), told, fontsize=7)
        missing.invert_yaxis()
    seen = [
        f"{name}: {words.number(way.objective, 1)}; {words.percent(share, 1)}"
        for name, way, share in zip(names, answer.ways, shares, strict=True)
    ]
    alt = described("chart.baselines.alt", words, seen=seen)
    return Chart("baselines", title, said(answer, plan, words)[0], alt, figure)


def _bars(ax: Axes, ways: Sequence[Way], lengths: Sequence[float], said: Callable[[float], str]) -> None:
    """Draw a bar a way, the plan's own dark, each with its number at its end."""
    colours = [DARK, *[LIGHT] * (len(ways) - 1)]
    ax.barh(range(len(ways)), lengths, 0.66, color=colours, edgecolor=INK, linewidth=0.5)
    for y, length in enumerate(lengths):
        ax.annotate(said(length), (length, y), (3, 0), textcoords="offset points", va="center", fontsize=7)
    ax.set_xlim(0, 1.28 * max(*lengths, 1e-9))
    ax.locator_params(axis="x", nbins=4)

"""The ways out where need stays missing: a bar each, as long as what is missing after it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from provision.charts.chart import DARK, INK, LIGHT, PAPER, WARM, WIDTHS, Chart, Size, count_axis, described, drawing
from provision.charts.letters import wrapped
from provision.domain.plan import Plan
from provision.questions.ways import MET, Way
from provision.questions.why import Why, done, said
from provision.text import Words

_BARS = 14
"""Ways that fit on a page."""

_LINES: Mapping[Size, tuple[float, int]] = MappingProxyType({"full": (2.8, 2), "half": (1.4, 4)})
"""The inches of a line beside a bar, and how many lines of a way's words there are at most."""


def draw_why(answer: Why, plan: Plan, words: Words, *, size: Size = "full") -> Chart:
    """Draw the machine-years still missing after each way out, beside those missing if nothing is done.

    The plan itself stands above them where it misses more: it buys whole machines and looks beyond the period.
    What would leave as much missing, or more, is no way out: it stands in the table alone.
    """
    title = words("chart.why.title")
    ways = [w for w in answer.ways if w.missing < answer.least - MET][:_BARS]
    missed = sum(float(c.missing) for c in plan.machines)
    planned = [missed] if missed - answer.least >= MET else []
    told = [words("chart.why.plan")] * len(planned) + [
        words("chart.why.nothing"),
        *(done(w, plan, words) for w in ways),
    ]
    names = [wrapped(name, _LINES[size][0], 6.5, lines=_LINES[size][1]) for name in told]
    left = [*planned, answer.least, *(w.missing for w in ways)]
    with drawing(
        plan, words, title=title, height=0.6 + (0.27 if size == "full" else 0.47) * len(names), size=size
    ) as figure:
        ax = figure.subplots()
        spots = range(len(names))
        numbers = [*(words.number(n, 1) for n in (*planned, answer.least)), *(_left(w, words) for w in ways)]
        colours = [*[WARM] * len(planned), PAPER, *(LIGHT if w.meets else DARK for w in ways)]
        edges = [WARM] * (len(planned) + 1) + [DARK] * len(ways)
        ax.barh(spots, left, 0.62, color=colours, edgecolor=edges, linewidth=0.8)
        for y, number in zip(spots, numbers, strict=True):
            ax.annotate(number, (left[y], y), (3, 0), textcoords="offset points", va="center", fontsize=7, color=INK)
        ax.set_yticks(spots, names, fontsize=6.5)
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.set_xlim(0, 1.3 * max(1.0, *left))
        ax.set_xlabel(wrapped(words("chart.why.still"), 0.5 * WIDTHS[size], figure.letters))
        count_axis(ax, words, which="x", digits=1)
    seen = [f"{name}: {number}" for name, number in zip(told, numbers, strict=True)]
    return Chart("why", title, said(answer, plan, words)[0], described("chart.why.alt", words, seen=seen), figure)


def _left(way: Way, words: Words) -> str:
    return words("chart.why.met") if way.meets else words.number(way.missing, 1)

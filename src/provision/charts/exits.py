"""The ways out where need stays missing: a bar each, as long as what is missing after it."""

from __future__ import annotations

from textwrap import wrap

from provision.charts.chart import DARK, INK, LIGHT, PAPER, WARM, Chart, count_axis, drawing, shorten
from provision.domain.plan import Plan
from provision.questions.ways import MET, Way
from provision.questions.why import Why, done
from provision.text import Words

_BARS = 14
"""Ways that fit on a page."""

_LETTERS = 50
"""What of a way's words fits on one of the two lines beside its bar."""


def draw_why(answer: Why, plan: Plan, words: Words) -> Chart:
    """Draw the machine-years still missing after each way out, beside those missing if nothing is done.

    What would leave as much missing, or more, is no way out: it stands in the table alone.
    """
    title = words("chart.why.title")
    ways = [w for w in answer.ways if w.missing < answer.least - MET][:_BARS]
    names = [words("chart.why.nothing"), *(_name(done(w, plan, words)) for w in ways)]
    left = [answer.least, *(w.missing for w in ways)]
    with drawing(plan, words, title=title, height=1.4 + 0.27 * len(names), legend_rows=0) as figure:
        ax = figure.subplots()
        spots = range(len(names))
        colours = [PAPER, *(LIGHT if w.meets else DARK for w in ways)]
        ax.barh(spots, left, 0.62, color=colours, edgecolor=[WARM, *[DARK] * len(ways)], linewidth=0.8)
        for y, said in zip(spots, [words.number(answer.least, 1), *(_left(w, words) for w in ways)], strict=True):
            ax.annotate(said, (left[y], y), (3, 0), textcoords="offset points", va="center", fontsize=7, color=INK)
        ax.set_yticks(spots, names, fontsize=6.5)
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.set_xlim(0, 1.3 * max(1.0, *left))
        ax.set_xlabel(words("chart.why.still"))
        count_axis(ax, words, which="x", digits=1)
    return Chart("why", title, words("chart.why.alt"), figure)


def _name(done: str) -> str:
    return "\n".join(wrap(shorten(done, 2 * _LETTERS - 4), _LETTERS))


def _left(way: Way, words: Words) -> str:
    return words("chart.why.met") if way.meets else words.number(way.missing, 1)

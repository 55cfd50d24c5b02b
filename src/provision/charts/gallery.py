"""All charts of one plan in the order they are shown, also those that take a question which may not be asked yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from provision.charts.ages import draw_ages
from provision.charts.answers import ANSWER_CHARTS, unasked
from provision.charts.chart import Chart
from provision.charts.coverage import draw_coverage
from provision.charts.fairness import draw_fairness
from provision.charts.flow import draw_flow
from provision.charts.need import draw_need
from provision.charts.pupils import draw_pupils
from provision.charts.rollout import draw_rollout
from provision.charts.spending import draw_spending
from provision.domain.plan import Plan
from provision.questions.council import kept_answers, question_of
from provision.text import Words

GALLERY: tuple[Callable[..., Chart] | str, ...] = (
    draw_rollout,
    draw_need,
    draw_pupils,
    draw_coverage,
    draw_spending,
    "next",
    draw_ages,
    "compare",
    draw_fairness,
    "baselines",
    "futures",
    draw_flow,
    "least",
    "why",
    "school",
)
"""Who draws each chart, and by its code each council's question whose answer is drawn; the order is their numbers."""


@dataclass(frozen=True)
class Exhibit:
    """A place of the gallery: what draws it in a ``size``, once an answer; where nothing does, its title and why."""

    number: int
    draws: tuple[Callable[..., Chart], ...]
    title: str = ""
    why: str = ""


def exhibits(plan: Plan, words: Words, folder: str = "") -> Iterator[Exhibit]:
    """Yield every place of the gallery of a plan; answers are those kept in its folder."""
    for number, shown in enumerate(GALLERY, 1):
        if not isinstance(shown, str):
            yield Exhibit(number, (partial(shown, plan, words),))
        elif answers := kept_answers(shown, folder):
            yield Exhibit(number, tuple(partial(ANSWER_CHARTS[shown], answer, plan, words) for answer in answers))
        else:
            yield Exhibit(number, (), question_of(shown).headline(words), unasked(shown, plan, words, folder))

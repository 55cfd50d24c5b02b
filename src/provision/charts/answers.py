"""A council's questions as a report shows them: sentences, a chart, tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from shlex import quote
from typing import Any

from provision.charts.baselines import draw_baselines
from provision.charts.changes import draw_compare
from provision.charts.chart import Chart
from provision.charts.exits import draw_why
from provision.charts.filling import draw_least
from provision.charts.futures import draw_futures
from provision.charts.school import draw_school
from provision.charts.staircase import draw_next
from provision.domain.plan import Plan
from provision.questions.council import kept_answers, question_of
from provision.questions.report import Passage
from provision.text import Words

ANSWER_CHARTS: Mapping[str, Callable[..., Chart]] = {
    "next": draw_next,
    "least": draw_least,
    "why": draw_why,
    "baselines": draw_baselines,
    "school": draw_school,
    "futures": draw_futures,
    "compare": draw_compare,
}
"""Who draws the answer to which question: an answer, the plan, words and a ``size`` to a chart."""


def answered(code: str, plan: Plan, words: Words, folder: str) -> Passage:
    """Return the answers kept with a plan in its folder; where there is none, how to ask for one, or why not."""
    answers = kept_answers(code, folder)
    if not answers:
        return Passage(f"<p>{escape(unasked(code, plan, words, folder))}</p>")
    return Passage("".join(told(code, answer, plan, words).html for answer in answers))


def unasked(code: str, plan: Plan, words: Words, folder: str) -> str:
    """Return how to have an answer that is not kept with a plan, or why there is none."""
    if not question_of(code).applies_to(plan.problem):
        return words("ask.nothing_open")
    where = " ".join([quote(folder) if folder else "DIR", *(p.place for p in question_of(code).needed)])
    return words("ask.not_asked", code=code, folder=where)


def told(code: str, answer: Any, plan: Plan, words: Words) -> Passage:
    """Return one answer: its sentences, its chart, its tables."""
    question = question_of(code)
    said = [f"<p>{escape(line)}</p>" for line in question.said(answer, plan, words)]
    chart = ANSWER_CHARTS[code](answer, plan, words)._repr_mimebundle_()["text/html"]
    return Passage("".join([*said, chart, *(table.html for table in question.shown(answer, plan, words))]))

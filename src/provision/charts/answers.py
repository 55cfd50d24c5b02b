"""A council's questions as a report shows them: sentences, a chart, tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from provision.charts.chart import Chart
from provision.charts.futures import draw_futures
from provision.charts.staircase import draw_next
from provision.domain.plan import Plan
from provision.questions.council import kept_answer, question_of
from provision.questions.report import Passage
from provision.text import Words

ANSWER_CHARTS: Mapping[str, Callable[[Any, Plan, Words], Chart]] = {"next": draw_next, "futures": draw_futures}
"""Who draws the answer to which question."""


def answered(code: str, plan: Plan, words: Words, folder: str) -> Passage:
    """Return the answer kept with a plan in its folder; where there is none, how to ask for it."""
    answer = kept_answer(code, folder)
    if answer is None:
        return Passage(f"<p>{escape(words('ask.not_asked', code=code, folder=folder or 'DIR'))}</p>")
    question = question_of(code)
    said = [f"<p>{escape(line)}</p>" for line in question.said(answer, plan, words)]
    chart = ANSWER_CHARTS[code](answer, plan, words)._repr_mimebundle_()["text/html"]
    return Passage("".join([*said, chart, *(table.html for table in question.shown(answer, plan, words))]))

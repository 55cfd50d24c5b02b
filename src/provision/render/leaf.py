"""One answer to a council's question as a page to print."""

from __future__ import annotations

from typing import Any

from provision.charts.answers import told
from provision.domain.plan import Plan
from provision.questions.council import question_of
from provision.render.pages import page
from provision.render.scrolling import scrolling
from provision.text import Words


def answer_page(code: str, answer: Any, plan: Plan, words: Words) -> str:
    """Return one answer as a self-contained page, which fits a sheet of A4 where it is about one school."""
    return page(
        "leaf.html.j2",
        title=question_of(code).headline(words),
        illustrative=words("banner.illustrative") if plan.problem.illustrative else "",
        body=scrolling(told(code, answer, plan, words).html),
        language=words.language,
    )

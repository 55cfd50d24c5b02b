"""A council's questions, in the order they are asked, and their answers as they are kept with a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from provision.questions import baselines, one_more
from provision.questions import next as next_money
from provision.questions.asking import Question
from provision.store.answers import read_answers

QUESTIONS: tuple[Question, ...] = (next_money.QUESTION, baselines.QUESTION, one_more.QUESTION)
"""Every question that is answered by asking the plan again; each has a chart of the same name."""


def question_of(code: str) -> Question:
    """Return a question by its code."""
    return next(question for question in QUESTIONS if question.code == code)


def kept_answers(code: str, folder: str | Path) -> tuple[Any, ...]:
    """Return the answers kept with the plan in a folder, empty where none was asked for or the plan is newer."""
    return read_answers(Path(folder), code, question_of(code).answers) if folder else ()


def kept_answer(code: str, folder: str | Path) -> Any | None:
    """Return the first answer kept with the plan in a folder, None where there is none."""
    return next(iter(kept_answers(code, folder)), None)

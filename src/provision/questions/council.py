"""A council's questions, in the order they are asked, and their answers as they are kept with a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from provision.questions import futures
from provision.questions import next as next_money
from provision.questions.asking import Question
from provision.store.answers import read_answer

QUESTIONS: tuple[Question, ...] = (next_money.QUESTION, futures.QUESTION)
"""Every question that is answered by asking the plan again; each has a chart of the same name."""


def question_of(code: str) -> Question:
    """Return a question by its code."""
    return next(question for question in QUESTIONS if question.code == code)


def kept_answer(code: str, folder: str | Path) -> Any | None:
    """Return the answer that is kept with the plan in a folder, None where it was not asked or the plan is newer."""
    return read_answer(Path(folder), code, question_of(code).answers) if folder else None

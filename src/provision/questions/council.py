"""A council's questions, in the order they are asked, and their answers as they are kept with a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provision.errors import ProvisionError
from provision.questions import baselines, futures, least, one_more, what_changed, why
from provision.questions import next as next_money
from provision.questions.asking import Asked, Progress, Question, in_silence
from provision.store.answers import fingerprint, read_answers, refuse_unwritable, save_answer

QUESTIONS: tuple[Question, ...] = (
    next_money.QUESTION,
    least.QUESTION,
    why.QUESTION,
    one_more.QUESTION,
    baselines.QUESTION,
    futures.QUESTION,
    what_changed.QUESTION,
)
"""Every question that is answered by asking the plan again; each has a chart of the same name."""


ROUTINE = tuple(question.code for question in QUESTIONS if question.routine)
"""The questions that every rendered report answers."""


def question_of(code: str) -> Question:
    """Return a question by its code."""
    return next(question for question in QUESTIONS if question.code == code)


def kept_answers(code: str, folder: str | Path) -> tuple[Any, ...]:
    """Return the answers kept with the plan in a folder, empty where none was asked for or the plan is newer."""
    return read_answers(Path(folder), code, question_of(code).answers) if folder else ()


def kept_answer(code: str, folder: str | Path) -> Any | None:
    """Return the first answer kept with the plan in a folder, None where there is none."""
    return next(iter(kept_answers(code, folder)), None)


def put(
    question: Question, asked: Asked, folder: Path, *, stated: Mapping[str, Any], progress: Progress = in_silence
) -> tuple[Any, Path]:
    """Put a question to a plan, keep the answer in its folder, and return it and its file.

    Raises
    ------
    ProvisionError
        Where it cannot be answered, or an answer cannot be written: that is told before it is worked out.

    """
    if not question.applies_to(asked.plan.problem):
        raise ProvisionError("nothing_open")
    refuse_unwritable(folder)  # before minutes are spent on an answer
    plan = fingerprint(folder)  # a question may take minutes: what it was asked of may be gone by then
    answer = question.ask(asked, **stated, progress=progress)
    about = tuple(str(stated[p.name]) for p in question.needed)
    return answer, save_answer(folder, question.code, answer, stated, plan=plan, about=about)

"""``answers/``: what was asked of a plan, kept beside it for its report. The door of pydantic."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from provision.errors import ProvisionError
from provision.store.atomic import write_whole
from provision.store.fingerprints import sha256
from provision.store.summary import MARK

ANSWERS = "answers"
"""The folder in a plan folder."""

_Answer = TypeVar("_Answer")


def fingerprint(folder: Path) -> str:
    """Return what tells a plan from any other: the SHA-256 of its summary, which has those of its inputs."""
    return sha256(folder / MARK)


def save_answer(
    folder: Path, code: str, answer: object, stated: Mapping[str, Any], *, plan: str, about: Sequence[str] = ()
) -> Path:
    """Keep an answer in a plan folder, bound to the plan of a fingerprint, and return the file.

    An answer ``about`` something has a file of its own beside those about others. Where another plan has come into
    the folder since it was asked, the answer is kept and told to nobody.

    Raises
    ------
    ProvisionError
        Where the file cannot be written.

    """
    file = folder / ANSWERS / f"{'-'.join((code, *about))}.json"
    told = {"format": 1, "question": code, "plan": plan, "stated": dict(stated)}
    told["answer"] = TypeAdapter(type(answer)).dump_python(answer, mode="json")
    told["sha256"] = _hash(told["answer"])
    write_beside(file, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return file


def refuse_unwritable(folder: Path) -> None:
    """Refuse a plan folder in which no answer could be kept.

    Raises
    ------
    ProvisionError
        In words that name it.

    """
    answers = folder / ANSWERS
    try:
        answers.mkdir(exist_ok=True)
        TemporaryFile(dir=answers).close()  # whether it can be written shows only where it is
        if not any(answers.iterdir()):
            answers.rmdir()
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(answers), reason=str(error)) from None


def write_beside(file: Path, content: bytes) -> None:
    """Write a file among the answers, whole or not at all.

    Raises
    ------
    ProvisionError
        Where it cannot be written.

    """
    try:
        file.parent.mkdir(exist_ok=True)
        write_whole(file, content)
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(file), reason=str(error)) from None


def read_answers(folder: Path, code: str, noun: type[_Answer]) -> tuple[_Answer, ...]:
    """Return the answers to a question that are kept in a plan folder, in order of their files.

    None of another plan is among them, nor a file that somebody changed: it is asked again in seconds.
    """
    found = []
    for file in (folder / ANSWERS / f"{code}.json", *sorted((folder / ANSWERS).glob(f"{code}-*.json"))):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            known = fingerprint(folder), code, 1, _hash(told["answer"])
            if (told["plan"], told["question"], told["format"], told["sha256"]) == known:
                found.append(TypeAdapter(noun).validate_python(told["answer"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, ValidationError):
            continue
    return tuple(found)


def _hash(answer: object) -> str:
    """Return the fingerprint of an answer as plain values: a school or fund in it is one its plan has."""
    return hashlib.sha256(json.dumps(answer, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def read_plain(file: Path) -> dict[str, Any]:
    """Return what a kept answer says, as plain values."""
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told

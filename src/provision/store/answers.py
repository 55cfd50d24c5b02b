"""``answers/``: what was asked of a plan, kept beside it for its report. The door of pydantic."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from provision.errors import ProvisionError
from provision.store.atomic import write_whole
from provision.store.fingerprints import sha256
from provision.store.summary import MARK

ANSWERS = "answers"
"""The folder in a plan folder."""

_Answer = TypeVar("_Answer")


def save_answer(
    folder: Path, code: str, answer: object, stated: Mapping[str, Any], *, about: Sequence[str] = ()
) -> Path:
    """Keep an answer in a plan folder, bound to that plan by its fingerprint, and return the file.

    An answer ``about`` something has a file of its own beside those about others.

    Raises
    ------
    ProvisionError
        Where the file cannot be written.

    """
    file = folder / ANSWERS / f"{'-'.join((code, *about))}.json"
    told = {"format": 1, "question": code, "plan": sha256(folder / MARK), "stated": dict(stated)}
    told["answer"] = TypeAdapter(type(answer)).dump_python(answer, mode="json")
    write_beside(file, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return file


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

    None of another plan is among them, nor a file that somebody changed beyond what can be read: it is asked again
    in seconds.
    """
    found = []
    for file in (folder / ANSWERS / f"{code}.json", *sorted((folder / ANSWERS).glob(f"{code}-*.json"))):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            if (told["plan"], told["question"]) == (sha256(folder / MARK), code):
                found.append(TypeAdapter(noun).validate_python(told["answer"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, ValidationError):
            continue
    return tuple(found)


def read_plain(file: Path) -> dict[str, Any]:
    """Return what a kept answer says, as plain values."""
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told

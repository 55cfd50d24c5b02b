"""``answers/``: what was asked of a plan, kept beside it for its report. The door of pydantic."""

from __future__ import annotations

import json
from collections.abc import Mapping
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


def save_answer(folder: Path, code: str, answer: object, stated: Mapping[str, Any]) -> Path:
    """Keep an answer in a plan folder, bound to that plan by its fingerprint, and return the file.

    Raises
    ------
    ProvisionError
        Where the file cannot be written.

    """
    file = folder / ANSWERS / f"{code}.json"
    told = {"format": 1, "question": code, "plan": sha256(folder / MARK), "stated": dict(stated)}
    told["answer"] = TypeAdapter(type(answer)).dump_python(answer, mode="json")
    try:
        file.parent.mkdir(exist_ok=True)
        write_whole(file, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(file), reason=str(error)) from None
    return file


def read_answer(folder: Path, code: str, noun: type[_Answer]) -> _Answer | None:
    """Return an answer that is kept in a plan folder; None where there is none, or it is of another plan.

    A file that somebody changed beyond what can be read counts as none: it is asked again in seconds.
    """
    try:
        told = json.loads((folder / ANSWERS / f"{code}.json").read_text(encoding="utf-8"))
        if told["plan"] != sha256(folder / MARK):
            return None
        return TypeAdapter(noun).validate_python(told["answer"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ValidationError):
        return None


def read_plain(file: Path) -> dict[str, Any]:
    """Return what a kept answer says, as plain values."""
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told

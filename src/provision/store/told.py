"""The JSON files of a plan folder, read back: each entry told once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Form = Mapping[str, Callable[[Any], bool]]
"""The entries that a file must tell, each with what says whether its value fits."""


def read_told(path: Path, form: Form) -> dict[str, Any]:
    """Return what a JSON file of a form says, as plain values.

    Raises
    ------
    OSError, ValueError, RecursionError
        Where it cannot be read, is no JSON or not of the form, or tells an entry twice: readers differ in which of
        the two they take.

    """
    told = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    if not isinstance(told, dict) or not all(key in told and fits(told[key]) for key, fits in form.items()):
        raise ValueError(path.name)
    return told


def _once(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(entries)
    if len(told) < len(entries):
        raise ValueError("an entry told twice")
    return told

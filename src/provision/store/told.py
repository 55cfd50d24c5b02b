"""The JSON files of a plan folder, read back: each entry told once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_told(path: Path) -> Any:
    """Return what a JSON file says, as plain values.

    Raises
    ------
    OSError, ValueError, RecursionError
        Where it cannot be read, is no JSON, or tells an entry twice: readers differ in which of the two they take.

    """
    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)


def _once(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(entries)
    if len(told) < len(entries):
        raise ValueError("an entry told twice")
    return told

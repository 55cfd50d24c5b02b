"""One pack on top of another: what it states itself replaces the same statement below, row by row, and is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SAME: Mapping[str, tuple[str, ...]] = {
    "ratio": ("level",),
    "minimum": ("item", "per", "with", "arrangement"),
    "teaching": ("level",),
    "deadline": ("date", "title_vi"),
}
"""The keys by which two rows state the same. A calendar and the computer rooms are one statement as a whole."""

_WHOLE = ("phase", "lab")
_QUIET = ("id", "title_vi", "title_en", "document", "issued", "note")
"""What every pack says of itself."""

Overridden = tuple[str, str]
"""The table of a statement that was replaced, or ``pack`` for one of its head, and what it is of."""


def extended(base: Mapping[str, Any], own: Mapping[str, Any], overridden: list[Overridden]) -> dict[str, Any]:
    """Return a pack with what it does not state from the one below, whose rows go on naming their document.

    What the pack states otherwise is added to ``overridden``. A table that is no list of rows is left as it is, to
    be told of.
    """
    joined = dict(base) | dict(own)
    overridden += [("pack", key) for key in own if key in base and key not in (*_QUIET, *_SAME, *_WHOLE)]
    for table in (*_SAME, *_WHOLE):
        below, above = base.get(table, []), own.get(table, [])
        if not (_are_rows(below) and _are_rows(above)):
            continue
        kept = [row for row in below if not _replaced(table, row, above)]
        overridden += [(table, _named(table, row)) for row in below if row not in kept]
        rows = [{"document": base.get("document", "")} | row for row in kept] + list(above)
        if rows:
            joined[table] = rows
    return joined


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _replaced(table: str, row: Mapping[str, Any], above: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the pack above states anew what a row below does."""
    if table in _WHOLE:
        return bool(above)
    return any(all(row.get(key) == other.get(key) for key in _SAME[table]) for other in above)


def _named(table: str, row: Mapping[str, Any]) -> str:
    """Return what a row is of: a level, an item, a school year, a date."""
    return str(
        row.get(
            {"phase": "school_year", "lab": "seats", "minimum": "item"}.get(table, _SAME.get(table, ("",))[0]), ""
        )
    )

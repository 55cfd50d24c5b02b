"""One pack on top of another: what it states itself replaces the same statement below, row by row, and is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from provision.domain.problem import PUPIL_COMPUTER
from provision.errors import Fault

_SAME: Mapping[str, tuple[str, ...]] = {
    "ratio": ("level",),
    "minimum": ("item", "per", "with", "arrangement", "levels", "where"),
    "teaching": ("level",),
    "deadline": ("date", "title_vi"),
}
"""The keys by which two rows state the same. A calendar and the computer rooms are one statement as a whole."""

_DEFAULTS: Mapping[str, Any] = {"with": PUPIL_COMPUTER, "arrangement": "", "levels": [], "where": "all"}

_WHOLE = ("phase", "lab")
_QUIET = ("id", "title_vi", "title_en", "document", "issued", "note")
"""What every pack says of itself."""

Overridden = tuple[str, str]
"""The table of a statement that was replaced, or ``pack`` for one of its head, and what it is of."""


def joined(
    file: str, line: Sequence[Mapping[str, Any]], faults: list[Fault], overridden: list[Overridden]
) -> Mapping[str, Any]:
    """Return a pack with all it extends, the nearest first in ``line``; what it states otherwise is added.

    A pack that extends has an id of its own, and where it states anything a document of its own.
    """
    own, *bases = line
    if not faults and bases and own.get("id", "") in ("", *(base.get("id") for base in bases)):
        faults.append(Fault("pack_head", file, column="id", found=str(own.get("id", ""))))
    if not faults and any("document" not in above and set(above) & {*_SAME, *_WHOLE} for above in line[:-1]):
        faults.append(Fault("pack_head", file, column="document"))
    pack = line[-1]
    for above in reversed(line[:-1] if not faults else ()):
        pack = extended(pack, {key: value for key, value in above.items() if key != "extends"}, overridden)
    return pack


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
    return any(all(_of(row, key) == _of(other, key) for key in _SAME[table]) for other in above)


def _of(row: Mapping[str, Any], key: str) -> object:
    """Return what a row states for a key, a default as if it were written."""
    value = row.get(key, _DEFAULTS.get(key))
    return sorted(map(str, value)) if isinstance(value, list) else str(value)


def _named(table: str, row: Mapping[str, Any]) -> str:
    """Return what a row is of: a level, an item, a school year, a date."""
    return str(
        row.get(
            {"phase": "school_year", "lab": "seats", "minimum": "item"}.get(table, _SAME.get(table, ("",))[0]), ""
        )
    )

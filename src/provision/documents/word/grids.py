"""The tables of a letter: which fields stand in which columns, in millimetres of width."""

from __future__ import annotations

from collections.abc import Mapping

from provision.documents.word.paper import Column
from provision.text import Words

_TEXT = (
    *("year", "name", "fund", "in_words", "way", "giver", "taker", "item", "gets", "payers", "what", "of", "value"),
    *("where", "subject", "who", "standing", "detail", "source", "objective", "figure", "table"),
)
"""The parts of a row that begin at the left; numbers end at the right."""

GRIDS: Mapping[str, Mapping[str, int]] = {
    "need": {
        "year": 25,
        "need": 17,
        "stock": 18,
        "bought": 19,
        "have": 18,
        "missing": 18,
        "without": 22,
        "spent": 33,
    },
    "money": {"fund": 40, "budget": 33, "spent": 33, "in_words": 54},
    "worst": {"name": 78, "need": 20, "have": 20, "missing": 18, "without": 24},
    "things": {"item": 48, "need": 19, "stock": 20, "bought": 19, "missing": 19, "schools_short": 19, "cost": 33},
    "schools": {"no": 10, "name": 66, "got": 19, "have": 18, "need": 18, "missing": 16, "without": 22},
    "purchases": {"year": 24, "item": 80, "way": 24, "schools": 20, "quantity": 21, "price": 34, "cost": 38},
    "moves": {"year": 24, "giver": 66, "taker": 66, "item": 44, "quantity": 20, "cost": 30},
    "spending": {
        "fund": 58,
        "year": 25,
        "budget": 33,
        "carried_in": 33,
        "spent": 33,
        "carried_out": 33,
        "lapsed": 33,
    },
    "shares": {"no": 10, "name": 50, "gets": 88, "payers": 66, "cost": 33},
    "duties": {"no": 11, "subject": 68, "where": 34, "who": 36, "standing": 24, "detail": 74},
    "norms": {"what": 40, "of": 40, "value": 42, "where": 38},
    "sources": {"table": 34, "source": 106, "rows": 20},
    "rungs": {"objective": 90, "reached": 24, "bound": 24, "gap": 22},
    "checks": {"what": 70, "figure": 90},
}
"""Every table by the field that has its rows, with the parts of a row and their widths."""

_EACH = {"got": ("years", "{{ row.got[loop.index0] }}", "{{ total.schools.got[loop.index0] }}")}
_TOTALS: Mapping[str, tuple[str, ...]] = {
    "need": ("bought", "spent"),
    "money": ("budget", "spent", "in_words"),
    "schools": ("got", "have", "need", "missing", "without"),
    "purchases": ("cost",),
    "spending": ("budget", "spent", "lapsed"),
    "shares": ("cost",),
}
"""The parts of a row that are summed up below it."""


def columns(rows: str, words: Words) -> list[Column]:
    """Return a table's columns: headings in words, cells and sums as fields."""
    summed, label = _TOTALS.get(rows, ()), next(part for part in GRIDS[rows] if part in _TEXT)
    found = []
    for part, width in GRIDS[rows].items():
        side = "left" if part in _TEXT else "center" if part == "no" else "right"
        head = words(f"letter_column.{part}")
        total = f"{{{{ total.{rows}.{part} }}}}" if part in summed else ""
        total = words("table.total") if summed and part == label else total
        if part in _EACH:
            each, cell, below = _EACH[part]
            found.append(Column(f"{head} {{{{ one }}}}", cell, width, side, below if part in summed else "", each))
        else:
            found.append(Column(head, f"{{{{ row.{part} }}}}", width, side, total))
    return found

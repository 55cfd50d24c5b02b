"""One cell of a spreadsheet, which has a type of its own -> the text that a CSV file would hold, or a fault."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from provision.intake.cells import BadCell
from provision.intake.columns import Column
from provision.text import Unreadable, parse_number

Typed = str | bool | int | float | date | datetime | time | timedelta
"""What a cell of a spreadsheet may hold; "" where it is blank."""

_NUMBERS = frozenset({"whole", "decimal", "signed", "share"})
_CODES = frozenset({"code", "codes", "choice"})
_DIGITS = 15
"""Digits that a spreadsheet shows of a number: 0.1 + 0.2 is 0.3 to whoever typed it."""


def written(cell: Typed, column: Column) -> str:
    """Return a cell as a CSV file would hold it: decimal point, no grouping, whole numbers without decimals.

    A number typed as text is read as a Vietnamese writes it, and strictly.

    Raises
    ------
    BadCell
        Where the cell's type is not its column's: a number for a code, a date for a number, a number in two readings.

    """
    kind = column.kind
    if isinstance(cell, str):
        return _typed_number(cell) if kind in _NUMBERS and cell else cell
    if isinstance(cell, bool):
        if kind not in ("flag", "text"):
            raise BadCell("cell_boolean")
        return str(int(cell)) if kind == "flag" else shown(cell)
    if not isinstance(cell, int | float):
        if kind != "text":
            raise BadCell("cell_date")
        return shown(cell)
    if kind in _CODES:
        raise BadCell("code_is_number")
    return shown(cell)


def shown(cell: Typed) -> str:
    """Return a cell as whoever filled it in sees it: dates day first, numbers with a decimal point."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        whole = isinstance(cell, int) or cell.is_integer()
        return f"{Decimal(cell):f}" if whole else f"{Decimal(format(cell, f'.{_DIGITS}g')):f}"
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _typed_number(text: str) -> str:
    try:
        number = parse_number(text, "vi")
    except Unreadable as bad:
        ambiguous, grouping = bad.code == "ambiguous", bad.code == "grouping"
        code = "number_ambiguous" if ambiguous else "number_grouping" if grouping else "number_form"
        raise BadCell(code, **bad.details) from None
    whole = number.to_integral_value()
    return f"{whole:f}" if number == whole else f"{number:f}"

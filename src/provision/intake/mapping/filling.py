"""A field and a foreign row -> the text of a cell, or why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from provision.domain.years import format_school_year
from provision.intake.cells import BadCell, clean_text
from provision.intake.columns import Column
from provision.intake.mapping.nouns import LEFT_OUT, Field, Filling, Foreign
from provision.intake.workbook import Reckoned
from provision.text import Unreadable, parse_number

_NUMBERS = frozenset({"whole", "decimal", "signed", "share"})
_WHOLE = re.compile("[0-9]{1,15}")
_MOST = 10**15 - 1


@dataclass(frozen=True, slots=True)
class Filled:
    """What a cell becomes: its text, the foreign columns it comes from, why it cannot be read.

    ``unknown`` are the columns whose value is not known, with what it counts as (blank for none); ``left_out`` says
    that therefore the row shall not stand in our table.
    """

    text: str
    columns: str = ""
    bad: BadCell | None = None
    unknown: tuple[tuple[str, str], ...] = ()
    left_out: bool = False


def fill(filling: Filling, row: Foreign, column: Column | None = None) -> Filled:
    """Return what a cell of a column becomes; blank where no field holds for the row's school year."""
    for field in filling:
        if field.holds(row.year):
            return _fill(field, row, column)
    return Filled("")


def number(filled: Filled) -> int | None:
    """Return the whole number a cell says, None where it says none."""
    return int(filled.text) if filled.bad is None and _WHOLE.fullmatch(filled.text) else None


def _fill(field: Field, row: Foreign, column: Column | None) -> Filled:
    if field.constant is not None:
        return Filled(field.constant)
    counted = len(field.columns) > 1 or field.above is not None or (column is not None and column.kind in _NUMBERS)
    texts, unknown = [], []
    name = field.columns[0] if len(field.columns) == 1 else str(field)
    for part in field.columns:
        text = row.cells.get(part, "")
        if not isinstance(text, Reckoned):
            text = clean_text(text)
        if part in row.bad:
            return Filled(text, name, row.bad[part])
        if text and text in row.source.unknown:
            unknown.append((part, field.unknown or ""))
            if field.unknown is None or field.unknown == LEFT_OUT:
                return Filled("", name, None, tuple(unknown), field.unknown == LEFT_OUT)
            texts.append(field.unknown)
        elif text == "" and field.blank is not None:
            texts.append(field.blank)
        else:
            try:
                texts.append(_code(field, _plain(text, row.source.numbers) if counted else text))
            except BadCell as bad:
                return Filled(text, name, bad)
    try:
        return Filled(_together(field, texts), name, None, tuple(unknown))
    except BadCell as bad:
        return Filled(" + ".join(texts), name, bad, tuple(unknown))


def _code(field: Field, text: str) -> str:
    """Return what a foreign value stands for."""
    if not field.codes:
        return text
    if text not in field.codes:
        raise BadCell("foreign_code", known=", ".join(field.codes))
    return field.codes[text]


def _plain(text: str, numbers: str) -> str:
    """Return a number as our tables write it, whatever it was written like."""
    if numbers == "plain" or not text or isinstance(text, Reckoned):
        return text
    try:
        found = parse_number(text, numbers)
    except Unreadable as bad:
        code = {"ambiguous": "number_ambiguous", "grouping": "number_grouping"}.get(bad.code, "number_form")
        raise BadCell(code, **bad.details) from None
    return f"{found.to_integral_value() if found == found.to_integral_value() else found:f}"


def _together(field: Field, texts: list[str]) -> str:
    """Return the texts of a field's columns as one: added up, compared, dated, or as it stands."""
    if len(texts) > 1:
        if not all(_WHOLE.fullmatch(text) for text in texts):
            raise BadCell("whole", low=0, high=_MOST)
        texts = [str(sum(map(int, texts)))]
    text = texts[0]
    if field.above is not None:
        try:
            return str(int(Decimal(text) > field.above))
        except InvalidOperation:
            raise BadCell("decimal" if text else "blank") from None
    if field.calendar and text:
        if not re.fullmatch("[0-9]{4}", text):
            raise BadCell("foreign_calendar")
        text = format_school_year(int(text))
    return field.prefix + text if text else ""

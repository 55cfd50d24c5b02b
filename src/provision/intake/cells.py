"""One cell of an input table: text in, value out, or a fault. Nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Any

from provision.domain.years import parse_school_year
from provision.intake.columns import Column
from provision.intake.encodings import is_lost, old_coding
from provision.text import Key

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WHOLE = re.compile(r"-?[0-9]+")
_SHARE = re.compile(r"[0-9]+(\.[0-9]+)?")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
"""Direction marks and spaces of no width: nobody sees them in a cell."""
_BLANK = re.compile("[\x00-\x1f\x7f-\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""Control characters, line breaks and spaces of another width: a cell shows a gap; pages break."""

_SHOWN = 60
"""Letters of a text in an old coding that are shown as they probably read."""

_YEARS = range(1950, 2100)
"""First years that a school year of a table may have: before, no school had a computer; beyond, nobody plans."""


class BadCell(ValueError):  # noqa: N818 - what stands in the cell is bad
    """What stands in a cell is not what its column holds; ``code`` names the words for it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def read_cell(text: str, column: Column) -> Any:
    """Return a cell's value by its column's kind; None (or an empty tuple) where it is blank and may be.

    Raises
    ------
    BadCell
        Where the text is not of the column's kind or lies outside its bounds.

    """
    if text == "":
        if column.needed:
            raise BadCell("blank")
        return () if column.kind == "codes" else None
    return _READERS[column.kind](text, column)


def clean_text(cell: str) -> str:
    """Return a cell's text in one Unicode form, on one line, without what nobody sees and the spaces around it.

    A text in an old coding is left as it stands, to be told: what looks like a sign may be a letter.
    """
    if cell.isascii() and cell.isprintable():  # most cells, in a tenth of the time
        return cell.strip()
    if old_coding(cell) is not None:
        return cell
    return _BLANK.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", cell))).strip()


def is_code(text: str) -> bool:
    """Say whether a text is a code: unaccented letters, digits, dots, hyphens and underscores."""
    return _CODE.fullmatch(text) is not None


def _code(text: str, _column: Column) -> str:
    if not is_code(text):
        raise BadCell("code")
    return text


def _codes(text: str, column: Column) -> tuple[str, ...]:
    return tuple(_code(part.strip(), column) for part in text.split(";"))


def _text(text: str, _column: Column) -> str:
    old = old_coding(text)
    if old is not None and old.coding == "utf8":
        raise BadCell("text_twice", reads=old.reads[:_SHOWN])
    if old is not None:
        raise BadCell("text_old", coding=Key(f"coding.{old.coding}"), reads=old.reads[:_SHOWN])
    if is_lost(text):
        raise BadCell("text_lost")
    return text


def _year(text: str, _column: Column) -> int:
    try:
        year = parse_school_year(text)
    except ValueError:
        raise BadCell("school_year") from None
    if year not in _YEARS:
        raise BadCell("school_year")
    return year


def _whole(text: str, column: Column) -> int:
    low, high = column.low or 0, column.high if column.high is not None else 10**15
    # a number longer than any bound is refused before it is converted: Python balks at 5,000 digits
    if not _WHOLE.fullmatch(text) or len(text) > 20 or not low <= int(text) <= high:
        raise BadCell("whole", low=low, high=high)
    return int(text)


def _decimal(text: str, _column: Column) -> int | Fraction:
    if not _SHARE.fullmatch(text) or len(text) > 30:
        raise BadCell("decimal")
    value = Fraction(text)
    return int(value) if value.denominator == 1 else value


def _signed(text: str, column: Column) -> int | Fraction:
    try:
        size = _decimal(text.removeprefix("-"), column)
    except BadCell:
        raise BadCell("signed") from None
    return -size if text.startswith("-") else size


def _share(text: str, _column: Column) -> Fraction:
    if not _SHARE.fullmatch(text) or len(text) > 20 or Fraction(text) > 1:
        raise BadCell("share")
    return Fraction(text)


def _flag(text: str, _column: Column) -> bool:
    if text not in {"0", "1"}:
        raise BadCell("flag")
    return text == "1"


def _choice(text: str, column: Column) -> str:
    if text not in column.choices:
        raise BadCell("choice", choices=", ".join(column.choices))
    return text


_READERS = {
    "code": _code,
    "codes": _codes,
    "text": _text,
    "year": _year,
    "whole": _whole,
    "decimal": _decimal,
    "signed": _signed,
    "share": _share,
    "flag": _flag,
    "choice": _choice,
}

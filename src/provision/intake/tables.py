"""A data folder's files -> rows of checked cells, and every fault of form."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provision.errors import Fault
from provision.intake.cells import BadCell, read_cell
from provision.intake.columns import TABLES, Table

_LARGEST_FILE = 500_000_000
_LARGEST_CELL = 10_000
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Control characters, line breaks and direction marks: nobody sees them in a cell, and pages break on them."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table: its number as a spreadsheet counts, its text and its values by column."""

    row: int
    text: Mapping[str, str]
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass(frozen=True, slots=True)
class Records:
    """The sound rows of a table, and what stands in each column: in any row, and in faulty rows.

    ``whole`` is False where the table could not be read at all: then nobody can say what is unknown to it.
    """

    rows: tuple[Record, ...]
    said: Mapping[str, frozenset[str]]
    doubtful: Mapping[str, frozenset[str]]
    whole: bool

    def knows(self, code: str, column: str) -> bool:
        """Say whether a column has a code, or may have had it where the table could not be read."""
        return not self.whole or code in self.said[column]


def read_tables(folder: Path, faults: list[Fault]) -> dict[str, Records]:
    """Return every table of a data folder by name; what is wrong goes to ``faults``.

    A row with a faulty cell is left out of the rows, so that later checks speak of sound rows only.
    """
    return {table.name: read_table(folder / f"{table.name}.csv", table, faults) for table in TABLES}


def read_table(path: Path, table: Table, faults: list[Fault]) -> Records:
    """Return one table of a CSV file; what is wrong goes to ``faults``."""
    lines = _read_csv(path, faults)
    if lines is None:
        return Records((), {}, {}, whole=False)
    header = [clean_text(cell) for cell in lines[0]] if lines else []
    if len(header) == 1 and ";" in header[0]:
        faults.append(Fault("semicolons", path.name, 1, found=_shown(header[0])))
        return Records((), {}, {}, whole=False)
    known = {column.name for column in table.columns}
    for name in sorted({name for name in header if header.count(name) > 1 and name in known}):
        faults.append(Fault("column_twice", path.name, 1, name))
    absent = [c.name for c in table.columns if c.name not in header and not c.optional]
    faults.extend(Fault("column_missing", path.name, 1, name) for name in absent)
    if absent:
        return Records((), {}, {}, whole=False)
    records = []
    faulty: list[list[str]] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        record = _read_row(path.name, number, header, cells, table, faults)
        if record is None:
            faulty.append(cells)
            continue
        key = tuple(record.text.get(name, "") for name in table.key)
        if key and key in seen:
            details = {"first": str(seen[key])}
            faults.append(Fault("row_twice", path.name, number, table.key[-1], ", ".join(key), details=details))
            continue
        seen[key] = number
        records.append(record)
    return Records(tuple(records), _said(header, lines[1:]), _said(header, faulty), whole=True)


def _said(header: list[str], lines: list[list[str]]) -> dict[str, frozenset[str]]:
    """Return what stands in each column."""
    return {name: frozenset(clean_text(c[at]) for c in lines if len(c) > at) for at, name in enumerate(header)}


def _read_row(
    file: str, number: int, header: list[str], cells: list[str], table: Table, faults: list[Fault]
) -> Record | None:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        details = {"cells": str(len(cells)), "columns": str(len(header))}
        faults.append(Fault("row_too_long", file, number, details=details))
        return None
    text = {name: clean_text(cell) for name, cell in zip(header, cells, strict=False)}
    values: dict[str, Any] = {}
    before = len(faults)
    for column in table.columns:
        written = text.get(column.name, "")
        try:
            if len(written) > _LARGEST_CELL:
                raise BadCell("cell_too_long")
            values[column.name] = read_cell(written, column)
        except BadCell as bad:
            faults.append(Fault(bad.code, file, number, column.name, _shown(written), details=bad.details))
    return Record(number, text, values) if len(faults) == before else None


def _read_csv(path: Path, faults: list[Fault]) -> list[list[str]] | None:
    if not path.is_file():
        faults.append(Fault("file_missing", path.name))
        return None
    if path.stat().st_size > _LARGEST_FILE:
        faults.append(Fault("file_too_large", path.name))
        return None
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        faults.append(Fault("not_utf8", path.name, row))
        return None
    if "\0" in text:
        faults.append(Fault("not_utf8", path.name, text[: text.index("\0")].count("\n") + 1))
        return None
    lines: list[list[str]] = []
    try:
        lines.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        faults.append(Fault("not_csv", path.name, len(lines) + 1, found=str(error)))
        return None
    return lines


def clean_text(cell: str) -> str:
    """Return a cell's text in one Unicode form, on one line, without the spaces around it."""
    return _UNSEEN.sub(" ", unicodedata.normalize("NFC", cell)).strip()


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."

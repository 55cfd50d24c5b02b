"""A data folder's files, or a workbook's sheets -> rows of checked cells, and every fault of form."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput
from provision.intake.cells import BadCell, clean_text, read_cell
from provision.intake.columns import FROZEN, TABLES, Table
from provision.intake.encodings import decode
from provision.intake.near import nearest
from provision.intake.workbook import Sheet, read_workbook

_LARGEST_FILE = 500_000_000
_LARGEST_CELL = 10_000


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

    ``file`` is how faults name the table; ``whole`` is False where it could not be read at all: then nobody can say
    what is unknown to it. ``header`` are the names of its columns, which stand in row ``top``; ``unread`` are those
    with a cell that is at fault, None among them where a whole row is.
    """

    file: str
    rows: tuple[Record, ...]
    said: Mapping[str, frozenset[str]]
    doubtful: Mapping[str, frozenset[str]]
    whole: bool
    header: tuple[str, ...] = ()
    top: int = 1
    unread: frozenset[str | None] = frozenset()
    torn: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def knows(self, code: str, column: str) -> bool:
        """Say whether a column has a code, or may have had it where the table could not be read."""
        return not self.whole or code in self.said[column]


def read_tables(
    data: Path,
    faults: list[Fault],
    *,
    freeze: str | Path | None = None,
    until: int | None = None,
    made: Mapping[str, Sheet] | None = None,
) -> dict[str, Records]:
    """Return every table of a data folder or a workbook by name; what is wrong goes to ``faults``.

    A row with a faulty cell is left out of the rows, so that later checks speak of sound rows only. ``freeze`` is a
    table of purchases in place of the data's own; ``until`` is the last school year of it that was carried out.
    ``made`` are tables made by a mapping; the others lie beside the foreign files.
    """
    own = [table for table in TABLES if freeze is None or table != FROZEN]
    if made is not None:
        beside = data if data.is_dir() else data.parent / f".{data.name}"  # nothing lies beside a single file
        tables = {
            table.name: _read_sheet(data, made[table.name], table, faults)
            if table.name in made
            else _read_own(beside, table, faults)
            for table in own
        }
    elif data.is_dir():
        tables = {table.name: _read_own(data, table, faults) for table in own}
    else:
        sheets = read_workbook(data)
        tables = {table.name: _read_sheet(data, sheets.get(table.name), table, faults) for table in own}
        if not faults and not any(table.rows for table in tables.values()):
            faults.append(Fault("workbook_empty", data.name))
    if freeze is not None:
        tables[FROZEN.name] = read_purchases(freeze, until, faults)
    tables[FROZEN.name] = with_states(tables[FROZEN.name], until)
    return tables


def _read_own(folder: Path, table: Table, faults: list[Fault]) -> Records:
    path = folder / f"{table.name}.csv"
    if table.optional and not path.exists():
        return Records(path.name, (), {}, {}, whole=True)
    return read_table(path, table, faults)


def _read_sheet(book: Path, sheet: Sheet | None, table: Table, faults: list[Fault]) -> Records:
    file = f"{table.name}.csv"
    if sheet is not None:
        faults.extend(Fault("row_above_codes", file, row) for row in sheet.above)
        return _records(sheet.lines, table, faults, file=file, top=sheet.top, refused=sheet.refused)
    if not table.optional:
        faults.append(Fault("sheet_missing", book.name, sheet=table.name))
    return Records(file, (), {}, {}, whole=table.optional)


def read_purchases(freeze: str | Path, until: int | None, faults: list[Fault]) -> Records:
    """Return the purchases of a file of the planner's choice: a CSV file, or a workbook with the sheet ``frozen``.

    With ``until`` its states are not even read.
    """
    path, file = Path(freeze), str(freeze)
    nothing = Records(file, (), {}, {}, whole=False)
    if not path.is_file():
        faults.append(Fault("freeze_missing", file))
        return nothing
    table = replace(FROZEN, columns=tuple(c for c in FROZEN.columns if until is None or c.name != "state"))
    if path.suffix.lower() != ".xlsx":
        return read_table(path, table, faults, file=file)
    sheet = read_workbook(path).get(FROZEN.name)
    if sheet is None:
        faults.append(Fault("sheet_missing", file, sheet=FROZEN.name))
        return nothing
    faults.extend(Fault("row_above_codes", file, row) for row in sheet.above)
    return _records(sheet.lines, table, faults, file=file, top=sheet.top, refused=sheet.refused)


def with_the_year_closed(tables: Mapping[str, Records], until: int) -> dict[str, Records]:
    """Return sound tables in which every unit's purchases say that a school year was carried out.

    A unit that bought nothing that year is given a row of its first school and of the first option, 0 items: what
    the planner said by naming the year, and what the plan's own copy of its inputs must say too.
    """
    frozen = tables[FROZEN.name]
    options = sorted((r["option"], r["item"]) for r in tables["catalogue"].rows if r["mode"] != "move")
    unit_of = {r["school_id"]: r["unit"] for r in tables["schools"].rows}
    closed = {unit_of.get(r["school_id"], r["school_id"]) for r in frozen.rows if r["school_year"] == until}
    rows = list(frozen.rows)
    for unit in sorted(set(unit_of.values()) - closed) if options else ():
        school = min(code for code, theirs in unit_of.items() if theirs == unit)
        option, item = options[0]
        values: dict[str, Any] = {"school_id": school, "school_year": until, "option": option, "item": item}
        values |= {"quantity": 0, "unit_price": 0, "cost": None, "state": "done"}
        text = dict.fromkeys(frozen.said, "") | {k: "" if v is None else str(v) for k, v in values.items()}
        rows.append(Record(0, text | {"school_year": format_school_year(until)}, values))
    return dict(tables) | {FROZEN.name: replace(frozen, rows=tuple(rows))}


def with_states(purchases: Records, until: int | None) -> Records:
    """Return purchases each of which says its state: by its year where ``until`` is given, else done by default."""
    rows = []
    for r in purchases.rows:
        said = r["state"] or "done" if until is None else "promised" if r["school_year"] > until else "done"
        rows.append(replace(r, text=dict(r.text) | {"state": said}, values=dict(r.values) | {"state": said}))
    return replace(purchases, rows=tuple(rows))


def read_rows(rows: Sequence[Mapping[str, str]], table: Table) -> Records:
    """Return the records of rows that were read before, which have no fault."""
    names = list(dict.fromkeys(name for row in rows for name in row)) or [c.name for c in table.columns]
    return _records([names, *([row.get(name, "") for name in names] for row in rows)], table, [], file=table.name)


def read_table(path: Path, table: Table, faults: list[Fault], *, file: str | None = None) -> Records:
    """Return one table of a CSV file; what is wrong goes to ``faults``, which name it ``file`` or by its name."""
    file = file or path.name
    lines = read_lines(path, file, faults)
    if lines is None:
        return Records(file, (), {}, {}, whole=False)
    return _records(lines, table, faults, file=file)


_NONE_REFUSED: Mapping[tuple[int, str], BadCell] = MappingProxyType({})


def _records(
    lines: Sequence[list[str]],
    table: Table,
    faults: list[Fault],
    *,
    file: str,
    top: int = 1,
    refused: Mapping[tuple[int, str], BadCell] = _NONE_REFUSED,
) -> Records:
    """Return the records of lines, the header first, which stands in row ``top``; ``refused`` cells are faults."""
    nothing = Records(file, (), {}, {}, whole=False)
    header = lines[0] if lines else []
    if len(header) == 1 and ";" in header[0]:
        faults.append(Fault("semicolons", file, top, found=_shown(header[0])))
        return nothing
    known = {column.name for column in table.columns}
    for name in sorted({name for name in header if header.count(name) > 1 and name in known}):
        faults.append(Fault("column_twice", file, top, name))
    absent = [c.name for c in table.columns if c.name not in header and not c.optional]
    if not known & set(header):
        codes = ", ".join(c.name for c in table.columns)
        faults.append(Fault("codes_missing", file, details={"codes": codes}))
        return nothing
    others = set(header) - known
    faults.extend(Fault("column_missing", file, top, name, near=nearest(name, others)) for name in absent)
    if absent:
        return nothing
    records = []
    faulty: dict[int, list[str]] = {}
    twice: dict[int, list[str]] = {}
    seen: dict[tuple[str, ...], int] = {}
    spoilt = {number for number, _ in refused}
    before = len(faults)
    for number, cells in enumerate(lines[1:], start=top + 1):
        if not any(cells) and number not in spoilt:
            continue
        record = _read_row(file, number, header, cells, table, faults, refused)
        if record is None:
            faulty[number] = cells
            continue
        key = tuple(record.text.get(name, "") for name in table.key)
        if key and key in seen:
            details = {"first": str(seen[key])}
            faults.append(Fault("row_twice", file, number, table.key[-1], ", ".join(key), details=details))
            twice[number] = cells
            continue
        seen[key] = number
        records.append(record)
    said, doubtful = _said(header, lines[1:]), _said(header, list(faulty.values()))
    unread = frozenset(fault.column for fault in faults[before:])
    torn = {number: dict(zip(header, cells, strict=False)) for number, cells in (faulty | twice).items()}
    return Records(file, tuple(records), said, doubtful, True, tuple(header), top, unread, torn)


def _said(header: list[str], lines: Sequence[list[str]]) -> dict[str, frozenset[str]]:
    """Return what stands in each column."""
    return {name: frozenset(c[at] for c in lines if len(c) > at) for at, name in enumerate(header)}


def _read_row(
    file: str,
    number: int,
    header: list[str],
    cells: list[str],
    table: Table,
    faults: list[Fault],
    refused: Mapping[tuple[int, str], BadCell],
) -> Record | None:
    if any(cells[len(header) :]):
        details = {"cells": str(len(cells)), "columns": str(len(header))}
        faults.append(Fault("row_too_long", file, number, details=details))
        return None
    text = dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))  # blank cells at the end may be absent
    values: dict[str, Any] = {}
    before = len(faults)
    for column in table.columns:
        written = text.get(column.name, "")
        try:
            if (number, column.name) in refused:
                raise refused[number, column.name]
            if len(written) > _LARGEST_CELL:
                raise BadCell("cell_too_long")
            values[column.name] = read_cell(written, column)
        except BadCell as bad:
            found = _shown(written) if written or bad.code == "blank" else None  # a cell that shows no value
            faults.append(Fault(bad.code, file, number, column.name, found, details=bad.details))
    return Record(number, text, values) if len(faults) == before else None


def read_lines(path: Path, file: str, faults: list[Fault]) -> list[list[str]] | None:
    """Return the lines of a CSV file, split and clean; None where it cannot be read, which is told."""
    if not path.is_file():
        faults.append(Fault("file_missing", file))
        return None
    if path.stat().st_size > _LARGEST_FILE:
        faults.append(Fault("file_too_large", file))
        return None
    try:
        text = decode(path.read_bytes(), file)
    except FaultyInput as faulty:
        faults.extend(faulty.faults)
        return None
    lines: list[list[str]] = []
    try:
        lines.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        faults.append(Fault("not_csv", file, len(lines) + 1, found=str(error)))
        return None
    return [[clean_text(cell) for cell in cells] for cells in lines]


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."

"""A planner's files -> what stands in each cell, faults and all: for showing, never for planning."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

from provision.errors import FaultyInput
from provision.intake.columns import TABLES
from provision.intake.encodings import decode
from provision.intake.finding import data_files
from provision.intake.mapping import cells_of, read_mapping
from provision.intake.workbook import sheets_as_text

Grid = list[list[str]]
"""Rows of cells, the first being row 1 of the file or sheet."""


def grids(data: Path, *, mapping: str | Path | None = None) -> dict[tuple[str, str | None], Grid]:
    """Return the cells of data by how faults name their file, and sheet; what cannot be opened is left out.

    A file in a coding that is refused is shown byte by byte, as programs of its time would; one that a mapping reads
    is shown as the mapping reads it.
    """
    found: dict[tuple[str, str | None], Grid] = {}
    if mapping is not None:
        with suppress(FaultyInput):
            found |= cells_of(data, read_mapping(mapping))
    for path in data_files(data):
        file = path.name
        if (file, None) in found:
            continue
        try:
            if path.suffix.lower() == ".csv":
                found[file, None] = _rows(path.read_bytes(), file)
            else:
                sheets = sheets_as_text(path, [table.name for table in TABLES])
                found |= {(file, sheet): grid for sheet, grid in sheets.items()}
        except (FaultyInput, OSError):
            continue
    return found


def _rows(raw: bytes, file: str) -> Grid:
    try:
        text = decode(raw, file)
    except FaultyInput:
        text = raw.decode("latin-1")
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:  # an open quote swallowed more than a cell may hold
        return [line.split(",") for line in text.splitlines()]

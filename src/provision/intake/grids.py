"""A planner's files -> what stands in each cell, faults and all: for showing, never for planning."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from provision.errors import FaultyInput
from provision.intake.columns import TABLES
from provision.intake.encodings import decode
from provision.intake.workbook import sheets_as_text

Grid = list[list[str]]
"""Rows of cells, the first being row 1 of the file or sheet."""


def grids(files: Mapping[str, Path]) -> dict[tuple[str, str | None], Grid]:
    """Return the cells of files by how faults name these, and the sheet; what cannot be opened is left out.

    A file in a coding that is refused is shown byte by byte, as programs of its time would.
    """
    found: dict[tuple[str, str | None], Grid] = {}
    for file, path in files.items():
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

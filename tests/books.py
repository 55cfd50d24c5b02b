"""Workbooks for tests: the tables of a folder as sheets, and files that no planner would send."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[object]]

_NUMBERS = {"national_standard", "subject_groups", "disadvantaged", "labs", "grade", "pupils", "classes", "quantity"}
_NUMBERS |= {"life_years", "upkeep", "price", "amount", "carry_over", "age", "share", "unit_price", "cost"}


def sheets_of(folder: Path) -> dict[str, list[list[object]]]:
    """Return the tables of a folder as sheets, numbers as real numbers."""
    sheets: dict[str, list[list[object]]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        sheets[path.stem] = [
            list(header),
            *([_cell(name, text) for name, text in zip(header, row, strict=True)] for row in rows),
        ]
    return sheets


def _cell(name: str, text: str) -> object:
    return float(text) if name in _NUMBERS and text else text


def write_book(
    path: Path, sheets: Mapping[str, Rows], *, after: Callable[[Any, Mapping[str, Any]], None] | None = None
) -> Path:
    """Write sheets as a workbook; ``after`` may change the open book and its sheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(str(path), plain) as book:
        pages = {name: book.add_worksheet(name) for name in sheets}
        for name, rows in sheets.items():
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None and cell != "":
                        pages[name].write(at, column, cell)
        if after is not None:
            after(book, pages)
    return path


def repacked(path: Path, parts: Mapping[str, bytes | None], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a workbook again with some of its parts replaced, added, or (None) left out."""
    with zipfile.ZipFile(path) as book:
        kept = {name: book.read(name) for name in book.namelist()}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as book:
        for name, part in (kept | dict(parts)).items():
            if part is not None:
                book.writestr(name, part)
    path.write_bytes(content.getvalue())
    return path


def sheet_xml(rows: Iterable[str]) -> bytes:
    """Return the part of a sheet with these rows of XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()

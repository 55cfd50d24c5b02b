"""Workbooks for tests: the tables of a folder as sheets, and files that no planner would send."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from provision.intake.columns import TABLES

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


def filled(template: Path, sheets: Mapping[str, Rows]) -> Path:
    """Type the rows of sheets into the template's own, below what stands there, as a planner would."""
    with zipfile.ZipFile(template) as book:
        names = re.findall(r'<sheet name="(\w+)" sheetId="(\d+)"', book.read("xl/workbook.xml").decode())
        parts: dict[str, bytes | None] = {}
        for name, number in names:
            part = f"xl/worksheets/sheet{number}.xml"
            page = book.read(part).decode()
            rows = "".join(
                f'<row r="{at}">{_typed(name, row, sheets[name][0], at)}</row>' for at, row in _below(sheets, name)
            )
            parts[part] = page.replace("</sheetData>", f"{rows}</sheetData>").encode()
    return repacked(template, parts)


def _below(sheets: Mapping[str, Rows], name: str) -> Iterable[tuple[int, Sequence[object]]]:
    return enumerate(sheets.get(name, [])[1:], start=5)


def _typed(name: str, row: Sequence[object], header: Sequence[object], at: int) -> str:
    columns = [column.name for column in next(table for table in TABLES if table.name == name).columns]
    cells = []
    for code, cell in sorted(zip(header, row, strict=True), key=lambda pair: columns.index(str(pair[0]))):
        place = f"{chr(65 + columns.index(str(code)))}{at}"
        if isinstance(cell, float):
            cells.append(f'<c r="{place}"><v>{cell!r}</v></c>')
        elif cell:
            cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>')
    return "".join(cells)

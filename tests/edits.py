"""A planner's hand on a report's workbook: cells of the sheet of quantities typed over, as a spreadsheet does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZipFile

from books import repacked
from python_calamine import CalamineWorkbook

from provision.domain.plan import Quantity
from provision.domain.years import format_school_year
from provision.text import Words

Key = tuple[str, str, int]


def grid(file: Path, words: Words) -> list[list[object]]:
    """Return the cells of the sheet of quantities, from row 1 and column A on."""
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_name(words("workbook.edit"))
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def typed(file: Path, words: Words, cells: Mapping[tuple[int, int], object]) -> Path:
    """Type into cells of the sheet of quantities, by row and column counted from 0; None clears a cell."""
    with ZipFile(file) as book:
        names = re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', book.read("xl/workbook.xml").decode())
        number = next(n for name, n in names if name == escape(words("workbook.edit"), {'"': "&quot;"}))
        part = f"xl/worksheets/sheet{number}.xml"
        page = book.read(part).decode()
    for (row, column), value in cells.items():
        place = f"{_letters(column)}{row + 1}"
        cell = re.compile(rf'<c r="{place}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)')
        assert cell.search(page), place
        page = cell.sub(lambda found, at=place, v=value: _cell(at, found[1] or "", v), page, count=1)  # type: ignore[misc]
    return repacked(file, {part: page.encode()})


def edited(file: Path, words: Words, edits: Mapping[Key, Quantity]) -> Path:
    """Change quantities by school, option and year; what the plan does not buy at all goes into the empty rows."""
    rows = grid(file, words)
    top = next(at for at, row in enumerate(rows) if row[0] == "school_id")
    at = {(str(row[0]), str(row[2])): n for n, row in enumerate(rows) if n > top and row[0]}
    free = iter(n for n, row in enumerate(rows) if n > top and not row[0])
    cells: dict[tuple[int, int], object] = {}
    for (school, option, year), quantity in edits.items():
        if (school, option) not in at:
            at[school, option] = next(free)
            cells |= {(at[school, option], 0): school, (at[school, option], 2): option}
        column = rows[top].index(format_school_year(year))
        cells[at[school, option], column] = float(quantity) if quantity else None
    return typed(file, words, cells)


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def _cell(place: str, style: str, value: object) -> str:
    if value is None:
        return f'<c r="{place}"{style}/>'
    if isinstance(value, str):
        return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"{style}><v>{value!r}</v></c>'

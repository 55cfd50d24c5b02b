"""A copy of a planner's files with the faults marked: a list of them all, then each table with its cells coloured."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from provision.documents.paper import CREATED, PLAIN
from provision.errors import Fault
from provision.intake.cells import clean_text
from provision.text import LANGUAGES, Words

Grids = Mapping[tuple[str, str | None], Sequence[Sequence[str]]]
"""What stands in each cell, by file and sheet; the first row is row 1."""

_A4, _HEADINGS, _MOST_NOTES, _MOST_LINKS, _LONGEST = 9, 5, 10_000, 60_000, 32_767
"""Rows among which the column codes stand; notes, links and letters that spreadsheets bear."""
_TOP = 3
"""Rows above the list's first fault: a title, what to do, the headings."""
_WIDTHS = {"weight": 9, "file": 17, "sheet": 12, "row": 7, "column": 16, "found": 26, "expected": 36, "remedy": 36}
_WIDEST = 40
_LOOKS = {
    "title": {"bold": True, "font_size": 14, "font_color": "#1B4B7A"},
    "line": {"italic": True, "font_color": "#5A6570"},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1", "border": 1},
    "text": {"text_wrap": True, "valign": "top", "num_format": "@"},
    "number": {"valign": "top", "align": "center"},
    "link": {"valign": "top", "font_color": "#1B4B7A", "underline": 1, "text_wrap": True},
    "cell": {"num_format": "@", "valign": "top"},
    "fault": {"num_format": "@", "valign": "top", "bg_color": "#F4B6AE", "border": 1, "border_color": "#A93226"},
    "warning": {"num_format": "@", "valign": "top", "bg_color": "#FFF0A8", "border": 1, "border_color": "#B58900"},
}

_Looks = Mapping[str, object]
_Place = tuple[int, int]
"""A cell of a sheet: row and column, counted from 0."""


def marked(faults: Sequence[Fault], grids: Grids, words: Words) -> bytes:
    """Return an .xlsx file: every fault in both languages, then each table as text, rows where they were.

    Cells at fault are red, those that are only odd yellow, each with a note in the language of ``words``.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, PLAIN) as book:
        book.set_properties({"title": words("marked.title"), "created": CREATED})
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        listed = book.add_worksheet(words("marked.sheet"))
        names = dict(zip(grids, _titles(grids, words("marked.sheet")), strict=True))
        links: dict[int, str] = {}
        for key, grid in grids.items():
            spots: dict[_Place, list[Fault]] = {}
            for number, fault in enumerate(faults):
                if (fault.file, fault.sheet) == key:
                    places = list(_places(fault, grid))
                    at = places[0] if places else (0, 0)
                    links[number] = f"internal:'{names[key]}'!{_address(*at)}"
                    for place in places:
                        spots.setdefault(place, []).append(fault)
            page = book.add_worksheet(names[key])
            _table(page, grid, spots, looks, words)
            if key[1] is None:  # in a file the column codes are the first row
                page.freeze_panes(1, 0)
                page.repeat_rows(0)
        _list(listed, faults, links, looks, words)
    return target.getvalue()


def _titles(keys: Iterable[tuple[str, str | None]], taken: str) -> Iterator[str]:
    """Yield a name for each sheet that a spreadsheet allows and no other has."""
    used = {taken.casefold()}
    for file, sheet in keys:
        plain = re.sub(r"[\[\]:*?/\\']", "_", sheet or file.removesuffix(".csv"))[:25] or "_"
        name = plain
        while name.casefold() in used:
            name = f"{plain} {len(used)}"
        used.add(name.casefold())
        yield name


def _places(fault: Fault, grid: Sequence[Sequence[str]]) -> Iterator[_Place]:
    """Yield the cells that a fault speaks of: of its column, or all that hold something in its row."""
    if fault.row is None:
        return
    row, columns = fault.row - 1, (fault.column or "").split(" + ")  # a mapping adds columns up
    heads = next((line for line in grid[:_HEADINGS] if {clean_text(cell) for cell in line} & set(columns)), None)
    if fault.column is None:
        line = grid[row] if row < len(grid) else []
        yield from ((row, at) for at, cell in enumerate(line) if cell.strip())
    elif heads is not None:
        yield from ((row, at) for at, head in enumerate(heads) if clean_text(head) in columns)
    else:  # a column that is absent: where it would stand
        yield row, len(grid[row]) if row < len(grid) else 0


def _address(row: int, column: int) -> str:
    """Return a cell's address: A1 is the first."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _table(
    sheet: Worksheet, grid: Sequence[Sequence[str]], spots: Mapping[_Place, list[Fault]], looks: _Looks, words: Words
) -> None:
    """Write a table as text, and colour the cells of its faults."""
    widths: dict[int, int] = {}
    for row, line in enumerate(grid):
        for at, cell in enumerate(line):
            if cell and (row, at) not in spots:
                sheet.write_string(row, at, cell[:_LONGEST], looks["cell"])
            widths[at] = max(widths.get(at, 8), len(cell) + 2)
    for number, ((row, at), told) in enumerate(sorted(spots.items(), key=lambda spot: spot[0])):
        look = looks["warning" if all(fault.warning for fault in told) else "fault"]
        cell = grid[row][at] if row < len(grid) and at < len(grid[row]) else ""
        (sheet.write_string if cell else sheet.write_blank)(row, at, cell[:_LONGEST], look)
        if number < _MOST_NOTES:
            note = "\n".join(f"{_said(fault, 'expected', words)} {_said(fault, 'remedy', words)}" for fault in told)
            size = {"x_scale": 2.5, "y_scale": max(1.0, ceil(len(note) / 45) / 4), "font_size": 9}
            sheet.write_comment(row, at, note[:_LONGEST], size)
    for at, width in widths.items():
        sheet.set_column(at, at, min(_WIDEST, width))
    last = max((len(line) for line in grid), default=0)
    if grid and last:
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_address(len(grid) - 1, last - 1)}"})
    _print_across(sheet)
    if spots:
        red = any(not fault.warning for told in spots.values() for fault in told)
        sheet.set_tab_color("#A93226" if red else "#B58900")


def _list(sheet: Worksheet, faults: Sequence[Fault], links: Mapping[int, str], looks: _Looks, words: Words) -> None:
    """Write every fault with its place, in the reader's language and beside it in the other."""
    both = (words, *(Words(language) for language in LANGUAGES if language != words.language))
    place = [name for name in _WIDTHS if name not in ("expected", "remedy")]
    if all(fault.sheet is None for fault in faults):
        place.remove("sheet")
    heads = [(name, words) for name in place] + [(part, w) for w in both for part in ("expected", "remedy")]
    odd = sum(fault.warning for fault in faults)
    sheet.write_string(0, 0, words("marked.title"), looks["title"])
    sheet.write_string(1, 0, words("marked.do", faults=len(faults) - odd, warnings=odd), looks["line"])
    for at, (name, w) in enumerate(heads):
        sheet.set_column(at, at, _WIDTHS[name])
        sheet.write_string(_TOP - 1, at, w("marked.page" if name == "sheet" else f"marked.{name}"), looks["head"])
    for number, fault in enumerate(faults):
        cells = [_cell(fault, name, w) for name, w in heads]
        for at, ((name, _), cell) in enumerate(zip(heads, cells, strict=True)):
            if name == "row" and fault.row is not None:
                sheet.write_number(_TOP + number, at, fault.row, looks["number"])
            elif name == "file" and number in links and number < _MOST_LINKS:
                sheet.write_url(_TOP + number, at, links[number], looks["link"], cell)
            else:
                sheet.write_string(_TOP + number, at, cell[:_LONGEST], looks["text"])
        lines = (ceil(1.1 * len(cell) / _WIDTHS[name]) for (name, _), cell in zip(heads, cells, strict=True))
        sheet.set_row(_TOP + number, 15 * max(1, *lines))
    sheet.freeze_panes(_TOP, 0)
    sheet.repeat_rows(_TOP - 1)
    sheet.autofilter(_TOP - 1, 0, _TOP - 1 + len(faults), len(heads) - 1)
    _print_across(sheet)


def _cell(fault: Fault, name: str, words: Words) -> str:
    """Return what the list says of a fault under a heading."""
    if name == "weight":
        return words("marked.warning" if fault.warning else "marked.fault")
    if name in ("expected", "remedy"):
        return _said(fault, name, words)
    value = getattr(fault, name)
    return "" if value is None else str(value)


def _said(fault: Fault, part: str, words: Words) -> str:
    return words(f"fault.{fault.code}.{part}", **fault.details)


def _print_across(sheet: Worksheet) -> None:
    """Set a sheet to be printed on A4 across, as wide as the page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P/&N")

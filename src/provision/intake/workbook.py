"""A workbook's sheets -> rows of text, as the tables of a folder would hold them. The door of calamine."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from provision.errors import Fault, FaultyInput
from provision.intake.cells import BadCell, clean_text, read_cell
from provision.intake.columns import TABLES, Column, Table
from provision.intake.parcel import Parcel, unpack
from provision.intake.scale import Place
from provision.intake.typed import Typed, shown, written

_HEADINGS = 5
"""The row of column codes is among this many first rows; what stands above it is for eyes."""

_EXAMPLE = ("ví dụ", "vi du", "example")
"""How the first cell of a row begins that only shows how to fill in the others. No code begins so."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text: its row of column codes (counted from 1), and every row from there on.

    ``refused`` are the cells that hold what their column cannot, by row and column code; ``above`` are the rows over
    the codes that could be data, which nobody would miss.
    """

    top: int
    above: tuple[int, ...]
    lines: list[list[str]]
    refused: Mapping[tuple[int, str], BadCell]


def read_workbook(path: Path) -> dict[str, Sheet]:
    """Return a workbook's sheets by the table they hold; other sheets are not looked at.

    Raises
    ------
    FaultyInput
        Where the file is no workbook that can be read safely, or a table has two sheets.

    """
    parcel = unpack(path, (table.name for table in TABLES))
    tables = {table.name: table for table in TABLES}
    sheets: dict[str, Sheet] = {}
    with _opened(path, parcel) as book:
        for name in book.sheet_names:
            table = tables.get(name.strip().casefold())
            if table is None:
                continue
            if table.name in sheets:
                raise FaultyInput([Fault("sheet_twice", path.name, sheet=table.name)])
            sheets[table.name] = _sheet(book.get_sheet_by_name(name), table, parcel.blind.get(name, {}))
    return sheets


class Reckoned(str):
    """The text of a cell that holds a number: it is written with a decimal point, in whatever language."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet of somebody else's workbook: its lines as they are seen, and by row and place what shows no value.

    Rows count from 1, places from 0.
    """

    name: str
    lines: list[list[str]]
    bad: Mapping[tuple[int, int], BadCell]


def open_sheets(path: Path, wanted: str, *, every: bool) -> list[Leaf]:
    """Return the sheet of a workbook that is called so, its first where nothing is wanted, or ``every`` one.

    Raises
    ------
    FaultyInput
        Where the file is no workbook that can be read safely.

    """
    parcel = unpack(path, [wanted] if wanted else None)
    with _opened(path, parcel) as book:
        named = [name for name in book.sheet_names if not wanted or name.strip().casefold() == wanted.casefold()]
        leaves = named if every else named[:1]
        return [_leaf(book.get_sheet_by_name(name), parcel.blind.get(name, {})) for name in leaves]


def _leaf(sheet: CalamineSheet, blind: Mapping[Place, str]) -> Leaf:
    rows = sheet.to_python(skip_empty_area=False)
    lines: list[list[str]] = [[_as_seen(cell) for cell in row] for row in rows]
    return Leaf(sheet.name, lines, {(row, at - 1): BadCell(code) for (row, at), code in blind.items()})


def _as_seen(cell: Typed) -> str:
    text = clean_text(shown(cell))
    return Reckoned(text) if isinstance(cell, int | float) and not isinstance(cell, bool) else text


def sheets_as_text(path: Path, names: Iterable[str]) -> dict[str, list[list[str]]]:
    """Return the cells of a workbook's sheets of these names as they are shown, by name, from row 1 on.

    Raises
    ------
    FaultyInput
        Where the file is no workbook that can be read safely.

    """
    wanted = {name.casefold(): name for name in names}
    with _opened(path, unpack(path, wanted)) as book:
        rows = {
            wanted[name.strip().casefold()]: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
            if name.strip().casefold() in wanted
        }
    return {name: [[shown(cell) for cell in row] for row in cells] for name, cells in rows.items()}


@contextmanager
def _opened(path: Path, parcel: Parcel) -> Iterator[CalamineWorkbook]:
    """Yield a workbook that is open; whatever its reader makes of a broken one is told as a fault."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(parcel.content)) as book:
            yield book
    except FaultyInput:
        raise
    except (CalamineError, OSError, ValueError):
        raise FaultyInput([Fault("workbook_unreadable", path.name)]) from None
    except BaseException as error:  # a panic of the reader is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise FaultyInput([Fault("workbook_unreadable", path.name)]) from None


def _sheet(sheet: CalamineSheet, table: Table, blind: Mapping[Place, str]) -> Sheet:
    rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    columns = {column.name: column for column in table.columns}
    top = _row_of_codes(rows, columns)
    header = [clean_text(shown(cell)) for cell in rows[top]] if rows else []
    no_value = {(row - 1, at - 1): BadCell(code) for (row, at), code in blind.items()}
    no_value |= dict.fromkeys(_merged(sheet, rows), BadCell("cell_merged"))
    known = [(at, name, columns[name]) for at, name in enumerate(header) if name in columns]
    lines, refused = [header], {}
    for row, cells in enumerate(rows[top + 1 :], start=top + 1):
        line = [clean_text(shown(cell)) for cell in cells]
        lines.append([] if _is_example(line, header, table) else line)
        for at, name, column in known if lines[-1] else ():
            try:
                if (row, at) in no_value:
                    raise no_value[row, at]
                line[at] = written(line[at] if isinstance(cells[at], str) else cells[at], column)
            except BadCell as bad:
                refused[row + 1, name] = bad
    above = tuple(row for row, cells in enumerate(rows[:top], start=1) if _could_be_data(cells, known))
    return Sheet(top + 1, above, lines, refused)


def _could_be_data(cells: Sequence[Typed], known: Sequence[tuple[int, str, Column]]) -> bool:
    """Say whether a row holds in every column what that column may hold: no heading does."""
    try:
        for at, _, column in known:
            cell = cells[at]
            read_cell(written(clean_text(cell) if isinstance(cell, str) else cell, column), column)
    except BadCell:
        return False
    return any(cell != "" for cell in cells)


def _row_of_codes(rows: Sequence[Sequence[Typed]], known: Mapping[str, object]) -> int:
    """Return which of the first rows holds most of a table's column codes."""
    counts = [sum(clean_text(shown(cell)) in known for cell in row) for row in rows[:_HEADINGS]]
    return counts.index(max(counts)) if counts else 0


def _is_example(line: Sequence[str], header: Sequence[str], table: Table) -> bool:
    first = table.columns[0].name
    return first in header and line[header.index(first)].casefold().startswith(_EXAMPLE)


def _merged(sheet: CalamineSheet, rows: Sequence[Sequence[Typed]]) -> Iterator[tuple[int, int]]:
    """Yield the cells that a merger has blanked, in rows that hold something: what they would say is a guess."""
    left = sum(map(len, rows))  # mergers do not overlap: more cells than there are is a file that lies
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom + 1, len(rows))):
            for at in range(first, min(last + 1, len(rows[row]))):
                left -= 1
                if left < 0:
                    raise ValueError("mergers overlap")
                if (row, at) != (top, first) and any(cell != "" for cell in rows[row]):
                    yield row, at

"""A table of ours that lies beside the foreign files, its blank cells filled from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from provision.errors import Fault
from provision.intake.mapping.filling import fill
from provision.intake.mapping.lines import COLUMNS
from provision.intake.mapping.nouns import Block, Foreign
from provision.intake.tables import read_lines
from provision.intake.workbook import Sheet


def fill_beside(data: Path, block: Block, rows: Sequence[Foreign], faults: list[Fault]) -> Sheet:
    """Return a table's lines, each blank cell that a foreign row tells filled; what stands there stays.

    Where both tell it and differ, that is a warning.
    """
    file = f"{block.table}.csv"
    lines = (read_lines(data / file, file, faults) if data.is_dir() else None) or []
    header = lines[0] if lines else []
    key = next(iter(COLUMNS[block.table]))
    told = _newest(block, key, rows)
    if key not in header:
        return Sheet(1, (), lines, {})
    for number, line in enumerate(lines[1:], start=2):
        line.extend([""] * (len(header) - len(line) if any(line) else 0))
        here = told.pop(line[header.index(key)], []) if any(line) else []
        for name in sorted(set(block.cells) & set(header) - {key}) if here else ():
            row = _agreed(line[header.index(name)], here, block, name, faults)
            _fill(line, header.index(name), row, block, name, (file, number), faults)
    for code, strangers in told.items():
        row = strangers[0]
        columns = fill(block.cells[key], row).columns
        faults.append(Fault("school_unknown", row.file, row.row, columns or None, code, sheet=row.sheet))
    return Sheet(1, (), lines, {})


def _newest(block: Block, key: str, rows: Sequence[Foreign]) -> dict[str, list[Foreign]]:
    """Return the rows of the newest year that tell of each code."""
    told: dict[str, list[Foreign]] = {}
    for row in (row for row in rows if row.source.name == block.source):
        told.setdefault(fill(block.cells[key], row).text, []).append(row)
    return {
        code: [r for r in found if r.year == max(r.year or 0 for r in found) or r.year is None]
        for code, found in told.items()
    }


def _agreed(written: str, rows: Sequence[Foreign], block: Block, name: str, faults: list[Fault]) -> Foreign:
    """Return the row that fills a cell; where several differ and nothing is written, that is a fault."""
    column = COLUMNS[block.table][name]
    values = {value.text: row for row in reversed(rows) if (value := fill(block.cells[name], row, column)).text}
    if len(values) > 1 and not written:
        row = rows[-1]
        said: dict[str, object] = {"values": " / ".join(sorted(values)), "column": name, "table": block.table}
        faults.append(Fault("fill_unclear", row.file, row.row, sheet=row.sheet, details=said))
    return next(iter(values.values()), rows[0])


def _fill(
    line: list[str], at: int, row: Foreign, block: Block, name: str, place: tuple[str, int], faults: list[Fault]
) -> None:
    """Fill one cell where it is blank."""
    value = fill(block.cells[name], row, COLUMNS[block.table][name])
    if value.bad is not None:
        where = row.rows.get(value.columns, row.row)
        code, details = value.bad.code, value.bad.details
        found = value.text or None
        faults.append(Fault(code, row.file, where, value.columns, found, details=details, sheet=row.sheet))
    elif not line[at]:
        line[at] = value.text
    elif value.text and line[at] != value.text:
        said: dict[str, object] = {"value": value.text, "file": row.file}
        faults.append(Fault("fill_differs", *place, name, line[at], details=said, warning=True))

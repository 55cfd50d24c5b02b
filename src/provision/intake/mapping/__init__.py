"""Somebody else's tables -> ours, by a file that says which column is which. No Python is needed to add one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from provision.errors import Fault, FaultyInput
from provision.intake.cells import BadCell
from provision.intake.columns import TABLES
from provision.intake.mapping.beside import fill_beside
from provision.intake.mapping.foreign import cells_of, files_of, read_foreign
from provision.intake.mapping.forms import odd_ratios
from provision.intake.mapping.lines import Line
from provision.intake.mapping.making import dated, kept_of, make
from provision.intake.mapping.nouns import Foreign
from provision.intake.mapping.reading import find_mapping, read_mapping, shipped_mappings
from provision.intake.workbook import Sheet

__all__ = ["Translated", "cells_of", "find_mapping", "foreign_files", "read_mapping", "shipped_mappings", "translate"]


@dataclass(frozen=True, slots=True)
class Translated:
    """The tables a mapping has made, as sheets of text, and where each line comes from."""

    file: str
    sheets: Mapping[str, Sheet]
    lines: Mapping[str, tuple[Line, ...]]
    forms: tuple[Foreign, ...] = ()

    def odd_forms(self, pupils: Mapping[str, Mapping[int, int]]) -> list[Fault]:
        """Return a warning for each form whose pupils a machine are not the school's; pupils by school and year."""
        codes = {id(line.origin): line.text.get("school_id", "") for line in self.lines.get("inventory", ())}
        return odd_ratios(self.forms, pupils, {at: codes.get(id(row), "") for at, row in enumerate(self.forms)})

    def placed(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return faults of our tables where they can be mended: in the foreign file or the mapping, each once."""
        return list({repr(fault): fault for fault in map(self._placed, faults)}.values())

    def _placed(self, fault: Fault) -> Fault:
        lines = self.lines.get(fault.file.removesuffix(".csv"), ()) if fault.file.endswith(".csv") else ()
        if fault.row is None or not 2 <= fault.row < len(lines) + 2:
            return fault
        line, column = lines[fault.row - 2], fault.column
        details = dict(fault.details)
        for key in ("row", "first"):  # another line of the same table
            if str(details.get(key, "")).isdigit():
                details[key] = _row(lines[int(str(details[key])) - 2])
        if line.origin is None:
            return replace(
                fault, file=self.file, row=None, column=f"{line.key}.{column or ''}".rstrip("."), details=details
            )
        if column is not None and line.columns.get(column) == "":
            return replace(fault, file=self.file, row=None, column=f"{line.key}.{column}", details=details)
        name = line.columns.get(column or "") or column
        row = line.origin.rows.get(name or "", line.origin.row)
        file, sheet = line.origin.file, line.origin.sheet
        return replace(fault, file=file, sheet=sheet, row=row, column=name, details=details)


def _row(line: Line) -> str:
    return line.key if line.origin is None else f"{line.origin.row} ({line.origin.file})"


def foreign_files(data: Path, mapping: str | Path) -> list[Path]:
    """Return the files that mapped data are read from, the mapping itself first."""
    mapped = read_mapping(mapping)
    return [mapped.path, *sorted({path for source in mapped.sources.values() for path in files_of(data, source)})]


def translate(data: Path, mapping: str | Path, faults: list[Fault]) -> Translated:
    """Return the tables a mapping makes of the foreign files of a folder, or of one file.

    What is odd goes to ``faults`` as warnings; what our own checks will find is told by them.

    Raises
    ------
    FaultyInput
        Where the mapping, or the files as a whole, are at fault: with all of it.

    """
    mapped = read_mapping(mapping)
    wrong: list[Fault] = []
    rows = dated(read_foreign(data, mapped, wrong), mapped, wrong)
    if data.is_dir():
        foreign = foreign_files(data, mapping)
        for name in sorted(mapped.tables):
            if (data / f"{name}.csv").exists() and (data / f"{name}.csv") not in foreign:
                wrong.append(Fault("mapping_table_twice", f"{name}.csv", details={"mapping": mapped.path.name}))
    _stop(wrong)
    tables = make(rows, mapped, wrong)
    kept = kept_of(rows) if mapped.fills else ()
    filled = {block.table: fill_beside(data, block, kept, wrong) for block in mapped.fills}
    _stop(wrong)
    faults.extend(wrong)
    return Translated(
        file=mapped.path.name,
        sheets={name: _sheet(name, lines) for name, lines in tables.items()} | filled,
        lines={name: tuple(lines) for name, lines in tables.items()},
        forms=tuple(row for row in rows if row.source.labels is not None),
    )


def _stop(faults: Iterable[Fault]) -> None:
    if wrong := [fault for fault in faults if not fault.warning]:
        raise FaultyInput(wrong)


def _sheet(table: str, lines: Iterable[Line]) -> Sheet:
    """Return lines as the sheet of a table: its columns without those that may be absent and are."""
    lines = list(lines)
    columns = next(t.columns for t in TABLES if t.name == table)
    header = [c.name for c in columns if not c.optional or any(c.name in line.text for line in lines)]
    refused: dict[tuple[int, str], BadCell] = {}
    for number, line in enumerate(lines, start=2):
        refused |= {(number, name): bad for name, bad in line.bad.items()}
    return Sheet(1, (), [header, *([line.text.get(name, "") for name in header] for line in lines)], refused)

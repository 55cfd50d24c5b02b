"""Somebody else's files -> rows of text, each with the file, sheet and row it stands in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path

from provision.errors import Fault, FaultyInput
from provision.intake.cells import BadCell, clean_text
from provision.intake.mapping.forms import read_form
from provision.intake.mapping.nouns import Foreign, Mapped, Source
from provision.intake.workbook import Leaf, open_sheets

_LARGEST_FILE = 500_000_000
_BOOKS = (".xlsx", ".xlsm", ".xls")


def files_of(data: Path, source: Source) -> list[Path]:
    """Return the files of a source: those in the data folder that its pattern fits, or the one file."""
    if not data.is_dir():
        return [data] if data.match(source.files) else []
    return sorted(path for path in data.glob(source.files) if path.is_file() and not path.name.startswith(("~", ".")))


def read_foreign(data: Path, mapped: Mapped, faults: list[Fault]) -> list[Foreign]:
    """Return every row of every source's files, in the order of sources and names; what is wrong is told."""
    found: list[Foreign] = []
    lacking = []
    for source in mapped.sources.values():
        paths = files_of(data, source)
        if not paths and not source.may_lack:
            lacking.append(source)
        wanted = frozenset(name for field in mapped.fields(source) for name in field.columns)
        for path in paths:
            found.extend(_read(path, data, source, wanted, faults))
    if data.is_dir() or len(lacking) == len(mapped.sources):
        names = [p.name for p in sorted(data.iterdir() if data.is_dir() else [data]) if p.is_file()]
        for source in lacking:
            details: dict[str, object] = {"names": ", ".join(names[:8]) or "–"}
            faults.append(Fault("mapping_no_file", mapped.path.name, found=source.files, details=details))
    return found


def _read(path: Path, data: Path, source: Source, wanted: Set[str], faults: list[Fault]) -> Iterator[Foreign]:
    """Yield the rows of one file; of their cells only those of the wanted columns are kept."""
    name = path.relative_to(data).as_posix() if data.is_dir() else path.name
    try:
        if path.suffix.lower() in _BOOKS:
            sheets = open_sheets(path, source.sheet, every=source.labels is not None)
            if not sheets:
                raise FaultyInput([Fault("foreign_sheet_missing", name, sheet=source.sheet)])
            if source.labels is not None:
                yield from _forms(source, name, sheets, faults)
                return
            for sheet in sheets:
                yield from _rows(source, name, sheet.name, sheet.lines, sheet.bad, wanted, faults)
        else:
            yield from _rows(source, name, None, _lines(path, name, source), {}, wanted, faults)
    except FaultyInput as faulty:
        faults.extend(faulty.faults)


def _forms(source: Source, file: str, sheets: Sequence[Leaf], faults: list[Fault]) -> Iterator[Foreign]:
    """Yield what the sheets of a file tell that are forms; a sheet that is none is told, and a file without any."""
    found = [(sheet, read_form(sheet, file, source, faults)) for sheet in sheets]
    for sheet, form in found:
        if form is not None:
            yield form
        elif len(sheets) > 1:
            faults.append(Fault("form_none", file, sheet=sheet.name, warning=True))
    if not any(form for _, form in found):
        faults.append(Fault("form_none", file))


def _rows(
    source: Source,
    file: str,
    sheet: str | None,
    lines: Sequence[Sequence[str]],
    bad: Mapping[tuple[int, int], BadCell],
    wanted: Set[str],
    faults: list[Fault],
) -> Iterator[Foreign]:
    header = [clean_text(cell) for cell in lines[source.header - 1]] if len(lines) >= source.header else []
    if not any(header):
        faults.append(Fault("foreign_no_header", file, source.header, sheet=sheet))
        return
    kept = [(at, name) for at, name in enumerate(header) if name in wanted]
    by_row: dict[int, dict[str, BadCell]] = {}
    for (row, at), fault in bad.items():
        if at < len(header):
            by_row.setdefault(row, {})[header[at]] = fault
    for number, cells in enumerate(lines[source.header :], start=source.header + 1):
        if any(cells) or number in by_row:
            if len(cells) > len(header) and any(cells[len(header) :]):
                details: dict[str, object] = {"cells": len(cells), "columns": len(header)}
                faults.append(Fault("row_too_long", file, number, sheet=sheet, details=details))
                continue
            text = {name: cells[at] for at, name in kept if at < len(cells)}
            yield Foreign(source, file, sheet, number, header, text, by_row.get(number, {}))


def _lines(path: Path, file: str, source: Source) -> list[list[str]]:
    """Return a text file's lines, split; the first of the source's encodings that fits is its own."""
    if path.stat().st_size > _LARGEST_FILE:
        raise FaultyInput([Fault("file_too_large", file)])
    text = _decoded(path.read_bytes(), source.encodings)
    if text is None:
        raise FaultyInput([Fault("foreign_encoding", file, details={"encodings": ", ".join(source.encodings)})])
    lines: list[list[str]] = []
    try:
        lines.extend(csv.reader(io.StringIO(text, newline=""), delimiter=source.separator, strict=True))
    except csv.Error as error:
        raise FaultyInput([Fault("not_csv", file, len(lines) + 1, found=str(error))]) from None
    return lines


def _decoded(raw: bytes, encodings: Iterable[str]) -> str | None:
    for name in encodings:
        try:
            text = raw.decode("utf-8-sig" if name.lower().replace("_", "-") in ("utf-8", "utf8") else name)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    return None

"""A form, filled in by one school, -> one foreign row: values found by the words their rows begin with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from provision.errors import Fault
from provision.intake.cells import BadCell
from provision.intake.mapping.nouns import FORM_FILE, FORM_SHEET, Foreign, Label, Source
from provision.intake.workbook import Leaf, Reckoned

_NUMBERING = re.compile(r"^(?:[ivxlc]+|[0-9]+(?:\.[0-9]+)*|[a-zđ])\s*[.)\-–:]\s*")
_BETWEEN = re.compile(r"[\W_]+")


def read_form(sheet: Leaf, file: str, source: Source, faults: list[Fault]) -> Foreign | None:
    """Return what a sheet tells as one row; None where it holds none of the labels and so is no form.

    A value stands in the row of its label, below the nearest heading of its column. What cannot be found, and a
    label that stands twice, is told by sheet and label.
    """
    labels = source.labels or {}
    plain = [[_plain(cell) for cell in row] for row in sheet.lines]
    found = {name: _rows_of(plain, label.words) for name, label in labels.items()}
    if not any(found.values()):
        return None
    cells: dict[str, str] = {FORM_FILE: Path(file).stem, FORM_SHEET: sheet.name}
    bad: dict[str, BadCell] = {}
    rows: dict[str, int] = {}
    for name, label in labels.items():
        at = found[name]
        if len(at) > 1:
            details: dict[str, object] = {"rows": ", ".join(str(row + 1) for row in at)}
            faults.append(Fault("form_label_twice", file, column=label.words, sheet=sheet.name, details=details))
        elif not at:
            if label.needed:
                faults.append(Fault("form_label_missing", file, column=label.words, sheet=sheet.name))
        else:
            place = _place(plain, at[0], label.column)
            if place is None:
                if label.needed:
                    faults.append(Fault("form_heading_missing", file, at[0] + 1, label.column, sheet=sheet.name))
                continue
            rows[name] = at[0] + 1
            cells[name] = _bare(sheet.lines[at[0]][place], label)
            if (at[0] + 1, place) in sheet.bad:
                bad[name] = sheet.bad[at[0] + 1, place]
    return Foreign(
        source, file, sheet.name, min(rows.values(), default=1), tuple({*labels, *cells}), cells, bad, rows
    )


def _plain(text: str) -> str:
    """Return a text as labels are compared: without numbering, case and punctuation."""
    folded = unicodedata.normalize("NFC", text).casefold().strip()
    return _BETWEEN.sub(" ", _NUMBERING.sub("", folded)).strip()


def _rows_of(plain: Sequence[Sequence[str]], words: str) -> list[int]:
    """Return the rows with a cell that begins with a label, to the end of a word."""
    label = _plain(words)
    return [at for at, row in enumerate(plain) if any(f"{cell} ".startswith(f"{label} ") for cell in row)]


def _place(plain: Sequence[Sequence[str]], row: int, heading: str) -> int | None:
    """Return where the nearest heading above a row stands."""
    words = _plain(heading)
    above = (cells for cells in reversed(plain[:row]))
    return next((at for cells in above for at, cell in enumerate(cells) if f"{cell} ".startswith(f"{words} ")), None)


def _bare(text: str, label: Label) -> str:
    """Return a value without the unit it is written with."""
    if isinstance(text, Reckoned):
        return text
    for unit in label.units:
        if text.casefold().endswith(unit.casefold()) and text[: -len(unit)].strip():
            return text[: -len(unit)].strip()
    return text


def odd_ratios(
    rows: Sequence[Foreign], pupils: Mapping[str, Mapping[int, int]], schools: Mapping[int, str]
) -> list[Fault]:
    """Return a warning for each form whose pupils a machine are those of no school year of the school, within one.

    ``pupils`` are by school and year; ``schools`` say whose each row is, by its place.
    """
    faults = []
    for at, row in enumerate(rows):
        machines, stated = row.cells.get("machines", ""), row.cells.get("per_machine", "").replace(",", ".")
        counts = pupils.get(schools.get(at, ""), {})
        if not (machines.isdigit() and int(machines) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", stated) and counts):
            continue
        told = {year: count / int(machines) for year, count in counts.items()}
        if all(abs(each - float(stated)) > 1 for each in told.values()):
            year = max(told)
            details: dict[str, object] = {"pupils": counts[year], "machines": machines, "ratio": f"{told[year]:.1f}"}
            place = row.rows.get("per_machine", row.row)
            faults.append(
                Fault("form_ratio", row.file, place, found=stated, details=details, sheet=row.sheet, warning=True)
            )
    return faults

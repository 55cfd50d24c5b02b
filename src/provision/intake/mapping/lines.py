"""Foreign rows -> lines of our tables, each knowing where every cell of it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from provision.domain.years import format_school_year
from provision.intake.cells import BadCell
from provision.intake.columns import TABLES, Column, Table
from provision.intake.mapping.filling import Filled, fill, number
from provision.intake.mapping.nouns import Block, Foreign, Grades

LOST = "\ufffd"
"""What stands in a text for a letter that a wrong encoding has lost."""

COLUMNS: Mapping[str, Mapping[str, Column]] = {table.name: {c.name: c for c in table.columns} for table in TABLES}
_LEVELS = (range(1, 6), range(6, 10))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one of our tables: its text, the cells that cannot be read, and where it comes from.

    ``origin`` is None for a line of the mapping itself, which ``key`` names. ``columns`` are the foreign columns of
    each cell, blank for a constant; ``unknown`` the foreign columns whose value is not known, with what it counts as.
    """

    key: str
    text: Mapping[str, str]
    origin: Foreign | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    bad: Mapping[str, BadCell] = field(default_factory=dict)
    unknown: tuple[tuple[str, str], ...] = ()


def line_of(block: Block, row: Foreign) -> Line | None:
    """Return the line of a block and a foreign row; None where a value that is not known leaves it out."""
    known = COLUMNS[block.table]
    cells = {name: fill(filling, row, known[name]) for name, filling in block.cells.items()}
    if any(filled.left_out for filled in cells.values()):
        return None
    texts = {name: filled.text for name, filled in cells.items()}
    if "source" in known:
        texts.setdefault("source", row.file)
    if block.table == "enrolment" and row.year is not None:
        texts.setdefault("school_year", format_school_year(row.year))
    return Line(
        key=block.table,
        text=texts,
        origin=row,
        columns={name: filled.columns for name, filled in cells.items()},
        bad={name: filled.bad for name, filled in cells.items() if filled.bad},
        unknown=tuple(part for filled in cells.values() for part in filled.unknown),
    )


def taken(block: Block, rows: Sequence[Foreign], table: Table, lost: Counter[str]) -> list[Line]:
    """Return the lines of a block: of a unit or school told in several school years, those it takes.

    Rows left out for a value that is not known are counted in ``lost``, by file.
    """
    told_by = {id(row): line_of(block, row) for row in rows}
    lost.update(row.file for row in rows if told_by[id(row)] is None)
    lines = [line for line in told_by.values() if line is not None]
    if block.take == "every":
        return lines
    told: dict[str, list[Line]] = {}
    for line in lines:
        told.setdefault(line.text.get(table.key[0] if table.key else "school_id", ""), []).append(line)
    pick = max if block.take == "newest" else min
    found: list[Line] = []
    for same in told.values():
        year = pick(_year(line) for line in same)
        chosen = [line for line in same if _year(line) == year]
        found.extend(_mended(line, same) for line in (_distinct(chosen) if table.name == "units" else chosen))
    return found


def _year(line: Line) -> int:
    return (line.origin.year if line.origin else None) or 0


def _distinct(lines: Sequence[Line]) -> list[Line]:
    """Return lines that say different things: every school of a unit tells the unit."""
    return list({tuple(sorted(line.text.items())): line for line in reversed(lines)}.values())[::-1]


def _mended(line: Line, same: Sequence[Line]) -> Line:
    """Return a line whose texts with a lost letter are those of another school year, where one has them whole."""
    torn = [name for name, text in line.text.items() if LOST in text]
    for name in torn:
        for other in sorted(same, key=_year, reverse=True):
            if other.text.get(name) and LOST not in other.text[name]:
                line = replace(line, text={**line.text, name: other.text[name]})
                break
    return line


def enrolled(block: Block, row: Foreign) -> tuple[list[Line], int]:
    """Return the lines of a row's pupils by grade, and how many of its numbers of pupils are not known.

    A level without a pupil has no line: the school does not teach it.
    """
    first = line_of(replace(block, grades=()), row)
    if not block.grades:
        return ([first] if first else []), int(first is None)
    lines: list[Line] = []
    lost = 0
    if first is None:
        return [], 1
    for level in _LEVELS:
        parts = [
            (part, fill(part.pupils, row, COLUMNS["enrolment"]["pupils"]))
            for part in block.grades
            if part.grades[0] in level
        ]
        lost += sum(filled.left_out for _, filled in parts)
        if any(number(filled) != 0 for _, filled in parts if not filled.left_out):
            lines.extend(
                line for part, pupils in parts if not pupils.left_out for line in _split(first, part, pupils, row)
            )
    return lines, lost


def _split(first: Line, part: Grades, pupils: Filled, row: Foreign) -> Iterator[Line]:
    """Yield a line for each grade of a part, its pupils and classes shared out to the last one."""
    classes = fill(part.classes, row, COLUMNS["enrolment"]["classes"])
    cells = {"pupils": pupils, "classes": classes}
    told = {name: number(filled) for name, filled in cells.items()}
    bad = {
        name: filled.bad or BadCell("whole" if filled.text else "blank", low=0, high=100_000)
        for name, filled in cells.items()
        if told[name] is None
    }
    shares = {name: apportion(told[name] or 0, part.shares) for name in cells}
    for at, grade in enumerate(part.grades if not bad else part.grades[:1]):
        numbers = {name: cells[name].text if name in bad else str(shares[name][at]) for name in cells}
        yield replace(
            first,
            text={**first.text, "grade": str(grade), **numbers},
            columns={**first.columns, **{name: filled.columns for name, filled in cells.items()}},
            bad={**first.bad, **bad},
            unknown=(*first.unknown, *pupils.unknown, *classes.unknown) if at == 0 else (),
        )


def apportion(total: int, shares: Sequence[int]) -> list[int]:
    """Return a whole number split by shares: to the whole below, then one more where the remainder is largest.

    The parts add up to the total; of equal remainders the earlier comes first.
    """
    whole = sum(shares)
    parts = [total * share // whole for share in shares]
    order = sorted(range(len(shares)), key=lambda at: (-(total * shares[at] % whole), at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts

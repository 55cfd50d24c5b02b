"""All foreign rows -> all tables a mapping makes, every row used or counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from provision.domain.years import format_school_year, parse_school_year
from provision.errors import Fault
from provision.intake.cells import BadCell
from provision.intake.columns import TABLES
from provision.intake.mapping.filling import fill, number
from provision.intake.mapping.lines import COLUMNS, LOST, Line, enrolled, taken
from provision.intake.mapping.nouns import Block, Foreign, Mapped, Rule
from provision.text import LANGUAGES, Words

EACH = "each"
"""What a row of the mapping itself says for a unit where it stands for every one."""

Counts = dict[tuple[str, str, str, str], list[int]]
"""Rows and pupils left out, by file, school year, unit and reason."""


def dated(rows: Sequence[Foreign], mapped: Mapped, faults: list[Fault]) -> list[Foreign]:
    """Return rows with their school years; columns that are absent or there twice, and unreadable years, are told."""
    found = []
    for row in rows:
        year = fill(row.source.year, row)
        try:
            found.append(replace(row, year=parse_school_year(year.text)) if row.source.year else row)
        except ValueError:
            code = year.bad.code if year.bad else "school_year"
            details = year.bad.details if year.bad else {}
            faults.append(Fault(code, row.file, row.row, year.columns, year.text, details=details, sheet=row.sheet))
    years: dict[tuple[str, str | None], set[int | None]] = defaultdict(set)
    for row in found:
        years[row.file, row.sheet].add(row.year)
    first = {(row.file, row.sheet): row for row in reversed(found)}
    for place, row in first.items():
        fields = [f for f in mapped.fields(row.source) if any(map(f.holds, years[place]))]
        needed = {name for field in fields for name in field.columns}
        for name in sorted(name for name in needed if row.header.count(name) > 1):
            faults.append(Fault("column_twice", row.file, row.source.header, name, sheet=row.sheet))
        for name in sorted(needed - set(row.header)):
            faults.append(Fault("foreign_column_missing", row.file, row.source.header, name, sheet=row.sheet))
    return found


def make(rows: Sequence[Foreign], mapped: Mapped, faults: list[Fault]) -> dict[str, list[Line]]:
    """Return the lines of every table; what is not known, lost or absent goes to ``faults`` as a warning."""
    left: Counts = defaultdict(lambda: [0, 0])
    kept = []
    for row in rows:
        reason = _reason(row, faults)
        if reason is None:
            kept.append(row)
        else:
            _count(left, row, reason, _pupils(row, mapped), mapped)
    lost = Counter[str]()
    tables = {
        t.name: taken_of(mapped, kept, t.name, lost)
        for t in TABLES
        if t.name in mapped.tables and t.name != "enrolment"
    }
    if "enrolment" in mapped.tables:
        tables["enrolment"] = _enrolment(kept, mapped, left, lost)
        spans = [block for block in mapped.blocks if block.spans]
        for block in spans:
            tables |= _spanned(block, rows, kept, tables, faults)
        if "schools" in tables:
            tables["schools"] = _levelled(tables["schools"], tables["enrolment"])
    units = [line.text.get("unit", "") for line in tables.get("units", ())]
    for name, given in mapped.rows.items():
        tables[name] = [line for at, row in enumerate(given, start=1) for line in _given(name, at, row, units)]
    if "left_out" in mapped.tables:
        tables["left_out"] = list(_left_out(left, set(units)))
    faults.extend(_oddities(tables))
    for file, count in sorted((+lost).items()):
        faults.append(Fault("foreign_unknown_left", file, details={"count": count}, warning=True))
    return tables


def kept_of(rows: Sequence[Foreign]) -> list[Foreign]:
    """Return the rows that no rule leaves out; what a rule cannot read is told where the tables are made."""
    return [row for row in rows if _reason(row, []) is None]


def taken_of(mapped: Mapped, rows: Sequence[Foreign], table: str, lost: Counter[str]) -> list[Line]:
    """Return the lines of a table's blocks; rows left out for what is not known are counted in ``lost``, by file."""
    by_source: dict[str, list[Foreign]] = defaultdict(list)
    for row in rows:
        by_source[row.source.name].append(row)
    known = {t.name: t for t in TABLES}
    return [
        line for b in mapped.blocks if b.table == table for line in taken(b, by_source[b.source], known[table], lost)
    ]


def _reason(row: Foreign, faults: list[Fault]) -> str | None:
    """Return why a row is left out, None where it is not; the first reason counts."""
    for rule in row.source.left_out:
        found = _applies(rule, row)
        if isinstance(found, Fault):
            faults.append(found)
        elif found:
            return rule.reason
    return None


def _applies(rule: Rule, row: Foreign) -> bool | Fault:
    filled = fill((rule.field,), row)
    if rule.at_most is not None and filled.unknown:
        return False  # what is not known is not known to be so small
    if rule.at_most is None and filled.bad is None:
        return (filled.text in rule.values) == rule.inside
    counted = number(filled)
    if counted is None or rule.at_most is None:
        bad = filled.bad or BadCell("whole" if filled.text else "blank", low=0, high=10**15)
        return Fault(bad.code, row.file, row.row, filled.columns, filled.text, details=bad.details, sheet=row.sheet)
    return counted <= rule.at_most


def _pupils(row: Foreign, mapped: Mapped) -> int:
    """Return the pupils of a row that is left out; what is blank or not known counts as none."""
    counted = 0
    for block in mapped.blocks:
        if block.table == "enrolment" and block.source == row.source.name:
            fillings = [part.pupils for part in block.grades] or [block.cells["pupils"]]
            counted += sum(number(fill(f, row, COLUMNS["enrolment"]["pupils"])) or 0 for f in fillings)
    return counted


def _count(left: Counts, row: Foreign, reason: str, pupils: int, mapped: Mapped) -> None:
    year = "" if row.year is None else format_school_year(row.year)
    fillings = (b.cells["unit"] for b in mapped.blocks if b.source == row.source.name and "unit" in b.cells)
    unit = next((fill(filling, row).text for filling in fillings), "")
    entry = left[row.file, year, unit, reason]
    entry[0] += 1
    entry[1] += pupils


def _left_out(left: Counts, units: set[str]) -> Iterator[Line]:
    """Yield what was left out, a line for each file, school year, unit and reason; foreign units have no name."""
    known: Counts = defaultdict(lambda: [0, 0])
    for (file, year, unit, reason), (rows, pupils) in left.items():
        entry = known[file, year, unit if unit in units else "", reason]
        entry[0] += rows
        entry[1] += pupils
    for (file, year, unit, reason), (rows, pupils) in sorted(known.items()):
        text = {"file": file, "school_year": year, "unit": unit, "reason": reason}
        yield Line("left_out", text | {"rows": str(rows), "pupils": str(pupils)})


def _enrolment(kept: Sequence[Foreign], mapped: Mapped, left: Counts, lost: Counter[str]) -> list[Line]:
    lines = []
    unknown = " / ".join(Words(language)("mapping.pupils_unknown") for language in LANGUAGES)
    for block in mapped.blocks:
        if block.table != "enrolment":
            continue
        for row in kept:
            if row.source.name == block.source:
                found, unsaid = enrolled(block, row)
                lines.extend(found)
                lost[row.file] += unsaid
                if unsaid:
                    _count(left, row, unknown, 0, mapped)
    return lines


def _levelled(schools: Sequence[Line], enrolment: Sequence[Line]) -> list[Line]:
    """Return schools whose level, where the mapping states none, is told by the grades they have pupils in."""
    grades: dict[str, set[int]] = defaultdict(set)
    for line in enrolment:
        if line.text.get("pupils") != "0" and line.text.get("grade", "").isdigit():
            grades[line.text["school_id"]].add(int(line.text["grade"]))
    found = []
    for line in schools:
        taught = grades[line.text.get("school_id", "")]
        young, old = any(g <= 5 for g in taught), any(g > 5 for g in taught)
        level = "combined" if young and old else "primary" if young else "lower_secondary" if old else ""
        found.append(replace(line, text={"level": level, **line.text}))
    return found


def _spanned(
    block: Block,
    rows: Sequence[Foreign],
    kept: Sequence[Foreign],
    tables: Mapping[str, list[Line]],
    faults: list[Fault],
) -> dict[str, list[Line]]:
    """Return schools that open and close where their rows begin and end, and pupils with the years between filled.

    In a year between that no file tells, a school has no pupils; which schools these are is told as a warning.
    """
    read = {row.year for row in rows if row.source.name == block.source and row.year is not None}
    there: dict[str, set[int]] = defaultdict(set)
    for row in kept:
        if row.source.name == block.source and row.year is not None:
            there[fill(block.cells["school_id"], row).text].add(row.year)
    schools, gaps = [], defaultdict(list)
    for line in tables["schools"]:
        years = there.get(line.text.get("school_id", ""))
        if years:
            first, last = min(years), max(years)
            opened = "" if first == min(read) else format_school_year(first)
            closed = "" if last == max(read) else format_school_year(last)
            line = replace(line, text={"open_from": opened, "open_until": closed, **line.text})
            for year in sorted(read - years):
                if first < year < last:
                    gaps[year].append(line.text["school_id"])
        schools.append(line)
    enrolment = list(tables["enrolment"])
    for year, codes in sorted(gaps.items()):
        absent = set(codes)
        before: dict[tuple[str, str], Line] = {}
        for line in sorted(tables["enrolment"], key=lambda line: line.text.get("school_year", "")):
            if line.text["school_id"] in absent and line.text["school_year"] < format_school_year(year):
                before[line.text["school_id"], line.text.get("grade", "")] = line
        told = {"school_year": format_school_year(year), "pupils": "0", "classes": "0"}
        enrolment.extend(replace(line, text={**line.text, **told}, unknown=()) for line in before.values())
        details: dict[str, object] = {"year": format_school_year(year), "count": len(codes)}
        details["schools"] = ", ".join((*codes[:5], *(("…",) if codes[5:] else ())))
        faults.append(Fault("foreign_gap", rows[0].source.files, details=details, warning=True))
    return {"schools": schools, "enrolment": enrolment}


def _given(table: str, at: int, row: Mapping[str, str], units: Sequence[str]) -> Iterator[Line]:
    """Yield a row of the mapping itself, once for each unit where it says so."""
    key = f"rows.{table}[{at}]"
    for unit in units if row.get("unit") == EACH else (None,):
        yield Line(key, dict(row) if unit is None else {**row, "unit": unit})


def _oddities(tables: Mapping[str, Sequence[Line]]) -> Iterator[Fault]:
    """Yield what is odd and not wrong: values not known, by what they count as, and letters that are lost."""
    unknown: dict[tuple[str, str, str], int] = defaultdict(int)
    torn: dict[tuple[str, str], int] = defaultdict(int)
    for line in (line for lines in tables.values() for line in lines if line.origin):
        for column, value in line.unknown:
            unknown[line.origin.file if line.origin else "", column, value] += 1
        for name, text in line.text.items():
            if LOST in text:
                torn[line.origin.file if line.origin else "", line.columns.get(name) or name] += 1
    for (file, column, value), count in sorted(unknown.items()):
        code = "foreign_unknown" if value else "foreign_unknown_blank"
        yield Fault(code, file, column=column, details={"count": count, "value": value}, warning=True)
    for (file, column), count in sorted(torn.items()):
        yield Fault("foreign_letters", file, column=column, details={"count": count}, warning=True)

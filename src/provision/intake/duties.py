"""``duties.toml`` -> the duties of the documents, with every fault of the file told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from provision.domain.duty import BEARERS, FORCES, FUND_RULES, LINES, NAMES, Duty, Source
from provision.domain.years import parse_school_year
from provision.errors import Fault, FaultyInput
from provision.intake.cells import is_code
from provision.intake.shipped import DUTIES, shipped

_SOURCE = {"number", "name_vi", "name_en", "pack"}
_DUTY = {"id", "document", "section", "force", "who", "subject_vi", "subject_en", "answer"}
_TOLD = {"checklist": "step", "outside": "reason"}
"""How the sentence is called that must stand beside an answer; beside any other one ``note`` may stand."""

_CHOICES = {"force": FORCES, "answer": tuple(NAMES), "where": ("all", "national_standard")}
_LISTS = {"who": BEARERS, "line": LINES, "rule": FUND_RULES}
_YEARS = ("from_year", "until_year")


def duties_file() -> Path:
    """Return the file of the duties that travels with the library."""
    return shipped("roadmap") / DUTIES


def read_duties(path: Path | None = None) -> tuple[Duty, ...]:
    """Return the duties of a file, those that travel with the library by default, in order of their numbers.

    Raises
    ------
    FaultyInput
        With every fault of the file.

    """
    path = path or duties_file()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise FaultyInput([Fault("not_toml", path.name, found=str(error))]) from None
    faults = [Fault("pack_key_unknown", path.name, column=key) for key in sorted(set(raw) - {"document", "duty"})]
    sources: dict[str, Source] = {}
    for at, row in _rows(path.name, raw, "document", faults):
        found = [*_key_faults(path.name, at, row, _SOURCE, set()), *_text_faults(path.name, at, row, _SOURCE)]
        faults += found
        if not found:
            sources[row["number"]] = Source(**row)
    duties: dict[int, Duty] = {}
    for at, row in _rows(path.name, raw, "duty", faults):
        found = [*_duty_faults(path.name, at, row, sources)]
        if not found and row["id"] in duties:
            found = [Fault("duty_twice", path.name, column=f"{at}.id", found=str(row["id"]))]
        faults += found
        if not found:
            duties[row["id"]] = _duty(row, sources)
    if faults:
        raise FaultyInput(faults)
    return tuple(duties[number] for number in sorted(duties))


def _rows(file: str, raw: Mapping[str, Any], table: str, faults: list[Fault]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of a table, each with where it stands."""
    rows = raw.get(table)
    if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        yield from ((f"{table}[{number}]", row) for number, row in enumerate(rows, start=1))
    else:
        faults.append(Fault("pack_table", file, column=table))


def _duty_faults(file: str, at: str, row: Mapping[str, Any], sources: Mapping[str, Source]) -> Iterator[Fault]:
    """Yield what is wrong with one duty."""
    answer = str(row.get("answer"))
    named = NAMES.get(answer, "")
    told = {f"{_TOLD.get(answer, 'note')}_{language}" for language in ("vi", "en")}
    needed = _DUTY | ({named} if named else set()) | (told if answer in _TOLD or told & set(row) else set())
    yield from _key_faults(file, at, row, needed, {"where", *_YEARS})
    yield from _text_faults(file, at, row, {"document", "section", "subject_vi", "subject_en", *told} & set(row))
    if type(row.get("id", 1)) is not int or row.get("id", 1) < 1:
        yield Fault("whole", file, column=f"{at}.id", found=str(row["id"]), details={"low": 1, "high": 1000})
    for key, choices in _CHOICES.items():
        if key in row and row[key] not in choices:
            details = {"choices": ", ".join(choices)}
            yield Fault("choice", file, column=f"{at}.{key}", found=str(row[key]), details=details)
    for key in {"who", named} & set(row):
        yield from _list_faults(file, f"{at}.{key}", key, row[key])
    for key in set(_YEARS) & set(row):
        try:
            parse_school_year(str(row[key]))
        except ValueError:
            yield Fault("school_year", file, column=f"{at}.{key}", found=str(row[key]))
    if isinstance(row.get("document"), str) and row["document"] not in sources:
        details = {"known": ", ".join(sources)}
        yield Fault("duty_document", file, column=f"{at}.document", found=row["document"], details=details)


def _key_faults(file: str, at: str, row: Mapping[str, Any], needed: set[str], allowed: set[str]) -> Iterator[Fault]:
    """Yield the keys a row lacks, and those it should not have."""
    for key in sorted(needed - set(row)):
        yield Fault("pack_no_section" if key == "section" else "pack_key_missing", file, column=f"{at}.{key}")
    for key in sorted(set(row) - needed - allowed):
        yield Fault("pack_key_unknown", file, column=f"{at}.{key}")


def _text_faults(file: str, at: str, row: Mapping[str, Any], keys: set[str]) -> Iterator[Fault]:
    """Yield the texts of a row that say nothing."""
    for key in sorted(keys & set(row)):
        if not (isinstance(row[key], str) and row[key].strip()):
            yield Fault("blank", file, column=f"{at}.{key}", found=str(row[key]))


def _list_faults(file: str, at: str, key: str, value: object) -> Iterator[Fault]:
    """Yield what is wrong with a list of codes, of choices or of dates."""
    if not (isinstance(value, list) and value and all(isinstance(part, str) for part in value)):
        yield Fault("duty_list", file, column=at, found=str(value))
        return
    for part in value:
        if key in _LISTS and part not in _LISTS[key]:
            details = {"choices": ", ".join(_LISTS[key])}
            yield Fault("choice", file, column=at, found=part, details=details)
        elif key == "date" and not _is_date(part):
            yield Fault("day", file, column=at, found=part)
        elif key in ("item", "place") and not is_code(part):
            yield Fault("code", file, column=at, found=part)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _duty(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Duty:
    told = _TOLD.get(row["answer"], "note")
    first, last = (parse_school_year(row[key]) if key in row else None for key in _YEARS)
    return Duty(
        number=row["id"],
        source=sources[row["document"]],
        section=row["section"],
        force=row["force"],
        who=tuple(row["who"]),
        national_standard=row.get("where") == "national_standard",
        answer=row["answer"],
        named=tuple(row.get(NAMES[row["answer"]], ())),
        first=first,
        last=last,
        subject_vi=row["subject_vi"],
        subject_en=row["subject_en"],
        told_vi=row.get(f"{told}_vi", ""),
        told_en=row.get(f"{told}_en", ""),
    )

"""Roadmap packs (TOML) -> Roadmap, with every fault of a pack. A number without its section does not load."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from provision.domain.problem import LAB, PUPIL_COMPUTER
from provision.domain.roadmap import ARRANGEMENTS, Deadline, Lab, Minimum, Phase, Ratio, Roadmap
from provision.domain.staff import Teaching
from provision.domain.years import parse_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.cells import is_code
from provision.intake.extending import Overridden, joined
from provision.intake.shipped import DUTIES, shipped

_LEAST = {"pupils_per_machine": 0.1, "weight": 0.001, "class_periods": 0.1, "teacher_periods": 0.1}
_TABLES = ("phase", "ratio", "minimum", "lab", "deadline", "teaching")
_HOW = ("ratio_basis", "rounding", "arrangement")
_HEAD = ("id", "title_vi", "title_en", "document", "issued")
_KEYS = {
    "phase": {"school_year", "grades", "schools", "status", "section"},
    "ratio": {"level", "pupils_per_machine", "force", "section"},
    "minimum": {"item", "per", "quantity", "section"},
    "lab": {"gate", "section"},
    "deadline": {"date", "title_vi", "title_en", "section"},
    "teaching": {"level", "class_periods", "teacher_periods", "section"},
}
_MAY = {
    "minimum": {"weight", "levels", "where", "with", "arrangement"},
    "lab": {"seats", "weekly_periods", "periods_per_class", "ordinary_seats"},
}
_ALWAYS_MAY = {"note", "document"}
"""``document`` names another document than the pack's own, as the one that states a row."""
_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("phase", "status"): ("mandatory", "optional", "current"),
    **dict.fromkeys((("ratio", "level"), ("teaching", "level")), ("primary", "lower_secondary")),
    ("ratio", "force"): ("must", "target"),
    ("minimum", "per"): ("school", "subject_group", "lab", "machine", "unit"),
    ("minimum", "where"): ("all", "national_standard", "disadvantaged"),
    ("pack", "ratio_basis"): ("covered", "enrolled"),
    ("pack", "rounding"): ("level", "school", "none"),
    **dict.fromkeys((("minimum", "arrangement"), ("pack", "arrangement")), ARRANGEMENTS),
}

_LEVELS = ("kindergarten", "primary", "lower_secondary", "combined")
_WHOLE = {
    "quantity": (1, 1000),
    "seats": (1, 1000),
    "weekly_periods": (1, 1000),
    "periods_per_class": (1, 10),
    "ordinary_seats": (0, 1000),
}
"""The whole numbers of a pack with their bounds, inclusive."""


def find_pack(name: str, *, folder: Path | None = None) -> Path:
    """Return the file of a pack: a path, then ``roadmap/`` here or in a folder above, then the packaged copy.

    Raises
    ------
    ProvisionError
        Where no such pack is found; its words list the packs there are.

    """
    if name.endswith(".toml"):
        for path in (Path(name) if folder is None else folder / name, Path(name)):
            if path.is_file():
                return path
        raise ProvisionError("roadmap_unknown", roadmap=name, known=", ".join(known_packs()))
    above = [place / "roadmap" for place in (Path.cwd(), *Path.cwd().parents)]  # a notebook stands one folder lower
    for root in (folder, *above, shipped("roadmap")):
        if root is not None and (root / f"{name}.toml").is_file():
            return root / f"{name}.toml"
    raise ProvisionError("roadmap_unknown", roadmap=name, known=", ".join(known_packs()))


def known_packs() -> tuple[str, ...]:
    """Return the names of the packs that travel with the library."""
    return tuple(sorted(path.stem for path in shipped("roadmap").glob("*.toml") if path.name != DUTIES))


def read_roadmap(name: str, *, folder: Path | None = None) -> Roadmap:
    """Read a roadmap pack by name or path.

    Raises
    ------
    FaultyInput
        With every fault of the pack; among them each number without the section that states it.

    """
    path = find_pack(name, folder=folder)
    faults: list[Fault] = []
    raw = _read_toml(path, faults)
    line, files = [raw], [path]
    while "extends" in line[-1] and not faults:
        if not is_code(str(line[-1]["extends"]).removesuffix(".toml")):
            faults.append(Fault("pack_base", path.name, column="extends", found=str(line[-1]["extends"])))
            break
        files.append(find_pack(str(line[-1]["extends"]), folder=files[-1].parent))
        if files[-1].resolve() in (file.resolve() for file in files[:-1]):
            faults.append(Fault("pack_circle", path.name, column="extends", found=files[-1].stem))
        line.append(_read_toml(files[-1], faults))
    overridden: list[Overridden] = []
    pack = joined(path.name, line, faults, overridden)
    roadmap = None if faults else _roadmap(path.name, pack, faults)
    if roadmap is not None and len(files) > 1:
        bases = tuple(file.stem for file in files[1:])
        roadmap = replace(roadmap, bases=bases, overridden=tuple(sorted(set(overridden))))
    if faults or roadmap is None:
        raise FaultyInput(faults)
    return roadmap


def pack_files(name: str, *, folder: Path | None = None) -> tuple[Path, ...]:
    """Return the file of a pack and those it extends, in that order."""
    files = [find_pack(name, folder=folder)]
    while (base := tomllib.loads(files[-1].read_text(encoding="utf-8")).get("extends")) is not None:
        files.append(find_pack(str(base), folder=files[-1].parent))
    return tuple(files)


def _read_toml(path: Path, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        faults.append(Fault("not_toml", path.name, found=str(error)))
        return {}


def _roadmap(file: str, raw: Mapping[str, Any], faults: list[Fault]) -> Roadmap | None:
    before = len(faults)
    for key in _HEAD:
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            faults.append(Fault("pack_head", file, column=key))
    if isinstance(raw.get("id"), str) and not is_code(raw["id"]):
        faults.append(Fault("code", file, column="id", found=raw["id"]))
    for key in sorted(set(raw) - {*_HEAD, *_TABLES, *_HOW, "note"}):
        faults.append(Fault("pack_key_unknown", file, column=key))
    for key in _HOW:
        if key in raw and raw[key] not in _CHOICES["pack", key]:
            details = {"choices": ", ".join(_CHOICES["pack", key])}
            faults.append(Fault("choice", file, column=key, found=str(raw[key]), details=details))
    rows = {table: _rows(file, table, raw.get(table, []), faults) for table in _TABLES}
    if isinstance(raw.get("lab"), list) and len(raw["lab"]) > 1:
        faults.append(Fault("pack_lab_twice", file, column="lab"))
    for table in ("ratio", "teaching"):
        levels = [r["level"] for r in rows[table]]
        if len(levels) != len(set(levels)):
            faults.append(Fault("pack_ratio_twice", file, column=table))
    if len(faults) > before:
        return None
    return Roadmap(
        code=raw["id"],
        title_vi=raw["title_vi"],
        title_en=raw["title_en"],
        document=raw["document"],
        issued=raw["issued"],
        ratio_basis=raw.get("ratio_basis", "covered"),
        rounding=raw.get("rounding", "level"),
        arrangement=raw.get("arrangement", "central"),
        phases=tuple(map(_phase, rows["phase"])),
        ratios=tuple(
            Ratio(r["level"], Fraction(str(r["pupils_per_machine"])), r["force"], r["section"], r.get("document", ""))
            for r in rows["ratio"]
        ),
        minimums=tuple(map(_minimum, rows["minimum"])),
        labs=tuple(map(_lab, rows["lab"])),
        deadlines=tuple(
            Deadline(str(r["date"]), r["title_vi"], r["title_en"], r["section"], r.get("document", ""))
            for r in rows["deadline"]
        ),
        teaching=tuple(map(_teaching, rows["teaching"])),
    )


def _rows(file: str, table: str, raw: object, faults: list[Fault]) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        faults.append(Fault("pack_table", file, column=table))
        return []
    sound = []
    for number, row in enumerate(raw, start=1):
        before = len(faults)
        needed, allowed = _KEYS[table], _MAY.get(table, set()) | _ALWAYS_MAY
        for key in sorted(needed - set(row)):
            code = "pack_no_section" if key == "section" else "pack_key_missing"
            faults.append(Fault(code, file, column=f"{table}[{number}].{key}"))
        for key in sorted(set(row) - needed - allowed):
            faults.append(Fault("pack_key_unknown", file, column=f"{table}[{number}].{key}"))
        for key, value in row.items():
            fault = _value_fault(table, key, value)
            if fault is not None and key in needed | allowed:
                code, details = fault
                column = f"{table}[{number}].{key}"
                faults.append(Fault(code, file, column=column, found=str(value), details=details))
        if table == "lab" and row.get("gate") is True and "seats" not in row:
            faults.append(Fault("pack_gate_seats", file, column=f"{table}[{number}].seats"))
        if table == "minimum" and "with" in row and not _may_come_with(row):
            faults.append(Fault("pack_with", file, column=f"{table}[{number}].with", found=str(row["with"])))
        if len(faults) == before:
            sound.append(row)
    return sound


def _may_come_with(row: Mapping[str, Any]) -> bool:
    """Say whether a minimum may name what it comes with: another item, asked per machine, and no room."""
    return row.get("per") == "machine" and row["with"] not in (LAB, row.get("item"))


def _value_fault(table: str, key: str, value: object) -> tuple[str, dict[str, object]] | None:
    """Return what is wrong with one value of a pack, None where nothing is."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if (table, key) in _CHOICES and value not in _CHOICES[table, key]:
        return "choice", {"choices": ", ".join(_CHOICES[table, key])}
    if key == "section" and not (isinstance(value, str) and value.strip()):
        return "pack_no_section", {}
    if key == "school_year":
        try:
            parse_school_year(str(value))
        except ValueError:
            return "school_year", {}
    if key == "grades" and not (
        isinstance(value, list) and value and all(type(g) is int and 1 <= g <= 9 for g in value)
    ):
        return "pack_grades", {}
    if (
        key == "schools"
        and value != "all"
        and not (isinstance(value, list) and value and all(isinstance(s, str) for s in value))
    ):
        return "pack_schools", {}
    number = whole or isinstance(value, float)
    if key in _LEAST and not (number and _LEAST[key] <= float(str(value)) <= 1000):
        return "pack_number", {"low": _LEAST[key], "high": 1000}
    if key in _WHOLE and not (whole and _WHOLE[key][0] <= int(str(value)) <= _WHOLE[key][1]):
        return "whole", {"low": _WHOLE[key][0], "high": _WHOLE[key][1]}
    if key == "gate" and not isinstance(value, bool):
        return "pack_flag", {}
    if key == "levels" and not (isinstance(value, list) and value and all(level in _LEVELS for level in value)):
        return "pack_levels", {"choices": ", ".join(_LEVELS)}
    if key == "date" and not _is_day(value):
        return "day", {}
    if key == "document" and not (isinstance(value, str) and value.strip()):
        return "pack_head", {}
    if key in ("item", "with") and not (isinstance(value, str) and is_code(value)):
        return "code", {}
    return None


def _is_day(value: object) -> bool:
    """Say whether a value is a day, written as text or as TOML writes one."""
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _phase(row: Mapping[str, Any]) -> Phase:
    named = () if row["schools"] == "all" else tuple(row["schools"])
    year, section, document = parse_school_year(row["school_year"]), row["section"], row.get("document", "")
    return Phase(year, frozenset(row["grades"]), named, row["status"], section, document)


def _minimum(row: Mapping[str, Any]) -> Minimum:
    return Minimum(
        item=row["item"],
        per=row["per"],
        quantity=row["quantity"],
        weight=Fraction(str(row.get("weight", 1))),
        levels=tuple(row.get("levels", ())),
        where=row.get("where", "all"),
        section=row["section"],
        document=row.get("document", ""),
        machine=row.get("with", PUPIL_COMPUTER),
        arrangement=row.get("arrangement", ""),
    )


def _lab(row: Mapping[str, Any]) -> Lab:
    return Lab(
        gate=row["gate"],
        seats=row.get("seats"),
        weekly_periods=row.get("weekly_periods"),
        section=row["section"],
        document=row.get("document", ""),
        periods_per_class=row.get("periods_per_class", 1),
        ordinary_seats=row.get("ordinary_seats", 0),
    )


def _teaching(row: Mapping[str, Any]) -> Teaching:
    of_class, of_post = Fraction(str(row["class_periods"])), Fraction(str(row["teacher_periods"]))
    return Teaching(row["level"], of_class, of_post, row["section"], row.get("document", ""))

"""Faults of single units: whose they are, and what of the tables is sound without the rows at fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from provision.errors import Fault
from provision.intake.cells import is_code
from provision.intake.crosswalk import OLD_UNIT
from provision.intake.nouns import Tables
from provision.intake.tables import Record, Records

_OF_UNITS = ("units", "schools", "budget")
"""The tables whose rows say themselves whose they are."""

_OF_SCHOOLS = ("enrolment", "inventory", "staff", "frozen")


def unit_at_fault(fault: Fault, tables: Tables) -> str | None:
    """Return the unit whose row is at fault, None where it is nobody's alone or nobody can say.

    Where a fund is shared, pupils count towards everybody's share, so that a row of them is everybody's.
    """
    units = {text["unit"] for text in _texts(tables["units"]).values()}
    name = fault.file.removesuffix(".csv")
    if name == "enrolment" and any(r["unit"] is None for r in tables["budget"].rows):
        return None
    text = _texts(tables[name]).get(fault.row or 0, {}) if name in tables else {}
    code = text.get("school_id", "")
    unit = fault.unit or (text.get("unit") if name in _OF_UNITS else None)
    if unit is None and name in _OF_SCHOOLS:
        of = {r["school_id"]: r["unit"] for r in tables["schools"].rows}
        of |= {text.get("school_id", ""): text.get("unit", "") for text in tables["schools"].torn.values()}
        unit = of.get(code, code)
    return unit if unit in units else None


def sound(tables: Tables, faults: Iterable[Fault]) -> dict[str, Records]:
    """Return tables without the rows at fault and without what hangs on them.

    Each fault is of a unit that is not planned. It keeps its place and its schools theirs, by their codes alone where
    the rest cannot be read, so that their pupils count where money is shared.
    """
    at_fault = {(fault.file.removesuffix(".csv"), fault.row) for fault in faults}
    left = {
        name: replace(table, rows=tuple(r for r in table.rows if (name, r.row) not in at_fault))
        for name, table in tables.items()
    }
    for name, key in (("units", "unit"), ("schools", "school_id")):
        there = {r[key] for r in left[name].rows}
        lost = {row: text for row, text in _texts(tables[name]).items() if text.get(key) and text[key] not in there}
        stubs = {text[key]: _stub(name, row, text) for row, text in lost.items() if is_code(text[key])}
        left[name] = replace(left[name], rows=(*left[name].rows, *stubs.values()))
    units = {r["unit"] for r in left["units"].rows}
    schools = {r["school_id"]: r for r in left["schools"].rows if r["unit"] in units}
    while lone := {code for code, r in schools.items() if r["merged_into"] not in (None, *schools)}:
        schools = {code: r for code, r in schools.items() if code not in lone}
    known = schools.keys() | units

    def stands(name: str, r: Record) -> bool:
        if name == "budget":  # a school it names beside others may be gone: no purse is asked to pay for it
            return r["unit"] in (None, *units)
        if name == "crosswalk":
            return r["unit_to"] in units and (r["school_id"] is None or r["school_id"] in schools)
        return name not in ("schools", *_OF_SCHOOLS) or r["school_id"] in (known if name == "frozen" else schools)

    return {name: replace(t, rows=tuple(r for r in t.rows if stands(name, r))) for name, t in left.items()}


def _stub(name: str, row: int, text: Mapping[str, str]) -> Record:
    """Return a row of which no more than its codes counts, in place of one at fault."""
    if name == "units":
        code = text["unit"]
        values: dict[str, Any] = dict.fromkeys(("unit", "name", "kind", "issuer", "signatory_title", "place"), code)
        return Record(row, values | {"roadmap": code}, values | {"roadmap": code})
    told = {"school_id": text["school_id"], "name": text["school_id"], "unit": text.get("unit", "")}
    told |= {"level": "combined", "source": "-"}
    plain = {"national_standard": "0", "subject_groups": "0", "disadvantaged": "0", "labs": "0"}
    blank = ("open_from", "open_until", "merged_into")
    counted = {"national_standard": False, "subject_groups": 0, "disadvantaged": False, "labs": 0}
    return Record(
        row, told | plain | dict.fromkeys(blank, ""), told | counted | dict.fromkeys(blank) | {OLD_UNIT: ""}
    )


def _texts(table: Records) -> Mapping[int, Mapping[str, str]]:
    """Return the text of every row of a table, sound or not, by its number."""
    return {r.row: r.text for r in table.rows} | dict(table.torn)

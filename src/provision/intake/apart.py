"""Faults of single units: whose they are, and what of the tables is sound without the rows at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from provision.errors import Fault
from provision.intake.nouns import Tables
from provision.intake.tables import Record, Records

_OF_UNITS = ("units", "schools", "budget")
"""The tables whose rows say themselves whose they are."""

_OF_SCHOOLS = ("enrolment", "inventory", "staff", "frozen")


def unit_at_fault(fault: Fault, tables: Tables) -> str | None:
    """Return the unit whose row is at fault, None where it is nobody's alone or nobody can say."""
    units = {text["unit"] for text in _texts(tables["units"]).values()}
    name = fault.file.removesuffix(".csv")
    text = _texts(tables[name]).get(fault.row or 0, {}) if name in tables else {}
    code = text.get("school_id", "")
    unit = fault.unit or (text.get("unit") if name in _OF_UNITS else None)
    if unit is None and name in _OF_SCHOOLS:
        of = {r["school_id"]: r["unit"] for r in tables["schools"].rows}
        of |= {text.get("school_id", ""): text.get("unit", "") for text in tables["schools"].torn.values()}
        unit = of.get(code, code)
    return unit if unit in units else None


def sound(tables: Tables, faults: Iterable[Fault]) -> dict[str, Records]:
    """Return tables without the rows at fault and without what hangs on them: pupils of no school, money for none.

    Each fault is of a unit that is not planned; its other rows stay, so that its pupils count where money is shared.
    """
    at_fault = {(fault.file.removesuffix(".csv"), fault.row) for fault in faults}
    left = {
        name: replace(table, rows=tuple(r for r in table.rows if (name, r.row) not in at_fault))
        for name, table in tables.items()
    }
    units = {r["unit"] for r in left["units"].rows}
    schools = {r["school_id"]: r for r in left["schools"].rows if r["unit"] in units}
    while lost := {code for code, r in schools.items() if r["merged_into"] not in (None, *schools)}:
        schools = {code: r for code, r in schools.items() if code not in lost}
    known = schools.keys() | units

    def stands(name: str, r: Record) -> bool:
        if name == "budget":  # a school it names beside others may be gone: no purse is asked to pay for it
            return r["unit"] in (None, *units)
        if name == "crosswalk":
            return r["unit_to"] in units and (r["school_id"] is None or r["school_id"] in schools)
        return name not in ("schools", *_OF_SCHOOLS) or r["school_id"] in (known if name == "frozen" else schools)

    return {name: replace(t, rows=tuple(r for r in t.rows if stands(name, r))) for name, t in left.items()}


def drawn_in(tables: Tables, left: Tables, stopped: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each school of a sound unit that merges into one whose row is at fault."""
    there = {r["school_id"] for r in left["schools"].rows}
    for r in tables["schools"].rows:
        if r["school_id"] not in there and r["unit"] not in stopped:
            yield Fault("merges_into_stopped", "schools.csv", r.row, "merged_into", r["merged_into"], r["unit"])


def _texts(table: Records) -> Mapping[int, Mapping[str, str]]:
    """Return the text of every row of a table, sound or not, by its number."""
    return {r.row: r.text for r in table.rows} | dict(table.torn)

"""The crosswalk: schools whose unit is no more, in the unit they belong to now; none may be left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from provision.errors import Fault
from provision.intake.tables import Record, Records

OLD_UNIT = "unit_before"
"""What a school's record says of the unit it came from; "" where it came from none."""


def crosswalked(tables: Mapping[str, Records]) -> dict[str, Records]:
    """Return the tables with every school in its new unit, which its text goes on to tell as it was written."""
    single, whole = _moves(tables)
    schools = tables["schools"]
    rows = tuple(_moved(r, single.get((r["unit"], r["school_id"]), whole.get(r["unit"]))) for r in schools.rows)
    return dict(tables) | {"schools": replace(schools, rows=rows)}


def _moved(school: Record, move: Record | None) -> Record:
    if move is None:
        return replace(school, values=dict(school.values) | {OLD_UNIT: ""})
    return replace(school, values=dict(school.values) | {"unit": move["unit_to"], OLD_UNIT: school["unit"]})


def _moves(tables: Mapping[str, Records]) -> tuple[dict[tuple[str, str], Record], dict[str, Record]]:
    """Return the moves of single schools by old unit and school, and those of all other schools by old unit."""
    rows = tables["crosswalk"].rows
    single = {(r["unit_from"], r["school_id"]): r for r in rows if r["school_id"] is not None}
    return single, {r["unit_from"]: r for r in rows if r["school_id"] is None}


def dissolved(tables: Mapping[str, Records]) -> frozenset[str]:
    """Return the units that schools leave and that plan no more: the table of units does not have them."""
    units = tables["units"]
    return frozenset(r["unit_from"] for r in tables["crosswalk"].rows if not units.knows(r["unit_from"], "unit"))


def crosswalk_faults(tables: Mapping[str, Records]) -> Iterator[Fault]:
    """Yield what would lose a school on its way: moves of nobody, into nowhere, and schools that no row moves."""
    if not (tables["crosswalk"].rows and tables["schools"].whole):
        return
    stated = {r["school_id"]: r[OLD_UNIT] or r["unit"] for r in tables["schools"].rows}
    left = set(stated.values()) | tables["schools"].doubtful.get("unit", frozenset())
    for r in tables["crosswalk"].rows:
        code, old, new = r["school_id"], r["unit_from"], r["unit_to"]
        file, row = tables["crosswalk"].file, r.row
        if not tables["units"].knows(new, "unit"):
            yield Fault("unit_unknown", file, row, "unit_to", new)
        if old == new:
            yield Fault("crosswalk_nowhere", file, row, "unit_to", new)
        if code is None and old not in left:
            yield Fault("crosswalk_of_nobody", file, row, "unit_from", old)
        elif code is not None and not tables["schools"].knows(code, "school_id"):
            yield Fault("school_unknown", file, row, "school_id", code)
        elif code in stated and stated[code] != old:
            yield Fault("crosswalk_elsewhere", file, row, "unit_from", old, details={"unit": stated[code]})
    gone = dissolved(tables)
    now = {r["unit"] for r in tables["schools"].rows} | tables["schools"].doubtful.get("unit", frozenset())
    emptied = {r["unit_from"] for r in tables["crosswalk"].rows} - now
    for r in tables["units"].rows:
        if r["unit"] in emptied:
            yield Fault("crosswalk_emptied", tables["units"].file, r.row, "unit", r["unit"])
    for r in tables["schools"].rows:
        if r["unit"] in gone:
            yield Fault("crosswalk_left_behind", tables["schools"].file, r.row, "unit", r["unit"])
    for r in tables["budget"].rows:
        if r["unit"] in gone:
            yield Fault("money_of_old_unit", tables["budget"].file, r.row, "unit", r["unit"])

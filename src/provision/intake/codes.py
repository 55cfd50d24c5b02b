"""Codes between tables: those that stand in one table only, and which known ones an unknown one may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from provision.errors import Fault
from provision.intake.near import nearest
from provision.intake.nouns import Tables

_KNOWN_IN = {
    "school_unknown": ("schools", "school_id"),
    "unit_unknown": ("units", "unit"),
    "option_unknown": ("catalogue", "option"),
    "item_unknown": ("catalogue", "item"),
}
"""The table and column where a code that is told as unknown should stand."""

_MOST_COMPARED = 100
"""Unknown codes that are compared with the known ones: where there are more, the tables are not of one province."""

_SCHOOL_IN = (
    ("enrolment", "school_id"),
    ("inventory", "school_id"),
    ("frozen", "school_id"),
    ("staff", "school_id"),
    ("budget", "schools"),
    ("schools", "merged_into"),
    ("crosswalk", "school_id"),
)
_UNIT_IN = (
    ("schools", "unit"),
    ("budget", "unit"),
    ("frozen", "school_id"),
    ("crosswalk", "unit_from"),
    ("crosswalk", "unit_to"),
    ("left_out", "unit"),
)
"""The columns beside its own table where a school's or a unit's code may stand."""


def with_the_nearest(faults: Iterable[Fault], tables: Tables) -> Iterator[Fault]:
    """Yield faults, those of unknown codes with the known ones that look like them."""
    near: dict[tuple[str, str], tuple[str, ...]] = {}
    for fault in faults:
        if fault.code not in _KNOWN_IN or fault.found is None:
            yield fault
            continue
        key = (fault.code, fault.found)
        if key not in near and len(near) < _MOST_COMPARED:
            table, column = _KNOWN_IN[fault.code]
            near[key] = nearest(fault.found, tables[table].said.get(column, frozenset()))
        yield replace(fault, near=near.get(key, ()))


def codes_alone(tables: Tables) -> Iterator[Fault]:
    """Yield every school and unit that no other table names: its code may be mistyped here or there.

    A kindergarten may own nothing, and has no grade to count: for one it is only odd.
    """
    for table, column, places in (("units", "unit", _UNIT_IN), ("schools", "school_id", _SCHOOL_IN)):
        if any(not tables[other].whole or tables[other].unread & {there, None} for other, there in places):
            continue  # nobody can say what a table or a cell that was not read would have named
        cells = (cell for other, there in places for cell in tables[other].said.get(there, ()))
        named = {code.strip() for cell in cells for code in cell.split(";")}
        for r in tables[table].rows:
            if r[column] in named:
                continue
            place = (f"{table}.csv", r.row, column, r[column], r["unit"])
            if table == "units":
                yield Fault("unit_alone", *place)
            elif r["level"] == "kindergarten":
                yield Fault("kindergarten_alone", *place, warning=True)
            else:
                yield Fault("school_alone", *place)

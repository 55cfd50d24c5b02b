"""What was really bought: a table of purchases, held against the data that a plan was made from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from provision.domain.freeze import Carried
from provision.domain.inputs import Inputs
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput
from provision.intake.codes import with_the_nearest
from provision.intake.columns import FROZEN, TABLES
from provision.intake.crosschecks import frozen_faults
from provision.intake.nouns import carried_of
from provision.intake.tables import Records, read_purchases, read_rows, with_states


def read_bought(
    file: str | Path, inputs: Inputs, *, places: Collection[str], years: Collection[int]
) -> tuple[Carried, ...]:
    """Return the purchases that a file says were done, items and whole VND; what it only promises is left out.

    ``places`` are the schools, and units, of the plan, ``years`` its school years: nothing else was bought for it.

    Raises
    ------
    FaultyInput
        With every fault of the file: row, column, what stands there, what to do.

    """
    faults: list[Fault] = []
    table = with_states(read_purchases(file, None, faults), None)
    tables = {
        t.name: read_rows(inputs.tables[t.name], t) for t in TABLES if t.name in ("units", "schools", "catalogue")
    }
    tables[FROZEN.name] = table
    faults.extend(with_the_nearest(frozen_faults(tables, inputs.schools), tables))
    faults.extend(_elsewhere(table, inputs, places, years))
    if not faults and not any(r["state"] == "done" for r in table.rows):
        faults.append(Fault("bought_none", table.file))
    if faults:
        raise FaultyInput(sorted(faults, key=lambda fault: fault.row or 0))
    return tuple(c for c in carried_of(tables) if c.state == "done")


def _elsewhere(table: Records, inputs: Inputs, places: Collection[str], years: Collection[int]) -> Iterator[Fault]:
    """Yield what was bought for a school, or in a year, that the plan is not about."""
    known = ", ".join(map(format_school_year, sorted(years)))
    for r in table.rows:
        if r["school_id"] in {*inputs.schools, *inputs.units} - set(places):
            yield Fault("bought_elsewhere", table.file, r.row, "school_id", r["school_id"])
        if r["state"] == "done" and r["school_year"] not in years:
            details = {"years": known}
            found = format_school_year(r["school_year"])
            yield Fault("bought_outside", table.file, r.row, "school_year", found, details=details)

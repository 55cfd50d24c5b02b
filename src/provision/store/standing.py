"""What a plan folder comes to, read from its tables alone: no question is posed again, so that hundreds read fast."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provision.domain.plan import Coverage, Purchase, Spending, Upkeep
from provision.domain.problem import PUPIL_COMPUTER
from provision.errors import Fault, FaultyInput
from provision.intake.columns import EVERYWHERE, TABLES, Table
from provision.intake.tables import Record, read_table
from provision.store.atomic import write_whole
from provision.store.columns import COVERAGE, PURCHASES, SPENDING, UPKEEP, nouns_of
from provision.store.summary import read_summary

LIST = "units.csv"
"""The list beside the folders of many units: who was to be planned, in which folder, why there is none."""

_LISTED = ("unit", "name", "plan", "together", "failure")


@dataclass(frozen=True, slots=True)
class Standing:
    """One plan: its summary as ``plan.json`` has it, its coverage by school and year, its money by fund and year.

    ``names`` are those of units and schools by code; ``funds`` the Vietnamese and English names by unit and code;
    ``of_schools`` are the funds that schools raised for themselves: money that names them. ``obtained`` is the pupil
    computers that are bought, repaired, refurbished or leased in all years; ``folder`` is the name of the plan's.
    """

    summary: Mapping[str, Any]
    coverage: tuple[Coverage, ...]
    spending: tuple[Spending, ...]
    names: Mapping[str, str]
    funds: Mapping[tuple[str, str], tuple[str, str]]
    of_schools: frozenset[tuple[str, str]] = frozenset()
    obtained: float = 0
    upkeep: tuple[Upkeep, ...] = ()
    folder: str = ""

    @property
    def units(self) -> tuple[str, ...]:
        """The units of the plan."""
        return tuple(self.summary["units"])

    @property
    def name(self) -> str:
        """What the units are called."""
        return ", ".join(self.names.get(unit, unit) for unit in self.units)

    @property
    def years(self) -> tuple[int, ...]:
        """The school years of the plan."""
        return tuple(sorted(map(int, self.summary["totals"]["years"])))

    def total(self, year: int, what: str) -> float:
        """Return one of the plan's totals of a school year: machines, pupils, schools, or whole VND."""
        number: float = self.summary["totals"]["years"][str(year)][what]
        return number

    def fund_names(self, fund: tuple[str, str]) -> tuple[str, str]:
        """Return the Vietnamese and the English name of a fund; a school's own plan has its unit's funds."""
        alike = (names for (_, code), names in self.funds.items() if code == fund[1])
        return self.funds.get(fund) or next(alike, ("", ""))

    @property
    def machines(self) -> tuple[Coverage, ...]:
        """The coverage with pupil computers."""
        return tuple(c for c in self.coverage if c.item == PUPIL_COMPUTER)

    @property
    def lacking(self) -> int:
        """The machines that schools need in the last year beyond those they have now and that still work then."""
        return sum(max(0, c.need - c.stock) for c in self.machines if c.year == self.years[-1])

    @property
    def worst(self) -> Coverage | None:
        """The school and the last year in which most of its need is missing, None where nothing is."""
        rows = [c for c in self.machines if c.year == self.years[-1] and c.missing]
        return min(rows, key=lambda c: (-c.missing / c.need, -c.missing, c.school), default=None)


def read_standing(folder: Path) -> Standing:
    """Read what a plan folder comes to.

    Raises
    ------
    ProvisionError
        Where the folder is no plan folder.
    FaultyInput
        With every cell of the tables that cannot be read.

    """
    summary = read_summary(folder)
    faults: list[Fault] = []

    def rows(table: Table, where: Path) -> tuple[Record, ...]:
        return read_table(where / f"{table.name}.csv", table, faults).rows

    coverage = nouns_of(rows(COVERAGE, folder), COVERAGE, Coverage)
    spending = nouns_of(rows(SPENDING, folder), SPENDING, Spending)
    purchases = nouns_of(rows(PURCHASES, folder), PURCHASES, Purchase)
    upkeep = nouns_of(rows(UPKEEP, folder), UPKEEP, Upkeep)
    units, schools, *_ = (rows(table, folder / "inputs") for table in TABLES if table.name in ("units", "schools"))
    budget = rows(next(table for table in TABLES if table.name == "budget"), folder / "inputs")
    if faults:
        raise FaultyInput(faults)
    return Standing(
        summary=summary,
        coverage=coverage,
        spending=spending,
        upkeep=upkeep,
        folder=folder.name,
        names={r["unit"]: r["name"] for r in units} | {r["school_id"]: r["name"] for r in schools},
        funds={(r["unit"] or "", r["fund"]): (r["name_vi"] or "", r["name_en"] or "") for r in budget},
        obtained=float(sum(p.quantity for p in purchases if p.item == PUPIL_COMPUTER)),
        of_schools=frozenset(
            (r["unit"], r["fund"]) for r in budget if r["unit"] and r["schools"][0] not in EVERYWHERE
        ),
    )


def write_list(folder: Path, rows: Iterable[tuple[str, str, str, str, str]]) -> None:
    """Write who was to be planned, whole or not at all.

    Unit, name, the folders of its plan and of the plan that is a part of, if any, and why there is none.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_LISTED, *rows])
    write_whole(folder / LIST, text.getvalue().encode("utf-8"))


def read_list(folder: Path) -> list[dict[str, str]]:
    """Return who was to be planned, by the columns of the list."""
    with (folder / LIST).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

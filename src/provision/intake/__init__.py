"""Files -> nouns. The only room that opens data/ and roadmap/; it collects every fault and raises once."""

from __future__ import annotations

import os
from collections.abc import Container
from dataclasses import replace
from pathlib import Path

from provision.domain.inputs import Inputs
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.columns import FROZEN, TABLES
from provision.intake.crosschecks import cross_faults
from provision.intake.crosswalk import crosswalked
from provision.intake.grids import grids
from provision.intake.nouns import inputs_of
from provision.intake.packs import read_roadmap
from provision.intake.scenarios import check_scenario, known_scenarios, read_scenario
from provision.intake.shipped import hand_out_notebooks
from provision.intake.tables import read_tables, with_the_year_closed
from provision.intake.weights import read_weights
from provision.text import LANGUAGES

__all__ = [
    "check_scenario",
    "data_files",
    "data_in",
    "find_data",
    "find_language",
    "grids",
    "hand_out_notebooks",
    "known_scenarios",
    "load",
    "read_roadmap",
    "read_scenario",
    "read_weights",
]


def load(data: str | Path, *, freeze: str | Path | None = None, until: int | None = None) -> Inputs:
    """Read the input tables of a data folder, or of a workbook with a sheet for each.

    ``freeze`` is a table of purchases, such as a plan folder's ``purchases.csv``, in place of the folder's own
    ``frozen.csv``. Its rows are done, or what their column ``state`` says; with ``until``, the first year of a
    school year, its rows up to that year are done and the later ones promised.

    Raises
    ------
    FaultyInput
        With every fault found in any table: file, sheet, row, column, what stands there, what to do.
    ProvisionError
        Where there is no such folder or workbook.

    """
    source = Path(data)
    if not source.exists():
        raise ProvisionError("data_unknown", data=str(data))
    faults: list[Fault] = []
    if until is not None and freeze is None:
        faults.append(Fault("freeze_absent", "until", found=format_school_year(until)))
    tables = crosswalked(read_tables(source, faults, freeze=freeze, until=until))
    faults.extend(cross_faults(tables))
    if faults:
        own = {table.name for table in TABLES if freeze is None or table != FROZEN}
        raise FaultyInput(faults if source.is_dir() else (_in_workbook(fault, source, own) for fault in faults))
    return inputs_of(tables if until is None else with_the_year_closed(tables, until))


def _in_workbook(fault: Fault, book: Path, tables: Container[str]) -> Fault:
    """Return a fault of a table with the sheet it stands in."""
    table = fault.file.removesuffix(".csv")
    return replace(fault, file=book.name, sheet=table) if table != fault.file and table in tables else fault


def find_data() -> Path:
    """Return the data ``PROVISION_DATA`` names, or the first below ``data/``, here or in the nearest folder above.

    Raises
    ------
    ProvisionError
        Where there is none.

    """
    if named := os.environ.get("PROVISION_DATA"):
        if not Path(named).exists():
            raise ProvisionError("data_unknown", data=named)
        return Path(named)
    for above in (Path.cwd(), *Path.cwd().parents):
        if found := data_in(above / "data"):
            return found[0]
    raise ProvisionError("data_unknown", data="data/")


def data_in(folder: Path) -> list[Path]:
    """Return the data that lie in a folder, folders of tables first, then workbooks, by name."""
    books = (path for path in folder.glob("*.xlsx") if not path.name.startswith(("~", ".")))  # no file of an open one
    return [*sorted(path.parent for path in folder.glob("*/units.csv")), *sorted(books)]


def data_files(data: Path) -> list[Path]:
    """Return the files that data are read from: a folder's tables, or the workbook itself."""
    return sorted(data.glob("*.csv")) if data.is_dir() else [data]


def find_language() -> str:
    """Return the language ``PROVISION_LANGUAGE`` names, ``vi`` or ``en``; without one, Vietnamese."""
    named = os.environ.get("PROVISION_LANGUAGE", "")
    return named if named in LANGUAGES else LANGUAGES[0]

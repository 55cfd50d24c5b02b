"""Files -> nouns. The only room that opens data/ and roadmap/; it collects every fault and raises once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from provision.domain.inputs import Inputs
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.codes import codes_alone, with_the_nearest
from provision.intake.columns import FROZEN, TABLES
from provision.intake.crosschecks import cross_faults
from provision.intake.crosswalk import crosswalked
from provision.intake.grids import grids
from provision.intake.nouns import inputs_of
from provision.intake.packs import read_roadmap
from provision.intake.places import in_book
from provision.intake.plausibility import oddities_of
from provision.intake.scenarios import check_scenario, known_scenarios, read_scenario
from provision.intake.shipped import hand_out_notebooks
from provision.intake.tables import read_tables, with_the_year_closed
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
    "oddities",
    "read_roadmap",
    "read_scenario",
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
    faults.extend(with_the_nearest(cross_faults(tables), tables))
    faults.extend(fault for fault in codes_alone(tables) if not fault.warning)
    if faults:
        own = [table.name for table in TABLES if freeze is None or table != FROZEN]
        raise FaultyInput(in_book(fault, _book(source), own) for fault in faults)
    inputs = inputs_of(tables if until is None else with_the_year_closed(tables, until))
    return replace(inputs, book=_book(source))


def oddities(data: str | Path) -> tuple[Fault, ...]:
    """Return what is odd in the sound rows of a data folder or workbook, as warnings by file and row.

    Nothing is odd in what cannot be read: that is told by ``load``.
    """
    source = Path(data)
    try:
        tables = crosswalked(read_tables(source, []))
    except FaultyInput:
        return ()
    found = [*oddities_of(tables), *(fault for fault in codes_alone(tables) if fault.warning)]
    order = [table.name for table in TABLES]
    found.sort(key=lambda fault: (order.index(fault.file.removesuffix(".csv")), fault.row or 0))
    return tuple(in_book(fault, _book(source)) for fault in found)


def _book(source: Path) -> str | None:
    """Return the name of a workbook, None for a folder."""
    return None if source.is_dir() else source.name


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

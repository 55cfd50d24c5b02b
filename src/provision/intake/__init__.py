"""Files -> nouns. The only room that opens data/ and roadmap/; it collects every fault and raises once."""

from __future__ import annotations

import os
from pathlib import Path

from provision.domain.inputs import Inputs
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.crosschecks import cross_faults
from provision.intake.nouns import inputs_of
from provision.intake.packs import read_roadmap
from provision.intake.scenarios import check_scenario, known_scenarios, read_scenario
from provision.intake.shipped import hand_out_notebooks
from provision.intake.tables import read_tables, with_the_year_closed
from provision.text import LANGUAGES

__all__ = [
    "check_scenario",
    "find_data",
    "find_language",
    "hand_out_notebooks",
    "known_scenarios",
    "load",
    "read_roadmap",
    "read_scenario",
]


def load(data: str | Path, *, freeze: str | Path | None = None, until: int | None = None) -> Inputs:
    """Read the input tables of a data folder.

    ``freeze`` is a table of purchases, such as a plan folder's ``purchases.csv``, in place of the folder's own
    ``frozen.csv``. Its rows are done, or what their column ``state`` says; with ``until``, the first year of a
    school year, its rows up to that year are done and the later ones promised.

    Raises
    ------
    FaultyInput
        With every fault found in any table: file, row, column, what stands there, what to do.
    ProvisionError
        Where there is no such folder.

    """
    folder = Path(data)
    if not folder.is_dir():
        raise ProvisionError("data_unknown", data=str(data))
    faults: list[Fault] = []
    if until is not None and freeze is None:
        faults.append(Fault("freeze_absent", "until", found=format_school_year(until)))
    tables = read_tables(folder, faults, freeze=freeze, until=until)
    faults.extend(cross_faults(tables))
    if faults:
        raise FaultyInput(faults)
    return inputs_of(tables if until is None else with_the_year_closed(tables, until))


def find_data() -> Path:
    """Return the folder ``PROVISION_DATA`` names, or the first below ``data/``, here or in the nearest folder above.

    Raises
    ------
    ProvisionError
        Where there is none.

    """
    if named := os.environ.get("PROVISION_DATA"):
        if not Path(named).is_dir():
            raise ProvisionError("data_unknown", data=named)
        return Path(named)
    for above in (Path.cwd(), *Path.cwd().parents):
        found = sorted(path.parent for path in (above / "data").glob("*/units.csv"))
        if found:
            return found[0]
    raise ProvisionError("data_unknown", data="data/")


def find_language() -> str:
    """Return the language ``PROVISION_LANGUAGE`` names, ``vi`` or ``en``; without one, Vietnamese."""
    named = os.environ.get("PROVISION_LANGUAGE", "")
    return named if named in LANGUAGES else LANGUAGES[0]

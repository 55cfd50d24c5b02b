"""A data folder, a workbook or somebody else's tables -> checked nouns; every fault at once, and what is odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from provision.domain.inputs import Inputs
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.apart import sound, unit_at_fault
from provision.intake.codes import codes_alone, with_the_nearest
from provision.intake.columns import FROZEN, TABLES
from provision.intake.crosschecks import cross_faults
from provision.intake.crosswalk import crosswalked
from provision.intake.mapping import Translated, translate
from provision.intake.nouns import inputs_of
from provision.intake.places import in_book
from provision.intake.plausibility import oddities_of
from provision.intake.tables import Records, read_tables, with_the_year_closed
from provision.intake.weights import read_weights


def load(
    data: str | Path,
    *,
    mapping: str | Path | None = None,
    freeze: str | Path | None = None,
    until: int | None = None,
    part: bool = False,
) -> Inputs:
    """Read the input tables of a data folder, or of a workbook with a sheet for each, and the weights beside them.

    ``mapping`` is the file, or the name of one that travels with the library, by which somebody else's tables are
    read as ours. ``freeze`` is a table of purchases, such as a plan folder's ``purchases.csv``, in place of the
    folder's own ``frozen.csv``. Its rows are done, or what their column ``state`` says; with ``until``, the first
    year of a school year, its rows up to that year are done and the later ones promised. ``part`` says the tables
    have only the rows that a plan rests on: then a school nothing else names is no mistake.

    Raises
    ------
    FaultyInput
        With every fault found in any table or weight: file, sheet, row, column, what stands there, what to do.
    ProvisionError
        Where there is no such folder or workbook.

    """
    source = _there(data)
    faults: list[Fault] = []
    if until is not None and freeze is None:
        faults.append(Fault("freeze_absent", "until", found=format_school_year(until)))
    tables, made = _read(source, mapping, faults, freeze=freeze, until=until)
    faults.extend(with_the_nearest(cross_faults(tables), tables))
    faults.extend(codes_alone(tables) if not part else ())
    weights = read_weights(source, faults)
    faults = [fault for fault in faults if not fault.warning]
    if faults:
        own = [table.name for table in TABLES if freeze is None or table != FROZEN]
        raise FaultyInput(_placed(faults, source, made, own))
    inputs = inputs_of(tables if until is None else with_the_year_closed(tables, until))
    return replace(inputs, weights=weights, book=_book(source, made))


def load_apart(
    data: str | Path, *, mapping: str | Path | None = None
) -> tuple[Inputs, Mapping[str, tuple[Fault, ...]]]:
    """Read the input tables with what is sound of every unit, and return the faults of the units whose rows have any.

    Who has faults is not to be planned; who has none is, as if the rows at fault were not there.

    Raises
    ------
    FaultyInput
        Where some fault is nobody's alone: with every fault, as by ``load``.
    ProvisionError
        Where there is no such folder or workbook.

    """
    source = _there(data)
    faults: list[Fault] = []
    tables, made = _read(source, mapping, faults)
    weights = read_weights(source, faults)
    faults += [*with_the_nearest(cross_faults(tables), tables), *codes_alone(tables)]
    faults = [fault for fault in faults if not fault.warning]
    names = [table.name for table in TABLES]
    stopped: dict[str, tuple[Fault, ...]] = {}
    for fault in faults:
        unit = unit_at_fault(fault, tables)
        if unit is None:
            raise FaultyInput(_placed(faults, source, made, names))
        stopped[unit] = (*stopped.get(unit, ()), *_placed([fault], source, made, names))
    left = sound(tables, faults) if faults else tables
    inputs = inputs_of(left)
    return replace(inputs, weights=weights, book=_book(source, made)), stopped


def oddities(data: str | Path, *, mapping: str | Path | None = None) -> tuple[Fault, ...]:
    """Return what is odd in the sound rows of data, as warnings by file and row.

    Nothing is odd in what cannot be read: that is told by ``load``.
    """
    source = Path(data)
    faults: list[Fault] = []
    try:
        tables, made = _read(source, mapping, faults)
    except FaultyInput:
        return ()
    found = [*oddities_of(tables), *codes_alone(tables)]
    order = [table.name for table in TABLES]
    found.sort(key=lambda fault: (order.index(fault.file.removesuffix(".csv")), fault.row or 0))
    forms = made.odd_forms(_pupils(tables)) if made is not None else []
    odd = [fault for fault in (*faults, *found) if fault.warning]
    return (*_placed(odd, source, made, order), *forms)


def _there(data: str | Path) -> Path:
    """Return the path of data that is there."""
    if not Path(data).exists():
        raise ProvisionError("data_unknown", data=str(data))
    return Path(data)


def _read(
    source: Path,
    mapping: str | Path | None,
    faults: list[Fault],
    *,
    freeze: str | Path | None = None,
    until: int | None = None,
) -> tuple[dict[str, Records], Translated | None]:
    """Return the tables, each school in the unit it belongs to now, and what a mapping made of foreign ones."""
    made = translate(source, mapping, faults) if mapping is not None else None
    tables = read_tables(source, faults, freeze=freeze, until=until, made=made.sheets if made else None)
    return crosswalked(tables), made


def _placed(faults: list[Fault], source: Path, made: Translated | None, tables: list[str]) -> list[Fault]:
    """Return faults where they can be mended: in the foreign file, the workbook's sheet or the table."""
    if made is not None:
        return made.placed(faults)
    return [in_book(fault, _book(source, made), tables) for fault in faults]


def _book(source: Path, made: Translated | None) -> str | None:
    """Return the name of a workbook of our tables, None for a folder or foreign tables."""
    return None if source.is_dir() or made is not None else source.name


def _pupils(tables: Mapping[str, Records]) -> dict[str, dict[int, int]]:
    """Return the pupils stated, by school and school year."""
    pupils: dict[str, dict[int, int]] = {}
    for r in tables["enrolment"].rows:
        years = pupils.setdefault(r["school_id"], {})
        years[r["school_year"]] = years.get(r["school_year"], 0) + r["pupils"]
    return pupils

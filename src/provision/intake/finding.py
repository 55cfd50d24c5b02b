"""Where the data lie, by which mapping they are read, and in which language the planner reads."""

from __future__ import annotations

import os
from pathlib import Path

from provision.errors import ProvisionError
from provision.intake.mapping import foreign_files
from provision.text import LANGUAGES


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


def find_mapping_named() -> str | None:
    """Return the mapping ``PROVISION_MAPPING`` names, by which the data are read; None where it names none."""
    return os.environ.get("PROVISION_MAPPING") or None


def data_files(data: Path, mapping: str | Path | None = None) -> list[Path]:
    """Return the files that data are read from: a folder's tables, or the workbook itself; with a mapping, it too."""
    own = sorted(data.glob("*.csv")) if data.is_dir() else [data]
    return own if mapping is None else list(dict.fromkeys([*foreign_files(data, mapping), *own]))


def find_language() -> str:
    """Return the language ``PROVISION_LANGUAGE`` names, ``vi`` or ``en``; without one, Vietnamese."""
    named = os.environ.get("PROVISION_LANGUAGE", "")
    return named if named in LANGUAGES else LANGUAGES[0]

"""Where a fault stands for whoever filled in a workbook: its sheet, not the file that a folder would have."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from provision.errors import Fault
from provision.intake.columns import TABLES

_TABLES = tuple(table.name for table in TABLES)


def in_book(fault: Fault, book: str | None, tables: Collection[str] = _TABLES) -> Fault:
    """Return a fault of one of the tables at its sheet of the workbook; as it is where there is none."""
    table = fault.file.removesuffix(".csv")
    return replace(fault, file=book, sheet=table) if book and table != fault.file and table in tables else fault

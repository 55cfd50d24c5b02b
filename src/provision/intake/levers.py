"""One lever of a scenario: a plain value in, the scenario's value out, or a fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Any

from provision.domain.scenario import LONGEST_HORIZON, NEEDS, Lever, Scenario
from provision.intake.cells import BadCell, is_code, read_cell
from provision.intake.columns import Column


@dataclass(frozen=True, slots=True)
class _Cell:
    """One kind of cell that a scenario may override: what its path names after the kind, and its bounds."""

    parts: tuple[str, ...]
    low: int
    high: int


_CELLS: Mapping[str, _Cell] = {
    "budget": _Cell(("unit", "fund", "year"), 0, 10**15),
    "share": _Cell(("fund", "year"), 0, 10**15),
    "price": _Cell(("option", "year"), 1, 10**15),
    "enrolment": _Cell(("school", "year", "grade"), 0, 100_000),
    "buy": _Cell(("school", "year", "option"), 0, 100_000),
}
_YEAR = Column("school_year", "year")
_GRADE = re.compile("[1-9]")


def read_lever(value: Any, lever: Lever) -> Any:
    """Return a lever's value as the scenario holds it; None where it is blank and may be.

    Raises
    ------
    BadCell
        Where the value is not of the lever's kind or is out of bounds.

    """
    if lever.blank and value in ("", None):
        return None
    return _READERS[lever.kind](value, lever)


def _number(value: Any, lever: Lever) -> float:
    if not _within(value, lever):
        raise BadCell("lever_number", **_bounds(lever))
    return float(value)


def _whole(value: Any, lever: Lever) -> int:
    if not _within(value, lever):
        raise BadCell("lever_number", **_bounds(lever))
    if not isinstance(value, int):
        raise BadCell("lever_whole", **_bounds(lever))
    return value


def _flag(value: Any, _lever: Lever) -> bool:
    if not isinstance(value, bool):
        raise BadCell("lever_flag")
    return value


def _choice(value: Any, lever: Lever) -> str:
    if not isinstance(value, str) or value not in lever.choices:
        raise BadCell("choice", choices=", ".join(lever.choices))
    return value


def _rungs(value: Any, lever: Lever) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v in lever.choices for v in value):
        raise BadCell("lever_rungs", choices=", ".join(lever.choices))
    if len(set(value)) != len(value):
        raise BadCell("lever_rungs", choices=", ".join(lever.choices))
    if not value or value[0] not in NEEDS:
        raise BadCell("lever_rungs_first")
    return tuple(value)


def _factors(value: Any, lever: Lever) -> Mapping[str, float]:
    if not isinstance(value, Mapping) or not all(_within(factor, lever) for factor in value.values()):
        raise BadCell("lever_factors", **_bounds(lever))
    return MappingProxyType({str(fund): float(factor) for fund, factor in value.items()})


def read_override(path: str, value: Any) -> int:
    """Return the whole number that a scenario puts in one cell; whether the data has the cell is asked later.

    Raises
    ------
    BadCell
        Where the path is not one of the forms there are, or the value is out of the cell's bounds.

    """
    kind, *parts = path.split("/")
    if kind not in _CELLS or len(parts) != len(_CELLS[kind].parts):
        raise BadCell("lever_cells")
    cell = _CELLS[kind]
    for name, part in zip(cell.parts, parts, strict=True):
        if name == "year" and part:
            read_cell(part, _YEAR)
            continue
        fits = _GRADE.fullmatch(part) if name == "grade" else is_code(part) or (name, part) == ("unit", "")
        if not fits:
            raise BadCell("lever_cells")
    if isinstance(value, bool) or not isinstance(value, int) or not cell.low <= value <= cell.high:
        raise BadCell("lever_whole", **_bounds(cell))
    return value


def _cells(value: Any, _lever: Lever) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or not all(isinstance(path, str) for path in value):
        raise BadCell("lever_cells")
    return MappingProxyType({path: read_override(path, number) for path, number in sorted(value.items())})


def _years(value: Any, _lever: Lever) -> str:
    try:
        years = Scenario(horizon=str(value)).horizon_years()
    except ValueError:
        years = None
    if years is None or not 0 <= years[1] - years[0] < LONGEST_HORIZON:
        raise BadCell("lever_years")
    return str(value)


def _bounds(of: Lever | _Cell) -> dict[str, str]:
    """Return bounds as they are typed: in a place where a point is decimal, a thousand is 1000 and never 1.000."""
    return {name: "" if bound is None else str(bound) for name, bound in (("low", of.low), ("high", of.high))}


def _within(value: Any, lever: Lever) -> bool:
    """Say whether a value is a number between the lever's bounds; a flag is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, float) and not isfinite(value):
        return False
    return (lever.low is None or lever.low <= value) and (lever.high is None or value <= lever.high)


_READERS: Mapping[str, Callable[[Any, Lever], Any]] = {
    "number": _number,
    "whole": _whole,
    "flag": _flag,
    "choice": _choice,
    "rungs": _rungs,
    "factors": _factors,
    "years": _years,
    "cells": _cells,
}

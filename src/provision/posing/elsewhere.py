"""The part of a scenario that speaks of units not planned: it changes nothing here, and a plan does not keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from provision.domain.inputs import Inputs
from provision.domain.scenario import BY_FUND, Scenario


def levers_here(inputs: Inputs, units: Sequence[str], scenario: Scenario) -> Scenario:
    """Return a scenario without the cells and funds of units not planned, as a plan of some units keeps it.

    Pupils of other units stay where a fund is shared: they count towards the share.
    """
    funds = {g.fund for g in inputs.budget if g.unit is None or g.unit in units}
    cells = {path: value for path, value in scenario.overrides.items() if _is_here(path, inputs, units)}
    told = {lever: {fund: n for fund, n in getattr(scenario, lever).items() if fund in funds} for lever in BY_FUND}
    by_fund: dict[str, Any] = {lever: MappingProxyType(numbers) for lever, numbers in told.items()}
    return replace(scenario, overrides=MappingProxyType(cells), **by_fund)


def levers_elsewhere(given: Scenario, kept: Scenario) -> tuple[str, ...]:
    """Return the cells and funds of a scenario that a plan does not keep, as they were written."""
    gone = [path for path in given.overrides if path not in kept.overrides]
    for lever in BY_FUND:
        gone += [f"{lever}/{fund}" for fund in getattr(given, lever) if fund not in getattr(kept, lever)]
    return tuple(gone)


def _is_here(path: str, inputs: Inputs, units: Sequence[str]) -> bool:
    """Say whether a cell is of the units planned, of nobody alone, or counts towards their share."""
    kind, place, *_ = path.split("/")
    if kind in ("price", "share"):
        return True
    if kind == "budget":
        return place in ("", *units)
    school = inputs.schools.get(place)
    here = place in units if school is None else school.unit in units
    return here or (kind == "enrolment" and inputs.is_shared)

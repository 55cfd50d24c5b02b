"""Scenario files and ``lever=value`` words -> Scenario, with every fault of a lever."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from provision.domain.scenario import LEVERS, Lever, Scenario
from provision.errors import Fault, FaultyInput, ProvisionError

_LABELS = ("label_vi", "label_en")
_BASE = {"label_vi": "Cơ sở", "label_en": "Base"}


def scenario_folder(data: Path) -> Path:
    """Return where the named scenarios of a data folder (or workbook) lie."""
    return data / "scenarios" if data.is_dir() else data.with_name(f"{data.stem}.scenarios")


def known_scenarios(data: Path) -> tuple[str, ...]:
    """Return the names of a data folder's scenarios; ``base`` is built in and comes first."""
    return ("base", *sorted(path.stem for path in scenario_folder(data).glob("*.toml") if path.stem != "base"))


def read_scenario(data: Path, name: str, *, moved: Sequence[str] = ()) -> Scenario:
    """Read a scenario by name or file, then move levers by ``lever=value`` words.

    Raises
    ------
    FaultyInput
        With every lever that is unknown, out of bounds, or not to be moved in this version.

    """
    faults: list[Fault] = []
    values: dict[str, Any] = dict(_BASE)
    file = "base"
    path = Path(name) if name.endswith(".toml") else scenario_folder(data) / f"{name}.toml"
    if name.endswith(".toml") or name != "base":
        if not path.is_file():
            raise ProvisionError("scenario_unknown", scenario=name, known=", ".join(known_scenarios(data)))
        file = path.name
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise FaultyInput([Fault("not_toml", file, found=str(error))]) from None
    scenario = scenario_of(values, name=str(values.get("name", path.stem)), file=file, faults=faults)
    if moved:
        said = {}
        for pair in moved:
            lever, equals, text = pair.partition("=")
            if not equals:
                faults.append(Fault("set_form", "--set", found=pair))
                continue
            said[lever.strip()] = _from_words(lever.strip(), text.strip())
        scenario = scenario_of(said, name=scenario.name, file="--set", faults=faults, base=scenario)
    if faults:
        raise FaultyInput(faults)
    return scenario


def scenario_of(
    values: Mapping[str, Any], *, name: str, file: str, faults: list[Fault], base: Scenario | None = None
) -> Scenario:
    """Return a scenario with levers moved to ``values``; what is wrong goes to ``faults``."""
    levers = {lever.name: lever for lever in LEVERS}
    moved: dict[str, Any] = {}
    for key, value in values.items():
        if key == "name":
            continue
        if key in _LABELS:
            moved[key] = str(value)
            continue
        if key not in levers:
            known = {"known": ", ".join(levers)}
            faults.append(Fault("lever_unknown", file, column=key, found=str(value), details=known))
            continue
        fault, plain = _lever_value(levers[key], value)
        if fault is not None:
            code, details = fault
            faults.append(Fault(code, file, column=key, found=str(value), details=details))
        else:
            moved[key] = plain
    return replace(base or Scenario(), name=name, **moved)


def check_scenario(scenario: Scenario) -> None:
    """Refuse a scenario made in Python whose levers are out of bounds.

    Raises
    ------
    FaultyInput
        With every lever at fault.

    """
    faults: list[Fault] = []
    values = {k: v for k, v in scenario.flat().items() if v is not None}
    scenario_of(values, name=scenario.name, file=scenario.name, faults=faults)
    if faults:
        raise FaultyInput(faults)


def _from_words(lever: str, text: str) -> Any:
    """Return the value a word of the command line stands for, the text itself where it stands for none."""
    kind = next((x.kind for x in LEVERS if x.name == lever), None)
    if kind == "rungs":
        return [part.strip() for part in text.split(",")]
    try:
        return tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        return text


def _lever_value(lever: Lever, value: Any) -> tuple[tuple[str, dict[str, object]] | None, Any]:
    """Return what is wrong with a lever's value (or None) and the value as the scenario holds it."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    bounds: dict[str, object] = {"low": lever.low, "high": lever.high}
    if lever.blank and value in ("", None):
        value = None
    elif lever.kind == "flag" and not isinstance(value, bool):
        return ("lever_flag", {}), None
    elif lever.kind in {"number", "whole"} and not (number and _within(lever, value)):
        return ("lever_number", bounds), None
    elif lever.kind == "whole" and not isinstance(value, int):
        return ("lever_whole", bounds), None
    elif lever.kind == "choice" and value not in lever.choices:
        return ("choice", {"choices": ", ".join(lever.choices)}), None
    elif lever.kind == "rungs":
        if (
            not isinstance(value, list | tuple)
            or len(set(value)) != len(value)
            or not set(value) <= set(lever.choices)
        ):
            return ("lever_rungs", {"choices": ", ".join(lever.choices)}), None
        if not value or value[0] != "missing":
            return ("lever_rungs_first", {}), None
        value = tuple(value)
    elif lever.kind == "factors":
        if not isinstance(value, Mapping) or (
            not lever.pending and not all(isinstance(v, int | float) and _within(lever, v) for v in value.values())
        ):
            return ("lever_factors", bounds), None
        value = MappingProxyType(dict(value))
    elif lever.kind == "years":
        try:
            first_last = Scenario(horizon=str(value)).horizon_years()
        except ValueError:
            first_last = None
        if first_last is None or first_last[0] > first_last[1] or first_last[1] - first_last[0] > 30:
            return ("lever_years", {}), None
        value = str(value)
    if lever.pending and (dict(value) if isinstance(value, Mapping) else value) != (
        dict(lever.default) if isinstance(lever.default, Mapping) else lever.default
    ):
        return ("lever_pending", {}), None
    return None, value


def _within(lever: Lever, value: float) -> bool:
    return (lever.low is None or lever.low <= value) and (lever.high is None or value <= lever.high)

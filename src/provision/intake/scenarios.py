"""Scenario files and ``lever=value`` words -> Scenario, with every fault of a lever."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from provision.domain.scenario import LEVERS, RUNG_OF, Scenario
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.cells import BadCell, is_code
from provision.intake.levers import read_lever, read_override

_SET = "--set"
"""Where a lever moved on the command line is said to stand."""

_LABELS = ("label_vi", "label_en")
_BASE = {"label_vi": "Cơ sở", "label_en": "Base"}


def scenario_folder(data: Path) -> Path:
    """Return where the named scenarios of a data folder (or workbook) lie."""
    return data / "scenarios" if data.is_dir() else data.with_name(f"{data.stem}.scenarios")


def scenario_file(data: Path, name: str) -> tuple[Path, ...]:
    """Return the file a scenario is read from by name or path; ``base`` is built in and may have none."""
    path = Path(name) if name.endswith(".toml") else scenario_folder(data) / f"{name}.toml"
    return (path,) if name != "base" and path.is_file() else ()


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
            known = known_scenarios(data)
            if path.stem in known and path.stem != name:  # a named scenario, asked for as if it were a file here
                raise ProvisionError("scenario_is_named", scenario=name, name=path.stem)
            raise ProvisionError("scenario_unknown", scenario=name, known=", ".join(known))
        file = path.name
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise FaultyInput([Fault("not_toml", file, found=str(error))]) from None
    code = str(values.get("name", path.stem))
    if not is_code(code):
        faults.append(Fault("code", file, column="name", found=code))
    elif not name.endswith(".toml") and code != path.stem:
        faults.append(Fault("scenario_name", file, column="name", found=code, details={"name": path.stem}))
    scenario = scenario_of(values, name=code, file=file, faults=faults)
    if moved:
        said: dict[str, Any] = {}
        written: dict[str, str] = {}
        for pair in moved:
            lever, equals, text = pair.partition("=")
            if not equals:
                faults.append(Fault("set_form", _SET, found=pair))
                continue
            written[lever.strip()] = text.strip()
            said[lever.strip()] = _from_words(lever.strip(), text.strip())
        scenario = scenario_of(said, name=scenario.name, file=_SET, faults=faults, base=scenario, written=written)
    faults = faults or list(_idle_levers(scenario, _SET if moved else file))
    if faults:
        raise FaultyInput(faults)
    return scenario


def scenario_of(
    values: Mapping[str, Any],
    *,
    name: str,
    file: str,
    faults: list[Fault],
    base: Scenario | None = None,
    written: Mapping[str, str] | None = None,
) -> Scenario:
    """Return a scenario with levers moved to ``values``; what is wrong goes to ``faults``.

    ``written`` is how the values stood where they came from, for the faults' words.
    """
    levers = {lever.name: lever for lever in LEVERS}
    names = () if file == _SET else ("name", *_LABELS)
    moved: dict[str, Any] = {}
    for key, value in values.items():
        found = (written or {}).get(key, str(value))
        if key in names:
            if key != "name":
                moved[key] = str(value)
        elif key not in levers:
            known: dict[str, object] = {"known": ", ".join(levers)}
            faults.append(Fault("lever_unknown", file, column=key, found=found, details=known))
        else:
            lever = levers[key]
            bad_cells = _bad_cells(value) if lever.kind == "cells" and isinstance(value, Mapping) else {}
            for path, bad in bad_cells.items():
                shown = f"{path} = {value[path]}"
                faults.append(Fault(bad.code, file, column=key, found=shown, details=bad.details))
            if bad_cells:
                continue
            try:
                moved[key] = read_lever(value, lever)
            except BadCell as bad:
                faults.append(Fault(bad.code, file, column=key, found=found, details=bad.details))
    words = frozenset(moved) if file == _SET else frozenset()
    return replace(base or Scenario(), name=name, by_word=words, **moved)


def _bad_cells(value: Mapping[Any, Any]) -> dict[Any, BadCell]:
    """Return what is wrong with each cell that a scenario overrides, so that all of it is told at once."""
    bad: dict[Any, BadCell] = {}
    for path, number in value.items():
        try:
            read_override(str(path), number)
        except BadCell as error:
            bad[path] = error
    return bad


def check_scenario(scenario: Scenario) -> None:
    """Refuse a scenario made in Python whose levers are out of bounds.

    Raises
    ------
    FaultyInput
        With every lever at fault.

    """
    faults: list[Fault] = []
    scenario_of(scenario.flat(), name=scenario.name, file=scenario.name, faults=faults)
    faults = faults or list(_idle_levers(scenario, scenario.name))
    if faults:
        raise FaultyInput(faults)


def _idle_levers(scenario: Scenario, file: str) -> Iterator[Fault]:
    """Yield the levers that are moved and do nothing, since the ladder lacks the only rung that heeds them."""
    moved = scenario.moved()
    for lever, rung in RUNG_OF.items():
        if lever in moved and rung not in scenario.ladder:
            yield Fault("lever_rung_absent", file, column=lever, found=str(moved[lever]), details={"rung": rung})


def _from_words(lever: str, text: str) -> Any:
    """Return the value a word of the command line stands for, the text itself where it stands for none."""
    kind = next((x.kind for x in LEVERS if x.name == lever), None)
    if kind == "rungs":
        return [part.strip() for part in text.split(",")]
    try:
        return tomllib.loads(f"v = {text}")["v"]
    except (ValueError, RecursionError):
        return text

"""``provision check DATA``: read everything, list every fault, plan nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from provision.commands.question import declare_data, declare_levers, declare_roadmap, tell, units_of
from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.errors import Fault, FaultyInput
from provision.intake import known_scenarios, load, oddities, read_roadmap, read_scenario
from provision.posing import default_roadmap, pose
from provision.posing.oddities import basis_warning
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    declare_data(parser, words)
    parser.add_argument("--unit", metavar="U", default="all", help=words("command.unit"))
    declare_roadmap(parser, words)
    declare_levers(parser, words)
    parser.add_argument("--json", action="store_true", help=words("command.json"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Check tables, roadmaps and scenarios; print the faults, or what is there and what is odd."""
    try:
        inputs = load(options.data)
        units = units_of(options.unit, inputs)
        problems = pose_all(inputs, units, options.data, roadmap=options.roadmap, moved=options.set)
    except FaultyInput as faulty:
        odd = oddities(options.data)
        if options.json:
            parts = {"faults": faulty.faults, "odd": odd}
            _print({name: [fault.as_dict(words) for fault in told] for name, told in parts.items()})
        tell(faulty.say(words))
        _tell_odd((fault.say(words) for fault in odd), words)
        return 2
    odd = tuple(fault for fault in oddities(options.data) if fault.unit in (None, *units))
    warnings = [pair for problem in problems for pair in (*problem.warnings, *basis_warning(problem))]
    said = dict.fromkeys(
        words(f"warning.{code}", **details) for code, details in warnings if code not in _TOLD_BY_ROW
    )
    lines = [*(fault.say(words) for fault in odd), *said]
    schools = sum(s.unit in units for s in inputs.schools.values())
    if options.json:
        found = {"faults": [], "odd": [fault.as_dict(words) for fault in odd], "warnings": lines}
        _print(found | {"units": list(units), "schools": schools})
    else:
        print(words("command.check_ok", units=len(units), schools=schools, rows=len(inputs.enrolment)))
    _tell_odd(lines, words)
    return 0


_TOLD_BY_ROW = ("no_classes_primary", "no_classes_lower_secondary")
"""What a plan counts and the check names row by row: it is not told twice."""


def _print(found: Mapping[str, object]) -> None:
    """Print what a program reads."""
    print(json.dumps(found, ensure_ascii=False, indent=2))


def _tell_odd(lines: Iterable[str], words: Words) -> None:
    """Tell what is odd, a line each."""
    if listed := [f"  - {line}" for line in lines]:
        tell(words("command.warnings"), *listed)


def pose_all(
    inputs: Inputs, units: Sequence[str], data: Path, *, roadmap: str | None = None, moved: Sequence[str] = ()
) -> list[Problem]:
    """Return every unit's problem under every scenario.

    Raises
    ------
    FaultyInput
        With whatever cannot be posed, told together.
    """
    faults: list[Fault] = []
    scenarios = []
    problems = []
    for name in known_scenarios(data):
        try:
            scenarios.append(read_scenario(data, name, moved=moved))
        except FaultyInput as faulty:
            faults.extend(faulty.faults)
    for together in _joined(inputs, units):
        for scenario in scenarios:
            try:
                pack = read_roadmap(roadmap or default_roadmap(inputs, together))
                problems.append(pose(inputs, together, pack, scenario))
            except FaultyInput as faulty:
                faults.extend(fault for fault in faulty.faults if fault not in faults)
    if faults:
        raise FaultyInput(faults)
    return problems


def _joined(inputs: Inputs, units: Sequence[str]) -> list[list[str]]:
    """Return the units in groups: those that schools merge across are only planned together."""
    group = {unit: {unit} for unit in units}
    for school in inputs.schools.values():
        into = inputs.schools[school.merged_into].unit if school.merged_into else school.unit
        if {school.unit, into} <= set(units):
            joined = group[school.unit] | group[into]
            group |= dict.fromkeys(joined, joined)
    return [sorted(found) for found in dict.fromkeys(map(frozenset, group.values()))]

"""``provision check DATA``: read everything, list every fault, plan nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from provision.commands.new_file import declare_over, refuse_taken, write_new
from provision.commands.question import declare_data, declare_levers, declare_roadmap, tell, units_of
from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import data_files, grids, known_scenarios, load, read_roadmap, read_scenario
from provision.posing import default_roadmap, pose
from provision.questions.headcounts import STEPS, lines, summed
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    declare_data(parser, words)
    parser.add_argument("--unit", metavar="U", default="all", help=words("command.unit"))
    declare_roadmap(parser, words)
    declare_levers(parser, words)
    parser.add_argument("--json", action="store_true", help=words("command.json"))
    parser.add_argument("--marked", metavar="FILE", type=Path, help=words("command.marked"))
    declare_over(parser, words)


def run(options: argparse.Namespace, words: Words) -> int:
    """Check tables, roadmaps and scenarios; print the faults, or what is there and what is odd."""
    if options.marked is not None:
        if options.marked.resolve() in {path.resolve() for path in data_files(options.data)}:
            raise ProvisionError("marked_is_data", file=str(options.marked))
        refuse_taken(options.marked, over=options.over)
    try:
        inputs = load(options.data)
        units = units_of(options.unit, inputs)
        problems = pose_all(inputs, units, options.data, roadmap=options.roadmap, moved=options.set)
    except FaultyInput as faulty:
        if options.json:
            print(json.dumps({"faults": [f.as_dict(words) for f in faulty.faults]}, ensure_ascii=False, indent=2))
        tell(faulty.say(words))
        _mark(options, faulty.faults, words)
        return 2
    odd = [words(f"warning.{code}", **details) for problem in problems for code, details in problem.warnings]
    odd = list(dict.fromkeys(odd))
    schools = sum(bool({s.unit, s.code} & set(units)) for s in inputs.schools.values())
    told = summed(h for p in problems if p.scenario.name == "base" for h in p.reconciliation.headcounts)
    if options.json:
        found: dict[str, object] = {"faults": [], "warnings": odd, "units": list(units), "schools": schools}
        found["pupils"] = {format_school_year(h.year): {step: getattr(h, step) for step in STEPS} for h in told}
        found["left_out"] = [asdict(row) for row in inputs.left_out]
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print(words("command.check_ok", units=len(units), schools=schools, rows=len(inputs.enrolment)))
        print(*(f"  - {line}" for line in lines(told, inputs.left_out, words)), sep="\n")
    if odd:
        tell(words("command.warnings"), *(f"  - {line}" for line in odd))
    _mark(options, (), words)
    return 0


def _mark(options: argparse.Namespace, faults: Sequence[Fault], words: Words) -> None:
    """Write the copy with the faults marked, where it is asked for and there are any."""
    if options.marked is None:
        return
    if not faults:
        tell(words("command.marked_none", file=str(options.marked)))
        return
    from provision.documents import marked  # only now: a check alone does without what documents load

    files = {path.name: path for path in data_files(options.data)}
    write_new(options.marked, marked(faults, grids(files), words))
    tell(words("command.marked_written", file=str(options.marked)))


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

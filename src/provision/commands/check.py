"""``provision check DATA``: read everything, list every fault, plan nothing."""

from __future__ import annotations

import argparse
import json

from provision.commands.question import declare_data, declare_levers, declare_roadmap, tell, units_of
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput
from provision.intake import known_scenarios, load, read_roadmap, read_scenario
from provision.pose import default_roadmap, pose
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
        warnings, summary = _check(options)
    except FaultyInput as faulty:
        if options.json:
            print(json.dumps({"faults": [f.as_dict(words) for f in faulty.faults]}, ensure_ascii=False, indent=2))
        tell(faulty.say(words))
        return 2
    said = list(dict.fromkeys(words(f"warning.{code}", **details) for code, details in warnings))
    if options.json:
        print(json.dumps({"faults": [], "warnings": said} | summary, ensure_ascii=False, indent=2))
    else:
        print(words("command.check_ok", **summary))
    if said:
        tell(words("command.warnings"), *(f"  - {line}" for line in said))
    return 0


def _check(options: argparse.Namespace) -> tuple[list[tuple[str, object]], dict[str, object]]:
    inputs = load(options.data)
    units = units_of(options.unit, inputs)
    faults: list[Fault] = []
    warnings: list = []  # type: ignore[type-arg]
    scenarios = []
    for name in known_scenarios(options.data):
        try:
            scenarios.append(read_scenario(options.data, name, moved=options.set))
        except FaultyInput as faulty:
            faults.extend(faulty.faults)
    problem = None
    for unit in units:
        try:
            roadmap = read_roadmap(options.roadmap or default_roadmap(inputs, [unit]))
            for scenario in scenarios[:1]:
                problem = pose(inputs, [unit], roadmap, scenario)
                warnings.extend(problem.warnings)
        except FaultyInput as faulty:
            faults.extend(faulty.faults)
    if faults:
        raise FaultyInput(dict.fromkeys(faults))
    year = problem.years[0] if problem else min((e.year for e in inputs.enrolment), default=0)
    pupils = sum(e.pupils for e in inputs.enrolment if e.year == year and inputs.schools[e.school].unit in units)
    schools = sum(s.unit in units for s in inputs.schools.values())
    return warnings, {"units": len(units), "schools": schools, "pupils": pupils, "year": format_school_year(year)}

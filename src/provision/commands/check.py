"""``provision check DATA``: read everything, list every fault, plan nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from provision.commands.new_file import declare_over, refuse_taken, write_new
from provision.commands.question import declare_data, declare_levers, declare_roadmap, tell, units_of
from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.years import format_school_year
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import data_files, grids, known_scenarios, load, oddities, read_roadmap, read_scenario
from provision.posing import default_roadmap, pose
from provision.posing.oddities import basis_warning
from provision.questions.backtest import as_plain, backtest, told
from provision.questions.headcounts import STEPS, lines, summed
from provision.store.atomic import refuse_filled
from provision.store.folder import save_tables
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    declare_data(parser, words)
    parser.add_argument("--unit", metavar="U", default="all", help=words("command.unit"))
    declare_roadmap(parser, words)
    declare_levers(parser, words)
    parser.add_argument("--out", metavar="FOLDER", type=Path, help=words("command.check_out"))
    parser.add_argument("--backtest", action="store_true", help=words("command.backtest"))
    parser.add_argument("--json", action="store_true", help=words("command.json"))
    parser.add_argument("--marked", metavar="FILE", type=Path, help=words("command.marked"))
    declare_over(parser, words)


def run(options: argparse.Namespace, words: Words) -> int:
    """Check tables, roadmaps and scenarios; print the faults, or what is there and what is odd."""
    if options.marked is not None:
        if options.marked.resolve() in {path.resolve() for path in data_files(options.data, options.mapping)}:
            raise ProvisionError("marked_is_data", file=str(options.marked))
        refuse_taken(options.marked, over=options.over)
    if options.out is not None:
        refuse_filled(options.out)  # before anything is read
    try:
        inputs = load(options.data, mapping=options.mapping)
        units = units_of(options.unit, inputs)
        problems = pose_all(inputs, units, options.data, roadmap=options.roadmap, moved=options.set)
    except FaultyInput as faulty:
        odd = oddities(options.data, mapping=options.mapping)
        if options.json:
            parts = {"faults": faulty.faults, "odd": odd}
            _print({name: [fault.as_dict(words) for fault in told] for name, told in parts.items()})
        tell(faulty.say(words))
        _tell_odd((fault.say(words) for fault in odd), words)
        _mark(options, (*faulty.faults, *odd), words)
        return 2
    planning = tuple(map(inputs.unit_of, units))
    odd = tuple(fault for fault in oddities(options.data, mapping=options.mapping) if fault.unit in (None, *planning))
    strange = [*(fault.say(words) for fault in odd), *_warned(problems, words)]
    schools = sum(bool({s.unit, s.code} & set(units)) for s in inputs.schools.values())
    counted = summed(h for p in problems if p.scenario.name == "base" for h in p.reconciliation.headcounts)
    tests = backtest(inputs, planning) if options.backtest else ()
    if options.json:
        found = {"faults": [], "odd": [fault.as_dict(words) for fault in odd], "warnings": strange}
        pupils = {format_school_year(h.year): {step: getattr(h, step) for step in STEPS} for h in counted}
        reconciled = {"pupils": pupils, "left_out": [asdict(row) for row in inputs.left_out]}
        reconciled |= {"backtest": [as_plain(test) for test in tests]} if options.backtest else {}
        _print(found | {"units": list(units), "schools": schools} | reconciled)
    else:
        print(words("command.check_ok", units=len(units), schools=schools, rows=len(inputs.enrolment)))
        print(*(f"  - {line}" for line in lines(counted, inputs.left_out, words)), sep="\n")
        if options.backtest:
            print(*told(tests, words, illustrative=inputs.is_illustrative(units)), sep="\n")
    _tell_odd(strange, words)
    _mark(options, odd, words)
    if options.out is not None:
        tell(words("command.tables_written", out=str(save_tables(inputs, options.out))))
    return 0


_TOLD_BY_ROW = ("no_classes_primary", "no_classes_lower_secondary")
"""What a plan counts and the check names row by row: it is not told twice."""


_MOST_TOLD = 200
"""Lines of what is odd that are told; ``--json`` and ``--marked`` have them all."""


def _warned(problems: Sequence[Problem], words: Words) -> list[str]:
    """Return what the questions warn of, each once: after the units' names, where others are not warned of it."""
    heard: dict[str, dict[str, None]] = {}
    for problem in problems:
        for code, details in (*problem.warnings, *basis_warning(problem)):
            if code not in _TOLD_BY_ROW:
                heard.setdefault(words(f"warning.{code}", **details), {}).update(dict.fromkeys(problem.unit_names))
    everyone = {name for problem in problems for name in problem.unit_names}
    return [text if set(names) == everyone else f"{', '.join(names)}: {text}" for text, names in heard.items()]


def _print(found: Mapping[str, object]) -> None:
    """Print what a program reads."""
    print(json.dumps(found, ensure_ascii=False, indent=2))


def _tell_odd(strange: Iterable[str], words: Words) -> None:
    """Tell what is odd, a line each; what is beyond anybody's reading is counted."""
    if listed := [f"  - {line}" for line in strange]:
        tell(words("command.warnings"), *listed[:_MOST_TOLD])
        if len(listed) > _MOST_TOLD:
            tell(words("command.more_warnings", count=len(listed) - _MOST_TOLD))


def _mark(options: argparse.Namespace, faults: Sequence[Fault], words: Words) -> None:
    """Write the copy with the faults marked, where it is asked for and there are any."""
    if options.marked is None:
        return
    if not faults:
        tell(words("command.marked_none", file=str(options.marked)))
        return
    from provision.documents import marked  # only now: a check alone does without what documents load

    write_new(options.marked, marked(faults, grids(options.data, mapping=options.mapping), words))
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

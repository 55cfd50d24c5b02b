"""``provision report DIR --html|--ics``: the report of a plan that is there, or its deadlines, in its folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from provision.commands.new_file import write_new
from provision.commands.question import tell
from provision.documents import calendar
from provision.domain.plan import Plan
from provision.render.notebook import report_plan
from provision.store import open_plan
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", metavar="DIR", type=Path, help=words("command.folder"))
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--html", action="store_true", help=words("command.html"))
    kinds.add_argument("--ics", action="store_true", help=words("command.ics"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Render the report of a plan folder, or write its deadlines, and say where that is."""
    plan = open_plan(options.folder).plan
    if options.ics:
        return _write_deadlines(plan, options.folder / "deadlines.ics", words)
    problem = plan.problem
    tell(words("command.reporting"))
    parameters = {"unit": ",".join(problem.units), "scenario": problem.scenario.name, "language": words.language}
    title = words("report.title", units=", ".join(problem.unit_names))
    print(report_plan(options.folder, parameters, title=title, language=words.language))
    return 0


def _write_deadlines(plan: Plan, file: Path, words: Words) -> int:
    """Write the roadmap's deadlines as a calendar file; where there are none, say so and write nothing."""
    pack = plan.problem.roadmap
    if not pack.deadlines:
        tell(words("deadline.none", document=pack.document))
        return 0
    write_new(file, calendar(pack, words))
    print(file)
    return 0

"""``provision report DIR --html``: the report of a plan that is there, as one page in its folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from provision.commands.question import tell
from provision.render.notebook import report_plan
from provision.store import open_plan
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", metavar="DIR", type=Path, help=words("command.folder"))
    parser.add_argument("--html", action="store_true", required=True, help=words("command.html"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Render the report of a plan folder and say where it is."""
    problem = open_plan(options.folder).plan.problem
    tell(words("command.reporting"))
    parameters = {"unit": ",".join(problem.units), "scenario": problem.scenario.name, "language": words.language}
    title = words("report.title", units=", ".join(problem.unit_names))
    print(report_plan(options.folder, parameters, title=title, language=words.language))
    return 0

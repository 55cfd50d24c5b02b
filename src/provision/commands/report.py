"""``provision report DIR --html …``: a plan that is there as files for others, in its folder."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from provision.commands.new_file import declare_over, write_new
from provision.commands.question import tell
from provision.documents import calendar, is_as_written, letter, workbook
from provision.domain.letter import LETTERS
from provision.errors import ProvisionError
from provision.intake.office import read_filling, read_template
from provision.store import open_plan
from provision.store.atomic import bytes_there
from provision.store.opening import Opened
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments: the folder, and a flag a file; at least one is asked for."""
    parser.add_argument("folder", metavar="DIR", type=Path, help=words("command.folder"))
    for kind in WRITERS:
        parser.add_argument(f"--{kind}", action="store_true", help=words(f"command.{kind}"))
    parser.add_argument("--kind", choices=LETTERS, help=words("command.kind"))
    parser.add_argument("--template", metavar="FILE.docx", type=Path, help=words("command.letter_template"))
    parser.add_argument("--fill", metavar="FILE.toml", type=Path, help=words("command.letter_fill"))
    declare_over(parser, words)
    parser.set_defaults(refuse=parser.error)


def run(options: argparse.Namespace, words: Words) -> int:
    """Write what is asked for into the plan's folder, and say where each file is."""
    asked = [kind for kind in WRITERS if getattr(options, kind)]
    if not asked:
        options.refuse(words("command.report_what", kinds=", ".join(f"--{kind}" for kind in WRITERS)))
    if not options.docx and (options.kind or options.template or options.fill):
        options.refuse(words("command.letter_needs_docx"))
    if options.template and not options.kind:
        options.refuse(words("command.letter_needs_kind"))
    opened = open_plan(options.folder)
    for kind in asked:
        WRITERS[kind](opened, options, words)
    return 0


def _write_page(opened: Opened, options: argparse.Namespace, words: Words) -> None:
    """Render the report and write it as a page."""
    from provision.render.notebook import report_plan  # loading notebooks takes seconds, and a letter needs none

    problem = opened.plan.problem
    tell(words("command.reporting"))
    parameters = {"unit": ",".join(problem.units), "scenario": problem.scenario.name, "language": words.language}
    title = words("report.title", units=", ".join(problem.unit_names))
    print(report_plan(options.folder, parameters, title=title, language=words.language))


def _write_deadlines(opened: Opened, options: argparse.Namespace, words: Words) -> None:
    """Write the roadmap's deadlines as a calendar file; where there are none, say so and write nothing."""
    pack = opened.plan.problem.roadmap
    if not pack.deadlines:
        tell(words("deadline.none", document=pack.document))
        return
    file = options.folder / "deadlines.ics"
    write_new(file, calendar(pack, words))
    print(file)


def _write_letters(opened: Opened, options: argparse.Namespace, words: Words) -> None:
    """Write the letters for Word: all of them, or none where one cannot be filled in."""
    filling = read_filling(options.fill) if options.fill else {}
    template = read_template(options.template) if options.template else None
    named = str(options.template or "")
    kinds = [options.kind] if options.kind else LETTERS
    made = {
        options.folder / f"{kind}.docx": letter(opened, kind, words, filling=filling, template=template, file=named)
        for kind in kinds
    }
    _write_again(made, over=options.over)
    print(*made, sep="\n")


def _write_charts(opened: Opened, options: argparse.Namespace, words: Words) -> None:
    """Draw every chart and write them with their captions."""
    from provision.render.gallery import export_charts  # as above

    tell(words("command.drawing"))
    print(export_charts(opened.plan, options.folder, words))


def _write_workbook(opened: Opened, options: argparse.Namespace, words: Words) -> None:
    """Write the appendices as a workbook, in which quantities can be changed and asked about."""
    file = options.folder / "report.xlsx"
    _write_again({file: workbook(opened.plan, words, folder=str(options.folder))}, over=options.over)
    print(file)


WRITERS: Mapping[str, Callable[[Opened, argparse.Namespace, Words], None]] = MappingProxyType(
    {
        "html": _write_page,
        "docx": _write_letters,
        "xlsx": _write_workbook,
        "charts": _write_charts,
        "ics": _write_deadlines,
    }
)
"""Each flag of the command with what writes its file."""


def _write_again(files: Mapping[Path, bytes], *, over: bool) -> None:
    """Write a plan's files; none where one is there that somebody saved since we wrote it, unless told so.

    Raises
    ------
    ProvisionError
        Where a file of somebody's is there, or nothing can be written there.

    """
    for file, content in files.items():
        there = bytes_there(file)
        if not over and there not in (None, content) and not is_as_written(there or b""):
            raise ProvisionError("report_is_there", file=str(file))
    for file, content in files.items():
        write_new(file, content)

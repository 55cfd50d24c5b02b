"""``provision template FILE.xlsx``: a workbook to fill in, with the input tables as sheets."""

from __future__ import annotations

import argparse
from pathlib import Path

from provision.commands.new_file import declare_over, refuse_taken, write_new
from provision.commands.question import tell
from provision.documents import template
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help=words("command.template_file"))
    declare_over(parser, words)


def run(options: argparse.Namespace, words: Words) -> int:
    """Write the workbook, whole or not at all; a file that is there stays unless told otherwise."""
    refuse_taken(options.file, over=options.over)
    write_new(options.file, template(words))
    tell(words("command.template_written", file=str(options.file)))
    return 0

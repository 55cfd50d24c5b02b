"""``provision template FILE.xlsx``: a workbook to fill in; ``FILE.docx``: a letter's template to edit in Word."""

from __future__ import annotations

import argparse
from pathlib import Path

from provision.commands.new_file import declare_over, refuse_taken, write_new
from provision.commands.question import tell
from provision.documents import letter_template, template
from provision.domain.letter import LETTERS
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help=words("command.template_file"))
    parser.add_argument("--kind", choices=LETTERS, default=LETTERS[0], help=words("command.template_kind"))
    declare_over(parser, words)


def run(options: argparse.Namespace, words: Words) -> int:
    """Write the workbook or template, whole or not at all; a file that is there stays unless told otherwise."""
    refuse_taken(options.file, over=options.over, suffixes=(".xlsx", ".docx"))
    if options.file.suffix.lower() == ".docx":
        write_new(options.file, letter_template(options.kind, words))
        tell(words("command.letter_template_written", file=str(options.file), kind=options.kind))
        return 0
    write_new(options.file, template(words))
    tell(words("command.template_written", file=str(options.file)))
    return 0

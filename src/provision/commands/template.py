"""``provision template FILE.xlsx``: a workbook to fill in, with the input tables as sheets."""

from __future__ import annotations

import argparse
from pathlib import Path

from provision.commands.question import tell
from provision.documents import template
from provision.errors import ProvisionError
from provision.store.atomic import write_whole
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help=words("command.template_file"))
    parser.add_argument("--over", action="store_true", help=words("command.over"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Write the workbook, whole or not at all; a file that is there stays unless told otherwise."""
    file: Path = options.file
    if file.suffix.lower() != ".xlsx":
        raise ProvisionError("not_xlsx", file=str(file))
    if file.exists() and not options.over:
        raise ProvisionError("file_is_there", file=str(file))
    try:
        write_whole(file, template(words))
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(file), reason=error.strerror or str(error)) from None
    tell(words("command.template_written", file=str(file)))
    return 0

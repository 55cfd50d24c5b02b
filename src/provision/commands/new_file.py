"""A file that a command is told to write: whole or not at all; a workbook over nothing unless told so."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from provision.errors import ProvisionError
from provision.store.atomic import write_whole
from provision.text import Words


def declare_over(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare that a file may be written over."""
    parser.add_argument("--over", action="store_true", help=words("command.over"))


def refuse_taken(file: Path, *, over: bool, suffixes: Sequence[str] = (".xlsx",)) -> None:
    """Refuse a name that is no workbook's (or none of some others), and a file that is there.

    Raises
    ------
    ProvisionError
        In words that say what to do.
    """
    if file.suffix.lower() not in suffixes:
        raise ProvisionError("not_xlsx" if len(suffixes) == 1 else "not_xlsx_or_docx", file=str(file))
    if file.exists() and not over:
        raise ProvisionError("file_is_there", file=str(file))


def write_new(file: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    ProvisionError
        Where nothing can be written there.
    """
    try:
        write_whole(file, content)
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(file), reason=error.strerror or str(error)) from None

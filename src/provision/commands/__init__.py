"""The command line: one file a command, which parses, calls and prints. Words go to stderr, results to stdout."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from traceback import print_exc

from provision.errors import FaultyInput, ProvisionError
from provision.text import LANGUAGES, Words

COMMANDS = ("template", "check", "solve", "verify", "ask", "render", "report", "desk")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 2 the input is at fault or refused, 1 anything else."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old code page would stop at the first Vietnamese letter
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = Words(_language(given))
    parser = argparse.ArgumentParser(prog="provision", description=words("command.description"))
    commands = parser.add_subparsers(dest="command", required=True)
    modules = {}
    for name in COMMANDS:
        sub = commands.add_parser(name, help=words(f"command.{name}"), description=words(f"command.{name}"))
        sub.add_argument("--language", choices=LANGUAGES, default=words.language, help=words("command.language"))
        if name in given:  # only the command asked for is loaded: verify must not need the solver
            modules[name] = import_module(f"provision.commands.{name}")
            modules[name].declare(sub, words)
    options = parser.parse_args(given)
    try:
        return int(modules[options.command].run(options, words))
    except ProvisionError as error:
        print(error.say(words), file=sys.stderr)
        return 2 if isinstance(error, FaultyInput) or error.code in _AT_FAULT else 1
    except BrokenPipeError:  # who read along has read enough: nobody is left to be told
        with suppress(BrokenPipeError):
            sys.stdout.close()
        return 1
    except KeyboardInterrupt:
        print(words("command.interrupted"), file=sys.stderr)
        return 1
    except Exception as error:  # ours, not the planner's: say so, and show developers where
        print_exc()
        print(words("command.failed", reason=f"{type(error).__name__}: {error}"), file=sys.stderr)
        return 1


_AT_FAULT = frozenset(
    {
        "roadmap_unknown",
        "scenario_unknown",
        "scenario_is_named",
        "data_unknown",
        "mapping_unknown",
        "out_not_empty",
        "file_is_there",
        "report_is_there",
        "not_xlsx",
        "not_xlsx_or_docx",
        "letter_template_unreadable",
        "letter_template_no_word",
        "letter_field",
        "letter_part",
        "letter_tag",
        "marked_is_data",
        "unit_unknown",
        "school_unknown",
        "school_with_others",
        "school_merges",
        "no_budget",
        "locks_too_much",
        "merger_outside",
        "roadmap_differs",
        "not_a_plan",
        "no_certificate",
        "nothing_open",
    }
)
"""Errors that are the input's: a planner can mend them."""


def _language(given: Sequence[str]) -> str:
    """Return the language asked for, which the help and the errors of parsing already speak."""
    for one, other in zip(given, [*given[1:], ""], strict=False):
        chosen = one.partition("=")[2] if one.startswith("--language=") else other if one == "--language" else ""
        if chosen in LANGUAGES:
            return chosen
    return LANGUAGES[0]

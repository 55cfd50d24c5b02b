"""``provision ask QUESTION DIR``: a council's question, answered by asking the plan again."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from provision.commands.question import declare_second_opinion, doubted, tell
from provision.questions.asking import Asked, Question
from provision.questions.council import QUESTIONS, put
from provision.store import open_plan
from provision.store.answers import read_plain, write_beside
from provision.text import LANGUAGES, Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare a command a question, each with what may be stated with it."""
    questions = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")
    for question in QUESTIONS:
        says = words(f"ask.{question.code}")
        sub = questions.add_parser(question.code, help=says, description=says)
        sub.add_argument("folder", metavar="DIR", type=Path, help=words("command.folder"))
        for p in question.parameters:
            says = words(f"ask_help.{question.code}.{p.name}")
            if p.is_placed:
                sub.add_argument(p.name, metavar=p.name.upper(), nargs="?", default="", help=says)
            else:
                sub.add_argument(p.place, metavar=p.kind.upper(), default="", help=says)
        declare_second_opinion(sub, words)
        sub.add_argument("--json", action="store_true", help=words("command.json"))
        sub.add_argument("--html", action="store_true", help=words("ask.html"))
        sub.add_argument("--language", choices=LANGUAGES, default=argparse.SUPPRESS, help=words("command.language"))
        sub.set_defaults(put=partial(_put, question))


def run(options: argparse.Namespace, words: Words) -> int:
    """Answer the question, keep the answer with the plan, and print it."""
    return int(options.put(options, words))


def _put(question: Question, options: argparse.Namespace, words: Words) -> int:
    opened = open_plan(options.folder)
    plan = opened.plan
    given = {p.name: getattr(options, p.name) for p in question.parameters}
    stated = question.stated(given, plan)
    tell(words("ask.asking", question=words(f"ask.{question.code}")))
    told = partial(_tell_tenths, words)
    with doubted(options, words):
        answer, file = put(question, Asked.of(opened), options.folder, stated=stated, progress=told)
    if options.json:
        print(json.dumps(read_plain(file), ensure_ascii=False, indent=2))
    else:
        if plan.problem.illustrative:
            print(words("banner.illustrative"))
        print(*question.said(answer, plan, words), sep="\n")
        for table in question.shown(answer, plan, words):
            print("", *table.lines, sep="\n")
    tell(words("ask.kept", file=str(file)))
    if options.html:
        from provision.render.leaf import answer_page  # what runs notebooks comes with it

        leaf = file.with_suffix(".html")
        write_beside(leaf, answer_page(question.code, answer, plan, words).encode("utf-8"))
        tell(words("ask.html_kept", file=str(leaf)))
    return 0


def _tell_tenths(words: Words, done: int, steps: int) -> None:
    """Tell how far an answer is, ten times at most."""
    if done * 10 // steps > (done - 1) * 10 // steps:
        tell(words("ask.step", done=done, steps=steps))

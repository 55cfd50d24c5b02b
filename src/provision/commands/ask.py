"""``provision ask QUESTION DIR``: a council's question, answered by asking the plan again."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from provision.commands.question import declare_second_opinion, doubted, tell
from provision.questions.asking import Asked, Question
from provision.questions.council import QUESTIONS
from provision.store import open_plan
from provision.store.answers import read_plain, save_answer
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare a command a question, each with what may be stated with it."""
    questions = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")
    for question in QUESTIONS:
        says = words(f"ask.{question.code}")
        sub = questions.add_parser(question.code, help=says, description=says)
        sub.add_argument("folder", metavar="DIR", type=Path, help=words("command.folder"))
        for p in question.parameters:
            sub.add_argument(
                f"--{p.name.replace('_', '-')}",
                metavar=p.kind.upper(),
                default="",
                help=words(f"ask_help.{question.code}.{p.name}"),
            )
        declare_second_opinion(sub, words)
        sub.add_argument("--json", action="store_true", help=words("command.json"))
        sub.add_argument("--language", default=argparse.SUPPRESS, help=words("command.language"))
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
    with doubted(options, words):
        answer = question.ask(Asked.of(opened), **stated)
    file = save_answer(options.folder, question.code, answer, stated)
    if options.json:
        print(json.dumps(read_plain(file), ensure_ascii=False, indent=2))
    else:
        if plan.problem.illustrative:
            print(words("banner.illustrative"))
        print(*question.said(answer, plan, words), sep="\n")
        for table in question.shown(answer, plan, words):
            print("", *table.lines, sep="\n")
    tell(words("ask.kept", file=str(file)))
    return 0

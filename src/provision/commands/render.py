"""``provision render DATA --units U --scenarios S --out DIR``: reports for a council, one a unit and scenario."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from provision.commands.question import declare_data, declare_roadmap, declare_second_opinion, tell
from provision.errors import Fault, FaultyInput
from provision.questions.council import QUESTIONS, ROUTINE
from provision.questions.province import read_province
from provision.questions.province_shown import findings
from provision.questions.verdict import headline, proof
from provision.render import Report, render
from provision.render.tasks import RollUp
from provision.store import open_plan
from provision.text import Words

_CODES = ", ".join(question.code for question in QUESTIONS if not question.needed)


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    declare_data(parser, words)
    parser.add_argument("--units", metavar="U", default="all", help=words("command.unit"))
    parser.add_argument("--scenarios", metavar="S", default="base", help=words("command.scenarios"))
    declare_roadmap(parser, words)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help=words("command.out"))
    parser.add_argument("--ask", metavar="Q", default=",".join(ROUTINE), help=words("command.asks", known=_CODES))
    parser.add_argument("--jobs", metavar="N", type=int, help=words("command.jobs"))
    parser.add_argument("--dask", metavar="ADDRESS", help=words("command.dask"))
    declare_second_opinion(parser, words)
    parser.add_argument("--resume", action="store_true", help=words("command.resume"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Render the batch; end with the first report's three sentences and where the index page is."""
    units = None if options.units == "all" else tuple(u.strip() for u in options.units.split(",") if u.strip())
    asks = tuple(dict.fromkeys(q.strip() for q in options.ask.split(",") if q.strip()))
    if unknown := [code for code in asks if code not in _CODES.split(", ")]:
        raise FaultyInput([Fault("asked_choice", "--ask", found=", ".join(unknown), details={"choices": _CODES})])
    scenarios = tuple(dict.fromkeys(s.strip() for s in options.scenarios.split(",") if s.strip()))
    bar = tqdm(desc=words("command.rendering"), unit="", leave=True, delay=1)

    def told(report: Report, tasks: int) -> None:
        bar.total = tasks
        if report.kept:
            bar.write(words("command.skipped", what=report.what), file=bar.fp)
        elif report.failure:
            bar.write(words("page.failed", reason=f"{report.what}: {report.failure}"), file=bar.fp)
        else:
            bar.write(words(f"command.made_{type(report.task).__name__.lower()}", what=report.what), file=bar.fp)
        bar.update()

    with bar:
        reports = render(
            options.data,
            units,
            scenarios,
            options.out,
            roadmap=options.roadmap,
            mapping=options.mapping,
            language=options.language,
            asks=asks,
            second_opinion=options.second_opinion,
            jobs=options.jobs,
            dask=options.dask,
            resume=options.resume,
            told=told,
        )
    good = [report for report in reports if not report.failure]
    rolled = [report for report in good if isinstance(report.task, RollUp)]
    if rolled:
        province = read_province(rolled[0].task.folder.parent)
        print(*([words("banner.illustrative")] * province.illustrative), *findings(province, words), sep="\n")
    elif good:
        plan = open_plan(good[0].task.folder).plan
        if plan.problem.illustrative:
            print(words("banner.illustrative"))
        print(*headline(plan, words), proof(plan, words), sep="\n")
    print(words("command.index", index=options.out / "index.html"))
    failed = len(reports) - len(good)
    if failed:
        tell(words("command.units_failed", count=failed))
    return 1 if failed else 0

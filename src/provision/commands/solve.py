"""``provision solve DATA --unit U --out DIR``: one plan, audited, in its folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from provision.commands.question import (
    declare_data,
    declare_freeze,
    declare_levers,
    declare_roadmap,
    declare_second_opinion,
    doubted,
    read_question,
    tell,
)
from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.intake import read_scenario
from provision.model import solve
from provision.posing import pose
from provision.posing.elsewhere import levers_elsewhere
from provision.questions.remarks import remarks
from provision.questions.verdict import assumptions, headline, proof, verdict
from provision.store import save_plan
from provision.store.atomic import refuse_foreign
from provision.store.summary import MARK, OURS
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    declare_data(parser, words)
    parser.add_argument("--unit", metavar="U", required=True, help=words("command.unit"))
    declare_roadmap(parser, words)
    parser.add_argument("--scenario", metavar="S", default="base", help=words("command.scenario"))
    declare_levers(parser, words)
    declare_freeze(parser, words)
    declare_second_opinion(parser, words)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help=words("command.out"))
    parser.add_argument("--json", action="store_true", help=words("command.json"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Plan, store, and print what a head of office repeats."""
    refuse_foreign(options.out, mark=MARK, ours=OURS)  # before minutes are spent on a plan
    inputs, units, name, roadmap = read_question(options)
    scenario = read_scenario(options.data, options.scenario, moved=options.set)
    problem = pose(inputs, units, roadmap, scenario)
    tell(words("command.solving", units=", ".join(units), scenario=scenario.name))
    with doubted(options, words):
        plan = solve(problem, progress=lambda rung: tell("  " + words("command.rung", rung=words(f"rung.{rung}"))))
    folder = save_plan(plan, inputs, options.out, roadmap=name)
    if options.json:
        result = {
            "out": str(folder),
            "status": plan.status,
            "reproducible": plan.reproducible,
            "totals": dict(plan.totals),
            "verdict": verdict(plan, words),
        }
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        if problem.illustrative:
            print(words("banner.illustrative"))
        print(*headline(plan, words), *remarks(plan, words), proof(plan, words), sep="\n")
    tell(
        words("command.warnings"),
        *(f"  - {line}" for line in (*_left_out(scenario, plan, words), *assumptions(plan, words))),
    )
    tell(words("command.written", out=str(folder)))
    return 0


def _left_out(given: Scenario, plan: Plan, words: Words) -> list[str]:
    """Say which levers the plan does not keep: of units not planned, so that its own folder could not tell them."""
    levers = levers_elsewhere(given, plan.problem.scenario)
    return [words("command.levers_elsewhere", levers=levers)] if levers else []

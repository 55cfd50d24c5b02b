"""``provision verify DIR``: check a plan folder without the solver, in whole VND."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from provision.commands.question import declare_mapping, tell
from provision.questions.proof import certified
from provision.questions.verify import Verification, verify
from provision.text import Words


def declare(parser: argparse.ArgumentParser, words: Words) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", metavar="DIR", type=Path, help=words("command.folder"))
    parser.add_argument("--data", metavar="DATA", type=Path, help=words("command.against"))
    declare_mapping(parser, words)
    parser.add_argument("--json", action="store_true", help=words("command.json"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Check the folder; 0 where it holds, 2 where it is refused."""
    found = verify(options.folder, data=options.data, mapping=options.mapping)
    lines = _refusals(found, options, words)
    if options.json:
        proof = {name: found.opened.proof.get(name) for name in ("missing", "bound", "gap", "solver_bound")}
        told = {"holds": found.holds, "refusals": lines, "certificate": proof}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif found.holds:
        plan = found.opened.plan
        print(
            words(
                "command.verified",
                rules=found.rules,
                purchases=len(plan.purchases),
                payments=len(plan.payments),
                cost=words.exact_money(plan.totals["cost"]),
            )
        )
        print(*certified(plan, words), sep="\n")
    if lines:
        tell(words("command.refused", count=len(lines)), *(f"  - {line}" for line in lines))
    return 0 if found.holds else 2


def _refusals(found: Verification, options: argparse.Namespace, words: Words) -> list[str]:
    lines = [words("command.hash_differs", file=file) for file in found.hashes]
    lines += [
        words("command.file_differs", file=table, count=count, data=str(options.data))
        for table, count in found.rows.items()
    ]
    lines += [words("command.summary_differs", entry=entry) for entry in found.summary]
    lines += [words("command.proof_differs", entry=entry) for entry in found.proof]
    lines += [
        words("command.breach", rule=words(f"rule.{b.rule}"), where=b.where, says=b.says, right=b.right)
        for b in found.breaches
    ]
    return lines

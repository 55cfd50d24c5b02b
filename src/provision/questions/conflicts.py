"""What of the promises of an earlier plan is not kept, and what cannot all hold with them: asked, said and shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.domain.plan import Plan
from provision.domain.problem import Problem
from provision.errors import Conflict, NoAnswer
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN
from provision.text import Words

_SAID = 2
"""Conflicts that are said in sentences; all are in the table."""
_NAMED, _LISTED = 3, 12
"""What is named of one conflict in its sentence, and in the table; the rest is counted: it may be hundreds."""


@dataclass(frozen=True, slots=True)
class Unkept:
    """Items promised, how many of them the plan does not buy, and what cannot hold together with their promises.

    Without any conflict the plan might keep them, or nobody found out in the scenario's time.
    """

    promised: int
    broken: float
    conflicts: tuple[Conflict, ...]


def conflicts_of(problem: Problem) -> tuple[Conflict, ...]:
    """Return minimal sets of what a planner locked, promised or carried out that cannot hold in full together.

    In whole machines where the scenario plans so. A plan breaks promises rather than have no answer: here they count
    as locks do.
    """
    from provision.model.conflicts import conflicts  # the solver is loaded only where it is needed

    return conflicts(problem, promises=True)


def unkept(plan: Plan) -> Unkept | None:
    """Return what of a plan's promises is broken and what it runs into, None where nothing is."""
    broken = round(float(sum(p.broken for p in plan.promises)), 6)
    if broken < SHOWN:
        return None
    try:
        found = conflicts_of(plan.problem)
    except NoAnswer as error:
        if not error.undecided:
            raise
        found = ()
    return Unkept(sum(p.promised for p in plan.promises), broken, found)


def said(answer: Unkept, plan: Plan, words: Words) -> Iterator[str]:
    """Yield how much of what was promised is not kept, the first conflicts, and how many more there are."""
    yield words("conflict.broken", broken=words.number(answer.broken, 1), promised=words.number(answer.promised))
    if not answer.conflicts:
        yield words("conflict.open")
        return
    yield words("conflict.whole" if plan.problem.scenario.whole_machines else "conflict.linear")
    yield from (conflict.say(words, most=_NAMED) for conflict in answer.conflicts[:_SAID])
    if len(answer.conflicts) > _SAID:
        yield words("conflict.others", count=words.number(len(answer.conflicts) - _SAID))


def shown(answer: Unkept, words: Words) -> Sheet:
    """Return every conflict: what cannot hold together, and what would let it."""
    heads = words("conflict.fixed"), words("conflict.lacks")
    rows = ((c.say_fixed(words, most=_LISTED), c.say_lacks(words)) for c in answer.conflicts)
    return sheet((dict(zip(heads, row, strict=True)) for row in rows), words=2)

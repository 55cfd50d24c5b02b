"""What of locks, promises and years carried out cannot all hold, and what it runs into: asked and said."""

from __future__ import annotations

from provision.domain.problem import Problem
from provision.errors import Conflict
from provision.text import Words


def conflicts_of(problem: Problem) -> tuple[Conflict, ...]:
    """Return minimal sets of what a planner locked, promised or carried out that cannot hold in full together.

    In whole machines where the scenario plans so. A plan breaks promises rather than have no answer: here they count
    as locks do.
    """
    from provision.model.conflicts import conflicts  # the solver is loaded only where it is needed

    return conflicts(problem, promises=True)


def said(conflicts: tuple[Conflict, ...], words: Words) -> tuple[str, ...]:
    """Return a sentence a conflict; where there is none, that everything fixed can be had."""
    return tuple(conflict.say(words) for conflict in conflicts) or (words("conflict.none"),)

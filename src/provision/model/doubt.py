"""A second opinion on what is solved while it is asked for: two answers that cannot both be true are an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from typing import Any

import pulp

from provision.domain.plan import PROVEN_GAP, Plan
from provision.errors import Disagreement, NoAnswer
from provision.model.highs import Effort, Outcome, linear_otherwise, minimise_otherwise
from provision.model.highs import minimise as minimise_once
from provision.model.objectives import OBJECTIVES
from provision.model.variables import Variables, expression, row_name

NODES = 5_000
"""The branch-and-bound nodes a second look at a rung or a search may take."""

Progress = Callable[[str], None]

_APART = 1e-5
"""How far two answers may be apart, as a share of the value: two ways of solving round differently."""

_APART_IN_FRACTIONS = 1e-3
"""The same for a plan in fractions of machines, whose numbers are rounded to a millionth each."""

_SLIP = 1e-6
"""How far a rung that is held may slip, as on the ladder: with more room a later rung could come out better."""


@dataclass
class Opinion:
    """How often two ways agreed: linear programs, searches, rungs of plans, and rungs that both ways prove alike.

    ``silent`` are those of which the second way found no answer of its own in its time, at most a bound. A program
    that no answer can meet is one whose least is infinite: both ways must say so. ``progress`` is told which rung is
    looked at.
    """

    progress: Progress
    linear: int = 0
    searches: int = 0
    rungs: int = 0
    proven: int = 0
    silent: int = 0

    def of_linear(self, model: Any, value: float) -> None:
        """Solve a linear program, as HiGHS holds it, again from nothing and compare its least value.

        ``value`` is infinite where it was found to have no answer.

        Raises
        ------
        Disagreement
            Where it is another.

        """
        again = linear_otherwise(model)
        if again is None:
            self.silent += 1
            return
        self.linear += 1
        _refuse("second.linear", (value, value), (again, again), _APART)

    def of_search(self, program: pulp.LpProblem, told: tuple[float, float], effort: Effort) -> None:
        """Search a program again from nothing and compare what is found and what it cannot be below.

        Raises
        ------
        Disagreement
            Where no number could be the least by both.

        """
        found = minimise_otherwise(program, Effort(0.0, min(NODES, effort.nodes), effort.seconds))
        whole = bool(program.isMIP())
        _refuse("second.search" if whole else "second.linear", told, found, _APART)
        silent = found[0] == inf > found[1]
        self.silent += silent
        self.searches += whole and not silent
        self.linear += not whole and not silent

    def of_plan(self, plan: Plan, afresh: Variables) -> None:
        """Solve a plan's rungs again in a program made anew, and compare what is reached and what cannot be beaten.

        Raises
        ------
        Disagreement
            Where no number could be the least by both.

        """
        whole = plan.problem.scenario.whole_machines
        effort = Effort(0.0, NODES, plan.problem.scenario.time_limit / max(1, len(plan.rungs)))
        search = Afresh(plan, afresh)
        for rung in plan.rungs:
            self.progress(rung.name)
            value, bound = search.least(rung.name, lambda program: minimise_otherwise(program, effort))
            apart = _APART if whole else _APART_IN_FRACTIONS
            _refuse(f"rung.{rung.name}", (rung.value, rung.bound), (value, bound), apart)
            self.rungs += 1
            self.silent += value == inf
            self.proven += rung.gap <= PROVEN_GAP and value - bound <= PROVEN_GAP * max(1.0, abs(value))


def _refuse(what: str, first: tuple[float, float], second: tuple[float, float], apart: float) -> None:
    """Refuse two ways' values and bounds where the one finds what the other calls impossible."""
    for (value, _), (_, bound) in ((first, second), (second, first)):
        if value < bound - apart * max(1.0, abs(value)):
            raise Disagreement(what, first, second)


_ASKED: ContextVar[Opinion | None] = ContextVar("second_opinion", default=None)


@contextmanager
def second_opinion(progress: Progress = lambda _rung: None) -> Iterator[Opinion]:
    """Have every program, search and plan solved inside solved a second time: without presolve, another seed."""
    opinion = Opinion(progress)
    token = _ASKED.set(opinion)
    try:
        yield opinion
    finally:
        _ASKED.reset(token)


def asked() -> Opinion | None:
    """Return the opinion that is asked for now, if any is."""
    return _ASKED.get()


def minimise(program: pulp.LpProblem, *, effort: Effort, start: dict[str, float] | None = None) -> Outcome:
    """Minimise a program as ``highs.minimise`` does, and once more where a second opinion is asked for.

    A search of a plan's rung is not made here: what rungs come to is looked at when the plan is there.

    Raises
    ------
    NoAnswer
        Where HiGHS ends without a feasible point.
    Disagreement
        Where a second opinion is another.

    """
    second = asked()
    try:
        found = minimise_once(program, effort=effort, start=start)
    except NoAnswer as nothing:
        if second is not None and not nothing.undecided:
            second.of_search(program, (inf, inf), effort)
        raise
    if second is not None:
        second.of_search(program, (found.value, found.bound), effort)
    return found


class Afresh:
    """The program of a plan's problem, declared anew; each rung that is asked for is held at what the plan told."""

    def __init__(self, plan: Plan, afresh: Variables) -> None:
        """Take a program with every rule and no objective."""
        self._plan, self._v = plan, afresh

    def least(self, name: str, search: Callable[[pulp.LpProblem], tuple[float, float]]) -> tuple[float, float]:
        """Return the least found of a rung and what it cannot be below; fairness at as many bought a year."""
        before = [r.name for r in self._plan.rungs]
        if name == "fairness" and "money" in before[: before.index(name)]:
            self._hold_counts()
        objective, program = OBJECTIVES[name](self._v), self._v.program
        told = next(r.value for r in self._plan.rungs if r.name == name)
        program.setObjective(objective)
        found = search(program) if objective else (0.0, 0.0)
        if objective:
            program.addConstraint(objective <= told + _SLIP * (1 + abs(told) / 1000), row_name("held", name))
        return found

    def _hold_counts(self) -> None:
        """Buy as many of each option in each year as the plan does, beside what must come with something else."""
        problem, v = self._plan.problem, self._v
        bought: dict[tuple[str, int], float] = {}
        for p in self._plan.purchases:
            if p.year in problem.open_years:
                bought[p.option, p.year] = bought.get((p.option, p.year), 0.0) + float(p.quantity)
        for key, count in tuple(bought.items()):
            for code, each in problem.companions.get(key, ()):
                bought[code, key[1]] -= each * count
        for option, year in sorted({(o, y) for _, o, y in v.buy}):
            row = expression((x, 1.0) for (_, o, y), x in v.buy.items() if (o, y) == (option, year))
            count = bought.get((option, year), 0.0)
            whole, room = problem.scenario.whole_machines, _SLIP * len(row)  # a plan rounds each purchase down
            v.program.addConstraint(row == count if whole else row <= count + room, row_name("count", option, year))

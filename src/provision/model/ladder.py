"""The ladder: each rung is solved, then held while the next is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pulp

from provision.domain.plan import Rung
from provision.errors import NoAnswer
from provision.model.highs import Effort, Outcome, minimise
from provision.model.objectives import OBJECTIVES
from provision.model.pools import Pools, pool
from provision.model.variables import Variables, expression, row_name

GAP = 1e-4
"""The relative gap up to which a rung counts as proven."""

POOLED = {"missing": (GAP / 4, 4_000), "money": (GAP * 0.9, 10_000)}
"""The gap and the branch-and-bound nodes at which a search of the pooled program stops.

``missing`` is driven below what would be proven: what it leaves open, ``money`` would have to search again. Nodes
are limits that give the same plan on every machine, unlike a clock.
"""

WHOLE_NODES = 400
"""The nodes a search of the whole program may take."""

NEAR = (0, 2)
"""How far the schools may stray from what the pools buy of an option in a year: not at all, then a little."""

_SLIP = 1e-6
"""How far a held rung may slip, beside what its scenario allows: room for the solver's own tolerance."""

_SLIP_IN_FRACTIONS = 2e-7
"""The same where machines are fractions: more would show as a millionth of a machine missing."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ascent:
    """Where the ladder ended: values by variable name, the rungs, and whether a clock ended any search."""

    values: dict[str, float]
    rungs: tuple[Rung, ...]
    stopped_by_time: bool


def climb(v: Variables, *, progress: Progress = lambda _rung: None) -> Ascent:
    """Solve the rungs of the scenario's ladder in order, each within what the earlier ones reached.

    A rung that runs out of nodes or time keeps the best plan found; its gap says how far it is from proven.

    Raises
    ------
    NoAnswer
        Where the solver finds no plan at all. Buying nothing is always one, so this is never the planner's data.
    """
    scenario = v.problem.scenario
    poolable = scenario.whole_machines and scenario.weigh == "machine" and bool(v.buy)
    pools = pool(v) if poolable else None
    clock = _Clock(scenario.time_limit)
    values: dict[str, float] = {x.name: 0.0 for x in v.buy.values()}
    rungs: list[Rung] = []
    objectives: list[pulp.LpAffineExpression] = []
    slip = _SLIP if scenario.whole_machines else _SLIP_IN_FRACTIONS
    by_time = False
    for name in scenario.ladder:
        progress(name)
        if name == "fairness" and any(rung.name == "money" for rung in rungs):
            _hold_counts(v, values)
        objective = OBJECTIVES[name](v)
        objectives.append(objective)
        v.program.setObjective(objective)
        if not objective:  # nothing this rung could decide
            rungs.append(Rung(name, 0.0, 0.0, 0.0))
            continue
        best: Outcome | None = None
        try:
            for outcome in _searches(v, name, pools if name in POOLED else None, values, clock):
                best = outcome if best is None else _better(best, outcome)
                by_time = by_time or outcome.end == "time"
                if relative_gap(best.value, best.bound) <= GAP:
                    break
        except NoAnswer:
            if best is None and not rungs:
                raise
        if best is None or not best.values:
            if not rungs:
                raise NoAnswer("no_answer", status=name)
            by_time = True  # this rung found nothing in time: the plan so far stands, and says how little is known
            rungs.append(Rung(name, 0.0, 0.0, 0.0))
            continue
        values = best.values
        rungs.append(Rung(name, best.value, best.bound, relative_gap(best.value, best.bound)))
        most = best.value + scenario.hold * abs(best.value) + slip * (1 + abs(best.value) / 1000)
        v.program.addConstraint(objective <= most, row_name("hold", name))
        if pools is not None and name in POOLED:
            pools.hold(name, most)
    reached = (_reached(v, values, r, o) for r, o in zip(rungs, objectives, strict=True))
    return Ascent(values, tuple(reached), by_time)


def relative_gap(value: float, bound: float) -> float:
    """Return how far a value may be from the best there is, as a share of the value; 0 where it is the best."""
    return 0.0 if value - bound <= 1e-6 else (value - bound) / max(abs(value), 1e-9)


class _Clock:
    """What is left of the scenario's seconds, each rung leaving some to those after it.

    Without that ``missing`` and ``money`` could take all of it, and the schools' shares would be left to chance.
    """

    def __init__(self, seconds: float) -> None:
        self._start, self._seconds = time.monotonic(), seconds

    def left(self, rung: str) -> float:
        until = self._start + self._seconds * _UNTIL.get(rung, 1.0)
        return max(until - time.monotonic(), 0.1)


_UNTIL = {"missing": 0.45, "money": 0.7, "fairness": 0.95}
"""The share of the scenario's seconds by which a rung's search has ended."""


def _searches(
    v: Variables, name: str, pools: Pools | None, values: dict[str, float], clock: _Clock
) -> Iterator[Outcome]:
    """Yield answers from the smallest program to the whole one; the reader stops at the first that is proven."""
    best = {x.name: float(round(values[x.name])) for x in v.buy.values()}
    if pools is not None:
        for outcome in _pooled_searches(pools, name, best, clock):
            best = {x.name: float(round(outcome.values.get(x.name, best[x.name]))) for x in v.buy.values()}
            yield outcome
    yield minimise(v.program, effort=Effort(GAP * 0.9, WHOLE_NODES, clock.left(name)), start=best)


def _pooled_searches(pools: Pools, name: str, start: dict[str, float], clock: _Clock) -> Iterator[Outcome]:
    """Yield what the pooled program proves, with the best plan the schools can make of what it buys."""
    pools.aim(name)
    gap, nodes = POOLED[name]
    try:
        pooled = minimise(pools.pooled.program, effort=Effort(gap, nodes, clock.left(name)), start=pools.lift(start))
    except NoAnswer:  # what the schools buy always fits the pools, but for the solver's tolerance
        return
    for near in NEAR:
        try:
            effort = Effort(GAP / 10, WHOLE_NODES, clock.left(name))
            handed = minimise(pools.hand_down(pooled.values, near=near), effort=effort)
        except NoAnswer:  # the schools cannot buy just what the pools would: the pools' bound holds all the same
            yield replace(pooled, values={}, value=float("inf"))
        else:
            yield replace(handed, bound=pooled.bound)


def _better(one: Outcome, other: Outcome) -> Outcome:
    """Return the better answer of two, with the higher bound of both: either holds for the whole program."""
    best = one if one.value <= other.value else other
    return replace(best, bound=min(max(one.bound, other.bound), best.value))


def _hold_counts(v: Variables, values: dict[str, float]) -> None:
    """Hold how many of each option are bought in each year: fairness moves machines between schools, not money.

    Held by group of schools with the same payers instead, a school that raised money of its own could be left the
    worst served of all: in Hiệp Hoà 46 machines short where the next was 25, unfairness 4,148 against 1,059.
    """
    counts: dict[tuple[str, int], list[pulp.LpVariable]] = {}
    for (_, option, year), variable in v.buy.items():
        counts.setdefault((option, year), []).append(variable)
    for key, variables in counts.items():
        count = sum(values[x.name] for x in variables)
        bought = expression((x, 1.0) for x in variables)
        row = bought == round(count) if v.problem.scenario.whole_machines else bought <= count + _SLIP_IN_FRACTIONS
        v.program.addConstraint(row, row_name("count", *key))


def _reached(v: Variables, values: dict[str, float], rung: Rung, objective: pulp.LpAffineExpression) -> Rung:
    """Return a rung with the value of the plan the ladder ended with.

    Better where a later rung found better, worse where the scenario's hold let a later rung have some of it; then
    the gap says so.
    """
    tight = dict(values)
    for key, gap in v.gap.items():
        tight[v.missing[key].name] = max(0.0, gap - sum(values[x.name] for x in v.alive.get(key, ())))
    for (school, item, year, _), (variable, edge) in v.excess.items():
        tight[variable.name] = max(0.0, tight[v.missing[school, item, year].name] - edge)
    value = sum(coefficient * tight[x.name] for x, coefficient in objective.items())
    bound = max(0.0, min(rung.bound, value))  # no rung counts below nothing, also where a clock ended the search
    return Rung(rung.name, value, bound, relative_gap(value, bound))

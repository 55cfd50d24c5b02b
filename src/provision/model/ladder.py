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

POOLED_NODES, WHOLE_NODES = 4_000, 400
"""Branch-and-bound nodes a search may take: limits that give the same plan on every machine, unlike a clock."""

_TOLERANCE = 2e-6
"""How far a held rung may slip: twice what HiGHS lets a row slip by."""

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
    pools = [pool(v, whole_pools=False), pool(v, whole_pools=True)] if poolable else []
    clock = _Clock(scenario.time_limit)
    values: dict[str, float] = {x.name: 0.0 for x in v.buy.values()}
    rungs: list[Rung] = []
    by_time = False
    for name in scenario.ladder:
        progress(name)
        if name == "fairness" and any(rung.name == "money" for rung in rungs):
            _hold_counts(v, values)
        objective = OBJECTIVES[name](v)
        v.program.setObjective(objective)
        if not objective:  # nothing this rung could decide
            rungs.append(Rung(name, 0.0, 0.0, 0.0))
            continue
        best: Outcome | None = None
        for outcome in _searches(v, name, pools if name in {"missing", "money"} else [], values, clock):
            best = outcome if best is None else _better(best, outcome)
            by_time = by_time or outcome.end == "time"
            if relative_gap(best.value, best.bound) <= GAP:
                break
        if best is None or not best.values:
            raise NoAnswer("no_answer", status=name)
        values = best.values
        rungs.append(Rung(name, best.value, best.bound, relative_gap(best.value, best.bound)))
        most = best.value + scenario.hold * abs(best.value) + _TOLERANCE * max(1.0, abs(best.value))
        v.program.addConstraint(objective <= most, row_name("hold", name))
        for p in pools:
            if name in {"missing", "money"}:
                p.hold(name, most)
    return Ascent(values, tuple(rungs), by_time)


def relative_gap(value: float, bound: float) -> float:
    """Return how far a value may be from the best there is, as a share of the value; 0 where it is the best."""
    return 0.0 if value - bound <= 1e-6 else (value - bound) / max(abs(value), 1e-9)


class _Clock:
    """What is left of the scenario's seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        return max(self._end - time.monotonic(), 0.1)


def _searches(
    v: Variables, name: str, pools: list[Pools], values: dict[str, float], clock: _Clock
) -> Iterator[Outcome]:
    """Yield answers from the smallest program to the whole one; the reader stops at the first that is proven."""
    best = values
    for p in pools:
        p.aim(name)
        effort = Effort(GAP / 2, POOLED_NODES, clock.left())
        outcome = minimise(p.pooled.program, effort=effort, start=p.lift(best))
        try:
            handed = minimise(p.hand_down(outcome.values), effort=Effort(GAP / 10, WHOLE_NODES, clock.left()))
        except NoAnswer:  # the schools cannot use what the pool would buy: only its bound is of use
            yield replace(outcome, values={}, value=float("inf"))
            continue
        best = handed.values
        yield replace(handed, bound=outcome.bound)
    whole = {x.name: float(round(best[x.name])) for x in v.buy.values()}
    yield minimise(v.program, effort=Effort(GAP * 0.9, WHOLE_NODES, clock.left()), start=whole)


def _better(one: Outcome, other: Outcome) -> Outcome:
    """Return the better answer of two, with the higher bound of both: either holds for the whole program."""
    best = one if one.value <= other.value else other
    return replace(best, bound=min(max(one.bound, other.bound), best.value))


def _hold_counts(v: Variables, values: dict[str, float]) -> None:
    """Hold how many of each option are bought in each year: fairness moves machines between schools, not money."""
    counts: dict[tuple[str, int], list[pulp.LpVariable]] = {}
    for (_, option, year), variable in v.buy.items():
        counts.setdefault((option, year), []).append(variable)
    for key, variables in counts.items():
        count = sum(values[x.name] for x in variables)
        bought = expression((x, 1.0) for x in variables)
        row = bought == round(count) if v.problem.scenario.whole_machines else bought <= count + _TOLERANCE
        v.program.addConstraint(row, row_name("count", *key))

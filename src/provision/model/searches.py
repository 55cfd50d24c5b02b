"""The searches of a rung: from the smallest program that can answer to the whole one, within nodes and seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import ceil, floor, inf

import pulp

from provision.domain.plan import PROVEN_GAP
from provision.domain.problem import LAB, PUPIL_COMPUTER
from provision.errors import NoAnswer
from provision.model.highs import Effort, Outcome, minimise
from provision.model.pools import Pools
from provision.model.relaxed import Relaxed, root_bound
from provision.model.variables import Variables

POOLED = {
    "promises": (PROVEN_GAP / 4, 1_000),
    "missing": (PROVEN_GAP / 4, 1_000),
    "minimums": (PROVEN_GAP / 4, 400),
    "optional": (PROVEN_GAP / 4, 400),
    "money": (PROVEN_GAP * 0.9, 4_000),
}
"""The gap and the branch-and-bound nodes at which a search of the pooled program stops.

``missing`` is driven below what would be proven: what it leaves open, ``money`` would have to search again. Nodes
are limits that give the same plan on every machine, unlike a clock.
"""

FEWEST, MOST, WORK = 100, 20_000, 1_000_000
"""The nodes a search of the whole program may take: ``WORK`` by the number of decisions, within these bounds."""

LARGE = 1_000
"""The decisions above which a plan of several items is sought between its relaxation and the plan so far.

Measured on 95 schools, six items and 3,840 decisions: 28 s for all rungs where pools and the roots of their searches
took 105, and no rung's plan worse. A whole search of fairness took 16 s more and found no better.
"""

NODES = 60
"""The nodes of each search between the relaxation and the best plan so far; a better plan moves where the next is."""

FAR = 5e-4
"""The relative gap above which what is missing is sought in the whole program, for some seconds more."""

ROOTED = 10_000
"""The decisions up to which a bound is sought at the root of the whole program too: beyond it takes minutes."""

_WHOLE = 1e-6
"""How near to a whole number the relaxation's numbers count as that."""

NEAR = (0, 1, 2)
"""How far the schools may stray from what the pools buy of an option in a year: not at all, then a little."""


class Clock:
    """What is left of the scenario's seconds, each rung leaving some to those after it.

    Without that ``missing`` and ``money`` could take all of it, and the schools' shares would be left to chance.
    """

    def __init__(self, seconds: float) -> None:
        self._start, self._seconds = time.monotonic(), seconds

    def left(self, rung: str) -> float:
        """Return the seconds a search of a rung may take."""
        until = self._start + self._seconds * _UNTIL.get(rung, 1.0)
        return max(until - time.monotonic(), self._seconds * _AT_LEAST * (3 if rung == "fairness" else 1))


_UNTIL = {"promises": 0.15, "missing": 0.35, "minimums": 0.5, "optional": 0.55, "money": 0.7, "fairness": 0.95}
"""The share of the scenario's seconds by which a rung's search has ended."""

_AT_LEAST = 0.1
"""The share a search may take all the same, and fairness three of them: no early rung may leave a later one blind."""


def _aside(v: Variables, name: str) -> set[str]:
    """Return the decisions that bring nothing of what a rung counts; ``money`` counts them all."""
    return set(_each_aside(v, name)) if name in ("missing", "minimums", "optional") else set()


def _each_aside(v: Variables, name: str) -> Iterator[str]:
    """Return the same one by one, for who asks only whether there are any; ``money`` is not asked for."""

    def counts(item: str) -> bool:
        machine = item == PUPIL_COMPUTER or (item == LAB and v.problem.seats is not None)
        return machine if name != "minimums" else item != PUPIL_COMPUTER

    return (x.name for x, offer in v.decided if not any(counts(item) for (_, item, _), _ in offer.brings))


def freeze_what_is_aside(v: Variables, pools: Pools | None, name: str) -> Callable[[], None]:
    """Buy none of what ``missing`` does not count while it is sought; return what undoes this.

    Whatever else is bought only takes money from it, so that what is proven holds for the whole question; unless
    an earlier rung holds purchases already.
    """
    if name != "missing" or v.problem.rungs[0] != "missing":
        return lambda: None
    frozen: list[tuple[pulp.LpVariable, float | None]] = []
    for each in (v, pools.pooled) if pools is not None else (v,):
        aside = _aside(each, name)
        frozen += [(x, x.upBound) for x in each.counts if x.name in aside]
    for x, _ in frozen:
        x.upBound = x.lowBound

    def thaw() -> None:
        for x, most in frozen:
            x.upBound = most

    return thaw


def searches(
    v: Variables, name: str, pools: Pools | None, values: dict[str, float], clock: Clock
) -> Iterator[Outcome]:
    """Yield answers from the smallest program to the whole one; the reader stops at the first that is proven."""
    best = _counted(v, values)
    if _is_large(v):
        yield from _searches_between(v, name, best, clock)
        return
    if pools is not None:
        focused = name in ("minimums", "optional") and _has_things_aside(v)
        for narrow in (True, False) if focused else (False,):
            for outcome in _pooled_searches(pools, name, best, clock, narrow=narrow):
                best = _counted(v, best | outcome.values)
                yield outcome
    yield minimise(v.program, effort=Effort(PROVEN_GAP * 0.9, _nodes(v), clock.left(name)), start=best)


def _counted(v: Variables, values: Mapping[str, float]) -> dict[str, float]:
    """Return the values of what is counted, in whole numbers."""
    return {x.name: float(round(values[x.name])) for x in v.counts}


def _has_things_aside(v: Variables) -> bool:
    """Say whether there are both pupil computers and other items to decide about."""
    return all(any(_each_aside(v, name)) for name in ("minimums", "missing"))


def _is_large(v: Variables) -> bool:
    return v.problem.scenario.whole_machines and len(v.counts) > LARGE and _has_things_aside(v)


def _searches_between(v: Variables, name: str, best: dict[str, float], clock: Clock) -> Iterator[Outcome]:
    """Yield what the relaxation bounds, and plans whose every number lies between it and the best plan so far.

    Nearly all numbers of the relaxation are whole already, so that few are left to search. What is promised or
    missing is sought in the whole program as well where it may be far from its best; how thousands share fairly,
    first by what is bought for pupils alone.
    """
    relaxed = Relaxed(v.program, bare=name == v.problem.rungs[0])
    bound = max(relaxed.value, root_bound(v.program) if len(v.counts) <= ROOTED else -inf)
    yield Outcome({}, inf, bound, "nodes", 0.0)
    near, value = relaxed.values, inf
    first = [_beside_purchases(v)] if name == "fairness" and len(v.counts) > ROOTED else []
    for settled in (*first, *[frozenset[str]()] * (1 if name == "tie" else 2)):
        bounds = [(x, x.lowBound, x.upBound) for x in v.counts]
        for x, low, high in bounds:
            at = best[x.name] if x.name in settled else near[x.name]
            x.lowBound = max(low, min(floor(at + _WHOLE), best[x.name]))
            most = max(ceil(at - _WHOLE), best[x.name])
            x.upBound = most if high is None else min(high, most)
        try:
            found = minimise(v.program, effort=Effort(PROVEN_GAP / 10, NODES, clock.left(name)), start=best)
        except NoAnswer:  # the plan so far lies between, so that this is the clock alone
            break
        finally:
            for x, low, high in bounds:
                x.lowBound, x.upBound = low, high
        yield replace(found, bound=-inf)
        value = found.value
        if found.end == "time" or (not settled and _counted(v, found.values) == best):
            break
        best = _counted(v, found.values)
    far = value - bound > FAR * value
    if name in ("promises", "missing") and far and len(v.counts) <= ROOTED:
        yield minimise(v.program, effort=Effort(PROVEN_GAP * 0.9, _nodes(v), clock.left(name)), start=best)


def _beside_purchases(v: Variables) -> frozenset[str]:
    """Return the decisions other than purchases of what ``missing`` counts: moves too."""
    return frozenset(_aside(v, "missing")) | {x.name for x in (*v.give.values(), *v.take.values())}


def _nodes(v: Variables) -> int:
    """Return the nodes a search of the whole program may take: more where a node costs little, fewer where much."""
    return min(MOST, max(FEWEST, WORK // max(1, len(v.counts))))


def _pooled_searches(
    pools: Pools, name: str, start: dict[str, float], clock: Clock, *, narrow: bool
) -> Iterator[Outcome]:
    """Yield what the pooled program proves, with the best plan the schools can make of what it buys.

    ``narrow`` leaves what the rung does not count as it is: good plans soon, but nothing proven.
    """
    pools.aim(name)
    gap, nodes = POOLED[name]
    lifted = pools.lift(start)
    aside = _aside(pools.pooled, name) if narrow else set()
    fixed = [(x, x.lowBound, x.upBound) for x in pools.pooled.counts if x.name in aside]
    for x, _, _ in fixed:
        x.lowBound = x.upBound = lifted[x.name]
    try:
        effort = Effort(gap, nodes, clock.left(name))
        pooled = minimise(pools.pooled.program, effort=effort, start=lifted)
    except NoAnswer:  # what the schools buy always fits the pools, but for the solver's tolerance
        return
    finally:
        for x, low, high in fixed:
            x.lowBound, x.upBound = low, high
    bound = -inf if narrow else pooled.bound
    for near in NEAR:
        try:
            effort = Effort(PROVEN_GAP / 10, _nodes(pools.whole), clock.left(name))
            handed = minimise(pools.hand_down(pooled.values, near=near), effort=effort)
        except NoAnswer:  # the schools cannot buy just what the pools would: the pools' bound holds all the same
            yield replace(pooled, values={}, value=inf, bound=bound)
        else:
            yield replace(handed, bound=bound)
            return

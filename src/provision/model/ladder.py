"""The ladder: each rung is solved, then held while the next is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf

import pulp

from provision.domain.plan import Rung
from provision.domain.problem import LAB, PUPIL_COMPUTER
from provision.errors import NoAnswer
from provision.model.highs import Effort, Outcome, Relaxed, minimise
from provision.model.objectives import OBJECTIVES
from provision.model.offers import Place
from provision.model.pools import Pools, pool
from provision.model.rules import promised_terms
from provision.model.variables import Variables, expression, row_name

GAP = 1e-4
"""The relative gap up to which a rung counts as proven."""

POOLED = {
    "promises": (GAP / 4, 1_000),
    "missing": (GAP / 4, 1_500),
    "minimums": (GAP / 4, 400),
    "optional": (GAP / 4, 400),
    "money": (GAP * 0.9, 4_000),
}
"""The gap and the branch-and-bound nodes at which a search of the pooled program stops.

``missing`` is driven below what would be proven: what it leaves open, ``money`` would have to search again. Nodes
are limits that give the same plan on every machine, unlike a clock.
"""

WHOLE_NODES, WHOLE_WORK = 400, 1_000_000
"""The nodes a search of the whole program may take at least, and nodes times decisions where it is small."""

LARGE = 1_000
"""The decisions above which a plan of several items is searched at the root only once ``missing`` is held.

Measured on 95 schools and six items: the root finds what 50 nodes find; the linear program bounds it as closely, to
a thousandth; the whole search takes a fifth of a minute a rung more.
"""

NEAR = (0, 1, 2)
"""How far the schools may stray from what the pools buy of an option in a year: not at all, then a little."""

_SLIP = 1e-6
"""How far a held rung may slip, beside what its scenario allows: room for the solver's own tolerance."""

_SLIP_IN_FRACTIONS = 2e-7
"""The same where machines are fractions: more would show as a millionth of a machine missing."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ascent:
    """Where the ladder ended: values by variable name, the rungs, and whether a clock ended any search.

    ``before`` is the values before machines were shared fairly, None where that was not asked.
    """

    values: dict[str, float]
    rungs: tuple[Rung, ...]
    stopped_by_time: bool
    before: dict[str, float] | None


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
    values: dict[str, float] = {x.name: float(x.lowBound) for x in v.counts}
    before: dict[str, float] | None = None
    rungs: list[Rung] = []
    objectives: list[pulp.LpAffineExpression] = []
    slip = _SLIP if scenario.whole_machines else _SLIP_IN_FRACTIONS
    by_time = False
    for name in v.problem.rungs:
        progress(name)
        if name == "fairness":
            before = values
            if any(rung.name == "money" for rung in rungs):
                _hold_counts(v, values)
        thaw = _freeze_what_is_aside(v, pools, name)
        objective = OBJECTIVES[name](v)
        objectives.append(objective)
        v.program.setObjective(objective)
        if not objective:  # nothing this rung could decide
            rungs.append(Rung(name, 0.0, 0.0, 0.0))
            thaw()
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
        finally:
            thaw()
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
    return Ascent(values, tuple(reached), by_time, before)


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
        return max(until - time.monotonic(), self._seconds * _AT_LEAST)


_UNTIL = {"promises": 0.2, "missing": 0.4, "minimums": 0.6, "optional": 0.65, "money": 0.8, "fairness": 0.95}
"""The share of the scenario's seconds by which a rung's search has ended."""

_AT_LEAST = 0.05
"""The share a search may take all the same: what an early rung took too much of must not leave a later one blind."""


def _aside(v: Variables, name: str) -> set[str]:
    """Return the decisions that bring nothing of what a rung counts; ``money`` counts them all."""
    if name not in ("missing", "minimums", "optional"):
        return set()

    def counts(item: str) -> bool:
        machine = item == PUPIL_COMPUTER or (item == LAB and v.problem.seats is not None)
        return machine if name != "minimums" else item != PUPIL_COMPUTER

    return {x.name for x, offer in v.decided if not any(counts(item) for (_, item, _), _ in offer.brings)}


def _freeze_what_is_aside(v: Variables, pools: Pools | None, name: str) -> Callable[[], None]:
    """Buy none of what ``missing`` does not count while it is sought; return what undoes this.

    Whatever else is bought only takes money from it, so that what is proven holds for the whole question; unless
    promises hold purchases already.
    """
    if name != "missing" or v.broken:
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


def _searches(
    v: Variables, name: str, pools: Pools | None, values: dict[str, float], clock: _Clock
) -> Iterator[Outcome]:
    """Yield answers from the smallest program to the whole one; the reader stops at the first that is proven."""
    best = {x.name: float(round(values[x.name])) for x in v.counts}
    aside = bool(_aside(v, "minimums")) and bool(_aside(v, "missing"))
    large = aside and len(v.counts) > LARGE and name in ("minimums", "optional", "money")
    found = False
    if pools is not None:
        focused = name in ("minimums", "optional") and aside
        for narrow in (True, False) if focused and not large else (focused,):
            for outcome in _pooled_searches(pools, name, best, clock, narrow=narrow, large=large):
                best = {x.name: float(round(outcome.values.get(x.name, best[x.name]))) for x in v.counts}
                found = found or bool(outcome.values)
                yield outcome
    if large:
        yield Outcome({}, inf, Relaxed(v.program).value, "nodes", 0.0)
    if not (large and found):
        yield minimise(v.program, effort=Effort(GAP * 0.9, 1 if large else _nodes(v), clock.left(name)), start=best)


def _nodes(v: Variables) -> int:
    return max(WHOLE_NODES, WHOLE_WORK // max(1, len(v.counts)))


def _pooled_searches(
    pools: Pools, name: str, start: dict[str, float], clock: _Clock, *, narrow: bool, large: bool
) -> Iterator[Outcome]:
    """Yield what the pooled program proves, with the best plan the schools can make of what it buys.

    ``narrow`` leaves what the rung does not count as it is: good plans soon, but nothing proven. A ``large`` program
    is searched at its root only.
    """
    pools.aim(name)
    gap, nodes = POOLED[name]
    lifted = pools.lift(start)
    aside = _aside(pools.pooled, name) if narrow else set()
    fixed = [(x, x.lowBound, x.upBound) for x in pools.pooled.counts if x.name in aside]
    for x, _, _ in fixed:
        x.lowBound = x.upBound = lifted[x.name]
    try:
        effort = Effort(gap, 1 if large else nodes, clock.left(name))
        pooled = minimise(pools.pooled.program, effort=effort, start=lifted)
    except NoAnswer:  # what the schools buy always fits the pools, but for the solver's tolerance
        return
    finally:
        for x, low, high in fixed:
            x.lowBound, x.upBound = low, high
    bound = -inf if narrow else pooled.bound
    for near in NEAR:
        try:
            effort = Effort(GAP / 10, _nodes(pools.whole), clock.left(name))
            handed = minimise(pools.hand_down(pooled.values, near=near), effort=effort)
        except NoAnswer:  # the schools cannot buy just what the pools would: the pools' bound holds all the same
            yield replace(pooled, values={}, value=inf, bound=bound)
        else:
            yield replace(handed, bound=bound)
            return


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
    for key, variable in v.missing.items():
        tight[variable.name] = max(0.0, v.gap[key] - _brought(v, values, key))
    for key, variable in v.lacking.items():
        mandatory = tight[v.missing[key].name] if key in v.missing else 0.0
        tight[variable.name] = max(0.0, v.wider[key] - _brought(v, values, key) - mandatory)
    for key, variable in v.broken.items():
        kept = sum(n * values[x.name] for x, n in promised_terms(v).get(key, ()))
        tight[variable.name] = max(0.0, v.problem.promised[key] - kept)
    for (school, item, year, _), (variable, edge) in v.excess.items():
        tight[variable.name] = max(0.0, tight[v.missing[school, item, year].name] - edge)
    value = sum(coefficient * tight[x.name] for x, coefficient in objective.items())
    bound = max(0.0, min(rung.bound, value))  # no rung counts below nothing, also where a clock ended the search
    return Rung(rung.name, float(value), float(bound), relative_gap(value, bound))


def _brought(v: Variables, values: dict[str, float], place: Place) -> float:
    return sum(count * values[x.name] for x, count in v.brought.get(place, ()))

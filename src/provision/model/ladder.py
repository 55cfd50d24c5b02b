"""The ladder: each rung is solved, then held while the next is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pulp

from provision.domain.plan import PROVEN_GAP, Rung
from provision.errors import NoAnswer
from provision.model.highs import Outcome
from provision.model.objectives import OBJECTIVES
from provision.model.offers import Place
from provision.model.pools import pool
from provision.model.rules import promised_terms
from provision.model.searches import POOLED, Clock, freeze_what_is_aside, searches
from provision.model.variables import Variables, expression, row_name

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
    clock = Clock(scenario.time_limit)
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
        thaw = freeze_what_is_aside(v, pools, name)
        objective = OBJECTIVES[name](v)
        objectives.append(objective)
        v.program.setObjective(objective)
        if not objective:  # nothing this rung could decide
            rungs.append(Rung(name, 0.0, 0.0, 0.0))
            thaw()
            continue
        best: Outcome | None = None
        try:
            for outcome in searches(v, name, pools if name in POOLED else None, values, clock):
                best = outcome if best is None else _better(best, outcome)
                by_time = by_time or outcome.end == "time"
                if relative_gap(best.value, best.bound) <= PROVEN_GAP:
                    break
        except NoAnswer as nothing:
            if best is None and not rungs:
                raise
            by_time = by_time or nothing.by_time
        finally:
            thaw()
        if best is None or not best.values:
            if not rungs:
                raise NoAnswer("no_answer", status=name)
            # this rung found nothing: the plan so far stands, and says how little is known
            rungs.append(Rung(name, 0.0, 0.0, 0.0))
            continue
        values = best.values
        rungs.append(Rung(name, best.value, best.bound, relative_gap(best.value, best.bound)))
        # with a hold, what is missing may be said to be more than it is, and what comes after it less
        told = max(best.value, reached(v, values, rungs[-1], objective).value)
        most = told + scenario.hold * abs(told) + slip * (1 + abs(told) / 1000)
        v.program.addConstraint(objective <= most, row_name("hold", name))
        if pools is not None and name in POOLED:
            pools.hold(name, most)
    if scenario.whole_machines:
        values = values | {x.name: float(round(values[x.name])) for x in v.counts}
    ended = (reached(v, values, r, o) for r, o in zip(rungs, objectives, strict=True))
    return Ascent(values, tuple(ended), by_time, before)


def relative_gap(value: float, bound: float) -> float:
    """Return how far a value may be from the best there is, as a share of the value; 0 where it is the best."""
    return 0.0 if value - bound <= 1e-6 else (value - bound) / max(abs(value), 1e-9)


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


def reached(v: Variables, values: dict[str, float], rung: Rung, objective: pulp.LpAffineExpression) -> Rung:
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

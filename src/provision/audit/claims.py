"""What a plan claims of itself, checked: each rung's value from the purchases, its gap from its bound, the status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from provision.audit.bound import bound_on_missing, unpaid_of
from provision.audit.given import promises_of
from provision.audit.ledger import bought, moved, once, owned
from provision.audit.reckoning import (
    PUPIL_COMPUTER,
    Audit,
    Found,
    Key,
    coming_of,
    fading,
    need_of,
    owner,
    planned,
    serves_of,
    slack,
    working_years,
    years_of,
)

_PROVEN = 1e-4
_NEAR = 1e-3
"""Absolute difference up to which a rung's value is what the purchases come to: the solver's numbers are floats."""


def climb_the_ladder(plan: Any, problem: Any) -> Found:
    """Every rung of the scenario's ladder is told once, in order, with a bound below its value and their gap."""
    names = tuple(r.name for r in plan.rungs)
    if names != tuple(problem.rungs):
        yield "rungs", ", ".join(names), ", ".join(problem.rungs)
    for r in plan.rungs:
        if not all(map(isfinite, (r.value, r.gap))) or r.bound != r.bound or r.bound > r.value + 1e-6:
            yield (r.name, "bound"), r.bound, f"at most {r.value}"
            continue
        gap = 0.0 if r.value - r.bound <= 1e-6 else (r.value - r.bound) / max(abs(r.value), 1e-9)
        if abs(gap - r.gap) > 1e-9 * max(1.0, gap):
            yield (r.name, "gap"), r.gap, gap


def reach_what_is_told(plan: Any, problem: Any) -> Found:
    """Each rung's value is what the plan's own purchases and transfers come to."""
    for r in plan.rungs:
        if r.name not in _VALUES:
            yield (r.name, "name"), r.name, ", ".join(_VALUES)
            continue
        right = float(rung_value(r.name, plan, problem))
        near = (
            _NEAR if problem.scenario.whole_machines else 100 * _NEAR
        )  # six decimals, in bands that weigh up to 256
        if not abs(right - r.value) <= near + 1e-6 * abs(right):
            yield (r.name, "value"), r.value, right


def claim_what_holds(plan: Any, problem: Any) -> Found:
    """A plan is called proven where every gap is closed and missing is within one machine, else feasible.

    What it says of sharing fairly and of the look beyond the horizon is possible at all.
    """
    closed = all(r.gap <= _PROVEN for r in plan.rungs)
    near = all(r.value - r.bound < 1 for r in plan.rungs if r.name == "missing")
    right = "proven" if closed and near else "feasible"
    if plan.status != right:
        yield "status", plan.status, right
    shared = any(r.name == "fairness" for r in plan.rungs)
    part = any(path.startswith("share/") for path in problem.scenario.overrides)  # of a plan of several units
    if (plan.starved_before is not None) != shared and not (part and plan.starved_before is None):
        yield "starved_before", plan.starved_before, "a number" if shared else "nothing"
    if not 0 <= plan.tail_cost <= float(plan.totals["missing"]) + _NEAR:
        yield "tail_cost", plan.tail_cost, f"from 0 to {plan.totals['missing']}"


def certify_the_bound(plan: Any, problem: Any) -> Found:
    """The certificate tells what is missing, and what every plan misses at least, as its own numbers prove it.

    Where machines are fractions a plan is rounded, and may miss so much less.
    """
    told = plan.certificate
    missing = missing_value(plan, problem, left_open(plan, problem))
    bound = bound_on_missing(told.duals, problem, unpaid=unpaid_of(plan, problem))
    for name, value in (("missing", missing), ("bound", bound)):
        if getattr(told, name) != value:
            yield name, getattr(told, name), value
    most = missing + slack(problem) * (1 + len(plan.purchases))
    if bound > most:
        yield "bound", bound, f"at most {most}"


CLAIMS: tuple[Audit, ...] = (climb_the_ladder, reach_what_is_told, claim_what_holds, certify_the_bound)


def rung_value(name: str, plan: Any, problem: Any) -> Fraction:
    """Return what a plan's purchases and transfers come to by a rung of the ladder, in the rung's own unit."""
    return _VALUES[name](plan, problem, left_open(plan, problem))


Left = Mapping[Key, tuple[Any, Any]]
"""What of mandatory and of optional need is missing, by owner, item and year of the horizon and of the tail."""


@once
def left_open(plan: Any, problem: Any) -> Left:
    """Return what is missing wherever there is a need, in the horizon and in each item's tail after it."""
    stock, came, net = owned(plan, problem), bought(plan, problem), moved(plan, problem)
    left = {}
    for school, item in sorted({(s, i) for s, i, _ in problem.demand}):
        for year in years_of(problem, item):
            key = (school, item, year)
            need, optional, _ = need_of(problem, *key)
            have = stock[key] + came[key] + net[key]
            missing = min(need, max(0, need - have))  # also where more was given than is there
            left[key] = (missing, max(0, need + optional - have) - missing)
    return left


def _promises_value(plan: Any, problem: Any, _left: Left) -> Fraction:
    """Return the items promised by an earlier plan that are not bought."""
    return Fraction(sum(broken for _, _, broken in promises_of(plan, problem).values()))


def missing_value(_plan: Any, problem: Any, left: Left) -> Fraction:
    """Return machine-years missing, or those of the pupils they would serve, fading after the horizon."""
    by_year: Counter[int] = Counter()
    for (school, item, year), (missing, _) in left.items():
        if missing and item == PUPIL_COMPUTER:
            by_year[year] += missing * serves_of(problem, school, year)
    return _faded(by_year, problem)


def _minimums_value(_plan: Any, problem: Any, left: Left) -> Fraction:
    """Return the years of other items missing, each by the weight of its item, fading after the horizon."""
    by_year: Counter[int] = Counter()
    for (_, item, year), (missing, _) in left.items():
        if missing and item != PUPIL_COMPUTER:
            by_year[year] += problem.weights[item] * missing
    return _faded(by_year, problem)


def _optional_value(_plan: Any, problem: Any, left: Left) -> Fraction:
    """Return machine-years missing in grades taught "as conditions allow", fading after the horizon."""
    by_year: Counter[int] = Counter()
    for (_, item, year), (_, optional) in left.items():
        by_year[year] += optional if item == PUPIL_COMPUTER else 0
    return _faded(by_year, problem)


def _faded(by_year: Counter[int], problem: Any) -> Fraction:
    """Return the sum of what is missing by year, fading after the horizon."""
    return sum((fading(problem, year) * missing for year, missing in by_year.items()), Fraction(0))


def _money_value(plan: Any, problem: Any, _left: Left) -> Fraction:
    """Return the million VND spent, less the share of each purchase that outlives the horizon.

    Freight is spent whole; where a scenario reserves upkeep, so is that of what is bought. Years carried out are
    no longer a choice and do not count.
    """
    prices: Counter[tuple[str, int]] = Counter()
    total = Fraction(sum(t.cost for t in plan.transfers))
    for p in planned(plan, problem):
        prices[p.option, p.year] += p.unit_price * p.quantity
        if problem.scenario.upkeep == "reserve":
            works = working_years(problem, p.option, p.year)
            years = sum(y in works and owner(problem, p.school, y) is not None for y in problem.years)
            total += problem.options[p.option].upkeep * p.quantity * years
    for (option, year), spent in prices.items():
        works = working_years(problem, option, year)
        total += spent * (1 - Fraction(min(len(works), max(0, works[-1] - problem.years[-1])), len(works)))
    return total / 1_000_000


def _fairness_value(_plan: Any, problem: Any, left: Left) -> Fraction:
    """Return machines missing above each tenth of a school's need, each band weighing double the one below."""
    total = Fraction(0)
    for (school, item, year), (missing, _) in left.items():
        if missing and item == PUPIL_COMPUTER and year <= problem.years[-1]:
            need, _, _ = need_of(problem, school, item, year)
            up, down = problem.priority[school].as_integer_ratio()
            edges = (tenth * need * down // (10 * up) for tenth in range(1, 10))
            total += sum(2**band * max(0, missing - edge) for band, edge in enumerate(edges))
    return total


def _tie_value(plan: Any, problem: Any, _left: Left) -> Fraction:
    """Return purchases weighed by how late they are, then by option, then by school, in code order; moves likewise.

    What must come with others is no choice of its own and does not count.
    """
    schools = sorted({school for school, _ in problem.open_schools})
    rank = {code: Fraction(n, 10 * len(schools)) for n, code in enumerate(schools, start=1)}
    options = {code: Fraction(n, 10) for n, code in enumerate(sorted(problem.options), start=1)}
    coming, first = coming_of(plan, problem), problem.years[0]
    late: Counter[int] = Counter()
    ways: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for p in planned(plan, problem):
        chosen = p.quantity - coming[p.school, p.option, p.year]
        late[p.year] += chosen
        ways[p.option] += chosen
        places[p.school] += chosen
    total = Fraction(sum((year - first) * chosen for year, chosen in late.items()))
    total += sum(options[option] * chosen for option, chosen in ways.items())
    total += sum(rank[school] * chosen for school, chosen in places.items())
    for t in plan.transfers:
        total += (1 + t.year - first + rank.get(t.giver, 0) + rank[t.taker]) * Fraction(t.quantity)
    return total


_VALUES: Mapping[str, Callable[[Any, Any, Left], Fraction]] = {
    "promises": _promises_value,
    "missing": missing_value,
    "minimums": _minimums_value,
    "optional": _optional_value,
    "money": _money_value,
    "fairness": _fairness_value,
    "tie": _tie_value,
}

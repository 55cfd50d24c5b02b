"""What a plan was given to keep: years carried out, purchases a planner fixed, promises of an earlier plan."""

from __future__ import annotations

from collections import Counter
from typing import Any

from provision.audit.reckoning import Found, companions_in, is_fact


def keep_to_the_facts(plan: Any, problem: Any) -> Found:
    """In years carried out the plan tells exactly what was bought, and moves nothing."""
    told: Counter[tuple[str, str, int]] = Counter()
    for p in plan.purchases:
        if is_fact(problem, p.year):
            told[p.school, p.option, p.year] += p.quantity
    for key in sorted(told.keys() | problem.facts.keys()):
        right = problem.facts[key].quantity if key in problem.facts else 0
        if told[key] != right:
            yield key, told[key], right
    for t in plan.transfers:
        if is_fact(problem, t.year):
            yield (t.giver, t.taker, t.item, t.year), t.quantity, "no transfer in a year carried out"


def keep_to_the_locks(plan: Any, problem: Any) -> Found:
    """Where a planner fixed how many to buy, so many are bought; of what must come with others, at least so many."""
    bought: Counter[tuple[str, str, int]] = Counter()
    for p in plan.purchases if problem.locks else ():
        bought[p.school, p.option, p.year] += p.quantity
    for key, count in sorted(problem.locks.items()):
        _, option, year = key
        if option in companions_in(problem, year):
            if bought[key] < count:
                yield key, bought[key], f"at least {count}"
        elif bought[key] != count:
            yield key, bought[key], count


def keep_promises(plan: Any, problem: Any) -> Found:
    """Every promise of an earlier plan is told, with what is bought of it and how far it is broken."""
    rows = {(r.school, r.item, r.year): r for r in plan.promises}
    if len(rows) != len(plan.promises):
        yield "promises", len(plan.promises), len(rows)
    right = promises_of(plan, problem)
    for key in sorted(rows.keys() ^ right.keys()):
        yield key, "a row" if key in rows else "no row", "a row" if key in right else "no row"
    for key in sorted(rows.keys() & right.keys()):
        for name, value in zip(("promised", "planned", "broken"), right[key], strict=True):
            if getattr(rows[key], name) != value:
                yield (*key, name), getattr(rows[key], name), value


def promises_of(plan: Any, problem: Any) -> dict[tuple[str, str, int], tuple[int, Any, Any]]:
    """Return what was promised, what is bought and what is broken, in items by school, item and year."""
    bought: Counter[tuple[str, str, int]] = Counter()
    for p in plan.purchases if problem.promised else ():
        bought[p.school, p.item, p.year] += p.quantity
    return {key: (count, bought[key], max(0, count - bought[key])) for key, count in problem.promised.items()}

"""What does it cost to decide some cells by hand? The same question without them, side by side."""

from __future__ import annotations

from provision.domain.plan import Plan
from provision.text import Words


def price_of_cells(changed: Plan, free: Plan, words: Words) -> str:
    """Return one sentence: the machine-years and VND by which a plan with cells changed differs from one without.

    Both are plans of the same kind: in fractions of machines, or in whole ones.
    """
    rungs = [{r.name: r.bound for r in plan.rungs} for plan in (changed, free)]
    missing = rungs[0].get("missing", 0.0) - rungs[1].get("missing", 0.0)
    cost = changed.totals["cost"] - free.totals["cost"]
    said = [
        words("locks.more" if missing > 0 else "locks.fewer", machines=words.number(abs(missing), 1))
        if abs(missing) >= 0.05
        else words("locks.same"),
        words("locks.dearer" if cost > 0 else "locks.cheaper", cost=words.money(abs(cost)))
        if abs(cost) >= 50_000
        else words("locks.same_cost"),
    ]
    return words("locks.price", missing=said[0], cost=said[1])

"""A plan under audit, with what it comes to: reckoned once, however many rules ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from provision.audit.reckoning import Key, bought_of, moved_of, owner, stock_of, upkeep_of

_Sum = TypeVar("_Sum")
_Reckoning = Callable[[Any, Any], _Sum]


class Ledger:
    """A plan as it is, that remembers what was reckoned from it for one problem."""

    def __init__(self, plan: Any) -> None:
        """Open the ledger of a plan; nothing is reckoned yet."""
        self.plan = plan
        self.known: dict[_Reckoning[Any], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plan, name)


def once(reckon: _Reckoning[_Sum]) -> _Reckoning[_Sum]:
    """Return a reckoning of a plan and its problem that is done once for each ledger; what it gives is only read."""

    @wraps(reckon)
    def known(plan: Any, problem: Any) -> _Sum:
        if not isinstance(plan, Ledger):
            return reckon(plan, problem)
        if reckon not in plan.known:
            plan.known[reckon] = reckon(plan, problem)
        found: _Sum = plan.known[reckon]
        return found

    return known


@once
def owned(_plan: Any, problem: Any) -> Counter[Key]:
    """Return what of the opening stock works, by owner, in horizon and tail."""
    return stock_of(problem, owner)


@once
def bought(plan: Any, problem: Any) -> Counter[Key]:
    """Return what of all purchases works, by owner, in horizon and tail."""
    return bought_of(problem, plan.purchases)


@once
def carried_out(plan: Any, problem: Any) -> Counter[Key]:
    """Return what of the purchases of years carried out works, by owner, in horizon and tail."""
    until = problem.frozen_until
    return bought_of(problem, () if until is None else [p for p in plan.purchases if p.year <= until])


@once
def moved(plan: Any, problem: Any) -> Counter[Key]:
    """Return the moved machines that work, received less given, by owner, in horizon and tail."""
    return moved_of(problem, plan.transfers)


@once
def upkeep(plan: Any, problem: Any) -> dict[Key, int]:
    """Return what keeping all there is running costs in whole VND, by owner, item and year of the horizon."""
    return upkeep_of(problem, plan.purchases, problem.cohorts, plan.transfers)

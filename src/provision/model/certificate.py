"""The least that can be missing in fractions of machines, what each row is worth to it, the proof made of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from provision.audit.bound import bound_on_missing, unpaid_of
from provision.audit.claims import left_open, missing_value
from provision.audit.worth import PRICED, SCALE
from provision.domain.certificate import Certificate
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.model.objectives import missing
from provision.model.relaxed import Relaxed
from provision.model.rules import state
from provision.model.variables import Variables, declare

_BY_ITEM = frozenset(PRICED) - {"spend_within_budget", "fit_the_rooms"}
"""The rules whose rows hold for one item, which is the second of what they hold for."""


@dataclass(frozen=True)
class Relaxation:
    """The linear program of ``missing`` with every rule, solved; ``rows`` says what each row holds for, by its name.

    ``relaxed`` is None where nothing can be missing.
    """

    relaxed: Relaxed | None
    rows: Mapping[str, tuple[str, tuple[Any, ...]]]

    def duals(self) -> dict[str, dict[tuple[Any, ...], int]]:
        """Return what rows are worth in whole parts of ``SCALE``, by rule; absent is what is worth nothing.

        More need adds to what is missing, more of anything else takes off.
        """
        found: dict[str, dict[tuple[Any, ...], int]] = {rule: {} for rule in PRICED}
        for name, dual in (self.relaxed.duals if self.relaxed else {}).items():
            rule, key = self.rows[name]
            worth = round((dual if rule == "cover_need" else -dual) * SCALE)
            if worth and rule in found and (rule not in _BY_ITEM or key[1] == PUPIL_COMPUTER):
                found[rule][key] = worth
        return found


def relax(v: Variables) -> Relaxation:
    """Return the relaxation of a problem, no rung held before ``missing``.

    Purchases are not bounded by what could be of use: it would be worth something that is worth nothing.
    """
    fresh = replace(declare(v.problem), most_unpaid=v.most_unpaid)
    rows = state(fresh)
    for key, variable in fresh.buy.items():
        if key not in v.problem.locks:
            variable.upBound = None
    fresh.program.setObjective(missing(fresh))
    return Relaxation(Relaxed(fresh.program) if fresh.missing else None, rows)


def certify(plan: Plan, duals: Mapping[str, Mapping[tuple[Any, ...], int]]) -> Certificate:
    """Return the certificate of a plan: exact numbers, reckoned by the audit from the dual values."""
    problem = plan.problem
    bound = bound_on_missing(duals, problem, unpaid=unpaid_of(plan, problem))
    return Certificate(missing_value(plan, problem, left_open(plan, problem)), bound, duals)

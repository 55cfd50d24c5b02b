"""What a right plan is, without the solver: one function a rule, whole numbers, the standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provision.audit.claims import CLAIMS
from provision.audit.idle import leave_no_money_idle
from provision.audit.ledger import Ledger
from provision.audit.reckoning import Audit
from provision.audit.rules import GATES, RULES

AUDITS: tuple[Audit, ...] = (*RULES, *CLAIMS, leave_no_money_idle)
"""Every promise a plan makes: the rules it keeps, then what it claims of itself."""

__all__ = ["AUDITS", "Breach", "audit_plan"]


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken promise: the rule, where, what the plan says and what is right."""

    rule: str
    where: str
    says: str
    right: str

    def __str__(self) -> str:
        return f"{self.rule} [{self.where}]: {self.says} != {self.right}"


def audit_plan(plan: Any, problem: Any) -> tuple[Breach, ...]:
    """Return every broken promise of a plan; none is a right plan.

    Where a purchase or transfer names what the problem does not know, only that is told: the sums could not be
    trusted.
    """
    found: list[Breach] = []
    ledger = Ledger(plan)
    for rule in AUDITS:
        found.extend(
            Breach(rule.__name__, _place(w), str(says), str(right)) for w, says, right in rule(ledger, problem)
        )
        if rule in GATES and found:
            break
    return tuple(found)


def _place(where: object) -> str:
    return ", ".join(map(str, where)) if isinstance(where, tuple) else str(where)

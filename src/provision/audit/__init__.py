"""What a right plan is, without the solver: one function a rule, whole numbers, the standard library only."""

from provision.audit.rules import AUDITS, Breach, audit_plan

__all__ = ["AUDITS", "Breach", "audit_plan"]

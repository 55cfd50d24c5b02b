"""Plan which school gets how many computers in which year, from whose money, and prove it to a council.

    >>> import provision
    >>> inputs = provision.load("data/bac-giang")
    >>> roadmap = provision.read_roadmap("hiep-hoa-2017")
    >>> problem = provision.pose(inputs, ["hiep-hoa"], roadmap, provision.Scenario(budget_factor=0.7))
    >>> plan = provision.solve(problem)
    >>> provision.save_plan(plan, inputs, "plans/cut")

Nothing is imported before it is used: ``import provision`` is quick, and checking a plan never loads the solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provision.audit import audit_plan as audit_plan
    from provision.domain.scenario import Scenario as Scenario
    from provision.intake import load as load
    from provision.intake import read_roadmap as read_roadmap
    from provision.intake import read_scenario as read_scenario
    from provision.model import solve as solve
    from provision.posing import pose as pose
    from provision.questions.answer import answer as answer
    from provision.questions.verify import verify as verify
    from provision.store import open_plan as open_plan
    from provision.store import save_plan as save_plan
    from provision.text import Words as Words

_HOME = {
    "Scenario": "provision.domain.scenario",
    "Words": "provision.text",
    "answer": "provision.questions.answer",
    "audit_plan": "provision.audit",
    "load": "provision.intake",
    "open_plan": "provision.store",
    "pose": "provision.posing",
    "read_roadmap": "provision.intake",
    "read_scenario": "provision.intake",
    "save_plan": "provision.store",
    "solve": "provision.model",
    "verify": "provision.questions.verify",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'provision' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

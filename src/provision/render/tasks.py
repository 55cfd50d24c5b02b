"""What a batch is made of: the order, and its tasks, each one folder made whole by whoever has time for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from provision.store.standing import LIST

PROVINCE = "province"
"""The folder of what all units come to together."""

TOGETHER = "together"
"""The folder of the plans that were made for several units at once."""

RESERVED = (PROVINCE, TOGETHER, LIST)
"""Codes no unit of a batch may have: what lies beside the units' folders."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a batch.

    ``stamp`` is the hash of the data, so that nobody goes on with what was read before; ``code`` that of the library.
    """

    data: Path
    roadmap: str | None
    language: str
    out: Path
    mapping: str | None = None
    asks: tuple[str, ...] = ()
    second_opinion: bool = False
    stamp: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """Several units planned as one under a scenario, which is read by ``scenario`` and filed under its ``name``."""

    order: Order
    units: tuple[str, ...]
    scenario: str
    name: str

    @property
    def folder(self) -> Path:
        """Return the folder of the plan."""
        return self.order.out / self.name / TOGETHER / self.units[0]


@dataclass(frozen=True, slots=True)
class Task:
    """One unit's plan and report under a scenario; ``joint`` is what it is a part of, ``called`` the unit's name.

    ``is_planned`` says that the plan lies there whole, so that the report alone is made.
    """

    order: Order
    unit: str
    scenario: str
    name: str
    called: str = ""
    joint: Joint | None = None
    is_planned: bool = False

    @property
    def folder(self) -> Path:
        """Return the folder the report goes to."""
        return self.order.out / self.name / self.unit


@dataclass(frozen=True, slots=True)
class RollUp:
    """What all units come to under a scenario; ``listed`` is each task, and why there is no plan, if so."""

    order: Order
    name: str
    listed: tuple[tuple[Task, str], ...]

    @property
    def folder(self) -> Path:
        """Return the folder of the report."""
        return self.order.out / self.name / PROVINCE


AnyTask = Joint | Task | RollUp


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a task: made, kept since nothing had changed, or not made, for a reason in words."""

    task: AnyTask
    failure: str = ""
    kept: bool = False

    @property
    def what(self) -> str:
        """What was made, for a line of the log: units and scenario."""
        match self.task:
            case Joint(units=units, name=name):
                return f"{'+'.join(units)}, {name}"
            case Task(unit=unit, name=name):
                return f"{unit}, {name}"
            case RollUp(name=name):
                return f"{PROVINCE}, {name}"


def row_of(listed: tuple[Task, str]) -> tuple[str, str, str, str, str]:
    """Return a unit's row of a scenario's list, with folders as they are called from the scenario's."""
    task, why = listed
    joint = "" if why or task.joint is None else f"{TOGETHER}/{task.joint.folder.name}"
    return task.unit, task.called, "" if why else task.unit, joint, why

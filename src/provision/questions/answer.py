"""One question, answered: the solved folder where there is one, else a plan made now."""

from __future__ import annotations

from pathlib import Path

from provision.domain.plan import Plan
from provision.intake import load, read_roadmap, read_scenario
from provision.posing import default_roadmap, pose


def answer(
    data: str,
    unit: str,
    scenario: str = "base",
    *,
    plan: str | None = None,
    roadmap: str | None = None,
    mapping: str | None = None,
) -> Plan:
    """Return the plan of one unit and scenario: read from the folder ``plan`` where given, else solved.

    Raises
    ------
    ProvisionError, FaultyInput
        Where data, roadmap, scenario or folder cannot be read.

    """
    if plan:
        from provision.store import open_plan

        return open_plan(plan).plan
    from provision.model import solve  # the solver is loaded only where it is needed

    inputs = load(data, mapping=mapping)
    units = list(inputs.units) if unit == "all" else unit.split(",")
    pack = read_roadmap(roadmap or default_roadmap(inputs, units))
    return solve(pose(inputs, units, pack, read_scenario(Path(data), scenario)))

"""A plan folder -> the plan, its problem posed again from the folder's own inputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from provision.domain.inputs import Inputs
from provision.domain.plan import Plan, Rung, with_clock
from provision.domain.roadmap import Roadmap
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import load, read_roadmap, read_scenario
from provision.intake.tables import read_table
from provision.posing import pose
from provision.store.certificate import read_certificate
from provision.store.columns import PLAN_TABLES, nouns_of
from provision.store.summary import read_summary


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan read back, the inputs and the roadmap it rests on, and its summary and certificate as written."""

    plan: Plan
    inputs: Inputs
    roadmap: Roadmap
    summary: dict[str, Any]
    proof: dict[str, Any]
    folder: Path


def open_plan(folder: str | Path) -> Opened:
    """Read a plan folder; its problem is posed from its own inputs, without the solver.

    Raises
    ------
    ProvisionError
        Where the folder is no plan folder.
    FaultyInput
        With every cell of its tables or inputs that cannot be read.

    """
    root = Path(folder)
    summary = read_summary(root)
    faults: list[Fault] = []
    parts: dict[str, Any] = {
        part: nouns_of(read_table(root / f"{table.name}.csv", table, faults).rows, table, noun)
        for table, (part, noun) in PLAN_TABLES.items()
    }
    if faults:
        raise FaultyInput(faults)
    certificate, proof = read_certificate(root)
    inputs = load(root / "inputs", part=True)
    roadmap = _roadmap(root / "inputs" / "roadmap", summary["roadmap"]["id"])
    scenario = read_scenario(root / "inputs", str(root / "scenario.toml"))
    problem = pose(inputs, summary["units"], roadmap, scenario)
    plan = Plan(
        problem=problem,
        status=summary["status"],
        reproducible=summary["reproducible"],
        rungs=tuple(Rung(r["name"], r["value"], r["bound"], r["gap"]) for r in summary["rungs"]),
        **parts,
        totals=MappingProxyType(summary["totals"]),
        tail_cost=summary["tail"]["cost_at_most"],
        starved_before=summary["fairness"]["starved_before"],
        optional_cost=summary["optional"]["cost"],
        certificate=certificate,
        warnings=with_clock(problem, reproducible=summary["reproducible"]),
    )
    return Opened(plan, inputs, roadmap, summary, proof, root)


def _roadmap(folder: Path, code: str) -> Roadmap:
    """Return a plan's own pack: one of that name elsewhere is not what the plan was made from."""
    own = sorted(path.stem for path in folder.glob("*.toml"))
    if code not in own:
        raise ProvisionError("roadmap_unknown", roadmap=code, known=", ".join(own))
    return read_roadmap(code, folder=folder)

"""A plan folder -> the plan, its problem posed again from the folder's own inputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from provision.domain.inputs import Inputs
from provision.domain.plan import Coverage, Payment, Plan, Purchase, Rung, Spending, with_clock
from provision.errors import Fault, FaultyInput
from provision.intake import load, read_roadmap, read_scenario
from provision.intake.columns import Table
from provision.intake.tables import Record, read_table
from provision.posing import pose
from provision.store.columns import COVERAGE, NOT_BUILT, PAYMENTS, PURCHASES, SPENDING
from provision.store.summary import read_summary


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan read back, the inputs it rests on, and its summary as written."""

    plan: Plan
    inputs: Inputs
    summary: dict[str, Any]
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
    purchases = _rows(root, PURCHASES, faults)
    payments = _rows(root, PAYMENTS, faults)
    coverage = _rows(root, COVERAGE, faults)
    spending = _rows(root, SPENDING, faults)
    for table in NOT_BUILT:
        if rows := _rows(root, table, faults):
            faults.append(Fault("table_not_built", f"{table.name}.csv", rows[0].row))
    if faults:
        raise FaultyInput(faults)
    inputs = load(root / "inputs")
    roadmap = read_roadmap(summary["roadmap"]["id"], folder=root / "inputs" / "roadmap")
    scenario = read_scenario(root / "inputs", str(root / "scenario.toml"))
    problem = pose(inputs, summary["units"], roadmap, scenario)
    plan = Plan(
        problem=problem,
        status=summary["status"],
        reproducible=summary["reproducible"],
        rungs=tuple(Rung(r["name"], r["value"], r["bound"], r["gap"]) for r in summary["rungs"]),
        purchases=tuple(
            Purchase(
                r["school_id"], r["school_year"], r["option"], r["item"], r["quantity"], r["unit_price"], r["cost"]
            )
            for r in purchases
        ),
        payments=tuple(
            Payment(_fund(r), r["school_year"], r["school_id"], r["kind"], r["option"], r["item"], r["amount"])
            for r in payments
        ),
        coverage=tuple(
            Coverage(
                r["school_id"],
                r["school_year"],
                r["item"],
                r["need"],
                r["optional_need"],
                r["stock"],
                r["bought"],
                r["moved"],
                r["have"],
                r["missing"],
                r["optional_missing"],
                r["pupils"],
                r["pupils_without"],
            )
            for r in coverage
        ),
        spending=tuple(
            Spending(_fund(r), r["school_year"], r["budget"], r["carried_in"], r["spent"], r["carried_out"])
            for r in spending
        ),
        totals=MappingProxyType(summary["totals"]),
        tail_cost=summary["tail"]["cost_at_most"],
        warnings=with_clock(problem, reproducible=summary["reproducible"]),
    )
    return Opened(plan, inputs, summary, root)


def _fund(r: Record) -> tuple[str, str]:
    return (r["unit"] or "", r["fund"])


def _rows(root: Path, table: Table, faults: list[Fault]) -> tuple[Record, ...]:
    return read_table(root / f"{table.name}.csv", table, faults).rows

"""A plan -> its folder: the answer, the rows it rests on, and the scenario that makes it again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import tomli_w

from provision.domain.inputs import Inputs
from provision.domain.plan import Plan
from provision.domain.problem import Problem
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.intake.columns import TABLES, Table
from provision.intake.packs import pack_files
from provision.intake.weights import WEIGHTS
from provision.store.atomic import refuse_filled, whole_folder, write_whole
from provision.store.certificate import CERTIFICATE, certificate_of
from provision.store.columns import PLAN_TABLES, row_of
from provision.store.fingerprints import hashes_of
from provision.store.summary import MARK, OURS, summary_of


def save_plan(plan: Plan, inputs: Inputs, folder: str | Path, *, roadmap: str | None = None) -> Path:
    """Write a plan folder, whole or not at all, and return it.

    ``roadmap`` is the name or path the pack was read by; by default its id.

    Raises
    ------
    ProvisionError
        Where the folder holds something that is not a plan, or cannot be written.

    """
    target = Path(folder)
    try:
        with whole_folder(target, mark=MARK, ours=OURS) as beside:
            write_plan(plan, inputs, beside, roadmap=roadmap)
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(target), reason=str(error)) from None
    return target


def write_plan(plan: Plan, inputs: Inputs, folder: Path, *, roadmap: str | None = None) -> None:
    """Write a plan's files into a folder that is there; ``save_plan`` makes them appear whole."""
    packs = pack_files(roadmap or plan.problem.roadmap.code)
    hashes = _write_inputs(plan, inputs, packs, folder / "inputs")
    (folder / "scenario.toml").write_text(scenario_toml(plan.problem.scenario), encoding="utf-8")
    for table, (part, _) in PLAN_TABLES.items():
        rows = (row_of(noun, table) for noun in getattr(plan, part))
        (folder / f"{table.name}.csv").write_text(_csv(table, rows), encoding="utf-8", newline="")
    summary = json.dumps(summary_of(plan, hashes), ensure_ascii=False, indent=2)
    (folder / MARK).write_text(summary + "\n", encoding="utf-8")
    proof = json.dumps(certificate_of(plan, hashes_of(folder)), ensure_ascii=False, indent=1)
    (folder / CERTIFICATE).write_text(proof + "\n", encoding="utf-8")


def save_tables(inputs: Inputs, folder: Path) -> Path:
    """Write the input tables and weights as they were read into a new folder, whole or not at all, and return it.

    Raises
    ------
    ProvisionError
        Where the folder is there and holds anything, or cannot be written.

    """
    refuse_filled(folder)
    try:
        with whole_folder(folder, mark="units.csv", ours=frozenset()) as beside:
            _write_tables(inputs.tables, beside)
            _write_weights(inputs.weights, beside)
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(folder), reason=str(error)) from None
    return folder


def scenario_toml(scenario: Scenario) -> str:
    """Return a scenario as TOML with its name and every lever that is not blank."""
    return tomli_w.dumps({k: v for k, v in scenario.flat().items() if v is not None})


def save_scenario(scenario: Scenario, path: Path) -> Path:
    """Write a scenario as a TOML file, whole or not at all, and return its path; its name is the file's.

    Raises
    ------
    ProvisionError
        Where the file cannot be written.

    """
    try:
        write_whole(path, scenario_toml(replace(scenario, name=path.stem)).encode("utf-8"))
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(path), reason=str(error)) from None
    return path


def canonical_rows(inputs: Inputs, problem: Problem) -> dict[str, list[Mapping[str, str]]]:
    """Return the rows a problem was posed from, sorted, by table."""
    return canonical_tables(inputs, problem.units, problem.roadmap.schools_named)


def canonical_tables(
    inputs: Inputs, units: Sequence[str], named: Iterable[str]
) -> dict[str, list[Mapping[str, str]]]:
    """Return the rows a plan of some units rests on, sorted, by table; ``named`` are the schools its pack names."""
    kept = inputs.behind(units, named)
    return {table.name: sorted(kept.tables[table.name], key=partial(_order, table)) for table in TABLES}


def _order(table: Table, row: Mapping[str, str]) -> tuple[object, ...]:
    return ([row.get(name, "") for name in table.key], sorted(row.items()))


def _write_inputs(plan: Plan, inputs: Inputs, packs: Iterable[Path], folder: Path) -> dict[str, str]:
    (folder / "roadmap").mkdir(parents=True)
    _write_tables(canonical_rows(inputs, plan.problem), folder)
    _write_weights(inputs.weights, folder)
    for number, path in enumerate(packs):
        name = f"{plan.problem.roadmap.code}.toml" if number == 0 else path.name
        (folder / "roadmap" / name).write_bytes(path.read_bytes())
    return hashes_of(folder)


def _write_tables(tables: Mapping[str, Sequence[Mapping[str, str]]], folder: Path) -> None:
    for table in TABLES:
        rows = tables[table.name]
        if table.optional and not rows:
            continue
        known = [c.name for c in table.columns if not c.optional or any(c.name in r for r in rows)]
        extra = sorted({name for r in rows for name in r} - set(known) - {""})
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*known, *extra])
        writer.writerows([r.get(name, "") for name in (*known, *extra)] for r in rows)
        (folder / f"{table.name}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")


def _write_weights(weights: Mapping[str, Fraction], folder: Path) -> None:
    """Write what indicators weigh, where the planner says it; read again, each is the same number."""
    if weights:
        stated = {code: int(w) if w.denominator == 1 else float(w) for code, w in sorted(weights.items())}
        (folder / WEIGHTS).write_text(tomli_w.dumps(stated), encoding="utf-8", newline="")


def _csv(table: Table, rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(rows)
    return text.getvalue()

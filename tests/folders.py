"""Plan folders for tests: written from a random world, changed by a cell, sealed again, and refused or not."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from worlds import World

import provision
from provision.domain.plan import Plan
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.domain.years import format_school_year
from provision.errors import ProvisionError
from provision.questions.asking import Asked
from provision.store.fingerprints import hashes_of
from provision.store.summary import PLANNED
from provision.text import LANGUAGES, Words

Rows = list[list[str]]


@dataclass(frozen=True)
class Saved:
    """A plan, and the folder it was saved in."""

    plan: Plan
    folder: Path


def solved(world: World, pack: Roadmap, folder: Path, **levers: Any) -> Asked | None:
    """Return a world's plan with what it was made from, all units as one; None where locks are refused."""
    inputs = world.load(folder)
    units = [str(row["unit"]) for row in world.units]
    try:
        plan = provision.solve(provision.pose(inputs, units, pack, Scenario(**levers)))
    except ProvisionError as error:
        if error.code != "locks_too_much":
            raise
        return None
    return Asked(plan, inputs, pack)


def save(world: World, pack: Roadmap, folder: Path, **levers: Any) -> Saved | None:
    """Return a world's plan and its folder, all units planned as one; None where a planner's locks are refused."""
    inputs, path = world.load(folder / "data"), folder / "test.toml"
    path.write_text(tomli_w.dumps(packed(pack)), encoding="utf-8")
    units = [str(row["unit"]) for row in world.units]
    try:
        plan = provision.solve(provision.pose(inputs, units, provision.read_roadmap(str(path)), Scenario(**levers)))
    except ProvisionError as error:
        if error.code != "locks_too_much":
            raise
        return None
    return Saved(plan, provision.save_plan(plan, inputs, folder / "plan", roadmap=str(path)))


def packed(pack: Roadmap) -> dict[str, Any]:
    """Return a roadmap as the tables of its file."""
    return {
        "id": pack.code,
        **{name: getattr(pack, name) for name in ("title_vi", "title_en", "document", "issued")},
        "phase": [
            {
                "school_year": format_school_year(p.year),
                "grades": sorted(p.grades),
                "schools": list(p.schools) or "all",
                "status": p.status,
                "section": p.section,
            }
            for p in pack.phases
        ],
        "ratio": [
            {"level": r.level, "pupils_per_machine": int(r.pupils_per_machine), "force": r.force, "section": "2"}
            for r in pack.ratios
        ],
        "minimum": [
            {"item": m.item, "per": m.per, "quantity": m.quantity, "weight": float(m.weight), "where": m.where}
            | {"section": m.section}
            | ({"levels": list(m.levels)} if m.levels else {})
            for m in pack.minimums
        ],
        "lab": [
            {"gate": lab.gate, "section": lab.section}
            | {k: v for k in ("seats", "ordinary_seats") if (v := getattr(lab, k)) is not None}
            for lab in pack.labs
        ],
    }


def cells(path: Path) -> Rows:
    """Return the cells of a table on disk, its header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def text_of(rows: Sequence[Sequence[str]]) -> str:
    """Return the cells of a table as its file's text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def resealed(folder: Path) -> None:
    """Write the fingerprints of the inputs as they are now into plan.json, as somebody who covers a trace would."""
    path = folder / "plan.json"
    summary = json.loads(path.read_text(encoding="utf-8")) | {"sha256": hashes_of(folder / "inputs")}
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def seal_again(folder: Path) -> None:
    """Write the hashes of all the plan's files as they are now into its certificate, where both can be read."""
    with suppress(OSError, ValueError, TypeError):
        proof = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
        proof["sha256"] = {name: n for name, n in hashes_of(folder).items() if name.split("/")[0] in PLANNED}
        (folder / "certificate.json").write_text(json.dumps(proof), encoding="utf-8")


def refused(folder: Path, **rest: Any) -> bool:
    """Say whether a folder is refused: found wrong, or in words not readable as a plan, also if all hashes fit."""
    seal_again(folder)
    try:
        return not provision.verify(folder, **rest).holds
    except ProvisionError as error:
        return all(error.say(Words(language)).strip() for language in LANGUAGES)

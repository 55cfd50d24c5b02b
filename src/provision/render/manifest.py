"""What a batch has made, by hash: what is whole and unchanged need not be made again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from provision.domain.inputs import Inputs
from provision.intake import data_files, read_roadmap
from provision.intake.duties import duties_file
from provision.intake.packs import pack_files
from provision.intake.scenarios import scenario_file, scenario_folder
from provision.intake.shipped import shipped
from provision.intake.weights import weights_file
from provision.posing import default_roadmap
from provision.render.notebook import PROVINCE_TEMPLATE, TEMPLATE
from provision.render.tasks import Joint, Order, Task
from provision.store.answers import ANSWERS
from provision.store.atomic import write_whole
from provision.store.certificate import CERTIFICATE
from provision.store.fingerprints import hashes_of, sha256, versions
from provision.store.folder import canonical_tables
from provision.store.summary import PLANNED

MANIFEST = "manifest.json"
"""The file that makes a folder a batch's folder."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A batch's folder: for each folder in it what its plan and its report were made from, and every file made."""

    out: Path
    reports: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, out: Path) -> Manifest:
        """Read the manifest of a batch's folder; an absent or broken one knows of nothing."""
        try:
            found = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["reports"]
            sound = {name: row for name, row in found.items() if {"plan", "report", "outputs"} <= row.keys()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            sound = {}
        return cls(out.resolve(), sound)

    def holds(self, folder: Path, *, plan: str, report: str) -> bool:
        """Say whether a folder was made from this and every file of it is still as it was made.

        What was asked of the plan or drawn of it since lies beside it and makes nothing anew.
        """
        entry = self.reports.get(self._name(folder))
        if entry is None or (entry["plan"], entry["report"]) != (plan, report):
            return False
        there = hashes_of(folder)
        since = (f"{ANSWERS}/", "charts/")
        asked = {name for name in there if name.startswith(since) and name not in entry["outputs"]}
        return bool(entry["outputs"]) and bool(
            entry["outputs"] == {name: number for name, number in there.items() if name not in asked}
        )

    def holds_plan(self, folder: Path, *, plan: str) -> bool:
        """Say whether the plan in a folder was made from this and is as it was made, whatever of its report."""
        entry = self.reports.get(self._name(folder))
        return (
            entry is not None and entry["plan"] == plan and _plan_of(entry["outputs"]) == _plan_of(hashes_of(folder))
        )

    def outputs(self, folder: Path) -> dict[str, str]:
        """Return the hash of every file of a folder as it was made."""
        outputs: dict[str, str] = self.reports.get(self._name(folder), {}).get("outputs", {})
        return outputs

    def with_outputs(self, folder: Path, *, plan: str, report: str) -> Manifest:
        """Return the manifest with a folder as it now lies there."""
        entry = {"plan": plan, "report": report, "outputs": hashes_of(folder)}
        return replace(self, reports=self.reports | {self._name(folder): entry})

    def write(self) -> None:
        """Write the manifest, whole."""
        text = json.dumps({"format": 2, "reports": self.reports}, ensure_ascii=False, sort_keys=True)
        write_whole(self.out / MANIFEST, (text + "\n").encode("utf-8"))

    def _name(self, folder: Path) -> str:
        return folder.relative_to(self.out).as_posix()


def _plan_of(hashes: dict[str, str]) -> dict[str, str]:
    return {name: n for name, n in hashes.items() if name.split("/")[0] in {*PLANNED, CERTIFICATE}}


class Keys:
    """The hashes of what plans and reports of a batch are made from."""

    def __init__(self, order: Order, inputs: Inputs) -> None:
        """Take the order and the tables as they were read."""
        self._order, self._inputs = order, inputs
        self._rows: dict[tuple[str, ...], str] = {}

    def plan(self, task: Joint | Task) -> str:
        """Return the hash of the rows a plan rests on, weights, pack, duties, scenario and code."""
        if isinstance(task, Task) and task.joint is not None:
            return _hash(self.plan(task.joint), task.unit)
        units = task.units if isinstance(task, Joint) else (task.unit,)
        name = self._order.roadmap or default_roadmap(self._inputs, units)
        if units not in self._rows:
            tables = canonical_tables(self._inputs, units, read_roadmap(name).schools_named)
            weights = sorted((k, str(v)) for k, v in self._inputs.weights.items())
            self._rows[units] = _hash(json.dumps([tables, weights], sort_keys=True))
        paths = [*pack_files(name), *scenario_file(self._order.data, task.scenario), duties_file()]
        doubted = str(self._order.second_opinion)
        return _hash(self._rows[units], *map(sha256, paths), self._order.code, ",".join(units), task.name, doubted)

    def part(self, key: str, outputs: dict[str, str]) -> str:
        """Return the hash of what a part is made from: what the plan of all is made from, and that plan as it is."""
        return _hash(key, json.dumps(_plan_of(outputs), sort_keys=True))

    def report(self, task: Joint | Task) -> str:
        """Return the hash of what a report is made from beside its plan."""
        template = shipped("notebooks/reports") / TEMPLATE
        told = (self._order.data.name, self._order.language, *self._order.asks)
        return _hash(sha256(template), *told) if isinstance(task, Task) else ""

    def roll_up(self, manifest: Manifest, folders: list[Path], listed: object) -> str:
        """Return the hash of all the plans that are added up, and of who has none."""
        outputs = [_plan_of(manifest.outputs(folder)) for folder in folders]
        template = shipped("notebooks/reports") / PROVINCE_TEMPLATE
        return _hash(
            json.dumps([outputs, listed, self._order.data.name], sort_keys=True),
            sha256(template),
            self._order.language,
            self._order.code,
        )


@cache
def code_of_library() -> str:
    """Return the hash of the library and of the versions of what it plans with."""
    package = Path(str(files("provision")))
    parts = sorted(p for p in package.rglob("*") if p.suffix in {".py", ".toml", ".j2", ".css", ".js"})
    told = [f"{name} {version}" for name, version in sorted(versions().items())]
    return _hash(*told, *(f"{p.relative_to(package).as_posix()}:{sha256(p)}" for p in parts))


def stamp_of(data: Path, mapping: str | None) -> str:
    """Return the hash of the files of data: tables, weights, scenarios, and the mapping they are read by."""
    beside = [weights_file(data), *scenario_folder(data).glob("*.toml")]
    paths = [*data_files(data, mapping), *sorted(filter(Path.is_file, beside))]
    return _hash(*(f"{path.name}:{sha256(path)}" for path in paths))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

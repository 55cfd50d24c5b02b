"""What a batch has made, by hash: what is whole and unchanged need not be made again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from provision.intake import data_files
from provision.intake.duties import duties_file
from provision.intake.packs import pack_files
from provision.intake.scenarios import scenario_folder
from provision.intake.weights import weights_file
from provision.store.answers import ANSWERS
from provision.store.atomic import write_whole
from provision.store.fingerprints import sha256

MANIFEST = "manifest.json"
"""The file that makes a folder a batch's folder."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The reports of a batch's folder: for each, the hash of what it was made from and of every file made."""

    out: Path
    reports: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, out: Path) -> Manifest:
        """Read the manifest of a batch's folder; an absent or broken one knows of nothing."""
        try:
            found = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["reports"]
        except (OSError, ValueError, KeyError, TypeError):
            found = {}
        return cls(out.resolve(), found if isinstance(found, dict) else {})

    def holds(self, folder: Path, key: str) -> bool:
        """Say whether a report was made from this and every file of it is still as it was made.

        What was asked of the plan since lies beside it and makes nothing anew.
        """
        entry = self.reports.get(self._name(folder))
        if entry is None or entry["key"] != key:
            return False
        there = _hashes(folder)
        asked = {name for name in there if name.startswith(f"{ANSWERS}/") and name not in entry["outputs"]}
        return bool(entry["outputs"] == {name: number for name, number in there.items() if name not in asked})

    def with_outputs(self, folder: Path, key: str) -> Manifest:
        """Return the manifest with a report as it now lies there."""
        return replace(self, reports=self.reports | {self._name(folder): {"key": key, "outputs": _hashes(folder)}})

    def write(self) -> None:
        """Write the manifest, whole."""
        text = json.dumps({"format": 1, "reports": self.reports}, ensure_ascii=False, indent=2, sort_keys=True)
        write_whole(self.out / MANIFEST, (text + "\n").encode("utf-8"))

    def _name(self, folder: Path) -> str:
        return folder.relative_to(self.out).as_posix()


def key_of(data: Path, roadmap: str, template: Path, *parts: str, mapping: str | None = None) -> str:
    """Return the hash of data, weights, pack, duties, scenarios, template and code, and of further parts by name."""
    digest = hashlib.sha256()
    package = Path(str(files("provision")))
    sources = [
        *data_files(data, mapping),
        *filter(Path.is_file, [weights_file(data)]),
        *sorted(scenario_folder(data).glob("*.toml")),
        *pack_files(roadmap),
        duties_file(),
        template,
        *sorted(p for p in package.rglob("*") if p.suffix in {".py", ".toml", ".j2", ".css"}),
    ]
    for path in sources:
        digest.update(f"{path.name}:{sha256(path)}\n".encode())
    digest.update("\n".join(parts).encode())
    return digest.hexdigest()


def _hashes(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()}

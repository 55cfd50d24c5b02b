"""Shared ground of the tests: where the project's data, packs and the absent-or-present shared data are."""

from __future__ import annotations

import csv
import os
import re
import shutil
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def bac_giang() -> Path:
    """Return the data folder that travels with the project."""
    return ROOT / "data" / "bac-giang"


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with Hiệp Hoà's rows alone: a tenth of the province, and as telling."""
    folder = tmp_path_factory.mktemp("district") / "bac-giang"
    shutil.copytree(ROOT / "data" / "bac-giang" / "scenarios", folder / "scenarios")
    ours: set[str] = set()
    for name in ("units", "schools", "enrolment", "inventory", "catalogue", "budget"):
        with (ROOT / "data" / "bac-giang" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        kept = [r for r in rows if r.get("unit", "hiep-hoa") == "hiep-hoa" and r.get("school_id", "") in ("", *ours)]
        if name == "schools":
            kept = [r for r in rows if r["unit"] == "hiep-hoa"]
            ours = {r["school_id"] for r in kept}
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared data beside the checkout; skip where it is absent."""
    folder = Path(os.environ.get("PROVISION_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("shared data absent")
    return folder


@pytest.fixture(autouse=True)
def _from_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test from the checkout, where ./roadmap and ./data are."""
    monkeypatch.chdir(ROOT)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell of a soak how many seeds each test had, from which to which, and how long they took."""
    if "counted" not in config.option.markexpr:
        return
    counts: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        test, bracket, named = report.nodeid.partition("[")
        seed = re.match(r"\d+", named)
        if report.when == "call" and bracket and seed:
            counts[test].append((int(seed[0]), report.duration))
    terminalreporter.section("seeds")
    for test, runs in counts.items():
        seeds = {seed for seed, _ in runs}
        span, seconds = f"{min(seeds)}-{max(seeds)}", sum(took for _, took in runs)
        terminalreporter.line(f"{test}: {len(seeds)} seeds ({span}), {len(runs)} runs, {seconds:.0f} s")

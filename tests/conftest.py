"""Shared ground of the tests: where the project's data, packs and the absent-or-present shared data are."""

from __future__ import annotations

import os
import re
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

"""Reports of many plans: by the library, side by side with the ``papermill`` command over the same template."""

from __future__ import annotations

import csv
import json
import multiprocessing
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

import provision
from provision.intake.shipped import shipped

DATA = Path(__file__).resolve().parent.parent / "data" / "bac-giang"
PACK = "hiep-hoa-2017"
TEMPLATE = shipped("notebooks/reports") / "10-report-unit.ipynb"
STATED = {"data": "bench", "unit": "hiep-hoa", "scenario": "bench", "language": "vi", "plan": "."}
WORKERS = 2


def reports(seed: int, sizes: Sequence[int]) -> dict[str, Any]:
    """Return the seconds to render plans of so many schools each, and what one report of ours takes, part by part.

    Half of the command's loop comes before ours and half after it, so that both meet the same machine. What every
    code cell shows is the same, or that is an error.
    """
    with tempfile.TemporaryDirectory() as place:
        folders = [planned(Path(place) / f"{n}", seed, schools) for n, schools in enumerate(sizes)]
        half = len(folders) // 2
        stock = _by_command(folders[:half])
        start = time.perf_counter()
        with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
            parts = list(pool.map(_rendered, folders))
        ours = time.perf_counter() - start
        stock += _by_command(folders[half:])
        other = [f.name for f in folders if _shown(f / "report.ipynb") != _shown(f / "stock.ipynb")]
    if other:
        raise ArithmeticError(f"not the same report: {other}")
    of_one = {name: mean(part[name] for part in parts[WORKERS:]) for name in parts[0]}  # each worker's first loads
    return {"seconds": {"ours": ours, "stock": stock}, "of_one": of_one}


def planned(folder: Path, seed: int, schools: int) -> Path:
    """Return the folder of a plan, in fractions of machines, of some schools of the district."""
    inputs = provision.load(_slice(folder / "data", Random(f"{seed}/{schools}"), schools))
    scenario = provision.Scenario(name="bench", whole_machines=False)
    problem = provision.pose(inputs, ["hiep-hoa"], provision.read_roadmap(PACK), scenario)
    return provision.save_plan(provision.solve(problem), inputs, folder / "plan", roadmap=PACK)


def _slice(folder: Path, draw: Random, count: int) -> Path:
    """Write the tables of so many schools, the pilot schools and all heirs among them, with their share of money."""
    folder.mkdir(parents=True)
    tables = {path.name: list(csv.DictReader(path.read_text("utf-8").splitlines())) for path in DATA.glob("*.csv")}
    schools = {row["school_id"]: row for row in tables["schools.csv"] if row["unit"] == "hiep-hoa"}
    pack = provision.read_roadmap(PACK)
    kept = set(pack.schools_named)
    for code in draw.sample(sorted(schools), len(schools)):
        if len(kept) >= count:
            break
        kept.add(code)
    while heirs := {schools[code]["merged_into"] for code in kept} - kept - {""}:
        kept |= heirs
    for name, rows in tables.items():
        rows = [row for row in rows if row.get("school_id", next(iter(kept))) in kept]
        rows = [row for row in rows if row.get("unit", "hiep-hoa") == "hiep-hoa"]
        for row in rows if name == "budget.csv" else ():
            row["amount"] = str(int(row["amount"]) * len(kept) // len(schools))
        rows = [row for row in rows if name != "budget.csv" or row["schools"] in {"all", "disadvantaged", *kept}]
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def _by_command(folders: Iterable[Path]) -> float:
    """Return the seconds of a shell loop of the stock command, one folder after the other."""
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(TEMPLATE)]
    stated = shlex.join(part for name, value in STATED.items() for part in ("-p", name, value))
    places = shlex.join(map(str, folders))
    loop = f'set -e; for f in {places}; do {shlex.join(command)} "$f/stock.ipynb" {stated} --cwd "$f"; done'
    start = time.perf_counter()
    subprocess.run(["/bin/bash", "-c", loop], check=True, capture_output=True)
    return time.perf_counter() - start


def _rendered(folder: Path) -> dict[str, float]:
    """Render a plan's report as ``report_plan`` does and return its seconds: of the notebook, of the page."""
    from provision.render.notebook import run_report, to_page

    start = time.perf_counter()
    run_report(TEMPLATE, folder / "report.ipynb", STATED, language="vi")
    ran = time.perf_counter()
    (folder / "report.html").write_text(to_page(folder / "report.ipynb", title="Báo cáo", language="vi"), "utf-8")
    return {"notebook": ran - start, "page": time.perf_counter() - ran}


def whole_run(units: Sequence[str]) -> dict[str, float]:
    """Return the seconds of a whole run: units that share a fund planned and reported, and what all come to."""
    from provision.render import render

    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        made = render(DATA, units, ["base"], Path(place) / "out", jobs=WORKERS)
        seconds = time.perf_counter() - start
    if failed := [report.failure for report in made if report.failure]:
        raise ArithmeticError(f"not made: {failed}")
    return {"seconds": seconds}


def _shown(notebook: Path) -> list[list[Any]]:
    """Return what each code cell of a notebook shows, without what only says when it was run."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    apart = {"metadata", "execution_count"}
    shown = [c["outputs"] for c in cells if c["cell_type"] == "code"]
    return [[{k: v for k, v in output.items() if k not in apart} for output in outputs] for outputs in shown]

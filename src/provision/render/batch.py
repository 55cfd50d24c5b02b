"""Units times scenarios -> plan folders with their reports, roll-ups, an index page and a manifest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import data_files, load_apart, read_roadmap, read_scenario
from provision.intake.weights import weights_file
from provision.posing import default_roadmap
from provision.questions.council import ROUTINE
from provision.render.course import Course, Told
from provision.render.executors import cluster, processes
from provision.render.index import index_page
from provision.render.manifest import MANIFEST, stamp_of
from provision.render.tasks import RESERVED, Order, Report
from provision.store.atomic import refuse_foreign, write_whole
from provision.text import Words


def render(
    data: Path,
    units: Sequence[str],
    scenarios: Sequence[str],
    out: Path,
    *,
    roadmap: str | None = None,
    mapping: str | None = None,
    language: str = "vi",
    asks: Sequence[str] = ROUTINE,
    second_opinion: bool = False,
    jobs: int | None = None,
    dask: str | None = None,
    resume: bool = False,
    told: Told = lambda _report, _tasks: None,
) -> list[Report]:
    """Plan every unit under every scenario and render its report; one that fails never stops the rest.

    Writes ``index.html``, ``manifest.json`` and ``<scenario>/<unit>/`` with plan folder, report.ipynb,
    report.html, charts/ and, where the roadmap has deadlines, deadlines.ics; with several units also
    ``<scenario>/province/``, what they come to together. Units that share a fund are planned as one
    (``<scenario>/together/``), and each has its part of that plan. A unit whose rows are at fault is told.

    ``asks`` are the council's questions that each report answers; ``jobs`` is the processes, by default one a core;
    ``dask`` is the address of a scheduler whose workers are to do it. With ``resume`` what is whole and unchanged is
    kept; hashes decide, never a date. Returns the units' reports by scenario, each scenario's roll-up after them.

    Raises
    ------
    ProvisionError, FaultyInput
        Where data, units or scenarios are at fault, ``out`` holds something else or cannot be written.

    """
    inputs, stopped = load_apart(data, mapping=mapping)
    refuse_foreign(out, mark=MANIFEST)
    _refuse_reserved(units)
    named = {scenario: read_scenario(data, scenario).name for scenario in scenarios}
    if len(set(named.values())) < len(named):
        raise FaultyInput([Fault("scenario_name", "scenarios", column="name", details={"name": ", ".join(named)})])
    sound = [unit for unit in units if unit not in stopped]
    if not sound:
        raise FaultyInput(fault for unit in units for fault in stopped[unit])
    for unit in sound:
        read_roadmap(roadmap or default_roadmap(inputs, [unit]))
    order = Order(
        data=data.resolve(),
        roadmap=roadmap,
        language=language,
        out=out.resolve(),
        mapping=mapping,
        asks=tuple(asks),
        second_opinion=second_opinion,
        stamp=stamp_of([*data_files(data, mapping), *filter(Path.is_file, [weights_file(data)])]),
    )
    words = Words(language)
    faults = {unit: FaultyInput(stopped[unit]).say(words) for unit in units if unit in stopped}
    course = Course(order, inputs, units, named, faults=faults, resume=resume, told=told)
    try:
        with cluster(dask) if dask else processes(jobs or os.cpu_count() or 1) as crew:
            reports = course.run(crew)
        write_whole(out / "index.html", index_page(reports, words).encode("utf-8"))
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(out), reason=str(error)) from None
    return reports


def _refuse_reserved(units: Sequence[str]) -> None:
    """Refuse a unit whose folder would be that of what several units come to."""
    taken = [Fault("code_reserved", "units.csv", column="unit", found=u, unit=u) for u in units if u in RESERVED]
    if taken:
        raise FaultyInput(taken)

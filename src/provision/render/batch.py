"""Units times scenarios -> plan folders with their reports, roll-ups, an index page and a manifest."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from provision.domain.inputs import Inputs
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import load_apart, read_roadmap, read_scenario
from provision.posing import default_roadmap
from provision.posing.alone import refuse_unknown
from provision.questions.council import ROUTINE
from provision.render.course import Course, Told
from provision.render.executors import cluster, processes
from provision.render.index import index_page
from provision.render.manifest import MANIFEST, code_of_library, stamp_of
from provision.render.tasks import RESERVED, Order, Report
from provision.store.atomic import alone_in, refuse_foreign, write_whole
from provision.text import Words


def render(
    data: Path,
    units: Sequence[str] | None,
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
    (``<scenario>/together/``), and each again with its share. A unit whose rows are at fault is told.

    ``units`` None are all units; ``asks`` are the council's questions that each report answers; ``jobs`` is the
    processes, by default one a core; ``dask`` is the address of a scheduler whose workers do it. With ``resume``
    what is whole and unchanged is kept; hashes decide, never a date. Returns the units' reports by scenario, each
    scenario's roll-up after them.

    Raises
    ------
    ProvisionError, FaultyInput
        Where data, units or scenarios are at fault, ``out`` holds something else or cannot be written.

    """
    inputs, stopped = load_apart(data, mapping=mapping)
    refuse_foreign(out, mark=MANIFEST)
    words = Words(language)
    units = _asked(units, inputs, stopped)
    named = {_at_once(scenario): read_scenario(data, scenario).name for scenario in scenarios}
    if len(set(named.values())) < len(named):
        raise FaultyInput([Fault("scenario_name", "scenarios", column="name", details={"name": ", ".join(named)})])
    faults = _faults(units, inputs, stopped, roadmap, words)
    order = Order(
        data=data.resolve(),
        roadmap=roadmap and _at_once(roadmap),
        language=language,
        out=out.resolve(),
        mapping=mapping and _at_once(mapping),
        asks=tuple(asks),
        second_opinion=second_opinion,
        stamp=stamp_of(data.resolve(), mapping and _at_once(mapping)),
        code=code_of_library(),
    )
    course = Course(order, inputs, units, named, faults=faults, resume=resume, told=told)
    try:
        with alone_in(out.resolve()), cluster(dask) if dask else processes(jobs or os.cpu_count() or 1) as crew:
            reports = course.run(crew)
        write_whole(out / "index.html", index_page(reports, words).encode("utf-8"))
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(out), reason=str(error)) from None
    return reports


def _asked(units: Sequence[str] | None, inputs: Inputs, stopped: Mapping[str, tuple[Fault, ...]]) -> tuple[str, ...]:
    """Return who is asked for, by default every unit, also one whose own row is at fault.

    Raises
    ------
    ProvisionError, FaultyInput
        For a code nobody has, or one whose folder would be that of what several units come to.

    """
    everyone = (*inputs.units, *sorted(stopped.keys() - inputs.units.keys()))
    codes = everyone if units is None else tuple(dict.fromkeys(units))
    refuse_unknown(inputs, [code for code in codes or ("",) if code not in stopped])
    taken = [Fault("code_reserved", "units.csv", column="unit", found=u, unit=u) for u in codes if u in RESERVED]
    if taken:
        raise FaultyInput(taken)
    return codes


def _faults(
    units: Sequence[str], inputs: Inputs, stopped: Mapping[str, tuple[Fault, ...]], roadmap: str | None, words: Words
) -> dict[str, str]:
    """Return why units cannot be planned whatever the scenario: their rows, a school's unit's rows, or their pack.

    Raises
    ------
    ProvisionError, FaultyInput
        Where none is left that can.

    """
    found: dict[str, ProvisionError] = {}
    for code in units:
        unit = code if code in stopped else inputs.unit_of(code)
        try:
            if unit in stopped:
                raise FaultyInput(stopped[unit])
            read_roadmap(roadmap or default_roadmap(inputs, [code]))
        except ProvisionError as error:
            found[code] = error
    if len(found) == len(units):
        faults = [f for error in found.values() if isinstance(error, FaultyInput) for f in error.faults]
        every = [fault for n, fault in enumerate(faults) if fault not in faults[:n]]
        raise FaultyInput(every) if every else next(iter(found.values()))
    return {code: error.say(words) for code, error in found.items()}


def _at_once(name: str) -> str:
    """Return a name, a path of a file here as one that is the same from any folder."""
    return str(Path(name).resolve()) if Path(name).is_file() else name

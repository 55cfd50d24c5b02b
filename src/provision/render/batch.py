"""Units times scenarios -> plan folders with their reports, an index page and a manifest."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from provision.charts import CHARTS
from provision.documents import calendar
from provision.domain.plan import Plan
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import load, read_roadmap, read_scenario
from provision.intake.shipped import shipped
from provision.model import solve
from provision.posing import default_roadmap, pose
from provision.questions.asking import Asked
from provision.questions.council import ROUTINE, put, question_of
from provision.questions.verdict import fairness, headline, proof
from provision.render.manifest import MANIFEST, Manifest, key_of
from provision.render.notebook import TEMPLATE, report_plan
from provision.render.pages import page
from provision.store import open_plan
from provision.store.atomic import refuse_foreign, whole_folder, write_whole
from provision.store.folder import write_plan
from provision.store.summary import MARK, OURS
from provision.text import Words


@dataclass(frozen=True, slots=True)
class Task:
    """One report to make: a unit under a scenario, which is read by ``scenario`` and filed under its ``name``."""

    data: Path
    unit: str
    scenario: str
    name: str
    roadmap: str | None
    language: str
    out: Path
    mapping: str | None = None
    asks: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Return the folder the report goes to."""
        return self.out / self.name / self.unit


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its words for the index, or why it could not be made. ``kept`` is one that had not changed."""

    task: Task
    failure: str = ""
    kept: bool = False


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
    jobs: int | None = None,
    resume: bool = False,
    told: Callable[[Report], None] = lambda _report: None,
) -> list[Report]:
    """Plan every unit under every scenario and render its report; one that fails never stops the rest.

    Writes ``index.html``, ``manifest.json`` and ``<scenario>/<unit>/`` with plan folder, report.ipynb,
    report.html, charts/ and, where the roadmap has deadlines, deadlines.ics.
    ``asks`` are the council's questions that each report answers. With ``resume`` what is whole and unchanged is
    kept; hashes decide, never a date.

    Raises
    ------
    ProvisionError, FaultyInput
        Where data, units or scenarios are at fault, or ``out`` holds something else: nothing is planned.

    """
    inputs = load(data, mapping=mapping)
    refuse_foreign(out, mark=MANIFEST)
    named = {scenario: read_scenario(data, scenario).name for scenario in scenarios}
    if len(set(named.values())) < len(named):
        raise FaultyInput([Fault("scenario_name", "scenarios", column="name", details={"name": ", ".join(named)})])
    for unit in units:
        read_roadmap(roadmap or default_roadmap(inputs, [unit]))
    first = Task(data.resolve(), "", "", "", roadmap, language, out.resolve(), mapping, tuple(asks))
    tasks = [replace(first, unit=u, scenario=s, name=named[s]) for u in units for s in scenarios]
    manifest = Manifest.read(out)
    manifest.write()  # from now on the folder is a batch's own, also where the batch is stopped
    reports: dict[Task, Report] = {}
    for task in tasks:
        if resume and manifest.holds(task.folder, _key(task)):
            reports[task] = Report(task, kept=True)
            told(reports[task])
    todo = [task for task in tasks if task not in reports]
    if todo:
        workers = min(jobs or os.cpu_count() or 1, len(todo))
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            futures = {pool.submit(_make, task): task for task in todo}
            for future in as_completed(futures):
                error = future.exception()
                report = future.result() if error is None else Report(futures[future], failure=str(error))
                reports[report.task] = report
                if not report.failure:
                    manifest = manifest.with_outputs(report.task.folder, _key(report.task))
                    manifest.write()
                told(report)
    made = [reports[task] for task in tasks]
    write_whole(out / "index.html", _index(made, language).encode("utf-8"))
    return made


def _key(task: Task) -> str:
    """Return the hash of all a report is made from: data, pack, scenario, template, code, language."""
    inputs = load(task.data, mapping=task.mapping)
    pack = task.roadmap or default_roadmap(inputs, [task.unit])
    template, mapping = shipped("notebooks/reports") / TEMPLATE, task.mapping
    return key_of(task.data, pack, template, task.unit, task.scenario, task.language, *task.asks, mapping=mapping)


def _make(task: Task) -> Report:
    """Plan, draw and report one unit and scenario, whole or not at all."""
    words = Words(task.language)
    try:
        inputs = load(task.data, mapping=task.mapping)
        name = task.roadmap or default_roadmap(inputs, [task.unit])
        pack = read_roadmap(name)
        problem = pose(inputs, [task.unit], pack, read_scenario(task.data, task.scenario))
        plan = solve(problem)
        with whole_folder(task.folder, mark=MARK, ours=OURS) as folder:
            write_plan(plan, inputs, folder, roadmap=name)
            _draw(plan, folder / "charts", words)
            if problem.roadmap.deadlines:
                (folder / "deadlines.ics").write_bytes(calendar(problem.roadmap, words))
            for question in filter(lambda q: q.applies_to(problem), map(question_of, task.asks)):
                with suppress(ProvisionError):  # a good plan has its report, which says what was not answered
                    put(question, Asked(plan, inputs, pack), folder, stated=question.stated({}, plan))
            parameters = {"data": task.data.name, "unit": task.unit, "scenario": task.name}
            parameters["language"] = task.language
            title = words("report.title", units=", ".join(problem.unit_names))
            report_plan(folder, parameters, title=title, language=task.language)
    except ProvisionError as error:
        return Report(task, failure=error.say(words))
    except Exception as error:  # one report that fails, whatever the reason, never stops the rest
        return Report(task, failure=words("command.failed", reason=f"{type(error).__name__}: {error}"))
    return Report(task)


def _draw(plan: Plan, folder: Path, words: Words) -> None:
    folder.mkdir()
    for draw in CHARTS:
        chart = draw(plan, words)
        for kind in ("png", "svg", "pdf"):
            (folder / f"{chart.name}.{kind}").write_bytes(chart.save(kind))


def _index(reports: Sequence[Report], language: str) -> str:
    words = Words(language)
    rows = []
    illustrative = False
    for report in reports:
        task = report.task
        row: dict[str, object] = {
            "unit": task.unit,
            "scenario": task.scenario,
            "failure": report.failure,
            "verdict": (),
        }
        if not report.failure:
            plan = open_plan(task.folder).plan
            problem, totals = plan.problem, plan.totals
            illustrative = illustrative or problem.illustrative
            row |= {
                "unit": ", ".join(problem.unit_names),
                "scenario": problem.scenario.label(language),
                "missing": words.number(totals["years"][str(problem.years[-1])]["missing"], 1),
                "missing_all": words.number(totals["missing"], 1),
                "cost": words.money(totals["cost"]),
                "status": words(f"status.{plan.status}"),
                "link": f"{task.name}/{task.unit}/report.html",
                "verdict": tuple(filter(None, (*headline(plan, words), fairness(plan, words), proof(plan, words)))),
            }
        rows.append(row)
    return page(
        "index.html.j2",
        rows=rows,
        words=words,
        language=language,
        illustrative=illustrative,
        version=version("provision"),
    )

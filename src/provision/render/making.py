"""One task of a batch, made whole or not at all: wherever it runs, it reads files and leaves a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path

from provision.charts import CHARTS, PROVINCE_CHARTS, Chart
from provision.charts.chart import KINDS
from provision.documents import calendar
from provision.domain.inputs import Inputs
from provision.domain.plan import Plan
from provision.domain.roadmap import Roadmap
from provision.errors import Disagreement, ProvisionError
from provision.intake import load_apart, read_roadmap, read_scenario
from provision.model import solve
from provision.model.doubt import second_opinion
from provision.model.slices import part_of, share_of
from provision.posing import default_roadmap, pose
from provision.questions.asking import Asked, Question
from provision.questions.council import kept_answer, put, question_of
from provision.questions.province import read_province
from provision.render.manifest import code_of_library, stamp_of
from provision.render.notebook import report_plan, report_province
from provision.render.tasks import AnyTask, Joint, Order, Report, RollUp, Task
from provision.store import open_plan
from provision.store.answers import ANSWERS, fingerprint
from provision.store.atomic import whole_folder
from provision.store.certificate import CERTIFICATE
from provision.store.folder import write_plan
from provision.store.summary import MARK, OURS, PLANNED
from provision.text import Words


def make(task: AnyTask) -> Report:
    """Make one task; whatever fails is told in the reader's words, and what was there before stays."""
    words = Words(task.order.language)
    doubted = second_opinion() if task.order.second_opinion else nullcontext()
    try:
        if task.order.code != code_of_library():
            raise ProvisionError("other_code")
        with doubted:
            match task:
                case Joint():
                    _plan_together(task)
                case Task():
                    _report_unit(task, words)
                case RollUp():
                    _roll_up(task, words)
    except ProvisionError as error:
        return Report(task, failure=error.say(words))
    except Exception as error:  # one that fails, whatever the reason, never stops the rest
        return Report(task, failure=words("command.failed", reason=f"{type(error).__name__}: {error}"))
    return Report(task)


@lru_cache(maxsize=1)
def _inputs(data: Path, mapping: str | None, stamp: str) -> Inputs:
    """Return the tables of a batch, read once by each process.

    Raises
    ------
    ProvisionError
        Where they are not those that the batch began with.

    """
    if stamp_of(data, mapping) != stamp:
        raise ProvisionError("data_changed", data=str(data))
    return load_apart(data, mapping=mapping)[0]


@lru_cache(maxsize=1)
def _joint(folder: Path, _fingerprint: str) -> Plan:
    """Return a plan of several units, read once by each process for all its parts."""
    return open_plan(folder).plan


def _asked(order: Order, units: tuple[str, ...]) -> tuple[Inputs, str, Roadmap]:
    """Return the tables, and the units' pack with the name it is read by."""
    inputs = _inputs(order.data, order.mapping, order.stamp)
    name = order.roadmap or default_roadmap(inputs, units)
    return inputs, name, read_roadmap(name)


def _plan_together(task: Joint) -> None:
    """Plan several units as one."""
    inputs, name, pack = _asked(task.order, task.units)
    plan = solve(pose(inputs, task.units, pack, read_scenario(task.order.data, task.scenario)))
    with whole_folder(task.folder, mark=MARK, ours=OURS) as folder:
        write_plan(plan, inputs, folder, roadmap=name)


def _report_unit(task: Task, words: Words) -> None:
    """Plan, draw and report one unit, or report the plan that is there."""
    order = task.order
    if task.is_planned:
        opened = open_plan(task.folder)
        asked, write = Asked(opened.plan, opened.inputs, opened.roadmap), _copied(task.folder)
    else:
        inputs, name, pack = _asked(order, (task.unit,))
        asked = Asked(_plan(task, inputs, pack), inputs, pack)
        write = _written(asked.plan, inputs, name)
    with whole_folder(task.folder, mark=MARK, ours=OURS) as folder:
        write(folder)
        problem = asked.plan.problem
        _save([draw(asked.plan, words) for draw in CHARTS], folder / "charts")
        if problem.roadmap.deadlines:
            (folder / "deadlines.ics").write_bytes(calendar(problem.roadmap, words))
        for question in filter(lambda q: q.applies_to(problem), map(question_of, order.asks)):
            if kept_answer(question.code, folder) is None:
                _put(question, asked, folder)
        title = words("report.title", units=", ".join(problem.unit_names))
        parameters = {"data": order.data.name, "unit": task.unit, "scenario": task.name, "language": order.language}
        report_plan(folder, parameters, title=title, language=order.language)


def _put(question: Question, asked: Asked, folder: Path) -> None:
    """Put a question to a plan. A good plan has its report, which says what could not be answered."""
    try:
        put(question, asked, folder, stated=question.stated({}, asked.plan))
    except Disagreement:
        raise
    except ProvisionError:
        return


def _plan(task: Task, inputs: Inputs, pack: Roadmap) -> Plan:
    """Return the plan of one unit: its part of a plan of several, or its own."""
    if task.joint is None:
        return solve(pose(inputs, [task.unit], pack, read_scenario(task.order.data, task.scenario)))
    joint = _joint(task.joint.folder, fingerprint(task.joint.folder))
    return part_of(joint, pose(inputs, [task.unit], pack, share_of(joint, task.unit)))


def _written(plan: Plan, inputs: Inputs, roadmap: str) -> Callable[[Path], None]:
    """Return what writes a plan into a folder."""
    return lambda folder: write_plan(plan, inputs, folder, roadmap=roadmap)


def _copied(there: Path) -> Callable[[Path], None]:
    """Return what copies the plan that is there into a folder, with what was asked of it."""

    def copy(folder: Path) -> None:
        for name in sorted({*PLANNED, CERTIFICATE, ANSWERS}):
            if (there / name).is_dir():
                shutil.copytree(there / name, folder / name)
            elif (there / name).exists():
                shutil.copyfile(there / name, folder / name)

    return copy


def _roll_up(task: RollUp, words: Words) -> None:
    """Report what the units' plans come to together."""
    units = task.folder.parent
    province = read_province(units)
    with whole_folder(task.folder, mark="report.ipynb", ours=ROLLED_UP) as folder:
        _save([draw(province, words) for draw in PROVINCE_CHARTS], folder / "charts")
        parameters = {"data": task.order.data.name, "scenario": task.name, "language": task.order.language}
        title = words("province.title", units=len(province.plans))
        report_province(folder, parameters, title=title, language=task.order.language)


ROLLED_UP = frozenset({"report.ipynb", "report.html", "charts"})
"""What a province's folder may hold."""


def _save(charts: list[Chart], folder: Path) -> None:
    folder.mkdir()
    for chart in charts:
        for kind in KINDS:
            (folder / f"{chart.name}.{kind}").write_bytes(chart.save(kind))

"""The course of a batch: what is planned together, what is kept, what is made, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from provision.domain.inputs import Inputs
from provision.errors import FaultyInput, ProvisionError
from provision.intake import read_roadmap, read_scenario
from provision.posing import default_roadmap, pose
from provision.posing.sharing import together
from provision.render.executors import Crew
from provision.render.making import make
from provision.render.manifest import Keys, Manifest
from provision.render.tasks import AnyTask, Joint, Order, Report, RollUp, Task
from provision.text import Words

Told = Callable[[Report, int], None]
"""Who is told of the end of each task, and how many tasks there are in all."""


class Course:
    """The tasks of a batch, from plans made together over the units' reports to what all come to."""

    def __init__(
        self,
        order: Order,
        inputs: Inputs,
        units: Sequence[str],
        scenarios: Mapping[str, str],
        *,
        faults: Mapping[str, str],
        resume: bool,
        told: Told,
    ) -> None:
        """Take the order, the tables, and by unit whose rows are at fault; ``scenarios`` are read by, filed under."""
        self._order, self._inputs, self._units, self._scenarios = order, inputs, units, scenarios
        self._faults, self._resume, self._told = faults, resume, told
        self._words = Words(order.language)
        self._keys = Keys(order, inputs)
        self._manifest = Manifest.read(order.out)
        self._ended: dict[AnyTask, Report] = {}
        self._tasks = 0

    def run(self, crew: Crew) -> list[Report]:
        """Make what is to be made; return the units' reports by scenario, each scenario's roll-up after them.

        Raises
        ------
        OSError
            Where the manifest cannot be written: what is made lies there whole, and would be made again.

        """
        self._manifest.write()  # from now on the folder is a batch's own, also where the batch is stopped
        tasks = {name: list(self._declared(scenario, name)) for scenario, name in self._scenarios.items()}
        todo = [task for row in tasks.values() for task in row if task not in self._ended]
        joints = {task.joint: None for task in todo if task.joint is not None and not task.is_planned}
        fresh = [joint for joint in joints if joint is not None and not self._holds(joint)]
        self._tasks = sum(map(len, tasks.values())) + len(fresh) + len(tasks) * (len(self._units) > 1)
        for report in list(self._ended.values()):
            self._told(report, self._tasks)
        self._make(crew, fresh)
        for task in todo:
            joint = self._ended.get(task.joint) if task.joint is not None else None
            if joint is not None and joint.failure and not task.is_planned:
                self._end(Report(task, failure=joint.failure))
        self._make(crew, [task for task in todo if task not in self._ended])
        rolled = {
            name: RollUp(self._order, name, tuple((task, self._ended[task].failure) for task in row))
            for name, row in tasks.items()
            if row[1:]
        }
        self._make(crew, [roll for roll in rolled.values() if not self._kept(roll)])
        every: list[AnyTask] = []
        for name, row in tasks.items():
            every += row
            every += [rolled[name]] if name in rolled else []
        return [self._ended[task] for task in every]

    def _declared(self, scenario: str, name: str) -> Iterator[Task]:
        """Yield the task of each unit under a scenario; what cannot be made or need not has ended already."""
        joints, failures = self._joints(scenario, name)
        for unit in self._units:
            called = self._inputs.units[unit].name if unit in self._inputs.units else unit
            task = Task(self._order, unit, scenario, name, called, joints.get(unit))
            if unit in failures:
                self._ended[task] = Report(task, failure=failures[unit])
            elif self._resume:
                if self._holds(task):
                    self._ended[task] = Report(task, kept=True)
                elif self._manifest.holds_plan(task.folder, plan=self._keys.plan(task)):
                    task = replace(task, is_planned=True)
            yield task

    def _joints(self, scenario: str, name: str) -> tuple[dict[str, Joint], dict[str, str]]:
        """Return what each unit is planned with, if with any, and by unit why it cannot be planned.

        A unit at fault leaves the others to be planned without it.
        """
        failures = dict(self._faults)
        levers = read_scenario(self._order.data, scenario)
        while True:
            sound = [unit for unit in self._units if unit not in failures]
            groups = [group for group in together(self._inputs, sound) if group[1:]]
            found: dict[str, str] = {}
            for group in groups:
                try:
                    pack = read_roadmap(self._order.roadmap or default_roadmap(self._inputs, group))
                    pose(self._inputs, group, pack, levers)
                except FaultyInput as faulty:
                    whose = {fault.unit for fault in faulty.faults}
                    at_fault = sorted(u for u in whose if u) if whose <= set(group) else group
                    of = {u: [f for f in faulty.faults if whose > {u} or f.unit == u] for u in at_fault}
                    found |= {u: FaultyInput(of[u]).say(self._words) for u in at_fault}
                except ProvisionError as error:
                    found |= dict.fromkeys(group, error.say(self._words))
            if not found:
                joints = {u: Joint(self._order, group, scenario, name) for group in groups for u in group}
                return joints, failures
            failures |= found

    def _holds(self, task: Joint | Task) -> bool:
        """Say whether a task's folder is whole and unchanged, and may be kept."""
        if not self._resume:
            return False
        return self._manifest.holds(task.folder, plan=self._keys.plan(task), report=self._keys.report(task))

    def _kept(self, roll: RollUp) -> bool:
        """Say whether nothing of a roll-up is to be made, and end it: it is whole and unchanged, or of nothing."""
        if all(why for _, why in roll.listed):
            self._end(Report(roll, failure=self._words("page.no_plan")))
        elif self._resume and self._manifest.holds(roll.folder, plan=self._of(roll), report=""):
            self._end(Report(roll, kept=True))
        return roll in self._ended

    def _make(self, crew: Crew, tasks: Sequence[AnyTask]) -> None:
        """Have tasks made; the manifest knows each as soon as it is there."""
        for task, report in crew.each(make, tasks):
            ended = report or Report(task, failure=self._words("page.died"))
            if not ended.failure:
                plan = self._of(task) if isinstance(task, RollUp) else self._keys.plan(task)
                key = "" if isinstance(task, RollUp) else self._keys.report(task)
                self._manifest = self._manifest.with_outputs(task.folder, plan=plan, report=key)
                self._manifest.write()
            self._end(ended)

    def _of(self, roll: RollUp) -> str:
        """Return the hash of what a roll-up is made from."""
        folders = [task.folder for task, why in roll.listed if not why]
        return self._keys.roll_up(
            self._manifest, folders, [(task.unit, task.called, why) for task, why in roll.listed]
        )

    def _end(self, report: Report) -> None:
        self._ended[report.task] = report
        self._told(report, self._tasks)

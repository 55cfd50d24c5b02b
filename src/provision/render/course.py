"""The course of a batch: what is planned together, what is kept, what is made, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from provision.domain.inputs import Inputs
from provision.intake import read_scenario
from provision.render.executors import Crew
from provision.render.grouping import Grouping, grouping
from provision.render.making import make
from provision.render.manifest import Keys, Manifest
from provision.render.tasks import AnyTask, Joint, Order, Report, RollUp, Task, row_of
from provision.store.standing import write_list
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
        who = {name: self._grouping(scenario) for scenario, name in self._scenarios.items()}
        joints = {
            (name, unit): Joint(self._order, group, scenario, name)
            for scenario, name in self._scenarios.items()
            for group in who[name].groups
            for unit in group
        }
        fresh = [joint for joint in dict.fromkeys(joints.values()) if not self._holds(joint)]
        rolls = len(who) * (len(self._units) > 1)
        self._tasks = len(self._units) * len(who) + len(fresh) + rolls
        self._make(crew, fresh)
        tasks = {
            name: [
                self._declared(unit, scenario, name, joints.get((name, unit)), who[name].failures)
                for unit in self._units
            ]
            for scenario, name in self._scenarios.items()
        }
        self._make(crew, [task for row in tasks.values() for task in row if task not in self._ended])
        listed = {name: tuple((task, self._ended[task].failure) for task in row) for name, row in tasks.items()}
        rolled = {name: RollUp(self._order, name, rows) for name, rows in listed.items() if rolls}
        self._make(crew, [roll for roll in rolled.values() if not self._kept(roll)])
        every: list[list[AnyTask]] = [[*row, *filter(None, [rolled.get(name)])] for name, row in tasks.items()]
        return [self._ended[task] for row in every for task in row]

    def _grouping(self, scenario: str) -> Grouping:
        """Return who is planned with whom under a scenario."""
        order, levers = self._order, read_scenario(self._order.data, scenario)
        try:
            return grouping(
                self._inputs, self._units, levers, roadmap=order.roadmap, faults=self._faults, words=self._words
            )
        except Exception as error:  # a fault of ours under one scenario never stops the others
            reason = self._words("command.failed", reason=f"{type(error).__name__}: {error}")
            return Grouping((), dict.fromkeys(self._units, reason))

    def _declared(
        self, unit: str, scenario: str, name: str, joint: Joint | None, failures: Mapping[str, str]
    ) -> Task:
        """Return the task of a unit under a scenario; what cannot be made or need not has ended already."""
        known = self._inputs.units.get(unit) or self._inputs.schools.get(unit)
        task = Task(self._order, unit, scenario, name, known.name if known is not None else unit, joint)
        failed = self._ended[joint].failure if joint in self._ended and joint is not None else ""
        if reason := failures.get(unit, failed):
            self._end(Report(task, failure=reason))
        elif self._holds(task):
            self._end(Report(task, kept=True))
        elif self._resume and self._manifest.holds_plan(task.folder, plan=self._plan_key(task)):
            return replace(task, is_planned=True)
        return task

    def _holds(self, task: Joint | Task) -> bool:
        """Say whether a task's folder is whole and unchanged, and may be kept."""
        if not self._resume:
            return False
        return self._manifest.holds(task.folder, plan=self._plan_key(task), report=self._keys.report(task))

    def _plan_key(self, task: Joint | Task) -> str:
        """Return the hash of what a plan is made from, of a part also of the very plan it is a part of."""
        key = self._keys.plan(task)
        if isinstance(task, Task) and task.joint is not None:
            return self._keys.part(key, self._manifest.outputs(task.joint.folder))
        return key

    def _kept(self, roll: RollUp) -> bool:
        """Say whether nothing of a roll-up is to be made, and end it: it is whole and unchanged, or of nothing."""
        if all(why for _, why in roll.listed):
            self._end(Report(roll, failure=self._words("page.no_plan")))
            return True
        write_list(roll.folder.parent, map(row_of, roll.listed))  # also where it was lost
        if self._resume and self._manifest.holds(roll.folder, plan=self._of(roll), report=""):
            self._end(Report(roll, kept=True))
        return roll in self._ended

    def _make(self, crew: Crew, tasks: Sequence[AnyTask]) -> None:
        """Have tasks made; the manifest knows each as soon as it is there."""
        for task, report in crew.each(make, tasks):
            ended = report or Report(task, failure=self._words("page.died"))
            if not ended.failure:
                plan = self._of(task) if isinstance(task, RollUp) else self._plan_key(task)
                key = "" if isinstance(task, RollUp) else self._keys.report(task)
                self._manifest = self._manifest.with_outputs(task.folder, plan=plan, report=key)
                if self._manifest.outputs(task.folder):
                    self._manifest.write()
                else:
                    ended = Report(task, failure=self._words("page.not_there", folder=str(task.folder)))
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

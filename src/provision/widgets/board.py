"""One unit's question and its answer: levers on one side, what they come to on the other, always the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

import ipywidgets as widgets

from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.posing.elsewhere import levers_here
from provision.questions.live import Live
from provision.questions.locks import price_of_cells
from provision.store import open_plan
from provision.store.folder import save_plan, save_scenario
from provision.widgets.answer import Answer
from provision.widgets.aside import Aside
from provision.widgets.ask import Ask
from provision.widgets.chooser import Chosen
from provision.widgets.compare import Compare
from provision.widgets.follow import Follower
from provision.widgets.keep import Keep
from provision.widgets.levers import Levers
from provision.widgets.look import fitting, hidden
from provision.widgets.said import ours
from provision.widgets.take import Take

_REST = 1.0
"""Seconds without a lever moved after which whole machines are sought."""


class Board(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Levers, answer, whole machines aside. ``plan`` is the last good answer, None before the first.

    ``folder`` is where it lies if it is in whole machines, None if it is not.

    A lever moved is answered at once in fractions of machines; then whole machines are sought in a process aside,
    by the same command a planner would type. A newer move drops whatever is under way, unless no plan depends on it.
    """

    def __init__(self, chosen: Chosen, scenario: Scenario) -> None:
        words = self._words = chosen.words
        self.chosen = chosen
        self.plan: Plan | None = None
        self.folder: Path | None = None
        self._answered: Scenario | None = None
        self._bound = Live(chosen.inputs, chosen.units, chosen.roadmap)
        self._free = Live(chosen.inputs, chosen.units, chosen.roadmap)
        self._home = TemporaryDirectory(prefix="provision-desk-", ignore_cleanup_errors=True)
        self._sought = scenario, Path(self._home.name)
        self._was_sought = False
        self._search = Aside(told=self._searched, ended=self._found)
        self._follower = Follower(self._steps, self._failed)
        self.levers = Levers(chosen.inputs, chosen.units, words, scenario=scenario)
        self.compare = Compare(chosen, asked=lambda: self.asked)
        self.keep = Keep(chosen, asked=lambda: self.asked, opened=self.levers.show, kept=self.compare.list)
        self.take = Take(chosen, board=self)
        self.ask = Ask(chosen, board=self)
        beside = {"ask": self.ask, "compare": widgets.VBox([self.keep, self.compare]), "take": self.take}
        self.answer = Answer(words, beside=beside)
        self.stop = widgets.Button(description=words("desk.stop"), layout=fitting())
        self.search = widgets.Button(description=words("desk.count"), button_style="primary", layout=fitting())
        left = widgets.VBox([self.levers]).add_class("provision-levers")
        right = widgets.VBox([widgets.HBox([self.search, self.stop]), self.answer]).add_class("provision-answer")
        super().__init__([widgets.HBox([left, right]).add_class("provision-board")])
        self.levers.observe(lambda _change: self.follow(), names="value")
        self.search.on_click(lambda _button: self._seek())
        self.stop.on_click(lambda _button: self._stop())
        self._show_buttons()
        self.follow()

    def follow(self) -> None:
        """Answer what the levers now ask; whole machines that are sought for the same plan go on being sought."""
        if not self.asked.plans_as(self._sought[0]):
            self._search.stop()
            self._show_buttons()
        self._follower.want()

    @property
    def asked(self) -> Scenario:
        """Return the scenario the levers stand for."""
        asked: Scenario = self.levers.value
        return asked

    @property
    def is_whole(self) -> bool:
        """Say whether the answer is in whole machines."""
        return self.folder is not None

    def close(self) -> None:
        """Stop what is under way, and leave nothing behind."""
        self._follower.stop()
        self._search.stop()
        self._home.cleanup()
        super().close()

    def _steps(self) -> Iterator[float]:
        words, answer, asked = self._words, self.answer, self.asked
        answer.tell(words("desk.working"))
        self.levers.entries["overrides"].price.value = ""
        self.compare.refresh()
        yield 0
        alike = self._answered is not None and asked.plans_as(self._answered)
        self._was_sought = alike and self._was_sought
        if alike and self.folder is not None:
            self._accept(asked, *self._doubted(self.folder))
            answer.tell(self._figures)
            return
        try:
            preview = (self._bound if asked.overrides else self._free).ask(asked)
            answer.glance(preview.glance())
            yield 0
            plan = preview.plan()
        except ProvisionError as error:
            self._tell_failed(words("desk.failed", reason=error.say(words)))
            return
        self._accept(asked, plan)
        answer.tell(self._figures)
        yield from answer.paint(plan, whole=False)
        yield 0
        self._tell_price(asked, plan)
        if asked.whole_machines and self._follower.is_later and not self._was_sought:
            yield _REST
            if not self.is_whole and not self._search.busy:  # nobody pressed the button meanwhile
                self._seek()

    def _doubted(self, folder: Path) -> tuple[Plan, Path]:
        """Return the plan of a folder with what the levers now say is uncertain, and a folder of its own."""
        opened = open_plan(folder)
        problem = opened.plan.problem
        asked = levers_here(opened.inputs, problem.units, replace(self.asked, whole_machines=True))
        plan = replace(opened.plan, problem=replace(problem, scenario=asked))
        out = Path(mkdtemp(dir=self._home.name)) / "plan"
        return plan, save_plan(plan, opened.inputs, out, roadmap=self.chosen.pack)

    def _accept(self, asked: Scenario, plan: Plan, folder: Path | None = None) -> None:
        """Take a plan for the answer; ``folder`` is where one in whole machines lies."""
        self.plan, self._answered = plan, asked
        before, self.folder = self.folder, folder
        self.take.refresh()
        self.ask.refresh()
        if before is not None:
            rmtree(before.parent, ignore_errors=True)
        self.answer.fail("")

    @property
    def _figures(self) -> str:
        """What the figures are that are seen now; blank where there are none."""
        if self.plan is None:
            return ""
        if self._answered != self.asked:
            return self._words("desk.stale")
        if self.is_whole:
            return self._words("desk.whole", status=self._words(f"status.{self.plan.status}"))
        return self._words("desk.linear_alone" if self.plan.problem.is_one_school else "desk.linear")

    def _tell_failed(self, reason: str) -> None:
        self.answer.fail(reason)
        self.answer.tell(self._figures)

    def _tell_price(self, asked: Scenario, plan: Plan) -> None:
        """Say what the cells changed by hand cost: the same question without them, beside it."""
        entry = self.levers.entries["overrides"]
        if not asked.overrides:
            return
        try:
            free = self._free.plan(replace(asked, overrides={}))
        except ProvisionError:  # only the cells make it a question that has an answer: they have no price
            return
        entry.price.value = price_of_cells(plan, free, self._words)

    def _seek(self) -> None:
        """Seek whole machines in a process aside, each time for a folder of its own."""
        chosen, asked = self.chosen, self.asked
        scenario = replace(asked, whole_machines=True)
        out = Path(mkdtemp(dir=self._home.name)) / "plan"
        file = save_scenario(scenario, out.with_name(f"{scenario.name}.toml"))
        command = ["solve", str(chosen.data), "--unit", ",".join(chosen.units), "--roadmap", chosen.pack]
        command += ["--scenario", str(file), "--out", str(out), "--language", self._words.language]
        command += ["--mapping", chosen.mapping] if chosen.mapping else []
        self._sought, self._was_sought = (asked, out), True
        self.answer.tell(f"{self._figures} {self._words('desk.seeking')}")
        self._search.run(command)
        self._show_buttons()

    def _searched(self, line: str) -> None:
        if line.startswith("  ") and not line.startswith("  -"):  # an objective that is sought, not a warning
            self.answer.tell(f"{self._figures} {self._words('desk.seeking')} {line.strip(' …')}.")

    def _found(self, code: int, said: str) -> None:
        self._show_buttons()
        if code:
            self._tell_failed(self._words("desk.not_whole_found", reason=said))
            return
        asked, folder = self._sought
        try:
            plan = open_plan(folder).plan
            if asked != self.asked and asked.plans_as(self.asked):
                asked, (plan, folder) = self.asked, self._doubted(folder)
            self._accept(asked, plan, folder)
            for _ in self.answer.paint(plan, whole=True):
                pass
            self.answer.tell(self._figures)
        except ProvisionError as error:
            self._tell_failed(self._words("desk.failed", reason=error.say(self._words)))
        except Exception as error:  # a callback's error is told nowhere: it must be told in the page
            self._failed(error)

    def _stop(self) -> None:
        self._search.stop()
        self._show_buttons()
        self.answer.tell(f"{self._figures} {self._words('desk.stopped')}")

    def _show_buttons(self) -> None:
        hidden(self.stop, unless=self._search.busy)
        hidden(self.search, unless=not self._search.busy)

    def _failed(self, error: Exception) -> None:
        """Show an error of ours in the page, where a planner can read it to somebody."""
        self._tell_failed(ours(error, self._words))

"""One unit's question and its answer: levers on one side, what they come to on the other, always the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import ipywidgets as widgets

from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.questions.live import Live
from provision.questions.locks import price_of_cells
from provision.store import open_plan
from provision.store.folder import save_scenario
from provision.widgets.answer import Answer
from provision.widgets.aside import Aside
from provision.widgets.chooser import Chosen
from provision.widgets.compare import Compare
from provision.widgets.follow import Follower
from provision.widgets.keep import Keep
from provision.widgets.levers import Levers
from provision.widgets.look import fitting, hidden
from provision.widgets.take import Take

_REST = 1.0
"""Seconds without a lever moved after which whole machines are sought."""


class Board(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Levers, answer, whole machines aside. ``plan`` is the last good answer, None before the first.

    A lever moved is answered at once in fractions of machines; then whole machines are sought in a process aside,
    by the same command a planner would type. A newer move drops whatever is under way.
    """

    def __init__(self, chosen: Chosen, scenario: Scenario) -> None:
        words = self._words = chosen.words
        self._chosen = chosen
        self.plan: Plan | None = None
        self.is_whole = False
        self._live = Live(chosen.inputs, chosen.units, chosen.roadmap)
        self._free = Live(chosen.inputs, chosen.units, chosen.roadmap)
        self._home = TemporaryDirectory(prefix="provision-desk-")
        self._search = Aside(told=self._searched, ended=self._found)
        self._follower = Follower(self._steps, self._failed)
        self.levers = Levers(chosen.inputs, chosen.units, words, scenario=scenario)
        self.compare = Compare(chosen, asked=lambda: self.asked)
        self.keep = Keep(chosen, asked=lambda: self.asked, opened=self.levers.show, kept=self.compare.list)
        self.take = Take(chosen, board=self)
        self.answer = Answer(words, compare=widgets.VBox([self.keep, self.compare]), take=self.take)
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
        """Answer what the levers now ask."""
        self._search.stop()
        self._show_buttons()
        self._follower.want()

    @property
    def asked(self) -> Scenario:
        """Return the scenario the levers stand for."""
        asked: Scenario = self.levers.value
        return asked

    @property
    def folder(self) -> Path:
        """Return where the plan in whole machines lies once it was found."""
        return Path(self._home.name) / "plan"

    def close(self) -> None:
        """Stop what is under way."""
        self._search.stop()
        super().close()

    def _steps(self) -> Iterator[float]:
        words, answer = self._words, self.answer
        answer.tell(words("desk.working"))
        yield 0
        asked = self.asked
        try:
            preview = self._live.ask(asked)
            answer.glance(preview.glance())
            yield 0
            plan = preview.plan()
        except ProvisionError as error:
            answer.fail(words("desk.failed", reason=error.say(words)))
            answer.tell(words("desk.stale") if self.plan is not None else "")
            return
        self.plan, self.is_whole = plan, False
        answer.fail("")
        answer.tell(words("desk.linear"))
        yield from answer.paint(plan, whole=False)
        yield 0
        self._tell_price(asked, plan)
        self.take.refresh()
        self.compare.refresh()
        if asked.whole_machines and self._follower.is_later:
            yield _REST
            self._seek()

    def _tell_price(self, asked: Scenario, plan: Plan) -> None:
        """Say what the cells changed by hand cost: the same question without them, beside it."""
        entry = self.levers.entries["overrides"]
        if not asked.overrides:
            entry.price.value = ""
            return
        free = self._free.plan(replace(asked, overrides={}))
        entry.price.value = price_of_cells(plan, free, self._words)

    def _seek(self) -> None:
        """Seek whole machines in a process aside."""
        chosen = self._chosen
        scenario = replace(self.asked, whole_machines=True)
        file = save_scenario(scenario, Path(self._home.name) / f"{scenario.name}.toml")
        asked = ["solve", str(chosen.data), "--unit", ",".join(chosen.units), "--roadmap", chosen.pack]
        asked += ["--scenario", str(file), "--out", str(self.folder), "--language", self._words.language]
        self.answer.tell(f"{self._words('desk.linear')} {self._words('desk.seeking')}")
        self._search.run(asked)
        self._show_buttons()

    def _searched(self, line: str) -> None:
        if line.startswith("  ") and not line.startswith("  -"):  # an objective that is sought, not a warning
            self.answer.tell(f"{self._words('desk.linear')} {self._words('desk.seeking')} {line.strip(' …')}.")

    def _found(self, code: int, said: str) -> None:
        words = self._words
        self._show_buttons()
        if code:
            self.answer.fail(words("desk.not_whole_found", reason=said))
            self.answer.tell(words("desk.linear"))
            return
        try:
            self._show_whole(open_plan(self.folder).plan)
        except ProvisionError as error:
            self.answer.fail(words("desk.failed", reason=error.say(words)))

    def _show_whole(self, plan: Plan) -> None:
        self.plan, self.is_whole = plan, True
        self.answer.glance(plan)
        for _ in self.answer.paint(plan, whole=True):
            pass
        self.answer.tell(self._words("desk.whole", status=self._words(f"status.{plan.status}")))
        self.take.refresh()

    def _stop(self) -> None:
        self._search.stop()
        self._show_buttons()
        self.answer.tell(f"{self._words('desk.linear')} {self._words('desk.stopped')}")

    def _show_buttons(self) -> None:
        hidden(self.stop, unless=self._search.busy)
        hidden(self.search, unless=not self._search.busy)

    def _failed(self, error: Exception) -> None:
        """Show an error of ours in the page, where a planner can read it to somebody."""
        reason = self._words("command.failed", reason=f"{type(error).__name__}: {error}")
        self.answer.fail(reason)
        self.answer.tell(self._words("desk.stale"))

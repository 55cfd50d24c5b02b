"""What a planner takes away: charts, tables, the scenario, a report."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Protocol

import ipywidgets as widgets

from provision.charts import CHARTS
from provision.documents.workbook import workbook
from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.store.folder import scenario_toml
from provision.widgets.aside import Aside
from provision.widgets.chooser import Chosen
from provision.widgets.said import download, paragraphs, wrong

_KINDS = ("png", "svg", "pdf")


class Source(Protocol):
    """What files are made from: the last good plan, the scenario the levers stand for, the whole plan's folder."""

    plan: Plan | None
    is_whole: bool

    @property
    def asked(self) -> Scenario:
        """Return the scenario the levers stand for."""

    @property
    def folder(self) -> Path:
        """Return where the plan in whole machines lies."""


class Take(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Buttons that make files, and links that hand them over; a newer plan takes the old links away."""

    def __init__(self, chosen: Chosen, *, board: Source) -> None:
        words = self._words = chosen.words
        self._chosen, self._board = chosen, board
        self._aside = Aside(told=lambda _line: None, ended=self._reported)
        narrow = widgets.Layout(width="auto")
        self.charts = widgets.Button(description=words("desk.take_charts"), layout=narrow)
        self.tables = widgets.Button(description=words("desk.take_tables"), layout=narrow)
        self.scenario = widgets.Button(description=words("desk.take_scenario"), layout=narrow)
        self.report = widgets.Button(description=words("desk.take_report"), layout=narrow)
        self.note, self.links = widgets.HTML(), widgets.HTML()
        buttons = [self.charts, self.tables, self.scenario, self.report]
        super().__init__([widgets.HBox(buttons, layout=widgets.Layout(flex_flow="row wrap")), self.note, self.links])
        self.charts.on_click(lambda _button: self._charts())
        self.tables.on_click(lambda _button: self._tables())
        self.scenario.on_click(lambda _button: self._scenario())
        self.report.on_click(lambda _button: self._report())

    def refresh(self) -> None:
        """Take away the links of an older plan, and say what the next files will be of."""
        self._aside.stop()
        self.links.value = ""
        self.note.value = paragraphs([self._words("desk.take_whole" if self._board.is_whole else "desk.take_linear")])

    def _charts(self) -> None:
        plan, words = self._board.plan, self._words
        if plan is None:
            return
        rows = []
        for draw in CHARTS:
            chart = draw(plan, words)
            links = (
                download(f"{self._stem(plan)}-{chart.name}.{kind}", chart.save(kind), kind.upper()) for kind in _KINDS
            )
            rows.append(f"<li>{escape(chart.title)}: {' · '.join(links)}</li>")
        self.links.value = f"<ul>{''.join(rows)}</ul>"

    def _tables(self) -> None:
        if (plan := self._board.plan) is not None:
            self._hand(f"{self._stem(plan)}.xlsx", workbook(plan, self._words))

    def _scenario(self) -> None:
        asked = self._board.asked
        self._hand(f"{asked.name}.toml", scenario_toml(asked).encode("utf-8"))

    def _report(self) -> None:
        if not self._board.is_whole:
            self.note.value = wrong(self._words("desk.report_waits"))
            return
        self.note.value = paragraphs([self._words("desk.reporting")], look="provision-state")
        self._aside.run(["report", str(self._board.folder), "--html", "--language", self._words.language])

    def _reported(self, code: int, said: str) -> None:
        plan = self._board.plan
        if code or plan is None:
            self.note.value = wrong(said)
            return
        self.note.value = ""
        self._hand(f"{self._stem(plan)}.html", (self._board.folder / "report.html").read_bytes())

    def _hand(self, name: str, content: bytes) -> None:
        size = self._words.number(len(content) / 1000)
        self.links.value = f"<p>{download(name, content, self._words('desk.file', name=name, size=size))}</p>"

    def _stem(self, plan: Plan) -> str:
        return "-".join((*self._chosen.units[:2], plan.problem.scenario.name))

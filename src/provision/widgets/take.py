"""What a planner takes away: charts, tables, the scenario, a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Protocol

import ipywidgets as widgets

from provision.charts import CHARTS
from provision.charts.chart import KINDS
from provision.documents.workbook import workbook
from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.store.folder import scenario_toml
from provision.widgets.aside import Aside
from provision.widgets.chooser import Chosen
from provision.widgets.follow import Follower
from provision.widgets.keep import code_of
from provision.widgets.look import fitting, wrapping
from provision.widgets.said import download, ours, paragraphs, wrong


class Source(Protocol):
    """What files are made of: the last good plan, where it lies if it is whole, and what the levers stand for."""

    plan: Plan | None
    folder: Path | None

    @property
    def asked(self) -> Scenario:
        """Return the scenario the levers stand for."""


class Take(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Buttons that make files, and links that hand them over; a newer plan takes the old links away."""

    def __init__(self, chosen: Chosen, *, board: Source) -> None:
        words = self._words = chosen.words
        self._chosen, self._board = chosen, board
        self._making = self._charts
        self._maker = Follower(lambda: self._making(), self._failed)
        self._aside = Aside(told=lambda _line: None, ended=self._reported)
        self.charts = widgets.Button(description=words("desk.take_charts"), layout=fitting())
        self.tables = widgets.Button(description=words("desk.take_tables"), layout=fitting())
        self.scenario = widgets.Button(description=words("desk.take_scenario"), layout=fitting())
        self.report = widgets.Button(description=words("desk.take_report"), layout=fitting())
        self.note, self.links = widgets.HTML(), widgets.HTML()
        buttons = [self.charts, self.tables, self.scenario, self.report]
        super().__init__([wrapping(*buttons), self.note, self.links])
        for button, making in zip(buttons, (self._charts, self._tables, self._scenario, self._report), strict=True):
            button.on_click(partial(self._make, making))

    def close(self) -> None:
        """Make no more files."""
        self._maker.stop()
        self._aside.stop()
        super().close()

    def refresh(self) -> None:
        """Take away the links of an older plan, and say what the next files will be of."""
        self._aside.stop()
        self.links.value = ""
        self._say_kind()

    def _make(self, making: Callable[[], Iterator[float]], _button: object) -> None:
        self._making = making
        self._maker.want()

    def _say_kind(self) -> None:
        self.note.value = paragraphs([self._words("desk.take_whole" if self._board.folder else "desk.take_linear")])

    def _failed(self, error: Exception) -> None:
        self.note.value = wrong(ours(error, self._words))

    def _charts(self) -> Iterator[float]:
        """Draw every chart in every kind, a step at a time: a PDF takes a while."""
        plan, words = self._board.plan, self._words
        if plan is None:
            return
        rows: list[str] = []
        for draw in CHARTS:
            chart = draw(plan, words)
            links: list[str] = []
            for kind in KINDS:
                drawn = words("desk.drawing", chart=chart.title, kind=kind.upper())
                self.note.value = paragraphs([drawn], look="provision-state")
                yield 0
                if self._board.plan is not plan:  # a newer one: nobody wants files of this one any more
                    return
                links.append(download(f"{self._stem(plan)}-{chart.name}.{kind}", chart.save(kind), kind.upper()))
            rows.append(f"<li>{escape(chart.title)}: {' · '.join(links)}</li>")
        self._say_kind()
        self.links.value = f"<ul>{''.join(rows)}</ul>"

    def _tables(self) -> Iterator[float]:
        if (plan := self._board.plan) is not None:
            self.note.value = paragraphs([self._words("desk.writing")], look="provision-state")
            yield 0
            if self._board.plan is plan:
                self._hand(f"{self._stem(plan)}.xlsx", workbook(plan, self._words))
                self._say_kind()

    def _scenario(self) -> Iterator[float]:
        yield 0
        asked = self._board.asked
        name = code_of(asked.label(self._words.language)) or asked.name
        self._hand(f"{name}.toml", scenario_toml(replace(asked, name=name)).encode("utf-8"))

    def _report(self) -> Iterator[float]:
        yield 0
        if self._board.folder is None:
            self.note.value = wrong(self._words("desk.report_waits"))
            return
        self.note.value = paragraphs([self._words("desk.reporting")], look="provision-state")
        self._aside.run(["report", str(self._board.folder), "--html", "--language", self._words.language])

    def _reported(self, code: int, said: str) -> None:
        plan, folder = self._board.plan, self._board.folder
        if code or plan is None or folder is None:
            self.note.value = wrong(said)
            return
        self.note.value = ""
        self._hand(f"{self._stem(plan)}.html", (folder / "report.html").read_bytes())

    def _hand(self, name: str, content: bytes) -> None:
        size = self._words.number(len(content) / 1000)
        self.links.value = f"<p>{download(name, content, self._words('desk.file', name=name, size=size))}</p>"

    def _stem(self, plan: Plan) -> str:
        return "-".join((*self._chosen.units[:2], plan.problem.scenario.name))

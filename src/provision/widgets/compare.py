"""Scenarios by name: kept as files, opened again, and up to four laid side by side."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from provision.charts.comparison import draw_comparison
from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.domain.years import format_school_year
from provision.errors import ProvisionError
from provision.intake import known_scenarios, read_scenario
from provision.intake.scenarios import scenario_folder
from provision.questions.compare import compare
from provision.questions.live import Live
from provision.store.folder import save_scenario
from provision.widgets.chooser import Chosen
from provision.widgets.follow import Follower
from provision.widgets.look import SCREEN_DPI, field, fitting, hidden, picture, wrapping
from provision.widgets.said import paragraphs, wrong

_MOST = 4
_NOW = ""


class Compare(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Save, open, compare. ``asked`` is the scenario the levers stand for, ``shown`` sets them to another."""

    def __init__(self, chosen: Chosen, *, asked: Callable[[], Scenario], shown: Callable[[Scenario], None]) -> None:
        words = self._words = chosen.words
        self._chosen, self._asked, self._shown = chosen, asked, shown
        self.name = widgets.Text(description=words("desk.name"), **_field())
        self.over = widgets.Checkbox(value=False, description=words("desk.over"), indent=False)
        self.save = widgets.Button(description=words("desk.save"), button_style="primary", layout=fitting())
        self.saved = widgets.Dropdown(description=words("desk.saved"), **_field())
        self.opener = widgets.Button(description=words("desk.open"), layout=fitting())
        self.several = widgets.SelectMultiple(description=words("desk.several"), rows=6, **_field())
        self.year = widgets.Dropdown(description=words("table.year"), **_field())
        self.lay = widgets.Button(description=words("desk.lay"), button_style="primary", layout=fitting())
        self.note, self.said, self.tables = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.picture = picture("comparison")
        self._plans: tuple[Plan, ...] = ()
        self._layer = Follower(self._lay, self._failed)
        super().__init__(
            [
                widgets.HTML(paragraphs([words("desk.save_help")])),
                wrapping(self.name, self.save, self.over),
                wrapping(self.saved, self.opener),
                self.note,
                widgets.HTML(paragraphs([words("desk.lay_help")])),
                wrapping(self.several, self.lay),
                self.said,
                self.picture,
                self.year,
                self.tables,
            ]
        )
        for part in (self.picture, self.year):
            hidden(part, unless=False)
        self.save.on_click(lambda _button: self._save())
        self.opener.on_click(lambda _button: self._open())
        self.lay.on_click(lambda _button: self._layer.want())
        self.year.observe(lambda _change: self._tell(), names="value")
        self._list()

    def refresh(self) -> None:
        """Say that what is laid side by side is older than the levers."""
        if self._plans:
            self.note.value = paragraphs([self._words("desk.lay_again")], look="provision-state")

    def _list(self) -> None:
        """List the scenarios by the names a planner gave them; a file at fault is told when it is opened."""
        known = []
        for code in known_scenarios(self._chosen.data):
            try:
                label = read_scenario(self._chosen.data, code).label(self._words.language)
            except ProvisionError:
                label = code
            known.append((label if label == code else f"{label} ({code})", code))
        self.saved.options = known
        self.saved.index = 0
        self.several.options = [(self._words("desk.now"), _NOW), *known]

    def _save(self) -> None:
        words, label = self._words, self.name.value.strip()
        code = code_of(label)
        path = scenario_folder(self._chosen.data) / f"{code}.toml"
        if not code or code == "base":
            self.note.value = wrong(words("desk.name_wrong"))
            return
        if path.exists() and not self.over.value:
            self.note.value = wrong(words("desk.name_taken", name=code))
            return
        labels = {"label_vi": label} if words.language == "vi" else {"label_en": label}
        scenario = replace(self._asked(), name=code, label_vi="", label_en="")
        try:
            save_scenario(replace(scenario, **labels), path)
        except ProvisionError as error:
            self.note.value = wrong(error.say(words))
            return
        self.over.value = False
        self._list()
        self.saved.value = code
        self.note.value = paragraphs([words("desk.kept", path=str(path))], look="provision-echo")

    def _open(self) -> None:
        try:
            scenario = read_scenario(self._chosen.data, self.saved.value)
        except ProvisionError as error:
            self.note.value = wrong(error.say(self._words))
            return
        self.name.value = scenario.label(self._words.language)
        self.note.value = paragraphs([self._words("desk.opened", name=self.name.value)], look="provision-echo")
        self._shown(scenario)

    def _lay(self) -> Iterator[float]:
        """Answer each scenario anew and show them side by side, a step at a time."""
        words, codes = self._words, self.several.value
        if not 2 <= len(codes) <= _MOST:
            self.note.value = wrong(words("desk.two_to_four"))
            return
        live = Live(self._chosen.inputs, self._chosen.units, self._chosen.roadmap)
        plans: list[Plan] = []
        for code in codes:
            self.note.value = paragraphs(
                [words("desk.laying", done=len(plans) + 1, all=len(codes))], look="provision-state"
            )
            yield 0
            now = replace(self._asked(), label_vi=words("desk.now"), label_en=words("desk.now"))
            try:
                plans.append(live.plan(now if code == _NOW else read_scenario(self._chosen.data, code)))
            except ProvisionError as error:
                self.note.value = wrong(error.say(words))
                return
        self._plans = tuple(plans)
        self._show()
        self.note.value = paragraphs([words("desk.linear")], look="provision-state")

    def _show(self) -> None:
        words, plans = self._words, self._plans
        years = [y for y in plans[0].problem.years if all(y in plan.problem.years for plan in plans)]
        self.year.options = [(words("desk.every_year"), ""), *((format_school_year(y), y) for y in years)]
        self.year.index = 0
        for part in (self.picture, self.year):
            hidden(part, unless=True)
        chart = draw_comparison(self._plans, words)
        self.picture.value = chart.save("png", dpi=SCREEN_DPI)
        self._tell()

    def _failed(self, error: Exception) -> None:
        self.note.value = wrong(self._words("command.failed", reason=f"{type(error).__name__}: {error}"))

    def _tell(self) -> None:
        if self._plans:
            told = compare(self._plans, self._words, year=self.year.value or None)
            self.said.value = paragraphs(told.said, look="provision-verdict")
            sheets = (told.totals, told.levers, told.schools)
            self.tables.value = "".join(sheet._repr_html_() for sheet in sheets)


def _field() -> dict[str, Any]:
    return field("28rem", label="8rem")


def code_of(label: str) -> str:
    """Return the code a name is filed under: ``Cắt 30 %`` is ``cat-30``."""
    plain = unicodedata.normalize("NFD", label.lower().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", letters).strip("-")[:60]

"""Scenarios by name: the levers as they stand are kept as a file, and opened again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets

from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.intake import check_scenario, known_scenarios, read_scenario
from provision.intake.scenarios import scenario_folder
from provision.store.folder import save_scenario
from provision.text import Words
from provision.widgets.chooser import Chosen
from provision.widgets.look import field, fitting, wrapping
from provision.widgets.said import paragraphs, wrong

_BUILT_IN = "base"
_NO_FILE = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")
"""What Windows takes for a device, whatever its ending: written there, a scenario would be lost."""


class Keep(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Save and open. ``asked`` is the scenario the levers stand for; ``opened`` is given one that was read.

    ``kept`` is called when the files there are have changed.
    """

    def __init__(
        self,
        chosen: Chosen,
        *,
        asked: Callable[[], Scenario],
        opened: Callable[[Scenario], None],
        kept: Callable[[], None],
    ) -> None:
        words = self._words = chosen.words
        self._data, self._asked, self._opened, self._kept = chosen.data, asked, opened, kept
        self.name = widgets.Text(description=words("desk.name"), **field("28rem", label="8rem"))
        self.over = widgets.Checkbox(value=False, description=words("desk.over"), indent=False)
        self.save = widgets.Button(description=words("desk.save"), button_style="primary", layout=fitting())
        self.saved = widgets.Dropdown(description=words("desk.saved"), **field("28rem", label="8rem"))
        self.opener = widgets.Button(description=words("desk.open"), layout=fitting())
        self.note = widgets.HTML()
        super().__init__(
            [
                widgets.HTML(paragraphs([words("desk.save_help")])),
                wrapping(self.name, self.save, self.over),
                wrapping(self.saved, self.opener),
                self.note,
            ]
        )
        self.save.on_click(lambda _button: self._save())
        self.opener.on_click(lambda _button: self._open())
        self._list(_BUILT_IN)

    def _list(self, code: str) -> None:
        self.saved.options = named(self._data, self._words)
        self.saved.value = code

    def _save(self) -> None:
        words, label = self._words, self.name.value.strip()
        code = code_of(label)
        path = scenario_folder(self._data) / f"{code}.toml"
        if not code or code == _BUILT_IN:
            self.note.value = wrong(words("desk.name_wrong"))
            return
        if path.exists() and not self.over.value:
            self.note.value = wrong(words("desk.name_taken", name=code))
            return
        labels = {"label_vi": label} if words.language == "vi" else {"label_en": label}
        scenario = replace(self._asked(), name=code, label_vi="", label_en="")
        try:
            check_scenario(scenario)  # a file that no command opens is not a scenario that was kept
            save_scenario(replace(scenario, **labels), path)
        except ProvisionError as error:
            self.note.value = wrong(error.say(words))
            return
        self.over.value = False
        self._list(code)
        self._kept()
        self.note.value = paragraphs([words("desk.kept", path=str(path))], look="provision-echo")

    def _open(self) -> None:
        try:
            scenario = read_scenario(self._data, self.saved.value)
        except ProvisionError as error:
            self.note.value = wrong(error.say(self._words))
            return
        self.name.value = "" if scenario.name == _BUILT_IN else scenario.label(self._words.language)
        said = self._words("desk.opened", name=scenario.label(self._words.language))
        self.note.value = paragraphs([said], look="provision-echo")
        self._opened(scenario)


def named(data: Path, words: Words) -> list[tuple[str, str]]:
    """Return the scenarios there are, by the names a planner gave them; a file at fault is told when it is opened."""
    known = []
    for code in known_scenarios(data):
        try:
            label = read_scenario(data, code).label(words.language)
        except ProvisionError:
            label = code
        known.append((label if label == code else f"{label} ({code})", code))
    return known


def code_of(label: str) -> str:
    """Return the code a name is filed under: ``Cắt 30 %`` is ``cat-30``."""
    plain = unicodedata.normalize("NFD", label.lower().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    code = re.sub("[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-")
    return f"{code}-1" if _NO_FILE.fullmatch(code) else code

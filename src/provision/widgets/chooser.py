"""Which question lies on the desk: data, units, roadmap, language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import ipywidgets as widgets
from traitlets import Instance

from provision.domain.inputs import Inputs
from provision.domain.roadmap import Roadmap
from provision.errors import ProvisionError
from provision.intake import data_in, load, read_roadmap
from provision.intake.packs import known_packs
from provision.posing import default_roadmap
from provision.text import LANGUAGES, Words
from provision.widgets.look import field, fitting, wrapping
from provision.widgets.said import apart, wrong


@dataclass(frozen=True)
class Chosen:
    """What a planner plans: the data as they were read, units by code, the pack, and the words to say it in."""

    data: Path
    inputs: Inputs
    units: tuple[str, ...]
    pack: str
    roadmap: Roadmap
    words: Words
    mapping: str | None = None


def choose(
    data: Path,
    units: tuple[str, ...] | None,
    *,
    pack: str | None = None,
    language: str = "vi",
    mapping: str | None = None,
) -> Chosen:
    """Read data and roadmap; without units the data's first, without a pack the units' own.

    Raises
    ------
    ProvisionError, FaultyInput
        Where they cannot be read.

    """
    inputs = load(data, mapping=mapping)
    units = units or (next(iter(inputs.units)),)
    for code in units:
        if code not in inputs.units:
            raise ProvisionError("desk_unit_unknown", unit=code, known=", ".join(inputs.units))
    name = pack or default_roadmap(inputs, units)
    return Chosen(data, inputs, tuple(units), name, read_roadmap(name), Words(language), mapping)


class Chooser(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Lists of data, units and roadmaps, and the language. ``chosen`` changes only where all of it can be read."""

    chosen = Instance(Chosen)

    def __init__(self, chosen: Chosen) -> None:
        words = chosen.words
        self._first, self._mapping = chosen.data, chosen.mapping
        self.data = widgets.Dropdown(
            options=[(path.name, path) for path in _beside(chosen.data)],
            value=chosen.data,
            description=words("desk.data"),
            **field("24rem", label="6.5rem"),
        )
        self.units = widgets.SelectMultiple(
            options=apart((unit.name, code) for code, unit in chosen.inputs.units.items()),
            value=chosen.units,
            description=words("desk.units"),
            rows=min(4, len(chosen.inputs.units)),
            **field("24rem", label="6.5rem"),
        )
        self.pack = widgets.Dropdown(
            options=_packs(chosen),
            value=chosen.pack,
            description=words("desk.pack"),
            **field("24rem", label="6.5rem"),
        )
        self.language = widgets.ToggleButtons(
            options=[(words(f"desk.language_{code}"), code) for code in LANGUAGES],
            value=words.language,
            style={"button_width": "auto"},
        )
        self.again = widgets.Button(description=words("desk.again"), layout=fitting())
        self.note = widgets.HTML()
        super().__init__(
            [wrapping(self.data, self.units, self.pack), wrapping(self.language, self.again), self.note],
            chosen=chosen,
        )
        self.data.observe(lambda _change: self._read(self.data.value, None, None), names="value")
        self.units.observe(lambda _change: self._read_units(), names="value")
        self.pack.observe(lambda _change: self._read_again(), names="value")
        self.language.observe(lambda _change: self._read_again(), names="value")
        self.again.on_click(lambda _button: self._read_again())

    def _read_units(self) -> None:
        if self.units.value:
            self._read(self.data.value, self.units.value, None)
        else:  # the last one was let go: what is planned stays chosen
            self.units.value = self.chosen.units

    def _read_again(self) -> None:
        self._read(self.data.value, self.units.value, self.pack.value)

    def _read(self, data: Path, units: tuple[str, ...] | None, pack: str | None) -> None:
        try:
            mapping = self._mapping if data == self._first else None  # what stands beside are tables of ours
            self.chosen = choose(data, units, pack=pack, language=self.language.value, mapping=mapping)
        except ProvisionError as error:
            self.note.value = wrong(error.say(self.chosen.words))
            return
        self.note.value = ""


def _beside(data: Path) -> list[Path]:
    """Return the data folders and workbooks that stand beside one, itself among them."""
    return sorted({data, *data_in(data.parent)})


def _packs(chosen: Chosen) -> list[tuple[str, str]]:
    """Return the roadmaps that can be chosen, by title."""
    titles = []
    for name in dict.fromkeys((*known_packs(), chosen.pack)):
        pack = chosen.roadmap if name == chosen.pack else read_roadmap(name)
        titles.append((pack.title_vi if chosen.words.language == "vi" else pack.title_en, name))
    return titles

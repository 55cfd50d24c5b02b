"""Which question lies on the desk: data, units or one school, roadmap, language."""

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
from provision.posing.alone import as_planned, letterhead, one_school
from provision.text import LANGUAGES, Words
from provision.widgets.look import field, fitting, hidden, wrapping
from provision.widgets.said import apart, wrong


@dataclass(frozen=True)
class Chosen:
    """What a planner plans: data as they were read, units or one school by code, the pack, the words to say it in."""

    data: Path
    inputs: Inputs
    units: tuple[str, ...]
    pack: str
    roadmap: Roadmap
    words: Words
    mapping: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return what who plans is called."""
        return tuple(letterhead(self.inputs, code).name for code in self.units)

    @property
    def school(self) -> str:
        """Return the school that plans for itself, blank where units plan."""
        return one_school(self.inputs, self.units) or ""

    @property
    def planning(self) -> tuple[str, ...]:
        """Return the units that plan, of a school its own."""
        return tuple(map(self.inputs.unit_of, self.units))


def choose(
    data: Path,
    units: tuple[str, ...] | None,
    *,
    pack: str | None = None,
    language: str = "vi",
    mapping: str | None = None,
) -> Chosen:
    """Read data and roadmap; without units (or one school) the data's first, without a pack the units' own.

    Raises
    ------
    ProvisionError, FaultyInput
        Where they cannot be read, or the school cannot plan for itself.

    """
    inputs = load(data, mapping=mapping)
    units = units or (next(iter(inputs.units)),)
    as_planned(inputs, units)  # refuses whom there is not, and a school that cannot plan for itself
    name = pack or default_roadmap(inputs, units)
    return Chosen(data, inputs, tuple(units), name, read_roadmap(name), Words(language), mapping)


class Chooser(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Lists of data, units, schools and roadmaps, and the language.

    ``chosen`` changes only where all of it can be read. One school of one unit may be chosen to plan for itself.
    """

    chosen = Instance(Chosen)

    def __init__(self, chosen: Chosen) -> None:
        words = chosen.words
        self._first, self._mapping, self._listed = chosen.data, chosen.mapping, chosen.planning
        self.data = widgets.Dropdown(
            options=[(path.name, path) for path in _beside(chosen.data)],
            value=chosen.data,
            description=words("desk.data"),
            **field("24rem", label="6.5rem"),
        )
        self.units = widgets.SelectMultiple(
            options=apart((unit.name, code) for code, unit in chosen.inputs.units.items()),
            value=chosen.planning,
            description=words("desk.units"),
            rows=min(4, len(chosen.inputs.units)),
            **field("24rem", label="6.5rem"),
        )
        self.school = widgets.Dropdown(
            options=[(words("desk.whole_unit"), ""), *_schools(chosen)],
            value=chosen.school,
            description=words("desk.one_school"),
            **field("24rem", label="6.5rem"),
        )
        hidden(self.school, unless=len(chosen.planning) == 1)
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
        who, how = wrapping(self.data, self.units, self.school), wrapping(self.pack, self.language, self.again)
        how.layout.align_items = "center"
        super().__init__([who, how, self.note], chosen=chosen)
        self.data.observe(lambda _change: self._read(self.data.value, None, None), names="value")
        self.units.observe(lambda _change: self._read_units(), names="value")
        self.school.observe(lambda _change: self._read_again(), names="value")
        self.pack.observe(lambda _change: self._read_again(), names="value")
        self.language.observe(lambda _change: self._read_again(), names="value")
        self.again.on_click(lambda _button: self._read_again())

    def _read_units(self) -> None:
        if self.units.value:
            self._read(self.data.value, self.units.value, None)
        else:  # the last one was let go: what is planned stays chosen
            self.units.value = self.chosen.planning

    def _read_again(self) -> None:
        is_of_the_unit = self.units.value == self._listed  # else the desk is to be laid anew for another unit
        school = (self.school.value,) if self.school.value and is_of_the_unit else None
        self._read(self.data.value, school or self.units.value, self.pack.value)

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


def _schools(chosen: Chosen) -> list[tuple[str, str]]:
    """Return the schools of the units that plan, by name; one with the code of a unit would be taken for that."""
    inputs = chosen.inputs
    ours = (s for s in inputs.schools.values() if s.unit in chosen.planning and s.code not in inputs.units)
    return apart((s.name, s.code) for s in ours)


def _packs(chosen: Chosen) -> list[tuple[str, str]]:
    """Return the roadmaps that can be chosen, by title."""
    titles = []
    for name in dict.fromkeys((*known_packs(), chosen.pack)):
        pack = chosen.roadmap if name == chosen.pack else read_roadmap(name)
        titles.append((pack.title_vi if chosen.words.language == "vi" else pack.title_en, name))
    return titles

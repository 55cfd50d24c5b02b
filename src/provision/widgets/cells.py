"""Single cells changed by hand: a purchase locked or forbidden, a sum, a price, the pupils of a grade."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape

import ipywidgets as widgets

from provision.domain.enrolment import Enrolment
from provision.domain.inputs import Inputs
from provision.domain.scenario import Lever
from provision.domain.years import format_school_year
from provision.intake.cells import BadCell
from provision.intake.levers import read_override
from provision.posing.ahead import with_years_ahead
from provision.text import Unreadable, Words, parse_number
from provision.widgets.entry import Entry
from provision.widgets.look import field, fill, fitting, hidden
from provision.widgets.said import apart

_MILLION = 1_000_000
_ASKED: Mapping[str, tuple[str, ...]] = {
    "buy": ("school", "year", "option"),
    "budget": ("fund", "year"),
    "price": ("option", "year"),
    "enrolment": ("school", "year", "grade"),
}
"""What a planner chooses for each kind of cell, in the order of its path."""


class CellsEntry(Entry):
    """The cells that stand for those of the tables: each is told in words and taken back with one click.

    ``own`` are the inputs in which who plans is a unit: of a school that plans for itself, those with its money.
    """

    def __init__(self, lever: Lever, words: Words, *, inputs: Inputs, own: Inputs, units: tuple[str, ...]) -> None:
        self._choices = _choices(inputs, own, units, words)
        self._pupils = _pupils(inputs, own, units)
        self.kind = widgets.ToggleButtons(
            options=[(words(f"desk.cell_{kind}"), kind) for kind in ("buy", "budget", "price", "enrolment")],
            style={"button_width": "auto"},
        )
        self.fields = {
            name: widgets.Dropdown(options=options, description=words(f"desk.cell_of_{name}"), **field(label="9rem"))
            for name, options in self._choices.items()
        }
        self.number = widgets.Text(continuous_update=False, **field(label="9rem"))
        self.put = widgets.Button(button_style="primary", layout=fitting())
        self.forbid = widgets.Button(description=words("desk.forbid"), layout=fitting())
        self.list = widgets.VBox()
        self.stands = widgets.HTML()
        self.price = widgets.HTML()
        buttons = widgets.HBox([self.put, self.forbid])
        super().__init__(
            lever, words, [self.kind, *self.fields.values(), self.stands, self.number, buttons, self.price, self.list]
        )
        self.kind.observe(self._kind_chosen, names="value")
        for part in self.fields.values():
            part.observe(self._cell_chosen, names="value")
        self.put.on_click(self._set)
        self.forbid.on_click(lambda _button: self._enter(0))
        self._kind_chosen()
        self.paint()

    def paint(self) -> None:
        """Show every cell that is changed, with a button that takes it back."""
        fill(self.list, [self._row(path, number) for path, number in self.value.items()])

    def echo(self) -> str:
        """Return how many cells are changed."""
        return self.say()

    def say_cell(self, path: str, number: int) -> str:
        """Return one changed cell in words."""
        kind, *parts = path.split("/")
        if kind == "budget":
            parts = [f"{parts[0]}/{parts[1]}", parts[2]]
        names = [
            next((label for label, value in self._choices[of] if str(value) == part), part)
            for of, part in zip(_ASKED[kind], parts, strict=True)
        ]
        where = ", ".join(names)
        if kind in ("budget", "price"):
            return self._words("desk.cell_is", where=where, number=self._words.money(number, 6))
        if kind == "buy":
            return self._words("desk.locked" if number else "desk.forbidden", where=where, number=number)
        return self._words("desk.cell_is", where=where, number=self._words.number(number))

    def _row(self, path: str, number: int) -> widgets.HBox:
        said = self.say_cell(path, number)
        undo = widgets.Button(
            description=self._words("desk.undo"), tooltip=self._words("desk.undo_cell", cell=said), layout=fitting()
        )
        undo.on_click(lambda _button: self._keep({p: n for p, n in self.value.items() if p != path}))
        return widgets.HBox([widgets.HTML(f"<p>{escape(said)}</p>"), undo])

    def _kind_chosen(self, _change: object = None) -> None:
        asked = _ASKED[self.kind.value]
        for name, part in self.fields.items():
            hidden(part, unless=name in asked)
        self.number.description = self._words(f"desk.cell_number_{self.kind.value}")
        self.put.description = self._words("desk.lock" if self.kind.value == "buy" else "desk.set_cell")
        hidden(self.forbid, unless=self.kind.value == "buy")
        self._cell_chosen()

    def _cell_chosen(self, _change: object = None) -> None:
        """Say how many pupils stand where a number is to be put, and whether they are projected."""
        hidden(self.stands, unless=self.kind.value == "enrolment")
        row = self._pupils.get(tuple(str(self.fields[name].value) for name in _ASKED["enrolment"]))
        key = "desk.cell_empty" if row is None else "desk.cell_projected" if row.projected else "desk.cell_given"
        self.stands.value = f"<p>{escape(self._words(key, pupils=row.pupils if row else 0))}</p>"

    def _set(self, _button: object) -> None:
        try:
            number = parse_number(self.number.value, self._words.language)
        except Unreadable as error:
            self._refuse(self._words(f"number.{error.code}", **error.details))
            return
        number *= Decimal(_MILLION if self.kind.value in ("budget", "price") else 1)
        if number != int(number):
            self._refuse(self._words("desk.not_whole"))
            return
        self._enter(int(number))

    def _enter(self, number: int) -> None:
        parts = [str(self.fields[name].value) for name in _ASKED[self.kind.value]]
        path = "/".join((self.kind.value, *parts))
        try:
            read_override(path, number)
        except BadCell as bad:
            self._refuse(self._words(f"fault.{bad.code}.expected", **bad.details))
            return
        self._keep({**self.value, path: number})

    def _keep(self, cells: Mapping[str, int]) -> None:
        self._take(dict(sorted(cells.items())))
        self.paint()


def _pupils(inputs: Inputs, own: Inputs, units: tuple[str, ...]) -> dict[tuple[str, ...], Enrolment]:
    """Return the pupils of every year with money by school, year and grade, as they stand in the path of a cell."""
    years = own.years_with_money(units)
    rows = with_years_ahead(inputs, years).enrolment if years else inputs.enrolment
    ours = (e for e in rows if own.schools[e.school].unit in units)
    return {(e.school, format_school_year(e.year), str(e.grade)): e for e in ours}


def _choices(inputs: Inputs, own: Inputs, units: tuple[str, ...], words: Words) -> dict[str, list[tuple[str, str]]]:
    """Return what may be chosen for each part of a cell, as a name and its code.

    Money that a school shares with others is that of its unit, whole: a cell stands for one of the table.
    """
    schools = apart((s.name, s.code) for s in own.schools.values() if s.unit in units)
    options = [(o.name(words.language), o.code) for o in inputs.catalogue if o.mode != "move"]
    grants = [g for g in own.budget if g.unit is None or g.unit in units]
    shared = {(g.unit, g.fund) for g in grants if g.share < 1}
    funds: dict[str, str] = {}
    for g in grants:
        unit = "" if g.unit is None else inputs.unit_of(g.unit)
        name = g.name(words.language)
        if (g.unit, g.fund) in shared:
            name = words("desk.whole_fund", fund=name, unit=inputs.units[unit].name)
        funds[f"{unit}/{g.fund}"] = name
    years = [format_school_year(y) for y in own.years_with_money(units)]
    return {
        "school": schools,
        "fund": apart((name, path) for path, name in funds.items()),
        "option": apart(options),
        "year": [(y, y) for y in years],
        "grade": [(str(g), str(g)) for g in range(1, 10)],
    }

"""What every lever's entry shares: its name, help and fault beside it, and one click back to the default."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
from traitlets import Any as AnyTrait
from traitlets import Unicode

from provision.domain.scenario import Lever
from provision.intake.cells import BadCell
from provision.intake.levers import read_lever
from provision.text import Words
from provision.widgets.look import fitting, hidden


class Entry(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """One lever as a planner moves it. ``value`` is what the scenario holds; a wrong entry leaves it as it was.

    ``fault`` is what is wrong with what stands there now, blank where nothing is.
    """

    value = AnyTrait()
    fault = Unicode()

    def __init__(self, lever: Lever, words: Words, parts: Sequence[widgets.Widget]) -> None:
        self.lever, self._words = lever, words
        self.label = words(f"lever.{lever.name}")
        self.back = widgets.Button(
            description=words("desk.back"), tooltip=words("desk.back_one", lever=self.label), layout=fitting()
        )
        self.back.add_class("provision-back")
        self._help = widgets.HTML(f'<p class="provision-help">{escape(words(f"lever_help.{lever.name}"))}</p>')
        self._note = widgets.HTML()
        super().__init__([*parts, widgets.HBox([self._note, self.back]), self._help])
        self.add_class("provision-entry")
        self.value = self.lever.default
        self.back.on_click(lambda _button: self.show(self.lever.default))
        self.observe(self._follow, names=["value", "fault"])
        self._follow()

    def show(self, value: Any) -> None:
        """Set the entry to a value, as if a planner had entered it."""
        self.fault = ""
        self.value = value
        self.paint()

    def paint(self) -> None:
        """Show ``value`` in the parts a planner moves."""
        raise NotImplementedError

    @property
    def is_moved(self) -> bool:
        """Say whether the lever is off its default."""
        return bool(self.value != self.lever.default)

    def echo(self) -> str:
        """Return what an entry comes to, shown below it; blank where the entry itself says it."""
        return ""

    def say(self) -> str:
        """Return the value in words."""
        return say_lever(self.lever, self.value, self._words)

    def _take(self, value: Any) -> None:
        """Take a value that was entered, or say what is wrong with it and keep the last good one."""
        try:
            taken = read_lever(value, self.lever)
        except BadCell as bad:
            self._refuse(self._bounds(bad))
            return
        self.fault = ""
        self.value = taken

    def _refuse(self, why: str) -> None:
        """Say beside the entry what is wrong with it; the last good value is kept."""
        self.fault = self._words("desk.fault", fault=why)

    def _bounds(self, bad: BadCell) -> str:
        share = 100 if self.lever.unit == "share" else 1
        bounds = (None if b is None else self._words.number(b * share, 2) for b in (self.lever.low, self.lever.high))
        low, high = (b or "" for b in bounds)
        return self._words(f"fault.{bad.code}.expected", **(bad.details | {"low": low, "high": high}))

    def _follow(self, _change: object = None) -> None:
        wrong = f'<p class="provision-fault" role="alert">{escape(self.fault)}</p>'
        self._note.value = wrong if self.fault else f'<p class="provision-echo">{escape(self.echo())}</p>'
        hidden(self.back, unless=self.is_moved or bool(self.fault))
        (self.add_class if self.is_moved else self.remove_class)("provision-moved")


def say_lever(lever: Lever, value: Any, words: Words) -> str:
    """Return a lever's value as a reader says it, with its unit."""
    if value is None:
        return words("desk.blank")
    if isinstance(value, bool):
        return words(f"value.{str(value).lower()}")
    if lever.kind == "choice":
        return words(f"value.{value}")
    if lever.kind == "rungs":
        return " → ".join(words(f"rung.{rung}") for rung in value)
    if lever.kind in ("factors", "cells"):
        return words("desk.cells_changed", count=len(value)) if value else words("desk.nothing_changed")
    if lever.kind == "years":
        return str(value).replace("..", " – ")
    if lever.unit == "share":
        return words.percent(value, 2)
    said = words.number(value, 3)
    return f"{said} {words(f'lever_unit.{lever.unit}')}" if lever.unit else said

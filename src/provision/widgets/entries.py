"""A lever's field -> the entry a planner moves: numbers, whole numbers, flags and choices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ipywidgets as widgets

from provision.domain.scenario import Lever
from provision.text import Unreadable, Words, parse_number
from provision.widgets.entry import Entry
from provision.widgets.look import field

_BLANK = ""
"""What stands for a lever left to the roadmap in a list: None would mean that nothing is chosen."""


class NumberEntry(Entry):
    """A number, typed as the reader writes it, with a slider over the range in which it is mostly moved.

    ``multiplied`` is the sum in VND that the number multiplies, where it does: it is told beside it.
    """

    def __init__(
        self, lever: Lever, words: Words, *, name: str = "", slides: bool = True, multiplied: int | None = None
    ) -> None:
        self._multiplied = multiplied
        self._scale = 100 if lever.unit == "share" else 1
        label = name or words(f"lever.{lever.name}")
        unit = words(f"lever_unit.{lever.unit}") if lever.unit else ""
        self.text = widgets.Text(
            description=label if unit in label else f"{label} ({unit})",
            placeholder=words("desk.blank") if lever.blank else "",
            continuous_update=False,
            **field(),
        )
        self.slider: widgets.FloatSlider | None = None
        if slides and lever.usual is not None:
            low, high, step = lever.usual
            self.slider = widgets.FloatSlider(
                value=low if lever.default is None else lever.default,
                min=low,
                max=high,
                step=step,
                readout=False,
                continuous_update=False,
                layout=widgets.Layout(width="100%"),
            )
        self._painting = False
        super().__init__(lever, words, [self.text, *filter(None, [self.slider])])
        self.paint()
        self.text.observe(self._typed, names="value")
        if self.slider is not None:
            self.slider.observe(self._slid, names="value")

    def paint(self) -> None:
        """Show the value as text and on the slider."""
        self._painting = True
        try:
            self.text.value = "" if self.value is None else self._as_typed(self.value)
            if self.slider is not None:
                stands = self.slider.min if self.value is None else self.value
                self.slider.value = min(max(stands, self.slider.min), self.slider.max)
        finally:
            self._painting = False

    def _as_typed(self, value: float) -> str:
        """Return a value to its last digit, as it may be typed again: three decimals alone could be thousands."""
        number = Decimal(repr(value)) * self._scale
        shown = self._words.number(number, max(0, -int(number.normalize().as_tuple().exponent)))
        try:
            parse_number(shown, self._words.language)
        except Unreadable:
            return f"{shown}0"
        return shown

    def echo(self) -> str:
        """Return the value with its unit, and what it makes of the sum it multiplies."""
        if self._multiplied is None:
            return self.say()
        amount = self._words.money(round(self._multiplied * self.value))
        return self._words("desk.budget_echo", share=self.say(), amount=amount)

    def _slid(self, change: dict[str, Any]) -> None:
        if not self._painting:
            value = round(change["new"], 6)
            self._take(int(value) if self.lever.kind == "whole" else value)
            self.paint()

    def _typed(self, change: dict[str, Any]) -> None:
        if self._painting:
            return
        typed = change["new"].strip().removesuffix("%").strip() if self._scale == 100 else change["new"].strip()
        if not typed and self.lever.blank:
            self._take(None)
            self.paint()
            return
        try:
            number = parse_number(typed, self._words.language) / Decimal(self._scale)
        except Unreadable as error:
            self._refuse(self._words(f"number.{error.code}", **error.details))
            return
        self._take(int(number) if number == int(number) and self.lever.kind == "whole" else float(number))
        if not self.fault:
            self.paint()


class FlagEntry(Entry):
    """A box that is ticked or not."""

    def __init__(self, lever: Lever, words: Words) -> None:
        label = words(f"lever.{lever.name}")
        self.box = widgets.Checkbox(value=lever.default, description=label, indent=False)
        super().__init__(lever, words, [self.box])
        self.box.observe(lambda change: self._take(change["new"]), names="value")

    def paint(self) -> None:
        """Show the value in the box."""
        self.box.value = self.value


class ChoiceEntry(Entry):
    """One of a few words; where the lever may be blank, the roadmap's own comes first."""

    def __init__(self, lever: Lever, words: Words) -> None:
        blank = [(words("desk.blank"), _BLANK)] if lever.blank else []
        self.list = widgets.Dropdown(
            options=[*blank, *((words(f"value.{choice}"), choice) for choice in lever.choices)],
            value=lever.default or _BLANK,
            description=words(f"lever.{lever.name}"),
            **field(),
        )
        super().__init__(lever, words, [self.list])
        self.list.observe(lambda change: self._take(change["new"]), names="value")

    def paint(self) -> None:
        """Show the value in the list."""
        self.list.value = self.value or _BLANK

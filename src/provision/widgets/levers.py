"""Every lever of a scenario as an entry, in groups; what is off its default is shown apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from html import escape

import ipywidgets as widgets
from traitlets import Instance

from provision.domain.budget import Grant
from provision.domain.inputs import Inputs
from provision.domain.scenario import GROUPS, LEVERS, Group, Lever, Scenario
from provision.posing.ahead import with_years_ahead
from provision.posing.alone import as_planned
from provision.posing.sharing import money_of
from provision.text import Words
from provision.widgets.cells import CellsEntry
from provision.widgets.entries import ChoiceEntry, FlagEntry, NumberEntry
from provision.widgets.entry import Entry
from provision.widgets.look import fill, fitting, hidden, wrapping
from provision.widgets.rows import FactorsEntry, RungsEntry, YearsEntry
from provision.widgets.said import apart


class Levers(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """The levers of a scenario. ``value`` is the scenario they stand for; it changes once for whatever is moved.

    ``shown`` is the scenario that was opened last: what differs from it says so in its name.
    """

    value = Instance(Scenario)

    def __init__(self, inputs: Inputs, units: tuple[str, ...], words: Words, *, scenario: Scenario) -> None:
        self._words, self._inputs, self._units = words, inputs, units
        self._own = as_planned(inputs, units)
        self._years = self._own.years_with_money(units)
        self._grants = money_of(with_years_ahead(self._own, self._years), units) if self._years else []
        self.entries = {lever.name: self._entry(lever) for lever in LEVERS}
        self.moved = wrapping()
        self.moved.add_class("provision-moved-levers")
        self.titles = {group: widgets.ToggleButton(layout=widgets.Layout(width="100%")) for group in GROUPS}
        self._bodies = {
            group: widgets.VBox([entry for entry in self.entries.values() if entry.lever.group == group])
            for group in GROUPS
        }
        self._showing = False
        parts = [part for group in GROUPS for part in (self.titles[group], self._bodies[group])]
        super().__init__([self.moved, *parts], value=scenario)
        for group, title in self.titles.items():
            title.add_class("provision-group")
            title.observe(partial(self._fold, group), names="value")
            title.value = group == "money"
            self._fold(group)
        self.show(scenario)
        for entry in self.entries.values():
            entry.observe(self._follow, names="value")

    def show(self, scenario: Scenario) -> None:
        """Set every lever to what a scenario says, as one change; from now on it is this one that is changed."""
        self.shown = scenario
        self.move(scenario)

    def move(self, scenario: Scenario) -> None:
        """Set every lever as one change of the scenario that was shown."""
        self._showing = True
        try:
            for name, entry in self.entries.items():
                entry.show(getattr(scenario, name))
        finally:
            self._showing = False
        self.value = self._named(scenario)
        self._tell_moved()

    def _follow(self, _change: object) -> None:
        if not self._showing:
            moved = {name: entry.value for name, entry in self.entries.items()}
            self.value = self._named(replace(self.value, **moved))
            self._tell_moved()

    def _named(self, scenario: Scenario) -> Scenario:
        """Return a scenario under the name of the one that was shown; where it differs, its name says so."""
        shown, language = self.shown, self._words.language
        vi, en = shown.label_vi, shown.label_en
        if any(getattr(scenario, lever.name) != getattr(shown, lever.name) for lever in LEVERS):
            said = self._words("desk.changed", name=shown.label(language))
            vi, en = (said, en) if language == "vi" else (vi, said)
        return replace(scenario, label_vi=vi, label_en=en)

    def _tell_moved(self) -> None:
        """Show what is off its default, each with one click back, and one click for all."""
        words = self._words
        moved = [entry for entry in self.entries.values() if entry.is_moved]
        if not moved:
            fill(self.moved, [widgets.HTML(f"<p>{escape(words('desk.none_moved'))}</p>")])
            return
        chips = []
        for entry in moved:
            chip = widgets.Button(
                description=f"{entry.label}: {entry.say()}  ×",
                tooltip=words("desk.back_one", lever=entry.label),
                layout=fitting(),
            )
            chip.on_click(partial(self._back, entry))
            chips.append(chip)
        every = widgets.Button(description=words("desk.back_all"), button_style="warning", layout=fitting())
        every.on_click(self._back_all)
        fill(self.moved, [widgets.HTML(f"<p>{escape(words('desk.moved'))}</p>"), *chips, every])

    def _back(self, entry: Entry, _button: object) -> None:
        entry.show(entry.lever.default)

    def _back_all(self, _button: object) -> None:
        self.move(Scenario(name=self.value.name))

    def _fold(self, group: Group, _change: object = None) -> None:
        title, body = self.titles[group], self._bodies[group]
        title.description = f"{'▾' if title.value else '▸'} {self._words(f'lever_group.{group}')}"
        hidden(body, unless=title.value)

    def _entry(self, lever: Lever) -> Entry:
        words = self._words
        grants = self._grants
        if lever.kind in ("number", "whole"):
            whole = _given(grants) if lever.name == "budget_factor" else None
            return NumberEntry(lever, words, multiplied=whole)
        if lever.kind == "flag":
            return FlagEntry(lever, words)
        if lever.kind == "choice":
            return ChoiceEntry(lever, words)
        if lever.kind == "factors":
            names = {g.fund: g.name(words.language) for g in grants}
            names = {code: name for name, code in apart((name, code) for code, name in names.items())}
            given = {code: _given(g for g in grants if g.fund == code) for code in names}
            return FactorsEntry(lever, words, funds=names, given=given)
        if lever.kind == "rungs":
            return RungsEntry(lever, words)
        if lever.kind == "years":
            return YearsEntry(lever, words, years=self._years)
        return CellsEntry(lever, words, inputs=self._inputs, own=self._own, units=self._units)


def _given(grants: Iterable[Grant]) -> int:
    """Return the VND that are given, of money shared with others the part."""
    return sum(int(g.amount * g.share) for g in grants)

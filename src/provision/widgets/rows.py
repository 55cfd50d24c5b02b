"""Levers of several parts: a factor for each fund, the order of the ladder, the first and last school year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape

import ipywidgets as widgets

from provision.domain.scenario import Lever
from provision.domain.years import format_school_year, parse_horizon
from provision.text import Words
from provision.widgets.entries import NumberEntry
from provision.widgets.entry import Entry
from provision.widgets.look import field, fill


class FactorsEntry(Entry):
    """A factor for each fund of the unit, by name and VND given; those at 100 % are left out of the scenario."""

    def __init__(self, lever: Lever, words: Words, *, funds: Mapping[str, str], given: Mapping[str, int]) -> None:
        one = replace(lever, kind="number", default=1.0)
        self.funds = {
            code: NumberEntry(one, words, name=name, slides=False, multiplied=given[code])
            for code, name in funds.items()
        }
        for entry in self.funds.values():
            entry.add_class("provision-part")
        rows = widgets.VBox(list(self.funds.values())).add_class("provision-parts")
        title = widgets.HTML(f"<p><b>{escape(words(f'lever.{lever.name}'))}</b></p>")
        self._painting = False
        super().__init__(lever, words, [title, rows])
        for entry in self.funds.values():
            entry.observe(self._moved, names="value")

    def paint(self) -> None:
        """Show each fund's factor."""
        self._painting = True
        for code, entry in self.funds.items():
            entry.show(self.value.get(code, 1.0))
        self._painting = False

    def _moved(self, _change: object) -> None:
        if not self._painting:
            elsewhere = {code: factor for code, factor in self.value.items() if code not in self.funds}
            here = {code: entry.value for code, entry in self.funds.items() if entry.value != 1.0}
            self._take(elsewhere | here)


class RungsEntry(Entry):
    """The objectives in their order: each may go up, or be left out."""

    def __init__(self, lever: Lever, words: Words) -> None:
        self._list = widgets.VBox()
        title = widgets.HTML(f"<p><b>{escape(words(f'lever.{lever.name}'))}</b></p>")
        super().__init__(lever, words, [title, self._list])
        self.paint()

    def paint(self) -> None:
        """Show the objectives that are asked for in their order, the others after them."""
        left_out = [rung for rung in self.lever.choices if rung not in self.value]
        fill(self._list, [self._row(n, rung) for n, rung in enumerate((*self.value, *left_out))])

    def _row(self, n: int, rung: str) -> widgets.HBox:
        name = self._words(f"rung.{rung}")
        asked = widgets.Checkbox(value=rung in self.value, description=name, indent=False)
        up = widgets.Button(
            description="↑",
            tooltip=self._words("desk.earlier", rung=name),
            disabled=n == 0 or rung not in self.value,
            layout=widgets.Layout(width="2.4rem"),
        )
        asked.observe(partial(self._ask, rung), names="value")
        up.on_click(partial(self._raise, rung))
        return widgets.HBox([asked, up])

    def _ask(self, rung: str, change: dict[str, bool]) -> None:
        self._enter([*self.value, rung] if change["new"] else [r for r in self.value if r != rung])

    def _raise(self, rung: str, _button: object) -> None:
        order = list(self.value)
        at = order.index(rung)
        order[at - 1 : at + 1] = [order[at], order[at - 1]]
        self._enter(order)

    def _enter(self, order: Sequence[str]) -> None:
        self._take(order)
        self.paint()


class YearsEntry(Entry):
    """The first and the last school year of the plan; both blank is every year with money."""

    def __init__(self, lever: Lever, words: Words, *, years: Sequence[int]) -> None:
        self._years = tuple(years)
        self.first, self.last = (
            widgets.Dropdown(description=words(f"desk.{end}_year"), **field()) for end in ("first", "last")
        )
        self._painting = False
        title = widgets.HTML(f"<p><b>{escape(words(f'lever.{lever.name}'))}</b></p>")
        super().__init__(lever, words, [title, self.first, self.last])
        for end in (self.first, self.last):
            end.observe(self._chosen, names="value")
        self.paint()

    def paint(self) -> None:
        """Show both ends, also where they are years without money."""
        self._painting = True
        ends = (0, 0) if self.value is None else parse_horizon(self.value)
        years = sorted({*self._years, *ends} - {0})
        for end, year in zip((self.first, self.last), ends, strict=True):
            end.options = [(self._words("desk.blank"), 0), *((format_school_year(y), y) for y in years)]
            end.value = year
        self._painting = False

    def _chosen(self, _change: object) -> None:
        if self._painting:
            return
        first, last = self.first.value, self.last.value
        if not first and not last:
            self._take(None)
            return
        years = [year for _, year in self.first.options if year]
        self._take(f"{format_school_year(first or years[0])}..{format_school_year(last or years[-1])}")

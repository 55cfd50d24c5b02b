"""The planner's desk: what is planned is chosen above, levers and answer lie below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from provision.domain.scenario import BY_FUND, Scenario
from provision.intake import find_data, find_language, find_mapping_named, read_scenario
from provision.intake.scenarios import scenario_folder
from provision.widgets.board import Board
from provision.widgets.chooser import Chooser, Chosen, choose
from provision.widgets.compare import Compare
from provision.widgets.follow import Follower
from provision.widgets.look import fill
from provision.widgets.reader import Reader
from provision.widgets.said import wrong


def desk(
    data: str | Path | None = None, unit: str | None = None, *, scenario: str = "base", language: str | None = None
) -> Desk:
    """Return a desk over a data folder (by default the nearest one) and units (codes split by commas) or one school.

    The language is the one asked for, else that of the command which opened the desk, else Vietnamese.

    Raises
    ------
    ProvisionError, FaultyInput
        Where the data cannot be read: there is nothing to plan with.

    """
    return Desk(_chosen(data, unit, language), scenario=scenario)


def comparison(
    data: str | Path | None = None, unit: str | None = None, *, language: str | None = None
) -> widgets.VBox:
    """Return the scenarios of a data folder to be laid side by side; what is left out is found as by ``desk``.

    Raises
    ------
    ProvisionError, FaultyInput
        Where the data cannot be read.

    """
    chosen = _chosen(data, unit, language)
    page = widgets.VBox([*_head(chosen, "desk.compare_title"), _reader(chosen), Compare(chosen)])
    return page.add_class("provision-desk")


class Desk(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Chooser and board. Other units, another roadmap or language lay a new board, with the levers as they were."""

    def __init__(self, chosen: Chosen, *, scenario: str = "base") -> None:
        self._layer = Follower(self._laid, self._failed)
        super().__init__()
        self.add_class("provision-desk")
        self._lay(chosen, read_scenario(chosen.data, scenario))

    def _lay(self, chosen: Chosen, scenario: Scenario) -> None:
        """Lay the desk for what is chosen; what lay there is put away."""
        chooser, reader, board = Chooser(chosen), _reader(chosen), Board(chosen, scenario)
        self.chooser, self.reader, self.board = chooser, reader, board
        chooser.observe(lambda _change: self._layer.want(), names="chosen")
        fill(self, [*_head(chosen, "desk.title"), reader, chooser, board])

    def _laid(self) -> Iterator[float]:
        """Lay the desk anew; cells and factors of other units' funds do not follow."""
        yield 0
        old, new = self.board.chosen, self.chooser.chosen
        levers = self.board.levers
        shown, scenario = levers.shown, levers.value
        if (old.data, old.units) != (new.data, new.units):
            gone: dict[str, Any] = {lever: {} for lever in ("overrides", *BY_FUND)}
            shown, scenario = (replace(s, **gone) for s in (shown, scenario))
        self._lay(new, shown)
        self.board.levers.move(scenario)

    def _failed(self, error: Exception) -> None:
        self.chooser.note.value = wrong(str(error))


def _chosen(data: str | Path | None, unit: str | None, language: str | None) -> Chosen:
    folder = (Path(data) if data is not None else find_data()).resolve()
    units = tuple(unit.split(",")) if unit else None
    mapping = find_mapping_named() if data is None else None
    return choose(folder, units, language=language or find_language(), mapping=mapping)


def _head(chosen: Chosen, title: str) -> list[widgets.Widget]:
    """Return how the page looks, and what it is called."""
    style = files("provision.widgets").joinpath("desk.css").read_text(encoding="utf-8")
    heading = f"<h2>{escape(chosen.words(title))}: {escape(', '.join(chosen.names))}</h2>"
    return [widgets.HTML(f"<style>{style}</style>"), widgets.HTML(heading)]


def _reader(chosen: Chosen) -> Reader:
    return Reader(chosen.words, kept=str(scenario_folder(chosen.data)))

"""The planner's desk: what is planned is chosen above, levers and answer lie below."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from importlib.resources import files
from pathlib import Path

import ipywidgets as widgets

from provision.domain.scenario import Scenario
from provision.intake import find_data, read_scenario
from provision.intake.scenarios import scenario_folder
from provision.widgets.board import Board
from provision.widgets.chooser import Chooser, Chosen, choose
from provision.widgets.reader import Reader


def desk(
    data: str | Path | None = None, unit: str | None = None, *, scenario: str = "base", language: str = "vi"
) -> Desk:
    """Return a desk over a data folder (by default the nearest one) and units (codes split by commas).

    Raises
    ------
    ProvisionError, FaultyInput
        Where the data cannot be read: there is nothing to plan with.

    """
    folder = (Path(data) if data is not None else find_data()).resolve()
    units = tuple(unit.split(",")) if unit else None
    return Desk(choose(folder, units, language=language), scenario=scenario)


class Desk(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Chooser and board. Other units, another roadmap or language lay a new board, with the levers as they were."""

    def __init__(self, chosen: Chosen, *, scenario: str = "base") -> None:
        super().__init__()
        self.add_class("provision-desk")
        self._lay(chosen, read_scenario(chosen.data, scenario))

    def _lay(self, chosen: Chosen, scenario: Scenario) -> None:
        """Lay the desk for what is chosen."""
        words = chosen.words
        units = ", ".join(chosen.inputs.units[code].name for code in chosen.units)
        style = files("provision.widgets").joinpath("desk.css").read_text(encoding="utf-8")
        self.chooser = Chooser(chosen)
        self.reader = Reader(words, kept=str(scenario_folder(chosen.data)))
        self.board = Board(chosen, scenario)
        self.children = [
            widgets.HTML(f"<style>{style}</style>"),
            widgets.HTML(f"<h2>{escape(words('desk.title'))}: {escape(units)}</h2>"),
            self.reader,
            self.chooser,
            self.board,
        ]
        self.chooser.observe(self._chosen, names="chosen")

    def _chosen(self, change: dict[str, Chosen]) -> None:
        """Lay the desk anew; cells and factors of other units' funds do not follow."""
        old, new = change["old"], change["new"]
        scenario = self.board.levers.value
        if (old.data, old.units) != (new.data, new.units):
            scenario = replace(scenario, overrides={}, fund_factor={})
        self.board.close()
        self.reader.close()
        self._lay(new, scenario)

"""A desk with three levers - scenario, money, ratio basis - and the charts of a plan beside them."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import ipywidgets as widgets

from provision.charts import CHARTS
from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.intake import find_data, known_scenarios, load, read_roadmap, read_scenario
from provision.model import solve
from provision.posing import default_roadmap, pose
from provision.questions.verdict import headline, proof, verdict
from provision.text import Words

_SCREEN_DPI = 120


def desk(data: str | Path | None = None, unit: str | None = None, *, language: str = "vi") -> Desk:
    """Return a desk over a data folder (by default the nearest one) and a unit (by default its first).

    Raises
    ------
    ProvisionError, FaultyInput
        Where the data cannot be read: there is nothing to plan with.

    """
    folder = Path(data) if data is not None else find_data()
    return Desk(folder, unit or next(iter(load(folder).units)), Words(language))


class Desk(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Three levers, a verdict and the charts. A lever moved is planned again at once, in fractions of machines.

    Whole machines take longer and wait for their button. A plan that fails says why, and the last good one stays.
    """

    def __init__(self, data: Path, unit: str, words: Words) -> None:
        self._data, self._unit, self._words = data, unit, words
        self._inputs = load(data)
        self._roadmap = read_roadmap(default_roadmap(self._inputs, [unit]))
        self.plan: Plan | None = None
        named = [read_scenario(data, name) for name in known_scenarios(data)]
        wide = widgets.Layout(width="28rem", max_width="100%")
        style = {"description_width": "9rem"}
        self.scenario = widgets.Dropdown(
            options=[(s.label(words.language), s) for s in named],
            description=words("desk.scenario"),
            layout=wide,
            style=style,
        )
        self.budget = widgets.FloatSlider(
            value=1.0,
            min=0.0,
            max=2.0,
            step=0.05,
            description=words("desk.budget"),
            readout=False,
            continuous_update=False,
            layout=wide,
            style=style,
        )
        self.basis = widgets.Dropdown(
            options=[(words(f"basis.{basis}"), basis) for basis in ("covered", "enrolled")],
            value=self._roadmap.ratio_basis,
            description=words("desk.basis"),
            layout=wide,
            style=style,
        )
        self.whole = widgets.Button(
            description=words("desk.count"),
            button_style="primary",
            layout=widgets.Layout(width="auto", align_self="flex-start"),
        )
        self.echo = widgets.HTML()
        self.state = widgets.HTML()
        self.said = widgets.HTML()
        self.pictures = [widgets.Image(format="png", layout=widgets.Layout(max_width="100%")) for _ in CHARTS]
        super().__init__(
            [
                widgets.HTML(f"<h2>{escape(words('desk.title'))}: {escape(self._inputs.units[unit].name)}</h2>"),
                self.scenario,
                widgets.HBox([self.budget, self.echo], layout=widgets.Layout(flex_flow="row wrap")),
                self.basis,
                self.whole,
                self.state,
                self.said,
                *self.pictures,
            ]
        )
        self.scenario.observe(self._scenario_chosen, names="value")
        for lever in (self.budget, self.basis):
            lever.observe(lambda _change: self._follow(whole=False), names="value")
        self.whole.on_click(lambda _button: self._follow(whole=True))
        self._scenario_chosen()

    @property
    def question(self) -> Scenario:
        """Return the scenario the levers stand for."""
        chosen: Scenario = self.scenario.value
        return replace(chosen, budget_factor=self.budget.value, ratio_basis=self.basis.value)

    def _scenario_chosen(self, _change: object = None) -> None:
        """Set the other levers to what the chosen scenario says, then plan once."""
        chosen: Scenario = self.scenario.value
        with self.hold_trait_notifications():
            before = (self.budget.value, self.basis.value)
            self.budget.value = chosen.budget_factor
            self.basis.value = chosen.ratio_basis or self._roadmap.ratio_basis
        if (self.budget.value, self.basis.value) == before or self.plan is None:
            self._follow(whole=False)

    def _follow(self, *, whole: bool) -> None:
        """Plan again and show it; where that fails, say why beside the last good plan."""
        words = self._words
        self._tell(words("desk.working"))
        try:
            question = replace(self.question, whole_machines=whole)
            plan = solve(pose(self._inputs, [self._unit], self._roadmap, question))
        except ProvisionError as error:
            self._tell(words("desk.failed", reason=error.say(words)))
            return
        self.plan = plan
        given = words.money(plan.totals["budget"])
        self.echo.value = escape(words("desk.budget_echo", share=words.percent(self.budget.value), amount=given))
        lines = [*headline(plan, words), proof(plan, words)] if whole else list(verdict(plan, words))
        if plan.problem.illustrative:
            lines.insert(0, words("banner.illustrative"))
        self.said.value = "".join(f"<p>{escape(line)}</p>" for line in lines)
        for picture, draw in zip(self.pictures, CHARTS, strict=True):
            chart = draw(plan, words)
            picture.value = chart.save("png", dpi=_SCREEN_DPI)
        self._tell(words("desk.whole", status=words(f"status.{plan.status}")) if whole else words("desk.linear"))

    def _tell(self, line: str) -> None:
        self.state.value = f'<p role="status"><em>{escape(line)}</em></p>'

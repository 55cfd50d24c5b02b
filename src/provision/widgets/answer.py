"""The answer beside the levers: what is happening, the verdict, and the views of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ipywidgets as widgets

from provision.charts import draw_need, draw_pupils, draw_spending
from provision.charts.chart import Chart
from provision.domain.plan import Plan
from provision.questions.coverage import bases
from provision.questions.tables import by_year
from provision.questions.verdict import assumptions, fairness, headline, proof, verdict
from provision.text import Words
from provision.widgets.look import SCREEN_DPI, hidden, picture
from provision.widgets.said import bullets, paragraphs, wrong
from provision.widgets.schools import OneSchool, Schools

VIEWS = ("overview", "schools", "pupils", "school", "assumptions", "compare", "take")


class Answer(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """What a plan comes to. ``glance`` paints the first chart at once; ``paint`` the rest, a step at a time."""

    def __init__(self, words: Words, *, compare: widgets.Widget, take: widgets.Widget) -> None:
        self._words = words
        self.state, self.verdict, self.failure = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.need, self.spending, self.pupils = (
            picture(words(f"chart.{name}.alt")) for name in ("need", "spending", "pupils")
        )
        self.years, self.bases, self.assumptions = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.school = OneSchool(words)
        self.schools = Schools(words, chosen=self._open_school)
        self.view = widgets.ToggleButtons(
            options=[(words(f"desk.view_{view}"), view) for view in VIEWS], style={"button_width": "auto"}
        )
        pages = {
            "overview": [self.need, self.years, self.spending],
            "schools": [self.schools],
            "pupils": [self.bases, self.pupils],
            "school": [self.school],
            "assumptions": [self.assumptions],
            "compare": [compare],
            "take": [take],
        }
        self.pages = {view: widgets.VBox(parts) for view, parts in pages.items()}
        super().__init__([self.state, self.failure, self.verdict, self.view, *self.pages.values()])
        self.view.observe(self._turn, names="value")
        self._turn()

    def tell(self, line: str) -> None:
        """Say what is happening, or what the figures are."""
        self.state.value = f'<div role="status">{paragraphs([line], look="provision-state")}</div>'

    def fail(self, reason: str) -> None:
        """Say why there is no newer answer; blank where there is one."""
        self.failure.value = wrong(reason) if reason else ""

    def glance(self, plan: Plan) -> None:
        """Paint machines and missing by year."""
        self._draw(self.need, draw_need, plan)

    def paint(self, plan: Plan, *, whole: bool) -> Iterator[float]:
        """Paint all the rest; between two steps a newer wish may come in."""
        words = self._words
        said = [*headline(plan, words), fairness(plan, words), proof(plan, words)] if whole else verdict(plan, words)
        banner = [words("banner.illustrative")] if plan.problem.illustrative else []
        self.verdict.value = paragraphs(banner, look="provision-banner") + paragraphs(said, look="provision-verdict")
        self.years.value = by_year(plan, words)._repr_html_()
        yield 0
        self._draw(self.spending, draw_spending, plan)
        yield 0
        self.schools.show(plan)
        self.school.show(plan)
        yield 0
        self.bases.value = paragraphs(bases(plan, words))
        self.assumptions.value = bullets(assumptions(plan, words))
        yield 0
        self._draw(self.pupils, draw_pupils, plan)

    def _draw(self, picture: widgets.Image, draw: Callable[[Plan, Words], Chart], plan: Plan) -> None:
        picture.value = draw(plan, self._words).save("png", dpi=SCREEN_DPI)

    def _open_school(self, school: str) -> None:
        self.school.turn_to(school)
        self.view.value = "school"

    def _turn(self, _change: object = None) -> None:
        for view, page in self.pages.items():
            hidden(page, unless=view == self.view.value)

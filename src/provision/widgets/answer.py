"""The answer beside the levers: what is happening, the verdict, and the views of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import ipywidgets as widgets

from provision.charts import draw_need, draw_pupils, draw_spending
from provision.charts.chart import Chart
from provision.domain.plan import Plan
from provision.domain.problem import Problem
from provision.questions.coverage import bases
from provision.questions.tables import by_year
from provision.questions.verdict import assumptions, fairness, headline, proof, verdict
from provision.questions.years import projected
from provision.text import Words
from provision.widgets.follow import Follower
from provision.widgets.look import SCREEN_DPI, hidden, picture
from provision.widgets.said import bullets, ours, paragraphs, wrong
from provision.widgets.schools import OneSchool, Schools


class Answer(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """What a plan comes to. ``glance`` paints the first chart at once, ``paint`` the rest of what is seen.

    A view that is not seen is painted when it is turned to. ``beside`` are further views, which paint themselves.
    """

    def __init__(self, words: Words, *, beside: Mapping[str, widgets.Widget]) -> None:
        self._words = words
        self._plan: Plan | None = None
        self._stale: set[str] = set()
        self._turner = Follower(self._turned, self._failed)
        self._glanced: Problem | None = None
        self._told = ""
        self.state, self.verdict, self.failure = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.need, self.spending, self.pupils = (picture(chart) for chart in ("need", "spending", "pupils"))
        self.years, self.bases, self.assumptions = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.school = OneSchool(words)
        self.schools = Schools(words, chosen=self._turn_to_school)
        self._paints: dict[str, Callable[[Plan], Iterator[float]]] = {
            "overview": self._overview,
            "schools": self._schools,
            "pupils": self._pupils,
            "school": self._school,
            "assumptions": self._assumptions,
        }
        pages = {
            "overview": [self.need, self.years, self.spending],
            "schools": [self.schools],
            "pupils": [self.bases, self.pupils],
            "school": [self.school],
            "assumptions": [self.assumptions],
        } | {view: [page] for view, page in beside.items()}
        self.view = widgets.ToggleButtons(
            options=[(words(f"desk.view_{view}"), view) for view in pages], style={"button_width": "auto"}
        )
        self.pages = {view: widgets.VBox(parts) for view, parts in pages.items()}
        super().__init__([self.state, self.failure, self.verdict, self.view, *self.pages.values()])
        self.view.observe(lambda _change: self._turn(), names="value")
        self._turn()

    def close(self) -> None:
        """Paint no more."""
        self._turner.stop()
        super().close()

    def tell(self, line: str) -> None:
        """Say what is happening, or what the figures are."""
        self._told = line
        self._say(line)

    def fail(self, reason: str) -> None:
        """Say why there is no newer answer; blank where there is one. What was glanced at of it is painted over."""
        self.failure.value = wrong(reason) if reason else ""
        if reason:
            self._turner.want()

    def glance(self, plan: Plan) -> None:
        """Paint machines and missing by year, where they are seen."""
        if self.view.value == "overview":
            self._stale.add("overview")
            self._draw_need(plan)

    def paint(self, plan: Plan, *, whole: bool) -> Iterator[float]:
        """Paint the verdict and the view that is seen; between two steps a newer wish may come in."""
        words, self._plan = self._words, plan
        self._stale = set(self._paints)
        whole_said = (*headline(plan, words), fairness(plan, words), proof(plan, words))
        said = whole_said if whole else (*verdict(plan, words), projected(plan, words))
        banner = [words("banner.illustrative")] if plan.problem.illustrative else []
        self.verdict.value = paragraphs(banner, look="provision-banner") + paragraphs(said, look="provision-verdict")
        yield 0
        yield from self._fresh()

    def _fresh(self) -> Iterator[float]:
        """Paint the view that is seen, where it shows an older plan; a plan newer than this one is left alone."""
        view, plan = self.view.value, self._plan
        if plan is None or view not in self._stale:
            return
        for rest in self._paints[view](plan):
            yield rest
            if self._plan is not plan:
                return
        self._stale.discard(view)

    def _turn(self) -> None:
        for view, page in self.pages.items():
            hidden(page, unless=view == self.view.value)
        self._turner.want()

    def _turned(self) -> Iterator[float]:
        """Paint the view that was turned to; what is happening is told meanwhile."""
        if self._plan is not None and self.view.value in self._stale:
            self._say(self._words("desk.working"))
            try:
                yield 0
                yield from self._fresh()
            finally:
                self._say(self._told)

    def _say(self, line: str) -> None:
        self.state.value = f'<div role="status">{paragraphs([line], look="provision-state")}</div>'

    def _failed(self, error: Exception) -> None:
        self.failure.value = wrong(ours(error, self._words))

    def _turn_to_school(self, school: str) -> None:
        self.view.value = "school"
        self.school.turn_to(school)

    def _overview(self, plan: Plan) -> Iterator[float]:
        if self._glanced is not plan.problem:
            self._draw_need(plan)
        self.years.value = by_year(plan, self._words)._repr_html_()
        yield 0
        self._draw(self.spending, draw_spending, plan)

    def _schools(self, plan: Plan) -> Iterator[float]:
        yield 0
        self.schools.show(plan)

    def _school(self, plan: Plan) -> Iterator[float]:
        yield 0
        self.school.show(plan)

    def _pupils(self, plan: Plan) -> Iterator[float]:
        self.bases.value = paragraphs(bases(plan, self._words))
        yield 0
        self._draw(self.pupils, draw_pupils, plan)

    def _assumptions(self, plan: Plan) -> Iterator[float]:
        yield 0
        self.assumptions.value = bullets(assumptions(plan, self._words))

    def _draw_need(self, plan: Plan) -> None:
        self._draw(self.need, draw_need, plan)
        self._glanced = plan.problem

    def _draw(self, place: widgets.Image, draw: Callable[[Plan, Words], Chart], plan: Plan) -> None:
        place.value = draw(plan, self._words).save("png", dpi=SCREEN_DPI)

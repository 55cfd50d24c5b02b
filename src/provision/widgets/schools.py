"""Coverage by school as a table that is sorted and searched in the page, and one school's page behind a click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from itables.widget import ITable

from provision.domain.plan import Plan
from provision.questions.coverage import coverage_frame
from provision.questions.school import school_page, schools_of
from provision.text import Words
from provision.widgets.said import paragraphs

_ROWS = 15


class Schools(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """A row a school, worst served first. ``chosen`` is told the school whose row is clicked."""

    def __init__(self, words: Words, *, chosen: Callable[[str], None]) -> None:
        self._words, self._chosen = words, chosen
        self._codes: list[str] = []
        self.table: ITable | None = None
        super().__init__([widgets.HTML(paragraphs([words("desk.schools_help")]))])

    def show(self, plan: Plan) -> None:
        """Show the schools of a plan; what is sorted and searched stays so."""
        frame = coverage_frame(plan, self._words)
        self._codes = [str(code) for code in frame.index]
        if self.table is None:
            self.table = ITable(
                frame,
                select="single",
                showIndex=False,
                classes="display compact",
                pageLength=_ROWS,
                language=_language(self._words),
                layout={"topStart": "search", "topEnd": "pageLength"},
                order=[],
                style="width:100%",
            )
            self.table.observe(self._clicked, names="selected_rows")
            self.children = [*self.children, self.table]
        else:
            self.table.update(frame)

    def _clicked(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self._chosen(self._codes[change["new"][0]])


class OneSchool(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """One school's own page; any school can be chosen by its name."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._plan: Plan | None = None
        self.choice = widgets.Dropdown(
            description=words("table.school"),
            layout=widgets.Layout(width="32rem", max_width="100%"),
            style={"description_width": "5rem"},
        )
        self.page = widgets.HTML()
        super().__init__([self.choice, self.page])
        self.choice.observe(lambda _change: self._paint(), names="value")

    def show(self, plan: Plan) -> None:
        """Show the chosen school in a plan."""
        self._plan = plan
        options = sorted((plan.problem.names[code], code) for code in schools_of(plan))
        kept = self.choice.value
        if tuple(options) != tuple(self.choice.options):
            self.choice.options = options
        if kept in {code for _, code in options}:
            self.choice.value = kept
        self._paint()

    def open(self, school: str) -> None:
        """Choose a school."""
        self.choice.value = school

    def _paint(self) -> None:
        if self._plan is not None and self.choice.value is not None:
            self.page.value = school_page(self._plan, self.choice.value, self._words).html


def _language(words: Words) -> dict[str, Any]:
    """Return the words of a table."""
    said = ("search", "lengthMenu", "info", "infoEmpty", "infoFiltered", "zeroRecords", "emptyTable")
    return {key: words(f"desk.table_{key}") for key in said}

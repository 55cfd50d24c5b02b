"""Coverage by school as a table that is sorted and searched in the page, and one school's page behind a click."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
from itables.widget import ITable

from provision.domain.plan import Plan
from provision.questions.coverage import coverage_frame
from provision.questions.ratios import BASES
from provision.questions.school import school_page, schools_of
from provision.questions.sheets import said_and_sorted
from provision.text import Words
from provision.widgets.look import field
from provision.widgets.said import apart, paragraphs

_ROWS = (15, 30, 60, 120)


class Schools(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """A row a school, worst served first. ``chosen`` is told the school whose row is clicked."""

    def __init__(self, words: Words, *, chosen: Callable[[str], None]) -> None:
        self._words, self._chosen = words, chosen
        self._codes: list[str] = []
        self.table: ITable | None = None
        self._help = widgets.HTML(paragraphs([words("desk.schools_help")]))
        super().__init__([self._help])

    def show(self, plan: Plan) -> None:
        """Show the schools of a plan; what is sorted and searched stays so."""
        frame = coverage_frame(plan, self._words)
        self._codes = [str(code) for code in frame.iloc[:, 0]]
        heads = _heads(self._words)
        frame = frame[list(heads)].rename(columns=heads)
        frame[self._words("desk.share")] *= 100
        told, sorts = said_and_sorted(frame, self._words)
        look = _look(self._words, sorts)
        if self.table is None:
            self.table = ITable(told, **look)
            self.table.observe(self._clicked, names="selected_rows")
            self.children = [self._help, self.table]
        else:
            self.table.update(told, **look)

    def _clicked(self, change: dict[str, Any]) -> None:
        if change["new"]:
            change["owner"].selected_rows = []  # the same row may be clicked again
            self._chosen(self._codes[change["new"][0]])


class OneSchool(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """One school's own page; any school can be chosen by its name."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._plan: Plan | None = None
        self._wanted = ""
        self.choice = widgets.Dropdown(description=words("table.school"), **field("32rem", label="5rem"))
        self.page = widgets.HTML()
        super().__init__([self.choice, self.page])
        self.choice.observe(lambda _change: self._paint(), names="value")

    def show(self, plan: Plan) -> None:
        """Show the chosen school in a plan."""
        self._plan = plan
        options = apart((plan.problem.names[code], code) for code in schools_of(plan))
        kept, self._wanted = self._wanted or self.choice.value, ""
        if tuple(options) != tuple(self.choice.options):
            self.choice.options = options
        codes = [code for _, code in options]
        if codes:
            worst = max(codes, key=lambda code: sum(c.missing for c in plan.machines if c.school == code))
            self.choice.value = kept if kept in codes else worst
        self._paint()

    def turn_to(self, school: str) -> None:
        """Choose a school, at once where its page can be shown, else as soon as there is a plan of it."""
        self._wanted = school
        if school in [code for _, code in self.choice.options]:
            self.choice.value = school

    def _paint(self) -> None:
        """Paint the page; chosen in one thread and planned in another, what was newer when it was done is painted."""
        while (plan := self._plan) is not None and (school := self.choice.value) is not None:
            self.page.value = school_page(plan, school, self._words).html
            if plan is self._plan and school == self.choice.value:
                return


def _heads(words: Words) -> dict[str, str]:
    """Return the headings of the table by those of the frame it shows a part of."""
    plain = ("school.name", "school.level", "table.need", "table.have", "table.missing")
    heads = {words(key): words(key) for key in plain}
    heads |= {words("school.share"): words("desk.share"), words("school.target"): words("desk.target")}
    for basis in BASES:
        said = words(f"basis.{basis}")
        for end in ("before", "after"):
            heads[words(f"school.{end}", basis=said)] = words(f"desk.{end}_{basis}")
    return heads


def _look(words: Words, sorts: Mapping[int, int]) -> dict[str, Any]:
    """Return how a table looks and what it says: the search above it, every column sorted by its heading.

    A column in words is sorted by its numbers, which stand unseen behind: a page without code evaluates no function
    that would tell them apart within one cell.
    """
    number = {"type": "num", "className": "dt-right"}
    shown = [{"targets": at, "data": {"_": at, "sort": by, "type": by}} | number for at, by in sorts.items()]
    said = ("search", "lengthMenu", "info", "infoEmpty", "infoFiltered", "zeroRecords", "emptyTable")
    return {
        "select": "single",
        "showIndex": False,
        "columnDefs": [*shown, {"targets": list(sorts.values()), "visible": False, "searchable": False}],
        "classes": "display compact",
        "pageLength": _ROWS[0],
        "lengthMenu": list(_ROWS),
        "format_floats_in_python": False,
        "language": {key: words(f"desk.table_{key}") for key in said} | {"aria": _aria(words)},
        "layout": {"topStart": "search", "topEnd": "pageLength"},
        "order": [],
        "stateSave": True,  # a newer answer lays the table anew: sorting and search are kept by the page meanwhile
        "stateDuration": -1,
        "warn_on_unexpected_option_type": False,  # where typeguard is installed it doubts the nested "aria"
        "style": "width:100%",
    }


def _aria(words: Words) -> dict[str, Any]:
    """Return what a table's headings and pages are called for who cannot see them."""
    pages = {page: words(f"desk.page_{page}") for page in ("first", "previous", "next", "last")}
    sorts = {sort: words(f"desk.table_{sort}") for sort in ("orderable", "orderableReverse", "orderableRemove")}
    return sorts | {"paginate": pages}

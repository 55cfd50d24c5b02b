"""Up to four scenarios side by side, with their differences by school and year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import ipywidgets as widgets

from provision.charts.comparison import draw_comparison
from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.intake import read_scenario
from provision.questions.asking import Asked
from provision.questions.change import Change
from provision.questions.change_said import because
from provision.questions.change_shown import reasons_shown
from provision.questions.compare import MOST, common_years, compare
from provision.questions.live import Live
from provision.questions.what_changed import between_plans
from provision.questions.years import year_of
from provision.widgets.chooser import Chosen
from provision.widgets.follow import Follower
from provision.widgets.keep import named
from provision.widgets.look import SCREEN_DPI, field, fitting, hidden, picture, wrapping
from provision.widgets.said import ours, paragraphs, wrong

_NOW = ""
"""What stands for the levers as they are, among the scenarios by name."""


class Compare(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Lays scenarios side by side, in fractions of machines. ``asked`` is the one on the desk, where there is one."""

    def __init__(self, chosen: Chosen, *, asked: Callable[[], Scenario] | None = None) -> None:
        words = self._words = chosen.words
        self._chosen, self._asked = chosen, asked
        self._plans: tuple[Plan, ...] = ()
        self._change: Change | None = None
        self._layer = Follower(self._lay, self._failed)
        rows = min(8, len(named(chosen.data, words)) + 1)
        self.several = widgets.SelectMultiple(
            description=words("desk.several"), rows=rows, **field("28rem", label="8rem")
        )
        self.lay = widgets.Button(description=words("desk.lay"), button_style="primary", layout=fitting())
        self.year = widgets.Dropdown(description=words("table.year"), **field("28rem", label="8rem"))
        self.note, self.said, self.tables = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.picture = picture("comparison")
        super().__init__(
            [
                widgets.HTML(paragraphs([words("desk.lay_help")])),
                wrapping(self.several, self.lay),
                self.note,
                self.said,
                self.picture,
                self.year,
                self.tables,
            ]
        )
        for part in (self.picture, self.year):
            hidden(part, unless=False)
        self.lay.on_click(lambda _button: self._layer.want())
        self.year.observe(lambda _change: self._tell(), names="value")
        self.list()

    def close(self) -> None:
        """Lay no more scenarios."""
        self._layer.stop()
        super().close()

    def list(self) -> None:
        """List the scenarios there are now."""
        now = [] if self._asked is None else [(self._words("desk.now"), _NOW)]
        kept = self.several.value
        self.several.options = [*now, *named(self._chosen.data, self._words)]
        codes = [code for _, code in self.several.options]
        self.several.value = [code for code in kept if code in codes]

    def refresh(self) -> None:
        """Say that what is laid side by side is older than the levers."""
        if self._plans:
            self.note.value = paragraphs([self._words("desk.lay_again")], look="provision-state")

    def _lay(self) -> Iterator[float]:
        """Answer each scenario anew and show them side by side, a step at a time."""
        words, codes = self._words, self.several.value
        if not 2 <= len(codes) <= MOST:
            self.note.value = wrong(words("desk.two_to_four"))
            return
        now = self._asked() if self._asked else None
        live = Live(self._chosen.inputs, self._chosen.units, self._chosen.roadmap)
        plans: list[Plan] = []
        for code in codes:
            said = words("desk.laying", done=len(plans) + 1, all=len(codes))
            self.note.value = paragraphs([said], look="provision-state")
            yield 0
            try:
                plans.append(live.plan(self._scenario(code, now)))
            except ProvisionError as error:
                self.note.value = wrong(error.say(words))
                return
        self._plans, self._change = tuple(plans), self._between(plans)
        years = common_years(plans)
        self.year.options = [(words("desk.every_year"), 0), *((year_of(y, words, *plans), y) for y in years)]
        self.year.value = 0
        for part in (self.picture, self.year):
            hidden(part, unless=True)
        self.picture.value = draw_comparison(self._plans, words).save("png", dpi=SCREEN_DPI)
        self._tell()
        linear = words("desk.linear_alone" if plans[0].problem.is_one_school else "desk.linear")
        self.note.value = paragraphs([linear], look="provision-state")
        if self._asked and self._asked() != now:  # a lever was moved meanwhile
            self.refresh()

    def _between(self, plans: Sequence[Plan]) -> Change | None:
        """Return what changed from the first of two plans to the other; of more nobody asks for reasons."""
        if len(plans) != 2:
            return None
        before, after = (Asked(plan, self._chosen.inputs, self._chosen.roadmap) for plan in plans)
        return between_plans(after, before)

    def _scenario(self, code: str, now: Scenario | None) -> Scenario:
        if code or now is None:
            return read_scenario(self._chosen.data, code)
        return replace(now, label_vi=self._words("desk.now"), label_en=self._words("desk.now"))

    def _failed(self, error: Exception) -> None:
        self.note.value = wrong(ours(error, self._words))

    def _tell(self) -> None:
        if self._plans:
            told = compare(self._plans, self._words, year=self.year.value or None)
            said, sheets = list(told.said), list(told.sheets)
            if self._change is not None and self._change.years:
                said += because(self._change, self._plans[1], self._words)
                why = reasons_shown(self._change, self._plans[1], self._words)
                sheets += [why] * (not why.frame.empty)
            self.said.value = paragraphs(said, look="provision-verdict")
            self.tables.value = "".join(sheet._repr_html_() for sheet in sheets)

"""A council's questions on the desk: what may be stated with one is chosen, and its answer stands below."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import ipywidgets as widgets

from provision.charts.answers import told
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.asking import Parameter
from provision.questions.council import QUESTIONS, kept_answers, question_of
from provision.text import Unreadable, parse_number
from provision.widgets.aside import Aside
from provision.widgets.chooser import Chosen
from provision.widgets.look import field, fill, fitting, hidden, wrapping
from provision.widgets.said import apart, paragraphs, wrong
from provision.widgets.take import Source

_MILLION = 1_000_000


class Ask(widgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped
    """Questions are put to the plan in whole machines, in a process aside, by the command a planner would type."""

    def __init__(self, chosen: Chosen, *, board: Source) -> None:
        words = self._words = chosen.words
        self._board = board
        self._aside = Aside(told=self._told, ended=self._ended)
        asked = [(q.headline(words), q.code) for q in QUESTIONS]
        self.question = widgets.Dropdown(options=asked, description=words("desk.ask_question"), **field("46rem"))
        self.stated: dict[str, widgets.Widget] = {}
        self.fields = widgets.VBox()
        self.doubt = widgets.Checkbox(description=words("desk.ask_doubt"), indent=False, layout=fitting())
        self.button = widgets.Button(description=words("desk.ask_put"), button_style="primary", layout=fitting())
        self.stop = widgets.Button(description=words("desk.stop"), layout=fitting())
        self.note, self.page = widgets.HTML(), widgets.HTML()
        buttons = wrapping(self.button, self.stop)
        super().__init__([self.question, self.fields, self.doubt, buttons, self.note, self.page])
        self.question.observe(lambda _change: self._turn(), names="value")
        self.button.on_click(lambda _button: self._put())
        self.stop.on_click(lambda _button: self._halt(words("desk.ask_stopped")))
        self.refresh()

    def close(self) -> None:
        """Ask no more."""
        self._aside.stop()
        super().close()

    def refresh(self) -> None:
        """Ask anew of a newer plan: the answers to the older one are no longer true."""
        self._halt("" if self._board.folder else self._words("desk.ask_waits"))
        self._turn()

    def _turn(self) -> None:
        """Show what may be stated with the question turned to, and its answer where this plan has one."""
        question, plan = question_of(self.question.value), self._board.plan
        self.stated = {p.name: self._field(p, plan) for p in question.parameters} if plan else {}
        fill(self.fields, list(self.stated.values()))
        self._show()

    def _show(self) -> None:
        """Show the answer that this plan has to the question turned to, if any."""
        code, plan, folder = self.question.value, self._board.plan, self._board.folder
        if plan is None or folder is None:
            self.page.value = ""
            return
        kept = kept_answers(code, folder)
        self.page.value = "".join(told(code, answer, plan, self._words).html for answer in kept)

    def _field(self, parameter: Parameter, plan: Plan) -> widgets.Widget:
        words, problem = self._words, plan.problem
        label = parameter.label(words)
        if parameter.kind == "flag":
            return widgets.Checkbox(value=bool(parameter.default), description=label, indent=False)
        look = {"description": label, **field("34rem")}
        if parameter.kind in ("folder", "file"):
            return widgets.Text(placeholder=words(f"desk.ask_{parameter.kind}"), **look)
        if parameter.kind in ("money", "count", "share"):
            return widgets.Text(value=self._typed(parameter), continuous_update=False, **look)
        named = {
            "year": [(format_school_year(y), format_school_year(y)) for y in problem.open_years],
            "fund": apart((problem.fund_name(f, words.language), "/".join(f)) for f in problem.funds),
            "school": apart((name, code) for code, name in problem.names.items()),
            "years": [(f"{a} → {b}", f"{a},{b}") for a, b in combinations(map(format_school_year, problem.years), 2)],
            "choice": [(words(f"value.{choice}"), choice) for choice in parameter.choices],
        }[parameter.kind]
        open_too = [] if parameter.kind in ("school", "choice") else [(words("desk.ask_open"), "")]
        return widgets.Dropdown(options=[*open_too, *named], **look)

    def _typed(self, parameter: Parameter) -> str:
        """Return a number as it stands in its field: money in million VND, a share in per cent."""
        if parameter.default is None:
            return ""
        scale = {"money": Decimal(1) / _MILLION, "share": Decimal(100)}.get(parameter.kind, Decimal(1))
        return self._words.number(Decimal(repr(parameter.default)) * scale, 2)

    def _stated(self, parameter: Parameter) -> str:
        """Return what stands in a field as the command reads it; blank where it is left open.

        Raises
        ------
        Unreadable
            Where a number is typed that cannot be read.

        """
        value = self.stated[parameter.name].value
        if parameter.kind == "flag":
            return "yes" if value else "no"
        if parameter.kind not in ("money", "count", "share") or not value.strip():
            return str(value).strip()
        number = parse_number(value, self._words.language)
        scale = {"money": Decimal(_MILLION), "share": Decimal("0.01")}.get(parameter.kind, Decimal(1))
        told = (number * scale).normalize()
        return f"{told:f}"

    def _put(self) -> None:
        words, folder = self._words, self._board.folder
        if folder is None:
            self.note.value = wrong(words("desk.ask_waits"))
            return
        question, command = question_of(self.question.value), list[str]()
        for parameter in question.parameters:
            try:
                if told := self._stated(parameter):
                    command.append(told if parameter.is_placed else f"{parameter.place}={told}")
            except Unreadable as bad:
                self.note.value = wrong(f"{parameter.label(words)}: {words(f'number.{bad.code}', **bad.details)}")
                return
        command += ["--second-opinion"] * self.doubt.value
        self.page.value = ""
        self._told(words("ask.asking", question=words(f"ask.{question.code}")))
        self._aside.run(["ask", question.code, str(folder), *command, "--language", words.language])
        self._show_buttons()

    def _told(self, line: str) -> None:
        self.note.value = f'<div role="status">{paragraphs([line], look="provision-state")}</div>'

    def _ended(self, code: int, said: str) -> None:
        self._show_buttons()
        if code:
            self.note.value = wrong(said)
            return
        self.note.value = ""
        agreed, _, _ = self._words("second.agrees", found="\n").partition("\n")
        for line in said.splitlines():
            if line.startswith(agreed):
                self._told(line)
        self._show()

    def _halt(self, note: str) -> None:
        self._aside.stop()
        self.note.value = paragraphs([note])
        self._show_buttons()

    def _show_buttons(self) -> None:
        hidden(self.stop, unless=self._aside.busy)
        hidden(self.button, unless=not self._aside.busy)

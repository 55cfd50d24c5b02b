"""What a council may ask of a plan: who answers, what may be stated with a question, how the plan is asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from provision.domain.inputs import Inputs
from provision.domain.plan import Plan
from provision.domain.problem import FundKey, Problem
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.domain.years import format_school_year, parse_school_year
from provision.errors import Fault, FaultyInput
from provision.intake.cells import BadCell
from provision.posing import pose
from provision.questions.sheets import Sheet
from provision.store.opening import Opened
from provision.text import Words

Kind = Literal["money", "count", "share", "year", "fund", "school", "flag", "choice", "years", "folder", "file"]

Progress = Callable[[int, int], None]
"""Is told how many of how many steps are done."""


def in_silence(_done: int, _steps: int) -> None:
    """Tell nobody how far an answer is."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be stated with a question: VND, a number, a share, a school year, a fund, a school, yes or no, a word.

    Or two school years, another plan's folder, a file; a folder stands at its place, without a name before it.

    ``low`` and ``high`` are inclusive bounds of a number. None as a default leaves it open; its help says what then.
    What is ``needed`` has no default and stands behind the folder.
    """

    name: str
    kind: Kind
    default: Any = None
    low: float = 0
    high: float = 10**15
    choices: tuple[str, ...] = ()
    needed: bool = False

    def label(self, words: Words) -> str:
        """Return its name as a planner reads it: a lever's own where it is one."""
        key = f"ask_label.{self.name}"
        return words(key) if words.has(key) else words(f"lever.{self.name}")

    @property
    def is_placed(self) -> bool:
        """Whether it stands at its place behind the folder, without a name before it."""
        return self.needed or self.kind == "folder"

    @property
    def place(self) -> str:
        """Where it is stated on the command line."""
        return self.name.upper() if self.is_placed else f"--{self.name.replace('_', '-')}"


@dataclass(frozen=True)
class Asked:
    """A plan and what it was made from, so that its question can be put again in other ways.

    ``folder`` is where it lies, None where it was never saved.
    """

    plan: Plan
    inputs: Inputs
    roadmap: Roadmap
    folder: Path | None = None

    @classmethod
    def of(cls, opened: Opened) -> Asked:
        """Return what is asked of a plan folder."""
        return cls(opened.plan, opened.inputs, opened.roadmap, opened.folder)

    def posed(self, scenario: Scenario) -> Problem:
        """Return the same units' question under another scenario.

        Raises
        ------
        ProvisionError, FaultyInput
            Where it cannot be posed.

        """
        return pose(self.inputs, self.plan.problem.units, self.roadmap, scenario)

    @property
    def in_fractions(self) -> Problem:
        """The plan's question in fractions of machines: the one that is answered at once."""
        problem = self.plan.problem
        return replace(problem, scenario=replace(problem.scenario, whole_machines=False))


@dataclass(frozen=True, slots=True)
class Question:
    """One of a council's questions: who answers it, what may be stated with it, and how the answer is said.

    ``answers`` is the noun it is answered by, of plain values, so that it can be kept. ``said`` are sentences, the
    first of which is the answer; ``shown`` are tables. A ``routine`` question is asked for every rendered report.
    One of years ``ahead`` plans them again: where every year is carried out there are none.
    """

    code: str
    answers: type[Any]
    ask: Callable[..., Any]
    said: Callable[[Any, Plan, Words], tuple[str, ...]]
    shown: Callable[[Any, Plan, Words], tuple[Sheet, ...]]
    parameters: tuple[Parameter, ...] = ()
    routine: bool = False
    ahead: bool = True

    def headline(self, words: Words) -> str:
        """Return the question as a line begins with it."""
        asked = words(f"ask.{self.code}")
        return asked[0].upper() + asked[1:]

    @property
    def needed(self) -> tuple[Parameter, ...]:
        """What the question is about: each other such has an answer of its own."""
        return tuple(p for p in self.parameters if p.needed)

    def applies_to(self, problem: Problem) -> bool:
        """Say whether there is anything to ask: a year still to be planned, where it is about such years."""
        return bool(problem.open_years) or not self.ahead

    def stated(self, given: Mapping[str, str], plan: Plan) -> dict[str, Any]:
        """Return what is stated with the question, by name, each as its kind wants it.

        Raises
        ------
        FaultyInput
            With everything that cannot be meant.

        """
        faults: list[Fault] = []
        found = {p.name: p.default for p in self.parameters}
        for parameter in self.parameters:
            if (text := given.get(parameter.name, "").strip()) != "":
                try:
                    found[parameter.name] = _READ[parameter.kind](text, parameter, plan)
                except BadCell as bad:
                    faults.append(Fault(bad.code, parameter.place, found=text, details=bad.details))
            elif parameter.needed:
                faults.append(Fault("asked_needed", parameter.place))
        if faults:
            raise FaultyInput(faults)
        return found


def _share(text: str, parameter: Parameter, _plan: Plan) -> float:
    try:
        if parameter.low <= (number := float(text)) <= parameter.high:
            return number
    except ValueError:
        pass
    raise BadCell("asked_share", low=parameter.low, high=parameter.high)


def _count(text: str, parameter: Parameter, _plan: Plan) -> int:
    try:
        if parameter.low <= (number := int(text)) <= parameter.high:
            return number
    except ValueError:
        pass
    raise BadCell("asked_count", low=parameter.low, high=parameter.high)


def _year(text: str, _parameter: Parameter, plan: Plan) -> int:
    years = plan.problem.open_years
    try:
        if (year := parse_school_year(text)) in years:
            return year
    except ValueError:
        pass
    raise BadCell("asked_year", years=", ".join(map(format_school_year, years)))


def _fund(text: str, _parameter: Parameter, plan: Plan) -> FundKey:
    """Return the fund of a code, or of ``UNIT/CODE`` where units have funds of one code."""
    named = [fund for fund in plan.problem.funds if text in (fund[1], "/".join(fund))]
    if len(named) != 1:
        known = ", ".join("/".join(fund) if fund[0] else fund[1] for fund in named or plan.problem.funds)
        raise BadCell("asked_fund_of_whom" if named else "asked_fund", funds=known)
    return named[0]


def _school(text: str, _parameter: Parameter, plan: Plan) -> str:
    if text not in plan.problem.names:
        raise BadCell("asked_school")
    return text


def _choice(text: str, parameter: Parameter, _plan: Plan) -> str:
    if text not in parameter.choices:
        raise BadCell("asked_choice", choices=", ".join(parameter.choices))
    return text


def _flag(text: str, _parameter: Parameter, _plan: Plan) -> bool:
    if text not in ("yes", "no"):
        raise BadCell("asked_flag")
    return text == "yes"


def _years(text: str, _parameter: Parameter, plan: Plan) -> tuple[int, int]:
    years = plan.problem.years
    try:
        first, last = sorted(parse_school_year(part.strip()) for part in text.split(","))
        if first != last and {first, last} <= set(years):
            return first, last
    except ValueError:
        pass
    raise BadCell("asked_years", years=", ".join(map(format_school_year, years)))


def _as_it_is(text: str, _parameter: Parameter, _plan: Plan) -> str:
    return text


_READ: Mapping[Kind, Callable[[str, Parameter, Plan], Any]] = {
    "money": _count,
    "count": _count,
    "share": _share,
    "year": _year,
    "fund": _fund,
    "school": _school,
    "choice": _choice,
    "flag": _flag,
    "years": _years,
    "folder": _as_it_is,
    "file": _as_it_is,
}
"""Who reads which kind."""

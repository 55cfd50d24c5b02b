"""What more money buys and saves, step by step, as values, in sentences and in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from provision.domain.plan import Plan
from provision.domain.problem import FundKey
from provision.domain.years import format_school_year
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN
from provision.text import Words

_MANY = 10
"""Items from which fractions of one say nothing."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What one school misses less than a step before, in machine-years; ``share`` of its need was missing then."""

    school: str
    machine_years: float
    share: float


@dataclass(frozen=True, slots=True)
class Buy:
    """How many more of an option are bought than a step before, in all years together; less than 0 where fewer."""

    option: str
    more: float


@dataclass(frozen=True, slots=True)
class Step:
    """A plan with whole VND more: what is missing then, who has gained most since the step before, what is bought.

    ``objective`` is machine-years missing with the years after the horizon, or the pupil-years of them where the
    scenario weighs pupils: what the plan brings to its least, if its ladder has that aim; ``missing``
    is machine-years and ``pupils_without`` pupil-years, both within the horizon. ``gains`` are the worst served
    first; ``gaining`` is how many schools there are. ``buys`` are the options whose sum of money changed most;
    ``buying`` is how many options changed.
    """

    more: int
    objective: float
    missing: float
    pupils_without: int
    gaining: int
    gains: tuple[Gain, ...]
    buying: int
    buys: tuple[Buy, ...]


@dataclass(frozen=True, slots=True)
class Stair:
    """The steps of one fund in one school year; ``price`` is what a million VND saves at its foot."""

    fund: FundKey
    year: int
    price: float
    steps: tuple[Step, ...]

    @property
    def saves(self) -> float:
        """What all its steps save, as ``objective`` counts it."""
        return self.steps[0].objective - self.steps[-1].objective


@dataclass(frozen=True, slots=True)
class Staircase:
    """The stairs, what saves most with its first step first; ``step`` is whole VND, ``whole`` says whole machines."""

    step: int
    whole: bool
    stairs: tuple[Stair, ...]


def said(answer: Staircase, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return where the next step of money saves most, who gains, and how that was reckoned."""
    if not answer.stairs:
        return (words("next.no_fund"),)
    best = answer.stairs[0]
    foot, first = best.steps[0], best.steps[1]
    how = words("next.whole" if answer.whole else "next.linear")
    if foot.objective - first.objective < SHOWN:
        return words(f"next.{_nothing(answer, plan)}", amount=words.money(answer.step)), how
    lines = [
        words(
            "next.best",
            amount=words.money(answer.step),
            fund=plan.problem.fund_name(best.fund, words.language),
            year=format_school_year(best.year),
            saved=words.number(max(0.0, foot.missing - first.missing), 1),
            pupils=words.number(max(0, foot.pupils_without - first.pupils_without)),
            missing=words.number(foot.missing, 1),
        )
    ]
    if first.gains:
        lines.append(words("next.gains", schools=first.gaining, named=_named(first, plan, words)))
    if first.buys:
        lines.append(words("next.buys", bought=_bought(first, plan, words, whole=answer.whole)))
    return (*lines, words("next.after_pupils" if counts_pupils(plan) else "next.after"), how)


def _nothing(answer: Staircase, plan: Plan) -> str:
    """Return how to say that the first step saves nothing: of all money only if all was tried, in every step."""
    places = {(stair.fund, stair.year) for stair in answer.stairs}
    everywhere = places == set(product(plan.problem.funds, plan.problem.open_years))
    return "nothing" if everywhere and all(stair.saves < SHOWN for stair in answer.stairs) else "nothing_here"


def counts_pupils(plan: Plan) -> bool:
    """Say whether what more money saves is pupil-years, as the scenario weighs it, and not machine-years."""
    return plan.problem.scenario.weigh == "pupils"


def shown(answer: Staircase, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return all stairs at a glance, what each step saves, and the best one's steps."""
    if not answer.stairs:
        return ()
    saving = [stair for stair in answer.stairs if stair.saves >= SHOWN]
    idle = len(answer.stairs) - len(saving)
    stairs = sheet(
        _stairs(saving, plan, words), words=2, note=words("next.idle", count=idle) if idle else "", point=words.point
    )
    return stairs, sheet(_steps(answer.stairs[0], plan, words, whole=answer.whole), words=3, point=words.point)


def _stairs(stairs: Iterable[Stair], plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for stair in stairs:
        row = {
            words("table.fund"): plan.problem.fund_name(stair.fund, words.language),
            words("table.year"): format_school_year(stair.year),
            words("next.price_pupils" if counts_pupils(plan) else "next.price"): words.number(stair.price, 3),
        }
        foot = stair.steps[0].objective
        for s in stair.steps[1:]:
            row[words("next.more", amount=words.millions(s.more, 0))] = words.number(foot - s.objective, 1)
        yield row


def _steps(stair: Stair, plan: Plan, words: Words, *, whole: bool) -> Iterator[dict[str, str]]:
    fund = plan.problem.fund_name(stair.fund, words.language)
    head = words("next.step", fund=fund, year=format_school_year(stair.year))
    for s in stair.steps:
        yield {
            head: words.millions(s.more, 0),
            words("next.gaining"): _named(s, plan, words) or "–",
            words("next.buying"): _bought(s, plan, words, whole=whole) or "–",
            words("next.missing"): words.number(s.missing, 1),
            words("next.pupils"): words.number(s.pupils_without),
        }


def _named(step: Step, plan: Plan, words: Words) -> str:
    """Return the worst served that gain, with what they gain."""
    names = plan.problem.names
    parts = [words("next.gain", school=names[g.school], n=words.number(g.machine_years, 1)) for g in step.gains]
    rest = step.gaining - len(step.gains)
    return "; ".join([*parts, words("next.others", schools=rest)] if rest else parts)


def _bought(step: Step, plan: Plan, words: Words, *, whole: bool) -> str:
    """Return what is bought more and less, in items; of fractions no more is told than they are good for."""
    parts = []
    for buy in step.buys:
        count = abs(buy.more)
        number = words.number(count, 0 if whole or count >= _MANY else 1)
        option = plan.problem.options[buy.option]
        name = option.name_vi if words.language == "vi" else option.name_en
        key = "next.buy_more" if buy.more > 0 else "next.buy_less"
        parts.append(words(key, n=number if whole else words("next.about", n=number), option=name))
    rest = step.buying - len(step.buys)
    return "; ".join([*parts, words("next.other_options", options=rest)] if rest else parts)

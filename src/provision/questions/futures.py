"""What if we are wrong? The plan in many futures, what to buy now whatever comes, and what is to be feared most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import quantiles
from types import MappingProxyType
from typing import Any

from provision.domain.future import drawn
from provision.domain.plan import Plan
from provision.domain.problem import FundKey
from provision.domain.scenario import LEVERS, Scenario
from provision.errors import Fault, FaultyInput
from provision.posing.outlook import Outlook
from provision.questions.asking import Asked, Kind, Parameter, Progress, Question, in_silence
from provision.questions.regrets import Choice, choice_of, in_hindsight, planned_first
from provision.questions.sheets import Sheet, sheet
from provision.questions.unchanged import carried_on
from provision.questions.verdict import SHOWN
from provision.questions.worries import Worry, worries_of
from provision.text import Words

FORESEEN = (0.1, 0.5, 0.9)
"""Which futures lend a first year to try: from the mildest to the hardest, by what the plan misses in them."""

_CERTAINTY = 0.8
"""The chance that a year's money of a fund comes, where a fund is named and no chance."""


@dataclass(frozen=True, slots=True)
class Futures:
    """A plan in the futures drawn from a seed. ``planned`` and ``results`` are machine-years missing in the horizon.

    ``best`` is, by future, the least that could be missing with the future known, with the years after the horizon,
    as in the choices. ``choices`` are by their mean, the plan as it is first; ``worries`` the widest first.
    """

    seed: int
    planned: float
    results: tuple[float, ...]
    best: tuple[float, ...]
    choices: tuple[Choice, ...]
    worries: tuple[Worry, ...]


def ask(
    asked: Asked,
    *,
    enrolment_range: float | None = None,
    price_range: float | None = None,
    late_share: float | None = None,
    fund: FundKey | None = None,
    certainty: float | None = None,
    futures: int | None = None,
    seed: int | None = None,
    progress: Progress = in_silence,
) -> Futures:
    """Return how the plan fares in futures drawn from the scenario's ranges, or from those stated.

    Later years adapt, and the least possible is found, in fractions of machines; the plan as it is, is reckoned in
    its own. A fund that is named pays in each later year as likely as ``certainty``.

    Raises
    ------
    FaultyInput
        Where a certainty is stated and no fund that it is of.

    """
    if certainty is not None and fund is None:
        raise FaultyInput([Fault("asked_whose_certainty", "--certainty", found=str(certainty))])
    stated = {"enrolment_range": enrolment_range, "price_range": price_range, "late_share": late_share}
    stated |= {"futures": futures, "seed": seed}
    plan = _ranged(asked.plan, {name: value for name, value in stated.items() if value is not None}, fund, certainty)
    outlook = Outlook(plan.problem, asked.inputs)
    count = plan.problem.scenario.futures
    drawings = [drawn(plan.problem, number) for number in range(count)]
    posed = [outlook.of(future) for future in drawings]
    missed = [carried_on(plan, future) for future in posed]
    order = sorted(range(count), key=lambda n: (missed[n].within, n))
    foreseen = {rank: posed[order[round(rank * (count - 1))]] for rank in FORESEEN}
    best, tried = in_hindsight(plan, outlook, posed, foreseen, progress)
    unchanged = choice_of("unchanged", 0.0, planned_first(plan), plan, [m.in_all for m in missed], best)
    return Futures(
        seed=plan.problem.scenario.seed,
        planned=carried_on(plan, plan.problem).within,
        results=tuple(m.within for m in missed),
        best=tuple(best),
        choices=(unchanged, *sorted(tried, key=lambda c: c.mean)),
        worries=tuple(sorted(worries_of(plan, outlook), key=lambda w: -w.span)),
    )


def _ranged(plan: Plan, stated: Mapping[str, Any], fund: FundKey | None, certainty: float | None) -> Plan:
    """Return the plan of the same question with other ranges, which change nothing of it."""
    scenario: Scenario = replace(plan.problem.scenario, **stated)
    if fund is not None:
        chances = dict(scenario.fund_certainty) | {"/".join(fund): _CERTAINTY if certainty is None else certainty}
        scenario = replace(scenario, fund_certainty=MappingProxyType(chances))
    return replace(plan, problem=replace(plan.problem, scenario=scenario))


def said(answer: Futures, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return how the plan fares, what is to be feared most, what to buy now, and what all that rests on."""
    results, worst = answer.results, next(iter(answer.worries), None)
    first = words(
        "futures.first",
        count=len(results),
        least=words.number(min(results), 1),
        most=words.number(max(results), 1),
        half=words.number(spread(results)[2], 1),
        planned=words.number(answer.planned, 1),
    )
    if worst is None:
        return first, words("futures.certain")
    feared = words(
        "futures.worry",
        what=worry_named(worst, plan, words),
        low=words.number(min(worst.low, worst.high), 1),
        high=words.number(max(worst.low, worst.high), 1),
    )
    how = words("futures.how_whole" if plan.problem.scenario.whole_machines else "futures.how_parts")
    fear = (feared,) if worst.span >= SHOWN else ()
    return (first, *fear, _advised(answer, words), *_adapting(answer, words), _assumed(answer, plan, words), how)


def _advised(answer: Futures, words: Words) -> str:
    """Return what first year did best of those that were tried."""
    tried = answer.choices[1:]
    ours = next(c for c in tried if c.how == "plan")
    mean, worst = min(tried, key=lambda c: c.mean), min(tried, key=lambda c: c.worst)
    return words(
        "futures.advice",
        tried=len(tried),
        mean=_best(mean, ours.mean - mean.mean, words),
        worst=_best(worst, ours.worst - worst.worst, words),
        regret=words.number(ours.regret_mean, 1),
    )


def _best(choice: Choice, saved: float, words: Words) -> str:
    """Return which first year is best, with what it saves where it is not the plan's."""
    if choice.how == "plan" or saved < SHOWN:
        return words("futures.plan")
    return words("futures.better", choice=choice_named(choice, words), saved=words.number(saved, 1))


def _adapting(answer: Futures, words: Words) -> Iterator[str]:
    """Yield what it saves to plan the later years again, where it saves anything."""
    ours = next(c for c in answer.choices if c.how == "plan")
    if (saved := answer.choices[0].mean - ours.mean) >= SHOWN:
        yield words("futures.adapt", saved=words.number(saved, 1))


def _assumed(answer: Futures, plan: Plan, words: Words) -> str:
    parts = [
        words(
            f"futures.assume_{w.of}",
            reach=words.percent(w.reach, 1),
            fund=plan.problem.fund_name(w.fund, words.language) if w.of == "fund" else "",
        )
        for w in answer.worries
    ]
    if not any(w.of == "fund" for w in answer.worries):
        parts.append(words("futures.assume_no_fund"))
    return words("futures.assume", parts="; ".join(parts), seed=str(answer.seed))


def spread(results: tuple[float, ...]) -> tuple[float, ...]:
    """Return the least, what a tenth, a half and nine tenths do not exceed, and the most."""
    tenths = quantiles(results, n=10, method="inclusive") if len(results) > 1 else list(results) * 9
    return min(results), tenths[0], tenths[4], tenths[8], max(results)


def worry_named(worry: Worry, plan: Plan, words: Words) -> str:
    """Return what may turn out otherwise, as a reader says it."""
    fund = plan.problem.fund_name(worry.fund, words.language) if worry.of == "fund" else ""
    return words(f"futures.of_{worry.of}", fund=fund)


def choice_named(choice: Choice, words: Words) -> str:
    """Return which first year it is, as a reader says it."""
    return words(f"futures.{choice.how}", future=words(f"futures.rank_{round(choice.rank * 10)}"))


def shown(answer: Futures, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return what the plan misses, from the mildest to the hardest future; the first years tried; the assumptions."""
    heads = (words(f"futures.head_{part}") for part in ("least", "tenth", "half", "nine_tenths", "most"))
    row = {head: words.number(n, 1) for head, n in zip(heads, spread(answer.results), strict=True)}
    first = sheet([{words("futures.missing"): words("futures.in_horizon")} | row], words=1, point=words.point)
    choices = sheet(_choices(answer, plan, words), words=2, note=words("futures.tail"), point=words.point)
    return first, choices, sheet(_worries(answer, plan, words), words("futures.certain"), words=1, point=words.point)


def _choices(answer: Futures, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for choice in answer.choices:
        named = ((plan.problem.options[option].name(words.language), n) for option, n in choice.bought)
        bought = "; ".join(f"{name}: {words.number(n, 1)}" for name, n in named)
        yield {
            words("futures.first_year"): choice_named(choice, words),
            words("futures.bought"): bought or "–",
            words("futures.cost"): words.millions(choice.cost, 0),
            words("futures.mean"): words.number(choice.mean, 1),
            words("futures.worst"): words.number(choice.worst, 1),
            words("futures.regret_mean"): words.number(choice.regret_mean, 1),
            words("futures.regret_worst"): words.number(choice.regret_worst, 1),
        }


def _worries(answer: Futures, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for worry in answer.worries:
        name = worry_named(worry, plan, words)
        yield {
            words("futures.assumption"): name[0].upper() + name[1:],
            words("futures.mild"): words.number(min(worry.low, worry.high), 1),
            words("futures.hard"): words.number(max(worry.low, worry.high), 1),
            words("futures.span"): words.number(worry.span, 1),
        }


def _from_lever(name: str) -> Parameter:
    """Return what may be stated instead of a lever of the scenario, within the lever's bounds."""
    lever = next(lever for lever in LEVERS if lever.name == name)
    kind: Kind = "count" if lever.kind == "whole" else "share"
    return Parameter(name, kind, low=lever.low or 0, high=lever.high or 0)


QUESTION = Question(
    code="futures",
    answers=Futures,
    ask=ask,
    said=said,
    shown=shown,
    parameters=(
        *map(_from_lever, ("enrolment_range", "price_range", "late_share")),
        Parameter("fund", "fund"),
        Parameter("certainty", "share", high=1),
        *map(_from_lever, ("futures", "seed")),
    ),
)

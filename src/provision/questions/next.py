"""What would the next 100 million buy? A staircase for each fund and year, each step a plan made again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from provision.audit.claims import left_open, missing_value
from provision.domain.plan import Coverage, Plan, Quantity
from provision.domain.problem import FundKey, Problem
from provision.domain.years import format_school_year
from provision.questions.asking import Asked, Parameter, Progress, Question, in_silence
from provision.questions.coverage import share_missing
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN, is_school_money
from provision.text import Words

NAMED = 3
"""Schools that are named at each step."""

_MILLION = 1_000_000
_NOTHING = 1e-6
"""Machine-years below which nothing is saved."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What one school misses less than a step before, in machine-years; ``share`` of its need was missing then."""

    school: str
    machine_years: float
    share: float


@dataclass(frozen=True, slots=True)
class Step:
    """A plan with whole VND more: what is missing then, and who has gained most since the step before.

    ``objective`` is machine-years missing with the years after the horizon, or the pupil-years of them where the
    scenario weighs pupils: what the plan brings to its least, if its ladder has that aim; ``missing``
    is machine-years and ``pupils_without`` pupil-years, both within the horizon. ``gains`` are the worst served
    first; ``gaining`` is how many schools there are.
    """

    more: int
    objective: float
    missing: float
    pupils_without: int
    gaining: int
    gains: tuple[Gain, ...]


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


def ask(
    asked: Asked,
    *,
    fund: FundKey | None = None,
    year: int | None = None,
    step: int = 100 * _MILLION,
    steps: int = 5,
    whole: bool = False,
    progress: Progress = in_silence,
) -> Staircase:
    """Return what ``step`` VND more, once and again, save in each fund and year, or in those asked for.

    In fractions of machines, unless ``whole`` ones are asked for: then every step is a plan of its own, which takes
    as long as the first. What schools raised themselves is left out unless that fund is asked for.
    """
    plan = asked.plan
    funds = [f for f in plan.problem.funds if not is_school_money(plan, f)] if fund is None else [fund]
    years = plan.problem.open_years if year is None else (year,)
    places = [(f, y) for f in funds for y in years]
    prices = {(p.fund, p.year): p.machine_years_per_million for p in plan.prices}
    answer = _in_whole(plan) if whole else _in_fractions(asked.in_fractions)
    start = answer({})
    stairs = []
    convex = not whole and plan.problem.rungs[0] == "missing"
    for number, place in enumerate(places):
        before, found = start, [_step(0, start, start)]
        for count in range(1, steps + 1):
            # what money saves in fractions only ever falls: where the first step saves nothing, none does
            idle = convex and count > 1 and found[1].objective >= start[0] - _NOTHING
            after = before if idle else answer({place: count * step})
            found.append(_step(count * step, before, after))
            before = after
            progress(number * steps + count, len(places) * steps)
        stairs.append(Stair(*place, prices.get(place, 0.0), tuple(found)))
    stairs.sort(key=lambda s: (s.steps[1].objective, s.steps[-1].objective, s.year, s.fund))
    return Staircase(step, whole, tuple(stairs))


_More = Mapping[tuple[FundKey, int], int]
"""Whole VND more by fund and school year."""

_Solved = tuple[float, tuple[Coverage, ...]]
"""What is brought to its least, and what schools then have."""


def _in_fractions(problem: Problem) -> Callable[[_More], _Solved]:
    """Return who answers in fractions of machines, going on from the question before."""
    from provision.model.preview import Preview  # the solver is loaded only where it is needed

    preview = Preview(problem)

    def answer(more: _More) -> _Solved:
        rungs, glance = preview.move(problem.with_more(more)), preview.glance()
        return rungs["missing"] if "missing" in rungs else _reckoned(glance), glance.machines

    return answer


def _in_whole(plan: Plan) -> Callable[[_More], _Solved]:
    """Return who answers in whole machines, anew each time; without more money it is the plan itself."""
    from provision.model import solve

    def answer(more: _More) -> _Solved:
        found = solve(plan.problem.with_more(more)) if more else plan
        return _reckoned(found), found.machines

    return answer


def _reckoned(plan: Plan) -> float:
    """Return what the rung ``missing`` counts, reckoned from the plan itself: not every ladder has that rung."""
    return float(missing_value(plan, plan.problem, left_open(plan, plan.problem)))


def _step(more: int, before: _Solved, after: _Solved) -> Step:
    was, now = _missed(before[1]), _missed(after[1])
    share = {s: max(share_missing(c) for c in before[1] if c.school == s) for s in was if was[s] - now[s] >= SHOWN}
    order = sorted(share, key=lambda s: (-share[s], now[s] - was[s], s))
    return Step(
        more=more,
        objective=round(after[0], 6),
        missing=round(float(sum(now.values())), 6),
        pupils_without=sum(c.pupils_without for c in after[1]),
        gaining=len(order),
        gains=tuple(Gain(s, round(float(was[s] - now[s]), 6), float(share[s])) for s in order[:NAMED]),
    )


def _missed(rows: tuple[Coverage, ...]) -> dict[str, Quantity]:
    """Return the machine-years that each school misses."""
    found: dict[str, Quantity] = {}
    for c in rows:
        found[c.school] = found.get(c.school, Fraction(0)) + c.missing
    return found


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
    stairs = sheet(_stairs(saving, plan, words), words=2, note=words("next.idle", count=idle) if idle else "")
    return stairs, sheet(_steps(answer.stairs[0], plan, words), words=2)


def _stairs(stairs: Iterable[Stair], plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for stair in stairs:
        row = {
            words("table.fund"): plan.problem.fund_name(stair.fund, words.language),
            words("table.year"): format_school_year(stair.year),
            words("next.price_pupils" if counts_pupils(plan) else "next.price"): words.number(stair.price, 3),
        }
        foot = stair.steps[0].objective
        for s in stair.steps[1:]:
            row[words("next.more", amount=words.number(s.more / _MILLION))] = words.number(foot - s.objective, 1)
        yield row


def _steps(stair: Stair, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    fund = plan.problem.fund_name(stair.fund, words.language)
    head = words("next.step", fund=fund, year=format_school_year(stair.year))
    for s in stair.steps:
        yield {
            head: words.number(s.more / _MILLION),
            words("next.gaining"): _named(s, plan, words) or "–",
            words("next.missing"): words.number(s.missing, 1),
            words("next.pupils"): words.number(s.pupils_without),
        }


def _named(step: Step, plan: Plan, words: Words) -> str:
    """Return the worst served that gain, with what they gain."""
    names = plan.problem.names
    parts = [words("next.gain", school=names[g.school], n=words.number(g.machine_years, 1)) for g in step.gains]
    rest = step.gaining - len(step.gains)
    return "; ".join([*parts, words("next.others", schools=rest)] if rest else parts)


QUESTION = Question(
    code="next",
    answers=Staircase,
    ask=ask,
    said=said,
    shown=shown,
    routine=True,
    parameters=(
        Parameter("fund", "fund"),
        Parameter("year", "year"),
        Parameter("step", "money", 100 * _MILLION, low=1),
        Parameter("steps", "count", 5, low=1, high=50),
        Parameter("whole", "flag", False),
    ),
)

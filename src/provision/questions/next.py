"""What would the next 100 million buy? A staircase for each fund and year, each step a plan made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from provision.audit.claims import left_open, missing_value
from provision.domain.plan import Coverage, Plan, Quantity
from provision.domain.problem import FundKey, Problem
from provision.questions.asking import Asked, Parameter, Progress, Question, in_silence
from provision.questions.coverage import share_missing
from provision.questions.staircase import Buy, Gain, Stair, Staircase, Step, said, shown
from provision.questions.verdict import SHOWN, is_school_money

NAMED = 3
"""Schools and options that are named at each step."""

_MILLION = 1_000_000
_NOTHING = 1e-6
"""Machine-years below which nothing is saved."""


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

_Solved = tuple[float, Plan]
"""What is brought to its least, and the plan that does."""


def _in_fractions(problem: Problem) -> Callable[[_More], _Solved]:
    """Return who answers in fractions of machines, going on from the question before."""
    from provision.model.preview import Preview  # the solver is loaded only where it is needed

    preview = Preview(problem)

    def answer(more: _More) -> _Solved:
        rungs, glance = preview.move(problem.with_more(more)), preview.glance()
        return rungs["missing"] if "missing" in rungs else _reckoned(glance), glance

    return answer


def _in_whole(plan: Plan) -> Callable[[_More], _Solved]:
    """Return who answers in whole machines, anew each time; without more money it is the plan itself."""
    from provision.model import solve

    def answer(more: _More) -> _Solved:
        found = solve(plan.problem.with_more(more)) if more else plan
        return _reckoned(found), found

    return answer


def _reckoned(plan: Plan) -> float:
    """Return what the rung ``missing`` counts, reckoned from the plan itself: not every ladder has that rung."""
    return float(missing_value(plan, plan.problem, left_open(plan, plan.problem)))


def _step(more: int, before: _Solved, after: _Solved) -> Step:
    was, now = _missed(before[1].machines), _missed(after[1].machines)
    share = {
        s: max(share_missing(c) for c in before[1].machines if c.school == s) for s in was if was[s] - now[s] >= SHOWN
    }
    order = sorted(share, key=lambda s: (-share[s], now[s] - was[s], s))
    buys = bought_more(before[1], after[1])
    return Step(
        more=more,
        objective=round(after[0], 6),
        missing=round(float(sum(now.values())), 6),
        pupils_without=sum(c.pupils_without for c in after[1].machines),
        gaining=len(order),
        gains=tuple(Gain(s, round(float(was[s] - now[s]), 6), float(share[s])) for s in order[:NAMED]),
        buying=len(buys),
        buys=buys[:NAMED],
    )


def bought_more(before: Plan, after: Plan) -> tuple[Buy, ...]:
    """Return what one plan buys more of than another, or less, by option; the greatest difference in money first."""
    more: dict[str, Fraction] = {}
    paid: dict[str, Fraction] = {}
    for plan, sign in ((before, -1), (after, 1)):
        for p in plan.purchases:
            more[p.option] = more.get(p.option, Fraction(0)) + sign * Fraction(p.quantity)
            paid[p.option] = paid.get(p.option, Fraction(0)) + sign * p.cost
    order = sorted((o for o in more if abs(more[o]) >= SHOWN), key=lambda o: (-abs(paid[o]), o))
    return tuple(Buy(o, round(float(more[o]), 6)) for o in order)


def _missed(rows: tuple[Coverage, ...]) -> dict[str, Quantity]:
    """Return the machine-years that each school misses."""
    found: dict[str, Quantity] = {}
    for c in rows:
        found[c.school] = found.get(c.school, Fraction(0)) + c.missing
    return found


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

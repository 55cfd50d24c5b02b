"""What is the least money that meets the roadmap by a year? By year and fund, and what no money meets and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor

from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER, FundKey, Problem
from provision.questions.asking import Asked, Parameter, Progress, Question, in_silence
from provision.questions.hindered import hindrance
from provision.questions.least_money import Added, Least, Reckoning, Unmet, Year, said, shown
from provision.questions.verdict import SHOWN, is_school_money


def ask(
    asked: Asked,
    *,
    year: int | None = None,
    short: float = 0.0,
    fund: FundKey | None = None,
    whole: bool = False,
    progress: Progress = in_silence,
) -> Least:
    """Return the least money on top of what the funds have that meets the mandatory need from ``year`` on.

    Up to the share ``short`` of each year's need may stay missing; before that year machines may. Money is added to
    the common funds, or to ``fund`` alone. In fractions of machines that is a bound from below; ``whole`` also finds
    a plan in whole machines.
    """
    # the solver is loaded only where it is needed
    from provision.model.least import LeastMoney, Target, least_in_whole

    problem = asked.plan.problem
    funds = [f for f in problem.funds if not is_school_money(asked.plan, f)] if fund is None else [fund]
    target = Target((problem.open_years or problem.years)[-1] if year is None else year, short)
    program = LeastMoney(problem, target, funds)
    progress(1, 2 + whole)
    found = program.reach(more=program.cells)
    progress(2, 2 + whole)

    linear = _reckoned(asked.plan, funds, found.bound, found.above, found.added, found.missing)
    in_whole = None
    if whole:
        best = least_in_whole(problem, target, funds)
        in_whole = _reckoned(asked.plan, funds, best.bound, best.above, best.added, best.missing)
        progress(3, 3)
    left = sorted(found.missing.items(), key=lambda row: (row[0][1], -row[1], row[0][0]))
    unmet = tuple(
        Unmet(s, y, n, hindrance(problem, s, y, funds, missing=n))
        for (s, y), n in left
        if found.above >= SHOWN and y in target.years(problem) and n >= SHOWN
    )
    usual = target.above(problem, _usual(asked.in_fractions.with_more(found.added)))
    return Least(target.since, short, fund, len(funds), linear, in_whole, unmet, usual)


def _usual(problem: Problem) -> dict[tuple[str, int], float]:
    """Return the machines that the ladder's own aims leave missing, by school and year."""
    from provision.model.preview import Preview  # as above

    ladder = problem.rungs
    rungs = ladder[: ladder.index("missing") + 1] if "missing" in ladder else None
    machines = Preview(problem, rungs=rungs).glance().machines
    return {(c.school, c.year): float(c.missing) for c in machines}


def _reckoned(
    plan: Plan,
    funds: Sequence[FundKey],
    bound: float,
    above: float,
    added: Mapping[tuple[FundKey, int], int],
    missing: Mapping[tuple[str, int], float],
) -> Reckoning:
    cells = sorted(added.items(), key=lambda cell: (cell[0][1], cell[0][0]))
    return Reckoning(
        total=sum(added.values()),
        bound=max(0, floor(bound)),
        above=above,
        added=tuple(Added(*cell, amount) for cell, amount in cells),
        years=tuple(_year(plan, y, funds, added, missing) for y in plan.problem.open_years),
    )


def _year(
    plan: Plan,
    year: int,
    funds: Sequence[FundKey],
    added: Mapping[tuple[FundKey, int], int],
    missing: Mapping[tuple[str, int], float],
) -> Year:
    problem = plan.problem
    return Year(
        year=year,
        need=sum(d.mandatory for (_, i, y), d in problem.demand.items() if (i, y) == (PUPIL_COMPUTER, year)),
        missing=round(sum(n for (_, y), n in missing.items() if y == year), 6),
        there=sum(problem.purses[fund, year].amount for fund in funds),
        added=sum(amount for (_, y), amount in added.items() if y == year),
    )


QUESTION = Question(
    code="least",
    answers=Least,
    ask=ask,
    said=said,
    shown=shown,
    routine=True,
    parameters=(
        Parameter("year", "year"),
        Parameter("short", "share", 0.0, low=0, high=1),
        Parameter("fund", "fund"),
        Parameter("whole", "flag", False),
    ),
)

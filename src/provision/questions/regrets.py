"""What to buy now, whatever comes: first years tried in many futures, against the best with each future known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from statistics import fmean
from types import MappingProxyType

from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.domain.scenario import exact
from provision.posing.outlook import Outlook
from provision.questions.asking import Progress
from provision.questions.verdict import SHOWN

_MILLION = 1_000_000
_ALIKE = 1e-3
"""Items up to which two first years are one."""

_First = Mapping[tuple[str, str], float]
"""Items by school and option, without what must come with them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A first year's purchases fixed now, the later years made the best of in each future; machine-years missing.

    ``how`` is ``unchanged`` (the plan carried on as it is, later years too), ``plan`` (its first year), ``expected``
    (best where all goes as expected), ``foreseen`` (best in one future, whose ``rank`` is from the mildest 0 to the
    hardest 1) or ``together`` (best on average of these few at once). ``bought`` are pupil computers in the first
    year by option, ``cost`` VND of all that is bought in it. ``regret`` is what is missing beyond the least possible.
    """

    how: str
    rank: float
    bought: tuple[tuple[str, float], ...]
    cost: int
    mean: float
    worst: float
    regret_mean: float
    regret_worst: float


def in_hindsight(
    plan: Plan, outlook: Outlook, posed: Sequence[Problem], foreseen: Mapping[float, Problem], progress: Progress
) -> tuple[list[float], list[Choice]]:
    """Return the least that could be missing in each future, and each first year tried in all of them.

    Futures with the same late years are moves of one program.
    """
    from provision.model.foresight import Foresight  # the solver is loaded only where it is needed

    expected = _expected(outlook.problem)
    covering = outlook.covering((*posed, expected))
    firsts = {("plan", 0.0): planned_first(plan)}
    whole = plan.problem.scenario.whole_machines
    known = {("expected", 0.0): expected} | {("foreseen", rank): problem for rank, problem in foreseen.items()}
    programs = {name: Foresight(replace(covering, late=problem.late)) for name, problem in known.items()}
    for name, problem in known.items():
        programs[name].least(problem)
    one, *others = programs.values()
    found = {("together", 0.0): one.first_year(*others, whole=whole)}
    found |= {name: program.first_year(whole=whole) for name, program in programs.items()}
    for name, first in found.items():
        if not any(_are_alike(first, other) for other in firsts.values()):
            firsts[name] = first
    best, values = [0.0] * len(posed), {name: [0.0] * len(posed) for name in firsts}
    done = 0
    for late in sorted({problem.late for problem in posed}, key=sorted):
        program = Foresight(replace(covering, late=late))
        for number in (n for n, problem in enumerate(posed) if problem.late == late):
            best[number] = program.least(posed[number])
            for name, first in firsts.items():
                values[name][number] = program.least_after(first)
            progress(done := done + 1, len(posed))
    choices: list[Choice] = []
    for name, first in firsts.items():
        choice = choice_of(*name, first, plan, values[name], best)
        if not any(_come_to_the_same(choice, other) for other in choices):
            choices.append(choice)
    return best, choices


def _expected(problem: Problem) -> Problem:
    """Return the question where all goes as planned and each fund's years ahead bring what they bring on average."""
    scenario, later = problem.scenario, problem.open_years[1:]
    purses = {
        (fund, year): replace(purse, amount=floor(purse.amount * exact(scenario.certainty(fund))))
        if year in later
        else purse
        for (fund, year), purse in problem.purses.items()
    }
    return replace(problem, purses=MappingProxyType(purses))


def planned_first(plan: Plan) -> dict[tuple[str, str], float]:
    """Return what a plan buys in its first year by school and option, without what comes with something else."""
    p, year, found = plan.problem, plan.problem.open_years[0], Counter[tuple[str, str]]()
    for bought in (b for b in plan.purchases if b.year == year):
        found[bought.school, bought.option] += bought.quantity  # type: ignore[assignment]
        for code, count in p.companions.get((bought.option, year), ()):
            found[bought.school, code] -= bought.quantity * count  # type: ignore[assignment]
    return {key: float(count) for key, count in found.items() if count > 0}


def choice_of(
    how: str, rank: float, first: _First, plan: Plan, values: Sequence[float], best: Sequence[float]
) -> Choice:
    """Return what a first year comes to, by what is missing in each future, and what is least in each."""
    p, year, cost, machines = plan.problem, plan.problem.open_years[0], 0.0, Counter[str]()
    for (_, option), count in first.items():
        with_it = p.companions.get((option, year), ())
        cost += count * (p.prices[option, year] + sum(n * p.prices[code, year] for code, n in with_it))
        if p.options[option].item == PUPIL_COMPUTER:
            machines[option] += count  # type: ignore[assignment]
    # machines that are there already may stay though nobody pays the upkeep reserved for them: no new plan buys such
    regrets = [max(0.0, value - least) for value, least in zip(values, best, strict=True)]
    told = (fmean(values), max(values), fmean(regrets), max(regrets))
    mean, worst, regret_mean, regret_worst = (round(number, 4) for number in told)
    bought = tuple((option, round(n, 6)) for option, n in sorted(machines.items()))
    return Choice(how, rank, bought, round(cost), mean, worst, regret_mean, regret_worst)


def _come_to_the_same(one: Choice, other: Choice) -> bool:
    """Say whether two first years differ in nothing that is told of them: in which schools come first, perhaps."""
    told = ((c.cost / _MILLION, c.mean, c.worst, c.regret_mean, c.regret_worst) for c in (one, other))
    return all(abs(a - b) < SHOWN for a, b in zip(*told, strict=True))


def _are_alike(one: _First, other: _First) -> bool:
    return all(abs(one.get(key, 0.0) - other.get(key, 0.0)) < _ALIKE for key in {*one, *other})

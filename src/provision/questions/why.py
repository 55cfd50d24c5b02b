"""Why is the need not met, and what are the ways out? What binds in each year, then each way with what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.domain.plan import Plan, Spending
from provision.domain.problem import PUPIL_COMPUTER, FundKey, Problem
from provision.domain.years import format_school_year
from provision.questions import conflicts
from provision.questions.asking import Asked, Progress, Question, in_silence
from provision.questions.conflicts import Unkept, unkept
from provision.questions.hindered import hindrance
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN, is_school_money
from provision.questions.ways import Exits, Way
from provision.text import Words


@dataclass(frozen=True, slots=True)
class Cause:
    """What is in the way of how many machines: money (""), or what no money solves."""

    why: str
    machines: float


@dataclass(frozen=True, slots=True)
class Money:
    """A common fund in a year in which machines are missing, in whole VND: had, left over, and lost at its end.

    ``state`` is ``spent`` where less is left than the cheapest machine, ``kept`` where more goes on to the next year,
    ``left`` where more is lost; else what keeps it from paying for a computer of any school that lacks one:
    ``items``, ``modes``, ``schools``, or ``none`` where nothing is sold.
    """

    fund: FundKey
    there: int
    left: int
    lapses: int
    state: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """A year in which mandatory need is missing: machines, schools, pupils, why, and how the common funds stand.

    ``idle`` are machines that other schools could spare while nothing may be moved.
    """

    year: int
    machines: float
    schools: int
    pupils: int
    causes: tuple[Cause, ...]
    funds: tuple[Money, ...]
    idle: int


@dataclass(frozen=True, slots=True)
class Why:
    """What the plan misses in the years to be planned, year by year, and the ways out, the cheapest first.

    ``missing`` is the plan's machine-years; ``least`` what would be missing if those years alone counted and machines
    could be divided, ``pupils`` the pupil-years of that: what the ways are held against. ``promises`` tells of those
    of an earlier plan that are broken, None where none is.
    """

    missing: float
    least: float
    pupils: int
    shortages: tuple[Shortage, ...]
    ways: tuple[Way, ...]
    promises: Unkept | None


def ask(asked: Asked, *, progress: Progress = in_silence) -> Why:
    """Return what binds in each year in which need stays missing, the ways out, and what breaks promises.

    Each way is the question put again, in fractions of machines and for the years to be planned alone.
    """
    shortages = tuple(filter(None, (_shortage(asked.plan, year) for year in asked.plan.problem.open_years)))
    exits = Exits(asked)
    missing = round(sum(s.machines for s in shortages), 6)
    ways = exits.ways(progress) if missing and exits.missing >= SHOWN else ()
    return Why(missing, exits.missing, exits.pupils, shortages, ways, unkept(asked.plan))


def _shortage(plan: Plan, year: int) -> Shortage | None:
    problem = plan.problem
    short = [c for c in plan.machines if c.year == year and c.missing >= SHOWN]
    if not short:
        return None
    causes: dict[str, float] = {}
    for c in short:
        why = hindrance(problem, c.school, year, problem.funds, missing=c.missing)
        causes[why] = round(causes.get(why, 0.0) + float(c.missing), 6)
    lacking = frozenset(c.school for c in short)
    spending = [s for s in plan.spending if s.year == year and not is_school_money(plan, s.fund)]
    moves = problem.scenario.transfers and (PUPIL_COMPUTER, year) in problem.freight
    spare = sum(n for (_, item, y), n in problem.spare.items() if (item, y) == (PUPIL_COMPUTER, year))
    return Shortage(
        year=year,
        machines=round(float(sum(c.missing for c in short)), 6),
        schools=len(short),
        pupils=sum(c.pupils_without for c in short),
        causes=tuple(Cause(why, n) for why, n in sorted(causes.items(), key=lambda row: (-row[1], row[0]))),
        funds=tuple(_money(problem, s, lacking) for s in spending),
        idle=0 if moves else spare,
    )


def _money(problem: Problem, s: Spending, lacking: frozenset[str]) -> Money:
    left = s.budget + s.carried_in - s.spent
    return Money(s.fund, s.budget + s.carried_in, left, left - s.carried_out, _state(problem, s, left, lacking))


def _state(problem: Problem, s: Spending, left: int, lacking: frozenset[str]) -> str:
    """Return whether a fund is spent out or has money left, or what keeps it from paying for computers there."""
    purse = problem.purses[s.fund, s.year]
    sold = [
        (problem.options[option], price)
        for (option, year), price in problem.prices.items()
        if year == s.year and PUPIL_COMPUTER in problem.options[option].serves
    ]
    if not sold:
        return "none"
    of_item = [(o, price) for o, price in sold if purse.items is None or o.item in purse.items]
    if not of_item:
        return "items"
    of_mode = [price for o, price in of_item if purse.modes is None or o.mode in purse.modes]
    if not of_mode:
        return "modes"
    if purse.schools is not None and not purse.schools & lacking:
        return "schools"
    if left < min(of_mode):
        return "spent"
    return "left" if left - s.carried_out >= min(of_mode) else "kept"


def said(answer: Why, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return why need is missing, the cheapest way out, how that was reckoned, and what broken promises run into."""
    broken = conflicts.said(answer.promises, plan, words) if answer.promises else ()
    return (*_missing(answer, plan, words), *broken)


def _missing(answer: Why, plan: Plan, words: Words) -> tuple[str, ...]:
    if not answer.shortages:
        return (words("why.met"),)
    worst = max(answer.shortages, key=lambda s: s.machines)
    first = words(
        "why.missing_alone" if plan.problem.is_one_school else "why.missing",
        missing=words.number(answer.missing, 1),
        year=format_school_year(worst.year),
        machines=words.number(worst.machines, 1),
        schools=words.number(worst.schools),
        causes=_causes(answer, words),
    )
    if answer.least < SHOWN:
        return first, words("why.rounding")
    base = words("why.least", least=words.number(answer.least, 1), pupils=words.number(answer.pupils))
    if answer.missing - answer.least >= 1:
        base = f"{base} {words('why.beyond', more=words.number(answer.missing - answer.least, 1))}"
    return (first, base, *_exits(answer, plan, words), words("why.how"))


def _exits(answer: Why, plan: Plan, words: Words) -> Iterator[str]:
    """Yield the cheapest way out, and the cheapest in money beside one that takes none."""
    meeting = [way for way in answer.ways if way.meets]
    if not meeting:
        best = next(iter(answer.ways), None)
        if best is None or best.missing > answer.least - SHOWN:
            yield words("why.no_way")
        else:
            yield words("why.best_way", way=done(best, plan, words), missing=words.number(best.missing, 1))
        return
    free = [way for way in meeting if not way.cost]
    paid = [way for way in meeting if way.cost]
    if free:
        yield words(
            "why.free_way", ways=" ".join(f"({n}) {done(w, plan, words)};" for n, w in enumerate(free, 1))[:-1]
        )
    if paid:
        yield words("why.paid_way" if free else "why.cheapest_way", way=done(paid[0], plan, words))


def _causes(answer: Why, words: Words) -> str:
    by: dict[str, float] = {}
    for cause in (cause for s in answer.shortages for cause in s.causes):
        by[cause.why] = by.get(cause.why, 0.0) + cause.machines
    order = sorted(by, key=lambda why: (-by[why], why))
    return "; ".join(
        words("hindered.part", why=words(f"hindered.{why or 'money'}"), n=words.number(by[why], 1)) for why in order
    )


def done(way: Way, plan: Plan, words: Words) -> str:
    """Return what is done, in words."""
    key = f"why.do_{way.kind}"
    if way.kind == "money" and way.year is None:
        key = "why.do_money_all"
    if way.kind == "delay" and plan.problem.is_one_school:
        key = "why.do_delay_alone"
    if way.kind in ("money", "shift") and not way.amount:
        key = f"why.do_{way.kind}_none"
    return words(
        key,
        amount=words.money(way.amount),
        fund=plan.problem.fund_name(way.fund, words.language) if way.fund else "",
        year=format_school_year(way.year) if way.year is not None else "",
        to=format_school_year(way.to) if way.to is not None else "",
        grade=str(way.grade),
        schools=words.number(len(way.schools)),
        basis=words(f"basis.{way.basis}") if way.basis else "",
    )


def shown(answer: Why, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return the years with what is in the way, how the funds stand in them, the ways out, and broken promises."""
    tables = []
    if answer.shortages:
        tables += [
            sheet(_years(answer, words), words=2, point=words.point),
            sheet(_funds(answer, plan, words), words=2, point=words.point),
        ]
    if answer.ways:
        tables.append(sheet(_ways(answer, plan, words), words=1, note=_named(answer, plan, words), point=words.point))
    if answer.promises and answer.promises.conflicts:
        tables.append(conflicts.shown(answer.promises, words))
    return tuple(tables)


def _years(answer: Why, words: Words) -> Iterator[dict[str, str]]:
    for s in answer.shortages:
        parts = [
            words("why.part", why=words(f"hindered.{c.why or 'money'}"), n=words.number(c.machines, 1))
            for c in s.causes
        ]
        if s.idle:
            parts.append(words("why.idle", n=words.number(s.idle)))
        yield {
            words("table.year"): format_school_year(s.year),
            words("least.reason"): "; ".join(parts),
            words("table.missing_machines"): words.number(s.machines, 1),
            words("table.schools_short"): words.number(s.schools),
            words("table.pupils_without"): words.number(s.pupils),
        }


def _funds(answer: Why, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for s in answer.shortages:
        for money in s.funds:
            yield {
                words("table.year"): format_school_year(s.year),
                words("table.fund"): plan.problem.fund_name(money.fund, words.language),
                words("why.there"): words.millions(money.there),
                words("why.left"): words.millions(money.left),
                words("why.lapses"): words.millions(money.lapses),
                words("why.state"): words(f"why.state_{money.state}"),
            }


def _ways(answer: Why, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for way in answer.ways:
        yield {
            words("why.way"): done(way, plan, words),
            words("why.cost"): words.millions(way.cost),
            words("why.still"): words.number(way.missing, 1),
            words("why.pupils"): words.number(way.pupils),
            words("why.meets"): words("why.yes" if way.meets else "why.no"),
        }


def _named(answer: Why, plan: Plan, words: Words) -> str:
    """Return the schools in which a grade would begin later, where that meets the need."""
    way = next((w for w in answer.ways if w.kind == "delay" and w.meets), None)
    if way is None or plan.problem.is_one_school:
        return ""
    key = "why.named" if way.fewest else "why.named_enough"
    return words(key, grade=str(way.grade), schools=", ".join(plan.problem.names[s] for s in way.schools))


QUESTION = Question(code="why", answers=Why, ask=ask, said=said, shown=shown, routine=True)

"""Why did my school get seven? What one more would take, and who would then get less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from provision.domain.plan import Plan, Purchase
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey
from provision.domain.years import format_school_year
from provision.errors import NoAnswer
from provision.questions.asking import Asked, Parameter, Progress, Question, in_silence
from provision.questions.school import gist, tables, told, where
from provision.questions.sheets import Sheet, sheet
from provision.questions.turn import Order, order_of, said_of
from provision.questions.verdict import SHOWN
from provision.text import Words

NAMED = 3
"""Schools that are named as those who give up machines; the table has them all."""

_CLOSED = 1e-4
"""The share up to which what was sought is said to be the least."""


@dataclass(frozen=True, slots=True)
class Giver:
    """What another school gives up: computers it buys fewer, and machine-years it misses more."""

    school: str
    computers: float
    machine_years: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a school gets one more with the plan's money: who gives up what for it, at least ``least`` machine-years.

    ``change`` is how many machine-years more are missing in all. Years after the horizon count 0.9 of the one before.
    """

    givers: tuple[Giver, ...]
    lost: float
    least: float
    change: float


@dataclass(frozen=True, slots=True)
class Added:
    """Whole VND more of one fund, by school year, with which a school gets one more and nobody less.

    Fewer than ``least`` never do.
    """

    fund: FundKey
    years: tuple[tuple[int, int], ...]
    amount: int
    least: int


@dataclass(frozen=True, slots=True)
class OneMore:
    """A school, the school year in which it would have one computer more, and what that takes.

    ``year`` is None where it misses nothing that can still be bought; ``exchange`` where it cannot have one more
    whatever others give up. ``added`` is the cheapest fund first. ``undecided`` are the funds, with None for the
    exchange, of which the search ended before anything was known.
    """

    school: str
    year: int | None
    order: Order | None
    exchange: Exchange | None
    added: tuple[Added, ...]
    undecided: tuple[FundKey | None, ...] = ()


def ask(asked: Asked, *, school: str, year: int | None = None, progress: Progress = in_silence) -> OneMore:
    """Return what it takes that a school has one pupil computer more, by default in the first year it misses any.

    All else of the plan stays: others can only give up computers, and where money is added not even that.
    """
    from provision.model.one_more import given_up, money_for  # the solver is loaded only where it is needed

    plan, problem = asked.plan, asked.plan.problem
    late = problem.scenario.delivery_lag if year is None else 0  # what arrives in the first years is bought already
    years = problem.open_years[late:] if year is None else (year,)
    short = [c for c in plan.machines if c.school == school and c.year in years and c.missing >= SHOWN]
    if not short:
        return OneMore(school, None, None, None, ())
    at = min(c.year for c in short)
    funds = _funds(plan, school, at)
    undecided: list[FundKey | None] = []
    swapped = _unless_ended(partial(given_up, plan, school, at), None, undecided)
    progress(1, 1 + len(funds))
    added = []
    for done, fund in enumerate(funds, start=2):
        found = _unless_ended(partial(money_for, plan, school, at, fund), fund, undecided)
        if found is not None:
            when = tuple(sorted(found.added.items()))
            added.append(Added(fund, when, round(found.value), round(found.bound)))
        progress(done, 1 + len(funds))
    exchange = None
    if swapped is not None:
        exchange = Exchange(
            tuple(_givers(plan, school, swapped.purchases, {s: float(n) for s, n in swapped.lost.items()})),
            lost=round(swapped.value, 6),
            least=round(swapped.bound, 6),
            change=round(float(swapped.change), 6),
        )
    order = None if problem.is_one_school else order_of(plan, school, at)
    return OneMore(school, at, order, exchange, tuple(sorted(added, key=lambda a: a.amount)), tuple(undecided))


def _unless_ended(seek: Callable[[], Any], fund: FundKey | None, undecided: list[FundKey | None]) -> Any:
    """Return what is found; where a limit ended the search before, note the fund as undecided."""
    try:
        return seek()
    except NoAnswer:
        undecided.append(fund)
        return None


def _funds(plan: Plan, school: str, year: int) -> list[FundKey]:
    """Return the funds that may pay for a computer at a school in a year still to be planned up to one.

    Where machines wait for rooms, also those that may pay for a room.
    """
    problem = plan.problem
    sought = {PUPIL_COMPUTER} if problem.seats is None else {PUPIL_COMPUTER, LAB}
    ways = {(o.item, o.mode) for o in problem.options.values() if sought & set(o.serves)}
    found = {
        fund
        for at in problem.open_years
        if at <= year
        for item, mode in ways
        for fund in problem.payers(school=school, item=item, mode=mode, year=at)
    }
    return sorted(found)


def _givers(plan: Plan, school: str, purchases: tuple[Purchase, ...], lost: dict[str, float]) -> Iterator[Giver]:
    """Yield which others buy fewer computers or miss more in some year, the most first."""
    fewer = {s: -n for s, n in _bought(plan, purchases).items()}
    for s, n in _bought(plan, plan.purchases).items():
        fewer[s] = fewer.get(s, 0.0) + n
    named = {s for found in (lost, fewer) for s, n in found.items() if n >= SHOWN} - {school}
    for giver in sorted(named, key=lambda s: (-lost.get(s, 0.0), s)):
        yield Giver(giver, round(max(0.0, fewer.get(giver, 0.0)), 6), round(lost.get(giver, 0.0), 6))


def _bought(plan: Plan, purchases: tuple[Purchase, ...]) -> dict[str, float]:
    """Return the pupil computers that schools buy, in items."""
    found: dict[str, float] = {}
    for p in purchases:
        if PUPIL_COMPUTER in plan.problem.options[p.option].serves:
            found[p.school] = found.get(p.school, 0.0) + float(p.quantity)
    return found


def said(answer: OneMore, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return what the school gets and where it stands, what one more takes, and how that was reckoned."""
    school = plan.problem.names[answer.school]
    first = gist(plan, answer.school, words) or words("school.gets_nothing")
    lines = [words("one_more.first", school=school, gist=first[0].lower() + first[1:])]
    if answer.order is not None:
        lines += said_of(answer.order, words)
    lines += [*_one_more(answer, plan, words), *told(plan, answer.school, words), where(plan, answer.school, words)]
    return tuple(filter(None, lines))


def _one_more(answer: OneMore, plan: Plan, words: Words) -> Iterator[str]:
    if answer.year is None:
        yield words("one_more.nothing")
        return
    year = format_school_year(answer.year)
    if answer.exchange is None and not answer.added:
        yield words("one_more.unknown" if answer.undecided else "one_more.cannot", year=year)
        return
    unsure = [fund for fund in answer.undecided if fund is not None]
    if answer.exchange is not None:
        yield _exchange(answer.exchange, year, plan, words)
    else:
        yield words("one_more.unknown_exchange" if None in answer.undecided else "one_more.no_exchange", year=year)
    if answer.added:
        yield from _added(answer.added[0], plan, words)
    else:
        yield words("one_more.unknown_money" if unsure else "one_more.no_money", year=year)
    if unsure:
        named = [plan.problem.fund_name(fund, words.language) for fund in unsure]
        yield words("one_more.unknown_funds", funds=words.listing(named))
    yield words("one_more.whole" if plan.problem.scenario.whole_machines else "one_more.linear")
    open_ = [e for e in (answer.exchange,) if e is not None and e.lost - e.least > _CLOSED * (1 + e.lost)]
    if open_:
        yield words("one_more.open", least=words.number(open_[0].least, 1), lost=words.number(open_[0].lost, 1))


def _exchange(exchange: Exchange, year: str, plan: Plan, words: Words) -> str:
    """Return who gives up what for the one more, and what that does to the whole unit."""
    if not exchange.givers:
        return words("one_more.free", year=year)
    parts = [_named(giver, plan, words) for giver in exchange.givers[:NAMED]]
    if rest := len(exchange.givers) - len(parts):
        parts.append(words("one_more.others", schools=rest))
    aims_so = plan.problem.rungs[0] == "missing" and plan.problem.scenario.weigh == "machine"
    key = "one_more.better" if aims_so else "one_more.less"
    key = "one_more.more" if exchange.change >= SHOWN else key
    key = "one_more.same" if abs(exchange.change) < SHOWN else key
    return words(
        "one_more.exchange",
        year=year,
        givers="; ".join(parts),
        all=words(key, machine_years=words.number(abs(exchange.change), 1)),
    )


def _named(giver: Giver, plan: Plan, words: Words) -> str:
    return words(
        "one_more.giver" if giver.computers >= SHOWN else "one_more.misses",
        school=plan.problem.names[giver.school],
        computers=words.number(giver.computers, 1),
        machine_years=words.number(giver.machine_years, 1),
    )


def _added(added: Added, plan: Plan, words: Words) -> Iterator[str]:
    """Yield the cheapest money with which nobody gives up anything, and how much it is at least if that is less."""
    fund = plan.problem.fund_name(added.fund, words.language)
    if not added.amount:
        yield words("one_more.enough")
        return
    amount = words.money(added.amount, 2)
    key = "one_more.money" if len(added.years) == 1 else "one_more.money_split"
    yield words(key, amount=amount, fund=fund, years=_years(added, words))
    if added.amount - added.least > _CLOSED * added.amount:
        yield words("one_more.money_open", amount=amount, fund=fund, least=words.money(added.least, 2))


def _years(added: Added, words: Words) -> str:
    """Return when how much of the money is needed."""
    if len(added.years) == 1:
        return format_school_year(added.years[0][0])
    parts = [
        words("one_more.part", amount=words.money(n, 2), year=format_school_year(year)) for year, n in added.years
    ]
    return words.listing(parts)


def shown(answer: OneMore, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return who gives up what, what each fund would have to add, the school's years, payers and other things."""
    asked = []
    if answer.exchange is not None and len(answer.exchange.givers) > NAMED:
        asked.append(sheet(_rows_of_givers(answer.exchange, plan, words), words=1, point=words.point))
    if answer.added:
        asked.append(sheet(_rows_of_money(answer, plan, words), words=2, point=words.point))
    return (*asked, *tables(plan, answer.school, words))


def _rows_of_givers(exchange: Exchange, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for giver in exchange.givers:
        yield {
            words("one_more.gives"): plan.problem.names[giver.school],
            words("one_more.computers"): words.number(giver.computers, 1),
            words("one_more.machine_years"): words.number(giver.machine_years, 1),
        }


def _rows_of_money(answer: OneMore, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for added in answer.added:
        yield {
            words("one_more.fund"): plan.problem.fund_name(added.fund, words.language),
            words("one_more.when"): _years(added, words) if added.amount else "–",
            words("one_more.amount"): words.millions(added.amount, 2),
        }


QUESTION = Question(
    code="school",
    answers=OneMore,
    ask=ask,
    said=said,
    shown=shown,
    parameters=(Parameter("school", "school", needed=True), Parameter("year", "year")),
    ahead=False,  # what a school got is told where nothing more can be bought, too
)

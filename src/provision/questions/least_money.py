"""The least money that meets a target, as values, in sentences and in tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.domain.plan import Plan
from provision.domain.problem import FundKey
from provision.domain.years import format_school_year
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN
from provision.text import Words

NAMED = 12
"""Schools and years that are named where no money helps; how many there are is told."""


@dataclass(frozen=True, slots=True)
class Added:
    """Whole VND to be added to a fund in a school year."""

    fund: FundKey
    year: int
    amount: int


@dataclass(frozen=True, slots=True)
class Year:
    """A school year: machines needed and still missing, VND the funds that may be filled have anew, and VND added."""

    year: int
    need: int
    missing: float
    there: int
    added: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """Machines that a school misses in a school year though money were without end, and what is in the way."""

    school: str
    year: int
    machines: float
    why: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Money that meets the target: whole VND by year and fund, in all, and the VND nothing is below.

    ``above`` is machine-years missing beyond what may be missing.
    """

    total: int
    bound: int
    above: float
    added: tuple[Added, ...]
    years: tuple[Year, ...]


@dataclass(frozen=True, slots=True)
class Least:
    """The least money from ``since`` on, ``short`` of each year's need left open.

    ``linear`` is in fractions of machines, ``whole`` in whole ones where that was asked for. ``unmet`` is told where
    no money meets it. ``funds`` is how many funds could be filled. ``usual`` is the machine-years beyond the
    target that a plan made as this one was, looking beyond the period too, would miss with the linear money.
    """

    since: int
    short: float
    fund: FundKey | None
    funds: int
    linear: Reckoning
    whole: Reckoning | None
    unmet: tuple[Unmet, ...]
    usual: float


def said(answer: Least, plan: Plan, words: Words) -> tuple[str, ...]:
    """Return the least money and when, what it does not do, what no money meets, and how that was reckoned."""
    if not answer.funds:
        return (words("next.no_fund"),)
    since, last = format_school_year(answer.since), format_school_year(plan.problem.years[-1])
    best = answer.whole or answer.linear
    span = words("least.span", since=since, last=last) if since != last else words("least.in_last", last=last)
    target = (
        words("least.in_full") if not answer.short else words("least.up_to", share=words.percent(answer.short, 1))
    )
    where = words("least.where_common")
    if answer.fund is not None:
        where = words("least.where_fund", fund=plan.problem.fund_name(answer.fund, words.language))
    told = {"span": span, "target": target, "amount": words.money(best.total), "where": where}
    if best.above >= SHOWN > answer.linear.above:  # not proven impossible: rooms, say, divide worse than money
        lines = [words("least.whole_short", above=words.number(best.above, 1), **told)]
    elif best.above >= SHOWN:
        lines = [
            words("least.unmet" if best.total else "least.unmet_anyway", above=words.number(best.above, 1), **told)
        ]
    elif best.total:
        lines = [words("least.met_whole" if answer.whole else "least.met", by_year=_by_year(best, words), **told)]
    else:
        lines = [words("least.free", **told)]
    early = sum(y.missing for y in best.years if y.year < answer.since)
    if early >= SHOWN:
        lines.append(words("least.before", since=since, missing=words.number(early, 1)))
    if answer.usual - answer.linear.above >= SHOWN:
        lines.append(words("least.usual", missing=words.number(answer.usual, 1), span=span))
    if answer.whole is not None and not answer.whole.total:
        lines.append(words("least.whole_free"))
    elif answer.whole is not None:
        bound = words.money(max(answer.whole.bound, answer.linear.bound))
        lines.append(words("least.whole", bound=bound, linear=words.money(answer.linear.total), where=where))
    else:
        lines.append(words("least.linear" if answer.linear.total else "least.linear_free", where=where))
    if answer.unmet:
        lines.append(words("least.why", parts=_why(answer, words), where=where))
    if best.total:
        lines.append(words("least.split"))
    return tuple(lines)


def _by_year(reckoned: Reckoning, words: Words) -> str:
    parts = [
        words("least.in_year", year=format_school_year(y.year), amount=words.money(y.added))
        for y in reckoned.years
        if y.added
    ]
    return words.listing(parts)


def _why(answer: Least, words: Words) -> str:
    """Return what is in the way of how many machine-years, the most first."""
    by: dict[str, float] = {}
    for row in answer.unmet:
        by[row.why] = by.get(row.why, 0.0) + row.machines
    order = sorted(by, key=lambda why: (-by[why], why))
    return "; ".join(
        words("hindered.part", why=words(f"hindered.{why or 'other'}"), n=words.number(by[why], 1)) for why in order
    )


def shown(answer: Least, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return what is needed, there, added and missing by year; what is added by fund; what no money meets."""
    if not answer.funds:
        return ()
    best = answer.whole or answer.linear
    tables = [sheet(_years(best, answer, words), words=1, point=words.point)]
    if best.added:
        tables.append(sheet(_funds(best, plan, words), words=1, point=words.point))
    if answer.unmet:
        rest = len(answer.unmet) - NAMED
        note = words("least.others", count=rest) if rest > 0 else ""
        tables.append(sheet(_unmet(answer, plan, words), words=2, note=note, point=words.point))
    return tuple(tables)


def _years(best: Reckoning, answer: Least, words: Words) -> Iterator[dict[str, str]]:
    for y in best.years:
        yield {
            words("table.year"): format_school_year(y.year),
            words("table.need_machines"): words.number(y.need),
            words("least.there"): words.millions(y.there),
            words("least.added"): words.millions(y.added),
            words("table.missing_machines"): words.number(y.missing, 1),
            words("least.allowed"): words.number(y.need * answer.short, 1) if y.year >= answer.since else "–",
        }


def _funds(best: Reckoning, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for fund in sorted({a.fund for a in best.added}):
        row = {words("table.fund"): plan.problem.fund_name(fund, words.language)}
        for y in best.years:
            amount = sum(a.amount for a in best.added if (a.fund, a.year) == (fund, y.year))
            row[words("table.in_millions", head=format_school_year(y.year))] = words.millions(amount)
        total = sum(a.amount for a in best.added if a.fund == fund)
        yield row | {words("table.in_millions", head=words("table.total")): words.millions(total)}


def _unmet(answer: Least, plan: Plan, words: Words) -> Iterator[dict[str, str]]:
    for row in answer.unmet[:NAMED]:
        yield {
            words("table.school"): plan.problem.names[row.school],
            words("least.reason"): words(f"hindered.{row.why or 'other'}"),
            words("table.year"): format_school_year(row.year),
            words("table.missing_machines"): words.number(row.machines, 1),
        }

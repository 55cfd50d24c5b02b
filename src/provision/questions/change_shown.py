"""What changed, in tables: by school with the reason, by item, by money to the dong, by purchase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.change import Change, Delivery, Funding, Line, Money, Pair
from provision.questions.change_said import change, listed, worst
from provision.questions.sheets import Sheet, sheet
from provision.text import Words

_MOST_ROWS = 20
_MILLION = 1_000_000
_Row = dict[str, str]


def shown(answer: Change, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return the tables; of what is many the greatest changes stand in them, the rest is counted below."""
    schools, money = (
        worst(answer.schools),
        sorted(
            filter(_moved, answer.money),
            key=lambda row: (-abs(row.paid[1] - row.paid[0]), row.purse[2], row.purse[1]),
        ),
    )
    rows = sorted((d for d in answer.deliveries if _missed(d)), key=lambda d: (-abs(d.paid[1] - d.paid[0]), d.school))
    tables = [
        _sheet(list(_schools(schools, answer, plan, words)), len(schools), words, text=2),
        _sheet(list(_items(answer, words)), 0, words, text=1),
        _sheet(list(_money(money, answer, words)), len(money), words, text=1 if answer.kind == "years" else 2),
        _sheet(list(_deliveries(rows, plan, words)), len(rows), words, text=3),
    ]
    return tuple(table for table in tables if not table.frame.empty)


def _sheet(rows: list[_Row], all_rows: int, words: Words, *, text: int) -> Sheet:
    rest = all_rows - _MOST_ROWS
    return sheet(rows, words=text, note=words("changed.rest", count=rest) if rest > 0 else "")


def _schools(lines: Sequence[Line], answer: Change, plan: Plan, words: Words) -> Iterator[_Row]:
    for line in lines[:_MOST_ROWS]:
        told = listed([answer.reasons[at] for at in line.touched], plan, words, school=line.code)
        reason = {words("changed.why"): told or words(f"changed.why_{line.why}")} if line.why else {}
        yield {words("table.school"): line.names[words.language != "vi"]} | reason | _figures(line, words)
    if lines:
        yield _total(answer.schools, words) | ({words("changed.why"): ""} if any(x.why for x in lines) else {})


def _items(answer: Change, words: Words) -> Iterator[_Row]:
    for line in answer.items:
        if line.differs:
            yield {words("table.item"): line.names[words.language != "vi"]} | _figures(line, words)


def _figures(line: Line, words: Words) -> _Row:
    """Return what is needed, got, missing and paid: what is missing and paid with its change."""
    return {
        words("table.need"): _both(line.need, words),
        words("table.bought"): _both(line.got, words),
        words("table.missing"): _both(line.missing, words),
        words("changed.missing_change"): signed(change(line.missing), words),
        **_paid(line.paid, words),
    }


def _total(lines: Sequence[Line], words: Words) -> _Row:
    """Return the sum of all schools, also of those in which nothing differs."""
    need, got, missing = (
        (sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs))
        for pairs in zip(*((line.need, line.got, line.missing) for line in lines), strict=True)
    )
    paid = (sum(line.paid[0] for line in lines), sum(line.paid[1] for line in lines))
    total = words("table.total")
    return {words("table.school"): total} | _figures(Line("", (total, total), need, got, missing, paid), words)


def _money(rows: Sequence[Funding], answer: Change, words: Words) -> Iterator[_Row]:
    for row in rows[:_MOST_ROWS]:
        year = format_school_year(row.purse[2]) if row.purse[2] else ""
        name = row.names[words.language != "vi"] or words("changed.any_fund")
        yield _purse(name, year, answer, words) | _given(row.given, answer, words) | _paid(row.paid, words)
    if rows:
        given, paid = (
            (sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs))
            for pairs in zip(*((row.given, row.paid) for row in answer.money), strict=True)
        )
        yield _purse(words("table.total"), "", answer, words) | _given(given, answer, words) | _paid(paid, words)


def _purse(fund: str, year: str, answer: Change, words: Words) -> _Row:
    """Return which money it is; where years are compared, a row is both."""
    return {words("table.fund"): fund} | ({} if answer.kind == "years" else {words("table.year"): year})


def _given(given: Money, answer: Change, words: Words) -> _Row:
    """Return what was granted; nothing where nobody tells by which fund was paid."""
    if answer.kind == "bought":
        return {}
    return {
        words("changed.given"): words("changed.both", before=million(given[0], words), after=million(given[1], words))
    }


def _deliveries(rows: Sequence[Delivery], plan: Plan, words: Words) -> Iterator[_Row]:
    for row in rows[:_MOST_ROWS]:
        yield {
            words("table.school"): plan.problem.names.get(row.school, row.school),
            words("table.year"): format_school_year(row.year),
            words("table.option"): row.names[words.language != "vi"],
            words("changed.planned"): words.number(row.quantity[0], 1),
            words("changed.really"): words.number(row.quantity[1], 1),
            words("changed.difference"): signed(change(row.quantity), words),
            **_paid(row.paid, words),
        }


def _paid(paid: Money, words: Words) -> _Row:
    return {
        words("changed.paid"): words("changed.both", before=million(paid[0], words), after=million(paid[1], words)),
        words("changed.paid_change"): signed(Fraction(paid[1] - paid[0], _MILLION), words, 6),
    }


def _both(pair: Pair, words: Words) -> str:
    return words("changed.both", before=words.number(pair[0], 1), after=words.number(pair[1], 1))


def _moved(row: Funding) -> bool:
    return row.paid[0] != row.paid[1] or row.given[0] != row.given[1]


def _missed(row: Delivery) -> bool:
    return bool(change(row.quantity)) or row.paid[0] != row.paid[1]


def million(dong: int, words: Words) -> str:
    """Return whole VND in millions, to the dong."""
    return words.number(Fraction(dong, _MILLION), 6)


def signed(number: float | Fraction, words: Words, digits: int = 1) -> str:
    """Return a difference with its sign, also where it is more."""
    told = words.number(number, digits)
    return f"+{told}" if number > 0 and told != "0" else told

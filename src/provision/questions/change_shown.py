"""What changed, in tables: by school, why, by item, by money to the dong, by purchase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.change import Change, Delivery, Funding, Line, Money, Pair
from provision.questions.change_said import change, listed, worst
from provision.questions.sheets import Sheet, sheet
from provision.text import Words

_MOST_ROWS = 15
_MILLION = 1_000_000
_Row = dict[str, str]


def shown(answer: Change, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return the tables; where there is much, the greatest changes stand in them and the rest is counted below."""
    schools, money, missed = worst(answer.schools), _greatest(answer.money), _missed(answer.deliveries)
    tables = [
        _sheet(_schools(schools, answer, words), len(schools), words),
        _sheet(_reasons(schools, answer, plan, words), len(schools), words, text=2),
        _sheet(_items(answer, words), 0, words),
        _sheet(_money(money, answer, words), len(money), words, text=1 if answer.kind == "years" else 2),
        _sheet(_deliveries(missed, plan, words), len(missed), words, text=3),
    ]
    return tuple(table for table in tables if not table.frame.empty)


def _sheet(rows: Iterable[_Row], all_rows: int, words: Words, *, text: int = 1) -> Sheet:
    rest = all_rows - _MOST_ROWS
    return sheet(rows, words=text, note=words("changed.rest", count=rest) if rest > 0 else "")


def _schools(lines: Sequence[Line], answer: Change, words: Words) -> Iterator[_Row]:
    """Yield the schools that changed most, and the sum of all, also of those that did not change."""
    for line in lines[:_MOST_ROWS]:
        yield {words("table.school"): line.names[words.language != "vi"]} | _figures(line, words)
    if lines:
        figures = ((x.need, x.got, x.missing, x.paid) for x in answer.schools)
        need, got, missing, paid = (_sum(pairs) for pairs in zip(*figures, strict=True))
        total = words("table.total")
        whole = Line("", (total, total), need, got, missing, (int(paid[0]), int(paid[1])))
        yield {words("table.school"): total} | _figures(whole, words)


def _reasons(lines: Sequence[Line], answer: Change, plan: Plan, words: Words) -> Iterator[_Row]:
    """Yield why the same schools may have changed; nothing where nothing was asked otherwise."""
    for line in lines[:_MOST_ROWS]:
        if line.why:
            told = listed([answer.reasons[at] for at in line.touched], plan, words, school=line.code)
            reason = told or words(f"changed.why_{line.why}")
            yield {words("table.school"): line.names[words.language != "vi"], words("changed.why"): reason}


def _items(answer: Change, words: Words) -> Iterator[_Row]:
    for line in answer.items:
        if line.differs:
            yield {words("table.item"): line.names[words.language != "vi"]} | _figures(line, words)


def _figures(line: Line, words: Words) -> _Row:
    """Return what is needed, got and missing as it was and is, and by how much what is missing and paid changed."""
    return {
        words("table.need"): _both(line.need, words),
        words("table.bought"): _both(line.got, words),
        words("table.missing"): _both(line.missing, words),
        words("changed.missing_change"): _signed(change(line.missing), words, 1),
        words("changed.paid_change"): _paid_change(line.paid, words),
    }


def _money(rows: Sequence[Funding], answer: Change, words: Words) -> Iterator[_Row]:
    """Yield the funds and years that changed most, and the sum of all; a bought file tells nobody's fund."""
    for row in rows[:_MOST_ROWS]:
        name = row.names[words.language != "vi"] or words("changed.any_fund")
        yield _purse(name, row.purse[2], row.given, row.paid, answer, words)
    if rows:
        given, paid = (_sum(pairs) for pairs in zip(*((x.given, x.paid) for x in answer.money), strict=True))
        yield _purse(words("table.total"), 0, given, paid, answer, words)


def _purse(name: str, year: int, given: Pair, paid: Pair, answer: Change, words: Words) -> _Row:
    """Return one row of money in million VND; where years are compared, a row is of both."""
    at = {} if answer.kind == "years" else {words("table.year"): format_school_year(year) if year else ""}
    granted = {} if answer.kind == "bought" else {words("changed.given"): _both(_millions(given), words, 6)}
    told = {words("changed.paid"): _both(_millions(paid), words, 6)}
    change_told = _paid_change((int(paid[0]), int(paid[1])), words)
    return {words("table.fund"): name} | at | granted | told | {words("changed.paid_change"): change_told}


def _deliveries(rows: Sequence[Delivery], plan: Plan, words: Words) -> Iterator[_Row]:
    for row in rows[:_MOST_ROWS]:
        yield {
            words("table.year"): format_school_year(row.year),
            words("table.school"): plan.problem.names[row.school],
            words("table.option"): row.names[words.language != "vi"],
            words("changed.delivered"): _both(row.quantity, words),
            words("changed.difference"): _signed(change(row.quantity), words, 1),
            words("changed.paid_change"): _paid_change(row.paid, words),
        }


def _greatest(rows: Iterable[Funding]) -> list[Funding]:
    """Return the funds and years that were given or paid otherwise, the greatest change of what was paid first."""
    moved = [row for row in rows if row.paid[0] != row.paid[1] or row.given[0] != row.given[1]]
    return sorted(moved, key=lambda row: (-abs(row.paid[1] - row.paid[0]), row.purse[2], row.purse[1]))


def _missed(rows: Iterable[Delivery]) -> list[Delivery]:
    """Return the purchases that were not made as planned, the greatest change of money first."""
    other = [row for row in rows if change(row.quantity) or row.paid[0] != row.paid[1]]
    return sorted(other, key=lambda row: (-abs(row.paid[1] - row.paid[0]), row.school, row.year, row.option))


def _sum(pairs: Iterable[Pair]) -> Pair:
    before, after = zip(*pairs, strict=True)
    return sum(before), sum(after)


def _millions(dong: Pair) -> tuple[Fraction, Fraction]:
    return Fraction(int(dong[0]), _MILLION), Fraction(int(dong[1]), _MILLION)


def _both(pair: tuple[float | Fraction, float | Fraction], words: Words, digits: int = 1) -> str:
    """Return what was and what is, once where it is the same."""
    before, after = (words.number(value, digits) for value in pair)
    return before if before == after else words("changed.both", before=before, after=after)


def _paid_change(paid: Money, words: Words) -> str:
    """Return by how much more or less is paid in million VND, to the dong."""
    return _signed(Fraction(paid[1] - paid[0], _MILLION), words, 6)


def _signed(number: float | Fraction, words: Words, digits: int) -> str:
    told = words.number(number, digits)
    return f"+{told}" if number > 0 and told != "0" else told

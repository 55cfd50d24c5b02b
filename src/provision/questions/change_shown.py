"""What changed, in tables: by school, why, by item, by money, by purchase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.questions.change import Change, Delivery, Funding, Line, Money, Pair
from provision.questions.change_said import adds_years, change, listed, shared_by_all, worst
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import SHOWN
from provision.text import Words

_MOST_ROWS = 15
_TENTH = 100_000
"""VND below which one decimal of a million would say little, and two are told."""
_LEAST = 5_000
"""VND that are told as 0,01 million, and not as nothing."""
_Row = dict[str, str]


def shown(answer: Change, plan: Plan, words: Words) -> tuple[Sheet, ...]:
    """Return the tables; where there is much, the greatest changes stand in them and the rest is counted below."""
    schools = [line for line in worst(answer.schools) if _tells(line)]
    money, missed = _greatest(answer.money), _missed(answer.deliveries)
    tables = [
        _sheet(_schools(schools, answer, words), len(schools), words),
        reasons_shown(answer, plan, words),
        _sheet(_items(answer, words), 0, words),
        _sheet(_money(money, answer, words), len(money), words, text=1 if answer.kind == "years" else 2),
        _sheet(_deliveries(missed, answer, plan, words), len(missed), words, text=3),
    ]
    return tuple(table for table in tables if not table.frame.empty)


def reasons_shown(answer: Change, plan: Plan, words: Words) -> Sheet:
    """Return why the schools that changed most may have changed, but for what is common to all and told above."""
    common = shared_by_all(answer)
    lines = [line for line in worst(answer.schools) if _tells(line) and line.why]
    own = [line for line in lines if not line.touched or set(line.touched) - common]
    notes = [words("changed.rest", count=len(own) - _MOST_ROWS)] if len(own) > _MOST_ROWS else []
    notes += [words("changed.others_common")] if len(own) < len(lines) else []
    return sheet(_reasons(own, common, answer, plan, words), words=2, note=" ".join(notes), point=words.point)


def _sheet(rows: Iterable[_Row], all_rows: int, words: Words, *, text: int = 1) -> Sheet:
    rest = all_rows - _MOST_ROWS
    return sheet(rows, words=text, note=words("changed.rest", count=rest) if rest > 0 else "", point=words.point)


def _schools(lines: Sequence[Line], answer: Change, words: Words) -> Iterator[_Row]:
    """Yield the schools that changed most, and the sum of all, also of those that did not change."""
    unit = "machine_years" if adds_years(answer) else "machines"
    for line in lines[:_MOST_ROWS]:
        yield {words("table.school"): line.names[words.language != "vi"]} | _figures(line, words, unit)
    if lines:
        figures = ((x.need, x.got, x.missing, x.paid) for x in answer.schools)
        need, got, missing, paid = (_sum(pairs) for pairs in zip(*figures, strict=True))
        total = words("table.total")
        whole = Line("", (total, total), need, got, missing, (int(paid[0]), int(paid[1])))
        yield {words("table.school"): total} | _figures(whole, words, unit)


def _reasons(
    lines: Sequence[Line], common: frozenset[int], answer: Change, plan: Plan, words: Words
) -> Iterator[_Row]:
    for line in lines[:_MOST_ROWS]:
        found = [answer.reasons[at] for at in line.touched if at not in common]
        reason = listed(found, plan, words, school=line.code) or words(f"changed.why_{line.why}")
        yield {words("table.school"): line.names[words.language != "vi"], words("changed.why"): reason}


def _items(answer: Change, words: Words) -> Iterator[_Row]:
    unit = "item_years" if adds_years(answer) else "items"
    for line in answer.items:
        if _tells(line):
            yield {words("table.item"): line.names[words.language != "vi"]} | _figures(line, words, unit)


def _tells(line: Line) -> bool:
    """Say whether anything of a line changed by more than rounds to nothing."""
    return any(abs(change(pair)) >= SHOWN for pair in (line.need, line.got, line.missing)) or _paid_else(line.paid)


def _paid_else(paid: Pair) -> bool:
    return abs(paid[1] - paid[0]) >= _LEAST


def _figures(line: Line, words: Words, unit: str) -> _Row:
    """Return what is needed, got and missing as it was and is, and by how much what is missing and paid changed.

    ``unit`` is what heads count in; what is got counts once, whatever years it is used in.
    """
    heads = [f"changed.{figure}_{unit}" for figure in ("need", "got", "missing", "missing_change")]
    told = [_both(pair, words) for pair in (line.need, line.got, line.missing)]
    told.append(_signed(change(line.missing), words, 1))
    figures = {words(head): cell for head, cell in zip(heads, told, strict=True)}
    return figures | {words("changed.paid_change"): _paid_change(line.paid, words)}


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
    granted = {} if answer.kind == "bought" else {words("changed.given"): _both_paid(given, words)}
    told = {words("changed.paid"): _both_paid(paid, words)}
    change_told = _paid_change((int(paid[0]), int(paid[1])), words)
    return {words("table.fund"): name} | at | granted | told | {words("changed.paid_change"): change_told}


def _deliveries(rows: Sequence[Delivery], answer: Change, plan: Plan, words: Words) -> Iterator[_Row]:
    head = words("edited.quantities" if answer.kind == "edited" else "changed.delivered")
    for row in rows[:_MOST_ROWS]:
        yield {
            words("table.year"): format_school_year(row.year),
            words("table.school"): plan.problem.names[row.school],
            words("table.option"): row.names[words.language != "vi"],
            head: _both(row.quantity, words),
            words("changed.difference"): _signed(change(row.quantity), words, 1),
            words("changed.paid_change"): _paid_change(row.paid, words),
        }


def _greatest(rows: Iterable[Funding]) -> list[Funding]:
    """Return the funds and years that were given or paid otherwise, the greatest change of what was paid first."""
    moved = [row for row in rows if _paid_else(row.paid) or _paid_else(row.given)]
    return sorted(moved, key=lambda row: (-abs(row.paid[1] - row.paid[0]), row.purse[2], row.purse[1]))


def _missed(rows: Iterable[Delivery]) -> list[Delivery]:
    """Return the purchases that were not made as planned, the greatest change of money first."""
    other = [row for row in rows if abs(change(row.quantity)) >= SHOWN or _paid_else(row.paid)]
    return sorted(other, key=lambda row: (-abs(row.paid[1] - row.paid[0]), row.school, row.year, row.option))


def _sum(pairs: Iterable[Pair]) -> Pair:
    before, after = zip(*pairs, strict=True)
    return sum(before), sum(after)


def _millions(dong: float, words: Words) -> str:
    return words.millions(int(dong), 1 if abs(dong) >= _TENTH else 2)


def _both_paid(dong: Pair, words: Words) -> str:
    return _once(*(_millions(value, words) for value in dong), words=words)


def _both(pair: Pair, words: Words) -> str:
    return _once(*(words.number(value, 1) for value in pair), words=words)


def _once(before: str, after: str, *, words: Words) -> str:
    """Return what was and what is, once where it is the same."""
    return before if before == after else words("changed.both", before=before, after=after)


def _paid_change(paid: Money, words: Words) -> str:
    """Return by how much more or less is paid, in million VND."""
    return _sign(paid[1] - paid[0], _millions(paid[1] - paid[0], words))


def _signed(number: float | Fraction, words: Words, digits: int) -> str:
    return _sign(number, words.number(number, digits))


def _sign(number: float | Fraction, told: str) -> str:
    return f"+{told}" if number > 0 and told != "0" else told

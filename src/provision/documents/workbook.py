"""A plan as a workbook: the appendices of its report, with live totals, and a sheet to try other quantities on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

from provision.documents.overview import overview
from provision.documents.paper import Paper, paper
from provision.documents.quantities import quantities
from provision.domain.indicator import INDICATORS, RATIOS
from provision.domain.plan import Plan
from provision.intake.columns import Column, Table
from provision.questions.coverage import bases, coverage_frame
from provision.questions.duties import by_duty
from provision.questions.indicators import indicator_frame
from provision.questions.norms import norms
from provision.questions.proof import certified
from provision.questions.reconciled import by_table
from provision.questions.remarks import item_name
from provision.questions.report import titles
from provision.questions.sheets import Sheet
from provision.questions.tables import by_check, by_rung
from provision.questions.verdict import assumptions
from provision.questions.years import year_of
from provision.store.columns import COVERAGE, PAYMENTS, PLAN_TABLES, PURCHASES, SPENDING, values_of
from provision.text import Words

_FIRST = (PURCHASES, SPENDING, PAYMENTS)
"""The tables that a council asks for; the others stand behind the appendices in words."""

_THINGS = (
    "quantity need optional_need stock have missing optional_missing pupils pupils_without promised planned broken"
)
_ADDED = frozenset([*_THINGS.split(), "cost", "amount", "budget", "spent", "unpaid"])
"""The columns whose sum says something; what is carried over, a price or a year is added up nowhere."""

_DUTY_WIDTHS = (6, 34, 26, 20, 18, 60)


def workbook(plan: Plan, words: Words, *, folder: str = "") -> bytes:
    """Return an .xlsx file: a summary, the appendices of the report, all tables, and a sheet to change quantities on.

    Quantities are items, money is whole VND. ``folder`` is where the plan lies, for its certificate's fingerprint.
    The same plan gives the same bytes.
    """
    target, problem = BytesIO(), plan.problem
    title, about = titles(plan, words)[:2]
    banner = words("banner.illustrative") if problem.illustrative else ""
    with paper(
        target, title=title, about=about, banner=banner, total=words("workbook.shown_total"), language=words.language
    ) as book:
        at = overview(book, plan, words)
        _schools(book, plan, words)
        lasts = {table: _table(book, plan, table, words) for table in _FIRST}
        _duties(book, plan, words)
        _bases(book, plan, words)
        _certificate(book, plan, words, folder)
        lasts |= {table: _table(book, plan, table, words) for table in PLAN_TABLES if table not in _FIRST}
        scored = indicator_frame(plan, words)
        shares = [words(f"indicator.{code}") for code in INDICATORS if code not in RATIOS]
        name = words("indicators.sheet")
        book.table(name, name, list(scored.columns), scored.itertuples(index=False), shares=shares)
        quantities(book, plan, words)
        at.reckon(lasts[COVERAGE], lasts[SPENDING])
    return target.getvalue()


def _schools(book: Paper, plan: Plan, words: Words) -> None:
    found = coverage_frame(plan, words)
    added = [words(f"table.{head}") for head in ("need", "have", "missing")]
    rows, heads = found.itertuples(index=False), list(found.columns)
    name = words("workbook.schools")
    book.table(name, name, heads, rows, shares=[words("school.share")], added=added)


def _table(book: Paper, plan: Plan, table: Table, words: Words) -> int:
    """Add one of the plan's tables, with names beside codes, and return the row after its last."""
    heads = [head for column in table.columns for head in _heads(column, words)]
    found = (_cells(plan, table, noun, words) for noun in getattr(plan, PLAN_TABLES[table][0]))
    added = [words(f"workbook.column.{c.name}") for c in table.columns if c.name in _ADDED]
    name = words(f"workbook.{table.name}")
    return book.table(name, words(f"workbook.title_{table.name}"), heads, found, added=added)


def _duties(book: Paper, plan: Plan, words: Words) -> None:
    told = by_duty(plan, words).frame
    name = words("workbook.duties")
    if told.empty:
        book.sentences(name, name).lines("line", [words("duty.none")])
        return
    book.table(name, name, list(told.columns), told.itertuples(index=False), widths=_DUTY_WIDTHS)


def _bases(book: Paper, plan: Plan, words: Words) -> None:
    """Add what the figures rest on: assumptions, norms with where they are stated, and which rows were used."""
    name = words("workbook.bases_sheet")
    page = book.sentences(name, name)
    page.lines("line", assumptions(plan, words))
    page.lines("section", [words("workbook.bases")])
    page.lines("line", bases(plan, words))
    page.lines("section", [words("workbook.norms")])
    page.table(*_told(norms(plan.problem.roadmap, words)), spans=(1, 2, 2, 3))
    if plan.problem.reconciliation.read:
        page.lines("section", [words("workbook.sources")])
        page.table(*_told(by_table(plan, words)), spans=(1, 3, 1, 1, 1, 1))


def _certificate(book: Paper, plan: Plan, words: Words, folder: str) -> None:
    name = words("workbook.certificate")
    page = book.sentences(name, name)
    page.lines("line", [*certified(plan, words), words("certificate.repeat")])
    page.lines("section", [words("workbook.rungs")])
    page.table(*_told(by_rung(plan, words)), spans=(2, 2, 2, 2))
    page.lines("section", [words("workbook.checked")])
    page.table(*_told(by_check(plan, words, folder)), spans=(2, 6))


def _told(sheet: Sheet) -> tuple[Sequence[Sequence[str]], Sequence[str]]:
    """Return a table of words as its rows and its headings."""
    return [list(map(str, row)) for row in sheet.frame.itertuples(index=False)], list(map(str, sheet.frame.columns))


def _heads(column: Column, words: Words) -> tuple[str, ...]:
    """Return what stands above a column; above a code's, and above its name's."""
    head = words(f"workbook.column.{column.name}")
    return (head, words(f"workbook.named.{column.name}")) if _is_named(column) else (head,)


def _is_named(column: Column) -> bool:
    return column.kind == "code" and column.name != "unit"


def _cells(plan: Plan, table: Table, noun: object, words: Words) -> Iterator[object]:
    """Yield a row's cells: codes with their names, years and kinds of payment in words, numbers as they are."""
    values = values_of(noun)
    for column, value in zip(table.columns, values, strict=True):
        if column.kind == "year":
            resting = [plan] if table.name == "coverage" else []  # on how many pupils there are
            yield year_of(int(str(value)), words, *resting, school=str(values[0]))
        elif column.kind == "choice":
            yield words(f"workbook.{value}")
        else:
            yield value
        if _is_named(column):
            code = (str(values[0]), str(value)) if column.name == "fund" else str(value)
            yield _name(plan, column.name, code, words)


def _name(plan: Plan, column: str, code: str | tuple[str, str], words: Words) -> str:
    """Return what a planner calls a school, an item, a fund or an option; nothing for a move that is free."""
    if isinstance(code, tuple):
        return plan.problem.fund_name(code, words.language)
    if column == "item":
        return item_name(plan, code, words)
    if column == "option":
        option = plan.problem.options.get(code)
        return "" if option is None else option.name(words.language)
    return plan.problem.names[code]

"""A plan as a workbook: what it says, every school at the end, and all its tables."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import isnan
from textwrap import wrap

import xlsxwriter

from provision.domain.indicator import INDICATORS, RATIOS
from provision.domain.plan import Plan
from provision.intake.columns import Column, Table
from provision.questions.coverage import bases, coverage_frame
from provision.questions.indicators import indicator_frame
from provision.questions.remarks import item_name
from provision.questions.report import findings, titles
from provision.questions.verdict import assumptions
from provision.questions.years import year_of
from provision.store.columns import PLAN_TABLES, values_of
from provision.text import Words

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""What a planner wrote is text, whatever it looks like."""

CREATED = datetime(2017, 9, 1)
"""The day in the file's properties, or no two workbooks of a plan would be the same."""

_A4, _WIDEST, _LINE = 9, 48, 1000
_MOST_LETTERS = 255
"""What a property of a file may hold."""
_LOOKS = {
    "text": {"num_format": "@", "valign": "top"},
    "whole": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.00##"},
    "share": {"num_format": "0.0%"},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF3F8", "bottom": 1},
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"},
    "banner": {"bold": True, "font_color": "#A93226", "text_wrap": True, "valign": "top"},
    "section": {"bold": True, "font_color": "#1B4B7A", "text_wrap": True, "valign": "top"},
    "line": {"text_wrap": True, "valign": "top"},
}


def workbook(plan: Plan, words: Words) -> bytes:
    """Return an .xlsx file: a summary, coverage at the end, the plan's tables with names beside codes, indicators.

    Quantities are items, money is whole VND. The same plan gives the same bytes.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, PLAIN) as book:
        book.set_properties({"title": titles(plan, words)[0][:_MOST_LETTERS], "created": CREATED})
        paper = _Paper(book, {name: book.add_format(look) for name, look in _LOOKS.items()})
        banner = words("banner.illustrative") if plan.problem.illustrative else ""
        paper.lines(words("workbook.summary"), _summary(plan, words), banner)
        schools = coverage_frame(plan, words)
        rows = schools.itertuples(index=False)
        paper.table(words("workbook.schools"), list(schools.columns), rows, banner, (words("school.share"),))
        for table, (part, _) in PLAN_TABLES.items():
            heads = [head for column in table.columns for head in _heads(column, words)]
            found = (_cells(plan, table, noun, words) for noun in getattr(plan, part))
            paper.table(words(f"workbook.{table.name}"), heads, found, banner)
        scored = indicator_frame(plan, words)
        shares = [words(f"indicator.{code}") for code in INDICATORS if code not in RATIOS]
        paper.table(words("indicators.sheet"), list(scored.columns), scored.itertuples(index=False), banner, shares)
    return target.getvalue()


def _summary(plan: Plan, words: Words) -> Iterator[tuple[str, str]]:
    """Yield the lines of the first sheet, each with its look."""
    title, *rest = titles(plan, words)
    yield "title", title
    if plan.problem.illustrative:
        yield "banner", words("banner.illustrative")
    yield from (("line", piece) for line in rest for piece in wrap(line, _LINE))
    if not plan.problem.scenario.whole_machines:
        alone = plan.problem.is_one_school
        yield "banner", words("workbook.fractions_alone" if alone else "workbook.fractions")
    parts = {"found": findings(plan, words), "bases": bases(plan, words), "assumptions": assumptions(plan, words)}
    for part, lines in parts.items():
        if lines:
            yield "section", words(f"workbook.{part}")
            yield from (("line", piece) for line in lines for piece in wrap(line, _LINE))


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


@dataclass(frozen=True)
class _Paper:
    """A workbook being written, and the looks of its cells."""

    book: xlsxwriter.Workbook
    looks: dict[str, object]

    def lines(self, name: str, lines: Iterable[tuple[str, str]], banner: str) -> None:
        """Add a sheet of sentences."""
        sheet = self._sheet(name, banner)
        sheet.set_column(0, 0, 110)
        for number, (look, line) in enumerate(lines):
            sheet.write_string(number, 0, line, self.looks[look])

    def table(
        self,
        name: str,
        heads: Sequence[str],
        rows: Iterable[Iterable[object]],
        banner: str,
        shares: Sequence[str] = (),
    ) -> None:
        """Add a sheet with headings that stay, columns as wide as what stands in them, and a filter."""
        sheet = self._sheet(name, banner)
        widths = [max(map(len, head.split())) for head in heads]
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    failed = sheet.write_string(last, column, value, self.looks["text"])
                    widths[column] = max(widths[column], len(value))
                elif not isnan(number := value):  # type: ignore[arg-type]  # a cell is text or a number
                    look = "share" if heads[column] in shares else "whole" if isinstance(number, int) else "decimal"
                    failed = sheet.write_number(last, column, _plain(number), self.looks[look])
                    widths[column] = max(widths[column], len(f"{float(number):,.2f}"))  # type: ignore[arg-type]
                else:
                    failed = 0  # no number: an empty cell
                if failed:
                    raise ValueError(f"{name}: {last}, {column}")  # more than a sheet holds
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.write_string(0, column, head, self.looks["head"])
            sheet.set_column(column, column, min(_WIDEST, width + 3))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, last, len(heads) - 1)

    def _sheet(self, name: str, banner: str) -> xlsxwriter.worksheet.Worksheet:
        """Return a new sheet, to be printed on A4 across, as wide as the page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&L{banner}")
        sheet.set_footer("&L&A&R&P/&N")
        return sheet


def _plain(number: object) -> int | float:
    return float(number) if isinstance(number, Fraction) else number  # type: ignore[return-value]

"""The sheet of a plan's workbook on which a planner changes what is bought, and the codes and prices behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from provision.documents.paper import LINE, TOP, Paper, lines_of, plain
from provision.domain.plan import Plan, Quantity
from provision.domain.years import format_school_year
from provision.intake.edited import OPTION, PLAN, SCHOOL
from provision.questions.remarks import item_name
from provision.store.columns import mark_of
from provision.text import Words

_ROOM = 40
"""The rows left for purchases that the plan does not have."""
_MOST = 100_000
_GUIDE, _LIVE, _PLANNED, _MORE, _LEFT, _MARK, _HEADS, _CODES, _TOP = range(2, 11)
"""The rows of the sheet, counted from 0; the plan's mark and the codes are hidden."""
_FOUR = 4
"""The columns before the years: a school's code and name, an option's code and name."""
_WIDTHS = (18, 36, 16, 40)

_Key = tuple[str, str]


def quantities(book: Paper, plan: Plan, words: Words) -> None:
    """Add the sheet with a row a school and option and a column a year, live costs beside, and codes with prices."""
    name, codes = words("workbook.edit"), words("workbook.codes")
    sheet = book.sheet(name, words("workbook.title_edit"))
    grid = _Grid(book, plan, words, sheet)
    grid.head()
    rows = _rows(plan)
    for at, (key, bought) in enumerate(rows.items()):
        grid.row(_TOP + at, key, bought)
    grid.room(_TOP + len(rows), f"'{codes}'")
    grid.sums(_TOP + len(rows) + _ROOM)
    grid.finish(_TOP + len(rows) + _ROOM)
    _codes(book, plan, words, codes)


def _rows(plan: Plan) -> dict[_Key, dict[int, Quantity]]:
    """Return what is bought by school and option, in items by school year, in the order of schools' names."""
    found: dict[_Key, dict[int, Quantity]] = {}
    for p in sorted(plan.purchases, key=lambda p: (plan.problem.names[p.school], p.school, p.item, p.option)):
        found.setdefault((p.school, p.option), {})[p.year] = p.quantity
    return found


class _Grid:
    """The sheet of quantities as it is being written."""

    def __init__(self, book: Paper, plan: Plan, words: Words, sheet: Worksheet) -> None:
        self.book, self.plan, self.words, self.sheet = book, plan, words, sheet
        self.years, self.looks = plan.problem.years, book.looks
        self.cost = _FOUR + len(self.years)
        self.price = self.cost + 1
        self.payers = self.price + len(self.years)
        self.whole = plan.problem.scenario.whole_machines
        self.paid = {(p.school, p.option, p.year): p for p in plan.purchases}

    def head(self) -> None:
        """Write the guide, what tells the plan from any other, headings and codes."""
        words, sheet, told = self.words, self.sheet, [format_school_year(y) for y in self.years]
        sheet.merge_range(_GUIDE, 0, _GUIDE, self.cost, words("workbook.edit_guide"), self.looks["line"])
        sheet.set_row(_GUIDE, 48)
        sheet.set_row(_HEADS, 32)
        heads = [words(f"workbook.{key}") for key in ("column.school_id", "named.school_id")]
        heads += [words(f"workbook.{key}") for key in ("column.option", "named.option")]
        heads += [*told, words("workbook.row_cost"), *(words("workbook.price_in", year=y) for y in told)]
        for column, head in enumerate([*heads, words("workbook.payers")]):
            sheet.write_string(_HEADS, column, head, self.looks["head"])
        for column, code in enumerate((SCHOOL, "", OPTION, "", *told)):
            sheet.write_string(_CODES, column, code)
        sheet.write_row(_MARK, 0, [PLAN, mark_of(self.plan)])
        for row in (_MARK, _CODES):
            sheet.set_row(row, None, None, {"hidden": True})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(_FOUR, self.cost - 1, 14)
        sheet.set_column(self.cost, self.cost, 18)
        sheet.set_column(self.price, self.payers - 1, 14)
        sheet.set_column(self.payers, self.payers, 40)

    def row(self, row: int, key: _Key, bought: Mapping[int, Quantity]) -> None:
        """Write what one school buys of one option, what it costs, and who may pay for it."""
        problem, looks, (school, option) = self.plan.problem, self.looks, key
        terms = problem.options[option]
        names = (school, problem.names[school], option, terms.name(self.words.language))
        for column, text in enumerate(names):
            self.sheet.write_string(row, column, text, looks["text"])
        self.sheet.set_row(row, LINE * max(map(lines_of, names, _WIDTHS)))
        for at, year in enumerate(self.years):
            quantity, price = bought.get(year, 0), self._price(key, year)
            free = year in problem.open_years and (school, year) in problem.open_schools and price is not None
            look = looks[("open_whole" if self.whole else "open") if free else "shut"]
            if quantity:
                self.sheet.write_number(row, _FOUR + at, plain(quantity), look)
            else:
                self.sheet.write_blank(row, _FOUR + at, None, look)
            if price is None:
                self.sheet.write_blank(row, self.price + at, None, looks["whole"])
            else:
                self.sheet.write_number(row, self.price + at, price, looks["whole"])
        cost = sum(floor(Fraction(n) * (self._price(key, y) or 0)) for y, n in bought.items())
        self.sheet.write_formula(row, self.cost, f"={self._costs(row)}", looks["whole"], cost)
        item, mode = terms.item, terms.mode
        paying = {f for y in self.years for f in problem.payers(school=school, item=item, mode=mode, year=y)}
        funds = "; ".join(problem.fund_name(f, self.words.language) for f in sorted(paying))
        self.sheet.write_string(row, self.payers, funds or self.words("workbook.no_payer"), looks["text"])

    def room(self, first: int, codes: str) -> None:
        """Write the rows for purchases that the plan does not have; names and prices are found by their codes."""
        schools, options = len(self.plan.problem.schools), len(_offered(self.plan))
        for row in range(first, first + _ROOM):
            for column, letter, count in ((0, "A", schools), (2, "D", options)):
                span = f"{codes}!${letter}${TOP + 1}:${letter}${TOP + count}"
                named = f"{codes}!${chr(ord(letter) + 1)}${TOP + 1}:${chr(ord(letter) + 1)}${TOP + count}"
                cell = f"${xl_col_to_name(column)}{row + 1}"
                self.sheet.write_blank(row, column, None, self.looks["open_code"])
                found = f'=IFERROR(INDEX({named},MATCH({cell},{span},0)),"")'
                self.sheet.write_formula(row, column + 1, found, self.looks["text"], "")
                self.sheet.data_validation(row, column, row, column, self._listed(span))
            span = f"{codes}!$D${TOP + 1}:$D${TOP + options}"
            for at, year in enumerate(self.years):
                is_open = year in self.plan.problem.open_years
                look = self.looks[("open_whole" if self.whole else "open") if is_open else "shut"]
                self.sheet.write_blank(row, _FOUR + at, None, look)
                letter = xl_col_to_name(_OFFER_HEADS + at)
                prices = f"{codes}!${letter}${TOP + 1}:${letter}${TOP + options}"
                found = f"=IFERROR(INDEX({prices},MATCH($C{row + 1},{span},0)),0)"
                self.sheet.write_formula(row, self.price + at, found, self.looks["whole"], 0)
            self.sheet.write_formula(row, self.cost, f"={self._costs(row)}", self.looks["whole"], 0)
            self.sheet.write_blank(row, self.payers, None, self.looks["text"])

    def sums(self, last: int) -> None:
        """Write what all rows cost each year, now and by the plan, and what the funds have left by the plan."""
        words = self.words
        for row, key in ((_LIVE, "live"), (_PLANNED, "planned_cost"), (_MORE, "more_cost"), (_LEFT, "left")):
            for column in range(_FOUR):
                text = words(f"workbook.{key}") if column == 0 else ""
                self.sheet.write_string(row, column, text, self.looks["about_flat"])
        whole = self.looks["total_whole"]
        planned = [sum(p.cost for p in self.plan.purchases if p.year == y) for y in self.years]
        left = [sum(s.budget + s.carried_in - s.spent for s in self.plan.spending if s.year == y) for y in self.years]
        for at, (cost, rest) in enumerate(zip(planned, left, strict=True)):
            count, price = (xl_col_to_name(column + at) for column in (_FOUR, self.price))
            spans = (f"{letter}{_TOP + 1}:{letter}{last}" for letter in (count, price))
            self.sheet.write_formula(_LIVE, _FOUR + at, f"={self._products(*spans)}", whole, cost)
            self.sheet.write_number(_PLANNED, _FOUR + at, cost, whole)
            self.sheet.write_formula(_MORE, _FOUR + at, f"={count}{_LIVE + 1}-{count}{_PLANNED + 1}", whole, 0)
            self.sheet.write_number(_LEFT, _FOUR + at, rest, whole)
        first, end = xl_col_to_name(_FOUR), xl_col_to_name(self.cost - 1)
        for row, value in ((_LIVE, sum(planned)), (_PLANNED, sum(planned)), (_MORE, 0)):
            self.sheet.write_formula(row, self.cost, f"=SUM({first}{row + 1}:{end}{row + 1})", whole, value)

    def finish(self, last: int) -> None:
        """Let only the yellow cells be changed, and only to numbers; headings stay and are printed on each page."""
        words = self.words
        self.sheet.data_validation(
            *(_TOP, _FOUR, last - 1, self.cost - 1),
            {
                "validate": "integer" if self.whole else "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": _MOST,
                "error_title": words("workbook.only_title"),
                "error_message": words("workbook.only_numbers"),
            },
        )
        self.sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        self.sheet.freeze_panes(_TOP, 2)
        self.sheet.repeat_rows(_HEADS)
        self.sheet.print_area(0, 0, last - 1, self.cost)
        self.sheet.set_tab_color("#E3B505")

    def _price(self, key: _Key, year: int) -> int | None:
        """Return what one costs in a year, what was really paid in one carried out; None where it is not sold."""
        bought = self.paid.get((*key, year))
        return bought.unit_price if bought else self.plan.problem.prices.get((key[1], year))

    def _costs(self, row: int) -> str:
        """Return the formula of what a row costs."""
        spans = (
            f"{xl_col_to_name(first)}{row + 1}:{xl_col_to_name(first + len(self.years) - 1)}{row + 1}"
            for first in (_FOUR, self.price)
        )
        return self._products(*spans)

    def _products(self, counts: str, prices: str) -> str:
        """Return the formula of counts times prices; of fractions of things each costs whole VND, rounded down."""
        if self.whole:
            return f"SUMPRODUCT({counts},{prices})"
        return f"SUMPRODUCT(INT({counts}*{prices}+0.0000005))"

    def _listed(self, span: str) -> dict[str, object]:
        return {
            "validate": "list",
            "source": f"={span}",
            "error_title": self.words("workbook.only_title"),
            "error_message": self.words("workbook.only_listed"),
        }


_CODE_WIDTHS = (20, 40, 3, 18, 44, 30)
_OFFER_HEADS = len(_CODE_WIDTHS)
"""The columns of the codes before the prices: a school's code and name, a gap, an option's code, name and item."""


def _offered(plan: Plan) -> Sequence[str]:
    """Return what can be bought, by code."""
    return sorted(code for code, terms in plan.problem.options.items() if terms.mode != "move")


def _codes(book: Paper, plan: Plan, words: Words, name: str) -> None:
    """Add the sheet of codes: schools, and what can be bought with its price by year in whole VND."""
    problem, looks = plan.problem, book.looks
    sheet = book.sheet(name, words("workbook.title_codes"))
    heads = [words("workbook.column.school_id"), words("workbook.named.school_id"), ""]
    heads += [words(f"workbook.{key}") for key in ("column.option", "named.option", "named.item")]
    heads += [words("workbook.price_in", year=format_school_year(y)) for y in problem.years]
    for column, head in enumerate(heads):
        if head:
            sheet.write_string(TOP - 1, column, head, looks["head"])
    tall = {TOP + at: 1 for at in range(max(len(problem.schools), len(_offered(plan))))}
    for row, school in enumerate(sorted(problem.schools, key=lambda s: (problem.names[s], s)), start=TOP):
        tall[row] = max(map(lines_of, (school, problem.names[school]), _CODE_WIDTHS))
        sheet.write_string(row, 0, school, looks["text"])
        sheet.write_string(row, 1, problem.names[school], looks["text"])
    for row, option in enumerate(_offered(plan), start=TOP):
        terms = problem.options[option]
        told = (option, terms.name(words.language), item_name(plan, terms.item, words))
        tall[row] = max(tall[row], *map(lines_of, told, _CODE_WIDTHS[3:]))
        for column, text in enumerate(told, start=3):
            sheet.write_string(row, column, text, looks["text"])
        for column, year in enumerate(problem.years, start=_OFFER_HEADS):
            if (option, year) in problem.prices:
                sheet.write_number(row, column, problem.prices[option, year], looks["whole"])
    for column, width in enumerate(_CODE_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(TOP - 1, 2 * LINE)
    for row, lines in tall.items():
        sheet.set_row(row, LINE * lines)
    sheet.set_column(_OFFER_HEADS, len(heads) - 1, 14)
    sheet.freeze_panes(TOP, 0)
    sheet.repeat_rows(TOP - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})

"""The first sheet of a plan's workbook: what it says, and its sums reckoned live from the sheets behind."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from provision.documents.paper import TOP, WIDE, Cell, Number, Paper, Sentences
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.years import format_school_year
from provision.intake.columns import Table
from provision.questions.report import findings, titles
from provision.questions.verdict import is_school_money
from provision.questions.years import year_of
from provision.store.columns import COVERAGE, SPENDING
from provision.text import Words

_FIGURES = ("need", "stock", "have", "missing", "pupils_without")


@dataclass
class Overview:
    """The first sheet, whose sums are written once it is known how long the sheets are that they are taken from."""

    page: Sentences
    plan: Plan
    words: Words

    def reckon(self, coverage: int, spending: int) -> None:
        """Write what is needed and missing by year, and what each fund spends, given the last rows of both sheets."""
        self._by_year(coverage, spending)
        self._by_fund(spending)
        self.page.lines("section", [self.words("workbook.more")])
        self.page.lines("line", [self.words("workbook.edit_hint", sheet=self.words("workbook.edit"))])

    def _by_year(self, coverage: int, spending: int) -> None:
        words, plan, page = self.words, self.plan, self.page
        page.lines("section", [words("workbook.by_year")])
        heads = [words(f"workbook.column.{name}") for name in _FIGURES] + [words("workbook.column.spent")]
        page.heads([words("table.year"), *heads])
        years = _span(COVERAGE, "school_year", coverage, words)
        item = _span(COVERAGE, "item", coverage, words)
        first = page.row + 1
        for year in plan.problem.years:
            rows = [c for c in plan.machines if c.year == year]
            cells: list[Cell] = [(year_of(year, words, plan), "text")]
            for name in _FIGURES:
                span, value = _span(COVERAGE, name, coverage, words), sum(getattr(c, name) for c in rows)
                formula = f'=SUMIFS({span},{item},"{PUPIL_COMPUTER}",{years},"{format_school_year(year)}*")'
                cells.append((value, _look(value), formula))
            spent = sum(s.spent for s in plan.spending if s.year == year)
            cells.append((spent, "whole", self._spent(spending, year)))
            page.cells(cells)
        letter = xl_col_to_name(len(_FIGURES) + 1)
        blanks = [("", "total_text")] * len(_FIGURES)
        total = (plan.totals["cost"], "total_whole", f"=SUM({letter}{first}:{letter}{page.row})")
        page.cells([(words("table.total"), "total_text"), *blanks, total])

    def _spent(self, spending: int, year: int) -> str:
        words = self.words
        spent, years = (_span(SPENDING, name, spending, words) for name in ("spent", "school_year"))
        return f'=SUMIFS({spent},{years},"{format_school_year(year)}")'

    def _by_fund(self, spending: int) -> None:
        """Write what each fund spends each year, what schools raised themselves in one; years run on below others."""
        words, plan, page = self.words, self.plan, self.page
        common = [f for f in plan.problem.funds if not is_school_money(plan, f)]
        paid = {(s.fund, s.year): s.spent for s in plan.spending}
        unit, fund, years, spent = (
            _span(SPENDING, name, spending, words) for name in ("unit", "fund", "school_year", "spent")
        )
        page.lines("section", [words("workbook.by_fund")])
        every = plan.problem.years
        for some in (every[at : at + WIDE - 1] for at in range(0, len(every), WIDE - 1)):
            page.heads([words("table.fund"), *map(format_school_year, some)])
            first = page.row + 1
            for f in common:
                cells: list[Cell] = [(plan.problem.fund_name(f, words.language), "text")]
                for y in some:
                    is_it = f'EXACT({unit},"{f[0]}")*EXACT({fund},"{f[1]}")*({years}="{format_school_year(y)}")'
                    cells.append((paid[f, y], "whole", f"=SUMPRODUCT({is_it}*{spent})"))
                page.cells(cells)
            columns = [(y, xl_col_to_name(at)) for at, y in enumerate(some, start=1)]
            if len(common) < len(plan.problem.funds):
                own = [sum(s.spent for s in plan.spending if s.year == y and s.fund not in common) for y in some]
                less = [f"-SUM({letter}{first}:{letter}{page.row})" if common else "" for _, letter in columns]
                formulas = [self._spent(spending, y) + taken for y, taken in zip(some, less, strict=True)]
                told = [(n, "whole", formula) for n, formula in zip(own, formulas, strict=True)]
                page.cells([(words("table.own_money"), "text"), *told])
            sums = [sum(s.spent for s in plan.spending if s.year == y) for y in some]
            formulas = [f"=SUM({letter}{first}:{letter}{page.row})" for _, letter in columns]
            total = [(n, "total_whole", formula) for n, formula in zip(sums, formulas, strict=True)]
            page.cells([(words("table.total"), "total_text"), *total])


def overview(book: Paper, plan: Plan, words: Words) -> Overview:
    """Return the first sheet with the plan's title and what it says; its sums are yet to be reckoned."""
    title, *rest = titles(plan, words)
    page = book.sentences(words("workbook.summary"), title)
    page.lines("about", rest if book.banner else rest[1:])
    if not plan.problem.scenario.whole_machines:
        alone = plan.problem.is_one_school
        page.lines("banner", [words("workbook.fractions_alone" if alone else "workbook.fractions")])
    page.lines("section", [words("workbook.found")])
    page.lines("line", findings(plan, words))
    return Overview(page, plan, words)


def _span(table: Table, name: str, last: int, words: Words) -> str:
    """Return where a column of one of the plan's tables stands in the workbook."""
    heads: list[str] = []
    for column in table.columns:
        heads += [column.name, ""] if column.kind == "code" and column.name != "unit" else [column.name]
    letter = xl_col_to_name(heads.index(name))
    sheet = words(f"workbook.{table.name}").replace("'", "''")
    return f"'{sheet}'!${letter}${TOP + 1}:${letter}${max(last, TOP + 1)}"


def _look(value: Number) -> str:
    return "whole" if isinstance(value, int) else "decimal"

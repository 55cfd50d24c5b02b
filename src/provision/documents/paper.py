"""A workbook's paper: sheets of sentences and tables that look alike, print on A4 and add themselves up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from math import isnan
from textwrap import wrap
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""What a planner wrote is text, whatever it looks like."""

CREATED = datetime(2017, 9, 1)
"""The day in the file's properties, or no two workbooks of a plan would be the same."""

TOP = 3
"""The rows above a table's first: its title, what it is about, its headings."""

MOST_LETTERS = 255
"""What a property of a file, and a printed heading, may hold."""

WIDE = 8
"""The columns that a sheet of sentences is wide: the first, and some for tables that stand among the sentences."""

_A4, _NARROWEST, _WIDEST, _FIRST, _OTHERS = 9, 9, 44, 46, 17
LINE, _TALLEST, _LONGEST = 15, 400, 2_000
"""Points that a line is high, and a row at most, and the letters that such a row shows: rows are not made to fit."""
_FONT = {"font_name": "Times New Roman", "font_size": 11}
_EDGE = "#9AA5B1"
_LOOKS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "text": {"num_format": "@", "valign": "top", "text_wrap": True, "border": 1, "border_color": _EDGE},
        "whole": {"num_format": "#,##0", "valign": "top", "border": 1, "border_color": _EDGE},
        "decimal": {"num_format": "#,##0.00", "valign": "top", "border": 1, "border_color": _EDGE},
        "share": {"num_format": "0.0%", "valign": "top", "border": 1, "border_color": _EDGE},
        "head": {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E4EBF3", "border": 1}
        | {"valign": "vcenter", "border_color": _EDGE},
        "title": {"bold": True, "font_size": 14, "valign": "top", "text_wrap": True},
        "about": {"italic": True, "font_color": "#444444", "valign": "top", "text_wrap": True},
        "banner": {"bold": True, "font_color": "#A93226", "valign": "top", "text_wrap": True},
        "section": {"bold": True, "font_size": 12, "font_color": "#1B4B7A", "valign": "bottom", "text_wrap": True},
        "line": {"valign": "top", "text_wrap": True},
        "total_text": {"bold": True, "num_format": "@", "border": 1, "bg_color": "#F3F5F8"},
        "total_whole": {"bold": True, "num_format": "#,##0", "border": 1, "bg_color": "#F3F5F8"},
        "total_decimal": {"bold": True, "num_format": "#,##0.00", "border": 1, "bg_color": "#F3F5F8"},
        "open": {"locked": False, "bg_color": "#FFF7D6", "num_format": "General", "border": 1, "border_color": _EDGE},
        "open_whole": {
            "locked": False,
            "bg_color": "#FFF7D6",
            "num_format": "#,##0",
            "border": 1,
            "border_color": _EDGE,
        },
        "open_code": {"locked": False, "bg_color": "#FFF7D6", "num_format": "@", "border": 1, "border_color": _EDGE},
        "shut": {"bg_color": "#E9ECEF", "num_format": "General", "border": 1, "border_color": _EDGE},
    }
)

_TONGUES = {"vi": "[$-42A]", "en": "[$-809]"}
"""How a number format names its language."""

Number = int | float | Fraction
Cell = tuple[str | Number, str] | tuple[str | Number, str, str]
"""What stands in a cell, its look, and the formula it is reckoned by."""


@dataclass(frozen=True)
class Paper:
    """A workbook being written, the looks of its cells, and what stands on every page and before sums.

    The banner is blank for real data.
    """

    book: xlsxwriter.Workbook
    about: str
    banner: str
    total: str
    looks: Mapping[str, Format] = field(default_factory=dict)

    def sheet(self, name: str, title: str) -> Worksheet:
        """Return a new sheet with its title and what it is about, to be printed on A4 across, as wide as the page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_header(f"&L{_printed(self.banner)}&R{_printed(self.about)}"[:MOST_LETTERS])
        sheet.set_footer("&L&A&R&P/&N")
        sheet.write_string(0, 0, title, self.looks["title_flat"])
        sheet.set_row(0, 1.4 * LINE)
        look = "banner_flat" if self.banner else "about_flat"
        sheet.write_string(1, 0, self.banner or self.about, self.looks[look])
        return sheet

    def table(
        self,
        name: str,
        title: str,
        heads: Sequence[str],
        rows: Iterable[Iterable[object]],
        *,
        shares: Iterable[str] = (),
        added: Iterable[str] = (),
        widths: Sequence[int] = (),
    ) -> int:
        """Add a sheet with a table and return the row after its last: headings stay and are printed on each page.

        ``added`` are the headings of columns that a live total below adds up, of the rows that a filter leaves;
        ``widths`` are set where what stands in the columns should not say.
        """
        sheet, summed, shown = self.sheet(name, title), set(added), set(shares)
        wide = [max(map(len, head.split())) for head in heads]
        sums: list[Number] = [0] * len(heads)
        tall: dict[int, int] = {}
        last = TOP
        for last, row in enumerate(rows, start=TOP + 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    failed = sheet.write_string(last - 1, column, value, self.looks["text"])
                    wide[column] = max(wide[column], len(value))
                    if len(value) > (limit := widths[column] if widths else _WIDEST):
                        tall[last - 1] = max(tall.get(last - 1, 1), lines_of(value, limit))
                elif not isnan(number := value):  # type: ignore[arg-type]  # a cell is text or a number
                    look = "share" if heads[column] in shown else "whole" if isinstance(number, int) else "decimal"
                    failed = sheet.write_number(last - 1, column, plain(number), self.looks[look])
                    wide[column] = max(wide[column], len(f"{plain(number):,.2f}") - 3 * (look == "whole"))
                    sums[column] += number  # type: ignore[operator]
                else:
                    failed = sheet.write_blank(last - 1, column, None, self.looks["text"])  # no number
                if failed:
                    raise ValueError(f"{name}: {last}, {column}")  # more than a sheet holds
        letters = map(xl_col_to_name, range(len(heads)))
        spans = {head: f"{letter}{TOP + 1}:{letter}{last}" for head, letter in zip(heads, letters, strict=True)}
        total = [f"=SUBTOTAL(109,{spans[head]})" if head in summed else "" for head in heads]
        if summed and last > TOP:
            self._totals(sheet, last, total, sums)
            wide = [
                max(w, len(f"{float(s):,.0f}") + 1) if t else w for w, s, t in zip(wide, sums, total, strict=True)
            ]
        roomy = (max(_NARROWEST, len(head) // 4) for head in heads)  # a long heading takes four lines, not ten
        wide = list(widths) or [max(room, min(_WIDEST, w + 2)) for w, room in zip(wide, roomy, strict=True)]
        tall[TOP - 1] = max(lines_of(head, w - 3) for head, w in zip(heads, wide, strict=True))  # an arrow is beside
        for column, (head, w) in enumerate(zip(heads, wide, strict=True)):
            sheet.write_string(TOP - 1, column, head, self.looks["head"])
            sheet.set_column(column, column, w)
        for at, lines in tall.items():
            sheet.set_row(at, min(LINE * lines, _TALLEST))
        sheet.freeze_panes(TOP, 0)
        sheet.repeat_rows(TOP - 1)
        sheet.autofilter(TOP - 1, 0, max(last, TOP) - 1, len(heads) - 1)
        return last

    def _totals(self, sheet: Worksheet, last: int, total: Sequence[str], sums: Sequence[Number]) -> None:
        for column, formula in enumerate(total):
            if formula:
                look = "total_whole" if isinstance(sums[column], int) else "total_decimal"
                sheet.write_formula(last, column, formula, self.looks[look], plain(sums[column]))
            else:
                sheet.write_string(last, column, self.total if column == 0 else "", self.looks["total_text"])

    def sentences(self, name: str, title: str) -> Sentences:
        """Return a new sheet of sentences, on which tables may stand."""
        sheet = self.sheet(name, title)
        sheet.set_column(0, 0, _FIRST)
        sheet.set_column(1, WIDE - 1, _OTHERS)
        return Sentences(self, sheet, TOP - 1)


@dataclass
class Sentences:
    """A sheet of sentences that is being written downwards; ``row`` is the next row, counted from 0."""

    paper: Paper
    sheet: Worksheet
    row: int

    def lines(self, look: str, lines: Iterable[str]) -> None:
        """Write sentences below one another, each over the whole width and as high as it needs."""
        for piece in (piece for line in lines for piece in wrap(line, _LONGEST) or [""]):
            self.sheet.merge_range(self.row, 0, self.row, WIDE - 1, "", self.paper.looks[look])
            self.sheet.write_string(self.row, 0, piece, self.paper.looks[look])
            tall = lines_of(piece, _FIRST + (WIDE - 1) * _OTHERS)
            self.sheet.set_row(self.row, LINE * (1.6 if look == "section" else tall))
            self.row += 1

    def heads(self, heads: Sequence[str]) -> None:
        """Write a row of headings."""
        self.cells([(head, "head") for head in heads])
        self.sheet.set_row(self.row - 1, LINE * max(lines_of(head, _OTHERS - 1) for head in heads))

    def cells(self, cells: Iterable[Cell]) -> None:
        """Write a row of cells: each its value and look, and where it is reckoned its formula."""
        for column, (value, look, *formula) in enumerate(cells):
            if formula:
                self.sheet.write_formula(self.row, column, formula[0], self.paper.looks[look], _cached(value))
            elif isinstance(value, str):
                self.sheet.write_string(self.row, column, value, self.paper.looks[look])
            else:
                self.sheet.write_number(self.row, column, plain(value), self.paper.looks[look])
        self.row += 1

    def table(self, rows: Sequence[Sequence[str]], heads: Sequence[str], *, spans: Sequence[int]) -> None:
        """Write a table of words, each of its columns over as many of the sheet's."""
        for at, row in enumerate([heads, *rows]):
            column, tall = 0, 1
            for text, span in zip(row, spans, strict=True):
                look = self.paper.looks["text" if at else "head"]
                wide = (_FIRST if column == 0 else _OTHERS) + (span - 1) * _OTHERS
                tall = max(tall, lines_of(text, wide))
                if span > 1:
                    self.sheet.merge_range(self.row, column, self.row, column + span - 1, "", look)
                self.sheet.write_string(self.row, column, text, look)
                column += span
            self.sheet.set_row(self.row, LINE * tall)
            self.row += 1


@contextmanager
def paper(target: BytesIO, *, title: str, about: str, banner: str, total: str, language: str) -> Iterator[Paper]:
    """Yield the paper of a new workbook in a language; it is written whole when the block ends."""
    with xlsxwriter.Workbook(target, PLAIN | {"default_format_properties": _FONT}) as book:
        book.set_properties({"title": title[:MOST_LETTERS], "created": CREATED})
        looks = {name: book.add_format(_spoken(look, language)) for name, look in _LOOKS.items()}
        for name in ("title", "about", "banner"):  # what does not wrap runs on over the cells beside it
            looks[f"{name}_flat"] = book.add_format({**_LOOKS[name], "text_wrap": False})
        yield Paper(book, about, banner, total, looks)


def _spoken(look: Mapping[str, object], language: str) -> dict[str, object]:
    """Return a look whose numbers are written as in a language, where the office program follows the file."""
    form = look.get("num_format", "@")
    return dict(look) if form in ("@", "General") else {**look, "num_format": f"{_TONGUES[language]}{form}"}


def is_as_written(content: bytes) -> bool:
    """Say whether a workbook or letter is as we wrote it: no office program has saved it since."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            return f">{CREATED.isoformat()}Z</dcterms:modified>".encode() in parts.read("docProps/core.xml")
    except (BadZipFile, KeyError):
        return False


def plain(number: object) -> int | float:
    """Return a number as a cell holds it."""
    return float(number) if isinstance(number, Fraction) else number  # type: ignore[return-value]


def _cached(value: str | Number) -> int | float | str:
    return value if isinstance(value, str) else plain(value)


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of a width, counted in figures: letters are narrower."""
    return max(1, len(wrap(text, max(1, width * 9 // 8))))


def _printed(text: str) -> str:
    """Return a text as a printed heading says it: an ampersand is a sign there."""
    return text.replace("&", "&&")

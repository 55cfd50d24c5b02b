"""The workbook that a planner fills in: a sheet for each input table, made from the lines of its columns."""

from __future__ import annotations

import io
from collections.abc import Mapping
from textwrap import shorten, wrap

import xlsxwriter

from provision.documents.paper import CREATED, PLAIN
from provision.intake.columns import TABLES, Column, Table
from provision.text import LANGUAGES, Words

_TITLE, _HEADING, _CODE, _EXAMPLE, _FIRST, _LAST = 0, 1, 2, 3, 4, 50_003
"""Rows of a sheet, counted from 0: what stands above the data, and the data themselves."""

_LOOKS = {
    "title": {"bold": True, "font_size": 14, "font_color": "#1B4B7A"},
    "heading": {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bg_color": "#DCE6F1",
        "border": 1,
        "border_color": "#AEBBC7",
    },
    "code": {"font_name": "Consolas", "font_size": 9, "font_color": "#5A6570", "bg_color": "#EEF3F8", "bottom": 2},
    "example": {"italic": True, "font_color": "#8A8F94", "bg_color": "#F7F7F7"},
    "section": {"bold": True, "font_size": 12, "font_color": "#1B4B7A"},
    "line": {"text_wrap": True, "valign": "top"},
    "beneath": {"text_wrap": True, "valign": "top", "italic": True, "font_color": "#5A6570", "indent": 1},
}
_FILLED = {"whole": "#,##0", "decimal": "#,##0.####", "signed": "#,##0.####", "share": "0.##", "flag": "0"}
"""How the cells to be filled in show what is typed; all others are text, or a code would become a number."""

_NOTES = ("fill", "example", "codes", "numbers", "years", "source", "check")
_POINTS_TO = {
    ("schools", "unit"): "units",
    ("schools", "merged_into"): "schools",
    ("enrolment", "school_id"): "schools",
    ("inventory", "school_id"): "schools",
    ("budget", "unit"): "units",
    ("frozen", "school_id"): "schools",
    ("frozen", "option"): "catalogue",
    ("staff", "school_id"): "schools",
    ("crosswalk", "school_id"): "schools",
    ("crosswalk", "unit_to"): "units",
}
"""Columns that hold codes of another sheet's first column: what stands there can be chosen."""

_MOST_TITLE, _MOST_MESSAGE = 32, 255
"""Letters that a note beside a cell may have."""

_Looks = Mapping[str, object]
"""Formats of a workbook that is being written, by what they are for."""

_ALLOWED = ("format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")


def template(words: Words) -> bytes:
    """Return an .xlsx file to fill in: a guide in both languages, then a sheet for each input table.

    Headings and notes are in the language of ``words``. The same words give the same bytes.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, PLAIN) as book:
        book.set_properties({"title": words("template.title"), "created": CREATED})
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        blanks: dict[str, object] = {
            kind: book.add_format({"num_format": _FILLED.get(kind, "@"), "locked": False})
            for kind in sorted({column.kind for table in TABLES for column in table.columns})
        }
        _guide(book.add_worksheet(words("template.sheet")), looks, words)
        for table in TABLES:
            _sheet(book.add_worksheet(table.name), table, looks, blanks, words)
    return target.getvalue()


def _guide(sheet: xlsxwriter.worksheet.Worksheet, looks: _Looks, words: Words) -> None:
    """Write how to fill in the sheets: each line in the reader's language, the other beneath it."""
    both = (words, *(Words(language) for language in LANGUAGES if language != words.language))
    lines = [("title", [w("template.title") for w in both])]
    lines += [("line", [w(f"template.note_{note}") for w in both]) for note in _NOTES]
    lines += [("section", [w("template.tables") for w in both])]
    lines += [("line", [_about(table, w) for w in both]) for table in TABLES]
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 110)
    row = 0
    for look, (first, *others) in lines:
        for text, style in ((first, look), *((other, "beneath") for other in others)):
            sheet.write_string(row, 0, text, looks[style])
            if style in ("line", "beneath"):  # a program that has not drawn the page leaves rows one line high
                sheet.set_row(row, 15 * len(wrap(text, 115)))
            row += 1
    sheet.protect()


def _about(table: Table, words: Words) -> str:
    about = f"{table.name}: {words(f'template.table.{table.name}')} ({words(f'template.rows.{table.name}')})"
    return f"{about}; {words('template.optional')}" if table.optional else about


def _sheet(sheet: xlsxwriter.worksheet.Worksheet, table: Table, looks: _Looks, blanks: _Looks, words: Words) -> None:
    sheet.write_string(_TITLE, 0, _about(table, words), looks["title"])
    sheet.set_row(_HEADING, 48)
    for at, column in enumerate(table.columns):
        heading, note = words(f"template.heading.{column.name}"), _note(column, words)
        sheet.set_column(at, at, max(14, len(column.name) + 3, 32 * (column.kind == "text")), blanks[column.kind])
        sheet.write_string(_HEADING, at, heading, looks["heading"])
        sheet.write_comment(_HEADING, at, note, {"x_scale": 2})
        sheet.write_string(_CODE, at, column.name, looks["code"])
        _example(sheet, at, column, looks["example"], words)
        sheet.data_validation(
            _FIRST,
            at,
            _LAST,
            at,
            _allowed(table, column)
            | {
                "input_title": shorten(heading, _MOST_TITLE, placeholder="…"),
                "input_message": shorten(note, _MOST_MESSAGE, placeholder="…"),
                "error_message": shorten(note, _MOST_MESSAGE, placeholder="…"),
            },
        )
    sheet.freeze_panes(_FIRST, 1)
    sheet.protect(options=dict.fromkeys(_ALLOWED, True))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if table.optional:
        sheet.set_tab_color("#B8BEC4")


def _note(column: Column, words: Words) -> str:
    """Return what a column expects, whether it may be blank, and what to know of it."""
    choices = ", ".join(f"{choice} ({words(f'template.choice.{choice}')})" for choice in column.choices)
    bounds = {"low": words.number(column.low or 0), "high": words.number(column.high or 0)}
    expected = words(f"template.expects.{column.kind}", choices=choices, **bounds)
    key = f"template.help.{column.name}"
    parts = [words("template.needed" if column.needed else "template.blank"), expected]
    return ": ".join(parts) + "." + (f" ({words(key)})" if words.has(key) else "")


def _example(sheet: xlsxwriter.worksheet.Worksheet, at: int, column: Column, look: object, words: Words) -> None:
    """Write what a row could say. The first cell says that it is an example; a reader skips the row by that."""
    if at == 0:
        sheet.write_string(_EXAMPLE, at, words("template.example", value=column.example), look)
    elif column.kind in _FILLED and column.example:
        sheet.write_number(_EXAMPLE, at, float(column.example), look)
    else:
        sheet.write_string(_EXAMPLE, at, column.example, look)


def _allowed(table: Table, column: Column) -> dict[str, object]:
    """Return what may be typed or chosen in a column's cells."""
    if column.choices:
        return {"validate": "list", "source": list(column.choices)}
    if column.kind == "flag":
        return {"validate": "list", "source": [0, 1]}
    if column.kind == "whole":
        return {"validate": "integer", "criteria": "between", "minimum": column.low, "maximum": column.high}
    if column.kind == "share":
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    other = _POINTS_TO.get((table.name, column.name))
    if other is None:
        return {"validate": "any"}
    # a code that is not there yet may be typed all the same: it is asked about, not refused
    return {"validate": "list", "source": f"={other}!$A${_FIRST + 1}:$A${_LAST + 1}", "error_type": "warning"}

"""What is planted in a scene: every fault of an input table, and everything odd, each by one function."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from scenes import TABLE, Row, Scene, Unfit, columns_of, in_year, is_school, of_level
from worlds import year

Plant = Callable[[Scene], object]

_AT_HOME = {("units", "unit"), ("schools", "school_id"), ("catalogue", "option"), ("catalogue", "item")}
"""Where a code is at home: one that cannot be read there makes every row that names it unknown (``a_home``)."""

_LONG = "x" * 10_001

# One cell ---------------------------------------------------------------------------------------------------------

CELLS: Mapping[str, Sequence[tuple[tuple[str, ...], str]]] = {
    "blank": [(("code", "codes", "text", "year", "whole", "share", "flag", "choice"), "")],
    "code": [(("code",), "Trường số 1"), (("code",), "-x"), (("codes",), "th-1;Mai Đình")],
    "school_year": [(("year",), "2017"), (("year",), "2018-2020"), (("year",), "năm 2017")],
    "whole": [(("whole",), written) for written in ("40,5", "-1", "1.000", "hai", "9" * 19)],
    "share": [(("share",), "1.5"), (("share",), "50%"), (("share",), "0,5")],
    "flag": [(("flag",), "có"), (("flag",), "2")],
    "choice": [(("choice",), "khác"), (("choice",), "Buy")],
    "cell_too_long": [(("text",), _LONG)],
}
"""By code, what cannot be read in a file of text in columns of some kinds."""

TYPED: Mapping[str, Sequence[tuple[tuple[str, ...], object, str | None]]] = {
    "blank": [(("code", "codes", "text", "year", "whole", "share", "flag", "choice"), "", "")],
    "code": [(("code",), "Trường số 1", "Trường số 1")],
    "school_year": [(("year",), "2018-2020", "2018-2020"), (("year",), 2017.0, "2017")],
    "whole": [(("whole",), "40,5", "40.5"), (("whole",), -1.0, "-1"), (("whole",), 40.5, "40.5")],
    "share": [(("share",), 1.5, "1.5"), (("share",), "1,5", "1.5")],
    "flag": [(("flag",), "có", "có"), (("flag",), 2.0, "2")],
    "choice": [(("choice",), "khác", "khác")],
    "cell_too_long": [(("text",), _LONG, _LONG[:57] + "...")],
    "cell_date": [(("whole", "code", "year", "choice"), date(2017, 2, 1), "01/02/2017")],
    "cell_boolean": [(("whole", "code", "year", "share"), True, "TRUE")],
    "code_is_number": [(("code", "codes", "choice"), 7.0, "7")],
    "number_ambiguous": [(("whole",), "1,234", "1,234")],
    "number_grouping": [(("share", "whole"), "0.5", "0.5")],
    "number_form": [(("share", "whole"), "hai mươi", "hai mươi")],
}
"""By code, what cannot be read in a cell of a workbook, and how it is shown."""

_SPOILT = ("units", "schools", "enrolment", "inventory", "catalogue", "budget", "survival", "frozen")


def _place(s: Scene, kinds: Sequence[str], *, needed: bool = False) -> tuple[str, int, str]:
    """Take a row of a table with a column of some kinds that is there."""
    table = s.r.choice(_SPOILT)
    there = s.rows(table)[0].keys() if s.rows(table) else ()
    columns = [c.name for c in columns_of(table, kinds) if (table, c.name) not in _AT_HOME and c.name in there]
    if needed:
        columns = [name for name in columns if next(c for c in TABLE[table].columns if c.name == name).needed]
    if not columns:
        raise Unfit
    column = s.r.choice(columns)
    at = s.take(table)
    s.unread.add((table, column))
    return table, at, column


def bad_cell(code: str) -> Plant:
    """Plant a cell that cannot be read."""

    def plant(s: Scene) -> None:
        if not s.book:
            kinds, written = s.r.choice(CELLS[code])
            table, at, column = _place(s, kinds, needed=code == "blank")
            s.rows(table)[at][column] = written
            s.tell(code, table, at, column, written if len(written) <= 60 else written[:57] + "...")
            return
        kinds, cell, shown = s.r.choice(TYPED[code])
        table, at, column = _place(s, kinds, needed=code == "blank")
        s.sheet_edits.append(lambda sheets: sheets[table][at + 1].__setitem__(sheets[table][0].index(column), cell))
        s.tell(code, table, at, column, shown)

    return plant


def typed_cell(code: str) -> Plant:
    """Plant a cell that only a workbook can have."""

    def plant(s: Scene) -> None:
        if not s.book:
            raise Unfit
        bad_cell(code)(s)

    return plant


def no_value(code: str) -> Plant:
    """Plant a cell of a workbook that shows an error of Excel, or a formula never reckoned."""

    def plant(s: Scene) -> None:
        if not s.book:
            raise Unfit
        table, at, column = _place(s, ("whole", "text", "code"))

        def edit(_book: Any, pages: Mapping[str, Any], sheets: Mapping[str, list[list[object]]]) -> None:
            top = s.above[table]
            value = "#N/A" if code == "cell_error" else ""
            pages[table].write_formula(top + at + 1, sheets[table][top].index(column), "=1/0", None, value)

        s.page_edits.append(edit)
        s.tell(code, table, at, column)

    return plant


def merged(s: Scene) -> None:
    """Plant two cells of a workbook merged into one: the lower has no value of its own."""
    table = s.r.choice(["enrolment", "inventory", "budget"])
    if not s.book:
        raise Unfit
    at = s.take(
        table, lambda row: ("source" in row) and (table, s.rows(table).index(row) + 1) not in s.own | s.relied
    )
    if at + 1 >= len(s.rows(table)):
        raise Unfit
    s.own.add((table, at + 1))
    s.unread.add((table, "source"))

    def edit(book: Any, pages: Mapping[str, Any], sheets: Mapping[str, list[list[object]]]) -> None:
        top = s.above[table]
        column = sheets[table][top].index("source")
        pages[table].merge_range(top + at + 1, column, top + at + 2, column, "nguồn", book.add_format())

    s.page_edits.append(edit)
    s.tell("cell_merged", table, at + 1, "source")


# One row ----------------------------------------------------------------------------------------------------------


def row_twice(s: Scene) -> None:
    """Plant a second row of the same key."""
    table = s.r.choice(["units", "schools", "enrolment", "catalogue", "budget", "survival", "frozen"])
    row = s.rely(table)
    s.rows(table).append(dict(row))
    s.own.add((table, len(s.rows(table)) - 1))
    key = TABLE[table].key
    s.tell("row_twice", table, len(s.rows(table)) - 1, key[-1], ", ".join(str(row[name]) for name in key))


def row_too_long(s: Scene) -> None:
    """Plant a row with a cell beyond the last column; a sheet of a workbook is as wide as its widest row."""
    if s.book:
        raise Unfit
    table = s.r.choice(_SPOILT)
    at = s.take(table)
    s.unread.add((table, None))

    def edit(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[at + 1] += ",thừa".encode()
        return b"\n".join(lines)

    s.text_edits.append((table, edit))
    s.tell("row_too_long", table, at)


# One table --------------------------------------------------------------------------------------------------------


def _close(s: Scene, *, needed: bool = True) -> str:
    """Choose a table that will not be read as a whole; nothing else may be planted in it."""
    if s.own or s.relied or s.closed:
        raise Unfit  # what spoils a table comes first
    table = s.r.choice([t for t in _SPOILT if not (needed and TABLE[t].optional)])
    s.closed.add(table)
    return table


def _in_text(s: Scene, edit: Callable[[bytes], bytes | None]) -> str:
    if s.book:
        raise Unfit
    table = _close(s)
    s.text_edits.append((table, edit))
    return table


def file_missing(s: Scene) -> None:
    """Plant a file that is not there."""
    s.tell("file_missing", _in_text(s, lambda _: None), None)


def not_utf8(s: Scene) -> None:
    """Plant a last row in Windows-1258."""
    table = _in_text(s, lambda content: content + "Hoà\n".encode("cp1252"))
    s.tell("not_utf8", table, len(s.rows(table)))


def not_csv(s: Scene) -> None:
    """Plant a quote that is never closed."""
    table = _in_text(s, lambda content: content + b'"x,1\n')
    s.tell("not_csv", table, len(s.rows(table)), None, "unexpected end of data")


def semicolons(s: Scene) -> None:
    """Plant a file whose columns are split by semicolons."""
    table = _in_text(s, lambda content: content.replace(b",", b";"))
    there = set().union(*(row.keys() for row in s.rows(table)))
    header = ";".join(c.name for c in TABLE[table].columns if not c.optional or c.name in there)
    s.tell("semicolons", table, -1, None, header if len(header) <= 60 else header[:57] + "...")


def _header(s: Scene, table: str, edit: Callable[[list[str]], list[str]]) -> None:
    """Change the names of a table's columns."""
    if s.book:
        s.sheet_edits.append(lambda sheets: sheets[table].__setitem__(0, edit([str(n) for n in sheets[table][0]])))
        return

    def rewrite(content: bytes) -> bytes:
        first, rest = content.decode().split("\n", 1)
        return (",".join(edit(first.split(","))) + "\n" + rest).encode()

    s.text_edits.append((table, rewrite))


def column_missing(s: Scene) -> None:
    """Plant one or two needed columns under other names."""
    table = _close(s, needed=False)
    gone = s.r.sample([c.name for c in TABLE[table].columns if not c.optional], s.r.randint(1, 2))
    _header(s, table, lambda names: [f"cột {n}" if n in gone else n for n in names])
    for name in gone:
        s.tell("column_missing", table, -1, name)


def column_twice(s: Scene) -> None:
    """Plant a known column a second time, over nothing."""
    table = _close(s, needed=False)
    again = s.r.choice([c.name for c in TABLE[table].columns if not c.optional])
    if not s.book:
        # every row says it again, so that the table reads the same
        def edit(content: bytes) -> bytes:
            rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
            at = rows[0].index(again)
            target = io.StringIO(newline="")
            csv.writer(target, lineterminator="\n").writerows([*row, row[at]] for row in rows)
            return target.getvalue().encode()

        s.text_edits.append((table, edit))
    else:

        def widen(sheets: dict[str, list[list[object]]]) -> None:
            at = sheets[table][0].index(again)
            for row in sheets[table]:
                row.append(row[at])

        s.sheet_edits.append(widen)
    s.tell("column_twice", table, -1, again)


def codes_missing(s: Scene) -> None:
    """Plant a table whose row of column codes was deleted."""
    table = _close(s, needed=False)
    if s.book:
        s.sheet_edits.append(lambda sheets: sheets[table].pop(0))
    else:
        s.text_edits.append((table, lambda content: content.split(b"\n", 1)[1]))
    s.tell("codes_missing", table, None)


def sheet_missing(s: Scene) -> None:
    """Plant a workbook without one of the sheets it needs."""
    if not s.book:
        raise Unfit
    table = _close(s)
    s.sheet_edits.append(lambda sheets: sheets.pop(table))
    s.tell("sheet_missing", table, None)


def row_above_codes(s: Scene) -> None:
    """Plant a row of data above the column codes."""
    if not s.book:
        raise Unfit
    table = _close(s, needed=False)
    s.above[table] = 0
    s.sheet_edits.append(lambda sheets: sheets[table].insert(0, list(sheets[table][1])))
    s.tell("row_above_codes", table, -1)
    s.found[-1] = ("row_above_codes", table, 1, None, None)


# Between tables ---------------------------------------------------------------------------------------------------

_NOBODY = "khong-co-ma-nay"


def _kindergarten(s: Scene, **cells: object) -> int:
    """Change the row of a kindergarten: it has no pupils that would be told as well."""
    at = s.take("schools", of_level("kindergarten"))
    s.rows("schools")[at] |= cells
    return at


def _school(s: Scene, level: str = "primary", **rest: object) -> Row:
    """Rely on a school that is always open, or is what else is asked."""
    return s.rely("schools", of_level(level, **({"open_from": "", "open_until": ""} | rest)))


def _pupils(s: Scene, school: object, index: int, grade: int) -> int:
    """Add pupils of a school."""
    cells: Row = {"school_id": school, "school_year": year(index), "grade": grade, "pupils": 70, "classes": 3}
    return s.add("enrolment", cells | {"source": "test"})


def code_reserved(s: Scene) -> None:
    """Plant a school whose code stands for many."""
    s.open("units", "enrolment")
    home = _school(s)
    code = s.r.choice(["all", "disadvantaged"])
    at = s.add("schools", dict(home) | {"school_id": code, "name": f"Trường {code}"})
    _pupils(s, code, 0, 3)
    s.tell("code_reserved", "schools", at, "school_id", code)


def unit_unknown(s: Scene) -> None:
    """Plant a school or a fund of a unit that nobody knows."""
    s.open("units")
    if s.r.random() < 0.5:
        s.tell("unit_unknown", "schools", _kindergarten(s, unit=_NOBODY), "unit", _NOBODY)
        return
    at = s.take("budget", lambda row: row["fund"] == "xa")
    s.rows("budget")[at]["unit"] = _NOBODY
    s.tell("unit_unknown", "budget", at, "unit", _NOBODY)


def open_backwards(s: Scene) -> None:
    """Plant a school that closes before it opens."""
    at = _kindergarten(s, open_from=year(2), open_until=year(1))
    s.tell("open_backwards", "schools", at, "open_until", year(1))


def merger_without_year(s: Scene) -> None:
    """Plant a merger in no year."""
    into = _school(s)["school_id"]
    s.tell("merger_without_year", "schools", _kindergarten(s, merged_into=into), "merged_into", into)


def merger_in_a_circle(s: Scene) -> None:
    """Plant a school that merges into itself."""
    at = _kindergarten(s, open_until=year(1))
    code = s.rows("schools")[at]["merged_into"] = s.rows("schools")[at]["school_id"]
    s.tell("merger_in_a_circle", "schools", at, "merged_into", code)


def successor_not_open(s: Scene) -> None:
    """Plant a merger into a school that has closed by then."""
    into = _school(s, open_until=year(0))["school_id"]
    at = _kindergarten(s, open_until=year(1), merged_into=into)
    s.tell("successor_not_open", "schools", at, "merged_into", into)


def school_unknown(s: Scene) -> None:
    """Plant a code of no school in any table that names schools."""
    s.open("schools")
    table = s.r.choice(["schools", "enrolment", "inventory", "frozen", "budget"])
    if table == "schools":
        at = _kindergarten(s, open_until=year(1), merged_into=_NOBODY)
        s.tell("school_unknown", table, at, "merged_into", _NOBODY)
        return
    if table == "budget":
        at = s.take(table, lambda row: row["fund"] == "tai-tro")
        row = s.rows(table)[at]
        row["schools"] = f"{row['schools']};{_NOBODY}"
        s.tell("school_unknown", table, at, "schools", _NOBODY)
        return
    at = s.take(table, lambda row: str(row["school_id"]).startswith("thcs"))
    if table == "frozen":
        s.open("units", "catalogue")
    s.rows(table)[at]["school_id"] = _NOBODY
    s.tell("school_unknown", table, at, "school_id", _NOBODY)


def a_home(s: Scene) -> None:
    """Plant a school whose own code cannot be read: what names it is then of no school that is known."""
    at = _kindergarten(s)
    code = s.rows("schools")[at]["school_id"]
    s.rely("inventory", is_school(code))
    lot = next(at for at, row in enumerate(s.rows("inventory")) if row["school_id"] == code)
    s.rows("schools")[at]["school_id"] = f"Trường {code}"
    s.unread.add(("schools", "school_id"))
    s.tell("code", "schools", at, "school_id", f"Trường {code}")
    s.tell("school_unknown", "inventory", lot, "school_id", code)


def pupils_before_opening(s: Scene) -> None:
    """Plant pupils of a school that opens later."""
    school = _school(s, open_from=year(1))["school_id"]
    s.tell("pupils_before_opening", "enrolment", _pupils(s, school, 0, s.r.randint(1, 5)), "school_year", year(0))


def pupils_after_closing(s: Scene) -> None:
    """Plant pupils of a school that closed into none."""
    school, index = _school(s, open_until=year(0))["school_id"], s.r.randint(1, s.span - 1)
    at = _pupils(s, school, index, s.r.randint(1, 5))
    s.tell("pupils_after_closing", "enrolment", at, "school_year", year(index))


def grade_not_taught(s: Scene) -> None:
    """Plant pupils of a grade that their school does not have."""
    level, grades = s.r.choice([("primary", (6, 9)), ("lower_secondary", (1, 5)), ("kindergarten", (1, 9))])
    grade = s.r.randint(*grades)
    at = _pupils(s, _school(s, level)["school_id"], s.r.randint(0, s.span - 1), grade)
    s.tell("grade_not_taught", "enrolment", at, "grade", grade)


def pupils_on_both_sides(s: Scene) -> None:
    """Plant pupils of a school that merged, beside those of its successor."""
    school = s.rely("schools", lambda row: row["merged_into"] != "" and str(row["school_id"]).startswith("th-"))
    code, into, last = school["school_id"], school["merged_into"], s.span - 1
    s.rely("schools", is_school(into))
    grade = s.rely("enrolment", lambda row: row["school_id"] == into and in_year(last)(row))["grade"]
    at = _pupils(s, code, last, int(str(grade)))
    s.tell("pupils_on_both_sides", "enrolment", at, "school_id", code)


def life_unknown(s: Scene) -> None:
    """Plant things that nobody sells, without a life."""
    s.open("catalogue", "survival", "schools")
    code = _school(s)["school_id"]
    row: Row = {"school_id": code, "item": "may-chieu", "acquired": year(0), "quantity": 2, "condition": "working"}
    s.tell("life_unknown", "inventory", s.add("inventory", row | {"source": "test"}), "item", "may-chieu")


def _option(s: Scene, code: str, **cells: object) -> int:
    row: Row = {"option": code, "item": "pupil_computer", "mode": "buy", "name_vi": code, "name_en": code}
    row |= {"price": 12_000_000, "from_year": year(0), "life_years": 5, "upkeep": 0, "source": "test"}
    return s.add("catalogue", row | cells)


def option_differs(s: Scene) -> None:
    """Plant a later price of an option that says another life, upkeep or item."""
    first = s.rely("catalogue", lambda row: row["option"] == "pc" and row["from_year"] == year(0))
    column, value = s.r.choice([("life_years", 4), ("upkeep", 5), ("item", "laptop"), ("also_serves", "webcam")])
    at = _option(s, "pc", **({**first, "from_year": year(s.r.randint(4, 9))} | {column: value}))
    s.tell("option_differs", "catalogue", at, column, value)


def one_year_life(s: Scene) -> None:
    """Plant a lease, or freight, of several years."""
    at = s.take("catalogue", lambda row: row["mode"] in ("lease", "move"))
    s.rows("catalogue")[at]["life_years"] = 3
    s.tell("one_year_life", "catalogue", at, "life_years", 3)


def lab_mode(s: Scene) -> None:
    """Plant a room that is bought, or a computer that is set up."""
    n = len(s.rows("catalogue"))
    item, mode = s.r.choice([("lab", "buy"), ("pupil_computer", "setup")])
    s.tell("lab_mode", "catalogue", _option(s, f"phong-{n}", item=item, mode=mode), "mode", mode)


def move_twice(s: Scene) -> None:
    """Plant a second way to move computers."""
    s.rely("catalogue", lambda row: row["mode"] == "move")
    n = len(s.rows("catalogue"))
    at = _option(s, f"xe-{n}", mode="move", life_years=1)
    s.tell("move_twice", "catalogue", at, "option", f"xe-{n}")


def item_unknown(s: Scene) -> None:
    """Plant money for, or a curve of, an item that nobody has."""
    s.open("catalogue", "inventory")
    if s.r.random() < 0.5:
        at = s.take("budget", lambda row: row["fund"] == "xa")
        s.rows("budget")[at]["items"] = f"pupil_computer;{_NOBODY}"
        s.tell("item_unknown", "budget", at, "items", _NOBODY)
        return
    at = s.add("survival", {"item": f"{_NOBODY}-2", "age": 3, "share": "0.5", "source": "test"})
    s.tell("item_unknown", "survival", at, "item", f"{_NOBODY}-2")


def mode_unknown(s: Scene) -> None:
    """Plant money for a mode that there is not."""
    at = s.take("budget")
    s.rows("budget")[at]["modes"] = "buy;mua"
    s.tell("choice", "budget", at, "modes", "mua")


def schools_mixed(s: Scene) -> None:
    """Plant money for all schools and one more."""
    at = s.take("budget", lambda row: row["schools"] == "all")
    written = f"all;thcs-{s.rows('budget')[at]['unit']}"
    s.rows("budget")[at]["schools"] = written
    s.tell("schools_mixed", "budget", at, "schools", written)


def fund_elsewhere(s: Scene) -> None:
    """Plant a unit's money for a school of another unit."""
    at = s.take("budget", lambda row: row["fund"] == "tai-tro")
    own = s.rows("budget")[at]["unit"]
    s.open("units")
    other = s.rely("schools", lambda row: row["unit"] not in (own, _NOBODY))["school_id"]
    s.rows("budget")[at]["schools"] = other
    s.tell("fund_elsewhere", "budget", at, "schools", other)


def survival_none(s: Scene) -> None:
    """Plant a curve of nothing."""
    s.open("catalogue")
    s.rely("catalogue", lambda row: row["item"] == "laptop")
    at = s.add("survival", {"item": "laptop", "age": 2, "share": "0", "source": "test"})
    if any(row["item"] == "laptop" for row in s.rows("survival")[:at]):
        raise AssertionError("one curve of laptops is planted once")
    s.tell("survival_none", "survival", at, "share", "0")


def survival_rises(s: Scene) -> None:
    """Plant computers that come back to life."""
    s.rely("survival", lambda row: row["item"] == "pupil_computer" and row["age"] == 8)
    at = s.add("survival", {"item": "pupil_computer", "age": 9, "share": "0.95", "source": "test"})
    s.tell("survival_rises", "survival", at, "share", "0.95")


def _bought(s: Scene, option: str, index: int, **cells: object) -> int:
    s.open("schools", "units", "catalogue")
    code = _school(s)["school_id"]
    row: Row = {"school_id": code, "school_year": year(index), "option": option, "quantity": 2}
    return s.add("frozen", row | {"unit_price": 12_000_000, "item": "", "cost": "", "state": "done"} | cells)


def option_unknown(s: Scene) -> None:
    """Plant a purchase of no option."""
    s.tell("option_unknown", "frozen", _bought(s, _NOBODY, 0), "option", _NOBODY)


def frozen_move(s: Scene) -> None:
    """Plant freight that was bought."""
    s.rely("catalogue", lambda row: row["option"] == "van")
    s.tell("frozen_move", "frozen", _bought(s, "van", 0), "option", "van")


def frozen_item(s: Scene) -> None:
    """Plant a purchase that names another item than its option's."""
    s.rely("catalogue", lambda row: row["option"] == "laptop")
    s.tell("frozen_item", "frozen", _bought(s, "laptop", 0, item="printer"), "item", "printer")


def frozen_cost(s: Scene) -> None:
    """Plant a cost that is not quantity times price."""
    s.tell("frozen_cost", "frozen", _bought(s, "pc", 0, cost=24_000_001), "cost", 24_000_001)


def promised_too_early(s: Scene) -> None:
    """Plant a promise for a year that was carried out."""
    s.rely("frozen", lambda row: row["state"] == "done" and row["school_year"] == year(0))
    s.tell("promised_too_early", "frozen", _bought(s, "pc", 0, state="promised"), "school_year", year(0))


def school_alone(s: Scene) -> None:
    """Plant a school that no other table names."""
    home = _school(s)
    code = f"th-rieng-{len(s.rows('schools'))}"
    s.tell(
        "school_alone", "schools", s.add("schools", dict(home) | {"school_id": code, "name": code}), "school_id", code
    )


def unit_alone(s: Scene) -> None:
    """Plant a unit that no other table names."""
    code = f"rieng-{len(s.rows('units'))}"
    s.tell("unit_alone", "units", s.add("units", dict(s.rely("units")) | {"unit": code}), "unit", code)


SPOILS: Mapping[str, Plant] = MappingProxyType(
    {
        **{code: bad_cell(code) for code in CELLS},
        **{code: typed_cell(code) for code in TYPED if code not in CELLS},
        **{code: no_value(code) for code in ("cell_error", "formula_empty")},
        "cell_merged": merged,
        "home": a_home,
        "mode_unknown": mode_unknown,
    }
    | {
        plant.__name__: plant
        for plant in (
            row_twice,
            row_too_long,
            code_reserved,
            unit_unknown,
            open_backwards,
            merger_without_year,
            merger_in_a_circle,
            successor_not_open,
            school_unknown,
            pupils_before_opening,
            pupils_after_closing,
            grade_not_taught,
            pupils_on_both_sides,
            life_unknown,
            option_differs,
            one_year_life,
            lab_mode,
            move_twice,
            item_unknown,
            schools_mixed,
            fund_elsewhere,
            survival_none,
            survival_rises,
            option_unknown,
            frozen_move,
            frozen_item,
            frozen_cost,
            promised_too_early,
            school_alone,
            unit_alone,
        )
    }
)
"""What spoils a row, by the code that is told; ``home`` and ``mode_unknown`` tell codes that others tell too."""

WHOLE: Mapping[str, Plant] = MappingProxyType(
    {
        plant.__name__: plant
        for plant in (
            file_missing,
            not_utf8,
            not_csv,
            semicolons,
            column_missing,
            column_twice,
            codes_missing,
            sheet_missing,
            row_above_codes,
        )
    }
)
"""What spoils a whole table: at most one is planted, before all else."""

_STILL_READ = ("column_twice", "row_above_codes")

_SCHOOL_IN = {("enrolment", "school_id"), ("inventory", "school_id"), ("frozen", "school_id"), ("budget", "schools")}
_SCHOOL_IN |= {("schools", "merged_into")}
_UNIT_IN = {("schools", "unit"), ("budget", "unit"), ("frozen", "school_id")}


def settle(s: Scene) -> None:
    """Take back what is told only where every cell was read that may have named it: codes in one table."""
    for code, places in (("school_alone", _SCHOOL_IN), ("unit_alone", _UNIT_IN)):
        tables = {table for table, _ in places}
        unread = s.unread & (places | {(table, None) for table in tables})
        shut = {table for name, table, *_ in s.found if name in WHOLE and name not in _STILL_READ}
        if unread or shut & tables:
            s.found = [told for told in s.found if told[0] != code]


# What is odd ------------------------------------------------------------------------------------------------------


def _changed(s: Scene, at: int, table: str, code: str, column: str, **cells: object) -> None:
    s.rows(table)[at] |= cells
    s.tell(code, table, at, column, s.rows(table)[at][column])


def class_crowded(s: Scene) -> None:
    """Plant a class of 62 and more."""
    at = s.take("enrolment")
    _changed(s, at, "enrolment", "class_crowded", "pupils", classes=1)


def classes_outnumber(s: Scene) -> None:
    """Plant pupils and classes swapped."""
    at = s.take("enrolment")
    _changed(
        s, at, "enrolment", "classes_outnumber", "classes", classes=int(str(s.rows("enrolment")[at]["pupils"])) + 1
    )


def pupils_without_class(s: Scene) -> None:
    """Plant pupils without a class."""
    _changed(s, s.take("enrolment"), "enrolment", "pupils_without_class", "classes", classes=0)


def class_without_pupils(s: Scene) -> None:
    """Plant a class without pupils, in the first year: no year before is held against it."""
    _changed(s, s.take("enrolment", in_year(0)), "enrolment", "class_without_pupils", "pupils", pupils=0)


def pupils_jump(s: Scene) -> None:
    """Plant pupils of a last year that are half, or half more, of those of the year before."""
    last = s.span - 1
    at = s.take("enrolment", lambda row: in_year(last)(row) and not str(row["school_id"]).endswith("-2"))
    row = s.rows("enrolment")[at]
    like = ("school_id", "grade")
    before = s.rely("enrolment", lambda r: in_year(last - 1)(r) and all(r[name] == row[name] for name in like))
    pupils = int(str(before["pupils"]))
    jumped = s.r.choice([pupils // 2, (3 * pupils + 1) // 2, 3 * pupils])
    _changed(s, at, "enrolment", "pupils_jump", "pupils", pupils=jumped, classes=-(-jumped // 30))


def acquired_long_ago(s: Scene) -> None:
    """Plant a machine of 1990, or one that works three lives after it was bought."""
    _changed(
        s, s.take("inventory"), "inventory", "acquired_long_ago", "acquired", acquired=year(s.r.choice([-27, -16]))
    )


def acquired_later(s: Scene) -> None:
    """Plant a machine bought after the plan."""
    at = s.take("inventory")
    _changed(s, at, "inventory", "acquired_later", "acquired", acquired=year(s.span))


def things_outnumber(s: Scene) -> None:
    """Plant more machines than the school has pupils."""
    at = s.take("inventory", lambda row: row["item"] == "pupil_computer")
    _changed(s, at, "inventory", "things_outnumber", "quantity", quantity=9_999)


def lot_twice(s: Scene) -> None:
    """Plant the same lot again."""
    at = s.add("inventory", dict(s.rely("inventory")))
    s.tell("lot_twice", "inventory", at, "quantity", s.rows("inventory")[at]["quantity"])


def price_low(s: Scene) -> None:
    """Plant a price in thousands, of a kind that nobody has bought."""
    at = _option(s, f"re-{len(s.rows('catalogue'))}", price=12_000)
    s.tell("price_low", "catalogue", at, "price", 12_000)


def price_high(s: Scene) -> None:
    """Plant a price a hundred times too high."""
    at = _option(s, f"dat-{len(s.rows('catalogue'))}", price=1_200_000_000)
    s.tell("price_high", "catalogue", at, "price", 1_200_000_000)


def upkeep_high(s: Scene) -> None:
    """Plant an upkeep above the price."""
    at = _option(s, f"ton-{len(s.rows('catalogue'))}", upkeep=12_000_001)
    s.tell("upkeep_high", "catalogue", at, "upkeep", 12_000_001)


def amount_low(s: Scene) -> None:
    """Plant money in millions."""
    _changed(s, s.take("budget"), "budget", "amount_low", "amount", amount=600)


def name_twice(s: Scene) -> None:
    """Plant a school with the name of another of its unit."""
    home = _school(s)
    code = f"th-cung-ten-{len(s.rows('schools'))}"
    at = s.add("schools", dict(home) | {"school_id": code, "name": str(home["name"]).upper()})
    _pupils(s, code, 0, 3)
    s.tell("name_twice", "schools", at, "name", str(home["name"]).upper())


def paid_unlike(s: Scene) -> None:
    """Plant a purchase at a price in thousands, or ten times too high."""
    price = s.r.choice([12_000, 130_000_001])
    s.tell("paid_unlike", "frozen", _bought(s, "pc", 0, unit_price=price), "unit_price", price)


def column_unknown(s: Scene) -> None:
    """Plant a column that may be left out, misspelt."""
    table, right, wrong = s.r.choice([("budget", "name_vi", "name_v"), ("catalogue", "also_serves", "also_serve")])
    if not any(right in row for row in s.rows(table)):
        raise Unfit
    for row in s.rows(table):
        row[wrong] = row.pop(right, "")
    s.tell("column_unknown", table, -1, wrong)


def kindergarten_alone(s: Scene) -> None:
    """Plant a kindergarten that no other table names."""
    home = _school(s, "kindergarten")
    code = f"mn-rieng-{len(s.rows('schools'))}"
    at = s.add("schools", dict(home) | {"school_id": code, "name": code})
    s.tell("kindergarten_alone", "schools", at, "school_id", code)


ODD: Mapping[str, Plant] = MappingProxyType(
    {
        plant.__name__: plant
        for plant in (
            class_crowded,
            classes_outnumber,
            pupils_without_class,
            class_without_pupils,
            pupils_jump,
            acquired_long_ago,
            acquired_later,
            things_outnumber,
            lot_twice,
            price_low,
            price_high,
            upkeep_high,
            amount_low,
            name_twice,
            paid_unlike,
            column_unknown,
            kindergarten_alone,
        )
    }
)
"""What is odd, by the code that is told of it."""

"""What a planner's tables may hold, and how each fault in them is told."""

from __future__ import annotations

import ast
import csv
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from worlds import World, roadmap, year

from provision.domain.inputs import Inputs
from provision.domain.inventory import Lot, surviving_share
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import find_data, find_language, load, tables
from provision.intake.cells import BadCell, clean_text, read_cell
from provision.intake.columns import TABLES, Column
from provision.posing import pose
from provision.text import Words

Told = tuple[str, str, int | None, str | None, str | None]

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=30)
_DIGITS = st.text(st.characters(categories=["Nd", "Pd", "Po", "Zs"]) | st.sampled_from("0123456789-./"), max_size=12)
_COLUMNS = [
    *(column for table in TABLES for column in table.columns),
    Column("quantity", "decimal"),
    Column("moved", "signed"),
]
_CALM = settings(
    derandomize=True, max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def clean() -> World:
    """Return a world without a fault: mergers, stock that wears out, a lease, freight, three funds, years done."""
    world = World().unit().unit("v", roadmap="gdpt-2018").school("c", pupils={3: [40, 41, 90]})
    world.school("a", pupils={3: [30, 31]}, open_until=year(1), merged_into="c")
    world.school("b", "lower_secondary", pupils={6: [50, 51, 52]}, unit="v")
    world.school("k", "kindergarten").school("gone", pupils={4: [20]}, open_from=year(0), open_until=year(0))
    world.school("new", "combined", pupils={9: []}, open_from=year(1)).pupils("new", 1, 9, 33)
    world.stock("a", 5, -1).stock("b", 2, 0).stock("k", 1, -2, item="printer", life_years=5)
    world.option("pc", 12_000_000, 5).option("rent", 3_000_000, 1, mode="lease", from_year=year(1))
    world.option("pc", 13_000_000, 5, from_year=year(2)).fund("main", [5_000_000, 6_000_000, 7_000_000])
    world.fund("gift", [1_000_000], schools="disadvantaged", modes="buy;lease", items="pupil_computer", unit="")
    world.option("van", 200_000, 1, mode="move").option("laptop", 15_000_000, 4, item="laptop", also_serves="webcam")
    world.curve("pupil_computer", {3: "1", 5: "0.8", 7: "0.8", 8: "0"}).curve("laptop", {0: "0.5"})
    world.carried("c", 0, "pc", 2, 11_500_000, item="pupil_computer", cost=23_000_000, state="done")
    world.carried("b", 0, "pc", 1, 12_000_000).carried("b", 1, "laptop", 3, 15_000_000, state="promised")
    world.left_out.append({"file": "cu.xlsx", "reason": "Trường tư thục", "rows": 3, "pupils": 412})
    return world.fund(
        "own", [2_000_000], schools="a;c", carry_over="0.5", modes="move;upkeep", items="printer;webcam"
    )


_FILLED = [(table.name, column) for table in TABLES for column in table.columns if getattr(clean(), table.name)]


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """Return the faults of a data folder; each has its words in both languages."""
    try:
        load(folder)
    except FaultyInput as faulty:
        assert all(fault.say(Words(language)) for fault in faulty.faults for language in ("vi", "en"))
        return faulty.faults
    return ()


def told(folder: Path) -> set[Told]:
    """Return what is told of a data folder: code, file, row, column, what stands there."""
    faults = faults_of(folder)
    places = {(f.code, f.file, f.row, f.column, f.found) for f in faults}
    assert len(places) == len(faults), "a fault is told once"
    return places


def nouns(inputs: Inputs) -> tuple[object, ...]:
    """Return all that was read but the rows' text, which keeps the file's own order."""
    tables_ = (inputs.enrolment, inputs.inventory, inputs.catalogue, inputs.budget, inputs.carried)
    return dict(inputs.units), dict(inputs.schools), dict(inputs.survival), *tables_


def test_clean_tables_have_no_fault(tmp_path: Path) -> None:
    """Tables that keep the contract are read whole, and nothing is told."""
    folder = clean().write(tmp_path)
    assert told(folder) == set()
    inputs = load(folder)
    rows = (len(inputs.schools), len(inputs.enrolment), len(inputs.inventory), len(inputs.budget))
    assert rows == (6, 10, 3, 5)


def test_words_that_stand_for_many_are_no_codes(tmp_path: Path) -> None:
    """A unit called all, or a school called all or disadvantaged, could not be told from what the word means."""
    world = World().unit("all").unit("disadvantaged").option("pc", 9, 3).fund("main", [1], unit="all")
    for code, unit in (("all", "all"), ("disadvantaged", "all"), ("alle", "disadvantaged")):
        world.school(code, unit=unit, pupils={3: [24]})
    assert told(world.write(tmp_path)) == {
        ("code_reserved", "units.csv", 2, "unit", "all"),
        ("code_reserved", "schools.csv", 2, "school_id", "all"),
        ("code_reserved", "schools.csv", 3, "school_id", "disadvantaged"),
    }


def test_the_data_that_travels_has_no_fault(bac_giang: Path) -> None:
    """The district's own tables are read without a fault."""
    assert told(bac_giang) == set()


# What may stand in one cell ---------------------------------------------------------------------------------------

CELLS: list[tuple[str, str, int, str, str]] = [
    ("blank", "units", 0, "issuer", ""),
    ("blank", "schools", 0, "name", "   "),
    ("blank", "budget", 0, "schools", ""),
    ("code", "units", 0, "roadmap", "lộ-trình"),
    ("code", "schools", 2, "unit", "Hiệp Hoà"),
    ("code", "inventory", 0, "item", "máy tính"),
    ("code", "budget", 4, "schools", "a;Hoàng Lương"),
    ("code", "budget", 4, "items", "printer;"),
    ("code", "catalogue", 1, "option", "-rent"),
    ("school_year", "enrolment", 0, "school_year", "2017"),
    ("school_year", "enrolment", 1, "school_year", "2018-2020"),
    ("school_year", "budget", 0, "school_year", "2017/2018"),
    ("school_year", "budget", 0, "school_year", "0217-0218"),
    ("school_year", "budget", 0, "school_year", "9998-9999"),
    ("school_year", "schools", 0, "open_from", "2017 - 2018"),
    ("school_year", "inventory", 0, "acquired", "năm 2016"),
    ("whole", "enrolment", 0, "pupils", "40,5"),
    ("whole", "enrolment", 0, "pupils", "-1"),
    ("whole", "enrolment", 0, "pupils", "100001"),
    ("whole", "enrolment", 0, "pupils", "9" * 5000),
    ("whole", "enrolment", 0, "grade", "0"),
    ("whole", "enrolment", 0, "grade", "10"),
    ("whole", "enrolment", 0, "classes", "hai"),
    ("whole", "budget", 0, "amount", "5.000.000"),
    ("whole", "budget", 0, "amount", "5 000 000"),
    ("whole", "budget", 0, "amount", "5e6"),
    ("whole", "catalogue", 1, "price", "0"),
    ("blank", "catalogue", 1, "life_years", ""),
    ("whole", "inventory", 1, "life_years", "51"),
    ("whole", "schools", 0, "labs", "1.0"),
    ("share", "budget", 4, "carry_over", "1.5"),
    ("share", "budget", 4, "carry_over", "0,5"),
    ("share", "budget", 4, "carry_over", "50%"),
    ("share", "budget", 4, "carry_over", "-0.5"),
    ("share", "budget", 4, "carry_over", "1e-1"),
    ("flag", "schools", 0, "disadvantaged", "có"),
    ("flag", "schools", 0, "national_standard", "2"),
    ("choice", "schools", 0, "level", "tiểu học"),
    ("choice", "inventory", 0, "condition", "hỏng"),
    ("choice", "catalogue", 1, "mode", "rent"),
    ("cell_too_long", "schools", 0, "source", "x" * 10_001),
    ("code", "catalogue", 4, "also_serves", "webcam;máy in"),
    ("whole", "survival", 0, "age", "51"),
    ("whole", "survival", 0, "age", "3.0"),
    ("blank", "survival", 0, "age", ""),
    ("share", "survival", 1, "share", "80%"),
    ("share", "survival", 1, "share", "1.1"),
    ("blank", "survival", 4, "share", ""),
    ("code", "survival", 4, "item", "máy in"),
    ("school_year", "frozen", 0, "school_year", "2017"),
    ("blank", "frozen", 0, "option", ""),
    ("whole", "frozen", 0, "quantity", "-1"),
    ("whole", "frozen", 0, "quantity", "1.5"),
    ("whole", "frozen", 0, "unit_price", "-1"),
    ("whole", "frozen", 0, "unit_price", "11.500.000"),
    ("blank", "frozen", 0, "unit_price", ""),
    ("whole", "frozen", 0, "cost", "23 triệu"),
    ("code", "frozen", 0, "item", "máy tính"),
    ("choice", "frozen", 2, "state", "hứa"),
    ("text_old", "schools", 0, "name", "Tr­êng TiÓu häc Hoµng L­¬ng"),
    ("text_old", "schools", 0, "source", "Phoøng Vaên hoaù Hieäp Hoøa"),
    ("text_twice", "schools", 0, "name", "TrÆ°á»\x9dng Tiá»ƒu há»\x8dc"),
    ("text_lost", "units", 0, "place", "Tr??ng Ti?u h?c"),
]


@pytest.mark.parametrize(("code", "table", "index", "column", "written"), CELLS)
def test_a_bad_cell_is_told(tmp_path: Path, code: str, table: str, index: int, column: str, written: str) -> None:
    """A cell that cannot be read is told with file, row, column and what stands there, and nothing else is told."""
    world = clean()
    getattr(world, table)[index][column] = written
    shown = written.strip() if len(written) <= 60 else written[:57] + "..."
    assert told(world.write(tmp_path)) == {(code, f"{table}.csv", index + 2, column, shown)}


_BOUNDED = [(table.name, c) for table in TABLES for c in table.columns if c.high is not None]


@pytest.mark.parametrize(("table", "column"), _BOUNDED, ids=lambda x: x.name if isinstance(x, Column) else x)
def test_bounds_are_inclusive(table: str, column: Column) -> None:
    """The least and the most a column may hold are read; one beyond is told with both bounds."""
    low, high = column.low or 0, column.high or 0
    assert [read_cell(str(bound), column) for bound in (low, high)] == [low, high], table
    for beyond in (low - 1, high + 1):
        with pytest.raises(BadCell) as bad:
            read_cell(str(beyond), column)
        assert bad.value.details == {"low": low, "high": high}


@pytest.mark.parametrize("written", ["-1", "1,5", "1e3", "", ".5", "1" * 31, "½"])
def test_a_quantity_has_a_decimal_point(written: str) -> None:
    """A quantity of a plan is a number that is not negative, with a decimal point."""
    with pytest.raises(BadCell) as bad:
        read_cell(written, Column("quantity", "decimal"))
    assert bad.value.code == ("decimal" if written else "blank")


@pytest.mark.parametrize(
    ("written", "number"), [("-3", -3), ("0", 0), ("-0.5", Fraction(-1, 2)), ("2.50", Fraction(5, 2))]
)
def test_a_difference_has_a_sign(written: str, number: Fraction) -> None:
    """What goes in less what goes out may be negative."""
    assert read_cell(written, Column("moved", "signed")) == number


@pytest.mark.parametrize("written", ["--1", "+1", "1-", "-", "- 1", "-1,5", "−1"])
def test_a_difference_is_a_number(written: str) -> None:
    """A difference that is no number is told."""
    with pytest.raises(BadCell) as bad:
        read_cell(written, Column("moved", "signed"))
    assert bad.value.code == "signed"


@pytest.mark.parametrize("written", ["1２", "٣", "३", "𝟗"])
def test_a_number_is_written_in_the_digits_0_to_9(written: str) -> None:
    """Digits of other scripts are told, not read: a spreadsheet takes them for text."""
    for column in (Column("pupils", "whole"), Column("quantity", "decimal")):
        with pytest.raises(BadCell):
            read_cell(written, column)
    with pytest.raises(BadCell):
        read_cell(f"0.{written}", Column("carry_over", "share"))


@pytest.mark.parametrize("written", ["２０１７-２０１８", "2017-201８", "٢٠١٧-٢٠١٨"])
def test_a_school_year_is_written_in_the_digits_0_to_9(written: str) -> None:
    """A school year in full-width or Arabic digits is told, not read."""
    with pytest.raises(BadCell):
        read_cell(written, Column("school_year", "year"))


@_CALM
@given(written=_TEXT | _DIGITS, column=st.sampled_from(_COLUMNS))
@example(written="00012", column=Column("pupils", "whole"))
def test_any_text_is_read_or_told(written: str, column: Column) -> None:
    """Whatever stands in a cell, it is read as its column's kind or told in words; nothing crashes."""
    try:
        value = read_cell(written.strip(), column)
    except BadCell as bad:
        place = Fault(bad.code, "x.csv", 2, column.name, written, details=bad.details)
        assert all(place.say(Words(language)) for language in ("vi", "en"))
        return
    kinds: dict[str, Callable[[Any], bool]] = {"flag": lambda v: v in {True, False}, "share": lambda v: 0 <= v <= 1}
    assert value in (None, ()) or kinds.get(column.kind, lambda v: v is not None)(value)


@_CALM
@given(
    written=_TEXT, place=st.sampled_from([(t.name, c) for t in TABLES for c in t.columns if getattr(clean(), t.name)])
)
@example(written='"', place=("schools", Column("name", "text")))
@example(written="a,b\r\nc", place=("schools", Column("source", "text")))
@example(written="=1+1", place=("schools", Column("source", "text")))
def test_any_text_in_a_table_is_read_or_told_at_its_place(written: str, place: tuple[str, Column]) -> None:
    """A cell that cannot be read is told at its own row and column; free text is taken as it stands."""
    table, column = place
    world = clean()
    getattr(world, table)[0][column.name] = written
    with TemporaryDirectory() as folder:
        found = faults_of(world.write(Path(folder)))
    there = [f.code for f in found if (f.file, f.row, f.column) == (f"{table}.csv", 2, column.name)]
    try:
        read_cell(clean_text(written), column)
    except BadCell as bad:
        assert there == [bad.code]
    else:
        assert column.kind != "text" or not found


@_CALM
@given(content=st.binary(max_size=200) | _TEXT.map(str.encode))
@example(content=b"")
@example(content=b"\xff\xfeu\0n\0i\0t\0")
@example(content=b'unit,name\n"u,U\n')
@example(content=b"unit,unit,name,kind,issuer,signatory_title,place,roadmap\n,,,,,,,\n")
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    """A file of any bytes is told as a fault of that file; nothing crashes."""
    with TemporaryDirectory() as folder:
        data = clean().write(Path(folder))
        (data / "units.csv").write_bytes(content)
        assert "units.csv" in {f.file for f in faults_of(data)}


# What may stand in one file ---------------------------------------------------------------------------------------


def rewrite(folder: Path, change: Callable[[str], str]) -> Path:
    """Change the text of every table of a folder."""
    for path in folder.glob("*.csv"):
        path.write_text(change(path.read_text("utf-8")), encoding="utf-8", newline="")
    return folder


def _columns_reversed(text: str) -> str:
    return "".join(",".join(f'"{c}"' for c in reversed(row)) + "\n" for row in csv.reader(text.splitlines()))


FORMS: dict[str, Callable[[str], str]] = {
    "byte order mark": lambda text: "\ufeff" + text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "no last line end": lambda text: text.rstrip("\n"),
    "empty rows": lambda text: text.replace("\n", "\n\n,,,\n   \n"),
    "trailing spaces": lambda text: text.replace(",", " , ").replace("\n", "  \n"),
    "empty columns": lambda text: text.replace("\n", ",,\n"),
    "columns reversed": _columns_reversed,
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
}


@given(order=st.randoms(use_true_random=False))
@settings(_CALM, max_examples=10)
def test_the_order_of_rows_does_not_matter(order: Random) -> None:
    """The rows of every table shuffled are the same data."""
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        plain, shuffled = load(clean().write(Path(one))), load(clean().write(Path(other), shuffle=order))
    assert nouns(shuffled) == nouns(plain)


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_a_file_does_not_matter(tmp_path: Path, form: str) -> None:
    """Byte order mark, line ends, blanks, column order and decomposed letters leave what is read the same."""
    plain = load(clean().write(tmp_path / "plain"))
    assert nouns(load(rewrite(clean().write(tmp_path / "other"), FORMS[form]))) == nouns(plain)


def test_composed_and_decomposed_letters_are_one_name(tmp_path: Path) -> None:
    """A name typed on another keyboard is the same name: "Hoà" however its letters are composed."""
    world = clean()
    for row, form in zip(world.schools, ("NFC", "NFD"), strict=False):
        row["name"] = unicodedata.normalize(form, "Trường Tiểu học Hoàng Lương")
    schools = load(world.write(tmp_path)).schools
    assert schools["a"].name == schools["c"].name == unicodedata.normalize("NFC", schools["a"].name)


def test_extra_columns_are_kept(tmp_path: Path) -> None:
    """A column the contract does not know is ignored by the plan and kept with its row."""
    world = clean()
    world.schools[0]["site_of"] = "c"
    world.schools[1]["ghi chú"] = "điểm trường lẻ"
    kept = load(world.write(tmp_path)).tables["schools"]
    assert (kept[0]["site_of"], kept[1]["ghi chú"]) == ("c", "điểm trường lẻ")


def test_rows_are_counted_as_a_spreadsheet_counts(tmp_path: Path) -> None:
    """Empty rows count, and a cell of two lines is one row."""
    world = clean()
    world.schools[0]["name"] = "Trường A\n(điểm chính)"
    world.schools[2]["labs"] = "nhiều"
    folder = world.write(tmp_path)
    path = folder / "schools.csv"
    path.write_text(path.read_text("utf-8").replace("\n", "\n\n", 1), "utf-8")
    assert told(folder) == {("whole", "schools.csv", 5, "labs", "nhiều")}


def _append(text: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(path.read_bytes() + text) and None


def _replace(old: str, new: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8") and None


FILES: dict[str, tuple[str, Callable[[Path], None], Told]] = {
    "absent": ("units.csv", Path.unlink, ("file_missing", "units.csv", None, None, None)),
    "a column of another name": (
        "catalogue.csv",
        _replace("option,item,mode", "option,item,kind"),
        ("column_missing", "catalogue.csv", 1, "mode", None),
    ),
    "columns split by semicolons": (
        "catalogue.csv",
        lambda path: path.write_text(path.read_text("utf-8").replace(",", ";"), "utf-8"),
        ("semicolons", "catalogue.csv", 1, None, "option;item;mode;name_vi;name_en;price;from_year;life_yea..."),
    ),
    "no row of column codes": (
        "budget.csv",
        lambda path: path.write_text(path.read_text("utf-8").split("\n", 1)[1], "utf-8"),
        ("codes_missing", "budget.csv", None, None, None),
    ),
    "a column twice": (
        "budget.csv",
        _replace("source\n", "source,source\n"),
        ("column_twice", "budget.csv", 1, "source", None),
    ),
    "same key twice": (
        "enrolment.csv",
        _append(f"c,{year(0)},3,41,2,test\n".encode()),
        ("row_twice", "enrolment.csv", 12, "grade", f"c, {year(0)}, 3"),
    ),
    "a comma not in quotes": (
        "units.csv",
        _append(b"w,W,x,y,z,place,gdpt-2018,more\n"),
        ("row_too_long", "units.csv", 4, None, None),
    ),
    "Windows-1258": (
        "schools.csv",
        _append(b"w,Ho\xe0,u,primary,0,0,0,0,,,,test\n"),
        ("not_utf8", "schools.csv", 8, None, None),
    ),
    "Excel's Unicode Text": (
        "schools.csv",
        lambda path: path.write_text(path.read_text("utf-8"), "utf-16") and None,
        ("file_utf16", "schools.csv", None, None, None),
    ),
    "a NUL byte": (
        "schools.csv",
        _append(b"w,Ho\0a,u,primary,0,0,0,0,,,,test\n"),
        ("not_utf8", "schools.csv", 8, None, None),
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_told(tmp_path: Path, case: str) -> None:
    """A file that is absent, badly encoded or badly cut is told once, with the row where it can be known."""
    name, spoil, fault = FILES[case]
    folder = clean().write(tmp_path)
    spoil(folder / name)
    assert told(folder) == {fault}


@pytest.mark.parametrize("rows", [b"", b"\n", b"u,U,district,Ph\xc3\xb2ng,x,y,gdpt-2018\n"])
def test_a_file_without_its_header_is_told_once(tmp_path: Path, rows: bytes) -> None:
    """Where no row holds a column code, one fault says so and names the codes."""
    folder = clean().write(tmp_path)
    (folder / "units.csv").write_bytes(rows)
    assert told(folder) == {("codes_missing", "units.csv", None, None, None)}
    (fault,) = faults_of(folder)
    assert fault.details == {"codes": ", ".join(c.name for c in TABLES[0].columns)}


def test_a_misspelt_column_is_named(tmp_path: Path) -> None:
    """A required column that is missing is told with the column that may be meant."""
    folder = clean().write(tmp_path)
    _replace("pupils,classes", "pupil,Classes_")(folder / "enrolment.csv")
    assert {(f.column, f.near) for f in faults_of(folder)} == {("pupils", ("pupil",)), ("classes", ("Classes_",))}
    assert all("pupil" in f.say(Words("en")) for f in faults_of(folder) if f.column == "pupils")


def test_an_unknown_code_is_told_with_those_it_may_mean(tmp_path: Path) -> None:
    """A code that nobody knows is told with the known ones that look like it, in words and to programs."""
    world = World().unit("xa-so-1").fund("main", [5_000_000], unit="xa-so-l").option("may-moi", 9_000_000, 5)
    for code in ("th-so-1", "th-so-2", "thcs-ba-trieu"):
        world.school(code, unit="xa-so-1", pupils={3: [40]})
    world.stock("TH-so-1", 2, 0).stock("thcs-ba-treu", 1, 0).stock("xyz", 1, 0).carried("th-so-1", 0, "may-mo", 1, 9)
    faults = faults_of(world.write(tmp_path))
    assert {f.found: f.near for f in faults} == {
        "xa-so-l": ("xa-so-1",),
        "TH-so-1": ("th-so-1", "th-so-2"),
        "thcs-ba-treu": ("thcs-ba-trieu",),
        "xyz": (),
        "may-mo": ("may-moi",),
    }
    (typo,) = (f for f in faults if f.found == "thcs-ba-treu")
    assert typo.say(Words("vi")).endswith("Có phải thcs-ba-trieu?")
    assert typo.as_dict(Words("en"))["remedy"].endswith("Did you mean thcs-ba-trieu?")  # type: ignore[attr-defined]


def test_many_unknown_codes_cost_little(tmp_path: Path) -> None:
    """Tables of another province are told row by row, and only the first hundred codes are compared."""
    world = World().unit().option("pc", 9, 3).fund("main", [1])
    for at in range(300):
        world.school(f"th-{at:03}", pupils={3: [24]}).stock(f"th-{at:03}x", 1, 0)
    near = [bool(f.near) for f in faults_of(world.write(tmp_path))]
    assert (len(near), sum(near)) == (300, 100)


@pytest.mark.parametrize("end", [b"", b"k2,K2,u,kindergarten,0,0,0,0,,,,test\n"])
def test_an_unclosed_quote_is_told_at_its_row(tmp_path: Path, end: bytes) -> None:
    """A quote that is never closed swallows the rest of the file: the row where it opens is told."""
    folder = clean().write(tmp_path)
    _append(b'w,"Ho,u,primary,0,0,0,0,,,,test\n' + end)(folder / "schools.csv")
    assert {(f.code, f.file, f.row) for f in faults_of(folder)} == {("not_csv", "schools.csv", 8)}


def test_a_huge_cell_is_told_at_its_row(tmp_path: Path) -> None:
    """A cell of 200,000 characters is told with its row, and only the start of it is shown."""
    world = clean()
    world.schools[3]["name"] = "x" * 200_000
    faults = faults_of(world.write(tmp_path))
    assert [(f.file, f.row) for f in faults] == [("schools.csv", 5)]
    assert all(len(f.say(Words())) < 300 for f in faults)


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the largest size is told unread."""
    largest = max(clean().write(tmp_path).glob("*.csv"), key=lambda path: path.stat().st_size)
    monkeypatch.setattr(tables, "_LARGEST_FILE", largest.stat().st_size - 1)
    assert told(tmp_path) == {("file_too_large", largest.name, None, None, None)}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A path without a folder is told with the path."""
    with pytest.raises(ProvisionError, match="không-có") as error:
        load(tmp_path / "không-có")
    assert error.value.code == "data_unknown"


def test_the_nearest_data_is_found(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path the first province below data/ is taken, here or in a folder above; else it is told."""
    monkeypatch.chdir(root / "notebooks")
    assert find_data() == root / "data" / "bac-giang"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProvisionError, match="data/"):
        find_data()


def test_the_data_named_by_the_environment_come_first(bac_giang: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook opened by the command reads the data the command names; a folder that is gone is told by name."""
    monkeypatch.chdir(bac_giang)
    monkeypatch.setenv("PROVISION_DATA", str(bac_giang / "scenarios"))
    assert find_data() == bac_giang / "scenarios"
    monkeypatch.setenv("PROVISION_DATA", "/gone")
    with pytest.raises(ProvisionError, match="/gone") as error:
        find_data()
    assert error.value.code == "data_unknown"


@pytest.mark.parametrize(("named", "spoken"), [(None, "vi"), ("", "vi"), ("vi", "vi"), ("en", "en"), ("fr", "vi")])
def test_the_language_named_by_the_environment(
    named: str | None, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook opened by the command speaks the language the command names; without one, Vietnamese."""
    monkeypatch.delenv("PROVISION_LANGUAGE", raising=False)
    if named is not None:
        monkeypatch.setenv("PROVISION_LANGUAGE", named)
    assert find_language() == spoken


# What only shows between rows and tables --------------------------------------------------------------------------

Edit = tuple[str, int, dict[str, object]]
CROSS: dict[str, tuple[list[Edit], set[Told]]] = {
    "a school in no other table": (
        [("schools", 4, {"school_id": "gnoe"}), ("enrolment", 8, {"school_id": "c", "grade": 5})],
        {("school_alone", "schools.csv", 6, "school_id", "gnoe")},
    ),
    "a unit in no other table": ([("schools", 2, {"unit": "u"})], {("unit_alone", "units.csv", 3, "unit", "v")}),
    "a school of no unit": ([("schools", 0, {"unit": "w"})], {("unit_unknown", "schools.csv", 2, "unit", "w")}),
    "money for another unit's school": (
        [("budget", 1, {"schools": "b"})],
        {("fund_elsewhere", "budget.csv", 3, "schools", "b")},
    ),
    "money of no unit": ([("budget", 1, {"unit": "w"})], {("unit_unknown", "budget.csv", 3, "unit", "w")}),
    "closes before it opens": (
        [("schools", 3, {"open_from": year(1), "open_until": year(0)})],
        {("open_backwards", "schools.csv", 5, "open_until", year(0))},
    ),
    "merges in no year": (
        [("schools", 2, {"merged_into": "new"})],
        {("merger_without_year", "schools.csv", 4, "merged_into", "new")},
    ),
    "merges into nobody": (
        [("schools", 1, {"merged_into": "nobody"})],
        {("school_unknown", "schools.csv", 3, "merged_into", "nobody")},
    ),
    "pupils of nobody": (
        [("enrolment", 2, {"school_id": "nobody"})],
        {("school_unknown", "enrolment.csv", 4, "school_id", "nobody")},
    ),
    "stock of nobody": (
        [("inventory", 0, {"school_id": "nobody"})],
        {("school_unknown", "inventory.csv", 2, "school_id", "nobody")},
    ),
    "money for nobody": (
        [("budget", 4, {"schools": "a;nobody;nothing"})],
        {
            ("school_unknown", "budget.csv", 6, "schools", "nobody"),
            ("school_unknown", "budget.csv", 6, "schools", "nothing"),
        },
    ),
    "a circle of mergers": (
        [("schools", 0, {"open_until": year(2), "merged_into": "a"})],
        {
            ("merger_in_a_circle", "schools.csv", 2, "merged_into", "a"),
            ("merger_in_a_circle", "schools.csv", 3, "merged_into", "c"),
        },
    ),
    "merges into itself": (
        [("schools", 1, {"merged_into": "a"})],
        {("merger_in_a_circle", "schools.csv", 3, "merged_into", "a")},
    ),
    "merges into a school not yet open": (
        [("schools", 3, {"open_until": year(-2), "merged_into": "new"})],
        {("successor_not_open", "schools.csv", 5, "merged_into", "new")},
    ),
    "merges into a closed school": (
        [("schools", 1, {"merged_into": "gone"})],
        {("successor_not_open", "schools.csv", 3, "merged_into", "gone")},
    ),
    "pupils before the school opens": (
        [("schools", 5, {"open_from": year(2)})],
        {("pupils_before_opening", "enrolment.csv", 11, "school_year", year(1))},
    ),
    "pupils after the school closed": (
        [("schools", 2, {"open_until": year(1)})],
        {("pupils_after_closing", "enrolment.csv", 9, "school_year", year(2))},
    ),
    "grade 3 at a lower-secondary school": (
        [("enrolment", 5, {"grade": 3})],
        {("grade_not_taught", "enrolment.csv", 7, "grade", "3")},
    ),
    "pupils at a kindergarten": (
        [("enrolment", 9, {"school_id": "k", "grade": 1})],
        {
            ("grade_not_taught", "enrolment.csv", 11, "grade", "1"),
            ("school_alone", "schools.csv", 7, "school_id", "new"),
        },
    ),
    "pupils on both sides of a merger": (
        [("enrolment", 4, {"school_year": year(2)})],
        {("pupils_on_both_sides", "enrolment.csv", 6, "school_id", "a")},
    ),
    "stock nobody sells": (
        [("inventory", 2, {"life_years": ""})],
        {("life_unknown", "inventory.csv", 4, "item", "printer")},
    ),
    "one option, two lives": (
        [("catalogue", 2, {"life_years": 4, "upkeep": 5})],
        {
            ("option_differs", "catalogue.csv", 4, "life_years", "4"),
            ("option_differs", "catalogue.csv", 4, "upkeep", "5"),
        },
    ),
    "a lease of three years": (
        [("catalogue", 1, {"life_years": 3})],
        {("one_year_life", "catalogue.csv", 3, "life_years", "3")},
    ),
    "freight of three years": (
        [("catalogue", 3, {"life_years": 3})],
        {("one_year_life", "catalogue.csv", 5, "life_years", "3")},
    ),
    "a room that is bought": (
        [("catalogue", 1, {"item": "lab"})],
        {("lab_mode", "catalogue.csv", 3, "mode", "lease")},
    ),
    "two ways to move an item": (
        [("catalogue", 1, {"mode": "move"})],
        {("move_twice", "catalogue.csv", 5, "option", "van")},
    ),
    "one option, two items it serves as": (
        [("catalogue", 0, {"also_serves": "webcam"})],
        {("option_differs", "catalogue.csv", 4, "also_serves", "")},
    ),
    "a curve of no item": (
        [("survival", 4, {"item": "tablet"})],
        {("item_unknown", "survival.csv", 6, "item", "tablet")},
    ),
    "nothing works at first": (
        [("survival", 4, {"share": "0.0"})],
        {("survival_none", "survival.csv", 6, "share", "0.0")},
    ),
    "machines that come back to life": (
        [("survival", 2, {"share": "0.9"})],
        {("survival_rises", "survival.csv", 4, "share", "0.9")},
    ),
    "bought by nobody": (
        [("frozen", 0, {"school_id": "nobody"})],
        {("school_unknown", "frozen.csv", 2, "school_id", "nobody")},
    ),
    "bought by no option": (
        [("frozen", 0, {"option": "pc-old"})],
        {("option_unknown", "frozen.csv", 2, "option", "pc-old")},
    ),
    "freight bought": ([("frozen", 1, {"option": "van"})], {("frozen_move", "frozen.csv", 3, "option", "van")}),
    "bought as another item": (
        [("frozen", 0, {"item": "laptop"})],
        {("frozen_item", "frozen.csv", 2, "item", "laptop")},
    ),
    "a cost that is no product": (
        [("frozen", 0, {"cost": 23_000_001})],
        {("frozen_cost", "frozen.csv", 2, "cost", "23000001")},
    ),
    "promised for a year carried out": (
        [("frozen", 2, {"school_year": year(0)})],
        {("promised_too_early", "frozen.csv", 4, "school_year", year(0))},
    ),
    "money for an unknown mode": (
        [("budget", 3, {"modes": "buy;steal"})],
        {("choice", "budget.csv", 5, "modes", "steal")},
    ),
    "money for an unknown item": (
        [("budget", 3, {"items": "pupil_computer;tablet"})],
        {("item_unknown", "budget.csv", 5, "items", "tablet")},
    ),
    "all and one more": (
        [("budget", 0, {"schools": "all;a"})],
        {("schools_mixed", "budget.csv", 2, "schools", "all;a")},
    ),
}


def spoilt(edits: list[Edit]) -> World:
    """Return the clean world with some cells of some rows changed."""
    world = clean()
    for table, index, cells in edits:
        getattr(world, table)[index] |= cells
    return world


@pytest.mark.parametrize("case", CROSS)
def test_what_does_not_fit_together_is_told(tmp_path: Path, case: str) -> None:
    """Rows that contradict one another are told with file, row, column and what stands there, and nothing else."""
    edits, expected = CROSS[case]
    assert told(spoilt(edits).write(tmp_path)) == expected


def test_a_code_in_one_table_only_is_told_where_every_table_was_read(tmp_path: Path) -> None:
    """A cell, a row or a table that could not be read may have named the school or unit: then none is told alone."""
    spoils: list[Callable[[World], object]] = [
        lambda world: world.enrolment[0].update(school_id="Trường gone"),
        lambda world: world.enrolment[0].update(school_id=""),
        lambda world: world.inventory[0].update(school_id="gone?"),
        lambda world: world.budget[4].update(schools="a;gone?"),
        lambda world: world.enrolment.clear(),
    ]
    for at, spoil in enumerate(spoils):
        world = spoilt([("enrolment", 8, {"school_id": "c", "grade": 5})])
        assert "school_alone" in {code for code, *_ in told(world.write(tmp_path / f"read{at}"))}
        spoil(world)
        folder = world.write(tmp_path / f"not{at}")
        if not world.enrolment:
            (folder / "enrolment.csv").unlink()
        assert {code for code, *_ in told(folder)} & {"school_alone", "unit_alone"} == set()


def test_a_kindergarten_may_stand_alone(tmp_path: Path) -> None:
    """A kindergarten that nobody counts is no fault: it has no grade, and may own nothing."""
    assert told(clean().school("k2", "kindergarten").write(tmp_path)) == set()


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Faults in every table are told together: those of single cells, of files, and between tables."""
    cases = ["a school of no unit", "pupils of nobody", "grade 3 at a lower-secondary school", "stock nobody sells"]
    cases += ["one option, two lives", "money for an unknown mode", "all and one more"]
    world = spoilt([edit for case in cases for edit in CROSS[case][0]])
    world.units[1]["place"] = ""
    world.enrolment[0]["pupils"] = "bốn mươi"
    folder = world.write(tmp_path)
    expected = set().union(*(CROSS[case][1] for case in cases))
    expected |= {("blank", "units.csv", 3, "place", ""), ("whole", "enrolment.csv", 2, "pupils", "bốn mươi")}
    assert told(folder) == expected


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_an_absent_table_makes_nothing_else_unknown(tmp_path: Path, table: str) -> None:
    """Where a whole table is absent, codes it may have held are not called unknown elsewhere."""
    folder = clean().write(tmp_path)
    (folder / f"{table}.csv").unlink(missing_ok=True)
    optional = next(t.optional for t in TABLES if t.name == table)
    assert told(folder) == (set() if optional else {("file_missing", f"{table}.csv", None, None, None)})


def test_a_bad_price_does_not_make_its_item_unknown(tmp_path: Path) -> None:
    """A price that cannot be read is told; stock and money of that item are not blamed for it."""
    world = clean()
    for index in (0, 2):
        world.catalogue[index]["price"] = "mười triệu"
    places = {("whole", "catalogue.csv", row, "price", "mười triệu") for row in (2, 4)}
    assert told(world.write(tmp_path)) == places


def test_a_bad_lot_does_not_make_its_item_unknown(tmp_path: Path) -> None:
    """A lot that cannot be read is told; money for that item is not blamed for it."""
    world = clean()
    world.inventory[2]["quantity"] = "một"
    assert told(world.write(tmp_path)) == {("whole", "inventory.csv", 4, "quantity", "một")}


def test_a_fault_names_the_unit_whose_row_it_is(tmp_path: Path) -> None:
    """A fault in a school's rows belongs to its unit, so that other units can be planned."""
    world = spoilt([("enrolment", 5, {"grade": 3}), ("budget", 1, {"schools": "nobody"})])
    assert {f.file: f.unit for f in faults_of(world.write(tmp_path))} == {"enrolment.csv": "v", "budget.csv": "u"}


def test_a_fault_is_told_in_both_languages(tmp_path: Path) -> None:
    """A fault says where, what stands there, what was expected and what to do."""
    (fault,) = faults_of(spoilt([("enrolment", 0, {"pupils": "40,5"})]).write(tmp_path))
    said = "enrolment.csv, row 2, column pupils: says “40,5”; a whole number from 0 to 100,000 is needed"
    assert fault.say(Words("en")).startswith(said)
    assert fault.say(Words("vi")).startswith("enrolment.csv, dòng 2, cột pupils: ghi “40,5”; cần số nguyên")
    assert fault.as_dict(Words("en"))["remedy"] == "correct the number; leave out dots, commas and spaces."


# Freight, things that serve as others ------------------------------------------------------------------------------


def test_freight_and_what_serves_as_another_are_read(tmp_path: Path) -> None:
    """An option of mode move has its price; a laptop that is a webcam too serves as both."""
    options = {o.code: o for o in clean().load(tmp_path).catalogue}
    assert (options["van"].mode, options["van"].item) == ("move", "pupil_computer")
    assert options["van"].price(2018, growth=Fraction(0), first_year=2017) == 200_000
    assert (options["laptop"].also_serves, options["laptop"].serves) == (("webcam",), ("laptop", "webcam"))
    assert options["pc"].also_serves == ()


@pytest.mark.parametrize(("one", "other"), [("webcam;printer", "printer; webcam"), ("webcam", "webcam;webcam")])
def test_what_an_option_serves_as_has_no_order(tmp_path: Path, one: str, other: str) -> None:
    """Rows of one option agree on what it serves as, in whatever order; its own item is no fault."""
    world = clean()
    world.catalogue[0]["also_serves"], world.catalogue[2]["also_serves"] = one, f"{other};pupil_computer"
    assert {code for code, *_ in told(world.write(tmp_path / "differs"))} == {"option_differs"}
    world.catalogue[2]["also_serves"] = other
    (option,) = (o for o in world.load(tmp_path / "agrees").catalogue if o.code == "pc")
    assert option.also_serves == tuple(dict.fromkeys(part.strip() for part in other.split(";")))


def test_freight_of_several_years_and_items_is_one_option_each(tmp_path: Path) -> None:
    """Freight may change its price by year, and every item may have its own."""
    world = clean().option("van", 210_000, 1, mode="move", from_year=year(2))
    assert told(world.option("van-laptop", 90_000, 1, mode="move", item="laptop").write(tmp_path)) == set()


def test_an_item_only_served_is_known(tmp_path: Path) -> None:
    """Money may be given for an item that only comes as part of another."""
    world = clean()
    assert told(world.write(tmp_path / "served")) == set()
    world.catalogue[4]["also_serves"] = "camera"
    place = ("item_unknown", "budget.csv", 6, "items", "webcam")
    assert told(world.write(tmp_path / "other")) == {place}


# How things wear out -----------------------------------------------------------------------------------------------


def test_survival_curves_are_read(tmp_path: Path) -> None:
    """The share that still works, by item and age, exactly; no file is no curve."""
    inputs = clean().load(tmp_path / "some")
    assert inputs.survival["pupil_computer"] == {3: 1, 5: Fraction(4, 5), 7: Fraction(4, 5), 8: 0}
    assert inputs.survival["laptop"] == {0: Fraction(1, 2)}
    assert [list(curve) for curve in inputs.survival.values()] == [[0], [3, 5, 7, 8]]
    world = clean()
    world.survival.clear()
    inputs = world.load(tmp_path / "none")
    assert (dict(inputs.survival), inputs.tables["survival"]) == ({}, ())


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ({0: "0.9"}, True),
        ({0: "chín phần mười"}, True),  # the row is told; the lot is not blamed for it
        ({}, False),
    ],
)
def test_a_curve_is_a_life(tmp_path: Path, rows: dict[int, str], known: bool) -> None:
    """Stock nobody sells and without a life of its own is told, unless its item has a curve."""
    world = clean().thing("c", "scanner", 2, -1).curve("scanner", rows)
    told_of = ("life_unknown", "inventory.csv", 5, "item", "scanner") in told(world.write(tmp_path))
    assert told_of != known


def test_a_bad_first_row_does_not_make_a_curve_empty(tmp_path: Path) -> None:
    """Where the youngest age cannot be read, the next one is not blamed for being 0."""
    world = clean().curve("webcam", {0: "1,0", 4: "0"})
    assert told(world.write(tmp_path)) == {("share", "survival.csv", 7, "share", "1,0")}


def test_a_survival_table_that_cannot_be_read_makes_no_life_unknown(tmp_path: Path) -> None:
    """Nobody can say which lives a damaged table would have stated."""
    world = clean().thing("c", "scanner", 2, -1)
    folder = world.write(tmp_path)
    (folder / "survival.csv").write_text("item,age,source\n", "utf-8")
    assert told(folder) == {("column_missing", "survival.csv", 1, "share", None)}


_CURVES = st.dictionaries(st.integers(0, 12), st.fractions(0, 1, max_denominator=20), min_size=1, max_size=6).map(
    lambda drawn: dict(zip(sorted(drawn), sorted(drawn.values(), reverse=True), strict=True))
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    quantity=st.integers(0, 500),
    acquired=st.none() | st.integers(2000, 2025),
    own=st.none() | st.integers(1, 12),
    life=st.integers(1, 12),
    condition=st.sampled_from(["working", "repairable", "broken"]),
    curve=st.none() | _CURVES.filter(lambda curve: curve[min(curve)] > 0),
)
def test_a_lot_wears_out_by_whole_machines(
    quantity: int, acquired: int | None, own: int | None, life: int, condition: Any, curve: dict[int, Fraction] | None
) -> None:
    """Cohorts add up to the lot, and what works never rises; a lot without a curve works its life and no longer."""
    first = 2017
    lot = Lot("a", "pc", acquired, quantity, condition, own, 7, "test")
    cohorts = lot.cohorts(life=life, first_year=first, curve=curve)
    if condition != "working" or not quantity:
        assert cohorts == {}
        return
    assert sum(cohorts.values()) == quantity
    assert all(type(n) is int and n > 0 and c.item == "pc" and c.upkeep == 7 for c, n in cohorts.items())
    years = own or life
    start = first - years // 2 if acquired is None else acquired
    alive = {y: sum(n for c, n in cohorts.items() if c.first <= y <= c.last) for y in range(1990, 2060)}
    begun = [alive[y] for y in range(max(start, first), 2060)]
    assert begun == sorted(begun, reverse=True)
    assert begun[-1] == 0
    assert all(alive[y] == 0 for y in range(1990, start))
    if own is not None or curve is None:
        assert alive == {y: quantity * (start <= y < start + years) for y in alive}
    elif surviving_share(curve, max(0, first - start)):
        # what is counted works in the first year; later years follow the curve to half a machine
        counted = max(start, first)
        assert alive[counted] == quantity
        base = surviving_share(curve, counted - start)
        for y in range(counted, 2060):
            assert abs(alive[y] - quantity * surviving_share(curve, y - start) / base) <= Fraction(1, 2)
    else:
        assert begun[0] == 0


# Years carried out -------------------------------------------------------------------------------------------------


def states(inputs: Inputs) -> list[tuple[str, int, str, str, int, str]]:
    """Return what is carried over from an earlier plan, its year counted from 0."""
    return [(c.school, c.year - 2017, c.option, c.item, c.quantity, c.state) for c in inputs.carried]


def test_purchases_carried_over_are_read(tmp_path: Path) -> None:
    """A purchase is done unless it is said to be promised; an item not stated is the option's."""
    inputs = clean().load(tmp_path)
    assert states(inputs) == [
        ("b", 0, "pc", "pupil_computer", 1, "done"),
        ("b", 1, "laptop", "laptop", 3, "promised"),
        ("c", 0, "pc", "pupil_computer", 2, "done"),
    ]
    assert [c.unit_price for c in inputs.carried] == [12_000_000, 15_000_000, 11_500_000]
    assert [row["state"] for row in inputs.tables["frozen"]] == ["done", "done", "promised"]


def test_the_same_purchase_twice_is_told(tmp_path: Path) -> None:
    """A school buys of one option once a year; whether done or promised."""
    world = clean().carried("c", 0, "pc", 5, 1, state="promised")
    assert told(world.write(tmp_path)) == {("row_twice", "frozen.csv", 5, "option", f"c, {year(0)}, pc")}


def test_a_fault_of_a_purchase_names_its_schools_unit(tmp_path: Path) -> None:
    """What is wrong with a purchase belongs to the unit of its school."""
    (fault,) = faults_of(spoilt([("frozen", 1, {"cost": 1})]).write(tmp_path))
    assert (fault.code, fault.unit, fault.details) == ("frozen_cost", "v", {"cost": "12000000"})


PURCHASES = f"""school_id,school_year,option,item,quantity,unit_price,cost,state,ghi chú
c,{year(2)},pc,pupil_computer,4,13000000,52000000,{{late}},x
c,{year(0)},pc,pupil_computer,2,11500000,23000000,{{early}},
b,{year(1)},pc,,1,12000000,,{{early}},y
"""


def purchases(folder: Path, early: str = "", late: str = "") -> Path:
    """Write a table of purchases beside the data and return its path."""
    folder.mkdir(exist_ok=True)
    path = folder / "đã mua.csv"
    path.write_text(PURCHASES.format(early=early, late=late), "utf-8")
    return path


@pytest.mark.parametrize(
    ("until", "said", "found"),
    [
        (None, {}, ["done", "done", "done"]),
        (None, {"late": "promised"}, ["done", "done", "promised"]),
        (2017, {}, ["promised", "done", "promised"]),
        (2018, {"late": "done", "early": "promised"}, ["done", "done", "promised"]),
        (2018, {"late": "hứa", "early": "?"}, ["done", "done", "promised"]),
        (2019, {}, ["done", "done", "done"]),
        (2019, {"late": "promised"}, ["done", "done", "done"]),
    ],
)
def test_another_plans_purchases_take_the_place_of_the_folders(
    tmp_path: Path, until: int | None, said: dict[str, str], found: list[str]
) -> None:
    """Up to the year carried out purchases are done, later ones promised; without a year, as each row says."""
    file, data = purchases(tmp_path / "other", **said), clean().write(tmp_path / "data")
    inputs = load(data, freeze=file, until=until)
    bought = [c for c in inputs.carried if c.quantity]
    assert [c.state for c in bought] == found
    assert [(c.school, c.year, c.item, c.quantity) for c in bought] == [
        ("b", 2018, "pupil_computer", 1),
        ("c", 2017, "pupil_computer", 2),
        ("c", 2019, "pupil_computer", 4),
    ]
    assert [row["ghi chú"] for row in inputs.tables["frozen"] if row["quantity"] != "0"] == ["x", "", "y"]


@pytest.mark.parametrize("until", [None, 2017, 2018])
def test_purchases_are_kept_with_their_states(tmp_path: Path, until: int | None) -> None:
    """A folder that keeps the rows as they were read is read the same, without the other plan."""
    inputs = load(clean().write(tmp_path / "data"), freeze=purchases(tmp_path / "other"), until=until)
    world = clean()
    world.frozen = [dict(row) for row in inputs.tables["frozen"]]
    again = world.load(tmp_path / "again")
    assert (again.carried, again.tables["frozen"]) == (inputs.carried, inputs.tables["frozen"])


@pytest.mark.parametrize("until", [2016, 2018, 2020, 2030])
def test_every_unit_has_carried_the_year_out(tmp_path: Path, until: int) -> None:
    """A unit that bought nothing in the last year carried out has a row that says so: 0 of the first option."""
    inputs = load(clean().write(tmp_path / "data"), freeze=purchases(tmp_path / "other"), until=until)
    done = {inputs.schools[c.school].unit for c in inputs.carried if (c.year, c.state) == (until, "done")}
    assert done == {s.unit for s in inputs.schools.values()}
    assert all(c.quantity == 0 for c in inputs.carried if c.year == until and (c.school, until) != ("b", 2018))
    assert sum(c.quantity for c in inputs.carried) == 7


def test_a_table_that_cannot_be_read_says_no_year(tmp_path: Path) -> None:
    """Where the table itself cannot be read, its years are not blamed as well."""
    file = purchases(tmp_path / "other")
    file.write_text(file.read_text("utf-8").replace("quantity", "number"), "utf-8")
    with pytest.raises(FaultyInput) as faulty:
        load(clean().write(tmp_path / "data"), freeze=file, until=2018)
    assert [(f.code, f.column) for f in faulty.value.faults] == [("column_missing", "quantity")]


@pytest.mark.parametrize("until", [None, 2018])
def test_nothing_bought_is_a_year_carried_out(tmp_path: Path, until: int | None) -> None:
    """A row of 0 says that a year was carried out and nothing was bought; what it costs is no fault."""
    world = World().unit().school("c", pupils={3: [40, 41, 90]}).option("pc", 10, 5).fund("main", [50, 50, 50])
    world.carried("c", 0, "pc", 1, 9).carried("c", 1, "pc", 0, 0, cost=0)
    data = world.write(tmp_path)
    inputs = load(data, freeze=data / "frozen.csv" if until else None, until=until)
    assert states(inputs) == [
        ("c", 0, "pc", "pupil_computer", 1, "done"),
        ("c", 1, "pc", "pupil_computer", 0, "done"),
    ]
    problem = pose(inputs, ["u"], roadmap({0: [3]}))
    assert (problem.frozen_until, problem.open_years) == (2018, (2019,))
    assert {key: (fact.quantity, fact.unit_price) for key, fact in problem.facts.items()} == {
        ("c", "pc", 2017): (1, 9)
    }
    assert problem.promised == {}


def test_rows_kept_for_a_plan_are_those_of_its_units(tmp_path: Path) -> None:
    """A plan keeps every curve, and the purchases of its own schools."""
    world = clean()
    del world.budget[3]  # the shared fund: with it, all units count
    rows = world.load(tmp_path).behind(("v",)).tables
    assert [r["school_id"] for r in rows["frozen"]] == ["b", "b"]
    assert min((r["item"], r["age"]) for r in rows["survival"]) == ("laptop", "0")
    assert len(rows["survival"]) == 5


def test_faults_of_another_plans_purchases_name_its_file(tmp_path: Path) -> None:
    """The file is named as the planner gave it, for faults of cells and those between tables."""
    file = purchases(tmp_path / "other", late="hứa")
    file.write_text(file.read_text("utf-8").replace(f"b,{year(1)},pc", f"nobody,{year(1)},car"), "utf-8")
    with pytest.raises(FaultyInput) as faulty:
        load(clean().write(tmp_path / "data"), freeze=str(file))
    assert {(f.code, f.file, f.row, f.column, f.found) for f in faulty.value.faults} == {
        ("choice", str(file), 2, "state", "hứa"),
        ("school_unknown", str(file), 4, "school_id", "nobody"),
        ("option_unknown", str(file), 4, "option", "car"),
    }


def test_purchases_that_are_not_there_are_told(tmp_path: Path) -> None:
    """A file that was asked for must be there; a folder is no file; the folder's own table is not read instead."""
    data = clean().write(tmp_path / "data")
    for path in (tmp_path / "none.csv", data):
        with pytest.raises(FaultyInput) as faulty:
            load(data, freeze=path)
        assert [(f.code, f.file) for f in faulty.value.faults] == [("freeze_missing", str(path))]
        assert all(f.say(Words(language)) for f in faulty.value.faults for language in ("vi", "en"))


def test_a_year_carried_out_needs_its_purchases(tmp_path: Path) -> None:
    """A year without a table of purchases is told beside the other faults."""
    with pytest.raises(FaultyInput) as faulty:
        load(spoilt([("frozen", 0, {"quantity": "x"})]).write(tmp_path), until=2018)
    assert {(f.code, f.file, f.found) for f in faulty.value.faults} == {
        ("freeze_absent", "until", "2018-2019"),
        ("whole", "frozen.csv", "x"),
    }
    assert all(f.say(Words(language)) for f in faulty.value.faults for language in ("vi", "en"))


def test_every_fault_of_the_tables_is_planted_here(root: Path) -> None:
    """No fault of a cell, of a file or between tables is without a row above that plants it."""
    raised = set()
    for name in ("cells", "encodings", "tables", "crosschecks", "codes"):
        tree = ast.parse((root / "src" / "provision" / "intake" / f"{name}.py").read_text("utf-8"))
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        calls = [c for c in calls if c.func.id in {"Fault", "BadCell"} and isinstance(c.args[0], ast.Constant)]
        raised |= {c.args[0].value for c in calls}
    planted = {case[0] for case in CELLS} | {fault[0] for _, _, fault in FILES.values()}
    planted |= {fault[0] for _, expected in CROSS.values() for fault in expected}
    elsewhere = {"code_reserved", "decimal", "signed", "not_csv", "file_too_large", "freeze_missing"}
    elsewhere |= {"workbook_empty", "sheet_missing", "row_above_codes"}  # tests/test_workbook_intake.py
    elsewhere |= {"staff_not_teaching"}  # tests/test_staff.py
    elsewhere |= {"kindergarten_alone"}  # tests/test_plausibility.py
    assert raised == planted | elsewhere

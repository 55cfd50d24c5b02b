"""Somebody else's tables are read as ours by a mapping file, and what is wrong is told where it stands."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import tomli_w
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from test_marked import RED, coloured, read

from provision.commands import main
from provision.documents import marked
from provision.domain.inputs import Inputs
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import data_files, grids, load, load_apart, oddities
from provision.intake.columns import TABLES
from provision.intake.mapping import read_mapping, shipped_mappings
from provision.intake.mapping.lines import apportion
from provision.render.manifest import Keys
from provision.render.tasks import Order, Task
from provision.text import LANGUAGES, Words
from provision.widgets.desk import desk
from provision.widgets.server import _environment

MAPPING = """
id = "elsewhere"
title_vi = "Bảng của nơi khác"
title_en = "Tables from elsewhere"

[[source]]
name = "census"
files = "census-*.csv"
encodings = ["utf-8", "latin-1"]
separator = ";"
year = { column = "YEAR", calendar = true }
unknown = ["999"]

[[source.leave_out]]
column = "OWNER"
in = ["private"]
reason_vi = "trường tư"
reason_en = "private school"

[[source.leave_out]]
add = ["YOUNG", "OLD"]
blank = 0
at_most = 0
reason_vi = "không có học sinh"
reason_en = "no pupils"

[units]
unit = { column = "TOWN", prefix = "t" }
name = "TOWN_NAME"
kind = { constant = "town" }
issuer = "TOWN_NAME"
signatory_title = { constant = "Head" }
place = "TOWN_NAME"
roadmap = { constant = "gdpt-2018" }

[schools]
spans = true
school_id = { column = "ID", prefix = "s" }
name = "NAME"
unit = { column = "TOWN", prefix = "t" }
national_standard = { constant = 0 }
subject_groups = { constant = 0 }
disadvantaged = { column = "PLACE", codes = { urban = 0, rural = 1 } }
labs = { column = "LAB_AREA", above = 0 }

[enrolment]
school_id = { column = "ID", prefix = "s" }

[[enrolment.grades]]
grades = [1, 2, 3, 4, 5]
split = "even"
pupils = { column = "YOUNG", blank = 0, unknown = "leave_out" }
classes = { column = "YOUNG_CLASSES", blank = 0 }

[[enrolment.grades]]
grades = [6, 7, 8, 9]
split = [3, 1, 1, 1]
pupils = { column = "OLD", blank = 0 }
classes = { column = "OLD_CLASSES", blank = 0 }

[inventory]
take = "oldest"
school_id = { column = "ID", prefix = "s" }
item = { constant = "pupil_computer" }
condition = { constant = "working" }

[[inventory.quantity]]
until = "2018-2019"
column = "MACHINES"
unknown = 0

[[inventory.quantity]]
from = "2019-2020"
add = ["DESKTOPS", "TABLETS"]
unknown = 0

[[rows.catalogue]]
option = "pc"
item = "pupil_computer"
mode = "buy"
name_vi = "Máy"
name_en = "Machine"
price = 10000000
from_year = "2017-2018"
life_years = 5
upkeep = 0
source = "illustrative: a test"

[[rows.budget]]
unit = "each"
fund = "own"
school_year = "2017-2018"
amount = 50000000
schools = "all"
source = "illustrative: a test"
"""

FORM = "bieu-mau-36-2017"
COLUMNS = ["YEAR", "ID", "NAME", "TOWN", "TOWN_NAME", "PLACE", "OWNER", "LAB_AREA"]
COLUMNS += ["YOUNG", "YOUNG_CLASSES", "OLD", "OLD_CLASSES"]
COLUMNS += ["MACHINES", "DESKTOPS", "TABLETS"]
USUAL = {"TOWN": "1", "TOWN_NAME": "Água", "PLACE": "rural", "OWNER": "public", "LAB_AREA": "0", "YOUNG": "102"}
USUAL |= {"YOUNG_CLASSES": "5", "OLD": "0", "OLD_CLASSES": "0", "MACHINES": "3", "DESKTOPS": "0", "TABLETS": "0"}


def census(folder: Path, year: int, *rows: dict[str, str], encoding: str = "utf-8", drop: str = "") -> None:
    """Write the census of a calendar year."""
    folder.mkdir(exist_ok=True)
    columns = [name for name in COLUMNS if name != drop]
    with (folder / f"census-{year}.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            writer.writerow({"YEAR": str(year), "NAME": f"School {row['ID']}"} | USUAL | row)


def mapping(folder: Path, text: str = MAPPING) -> Path:
    """Write a mapping file."""
    path = folder / "elsewhere.toml"
    path.write_text(text, encoding="utf-8")
    return path


def told(data: Path, by: Path) -> list[Fault]:
    """Return the faults that reading tells."""
    with pytest.raises(FaultyInput) as faulty:
        load(data, mapping=by)
    for fault in faulty.value.faults:
        assert all(fault.say(Words(language)) for language in LANGUAGES)
    return list(faulty.value.faults)


def places(data: Path, by: Path) -> list[tuple[str, str, int | None, str | None]]:
    """Return what is told and where: code, file, row, column."""
    return [(f.code, f.file, f.row, f.column) for f in told(data, by)]


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """Return three years' files: schools that open, close, are absent in one year, are private, have nobody."""
    folder = tmp_path / "data"
    old = {"YOUNG": "0", "YOUNG_CLASSES": "0", "OLD": "70", "OLD_CLASSES": "2", "PLACE": "urban"}
    census(folder, 2017, {"ID": "1"}, {"ID": "2", "LAB_AREA": "48"}, {"ID": "3"}, {"ID": "9", "OWNER": "private"},
           {"ID": "8", "YOUNG": "", "YOUNG_CLASSES": ""}, encoding="latin-1")  # fmt: skip
    census(folder, 2018, {"ID": "1", "TOWN_NAME": "\ufffdgua", "NAME": "\ufffd"}, {"ID": "4"} | old)
    census(folder, 2019, {"ID": "1", "NAME": "One"}, {"ID": "3", "YOUNG": "7"}, {"ID": "4"} | old,
           {"ID": "5", "DESKTOPS": "4", "TABLETS": "999", "TOWN": "2", "TOWN_NAME": "Two"},
           {"ID": "9", "OWNER": "private", "TOWN": "77"})  # fmt: skip
    return folder


def odd_of(folder: Path, by: str | Path) -> list[Fault]:
    """Return what is odd in the way a mapping reads foreign tables."""
    return [f for f in oddities(folder, mapping=by) if f.code.startswith(("foreign_", "form_", "fill_"))]


def test_foreign_years_become_our_tables(years: Path, tmp_path: Path) -> None:
    """Columns are renamed, codes turned, machines added up; schools open and close where their rows begin and end."""
    inputs = load(years, mapping=mapping(tmp_path))
    odd = odd_of(years, mapping(tmp_path))
    assert {u.code: u.name for u in inputs.units.values()} == {"t1": "Água", "t2": "Two"}
    schools = inputs.schools
    assert {code: (s.open_from, s.open_until) for code, s in schools.items()} == {
        "s1": (None, None),
        "s2": (None, 2017),
        "s3": (None, None),
        "s4": (2018, None),
        "s5": (2019, None),
    }
    assert (schools["s1"].name, schools["s4"].level, schools["s1"].level) == ("One", "lower_secondary", "primary")
    assert (schools["s2"].labs, schools["s1"].labs) == (1, 0)
    assert (schools["s1"].disadvantaged, schools["s4"].disadvantaged) == (True, False)
    assert {lot.school: lot.quantity for lot in inputs.inventory} == {"s1": 3, "s2": 3, "s3": 3, "s4": 3, "s5": 4}
    assert {lot.source for lot in inputs.inventory if lot.school == "s5"} == {"census-2019.csv"}
    assert [g.unit for g in inputs.budget] == ["t1", "t2"]
    assert [(e.grade, e.pupils) for e in inputs.enrolment if (e.school, e.year) == ("s1", 2017)] == [
        (1, 21), (2, 21), (3, 20), (4, 20), (5, 20)]  # fmt: skip
    assert [e.pupils for e in inputs.enrolment if (e.school, e.year) == ("s4", 2018)] == [35, 12, 12, 11]
    assert [e.pupils for e in inputs.enrolment if (e.school, e.year) == ("s3", 2018)] == [0] * 5
    assert {(f.code, f.file) for f in odd} == {
        ("foreign_gap", "census-*.csv"),
        ("foreign_unknown", "census-2019.csv"),
    }


def test_a_lost_letter_is_told_where_no_year_has_it(tmp_path: Path) -> None:
    """A name with a lost letter is taken from another year; where none has it whole, this is told."""
    folder = tmp_path / "data"
    census(folder, 2018, {"ID": "1", "NAME": "\ufffd"})
    odd = odd_of(folder, mapping(tmp_path))
    assert [(f.code, f.file, f.column) for f in odd] == [("foreign_letters", "census-2018.csv", "NAME")]


def pupils_of(inputs: Inputs) -> tuple[Counter[int], Counter[int]]:
    """Return by school year the pupils in the tables and those left out."""
    inside, outside = Counter[int](), Counter[int]()
    for e in inputs.enrolment:
        inside[e.year] += e.pupils
    for row in inputs.tables["left_out"]:
        outside[int(row["school_year"][:4])] += int(row["pupils"])
    return inside, outside


def test_every_foreign_row_is_used_or_counted(years: Path, tmp_path: Path) -> None:
    """Of every year, the pupils of all foreign rows are in our tables or counted as left out, with the reason."""
    census(years, 2016, {"ID": "1", "YOUNG": "999"}, {"ID": "2"})
    inputs = load(years, mapping=mapping(tmp_path))
    inside, outside = pupils_of(inputs)
    for year in range(2016, 2020):
        with (years / f"census-{year}.csv").open(encoding="latin-1", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        counted = sum(int(r[c]) for r in rows for c in ("YOUNG", "OLD") if r[c] not in ("", "999"))
        assert counted == inside[year] + outside[year]
    reasons = {(r["school_year"], r["unit"], r["reason"], r["rows"], r["pupils"]) for r in inputs.tables["left_out"]}
    assert reasons == {
        ("2016-2017", "t1", "không rõ số học sinh / number of pupils not known", "1", "0"),
        ("2017-2018", "t1", "trường tư / private school", "1", "102"),
        ("2017-2018", "t1", "không có học sinh / no pupils", "1", "0"),
        ("2019-2020", "", "trường tư / private school", "1", "102"),
    }


def test_what_is_left_out_as_not_known_is_told(tmp_path: Path) -> None:
    """A stock that is not known and is left out by the mapping is told with how many rows it was."""
    folder = tmp_path / "data"
    census(folder, 2017, {"ID": "1", "MACHINES": "999"}, {"ID": "2"})
    by = mapping(
        tmp_path, MAPPING.replace('column = "MACHINES"\nunknown = 0', 'column = "MACHINES"\nunknown = "leave_out"')
    )
    assert [lot.school for lot in load(folder, mapping=by).inventory] == ["s2"]
    odd = odd_of(folder, by)
    assert [(f.code, f.file, f.details["count"]) for f in odd] == [("foreign_unknown_left", "census-2017.csv", 1)]


def test_one_row_a_grade_is_read_too(tmp_path: Path) -> None:
    """Several files of different shapes make one set of tables: schools, pupils by grade, machines by year bought."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "pupils.csv").write_text("ID,GRADE,N,C\n01,3,40,1\n01,4,-,1\n02,6,88,2\n", "utf-8")
    (folder / "lots.csv").write_text("ID,N,BOUGHT\n01,4,2015\n01,5,\n02,6,2016\n", "utf-8")
    (folder / "names.csv").write_text("ID,NAME\n01,One\n02,Two\n", "utf-8")
    head = MAPPING[: MAPPING.index("[[source]]")]
    for name in ("pupils", "lots", "names"):
        head += f'[[source]]\nname = "{name}"\nfiles = "{name}.csv"\nunknown = ["-"]\n'
        head += 'year = { constant = "2017-2018" }\n' if name == "pupils" else ""
    flags = ["national_standard", "subject_groups", "disadvantaged", "labs"]
    words = ["name", "kind", "issuer", "signatory_title", "place"]
    text = f"""{head}
[units]
from = "names"
unit = {{ constant = "u" }}
roadmap = {{ constant = "gdpt-2018" }}
{chr(10).join(f'{word} = {{ constant = "U" }}' for word in words)}
[schools]
from = "names"
school_id = "ID"
name = "NAME"
unit = {{ constant = "u" }}
{chr(10).join(f"{word} = {{ constant = 0 }}" for word in flags)}
[enrolment]
from = "pupils"
school_id = "ID"
grade = "GRADE"
pupils = {{ column = "N", unknown = "leave_out" }}
classes = "C"
[inventory]
from = "lots"
school_id = "ID"
item = {{ constant = "pupil_computer" }}
acquired = {{ column = "BOUGHT", calendar = true }}
quantity = "N"
condition = {{ constant = "working" }}
{MAPPING[MAPPING.index("[[rows.catalogue]]") :]}"""
    inputs = load(folder, mapping=mapping(tmp_path, text))
    assert {code: s.level for code, s in inputs.schools.items()} == {"01": "primary", "02": "lower_secondary"}
    assert [(e.school, e.grade, e.pupils) for e in inputs.enrolment] == [("01", 3, 40), ("02", 6, 88)]
    assert [(lot.school, lot.acquired, lot.quantity) for lot in inputs.inventory] == [
        ("01", None, 5), ("01", 2015, 4), ("02", 2016, 6)]  # fmt: skip
    assert [(r["file"], r["rows"], r["pupils"]) for r in inputs.tables["left_out"]] == [("pupils.csv", "1", "0")]


@given(st.integers(0, 10**6), st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any))
@settings(derandomize=True, deadline=None)
def test_a_split_adds_up(total: int, shares: Sequence[int]) -> None:
    """The parts of a split add up to the total, and each is its exact share up to less than one pupil."""
    parts = apportion(total, shares)
    assert sum(parts) == total
    assert all(
        abs(part * sum(shares) - total * share) < sum(shares) for part, share in zip(parts, shares, strict=True)
    )


# Faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"PLACE": "city"}, ("foreign_code", "census-2017.csv", 3, "PLACE")),
        ({"YOUNG": "ten"}, ("whole", "census-2017.csv", 3, "YOUNG + OLD")),
        ({"MACHINES": "3.5"}, ("whole", "census-2017.csv", 3, "MACHINES")),
        ({"LAB_AREA": "large"}, ("decimal", "census-2017.csv", 3, "LAB_AREA")),
        ({"YOUNG_CLASSES": "x"}, ("whole", "census-2017.csv", 3, "YOUNG_CLASSES")),
        ({"NAME": ""}, ("blank", "census-2017.csv", 3, "NAME")),
        ({"YEAR": "17"}, ("foreign_calendar", "census-2017.csv", 3, "YEAR")),
        ({"ID": "1"}, ("row_twice", "census-2017.csv", 3, "ID")),
        ({"ID": "ổ"}, ("code", "census-2017.csv", 3, "ID")),
        ({"OLD": "999", "LAB_AREA": "999"}, ("blank", "census-2017.csv", 3, "LAB_AREA")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_fault_is_told_at_the_foreign_place(
    tmp_path: Path, row: dict[str, str], expected: tuple[str, str, int, str]
) -> None:
    """What is wrong in a foreign file is told by its own name, row and column."""
    census(tmp_path / "data", 2017, {"ID": "1"}, {"ID": "2"} | row)
    assert expected in places(tmp_path / "data", mapping(tmp_path))


def test_a_row_told_twice_names_the_other(tmp_path: Path) -> None:
    """A row that is there twice names the row of the foreign file in which it stands first."""
    census(tmp_path / "data", 2017, {"ID": "1"}, {"ID": "2"}, {"ID": "1"})
    found = [f for f in told(tmp_path / "data", mapping(tmp_path)) if f.code == "row_twice"]
    assert {f.row for f in found} == {4}
    assert {str(f.details["first"]) for f in found} == {"2 (census-2017.csv)"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind = {", "kinds = {", ("mapping_key_unknown", "units.kinds")),
        ("kind = {", "kinds = {", ("pack_key_missing", "units.kind")),
        ('id = "elsewhere"', 'id = "else where"', ("code", "id")),
        ('title_vi = "Bảng của nơi khác"', "title_vi = 1", ("mapping_text", "title_vi")),
        ('files = "census-*.csv"', 'files = "/census-*.csv"', ("mapping_files", "source[1].files")),
        ('files = "census-*.csv"', 'files = "../census-*.csv"', ("mapping_files", "source[1].files")),
        ('separator = ";"', 'separator = "ab"', ("mapping_separator", "source[1].separator")),
        ('encodings = ["utf-8", "latin-1"]', 'encodings = ["no-such"]', ("mapping_encoding", "source[1].encodings")),
        ('unknown = ["999"]', "unknown = 999", ("mapping_list", "source[1].unknown")),
        ('unknown = ["999"]', "unknown = [9.5]", ("mapping_value", "source[1].unknown")),
        ('unknown = ["999"]', 'header = 0', ("whole", "source[1].header")),
        ('unknown = ["999"]', 'numbers = "fr"', ("choice", "source[1].numbers")),
        ('in = ["private"]', "", ("mapping_condition", "source[1].leave_out[1].in")),
        ('reason_vi = "trường tư"', "", ("pack_key_missing", "source[1].leave_out[1].reason_vi")),
        ('{ constant = "town" }', '{ constant = "town", column = "X" }', ("mapping_field", "units.kind.column")),
        ('{ constant = "town" }', "7", ("mapping_table", "units.kind")),
        ("split = [3, 1, 1, 1]", "split = [3, 1]", ("mapping_split", "enrolment.grades[2].split")),
        ("split = [3, 1, 1, 1]", "", ("mapping_split", "enrolment.grades[2].split")),
        ("grades = [6, 7, 8, 9]", "grades = [6, 12]", ("pack_grades", "enrolment.grades[2].grades")),
        ("spans = true", 'spans = "yes"', ("pack_flag", "schools.spans")),
        ('from = "2019-2020"', 'from = "2019"', ("school_year", "inventory.quantity[2].from")),
        ('take = "oldest"', 'take = "best"', ("choice", "inventory.take")),
        ('take = "oldest"', 'from = "other"', ("choice", "inventory.from")),
        ('[[rows.catalogue]]', '[[rows.units]]', ("mapping_key_unknown", "rows.units")),
        ("upkeep = 0", "up = 0", ("mapping_key_unknown", "rows.catalogue[1].up")),
    ],
)  # fmt: skip
def test_every_fault_of_a_mapping_is_told_by_its_key(
    tmp_path: Path, old: str, new: str, expected: tuple[str, str]
) -> None:
    """A mapping file's own faults are told by key, before any foreign file is opened."""
    assert old in MAPPING
    found = told(tmp_path, mapping(tmp_path, MAPPING.replace(old, new, 1)))
    assert expected in {(f.code, f.column) for f in found}
    assert {f.file for f in found} == {"elsewhere.toml"}


_JUNK: Sequence[object] = ("", "x", "1", 0, -1, 2.5, True, [], [1], ["x"], [{}], {}, {"x": 1}, [["x"]])


def _paths(node: object, *above: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield where every value of a mapping stands."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*above, key)
        yield from _paths(value, *above, key)


@pytest.mark.parametrize(
    ("name", "step"),
    [("elsewhere", 9), (FORM, 9), *(pytest.param(n, 1, marks=pytest.mark.long) for n in ("elsewhere", FORM))],
)
def test_whatever_a_mapping_says_is_read_or_told(years: Path, tmp_path: Path, name: str, step: int) -> None:
    """Whatever stands in a mapping in place of a value, it is read, or told as a fault with its words."""
    text = MAPPING if name == "elsewhere" else read_mapping(name).path.read_text("utf-8")
    data = years if name == "elsewhere" else forms(tmp_path / "forms", {"th-1": NUMBERED})
    sound, refused = tomllib.loads(text), 0
    for path, junk in list(product(_paths(sound), _JUNK))[::step]:
        broken = deepcopy(sound)
        node: Any = broken
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = junk
        by = mapping(tmp_path, tomli_w.dumps(broken))
        try:
            load(data, mapping=by)
        except FaultyInput as faulty:
            refused += 1
            assert faulty.faults
            assert all(fault.say(Words("vi")) for fault in faulty.faults)
    assert refused > 20


def test_the_guide_shows_a_mapping_without_a_fault(root: Path, tmp_path: Path) -> None:
    """The mapping that the guide shows can be copied: nothing in it is at fault."""
    guide = (root / "CONTRIBUTING.md").read_text("utf-8")
    shown = mapping(tmp_path, guide.split("```toml\n")[1].split("```")[0])
    assert read_mapping(shown).tables == {"schools", "enrolment", "inventory", "budget", "left_out"}


def test_two_sources_have_two_names(tmp_path: Path) -> None:
    """Two sources of one name cannot be told apart, which is said."""
    more = MAPPING + '\n[[source]]\nname = "census"\nfiles = "*.txt"\n'
    assert "mapping_twice" in {f.code for f in told(tmp_path, mapping(tmp_path, more))}


def test_files_at_fault_are_told_first(years: Path, tmp_path: Path) -> None:
    """A file without a column, in another encoding, without a header, and a table told twice are told together."""
    census(years, 2016, {"ID": "1"}, drop="LAB_AREA")
    (years / "census-2015.csv").write_text("", encoding="utf-8")
    (years / "units.csv").write_text("unit\n", encoding="utf-8")
    assert places(years, mapping(tmp_path)) == [
        ("foreign_no_header", "census-2015.csv", 1, None),
        ("foreign_column_missing", "census-2016.csv", 1, "LAB_AREA"),
        ("mapping_table_twice", "units.csv", None, None),
    ]
    only = MAPPING.replace('["utf-8", "latin-1"]', '"ascii"')
    assert ("foreign_encoding", "census-2017.csv", None, None) in places(years, mapping(tmp_path, only))
    nothing = MAPPING.replace("census-*.csv", "nothing-*.csv")
    assert places(years, mapping(tmp_path, nothing))[0][:2] == ("mapping_no_file", "elsewhere.toml")


def test_a_foreign_column_that_is_there_twice_is_told(years: Path, tmp_path: Path) -> None:
    """Of two foreign columns of one name nobody knows which is meant; of those not read it does not matter."""
    file = years / "census-2018.csv"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]};OLD;other;other", *(f"{line};1;2;3" for line in lines[1:])]), "utf-8")
    assert places(years, mapping(tmp_path)) == [("column_twice", "census-2018.csv", 1, "OLD")]


def test_a_constant_is_mended_in_the_mapping(years: Path, tmp_path: Path) -> None:
    """A constant that a column cannot hold is told once, at its key in the mapping."""
    wrong = MAPPING.replace('condition = { constant = "working" }', 'condition = { constant = "good" }')
    wrong = wrong.replace("amount = 50000000", 'amount = "much"')
    assert places(years, mapping(tmp_path, wrong)) == [
        ("choice", "elsewhere.toml", None, "inventory.condition"),
        ("whole", "elsewhere.toml", None, "rows.budget[1].amount"),
    ]


def test_an_unknown_mapping_names_those_there_are(tmp_path: Path) -> None:
    """A mapping nobody finds is refused, and those that travel with the library are named."""
    with pytest.raises(ProvisionError, match="inep-alagoas"):
        load(tmp_path, mapping="nowhere")
    assert [read_mapping(name).code for name in shipped_mappings()] == list(shipped_mappings())


# One file, a workbook, tables beside ------------------------------------------------------------------------------


def test_a_foreign_workbook_is_read_as_it_is_seen(years: Path, tmp_path: Path) -> None:
    """A foreign workbook tells what the same table as CSV does; its numbers may be typed as Vietnamese write them."""
    book = tmp_path / "census-2017.xlsx"
    with (
        xlsxwriter.Workbook(str(book)) as file,
        (years / "census-2017.csv").open(encoding="latin-1", newline="") as f,
    ):
        sheet = file.add_worksheet("Data")
        sheet.write(0, 0, "a title")
        for at, line in enumerate(csv.reader(f, delimiter=";"), start=1):
            for place, cell in enumerate(line):
                sheet.write(at, place, int(cell) if cell.isdigit() and place != 13 else cell)
    by_book = MAPPING.replace("census-*.csv", "census-*.xlsx").replace(
        'unknown = ["999"]', 'unknown = ["999"]\nheader = 2\nsheet = "Data"\nnumbers = "vi"'
    )
    one = load(book, mapping=mapping(tmp_path, by_book))
    for name in ("census-2018.csv", "census-2019.csv"):
        (years / name).unlink()
    other = load(years, mapping=mapping(tmp_path))
    assert [replace(e, source="") for e in one.enrolment] == [replace(e, source="") for e in other.enrolment]
    assert set(one.schools) == set(other.schools)
    absent = mapping(tmp_path, by_book.replace('sheet = "Data"', 'sheet = "Other"'))
    assert places(book, absent) == [("foreign_sheet_missing", "census-2017.xlsx", None, None)]


def test_what_a_mapping_does_not_make_lies_beside(years: Path, tmp_path: Path) -> None:
    """Tables the mapping does not make are the planner's own, beside the foreign files."""
    by = mapping(tmp_path, MAPPING[: MAPPING.index("[[rows.budget]]")])
    assert places(years, by) == [("file_missing", "budget.csv", None, None)]
    (years / "budget.csv").write_text(
        "unit,fund,school_year,amount,carry_over,modes,items,schools,source\nt1,own,2017-2018,5,,,,all,mine\n",
        "utf-8",
    )
    assert [(g.unit, g.amount) for g in load(years, mapping=by).budget] == [("t1", 5)]
    assert [p.name for p in data_files(years, by)] == [
        "elsewhere.toml", "census-2017.csv", "census-2018.csv", "census-2019.csv", "budget.csv"]  # fmt: skip


# Commands ---------------------------------------------------------------------------------------------------------


def same(one: Inputs, other: Inputs) -> bool:
    """Say whether two inputs are the same but for the order of their rows' text."""
    tables = [
        {t.name: Counter(tuple(sorted(r.items())) for r in x.tables[t.name]) for t in TABLES} for x in (one, other)
    ]
    nouns = [replace(x, tables=MappingProxyType({})) for x in (one, other)]
    return tables[0] == tables[1] and nouns[0] == nouns[1]


def test_check_writes_tables_that_read_the_same(
    years: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``check --out`` writes our tables, which need no mapping; a folder that holds anything is never written to."""
    by, out = mapping(tmp_path), tmp_path / "ours"
    command = ["check", str(years), "--mapping", str(by), "--out", str(out), "--language", "en"]
    assert main(command) == 0
    assert "count as having 0 pupils" in capsys.readouterr().err
    assert same(load(out), load(years, mapping=by))
    before = sorted((p.name, p.read_bytes()) for p in out.iterdir())
    assert main(command) == 2
    assert sorted((p.name, p.read_bytes()) for p in out.iterdir()) == before
    assert "is not empty" in capsys.readouterr().err


def test_a_plan_of_foreign_tables_is_verified_against_them(years: Path, tmp_path: Path) -> None:
    """A plan is made from mapped data and verified against them; its own copy needs no mapping."""
    by, plan = str(mapping(tmp_path)), str(tmp_path / "plan")
    assert main(["solve", str(years), "--mapping", by, "--unit", "t1", "--out", plan]) == 0
    assert main(["verify", plan, "--data", str(years), "--mapping", by]) == 0
    assert main(["verify", plan]) == 0
    assert main(["solve", str(years), "--mapping", "nowhere", "--unit", "t1", "--out", str(tmp_path / "no")]) == 2


def test_a_plan_is_made_anew_when_what_the_mapping_reads_changes(years: Path, tmp_path: Path) -> None:
    """Another year of foreign rows makes a plan anew; a remark in the mapping, which changes no row, does not."""
    by = mapping(tmp_path)

    def key() -> str:
        inputs, stopped = load_apart(years, mapping=str(by))
        assert not stopped
        order = Order(years, "gdpt-2018", "vi", tmp_path / "out", mapping=str(by))
        return Keys(order, inputs).plan(Task(order, next(iter(inputs.units)), "base", "base"))

    keys = [key()]
    census(years, 2018, {"ID": "1"})
    keys.append(key())
    by.write_text(by.read_text("utf-8") + "\n# a word\n", encoding="utf-8")
    keys.append(key())
    assert keys[0] != keys[1] == keys[2]


def test_the_desk_reads_by_the_mapping_it_is_told(
    years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's notebook hears of the mapping as it hears of the data, and plans by both."""
    by = mapping(tmp_path)
    told = _environment(str(tmp_path), "token", years, "vi", str(by))
    assert told["PROVISION_MAPPING"] == str(by.resolve())
    assert _environment(str(tmp_path), "token", years, "vi", None)["PROVISION_MAPPING"] == ""
    monkeypatch.setenv("PROVISION_DATA", str(years))
    monkeypatch.setenv("PROVISION_MAPPING", str(by))
    laid = desk()
    assert laid.board.chosen.mapping == str(by)
    assert set(laid.board.chosen.inputs.units) == {"t1", "t2"}


# The census -------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_census_of_alagoas_comes_out(shared: Path) -> None:
    """22,428 machines for 2017 at 24 and 16 pupils each, school by school; 8,778 are there, 2,029 of them spare."""
    folder = shared / "data" / "alagoas"
    if not folder.is_dir():
        pytest.skip("the census is absent")
    inputs = load(folder, mapping="inep-alagoas")
    pupils = Counter[tuple[str, int, bool]]()
    for e in inputs.enrolment:
        pupils[e.school, e.year, e.grade <= 5] += e.pupils
    need = Counter[str]()
    for (school, year, young), count in pupils.items():
        if year == 2017:
            need[school] += -(-count // (24 if young else 16))
    stock = Counter({lot.school: lot.quantity for lot in inputs.inventory})
    assert sum(need.values()) == 22_428
    assert sum(stock[school] for school in need) == 8_778
    assert sum(max(0, stock[school] - asked) for school, asked in need.items()) == 2_029
    assert (len(inputs.units), len(need)) == (102, 1_983)
    inside, outside = pupils_of(inputs)
    assert {y: inside[y] + outside[y] for y in inside} == {2017: 503_322, 2018: 490_587, 2019: 475_704}


# Forms ------------------------------------------------------------------------------------------------------------

MACHINES = "Tổng số máy vi tính đang được sử dụng phục vụ học tập (ĐVT: bộ)"
LAB = "Diện tích phòng học tin học (m2)"
Cells = Sequence[Sequence[object]]

NUMBERED: Cells = [
    ["THÔNG BÁO"],
    ["Công khai thông tin cơ sở vật chất"],
    ["STT", "Nội dung", "Số lượng", "Bình quân"],
    ["I", "Số phòng học", 18, "1,5 m2/học sinh"],
    ["3", LAB, 48.5, ""],
    ["VII", MACHINES, 18, "26 học sinh/bộ"],
    ["1", "Khối lớp 3", 6, ""],
]
LOOSE: Cells = [
    ["Nội dung", "", "SỐ LƯỢNG:", "Bình quân: số m2/học sinh"],
    ["VII. TỔNG SỐ MÁY VI TÍNH ĐANG ĐƯỢC SỬ DỤNG PHỤC VỤ HỌC TẬP:", "", "18 bộ", "26/bộ"],
    ["3) Diện tích phòng học tin học:", "", "48,5 m2", ""],
]
ROOMLESS: Cells = [NUMBERED[2], ["4", LAB, "", ""], ["8", MACHINES, 0, ""]]


def forms(folder: Path, by_school: dict[str, Cells], *, labs: str = "", level: str = "primary") -> Path:
    """Write forms, one a school, and beside them the tables they do not tell."""
    folder.mkdir(exist_ok=True)
    rows = {"units": ["unit,name,kind,issuer,signatory_title,place,roadmap", "u,U,commune,U,T,P,gdpt-2018"]}
    rows["schools"] = ["school_id,name,unit,level,national_standard,subject_groups,disadvantaged,labs,open_from"]
    rows["schools"][0] += ",open_until,merged_into,source"
    rows["enrolment"] = ["school_id,school_year,grade,pupils,classes,source"]
    rows["catalogue"] = ["option,item,mode,name_vi,name_en,price,from_year,life_years,upkeep,source"]
    rows["catalogue"] += ["pc,pupil_computer,buy,Máy,Machine,9000000,2017-2018,5,0,s"]
    rows["budget"] = ["unit,fund,school_year,amount,carry_over,modes,items,schools,source"]
    rows["budget"] += ["u,own,2017-2018,5,,,,all,s"]
    for code, cells in by_school.items():
        rows["schools"].append(f"{code},{code},u,{level},0,0,0,{labs},,,,s")
        rows["enrolment"].append(f"{code},2017-2018,3,468,14,s")
        with xlsxwriter.Workbook(str(folder / f"{code}.xlsx")) as book:
            sheet = book.add_worksheet("Biểu mẫu")
            for at, line in enumerate(cells):
                sheet.write_row(at, 0, line)
            if len(cells[0]) == 1:
                sheet.merge_range(0, 0, 0, 3, cells[0][0])
    for name, lines in rows.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_disclosure_forms_tell_machines_and_rooms(tmp_path: Path) -> None:
    """Machines and rooms are found by the words of their row, however a school has numbered, cased or merged it."""
    folder = forms(tmp_path / "d", {"th-1": NUMBERED, "th-2": LOOSE, "th-3": ROOMLESS})
    inputs = load(folder, mapping=FORM)
    assert {lot.school: lot.quantity for lot in inputs.inventory} == {"th-1": 18, "th-2": 18, "th-3": 0}
    assert {code: s.labs for code, s in inputs.schools.items()} == {"th-1": 1, "th-2": 1, "th-3": 0}
    assert [lot.source for lot in inputs.inventory] == ["th-1.xlsx", "th-2.xlsx", "th-3.xlsx"]
    assert odd_of(folder, FORM) == []


def test_a_form_that_differs_from_the_tables_is_told(tmp_path: Path) -> None:
    """Where a form's pupils a machine, or its room, are not those of the tables, this is told and the tables stay."""
    other = [[*row[:3], "13"] if row[1:2] == [MACHINES] else row for row in map(list, NUMBERED)]
    folder = forms(tmp_path / "d", {"th-1": other}, labs="0")
    inputs, odd = load(folder, mapping=FORM), odd_of(folder, FORM)
    assert inputs.schools["th-1"].labs == 0
    assert {(f.code, f.file, f.sheet, f.row, f.found) for f in odd} == {
        ("form_ratio", "th-1.xlsx", "Biểu mẫu", 6, "13"),
        ("fill_differs", "schools.csv", None, 2, "0"),
    }
    assert all(f.warning and f.say(Words(language)) for f in odd for language in LANGUAGES)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (NUMBERED[:5], ("form_label_missing", None, MACHINES.partition(" (")[0])),
        ([*NUMBERED, NUMBERED[5]], ("form_label_twice", None, MACHINES.partition(" (")[0])),
        ([["", "", "Số liệu"], ["", MACHINES, 18]], ("form_heading_missing", 2, "Số lượng")),
        ([["", "", "Số lượng"], ["", MACHINES, "nhiều"]], ("number_form", 2, "machines")),
        ([["", "", "Số lượng"], ["", MACHINES, ""]], ("blank", 2, "machines")),
        ([["", "", "Số lượng"], ["", MACHINES, 3], ["", LAB, "to"]], ("number_form", 3, "lab_area")),
        ([["Số lượng"], ["nothing else"]], ("form_none", None, None)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_a_form_lacks_is_told_in_words(
    tmp_path: Path, cells: Cells, expected: tuple[str, int | None, str | None]
) -> None:
    """A label, heading or number that cannot be found is told by file, sheet, row and label."""
    found = places(forms(tmp_path / "d", {"th-1": cells}, labs=""), read_mapping(FORM).path)
    assert (expected[0], "th-1.xlsx", *expected[1:]) in found


def test_a_form_that_shows_no_value_is_told(tmp_path: Path) -> None:
    """A formula that shows an error in place of a number is told by file, sheet and row."""
    folder = forms(tmp_path / "d", {"th-1": NUMBERED})
    with xlsxwriter.Workbook(str(folder / "th-1.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["", "Nội dung", "Số lượng"])
        sheet.write(1, 1, MACHINES)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    assert ("cell_error", "th-1.xlsx", 2, "machines") in places(folder, read_mapping(FORM).path)


def test_a_form_of_an_unknown_school_is_told(tmp_path: Path) -> None:
    """A form whose file is called like no school of the table is told by its file."""
    folder = forms(tmp_path / "d", {"th-1": NUMBERED})
    (folder / "th-1.xlsx").rename(folder / "th-9.xlsx")
    assert ("school_unknown", "th-9.xlsx", 5, "@file") in places(folder, read_mapping(FORM).path)


def test_a_sheet_that_is_no_form_is_told(tmp_path: Path) -> None:
    """Beside a form, a sheet without any of its labels is told, so that no form misread is lost in silence."""
    folder = forms(tmp_path / "d", {"th-1": NUMBERED}, labs="1")
    with xlsxwriter.Workbook(str(folder / "th-1.xlsx")) as book:
        book.add_worksheet("Ghi chú").write(0, 0, "…")
        sheet = book.add_worksheet("Biểu mẫu 07")
        for at, line in enumerate(NUMBERED):
            sheet.write_row(at, 0, line)
    odd = odd_of(folder, FORM)
    assert load(folder, mapping=FORM).inventory[0].quantity == 18
    assert [(f.code, f.sheet) for f in odd] == [("form_none", "Ghi chú")]


def test_foreign_cells_are_marked_where_they_stand(tmp_path: Path) -> None:
    """A file that a mapping reads is copied as the mapping splits it; what its faulty sum is made of is red."""
    folder = tmp_path / "data"
    census(folder, 2019, {"ID": "1", "DESKTOPS": "nhieu"})
    with pytest.raises(FaultyInput) as faulty:
        load(folder, mapping=mapping(tmp_path))
    assert [(f.code, f.column, f.found) for f in faulty.value.faults] == [
        ("whole", "DESKTOPS + TABLETS", "nhieu + 0")
    ]
    copy = read(marked(faulty.value.faults, grids(folder, mapping=mapping(tmp_path)), Words("vi")))
    assert {(sheet, text) for sheet, _, text in coloured(copy, RED)} == {
        ("census-2019", "nhieu"),
        ("census-2019", "0"),
    }


def test_rows_that_differ_fill_nothing_of_themselves(tmp_path: Path) -> None:
    """Two sheets of one school that tell another number of rooms are told; what the planner writes decides."""
    folder = forms(tmp_path / "d", {"th-1": NUMBERED}, labs="")
    with xlsxwriter.Workbook(str(folder / "th-1.xlsx")) as book:
        for name, area in (("BM 07", "50"), ("BM 11", "0")):
            sheet = book.add_worksheet(name)
            for at, line in enumerate(NUMBERED):
                sheet.write_row(at, 0, [*line[:2], area, *line[3:]] if LAB in line else line)
    with pytest.raises(FaultyInput) as faulty:
        load(folder, mapping=FORM)
    assert {f.code for f in faulty.value.faults} == {"fill_unclear"}

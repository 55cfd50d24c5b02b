"""A workbook in place of a folder: the same data, the same plan, and every fault told by sheet, row and column."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from books import Rows, sheets_of, write_book
from hostile import hostile
from hypothesis import given, settings
from hypothesis import strategies as st
from test_text import spelt
from worlds import World, roadmap, whole_world

import provision
from provision.commands import main
from provision.domain.scenario import Scenario
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import data_files, data_in, find_data, load
from provision.intake.cells import BadCell
from provision.intake.columns import Column
from provision.intake.scenarios import known_scenarios
from provision.intake.typed import shown, written
from provision.render.manifest import Keys
from provision.render.tasks import Order, Task
from provision.text import LANGUAGES, Words

Told = tuple[str, str | None, int | None, str | None, str | None]

COLUMNS = {kind: Column("x", kind, low=0, high=10**15) for kind in ("code", "codes", "text", "year", "whole")}
COLUMNS |= {kind: Column("x", kind) for kind in ("decimal", "signed", "share", "flag")}
COLUMNS["choice"] = Column("x", "choice", choices=("buy",))


def small() -> World:
    """Return a world of one unit and two schools whose codes a spreadsheet would spoil."""
    world = World().unit(roadmap="gdpt-2018").option("pc", 9_000_000, 5).fund("main", [20_000_000, 5_000_000])
    return world.school("01", pupils={3: [40, 45]}).school("NA", pupils={3: [12, 14], 4: [9, 9]}, stock=3)


def book_of(world: World, folder: Path, **rest: Any) -> Path:
    """Write a world as a workbook."""
    return write_book(folder / "book.xlsx", sheets_of(world.write(folder / "tables")), **rest)


def told(path: Path) -> list[Told]:
    """Return what is told of a workbook: code, sheet, row, column, what stands there."""
    with pytest.raises(FaultyInput) as faulty:
        load(path)
    faults = faulty.value.faults
    assert all(fault.file == path.name for fault in faults)
    assert all(path.name in fault.say(Words(language)) for fault in faults for language in LANGUAGES)
    return [(f.code, f.sheet, f.row, f.column, f.found) for f in faults]


# The same data, the same plan -------------------------------------------------------------------------------------


def test_a_workbook_of_the_districts_tables_is_the_same_data(district: Path, tmp_path: Path) -> None:
    """The tables of the district say the same as sheets of a workbook as they do as files."""
    assert load(write_book(tmp_path / "bg.xlsx", sheets_of(district))) == load(district)


@settings(derandomize=True, max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), above=st.integers(0, 4))
def test_a_workbook_of_any_tables_is_the_same_data(
    seed: int, above: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the tables, however many headings stand above the codes, whatever blank rows lie between."""
    folder, chance = tmp_path_factory.mktemp("world"), Random(seed)
    tables = whole_world(seed)[0].write(folder / "tables")
    sheets = {name: _spread(rows, above, chance) for name, rows in sheets_of(tables).items()}
    assert load(write_book(folder / "book.xlsx", sheets)) == load(tables)


def _spread(rows: Rows, above: int, chance: Random) -> Rows:
    """Return a sheet's rows under headings, with blank rows, and numbers at times typed as a Vietnamese does."""
    spread: list[list[object]] = [[f"Tiêu đề {n}"] * len(rows[0]) for n in range(above)]
    for at, row in enumerate(rows):
        spread += [[]] * (at > 0 and chance.random() < 0.2)
        spread.append([_retyped(cell, chance) for cell in row])
    return spread


def _retyped(cell: object, chance: Random) -> object:
    if isinstance(cell, float):
        return chance.choice([cell, Words("vi").number(cell, 9)]) if cell.is_integer() or cell < 1 else cell
    return chance.choice([cell, f"\ufeff  {cell}\u00a0", unicodedata.normalize("NFD", str(cell))]) if cell else cell


def test_the_plan_of_a_workbook_is_the_plan_of_the_tables(tmp_path: Path) -> None:
    """A plan's own copy of its inputs is the same to the byte, and it is verified against either."""
    world = small()
    book, pack = book_of(world, tmp_path), roadmap({0: [3, 4]})
    plans = {}
    for data in (book, tmp_path / "tables"):
        inputs = load(data)
        plan = provision.solve(provision.pose(inputs, ["u"], pack, Scenario()))
        folder = tmp_path / f"plan-{data.stem}"
        path = tmp_path / "test.toml"
        path.write_text(_pack_toml(), encoding="utf-8")
        provision.save_plan(plan, inputs, folder, roadmap=str(path))
        plans[data] = {p.relative_to(folder): p.read_bytes() for p in sorted((folder / "inputs").rglob("*.csv"))}
        plans[data][Path("scenario")] = (folder / "purchases.csv").read_bytes()
    assert plans[book] == plans[tmp_path / "tables"]
    for data in (book, tmp_path / "tables"):
        assert provision.verify(tmp_path / "plan-book", data=data).holds


def _pack_toml() -> str:
    from folders import packed
    from tomli_w import dumps

    return dumps(packed(roadmap({0: [3, 4]})))


def test_every_command_takes_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Check, solve and verify take a workbook where they take a folder, with scenarios in a folder beside it."""
    world = small()
    book = book_of(world, tmp_path)
    aside = tmp_path / "book.scenarios"
    aside.mkdir()
    (aside / "half.toml").write_text("budget_factor = 0.5\n", encoding="utf-8")
    assert known_scenarios(book) == ("base", "half")
    assert main(["check", str(book)]) == 0
    out = tmp_path / "out"
    assert main(["solve", str(book), "--unit", "u", "--scenario", "half", "--out", str(out)]) == 0
    assert main(["verify", str(out), "--data", str(book)]) == 0
    sheets = sheets_of(tmp_path / "tables")
    sheets["enrolment"][1][sheets["enrolment"][0].index("pupils")] = 41
    write_book(book, sheets)
    capsys.readouterr()
    assert main(["verify", str(out), "--data", str(book), "--language", "en"]) == 2
    assert "enrolment" in capsys.readouterr().err


def test_a_changed_workbook_is_planned_anew(tmp_path: Path) -> None:
    """A batch knows its data by the workbook's own content."""
    book = book_of(small(), tmp_path)
    assert data_files(book) == [book]

    def key() -> str:
        order = Order(book, "gdpt-2018", "vi", tmp_path / "out")
        return Keys(order, load(book)).plan(Task(order, "u", "base", "base"))

    sheets = sheets_of(tmp_path / "tables")
    before = key()
    assert key() == before
    sheets["units"][1][1] = "Khác"
    write_book(book, sheets)
    assert key() != before


def test_a_workbook_in_data_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path the first data below data/ is taken, a folder before a workbook; Excel's lock files are none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PROVISION_DATA", raising=False)
    book = book_of(small(), tmp_path / "data")
    (tmp_path / "data" / "~$book.xlsx").write_bytes(b"lock")
    assert data_in(tmp_path / "data") == [tmp_path / "data" / "tables", book]
    for path in (tmp_path / "data" / "tables").iterdir():
        path.unlink()
    assert find_data() == book
    monkeypatch.setenv("PROVISION_DATA", str(book))
    assert find_data() == book


# Cells ------------------------------------------------------------------------------------------------------------

CELLS: list[tuple[str, object, str]] = [
    ("whole", 12.0, "12"),
    ("whole", 12, "12"),
    ("whole", 1e15, "1000000000000000"),
    ("whole", "1.234", "1234"),
    ("whole", "1.234.567", "1234567"),
    ("whole", "12,0", "12"),
    ("decimal", 0.1 + 0.2, "0.3"),
    ("decimal", "1.234,5", "1234.5"),
    ("signed", -2.5, "-2.5"),
    ("signed", "-2,5", "-2.5"),
    ("share", "0,5", "0.5"),
    ("share", 1 / 3, "0.333333333333333"),
    ("flag", True, "1"),
    ("flag", 1.0, "1"),
    ("flag", "0", "0"),
    ("code", "01", "01"),
    ("code", "NA", "NA"),
    ("text", 36.0, "36"),
    ("text", 0.5, "0.5"),
    ("text", date(2017, 2, 1), "01/02/2017"),
    ("text", datetime(2017, 2, 1, 7, 30), "01/02/2017 07:30"),
    ("text", True, "TRUE"),
    ("year", "2017-2018", "2017-2018"),
    ("year", 2017.0, "2017"),
    ("choice", "buy", "buy"),
]


@pytest.mark.parametrize(("kind", "cell", "text"), CELLS)
def test_a_cell_is_read_as_its_column_says(kind: str, cell: Any, text: str) -> None:
    """A number is taken as it is, a number typed as text as a Vietnamese writes it, a code as it stands."""
    assert written(cell, COLUMNS[kind]) == text


REFUSED: list[tuple[str, object, str]] = [
    ("code", 1.0, "code_is_number"),
    ("codes", 1, "code_is_number"),
    ("choice", 1.0, "code_is_number"),
    ("code", True, "cell_boolean"),
    ("whole", False, "cell_boolean"),
    ("year", date(2017, 2, 1), "cell_date"),
    ("whole", datetime(2017, 2, 1), "cell_date"),
    ("share", time(1, 2), "cell_date"),
    ("decimal", timedelta(days=5), "cell_date"),
    ("code", date(2017, 2, 1), "cell_date"),
    ("whole", "1,234", "number_ambiguous"),
    ("share", "0.5", "number_grouping"),
    ("whole", "12.34", "number_grouping"),
    ("whole", "40 hs", "number_form"),
    ("whole", "1e3", "number_form"),
]


@pytest.mark.parametrize(("kind", "cell", "code"), REFUSED)
def test_a_cell_of_another_type_is_refused(kind: str, cell: Any, code: str) -> None:
    """A date for a number, a number for a code, a number in two readings: nothing is guessed."""
    with pytest.raises(BadCell) as bad:
        written(cell, COLUMNS[kind])
    assert bad.value.code == code
    fault = Fault(code, "x.xlsx", 2, "x", shown(cell), details=bad.value.details, sheet="schools")
    assert all("schools" in fault.say(Words(language)) for language in LANGUAGES)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(number=st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_cell_is_its_number(number: float) -> None:
    """What is read of a number cell is that number, to the fifteen digits a spreadsheet shows; whole ones exactly."""
    read = written(number, COLUMNS["signed"])
    assert "e" not in read.lower()
    assert float(read) == (number if number.is_integer() else float(format(number, ".15g")))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(number=st.integers(-(10**12), 10**12), decimals=st.integers(0, 3))
def test_a_number_typed_as_text_is_that_number_or_refused(number: int, decimals: int) -> None:
    """A number written as Vietnamese do is read as it was meant, or refused where others would read another."""
    meant = number / 10**decimals
    typed = Words("vi").number(meant, decimals)
    try:
        read = written(typed, COLUMNS["signed"])
    except BadCell as bad:
        assert bad.code == "number_ambiguous"
        assert decimals == 3
    else:
        assert float(read) == meant


@settings(derandomize=True, max_examples=200, deadline=None)
@given(text=st.text(max_size=30))
def test_no_text_breaks_a_number_column(text: str) -> None:
    """Whatever is typed where a number is expected is a number in plain digits, or refused in words."""
    try:
        read = written(text, COLUMNS["decimal"])
    except BadCell as bad:
        assert bad.code.startswith("number_")
    else:
        assert read == "" or set(read) <= set("-0123456789.")


# Faults -----------------------------------------------------------------------------------------------------------

Spoil = Callable[[dict[str, list[list[object]]]], object]


def put(table: str, row: int, column: str, cell: object) -> Spoil:
    """Return a change of one cell; the rows count as a spreadsheet counts them."""
    return lambda sheets: sheets[table][row - 1].__setitem__(sheets[table][0].index(column), cell)


FAULTS: list[tuple[Spoil, list[Told]]] = [
    (put("enrolment", 2, "pupils", "1,234"), [("number_ambiguous", "enrolment", 2, "pupils", "1,234")]),
    (put("enrolment", 3, "grade", date(2017, 2, 1)), [("cell_date", "enrolment", 3, "grade", "01/02/2017")]),
    (put("enrolment", 2, "pupils", 40.5), [("whole", "enrolment", 2, "pupils", "40.5")]),
    (put("budget", 2, "fund", 1), [("code_is_number", "budget", 2, "fund", "1")]),
    (put("budget", 2, "fund", True), [("cell_boolean", "budget", 2, "fund", "TRUE")]),
    (put("budget", 2, "carry_over", "0.5"), [("number_grouping", "budget", 2, "carry_over", "0.5")]),
    (put("budget", 3, "amount", "5 triệu"), [("number_form", "budget", 3, "amount", "5 triệu")]),
    (put("schools", 2, "source", "x" * 10_001), [("cell_too_long", "schools", 2, "source", "x" * 57 + "...")]),
    (put("units", 1, "kind", "loại"), [("column_missing", "units", 1, "kind", None)]),
    (put("schools", 2, "merged_into", "zz"), [("merger_without_year", "schools", 2, "merged_into", "zz")]),
    (
        lambda sheets: sheets["schools"].insert(0, sheets["schools"].pop(1)),
        [
            ("row_above_codes", "schools", 1, None, None),
            *[("school_unknown", "enrolment", row, "school_id", "01") for row in (2, 3)],
        ],
    ),
    (lambda sheets: sheets.pop("budget"), [("sheet_missing", "budget", None, None, None)]),
    (lambda sheets: sheets.__setitem__("BUDGET ", sheets["budget"]), [("sheet_twice", "budget", None, None, None)]),
    (
        lambda sheets: [sheets.__setitem__(name, rows[:1]) for name, rows in sheets.items()],
        [("workbook_empty", None, None, None, None)],
    ),
]


@pytest.mark.parametrize(("spoil", "expected"), FAULTS)
def test_a_fault_is_told_where_it_stands(spoil: Spoil, expected: list[Told], tmp_path: Path) -> None:
    """A fault of a workbook names its sheet, the row as the spreadsheet counts, the column and what stands there."""
    sheets = sheets_of(small().write(tmp_path / "tables"))
    spoil(sheets)
    assert told(write_book(tmp_path / "book.xlsx", sheets)) == expected


def test_rows_are_counted_as_the_spreadsheet_counts(tmp_path: Path) -> None:
    """Headings above and blank rows between are counted too."""
    sheets = sheets_of(small().write(tmp_path / "tables"))
    header, *rows = sheets["enrolment"]
    rows[1][header.index("pupils")] = -1
    sheets["enrolment"] = [["Học sinh"], [], header, [], rows[0], [], *rows[1:]]
    assert told(write_book(tmp_path / "book.xlsx", sheets)) == [("whole", "enrolment", 7, "pupils", "-1")]


def test_cells_without_a_value_are_told(tmp_path: Path) -> None:
    """Errors of Excel, formulas never reckoned and merged cells are told; a formula's value is read as it is."""

    def after(book: Any, pages: dict[str, Any]) -> None:
        rows = sheets_of(tmp_path / "tables")["enrolment"]
        pupils, classes, source = (rows[0].index(name) for name in ("pupils", "classes", "source"))
        pages["enrolment"].write_formula(1, pupils, "=20+20", None, 40)
        pages["enrolment"].write_formula(2, pupils, "=1/0", None, "#DIV/0!")
        pages["enrolment"].write_formula(3, classes, "=1+1", None, "")
        pages["enrolment"].merge_range(4, source, 5, source, "nguồn", book.add_format({"bold": True}))

    book = book_of(small(), tmp_path, after=after)
    assert told(book) == [
        ("cell_error", "enrolment", 3, "pupils", None),
        ("formula_empty", "enrolment", 4, "classes", None),
        ("cell_merged", "enrolment", 6, "source", None),
    ]


def test_a_row_that_is_an_example_is_not_data(tmp_path: Path) -> None:
    """A row whose first cell says that it is an example is skipped, in either language and Unicode form."""
    sheets = sheets_of(small().write(tmp_path / "tables"))
    inputs = load(tmp_path / "tables")
    for mark in ("Ví dụ: x", unicodedata.normalize("NFD", "ví dụ"), "EXAMPLE x"):
        shown_first = {name: [rows[0], [mark, *[date(2017, 1, 2)] * 4], *rows[1:]] for name, rows in sheets.items()}
        assert load(write_book(tmp_path / "book.xlsx", shown_first)) == inputs


def test_columns_and_sheets_of_the_planners_own_are_left_alone(tmp_path: Path) -> None:
    """A column the contract does not know is kept with the row, a sheet it does not know is not looked at."""
    sheets = sheets_of(small().write(tmp_path / "tables"))
    sheets["schools"] = [
        [*row, "", note] for row, note in zip(sheets["schools"], ["ghi_chu", 5.0, date(2017, 2, 1)], strict=True)
    ]
    sheets["Ghi chú"] = [["=1/0", 1, True]]
    inputs = load(write_book(tmp_path / "book.xlsx", sheets))
    assert [row["ghi_chu"] for row in inputs.tables["schools"]] == ["5", "01/02/2017"]


def test_what_is_no_data_is_told(tmp_path: Path) -> None:
    """A path that does not exist is told to be none, in words and with the code of an input at fault."""
    with pytest.raises(ProvisionError) as unknown:
        load(tmp_path / "none.xlsx")
    assert unknown.value.code == "data_unknown"
    assert main(["check", str(tmp_path / "none.xlsx")]) == 2


def test_the_faults_of_a_workbook_are_told_to_programs_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``check --json`` names the sheet beside the file."""
    sheets = sheets_of(small().write(tmp_path / "tables"))
    put("enrolment", 2, "pupils", -1)(sheets)
    assert main(["check", str(write_book(tmp_path / "book.xlsx", sheets)), "--json"]) == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["file"], fault["sheet"], fault["row"], fault["column"]) == ("book.xlsx", "enrolment", 2, "pupils")


# Files that no planner would send ---------------------------------------------------------------------------------

_MEASURED = """
import json, sys, time
from provision.errors import FaultyInput
from provision.intake import load
from provision.text import Words
for path in sys.argv[1:]:
    began, found = time.process_time(), None
    try:
        load(path)
    except FaultyInput as faulty:
        found = [[fault.code, fault.say(Words("vi"))] for fault in faulty.faults]
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(json.dumps([found, time.process_time() - began, peak / 1000]))
"""


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is measured where Linux tells it")
def test_hostile_files_cost_little(tmp_path: Path) -> None:
    """Bombs, mazes and renamed files are refused or defused in words, soon and within 300 MB."""
    cases = list(hostile(tmp_path, small().write(tmp_path / "tables")))
    run = subprocess.run(
        [sys.executable, "-c", _MEASURED, *(str(path) for _, path, _ in cases)],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    results = [json.loads(line) for line in run.stdout.splitlines()]
    for (name, _, code), (found, seconds, megabytes) in zip(cases, results, strict=True):
        assert (code is None) == (found is None), name
        assert code is None or {one for one, _ in found} == {code}, (name, found)
        assert code is None or all("Cách sửa:" in said for _, said in found), name
        assert seconds < 10, (name, seconds)  # a free machine needs less than 2; a bomb would need minutes
        assert megabytes < 300, (name, megabytes)


def test_every_fault_of_a_workbook_is_planted_here(root: Path) -> None:
    """No fault of a workbook is without a test above that plants it."""
    raised = set()
    for name in ("parcel", "scale", "typed", "workbook"):
        tree = ast.parse((root / "src" / "provision" / "intake" / f"{name}.py").read_text("utf-8"))
        calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name))
        first = (c.args[0] for c in calls if c.func.id in {"Fault", "BadCell"})  # type: ignore[attr-defined]
        raised |= {code for one in first for code in spelt(one)}
    planted = {code for _, _, code in REFUSED} | {case[0] for _, told_ in FAULTS for case in told_}
    planted |= {"cell_error", "formula_empty", "cell_merged"}
    folder = root / "tests" / "hostile.py"
    planted |= {n.value for n in ast.walk(ast.parse(folder.read_text("utf-8"))) if isinstance(n, ast.Constant)}
    assert raised - planted == set()

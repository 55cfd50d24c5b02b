"""The copy with the faults marked: every fault is listed in both languages, and its cell is found and coloured."""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from books import sheets_of, write_book
from test_workbook import MAIN, ElementTree
from worlds import World

from provision.commands import main
from provision.documents import marked
from provision.errors import Fault, FaultyInput
from provision.intake import grids, load
from provision.text import LANGUAGES, Words

VI, EN = Words("vi"), Words("en")
Cells = dict[str, tuple[str, str]]


def faulty() -> World:
    """Return tables with a fault of a cell, two in one cell's row, and a name that looks like a formula."""
    world = World().unit().school("a", pupils={3: [30, -1]}, name="=1+1", labs=51).school("b", name="@x", unit="z")
    world.stock("b", 1, 0)
    return world.option("pc", 9_000_000, 5).fund("main", [1], carry_over="2", source="-5")


def faults_of(data: Path) -> tuple[Fault, ...]:
    """Return the faults of data."""
    with pytest.raises(FaultyInput) as told:
        load(data)
    return told.value.faults


def read(book: bytes) -> dict[str, Cells]:
    """Return the cells of each sheet by address: what stands there, and the colour beneath."""
    with ZipFile(BytesIO(book)) as file:

        def part(name: str) -> ElementTree.Element:
            return ElementTree.fromstring(file.read(f"xl/{name}.xml"))

        strings = [
            "".join(t.text or "" for t in si.iter(f"{MAIN}t")) for si in part("sharedStrings").iter(f"{MAIN}si")
        ]
        fills = [(fill.find(f".//{MAIN}fgColor")) for fill in part("styles").iter(f"{MAIN}fill")]
        colours = ["" if fill is None else fill.attrib["rgb"][2:] for fill in fills]
        (formats,) = part("styles").iter(f"{MAIN}cellXfs")
        looks = [colours[int(xf.attrib["fillId"])] for xf in formats]
        found = {}
        for number, sheet in enumerate(part("workbook").iter(f"{MAIN}sheet"), start=1):
            page = part(f"worksheets/sheet{number}")
            assert not list(page.iter(f"{MAIN}f"))  # no formula
            cells: Cells = {}
            for cell in page.iter(f"{MAIN}c"):
                value = cell.findtext(f"{MAIN}v", "")
                text = strings[int(value)] if cell.attrib.get("t") == "s" else value
                cells[cell.attrib["r"]] = text, looks[int(cell.attrib.get("s", 0))]
            found[sheet.attrib["name"]] = cells
        return found


def notes(book: bytes) -> str:
    """Return what all notes of a workbook say."""
    with ZipFile(BytesIO(book)) as file:
        return "\n".join(file.read(name).decode() for name in file.namelist() if "comments" in name)


def coloured(sheets: dict[str, Cells], colour: str) -> set[tuple[str, str, str]]:
    """Return the cells of a colour: sheet, address, what stands there."""
    return {(name, at, text) for name, cells in sheets.items() for at, (text, own) in cells.items() if own == colour}


RED, YELLOW = "F4B6AE", "FFF0A8"


def test_faulty_cells_are_red_where_they_stand(tmp_path: Path) -> None:
    """Each faulty cell of a folder's tables is red in the row and column of the file, and keeps its text."""
    data = faulty().write(tmp_path)
    book = marked(faults_of(data), grids(data), VI)
    assert coloured(read(book), RED) == {
        ("schools", "H2", "51"),
        ("schools", "C3", "z"),
        ("enrolment", "D3", "-1"),
        ("budget", "E2", "2"),
    }
    assert coloured(read(book), YELLOW) == set()
    cells = read(book)["schools"]
    assert (cells["B2"][0], cells["B3"][0], read(book)["budget"]["I2"][0]) == ("=1+1", "@x", "-5")
    assert "bảng units không có đơn vị này. sửa mã" in notes(book)
    assert "the units table has no" not in notes(book)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_listed_in_both_languages(tmp_path: Path, language: str) -> None:
    """The first sheet has a row for each fault: where, what stands there, and what to do in both languages."""
    data = faulty().write(tmp_path)
    faults = faults_of(data)
    book = marked(faults, grids(data), Words(language))
    listed = next(iter(read(book).values()))
    for row, fault in enumerate(faults, start=4):
        said = {text for at, (text, _) in listed.items() if re.fullmatch(rf"[A-Z]{row}", at)}
        assert {fault.file, str(fault.row), fault.column} <= said
        for words in (VI, EN):
            assert {words(f"fault.{fault.code}.{p}", **fault.details) for p in ("expected", "remedy")} <= said
    with ZipFile(BytesIO(book)) as file:
        page = file.read("xl/worksheets/sheet1.xml").decode()
    links = re.findall(r'<hyperlink ref="B(\d+)" location="\'?(\w+)\'?!([A-Z]+\d+)"', page)
    assert {(sheet, at) for _, sheet, at in links} == {
        ("schools", "H2"),
        ("schools", "C3"),
        ("enrolment", "D3"),
        ("budget", "E2"),
    }
    assert 'state="frozen"' in page
    assert "<autoFilter ref=" in page
    assert all(said in page for said in ('paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"'))


def test_what_is_odd_is_yellow_and_what_is_wrong_is_red(tmp_path: Path) -> None:
    """A warning colours its cell yellow, unless a fault stands there too; a fault of a row colours what it holds."""
    data = faulty().write(tmp_path)
    faults = [
        Fault("whole", "enrolment.csv", 2, "pupils", "30", details={"low": 0, "high": 9}, warning=True),
        Fault("whole", "enrolment.csv", 3, "pupils", "-1", details={"low": 0, "high": 9}, warning=True),
        Fault("whole", "enrolment.csv", 3, "pupils", "-1", details={"low": 0, "high": 9}),
        Fault("row_too_long", "units.csv", 2, details={"cells": "9", "columns": "8"}),
        Fault("column_missing", "budget.csv", 1, "place"),
        Fault("file_missing", "catalogue.csv"),
        Fault("not_toml", "base.toml", found="x"),
    ]
    sheets = read(marked(faults, grids(data), EN))
    assert coloured(sheets, YELLOW) == {("enrolment", "D2", "30")}
    red = coloured(sheets, RED)
    assert {at for name, at, _ in red if name == "units"} == {f"{letter}2" for letter in "ABCDEFG"}
    assert {place for place in red if place[0] != "units"} == {("enrolment", "D3", "-1"), ("budget", "J1", "")}
    assert len([at for at in next(iter(sheets.values())) if re.fullmatch(r"A([4-9]|10)", at)]) == 7


def test_a_workbooks_sheets_keep_their_rows(tmp_path: Path) -> None:
    """Rows above the codes and blank rows are kept: a cell is red where the planner's own sheet has it."""
    sheets = sheets_of(faulty().write(tmp_path / "tables"))
    sheets["enrolment"] = [["Học sinh"], [], *sheets["enrolment"][:2], [], *sheets["enrolment"][2:]]
    book = write_book(tmp_path / "book.xlsx", {name.upper(): rows for name, rows in sheets.items()})
    found = read(marked(faults_of(book), grids(book), VI))
    assert ("enrolment", "D6", "-1") in coloured(found, RED)
    assert found["enrolment"]["A1"][0] == "Học sinh"
    assert [head for at, (head, _) in next(iter(found.values())).items() if at == "C3"] == ["Trang tính"]


@pytest.mark.parametrize(
    "content", [b"\xff\xfea\0", b"a\0b", b'unit,"' + b"x" * 200_000, "Tr­êng,TiÓu".encode("latin-1")]
)
def test_a_file_that_cannot_be_read_is_shown_all_the_same(tmp_path: Path, content: bytes) -> None:
    """A table that is no text, or badly cut, does not keep the other faults from being marked."""
    data = faulty().write(tmp_path)
    (data / "units.csv").write_bytes(content)
    assert ("enrolment", "D3", "-1") in coloured(read(marked(faults_of(data), grids(data), VI)), RED)


def test_sheets_of_odd_names_are_told_apart() -> None:
    """Long names, names that differ in their last letters and signs that no sheet may have are all given a sheet."""
    files = [("a" * 40 + end, None) for end in ("x.csv", "y.csv")] + [
        ("b/[c].xlsx", "[d]:*?"),
        ("f", "Danh sách lỗi"),
    ]
    sheets = read(marked([Fault("file_missing", "x")], {key: [["1"]] for key in files}, VI))
    assert len(sheets) == 5


def test_the_same_faults_give_the_same_bytes(tmp_path: Path) -> None:
    """Made twice, the copy is the same file."""
    data = faulty().write(tmp_path)
    found = grids(data)
    assert marked(faults_of(data), found, VI) == marked(faults_of(data), found, VI)


# The command ------------------------------------------------------------------------------------------------------


def test_check_writes_the_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``check --marked`` writes the copy and names it; the data are as faulty as before, and the code says so."""
    data, copy = faulty().write(tmp_path / "data"), tmp_path / "copy.xlsx"
    assert main(["check", str(data), "--marked", str(copy)]) == 2
    assert str(copy) in capsys.readouterr().err
    assert ("enrolment", "D3", "-1") in coloured(read(copy.read_bytes()), RED)
    assert main(["check", str(data), "--marked", str(copy)]) == 2
    assert "--over" in capsys.readouterr().err
    copy.write_bytes(b"")
    assert main(["check", str(data), "--marked", str(copy), "--over"]) == 2
    assert copy.stat().st_size > 1000


def test_the_copy_never_takes_the_place_of_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The workbook that is checked is not written over, even when told so; a name of another kind is refused."""
    book = write_book(tmp_path / "book.xlsx", sheets_of(faulty().write(tmp_path / "tables")))
    before = book.read_bytes()
    assert main(["check", str(book), "--marked", str(book), "--over"]) == 2
    assert main(["check", str(book), "--marked", str(tmp_path / "copy.csv")]) == 2
    assert book.read_bytes() == before
    assert "copy.csv" in capsys.readouterr().err


def test_without_a_fault_nothing_is_written(
    district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sound data have no copy; that is said."""
    data = tmp_path / "data"
    shutil.copytree(district, data)
    assert main(["check", str(data), "--marked", str(tmp_path / "copy.xlsx")]) == 0
    assert not (tmp_path / "copy.xlsx").exists()
    assert "copy.xlsx" in capsys.readouterr().err

"""The workbook that planners fill in: made from the columns, locked where it must be, and read when it is filled."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from books import filled, sheets_of
from worlds import whole_world

from provision.commands import main
from provision.documents import template
from provision.errors import FaultyInput
from provision.intake import load
from provision.intake.cells import read_cell
from provision.intake.columns import TABLES
from provision.intake.workbook import read_workbook
from provision.text import LANGUAGES, Words


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    """Return the words of a language."""
    return Words(request.param)


def empty(folder: Path, words: Words) -> Path:
    """Write the template into a folder."""
    path = folder / "template.xlsx"
    path.write_bytes(template(words))
    return path


def pages(path: Path) -> dict[str, str]:
    """Return the XML of a workbook's sheets by name, and of its shared texts."""
    with zipfile.ZipFile(path) as book:
        names = re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', book.read("xl/workbook.xml").decode())
        found = {name: book.read(f"xl/worksheets/sheet{number}.xml").decode() for name, number in names}
        return found | {"": book.read("xl/sharedStrings.xml").decode()}


def test_a_sheet_for_each_table(words: Words, tmp_path: Path) -> None:
    """Every table has its sheet, every column its code in the third row, and nothing of it is data."""
    sheets = read_workbook(empty(tmp_path, words))
    assert list(sheets) == [table.name for table in TABLES]
    for table in TABLES:
        assert sheets[table.name].top == 3
        assert sheets[table.name].lines == [[column.name for column in table.columns], []]


def test_an_empty_template_says_so(words: Words, tmp_path: Path) -> None:
    """A template that nobody filled in is told to be empty, and nothing else is told."""
    with pytest.raises(FaultyInput) as faulty:
        load(empty(tmp_path, words))
    assert [fault.code for fault in faulty.value.faults] == ["workbook_empty"]
    assert main(["check", str(tmp_path / "template.xlsx")]) == 2


@pytest.mark.parametrize("seed", range(6))
def test_a_filled_template_is_the_same_data(seed: int, tmp_path: Path) -> None:
    """Tables typed into the template say what the same tables say as files."""
    tables = whole_world(seed)[0].write(tmp_path / "tables")
    read, meant = load(filled(empty(tmp_path, Words()), sheets_of(tables))), load(tables)
    for part in ("units", "schools", "enrolment", "inventory", "catalogue", "budget", "survival", "carried"):
        assert getattr(read, part) == getattr(meant, part)


@pytest.mark.long
def test_the_districts_tables_fit_the_template(district: Path, tmp_path: Path) -> None:
    """The district's own tables, typed into the template, are checked without a fault."""
    path = filled(empty(tmp_path, Words()), sheets_of(district))
    assert load(path).enrolment == load(district).enrolment
    assert main(["check", str(path)]) == 0


def test_headings_and_notes_are_the_readers(words: Words, tmp_path: Path) -> None:
    """Each column has its heading in the reader's language, with its unit, and a note what is expected."""
    texts = pages(empty(tmp_path, words))[""]
    for table in TABLES:
        for column in table.columns:
            assert words(f"template.heading.{column.name}") in texts
    money = {"price", "amount", "upkeep", "unit_price", "cost"}
    unit = "đồng" if words.language == "vi" else "VND"
    assert all(unit in words(f"template.heading.{name}") for name in money)


def test_the_guide_speaks_both_languages(words: Words, tmp_path: Path) -> None:
    """The first sheet tells how to fill in the others in the reader's language, and in the other beneath."""
    texts = pages(empty(tmp_path, words))[""]
    told = [texts.index(f">{Words(language)('template.title')}<") for language in (words.language, *LANGUAGES)]
    assert told[0] == min(told)


def test_only_the_blank_cells_may_be_changed(tmp_path: Path) -> None:
    """Headings, codes and the example are locked; the columns below them are not."""
    path = empty(tmp_path, Words())
    with zipfile.ZipFile(path) as book:
        formats = book.read("xl/styles.xml").decode().partition("<cellXfs")[2].partition("</cellXfs>")[0]
    unlocked = [str(at) for at, one in enumerate(formats.split("<xf ")[1:]) if 'locked="0"' in one]
    found = pages(path)
    for table in TABLES:
        below = re.findall(r'<col min="\d+" max="\d+" [^>]*style="(\d+)"', found[table.name])
        assert below
        assert set(below) <= set(unlocked)
        above = re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"', found[table.name])
        assert len(above) >= 3 * len(table.columns)
        assert not set(above) & set(unlocked)


def test_what_is_typed_is_guarded(tmp_path: Path) -> None:
    """Headings are locked, cells below are not; they stay in sight; choices are chosen, numbers keep their bounds."""
    found = pages(empty(tmp_path, Words()))
    for table in TABLES:
        page = found[table.name]
        assert "<sheetProtection " in page
        assert 'ySplit="4"' in page
        assert 'state="frozen"' in page
        rules = re.findall(r"<dataValidation .*?(?:/>|</dataValidation>)", page)
        assert len(rules) == len(table.columns)
        for column, rule in zip(table.columns, rules, strict=True):
            assert "prompt=" in rule
            if column.choices:
                assert f'"{",".join(column.choices)}"' in rule
            if column.kind == "whole":
                assert f"<formula1>{column.low}</formula1><formula2>{column.high}</formula2>" in rule
    assert "schools!$A$5" in found["enrolment"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_example_could_be_data(table) -> None:
    """What the row of examples shows is what its column holds."""
    for column in table.columns:
        assert column.needed <= bool(column.example), column.name
        read_cell(column.example, column)


def test_the_same_words_give_the_same_bytes(words: Words) -> None:
    """Two templates of one language are the same to the byte."""
    assert template(words) == template(words)


def test_no_file_is_overwritten_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``provision template`` writes a new file, and replaces one only when told to; nothing else is left there."""
    path = tmp_path / "new" / "mau.xlsx"
    assert main(["template", str(path)]) == 0
    assert path.read_bytes() == template(Words())
    path.write_bytes(b"mine")
    assert main(["template", str(path), "--language", "en"]) == 2
    assert "--over" in capsys.readouterr().err
    assert path.read_bytes() == b"mine"
    assert main(["template", str(path), "--over", "--language", "en"]) == 0
    assert path.read_bytes() == template(Words("en"))
    assert main(["template", str(tmp_path / "mau.xls")]) == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["template", str(tmp_path / "file" / "mau.xlsx")]) == 1
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "mau.xlsx", "new"]


def test_a_fault_in_a_filled_template_is_told_at_its_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first row below the example is row 5, and a fault in it is told there."""
    sheets = sheets_of(whole_world(1)[0].write(tmp_path / "tables"))
    sheets["enrolment"][1][sheets["enrolment"][0].index("pupils")] = "1,234"
    assert main(["check", str(filled(empty(tmp_path, Words()), sheets)), "--json"]) == 2
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert ("number_ambiguous", "enrolment", 5, "pupils") in {
        (f["code"], f["sheet"], f["row"], f["column"]) for f in faults
    }

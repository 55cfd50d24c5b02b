"""The workbook: every figure is the plan's to the dong, sums are live, names are text, sheets are ready to print."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from worlds import World, roadmap, whole_world

from provision.documents import workbook
from provision.documents.paper import TOP
from provision.domain.plan import Plan
from provision.domain.roadmap import Minimum
from provision.domain.scenario import Scenario
from provision.intake import load, read_roadmap
from provision.model import solve
from provision.posing import pose
from provision.questions.report import findings
from provision.questions.sheets import frames
from provision.questions.verdict import assumptions
from provision.text import LANGUAGES, Words

VI = Words("vi")
ROOT = Path(__file__).resolve().parent.parent
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Rows = list[list[object]]


@cache
def plan() -> Plan:
    """Return a plan with codes that look like numbers and names that look like formulas, links and tags."""
    world = World().unit(name="<script>").option("007", 10_000_001, 5, name_vi="=HYPERLINK(1)", name_en="@x")
    world.school("01", pupils={3: [96, 96]}, name="=1+1").school("02", pupils={3: [48, 48]}, name="https://x.vn")
    world.school("03", pupils={1: [20, 20]}, name="<script> & 'x'").stock("03", 1, 0, life_years=5, upkeep=70_000)
    world.option("van", 300_000, 1, mode="move").option("9", 5_000_000, 3, item="printer", source="illustrative: x")
    world.fund("main", [35_000_007, 20_000_000], name_vi="-1", name_en="+1").fund("own", [400_000], schools="02")
    minimum = Minimum("printer", "school", 1, Fraction(1), ("primary",), "all", "1")
    with TemporaryDirectory() as folder:
        return solve(pose(world.load(Path(folder)), ["u"], roadmap({0: [3]}, minimums=[minimum])))


def read(book: bytes) -> dict[str, Rows]:
    """Return the cells of each sheet by its name: text, numbers as they show at once, None where a cell is empty."""
    with ZipFile(io.BytesIO(book)) as file:

        def part(name: str) -> ElementTree.Element:
            return ElementTree.fromstring(file.read(f"xl/{name}.xml"))  # noqa: S314 - we made it ourselves

        strings = ["".join(t.text or "" for t in si.iter(f"{MAIN}t")) for si in part("sharedStrings")]
        names = [sheet.attrib["name"] for sheet in part("workbook").iter(f"{MAIN}sheet")]
        sheets = enumerate(names, start=1)
        return {name: list(_rows(part(f"worksheets/sheet{number}"), strings)) for number, name in sheets}


def _rows(sheet: ElementTree.Element, strings: list[str]) -> Iterator[list[object]]:
    assert not list(sheet.iter(f"{MAIN}hyperlink"))
    for row in sheet.iter(f"{MAIN}row"):
        cells: list[object] = []
        for cell in row:
            letters = re.sub(r"\d", "", cell.attrib["r"])
            place = sum((ord(c) - 64) * 26**n for n, c in enumerate(reversed(letters))) - 1
            cells += [None] * (place - len(cells))
            value = cell.find(f"{MAIN}v")
            text = "" if value is None else value.text or ""
            told = strings[int(text)] if cell.attrib.get("t") == "s" else text
            is_number = text and cell.attrib.get("t", "n") == "n"
            cells.append(float(text) if is_number else told or None)
        yield cells


def table(sheet: Rows) -> tuple[list[object], Rows]:
    """Return the headings of a table and its rows, without the title above and the sums below."""
    head, *rows = sheet[TOP - 1 :]
    is_summed = bool(rows) and rows[-1][0] == VI("workbook.shown_total")
    return head, rows[:-1] if is_summed else rows


def check(one: Plan, words: Words) -> int:
    """Check every row of every table of a plan against its sheet; return how many numbers were compared."""
    sheets = read(workbook(one, words))
    compared = 0
    for name, frame in frames(one).items():
        head, *rows = sheets[words(f"workbook.{name}")][TOP - 1 :]
        if rows and rows[-1][0] == words("workbook.shown_total"):
            *rows, sums = rows
            compared += summed(head, rows, sums)
        assert len(rows) == len(frame)
        for column in frame.columns:
            place = head.index(words(f"workbook.column.{column}"))
            found = [row[place] if place < len(row) else None for row in rows]
            for told, value in zip(found, frame[column], strict=True):
                if isinstance(value, str):
                    assert told == (words(f"workbook.{value}") if column == "kind" else value) or (told, value) == (
                        None,
                        "",
                    )
                else:
                    assert told == pytest.approx(float(value), rel=1e-15, abs=0)
                    compared += 1
    return compared


def summed(head: list[object], rows: Rows, sums: list[object]) -> int:
    """Check that each sum below a table is that of the numbers above it; return how many there are."""
    found = [at for at in range(len(head)) if isinstance(sums[at], float)]
    for at in found:
        assert sums[at] == pytest.approx(sum(float(str(row[at])) for row in rows), rel=1e-12)
    return len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_the_plans(language: str) -> None:
    """Read back, each number of each table is the plan's, to the dong."""
    assert check(plan(), Words(language)) > 100


@pytest.mark.parametrize("seed", [4, 6, 11])
def test_every_figure_of_a_random_world(seed: int) -> None:
    """Whatever the model knows - fractions, leases, moves, promises - stands in the workbook as in the plan."""
    world, pack, levers = whole_world(seed)
    with TemporaryDirectory() as folder:
        inputs = world.load(Path(folder))
    units = [str(unit["unit"]) for unit in world.units]
    assert check(solve(pose(inputs, units, pack, Scenario(**levers | {"whole_machines": False}))), VI) > 50


@pytest.mark.long
def test_every_figure_of_a_district() -> None:
    """In Hiệp Hoà's workbook each number is the plan's; payments add up to the total cost to the dong."""
    inputs = load(ROOT / "data" / "bac-giang")
    one = solve(pose(inputs, ["hiep-hoa"], read_roadmap("hiep-hoa-2017"), Scenario(whole_machines=False)))
    assert check(one, VI) > 20_000
    head, rows = table(read(workbook(one, VI))["Khoản chi"])
    assert sum(int(str(row[head.index("Số tiền (đồng)")]).removesuffix(".0")) for row in rows) == one.totals["cost"]


def test_codes_and_names_stay_text() -> None:
    """A code 01 keeps its nought; names that look like a formula, a link or a tag are text as they were written."""
    sheets = read(workbook(plan(), VI))
    head, rows = table(sheets["Mua sắm"])
    schools = {(row[head.index("Mã trường")], row[head.index("Tên trường")]) for row in rows}
    assert {("01", "=1+1"), ("02", "https://x.vn")} <= schools
    assert ("007", "=HYPERLINK(1)") in {(row[head.index("Mã loại")], row[head.index("Loại")]) for row in rows}
    assert ("03", "<script> & 'x'") in {(row[0], row[1]) for row in table(sheets["Đáp ứng nhu cầu"])[1]}
    assert "Kế hoạch máy tính học sinh – <script>" in sheets["Tóm tắt"][0]


def test_the_first_sheet_says_what_the_plan_says() -> None:
    """The summary has the title, the banner and the verdict's sentences; a sheet says what the figures rest on."""
    told = [row[0] for row in read(workbook(plan(), VI))["Tóm tắt"]]
    assert told[1] == VI("banner.illustrative")
    assert set(findings(plan(), VI)) <= set(told)
    based = [row[0] for row in read(workbook(plan(), VI))[VI("workbook.bases_sheet")]]
    assert set(assumptions(plan(), VI)) <= set(based)


def test_schools_are_worst_first_and_no_machine_is_no_number() -> None:
    """The sheet of schools begins with the largest share missing; where there is no machine a cell is empty."""
    head, rows = table(read(workbook(plan(), VI))["Các trường ở cuối kỳ"])
    shares = [row[head.index("Tỷ lệ thiếu")] for row in rows]
    needy = [share for share in shares if share is not None]
    assert needy == sorted(needy, reverse=True)
    before = head.index(VI("school.before", basis=VI("basis.covered")))
    assert {row[0]: row[before] for row in rows}["01"] is None


def test_sheets_are_ready_to_read_and_print() -> None:
    """Headings stay, have a filter and are repeated on each printed page: A4 across, as wide as the page."""
    with ZipFile(io.BytesIO(workbook(plan(), VI))) as file:
        sheet, book = (file.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet3", "workbook"))
        summary = file.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter ref=" in sheet
    for part in (sheet, summary):
        (setup,) = re.findall(r"<pageSetup [^>]*>", part)
        assert all(said in setup for said in ('paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"'))
    assert "_xlnm.Print_Titles" in book
    assert "MINH HOẠ" in sheet


def test_the_same_plan_gives_the_same_bytes() -> None:
    """Made twice, the workbook is the same file."""
    assert workbook(plan(), VI) == workbook(plan(), VI)
    assert workbook(plan(), VI) != workbook(plan(), Words("en"))

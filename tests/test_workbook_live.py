"""The workbook in LibreOffice: its sums are what they say, and what a planner saves there is read back."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from shutil import copy

import pytest
from edits import edited
from folders import solved
from offices import Sheets, cells, converted, printed_text, unreckoned
from seeds import sample
from worlds import World, roadmap, whole_world, year

from provision.documents import workbook
from provision.questions import what_changed
from provision.questions.asking import Asked
from provision.text import LANGUAGES, Words

VI = Words("vi")


def odd(schools: int) -> World:
    """Return schools with names of 80 letters that look like formulas and tags, a fund in common and some of one."""
    r, world = Random(schools), World().unit(name="Huyện <A> & 'B'")
    world.option("007", 10_000_001, 5, name_vi="=HYPERLINK(1)", name_en="@x", source="illustrative: x")
    world.option("9", 5_250_000, 2, name_vi="-9", name_en="+9")
    for n in range(schools):
        name = f'{"=+-@"[n % 4]}Trường Tiểu học & Trung học cơ sở <Nguyễn Bỉnh Khiêm> "số {n:04d}", xã Đông'
        world.school(f"{n:04d}", pupils={3: [r.randint(10, 90)] * 3}, name=f"{name:ớ<80}"[:80])
        if n % 3 == 0:
            world.stock(f"{n:04d}", r.randint(1, 3), -1, life_years=4, upkeep=70_001)
    world.fund("main", [schools * 13_000_007, schools * 5_000_003, 7], name_vi="=1+1", name_en="@1", carry_over=0.5)
    return world.fund("own", [12_000_003, 1, 0], schools="0001").fund("OWN", [3, 0, 0], carry_over=1)


def same(before: Sheets, after: Sheets) -> int:
    """Check that both show the same, numbers to the dong, and return how many numbers there are."""
    assert list(before) == list(after)
    found = 0
    for name, rows in before.items():
        for at, row in enumerate(rows):
            other = after[name][at] if at < len(after[name]) else []
            for place, cell in enumerate(row):
                told = other[place] if place < len(other) else ""
                if isinstance(cell, float):
                    assert told == pytest.approx(cell, rel=1e-12, abs=1e-9), (name, at, place)
                    assert told == cell or abs(cell) < 10**6 or not float(cell).is_integer(), (name, at, place)
                    found += 1
                else:
                    assert told == cell, (name, at, place)
    return found


def reckoned(asked: Asked, words: Words, folder: Path) -> int:
    """Check that LibreOffice reckons every formula of a plan's workbook to what stands there at once."""
    file = folder / "report.xlsx"
    file.write_bytes(workbook(asked.plan, words))
    bare = unreckoned(Path(copy(file, folder / "bare.xlsx")))
    assert cells(bare) != cells(file)  # the sums are gone
    return same(cells(file), cells(converted(bare, "xlsx", folder / "saved")))


def plan_of(world: World, folder: Path, **levers: object) -> Asked:
    """Return the plan of a world."""
    asked = solved(world, roadmap({0: [3]}), folder / "data", **levers)
    assert asked is not None
    return asked


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_reckons_the_same(tmp_path: Path, language: str) -> None:
    """Five schools with names of 80 letters: every sum is in LibreOffice what it says, to the dong."""
    assert reckoned(plan_of(odd(5), tmp_path), Words(language), tmp_path) > 100


@pytest.mark.counted
@sample(range(13, 113), fast=0, long=1)
def test_libreoffice_reckons_the_same_of_fractions(tmp_path: Path, seed: int) -> None:
    """Fractions of machines, leases, moves, promises, years carried out: every sum is the one told."""
    world, pack, levers = whole_world(seed)
    asked = solved(world, pack, tmp_path / "data", **levers | {"whole_machines": False})
    assert asked is None or reckoned(asked, VI, tmp_path) > 50


@pytest.mark.long
def test_five_hundred_schools(tmp_path: Path) -> None:
    """Five hundred schools: every sum is the one told, to the dong."""
    asked = plan_of(odd(500), tmp_path, whole_machines=False, ladder=("missing",))
    assert reckoned(asked, VI, tmp_path) > 10_000


@pytest.mark.long
def test_no_word_of_a_printed_name_is_lost(tmp_path: Path) -> None:
    """Printed on A4, names of 80 letters stand there in full."""
    asked = plan_of(odd(5), tmp_path)
    (tmp_path / "report.xlsx").write_bytes(workbook(asked.plan, VI))
    text = printed_text(converted(tmp_path / "report.xlsx", "pdf", tmp_path / "printed"))
    names = {word for name in asked.plan.problem.names.values() for word in re.findall(r"\w+", name)}
    assert {word for word in names if word not in text} == set()


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_printed_as_the_language_writes_them(tmp_path: Path, language: str) -> None:
    """A Vietnamese workbook has dots between thousands wherever it is printed, an English one commas."""
    asked, words = plan_of(odd(5), tmp_path), Words(language)
    (tmp_path / "report.xlsx").write_bytes(workbook(asked.plan, words))
    text = printed_text(converted(tmp_path / "report.xlsx", "pdf", tmp_path / "printed"))
    assert text.split().count(words.number(asked.plan.totals["cost"])) >= 2  # in a sentence there are millions


@pytest.mark.long
def test_what_is_saved_in_libreoffice_is_read_back(tmp_path: Path) -> None:
    """Quantities changed and saved in LibreOffice: the costs beside are live, and the answer is that of the file."""
    asked = plan_of(odd(5), tmp_path)
    file = tmp_path / "report.xlsx"
    file.write_bytes(workbook(asked.plan, VI))
    first = asked.plan.purchases[0]
    edits = {(first.school, first.option, first.year): first.quantity + 3, ("0003", "9", 2018): 2}
    unreckoned(edited(file, VI, edits))
    saved = converted(file, "xlsx", tmp_path / "saved")
    answer = what_changed.ask(asked, edited=str(saved))
    assert answer == what_changed.ask(asked, edited=str(file))
    assert {(d.school, d.option, d.year) for d in answer.deliveries} == set(edits)
    rows = cells(saved)[VI("workbook.edit")]
    heads = next(row for row in rows if row[0] == "school_id")
    live = next(row for row in rows if row[0] == VI("workbook.more_cost"))
    for at, n in enumerate(range(3)):
        more = sum(d.paid[1] - d.paid[0] for d in answer.deliveries if d.year == 2017 + n)
        assert live[heads.index(year(at))] == more

"""Teachers of Informatics: lessons, posts, what is lacking, and machines nobody can teach with, reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from worlds import World, roadmap

from provision.domain.plan import Plan
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.domain.staff import Teaching
from provision.errors import FaultyInput
from provision.intake import read_roadmap
from provision.model import solve
from provision.posing import pose
from provision.questions.remarks import remarks
from provision.questions.staff import Staffing, by_school, by_year, rests_on, staff_frame, staffed, staffing
from provision.questions.verdict import assumptions
from provision.questions.verify import verify
from provision.store import open_plan, save_plan
from provision.text import LANGUAGES, Words

VI = Words("vi")
PACK = roadmap({0: [3], 1: [3, 6]})


def world() -> World:
    """Return a small world: 46 classes of grade 3 at p, 19 of grade 6 at l, machines at both."""
    found = World().unit().option("pc", 10_000_000, 5).fund("main", [0, 0])
    found.school("p", pupils={3: [46 * 30, 46 * 30]}).stock("p", 10, 0)
    return found.school("l", "lower_secondary", pupils={6: [19 * 30, 19 * 30]}).stock("l", 4, 0)


def planned(found: World, folder: Path, pack: Roadmap = PACK) -> Plan:
    """Return a world's plan."""
    return solve(pose(found.load(folder), ["u"], pack, Scenario()))


def rows_of(plan: Plan) -> dict[tuple[str, int], Staffing]:
    """Return what teaching takes, by school and year."""
    return {(row.school, row.year): row for row in staffing(plan)}


def test_posts_are_classes_times_lessons_by_the_norm(tmp_path: Path) -> None:
    """46 primary classes take 46 lessons and 2 posts of 23; 19 lower secondary classes 1, once they are taught."""
    rows = rows_of(planned(world(), tmp_path))
    assert {key: (r.classes, r.periods, r.needed) for key, r in rows.items()} == {
        ("p", 2017): (46, 46, 2),
        ("p", 2018): (46, 46, 2),
        ("l", 2018): (19, 19, 1),
    }
    assert {r.there for r in rows.values()} == {None}


def test_a_roadmap_may_state_the_lessons(tmp_path: Path) -> None:
    """Where a document states two lessons a class and 20 a post, 46 classes take 4.6 posts; the section is told."""
    pack = replace(PACK, teaching=(Teaching("primary", Fraction(2), Fraction(20), "II.4"),))
    plan = planned(world(), tmp_path, pack)
    assert rows_of(plan)["p", 2018].needed == Fraction(46 * 2, 20)
    primary, secondary = rests_on(plan, VI)
    assert "1/TEST, II.4" in primary
    assert "cần kiểm tra" not in primary
    assert "cần kiểm tra" in secondary


def test_a_combined_school_has_both_norms(tmp_path: Path) -> None:
    """A school of both levels needs the posts of each: 23 classes of grade 3 and 38 of grade 6 are 1 and 2."""
    found = World().unit().option("pc", 10_000_000, 5).fund("main", [0, 0])
    found.school("c", "combined", pupils={3: [23 * 30] * 2, 6: [38 * 30] * 2})
    assert rows_of(planned(found, tmp_path))["c", 2018].needed == 3


def test_without_numbers_only_the_need_is_told(tmp_path: Path) -> None:
    """Without the table staff nothing is called lacking or idle, and the report says that nobody knows."""
    plan = planned(world(), tmp_path)
    shown = by_year(plan, VI)
    assert list(shown.frame[VI("staff.lacking")]) == ["–", "–"]
    assert VI("staff.no_numbers") in shown.note
    assert staffed(plan, VI) == ""
    assert all(word not in line for line in assumptions(plan, VI) for word in ("staff", "giáo viên"))


def test_half_of_the_posts_is_the_line(tmp_path: Path) -> None:
    """With 1 post of 2 a school is short and its machines are used; with 0.9 of 2, or none of 1, they are idle."""
    rows = rows_of(planned(world().teachers("p", 0, 1).teachers("p", 1, 0.9).teachers("l", 0, 0), tmp_path))
    assert [(r.lacking, r.idle) for r in (rows["p", 2017], rows["p", 2018], rows["l", 2018])] == [
        (1, 0),
        (Fraction(11, 10), 10),
        (1, 4),
    ]


def test_a_surplus_serves_no_other_school(tmp_path: Path) -> None:
    """Three posts too many at one school leave the other as short as it is."""
    plan = planned(world().teachers("p", 0, 5).teachers("l", 0, 0.5), tmp_path)
    last = by_year(plan, VI).frame.iloc[-1]
    assert [last[VI(f"staff.{head}")] for head in ("needed", "there", "lacking", "schools_short", "idle")] == [
        "3",
        "5,5",
        "0,5",
        "1",
        "0",
    ]


def test_an_earlier_number_holds_and_is_told(tmp_path: Path) -> None:
    """A year without a row keeps the number before it; who keeps one, and who has none at all, is told."""
    plan = planned(world().teachers("p", -1, 1.5), tmp_path)
    assert rows_of(plan)["p", 2018].there == Fraction(3, 2)
    assert VI("staff.some_silent", count=1) in by_year(plan, VI).note
    told = "\n".join(assumptions(plan, VI))
    assert VI("warning.staff_held", schools=1, rows=2) in told
    assert VI("warning.staff_unknown", count=1, schools=("Trường l",)) in told
    assert {(u.table, u.reason) for u in plan.problem.reconciliation.unused if u.table == "staff"} == set()


def test_teachers_come_along_in_a_merger(tmp_path: Path) -> None:
    """A merged school brings its posts, until its successor states a number of its own that has them in it."""
    found = World().unit().option("pc", 10_000_000, 5).fund("main", [0, 0, 0])
    found.school("a", pupils={3: [90]}, open_until="2017-2018", merged_into="b")
    found.school("b", pupils={3: [90, 180, 180]}).teachers("a", 0, 0.5).teachers("b", 0, 1).teachers("b", 2, 1.25)
    rows = rows_of(planned(found, tmp_path, roadmap({0: [3]})))
    assert [rows["b", year].there for year in (2017, 2018, 2019)] == [1, Fraction(3, 2), Fraction(5, 4)]


def test_rows_that_no_year_uses_are_told(tmp_path: Path) -> None:
    """A number replaced before the period, and one of a year after it, are rows the plan makes nothing of."""
    found = world().teachers("p", -3, 1).teachers("p", -1, 2).teachers("p", 5, 3)
    told = planned(found, tmp_path).problem.reconciliation
    assert told.read["staff"] == 3
    assert [(u.reason, u.rows) for u in told.unused if u.table == "staff"] == [("year_outside", 2)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_it(language: str, tmp_path: Path) -> None:
    """The findings say how many posts are lacking and which machines stand idle; the sheets have a row each."""
    words = Words(language)
    plan = planned(world().teachers("p", 0, 0.5).teachers("l", 0, 1), tmp_path)
    said = staffed(plan, words)
    assert said in remarks(plan, words)
    assert words.number(Fraction(3, 2), 1) in said
    assert len(by_year(plan, words).frame) == 2
    sheet = by_school(plan, words)
    assert list(sheet.frame[words("staff.school")]) == ["Trường p", "Trường l"]
    assert list(sheet.frame[words("staff.lacking_in", year="2017-2018")]) == [words.number(1.5, 1), ""]
    assert len(staff_frame(plan, words)) == 3


@pytest.mark.parametrize(
    ("school", "index", "code"),
    [("x", 0, "school_unknown"), ("k", 0, "staff_not_teaching"), ("p", 3, "staff_not_teaching")],
)
def test_teachers_of_nobody_are_refused(school: str, index: int, code: str, tmp_path: Path) -> None:
    """Teachers of an unknown school, of a kindergarten or of a school closed by then are faults with their row."""
    found = World().unit().option("pc", 10_000_000, 5).fund("main", [0, 0]).school("k", "kindergarten")
    found.school("p", pupils={3: [30, 30]}, open_until="2018-2019").teachers(school, index, 1)
    with pytest.raises(FaultyInput) as faulty:
        found.load(tmp_path)
    assert [(f.code, f.file, f.row) for f in faulty.value.faults] == [(code, "staff.csv", 2)]


@pytest.mark.parametrize("posts", ["một", "-1", "0,5", "1e3"])
def test_posts_that_are_no_number_are_refused(posts: str, tmp_path: Path) -> None:
    """Posts are a number from 0 on with a decimal point; anything else is a fault of its cell."""
    with pytest.raises(FaultyInput) as faulty:
        world().teachers("p", 0, posts).load(tmp_path)
    assert [(f.code, f.file, f.row, f.column) for f in faulty.value.faults] == [
        ("decimal", "staff.csv", 2, "teachers")
    ]


def pack_file(folder: Path, *teaching: str) -> Path:
    """Write the small world's roadmap as a pack, with tables of lessons."""
    pack = folder / "test.toml"
    pack.write_text(
        'id = "test"\ntitle_vi = "Thử"\ntitle_en = "Test"\ndocument = "1/TEST"\nissued = "2017-01-01"\n'
        + "".join(
            f'[[phase]]\nschool_year = "{y}"\ngrades = {g}\nschools = "all"\nstatus = "mandatory"\nsection = "1"\n'
            for y, g in (("2017-2018", [3]), ("2018-2019", [3, 6]))
        )
        + "".join(
            f'[[ratio]]\nlevel = "{level}"\npupils_per_machine = {n}\nforce = "must"\nsection = "2"\n'
            for level, n in (("primary", 24), ("lower_secondary", 16))
        )
        + "".join(f"[[teaching]]\n{rows}\n" for rows in teaching),
        encoding="utf-8",
    )
    return pack


def test_a_pack_states_lessons_with_their_section(tmp_path: Path) -> None:
    """Half a lesson a week may be stated; without a section, twice for a level, or as nothing, it does not load."""
    row = 'level = "primary"\nclass_periods = 0.5\nteacher_periods = 21\n'
    read = read_roadmap(str(pack_file(tmp_path, f'{row}section = "II.4"')))
    assert read.teaching_of("primary") == Teaching("primary", Fraction(1, 2), Fraction(21), "II.4")
    assert read.teaching_of("lower_secondary").section == ""
    cited = f'{row}section = "4"'
    wrong = {
        "pack_no_section": [row],
        "pack_ratio_twice": [cited, cited],
        "pack_number": [cited.replace("21", "0")],
        "pack_key_missing": [cited.replace("teacher_periods = 21", "")],
    }
    for code, tables in wrong.items():
        with pytest.raises(FaultyInput) as faulty:
            read_roadmap(str(pack_file(tmp_path, *tables)))
        assert [f.code for f in faulty.value.faults] == [code]


def test_a_plan_keeps_its_teachers(tmp_path: Path) -> None:
    """A saved plan has the rows of staff it was told by, verifies, and says the same when it is opened."""
    inputs = world().teachers("p", 0, "1.50").teachers("l", 0, 0).load(tmp_path / "data")
    problem = pose(inputs, ["u"], PACK, Scenario())
    pack = pack_file(tmp_path)
    folder = save_plan(solve(problem), inputs, tmp_path / "plan", roadmap=str(pack))
    assert verify(folder, data=tmp_path / "data").holds
    assert (
        open_plan(folder).plan.problem.teachers
        == problem.teachers
        == {("p", 2017): Fraction(3, 2), ("p", 2018): Fraction(3, 2), ("l", 2017): 0, ("l", 2018): 0}
    )

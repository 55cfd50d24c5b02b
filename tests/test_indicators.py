"""Indicators for scoring oneself, reckoned by hand: shares, pupils a machine, weights and points."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from books import sheets_of, write_book
from worlds import World, roadmap

from provision.commands import main
from provision.documents import workbook
from provision.domain.indicator import EQUAL, INDICATORS
from provision.domain.plan import Plan
from provision.domain.roadmap import Minimum
from provision.domain.scenario import Scenario
from provision.errors import FaultyInput
from provision.intake import load
from provision.model import solve
from provision.posing import pose
from provision.questions.indicators import DOCUMENTS, by_school, by_unit, formulas, indicator_frame, indicators, score
from provision.questions.verify import verify
from provision.store import open_plan
from provision.text import LANGUAGES, Words

LAST = 2018


@cache
def planned() -> Plan:
    """Return a plan without money: a has 2 of 4 machines, b all 2 of 2, one of two schools is online.

    Grade 3 is taught: 96 pupils at a, 48 at b; grade 4 of as many is enrolled and not taught. a has half a teacher
    for 4 classes, b one for 2.
    """
    found = World().unit().option("pc", 10_000_000, 5).fund("main", [0, 0])
    for code, pupils, machines in (("a", 96, 2), ("b", 48, 2)):
        found.school(code, pupils={3: [pupils, pupils], 4: [pupils, pupils]}).stock(code, machines, 0)
    found.thing("b", "internet_line", 1, 0, life_years=5).teachers("a", 0, 0.1).teachers("b", 0, 1)
    line = Minimum("internet_line", "school", 1, Fraction(1), (), "all", "3")
    with TemporaryDirectory() as folder:
        return solve(pose(found.load(Path(folder)), ["u"], roadmap({0: [3]}, minimums=[line]), Scenario()))


def values(school: str | None = None) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    """Return value and attained share of each indicator in the last year."""
    return {i.code: (i.value, i.attained) for i in indicators(planned(), LAST, school=school)}


def test_the_indicators_of_a_unit() -> None:
    """144 pupils share 4 machines where 24 may: 36 a machine, 2/3 attained; all else is a share of what is asked."""
    posts = Fraction(4, 23), Fraction(2, 23)
    teachers = (Fraction(1, 10) + posts[1]) / sum(posts)
    assert values() == {
        "pupils_covered": (36, Fraction(2, 3)),
        "pupils_enrolled": (72, Fraction(1, 3)),
        "schools_on_target": (Fraction(1, 2), Fraction(1, 2)),
        "pupils_served": (Fraction(96, 144), Fraction(2, 3)),
        "rooms_networked": (None, None),
        "schools_online": (Fraction(1, 2), Fraction(1, 2)),
        "teachers_there": (teachers, teachers),
        "duties_met": (None, None),
    }


def test_the_indicators_of_a_school() -> None:
    """A school on target scores all there is but for the wider count; a surplus of teachers adds nothing."""
    found = values("b")
    assert found["pupils_covered"] == (24, 1)
    assert found["pupils_enrolled"] == (48, Fraction(1, 2))
    assert found["teachers_there"] == (1, 1)
    assert found["schools_online"] == (1, 1)
    assert values("a")["schools_online"] == (0, 0)


def test_duties_are_scored_once_they_are_known() -> None:
    """The share of the duties met stands where somebody tells it, and is scored like any other."""
    found = indicators(planned(), LAST, duties=Fraction(3, 4))
    assert found[-1].value == found[-1].attained == Fraction(3, 4)
    assert score(found, {"duties_met": Fraction(20)}) == (15, 20)


def test_points_are_weights_times_what_is_attained() -> None:
    """10 for machines and 5 for lines are 6 2/3 and 2 1/2 points of 15; what nobody measures is in neither."""
    weights = {"pupils_covered": Fraction(10), "schools_online": Fraction(5), "rooms_networked": Fraction(7)}
    assert score(indicators(planned(), LAST), weights) == (Fraction(20, 3) + Fraction(5, 2), 15)
    assert score(indicators(planned(), LAST))[1] == sum(EQUAL.values()) - 2


def test_weights_of_nothing_are_refused() -> None:
    """A weight of an indicator that there is not, or one below nothing, is a fault that names it."""
    with pytest.raises(FaultyInput) as faulty:
        score(indicators(planned(), LAST), {"wifi": Fraction(1), "duties_met": Fraction(-1)})
    assert [(f.code, f.column) for f in faulty.value.faults] == [
        ("indicator_unknown", "wifi"),
        ("weight", "duties_met"),
    ]


def small() -> World:
    """Return four schools that need two machines each, with the money for half of them."""
    found = World().unit().option("pc", 10_000_000, 5).fund("main", [40_000_000])
    for code in ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"):
        found.school(code, pupils={3: [48]})
    return found


def weighed(folder: Path, text: str) -> Path:
    """Write the small world with weights beside its tables, and return its folder."""
    small().write(folder)
    (folder / "indicators.toml").write_text(text, encoding="utf-8")
    return folder


def test_weights_are_the_planners(tmp_path: Path) -> None:
    """Weights are exact, as they are written; who writes none, or an empty file, has all indicators alike."""
    inputs = load(weighed(tmp_path / "data", "pupils_served = 2.1\nduties_met = 10\n"))
    assert inputs.scoring == inputs.weights == {"pupils_served": Fraction(21, 10), "duties_met": 10}
    assert (
        load(weighed(tmp_path / "data", "# none yet\n")).scoring == small().load(tmp_path / "none").scoring == EQUAL
    )


def test_weights_stand_beside_a_workbook(tmp_path: Path) -> None:
    """The weights of a workbook stand beside it, under its name."""
    book = write_book(tmp_path / "district.xlsx", sheets_of(small().write(tmp_path / "data")))
    (tmp_path / "district.indicators.toml").write_text("pupils_served = 2\n", encoding="utf-8")
    assert load(book).weights == {"pupils_served": 2}


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("wifi = 1", "indicator_unknown", "wifi"),
        ('duties_met = "ten"', "weight", "duties_met"),
        ("duties_met = true", "weight", "duties_met"),
        ("duties_met = nan", "weight", "duties_met"),
        ("duties_met = 1e999999999", "weight", "duties_met"),
        ("duties_met = 1000001", "weight", "duties_met"),
        ("weights", "not_toml", None),
    ],
)
def test_a_weight_that_cannot_be_is_told(tmp_path: Path, text: str, code: str, key: str | None) -> None:
    """A weight of nothing we know, no number, or one beyond all bounds is told at once, by file and key."""
    with pytest.raises(FaultyInput) as faulty:
        load(weighed(tmp_path, text))
    assert [(f.code, f.file, f.column) for f in faulty.value.faults] == [(code, "indicators.toml", key)]


@pytest.mark.parametrize("command", ["check", "solve", "render"])
def test_a_faulty_weight_is_told_with_all_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Whoever plans or checks hears of a faulty weight and of a faulty table in one go; nothing is written."""
    data, out = weighed(tmp_path / "data", "wifi = 1\n"), tmp_path / "out"
    table = data / "enrolment.csv"
    table.write_text(table.read_text("utf-8").replace(",48,", ",many,"), encoding="utf-8")
    rest = {"check": [], "solve": ["--unit", "u", "--out", str(out)], "render": ["--out", str(out)]}
    assert main([command, str(data), *rest[command]]) == 2
    said = capsys.readouterr().err
    assert "indicators.toml, cột wifi" in said
    assert "enrolment.csv, dòng 2, cột pupils" in said
    assert not out.exists()


def test_a_plan_keeps_the_weights(tmp_path: Path) -> None:
    """A plan's own inputs have the weights: read back, checked, and planned again from, they are the same."""
    data, plan, again = weighed(tmp_path / "data", "pupils_served = 0.1\n"), tmp_path / "plan", tmp_path / "again"
    assert main(["solve", str(data), "--unit", "u", "--out", str(plan)]) == 0
    assert main(["solve", str(plan / "inputs"), "--unit", "u", "--out", str(again)]) == 0
    for folder in (plan, again):
        opened = open_plan(folder)
        assert opened.plan.problem.scoring == opened.inputs.weights == {"pupils_served": Fraction(1, 10)}
        assert "indicators.toml" in opened.summary["sha256"]
        assert verify(folder, data=data).holds
    assert by_unit(opened.plan, Words("vi")).note.startswith("Tự chấm: 0,05 trên 0,1 điểm")
    told = tmp_path / "told"
    assert main(["check", str(data), "--out", str(told)]) == 0
    assert (told / "indicators.toml").read_text("utf-8") == "pupils_served = 0.1\n"


def test_weights_that_were_changed_are_told(tmp_path: Path) -> None:
    """A plan is refused where its weights were changed by hand, or where those of the data are others now."""
    data, plan = weighed(tmp_path / "data", "pupils_served = 3\n"), tmp_path / "plan"
    assert main(["solve", str(data), "--unit", "u", "--out", str(plan)]) == 0
    (data / "indicators.toml").unlink()
    assert verify(plan, data=data).rows == {"indicators": len(INDICATORS)}
    (plan / "inputs" / "indicators.toml").write_text("pupils_served = 4\n", encoding="utf-8")
    assert verify(plan).hashes == ("inputs/indicators.toml",)


def test_a_plan_without_weights_keeps_none(tmp_path: Path) -> None:
    """Where the planner has no such file, neither has the plan, and its report says that all weigh the same."""
    assert main(["solve", str(small().write(tmp_path / "data")), "--unit", "u", "--out", str(tmp_path / "plan")]) == 0
    assert not (tmp_path / "plan" / "inputs" / "indicators.toml").exists()
    assert "như nhau" in by_unit(open_plan(tmp_path / "plan").plan, Words("vi")).note


def test_a_plan_without_need_scores_nothing_of_nothing() -> None:
    """Where no grade is taught no indicator has a value, and there are no points to be had."""
    found = World().unit().school("a", pupils={3: [30]}).option("pc", 10_000_000, 5).fund("main", [0])
    with TemporaryDirectory() as folder:
        plan = solve(pose(found.load(Path(folder)), ["u"], roadmap({0: [6]}), Scenario()))
    assert {i.value for i in indicators(plan, 2017)} == {None}
    assert score(indicators(plan, 2017)) == (0, 0)
    assert by_school(plan, Words("vi")).frame.empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheets_say_it(language: str) -> None:
    """The unit's sheet has every indicator by year, the score and who asks for it; the least served is first."""
    words = Words(language)
    unit = by_unit(planned(), words)
    assert list(unit.frame["2018-2019"])[:2] == ["36", "72"]
    assert list(unit.frame[words("indicators.attained")])[4] == "–"
    assert all(document in unit.note for document in DOCUMENTS)
    assert list(by_school(planned(), words).frame[words("indicators.school")]) == ["Trường a", "Trường b"]
    assert len(formulas(words).frame) == len(unit.frame) == len(INDICATORS)


def test_they_stand_in_the_workbook() -> None:
    """The plan's workbook has a sheet of them: all schools first, then each."""
    words = Words("vi")
    assert list(indicator_frame(planned(), words)[words("indicators.school")]) == [
        words("indicators.everyone"),
        "Trường a",
        "Trường b",
    ]
    with zipfile.ZipFile(io.BytesIO(workbook(planned(), words))) as book:
        assert f'name="{words("indicators.sheet")}"' in book.read("xl/workbook.xml").decode()
        assert words("indicator.teachers_there") in book.read("xl/sharedStrings.xml").decode()

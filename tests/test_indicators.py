"""Indicators for scoring oneself, reckoned by hand: shares, pupils a machine, weights and points."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from worlds import World, roadmap

from provision.documents import workbook
from provision.domain.indicator import EQUAL, INDICATORS
from provision.domain.plan import Plan
from provision.domain.roadmap import Minimum
from provision.domain.scenario import Scenario
from provision.errors import FaultyInput
from provision.intake import read_weights
from provision.model import solve
from provision.posing import pose
from provision.questions.indicators import DOCUMENTS, by_school, by_unit, formulas, indicator_frame, indicators, score
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
        by_unit(planned(), Words("vi"), weights={"wifi": Fraction(1), "duties_met": Fraction(-1)})
    assert [(f.code, f.column) for f in faulty.value.faults] == [
        ("indicator_unknown", "wifi"),
        ("weight", "duties_met"),
    ]


def test_weights_are_the_planners(tmp_path: Path) -> None:
    """Weights stand in a file beside the scenarios, of a folder or a workbook; without one all are equal."""
    assert read_weights(tmp_path) == read_weights(tmp_path / "district.xlsx") == EQUAL
    (tmp_path / "indicators.toml").write_text("pupils_served = 2.5\nduties_met = 10\n", encoding="utf-8")
    assert read_weights(tmp_path) == {"pupils_served": Fraction(5, 2), "duties_met": 10}
    (tmp_path / "district.indicators.toml").write_text('wifi = 1\nduties_met = "ten"\n', encoding="utf-8")
    with pytest.raises(FaultyInput) as faulty:
        read_weights(tmp_path / "district.xlsx")
    assert [(f.code, f.file, f.column) for f in faulty.value.faults] == [
        ("indicator_unknown", "district.indicators.toml", "wifi"),
        ("weight", "district.indicators.toml", "duties_met"),
    ]
    (tmp_path / "indicators.toml").write_text("weights", encoding="utf-8")
    with pytest.raises(FaultyInput) as faulty:
        read_weights(tmp_path)
    assert [f.code for f in faulty.value.faults] == ["not_toml"]


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

"""Rows at fault stop the unit they are of; what is nobody's stops everything."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w
from folders import packed
from worlds import World, roadmap

from provision.errors import FaultyInput
from provision.intake import load, load_apart
from provision.model import solve
from provision.posing import pose
from provision.questions.verify import verify
from provision.store import save_plan


def province() -> World:
    """Return two units of two schools each with money of their own and money they share."""
    world = World().unit("a").unit("b").option("pc", 10_000_000, 4)
    for unit in "ab":
        for n in (1, 2):
            world.school(f"{unit}{n}", pupils={3: [48, 48]}, unit=unit).stock(f"{unit}{n}", 1, -1, life_years=5)
        world.fund(f"own-{unit}", [10_000_000, 10_000_000], unit=unit)
    return world.fund("province", [40_000_000, 0], unit="")


def spoilt(folder: Path, file: str, before: str, after: str) -> Path:
    """Write the province with one row of one file changed."""
    province().write(folder)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def test_sound_tables_are_what_they_always_are(tmp_path: Path) -> None:
    """Without a fault nothing is left out and nobody is stopped."""
    data = province().write(tmp_path)
    assert load_apart(data) == (load(data), {})


@pytest.mark.parametrize(
    ("file", "before", "after", "code"),
    [
        ("schools.csv", "b1,Trường b1,b,primary", "b1,Trường b1,b,primry", "choice"),
        (
            "schools.csv",
            "b1,Trường b1,b,primary,0,0,0,0,,,,",
            "b1,Trường b1,b,primary,0,0,0,0,,2017-2018,b9,",
            "school_unknown",
        ),
        ("inventory.csv", "b2,pupil_computer,2016-2017,1,", "b2,pupil_computer,2016-2017,-1,", "whole"),
        ("budget.csv", "b,own-b,2018-2019,10000000,", "b,own-b,2018-2019,x,", "whole"),
        ("units.csv", "b,B,district", "b,,district", "blank"),
    ],
)
def test_a_row_at_fault_stops_its_unit_alone(tmp_path: Path, file: str, before: str, after: str, code: str) -> None:
    """Whatever row of the second unit is at fault, the first is planned, with its own half of the fund."""
    inputs, stopped = load_apart(spoilt(tmp_path, file, before, after))
    assert list(stopped) == ["b"]
    assert code in {fault.code for fault in stopped["b"]}
    plan = solve(pose(inputs, ["a"], roadmap({0: [3]})))
    assert next(s.budget for s in plan.spending if s.fund == ("", "province")) == 20_000_000
    pack = tmp_path / "test.toml"
    pack.write_text(tomli_w.dumps(packed(roadmap({0: [3]}))), encoding="utf-8")
    assert verify(save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))).holds


def test_pupils_at_fault_are_everybody_s_where_money_is_shared(tmp_path: Path) -> None:
    """They count towards every unit's share: nobody can be planned; without a shared fund one unit is stopped."""
    data = spoilt(tmp_path, "enrolment.csv", "b1,2017-2018,3,48,", "b1,2017-2018,3,many,")
    with pytest.raises(FaultyInput):
        load_apart(data)
    budget = data / "budget.csv"
    budget.write_text(budget.read_text(encoding="utf-8").replace("\n,province", "\na,province"), encoding="utf-8")
    assert list(load_apart(data)[1]) == ["b"]


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("catalogue.csv", "10000000", "ten"),
        ("budget.csv", ",province,2017-2018,40000000", ",province,2017-2018,forty"),
        ("enrolment.csv", "b1,2017-2018,3,48,", "b7,2017-2018,3,48,"),
        ("enrolment.csv", "pupils", "children"),
    ],
)
def test_what_is_nobody_s_stops_everything(tmp_path: Path, file: str, before: str, after: str) -> None:
    """A price, shared money, pupils of a school nobody knows, a lost column: nobody can be planned."""
    data = spoilt(tmp_path, file, before, after)
    with pytest.raises(FaultyInput) as together:
        load(data)
    with pytest.raises(FaultyInput) as apart:
        load_apart(data)
    assert all(fault in apart.value.faults for fault in together.value.faults)

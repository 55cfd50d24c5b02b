"""Rows at fault stop the unit they are of; what is nobody's stops everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from worlds import World, roadmap

from provision.errors import FaultyInput
from provision.intake import load, load_apart
from provision.model import solve
from provision.posing import pose


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
        ("enrolment.csv", "b1,2017-2018,3,48,", "b1,2017-2018,3,many,", "whole"),
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
    """Whatever row of the second unit is at fault, the first is planned, and its shared money does not grow."""
    inputs, stopped = load_apart(spoilt(tmp_path, file, before, after))
    assert list(stopped) == ["b"]
    assert code in {fault.code for fault in stopped["b"]}
    assert all(fault.file == file or fault.code == "school_alone" for fault in stopped["b"])
    plan = solve(pose(inputs, ["a"], roadmap({0: [3]})))
    shared = next(s.budget for s in plan.spending if s.fund == ("", "province"))
    assert shared <= 40_000_000
    if file in ("inventory.csv", "budget.csv"):
        assert shared == 20_000_000  # the pupils of the other unit count, planned or not


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


def test_who_merges_into_a_school_at_fault_is_stopped_too(tmp_path: Path) -> None:
    """A school that is to join one whose row cannot be read takes its own unit with it."""
    world = province()
    world.schools[0] |= {"open_until": "2017-2018", "merged_into": "b1"}
    world.enrolment = [e for e in world.enrolment if e["school_id"] != "a1" or e["school_year"] == "2017-2018"]
    data = world.write(tmp_path)
    path = data / "schools.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Trường b1,b,primary", "Trường b1,b,primry"), encoding="utf-8"
    )
    _, stopped = load_apart(data)
    assert {fault.code for fault in stopped["a"]} == {"merges_into_stopped"}
    assert sorted(stopped) == ["a", "b"]

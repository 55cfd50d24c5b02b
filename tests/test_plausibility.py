"""What is odd but not wrong: where it begins, and how the check tells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from books import sheets_of, write_book
from worlds import World, roadmap, year

from provision.commands import main
from provision.errors import FaultyInput
from provision.intake import load, oddities
from provision.posing import pose
from provision.posing.oddities import basis_warning
from provision.text import LANGUAGES, Words


def plain() -> World:
    """Return a world of one school with nothing odd: 60 pupils of grade 3 in two classes, five computers."""
    world = World().unit(roadmap="gdpt-2018").school("a", pupils={3: [60, 61, 62]}).stock("a", 5, -1, life_years=5)
    return world.option("pc", 12_000_000, 5, upkeep=300_000).fund("main", [500_000_000] * 3)


def odd(world: World, folder: Path) -> list[tuple[str, str, int | None, str | None, str | None]]:
    """Return what is odd in a world: code, file, row, column, what stands there; each has its words."""
    found = oddities(world.write(folder))
    assert all(fault.warning and fault.say(Words(language)) for fault in found for language in LANGUAGES)
    return [(f.code, f.file, f.row, f.column, f.found) for f in found]


Cells = dict[str, object]

# The last value that is told nothing of, and the first that is.
LIMITS: list[tuple[str, str, int, Cells, Cells, str]] = [
    ("class_crowded", "enrolment", 0, {"classes": 1, "pupils": 45}, {"classes": 1, "pupils": 46}, "pupils"),
    ("classes_outnumber", "enrolment", 0, {"pupils": 45, "classes": 45}, {"pupils": 45, "classes": 46}, "classes"),
    ("pupils_without_class", "enrolment", 0, {"pupils": 0, "classes": 0}, {"pupils": 1, "classes": 0}, "classes"),
    ("class_without_pupils", "enrolment", 0, {"pupils": 1, "classes": 1}, {"pupils": 0, "classes": 1}, "pupils"),
    ("pupils_jump", "enrolment", 2, {"pupils": 91, "classes": 3}, {"pupils": 92, "classes": 3}, "pupils"),
    ("pupils_jump", "enrolment", 2, {"pupils": 31}, {"pupils": 30}, "pupils"),
    ("acquired_long_ago", "inventory", 0, {"acquired": year(-15)}, {"acquired": year(-16)}, "acquired"),
    (
        "acquired_long_ago",
        "inventory",
        0,
        {"acquired": "2000-2001", "condition": "broken"},
        {"acquired": "1999-2000", "condition": "broken"},
        "acquired",
    ),
    ("acquired_later", "inventory", 0, {"acquired": year(2)}, {"acquired": year(3)}, "acquired"),
    ("things_outnumber", "inventory", 0, {"quantity": 62}, {"quantity": 63}, "quantity"),
    ("price_low", "catalogue", 0, {"price": 1_000_000}, {"price": 999_999}, "price"),
    ("price_high", "catalogue", 0, {"price": 100_000_000}, {"price": 100_000_001}, "price"),
    ("price_low", "catalogue", 0, {"price": 10_000, "mode": "repair", "upkeep": 0}, {"price": 9_999}, "price"),
    ("upkeep_high", "catalogue", 0, {"upkeep": 12_000_000}, {"upkeep": 12_000_001}, "upkeep"),
    ("amount_low", "budget", 0, {"amount": 0}, {"amount": 1}, "amount"),
    ("amount_low", "budget", 0, {"amount": 1_000_000}, {"amount": 999_999}, "amount"),
]


@pytest.mark.parametrize(("code", "table", "at", "right", "wrong", "column"), LIMITS)
def test_what_is_odd_begins_here(
    tmp_path: Path, code: str, table: str, at: int, right: Cells, wrong: Cells, column: str
) -> None:
    """One step on this side of the limit nothing is told, one step beyond the row is."""
    world = plain()
    getattr(world, table)[at] |= right
    assert odd(world, tmp_path / "right") == []
    getattr(world, table)[at] |= wrong
    assert odd(world, tmp_path / "wrong") == [
        (code, f"{table}.csv", at + 2, column, str(getattr(world, table)[at][column]))
    ]


def test_a_lower_secondary_class_may_be_larger(tmp_path: Path) -> None:
    """Ten above the legal 45 of a lower secondary class is told nothing of, eleven is."""
    world = plain().school("b", "lower_secondary", pupils={6: [55], 7: [56]})
    for row in world.enrolment[3:]:
        row["classes"] = 1
    assert odd(world, tmp_path) == [("class_crowded", "enrolment.csv", 6, "pupils", "56")]


def test_few_pupils_may_double(tmp_path: Path) -> None:
    """Nineteen pupils may become forty: in so small a grade a jump is chance; twenty may not."""
    small, large = plain(), plain()
    small.school("b", pupils={3: [19, 40]})
    large.school("b", pupils={3: [20, 40]})
    assert odd(small, tmp_path / "small") == []
    assert odd(large, tmp_path / "large") == [("pupils_jump", "enrolment.csv", 6, "pupils", "40")]


def test_a_merger_makes_no_jump(tmp_path: Path) -> None:
    """Where a school has just merged into another, the pupils of that one may double."""
    world = plain().school("b", pupils={3: [58, 60]}, open_until=year(1), merged_into="a")
    world.enrolment[2] |= {"pupils": 120, "classes": 4}
    assert odd(world, tmp_path / "merged") == []
    world.schools[1]["merged_into"] = ""
    assert odd(world, tmp_path / "closed") == [("pupils_jump", "enrolment.csv", 4, "pupils", "120")]


def test_two_lots_that_differ_are_two(tmp_path: Path) -> None:
    """Two lots may be alike but for their source; alike in every column, also in what is blank, they are told."""
    world = plain().stock("a", 5, -1, life_years="").stock("a", 5, -1, source="donor")
    for row in world.inventory[1:]:
        row["acquired"] = ""
    assert odd(world, tmp_path / "two") == []
    world.inventory[2]["source"] = "test"
    assert odd(world, tmp_path / "one") == [("lot_twice", "inventory.csv", 4, "quantity", "5")]


def test_a_school_may_leave_its_name_to_another(tmp_path: Path) -> None:
    """Two schools of a unit with one name are told while both are open; not one after the other, or in two units."""
    world = plain().unit("v").school("b", pupils={3: [60]}, name="Trường A", unit="v")
    world.school("c", pupils={3: [60]}, name="trường a", open_until=year(0)).schools[0]["open_from"] = year(1)
    del world.enrolment[0]
    assert odd(world, tmp_path / "right") == []
    world.schools[0]["open_from"] = year(0)
    assert odd(world, tmp_path / "wrong") == [("name_twice", "schools.csv", 4, "name", "trường a")]


def test_tables_without_a_row_have_nothing_odd(tmp_path: Path) -> None:
    """Tables of header rows alone, and data that cannot be read, are told nothing odd of."""
    assert odd(World(), tmp_path / "none") == []
    (tmp_path / "x.xlsx").write_text("x", "utf-8")
    assert oddities(tmp_path / "x.xlsx") == ()
    assert odd(plain().school("b", pupils={3: [60]}, labs=-1), tmp_path / "spoilt") == []


def test_a_misspelt_column_is_told_with_its_name(tmp_path: Path) -> None:
    """A column of the planner's own is left alone; one that looks like a missing one is told, in a workbook too."""
    world = plain()
    world.inventory[0] |= {"ghi_chu": "x", "life_yeers": 5}
    del world.inventory[0]["life_years"]
    (fault,) = oddities(world.write(tmp_path / "tables"))
    assert (fault.code, fault.row, fault.column, fault.near) == ("column_unknown", 1, "life_yeers", ("life_years",))
    sheets = sheets_of(tmp_path / "tables")
    sheets["inventory"].insert(0, ["Kiểm kê"])
    (fault,) = oddities(write_book(tmp_path / "book.xlsx", sheets))
    assert (fault.file, fault.sheet, fault.row, fault.column) == ("book.xlsx", "inventory", 2, "life_yeers")
    assert fault.say(Words("vi")).endswith("Có phải life_years?")


# The check --------------------------------------------------------------------------------------------------------


def test_the_check_tells_odd_rows_beside_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One run lists what is wrong and what is odd, to a program too; odd rows alone stop nothing."""
    world = plain()
    world.enrolment[0]["classes"] = 0
    data = world.write(tmp_path)
    assert main(["check", str(data)]) == 0
    told = capsys.readouterr().err
    assert "enrolment.csv, dòng 2, cột classes: ghi “0”" in told
    assert "không ghi số lớp" not in told  # what a plan counts is not told a second time
    world.budget[0]["amount"] = "x"
    data = world.write(tmp_path)
    assert main(["check", str(data), "--json"]) == 2
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert [(f["code"], f["row"]) for f in found["faults"]] == [("whole", 2)]
    assert [(f["code"], f["row"], f["column"]) for f in found["odd"]] == [("pupils_without_class", 2, "classes")]
    assert "cột amount" in err
    assert "Lưu ý:\n  - enrolment.csv, dòng 2" in err


def test_the_check_of_one_unit_tells_its_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is odd in another unit's rows is told to whoever checks that unit, or all."""
    world = plain().unit("v", roadmap="gdpt-2018").school("b", pupils={3: [60] * 3}, unit="v")
    world.fund("main", [500_000_000] * 3, unit="v")
    world.enrolment[3]["classes"] = 0
    data = str(world.write(tmp_path))
    rows = []
    for unit in ("u", "v", "all"):
        assert main(["check", data, "--unit", unit, "--json"]) == 0
        rows.append([f["row"] for f in json.loads(capsys.readouterr().out)["odd"]])
    assert rows == [[], [5], [5]]


@pytest.mark.parametrize(("others", "warned"), [(120, False), (121, True)])
def test_a_basis_that_changes_the_need_by_more_than_half_is_warned_of(
    tmp_path: Path, others: int, warned: bool
) -> None:
    """240 pupils of grade 3 need 10 machines; 15 for all pupils of the school are told nothing of, 16 are."""
    world = World().unit().option("pc", 12_000_000, 5).fund("main", [500_000_000])
    problem = pose(world.school("a", pupils={3: [240], 1: [others]}).load(tmp_path), ["u"], roadmap({0: [3]}))
    found = [(code, details["need"], details["other_need"]) for code, details in basis_warning(problem)]
    assert found == ([("basis_matters", 10, 16)] if warned else [])


def test_the_check_warns_of_the_basis(district: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The district's roadmap counts the grades that take Informatics: the check tells what all pupils would need."""
    assert main(["check", str(district), "--unit", "hiep-hoa", "--language", "en"]) == 0
    assert "3,602 machine-years counted by pupils in the grades that take Informatics" in capsys.readouterr().err


def test_the_check_says_whom_a_warning_is_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What every unit is warned of is told once; the part of a shared fund is told of each unit by its name."""
    world = World().unit(name="Một").unit("w", name="Hai").fund("both", [90_000_000], unit="")
    world.option("pc", 12_000_000, 5).option("rent", 2_000_000, 1, mode="lease")
    world.school("th-thi-tran", pupils={3: [48]})
    for code in ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong"):
        world.school(code, unit="w", pupils={3: [32]})
    assert main(["check", str(world.write(tmp_path / "data")), "--language", "en"]) == 0
    told = capsys.readouterr().err
    assert told.count("The catalogue has leases") == told.count("  - The catalogue has leases") == 1
    assert ["33.3" in line for line in told.splitlines() if line.startswith("  - Một: Shared fund")] == [True]
    assert ["66.7" in line for line in told.splitlines() if line.startswith("  - Hai: Shared fund")] == [True]


def test_what_a_plan_lacks_is_told_at_its_sheet(tmp_path: Path) -> None:
    """Faults between a workbook's data and the question name its sheet, as those of its cells do."""
    world = plain().school("b", "primary").stock("b", 1, 0).carried("a", 9, "pc", 1, 9)
    folder = world.write(tmp_path / "tables")
    book = write_book(tmp_path / "book.xlsx", sheets_of(folder))
    places: list[set[tuple[str, str, str | None]]] = []
    for data in (folder, book):
        with pytest.raises(FaultyInput) as faulty:
            pose(load(data), ["u"], roadmap({0: [3]}))
        places.append({(f.code, f.file, f.sheet) for f in faulty.value.faults})
    assert places[0] == {("pupils_absent", "enrolment.csv", None), ("frozen_outside", "frozen.csv", None)}
    assert places[1] == {("pupils_absent", "book.xlsx", "enrolment"), ("frozen_outside", "book.xlsx", "frozen")}


def test_a_single_row_has_nothing_to_be_held_against(tmp_path: Path) -> None:
    """One year of one school is compared with nothing, and a table without rows neither."""
    world = World().unit().school("a", pupils={3: [40]}).option("pc", 12_000_000, 5).fund("main", [500_000_000])
    assert odd(world, tmp_path) == []

"""Plan folders: written whole or not at all, read back equal, and kept from a planner's own files."""

from __future__ import annotations

import csv
import json
from dataclasses import fields
from pathlib import Path
from random import Random

import pytest
from worlds import World, random_world

from provision.domain.inputs import Inputs
from provision.domain.plan import Plan
from provision.errors import ProvisionError
from provision.intake import load, read_scenario
from provision.model import solve
from provision.posing import pose
from provision.questions.sheets import frames
from provision.questions.verify import verify
from provision.store import open_plan, save_plan
from provision.store.atomic import whole_folder

_PACK = """
id = "test"
title_vi = "Thử"
title_en = "Test"
document = "1/TEST"
issued = "2017-01-01"
[[phase]]
school_year = "2017-2018"
grades = [3, 6]
schools = "all"
status = "mandatory"
section = "1"
[[ratio]]
level = "primary"
pupils_per_machine = 24
force = "must"
section = "2"
[[ratio]]
level = "lower_secondary"
pupils_per_machine = 16
force = "must"
section = "2"
[[phase]]
school_year = "2017-2018"
grades = [4]
schools = "all"
status = "optional"
section = "1"
[[minimum]]
item = "printer"
per = "school"
quantity = 1
section = "3"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a small roadmap pack."""
    path = tmp_path / "test.toml"
    path.write_text(_PACK, encoding="utf-8")
    return path


def _planned(data: Path, pack: Path, **levers: object) -> tuple[Plan, Inputs]:
    from provision import Scenario, read_roadmap

    inputs = load(data)
    return solve(pose(inputs, ["u"], read_roadmap(str(pack)), Scenario(**levers))), inputs


def _everything() -> World:
    """Return a world whose plan has rows in every table: two schools, of which one has machines to spare."""
    world = (
        World()
        .unit()
        .school("rich", pupils={3: [30, 30, 30]})
        .school("poor", pupils={3: [90, 90, 90], 4: [30, 30, 30]})
    )
    world.stock("rich", 4, -1, life_years=4, upkeep=100_000).option("pc", 10_000_000, 3, upkeep=200_000)
    world.option("van", 250_000, 1, mode="move").option("printer", 4_000_000, 3, item="printer")
    world.fund("main", [12_000_000, 11_000_000, 3_000_000], carry_over=0.5)
    world.carried("poor", 0, "pc", 1, 9_500_000).carried("poor", 1, "pc", 1, 10_000_000, state="promised")
    return world.carried("poor", 2, "pc", 3, 10_000_000, state="promised")


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("world", [random_world(5)[0], _everything()], ids=["random", "everything"])
def test_a_plan_read_back_is_the_plan(tmp_path: Path, pack: Path, world: World, whole: bool) -> None:
    """What is written is read back the same: every table, rung, total and claim, and the problem itself."""
    plan, inputs = _planned(world.write(tmp_path / "data"), pack, whole_machines=whole, budget_factor=0.7)
    read = open_plan(save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))).plan
    for part in (field.name for field in fields(Plan) if field.name != "prices"):
        assert getattr(read, part) == getattr(plan, part), part
    assert verify(tmp_path / "plan").holds


def test_prices_of_money_read_back_are_the_prices(tmp_path: Path, pack: Path) -> None:
    """What a million more would save is the same number when it is read back: a float, as it was measured."""
    plan, inputs = _planned(_everything().write(tmp_path / "data"), pack)
    read = open_plan(save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))).plan
    assert any(p.machine_years_per_million for p in plan.prices)
    assert read.prices == plan.prices
    assert {type(p.machine_years_per_million) for p in read.prices} == {float}


def test_rows_in_any_order_give_the_same_folder(tmp_path: Path, pack: Path) -> None:
    """The order of a planner's rows never shows: every file of the plan is the same, byte for byte."""
    world, _ = random_world(12)
    folders = []
    for name, order in (("as given", None), ("shuffled", Random(1))):
        plan, inputs = _planned(world.write(tmp_path / name / "data", shuffle=order), pack)
        folders.append(save_plan(plan, inputs, tmp_path / name / "plan", roadmap=str(pack)))
    one, other = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders)
    assert one == other


CONTRACT = {
    "purchases": "school_id,school_year,option,item,quantity,unit_price,cost",
    "transfers": "school_id_from,school_id_to,school_year,item,quantity,cost,last_year",
    "payments": "unit,fund,school_year,school_id,kind,option,item,amount",
    "coverage": "school_id,school_year,item,need,optional_need,stock,bought,moved,have,missing,optional_missing,"
    "pupils_without",
    "spending": "unit,fund,school_year,budget,carried_in,spent,carried_out",
    "upkeep": "school_id,school_year,item,cost,unpaid",
    "prices": "unit,fund,school_year,machine_years_per_million",
}
"""The tables that others read, with the columns they read, in this order."""


def test_the_folder_holds_what_the_contract_names(tmp_path: Path, pack: Path) -> None:
    """Every table of the contract is there with its columns in order, and rows where there is something to say."""
    plan, inputs = _planned(_everything().write(tmp_path / "data"), pack)
    folder = save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    tables = {p.stem: list(csv.reader(p.read_text(encoding="utf-8").splitlines())) for p in folder.glob("*.csv")}
    assert set(tables) == {*CONTRACT, "promises"}
    for name, columns in CONTRACT.items():
        header, *rows = tables[name]
        assert [column for column in header if column in columns.split(",")] == columns.split(",")
        assert rows, name
        assert {len(row) for row in rows} == {len(header)}
    summary = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert {"units", "scenario", "roadmap", "status", "rungs", "totals", "warnings", "versions", "sha256"} <= set(
        summary
    )
    assert summary["units"] == ["u"]
    assert "inputs/frozen.csv" not in summary["sha256"]
    assert {"frozen.csv", "units.csv", "roadmap/test.toml"} <= set(summary["sha256"])
    assert "survival.csv" not in summary["sha256"]


def test_a_table_without_rows_has_its_header(tmp_path: Path, pack: Path) -> None:
    """Where nothing is moved, promised or kept running, those tables say so by their header alone."""
    world = World().unit().school("a", pupils={3: [30]}).option("pc", 10_000_000, 3).fund("main", [20_000_000])
    plan, inputs = _planned(world.write(tmp_path / "data"), pack)
    folder = save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    lines = {p.stem: len(p.read_text(encoding="utf-8").splitlines()) for p in folder.glob("*.csv")}
    assert {name for name, count in lines.items() if count == 1} == {"transfers", "upkeep", "promises"}
    assert not (folder / "inputs" / "frozen.csv").exists()


def test_scenario_toml_asks_the_same_question(tmp_path: Path, pack: Path) -> None:
    """The folder's scenario.toml is the scenario it was planned under, lever by lever."""
    plan, inputs = _planned(random_world(5)[0].write(tmp_path / "data"), pack, price_growth=0.1, primary_ratio=20)
    folder = save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    assert read_scenario(tmp_path / "data", str(folder / "scenario.toml")) == plan.problem.scenario


def test_names_and_unknown_columns_survive(tmp_path: Path, pack: Path) -> None:
    """A school's name with commas, quotes and tags, and a column we do not know, are kept in the inputs."""
    world, _ = random_world(5)
    world.schools[0] |= {"name": 'Trường "A", <b>B</b> & C', "phone": "0123"}
    plan, inputs = _planned(world.write(tmp_path / "data"), pack)
    folder = save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    with (folder / "inputs" / "schools.csv").open(encoding="utf-8", newline="") as file:
        rows = {r["school_id"]: r for r in csv.DictReader(file)}
    code = str(world.schools[0]["school_id"])
    assert (rows[code]["name"], rows[code]["phone"]) == ('Trường "A", <b>B</b> & C', "0123")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, pack: Path) -> None:
    """A folder with other things in it is never replaced; one with an older plan is."""
    plan, inputs = _planned(random_world(5)[0].write(tmp_path / "data"), pack)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(ProvisionError, match="mine"):
        save_plan(plan, inputs, tmp_path / "mine", roadmap=str(pack))
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.docx"]
    for _ in range(2):
        save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "mine", "plan", "test.toml"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """Whatever happens while a folder is written, the old one stays whole and nothing half-written is left."""
    with whole_folder(tmp_path / "plan", mark="plan.json") as folder:
        (folder / "plan.json").write_text("old", encoding="utf-8")

    def fail() -> None:
        with whole_folder(tmp_path / "plan", mark="plan.json") as folder:
            (folder / "plan.json").write_text("new", encoding="utf-8")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert (tmp_path / "plan" / "plan.json").read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_inventory_counted_twice_is_told(tmp_path: Path, pack: Path) -> None:
    """A plan made from an inventory in which each row stood twice is refused against the real one."""
    world, _ = random_world(12)
    world.write(tmp_path / "real")
    world.inventory += list(world.inventory)
    plan, inputs = _planned(world.write(tmp_path / "doubled"), pack)
    folder = save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    assert verify(folder, data=tmp_path / "doubled").holds
    assert "inventory" in verify(folder, data=tmp_path / "real").rows


def test_tables_to_compute_with_are_the_plans(tmp_path: Path, pack: Path) -> None:
    """A plan's tables as data frames hold its whole VND: what is bought, paid and spent is one sum."""
    plan, _ = _planned(random_world(12)[0].write(tmp_path / "data"), pack)
    found = frames(plan)
    sums = {found["purchases"]["cost"].sum(), found["payments"]["amount"].sum(), found["spending"]["spent"].sum()}
    assert sums == {plan.totals["cost"]}
    coverage = found["coverage"]
    assert coverage[coverage["item"] == "pupil_computer"]["missing"].sum() == plan.totals["missing"]


def test_tables_to_compute_with_have_every_part_of_the_plan(tmp_path: Path, pack: Path) -> None:
    """Moves, upkeep, promises and prices of money are data frames too, a row each, school years written out."""
    plan, _ = _planned(_everything().write(tmp_path / "data"), pack)
    found = frames(plan)
    assert {name: len(frame) for name, frame in found.items()} == {
        "purchases": len(plan.purchases),
        "transfers": len(plan.transfers),
        "payments": len(plan.payments),
        "coverage": len(plan.coverage),
        "spending": len(plan.spending),
        "upkeep": len(plan.upkeep),
        "prices": len(plan.prices),
        "promises": len(plan.promises),
    }
    assert found["transfers"]["quantity"].sum() == plan.totals["moved"] > 0
    assert set(found["transfers"]["last_year"]) == {"2019-2020"}
    assert found["upkeep"]["unpaid"].sum() == plan.totals["upkeep_unpaid"]
    assert found["promises"]["broken"].sum() == plan.totals["broken"] > 0
    kinds = found["payments"].groupby("kind")["amount"].sum()
    assert set(kinds.index) == {"purchase", "transfer", "upkeep"}
    assert kinds["transfer"] == found["transfers"]["cost"].sum()
    assert kinds["upkeep"] == (found["upkeep"]["cost"] - found["upkeep"]["unpaid"]).sum()


# ---- a unit beside others: its folder stands alone ---------------------------------------------------------------


def _two_units(**school: object) -> World:
    """Return the units u and w, a school and a fund each; w has a fund ``gift`` of its own."""
    world = World().unit("u").unit("w").option("pc", 10_000_000, 3)
    world.school("a", pupils={3: [48]}, **school).school("b", pupils={3: [48]}, unit="w")
    return world.fund("main", [20_000_000]).fund("main", [20_000_000], unit="w").fund("gift", [1], unit="w")


_ELSEWHERE = {"budget/w/main/2017-2018": 1, "enrolment/b/2017-2018/3": 20, "buy/b/2017-2018/pc": 1}


def test_levers_of_a_unit_not_planned_are_not_kept(tmp_path: Path, pack: Path) -> None:
    """A scenario for two units plans one: the plan keeps its own cells and funds only, and verifies by itself."""
    levers = {"overrides": _ELSEWHERE | {"buy/a/2017-2018/pc": 1}, "fund_factor": {"gift": 2, "main": 0.5}}
    plan, inputs = _planned(_two_units().write(tmp_path / "data"), pack, **levers)
    save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    kept = read_scenario(tmp_path, str(tmp_path / "plan" / "scenario.toml"))
    assert (dict(kept.overrides), dict(kept.fund_factor)) == ({"buy/a/2017-2018/pc": 1}, {"main": 0.5})
    assert verify(tmp_path / "plan", data=tmp_path / "data").holds


def test_pupils_of_other_units_are_kept_where_a_fund_is_shared(tmp_path: Path, pack: Path) -> None:
    """With a shared fund the pupils of w decide the share of u: their cell stays, w's money and purchases go."""
    data = _two_units().fund("province", [90_000_000], unit="").write(tmp_path / "data")
    plan, inputs = _planned(data, pack, overrides=_ELSEWHERE)
    save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    assert dict(plan.problem.scenario.overrides) == {"enrolment/b/2017-2018/3": 20}
    assert plan.problem.purses[("", "province"), 2017].amount == 90_000_000 * 48 // 68
    assert verify(tmp_path / "plan", data=data).holds


def test_a_merger_after_the_plan_is_kept_whole(tmp_path: Path, pack: Path) -> None:
    """A school that will merge into one of another unit once the plan is over keeps its successor's row."""
    world = _two_units(open_until="2020-2021", merged_into="b")
    plan, inputs = _planned(world.write(tmp_path / "data"), pack)
    save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    assert verify(tmp_path / "plan", data=tmp_path / "data").holds
    assert {e.school for e in load(tmp_path / "plan" / "inputs").enrolment} == {"a"}


def test_what_another_unit_has_or_bought_changes_nothing(tmp_path: Path, pack: Path) -> None:
    """Printers and tablets only w has or bought, and a school only its pack names, leave the plan of u as it is."""
    pack.write_text(_PACK.replace('schools = "all"', 'schools = ["a", "b"]', 1), encoding="utf-8")
    world = _two_units().thing("b", "printer", 1, -1, life_years=5)
    world.option("tablet", 5_000_000, 3, item="tablet").carried("b", 0, "tablet", 1, 5_000_000)
    plan, inputs = _planned(world.write(tmp_path / "data"), pack)
    save_plan(plan, inputs, tmp_path / "plan", roadmap=str(pack))
    codes = {code for code, _ in plan.warnings}
    assert {"minimums_not_planned", "options_not_planned"} <= codes
    assert "pack_school_unknown" not in codes
    assert verify(tmp_path / "plan", data=tmp_path / "data").holds

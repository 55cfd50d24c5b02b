"""The planner's desk without a browser: every lever, what it says of a wrong entry, what it keeps and hands over."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets
import psutil
import pytest
from worlds import World, year

import provision
from provision.commands import main
from provision.domain.scenario import LEVERS, Scenario
from provision.errors import NoAnswer, ProvisionError
from provision.intake import load, read_scenario
from provision.questions.live import Live
from provision.store import open_plan
from provision.text import LANGUAGES, Words
from provision.widgets import Desk, comparison, desk
from provision.widgets.aside import Aside
from provision.widgets.chooser import Chooser, choose
from provision.widgets.follow import Follower
from provision.widgets.keep import code_of
from provision.widgets.levers import Levers

VI = Words("vi")
EVIL = '<script>alert("x")</script> & Trường "A"'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a data folder with the four pilot schools, small enough to plan at once; one has a wicked name."""
    world = World().unit().option("pc", 10_000_000, 5).option("mend", 2_000_000, 2, mode="repair")
    world.fund("main", [20_000_000, 10_000_000]).fund("gift", [5_000_000, 0])
    for code in ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"):
        world.school(code, pupils={3: [48, 48]}, name=EVIL if code == "th-thi-tran" else code)
    return world.write(tmp_path / "data" / "small")


@pytest.fixture
def table(small: Path) -> Desk:
    """Return the desk over it."""
    return desk(small, "u")


@pytest.fixture
def levers(small: Path) -> Levers:
    """Return the levers alone: nothing is planned when they move."""
    return Levers(load(small), ("u",), Words("vi"), scenario=Scenario())


def entry(table: Desk, lever: str) -> widgets.Widget:
    """Return the entry of a lever."""
    return table.board.levers.entries[lever]


def everything(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    """Yield a widget and all that lies in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child)


# Levers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lever_has_its_entry(small: Path, language: str) -> None:
    """Every field of a scenario can be moved on the desk, and says its name, its unit and what it does."""
    words = Words(language)
    levers = Levers(load(small), ("u",), words, scenario=Scenario())
    assert set(levers.entries) == {lever.name for lever in LEVERS}
    for lever in LEVERS:
        shown = "".join(
            str(getattr(part, "value", "")) + str(getattr(part, "description", ""))
            for part in everything(levers.entries[lever.name])
        )
        assert words(f"lever_help.{lever.name}") in shown
        if lever.unit and lever.kind in ("number", "whole"):
            assert words(f"lever_unit.{lever.unit}") in shown


MOVED = {
    "budget_factor": 0.7,
    "fund_factor": {"gift": 0.5},
    "price_growth": 0.05,
    "enrolment_growth": -0.015,
    "primary_ratio": 20.0,
    "lower_secondary_ratio": 12.5,
    "ratio_basis": "enrolled",
    "arrangement": "per_school",
    "rounding": "school",
    "life_years": 4,
    "optional_grades": True,
    "transfers": False,
    "lease": True,
    "whole_machines": False,
    "upkeep": "reserve",
    "weigh": "pupils",
    "priority_weight": 2.5,
    "hold": 0.01,
    "ladder": ("missing", "money", "minimums", "optional", "fairness"),
    "horizon": "2017-2018..2017-2018",
    "delivery_lag": 1,
    "time_limit": 90.0,
    "overrides": {"buy/th-thi-tran/2017-2018/pc": 1},
    "enrolment_range": 0.1,
    "price_range": 0.2,
    "fund_certainty": {"gift": 0.8},
    "late_share": 0.5,
    "futures": 50,
    "seed": 7,
}


@pytest.mark.parametrize("lever", [lever.name for lever in LEVERS])
def test_a_lever_off_its_default_is_shown_and_taken_back(levers: Levers, lever: str) -> None:
    """Any lever that is moved is part of the scenario and shown apart; one click takes it back, and no other."""
    levers.show(replace(Scenario(), **{lever: MOVED[lever]}))
    levers.entries[lever].show(levers.entries[lever].value)
    assert levers.value.moved() == {lever: MOVED[lever]}
    chips = [part for part in levers.moved.children if isinstance(part, widgets.Button)]
    assert len(chips) == 2
    assert Words("vi")(f"lever.{lever}") in chips[0].description
    chips[0].click()
    assert levers.value.moved() == {}
    assert not [part for part in levers.moved.children if isinstance(part, widgets.Button)]


def test_one_click_takes_all_back(levers: Levers) -> None:
    """Where several levers are moved, one click sets all to their defaults."""
    levers.entries["budget_factor"].text.value = "70"
    levers.entries["lease"].box.value = True
    levers.entries["weigh"].list.value = "pupils"
    assert set(levers.value.moved()) == {"budget_factor", "lease", "weigh"}
    levers.moved.children[-1].click()
    assert levers.value.moved() == {}
    assert levers.entries["budget_factor"].text.value == "100"


@pytest.mark.parametrize(
    ("lever", "typed", "value"),
    [
        ("budget_factor", "70", 0.7),
        ("budget_factor", "1.234,5 %", 12.345),
        ("price_growth", "-2,5", -0.025),
        ("primary_ratio", "24", 24.0),
        ("primary_ratio", "", None),
        ("life_years", "4", 4),
        ("time_limit", "1.200", 1200.0),
    ],
)
def test_numbers_are_typed_as_the_reader_writes_them(
    levers: Levers, lever: str, typed: str, value: float | None
) -> None:
    """A number is typed with point and comma as in Vietnamese, a share in per cent."""
    levers.entries[lever].text.value = typed
    assert (levers.entries[lever].fault, getattr(levers.value, lever)) == ("", value)


@pytest.mark.parametrize(
    ("lever", "typed", "said"),
    [
        ("budget_factor", "1.5", "1.234,5"),
        ("budget_factor", "1,234", "hai số"),
        ("budget_factor", "-1", "từ 0 đến 100.000"),
        ("life_years", "2,5", "số nguyên"),
        ("life_years", "31", "từ 1 đến 30"),
        ("primary_ratio", "abc", "không phải"),
        ("budget_factor", "", "không phải"),
    ],
)
def test_a_wrong_entry_is_explained_beside_the_field(levers: Levers, lever: str, typed: str, said: str) -> None:
    """What is wrong is said beside the field, and the scenario stays that of the last good entry."""
    before, wrong = levers.value, levers.entries[lever]
    wrong.text.value = typed
    assert said in wrong.fault
    assert levers.value == before
    wrong.back.click()
    assert wrong.fault == ""


def test_a_wrong_entry_leaves_the_plan_as_it_is(table: Desk) -> None:
    """While what stands in a field is wrong, plan and charts are those of the last good entry."""
    plan, chart = table.board.plan, table.board.answer.need.value
    entry(table, "budget_factor").text.value = "1.5"
    assert table.board.plan is plan
    assert table.board.answer.need.value == chart


def test_the_sum_that_a_factor_makes_is_told(levers: Levers) -> None:
    """Beside the share of the money stands the sum it comes to."""
    levers.entries["budget_factor"].text.value = "50"
    assert "17,5 triệu đồng" in levers.entries["budget_factor"].echo()


def test_the_order_of_aims_can_be_changed(levers: Levers) -> None:
    """An aim goes up with its button, is left out with its box; one that may not stand first is refused."""
    ladder = levers.entries["ladder"]
    row = next(row for row in ladder._list.children if "chi phí" in row.children[0].description)
    row.children[1].click()
    assert levers.value.ladder.index("money") == 2
    ladder._list.children[-1].children[0].value = False
    assert "tie" not in levers.value.ladder
    for _ in range(2):
        row = next(row for row in ladder._list.children if "chi phí" in row.children[0].description)
        row.children[1].click()
    assert ladder.fault
    assert levers.value.ladder[0] == "missing"


# The answer -------------------------------------------------------------------------------------------------------


def test_a_lever_moved_changes_the_plan(table: Desk) -> None:
    """Twice the money buys more, no money buys nothing, at once; the answer says that it is a quick one."""
    bought = {}
    for factor in ("100", "200", "0"):
        entry(table, "budget_factor").text.value = factor
        assert table.board.plan is not None
        bought[factor] = float(sum(p.quantity for p in table.board.plan.purchases))
        assert "tính nhanh" in table.board.answer.state.value
    assert bought == pytest.approx({"100": 3.5, "200": 7, "0": 0}, abs=1e-4)


def test_what_is_seen_is_the_plan(table: Desk) -> None:
    """Verdict, chart, table and school pages are painted when they are seen, each of the newest plan."""
    answer = table.board.answer
    before = answer.need.value
    entry(table, "budget_factor").text.value = "0"
    assert answer.need.value != before
    assert "không mua" in answer.verdict.value.lower()
    for view in ("schools", "pupils", "school", "assumptions"):
        answer.view.value = view
    frame = answer.schools.table.df
    plan = table.board.plan
    last = plan.problem.years[-1]
    missing = frame[Words("vi")("table.missing") + " #"].sum()
    assert missing == pytest.approx(sum(c.missing for c in plan.machines if c.year == last))
    assert answer.pupils.value[:4] == b"\x89PNG"
    assert "<li>" in answer.assumptions.value


def test_a_row_that_is_clicked_opens_the_schools_page(table: Desk) -> None:
    """A click on a row of the table turns to that school's page; its name stays text."""
    answer = table.board.answer
    answer.view.value = "schools"
    codes = answer.schools._codes
    answer.schools.table.selected_rows = [codes.index("th-thi-tran")]
    assert answer.view.value == "school"
    assert answer.school.choice.value == "th-thi-tran"
    assert "&lt;script&gt;" in answer.school.page.value


def test_no_name_is_ever_markup(table: Desk) -> None:
    """Whatever view is turned to, a name with <script> in it stays text."""
    for view in table.board.answer.pages:
        table.board.answer.view.value = view
    cells = entry(table, "overrides")
    cells.fields["school"].value = "th-thi-tran"
    cells.forbid.click()
    html = "".join(w.value for w in everything(table) if isinstance(w, widgets.HTML))
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_a_plan_that_fails_says_why_and_the_last_good_one_stays(table: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason is shown, with the word that what stands below is older; the next good answer clears it."""
    answer = table.board.answer
    before = (answer.verdict.value, answer.need.value)

    def fail(*_args: object, **_rest: object) -> None:
        raise NoAnswer("no_answer", status="x")

    with monkeypatch.context() as broken:
        broken.setattr(Live, "ask", fail)
        entry(table, "budget_factor").text.value = "150"
    assert "Không tính được" in answer.failure.value
    assert "gần nhất" in answer.state.value
    assert (answer.verdict.value, answer.need.value) == before
    entry(table, "budget_factor").text.value = "151"
    assert answer.failure.value == ""
    assert answer.need.value != before[1]


def test_an_error_of_ours_is_shown_in_the_page(table: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program is not lost in a log nobody reads: the page names it."""

    def break_down(*_args: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(Live, "ask", break_down)
    entry(table, "budget_factor").text.value = "150"
    assert "ZeroDivisionError" in table.board.answer.failure.value


def test_whole_machines_come_from_the_command_itself(table: Desk) -> None:
    """Asked for whole machines, the desk shows the plan that ``provision solve`` makes, and how proven it is."""
    board = table.board
    board.search.click()
    assert board.is_whole
    assert "Số máy nguyên: đã chứng minh" in board.answer.state.value
    assert all(isinstance(p.quantity, int) for p in board.plan.purchases)
    assert open_plan(board.folder).plan.totals == board.plan.totals
    entry(table, "budget_factor").text.value = "90"
    assert not board.is_whole


def test_what_is_uncertain_leaves_whole_machines_as_they_are(table: Desk) -> None:
    """What later years may bring is no part of a plan: moved, whole machines stay, and their folder tells it."""
    board = table.board
    board.search.click()
    bought = board.plan.purchases
    entry(table, "late_share").text.value = "55"
    opened = open_plan(board.folder)
    assert opened.plan.problem.scenario.late_share == board.asked.late_share == 0.55
    assert board.plan.purchases == opened.plan.purchases == bought
    assert provision.verify(board.folder).holds


def test_what_is_uncertain_may_move_while_whole_machines_are_sought(
    table: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved during the search, what later years may bring neither ends it nor makes its plan an older one."""
    board = table.board
    search = board._search.run

    def moving(command: list[str]) -> None:
        entry(table, "late_share").text.value = "55"
        search(command)

    monkeypatch.setattr(board._search, "run", moving)
    board.search.click()
    assert board.is_whole
    assert board.plan.problem.scenario.late_share == 0.55
    assert VI("desk.stale") not in board.answer.state.value


def test_whole_machines_that_cannot_be_had_say_why(table: Desk) -> None:
    """Locks that the money does not pay end in the command's own words; the quick answer stays if there is one."""
    table.board.levers.show(Scenario(overrides={"buy/th-thi-tran/2017-2018/pc": 9}))
    assert "mua đúng 9 “pc” năm học 2017-2018" in table.board.answer.failure.value
    table.board.search.click()
    assert "mua đúng 9 “pc” năm học 2017-2018" in table.board.answer.failure.value


def test_another_language_or_roadmap_keeps_the_levers(table: Desk) -> None:
    """The desk is laid anew in English, with the levers as they were and nothing Vietnamese but names."""
    entry(table, "budget_factor").text.value = "70"
    table.chooser.language.value = "en"
    assert table.board.asked.budget_factor == 0.7
    assert "quick answer" in table.board.answer.state.value.lower()
    table.chooser.pack.value = "gdpt-2018"
    assert table.board.asked.budget_factor == 0.7


def test_data_that_have_become_faulty_are_told(table: Desk, small: Path) -> None:
    """Read again with a fault, the data are not taken: the page lists it and the desk stays."""
    board = table.board
    (small / "schools.csv").write_text("school_id\n", encoding="utf-8")
    table.chooser.again.click()
    assert "schools.csv" in table.chooser.note.value
    assert table.board is board


def test_a_fund_of_all_units_counts_by_its_part(tmp_path: Path) -> None:
    """Of 30 million that two units share by pupils, one with a third of them is told 10 beside its own 2."""
    world = World().unit().unit("w").option("pc", 10_000_000, 5).fund("main", [2_000_000])
    world.fund("both", [30_000_000], unit="").school("a", pupils={3: [48]}).school("b", unit="w", pupils={3: [96]})
    inputs = world.load(tmp_path)
    for units, million in ((("u",), "12"), (("u", "w"), "32")):
        entries = Levers(inputs, units, VI, scenario=Scenario()).entries
        assert f" {million} triệu đồng" in entries["budget_factor"].echo()


# One school -------------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(small: Path) -> Desk:
    """Return the desk of one of the four schools, which plans for itself."""
    return desk(small, "th-hoang-luong")


def test_one_school_plans_for_itself(table: Desk) -> None:
    """Chosen from its unit's, a school is planned alone with a quarter of the money, which every view tells."""
    table.chooser.school.value = "th-hoang-luong"
    board, answer = table.board, table.board.answer
    assert "th-hoang-luong" in table.children[1].value
    assert board.plan.problem.is_one_school
    assert answer.verdict.value.count("nhà trường") >= 2
    assert VI("desk.linear_alone") in answer.state.value
    assert "giữa các trường" not in answer.state.value
    assert "8,8 triệu đồng" in entry(table, "budget_factor").echo()  # 35 million by four
    assert sum(purse.amount for purse in board.plan.problem.purses.values()) == 8_750_000
    for view in answer.pages:
        answer.view.value = view
    assert list(answer.schools.table.df.iloc[:, 0]) == ["th-hoang-luong"]
    assert answer.school.choice.options == (("th-hoang-luong", "th-hoang-luong"),)
    assert VI.percent(0.25, 1) in answer.assumptions.value
    assert answer.failure.value == ""


def test_a_cell_of_shared_money_is_its_units(alone: Desk) -> None:
    """Money that a school shares is set as the table has it, whole, and is called so; its part follows."""
    cells = entry(alone, "overrides")
    assert {school for _, school in cells.fields["school"].options} == {"th-hoang-luong"}
    cells.kind.value = "budget"
    name = VI("desk.whole_fund", fund="main", unit="U")
    cells.fields["fund"].value, cells.fields["year"].value = dict(cells.fields["fund"].options)[name], "2017-2018"
    cells.number.value = "40"
    cells.put.click()
    assert alone.board.asked.overrides == {"budget/u/main/2017-2018": 40_000_000}
    assert alone.board.plan.problem.purses[("th-hoang-luong", "main"), 2017].amount == 10_000_000
    assert name in cells.list.children[0].children[0].value
    alone.chooser.school.value = ""
    assert (alone.board.chosen.units, alone.chooser.units.value) == (("u",), ("u",))
    assert not alone.board.plan.problem.is_one_school
    assert alone.board.asked.overrides == {}


def test_scenarios_of_one_school_lie_side_by_side(alone: Desk, small: Path, tmp_path: Path) -> None:
    """Two scenarios of a school say what it gains or loses, and rank it among nobody; one is saved and solved."""
    entry(alone, "budget_factor").text.value = "50"
    keep, compare = alone.board.keep, alone.board.compare
    keep.name.value = "Nửa"
    keep.save.click()
    assert read_scenario(small, "nua").budget_factor == 0.5
    asked = ["solve", str(small), "--unit", "th-hoang-luong", "--scenario", "nua"]
    assert main([*asked, "--out", str(tmp_path / "plan")]) == 0
    compare.several.value = ["base", "nua"]
    compare.lay.click()
    assert "thiếu thêm" in compare.said.value
    assert not re.search(r"\d trường", compare.said.value + compare.tables.value)
    assert VI("desk.linear_alone") in compare.note.value


def test_a_school_that_cannot_plan_alone_is_told(tmp_path: Path) -> None:
    """A school that merges away is its unit's to plan: the reason is told, and the desk stays as it is."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [20_000_000] * 2)
    for code in _pilots():
        world.school(code, pupils={3: [48, 48]})
    world.schools[0] |= {"open_until": "2017-2018", "merged_into": "th-thi-tran"}
    world.enrolment = [
        e for e in world.enrolment if (e["school_id"], e["school_year"]) != ("th-duc-thang-1", "2018-2019")
    ]
    chooser = Chooser(choose(world.write(tmp_path / "data"), ("u",)))
    chooser.school.value = "th-duc-thang-1"
    told = VI("error.school_merges", school="th-duc-thang-1", other="th-thi-tran", unit="u")
    assert told in chooser.note.value
    assert chooser.chosen.units == ("u",)
    chooser.school.value = "th-thi-tran"
    assert (chooser.chosen.units, chooser.note.value) == (("th-thi-tran",), "")


def test_the_schools_are_those_of_the_one_unit_chosen(tmp_path: Path) -> None:
    """A school is chosen only where one unit is: several units plan together, and their schools with them."""
    world = World().unit("u").unit("w").school("a", pupils={3: [48]}).school("b", pupils={3: [48]}, unit="w")
    world.school("w", pupils={3: [48]}, unit="w")  # by this code the unit is known
    data = world.option("pc", 10_000_000, 5).fund("main", [20_000_000]).write(tmp_path / "data")
    chooser = Chooser(choose(data, ("w",)))
    assert chooser.school.options == ((VI("desk.whole_unit"), ""), ("Trường b", "b"))
    chooser.school.value = "b"
    chooser.language.value = "en"
    assert chooser.chosen.units == ("b",)
    chooser.units.value = ("u",)
    assert chooser.chosen.units == ("u",)
    chooser.pack.value = "bo-2021"  # before the schools of u are listed
    assert chooser.chosen.units == ("u",)
    assert Chooser(choose(data, ("u", "w"))).school.layout.display == "none"
    with pytest.raises(ProvisionError, match="mã trường"):
        choose(data, ("a", "w"))


def test_a_code_nobody_has_is_told_with_those_like_it(small: Path) -> None:
    """The desk of a code that is neither a unit's nor a school's is refused, with the schools of a like code."""
    with pytest.raises(ProvisionError, match="th-thi-tran"):
        desk(small, "th-thi-trn")


# By hand ----------------------------------------------------------------------------------------------------------


def test_a_lock_is_kept_and_its_price_told(table: Desk) -> None:
    """A purchase that is locked stands in the plan, and what it costs is told; taken back, it is gone."""
    cells = entry(table, "overrides")
    cells.fields["school"].value, cells.fields["year"].value = "th-thi-tran", "2017-2018"
    cells.fields["option"].value = "pc"
    cells.number.value = "2"
    cells.put.click()
    bought = {(p.school, p.year): p.quantity for p in table.board.plan.purchases}
    assert bought["th-thi-tran", 2017] == pytest.approx(2)
    assert "máy-năm" in cells.price.value or "không đổi" in cells.price.value
    cells.list.children[0].children[1].click()
    assert table.board.asked.overrides == {}
    assert cells.price.value == ""


def test_a_purchase_is_forbidden(table: Desk) -> None:
    """What is forbidden is not bought, and forbidding what was wanted costs machine-years."""
    table.board.levers.show(Scenario(overrides={f"buy/{s}/2017-2018/pc": 0 for s in _pilots()}))
    assert not [p for p in table.board.plan.purchases if p.year == 2017]
    assert "thiếu thêm" in entry(table, "overrides").price.value


def _pilots() -> tuple[str, ...]:
    return ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong")


@pytest.mark.parametrize(
    ("kind", "chosen", "typed", "path", "number"),
    [
        ("budget", {"fund": "u/main", "year": "2017-2018"}, "1.500", "budget/u/main/2017-2018", 1_500_000_000),
        ("price", {"option": "pc", "year": "2017-2018"}, "9,5", "price/pc/2017-2018", 9_500_000),
        (
            "enrolment",
            {"school": "th-thi-tran", "year": "2017-2018", "grade": "3"},
            "72",
            "enrolment/th-thi-tran/2017-2018/3",
            72,
        ),
    ],
)
def test_a_cell_of_the_tables_is_changed(
    levers: Levers, kind: str, chosen: dict[str, str], typed: str, path: str, number: int
) -> None:
    """Money and prices are typed in million VND, pupils as a count; the cell is told in words."""
    cells = levers.entries["overrides"]
    cells.kind.value = kind
    for name, value in chosen.items():
        cells.fields[name].value = value
    cells.number.value = typed
    cells.put.click()
    assert levers.value.overrides == {path: number}
    assert typed in cells.list.children[0].children[0].value


@pytest.mark.parametrize(("typed", "said"), [("1.5", "1.234,5"), ("0,0000001", "số nguyên"), ("", "không phải")])
def test_a_cell_that_cannot_be_is_explained(levers: Levers, typed: str, said: str) -> None:
    """A sum that is no number, or no whole dong, is explained and changes nothing."""
    cells = levers.entries["overrides"]
    cells.kind.value = "budget"
    cells.number.value = typed
    cells.put.click()
    assert said in cells.fault
    assert levers.value.overrides == {}


# Kept and compared ------------------------------------------------------------------------------------------------


def test_a_scenario_that_is_saved_opens_everywhere(table: Desk, small: Path, tmp_path: Path) -> None:
    """Saved under a Vietnamese name, a scenario opens on the desk and in ``provision solve`` as the same question."""
    entry(table, "budget_factor").text.value = "70"
    keep = table.board.keep
    keep.name.value = "Cắt 30 % – Đợt 1"
    keep.save.click()
    saved = small / "scenarios" / "cat-30-dot-1.toml"
    assert str(saved) in keep.note.value
    asked = read_scenario(small, "cat-30-dot-1")
    assert (asked.budget_factor, asked.label("vi")) == (0.7, "Cắt 30 % – Đợt 1")
    assert main(["solve", str(small), "--unit", "u", "--scenario", asked.name, "--out", str(tmp_path / "p")]) == 0
    table.board.levers.show(Scenario())
    keep.opener.click()
    assert table.board.asked.moved() == {"budget_factor": 0.7}


def test_a_scenario_that_is_changed_says_so_in_its_name(table: Desk, small: Path) -> None:
    """A chart made with a lever moved does not pass for the scenario that was opened, in either language."""
    (small / "scenarios").mkdir(exist_ok=True)
    (small / "scenarios" / "cut.toml").write_text(
        'label_vi = "Cắt"\nlabel_en = "Cut"\nbudget_factor = 0.5\n', "utf-8"
    )
    table.board.levers.show(read_scenario(small, "cut"))
    assert table.board.asked.label("vi") == "Cắt"
    entry(table, "budget_factor").text.value = "60"
    assert table.board.plan.problem.scenario.label("vi") == Words("vi")("desk.changed", name="Cắt")
    table.chooser.language.value = "en"
    assert table.board.asked.label("en") == Words("en")("desk.changed", name="Cut")
    entry(table, "budget_factor").text.value = "50"
    assert table.board.asked == read_scenario(small, "cut")
    table.board.levers._back_all(None)
    assert table.board.asked.label("en") == Words("en")("desk.changed", name="Cut")


def test_a_scenario_is_not_written_over_unasked(table: Desk, small: Path) -> None:
    """A name that is taken is refused until the planner says to overwrite; base and nameless names are refused."""
    keep = table.board.keep
    keep.name.value = "Một"
    keep.save.click()
    before = (small / "scenarios" / "mot.toml").read_bytes()
    entry(table, "budget_factor").text.value = "70"
    keep.save.click()
    assert "Ghi đè" in keep.note.value
    assert (small / "scenarios" / "mot.toml").read_bytes() == before
    keep.over.value = True
    keep.save.click()
    assert tomllib.loads((small / "scenarios" / "mot.toml").read_text("utf-8"))["budget_factor"] == 0.7
    for name in ("", "…", "Base"):
        keep.name.value = name
        keep.save.click()
        assert "Tên cần có" in keep.note.value


@pytest.mark.parametrize(("label", "code"), [("Cắt 30 %", "cat-30"), ("../../Đường", "duong"), ("A" * 99, "a" * 60)])
def test_a_name_becomes_a_file_of_its_own(label: str, code: str) -> None:
    """A Vietnamese name is filed under plain letters; a path in it leads nowhere."""
    assert code_of(label) == code


def test_scenarios_lie_side_by_side(table: Desk, small: Path) -> None:
    """Two scenarios show what they differ in by year and school; one, or five, are refused in words."""
    (small / "scenarios").mkdir()
    (small / "scenarios" / "cut.toml").write_text('label_vi = "Cắt"\nbudget_factor = 0.5\n', encoding="utf-8")
    board = table.board
    board.compare.list()
    board.compare.several.value = ["", "cut"]
    board.compare.lay.click()
    assert "Cắt" in board.compare.said.value
    assert board.compare.picture.value[:4] == b"\x89PNG"
    whole_period = board.compare.tables.value
    board.compare.year.value = 2018
    assert board.compare.tables.value != whole_period
    lever = VI("reason.lever", lever=VI("lever.budget_factor"), before="1", after="0,5")
    assert lever in board.compare.said.value
    assert lever not in board.compare.tables.value  # common to all schools that changed: told once
    board.compare.several.value = ["cut"]
    board.compare.lay.click()
    assert "hai đến bốn" in board.compare.note.value


def test_scenarios_are_compared_without_a_desk(small: Path) -> None:
    """The comparing notebook shows the same, of saved scenarios alone."""
    (small / "scenarios").mkdir()
    for name, factor in (("cut", 0.5), ("more", 2)):
        (small / "scenarios" / f"{name}.toml").write_text(f"budget_factor = {factor}\n", encoding="utf-8")
    page = comparison(small, "u")
    compare = page.children[-1]
    compare.several.value = ["base", "cut", "more"]
    compare.lay.click()
    assert compare.said.value.count("<p") == 2
    assert VI("changed.why") not in compare.tables.value


@pytest.mark.long
def test_a_plan_is_asked_what_changed(table: Desk, small: Path, tmp_path: Path) -> None:
    """The council's comparison is on the desk: with another plan, of two years, and with what was really bought."""
    assert main(["solve", str(small), "--unit", "u", "--out", str(tmp_path / "p"), "--set", "budget_factor=0.5"]) == 0
    bought = tmp_path / "bought.csv"
    bought.write_text(f"school_id,school_year,option,quantity,unit_price\nth-thi-tran,{year(0)},pc,1,9000000\n")
    board, ask = table.board, table.board.ask
    board.search.click()
    ask.question.value = "compare"
    for stated, text, key in (
        ("other", str(tmp_path / "p"), "changed.by_lever"),
        ("years", f"{year(0)},{year(1)}", "changed.how_years"),
        ("bought", str(bought), "changed.how_bought"),
    ):
        for field in ask.stated.values():
            field.value = ""
        ask.stated[stated].value = text
        ask.button.click()
        assert VI(key, parts="").split("{")[0].rstrip(" .") in ask.page.value, ask.note.value


# Taken away -------------------------------------------------------------------------------------------------------


def files_in(html: str) -> dict[str, bytes]:
    """Return the files that a page hands over, by name."""
    found = re.findall(r'download="([^"]+)" href="data:[^;]+;base64,([^"]+)"', html)
    return {name: base64.b64decode(content) for name, content in found}


@pytest.mark.long
def test_files_are_handed_over(table: Desk) -> None:
    """Charts in three kinds, a workbook and the scenario: each is what its name says, and of the plan on the desk."""
    take = table.board.take
    entry(table, "budget_factor").text.value = "70"
    take.charts.click()
    charts = files_in(take.links.value)
    assert len(charts) == 9
    heads = {"png": b"\x89PNG", "svg": b"<?xm", "pdf": b"%PDF"}
    assert all(content[:4] == heads[name[-3:]] for name, content in charts.items())
    take.tables.click()
    assert [content[:2] for content in files_in(take.links.value).values()] == [b"PK"]
    take.scenario.click()
    ((name, content),) = files_in(take.links.value).items()
    assert name == "co-so-da-sua.toml"
    assert tomllib.loads(content.decode())["budget_factor"] == 0.7
    take.report.click()
    assert "số máy nguyên" in take.note.value


@pytest.mark.long
def test_the_report_is_handed_over(table: Desk, small: Path) -> None:
    """Once whole machines are found, the report of that plan is one page; a newer answer takes old links away.

    It scores by the weights that stand beside the data.
    """
    (small / "indicators.toml").write_text("pupils_served = 7.5\nschools_on_target = 2.5\n", encoding="utf-8")
    table.board.search.click()
    table.board.take.report.click()
    ((name, content),) = files_in(table.board.take.links.value).items()
    assert name.endswith(".html")
    assert "Báo cáo hoàn tất" in content.decode()
    assert "trên 10 điểm" in content.decode()
    assert "<script>alert" not in content.decode()
    entry(table, "budget_factor").text.value = "70"
    assert table.board.take.links.value == ""


# Asking ------------------------------------------------------------------------------------------------------------


def test_a_question_waits_for_whole_machines(table: Desk) -> None:
    """Questions are answered from a plan that could be carried out: before there is one, the desk says so."""
    ask = table.board.ask
    ask.button.click()
    assert Words("vi")("desk.ask_waits") in ask.note.value
    assert ask.page.value == ""


@pytest.mark.long
def test_a_question_is_answered_below_it(table: Desk) -> None:
    """What is stated as a planner types it reaches the command; its answer goes with the plan it is of."""
    ask = table.board.ask
    table.board.search.click()
    assert {"fund", "year", "step", "steps", "whole"} == set(ask.stated)
    ask.stated["step"].value, ask.stated["year"].value = "20", "2018-2019"
    ask.button.click()
    assert "Thêm 20 triệu đồng" in ask.page.value
    assert 'class="chart"' in ask.page.value
    assert "<script>alert" not in ask.page.value
    ask.stated["step"].value = "1,234"
    ask.button.click()
    assert "provision-fault" in ask.note.value
    ask.stated["step"].value, ask.stated["steps"].value = "20", "0"
    ask.button.click()
    assert "--steps" in ask.note.value
    ask.stated["steps"].value, ask.doubt.value = "1", True
    ask.button.click()
    agreed, _, _ = Words("vi")("second.agrees", found="\n").partition("\n")
    assert agreed in ask.note.value
    assert 'class="chart"' in ask.page.value
    entry(table, "budget_factor").text.value = "70"
    assert ask.page.value == ""


# Following a hand -------------------------------------------------------------------------------------------------


def test_only_the_newest_wish_is_followed() -> None:
    """Of twenty quick wishes the last is answered and hardly another: no queue, and nothing old comes after."""
    solved, ended, wish = [], [], [0]

    def steps() -> Iterator[float]:
        now = wish[0]
        yield 0
        solved.append(now)
        yield 0
        ended.append(now)

    async def hurry() -> None:
        follower = Follower(steps, _fail)
        for n in range(20):
            wish[0] = n
            follower.want()
            await asyncio.sleep(0)
        while follower._task and not follower._task.done():
            await asyncio.sleep(0.005)

    asyncio.run(hurry())
    assert ended[-1] == 19
    assert ended == sorted(ended)
    assert len(solved) < 10


def test_a_rest_is_broken_off_by_a_newer_wish() -> None:
    """A step that rests does not keep a newer wish waiting."""
    rested: list[float] = []

    def steps() -> Iterator[float]:
        rested.append(time.monotonic())
        yield 60 if len(rested) == 1 else 0

    async def hurry() -> None:
        follower = Follower(steps, _fail)
        follower.want()
        await asyncio.sleep(0.05)
        follower.want()
        await follower._task

    asyncio.run(asyncio.wait_for(hurry(), 10))
    assert len(rested) == 2


def _fail(error: Exception) -> None:
    raise AssertionError from error


def test_a_command_aside_is_stopped_and_told_no_more(small: Path, tmp_path: Path) -> None:
    """A newer command ends the one before, of which nothing is told any more."""
    told: list[str] = []
    ended: list[int] = []

    async def twice() -> None:
        aside = Aside(told.append, lambda code, _said: ended.append(code))
        aside.run(["solve", str(small), "--unit", "nobody", "--out", str(tmp_path / "a")])
        aside.run(["solve", str(small), "--unit", "u", "--out", str(tmp_path / "b")])
        while aside.busy:
            await asyncio.sleep(0.05)

    asyncio.run(twice())
    assert ended == [0]
    assert any("đang tìm" in line for line in told)
    assert not (tmp_path / "a").exists()


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="processes are killed otherwise there")
def test_a_command_aside_does_not_outlive_the_desk(small: Path, tmp_path: Path) -> None:
    """Where the desk's process is killed, the search it had started ends too."""
    code = "import time\nfrom provision.widgets.aside import Aside\nimport threading\n"
    code += "a = Aside(lambda _l: None, lambda _c, _s: None)\n"
    code += f"t = threading.Thread(target=a.run, args=(['desk', {str(small)!r}, '--no-browser'],), daemon=True)\n"
    code += "t.start()\ntime.sleep(0.5)\nprint(a._process.pid, flush=True)\ntime.sleep(600)"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    assert not psutil.wait_procs([child], timeout=30)[1]

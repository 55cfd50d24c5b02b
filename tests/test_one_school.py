"""One school plans for itself: its own pupils and machines, its part of the money, its own words."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from worlds import World, roadmap, year

from provision.commands import main
from provision.domain.problem import Problem
from provision.domain.roadmap import Minimum
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.model import solve
from provision.posing import pose
from provision.posing.alone import letterhead
from provision.questions.live import Live
from provision.questions.report import findings, titles
from provision.questions.school import school_page
from provision.questions.verdict import assumptions
from provision.store import open_plan
from provision.text import LANGUAGES, Words

VI = Words("vi")
PACK = roadmap({0: [3]})


def world() -> World:
    """Return two units: a has 48 pupils and b 96 in unit u, c has 48 in unit w; every kind of fund."""
    found = World().unit().unit("w").option("pc", 10_000_000, 5)
    found.school("a", pupils={3: [48, 48]}).school("b", pupils={3: [96, 96]}, disadvantaged=1)
    found.school("c", pupils={3: [48, 48]}, unit="w").stock("b", 9, 0).stock("a", 1, 0)
    found.fund("main", [10_000_001, 20_000_000]).fund("mine", [5_000_000, 0], schools="a")
    found.fund("theirs", [7_000_000, 0], schools="b").fund("poor", [8_000_000, 0], schools="disadvantaged")
    found.fund("both", [3_000_000, 0], schools="a;b").fund("else", [9_000_000, 0], unit="w")
    return found.fund("province", [12_000_000, 0], unit="")


def posed(found: World, folder: Path, code: str = "a", scenario: Scenario | None = None) -> Problem:
    """Return the question of one school."""
    return pose(found.load(folder), [code], PACK, scenario)


def money(problem: Problem, at: int = 2017) -> dict[tuple[str, str], int]:
    """Return what each fund has in a year."""
    return {fund: purse.amount for (fund, year), purse in problem.purses.items() if year == at}


def test_a_school_has_its_part_of_the_money(tmp_path: Path) -> None:
    """A third of the unit's pupils have a third of its money, rounded down; of what all units share, a quarter.

    Money that names the school alone is all its own, money for others alone is none of its own.
    """
    problem = posed(world(), tmp_path)
    assert money(problem) == {
        ("a", "main"): 3_333_333,
        ("a", "mine"): 5_000_000,
        ("a", "both"): 1_000_000,
        ("", "province"): 3_000_000,
    }
    assert money(problem, 2018)["a", "main"] == 6_666_666
    told = "\n".join(VI(f"warning.{code}", **details) for code, details in problem.warnings)
    assert {f"{fund}: {VI.percent(Fraction(1, 3), 1)}" in told for fund in ("main", "both")} == {True}
    assert "mine" not in told


def test_a_school_in_need_has_its_part_of_what_is_for_such(tmp_path: Path) -> None:
    """What is for disadvantaged schools is all of the only one that is."""
    assert money(posed(world(), tmp_path, "b"))["b", "poor"] == 8_000_000


def test_all_parts_together_are_no_more_than_the_fund(tmp_path: Path) -> None:
    """What the schools of a unit get of its money, each alone, never adds up to more than there is."""
    found = world()
    parts = [money(posed(found, tmp_path / code, code))[code, "main"] for code in ("a", "b")]
    assert parts == [3_333_333, 6_666_667]
    assert sum(parts) <= 10_000_001


def test_projected_pupils_share_the_money_too(tmp_path: Path) -> None:
    """In a year whose pupils are projected, the part is reckoned from the projection that its unit is planned by."""
    found = World().unit().option("pc", 10_000_000, 5).fund("main", [9_000_000, 9_000_000, 9_000_000])
    found.school("a", pupils={g: [48, 48] for g in (2, 3)}).school("b", pupils={g: [96, 96] for g in (2, 3)})
    problem = posed(found, tmp_path)
    assert problem.projected == {("a", 2019)}
    whole = pose(found.load(tmp_path), ["u"], PACK)
    pupils = {school: whole.counted["covered", school, 2019] for school in "ab"}
    assert problem.counted["covered", "a", 2019] == pupils["a"] > 0
    assert money(problem, 2019)["a", "main"] == 9_000_000 * pupils["a"] // sum(pupils.values())


def test_a_factor_falls_on_the_part(tmp_path: Path) -> None:
    """Half the money is half the part, and another amount in a scenario's cell is shared like the first."""
    half = Scenario(budget_factor=0.5)
    assert money(posed(world(), tmp_path / "half", scenario=half))["a", "main"] == 10_000_001 * Fraction(1, 6) // 1
    cell = Scenario(overrides={f"budget/u/main/{year(0)}": 30_000_000})
    assert money(posed(world(), tmp_path / "cell", scenario=cell))["a", "main"] == 10_000_000


def test_only_its_own_pupils_and_machines(tmp_path: Path) -> None:
    """The school needs two machines for its 48 pupils and has one; the five that b could spare do not come."""
    problem = posed(world(), tmp_path)
    plan = solve(problem)
    assert (problem.units, problem.unit_names, problem.schools) == (("a",), ("Trường a",), ("a",))
    assert [(c.need, c.stock) for c in plan.machines] == [(2, 1), (2, 1)]
    assert plan.transfers == ()


def test_who_merges_into_it_comes_along(tmp_path: Path) -> None:
    """A school that merges into it brings pupils, machines and its part of the money, and is told."""
    found = World().unit().option("pc", 10_000_000, 5)
    found.school("p", pupils={3: [24]}, open_until=year(0), merged_into="a").stock("p", 1, 0)
    found.school("a", pupils={3: [24, 48]}).school("b", pupils={3: [48, 48]})
    problem = posed(found.fund("main", [8_000_000, 8_000_000]), tmp_path)
    assert money(problem)["a", "main"] == money(problem, 2018)["a", "main"] == 4_000_000
    assert set(problem.schools) == {"a", "p"}
    assert problem.stock["a", "pupil_computer", 2018] == 1
    assert ("school_brings", {"schools": ("Trường p",)}) in problem.warnings


def test_a_school_that_merges_away_is_its_units(tmp_path: Path) -> None:
    """A school that merges into another within the years cannot plan for itself; its unit is named."""
    found = world()
    found.schools[0] |= {"open_until": year(0), "merged_into": "b"}
    found.enrolment = [e for e in found.enrolment if (e["school_id"], e["school_year"]) != ("a", year(1))]
    with pytest.raises(ProvisionError) as refused:
        posed(found, tmp_path)
    assert (refused.value.code, refused.value.details["unit"]) == ("school_merges", "u")


def test_a_school_is_planned_by_itself_or_not_at_all(tmp_path: Path) -> None:
    """A school beside another, or beside a unit, is refused: who plans several is their unit."""
    inputs = world().load(tmp_path)
    for codes in (["a", "b"], ["a", "w"]):
        with pytest.raises(ProvisionError) as refused:
            pose(inputs, codes, PACK)
        assert refused.value.code == "school_with_others"


def test_a_unit_that_is_called_like_its_school_is_a_unit(tmp_path: Path) -> None:
    """A commune with the code of its only school plans as a commune, with all its money."""
    found = World().unit("a").option("pc", 10_000_000, 5).school("a", pupils={3: [48]}, unit="a")
    problem = posed(found.fund("main", [9_000_000], unit="a"), tmp_path)
    assert not problem.is_one_school
    assert (problem.unit_names, money(problem)) == (("A",), {("a", "main"): 9_000_000})


def test_a_code_nobody_has_tells_those_like_it(tmp_path: Path) -> None:
    """A code that is neither a unit's nor a school's is refused with the units and the schools of a like code."""
    found = world().school("th-thi-tran", pupils={3: [30, 30]})
    with pytest.raises(ProvisionError) as refused:
        posed(found, tmp_path, "th-thi-trn")
    assert refused.value.details == {"school": "th-thi-trn", "like": "th-thi-tran", "known": "u, w"}


def test_what_is_asked_of_units_is_not_asked_of_it(tmp_path: Path) -> None:
    """A firewall that every unit must have is asked of the unit, not of a school alone; that is told."""
    pack = roadmap({0: [3]}, minimums=[Minimum("firewall", "unit", 1, Fraction(1), (), "all", "3")])
    inputs = world().option("wall", 9_000_000, 5, item="firewall").load(tmp_path)
    problem = pose(inputs, ["a"], pack)
    assert problem.items == ("pupil_computer",)
    assert "firewall" in pose(inputs, ["u"], pack).items
    assert any(code == "school_unit_minimums" for code, _ in problem.warnings)


def test_a_year_its_unit_carried_out_is_over(tmp_path: Path) -> None:
    """Where the unit has bought in a year, the school that bought nothing then buys nothing then any more."""
    problem = posed(world().carried("b", 0, "pc", 1, 10_000_000), tmp_path)
    assert (problem.frozen_until, problem.facts) == (2017, {})
    assert {p.year for p in solve(problem).purchases} <= {2018}


def test_the_letterhead_is_the_schools(tmp_path: Path) -> None:
    """A school issues its own plan, signed by its head, at the place of its unit; a unit's stays as it is."""
    inputs = world().load(tmp_path)
    head = letterhead(inputs, "a")
    assert (head.issuer, head.signatory_title, head.place) == ("Trường a", "Hiệu trưởng", "Hiệp Hoà")
    assert letterhead(inputs, "u") == inputs.units["u"]


def test_the_desk_answers_for_a_school(tmp_path: Path) -> None:
    """Moving the money of a school on its own gives the same answer at once as posing it anew."""
    inputs = world().load(tmp_path)
    kept = Live(inputs, ["a"], PACK)
    kept.plan(Scenario())
    moved = Scenario(budget_factor=0.5)
    assert kept.plan(moved).totals == Live(inputs, ["a"], PACK).plan(moved).totals


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_words_are_a_schools(language: str, tmp_path: Path) -> None:
    """The report names the school, speaks of it as one, and ranks it among nobody."""
    words = Words(language)
    plan = solve(posed(world(), tmp_path))
    said = " ".join((*titles(plan, words), *findings(plan, words), *assumptions(plan, words)))
    assert "Trường a" in titles(plan, words)[0]
    for lonely in ("1 trường", "toàn đơn vị", "tất cả các trường", "1 schools", "every school", "whole unit"):
        assert lonely not in said
    assert words("school.where", unit="Trường a", level="") not in school_page(plan, "a", words).html


@pytest.mark.long
def test_a_school_of_the_district_is_planned_and_proven(bac_giang: Path, tmp_path: Path) -> None:
    """A school of the district is planned by its code, and proven against the district's data and its own copy."""
    out, code = tmp_path / "plan", "th-thi-tran"
    short = ["--set", "horizon=2017-2018..2018-2019"]
    assert main(["solve", str(bac_giang), "--unit", code, *short, "--out", str(out)]) == 0
    assert main(["verify", str(out), "--data", str(bac_giang)]) == 0
    assert json.loads((out / "plan.json").read_text("utf-8"))["units"] == [code]
    plan = open_plan(out).plan
    assert plan.problem.is_one_school
    assert titles(plan, VI)[0] == "Kế hoạch máy tính học sinh – Trường Tiểu học Thị trấn Thắng"
    again = tmp_path / "again"
    assert main(["solve", str(out / "inputs"), "--unit", code, *short, "--out", str(again)]) == 0
    assert (again / "purchases.csv").read_bytes() == (out / "purchases.csv").read_bytes()


@pytest.mark.long
def test_a_school_of_the_district_has_its_report(bac_giang: Path, tmp_path: Path) -> None:
    """A school of the district is checked and rendered like a unit, from its code to its page."""
    assert main(["check", str(bac_giang), "--unit", "th-thi-tran"]) == 0
    assert (
        main(["render", str(bac_giang), "--units", "th-thi-tran", "--ask", "", "--out", str(tmp_path / "out")]) == 0
    )
    page = (tmp_path / "out" / "base" / "th-thi-tran" / "report.html").read_text("utf-8")
    assert "Kế hoạch máy tính học sinh – Trường Tiểu học Thị trấn Thắng" in page


def test_a_school_whose_unit_depends_on_another_is_not_planned_alone(tmp_path: Path) -> None:
    """Where a school of another unit merges into a fellow, its pupils would count in the shares: both units plan."""
    found = World().unit().unit("v").option("pc", 9_000_000, 5).fund("main", [50_000_000] * 3)
    found.school("a", pupils={3: [40] * 3}).school("b", pupils={3: [40] * 3})
    found.school("c", pupils={3: [30]}, unit="v", open_until=year(0), merged_into="b")
    for row in found.enrolment:
        if (row["school_id"], row["school_year"]) in {("b", year(1)), ("b", year(2))}:
            row["pupils"] = 70
    with pytest.raises(ProvisionError) as refused:
        posed(found, tmp_path)
    assert refused.value.code == "merger_outside"

"""Beyond one machine and one purse: cells changed, years carried out, minimums, rooms, moves and repairs, by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import FIRST, World, random_world, roadmap, year

import provision
from provision.domain.inputs import Inputs
from provision.domain.inventory import Cohort, Lot
from provision.domain.problem import LAB, PUPIL_COMPUTER, UNIT, Demand, Fact, Problem
from provision.domain.roadmap import Lab, Minimum
from provision.domain.scenario import Scenario
from provision.errors import FaultyInput
from provision.text import Words

MILLION = 1_000_000
FOUR = [48] * 4

steady = settings(derandomize=True, max_examples=80, deadline=None)


def posed(
    world: World,
    folder: Path,
    *minimums: Minimum,
    labs: Iterable[Lab] = (),
    units: Sequence[str] = ("u",),
    optional: Mapping[int, Sequence[int]] | None = None,
    **levers: object,
) -> Problem:
    """Return the problem of a world that teaches grade 3, with four years of no money where it has none."""
    if not world.budget:
        world.fund("main", [0] * 4)
    pack = roadmap({0: [3]}, minimums=minimums, labs=labs, optional=optional)
    return provision.pose(world.load(folder / "data"), units, pack, Scenario(**levers))


def faults(world: World, folder: Path, *minimums: Minimum, **rest: object) -> list[tuple[str, str | None]]:
    """Return the code and the cell of every fault a world is refused with."""
    with pytest.raises(FaultyInput) as refused:
        posed(world, folder, *minimums, **rest)
    assert all(fault.say(Words(language)) for fault in refused.value.faults for language in ("vi", "en"))
    return [(fault.code, fault.found) for fault in refused.value.faults]


def told(problem: Problem, code: str) -> list[Mapping[str, object]]:
    """Return the details of every warning of a code; each has words in both languages."""
    found = [details for warned, details in problem.warnings if warned == code]
    assert all(Words(language)(f"warning.{code}", **details) for details in found for language in ("vi", "en"))
    return found


def minimum(item: str, per: str = "school", quantity: int = 1, **rest: object) -> Minimum:
    """Return a minimum of a pack: everywhere, of weight 1, where nothing else is said."""
    said: dict[str, object] = {"weight": Fraction(1), "levels": (), "where": "all", "section": "3"}
    return Minimum(item=item, per=per, quantity=quantity, **said | rest)  # type: ignore[arg-type]


def lab(*, gate: bool = False, seats: int | None = 16, periods: int | None = None, **rest: int) -> Lab:
    """Return what a pack says of computer rooms."""
    return Lab(gate=gate, seats=seats, weekly_periods=periods, section="4", **rest)


def by_year(problem: Problem, table: Mapping[tuple[str, str, int], int], school: str, item: str) -> list[int]:
    """Return a school's numbers of an item in the years of the horizon."""
    return [table.get((school, item, y), 0) for y in problem.years]


def need(problem: Problem, item: str, school: str = "a") -> list[int]:
    """Return what a school needs of an item in the years of the horizon."""
    return [problem.need(school, item, y) for y in problem.years]


def stock(problem: Problem, item: str = PUPIL_COMPUTER, school: str = "a") -> list[int]:
    """Return what works of a school's own things in the years of the horizon."""
    return by_year(problem, problem.stock, school, item)


def spare(problem: Problem, item: str = PUPIL_COMPUTER, school: str = "a") -> list[int]:
    """Return what a school can spare of its own things in the years of the horizon."""
    return by_year(problem, problem.spare, school, item)


def prices(problem: Problem, option: str = "new") -> list[int | None]:
    """Return an option's prices in the years of the horizon, in million VND where they are whole millions."""
    found = [problem.prices.get((option, y)) for y in problem.years]
    return [p // MILLION if p is not None and p % MILLION == 0 else p for p in found]


def amounts(problem: Problem, fund: str = "main", unit: str = "u") -> list[int]:
    """Return a fund's new money in the years of the horizon."""
    return [problem.purses[(unit, fund), y].amount for y in problem.years]


@pytest.fixture
def one() -> World:
    """Return a world of one school that needs two machines a year, and one way to buy."""
    return World().unit().school("a", pupils={3: FOUR}).option("new", 12 * MILLION, 5)


@pytest.fixture
def room(one: World) -> World:
    """Return the same world with a price of setting up a computer room."""
    return one.option("room", 50 * MILLION, 20, item=LAB, mode="setup")


@pytest.fixture
def two_units(one: World) -> World:
    """Return two units of one school each, with 48 and 96 pupils of grade 3, and a fund they share."""
    one.unit("w").school("b", pupils={3: [96] * 4}, unit="w")
    return one.fund("shared", [900] * 4, unit="").fund("main", [100] * 4).fund("main", [70] * 4, unit="w")


@pytest.fixture
def chain(one: World) -> World:
    """Return a world where b merges into c after one year, and c closes a year later without a successor."""
    one.school("b", pupils={3: [24]}, open_until=year(0), merged_into="c")
    return one.school("c", pupils={3: [24, 24]}, open_until=year(1))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Return inputs to build variations of: one school, two machines a year, four years of 100 VND."""
    world = World().unit().school("a", pupils={3: FOUR}).option("new", 12 * MILLION, 5).fund("main", [100] * 4)
    return world.load(tmp_path_factory.mktemp("base"))


# ---- single cells: prices -------------------------------------------------------------------------------------


def test_a_price_is_changed_in_one_year_only(one: World, tmp_path: Path) -> None:
    """12 million a machine, 9 in the second year: the third year costs 12 again."""
    assert prices(posed(one, tmp_path, overrides={f"price/new/{year(1)}": 9 * MILLION})) == [12, 9, 12, 12]


def test_prices_of_two_years_running_are_two_cells(one: World, tmp_path: Path) -> None:
    """9 and 8 million in the second and third year; the fourth costs 12 again."""
    cells = {f"price/new/{year(1)}": 9 * MILLION, f"price/new/{year(2)}": 8 * MILLION}
    assert prices(posed(one, tmp_path, overrides=cells)) == [12, 9, 8, 12]


def test_a_changed_price_ends_where_the_catalogue_has_a_new_one(one: World, tmp_path: Path) -> None:
    """The catalogue says 12, and 10 from the third year: 9 in one year leaves both as they are."""
    one.option("new", 10 * MILLION, 5, from_year=year(2))
    changed = [prices(posed(one, tmp_path, overrides={f"price/new/{year(n)}": 9 * MILLION})) for n in range(4)]
    assert changed == [[9, 12, 10, 10], [12, 9, 10, 10], [12, 12, 9, 10], [12, 12, 10, 9]]


def test_a_changed_price_grows_like_any_other(one: World, tmp_path: Path) -> None:
    """At 10 % a year, 10 million in the third year come to 12.1 million; the fourth is 12 x 1.331 = 15.972 again."""
    problem = posed(one, tmp_path, price_growth=0.1, overrides={f"price/new/{year(2)}": 10 * MILLION})
    assert prices(problem) == [12, 13_200_000, 12_100_000, 15_972_000]


def test_an_option_can_be_had_early_in_one_year_only(one: World, tmp_path: Path) -> None:
    """An option of the fourth year gets a price in the first: the second and third year still have none."""
    one.option("late", 9 * MILLION, 5, from_year=year(3))
    problem = posed(one, tmp_path, overrides={f"price/late/{year(0)}": 8 * MILLION})
    assert prices(problem, "late") == [8, None, None, 9]


def test_the_price_of_freight_is_a_cell_like_others(one: World, tmp_path: Path) -> None:
    """Moving a machine costs 100,000 VND, in the second year 70,000."""
    one.option("van", 100_000, 1, mode="move")
    problem = posed(one, tmp_path, overrides={f"price/van/{year(1)}": 70_000})
    assert [problem.freight[PUPIL_COMPUTER, y][1] for y in problem.years] == [100_000, 70_000, 100_000, 100_000]


@steady
@given(
    rows=st.dictionaries(st.integers(FIRST - 2, FIRST + 4), st.integers(1, 99), min_size=1),
    at=st.integers(FIRST, FIRST + 3),
    price=st.integers(1, 99),
    growth=st.sampled_from([0.0, 0.1]),
)
def test_a_changed_price_changes_nothing_else(
    base: Inputs, rows: dict[int, int], at: int, price: int, growth: float
) -> None:
    """Whatever the catalogue's prices, one cell of them changed is one price changed."""
    (new,) = base.catalogue
    inputs = replace(base, catalogue=(replace(new, prices=rows),))
    before = provision.pose(inputs, ["u"], roadmap({0: [3]}), Scenario(price_growth=growth))
    cells = {f"price/new/{at}-{at + 1}": price}
    after = provision.pose(inputs, ["u"], roadmap({0: [3]}), Scenario(price_growth=growth, overrides=cells))
    unlike = {key for key in {*before.prices, *after.prices} if before.prices.get(key) != after.prices.get(key)}
    assert unlike <= {("new", at)}
    assert growth or after.prices["new", at] == price


# ---- single cells: money --------------------------------------------------------------------------------------


def test_an_amount_is_changed_in_one_year_only(two_units: World, tmp_path: Path) -> None:
    """200 instead of 100 VND in the second year, of this fund and no other."""
    problem = posed(two_units, tmp_path, units=("u", "w"), overrides={f"budget/u/main/{year(1)}": 200})
    assert (amounts(problem), amounts(problem, unit="w")) == ([100, 200, 100, 100], [70] * 4)
    assert amounts(problem, "shared", "") == [900] * 4


def test_a_changed_amount_is_moved_by_the_factors(one: World, tmp_path: Path) -> None:
    """201 VND at 0.7 and 0.5 are 70.35, that is 70; the other years have 100 x 0.35 = 35."""
    one.fund("main", [100] * 3)
    problem = posed(
        one, tmp_path, budget_factor=0.7, fund_factor={"main": 0.5}, overrides={f"budget/u/main/{year(1)}": 201}
    )
    assert amounts(problem) == [35, 70, 35]


def test_a_year_without_a_row_can_get_money(one: World, tmp_path: Path) -> None:
    """A fund with rows for two years gets 3 and 4 VND in the years after each, under the rules of the row before."""
    one.fund("main", [5], carry_over=0.5, modes="buy").fund("other", [0] * 4)
    one.budget.append({**one.budget[0], "school_year": year(2), "amount": 7, "carry_over": 1, "modes": ""})
    problem = posed(one, tmp_path, overrides={f"budget/u/main/{year(1)}": 3, f"budget/u/main/{year(3)}": 4})
    purses = [problem.purses[("u", "main"), y] for y in problem.years]
    assert [(p.amount, p.carry_over, p.modes) for p in purses] == [
        (5, Fraction(1, 2), {"buy"}),
        (3, Fraction(1, 2), {"buy"}),
        (7, 1, None),
        (4, 1, None),
    ]


def test_a_fund_can_get_money_before_its_first_row(one: World, tmp_path: Path) -> None:
    """A fund that starts in the third year gets 4 VND in the first, under its only rules."""
    one.fund("main", [0] * 4).fund("late", [9], school_year=year(2), carry_over=1)
    problem = posed(one, tmp_path, overrides={f"budget/u/late/{year(0)}": 4})
    assert amounts(problem, "late") == [4, 0, 9, 0]
    assert problem.purses[("u", "late"), 2017].carry_over == 1


def test_a_unit_alone_gets_its_share_of_a_changed_amount(two_units: World, tmp_path: Path) -> None:
    """48 of 144 pupils are a third: of 300 VND instead of 900 in the second year, 100 instead of 300."""
    problem = posed(two_units, tmp_path, overrides={f"budget//shared/{year(1)}": 300})
    assert amounts(problem, "shared", "") == [300, 100, 300, 300]


def test_money_of_a_unit_not_planned_may_be_changed(two_units: World, tmp_path: Path) -> None:
    """A scenario made for both units also serves one alone: the other's cell is passed over."""
    assert amounts(posed(two_units, tmp_path, overrides={f"budget/w/main/{year(0)}": 1})) == [100] * 4


def test_a_cell_of_another_year_changes_nothing_and_is_told(one: World, tmp_path: Path) -> None:
    """A plan runs to the last row of the budget table; money, a price or a lock of a later year moves nothing."""
    one.fund("main", [5] * 3)
    cells = {f"budget/u/main/{year(3)}": 8, f"price/new/{year(9)}": 1, f"buy/a/{year(9)}/new": 1}
    problem = posed(one, tmp_path, overrides=cells)
    assert amounts(problem) == [5, 5, 5]
    assert told(problem, "cells_outside") == [{"cells": "; ".join(cells)}]
    assert problem.prices == posed(one, tmp_path).prices


def test_repairs_of_what_comes_later_are_told(one: World, tmp_path: Path) -> None:
    """A faulty machine acquired in the third year is not repairable in the plan, and the plan says so."""
    one.stock("a", 2, 2, condition="repairable", life_years=5).stock("a", 1, -1, condition="repairable", life_years=5)
    problem = posed(one, tmp_path)
    assert (problem.repairable, told(problem, "repairable_later")) == ({("a", PUPIL_COMPUTER): 1}, [{"machines": 2}])


def test_rooms_are_counted_by_the_schools_table(one: World, tmp_path: Path) -> None:
    """Rooms in the inventory count for nothing, and the plan says so."""
    one.thing("a", "lab", 2, 0, life_years=9)
    assert told(posed(one, tmp_path, labs=[lab(gate=True)]), "labs_in_inventory") == [{"lots": 1}]


def test_what_must_come_with_a_machine_needs_a_payer(one: World, tmp_path: Path) -> None:
    """Money for computers alone buys none where a licence must come with each; the plan says why."""
    one.option("licence", MILLION, 1, item="software_licence").fund("main", [900] * 4, items=PUPIL_COMPUTER)
    problem = posed(one, tmp_path, minimum("software_licence", "machine"))
    assert told(problem, "companion_unpaid") == [{"items": ("item.software_licence",)}]


def test_a_pack_without_a_grade_in_force_is_told(one: World, tmp_path: Path) -> None:
    """A calendar that begins after the plan asks for no machine, which is not the same as enough machines."""
    one.fund("main", [5] * 3)
    problem = provision.pose(one.load(tmp_path / "data"), ["u"], roadmap({9: [3]}))
    assert told(problem, "no_grade_taught") == [{"roadmap": "test"}]


# ---- single cells: pupils -------------------------------------------------------------------------------------


def test_pupils_are_changed_in_one_grade_and_year(one: World, tmp_path: Path) -> None:
    """73 pupils instead of 48 need 4 machines instead of 2, in the second year only."""
    assert need(posed(one, tmp_path, overrides={f"enrolment/a/{year(1)}/3": 73}), PUPIL_COMPUTER) == [2, 4, 2, 2]


def test_changed_pupils_grow_like_others(one: World, tmp_path: Path) -> None:
    """60 pupils of the second year grow by 10 % to 66, the 48 of the third by 21 % to 58."""
    problem = posed(one, tmp_path, enrolment_growth=0.1, overrides={f"enrolment/a/{year(1)}/3": 60})
    assert [problem.demand["a", PUPIL_COMPUTER, y].pupils for y in problem.years] == [48, 66, 58, 64]


def test_changed_pupils_sit_in_the_same_classes(one: World, tmp_path: Path) -> None:
    """72 pupils in the two classes of 48 are 36 to a class."""
    problem = posed(one, tmp_path, overrides={f"enrolment/a/{year(1)}/3": 72})
    assert [problem.largest_class["a", y] for y in problem.years] == [24, 36, 24, 24]


def test_a_grade_can_be_emptied(one: World, tmp_path: Path) -> None:
    """No pupils in a year need nothing in it, and are no pupils left out."""
    assert need(posed(one, tmp_path, overrides={f"enrolment/a/{year(3)}/3": 0}), PUPIL_COMPUTER) == [2, 2, 2, 0]


def test_changed_pupils_change_a_units_share(two_units: World, tmp_path: Path) -> None:
    """With 96 pupils on each side half of the shared 900 VND is ours."""
    problem = posed(two_units, tmp_path, overrides={f"enrolment/a/{year(1)}/3": 96})
    assert amounts(problem, "shared", "") == [300, 450, 300, 300]


def test_what_stands_there_anyway_changes_nothing(two_units: World, tmp_path: Path) -> None:
    """A cell of each kind set to what the tables say leaves prices, money and need as they are."""
    cells = {
        f"budget//shared/{year(1)}": 900,
        f"budget/u/main/{year(2)}": 100,
        f"price/new/{year(1)}": 12 * MILLION,
        f"enrolment/a/{year(3)}/3": 48,
    }
    levers = {"budget_factor": 0.3, "price_growth": 0.07, "enrolment_growth": 0.03}
    plain, same = (posed(two_units, tmp_path, **levers, overrides=o) for o in ({}, cells))
    assert (same.prices, same.purses, same.demand) == (plain.prices, plain.purses, plain.demand)
    assert same.warnings == plain.warnings


@pytest.mark.parametrize(
    "path",
    [
        f"budget/u/gift/{year(0)}",
        f"budget/x/main/{year(0)}",
        f"budget//main/{year(0)}",
        f"price/old/{year(0)}",
        f"enrolment/z/{year(0)}/3",
        f"enrolment/a/{year(0)}/4",
        f"enrolment/a/{year(9)}/3",
        f"buy/z/{year(0)}/new",
        f"buy/a/{year(0)}/old",
        f"buy/a/{year(0)}/van",
    ],
)
def test_a_cell_nobody_knows_is_refused(one: World, tmp_path: Path, path: str) -> None:
    """A fund, option, school or grade the data does not have is a slip of the pen; freight is no purchase."""
    one.option("van", 100_000, 1, mode="move")
    assert faults(one, tmp_path, overrides={path: 1}) == [("override_unknown", path)]


def test_every_unknown_cell_is_told_at_once(one: World, tmp_path: Path) -> None:
    """The cells of the tables are told together, by their paths, as the scenario's own fault."""
    paths = {f"price/old/{year(0)}": 1, f"budget/u/gift/{year(0)}": 1, f"enrolment/a/{year(0)}/4": 1}
    with pytest.raises(FaultyInput) as refused:
        posed(one, tmp_path, name="cheap", overrides=paths)
    assert {f.found for f in refused.value.faults} == set(paths)
    assert {(f.file, f.column) for f in refused.value.faults} == {("cheap", "overrides")}


# ---- purchases locked and forbidden ---------------------------------------------------------------------------


def test_a_planner_fixes_and_forbids_purchases(one: World, tmp_path: Path) -> None:
    """Three machines in the second year and none in the third, as stated."""
    problem = posed(one, tmp_path, overrides={f"buy/a/{year(1)}/new": 3, f"buy/a/{year(2)}/new": 0})
    assert problem.locks == {("a", "new", 2018): 3, ("a", "new", 2019): 0}


def test_locks_of_other_units_and_years_are_passed_over(two_units: World, tmp_path: Path) -> None:
    """A scenario made for both units serves one alone, and one made for more years serves a shorter plan."""
    cells = {f"buy/a/{year(0)}/new": 1, f"buy/b/{year(0)}/new": 2, f"buy/a/{year(3)}/new": 3}
    problem = posed(two_units, tmp_path, horizon=f"{year(0)}..{year(2)}", overrides=cells)
    assert problem.locks == {("a", "new", 2017): 1}
    assert len(posed(two_units, tmp_path, units=("u", "w"), overrides=cells).locks) == 3


@pytest.mark.parametrize("index", [0, 3])
def test_a_closed_school_cannot_be_made_to_buy(one: World, tmp_path: Path, index: int) -> None:
    """A school open in the second and third year buys nothing before and after; to forbid it there is no fault."""
    one.school("b", open_from=year(1), open_until=year(2)).pupils("b", 1, 3, 24).pupils("b", 2, 3, 24)
    path = f"buy/b/{year(index)}/new"
    assert faults(one, tmp_path, overrides={path: 1}) == [("lock_closed", path)]
    assert posed(one, tmp_path, overrides={path: 0}).locks == {("b", "new", 2017 + index): 0}


def test_a_merged_school_does_not_buy_for_its_successor(one: World, tmp_path: Path) -> None:
    """After a merger the purchase is locked at the successor or not at all."""
    one.school("b", pupils={3: [24]}, open_until=year(0), merged_into="a")
    path = f"buy/b/{year(1)}/new"
    assert faults(one, tmp_path, overrides={path: 1}) == [("lock_closed", path)]


def test_what_has_no_price_cannot_be_locked(one: World, tmp_path: Path) -> None:
    """An option of the fourth year, a lease where leasing is off, and what the pack never asks for; 0 is no fault."""
    one.option("late", 9 * MILLION, 5, from_year=year(3)).option("hire", MILLION, 1, mode="lease")
    one.option("printer", MILLION, 5, item="printer")
    paths = {f"buy/a/{year(0)}/{option}": 1 for option in ("hire", "late", "printer")}
    codes = ("lock_unpriced", "lock_unpriced", "lock_unplanned")
    assert faults(one, tmp_path, overrides=paths) == list(zip(codes, paths, strict=True))
    assert len(posed(one, tmp_path, overrides=dict.fromkeys(paths, 0)).locks) == 2  # nobody would buy a printer
    hire = {f"buy/a/{year(0)}/hire": 1}
    assert posed(one, tmp_path, lease=True, overrides=hire).locks == {("a", "hire", 2017): 1}


@pytest.mark.parametrize("rules", [{"items": "printer"}, {"modes": "upkeep"}, {"schools": "b"}])
def test_what_no_fund_may_pay_for_cannot_be_locked(one: World, tmp_path: Path, rules: dict[str, str]) -> None:
    """Money for printers, for upkeep or of another school pays for no machine at a; forbidding one is no fault."""
    one.school("b", pupils={3: FOUR}).thing("a", "printer", 1, 0, life_years=5).fund("main", [900] * 4, **rules)
    path = f"buy/a/{year(0)}/new"
    assert faults(one, tmp_path, overrides={path: 1}) == [("lock_unpaid", path)]
    assert posed(one, tmp_path, overrides={path: 0}).locks == {("a", "new", 2017): 0}


def test_a_lock_needs_a_fund_of_that_year(one: World, tmp_path: Path) -> None:
    """A fund that pays for machines in the first year only does not pay for one in the second."""
    one.fund("main", [900], modes="buy").budget.append(
        {**one.budget[0], "school_year": year(1), "modes": "upkeep", "amount": 900}
    )
    paths = {f"buy/a/{year(n)}/new": 1 for n in (0, 1)}
    assert faults(one, tmp_path, overrides=paths) == [("lock_unpaid", f"buy/a/{year(1)}/new")]


def test_a_year_carried_out_cannot_be_locked(one: World, tmp_path: Path) -> None:
    """What was bought is a fact: neither a purchase nor none can be fixed up to then, only afterwards."""
    one.carried("a", 1, "new", 1, 11 * MILLION)
    paths = {f"buy/a/{year(0)}/new": 1, f"buy/a/{year(1)}/new": 0}
    assert faults(one, tmp_path, overrides=paths) == [("lock_frozen", path) for path in paths]
    assert posed(one, tmp_path, overrides={f"buy/a/{year(2)}/new": 1}).locks == {("a", "new", 2019): 1}


def test_money_of_years_carried_out_is_a_fact(one: World, tmp_path: Path) -> None:
    """Half the money, and twice that of one fund: from the year after those carried out; before, what was there."""
    one.fund("main", [80] * 4).fund("gift", [80] * 4).carried("a", 1, "new", 0, MILLION)
    problem = posed(one, tmp_path, budget_factor=0.5, fund_factor={"gift": 4})
    assert (amounts(problem), amounts(problem, "gift")) == ([80, 80, 40, 40], [80, 80, 160, 160])


def test_money_of_a_year_carried_out_cannot_be_changed(one: World, tmp_path: Path) -> None:
    """Another amount for a year carried out is refused, for the year after it taken."""
    one.fund("main", [80] * 4).carried("a", 1, "new", 0, MILLION)
    paths = [f"budget/u/main/{year(index)}" for index in (0, 1)]
    assert faults(one, tmp_path, overrides=dict.fromkeys(paths, 5)) == [("budget_frozen", path) for path in paths]
    assert amounts(posed(one, tmp_path, overrides={f"budget/u/main/{year(2)}": 5})) == [80, 80, 5, 80]


def test_every_lock_at_fault_is_told_at_once(one: World, tmp_path: Path) -> None:
    """A closed school, an unknown option and a year carried out are told together."""
    one.school("b", pupils={3: [24]}, open_until=year(0)).carried("a", 0, "new", 1, MILLION)
    paths = {f"buy/a/{year(0)}/new": 1, f"buy/a/{year(1)}/old": 1, f"buy/b/{year(1)}/new": 1}
    assert {code for code, _ in faults(one, tmp_path, overrides=paths)} == {
        "lock_frozen",
        "override_unknown",
        "lock_closed",
    }


# ---- years carried out, and promises --------------------------------------------------------------------------


def test_what_was_bought_is_a_fact(one: World, tmp_path: Path) -> None:
    """Two machines of the first year at 11.5 million each, whatever the catalogue says; three years are left."""
    problem = posed(one.carried("a", 0, "new", 2, 11_500_000), tmp_path, price_growth=0.5)
    assert problem.facts == {("a", "new", 2017): Fact(2, 11_500_000)}
    assert (problem.frozen_until, problem.open_years) == (2017, (2018, 2019, 2020))


def test_nothing_carried_out_leaves_every_year_open(one: World, tmp_path: Path) -> None:
    """Without such rows no year is frozen, and no rung of promises stands before the ladder."""
    problem = posed(one, tmp_path)
    assert (problem.frozen_until, problem.facts, problem.promised) == (None, {}, {})
    assert problem.open_years == problem.years
    assert problem.rungs[0] == "missing"


def test_a_quantity_of_none_freezes_a_year(one: World, tmp_path: Path) -> None:
    """A year in which nothing was bought is carried out like any other."""
    problem = posed(one.carried("a", 1, "new", 0, 12 * MILLION), tmp_path)
    assert (problem.frozen_until, problem.facts) == (2018, {})


def test_a_year_carried_out_freezes_those_before_it(one: World, tmp_path: Path) -> None:
    """Rows of the second and third year: in the first nothing was bought, and only the fourth is left."""
    problem = posed(one.carried("a", 2, "new", 1, MILLION).carried("a", 1, "new", 2, MILLION), tmp_path)
    assert (problem.frozen_until, problem.open_years) == (2019, (2020,))
    assert problem.facts == {("a", "new", 2018): Fact(2, MILLION), ("a", "new", 2019): Fact(1, MILLION)}


def test_a_plan_may_be_carried_out_to_its_end(one: World, tmp_path: Path) -> None:
    """With the last year done nothing is left to be planned."""
    assert posed(one.carried("a", 3, "new", 1, MILLION), tmp_path).open_years == ()


def test_years_of_another_unit_are_not_ours(two_units: World, tmp_path: Path) -> None:
    """What another unit has carried out freezes nothing here; planned together both stand still until then."""
    two_units.carried("b", 1, "new", 1, MILLION).carried("b", 2, "new", 1, MILLION, state="promised")
    alone = posed(two_units, tmp_path)
    assert (alone.frozen_until, alone.facts, alone.promised) == (None, {}, {})
    assert posed(two_units, tmp_path, units=("u", "w")).frozen_until == 2018


def test_who_says_nothing_of_a_year_carried_out_is_told(two_units: World, tmp_path: Path) -> None:
    """The second year is over for both units as w bought in it; u is named until it says that it bought nothing."""
    two_units.carried("b", 1, "new", 1, MILLION).carried("a", 0, "new", 1, MILLION)
    both = posed(two_units, tmp_path, units=("u", "w"))
    assert told(both, "year_closed_unheard") == [{"year": year(1), "units": ("U",)}]
    assert not told(posed(two_units, tmp_path), "year_closed_unheard")
    two_units.carried("a", 1, "new", 0, MILLION)
    assert not told(posed(two_units, tmp_path, units=("u", "w")), "year_closed_unheard")


def test_what_was_bought_may_be_what_nobody_asks_for(one: World, tmp_path: Path) -> None:
    """A printer bought in the first year is known as an option, though the pack asks for none."""
    one.option("printer", MILLION, 3, item="printer").carried("a", 0, "printer", 1, MILLION)
    problem = posed(one, tmp_path)
    assert (set(problem.options), problem.items) == ({"new", "printer"}, (PUPIL_COMPUTER,))
    assert not told(problem, "options_not_planned")


def test_a_lease_of_earlier_years_stays_a_fact(one: World, tmp_path: Path) -> None:
    """Two leased machines of the first year count, though the scenario now allows no lease."""
    problem = posed(one.option("hire", MILLION, 1, mode="lease").carried("a", 0, "hire", 2, MILLION), tmp_path)
    assert problem.facts == {("a", "hire", 2017): Fact(2, MILLION)}
    assert prices(problem, "hire") == [None] * 4


@pytest.mark.parametrize("index", [0, 3])
def test_a_year_carried_out_outside_the_plan_is_refused(one: World, tmp_path: Path, index: int) -> None:
    """A plan of the second and third year cannot say what a purchase of the first or fourth did to its funds."""
    one.carried("a", index, "new", 1, MILLION).fund("main", [0] * 4)
    assert faults(one, tmp_path, horizon=f"{year(1)}..{year(2)}") == [("frozen_outside", year(index))]


def test_promises_of_one_item_add_up(one: World, tmp_path: Path) -> None:
    """One machine of each of two options promised for a year is two machines, whichever is bought then."""
    one.option("basic", 9 * MILLION, 4)
    one.carried("a", 0, "new", 2, MILLION)
    one.carried("a", 1, "new", 1, MILLION, state="promised").carried("a", 1, "basic", 1, MILLION, state="promised")
    problem = posed(one, tmp_path)
    assert problem.promised == {("a", PUPIL_COMPUTER, 2018): 2}
    assert (problem.frozen_until, problem.rungs[0]) == (2017, "promises")


def test_a_promise_to_a_merged_school_goes_to_its_successor(one: World, tmp_path: Path) -> None:
    """School b merges into a after two years: of its promises, that of the third year is added to a's own."""
    one.school("b", pupils={3: [24, 24]}, open_until=year(1), merged_into="a")
    one.carried("b", 1, "new", 1, MILLION, state="promised").carried("b", 2, "new", 3, MILLION, state="promised")
    one.carried("a", 2, "new", 1, MILLION, state="promised")
    promised = posed(one, tmp_path).promised
    assert promised == {("b", PUPIL_COMPUTER, 2018): 1, ("a", PUPIL_COMPUTER, 2019): 4}


def test_a_promise_nobody_can_keep_is_told(chain: World, tmp_path: Path) -> None:
    """The second year's promise to b is c's; one to a closed school and one after the plan's end are moot."""
    chain.fund("main", [0] * 4)
    for index in (1, 2, 3):
        chain.carried("b", index, "new", index, MILLION, state="promised")
    problem = posed(chain, tmp_path, horizon=f"{year(0)}..{year(2)}")
    assert problem.promised == {("c", PUPIL_COMPUTER, 2018): 1}
    assert told(problem, "promises_moot") == [{"rows": 2}]


def test_a_promise_of_none_is_no_promise(one: World, tmp_path: Path) -> None:
    """An earlier plan that says 0 machines for a later year promised nothing, so nothing of it is moot."""
    problem = posed(one.carried("a", 1, "new", 0, MILLION, state="promised"), tmp_path)
    assert problem.promised == {}
    assert not told(problem, "promises_moot")


# ---- minimums of schools, subject groups and units ------------------------------------------------------------


def test_every_open_school_needs_its_minimum(one: World, tmp_path: Path) -> None:
    """Two printers at each school while it is open, also at a kindergarten; not before it opens or after."""
    one.school("b", pupils={3: [24]}, open_until=year(0), merged_into="a").school("k", "kindergarten")
    one.school("c", open_from=year(2)).pupils("c", 2, 3, 24).pupils("c", 3, 3, 24)
    problem = posed(one.option("p", MILLION, 5, item="printer"), tmp_path, minimum("printer", quantity=2))
    found = {school: need(problem, "printer", school) for school in "abck"}
    assert found == {"a": [2] * 4, "b": [2, 0, 0, 0], "c": [0, 0, 2, 2], "k": [2] * 4}


def test_a_minimum_has_no_pupils_and_nothing_optional(one: World, tmp_path: Path) -> None:
    """A printer is needed by the school: no pupils are without one, and no grade asks for more."""
    problem = posed(one.option("p", MILLION, 5, item="printer"), tmp_path, minimum("printer"))
    assert problem.demand["a", "printer", 2017] == Demand(1, 0, 0)
    assert problem.items == ("printer", PUPIL_COMPUTER)


def test_every_subject_group_needs_its_own(one: World, tmp_path: Path) -> None:
    """Two for each of three subject groups are 6; a school without subject groups needs none."""
    one.school("b", pupils={3: FOUR}, subject_groups=3).option("p", MILLION, 5, item="office_computer")
    problem = posed(one, tmp_path, minimum("office_computer", "subject_group", 2))
    assert need(problem, "office_computer", "b") == [6] * 4
    assert ("a", "office_computer", 2017) not in problem.demand


def test_minimums_of_one_item_add_up(one: World, tmp_path: Path) -> None:
    """One computer for the office and one for each of three subject groups are four."""
    one.school("b", pupils={3: FOUR}, subject_groups=3).option("p", MILLION, 5, item="office_computer")
    asked = (minimum("office_computer"), minimum("office_computer", "subject_group"))
    problem = posed(one, tmp_path, *asked)
    assert (need(problem, "office_computer"), need(problem, "office_computer", "b")) == ([1] * 4, [4] * 4)


@pytest.mark.parametrize(
    ("scope", "schools"),
    [
        ({"levels": ("lower_secondary",)}, {"low"}),
        ({"levels": ("primary", "combined")}, {"a", "both"}),
        ({"where": "national_standard"}, {"both"}),
        ({"where": "disadvantaged"}, {"low"}),
        ({"levels": ("primary",), "where": "disadvantaged"}, set()),
        ({}, {"a", "low", "both", "k"}),
    ],
)
def test_a_minimum_is_asked_of_the_schools_it_names(
    one: World, tmp_path: Path, scope: dict[str, object], schools: set[str]
) -> None:
    """A minimum by level, or of disadvantaged or national-standard schools, is asked of these and no others."""
    one.school("low", "lower_secondary", disadvantaged=1, pupils={6: FOUR})
    one.school("both", "combined", national_standard=1, pupils={3: FOUR}).school("k", "kindergarten")
    problem = posed(one.option("p", MILLION, 5, item="printer"), tmp_path, minimum("printer", **scope))
    assert {school for school, item, _ in problem.demand if item == "printer"} == schools


def test_a_unit_needs_things_of_its_own(two_units: World, tmp_path: Path) -> None:
    """Three servers for each unit: a place of the level unit, named as the unit, open and its own in every year."""
    two_units.option("server", MILLION, 5, item="server")
    problem = posed(two_units, tmp_path, minimum("server", "unit", 3), units=("u", "w"), priority_weight=5)
    assert [need(problem, "server", place) for place in ("u", "w", "a")] == [[3] * 4, [3] * 4, [0] * 4]
    assert problem.schools == ("a", "b", "u", "w")
    assert (problem.levels["w"], problem.names["w"], problem.unit_of["w"]) == (UNIT, "W", "w")
    assert problem.priority["w"] == 1
    assert all(("w", y) in problem.open_schools for y in problem.years)
    assert {problem.owner("w", y) for y in (2017, 2020, 2024)} == {problem.holder("w", 2024)} == {"w"}


def test_a_units_fund_pays_for_its_own_things(two_units: World, tmp_path: Path) -> None:
    """The fund main of u may pay for u's server, not for w's; the shared fund for both."""
    two_units.option("server", MILLION, 5, item="server")
    problem = posed(two_units, tmp_path, minimum("server", "unit"), units=("u", "w"))
    payers = problem.payers(school="u", item="server", mode="buy", year=2017)
    assert payers == {("", "shared"), ("u", "main")}


def test_what_a_unit_bought_for_itself_is_a_fact(one: World, tmp_path: Path) -> None:
    """A server bought for the unit in the first year, and one promised for the third, stand under the unit's code."""
    one.option("server", MILLION, 5, item="server").carried("u", 0, "server", 2, MILLION)
    one.carried("u", 2, "server", 1, MILLION, state="promised")
    problem = posed(one, tmp_path, minimum("server", "unit", 3))
    assert (problem.frozen_until, problem.facts) == (2017, {("u", "server", 2017): Fact(2, MILLION)})
    assert problem.promised == {("u", "server", 2019): 1}
    assert not told(problem, "year_closed_unheard")


def test_a_unit_cannot_have_bought_what_schools_need(one: World, tmp_path: Path) -> None:
    """A pupil computer under the unit's code is refused, and so is a server where the pack asks none of the unit."""
    one.option("server", MILLION, 5, item="server").carried("u", 0, "server", 1, MILLION)
    assert faults(one, tmp_path) == [("frozen_unit_thing", "u")]
    one.carried("u", 0, "new", 1, MILLION)
    assert faults(one, tmp_path, minimum("server", "unit")) == [("frozen_unit_thing", "u")]


def test_a_unit_without_things_of_its_own_is_no_place(one: World, tmp_path: Path) -> None:
    """Where the pack asks nothing of the unit, the schools are all there is."""
    problem = posed(one, tmp_path)
    assert (problem.schools, dict(problem.levels)) == (("a",), {"a": "primary"})


def test_a_unit_may_be_called_like_its_school(tmp_path: Path) -> None:
    """Where the pack asks nothing of the unit, a unit and a school of the same code are not confused."""
    world = World().unit("a").school("a", unit="a", pupils={3: FOUR}).option("new", 12 * MILLION, 5)
    problem = posed(world.fund("main", [0] * 4, unit="a"), tmp_path, units=("a",))
    assert (problem.schools, dict(problem.levels), problem.names["a"]) == (("a",), {"a": "primary"}, "Trường a")


def test_a_unit_with_things_of_its_own_needs_its_own_code(tmp_path: Path) -> None:
    """Where the pack asks something of the unit, nobody could tell the unit a from the school a: refused, once."""
    world = World().unit("a").school("a", unit="a", pupils={3: FOUR}).option("new", 12 * MILLION, 5)
    world.option("server", MILLION, 5, item="server").fund("main", [0] * 4, unit="a")
    asked = (minimum("server", "unit"), minimum("printer", "unit"))
    assert faults(world, tmp_path, *asked, units=("a",)) == [("unit_is_school", "a")]


def test_minimums_weigh_what_the_pack_says(room: World, tmp_path: Path) -> None:
    """A weight for each item, the heavier of two rows, 1 for a room; pupil computers have none."""
    room.option("p", MILLION, 5, item="printer").option("o", MILLION, 5, item="office_computer")
    asked = (
        minimum("printer", weight=Fraction(1, 2)),
        minimum("office_computer", weight=Fraction(3)),
        minimum("office_computer", "subject_group", weight=Fraction(2)),
    )
    weights = posed(room, tmp_path, *asked, labs=[lab()]).weights
    assert weights == {"printer": Fraction(1, 2), "office_computer": 3, LAB: 1}


def test_what_no_table_knows_is_not_planned_and_told(one: World, tmp_path: Path) -> None:
    """Webcams can be moved, not had, and no school has one; a case is only leased, so it comes with no machine."""
    one.option("van", MILLION, 1, item="webcam", mode="move")
    one.option("p", MILLION, 5, item="printer").option("c", MILLION, 1, item="case", mode="lease")
    asked = (minimum("printer"), minimum("webcam"), minimum("webcam", "subject_group"), minimum("case", "machine"))
    problem = posed(one, tmp_path, *asked)
    assert told(problem, "minimums_not_planned") == [{"items": ("item.webcam", "item.case")}]
    assert problem.items == ("printer", PUPIL_COMPUTER)
    assert not problem.companions


def test_what_is_owned_is_counted_even_if_it_cannot_be_bought(one: World, tmp_path: Path) -> None:
    """A school's amplifier meets its minimum for two years; nobody sells one, so two years will miss it."""
    problem = posed(one.thing("a", "pa_system", 1, -1, life_years=3), tmp_path, minimum("pa_system"))
    assert (need(problem, "pa_system"), stock(problem, "pa_system")) == ([1] * 4, [1, 1, 0, 0])
    assert not told(problem, "minimums_not_planned")


def test_what_serves_as_another_item_offers_it(one: World, tmp_path: Path) -> None:
    """A laptop with a webcam is a way to get a webcam, though the catalogue sells none by itself."""
    one.option("laptop", MILLION, 4, item="laptop", also_serves="webcam")
    problem = posed(one, tmp_path, minimum("webcam"))
    assert set(problem.options) == {"laptop", "new"}
    assert (need(problem, "webcam"), problem.tails["webcam"]) == ([1] * 4, 3)


@pytest.mark.parametrize("scope", [{"levels": ("primary",)}, {"where": "disadvantaged"}])
@pytest.mark.parametrize("per", ["machine", "lab"])
def test_what_comes_with_a_machine_comes_everywhere(
    one: World, tmp_path: Path, per: str, scope: dict[str, object]
) -> None:
    """What a pack asks per machine or per room holds at every school, or it is refused."""
    assert faults(one, tmp_path, minimum("ups", per, **scope)) == [("companion_scope", "ups")]


# ---- what comes with a machine or a room ----------------------------------------------------------------------


@pytest.fixture
def desks(room: World) -> World:
    """Return a world with desks: oak at 3 million, pine at 2 million from the third year, ash at 3 million."""
    room.option("oak", 3 * MILLION, 9, item="desk").option("ash", 3 * MILLION, 9, item="desk")
    return room.option("pine", 2 * MILLION, 9, item="desk", from_year=year(2))


def test_the_cheapest_comes_with_a_machine(desks: World, tmp_path: Path) -> None:
    """Ash and oak cost the same, so ash by its code; from the third year pine is cheaper. No desk is leased."""
    desks.option("rent", MILLION, 1, item="desk", mode="lease")
    problem = posed(desks, tmp_path, minimum("desk", "machine", 2), lease=True)
    assert [problem.companions["new", y] for y in problem.years] == [
        (("ash", 2),),
        (("ash", 2),),
        (("pine", 2),),
        (("pine", 2),),
    ]


def test_the_cheapest_follows_a_changed_price(desks: World, tmp_path: Path) -> None:
    """Oak at 1 million in the second year comes with the machines of that year only."""
    problem = posed(desks, tmp_path, minimum("desk", "machine"), overrides={f"price/oak/{year(1)}": MILLION})
    assert [problem.companions["new", y][0][0] for y in problem.years] == ["ash", "oak", "pine", "pine"]


def test_new_and_leased_machines_bring_something_mended_ones_do_not(desks: World, tmp_path: Path) -> None:
    """A desk comes with a machine that is bought or leased; one repaired or refurbished has its place already."""
    for mode, life in (("lease", 1), ("repair", 2), ("refurbish", 2)):
        desks.option(mode, MILLION, life, mode=mode)
    problem = posed(desks, tmp_path, minimum("desk", "machine"), lease=True)
    assert {option for option, _ in problem.companions} == {"new", "lease"}


def test_what_comes_with_a_room_comes_with_no_machine(desks: World, tmp_path: Path) -> None:
    """Twenty desks come with a room set up, one with each machine."""
    both = (minimum("desk", "lab", 20), minimum("desk", "machine"))
    problem = posed(desks, tmp_path, *both, labs=[lab(gate=True)])
    assert (problem.companions["room", 2017], problem.companions["new", 2017]) == ((("ash", 20),), (("ash", 1),))


def test_several_things_come_with_a_machine_in_the_packs_order(desks: World, tmp_path: Path) -> None:
    """A desk and two cables."""
    desks.option("cable", 50_000, 9, item="cable")
    problem = posed(desks, tmp_path, minimum("desk", "machine"), minimum("cable", "machine", 2))
    assert problem.companions["new", 2017] == (("ash", 1), ("cable", 2))


def test_without_its_companion_a_machine_cannot_be_bought(one: World, tmp_path: Path) -> None:
    """Desks have a price from the third year on, so machines have; what is only mended has one from the first."""
    one.option("desk", MILLION, 9, item="desk", from_year=year(2)).option("mend", MILLION, 2, mode="repair")
    problem = posed(one, tmp_path, minimum("desk", "machine"))
    assert prices(problem) == [None, None, 12, 12]
    assert prices(problem, "mend") == [1, 1, 1, 1]
    assert set(problem.companions) == {("new", 2019), ("new", 2020)}
    path = f"buy/a/{year(0)}/new"
    assert faults(one, tmp_path, minimum("desk", "machine"), overrides={path: 1}) == [("lock_unpriced", path)]


def test_a_minimum_comes_with_every_machine_of_the_item_it_names(desks: World, tmp_path: Path) -> None:
    """A desk comes with each office computer, bought or leased, none with a pupil computer, none with one mended."""
    desks.option("office", 9 * MILLION, 5, item="office_computer")
    desks.option("hire", MILLION, 1, item="office_computer", mode="lease")
    desks.option("mend", MILLION, 2, item="office_computer", mode="repair")
    asked = (minimum("office_computer"), minimum("desk", "machine", machine="office_computer"))
    problem = posed(desks, tmp_path, *asked, lease=True)
    assert {option for option, _ in problem.companions} == {"office", "hire"}
    assert problem.companions["office", 2017] == (("ash", 1),)
    assert not told(problem, "companion_idle")


def test_what_comes_with_nothing_that_can_be_had_is_told(desks: World, tmp_path: Path) -> None:
    """No option is a laptop, and no room is asked for: the desks that would come with them are told."""
    desks.thing("a", "laptop", 1, 0, life_years=3)
    both = (minimum("desk", "machine", machine="laptop"), minimum("desk", "lab"))
    problem = posed(desks, tmp_path, *both)
    assert not problem.companions
    assert told(problem, "companion_idle") == [
        {"items": ("item.desk",), "with": f"item.{item}"} for item in (LAB, "laptop")
    ]


def test_what_a_minimum_comes_with_is_known_and_comes_with_nothing(desks: World, tmp_path: Path) -> None:
    """An item that neither pack nor data has is a fault of the pack, and so is one that itself comes along."""
    cable = minimum("cable", "machine", machine="tablet")
    assert faults(desks, tmp_path, cable) == [("companion_unknown", "tablet")]
    chain = (minimum("desk", "machine"), replace(cable, machine="desk"))
    assert faults(desks, tmp_path, *chain) == [("companion_chain", "desk")]


def test_a_companion_has_no_need_of_its_own(desks: World, tmp_path: Path) -> None:
    """Desks that come with machines are options with a price, but no school misses one."""
    problem = posed(desks, tmp_path, minimum("desk", "machine"))
    assert set(problem.options) == {"new", "oak", "ash", "pine"}
    assert (problem.items, set(problem.tails)) == ((PUPIL_COMPUTER,), {PUPIL_COMPUTER})


def test_whatever_comes_with_an_option_has_a_price(room: World, tmp_path: Path) -> None:
    """A desk comes with a machine; before desks have a price there are no machines. Machines come with nothing."""
    room.option("desk", MILLION, 9, item="desk", from_year=year(2))
    problem = posed(room, tmp_path, minimum("desk", "machine"), labs=[lab(gate=True)])
    assert {(code, y) for (_, y), rows in problem.companions.items() for code, _ in rows} <= set(problem.prices)
    for asked in (minimum(PUPIL_COMPUTER, "lab", 2), minimum(PUPIL_COMPUTER), minimum(LAB, "machine")):
        assert faults(room, tmp_path, asked) == [("minimum_machines", asked.item)]


# ---- computer rooms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("machines", "seats", "rooms"), [(35, 16, 3), (32, 16, 2), (33, 16, 3), (1, 16, 1), (35, None, 1), (35, 35, 1)]
)
def test_a_room_is_needed_for_every_so_many_machines(
    room: World, tmp_path: Path, machines: int, seats: int | None, rooms: int
) -> None:
    """35 machines at 16 seats a room need 3 rooms; where the pack states no seats, one room a school."""
    room.school("b", pupils={3: [24 * machines] * 4})
    assert need(posed(room, tmp_path, labs=[lab(seats=seats)]), LAB, "b") == [rooms] * 4


def test_rooms_are_for_mandatory_machines(room: World, tmp_path: Path) -> None:
    """384 pupils of an optional grade would need 16 machines more, but no room; a school without need has none."""
    room.school("b", pupils={3: [384] * 4, 4: [384] * 4}).school("c", pupils={4: FOUR}).school("k", "kindergarten")
    problem = posed(room, tmp_path, labs=[lab()], optional={0: [4]}, optional_grades=True)
    assert problem.optional_need("b", PUPIL_COMPUTER, 2017) == 16
    assert {school: n.mandatory for (school, item, y), n in problem.demand.items() if (item, y) == (LAB, 2017)} == {
        "a": 1,
        "b": 1,
    }


def test_rooms_that_gate_are_no_need(room: World, tmp_path: Path) -> None:
    """Where machines wait for rooms, a room is a means: nobody misses one, and it may be set up."""
    problem = posed(room, tmp_path, labs=[lab(gate=True)])
    assert problem.items == (PUPIL_COMPUTER,)
    assert (problem.seats, prices(problem, "room")) == (16, [50] * 4)


def test_rooms_that_do_not_gate_hold_nobody_back(room: World, tmp_path: Path) -> None:
    """Where rooms are a cost, or the pack says nothing of them, machines wait for none."""
    costs, silent = posed(room, tmp_path, labs=[lab()]), posed(room, tmp_path)
    assert (costs.seats, costs.rooms, silent.seats, silent.rooms) == (None, {}, None, {})
    assert told(silent, "options_not_planned") == [{"options": "room"}]


def test_without_a_price_no_room_is_set_up_and_that_is_told(one: World, tmp_path: Path) -> None:
    """Where rooms are a cost without a price none is needed; where they gate, they still do."""
    costs, gates = (posed(one, tmp_path, labs=[lab(gate=gate)]) for gate in (False, True))
    assert told(costs, "no_lab_option") == told(gates, "no_lab_option") == [{}]
    assert (costs.items, gates.seats, gates.rooms["a", 2017]) == ((PUPIL_COMPUTER,), 16, 0)


def test_a_price_of_rooms_is_nothing_to_tell(room: World, tmp_path: Path) -> None:
    """With a price of a room, or a pack that says nothing of rooms, there is no such warning."""
    assert not told(posed(room, tmp_path, labs=[lab()]), "no_lab_option")
    assert not told(posed(room, tmp_path), "no_lab_option")


def test_rooms_of_merged_schools_add_up(room: World, tmp_path: Path) -> None:
    """One room at a and two at b: from the third year a has 3, to the end of the tail; they take 48 machines."""
    room.schools[0]["labs"] = 1
    room.school("b", pupils={3: [24, 24]}, open_until=year(1), merged_into="a", labs=2)
    problem = posed(room, tmp_path, labs=[lab()])
    assert (stock(problem, LAB), stock(problem, LAB, "b")) == ([1, 1, 3, 3], [2, 2, 0, 0])
    assert problem.stock["a", LAB, 2020 + problem.tails[LAB]] == 3
    rooms = posed(room, tmp_path, labs=[lab(gate=True)]).rooms
    assert [rooms["a", y] for y in range(2017, 2021)] == [16, 16, 48, 48]


@pytest.mark.parametrize(
    ("labs", "own", "ordinary", "takes"), [(2, 5, 9, 32), (1, 20, 9, 20), (0, 5, 9, 9), (0, 11, 9, 11), (0, 0, 0, 0)]
)
def test_a_schools_rooms_take_what_fits_or_stands_there(
    room: World, tmp_path: Path, labs: int, own: int, ordinary: int, takes: int
) -> None:
    """16 machines a room, or those a school has already, or what an ordinary room takes: whichever is most."""
    room.schools[0]["labs"] = labs
    room.stock("a", own, 0, life_years=2)
    problem = posed(room, tmp_path, labs=[lab(gate=True, ordinary_seats=ordinary)])
    assert problem.rooms["a", 2018] == takes
    assert problem.rooms["a", 2019] == max(16 * labs, ordinary)


@pytest.mark.parametrize(
    ("labs", "periods", "each", "tight"),
    [
        (1, 10, 1, False),
        (1, 9, 1, True),
        (2, 9, 1, False),
        (2, 9, 2, True),
        (1, 19, 2, True),
        (0, 9, 1, True),
        (0, 10, 1, False),
    ],
)
def test_more_lessons_than_rooms_are_open_for_are_told(
    room: World, tmp_path: Path, labs: int, periods: int, each: int, *, tight: bool
) -> None:
    """10 classes of 1 or 2 lessons a week, against what its rooms are open for, or one room where it has none."""
    room.schools[0]["labs"] = labs
    for row in room.enrolment:
        row["classes"] = 10
    problem = posed(room, tmp_path, labs=[lab(periods=periods, periods_per_class=each)])
    assert bool(told(problem, "lab_lessons")) is tight


def test_tight_lessons_are_counted(room: World, tmp_path: Path) -> None:
    """Two schools are too full in all four years and in one: 5 school-years; optional grades have none yet."""
    room.schools[0]["labs"] = 1
    room.school("b", pupils={3: [30, 30, 300, 30], 4: [900] * 4}, labs=1)
    for row in room.enrolment[:4]:
        row["classes"] = 9
    problem = posed(room, tmp_path, labs=[lab(gate=True, periods=8)])
    assert told(problem, "lab_lessons") == [{"rows": 5, "schools": 2, "periods": 8}]
    assert not told(posed(room, tmp_path, labs=[lab(gate=True)]), "lab_lessons")


def test_optional_grades_have_lessons_where_they_are_planned(room: World, tmp_path: Path) -> None:
    """2 classes of grade 3 and 7 of grade 4 in a room open for 8 lessons: too many once grade 4 is planned."""
    room.school("b", pupils={3: FOUR, 4: [210] * 4}, labs=1)
    rooms = [lab(periods=8)]
    without, planned = (
        posed(room, tmp_path, labs=rooms, optional={0: [4]}, optional_grades=g) for g in (False, True)
    )
    assert not told(without, "lab_lessons")
    assert told(planned, "lab_lessons") == [{"rows": 4, "schools": 1, "periods": 8}]


def test_where_no_room_can_be_set_up_there_are_no_lessons_to_tell(one: World, tmp_path: Path) -> None:
    """Two classes would be too many for a room open for one lesson, but there is no room and no price of one."""
    assert not told(posed(one, tmp_path, labs=[lab(periods=1)]), "lab_lessons")


def test_classes_of_merged_schools_share_the_rooms(room: World, tmp_path: Path) -> None:
    """5 classes each in a room open for 8 lessons; merged, 10 classes in the only room are too many."""
    room.schools[0]["labs"] = 1
    room.school("b", pupils={3: [150] * 2}, open_until=year(1), merged_into="a")
    for row, classes in zip(room.enrolment, (5, 5, 10, 10, 5, 5), strict=True):
        row["classes"] = classes
    assert told(posed(room, tmp_path, labs=[lab(periods=8)]), "lab_lessons")[0]["rows"] == 2


# ---- own things: how long they work ---------------------------------------------------------------------------


@pytest.fixture
def aging(one: World) -> World:
    """Return a world whose machines all work to age 2, half of them at 3, none at 4."""
    return one.curve(PUPIL_COMPUTER, {2: 1, 3: 0.5, 4: 0})


@pytest.mark.parametrize(
    ("quantity", "acquired", "works"),
    [
        (10, 0, [10, 10, 10, 5]),
        (5, 0, [5, 5, 5, 3]),
        (10, -2, [10, 5, 0, 0]),
        (10, -3, [10, 0, 0, 0]),
        (10, -4, [0, 0, 0, 0]),
        (10, 1, [0, 10, 10, 10]),
        (1, -2, [1, 1, 0, 0]),
    ],
)
def test_things_wear_out_along_their_curve(
    aging: World, tmp_path: Path, quantity: int, acquired: int, works: list[int]
) -> None:
    """Those that work at the start are counted on from there: of 10 aged 3 all 10 work; of 5, half is 3."""
    assert stock(posed(aging.stock("a", quantity, acquired), tmp_path)) == works


def test_a_curve_gives_a_cohort_for_every_end(aging: World, tmp_path: Path) -> None:
    """Of 9 machines of the first year 4 last to age 2 and 5 to age 3: two cohorts with the same upkeep."""
    problem = posed(aging.stock("a", 9, 0, upkeep=7), tmp_path)
    assert problem.cohorts == {
        ("a", Cohort(PUPIL_COMPUTER, 2017, 2019, 7)): 4,
        ("a", Cohort(PUPIL_COMPUTER, 2017, 2020, 7)): 5,
    }


def test_the_life_lever_overrides_the_curve(aging: World, tmp_path: Path) -> None:
    """With a life of 2 years set, machines work for 2 years and then none does; a stated life of 3 stays."""
    aging.stock("a", 10, 0)
    assert stock(posed(aging, tmp_path, life_years=2)) == [10, 10, 0, 0]
    assert stock(posed(aging.stock("a", 1, 0, life_years=3), tmp_path, life_years=2)) == [11, 11, 1, 0]


def test_a_stated_life_overrides_the_curve(aging: World, tmp_path: Path) -> None:
    """A lot that states 2 years works for 2 years, whatever the curve of its item."""
    assert stock(posed(aging.stock("a", 10, 0, life_years=2), tmp_path)) == [10, 10, 0, 0]


def test_the_life_lever_is_for_pupil_computers(one: World, tmp_path: Path) -> None:
    """A life of 2 years set leaves printers, theirs and those to be bought, at 4."""
    one.option("p", MILLION, 4, item="printer").thing("a", "printer", 1, 0)
    problem = posed(one, tmp_path, minimum("printer"), life_years=2)
    assert stock(problem, "printer") == [1] * 4
    assert (problem.options["p"].life_years, problem.options["new"].life_years) == (4, 2)
    assert problem.tails == {PUPIL_COMPUTER: 1, "printer": 3}


def test_a_curve_is_of_one_item(aging: World, tmp_path: Path) -> None:
    """The curve of pupil computers says nothing of printers."""
    aging.option("p", MILLION, 4, item="printer").thing("a", "printer", 10, 0)
    assert stock(posed(aging, tmp_path, minimum("printer")), "printer") == [10] * 4


def test_rooms_neither_age_nor_come_from_the_inventory(room: World, tmp_path: Path) -> None:
    """Two rooms of the schools table stand in every year; an inventory row of a room counts for nothing."""
    room.schools[0]["labs"] = 2
    problem = posed(room.thing("a", LAB, 5, 0, life_years=2), tmp_path, labs=[lab()])
    assert stock(problem, LAB) == [2] * 4


def test_upkeep_nobody_states_is_told(one: World, tmp_path: Path) -> None:
    """Two lots without upkeep, of an item whose options have one; 0 is a statement, and broken machines need none."""
    one.option("dear", 9 * MILLION, 5, upkeep=100_000)
    one.stock("a", 1, 0).stock("a", 1, -1).stock("a", 1, 0, upkeep=0).stock("a", 1, 0, upkeep=5)
    one.stock("a", 1, 0, condition="broken").stock("a", 1, 0, condition="repairable")
    assert told(posed(one, tmp_path), "stock_upkeep_blank") == [{"lots": 2}]


def test_upkeep_nobody_speaks_of_is_not_told(one: World, tmp_path: Path) -> None:
    """Where no option of the item has upkeep, stock without one is nothing odd."""
    one.option("p", MILLION, 5, item="printer", upkeep=100_000)
    assert not told(posed(one.stock("a", 1, 0), tmp_path, minimum("printer")), "stock_upkeep_blank")


def test_upkeep_of_another_unit_is_not_told(two_units: World, tmp_path: Path) -> None:
    """A lot of a school that is not planned is not counted."""
    two_units.option("dear", 9 * MILLION, 5, upkeep=100_000).stock("b", 1, 0)
    assert not told(posed(two_units, tmp_path), "stock_upkeep_blank")


# ---- own things: who has, who holds, what is spare ------------------------------------------------------------


def test_things_of_a_closed_school_are_held_by_who_closed_last(chain: World, tmp_path: Path) -> None:
    """What b had is c's in the second year; then nobody has it, and c holds it to the end of the tail."""
    problem = posed(chain, tmp_path)
    ys = (*problem.years, 2024)
    assert [problem.owner("b", y) for y in ys] == ["b", "c", None, None, None]
    assert [problem.holder("b", y) for y in ys] == ["b", "c", "c", "c", "c"]
    assert [problem.holder("c", y) for y in ys] == ["c"] * 5


def test_things_nobody_has_are_all_spare(chain: World, tmp_path: Path) -> None:
    """Of 3 machines at b and 2 at c, c needs one in its second year; after it closed all five can be moved."""
    problem = posed(chain.stock("b", 3, 0).stock("c", 2, 0), tmp_path)
    assert (stock(problem, school="b"), stock(problem, school="c")) == ([3, 0, 0, 0], [2, 5, 0, 0])
    assert (spare(problem, school="b"), spare(problem, school="c")) == ([2, 0, 0, 0], [1, 4, 5, 5])
    assert problem.spare["c", PUPIL_COMPUTER, 2021] == 5


def test_things_nobody_has_any_more_are_told(chain: World, tmp_path: Path) -> None:
    """Machines that outlive their school are told, and whether they can be moved; those worn out by then are not."""
    chain.stock("b", 3, 0, life_years=2).stock("c", 2, 0)
    assert told(posed(chain, tmp_path), "stock_of_closed_moves") == [{"schools": "c"}]
    assert told(posed(chain, tmp_path, transfers=False), "stock_of_closed") == [{"schools": "c"}]
    assert not told(posed(chain, tmp_path, transfers=False), "stock_of_closed_moves")


def test_rooms_of_a_closed_school_are_no_computers_to_move(room: World, tmp_path: Path) -> None:
    """A closed school with a room and no machines has nothing that counts once it is moved."""
    room.school("b", pupils={3: [24]}, open_until=year(0), labs=1)
    assert not told(posed(room, tmp_path, labs=[lab()]), "stock_of_closed_moves")


def test_what_nobody_needs_is_spare(one: World, tmp_path: Path) -> None:
    """Of 9 machines of 2 years 2 are needed and 7 spare; of 2 machines none is."""
    one.school("b", pupils={3: FOUR}).stock("a", 9, 0, life_years=2).stock("b", 2, 0)
    problem = posed(one, tmp_path)
    assert (spare(problem), spare(problem, school="b")) == ([7, 7, 0, 0], [0] * 4)
    assert not [key for key, count in problem.spare.items() if count <= 0]


def test_grades_as_conditions_allow_keep_their_machines(one: World, tmp_path: Path) -> None:
    """24 pupils of an optional grade keep one machine more, also where the scenario does not plan for them."""
    one.pupils("a", 0, 4, 24).pupils("a", 1, 4, 24).stock("a", 9, 0)
    assert spare(posed(one, tmp_path, optional={0: [4]})) == [6, 6, 7, 7]


def test_the_last_years_need_keeps_machines_after_it(one: World, tmp_path: Path) -> None:
    """In the tail the last year's need goes on: with 96 pupils then, 4 of 9 machines are kept."""
    one.enrolment[-1]["pupils"] = 96
    problem = posed(one.stock("a", 9, 0, life_years=7), tmp_path)
    assert spare(problem) == [7, 7, 7, 5]
    assert [problem.spare.get(("a", PUPIL_COMPUTER, y)) for y in (2023, 2024)] == [5, None]


def test_a_successor_spares_what_both_need_not(one: World, tmp_path: Path) -> None:
    """School a has 1 of 2, b 5 of 1: b spares four; merged, 6 machines and 3 needed leave three."""
    one.school("b", pupils={3: [24] * 2}, open_until=year(1), merged_into="a")
    one.stock("a", 1, 0).stock("b", 5, 0)
    for row in one.enrolment[2:4]:
        row["pupils"] = 72
    problem = posed(one, tmp_path)
    assert need(problem, PUPIL_COMPUTER) == [2, 2, 3, 3]
    assert (spare(problem), spare(problem, school="b")) == ([0, 0, 3, 3], [4, 4, 0, 0])


def test_a_merger_in_the_last_year_holds_after_it(one: World, tmp_path: Path) -> None:
    """Three machines of b are a's in the last year of the plan, and in the four years after it."""
    one.school("b", pupils={3: [24] * 3}, open_until=year(2), merged_into="a").stock("b", 3, 0, life_years=9)
    problem = posed(one, tmp_path)
    assert [problem.stock.get(("a", PUPIL_COMPUTER, y), 0) for y in problem.years_of(PUPIL_COMPUTER)] == [0] * 3 + [
        3
    ] * 5
    assert problem.spare["a", PUPIL_COMPUTER, 2024] == 1


def test_minimums_keep_their_things_too(one: World, tmp_path: Path) -> None:
    """Of three printers a school keeps the one it must have."""
    one.thing("a", "printer", 3, 0, life_years=9)
    assert spare(posed(one, tmp_path, minimum("printer")), "printer") == [2] * 4


@steady
@given(
    lots=st.lists(
        st.tuples(
            st.integers(0, 9),
            st.one_of(st.none(), st.integers(FIRST - 5, FIRST + 4)),
            st.one_of(st.none(), st.integers(1, 6)),
            st.sampled_from(["working", "working", "repairable", "broken"]),
        ),
        max_size=5,
    ),
    curve=st.one_of(st.none(), st.lists(st.integers(0, 9), min_size=1, max_size=6)),
    life=st.one_of(st.none(), st.integers(1, 6)),
)
def test_cohorts_of_an_open_school_are_its_stock(
    base: Inputs, lots: list[tuple[int, int | None, int | None, str]], curve: list[int] | None, life: int | None
) -> None:
    """Whatever wears out and how: the cohorts that live in a year are the stock, of which no more is spare."""
    rows = tuple(Lot("a", PUPIL_COMPUTER, at, n, state, lasts, 0, "test") for n, at, lasts, state in lots)
    shares = {age: Fraction(n, 9) for age, n in enumerate(sorted(curve or (), reverse=True))}
    survival = {PUPIL_COMPUTER: shares} if shares and shares[0] else {}
    inputs = replace(base, inventory=rows, survival=survival)
    problem = provision.pose(inputs, ["u"], roadmap({0: [3]}), Scenario(life_years=life))
    for y in problem.years_of(PUPIL_COMPUTER):
        alive = sum(n for (_, c), n in problem.cohorts.items() if c.first <= y <= c.last)
        assert alive == problem.stock.get(("a", PUPIL_COMPUTER, y), 0)
        assert problem.spare.get(("a", PUPIL_COMPUTER, y), 0) == max(0, alive - problem.need("a", PUPIL_COMPUTER, y))
    assert sum(problem.cohorts.values()) == sum(n for n, _, _, state in lots if state == "working")
    assert all(count > 0 for count in problem.cohorts.values())


@pytest.mark.parametrize("seed", range(12))
def test_what_is_held_is_what_is_owned_or_nobodys(seed: int, tmp_path: Path) -> None:
    """In worlds with mergers no machine is lost: what a year's owners have is what its cohorts say."""
    world, pack = random_world(seed)
    problem = provision.pose(world.load(tmp_path / "data"), ["u"], pack)
    for y in problem.years_of(PUPIL_COMPUTER):
        alive = {key: n for key, n in problem.cohorts.items() if key[1].first <= y <= key[1].last}
        owned = sum(n for (_, item, at), n in problem.stock.items() if (item, at) == (PUPIL_COMPUTER, y))
        assert owned == sum(n for (school, _), n in alive.items() if problem.owner(school, y) is not None)
        for school in problem.schools:
            held = sum(n for (s, _), n in alive.items() if problem.holder(s, y) == school)
            kept = problem.need(school, PUPIL_COMPUTER, y) + problem.optional_need(school, PUPIL_COMPUTER, y)
            assert problem.spare.get((school, PUPIL_COMPUTER, y), 0) == max(0, held - kept)


# ---- what can be repaired, and what moving costs --------------------------------------------------------------


def test_repairable_machines_are_counted_where_they_stand(one: World, tmp_path: Path) -> None:
    """3 and 2 of any age, undated or not, are 5; broken and working ones, and those that come later, are none."""
    one.stock("a", 3, -9, condition="repairable").stock("a", 2, 0, condition="repairable")
    one.inventory[-1]["acquired"] = ""
    one.stock("a", 7, 1, condition="repairable").stock("a", 7, 0, condition="broken").stock("a", 7, 0)
    one.thing("a", "printer", 4, 0, condition="repairable", life_years=5)
    assert posed(one, tmp_path).repairable == {("a", PUPIL_COMPUTER): 5}
    both = posed(one, tmp_path, minimum("printer")).repairable
    assert both == {("a", PUPIL_COMPUTER): 5, ("a", "printer"): 4}


def test_repairable_machines_stay_with_the_school_surveyed(chain: World, tmp_path: Path) -> None:
    """Before and after a merger they are told by the school they were counted at; who holds them is told by year."""
    chain.stock("b", 3, 0, condition="repairable").stock("c", 1, 0, condition="repairable")
    assert posed(chain, tmp_path).repairable == {("b", PUPIL_COMPUTER): 3, ("c", PUPIL_COMPUTER): 1}


def test_moving_costs_what_the_catalogue_says(one: World, tmp_path: Path) -> None:
    """100,000 VND a machine, growing by 10 % a year: 110,000, 121,000 and 133,100; it is no way to get one."""
    problem = posed(one.option("van", 100_000, 1, mode="move"), tmp_path, price_growth=0.1)
    assert [problem.freight[PUPIL_COMPUTER, y] for y in problem.years] == [
        ("van", 100_000),
        ("van", 110_000),
        ("van", 121_000),
        ("van", 133_100),
    ]
    assert set(problem.options) == {option for option, _ in problem.prices} == {"new"}
    assert not told(problem, "options_not_planned")


def test_freight_is_of_one_item(one: World, tmp_path: Path) -> None:
    """The freight of printers is known where printers are planned; pupil computers, without any, move for nothing."""
    one.option("p", MILLION, 5, item="printer").option("van", 100_000, 1, item="printer", mode="move")
    free = {(PUPIL_COMPUTER, y): ("", 0) for y in range(2017, 2021)}
    assert posed(one, tmp_path).freight == free
    assert posed(one, tmp_path, minimum("printer")).freight == free | {
        ("printer", y): ("van", 100_000) for y in range(2017, 2021)
    }


def test_nothing_moves_before_its_freight_has_a_price(one: World, tmp_path: Path) -> None:
    """A van that can be had from the third year on moves nothing in the first two, and not for nothing either."""
    one.option("van", 100_000, 1, mode="move", from_year=year(2))
    assert {y for _, y in posed(one, tmp_path).freight} == {2019, 2020}


def test_what_cannot_move_yet_is_not_told_as_free(one: World, tmp_path: Path) -> None:
    """Machines are spare only before their freight has a price: they stay where they are, nothing is free."""
    one.stock("a", 9, 0, life_years=2).option("van", 100_000, 1, mode="move", from_year=year(2))
    problem = posed(one, tmp_path)
    assert {y for _, _, y in problem.spare} == {2017, 2018}
    assert not told(problem, "freight_free")


def test_what_nobody_asks_for_is_told(one: World, tmp_path: Path) -> None:
    """Tablets and a laptop are no use where webcams are counted: a laptop bought is a webcam, an owned one not."""
    one.option("laptop", MILLION, 4, item="laptop", also_serves="webcam")
    one.thing("a", "tablet", 3, 0, life_years=3).thing("a", "tablet", 2, 0, life_years=3, condition="repairable")
    one.thing("a", "tablet", 7, 0, life_years=3, condition="broken").thing("a", "laptop", 1, 0)
    problem = posed(one, tmp_path, minimum("webcam"))
    assert told(problem, "stock_not_planned") == [{"item": "item.tablet", "count": 5}]
    assert told(problem, "stock_serves_not") == [{"item": "item.laptop", "count": 1, "serves": ("item.webcam",)}]
    asked = posed(one, tmp_path, minimum("laptop"), minimum("tablet"))
    assert not told(asked, "stock_not_planned") + told(asked, "stock_serves_not")


def test_money_for_schools_that_are_gone_is_told(chain: World, tmp_path: Path) -> None:
    """School b is open in the first year and c in the first two; later money for them has nobody to pay for."""
    chain.schools[2]["disadvantaged"] = 1
    chain.fund("gift", [10, 20, 30, 0], schools="disadvantaged").fund("main", [1] * 4)
    chain.fund("own", [5, 6, 7, 8], schools="b").fund("both", [5, 5, 5, 5], schools="a;b")
    assert told(posed(chain, tmp_path), "fund_for_nobody") == [
        {"fund": "gift", "year": year(2), "amount": 30},
        {"fund": "own", "year": year(2), "amount": 7},
        {"fund": "own", "year": year(3), "amount": 8},
    ]


def test_classes_grow_with_their_pupils(one: World, tmp_path: Path) -> None:
    """48 pupils in 2 classes are 24 a class; grown by half a year they are 36 from the second year on: too many."""
    assert not told(posed(one, tmp_path), "class_size_primary")
    grown = posed(one, tmp_path, enrolment_growth=0.5)
    assert told(grown, "class_size_primary") == [{"rows": 3, "limit": 35, "schools": 1}]


def test_free_moves_are_told(one: World, tmp_path: Path) -> None:
    """A school can spare machines and printers, and only printers have a price of freight."""
    one.stock("a", 9, 0).thing("a", "printer", 3, 0, life_years=9)
    one.option("van", 100_000, 1, item="printer", mode="move")
    problem = posed(one, tmp_path, minimum("printer"))
    assert told(problem, "freight_free") == [{"items": (f"item.{PUPIL_COMPUTER}",)}]


def test_free_moves_of_nothing_are_not_told(one: World, tmp_path: Path) -> None:
    """Where no school can spare anything, nothing may be moved, or freight has a price, there is nothing to tell."""
    assert not told(posed(one.stock("a", 2, 0), tmp_path), "freight_free")
    assert not told(posed(one.stock("a", 9, 0), tmp_path, transfers=False), "freight_free")
    assert not told(posed(one.option("van", 1, 1, mode="move"), tmp_path), "freight_free")


def test_rooms_are_never_moved(room: World, tmp_path: Path) -> None:
    """A school has two rooms more than it needs: nobody moves a room, so there is no freight to speak of."""
    room.schools[0]["labs"] = 3
    assert not told(posed(room, tmp_path, labs=[lab()]), "freight_free")


# ---- ways to buy, and how long what is bought works -----------------------------------------------------------


def test_every_item_has_its_own_tail(room: World, tmp_path: Path) -> None:
    """Lives of 5, 3 and 20 years: need goes on for 4, 2 and 19 years; what nobody sells has no tail."""
    room.option("p", MILLION, 3, item="printer").thing("a", "pa_system", 1, 0, life_years=9)
    problem = posed(room, tmp_path, minimum("printer"), minimum("pa_system"), labs=[lab()])
    assert problem.tails == {PUPIL_COMPUTER: 4, "printer": 2, LAB: 19, "pa_system": 0}
    assert problem.tail == 4
    assert problem.years_of("printer") == (2017, 2018, 2019, 2020, 2021, 2022)


def test_what_comes_late_lengthens_the_tail(one: World, tmp_path: Path) -> None:
    """With a delivery lag of two years a machine of the last year works from two years after it: 6 years, not 4."""
    one.option("p", MILLION, 3, item="printer")
    assert posed(one, tmp_path, minimum("printer"), delivery_lag=2).tails == {PUPIL_COMPUTER: 6, "printer": 4}


def test_a_lease_has_a_tail_only_where_it_can_be_had(one: World, tmp_path: Path) -> None:
    """Printers are only leased, for a year: no year of need after the plan, and with a lag of one, one year."""
    one.option("hire", MILLION, 1, item="printer", mode="lease")
    assert posed(one, tmp_path, minimum("printer")).tails["printer"] == 0
    assert posed(one, tmp_path, minimum("printer"), lease=True, delivery_lag=1).tails["printer"] == 1
    assert posed(one, tmp_path, minimum("printer"), delivery_lag=1).tails["printer"] == 0


def test_what_was_bought_before_counts_for_the_tail(one: World, tmp_path: Path) -> None:
    """A machine of 9 years that can no longer be had was bought in the first year: the tail is 8."""
    one.option("sturdy", MILLION, 9, from_year="2030-2031").carried("a", 0, "sturdy", 1, MILLION)
    assert posed(one, tmp_path).tail == 8


def test_stock_and_need_of_an_item_end_with_its_tail(one: World, tmp_path: Path) -> None:
    """A machine of 30 years is counted in the four years of the plan and the four of its tail."""
    problem = posed(one.stock("a", 1, 0, life_years=30), tmp_path)
    assert sorted(y for _, _, y in problem.stock) == list(range(2017, 2025))
    assert problem.need("a", PUPIL_COMPUTER, 2024) == 2


@pytest.mark.parametrize(
    ("lag", "bought", "works", "kept"),
    [
        (0, 2017, (2017, 2021), Fraction(1, 5)),
        (0, 2020, (2020, 2024), Fraction(4, 5)),
        (1, 2017, (2018, 2022), Fraction(2, 5)),
        (1, 2020, (2021, 2025), Fraction(1)),
        (3, 2020, (2023, 2027), Fraction(1)),
    ],
)
def test_what_comes_late_works_later_and_outlives_more(
    one: World, tmp_path: Path, lag: int, bought: int, works: tuple[int, int], kept: Fraction
) -> None:
    """A machine of 5 years works from its delivery; the share of its years after 2020 outlives the plan."""
    problem = posed(one, tmp_path, delivery_lag=lag)
    years = problem.working_years("new", bought)
    assert (years[0], years[-1]) == works
    assert problem.kept_share("new", bought) == kept
    assert problem.is_alive("new", bought, works[0])
    assert not problem.is_alive("new", bought, works[0] - 1)
    assert not problem.is_alive("new", bought, works[1] + 1)


def test_what_was_really_bought_came_in_time(one: World, tmp_path: Path) -> None:
    """With a lag of a year, the machines of a year carried out worked in it; the plan's own come a year later."""
    problem = posed(one.carried("a", 1, "new", 1, MILLION), tmp_path, delivery_lag=1)
    assert [problem.working_years("new", y)[0] for y in problem.years] == [2017, 2018, 2020, 2021]
    assert [problem.kept_share("new", y) for y in problem.years] == [
        Fraction(1, 5),
        Fraction(2, 5),
        Fraction(4, 5),
        Fraction(1),
    ]


def test_a_lease_outlives_nothing(one: World, tmp_path: Path) -> None:
    """A leased machine works for one year, so nothing of its price is kept after the plan."""
    problem = posed(one.option("hire", MILLION, 1, mode="lease"), tmp_path, lease=True)
    assert [problem.kept_share("hire", y) for y in problem.years] == [0] * 4


@steady
@given(life=st.integers(1, 12), lag=st.integers(0, 5), index=st.integers(0, 3))
def test_what_is_kept_is_the_years_after_the_plan(base: Inputs, life: int, lag: int, index: int) -> None:
    """The share kept is how many of an item's years lie after the plan, and every one of them lies in its tail."""
    (new,) = base.catalogue
    inputs = replace(base, catalogue=(replace(new, life_years=life),))
    problem = provision.pose(inputs, ["u"], roadmap({0: [3]}), Scenario(delivery_lag=lag))
    works = problem.working_years("new", FIRST + index)
    after = [y for y in works if y > problem.years[-1]]
    assert problem.kept_share("new", FIRST + index) == Fraction(len(after), life)
    assert set(works) <= set(problem.years_of(PUPIL_COMPUTER))


def test_leases_are_told_once_and_by_name(one: World, tmp_path: Path) -> None:
    """Leases of what is planned are told while leasing is off; with leasing on nothing is, nor of other things."""
    one.option("hire", MILLION, 1, mode="lease").option("rent", MILLION, 1, mode="lease")
    one.option("copier", MILLION, 1, item="printer", mode="lease")
    problem = posed(one, tmp_path)
    assert told(problem, "lease_off") == [{"options": "hire, rent"}]
    assert told(problem, "options_not_planned") == [{"options": "copier"}]
    allowed = posed(one, tmp_path, lease=True)
    assert told(allowed, "lease_off") == told(allowed, "lease_absent") == []


def test_a_lease_of_something_else_is_no_lease(one: World, tmp_path: Path) -> None:
    """Leasing is allowed, but only a printer that nobody asks for could be leased."""
    one.option("copier", MILLION, 1, item="printer", mode="lease")
    assert told(posed(one, tmp_path, lease=True), "lease_absent") == [{}]


def test_what_mends_is_a_way_to_get_a_machine(one: World, tmp_path: Path) -> None:
    """Repair and refurbishment are planned with their prices, and their lives are theirs whatever the lever says."""
    one.option("mend", 2 * MILLION, 2, mode="repair").option("renew", 4 * MILLION, 3, mode="refurbish")
    problem = posed(one, tmp_path, life_years=6)
    assert {code: o.life_years for code, o in problem.options.items()} == {"new": 6, "mend": 2, "renew": 3}
    assert (prices(problem, "mend"), prices(problem, "renew")) == ([2] * 4, [4] * 4)


def test_upkeep_reserved_without_a_fund_for_it_is_told(one: World, tmp_path: Path) -> None:
    """Where only purchases may be paid, reserving upkeep buys nothing that has any; one fund for it is enough."""
    one.fund("main", [900] * 4, modes="buy;lease")
    assert told(posed(one, tmp_path, upkeep="reserve"), "reserve_without_funds") == [{}]
    assert not told(posed(one, tmp_path), "reserve_without_funds")
    one.fund("care", [1], school_year=year(3), modes="upkeep")
    assert not told(posed(one, tmp_path, upkeep="reserve"), "reserve_without_funds")


def test_a_plain_world_is_told_of_nothing(one: World, tmp_path: Path) -> None:
    """With none of all this there is no warning."""
    assert posed(one.stock("a", 2, 0), tmp_path).warnings == ()

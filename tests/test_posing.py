"""Prices, stock and purses by hand: what the inputs and the scenario come to before anything is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World, roadmap, year

import provision
from provision.domain.catalogue import compound, half_up
from provision.domain.problem import PUPIL_COMPUTER, Problem, Purse
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.errors import FaultyInput, ProvisionError
from provision.posing import default_roadmap
from provision.text import Words

GRADE_3 = roadmap({0: [3]})
FOUR = [48] * 4

steady = settings(derandomize=True, max_examples=60, deadline=None)


def posed(
    world: World, folder: Path, *, pack: Roadmap = GRADE_3, units: Sequence[str] = ("u",), **levers: object
) -> Problem:
    """Return the problem of a world, with four years of no money where it has none."""
    if not world.budget:
        world.fund("main", [0] * 4)
    return provision.pose(world.load(folder / "data"), units, pack, Scenario(**levers))


def prices(problem: Problem, option: str = "new") -> dict[int, int]:
    """Return an option's prices by number of the year."""
    return {y - problem.years[0]: p for (o, y), p in problem.prices.items() if o == option}


def stock(problem: Problem, school: str = "a") -> list[int]:
    """Return a school's surviving machines in the years of the horizon."""
    return [problem.stock.get((school, PUPIL_COMPUTER, y), 0) for y in problem.years]


def purse(problem: Problem, index: int = 0, fund: str = "main", unit: str = "u") -> Purse:
    """Return a fund in the n-th year."""
    return problem.purses[(unit, fund), problem.years[index]]


def amounts(problem: Problem, fund: str = "main", unit: str = "u") -> list[int]:
    """Return a fund's new money by year."""
    return [problem.purses[(unit, fund), y].amount for y in problem.years]


def codes(problem: Problem) -> set[str]:
    """Return the codes of the warnings."""
    return {code for code, _ in problem.warnings}


def faults(world: World, folder: Path, **rest: object) -> list[tuple[str, str | None]]:
    """Return the code and the cell of every fault a world is refused with."""
    with pytest.raises(FaultyInput) as refused:
        posed(world, folder, **rest)
    assert all(fault.say(Words("en")) for fault in refused.value.faults)
    return [(fault.code, fault.found) for fault in refused.value.faults]


@pytest.fixture
def one() -> World:
    """Return a world of one school that needs two machines a year, and one way to buy."""
    return World().unit().school("a", pupils={3: FOUR}).option("new", 12_000_000, 5)


# ---- prices ---------------------------------------------------------------------------------------------------


def test_prices_grow_to_the_dong(one: World, tmp_path: Path) -> None:
    """12,000,000 VND at 10 % a year: 13,200,000, 14,520,000, 15,972,000 and 17,569,200 VND, exactly."""
    one.fund("main", [0] * 5)
    one.pupils("a", 4, 3, 48)
    expected = [12_000_000, 13_200_000, 14_520_000, 15_972_000, 17_569_200]
    assert list(prices(posed(one, tmp_path, price_growth=0.1)).values()) == expected


@pytest.mark.parametrize(("price", "growth", "later"), [(5, 0.1, 6), (15, 0.1, 17), (4, 0.1, 4), (7, -0.5, 4)])
def test_prices_round_half_up(tmp_path: Path, price: int, growth: float, later: int) -> None:
    """5.5 becomes 6, 16.5 becomes 17, 4.4 becomes 4, 3.5 becomes 4: halves go up, never to the even number."""
    world = World().unit().school("a", pupils={3: FOUR}).option("new", price, 5)
    assert prices(posed(world, tmp_path, price_growth=growth))[1] == later


@steady
@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_half_up_is_the_nearest_whole_number(numerator: int, denominator: int) -> None:
    """The rounded number is at most half away, and a number just half away is the one above."""
    value = Fraction(numerator, denominator)
    assert -Fraction(1, 2) < half_up(value) - value <= Fraction(1, 2)


def test_growth_rounds_once() -> None:
    """5 VND at 10 % over two years are 6.05, that is 6; rounding each year would make 6, then 6.6, that is 7."""
    assert compound(5, Fraction(1, 10), 2) == 6


def test_no_growth_in_or_before_the_first_year() -> None:
    """Growth starts after the first year of the plan."""
    assert [compound(100, Fraction(1, 10), n) for n in (-1, 0, 1)] == [100, 100, 110]


def test_no_growth_makes_things_free(one: World, tmp_path: Path) -> None:
    """2 VND halved are 1, then 0.5, that is 1, then 0: refused from then; freight of 1 VND from the year before."""
    one.option("cheap", 2, 5).option("van", 1, 1, mode="move").fund("main", [0] * 4)
    with pytest.raises(FaultyInput) as refused:
        posed(one, tmp_path, price_growth=-0.5)
    found = {(f.code, f.details["option"], f.details["year"]) for f in refused.value.faults}
    assert found == {("price_vanishes", "cheap", year(3)), ("price_vanishes", "van", year(2))}
    assert "cheap" in refused.value.say(Words("en"))
    assert prices(posed(one, tmp_path, price_growth=-0.2), "cheap") == {0: 2, 1: 2, 2: 1, 3: 1}


def test_money_before_the_plan_is_told(one: World, tmp_path: Path) -> None:
    """20 million VND of the year before the first planned do not count, though all of it may be carried over."""
    one.fund("main", [20_000_000, 0, 0, 0], carry_over=1).fund("gift", [0, 5, 0, 0])
    problem = posed(one, tmp_path, horizon=f"{year(1)}..{year(3)}")
    (details,) = (details for code, details in problem.warnings if code == "money_before")
    assert f"before {year(1)}" in Words("en")("warning.money_before", **details)
    assert "main: 20,000,000 VND." in Words("en")("warning.money_before", **details)
    assert "main: 20.000.000 đồng." in Words("vi")("warning.money_before", **details)
    assert amounts(problem) == [0, 0, 0]
    assert "money_before" not in codes(posed(one, tmp_path))


def test_the_newest_price_holds(one: World, tmp_path: Path) -> None:
    """A price of the third year holds from then on; the years before keep the first."""
    one.option("new", 9_000_000, 5, from_year=year(2))
    assert list(prices(posed(one, tmp_path)).values()) == [12_000_000, 12_000_000, 9_000_000, 9_000_000]


def test_growth_falls_on_the_newest_price(one: World, tmp_path: Path) -> None:
    """A price of the third year, 10,000,000, grows by two years of 10 % at once: 12,100,000 and 13,310,000."""
    one.option("new", 10_000_000, 5, from_year=year(2))
    assert list(prices(posed(one, tmp_path, price_growth=0.1)).values())[2:] == [12_100_000, 13_310_000]


def test_an_older_price_holds_at_the_start(one: World, tmp_path: Path) -> None:
    """A price from three years before the plan holds in its first year, without growth."""
    one.option("old", 8_000_000, 5, from_year="2014-2015")
    assert prices(posed(one, tmp_path, price_growth=0.1), "old")[0] == 8_000_000


def test_nothing_is_bought_before_it_has_a_price(one: World, tmp_path: Path) -> None:
    """An option whose first price is of the third year has none before."""
    one.option("late", 5_000_000, 4, from_year=year(2))
    assert list(prices(posed(one, tmp_path), "late")) == [2, 3]


def test_what_nobody_asks_for_is_not_planned(one: World, tmp_path: Path) -> None:
    """A printer that the pack does not ask for is left out, and the plan says so."""
    one.option("printer", 3_000_000, 5, item="printer")
    problem = posed(one, tmp_path)
    assert list(problem.options) == ["new"]
    assert ("options_not_planned", {"options": "printer"}) in problem.warnings


def test_a_lease_is_off_until_it_is_asked_for(one: World, tmp_path: Path) -> None:
    """A leased machine has no price unless the scenario allows leasing, and the plan says why."""
    one.option("lease", 2_000_000, 1, mode="lease")
    assert ("lease_off", {"options": "lease"}) in posed(one, tmp_path).warnings
    assert prices(posed(one, tmp_path), "lease") == {}
    assert list(prices(posed(one, tmp_path, lease=True), "lease")) == [0, 1, 2, 3]


def test_leasing_without_a_lease_is_told(one: World, tmp_path: Path) -> None:
    """The lever lease has no effect where the catalogue has no lease, and the plan says so."""
    assert ("lease_absent", {}) in posed(one, tmp_path, lease=True).warnings


def test_the_tail_is_the_longest_life_less_one(one: World, tmp_path: Path) -> None:
    """With lives of 5 and 3 years the last year's need goes on for 4 more; an option without a price counts not."""
    one.option("short", 6_000_000, 3).option("future", 6_000_000, 9, from_year="2030-2031")
    assert posed(one, tmp_path).tail == 4


def test_the_life_lever_rules_every_option(one: World, tmp_path: Path) -> None:
    """With a life of 3 years set, each option lives 3 years and the tail is 2."""
    problem = posed(one.option("short", 6_000_000, 2), tmp_path, life_years=3)
    assert ({o.life_years for o in problem.options.values()}, problem.tail) == ({3}, 2)


# ---- stock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("acquired", "survives"),
    [(-3, [7, 0, 0, 0]), (-1, [7, 7, 7, 0]), (0, [7, 7, 7, 7]), (1, [0, 7, 7, 7]), (-4, [0, 0, 0, 0])],
)
def test_stock_works_from_its_year_for_its_life(
    one: World, tmp_path: Path, acquired: int, survives: list[int]
) -> None:
    """Machines of 4 years' life work in the year they came and the 3 after it, not before and not later."""
    assert stock(posed(one.stock("a", 7, acquired, life_years=4), tmp_path)) == survives


def test_stock_works_on_in_the_tail(one: World, tmp_path: Path) -> None:
    """A machine that came in the last year is counted after the horizon too, while it lives."""
    problem = posed(one.stock("a", 7, 3, life_years=3), tmp_path)
    alive = [y for (_, _, y) in sorted(problem.stock)]
    assert alive == [problem.years[-1], problem.years[-1] + 1, problem.years[-1] + 2]


def test_stock_lives_as_long_as_the_shortest_new_machine(one: World, tmp_path: Path) -> None:
    """Stock without a life of its own has the shortest among the ways to buy: 2 years, not 5; a lease is none."""
    one.option("used", 7_000_000, 2).option("lease", 1_000_000, 1, mode="lease")
    assert stock(posed(one.stock("a", 7, 0), tmp_path)) == [7, 7, 0, 0]


def test_the_life_lever_does_not_lengthen_a_stated_life(one: World, tmp_path: Path) -> None:
    """The lever sets the life of stock that states none; a stated life stays."""
    one.stock("a", 7, 0, life_years=2).stock("a", 1, 0)
    assert stock(posed(one, tmp_path, life_years=3)) == [8, 8, 1, 0]


@pytest.mark.parametrize(("life", "survives"), [(4, [7, 7, 0, 0]), (5, [7, 7, 7, 0]), (1, [7, 0, 0, 0])])
def test_undated_stock_is_half_a_life_old(one: World, tmp_path: Path, life: int, survives: list[int]) -> None:
    """Of 4 years 2 are used at the start, of 5 years 2, of 1 year none; and the plan warns of how many machines."""
    one.stock("a", 7, 0, life_years=life).inventory[0]["acquired"] = ""
    problem = posed(one, tmp_path)
    assert stock(problem) == survives
    assert ("acquired_blank", {"lots": 1, "machines": 7}) in problem.warnings


def test_dated_stock_warns_of_nothing(one: World, tmp_path: Path) -> None:
    """The warning of undated stock is for undated stock only."""
    assert "acquired_blank" not in codes(posed(one.stock("a", 7, 0), tmp_path))


@pytest.mark.parametrize("condition", ["broken", "repairable"])
def test_only_working_machines_count(one: World, tmp_path: Path, condition: str) -> None:
    """Broken and repairable machines cover no need."""
    one.stock("a", 7, 0, condition=condition).stock("a", 2, 0)
    assert stock(posed(one, tmp_path)) == [2, 2, 2, 2]


def test_other_items_are_no_pupil_computers(one: World, tmp_path: Path) -> None:
    """A school's printers cover no need of pupil computers."""
    assert stock(posed(one.stock("a", 7, 0, item="printer", life_years=9), tmp_path)) == [0, 0, 0, 0]


def test_stock_follows_mergers(one: World, tmp_path: Path) -> None:
    """The 3 machines of a school that merges stand at its successor from the next year on, beside its own 5."""
    one.school("b", pupils={3: [24, 24]}, open_until=year(1), merged_into="a").stock("b", 3, 0).stock("a", 5, 0)
    problem = posed(one, tmp_path)
    assert (stock(problem, "a"), stock(problem, "b")) == ([5, 5, 8, 8], [3, 3, 0, 0])


def test_stock_of_a_closed_school_is_lost_and_told(one: World, tmp_path: Path) -> None:
    """Machines of a school that closed without a successor count for nobody unless moved, and the plan says whose."""
    one.school("b", pupils={3: [24]}, open_until=year(0)).stock("b", 3, 0)
    problem = posed(one, tmp_path)
    assert stock(problem, "a") == [0, 0, 0, 0]
    assert problem.spare["b", PUPIL_COMPUTER, 2018] == 3
    assert ("stock_of_closed_moves", {"schools": "b"}) in problem.warnings
    assert ("stock_of_closed", {"schools": "b"}) in posed(one, tmp_path, transfers=False).warnings


# ---- purses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "amount"), [(1.0, 101), (0.7, 70), (0.5, 50), (1.1, 111), (1000.0, 101_000)])
def test_the_budget_factor_rounds_down(one: World, tmp_path: Path, factor: float, amount: int) -> None:
    """101 VND at 0.7 are 70.7, that is 70; at 1.1 exactly 111.1, that is 111: no dong is made up."""
    assert amounts(posed(one.fund("main", [101]), tmp_path, budget_factor=factor)) == [amount]


def test_a_written_factor_is_meant_exactly(one: World, tmp_path: Path) -> None:
    """100 VND at 0.29 are exactly 29; the nearest binary number would make 28."""
    assert amounts(posed(one.fund("main", [100]), tmp_path, budget_factor=0.29)) == [29]


def test_the_fund_factor_moves_one_fund(one: World, tmp_path: Path) -> None:
    """Half of one fund leaves the other whole, and both factors multiply: 100 x 0.5 x 0.5 = 25."""
    one.fund("main", [100]).fund("gift", [100])
    problem = posed(one, tmp_path, fund_factor={"gift": 0.5}, budget_factor=0.5)
    assert (amounts(problem), amounts(problem, "gift")) == ([50], [25])


def test_a_factor_for_an_unknown_fund_is_refused(one: World, tmp_path: Path) -> None:
    """A factor for a fund that does not exist would move nothing, so it is a fault."""
    assert faults(one, tmp_path, fund_factor={"gifts": 0.5}) == [("lever_fund_unknown", "gifts")]


def test_a_year_without_a_row_has_no_new_money(one: World, tmp_path: Path) -> None:
    """A fund with rows for the first and last year has 0 VND in between."""
    one.fund("main", [5]).budget.append({**one.budget[0], "school_year": year(3), "amount": 7})
    assert amounts(posed(one, tmp_path)) == [5, 0, 0, 7]


def test_a_year_without_a_row_keeps_the_newest_rules(one: World, tmp_path: Path) -> None:
    """A year without a row takes carry-over and what may be paid from the newest earlier row."""
    one.fund("main", [5], carry_over=1, modes="buy").fund("other", [0] * 4)
    one.budget.append({**one.budget[0], "school_year": year(2), "carry_over": 0.5, "modes": ""})
    problem = posed(one, tmp_path)
    assert [purse(problem, i).carry_over for i in range(4)] == [1, 1, Fraction(1, 2), Fraction(1, 2)]
    assert [purse(problem, i).modes for i in range(4)] == [{"buy"}, {"buy"}, None, None]


def test_before_its_first_row_a_fund_is_empty(one: World, tmp_path: Path) -> None:
    """A fund that starts in the third year has no money before, and no rules but its own."""
    one.fund("main", [0] * 4).fund("late", [9], school_year=year(2), carry_over=1)
    problem = posed(one, tmp_path)
    assert amounts(problem, "late") == [0, 0, 9, 0]
    assert purse(problem, 0, "late").carry_over == 1


def test_a_blank_carry_over_keeps_nothing(one: World, tmp_path: Path) -> None:
    """A fund that does not say what it may keep may keep nothing."""
    assert purse(posed(one.fund("main", [5], carry_over=""), tmp_path)).carry_over == 0


def test_blank_lists_mean_all(one: World, tmp_path: Path) -> None:
    """A fund without modes, items and named schools may pay for anything of its unit."""
    there = purse(posed(one.fund("main", [5]), tmp_path))
    assert (there.modes, there.items, there.schools) == (None, None, None)


def test_a_fund_for_other_things_pays_no_computer(one: World, tmp_path: Path) -> None:
    """Money for printers, or for leasing, or of another school, does not pay for a pupil computer bought at a."""
    one.school("b", pupils={3: FOUR}).stock("b", 1, 0, item="printer", life_years=5)
    one.fund("prints", [5], items="printer").fund("leases", [5], modes="lease").fund("bs", [5], schools="b")
    problem = posed(one, tmp_path)
    asked = {"school": "a", "item": PUPIL_COMPUTER, "mode": "buy"}
    assert [purse(problem, 0, fund).may_pay(**asked) for fund in ("prints", "leases", "bs")] == [False] * 3
    assert purse(problem, 0, "bs").may_pay(**{**asked, "school": "b"})


def test_money_for_the_disadvantaged_names_them(one: World, tmp_path: Path) -> None:
    """A fund for disadvantaged schools may pay for those and no others."""
    one.school("b", pupils={3: FOUR}, disadvantaged=1).fund("gift", [5], schools="disadvantaged")
    assert purse(posed(one, tmp_path), 0, "gift").schools == {"b"}


def test_school_money_follows_the_merger(one: World, tmp_path: Path) -> None:
    """Money of a school that merges pays for its successor from the next year on."""
    one.school("b", pupils={3: [24, 24]}, open_until=year(1), merged_into="a").fund("own", [5] * 4, schools="b")
    problem = posed(one, tmp_path)
    assert [purse(problem, i, "own").schools for i in range(4)] == [{"b"}, {"b"}, {"a"}, {"a"}]


def test_money_of_a_closed_school_pays_nobody(one: World, tmp_path: Path) -> None:
    """Money of a school that closed without a successor may pay for no school."""
    one.school("b", pupils={3: [24]}, open_until=year(0)).fund("own", [5, 5], schools="b")
    assert purse(posed(one, tmp_path), 1, "own").schools == frozenset()


@pytest.fixture
def two_units() -> World:
    """Return two units of 48 and 96 pupils of grade 3 a year that share a fund."""
    world = World().unit().unit("w").school("a", pupils={3: [48, 48]})
    world.school("b", pupils={3: [96, 96], 1: [500, 500]}, unit="w").option("new", 12_000_000, 5)
    return world.fund("shared", [1000, 0], unit="")


def test_a_unit_alone_gets_its_pupils_share(two_units: World, tmp_path: Path) -> None:
    """48 of 144 pupils of grades 3-9 are a third: 333 of 1000 VND, rounded down; grade 1 does not count."""
    problem = posed(two_units, tmp_path)
    assert amounts(problem, "shared", "") == [333, 0]
    assert dict(problem.warnings)["shared_fund"]["share"] == pytest.approx(1 / 3)


def test_units_together_share_the_whole(two_units: World, tmp_path: Path) -> None:
    """All units planned together have the whole shared fund, once, and nothing is warned of."""
    problem = posed(two_units, tmp_path, units=("u", "w"))
    assert amounts(problem, "shared", "") == [1000, 0]
    assert "shared_fund" not in codes(problem)


def test_shares_of_single_units_never_exceed_the_fund(two_units: World, tmp_path: Path) -> None:
    """Planned apart, the units' shares of the shared fund come to at most the fund: 333 + 666."""
    inputs = two_units.load(tmp_path / "data")
    alone = [provision.pose(inputs, [unit], GRADE_3) for unit in ("u", "w")]
    assert [amounts(problem, "shared", "")[0] for problem in alone] == [333, 666]


def test_a_units_own_fund_pays_for_its_own_schools(two_units: World, tmp_path: Path) -> None:
    """Planned together, one unit's own fund still pays for that unit and its schools only, the shared one for all."""
    two_units.fund("main", [5])
    problem = posed(two_units, tmp_path, units=("u", "w"))
    assert purse(problem).schools == {"a", "u"}
    assert purse(problem, 0, "shared", "").schools is None


def test_another_units_fund_is_not_ours(two_units: World, tmp_path: Path) -> None:
    """A unit planned alone does not see the fund of another."""
    two_units.fund("main", [5]).fund("theirs", [5], unit="w")
    assert set(posed(two_units, tmp_path).funds) == {("", "shared"), ("u", "main")}


# ---- refusals -------------------------------------------------------------------------------------------------


def test_an_open_school_without_pupils_is_a_fault(one: World, tmp_path: Path) -> None:
    """A school that teaches but has no rows in a year, nor in one before it, is refused: nothing is guessed back."""
    one.school("b")
    for index in (1, 2, 3):
        one.pupils("b", index, 3, 24)
    with pytest.raises(FaultyInput) as refused:
        posed(one, tmp_path)
    (fault,) = refused.value.faults
    assert (fault.code, fault.found, fault.details["years"]) == ("pupils_absent", "b", "2017-2018")


def test_a_zero_is_a_statement(one: World, tmp_path: Path) -> None:
    """A school whose rows say 0 pupils needs nothing and is no fault."""
    one.school("b", pupils={3: [0] * 4})
    assert {s for s, _, _ in posed(one, tmp_path).demand} == {"a"}


def test_a_closed_school_owes_no_pupils(one: World, tmp_path: Path) -> None:
    """Years before a school opens and after it closes need no rows."""
    one.school("b", pupils={3: [24, 24]}, open_until=year(1))
    one.school("c", open_from=year(3)).pupils("c", 3, 3, 24)
    assert {(s, y) for s, _, y in posed(one, tmp_path).demand if s != "a"} == {("b", 2017), ("b", 2018), ("c", 2020)}


def test_a_merger_out_of_the_plan_is_refused(two_units: World, tmp_path: Path) -> None:
    """A school that merges into one of a unit not planned with it is refused; planned together it is not."""
    two_units.school("c", pupils={3: [24]}, open_until=year(0), merged_into="b")
    with pytest.raises(ProvisionError, match="w") as refused:
        posed(two_units, tmp_path)
    assert refused.value.code == "merger_outside"
    inputs = provision.load(tmp_path / "data")
    assert provision.pose(inputs, ["u", "w"], GRADE_3).owner("c", 2018) == "b"


def test_an_unknown_unit_is_refused(one: World, tmp_path: Path) -> None:
    """A unit the data does not have is refused, with those it has."""
    with pytest.raises(ProvisionError) as refused:
        posed(one, tmp_path, units=("x",))
    assert (refused.value.code, refused.value.details["known"]) == ("unit_unknown", "u")


def test_without_a_budget_there_is_no_horizon(one: World, tmp_path: Path) -> None:
    """A unit without budget rows is refused, unless the years are asked for."""
    inputs = one.load(tmp_path / "data")
    with pytest.raises(ProvisionError) as refused:
        provision.pose(inputs, ["u"], GRADE_3)
    assert refused.value.code == "no_budget"
    asked = Scenario(horizon="2018-2019..2019-2020")
    assert provision.pose(inputs, ["u"], GRADE_3, asked).years == (2018, 2019)


def test_the_horizon_spans_the_budget(one: World, tmp_path: Path) -> None:
    """The plan runs from the first to the last budget year, years without a row between them included."""
    one.fund("main", [1], school_year=year(3)).fund("gift", [1])
    assert posed(one, tmp_path).years == (2017, 2018, 2019, 2020)


def test_a_level_without_a_ratio_is_refused(one: World, tmp_path: Path) -> None:
    """A pack that teaches grade 6 but states no ratio for it is refused, until the lever gives one."""
    one.school("b", "lower_secondary", pupils={6: [32] * 4})
    pack = roadmap({0: [3, 6]}, ratios={"primary": 24})
    assert faults(one, tmp_path, pack=pack) == [("ratio_absent", "lower_secondary")]
    problem = posed(one, tmp_path, pack=pack, lower_secondary_ratio=16)
    assert problem.need("b", PUPIL_COMPUTER, 2017) == 2


def test_a_pack_that_names_a_stranger_is_refused_at_home(one: World, tmp_path: Path) -> None:
    """A school the data lacks is a fault in the pack's own unit; elsewhere it is a warning."""
    strange = replace(GRADE_3, phases=tuple(replace(p, schools=("a", "zz")) for p in GRADE_3.phases))
    assert codes(posed(one, tmp_path, pack=strange)) == {"pack_school_unknown"}
    one.units[0]["roadmap"] = "test"
    assert faults(one, tmp_path, pack=strange) == [("pack_school_unknown", "zz")]


@pytest.mark.parametrize(
    "lever",
    [{"budget_factor": -1.0}, {"price_growth": 1.5}, {"life_years": 0}, {"ratio_basis": "all"}, {"delivery_lag": 6}],
)
def test_a_lever_out_of_bounds_is_refused(one: World, tmp_path: Path, lever: dict[str, object]) -> None:
    """A lever out of its bounds, or not to be moved yet, is refused by its name."""
    one.fund("main", [1])
    with pytest.raises(FaultyInput) as refused:
        posed(one, tmp_path, **lever)
    assert [fault.column for fault in refused.value.faults] == list(lever)


def test_every_fault_is_told_at_once(one: World, tmp_path: Path) -> None:
    """Pupils not stated, a ratio not stated and an unknown fund are told together."""
    one.school("b", "lower_secondary").stock("b", 1, 0)
    found = faults(one, tmp_path, pack=roadmap({0: [3, 6]}, ratios={"primary": 24}), fund_factor={"x": 1.0})
    assert {code for code, _ in found} == {"pupils_absent", "ratio_absent", "lever_fund_unknown"}


# ---- what else a problem says ---------------------------------------------------------------------------------


def test_units_of_one_pack_share_its_name(two_units: World, tmp_path: Path) -> None:
    """The default pack is the one all units name; where they differ the planner must choose."""
    inputs = two_units.load(tmp_path / "data")
    assert default_roadmap(inputs, ["u", "w"]) == "hiep-hoa-2017"
    two_units.units[1]["roadmap"] = "gdpt-2018"
    with pytest.raises(ProvisionError) as refused:
        default_roadmap(two_units.load(tmp_path / "other"), ["u", "w"])
    assert refused.value.code == "roadmap_differs"


def test_the_fullest_class_is_told(one: World, tmp_path: Path) -> None:
    """61 pupils in 3 classes are 21 to a class, 48 in 2 are 24: the fullest class has 24, grade 1 aside."""
    one.pupils("a", 0, 4, 61).pupils("a", 0, 1, 35)
    assert posed(one, tmp_path).largest_class["a", 2017] == 24


def test_disadvantaged_schools_have_the_priority_asked_for(one: World, tmp_path: Path) -> None:
    """A weight of 2.5 stands for disadvantaged schools, 1 for all others."""
    one.school("b", pupils={3: FOUR}, disadvantaged=1)
    assert dict(posed(one, tmp_path, priority_weight=2.5).priority) == {"a": 1, "b": Fraction(5, 2)}


def test_one_made_up_row_marks_the_plan(one: World, tmp_path: Path) -> None:
    """A plan is illustrative as soon as one row it rests on is; rows of another unit do not matter."""
    one.unit("w").school("b", pupils={3: FOUR}, unit="w", source="illustrative: invented")
    problem = posed(one, tmp_path)
    assert not problem.illustrative
    assert posed(one.stock("a", 1, 0, source="illustrative: invented"), tmp_path).illustrative

"""The least money that meets the roadmap: against another program, by hand, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulp
import pytest
from independent import Independent
from seeds import sample
from worlds import World, random_world, roadmap, whole_world, year

import provision
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.roadmap import Lab, Roadmap
from provision.domain.scenario import Scenario
from provision.errors import NoAnswer
from provision.model.least import LeastMoney, Target, least_in_whole
from provision.model.preview import Preview
from provision.questions import least, least_money
from provision.questions.asking import Asked
from provision.questions.verdict import is_school_money
from provision.text import LANGUAGES, Words


def quickly(world: World, pack: Roadmap, folder: Path, **levers: Any) -> Asked | None:
    """Return a world's plan in fractions of machines with what it was made from; None where its locks are refused."""
    inputs = world.load(folder)
    units = [str(row["unit"]) for row in world.units]
    problem = provision.pose(inputs, units, pack, Scenario(**levers | {"whole_machines": False}))
    try:
        return Asked(Preview(problem, rungs=("missing",)).plan(), inputs, pack)
    except NoAnswer:
        assert problem.locks
        return None


def aimed(stated: Independent, target: Target) -> Independent:
    """Give a program its objectives: what is missing above a target, and the money added."""
    problem = stated.problem
    years = [y for y in problem.years if y >= target.since and y in stated.open]
    above = []
    for at in years:
        missing = pulp.lpSum(u for (_, i, y), u in stated.u.items() if (i, y) == (PUPIL_COMPUTER, at))
        need = sum(d.mandatory for (_, i, y), d in problem.demand.items() if (i, y) == (PUPIL_COMPUTER, at))
        above.append(stated.variable("above"))
        stated.need(above[-1] >= missing - target.short * need)
    stated.objectives |= {"above": pulp.lpSum(above), "added": pulp.lpSum(stated.filled.values())}
    return stated


def first_held(stated: Independent) -> dict[str, float]:
    """Return the least of what the ladder puts before missing machines, each held for the next."""
    held: dict[str, float] = {}
    rungs = stated.problem.rungs
    for name in rungs[: rungs.index("missing")] if "missing" in rungs else rungs[: rungs[0] == "promises"]:
        held[name] = stated.least_in_fractions(name, held)
    return held


def compared(question: Asked, target: Target) -> float:
    """Compare the least money with another program's; return million VND.

    What it adds meets the target there, another program finds no less, and with one per cent less it is not met.
    """
    problem = question.in_fractions
    funds = [f for f in problem.funds if not is_school_money(question.plan, f)]
    program = LeastMoney(problem, target, funds)
    found = program.reach(more=program.cells)
    stated = aimed(Independent(problem, fill=[(f, y) for f in funds for y in problem.open_years]), target)
    held = first_held(stated)
    held["above"] = stated.least_in_fractions("above", held)
    assert found.above == pytest.approx(held["above"], abs=2e-5)
    least = stated.least_in_fractions("added", held)
    total = sum(found.added.values()) / 1e6
    assert total == pytest.approx(least, abs=2e-4, rel=1e-6)
    given = aimed(Independent(problem, more={cell: n / 1e6 for cell, n in found.added.items()}), target)
    before = {name: most for name, most in held.items() if name != "above"}
    assert given.least_in_fractions("above", before) <= held["above"] + 2e-5
    if total > 0.01:
        assert stated.least_in_fractions("above", before | {"added": 0.99 * total - 2e-6}) > held["above"] + 1e-7
    return total


@sample(range(200), fast=3, long=37)
@pytest.mark.counted
def test_the_least_money_is_what_another_program_finds(seed: int, tmp_path: Path) -> None:
    """The added money meets the roadmap, no less does, and one per cent less leaves somebody without."""
    question = quickly(*random_world(seed), tmp_path)
    assert question is not None
    years = question.plan.problem.open_years
    compared(question, Target(years[0]))
    compared(question, Target(years[-1], short=(seed % 3) / 10))


@sample(range(200), fast=3, long=37)
@pytest.mark.counted
def test_the_least_money_is_right_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with rooms, moves, leases, promises, years carried out and whatever else there is."""
    world, pack, levers = whole_world(seed)
    if (question := quickly(world, pack, tmp_path, **levers)) is not None and question.plan.problem.open_years:
        years = question.plan.problem.open_years
        compared(question, Target(years[seed % len(years)], short=(seed % 4) / 10))


@sample(range(100), fast=1, long=19)
@pytest.mark.counted
def test_the_money_in_whole_machines_buys_a_plan_that_meets_it(seed: int, tmp_path: Path) -> None:
    """With that money another program meets the roadmap in whole machines, and it needs no less than is said."""
    question = quickly(*random_world(seed), tmp_path)
    assert question is not None
    problem = replace(question.plan.problem, scenario=replace(question.plan.problem.scenario, whole_machines=True))
    funds = [f for f in problem.funds if not is_school_money(question.plan, f)]
    target = Target(problem.open_years[0])
    found = least_in_whole(problem, target, funds)
    total = sum(found.added.values()) / 1e6
    given = aimed(Independent(problem, more={cell: n / 1e6 for cell, n in found.added.items()}), target)
    assert given.least("above", {}).found == pytest.approx(found.above, abs=1e-4)
    stated = aimed(Independent(problem, fill=[(f, y) for f in funds for y in problem.open_years]), target)
    held = {"above": stated.least("above", {}).found}
    assert found.above == pytest.approx(held["above"], abs=1e-4)
    least = stated.least("added", held)
    assert found.bound / 1e6 <= least.found + 1e-3
    assert least.below - 1e-3 <= total <= least.found * 1.002 + 1e-3


@pytest.fixture
def poor(tmp_path: Path) -> Asked:
    """Return two schools with 120 and 60 pupils (5 and 3 machines), and money for two machines in the first year."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [20_000_000, 0])
    for code, pupils in (("a", 120), ("b", 60)):
        world.school(code, pupils={3: [pupils, pupils]})
    question = quickly(world, roadmap({0: [3]}), tmp_path)
    assert question is not None
    return question


def test_by_hand_what_eight_machines_lack(poor: Asked) -> None:
    """Eight machines cost 80 million; 20 are there: 60 more, in the first year if that one has to be met too."""
    found = least.ask(poor, year=2017)
    assert (found.linear.total, found.linear.above) == (60_000_000, 0)
    assert [(y.year, y.added, y.missing) for y in found.linear.years] == [(2017, 60_000_000, 0), (2018, 0, 0)]
    assert least.ask(poor).linear.total == 60_000_000


def test_by_hand_half_may_stay_missing(poor: Asked) -> None:
    """If half of the need may stay missing, four machines will do: 20 million more, and no rung above that."""
    found = least.ask(poor, short=0.5, whole=True)
    assert found.linear.total == 20_000_000
    assert found.whole is not None
    assert found.whole.total == 20_000_000
    assert sum(y.missing for y in found.whole.years if y.year == 2018) == 4


def test_a_search_that_found_no_whole_plan_says_no_more_than_that(poor: Asked) -> None:
    """Where fractions meet the need and no whole plan was found that does, nobody calls it impossible."""
    answer = least.ask(poor)
    unlucky = replace(answer, whole=replace(answer.linear, above=2.0))
    words = Words("en")
    told = least_money.said(unlucky, poor.plan, words)[0]
    assert told.startswith("No plan in whole machines was found")
    assert words.money(60_000_000) in told


def test_whole_machines_may_cost_more_than_fractions(tmp_path: Path) -> None:
    """Five million a year that may not be kept buy two halves of a machine, and no whole one without five more."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [5_000_000, 5_000_000])
    question = quickly(world.school("a", pupils={3: [24, 24]}), roadmap({1: [3]}), tmp_path)
    assert question is not None
    found = least.ask(question, whole=True)
    assert found.whole is not None
    assert (found.linear.total, found.whole.total) == (0, 5_000_000)
    words = Words("en")
    assert words.money(5_000_000) in least_money.said(found, question.plan, words)[0]


def test_a_plan_made_as_usual_may_look_further(tmp_path: Path) -> None:
    """Ten million buy two machines for a year, but a plan that looks beyond it buys one that lasts: that is told."""
    world = World().unit().option("pc", 10_000_000, 9).option("used", 5_000_000, 1).fund("main", [0])
    question = quickly(world.school("a", pupils={3: [48]}), roadmap({0: [3]}), tmp_path)
    assert question is not None
    answer = least.ask(question)
    assert (answer.linear.total, answer.linear.above, answer.usual) == (10_000_000, 0, 1)
    words = Words("vi")
    span = words("least.in_last", last=year(0))
    assert words("least.usual", missing="1", span=span) in least_money.said(answer, question.plan, words)


def test_where_nothing_is_added_it_says_so(tmp_path: Path) -> None:
    """Where the money allotted is enough, no more is asked for."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [90_000_000])
    question = quickly(world.school("a", pupils={3: [24]}), roadmap({0: [3]}), tmp_path)
    assert question is not None
    answer = least.ask(question, whole=True)
    first, *_ = least_money.said(answer, question.plan, Words("en"))
    assert first.startswith("No more money is needed to meet the mandatory need in full in 2017-2018")
    assert answer.whole is not None
    assert answer.whole.total == answer.linear.total == 0


def test_without_common_funds_it_says_so(tmp_path: Path) -> None:
    """Where every fund is one school's own, none is filled until it is named."""
    world = World().unit().option("pc", 10_000_000, 9)
    for code in ("a", "b"):
        world.school(code, pupils={3: [24]}).fund(f"own-{code}", [0], schools=code)
    question = quickly(world, roadmap({0: [3]}), tmp_path)
    assert question is not None
    words = Words("vi")
    assert least_money.said(least.ask(question), question.plan, words) == (words("next.no_fund"),)
    assert least_money.shown(least.ask(question), question.plan, words) == ()
    named = least.ask(question, fund=("u", "own-a"))
    assert (named.linear.total, named.linear.above) == (10_000_000, 1)
    assert [(u.school, u.why) for u in named.unmet] == [("b", "no_fund")]


def test_it_is_said_of_which_money_the_least_is(tmp_path: Path) -> None:
    """Money for one school alone leaves the other without; that no money does is said of that fund."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [0])
    for code in ("a", "b"):
        world.school(code, pupils={3: [24]}).fund(f"own-{code}", [0], schools=code)
    question = quickly(world, roadmap({0: [3]}), tmp_path)
    assert question is not None
    for words in map(Words, LANGUAGES):
        fund = question.plan.problem.fund_name(("u", "own-a"), words.language)
        one, all_ = words("least.where_fund", fund=fund), words("least.where_common")
        assert one in least_money.said(least.ask(question, fund=("u", "own-a")), question.plan, words)[0]
        told = least_money.said(least.ask(question), question.plan, words)
        assert all(all_ in line for line in told[:2])
        assert not any(one in line for line in told)


HINDERED: tuple[tuple[str, Callable[[World], object], Roadmap, dict[str, Any], float], ...] = (
    ("not_sold", lambda w: w.option("pc", 10_000_000, 9, from_year=year(1)), roadmap({0: [3]}), {}, 3),
    ("late", lambda w: w.option("pc", 10_000_000, 9), roadmap({0: [3]}), {"delivery_lag": 1}, 3),
    ("no_fund", lambda w: w.option("pc", 10_000_000, 1, mode="lease"), roadmap({0: [3]}), {"lease": True}, 6),
    (
        "locked",
        lambda w: w.option("pc", 10_000_000, 9),
        roadmap({0: [3]}),
        {"overrides": {f"buy/a/{year(n)}/pc": 0 for n in (0, 1)}},
        6,
    ),
    ("rooms", lambda w: w.option("pc", 10_000_000, 9), roadmap({0: [3]}, labs=[Lab(True, 2, None, "5")]), {}, 6),
    (
        "mending",
        lambda w: w.option("fix", 1_000_000, 9, mode="repair").stock(
            "a", 1, -1, condition="repairable", life_years=9
        ),
        roadmap({0: [3]}),
        {},
        4,
    ),
)
"""What no money solves: its name, what makes a world so, roadmap, levers, machine-years that stay missing."""


@pytest.mark.parametrize(("why", "make", "pack", "levers", "left"), HINDERED, ids=[row[0] for row in HINDERED])
def test_what_no_money_meets_is_told_with_what_is_in_the_way(
    why: str, make: Callable[[World], object], pack: Roadmap, levers: dict[str, Any], left: float, tmp_path: Path
) -> None:
    """What stays missing though money were without end is named by school and year, and so is the reason."""
    world = World().unit().school("a", pupils={3: [72, 72]})
    world.fund("main", [0, 0], modes="buy;repair" if why == "no_fund" else "", items="pupil_computer")
    make(world)
    question = quickly(world, pack, tmp_path, **levers)
    assert question is not None
    answer = least.ask(question, year=2017)
    assert answer.linear.above == pytest.approx(left, abs=1e-5)
    assert {row.why for row in answer.unmet} == {why}
    for words in map(Words, LANGUAGES):
        told = least_money.said(answer, question.plan, words)
        assert words.number(left, 1) in told[0]
        assert any(words(f"hindered.{why}") in line for line in told)
        assert words(f"hindered.{why}") in least_money.shown(answer, question.plan, words)[-1].html

"""Why not a rule of thumb? Each rule by hand, under the same rules as a plan, and never below what is proven."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from folders import solved
from independent import Independent
from seeds import sample
from worlds import World, random_world, roadmap, whole_world, year

from provision.audit import audit_plan
from provision.domain.plan import Plan
from provision.domain.roadmap import Lab, Minimum, Roadmap
from provision.domain.scenario import Scenario
from provision.model.thumb import THUMBS, by_thumb
from provision.questions import baselines
from provision.questions.asking import Asked
from provision.questions.baselines import Baselines, Way, Worst
from provision.text import Words

TASK = roadmap({0: [3]})


def plan_of(world: World, folder: Path, pack: Roadmap = TASK, **levers: object) -> Plan:
    """Return the plan of a world whose locks can be had."""
    asked = solved(world, pack, folder, **levers)
    assert asked is not None
    return asked.plan


def bought(plan: Plan, code: str, by: str = "school") -> dict[str, int]:
    """Return what a rule of thumb buys, counted by school, year or option."""
    counts: Counter[str] = Counter()
    for p in by_thumb(plan, THUMBS[code]).purchases:
        counts[str(getattr(p, by))] += int(p.quantity)
    return dict(counts)


def world_of(*funds: int, life: int = 1, **rest: object) -> World:
    """Return a unit with one option of ten million VND and one fund."""
    return World().unit().option("pc", 10_000_000, life).fund("main", funds, **rest)


# By hand ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def uneven(tmp_path: Path) -> Plan:
    """Return two schools that need 4 each, of which a has 2 and b has 1, and money for three machines."""
    world = world_of(30_000_000).stock("a", 2, 0, life_years=1).stock("b", 1, 0, life_years=1)
    for code in ("a", "b"):
        world.school(code, pupils={3: [96]})
    return plan_of(world, tmp_path)


def test_equal_shares_give_the_next_machine_to_whoever_had_least_money_a_pupil(uneven: Plan) -> None:
    """With as many pupils each, a and b take turns from the first code on: a, b, a."""
    assert bought(uneven, "per_pupil") == {"a": 2, "b": 1}


def test_the_neediest_school_is_served_in_full(uneven: Plan) -> None:
    """School b lacks 3 of 4, a lacks 2 of 4: all three machines go to b."""
    assert bought(uneven, "neediest") == {"b": 3}


def test_each_machine_goes_to_the_worst_off_of_the_moment(uneven: Plan) -> None:
    """B lacks three quarters and gets one; at a half each a gets one; then b lacks a half and a only a quarter."""
    assert bought(uneven, "one_by_one") == {"a": 1, "b": 2}


def test_the_cheapest_gap_is_where_a_machine_serves_more_years(tmp_path: Path) -> None:
    """A lacks 2 of 2 in the first of two years, b lacks 2 of 4 in both: a machine at b costs half as much a year."""
    world = world_of(30_000_000, 0, life=2).school("a", pupils={3: [48, 0]}).school("b", pupils={3: [96, 96]})
    plan = plan_of(world.stock("b", 2, 0, life_years=2), tmp_path)
    assert bought(plan, "cheapest") == {"a": 1, "b": 2}
    assert bought(plan, "neediest") == {"a": 2, "b": 1}


def test_more_pupils_have_more_money(tmp_path: Path) -> None:
    """Of four machines a school of 96 pupils gets three, one of 24 pupils one, when both lack more."""
    world = world_of(40_000_000).school("big", pupils={3: [96]}).school("less", pupils={3: [24]}, level="combined")
    world.pupils("less", 0, 6, 16)
    plan = plan_of(world, tmp_path, roadmap({0: [3, 6]}))
    assert bought(plan, "per_pupil") == {"big": 3, "less": 1}


@pytest.mark.parametrize("code", THUMBS)
def test_the_cheapest_option_by_the_year_is_taken(code: str, tmp_path: Path) -> None:
    """Lacking for two years, a school takes ten million for two years rather than six for one."""
    world = world_of(20_000_000, 0, life=2).option("old", 6_000_000, 1).school("a", pupils={3: [48, 48]})
    assert bought(plan_of(world, tmp_path), code, "option") == {"pc": 2}


@pytest.mark.parametrize("code", THUMBS)
def test_money_that_lapses_buys_ahead_and_money_that_stays_waits(code: str, tmp_path: Path) -> None:
    """Needed are 2 in the second year; money of the first year that lapses buys them at once, else a year later."""
    pack = roadmap({1: [3]})
    for share, when in ((0, {"2017": 2}), (1, {"2018": 2})):
        world = world_of(20_000_000, 0, life=3, carry_over=share).school("a", pupils={3: [48, 48]})
        plan = plan_of(world, tmp_path / str(share), pack)
        assert bought(plan, code, "year") == when
        assert by_thumb(plan, THUMBS[code]).totals["missing"] == 0


@pytest.mark.parametrize("code", THUMBS)
def test_money_of_few_is_spent_before_money_of_all(code: str, tmp_path: Path) -> None:
    """School b has money of its own for its one machine: the common money buys the two of a."""
    world = world_of(20_000_000).fund("own", [10_000_000], schools="b")
    world.school("a", pupils={3: [48]}).school("b", pupils={3: [24]})
    assert bought(plan_of(world, tmp_path), code) == {"a": 2, "b": 1}


@pytest.mark.parametrize("code", THUMBS)
def test_what_is_left_buys_other_things_heaviest_first(code: str, tmp_path: Path) -> None:
    """After one machine eight million are left: the projector that weighs 3 comes before the printer of weight 1."""
    world = world_of(18_000_000).school("a", pupils={3: [24]})
    world.option("printer", 3_000_000, 2, item="printer").option("projector", 6_000_000, 2, item="projector")
    asked = (("printer", 1), ("projector", 3))
    pack = roadmap({0: [3]}, minimums=[Minimum(i, "school", 1, Fraction(w), (), "all", "1") for i, w in asked])
    assert bought(plan_of(world, tmp_path, pack), code, "option") == {"pc": 1, "projector": 1}


@pytest.mark.parametrize("code", THUMBS)
def test_what_is_locked_is_bought_though_the_money_comes_a_year_before(code: str, tmp_path: Path) -> None:
    """One machine at b is locked in the second year, which has no money: ten million of the first are kept for it."""
    world = world_of(20_000_000, 0, life=2, carry_over=1)
    for school in ("a", "b"):
        world.school(school, pupils={3: [48, 48]})
    plan = plan_of(world, tmp_path, overrides={f"buy/b/{year(1)}/pc": 1})
    made = by_thumb(plan, THUMBS[code])
    assert [(p.school, p.year, p.quantity) for p in made.purchases if p.year == 2018] == [("b", 2018, 1)]
    assert sum(p.quantity for p in made.purchases) == 2


@pytest.mark.parametrize("code", THUMBS)
def test_a_room_is_set_up_where_machines_wait_for_it(code: str, tmp_path: Path) -> None:
    """Rooms of two seats: for three machines a school sets up two rooms, as far as forty million go: 2 + 1."""
    world = world_of(40_000_000).school("a", pupils={3: [72]}).option("room", 5_000_000, 3, item="lab", mode="setup")
    plan = plan_of(world, tmp_path, roadmap({0: [3]}, labs=[Lab(True, 2, None, "5", ordinary_seats=0)]))
    assert bought(plan, code, "option") == {"pc": 3, "room": 2}


# Any world --------------------------------------------------------------------------------------------------------


def held_against(plan: Plan) -> list[Plan]:
    """Return what all four rules make of a plan's question, each audited and never below what is proven."""
    problem = plan.problem
    made = [by_thumb(plan, thumb) for thumb in THUMBS.values()]
    independent = Independent(problem)
    for other in made:
        assert audit_plan(other, problem) == ()
        assert independent.admits(other, {}), "another program knows no such plan"
        assert other.certificate.missing >= plan.certificate.bound
        assert all(rung.bound == 0 for rung in other.rungs)
        if problem.rungs[0] == "missing":
            proven = plan.rungs[0].bound
            assert float(other.certificate.missing) >= proven - 1e-4 * (1 + proven)
    return made


@sample(range(200), fast=2, long=28)
@pytest.mark.counted
def test_four_rules_keep_all_rules(seed: int, tmp_path: Path) -> None:
    """In any small world all four are whole plans that pass the audit, and none misses less than is proven."""
    asked = solved(*random_world(seed), tmp_path)
    assert asked is not None
    assert len(held_against(asked.plan)) == 4


@sample(range(200), fast=1, long=29)
@pytest.mark.counted
def test_four_rules_keep_all_rules_of_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with rooms, repairs, leases, locks, promises, years carried out and upkeep that is reserved."""
    world, pack, levers = whole_world(seed)
    if (asked := solved(world, pack, tmp_path, **levers)) is not None:
        held_against(asked.plan)


# Words ------------------------------------------------------------------------------------------------------------


def test_the_answer_is_what_the_plans_come_to(uneven: Plan) -> None:
    """The plan stands first; 2 machines stay missing whoever gets the three, and that is said to be very little."""
    answer = baselines.ask(Asked(uneven, None, TASK))  # type: ignore[arg-type]  # what it is made from is not read
    assert [way.code for way in answer.ways] == ["model", *THUMBS]
    assert {way.missing for way in answer.ways} == {2}
    assert {way.left for way in answer.ways} == {0}
    neediest = answer.ways[3]
    assert neediest.worst == (Worst("a", 2.0, 0.5),)
    first, proof, horizon, *_ = baselines.said(answer, uneven, Words("vi"))
    assert first.startswith("Ở đây mô hình lợi rất ít: kế hoạch này còn thiếu 2 máy-năm")
    assert "không kế hoạch nào thiếu dưới 2 máy-năm" in proof
    assert horizon == "Riêng trong kỳ: kế hoạch này thiếu 2 máy-năm, bốn cách kia thiếu 2."


def answer_of(plan: float, thumb: float) -> Baselines:
    """Return an answer in which the plan and every rule miss so much."""
    ways = [Way(code, plan if code == "model" else thumb, 1, 1, 9, 0, 0, (), 5, 5) for code in ("model", *THUMBS)]
    return Baselines(80.0, tuple(ways))


def test_where_a_rule_of_thumb_is_better_the_page_says_so(uneven: Plan) -> None:
    """A rule that misses 10 less than an unproven plan is told first, and why that can be."""
    words = Words("vi")
    first, why, *_ = baselines.said(answer_of(100, 90), uneven, words)
    assert (
        first == "Cách “Chia đều theo đầu học sinh” thiếu ít hơn kế hoạch này 10 máy-năm: còn thiếu 90 thay vì 100."
    )
    assert "chưa được chứng minh là tốt nhất" in why
    other = replace(uneven, problem=replace(uneven.problem, scenario=Scenario(hold=0.1)))
    assert "mục tiêu khác" in baselines.said(answer_of(100, 90), other, words)[1]


def test_a_gain_is_told_in_machines_and_in_per_cent(uneven: Plan) -> None:
    """10 of 100 fewer is 10 %; less than a machine-year, or than one per cent, is very little; nothing is met."""
    words = Words("en")
    told = [baselines.said(answer_of(*pair), uneven, words)[0] for pair in ((90, 100), (99.5, 100), (0, 0))]
    assert "10 machine-years fewer missing, 10 %" in told[0].replace("\u00a0", " ")
    assert told[1].startswith("Here the model gains very little")
    assert told[2] == words("baselines.met", way=words("baselines.way_per_pupil"))

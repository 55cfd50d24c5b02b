"""What a unit has of a plan of several: nothing twice, nothing lost, and no more claimed than is proven."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from seeds import sample
from test_apart import province
from worlds import World, roadmap, shared_world

from provision.audit import audit_plan
from provision.domain.inputs import Inputs
from provision.domain.plan import Plan
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.errors import Clash, FaultyInput
from provision.intake.scenarios import scenario_of
from provision.model import solve
from provision.model.slices import part_of, share_of, sliced
from provision.posing import pose
from provision.posing.sharing import together


def joint(world: World, pack: Roadmap, folder: Path, **levers: object) -> tuple[Inputs, Plan]:
    """Return the tables of a world and the plan of all its units together."""
    inputs = world.load(folder)
    scenario = scenario_of(levers, name="base", file="test", faults=[])
    return inputs, solve(pose(inputs, tuple(inputs.units), pack, scenario))


def parts(inputs: Inputs, plan: Plan, pack: Roadmap) -> dict[str, Plan]:
    """Return what each unit has of a plan of all."""
    return {unit: sliced(plan, pose(inputs, [unit], pack, share_of(plan, unit))) for unit in plan.problem.units}


def bought(plan: Plan) -> Counter[tuple[str, int]]:
    """Return how many a plan buys of each option in each year."""
    counts: Counter[tuple[str, int]] = Counter()
    for p in plan.purchases:
        counts[p.option, p.year] += p.quantity  # type: ignore[assignment]  # fractions where a world asks for them
    return counts


def two_units() -> World:
    """Return two units of one school each, of 48 and 24 pupils, that share 30 million VND; a computer costs ten."""
    world = World().unit("a").unit("b").option("pc", 10_000_000, 4)
    world.school("sa", pupils={3: [48]}, unit="a").school("sb", pupils={3: [24]}, unit="b")
    return world.fund("province", [20_000_000], unit="")


def test_a_dong_of_a_shared_fund_is_spent_once(tmp_path: Path) -> None:
    """Two units lack three computers and share money for two: between them they have two, and the money is gone."""
    pack = roadmap({0: [3]})
    inputs, plan = joint(two_units(), pack, tmp_path)
    cut = parts(inputs, plan, pack)
    assert sum(part.totals["cost"] for part in cut.values()) == 20_000_000
    assert sum(part.totals["missing"] for part in cut.values()) == 1
    for part in cut.values():
        (spending,) = part.spending
        assert spending.fund == ("", "province")
        assert spending.budget == spending.spent == part.totals["cost"]
        assert dict(part.problem.warnings)["shared_fund_agreed"]


@pytest.mark.long
def test_the_same_dong_is_paid_by_the_same_fund_in_every_process(tmp_path: Path) -> None:
    """However a process orders its sets: of equal ways to pay always the same is told."""
    province().write(tmp_path)
    code = f"""
        import provision
        from worlds import roadmap
        inputs = provision.load({str(tmp_path)!r})
        plan = provision.solve(provision.pose(inputs, ["a", "b"], roadmap({{0: [3]}})))
        print(plan.payments)
    """
    told = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            env=dict(os.environ) | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(1, 6)
    }
    assert len(told) == 1


def test_who_has_carried_out_other_years_is_another_plan(tmp_path: Path) -> None:
    """A year that one unit has carried out is still open for the other: they are not planned as one."""
    world = two_units().carried("sa", 0, "pc", 1, 10_000_000)
    assert together(world.load(tmp_path), ("a", "b")) == (("a",), ("b",))


def test_who_shares_money_is_planned_together(tmp_path: Path) -> None:
    """Units of one pack that share a fund are one plan; without it each is its own."""
    inputs = two_units().load(tmp_path)
    assert together(inputs, ("a", "b")) == (("a", "b"),)
    alone = two_units()
    alone.budget[0]["unit"] = "a"
    assert together(alone.load(tmp_path / "alone"), ("a", "b")) == (("a",), ("b",))
    other = two_units()
    other.units[1]["roadmap"] = "gdpt-2018"
    inputs = other.load(tmp_path / "other")
    assert together(inputs, ("a", "b")) == (("a",), ("b",))
    assert together(inputs, ("a", "b"), one_pack=True) == (("a", "b"),)


def test_a_share_cannot_be_more_than_the_fund_has(tmp_path: Path) -> None:
    """What a scenario gives a unit of a shared fund is refused where the fund never had as much."""
    inputs = two_units().load(tmp_path)
    pack, path = roadmap({0: [3]}), "share/province/2017-2018"
    problem = pose(inputs, ["a"], pack, Scenario(overrides={path: 20_000_000}))
    assert problem.purses[("", "province"), 2017].amount == 20_000_000
    assert problem.scenario.overrides == {path: 20_000_000}
    for cells, code in (({path: 20_000_001}, "share_too_much"), ({"share/nobody/2017-2018": 1}, "override_unknown")):
        with pytest.raises(FaultyInput) as refused:
            pose(inputs, ["a"], pack, Scenario(overrides=cells))
        assert [fault.code for fault in refused.value.faults] == [code]


def test_a_share_may_be_what_was_kept_from_the_year_before(tmp_path: Path) -> None:
    """Of a fund that keeps half, a unit may have next year's money and half of this year's; no dong more."""
    world = two_units().fund("kept", [10_000_000, 4_000_000], unit="", carry_over=0.5)
    for school in ("sa", "sb"):
        world.pupils(school, 1, 3, 24)
    inputs, pack = world.load(tmp_path), roadmap({0: [3]})
    pose(inputs, ["a"], pack, Scenario(overrides={"share/kept/2018-2019": 9_000_000}))
    with pytest.raises(FaultyInput, match=r"9\.000\.000"):
        pose(inputs, ["a"], pack, Scenario(overrides={"share/kept/2018-2019": 9_000_001}))


def test_no_factor_falls_on_a_share(tmp_path: Path) -> None:
    """A budget cut by half halves what a fund has; what a unit was then given of it is not halved again."""
    inputs = two_units().load(tmp_path)
    scenario = Scenario(budget_factor=0.5, overrides={"share/province/2017-2018": 10_000_000})
    problem = pose(inputs, ["a"], roadmap({0: [3]}), scenario)
    assert problem.purses[("", "province"), 2017].amount == 10_000_000


@pytest.mark.parametrize("seed", range(6))
def test_a_part_of_an_unproven_plan_claims_no_more(tmp_path: Path, seed: int) -> None:
    """Fairness before money, and a plan of which nothing is proven: what a part claims no plan of its own beats."""
    world, pack, levers = shared_world(seed)
    levers = {k: v for k, v in levers.items() if k not in ("overrides", "hold", "whole_machines")}
    levers["ladder"] = ("missing", "fairness", "money")
    inputs, plan = joint(world, pack, tmp_path, **{k: v for k, v in levers.items() if k != "optional_grades"})
    open_plan = replace(plan, rungs=tuple(replace(r, bound=0.0) for r in plan.rungs))
    for part in parts(inputs, open_plan, pack).values():
        alone = solve(part.problem)
        for claimed, best in zip(part.rungs, alone.rungs, strict=True):
            assert claimed.bound <= best.value + 1e-4 * max(1.0, abs(best.value)), (claimed, best)
            if abs(best.value - claimed.value) > 1e-4 * max(1.0, abs(claimed.value)):
                break


@pytest.mark.counted
@sample(range(200), fast=8, long=24)
def test_parts_add_up_to_the_whole_and_claim_no_more(tmp_path: Path, seed: int) -> None:
    """What units have of a plan of all is the plan, each part passes its audit, and no plan beats a part's bounds."""
    world, pack, levers = shared_world(seed)
    try:
        inputs, plan = joint(world, pack, tmp_path, **levers)
    except Clash:
        return  # locks that cannot be had are refused before anything is shared
    except FaultyInput as refused:
        assert {fault.code for fault in refused.faults} == {"lock_unpaid"}  # the money is another unit's
        return
    cut = parts(inputs, plan, pack)
    assert {row for part in cut.values() for row in part.payments} == set(plan.payments)
    assert Counter(p for part in cut.values() for p in part.purchases) == Counter(plan.purchases)
    assert Counter(t for part in cut.values() for t in part.transfers) == Counter(plan.transfers)
    # what a unit has and nobody there needs is no part of its question
    wanted = {(unit, item) for unit, part in cut.items() for item in part.problem.items}
    told = [c for c in plan.coverage if (plan.problem.unit_of[c.school], c.item) in wanted]
    assert Counter(c for part in cut.values() for c in part.coverage) == Counter(told)
    for rung in plan.rungs:
        if rung.name != "tie":
            values = [r.value for part in cut.values() for r in part.rungs if r.name == rung.name]
            assert sum(values) == pytest.approx(rung.value, rel=1e-5, abs=1e-3)
    for unit, part in cut.items():
        assert not audit_plan(part, part.problem)
        alone = solve(part.problem)
        for claimed, best in zip(part.rungs, alone.rungs, strict=True):
            if claimed.name in ("fairness", "tie") and bought(part) != bought(alone):
                break  # these are asked for of plans that buy the same
            assert claimed.bound <= best.value + 1e-4 * max(1.0, abs(best.value)), (unit, claimed, best)
            if abs(best.value - claimed.value) > 1e-4 * max(1.0, abs(claimed.value)):
                break  # what comes after is asked for within another value
    spent: Counter[tuple[str, int]] = Counter()
    for part in cut.values():
        for s in part.spending:
            if s.fund[0] == "":
                spent[s.fund[1], s.year] += s.spent
    whole = {(s.fund[1], s.year): Fraction(s.spent) for s in plan.spending if s.fund[0] == ""}
    assert {key: Fraction(n) for key, n in spent.items()} == whole


@pytest.mark.counted
@sample(range(100), fast=4, long=12)
def test_a_unit_planned_again_with_its_share_is_never_worse(tmp_path: Path, seed: int) -> None:
    """It spends no more than its share, passes its audit, and on the first rung that differs it reaches more."""
    world, pack, levers = shared_world(seed)
    try:
        inputs, plan = joint(world, pack, tmp_path, **levers)
    except (Clash, FaultyInput):
        return  # as above
    hold = plan.problem.scenario.hold
    for unit in plan.problem.units:
        problem = pose(inputs, [unit], pack, share_of(plan, unit))
        cut, part = sliced(plan, problem), part_of(plan, problem)
        assert not audit_plan(part, problem)
        assert {(s.fund, s.year, s.budget) for s in part.spending} == {
            (s.fund, s.year, s.budget) for s in cut.spending
        }
        for before, after in zip(cut.rungs, part.rungs, strict=True):
            room = 1e-5 * (1 + abs(before.value))
            assert after.value <= before.value * (1 + hold) + room, (unit, before, after)
            if after.value < before.value - room:
                break

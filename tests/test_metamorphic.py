"""Questions whose answers must agree: a small thing is changed in a random world, and the plan may only change so."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from seeds import sample
from worlds import World, random_world, whole_world

import provision
from provision.audit import audit_plan
from provision.domain.plan import Plan, Rung
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario

QUICK = (1, 2, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15)
"""Seeds of worlds that are soon solved, and half of which have most of the model in them."""

SEEDS = sample((*QUICK, *(n for n in range(300) if n not in QUICK)), fast=12, long=48)
COMMON = ("missing", "minimums", "optional", "money")
"""The rungs that are the same for all plans as good: what is bought where is left to those after them."""


@dataclass(frozen=True)
class Case:
    """A world and what is asked of it; each test changes a copy."""

    world: World
    pack: Roadmap
    levers: Mapping[str, object] = field(default_factory=dict)

    def copy(self) -> Case:
        """Return the same to be changed."""
        return replace(self, world=deepcopy(self.world))

    def plan(self, *units: str, shuffle: Random | None = None, **levers: object) -> Plan:
        """Return the plan of some units, all by default, with levers moved, once its audit is passed."""
        asked = units or [str(row["unit"]) for row in self.world.units]
        with TemporaryDirectory() as folder:
            inputs = provision.load(self.world.write(Path(folder), shuffle=shuffle))
        scenario = Scenario(**(dict(self.levers) | levers))  # type: ignore[arg-type]
        plan = provision.solve(provision.pose(inputs, asked, self.pack, scenario))
        assert audit_plan(plan, plan.problem) == ()
        return plan


@cache
def case(seed: int) -> Case:
    """Return a world by its seed: with even ones of machines alone, with odd ones of all there is.

    Nothing is locked, carried out or held back: a lock can be out of reach for one plan and not for the other.
    """
    if seed % 2 == 0:
        return Case(*random_world(seed // 2, schools=3, years=2 + seed // 2 % 2))
    world, pack, levers = whole_world(seed // 2)
    world.frozen.clear()
    return Case(world, pack, levers | {"hold": 0.0, "overrides": {}})


@cache
def base(seed: int) -> Plan:
    """Return the plan of a world as it is, solved once for all tests."""
    return case(seed).plan()


def rung(plan: Plan, name: str) -> Rung:
    """Return a rung of a plan."""
    return next(r for r in plan.rungs if r.name == name)


def no_worse(one: Rung, other: Rung) -> bool:
    """Say whether one rung may be at most the other: its bound is, whatever gap either has left."""
    return one.bound <= other.value + 1e-5 * (1 + abs(other.value))


def rungs_of(plan: Plan) -> list[Rung]:
    """Return the rungs of a plan that may be compared with those of another."""
    return [r for r in plan.rungs if r.name in COMMON]


def differs(ones: list[Rung], others: list[Rung]) -> str:
    """Return the first rung at which two ladders cannot both be right, nothing where there is none.

    A rung is compared only where all before it came to the same: within a gap one plan may have taken more of it.
    """
    for one, other in zip(ones, others, strict=True):
        if not (no_worse(one, other) and no_worse(other, one)):
            return f"{one} and {other}"
        if abs(one.value - other.value) > 1e-6 * (1 + abs(one.value)):
            return ""
    return ""


@SEEDS
@pytest.mark.counted
def test_more_money_never_misses_more(seed: int) -> None:
    """A quarter more money in every fund leaves at most as much missing."""
    factor = float(str(case(seed).levers.get("budget_factor", 1.0)))
    richer = case(seed).plan(budget_factor=1.25 * factor)
    assert no_worse(rung(richer, "missing"), rung(base(seed), "missing"))


@SEEDS
@pytest.mark.counted
def test_a_cheaper_option_never_misses_more(seed: int) -> None:
    """One option a fifth cheaper leaves at most as much missing; where no rung before differs, it costs no more."""
    cheaper = case(seed).copy()
    option = Random(seed).choice(sorted({str(row["option"]) for row in cheaper.world.catalogue}))
    for row in (row for row in cheaper.world.catalogue if row["option"] == option):
        row["price"] = int(str(row["price"])) * 4 // 5
    ones, others = rungs_of(cheaper.plan()), rungs_of(base(seed))
    for one, other in zip(ones, others, strict=True):
        assert no_worse(one, other), f"{option}: {one} but {other}"
        if abs(one.value - other.value) > 1e-6 * (1 + abs(one.value)):
            break


@SEEDS
@pytest.mark.counted
def test_a_fund_split_in_two_changes_nothing(seed: int) -> None:
    """A fund split into two with the same rules leaves each rung as it was: names do not buy machines."""
    split = case(seed).copy()
    halves = [dict(row) for row in split.world.budget if row["fund"] == "main"]
    for row, half in zip((r for r in split.world.budget if r["fund"] == "main"), halves, strict=True):
        half["fund"], half["amount"] = "main-too", int(str(row["amount"])) // 4
        row["amount"] = int(str(row["amount"])) - int(str(half["amount"]))
    split.world.budget.extend(halves)
    assert differs(rungs_of(split.plan()), rungs_of(base(seed))) == ""


@SEEDS
@pytest.mark.counted
def test_dearer_machines_and_more_money_cancel(seed: int) -> None:
    """Prices, upkeep and money doubled leave as much missing: a budget is worth what it buys."""
    doubled = case(seed).copy()
    for row in (*doubled.world.catalogue, *doubled.world.inventory):
        for column in {"price", "upkeep"} & row.keys():
            row[column] = 2 * int(str(row[column]))
    for row in doubled.world.budget:
        row["amount"] = 2 * int(str(row["amount"]))
    ones, others = rungs_of(doubled.plan()), rungs_of(base(seed))
    halved = [replace(r, value=r.value / 2, bound=r.bound / 2) if r.name == "money" else r for r in ones]
    assert differs(halved, others) == ""


@SEEDS
@pytest.mark.counted
def test_shuffled_rows_give_the_same_plan(seed: int) -> None:
    """The rows of every table in another order give the same purchases, moves and payments, to the dong."""
    shuffled = case(seed).copy().plan(shuffle=Random(seed))
    if shuffled.reproducible and base(seed).reproducible:
        assert (shuffled.purchases, shuffled.transfers) == (base(seed).purchases, base(seed).transfers)
        assert shuffled.payments == base(seed).payments
        assert (shuffled.rungs, shuffled.totals) == (base(seed).rungs, base(seed).totals)


@SEEDS
@pytest.mark.counted
def test_a_school_closed_before_the_plan_changes_nothing(seed: int) -> None:
    """A school whose last year lies before the plan, with pupils then and broken machines, changes no dong."""
    after = case(seed).copy()
    after.world.school("closed", open_until="2016-2017").pupils("closed", -1, 3, 99)
    after.world.stock("closed", 50, -1, condition="broken", life_years=9)
    plan = after.plan()
    if plan.reproducible and base(seed).reproducible:
        assert (plan.purchases, plan.transfers) == (base(seed).purchases, base(seed).transfers)
        assert (plan.payments, plan.coverage) == (base(seed).payments, base(seed).coverage)


@SEEDS
@pytest.mark.counted
def test_units_that_share_no_fund_are_as_well_off_together(seed: int) -> None:
    """Two units without a common fund, planned as one, come at each rung to the sum of the two alone."""
    both = case(seed).copy()
    world, r = both.world, Random(seed)
    world.units = [row for row in world.units if row["unit"] == "u"]
    world.schools = [row for row in world.schools if row["unit"] == "u"]
    codes = {str(row["school_id"]) for row in world.schools}
    world.enrolment = [row for row in world.enrolment if row["school_id"] in codes]
    world.budget = [row for row in world.budget if row["unit"] == "u"]
    world.units.append(world.units[0] | {"unit": "z"})
    world.schools += [_renamed(row, codes) | {"unit": "z"} for row in world.schools]
    world.inventory += [_renamed(row, codes) for row in world.inventory]
    for row in [_renamed(row, codes) for row in world.enrolment]:
        world.enrolment.append(row | {"pupils": int(str(row["pupils"])) * r.randint(0, 4) // 3})
    for row in [_renamed(row, codes) for row in world.budget]:
        world.budget.append(row | {"unit": "z", "amount": int(str(row["amount"])) * r.randint(0, 4) // 4})
    together, alone = rungs_of(both.plan("u", "z")), [rungs_of(both.plan(unit)) for unit in ("u", "z")]
    summed = [
        replace(one, value=one.value + other.value, bound=one.bound + other.bound)
        for one, other in zip(*alone, strict=True)
    ]
    assert differs(together, summed) == ""


def _renamed(row: Mapping[str, object], codes: set[str]) -> dict[str, object]:
    """Return a row with another name for each school it names."""
    named = ("school_id", "merged_into", "schools")
    parts = {key: str(row[key]).split(";") for key in named if key in row}
    return dict(row) | {key: ";".join(f"z-{c}" if c in codes else c for c in found) for key, found in parts.items()}


@SEEDS
@pytest.mark.counted
@pytest.mark.parametrize("lever", ["transfers", "lease"])
def test_one_more_way_never_misses_more(seed: int, lever: str) -> None:
    """Where machines may move, or may be leased, at most as much is missing as where they may not."""
    without, having = (case(seed).plan(**{lever: may}) for may in (False, True))
    assert no_worse(rung(having, "missing"), rung(without, "missing"))


@SEEDS
@pytest.mark.counted
@pytest.mark.parametrize("option", ["fix", "renew"])
def test_an_option_more_never_misses_more(seed: int, option: str) -> None:
    """Where machines may be repaired, or made new, at most as much is missing as where they may not."""
    without = case(seed).copy()
    without.world.catalogue = [row for row in without.world.catalogue if row["option"] != option]
    if len(without.world.catalogue) == len(case(seed).world.catalogue):
        return  # it is not there to be taken away
    for row in without.world.budget:
        row["items"] = ""  # a fund for this option's item alone would name what is no more
    having = without.copy()
    having.world.catalogue = deepcopy(case(seed).world.catalogue)
    assert no_worse(rung(having.plan(), "missing"), rung(without.plan(), "missing"))


@SEEDS
@pytest.mark.counted
def test_parts_of_machines_never_miss_more(seed: int) -> None:
    """Allowed to buy parts of machines, a plan misses at most what whole machines miss."""
    whole, parts = (case(seed).plan(whole_machines=whole) for whole in (True, False))
    assert no_worse(rung(parts, "missing"), rung(whole, "missing"))


def test_a_rung_told_better_than_it_is_is_found() -> None:
    """It is no mirror: one plan told with less missing than the other can have does not agree with it."""
    ones, others = rungs_of(base(0)), rungs_of(base(0))
    for told in (ones[0].value / 2, ones[0].value * 2):
        assert differs([replace(ones[0], value=told, bound=told), *ones[1:]], others) != ""

"""What if we are wrong? Futures against another program, the plan carried on in them, and what the table promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import inf
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from folders import Saved, save, solved
from independent import Independent
from seeds import sample
from worlds import World, random_world, roadmap, whole_world

import provision
from provision.commands import main
from provision.domain.future import Future, drawn, steady
from provision.domain.plan import Plan
from provision.domain.problem import Problem
from provision.domain.scenario import LEVERS, Scenario
from provision.errors import FaultyInput
from provision.model.foresight import Foresight
from provision.posing.moved import repose
from provision.posing.outlook import Outlook
from provision.questions import futures
from provision.questions.asking import Asked
from provision.questions.regrets import planned_first
from provision.questions.unchanged import carried_on, paid_for
from provision.store import open_plan
from provision.text import LANGUAGES, Words

SURE: dict[str, Any] = {"enrolment_range": 0.0, "price_range": 0.0, "late_share": 0.0}
WIDE: dict[str, Any] = {"enrolment_range": 0.3, "price_range": 0.3, "late_share": 0.4}


def in_doubt(question: Asked, seed: int = 1) -> Asked:
    """Return a plan whose question has wide ranges, every fund's money coming in two years of three."""
    chances = {code: 0.66 for _, code in question.plan.problem.funds}
    scenario = replace(question.plan.problem.scenario, seed=seed, fund_certainty=MappingProxyType(chances), **WIDE)
    return replace(question, plan=replace(question.plan, problem=replace(question.plan.problem, scenario=scenario)))


def tried(question: Asked, count: int, seed: int) -> tuple[Outlook, list[Problem]]:
    """Return some futures of a plan in doubt as questions, and who makes them."""
    outlook = Outlook(in_doubt(question, seed).plan.problem, question.inputs)
    return outlook, [outlook.of(drawn(outlook.problem, number)) for number in range(count)]


# What is drawn ----------------------------------------------------------------------------------------------------


@pytest.fixture
def poor(tmp_path: Path) -> Asked:
    """Return two schools with 120 and 60 pupils (5 and 3 machines), three years, a district's fund and a donor."""
    world = World().unit().option("pc", 10_000_000, 9).option("old", 7_000_000, 2)
    for code, pupils in (("a", 120), ("b", 60)):
        world.school(code, pupils={3: [pupils] * 3})
    world.fund("main", [20_000_000, 20_000_000, 0]).fund("gift", [0, 10_000_000, 20_000_000])
    question = solved(world, roadmap({0: [3]}), tmp_path)
    assert question is not None
    return question


def test_a_future_is_the_same_whatever_is_drawn_beside_it(poor: Asked) -> None:
    """Future 7 of a seed is the same alone, among many and in any order; another seed gives another."""
    problem = in_doubt(poor).plan.problem
    numbers = list(range(30))
    Random(3).shuffle(numbers)
    shuffled = {number: drawn(problem, number) for number in numbers}
    assert [shuffled[n] for n in range(30)] == [drawn(problem, n) for n in range(30)]
    assert drawn(in_doubt(poor, 2).plan.problem, 7) != shuffled[7]
    assert len({str(future) for future in shuffled.values()}) == 30


def test_every_future_is_within_its_ranges(poor: Asked) -> None:
    """Each year differs by at most its range from what the year before tells; the first year is as planned."""
    problem = in_doubt(poor).plan.problem
    for future in (drawn(problem, n) for n in range(200)):
        for factors in (future.pupils, future.prices):
            assert list(factors) == [2018, 2019]
            assert abs(factors[2018] - 1) <= Fraction(3, 10)
            assert abs(factors[2019] / factors[2018] - 1) <= Fraction(3, 10)
        assert all(at > 2017 for _, at in future.unpaid)
        assert future.late <= {2017, 2018, 2019}


def test_what_is_likely_happens_as_often(poor: Asked) -> None:
    """Of 1,000 futures a chance of 66 % comes true in about 66 %, and a year is late in about 40 %."""
    problem = in_doubt(poor).plan.problem
    found = [drawn(problem, n) for n in range(1000)]
    unpaid = sum((("u", "gift"), 2018) in future.unpaid for future in found)
    late = sum(2018 in future.late for future in found)
    assert abs(unpaid / 1000 - 0.34) < 0.05
    assert abs(late / 1000 - 0.4) < 0.05


def test_moving_one_range_leaves_the_others(poor: Asked) -> None:
    """Wider prices leave pupils, money and deliveries as they were drawn, and stretch the prices alone."""
    problem = in_doubt(poor).plan.problem
    wider = replace(problem, scenario=replace(problem.scenario, price_range=0.15))
    one, other = drawn(problem, 5), drawn(wider, 5)
    assert (one.pupils, one.unpaid, one.late) == (other.pupils, other.unpaid, other.late)
    assert other.prices[2018] - 1 == (one.prices[2018] - 1) / 2


# What a future is -------------------------------------------------------------------------------------------------


@sample(range(200), fast=2, long=38)
@pytest.mark.counted
def test_a_future_without_a_difference_is_the_plans_question(seed: int, tmp_path: Path) -> None:
    """Counted anew with every factor at one, need and what is spare are those of the plan's own question."""
    world, pack, levers = whole_world(seed)
    inputs = world.load(tmp_path)
    problem = provision.pose(inputs, [str(row["unit"]) for row in world.units], pack, Scenario(**levers))
    alike = Outlook(problem, inputs).of(Future(pupils=steady(problem.years, Fraction(0))))
    assert dict(alike.demand) == dict(problem.demand)
    assert dict(alike.spare) == dict(problem.spare)
    assert replace(alike, demand=problem.demand, spare=problem.spare) == problem


@sample(range(100), fast=1, long=29)
@pytest.mark.counted
def test_steady_growth_is_that_of_the_levers(seed: int, tmp_path: Path) -> None:
    """Pupils and prices a tenth higher each year are what the levers of growth make of them."""
    world, pack = random_world(seed)
    inputs = world.load(tmp_path)
    problem = provision.pose(inputs, ["u"], pack)
    grown = provision.pose(inputs, ["u"], pack, Scenario(enrolment_growth=0.1, price_growth=0.1))
    later = steady(problem.years[1:], Fraction(1, 10))
    future = Outlook(problem, inputs).of(Future(pupils=later, prices=later))
    assert dict(future.prices) == dict(grown.prices)
    merged = {heir for (school, _), heir in problem.owners.items() if heir != school}
    for key, demand in grown.demand.items():  # a merged school's pupils are rounded together
        assert future.demand[key] == demand or key[0] in merged


def test_money_that_does_not_come_is_nothing(poor: Asked) -> None:
    """A donor's year that fails is a purse of nothing; every other purse is as it was."""
    gone = (("u", "gift"), 2019)
    before, after = poor.plan.problem.purses, Outlook(poor.plan.problem, poor.inputs).of(Future(unpaid={gone}))  # type: ignore[arg-type]
    assert {key for key, purse in after.purses.items() if purse != before[key]} == {gone}
    assert after.purses[gone].amount == 0


# The least in a future, by another program ------------------------------------------------------------------------


def free(problem: Problem) -> Problem:
    """Return a future as it is asked: in fractions, each machine alike, bound by no number fixed for years ahead."""
    forbidden = {key: 0 for key, count in problem.locks.items() if not count}
    scenario = replace(problem.scenario, whole_machines=False, weigh="machine")
    return replace(problem, scenario=scenario, locks=MappingProxyType(forbidden))


def fixed(problem: Problem, first: Mapping[tuple[str, str], float], *, and_no_more: bool = False) -> Independent:
    """Return the other program with the first year's purchases fixed, with what must come with each.

    And no more: nothing else is bought or moved, no upkeep is reserved, and rooms take what comes.
    """
    asked_for, at = free(problem), problem.open_years[0]
    if and_no_more:
        asked_for = replace(asked_for, scenario=replace(asked_for.scenario, upkeep="report"), seats=None)
    program = Independent(asked_for)
    counts = {(school, option): count for (school, option), count in first.items()}
    for (school, option), count in first.items():
        for code, each in problem.companions.get((option, at), ()):
            counts[school, code] = counts.get((school, code), 0.0) + each * count
    for (school, option, bought), x in program.x.items():
        if bought == at:
            count = counts.get((school, option), 0.0)
            x.lowBound, x.upBound = max(0.0, count - 1e-6), count
        elif and_no_more:
            x.upBound = 0
    for g in program.g.values() if and_no_more else ():
        g.upBound = 0
    return program


def compared(question: Asked, seed: int) -> int:
    """Compare some futures of a world, asked in a mixed order, with the other program; return how many."""
    outlook, posed = tried(question, 3, seed)
    first, covering = planned_first(question.plan), outlook.covering(posed)
    for late in {problem.late for problem in posed}:
        program = Foresight(replace(covering, late=late))
        for problem in reversed([problem for problem in posed if problem.late == late]):
            least, after = program.least(problem), program.least_after(first)
            assert least == pytest.approx(
                Independent(free(problem)).least_in_fractions("missing"), abs=2e-5, rel=1e-5
            )
            if (found := fixed(problem, first).least_in_fractions("missing")) < inf:
                assert after >= least - 1e-5
            else:  # no money for the upkeep reserved, or no room: what was bought is there, and nothing more
                found = fixed(problem, first, and_no_more=True).least_in_fractions("missing")
            assert after == pytest.approx(found, abs=1e-4, rel=1e-5)
    return len(posed)


@sample(range(200), fast=1, long=29)
@pytest.mark.counted
def test_every_future_is_what_another_program_finds(seed: int, tmp_path: Path) -> None:
    """With a future known, and with the first year as planned, no program without any of ours misses less or more."""
    question = solved(*random_world(seed), tmp_path)
    assert question is not None
    assert compared(question, seed) == 3


@sample(range(200), fast=1, long=29)
@pytest.mark.counted
def test_every_future_is_right_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with labs, moves, leases, shared funds, years carried out and whatever else there is."""
    world, pack, levers = whole_world(seed)
    if (question := solved(world, pack, tmp_path, **levers)) is not None:
        assert compared(question, seed) == 3


def test_the_first_year_is_the_same_in_every_future(poor: Asked) -> None:
    """Whatever comes, the first year buys what was fixed; later years differ."""
    outlook, posed = tried(poor, 12, 1)
    first, later = planned_first(poor.plan), set()
    covering = outlook.covering(posed)
    for problem in posed:
        program = Foresight(replace(covering, late=problem.late))
        program.least(problem)
        program.least_after(first)
        bought = program.glance().purchases
        now = {(p.school, p.option): float(p.quantity) for p in bought if p.year == 2017}
        assert now == pytest.approx(first, abs=1e-5)
        later.add(tuple((p.school, p.option, p.year, round(float(p.quantity), 3)) for p in bought if p.year > 2017))
    assert len(later) > 1


@sample(range(200), fast=1, long=29)
@pytest.mark.counted
def test_no_first_year_is_better_on_average_than_the_one_for_all(seed: int, tmp_path: Path) -> None:
    """The first year that suits several futures together misses no more in them, on average, than any other tried."""
    question = solved(*random_world(seed), tmp_path)
    assert question is not None
    outlook, posed = tried(question, 4, seed)
    covering = outlook.covering(posed)
    programs = [Foresight(replace(covering, late=problem.late)) for problem in posed]
    known = sum(program.least(problem) for program, problem in zip(programs, posed, strict=True))
    for_all = programs[0].first_year(*programs[1:], whole=False)
    others = [program.first_year(whole=False) for program in programs] + [planned_first(question.plan)]
    reached = sum(program.least_after(for_all) for program in programs)
    assert reached >= known - 1e-4
    for first in others:
        assert reached <= sum(program.least_after(first) for program in programs) + 1e-3


# The plan carried on as it is -------------------------------------------------------------------------------------


def machine_years(plan: Plan) -> float:
    """Return what a plan misses in its years, by its own coverage."""
    return float(sum(c.missing for c in plan.machines))


@sample(range(200), fast=2, long=38)
@pytest.mark.counted
def test_without_doubt_every_future_is_the_plan(seed: int, tmp_path: Path) -> None:
    """Where all goes as planned the plan misses what it says, within its years and with those after them."""
    world, pack, levers = whole_world(seed)
    if (question := solved(world, pack, tmp_path, **levers)) is None:
        return
    plan = question.plan
    missed = carried_on(plan, plan.problem)
    assert missed.within == pytest.approx(machine_years(plan), abs=1e-4)
    if plan.problem.scenario.weigh == "machine":
        (rung,) = [r.value for r in plan.rungs if r.name == "missing"]
        assert missed.in_all == pytest.approx(rung, abs=1e-3)


@sample(range(200), fast=2, long=38)
@pytest.mark.counted
def test_a_plan_carried_on_is_had_and_paid_by_another_program(seed: int, tmp_path: Path) -> None:
    """What a plan still buys in a future keeps every rule there and misses what is told, by a program without ours.

    The other program may move machines otherwise where the plan moves any: then it misses no more.
    """
    question = solved(*random_world(seed), tmp_path)
    assert question is not None
    plan = in_doubt(question).plan
    for problem in tried(question, 2, seed)[1]:
        bought, _ = paid_for(plan, problem)
        program = Independent(free(problem))
        for key, x in program.x.items():
            count = float(bought.get(key, 0))
            x.lowBound, x.upBound = max(0.0, count - 1e-6), count
        if not plan.transfers:
            for g in program.g.values():
                g.upBound = 0
        told, found = carried_on(plan, problem).in_all, program.least_in_fractions("missing")
        assert found < inf
        assert told == pytest.approx(found, abs=1e-4) or (plan.transfers and told > found)


def test_by_hand_a_donor_who_does_not_pay(poor: Asked) -> None:
    """Machines the donor pays for are not had when nothing comes; those of the district stay."""
    plan, outlook = poor.plan, Outlook(poor.plan.problem, poor.inputs)
    by_gift = [p for p in plan.payments if p.fund == ("u", "gift") and p.year == 2019]
    assert by_gift
    after = carried_on(plan, outlook.of(Future(unpaid=frozenset({(("u", "gift"), 2019)}))))
    lost = sum(p.amount // plan.problem.prices[p.option, p.year] for p in by_gift)
    assert after.within == machine_years(plan) + lost


def test_by_hand_dearer_by_half_in_the_second_year(tmp_path: Path) -> None:
    """With 30 million for three machines at 10, two are had at 15: one machine fewer in two years, nothing else."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [0, 30_000_000, 0])
    question = solved(world.school("a", pupils={3: [96] * 3}), roadmap({0: [3]}), tmp_path)
    assert question is not None
    outlook = Outlook(question.plan.problem, question.inputs)
    dearer = outlook.of(Future(prices={2018: Fraction(3, 2), 2019: Fraction(3, 2)}))
    assert (machine_years(question.plan), carried_on(question.plan, dearer).within) == (6, 8)


def test_by_hand_a_year_late(tmp_path: Path) -> None:
    """Three machines bought in the first of three years and late work two years of them."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [30_000_000, 0, 0])
    question = solved(world.school("a", pupils={3: [72] * 3}), roadmap({0: [3]}), tmp_path)
    assert question is not None
    late = Outlook(question.plan.problem, question.inputs).of(Future(late=frozenset({2017})))
    assert (machine_years(question.plan), carried_on(question.plan, late).within) == (0, 3)


# The answer -------------------------------------------------------------------------------------------------------


def test_by_hand_what_costs_nothing_is_had(poor: Asked) -> None:
    """Where machines are free in a future, all that was planned is had, and as much is missing as planned."""
    problem = poor.plan.problem
    free_of_charge = replace(problem, prices=MappingProxyType(dict.fromkeys(problem.prices, 0)))
    assert carried_on(poor.plan, free_of_charge) == carried_on(poor.plan, problem)


def test_the_table_is_in_order(poor: Asked) -> None:
    """Nothing misses less than with all known, the worst is no better than the mean, the choices stand by mean."""
    found = futures.ask(in_doubt(poor), futures=60)
    for choice in found.choices:
        assert choice.worst >= choice.mean >= sum(found.best) / 60 - 1e-3
        assert choice.regret_worst >= choice.regret_mean >= 0
        assert choice.mean - choice.regret_mean == pytest.approx(sum(found.best) / 60, abs=1e-3)
    unchanged, *others = found.choices
    assert unchanged.how == "unchanged"
    assert [c.mean for c in others] == sorted(c.mean for c in others)
    assert {"plan"} <= {c.how for c in others} <= {"plan", "expected", "foreseen", "together"}
    assert min(found.results) <= futures.spread(found.results)[2] <= max(found.results)
    assert [w.span for w in found.worries] == sorted((w.span for w in found.worries), reverse=True)
    assert {w.of for w in found.worries} == {"pupils", "prices", "late", "fund"}


def test_the_advice_names_the_least_of_the_table(poor: Asked) -> None:
    """What is called best on average, and in the worst future, is the least of those that were tried."""
    question, words = in_doubt(poor), Words("en")
    found = futures.ask(question, futures=40)
    tried_ones = found.choices[1:]
    ours = next(c for c in tried_ones if c.how == "plan")
    better = replace(ours, how="expected", mean=ours.mean - 3, worst=ours.worst + 1)
    safer = replace(ours, how="foreseen", rank=0.9, mean=ours.mean + 1, worst=ours.worst - 2)
    told = replace(found, choices=(found.choices[0], better, ours, safer))
    (advice,) = (line for line in futures.said(told, question.plan, words) if line.startswith("Ways to buy"))
    suits = words("futures.better", choice=words("futures.expected"), saved=3)
    safe = words("futures.better", choice=words("futures.foreseen", future=words("futures.rank_9")), saved=2)
    assert f"on average: {suits}" in advice
    assert f"in the worst future: {safe}" in advice
    alone = replace(found, choices=(found.choices[0], ours))
    (advice,) = (line for line in futures.said(alone, question.plan, words) if line.startswith("Ways to buy"))
    assert advice.count(words("futures.plan")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_doubt_the_answer_says_so(poor: Asked, language: str) -> None:
    """Where every range is nothing, every future is the plan, nothing is to be feared, and that is said."""
    found, words = futures.ask(poor, futures=5, **SURE), Words(language)
    assert set(found.results) == {found.planned} == {machine_years(poor.plan)}
    assert found.worries == ()
    assert futures.said(found, poor.plan, words)[1] == words("futures.certain")


def test_a_fund_is_named_as_doubtful(poor: Asked) -> None:
    """A fund named with the question may fail, four years of five it pays, unless another chance is stated."""
    found = futures.ask(poor, futures=5, fund=("u", "gift"), **SURE)
    assert [(w.of, w.fund, w.reach) for w in found.worries] == [("fund", ("u", "gift"), 0.8)]
    never = futures.ask(poor, futures=5, fund=("u", "gift"), certainty=0.0, **SURE)
    assert set(never.results) == {never.worries[0].high}


def test_the_same_seed_gives_the_same_answer_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two processes that hash otherwise give the same answer to the last digit."""
    saved = save(*random_world(4), tmp_path)
    assert saved is not None
    flags = ["ask", "futures", str(saved.folder), "--futures", "25", "--seed", "9", "--json"]
    assert main(flags) == 0
    here = json.loads(capsys.readouterr().out)
    code = f"import sys; from provision.commands import main; sys.exit(main({flags!r}))"
    env = os.environ | {"PYTHONHASHSEED": "77", "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8", env=env)
    assert json.loads(run.stdout) == here


# The levers -------------------------------------------------------------------------------------------------------


def test_the_levers_of_doubt_change_no_plan(tmp_path: Path) -> None:
    """A plan made with every one of them moved is the same plan, and its folder keeps what they were."""
    moved = {"enrolment_range": 0.2, "price_range": 0.3, "late_share": 0.9, "futures": 7, "seed": 5}
    moved["fund_certainty"] = MappingProxyType({"main": 0.5})  # type: ignore[assignment]
    assert set(moved) == {lever.name for lever in LEVERS if lever.group == "futures"}
    world, pack = random_world(2)
    plain, doubtful = save(world, pack, tmp_path / "a"), save(world, pack, tmp_path / "b", **moved)
    assert plain is not None
    assert doubtful is not None
    kept = open_plan(doubtful.folder).plan
    assert kept.problem.scenario.moved() == moved
    assert (kept.purchases, kept.payments) == (plain.plan.purchases, plain.plan.payments)
    assert replace(kept.problem, scenario=plain.plan.problem.scenario) == plain.plan.problem


def test_the_levers_of_doubt_need_no_question_anew(poor: Asked) -> None:
    """Moving them on the desk leaves the question as it is, with its scenario alone changed."""
    problem = poor.plan.problem
    moved = replace(problem.scenario, late_share=0.7, seed=3)
    assert repose(problem, poor.inputs, moved) == replace(problem, scenario=moved)


def test_a_doubtful_fund_nobody_has_is_told(tmp_path: Path) -> None:
    """A chance for a fund that no unit has is told with the funds there are."""
    world = World().unit().school("a", pupils={3: [40]}).option("pc", 10_000_000, 4).fund("main", [20_000_000])
    with pytest.raises(FaultyInput, match="main") as faulty:
        provision.pose(world.load(tmp_path), ["u"], roadmap({0: [3]}), Scenario(fund_certainty={"mian": 0.5}))
    assert [(f.code, f.column, f.found) for f in faulty.value.faults] == [
        ("lever_fund_unknown", "fund_certainty", "mian")
    ]


@pytest.fixture
def two_units(tmp_path: Path) -> Saved:
    """Return the plan of two units together, each with a fund of the same code and a school that lacks machines."""
    world = World().unit("u").unit("v").option("pc", 10_000_000, 9)
    for unit in ("u", "v"):
        world.school(unit * 2, pupils={3: [120, 120, 120]}, unit=unit).fund("gift", [10_000_000] * 3, unit=unit)
    saved = save(world, roadmap({0: [3]}), tmp_path)
    assert saved is not None
    return saved


def test_a_doubtful_fund_is_that_of_one_unit(two_units: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    """Where two units have a fund of one code, that of the unit named is in doubt, and the other's money comes."""
    asked = ["ask", "futures", str(two_units.folder), "--certainty", "0", "--futures", "3"]
    assert main([*asked, "--fund", "v/gift", "--json"]) == 0
    worries = json.loads(capsys.readouterr().out)["answer"]["worries"]
    assert [w["fund"] for w in worries if w["of"] == "fund"] == [["v", "gift"]]
    scenario = replace(two_units.plan.problem.scenario, fund_certainty=MappingProxyType({"v/gift": 0.0}))
    problem = replace(two_units.plan.problem, scenario=scenario)
    assert drawn(problem, 0).unpaid == {(("v", "gift"), y) for y in problem.open_years[1:]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fund_of_two_units_has_to_be_named_in_full(
    two_units: Saved, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A code that two units have is refused with both ways to read it, and nothing is reckoned."""
    asked = ["ask", "futures", str(two_units.folder), "--fund", "gift", "--language", language]
    assert main(asked) == 2
    told = capsys.readouterr().err
    assert Words(language)("fault.asked_fund_of_whom.remedy", funds="u/gift, v/gift") in told
    assert not (two_units.folder / "answers").exists()


def test_one_school_alone_has_futures_too(tmp_path: Path) -> None:
    """A school that plans for itself is asked as a unit is."""
    world, pack = random_world(7)
    inputs = world.load(tmp_path)
    plan = provision.solve(provision.pose(inputs, ["s0"], pack))
    found = futures.ask(in_doubt(Asked(plan, inputs, pack)), futures=6)
    assert len(found.results) == 6
    assert found.planned == pytest.approx(machine_years(plan))

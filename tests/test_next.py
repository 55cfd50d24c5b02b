"""What would the next 100 million buy? The staircase against another program, and what it promises of itself."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from folders import solved
from independent import Independent
from seeds import sample
from worlds import World, random_world, roadmap, whole_world

import provision
from provision.charts.staircase import draw_next
from provision.questions import next as next_money
from provision.questions import staircase
from provision.questions.asking import Asked
from provision.text import LANGUAGES, Words

STEP = 40_000_000


def compared(question: Asked) -> int:
    """Compare every step with the same program stated plainly, with that much more money; return how many."""
    problem = question.in_fractions
    if problem.rungs[0] != "missing":
        return 0
    found = next_money.ask(question, step=STEP, steps=2)
    steps = [(stair, step) for stair in found.stairs for step in stair.steps]
    for stair, step in steps:
        least = Independent(problem, more={(stair.fund, stair.year): step.more / 1e6}).least_in_fractions("missing")
        assert step.objective == pytest.approx(least, abs=2e-5, rel=1e-5)
    return len(steps)


@sample(range(200), fast=3, long=37)
@pytest.mark.counted
def test_the_staircase_is_what_another_program_finds(seed: int, tmp_path: Path) -> None:
    """Every step of every fund and year misses no more and no less than a program without any of ours."""
    question = solved(*random_world(seed), tmp_path)
    assert question is not None
    assert compared(question) > 0


@sample(range(200), fast=3, long=37)
@pytest.mark.counted
def test_the_staircase_is_right_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with labs, moves, leases, shared funds, years carried out and whatever else there is."""
    world, pack, levers = whole_world(seed)
    if (question := solved(world, pack, tmp_path, **levers)) is not None:
        compared(question)


@pytest.fixture
def poor(tmp_path: Path) -> Asked:
    """Return two schools with 120 and 60 pupils (5 and 3 machines), and money for two machines in the first year."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [20_000_000, 0])
    for code, pupils in (("a", 120), ("b", 60)):
        world.school(code, pupils={3: [pupils, pupils]})
    question = solved(world, roadmap({0: [3]}), tmp_path)
    assert question is not None
    return question


def test_by_hand_one_machine_a_step(poor: Asked) -> None:
    """Ten million more in the first year is one machine for two years; in the second, for one."""
    found = next_money.ask(poor, step=10_000_000, steps=3, whole=True)
    by_year = {stair.year: [step.missing for step in stair.steps] for stair in found.stairs}
    assert by_year == {2017: [12, 10, 8, 6], 2018: [12, 11, 10, 9]}
    assert found.stairs[0].year == 2017


def test_each_step_names_who_gains(poor: Asked) -> None:
    """Who was worst served before a step stands first, with what the school gains in it."""
    (stair,) = next_money.ask(poor, year=2017, step=60_000_000, steps=1, whole=True).stairs
    gained = {g.school: g.machine_years for g in stair.steps[1].gains}
    assert sum(gained.values()) == 12
    assert [g.share for g in stair.steps[1].gains] == sorted((g.share for g in stair.steps[1].gains), reverse=True)


@sample(range(40), fast=1, long=9)
@pytest.mark.counted
def test_what_a_step_buys_is_the_difference_of_two_plans(seed: int, tmp_path: Path) -> None:
    """What a step is told to buy more and less of is the plan made again, less the one of the step before."""
    question = solved(*random_world(seed), tmp_path)
    assert question is not None
    problem = question.plan.problem
    fund, at = problem.funds[0], problem.open_years[0]
    (stair,) = next_money.ask(question, fund=fund, year=at, step=STEP, steps=2, whole=True).stairs
    plans = [question.plan] + [provision.solve(problem.with_more({(fund, at): n * STEP})) for n in (1, 2)]
    for step, (before, after) in zip(stair.steps[1:], itertools.pairwise(plans), strict=True):
        there = [
            {o: sum(p.quantity for p in plan.purchases if p.option == o) for o in problem.options}
            for plan in (before, after)
        ]
        differ = {o: there[1][o] - there[0][o] for o in problem.options if there[1][o] != there[0][o]}
        assert step.buying == len(differ)
        assert {buy.option: buy.more for buy in step.buys}.items() <= differ.items()
        assert len(step.buys) == min(next_money.NAMED, len(differ))


def test_by_hand_what_ten_million_buy(poor: Asked) -> None:
    """Fifteen million more in the first year are a machine and a half in fractions, told as about; whole, one."""
    words = Words("vi")
    for whole, n in ((False, "khoảng 1,5"), (True, "1")):
        answer = next_money.ask(poor, year=2017, step=15_000_000, steps=1, whole=whole)
        told = words("next.buy_more", n=n, option="pc")
        assert words("next.buys", bought=told) in staircase.said(answer, poor.plan, words)
        assert told in staircase.shown(answer, poor.plan, words)[1].html


def test_steps_in_fractions_never_save_more_than_the_one_before(poor: Asked) -> None:
    """In fractions of machines each further step saves at most what the step before saved."""
    for stair in next_money.ask(poor, step=15_000_000, steps=6).stairs:
        left = [step.objective for step in stair.steps]
        saved = [a - b for a, b in itertools.pairwise(left)]
        assert all(b <= a + 1e-5 for a, b in itertools.pairwise(saved))


def test_where_money_is_not_in_the_way_it_says_so(tmp_path: Path) -> None:
    """Where all is met already, no fund and year is praised."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [90_000_000])
    question = solved(world.school("a", pupils={3: [24]}), roadmap({0: [3]}), tmp_path)
    assert question is not None
    words = Words("en")
    first, *_ = staircase.said(next_money.ask(question), question.plan, words)
    assert first == words("next.nothing", amount=words.money(100_000_000))


def test_where_not_all_was_asked_about_it_says_no_more_than_that(tmp_path: Path) -> None:
    """Money of one year alone, or a step too small for a whole machine, says nothing of all other money."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [20_000_000, 0])
    question = solved(world.school("a", pupils={3: [120, 120]}), roadmap({0: [3]}), tmp_path / "a")
    met = solved(world.school("b", pupils={3: [0, 0]}).stock("a", 5, 0), roadmap({0: [3]}), tmp_path / "b")
    assert question is not None
    assert met is not None
    words, step = Words("en"), 5_000_000
    for of, found in (
        (met, next_money.ask(met, step=step, year=2017)),
        (question, next_money.ask(question, step=step, steps=2, whole=True)),
    ):
        first, *_ = staircase.said(found, of.plan, words)
        assert first == words("next.nothing_here", amount=words.money(step))


@pytest.mark.parametrize("whole", [False, True])
def test_without_the_aim_what_is_missing_is_measured_all_the_same(poor: Asked, whole: bool) -> None:
    """A plan that is only to be cheap buys nothing: eight machines are missing in both years, and later still."""
    scenario = replace(poor.plan.problem.scenario, ladder=("money",))
    plan = provision.solve(replace(poor.plan.problem, scenario=scenario))
    foot, step = next_money.ask(replace(poor, plan=plan), year=2017, steps=1, whole=whole).stairs[0].steps
    assert (foot.missing, step.missing) == (16, 16)
    assert foot.objective == step.objective > 16


def test_where_pupils_weigh_pupil_years_are_told(poor: Asked) -> None:
    """The table, the chart and what is said beside them count pupil-years where the plan does."""
    scenario = replace(poor.plan.problem.scenario, weigh="pupils")
    question = replace(poor, plan=provision.solve(replace(poor.plan.problem, scenario=scenario)))
    answer = next_money.ask(question, steps=1)
    for words in map(Words, LANGUAGES):
        assert words("next.after_pupils") in staircase.said(answer, question.plan, words)
        assert words("next.price_pupils") in staircase.shown(answer, question.plan, words)[0].lines[0]
        assert draw_next(answer, question.plan, words).alt.startswith(words("chart.next.alt_pupils"))


def test_the_plan_itself_is_left_as_it_is(poor: Asked) -> None:
    """Asking changes nothing: the plan's money is what it was."""
    before = dict(poor.plan.problem.purses)
    next_money.ask(poor, steps=2)
    assert dict(poor.plan.problem.purses) == before
    assert poor.plan.problem == replace(poor.plan.problem)

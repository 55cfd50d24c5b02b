"""Why need is not met and the ways out: each against another program, none cheaper of its kind, and by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pulp
import pytest
from clashes import PRICE, promising
from folders import solved
from independent import Independent
from seeds import sample
from test_conflicts import member
from test_least import aimed, first_held, quickly
from worlds import World, random_world, roadmap, whole_world, year

import provision
from provision.domain.enrolment import Enrolment
from provision.domain.problem import PUPIL_COMPUTER, FundKey, Problem
from provision.domain.roadmap import Lab, Minimum, Roadmap
from provision.domain.scenario import Scenario
from provision.domain.years import format_school_year
from provision.errors import NoAnswer
from provision.model import fewest
from provision.model.highs import minimise
from provision.model.least import Target
from provision.model.preview import Preview
from provision.questions import conflicts, why
from provision.questions.asking import Asked
from provision.questions.verdict import is_school_money
from provision.questions.ways import MET, Exits, Way
from provision.text import LANGUAGES, Words

NEAR = 3e-5
"""Machine-years within which two solvers agree."""


class Plain:
    """The ways out of a small world, every one of each kind, found by another program."""

    def __init__(self, question: Asked) -> None:
        """Find the common funds."""
        self.question, self.problem = question, question.in_fractions
        self.funds = [f for f in self.problem.funds if not is_school_money(question.plan, f)]

    def left(self, problem: Problem) -> float:
        """Return what a question misses at least in the years to be planned."""
        stated = aimed(Independent(problem), Target(problem.years[0]))
        return stated.least_in_fractions("above", first_held(stated))

    def moneys(self) -> dict[int | None, tuple[float, float]]:
        """Return what stays missing, and the million VND that takes, by the one year they are added in."""
        found = {}
        for at in (None, *self.problem.open_years):
            fill = [(f, y) for f in self.funds for y in self.problem.open_years if at in (None, y)]
            found[at] = self._least(aimed(Independent(self.problem, fill=fill), Target(self.problem.years[0])))
        return found

    def shifts(self) -> dict[tuple[FundKey, int, int], tuple[float, float]]:
        """Return what stays missing, and the million VND moved, by fund and the two years."""
        years = self.problem.open_years
        found = {}
        for fund in self.funds:
            for at in years:
                most = self.problem.purses[fund, at].amount / 1e6
                for to in (to for to in years if to != at and most):
                    stated = Independent(self.problem, fill=[(fund, to)], empty=[(fund, at)])
                    taken = pulp.lpSum(stated.emptied.values())
                    stated.need(taken <= most)
                    stated.need(pulp.lpSum(stated.filled.values()) <= taken)
                    found[fund, at, to] = self._least(aimed(stated, Target(self.problem.years[0])))
        return found

    def carries(self) -> dict[FundKey, float]:
        """Return what stays missing where a fund may keep everything, by fund."""
        found, years = {}, self.problem.open_years[:-1]  # what the last year keeps is of no use to the plan
        for fund in self.funds:
            mine = {cell: p for cell, p in self.problem.purses.items() if cell[0] == fund and cell[1] in years}
            purses = {**self.problem.purses, **{cell: replace(p, carry_over=Fraction(1)) for cell, p in mine.items()}}
            if purses != dict(self.problem.purses):
                found[fund] = self.left(replace(self.problem, purses=MappingProxyType(purses)))
        return found

    def lever(self, **moved: Any) -> float:
        """Return what stays missing with a lever moved."""
        return self.left(self.question.posed(replace(self.problem.scenario, **moved)))

    def waiting(self, grade: int, first: int, schools: Collection[str]) -> float:
        """Return what stays missing where a grade begins later at some schools."""
        return self.left(self._delayed(grade, first, schools))

    def _delayed(self, grade: int, first: int, schools: Collection[str]) -> Problem:
        """Return the question without the pupils of a grade of some schools in its first year."""
        inputs, heirs = self.question.inputs, self.problem.owners

        def waits(e: Enrolment) -> bool:
            return (e.grade, e.year) == (grade, first) and heirs.get((e.school, e.year)) in schools

        moved = replace(inputs, enrolment=tuple(replace(e, pupils=0) if waits(e) else e for e in inputs.enrolment))
        cells = {f"enrolment/{e.school}/{format_school_year(e.year)}/{e.grade}" for e in inputs.enrolment if waits(e)}
        kept = {path: n for path, n in self.problem.scenario.overrides.items() if path not in cells}
        scenario = replace(self.problem.scenario, overrides=MappingProxyType(kept))
        return provision.pose(moved, self.problem.units, self.question.roadmap, scenario)

    @staticmethod
    def _least(stated: Independent) -> tuple[float, float]:
        held = first_held(stated)
        held["above"] = stated.least_in_fractions("above", held)
        return held["above"], stated.least_in_fractions("added", held)


def of_kind(ways: tuple[Way, ...], kind: str) -> list[Way]:
    """Return the ways of a kind, in the order told."""
    return [way for way in ways if way.kind == kind]


def compared(question: Asked) -> int:
    """Compare a world's ways out with all there are of each kind; return how many were told."""
    plain, exits = Plain(question), Exits(question)
    assert exits.missing == pytest.approx(plain.left(plain.problem), abs=NEAR)
    if exits.missing < MET:
        return 0
    ways = exits.ways(lambda _done, _steps: None)
    _compare_money(plain, of_kind(ways, "money"))
    _compare_shifts(plain, of_kind(ways, "shift"))
    carried = plain.carries()
    told = of_kind(ways, "carry")
    assert bool(told) is bool(carried)
    for way in told:
        assert way.fund is not None
        assert way.missing == pytest.approx(carried[way.fund], abs=NEAR)
    if told:
        assert told[0].missing == pytest.approx(min(carried.values()), abs=NEAR)
    levers = {"move": {"transfers": True}, "lease": {"lease": True}}
    for kind, lever in levers.items():
        for way in of_kind(ways, kind):
            assert way.missing == pytest.approx(plain.lever(**lever), abs=NEAR)
    for way in of_kind(ways, "basis"):
        assert way.missing == pytest.approx(plain.lever(ratio_basis=way.basis), abs=NEAR)
    return len(ways)


def _compare_money(plain: Plain, told: list[Way]) -> None:
    """In each year the money told is the least that comes as near as any does."""
    if not plain.funds:
        assert not told
        return
    there = plain.moneys()
    assert {way.year for way in told} == set(there)
    for way in told:
        missing, least = there[way.year]
        assert way.missing == pytest.approx(missing, abs=NEAR)
        assert way.amount / 1e6 == pytest.approx(least, abs=1e-3, rel=1e-5)


def _compare_shifts(plain: Plain, told: list[Way]) -> None:
    """What is told of moved money is what another program finds, and no sum between any two years is better."""
    there = plain.shifts()
    assert bool(told) is bool(there)
    for way in told:
        assert way.fund is not None
        assert way.year is not None
        assert way.to is not None
        missing, least = there[way.fund, way.year, way.to]
        assert way.missing == pytest.approx(missing, abs=NEAR)
        assert way.amount / 1e6 == pytest.approx(least, abs=1e-3, rel=1e-5)
    if told:
        assert told[0].missing == pytest.approx(min(missing for missing, _ in there.values()), abs=NEAR)
    if told and told[0].meets:
        smallest = min(least for missing, least in there.values() if missing < MET)
        assert told[0].amount / 1e6 <= smallest + 1e-3


@sample(range(200), fast=3, long=37)
@pytest.mark.counted
def test_a_way_out_really_is_one(seed: int, tmp_path: Path) -> None:
    """Each way out leaves what another program says it leaves, and none of its kind is cheaper or leaves less."""
    question = quickly(*random_world(seed), tmp_path)
    assert question is not None
    compared(question)


@sample(range(200), fast=1, long=39)
@pytest.mark.counted
def test_a_way_out_really_is_one_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with rooms, moves, leases, promises, years carried out and whatever else there is."""
    world, pack, levers = whole_world(seed)
    if (question := quickly(world, pack, tmp_path, **levers)) is not None:
        compared(question)


@sample(range(200), fast=3, long=37)
@pytest.mark.counted
def test_a_grade_is_delayed_in_no_more_schools_than_it_must(seed: int, tmp_path: Path) -> None:
    """No fewer schools that wait a year with a grade are enough; where not even all of them are, that is told."""
    question = quickly(*random_world(seed), tmp_path)
    assert question is not None
    delayed(question)


@sample(range(200), fast=1, long=39)
@pytest.mark.counted
def test_a_grade_is_delayed_right_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with rooms, moves, leases, promises, years carried out and whatever else there is."""
    world, pack, levers = whole_world(seed)
    if (question := quickly(world, pack, tmp_path, **levers)) is not None:
        delayed(question)


def delayed(question: Asked) -> None:
    """Compare each grade that begins later with the same question without its pupils, for every choice of schools."""
    plain, exits = Plain(question), Exits(question)
    if exits.missing < MET:
        return
    for way in of_kind(exits.ways(lambda _done, _steps: None), "delay"):
        assert way.grade is not None
        assert way.year is not None
        assert way.missing == pytest.approx(plain.waiting(way.grade, way.year, way.schools), abs=NEAR)
        open_then = [school for school, at in plain.problem.open_schools if at == way.year]
        if not way.meets:
            assert way.missing == pytest.approx(plain.waiting(way.grade, way.year, open_then), abs=NEAR)
            continue
        if plain.problem.scenario.rounding == "none":  # then fewer may be enough, and all are told
            continue
        for fewer in combinations(open_then, len(way.schools) - 1):
            assert plain.waiting(way.grade, way.year, fewer) > MET


def of(question: Asked, kind: str) -> list[Way]:
    """Return the ways out of a kind that the question is answered with."""
    return of_kind(why.ask(question).ways, kind)


def world_of(*amounts: int, **rest: Any) -> World:
    """Return two schools that need 5 and 3 machines of 10 million each year, and one fund."""
    world = World().unit().option("pc", 10_000_000, 9, **rest).fund("main", amounts)
    for code, pupils in (("a", 120), ("b", 60)):
        world.school(code, pupils={3: [pupils] * len(amounts)})
    return world


def plan_of(world: World, folder: Path, pack: Roadmap | None = None, **levers: Any) -> Asked:
    """Return a world's plan in fractions of machines, the first grade taught from the first year on."""
    question = quickly(world, pack or roadmap({0: [3]}), folder, **levers)
    assert question is not None
    return question


def test_by_hand_money_of_one_year(tmp_path: Path) -> None:
    """Sixty million in the first year meet everything; in the second year the first has passed."""
    told = of(plan_of(world_of(20_000_000, 0), tmp_path), "money")
    assert {way.year: (way.amount, way.missing) for way in told} == {
        None: (60_000_000, 0),
        2017: (60_000_000, 0),
        2018: (60_000_000, 6),
    }
    assert [way.meets for way in told] == [True, True, False]


def test_by_hand_money_moved_to_an_earlier_year(tmp_path: Path) -> None:
    """The smallest sum moved is told: sixty of the second year's ninety million."""
    (way,) = of(plan_of(world_of(20_000_000, 90_000_000), tmp_path), "shift")
    assert (way.year, way.to, way.amount, way.cost, way.meets) == (2018, 2017, 60_000_000, 0, True)


def test_by_hand_money_that_is_kept(tmp_path: Path) -> None:
    """Where machines are sold from the second year on, money that lapsed after the first pays for them if kept."""
    world = world_of(40_000_000, 40_000_000, from_year=year(1))
    question = plan_of(world, tmp_path, roadmap({1: [3]}))
    (way,) = of(question, "carry")
    assert (way.fund, way.missing, way.cost) == (("u", "main"), 0, 0)
    (shift,) = of(question, "shift")
    assert (shift.year, shift.to, shift.amount, shift.meets) == (2017, 2018, 40_000_000, True)


def test_by_hand_machines_that_may_not_move(tmp_path: Path) -> None:
    """A school without pupils has eight machines to spare; where nothing may be moved, that is told and a way out."""
    world = world_of(0).school("c", pupils={5: [30]}).stock("c", 8, -1, life_years=9)
    question = plan_of(world, tmp_path, transfers=False)
    answer = why.ask(question)
    assert [s.idle for s in answer.shortages] == [8]
    assert [way.missing for way in of_kind(answer.ways, "move")] == [0]
    assert of(plan_of(world, tmp_path / "moved"), "move") == []


def test_by_hand_machines_that_are_leased(tmp_path: Path) -> None:
    """Eight machines of one million a year can be leased where they could not be bought."""
    world = world_of(20_000_000).option("rent", 1_000_000, 1, mode="lease")
    (way,) = of(plan_of(world, tmp_path), "lease")
    assert (way.missing, way.cost) == (0, 0)
    assert of(plan_of(world, tmp_path / "leased", lease=True), "lease") == []


def test_by_hand_a_grade_that_begins_later(tmp_path: Path) -> None:
    """With money for three machines the larger school waits a year, and the smaller one does not."""
    (way,) = of(plan_of(world_of(30_000_000, 50_000_000), tmp_path), "delay")
    assert (way.grade, way.year, way.to, way.schools, way.missing) == (3, 2017, 2018, ("a",), 0)


def test_the_fewest_schools_are_so_called_only_where_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the search for fewer schools was ended by the clock, those found are said to be enough."""
    question, words = plan_of(world_of(30_000_000, 50_000_000), tmp_path), Words("vi")
    told = {"grade": "3", "schools": question.plan.problem.names["a"]}
    for end, key in (("optimal", "why.named"), ("time", "why.named_enough")):
        monkeypatch.setattr(fewest, "minimise", lambda *a, end=end, **rest: replace(minimise(*a, **rest), end=end))
        answer = why.ask(question)
        assert [way.fewest for way in of_kind(answer.ways, "delay")] == [end == "optimal"]
        assert words(key, **told) in "\n".join(why.shown(answer, question.plan, words)[-1].lines)


@pytest.mark.parametrize(("stock", "cause"), [(0, ""), (2, "rooms")])
def test_rooms_are_in_the_way_only_where_they_are_full(stock: int, cause: str, tmp_path: Path) -> None:
    """A room for two machines that stands empty is not in the way of the first two: money is."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [0]).school("a", pupils={3: [72]}, labs=1)
    world.stock("a", stock, 0)
    question = plan_of(world, tmp_path, roadmap({0: [3]}, labs=[Lab(True, 2, None, "5")]))
    (shortage,) = why.ask(question).shortages
    assert [found.why for found in shortage.causes] == [cause]


def test_by_hand_who_waits_gives_its_machines(tmp_path: Path) -> None:
    """Two schools lack a machine each, and a third needs its two old ones: if it waits, they move."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [0])
    world.school("a", pupils={3: [24]}).school("b", pupils={3: [24]})
    world.school("c", pupils={3: [48]}).stock("c", 2, -1, life_years=2)
    (way,) = of(plan_of(world, tmp_path), "delay")
    assert (way.schools, way.missing) == (("c",), 0)


def test_where_nobody_waits_nothing_changes(tmp_path: Path) -> None:
    """A grade that a document has taught at a school that has merged by then is taught at its successor."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [0, 0])
    world.school("x", pupils={3: [24], 4: [30]}, open_until=year(0), merged_into="y")
    world.school("y", pupils={3: [24, 48], 4: [30, 60]})
    pack = roadmap({0: [3], 1: [3]})
    pack = replace(pack, phases=(*pack.phases, replace(pack.phases[1], grades=frozenset({4}), schools=("x",))))
    inputs = world.load(tmp_path)
    asked = provision.pose(inputs, ["u"], pack)
    heirs = {school: heir or school for (school, at), heir in asked.owners.items() if at == 2018}
    needs = [
        provision.pose(inputs, ["u"], pack.delayed(4, 2018, others, heirs)).need("y", PUPIL_COMPUTER, 2018)
        for others in (["y"], [])
    ]
    assert pack.grades_new(2018) == {4}
    assert needs == [asked.need("y", PUPIL_COMPUTER, 2018), 2]


def test_by_hand_another_way_of_counting(tmp_path: Path) -> None:
    """Where every pupil of the level counts but one grade is taught, counting that grade alone is a way out."""
    world = world_of(80_000_000)
    for code in ("a", "b"):
        world.pupils(code, 0, 4, 90)
    (way,) = of(plan_of(world, tmp_path, ratio_basis="enrolled"), "basis")
    assert (way.basis, way.missing, way.pupils) == ("covered", 0, 0)


def test_by_hand_what_leaves_more_is_no_way_out(tmp_path: Path) -> None:
    """Where one grade is taught and counted, counting every pupil of the level only adds need: nobody is told to."""
    world = world_of(20_000_000, 0)
    for code in ("a", "b"):
        world.pupils(code, 0, 4, 90)
    question = plan_of(world, tmp_path, ratio_basis="covered")
    wider = replace(question.in_fractions.scenario, ratio_basis="enrolled")
    exits = Exits(question)
    assert Plain(question).left(question.posed(wider)) > exits.missing + 1
    ways = exits.ways(lambda _done, _steps: None)
    assert ways
    assert of_kind(ways, "basis") == []


def test_one_school_is_told_of_itself_alone(tmp_path: Path) -> None:
    """A school that plans for itself is not told how many schools lack machines, or wait."""
    world = world_of(30_000_000, 50_000_000, 0)
    problem = provision.pose(world.load(tmp_path), ["a"], roadmap({0: [3]}), Scenario(whole_machines=False))
    question = Asked(Preview(problem, rungs=("missing",)).plan(), world.load(tmp_path), roadmap({0: [3]}))
    words = Words("en")
    answer = why.ask(question)
    told = why.said(answer, question.plan, words)
    assert "schools" not in told[0]
    assert (
        words("why.do_delay_alone", grade="3", year=year(0), to=year(1))
        in why.shown(answer, question.plan, words)[-1].html
    )


def test_a_fund_says_why_it_does_not_pay(tmp_path: Path) -> None:
    """Each common fund is told as spent out, kept, left over, or for other things, ways or schools."""
    world = world_of(9_000_000, 0).fund("kept", [20_000_000, 0], carry_over=1).fund("paper", [5_000_000] * 2)
    world.fund("printers", [30_000_000] * 2, items="printer").fund("repairs", [30_000_000] * 2, modes="repair")
    world.option("printer", 30_000_000, 5, item="printer")
    world.school("c", pupils={3: [0, 0]}).school("d", pupils={3: [0, 0]})
    world.fund("others", [30_000_000] * 2, schools="c;d")
    pack = roadmap({0: [3]}, minimums=[Minimum("printer", "unit", 1, Fraction(1), (), "all", "3")])
    answer = why.ask(plan_of(world, tmp_path, pack))
    states = {(m.fund[1], s.year): m.state for s in answer.shortages for m in s.funds}
    assert states["main", 2017] == states["paper", 2017] == "spent"
    assert states["printers", 2017] == "items"
    assert states["repairs", 2017] == "modes"
    assert states["others", 2017] == "schools"
    lapses = {(m.fund[1], s.year): m.lapses for s in answer.shortages for m in s.funds}
    assert lapses["repairs", 2017] == 30_000_000
    assert lapses["kept", 2017] == 0


def test_causes_are_told_beside_money(tmp_path: Path) -> None:
    """A machine ordered in the first year comes in the second: the first is short for that, the second for money."""
    answer = why.ask(plan_of(world_of(20_000_000, 0), tmp_path, delivery_lag=1))
    assert [(s.year, s.causes) for s in answer.shortages] == [
        (2017, (why.Cause("late", 8),)),
        (2018, (why.Cause("", 6),)),
    ]
    assert not any(way.meets for way in answer.ways if way.kind != "delay")


@sample(range(60), fast=2, long=18)
@pytest.mark.counted
def test_a_broken_promise_is_named_with_what_it_runs_into(seed: int, tmp_path: Path) -> None:
    """Each promise planted not to be kept is named with the lock and the money it runs into, and no other is."""
    world, pack, levers, planted = promising(seed)
    question = solved(world, pack, tmp_path, **levers)
    assert question is not None
    told = why.ask(question).promises
    assert told is not None
    assert {frozenset(map(member, c.fixed)) for c in told.conflicts} == {p.members for p in planted}
    lacks = [lack for c in told.conflicts for way in c.lacks for lack in way]
    assert sorted((lack.place, lack.amount) for lack in lacks) == sorted((f"u/{p.place}", p.amount) for p in planted)
    assert told.broken == sum(-(-p.amount // PRICE) for p in planted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_broken_promises_are_told_after_the_need(language: str, tmp_path: Path) -> None:
    """The first sentence is about the need; then stands how much is broken, and each case; all are in a table."""
    words = Words(language)
    world, pack, levers, planted = promising(0)
    question = solved(world, pack, tmp_path, **levers)
    assert question is not None
    answer = why.ask(question)
    told, table = why.said(answer, question.plan, words), why.shown(answer, question.plan, words)[-1]
    assert answer.promises is not None
    assert [c.say(words) in told for c in answer.promises.conflicts] == [True, True, *[False] * (len(planted) - 2)]
    assert len(planted) > 2
    assert words("conflict.others", count=len(planted) - 2) in told
    assert all(c.say_fixed(words) in "\n".join(table.lines) for c in answer.promises.conflicts)


def test_what_nobody_found_out_is_not_told_as_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where time ended the search for what a promise runs into, the answer says so, and stands."""

    def late(_problem: Problem) -> None:
        raise NoAnswer("no_answer_in_time", undecided=True)

    world, pack, levers, _ = promising(0)
    question, words = solved(world, pack, tmp_path, **levers), Words("en")
    assert question is not None
    monkeypatch.setattr(conflicts, "conflicts_of", late)
    answer = why.ask(question)
    assert words("conflict.open") == why.said(answer, question.plan, words)[-1]
    assert words("conflict.fixed") not in why.shown(answer, question.plan, words)[-1].html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_says_the_cheapest_way_first(language: str, tmp_path: Path) -> None:
    """Ways without money stand first, then the cheapest with money; where none will do, the best is told as such."""
    words = Words(language)
    question = plan_of(world_of(20_000_000, 0), tmp_path)
    answer = why.ask(question)
    told = why.said(answer, question.plan, words)
    assert words("why.cheapest_way", way=words("why.do_money_all", amount=words.money(60_000_000))) in told
    late = plan_of(world_of(20_000_000, 0), tmp_path / "late", delivery_lag=1)
    best = why.said(why.ask(late), late.plan, words)
    assert any(words.number(8, 1) in line for line in best)
    rich = plan_of(world_of(80_000_000, 0), tmp_path / "rich")
    assert why.said(why.ask(rich), rich.plan, words) == (words("why.met"),)
    assert why.shown(why.ask(rich), rich.plan, words) == ()

"""What cannot all hold of locks, promises and years carried out: named in full, minimal, with what is lacking."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest
from clashes import Member, clashing
from independent import Independent
from pydantic import TypeAdapter
from seeds import sample
from worlds import FIRST, World, roadmap, whole_world, year

import provision
from provision.domain.problem import LAB, FundKey, Problem
from provision.domain.roadmap import Lab, Minimum
from provision.domain.scenario import Scenario
from provision.domain.years import parse_school_year
from provision.errors import Clash, Conflict, Fixed, Lack
from provision.model.conflicts import conflicts, refuse_locks
from provision.questions.conflicts import conflicts_of
from provision.text import LANGUAGES, Words


def member(fixed: Fixed) -> Member:
    """Return what is fixed as it was planted."""
    return fixed.school, fixed.thing, parse_school_year(fixed.school_year) - FIRST


def with_only(problem: Problem, fixed: Collection[Fixed]) -> Problem:
    """Return a problem in which nothing else is locked, promised or, but for rooms, carried out."""
    keys = {kind: {(s, t, n + FIRST) for s, t, n in (member(f) for f in fixed if f.kind == kind)} for kind in KINDS}
    done = {year for _, _, year in keys["done"]}
    return replace(
        problem,
        locks=MappingProxyType({k: n for k, n in problem.locks.items() if k in keys["lock"]}),
        promised=MappingProxyType({k: n for k, n in problem.promised.items() if k in keys["promise"]}),
        facts=MappingProxyType(
            {k: f for k, f in problem.facts.items() if k[2] in done or problem.options[k[1]].item == LAB}
        ),
    )


KINDS = ("lock", "promise", "done")


def holds(problem: Problem, *, more: dict[tuple[FundKey, int], float] | None = None) -> bool:
    """Say by another program whether locks and promises can all be had, with so many million VND more."""
    return Independent(problem, more=more).is_possible({"promises": 0.0} if problem.promised else {})


def fixed_of(problem: Problem) -> Iterator[Fixed]:
    """Yield everything that is fixed in a problem."""
    for kind, table in (("lock", problem.locks), ("promise", problem.promised)):
        for school, thing, at in table:
            yield Fixed(kind, year(at - FIRST), school, "", thing)  # type: ignore[arg-type]
    for at in sorted({at for _, _, at in problem.facts}):
        yield Fixed("done", year(at - FIRST))


def is_minimal(problem: Problem, conflict: Conflict) -> bool:
    """Say by another program whether what is named cannot hold, and can without any one of it."""
    without = [with_only(problem, [f for f in conflict.fixed if f is not one]) for one in conflict.fixed]
    return not holds(with_only(problem, conflict.fixed)) and all(map(holds, without))


def is_just_enough(problem: Problem, conflict: Conflict) -> bool:
    """Say by another program whether the money told is enough for what is named, and a dong less is not.

    In fractions a hundred dong less: there that program lets a millionth of a promised machine be absent.
    """
    bit = 1.2e-6 if problem.scenario.whole_machines else 1e-4
    locks = [f for f in conflict.fixed if f.kind != "done"]
    done = [f for f in fixed_of(problem) if f.kind == "done"]  # what was carried out was
    asked = with_only(problem, [*locks, *done])
    for way in conflict.lacks:
        if all(lack.kind == "money" for lack in way):
            places = [(fund_of(lack.place), parse_school_year(lack.school_year)) for lack in way]
            enough = {place: lack.amount / 1e6 for place, lack in zip(places, way, strict=True)}
            less = enough | {places[0]: enough[places[0]] - bit}
            if not holds(asked, more=enough) or holds(asked, more=less):
                return False
    return True


def fund_of(place: str) -> FundKey:
    """Return a fund by what a lack says of it."""
    unit, _, code = place.partition("/")
    return unit, code


@pytest.mark.counted
@sample(range(300), fast=5, long=45)
def test_every_planted_conflict_is_named_and_minimal(seed: int, tmp_path: Path) -> None:
    """One to three sets that cannot hold are planted: each is named, no more and no less, with what it lacks."""
    world, pack, levers, planted = clashing(seed)
    problem = provision.pose(world.load(tmp_path), ["u"], pack, Scenario(**levers))  # type: ignore[arg-type]
    found = {frozenset(map(member, c.fixed)): c for c in conflicts(problem, promises=True)}
    assert found.keys() == {p.members for p in planted}
    for p in planted:
        conflict = found[p.members]
        lacks = [lack for way in conflict.lacks for lack in way if lack.kind == p.kind]
        assert sum(lack.amount for lack in lacks) == p.amount
        assert all(lack.place.endswith(p.place) for lack in lacks)
        assert is_minimal(problem, conflict)
        assert is_just_enough(problem, conflict)


@pytest.mark.counted
@sample(range(300), fast=2, long=48)
def test_conflicts_are_minimal_whatever_is_mixed(seed: int, tmp_path: Path) -> None:
    """Purchases locked at random in worlds that mix all the model knows: what cannot hold is told, and only that."""
    r, (world, pack, levers) = Random(seed), whole_world(seed)
    inputs = world.load(tmp_path)
    problem = provision.pose(inputs, ["u"], pack, Scenario(**levers | {"overrides": {}}))  # type: ignore[arg-type]
    alone = {code for rows in problem.companions.values() for code, _ in rows}
    offered = sorted((s, o, y) for s, y in problem.open_schools for o, at in problem.prices if at == y)
    offered = [key for key in offered if key[1] not in alone and key[2] in problem.open_years]
    locks = {key: r.choice([0, 1, 1, 2, 4]) for key in r.sample(offered, min(len(offered), r.randint(2, 6)))}
    problem = replace(problem, locks=MappingProxyType(locks))
    found = conflicts(problem, promises=True)
    assert bool(found) is not holds(problem)
    assert all(is_minimal(problem, c) and is_just_enough(problem, c) for c in found)
    named = [f for c in found for f in c.fixed if f.kind != "done" and not (f.kind == "lock" and not f.count)]
    assert len(named) == len(set(named))
    left = [f for f in fixed_of(problem) if member(f) not in set(map(member, named))]
    assert holds(with_only(problem, left))


def posed(world: World, folder: Path, pack: object = None, **cells: int) -> Problem:
    """Return the question of a world with cells fixed: ``school__option`` in the first year."""
    overrides = {f"buy/{key.partition('__')[0]}/{year(0)}/{key.partition('__')[2]}": n for key, n in cells.items()}
    scenario = Scenario(overrides=overrides)
    return provision.pose(world.load(folder), ["u"], pack or roadmap({0: [3]}), scenario)  # type: ignore[arg-type]


def test_by_hand_two_locks_one_fund(tmp_path: Path) -> None:
    """Money for five machines, four locked at one school, two at another, one at a third that has its own money."""
    world = World().unit().option("pc", 10_000_000, 5, name_vi="máy mới", name_en="new machine")
    for code in ("a", "b", "c"):
        world.school(code, pupils={3: [240]})
    world.fund("main", [50_000_000], schools="a;b", name_vi="Ngân sách huyện", name_en="District budget")
    world.fund("own", [10_000_000], schools="c")
    with pytest.raises(Clash) as refused:
        refuse_locks(posed(world, tmp_path, a__pc=4, b__pc=2, c__pc=1))
    assert refused.value.say(Words("en")).splitlines()[1:] == [
        "  - Trường a buys exactly 4 “new machine” in 2017-2018 and Trường b buys exactly 2 “new machine” in "
        "2017-2018: 10,000,000 VND lacking in the fund “District budget” in 2017-2018."
    ]
    assert refused.value.say(Words("vi")).splitlines()[1:] == [
        "  - Trường a mua đúng 4 “máy mới” năm học 2017-2018 và Trường b mua đúng 2 “máy mới” năm học 2017-2018: "
        "thiếu 10.000.000 đồng ở nguồn “Ngân sách huyện” năm học 2017-2018."
    ]


def test_by_hand_whole_machines_count(tmp_path: Path) -> None:
    """In fractions half a room would do: a school may set up whole ones alone, and has money for half of one."""
    world = World().unit().school("a", pupils={3: [240]}).option("pc", 1_000_000, 5)
    world.option("room", 10_000_000, 5, item="lab", mode="setup").fund("main", [8_000_000])
    pack = roadmap({0: [3]}, labs=[Lab(True, 4, None, "5", ordinary_seats=1)])
    problem = posed(world, tmp_path, pack, a__pc=3)
    (conflict,) = conflicts(problem)
    assert [[(lack.kind, lack.amount) for lack in way] for way in conflict.lacks] == [
        [("money", 5_000_000)],
        [("rooms", 2)],
    ]
    fractions = replace(problem, scenario=replace(problem.scenario, whole_machines=False))
    assert conflicts(fractions) == ()


def test_what_no_fund_may_pay_is_said_so(tmp_path: Path) -> None:
    """A licence comes with each machine, and no fund may pay for licences: the lock of a machine says it."""
    world = World().unit().school("a", pupils={3: [48]}).option("pc", 10_000_000, 3)
    world.option("licence", 500_000, 1, item="licence").fund("main", [90_000_000], items="pupil_computer")
    pack = roadmap({0: [3]}, minimums=[Minimum("licence", "machine", 1, Fraction(1), (), "all", "3")])
    (conflict,) = conflicts(posed(world, tmp_path, pack, a__pc=1))
    assert [(lack.kind, lack.thing) for way in conflict.lacks for lack in way] == [("payer", "licence")]


def test_a_promise_that_every_lock_forbids(tmp_path: Path) -> None:
    """A printer was promised, and the one way to buy it is forbidden: the plan breaks the promise, this says why."""
    world = World().unit().school("a", pupils={3: [24]}).option("pc", 10_000_000, 3)
    world.option("printer", 3_000_000, 3, item="printer").fund("main", [90_000_000])
    world.carried("a", 0, "printer", 1, 3_000_000, state="promised")
    pack = roadmap({0: [3]}, minimums=[Minimum("printer", "school", 1, Fraction(1), (), "all", "3")])
    problem = posed(world, tmp_path, pack, a__printer=0)
    refuse_locks(problem)
    (conflict,) = conflicts_of(problem)
    assert {(f.kind, f.count) for f in conflict.fixed} == {("promise", 1), ("lock", 0)}
    assert [lack.kind for way in conflict.lacks for lack in way] == ["option"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_conflict_has_its_words(language: str) -> None:
    """Each kind of thing fixed and of what it lacks is said in both languages."""
    words = Words(language)
    fixed = [Fixed(kind, "2017-2018", "a", "A", "printer", ("máy", "machine"), 2) for kind in KINDS]  # type: ignore[arg-type]
    fixed.append(replace(fixed[0], count=0))
    kinds = ("money", "rooms", "repair", "refurbish", "payer", "option")
    ways = tuple((Lack(kind, "a", ("nguồn", "fund"), "2017-2018", "printer", 3),) for kind in kinds)  # type: ignore[arg-type]
    parts = {words.has(f"conflict.{kind}") for kind in (*kinds, "lock", "forbidden", "promise", "done")}
    assert parts == {True}
    told = Conflict(tuple(fixed), ways).say(words)
    assert all(part in told for part in [*(f.say(words) for f in fixed), *(lack.say(words) for (lack,) in ways)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_hundreds_of_promises_a_few_are_named(language: str) -> None:
    """Where very much cannot go together the first few are named in a sentence, and how many others there are."""
    words = Words(language)
    fixed = tuple(Fixed("promise", "2017-2018", f"s{n}", f"School {n}.", "printer", count=1) for n in range(200))
    told = Conflict(fixed, ((Lack("option"),),)).say(words, most=3)
    assert [f"School {n}." in told for n in range(200)] == [True] * 3 + [False] * 197
    assert words("conflict.more", count=197) in told


def test_conflicts_can_be_kept_with_a_plan() -> None:
    """What cannot go together is plain values: written as an answer and read again, it is the same."""
    told = Conflict((Fixed("done", "2017-2018"),), ((Lack("money", "u/main", ("a", "b"), "2018-2019", "", 5),),))
    kept = TypeAdapter(tuple[Conflict, ...])
    assert kept.validate_json(kept.dump_json((told,))) == (told,)

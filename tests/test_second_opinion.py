"""A second opinion: what was solved is solved again in another way, and two answers that differ are an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from clashes import clashing
from folders import save, solved
from seeds import sample
from worlds import World, random_world, roadmap, whole_world

import provision
from provision.commands import main
from provision.domain.problem import Problem
from provision.domain.scenario import Scenario
from provision.errors import Clash, Disagreement, NoAnswer
from provision.model import highs
from provision.model.doubt import Opinion, asked, second_opinion
from provision.model.fewest import fewest_waiting
from provision.model.least import Target
from provision.model.objectives import machine_years
from provision.model.payments import settle
from provision.model.relaxed import Relaxed, together
from provision.model.solve import posed
from provision.model.worth import tail_cost
from provision.questions import least, one_more
from provision.questions import next as next_money
from provision.questions.asking import Asked
from provision.questions.conflicts import conflicts_of
from provision.questions.verdict import SHOWN
from provision.text import LANGUAGES, Words


def scarce() -> World:
    """Return two schools that need five machines and three, and money for two in the first year."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [20_000_000, 0])
    for code, pupils in (("a", 120), ("b", 60)):
        world.school(code, pupils={3: [pupils, pupils]})
    return world


@pytest.mark.counted
@sample(range(50), fast=2, long=18)
def test_two_ways_agree_about_a_plan_and_a_question(seed: int, tmp_path: Path) -> None:
    """In fifty worlds, mixed in turn of all the model knows: every aim of the plan, every step of the staircase."""
    world, pack, *moved = whole_world(seed) if seed % 2 else random_world(seed)
    inputs, levers = world.load(tmp_path), moved[0] if moved else {}
    units = [str(row["unit"]) for row in world.units]
    with second_opinion() as opinion:
        try:
            plan = provision.solve(provision.pose(inputs, units, pack, Scenario(**levers)))  # type: ignore[arg-type]
        except Clash:
            return
        next_money.ask(Asked(plan, inputs, pack), steps=2)
    assert opinion.rungs == len(plan.rungs)
    assert opinion.linear > 0
    assert asked() is None


LIES: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "better": lambda value, bound: (value - 1, bound - 1),
    "never": lambda value, bound: (value + 1, bound + 1),
    "impossible": lambda _value, _bound: (inf, inf),
}
"""What a second solver might say: that less is possible, that what was found is not, or that nothing is."""


def planted(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the second way of searching lie."""
    search = highs.minimise_otherwise
    monkeypatch.setattr("provision.model.doubt.minimise_otherwise", lambda *given: LIES[lie](*search(*given)))


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_ways_that_differ_about_a_plan_are_an_error(
    lie: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, what both ways say and nothing written: where the second finds better, or denies what is there."""
    data, out = _data(tmp_path), tmp_path / "plan"
    planted(lie, monkeypatch)
    given = ["solve", str(data), "--unit", "u", "--out", str(out), "--language", language]
    assert main([*given, "--second-opinion"]) == 1
    told, words = capsys.readouterr(), Words(language)
    assert (told.out, out.exists()) == ("", False)
    assert words("rung.missing") in told.err
    assert (words("second.impossible") in told.err) is (lie == "impossible")
    assert str(inf) not in told.err
    assert main(given) == 0  # nobody asked


def test_two_ways_that_differ_about_a_question_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A question whose linear programs come to something else the second time is not answered; nothing is kept."""
    saved = save(scarce(), roadmap({0: [3]}), tmp_path)
    assert saved is not None
    given = ["ask", "next", str(saved.folder), "--steps", "1", "--language", "en"]
    assert main([*given, "--second-opinion"]) == 0
    four_times_three_aims = Words("en")("second.programs", count=12)  # at first, at the foot, and a step a year
    assert four_times_three_aims in capsys.readouterr().err
    for file in (saved.folder / "answers").iterdir():
        file.unlink()
    solved = highs.linear_otherwise
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda model: (solved(model) or 0.0) + 0.001)
    assert main([*given, "--second-opinion"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert Words("en")("second.linear") in told.err
    assert not list((saved.folder / "answers").glob("*"))
    assert main(given) == 0


def test_agreement_is_told_and_the_plan_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence says how much was solved again and agrees; the plan's tables are what they are without."""
    data, files = _data(tmp_path), []
    for out, more in ((tmp_path / "one", []), (tmp_path / "two", ["--second-opinion"])):
        assert main(["solve", str(data), "--unit", "u", "--out", str(out), "--language", "en", *more]) == 0
        files.append((out / "purchases.csv").read_bytes())
        told = capsys.readouterr().err
        assert (Words("en")("second.agrees", found="")[:20] in told) is bool(more)
    assert files[0] == files[1]
    rungs = ("missing", "minimums", "money", "fairness", "tie")
    assert Words("en")("second.rungs", count=len(rungs), proven=len(rungs)) in told


def test_what_the_second_way_cannot_tell_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second way that comes to no end is no agreement: it is counted apart."""
    opinion = Opinion(lambda _rung: None)
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda _model: None)
    opinion.of_linear(None, 1.0)
    assert (opinion.linear, opinion.silent) == (0, 1)
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda _model: 2.0)
    with pytest.raises(Disagreement):
        opinion.of_linear(None, 1.0)
    monkeypatch.setattr("provision.model.doubt.minimise_otherwise", lambda *_: (inf, 0.5))
    program = posed(question(tmp_path).plan.problem).program
    opinion.of_search(program, (1.0, 1.0), EFFORT)
    assert (opinion.searches, opinion.silent) == (0, 2)
    with pytest.raises(Disagreement):  # silent about what there is, not about what cannot be
        opinion.of_search(program, (0.4, 0.4), EFFORT)


def test_what_one_way_calls_impossible_the_other_must_not_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer in fractions of machines against an answer is a contradiction, both ways round; twice none is not."""
    opinion = Opinion(lambda _rung: None)
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda _model: inf)
    opinion.of_linear(None, inf)
    assert (opinion.linear, opinion.silent) == (1, 0)
    with pytest.raises(Disagreement):
        opinion.of_linear(None, 1.0)
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda _model: 1.0)
    with pytest.raises(Disagreement):
        opinion.of_linear(None, inf)


def test_what_is_best_for_many_futures_at_once_is_solved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one program of several futures together is looked at too, and a lie about it is an error."""
    v = posed(question(tmp_path).plan.problem)
    v.program.setObjective(machine_years(v))
    programs, shared = [Relaxed(v.program), Relaxed(v.program)], [x.name for x in v.counts]
    with second_opinion() as opinion:
        together(programs, shared)
    assert (opinion.linear, opinion.silent) == (1, 0)
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda _model: inf)
    with second_opinion(), pytest.raises(Disagreement):
        together(programs, shared)


# Searches that are no rung of a plan ------------------------------------------------------------------------------


EFFORT = highs.Effort(0.0, 100, 9.0)


def question(folder: Path) -> Asked:
    """Return the plan of two schools that need five machines and three each year, with money for three and five."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [30_000_000, 50_000_000])
    for code, pupils in (("a", 120), ("b", 60)):
        world.school(code, pupils={3: [pupils, pupils]})
    found = solved(world, roadmap({0: [3]}), folder)
    assert found is not None
    return found


def locked(problem: Problem) -> Problem:
    """Return a problem with two machines locked at each school, one more than the first year's money buys."""
    return replace(problem, locks=MappingProxyType({(school, "pc", problem.years[0]): 2 for school in ("a", "b")}))


def waiting(asked: Asked) -> Any:
    """Return the fewest schools that must wait where the first grade to be taught may begin a year later."""
    problem = asked.plan.problem
    grades = sorted((y, g) for y in problem.open_years for g in asked.roadmap.grades_new(y))
    if not grades:
        return None
    first, grade = grades[0]
    heirs = {s: heir or s for (s, at), heir in problem.owners.items() if at == first}
    later = provision.pose(
        asked.inputs, problem.units, asked.roadmap.delayed(grade, first, (), heirs), problem.scenario
    )
    return fewest_waiting(problem, later, Target(problem.years[0]))


SEARCHES: dict[str, Callable[[Asked], Any]] = {
    "one more": lambda asked: one_more.ask(asked, school="a"),
    "least": lambda asked: least.ask(asked, whole=True),
    "fewest": waiting,
    "conflicts": lambda asked: conflicts_of(locked(asked.plan.problem)),
    "beyond the horizon": lambda asked: tail_cost(posed(asked.plan.problem), 1.0),
    "payments": lambda asked: settle(asked.plan.problem, asked.plan.purchases, asked.plan.transfers),
}
"""What is searched beside the rungs of a plan; what is paid needs no whole numbers."""


@pytest.mark.parametrize("search", SEARCHES)
def test_two_ways_that_differ_about_a_search_are_an_error(
    search: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each search is made again: a lie about it is an error; where nobody lies it is counted and changes nothing."""
    there = question(tmp_path)
    alone = SEARCHES[search](there)
    with second_opinion() as opinion:
        assert SEARCHES[search](there) == alone
    assert (opinion.linear if search == "payments" else opinion.searches) > 0
    assert opinion.silent == 0
    for lie in LIES:
        with monkeypatch.context() as lying:
            planted(lie, lying)
            with second_opinion(), pytest.raises(Disagreement) as told:
                SEARCHES[search](there)
            assert told.value.details["what"] == f"second.{'linear' if search == 'payments' else 'search'}"
            assert SEARCHES[search](there) == alone  # nobody asked


@pytest.mark.parametrize("undecided", [False, True])
def test_only_a_search_that_a_limit_ended_claims_nothing(
    undecided: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first way calls impossible and the second finds is an error; what the first did not decide is none."""

    def none(*_: object, **__: object) -> highs.Outcome:
        raise NoAnswer("no_answer", undecided=undecided)

    there = question(tmp_path)
    monkeypatch.setattr("provision.model.doubt.minimise_once", none)
    with second_opinion() as opinion, pytest.raises(NoAnswer if undecided else Disagreement):
        least.ask(there, whole=True)
    assert opinion.searches == 0


def test_a_search_that_nothing_can_meet_is_so_by_both_ways(tmp_path: Path) -> None:
    """Without money for either school nobody's waiting is enough: both ways say so, and that is agreement."""
    poor = question(tmp_path)
    purses = {cell: replace(purse, amount=0) for cell, purse in poor.plan.problem.purses.items()}
    problem = replace(poor.plan.problem, purses=MappingProxyType(purses))
    with second_opinion() as opinion:
        assert fewest_waiting(problem, problem, Target(problem.years[0])) == ((), False)
    assert (opinion.searches + opinion.linear, opinion.silent) == (1, 0)


def test_a_question_whose_search_is_denied_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1 and nothing kept where the second way denies what a machine more takes; else the searches are told."""
    saved = save(scarce(), roadmap({0: [3]}), tmp_path)
    assert saved is not None
    given = ["ask", "school", str(saved.folder), "a", "--language", "en", "--second-opinion"]
    with monkeypatch.context() as lying:
        planted("impossible", lying)
        assert main(given) == 1
    told, words = capsys.readouterr(), Words("en")
    assert told.out == ""
    assert words("second.search") in told.err
    assert not list((saved.folder / "answers").glob("*"))
    assert main(given) == 0
    made_again = words("second.searches", count=3)  # what is given up, the best of such ways, and the money
    assert made_again in capsys.readouterr().err


def test_no_search_goes_round_the_second_opinion() -> None:
    """Only a plan's rungs, which are looked at when the plan is there, are searched without a look at each search."""
    model = Path(highs.__file__).parent
    taken = re.compile(r"^from provision\.model\.highs import .*\bminimise\b", re.MULTILINE)
    found = {f.name for f in model.parent.rglob("*.py") if taken.search(f.read_text("utf-8"))}
    assert found == {"doubt.py", "searches.py"}


@pytest.mark.counted
@sample(range(50), fast=2, long=8)
def test_two_ways_agree_about_every_search(seed: int, tmp_path: Path) -> None:
    """In fifty worlds: one machine more, the least money, the fewest that must wait, and what cannot go together."""
    world, pack, *moved = whole_world(seed) if seed % 2 else random_world(seed)
    levers: dict[str, Any] = moved[0] if moved else {}
    there = solved(world, pack, tmp_path, **levers | {"time_limit": 20.0})
    if there is None:
        return
    short = [c for c in there.plan.machines if c.missing >= SHOWN and c.year in there.plan.problem.open_years]
    with second_opinion() as opinion:
        for c in short[:1]:
            assert one_more.ask(there, school=c.school, year=c.year).year == c.year
        if there.plan.problem.open_years:
            least.ask(there, whole=True)
            waiting(there)
    assert opinion.searches > 0 or not there.plan.problem.open_years
    world, pack, levers, planted = clashing(seed)
    problem = provision.pose(world.load(tmp_path / "clashing"), ["u"], pack, Scenario(**levers))
    with second_opinion() as opinion:
        assert len(conflicts_of(problem)) == len(planted)
    assert opinion.searches + opinion.linear > 0


def _data(folder: Path) -> Path:
    """Write a data folder whose schools the pack of the project knows."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [20_000_000])
    for school in ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong", "th-thi-tran"):
        world.school(school, pupils={3: [40]})
    return world.write(folder / "data")

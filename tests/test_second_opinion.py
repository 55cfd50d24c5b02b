"""A second opinion: what was solved is solved again in another way, and two answers that differ are an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from folders import save
from seeds import sample
from worlds import World, random_world, roadmap, whole_world

import provision
from provision.commands import main
from provision.domain.scenario import Scenario
from provision.errors import Clash, Disagreement
from provision.model import highs
from provision.model.doubt import Opinion, asked, second_opinion
from provision.questions import next as next_money
from provision.questions.asking import Asked
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
}
"""What a second solver might say: that less is possible, or that what was found is not."""


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_ways_that_differ_about_a_plan_are_an_error(
    lie: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, both ways' numbers and nothing written: where the second finds better, or denies what is there."""
    data, out = _data(tmp_path), tmp_path / "plan"
    search = highs.minimise_otherwise
    monkeypatch.setattr("provision.model.doubt.minimise_otherwise", lambda *given: LIES[lie](*search(*given)))
    given = ["solve", str(data), "--unit", "u", "--out", str(out), "--language", language]
    assert main([*given, "--second-opinion"]) == 1
    told = capsys.readouterr()
    assert (told.out, out.exists()) == ("", False)
    assert Words(language)("rung.missing") in told.err
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
    assert not list((saved.folder / "answers").iterdir())
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


def test_what_the_second_way_cannot_tell_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second way that comes to no end is no agreement: it is counted apart."""
    opinion = Opinion(lambda _rung: None)
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda _model: None)
    opinion.of_linear(None, 1.0)
    assert (opinion.linear, opinion.silent) == (0, 1)
    monkeypatch.setattr("provision.model.doubt.linear_otherwise", lambda _model: 2.0)
    with pytest.raises(Disagreement):
        opinion.of_linear(None, 1.0)


def _data(folder: Path) -> Path:
    """Write a data folder whose schools the pack of the project knows."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [20_000_000])
    for school in ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong", "th-thi-tran"):
        world.school(school, pupils={3: [40]})
    return world.write(folder / "data")

"""The planner's desk where things happen in another order: nothing old is told as new, nothing is left over."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import pytest
from worlds import World

from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.errors import NoAnswer, ProvisionError
from provision.intake import load, read_scenario
from provision.questions.live import Live
from provision.text import Words
from provision.widgets import answer as painting
from provision.widgets import board as boarding
from provision.widgets import take as taking
from provision.widgets.answer import Answer
from provision.widgets.aside import Aside
from provision.widgets.board import Board
from provision.widgets.chooser import Chooser, Chosen, choose
from provision.widgets.desk import Desk
from provision.widgets.follow import Follower
from provision.widgets.keep import Keep, code_of
from provision.widgets.levers import Levers

VI = Words("vi")
A, B = "th-duc-thang-1", "th-duc-thang-2"


@dataclass(frozen=True)
class Drawn:
    """A chart drawn at once: its bytes are the money of the plan it shows, in shares of what is granted."""

    plan: Plan
    name: str = "chart"
    title: str = "Chart"

    def save(self, _kind: str, **_rest: object) -> bytes:
        """Return which plan is shown."""
        return str(self.plan.problem.scenario.budget_factor).encode()


@pytest.fixture(autouse=True)
def quick_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw every chart at once, so that it tells of which plan it is."""

    def draw(plan: Plan, _words: Words) -> Drawn:
        return Drawn(plan)

    for name in ("draw_need", "draw_spending", "draw_pupils"):
        monkeypatch.setattr(painting, name, draw)
    monkeypatch.setattr(taking, "CHARTS", (draw,))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder of two units; two schools share a name."""
    world = World().unit().unit("w").option("pc", 10_000_000, 5).fund("main", [20_000_000, 10_000_000])
    world.fund("other", [10_000_000, 0], unit="w")
    for code, unit in ((A, "u"), (B, "u"), ("th-thi-tran", "w"), ("th-hoang-luong", "w")):
        world.school(code, pupils={3: [48, 48]}, unit=unit, name="Trường Kim Đồng")
    return world.write(tmp_path_factory.mktemp("data") / "two")


@pytest.fixture(scope="module")
def plans(data: Path) -> dict[float, Plan]:
    """Return quick plans by the share of the money they have."""
    chosen = choose(data, ("u",))
    live = Live(chosen.inputs, chosen.units, chosen.roadmap)
    return {share: live.plan(Scenario(budget_factor=share)) for share in (0.0, 1.0, 2.0)}


@pytest.fixture(scope="module")
def chosen(data: Path) -> Chosen:
    """Return what is planned."""
    return choose(data, ("u",))


@pytest.fixture
def answer() -> Answer:
    """Return an answer without a plan."""
    return Answer(VI, compare=widgets.HTML(), take=widgets.HTML())


@pytest.fixture
def board(chosen: Chosen) -> Iterator[Board]:
    """Return a board over it; nothing is sought aside."""
    laid = Board(chosen, Scenario())
    yield laid
    laid.close()


def move(board: Board, share: float) -> None:
    """Move the lever of the money."""
    board.levers.entries["budget_factor"].show(share)


def paint(answer: Answer, plan: Plan, *, whole: bool = False) -> None:
    """Paint a plan to the end."""
    for _ in answer.paint(plan, whole=whole):
        continue


def refuse(*_args: object, **_rest: object) -> Any:
    """Say that there is no answer."""
    raise NoAnswer("no_answer", status="x")


# What is entered and kept -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_a_field_shows_can_be_typed_again(chosen: Chosen, language: str) -> None:
    """Whatever number a lever has, its field shows it to the last digit: typed again it is the same number."""
    levers = Levers(chosen.inputs, ("u",), Words(language), scenario=Scenario())
    entry = levers.entries["budget_factor"]
    for value in (0.07, 0.12345678, 1.23456, 12.34567, 1e-7, 0.1 + 0.2, 1 / 3, 999.999, 1000.0, 0.0, 5.678, 0.001234):
        entry.show(value)
        shown = entry.text.value
        entry.text.value = "0"
        entry.text.value = shown
        assert (entry.fault, entry.value) == ("", value)


def test_a_lever_taken_back_takes_its_slider_back(chosen: Chosen) -> None:
    """A slider does not stay at a number that is no longer asked for."""
    entry = Levers(chosen.inputs, ("u",), VI, scenario=Scenario()).entries["primary_ratio"]
    entry.text.value = "24"
    assert entry.slider.value == 24
    entry.text.value = ""
    assert (entry.value, entry.slider.value) == (None, entry.slider.min)


def test_only_a_scenario_that_opens_is_kept(chosen: Chosen, tmp_path: Path) -> None:
    """Levers that no command would take together are not saved as if they could be opened; the reason is told."""
    data = tmp_path / "data"
    data.mkdir()
    idle = Scenario(optional_grades=True, ladder=("missing", "money"))
    keep = Keep(replace(chosen, data=data), asked=lambda: idle, opened=lambda _s: None, kept=lambda: None)
    keep.name.value = "Một"
    keep.save.click()
    assert 'role="alert"' in keep.note.value
    assert not (data / "scenarios").exists()


def test_a_full_disk_keeps_what_was_saved(chosen: Chosen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a scenario cannot be written, the reason is told and the one that was there is untouched."""
    data = tmp_path / "data"
    data.mkdir()
    asked = [Scenario(budget_factor=0.5)]
    keep = Keep(replace(chosen, data=data), asked=lambda: asked[0], opened=asked.append, kept=lambda: None)
    keep.name.value = "Một"
    keep.save.click()
    asked[0], keep.over.value = Scenario(budget_factor=0.7), True

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("provision.store.folder.write_whole", full)
    keep.save.click()
    assert "No space left" in keep.note.value
    assert read_scenario(data, "mot").budget_factor == 0.5


@pytest.mark.parametrize("label", ["CON", "nul", "Com1", "LPT9", "aux."])
def test_no_scenario_is_filed_where_windows_has_a_device(label: str) -> None:
    """A name that Windows keeps for a device becomes another file's, so that what is saved there is there."""
    assert code_of(label).endswith("-1")


def test_what_cannot_be_read_is_told(chosen: Chosen, tmp_path: Path) -> None:
    """Scenario files that are no text, a folder, or of another province are listed, and told when they are opened."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "folder.toml").mkdir()
    (folder / "b <i>&.toml").write_text("", encoding="utf-8")
    keep = Keep(replace(chosen, data=tmp_path), asked=Scenario, opened=lambda _s: None, kept=lambda: None)
    for code in ("bytes", "folder", "b <i>&"):
        keep.saved.value = code
        keep.opener.click()
        assert 'role="alert"' in keep.note.value
        assert "<i>" not in keep.note.value
    with pytest.raises(ProvisionError):
        load(tmp_path)

"""The planner's desk where things happen in another order: nothing old is told as new, nothing is left over."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import pytest
from worlds import World

from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.errors import NoAnswer, ProvisionError
from provision.intake import load, read_scenario
from provision.questions import live
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
    asked = Live(chosen.inputs, chosen.units, chosen.roadmap)
    return {share: asked.plan(Scenario(budget_factor=share)) for share in (0.0, 1.0, 2.0)}


@pytest.fixture(scope="module")
def chosen(data: Path) -> Chosen:
    """Return what is planned."""
    return choose(data, ("u",))


@pytest.fixture
def answer() -> Answer:
    """Return an answer without a plan."""
    return Answer(VI, beside={})


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


# What is seen is of one plan ----------------------------------------------------------------------------------------


def test_a_chart_glanced_at_does_not_pass_for_a_newer_plans(answer: Answer, plans: dict[float, Plan]) -> None:
    """Turned away after the first chart of one plan, then planned anew: the overview shows the newer plan."""
    answer.glance(plans[1.0])
    answer.view.value = "school"
    paint(answer, plans[2.0])
    answer.view.value = "overview"
    assert answer.need.value == b"2.0"


def test_a_plan_that_fails_after_its_first_chart_leaves_the_older_one(
    answer: Answer, plans: dict[float, Plan]
) -> None:
    """Where the funds turn out not to pay, the first chart is again that of the plan that stays."""
    paint(answer, plans[1.0])
    answer.glance(plans[2.0])
    answer.fail("không trả được")
    assert answer.need.value == b"1.0"


def test_a_plan_half_painted_is_painted_to_its_end(answer: Answer, plans: dict[float, Plan]) -> None:
    """Broken off by a newer question that has no answer, all that is seen is of one plan."""
    paint(answer, plans[1.0])
    steps = answer.paint(plans[2.0], whole=False)
    next(steps)
    next(steps)
    steps.close()
    answer.fail("không có lời giải")
    assert (answer.need.value, answer.spending.value) == (b"2.0", b"2.0")


def test_a_view_that_is_being_painted_gives_way_to_a_newer_plan(answer: Answer, plans: dict[float, Plan]) -> None:
    """Whole machines found while the overview is painted of the quick plan: nothing of the quick one comes after."""
    paint(answer, plans[1.0])
    answer._stale.add("overview")
    older = answer._fresh()
    next(older)
    paint(answer, plans[2.0])
    assert list(older) == []
    assert (answer.need.value, answer.spending.value) == (b"2.0", b"2.0")


def test_the_word_working_does_not_stay(answer: Answer, plans: dict[float, Plan]) -> None:
    """Views turned quickly one after the other leave what the figures are, not that something is being worked at."""
    paint(answer, plans[1.0])
    answer.tell("Tính nhanh")
    answer.view.value = "school"
    answer._stale |= {"pupils"}
    answer.view._trait_values["value"] = "pupils"
    turning = answer._turned()
    next(turning)
    assert VI("desk.working") in answer.state.value
    turning.close()
    answer.view.value = "school"
    assert "Tính nhanh" in answer.state.value


def test_a_row_opens_the_school_that_is_clicked(answer: Answer, plans: dict[float, Plan]) -> None:
    """Two schools of one name are told apart by their codes, and a click on either opens its own page."""
    paint(answer, plans[1.0])
    answer.view.value = "schools"
    for code in (A, B):
        answer.view.value = "schools"
        answer.schools._clicked({"new": [answer.schools._codes.index(code)], "owner": answer.schools.table})
        assert answer.school.choice.value == code
        assert code in answer.school.choice.label


# What is said is of the question that stands there ------------------------------------------------------------------


def found(board: Board, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seek whole machines and find a plan."""
    monkeypatch.setattr(board._search, "run", lambda _command: None)
    monkeypatch.setattr(boarding, "open_plan", lambda _folder: SimpleNamespace(plan=plan))
    board._seek()
    board._found(0, "")


def test_success_after_a_failure_clears_it(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason why there was no answer goes when whole machines are found after all."""
    board.answer.fail("không có lời giải")
    found(board, board.plan, monkeypatch)
    assert board.answer.failure.value == ""
    assert board.is_whole


def test_what_the_figures_are_is_told_while_others_are_sought(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sought again, stopped or failed, whole machines that are seen are not called a quick answer."""
    found(board, board.plan, monkeypatch)
    whole, quick = VI("desk.whole", status=VI("status.feasible")), VI("desk.linear")
    board._seek()
    assert whole in board.answer.state.value
    board.stop.click()
    assert whole in board.answer.state.value
    board._found(2, "hỏng")
    assert whole in board.answer.state.value
    assert quick not in board.answer.state.value


def test_figures_of_an_older_question_are_called_so(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the levers have no quick answer, what is seen stays called older while whole machines are sought."""
    monkeypatch.setattr(Live, "ask", refuse)
    move(board, 2.0)
    monkeypatch.setattr(board._search, "run", lambda _command: None)
    board.search.click()
    board._searched("  đang tìm: số máy thiếu …")
    for _ in range(2):
        assert VI("desk.stale") in board.answer.state.value
        assert VI("desk.linear") not in board.answer.state.value
        board._stop()


def test_each_search_has_its_own_folder(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that is under way never writes over the plan a report is made of; an older plan's folder goes."""
    found(board, board.plan, monkeypatch)
    first = board.folder
    assert first is not None
    board._seek()
    assert board._sought[1] != first
    move(board, 2.0)
    assert board.folder is None
    assert not first.parent.exists()


def test_the_price_of_cells_is_that_of_the_cells_there_are(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """No price of older cells stands beside newer ones that have no answer, or that alone make an answer."""
    price = board.levers.entries["overrides"].price
    board.levers.show(Scenario(overrides={f"buy/{A}/2017-2018/pc": 0}))
    assert price.value
    with monkeypatch.context() as broken:
        broken.setattr(board._free, "plan", refuse)
        board.levers.show(Scenario(overrides={f"buy/{B}/2017-2018/pc": 0}))
        assert (price.value, board.answer.failure.value) == ("", "")
    board.levers.show(Scenario(overrides={f"buy/{A}/2017-2018/pc": 0}))
    assert price.value
    monkeypatch.setattr(Live, "ask", refuse)
    board.levers.show(Scenario(overrides={f"buy/{A}/2017-2018/pc": 9}))
    assert price.value == ""


def test_a_lock_is_answered_beside_what_is_free(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A purchase locked and taken back poses one question anew, not three: what is free is kept meanwhile."""
    posed: list[Scenario] = []
    really = live.pose

    def pose(*given: Any) -> Any:
        posed.append(given[-1])
        return really(*given)

    monkeypatch.setattr(live, "pose", pose)
    board.levers.show(Scenario(overrides={f"buy/{A}/2017-2018/pc": 0}))
    board.levers.show(Scenario())
    assert [bool(scenario.overrides) for scenario in posed] == [True]


def test_files_of_an_older_plan_are_not_handed_over(board: Board) -> None:
    """Charts that were being drawn when a lever was moved are dropped."""
    drawing = board.take._charts()
    next(drawing)
    move(board, 2.0)
    assert list(drawing) == []
    assert board.take.links.value == ""


def test_scenarios_laid_while_a_lever_moves_say_so(board: Board) -> None:
    """What was on the desk when the laying began is not told as what is on it now."""
    board.compare.several.value = ["", "base"]
    laying = board.compare._lay()
    next(laying)
    move(board, 2.0)
    for _ in laying:
        continue
    assert VI("desk.lay_again") in board.compare.note.value.replace("&quot;", '"')


# Threads and what is left over --------------------------------------------------------------------------------------


def test_a_search_stopped_while_it_starts_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped from another thread just as its process is made, a search does not go on unseen."""
    aside, starting, really = Aside(lambda _line: None, lambda *_end: None), threading.Event(), subprocess.Popen

    def slow(*args: Any, **rest: Any) -> Any:
        starting.set()
        time.sleep(0.2)
        return really(*args, **rest)

    monkeypatch.setattr(subprocess, "Popen", slow)
    began = time.monotonic()
    run = threading.Thread(target=aside.run, args=(["desk", "--no-browser"],))
    run.start()
    starting.wait()
    aside.stop()
    run.join(60)
    assert not aside.busy
    assert not run.is_alive()
    assert time.monotonic() - began < 60


@pytest.mark.long
def test_a_hand_in_another_thread_ends_with_its_own_answer(chosen: Chosen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was moved, turned, sought, stopped from a thread beside, all shown in the end is of the last wish."""
    monkeypatch.setattr(boarding, "_REST", 0.1)
    r = Random(7)

    def hand(board: Board) -> None:
        for _ in range(150):
            act = r.random()
            if act < 0.5:
                move(board, r.choice([0.0, 0.5, 1.0, 2.0]))
            elif act < 0.8:
                board.answer.view.value = r.choice(list(board.answer.pages))
            else:
                r.choice([board.search, board.stop, board.take.charts]).click()
            time.sleep(r.choice([0, 0.005, 0.05, 0.2]))
        board.answer.view.value = "overview"
        move(board, 1.5)

    async def sit() -> None:
        board = Board(chosen, Scenario())
        moving = threading.Thread(target=hand, args=(board,))
        moving.start()
        while moving.is_alive() or not board.is_whole or board._answered != board.asked:
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        assert board.plan.problem.scenario.budget_factor == board.asked.budget_factor == 1.5
        assert (board.answer.need.value, board.answer.spending.value) == (b"1.5", b"1.5")
        assert board._figures in board.answer.state.value
        board.close()

    asyncio.run(asyncio.wait_for(sit(), 240))


def test_what_is_uncertain_begins_no_search(chosen: Chosen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole machines are sought once for each plan; what later years may bring, moved thrice, is no other plan."""
    monkeypatch.setattr(boarding, "_REST", 0.05)
    runs: list[object] = []
    monkeypatch.setattr(Aside, "run", lambda _aside, command: runs.append(command))

    async def sit() -> None:
        board = Board(chosen, Scenario())
        for share, lever in ((1.0, "late_share"), (0.5, "price_range")):
            move(board, share)
            while board._answered != board.asked or not board._was_sought:
                await asyncio.sleep(0.05)
            before = len(runs)
            for value in (0.1, 0.3, 0.4):
                board.levers.entries[lever].show(value)
                await asyncio.sleep(0.3)
            while board._answered != board.asked:
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.2)
            assert len(runs) == before
        assert len(runs) == 2
        board.close()

    asyncio.run(asyncio.wait_for(sit(), 60))


def test_a_follower_that_is_stopped_follows_no_more() -> None:
    """A desk put away while it rests begins no search: its steps end, tidy up and are not begun again."""
    done: list[str] = []

    def steps() -> Iterator[float]:
        try:
            done.append("begun")
            yield 0.05
            done.append("sought")
        finally:
            done.append("tidied")

    async def leave() -> None:
        follower = Follower(steps, lambda error: done.append(str(error)))
        follower.want()
        await asyncio.sleep(0.01)
        follower.stop()
        follower.want()
        await asyncio.sleep(0.2)

    asyncio.run(leave())
    assert done == ["begun", "tidied"]


def test_a_desk_laid_anew_leaves_nothing(chosen: Chosen) -> None:
    """However often the language is changed, no widget and no folder of an older desk stays."""
    table = Desk(chosen)
    counts, homes = [], []
    for language in ("en", "vi", "en"):
        table.chooser.language.value = language
        table.board.answer.view.value = "schools"
        for share in (0.5, 1.0):
            move(table.board, share)
        counts.append(len(widgets.widget._instances))
        homes.append(Path(table.board._home.name))
    assert counts[0] == counts[1] == counts[2]
    assert [home.exists() for home in homes] == [False, False, True]
    table.board.close()


def test_cells_of_another_unit_do_not_follow_two_changes(chosen: Chosen) -> None:
    """Unit and language changed before the desk is laid anew: the cells of the unit left behind are left behind."""
    table = Desk(chosen)
    table.board.levers.show(Scenario(overrides={f"buy/{A}/2017-2018/pc": 0}))
    wished: list[str] = []
    laid, table._layer = table._layer, SimpleNamespace(want=lambda: wished.append("anew"))
    table.chooser.units.value = ("w",)
    table.chooser.language.value = "en"
    laid.want()
    assert len(wished) == 2
    assert (table.board.chosen.units, table.board.chosen.words.language) == (("w",), "en")
    assert table.board.asked.overrides == {}
    table.board.close()


def test_the_last_unit_cannot_be_let_go(chosen: Chosen) -> None:
    """Where the only unit chosen is let go, it stays: the desk does not turn to another one by itself."""
    chooser = Chooser(replace(chosen, units=("w",)))
    chooser.units.value = ()
    assert (chooser.units.value, chooser.chosen.units) == (("w",), ("w",))


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


def test_school_years_without_money_are_shown(chosen: Chosen) -> None:
    """A scenario of other years shows them; one end moved leaves the other, and an end before the first is told."""
    entry = Levers(chosen.inputs, ("u",), VI, scenario=Scenario(horizon="2016-2017..2020-2021")).entries["horizon"]
    assert (entry.first.value, entry.last.value) == (2016, 2020)
    entry.first.value = 2018
    assert (entry.fault, entry.value) == ("", "2018-2019..2020-2021")
    entry.last.value = 2017
    assert entry.fault
    entry.back.click()
    assert (entry.fault, entry.value, entry.first.value, entry.last.value) == ("", None, 0, 0)


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

"""A batch of many units: planned together where they share money, kept where nothing changed, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from concurrent.futures import BrokenExecutor, Future
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from batches import Here, here
from folders import packed
from test_apart import province
from worlds import roadmap

from provision.commands import main
from provision.errors import FaultyInput, ProvisionError
from provision.questions.province import Difference, read_province
from provision.questions.province_shown import findings
from provision.questions.verify import verify
from provision.render import Report, batch, course, making, render
from provision.render.executors import Crew, processes
from provision.render.tasks import Joint, Order, RollUp, Task
from provision.store import open_plan
from provision.store.atomic import alone_in
from provision.store.standing import read_standing
from provision.text import Words


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make plans for real, in this process; reports are a line each."""

    def report(folder: Path, *_args: object, title: str, **_rest: object) -> Path:
        (folder / "report.ipynb").write_text("{}", encoding="utf-8")
        (folder / "report.html").write_text(title, encoding="utf-8")
        return folder / "report.html"

    monkeypatch.setattr(batch, "processes", lambda jobs: Crew(here, at_once=jobs))
    monkeypatch.setattr(making, "report_plan", report)
    monkeypatch.setattr(making, "report_province", report)
    monkeypatch.setattr(making, "_save", lambda _charts, folder: folder.mkdir())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return two units that share a fund, and a scenario with half the money."""
    folder = province().write(tmp_path / "số liệu ' \" của tỉnh")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "cut.toml").write_text("budget_factor = 0.5\n", encoding="utf-8")
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """Return the path of a roadmap that asks for grade 3 from the first year on."""
    path = tmp_path / "test.toml"
    path.write_text(tomli_w.dumps(packed(roadmap({0: [3]}))), encoding="utf-8")
    return str(path)


def change(file: Path, before: str, after: str) -> None:
    """Change one place of a file."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def fates(reports: list[Report]) -> dict[str, str]:
    """Return what became of each task: made, kept or failed."""
    return {report.what: "failed" if report.failure else "kept" if report.kept else "made" for report in reports}


@pytest.mark.usefixtures("quick")
def test_units_that_share_money_are_planned_as_one_and_each_has_its_part(
    data: Path, pack: str, tmp_path: Path
) -> None:
    """Each unit's folder is a plan of its own that holds; its share is what the plan of all gives it, to the dong."""
    out = tmp_path / "out"
    reports = render(data, ["a", "b"], ["base", "cut"], out, asks=(), roadmap=pack)
    assert fates(reports) == {
        "a, base": "made",
        "b, base": "made",
        "province, base": "made",
        "a, cut": "made",
        "b, cut": "made",
        "province, cut": "made",
    }
    for scenario in ("base", "cut"):
        for unit in ("a", "b"):
            assert verify(out / scenario / unit, data=data).holds
        found = read_province(out / scenario)
        (joint,) = found.together
        assert verify(out / scenario / "together" / "a", data=data).holds
        assert found.differences() == ()
        assert found.cost == joint.summary["totals"]["cost"]
        assert found.missing == joint.summary["totals"]["missing"]
        (shared,) = (m for m in found.money() if m.shared and m.budget)
        given = sum(s.budget for plan in found.plans for s in plan.spending if s.fund == ("", "province"))
        assert given == sum(s.spent for s in joint.spending if s.fund == ("", "province"))
        assert 0 < shared.spent <= given <= shared.budget
        assert [rung.name for rung in found.rungs(joint)] == [rung["name"] for rung in joint.summary["rungs"]]
        assert any("không đồng nào được chi hai lần" in line for line in findings(found, Words("vi")))
    half = [read_province(out / s).money()[0].budget for s in ("base", "cut")]
    assert half == [40_000_000, 20_000_000]


@pytest.mark.usefixtures("quick")
def test_what_an_older_batch_left_is_not_counted(pack: str, tmp_path: Path) -> None:
    """Rendered again for fewer units, the roll-up is of these and of what they are planned with now."""
    world = province().unit("c", name="C").school("c1", pupils={3: [48, 48]}, unit="c")
    world.fund("own-c", [10_000_000, 10_000_000], unit="c")
    data, out = world.write(tmp_path / "three"), tmp_path / "out"
    for units in (["a", "b", "c"], ["b", "c"]):
        render(data, units, ["base"], out, asks=(), roadmap=pack, resume=True)
        found = read_province(out / "base")
        assert [plan.units for plan in found.together] == [tuple(units)]
        assert [plan.units for plan in found.plans] == [(unit,) for unit in units]
        assert found.differences() == ()


@pytest.mark.usefixtures("quick")
def test_a_part_that_was_changed_does_not_add_up(data: Path, pack: str, tmp_path: Path) -> None:
    """Where the parts no longer are the whole the report says so: a number is named, nothing is smoothed over."""
    out = tmp_path / "out"
    render(data, ["a", "b"], ["base"], out, asks=(), roadmap=pack)
    plan = json.loads((out / "base" / "b" / "plan.json").read_text(encoding="utf-8"))
    plan["totals"]["years"]["2017"]["need"] += 1
    (out / "base" / "b" / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    change(out / "base" / "b" / "spending.csv", ",province,2017-2018,", ",province,2017-2018,1")
    found = read_province(out / "base")
    whole = read_standing(out / "base" / "together" / "a")
    need, shared = whole.total(2017, "need"), sum(s.spent for s in whole.spending if s.fund == ("", "province"))
    given = sum(s.budget for plan in found.plans for s in plan.spending if s.fund == ("", "province"))
    assert given > shared
    assert found.differences() == (
        Difference("need", 2017, need, need + 1),
        Difference("/province", 2017, shared, given),
    )
    assert any("khác kế hoạch chung ở 2 số" in line for line in findings(found, Words("vi")))


@pytest.mark.usefixtures("quick")
def test_units_without_shared_money_are_their_own_plans(data: Path, pack: str, tmp_path: Path) -> None:
    """Without a shared fund nobody is planned with anybody, and a change of one unit's rows makes that one anew."""
    change(data / "budget.csv", "\n,province,2017-2018", "\na,province,2017-2018")
    change(data / "budget.csv", "\n,province,2018-2019", "\na,province,2018-2019")
    out = tmp_path / "out"
    render(data, ["a", "b"], ["base"], out, asks=(), roadmap=pack)
    assert not (out / "base" / "together").exists()
    before = contents(out)
    kept = render(data, ["a", "b"], ["base"], out, asks=(), roadmap=pack, resume=True)
    assert set(fates(kept).values()) == {"kept"}
    assert contents(out) == before
    change(data / "enrolment.csv", "b1,2017-2018,3,48,", "b1,2017-2018,3,60,")
    again = fates(render(data, ["a", "b"], ["base"], out, asks=(), roadmap=pack, resume=True))
    assert again == {"a, base": "kept", "b, base": "made", "province, base": "made"}


@pytest.mark.usefixtures("quick")
def test_what_is_kept_is_decided_by_what_it_is_made_from(data: Path, pack: str, tmp_path: Path) -> None:
    """A changed scenario, weight or language each makes what rests on it anew; the same files again nothing."""
    out = tmp_path / "out"

    def again(**rest: Any) -> dict[str, str]:
        return fates(render(data, ["a", "b"], ["base", "cut"], out, asks=(), roadmap=pack, resume=True, **rest))

    assert set(again().values()) == {"made"}
    assert set(again().values()) == {"kept"}
    change(data / "scenarios" / "cut.toml", "0.5", "0.4")
    assert {what: fate for what, fate in again().items() if fate == "made"}.keys() == {
        "a, cut",
        "b, cut",
        "province, cut",
    }
    (data / "indicators.toml").write_text("duties_met = 1\n", encoding="utf-8")
    assert set(again().values()) == {"made"}
    plans = {name: text for name, text in contents(out).items() if name.endswith((".csv", "plan.json"))}
    assert set(again(language="en").values()) == {"made"}
    assert plans.items() <= contents(out).items()  # the plans are the same: their reports alone were made anew
    (out / "base" / "b" / "purchases.csv").write_text("changed", encoding="utf-8")
    assert (
        fates(render(data, ["a", "b"], ["base"], out, asks=(), roadmap=pack, resume=True, language="en"))["b, base"]
        == "made"
    )
    assert verify(out / "base" / "b", data=data).holds


@pytest.mark.usefixtures("quick")
def test_a_unit_at_fault_stops_alone(
    data: Path, pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its reason stands on the index page and what it had before stays; the others are made and added up."""
    out = tmp_path / "out"
    assert main(["render", str(data), "--units", "all", "--out", str(out), "--ask", "", "--roadmap", pack]) == 0
    before = contents(out / "base" / "b")
    change(data / "inventory.csv", "b2,pupil_computer,2016-2017,1,", "b2,pupil_computer,2016-2017,one,")
    assert main(["render", str(data), "--units", "all", "--out", str(out), "--ask", "", "--roadmap", pack]) == 1
    told = capsys.readouterr()
    assert "B chưa có kế hoạch" in told.out
    assert "inventory.csv" in told.err
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "inventory.csv, dòng" in page
    assert contents(out / "base" / "b") == before
    assert [plan.units for plan in read_province(out / "base").plans] == [("a",)]
    assert open_plan(out / "base" / "a").plan.totals["cost"]


@pytest.mark.usefixtures("quick")
def test_every_unit_is_told_of_also_one_whose_own_row_is_at_fault(data: Path, pack: str, tmp_path: Path) -> None:
    """Asked for all, nobody is passed over in silence: the unit whose row cannot be read stands on the page."""
    change(data / "units.csv", "b,B,district", "b,,district")
    assert fates(render(data, None, ["base"], tmp_path / "out", asks=(), roadmap=pack)) == {
        "a, base": "made",
        "b, base": "failed",
        "province, base": "made",
    }


@pytest.mark.usefixtures("quick")
def test_a_pack_nobody_has_stops_the_unit_that_names_it(data: Path, tmp_path: Path) -> None:
    """The unit is told which packs there are; the others are made."""
    change(data / "units.csv", "a,A,district,Phòng,Trưởng phòng,Hiệp Hoà,hiep-hoa-2017", "a,A,x,x,x,x,gdpt-2018")
    change(data / "units.csv", "hiep-hoa-2017", "nowhere")
    reports = render(data, None, ["base"], tmp_path / "out", asks=())
    assert [bool(report.failure) for report in reports] == [False, True, False]
    assert "nowhere" in reports[1].failure


@pytest.mark.usefixtures("quick")
def test_a_school_has_its_report_as_a_unit_has(data: Path, pack: str, tmp_path: Path) -> None:
    """A school that plans for itself is a folder of its own, also where its unit shares a fund; so are two."""
    reports = render(data, ["a1", "b2"], ["base"], tmp_path / "out", asks=(), roadmap=pack)
    assert fates(reports) == {"a1, base": "made", "b2, base": "made", "province, base": "made"}
    assert "Trường a1" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    change(data / "inventory.csv", "b2,pupil_computer,2016-2017,1,", "b2,pupil_computer,2016-2017,one,")
    assert (
        fates(render(data, ["a1", "b2"], ["base"], tmp_path / "out", asks=(), roadmap=pack))["b2, base"] == "failed"
    )


def test_a_worker_with_another_library_makes_nothing(tmp_path: Path) -> None:
    """What a cluster's machine would plan by other rules is refused there, in words."""
    report = making.make(Task(Order(tmp_path, None, "vi", tmp_path, code="older"), "a", "base", "base"))
    assert "phiên bản" in report.failure


@pytest.mark.usefixtures("quick")
def test_where_every_unit_is_at_fault_nothing_is_written(data: Path, pack: str, tmp_path: Path) -> None:
    """Then there is nothing to plan: every fault is told at once, and there is no folder."""
    for unit in "ab":
        change(
            data / "inventory.csv", f"{unit}2,pupil_computer,2016-2017,1,", f"{unit}2,pupil_computer,2016-2017,one,"
        )
    with pytest.raises(FaultyInput) as refused:
        render(data, ["a", "b"], ["base"], tmp_path / "out", asks=(), roadmap=pack)
    assert {fault.row for fault in refused.value.faults} == {3, 5}
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("quick")
def test_a_unit_that_cannot_be_posed_leaves_the_others_a_plan(pack: str, tmp_path: Path) -> None:
    """Pupils nobody states stop their unit, also where it shares money; the rest is planned as one."""
    world = province().unit("c", name="C").school("c1", unit="c").stock("c1", 1, -1, life_years=5)
    world.fund("own-c", [10_000_000, 10_000_000], unit="c")
    world.write(tmp_path / "three")
    reports = render(tmp_path / "three", ["a", "b", "c"], ["base"], tmp_path / "out", asks=(), roadmap=pack)
    failed = {report.what: report.failure for report in reports if report.failure}
    assert list(failed) == ["c, base"]
    assert "2018-2019" in failed["c, base"]
    assert open_plan(tmp_path / "out" / "base" / "together" / "a").plan.problem.units == ("a", "b")


@pytest.mark.usefixtures("quick")
def test_a_task_that_fails_leaves_what_was_there(
    data: Path, pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template that raises, or a fault of ours: the older report stays whole, others are made, the page says."""
    out = tmp_path / "out"
    render(data, ["a", "b"], ["base"], out, asks=(), roadmap=pack)
    before, good = contents(out / "base" / "b"), making.report_plan

    def report(folder: Path, parameters: dict[str, str], **rest: Any) -> Path:
        if parameters["unit"] == "b":
            raise ValueError("hết mực")
        return good(folder, parameters, **rest)

    monkeypatch.setattr(making, "report_plan", report)
    assert fates(render(data, ["a", "b"], ["base"], out, asks=("next",), roadmap=pack))["b, base"] == "failed"
    assert contents(out / "base" / "b") == before
    assert "hết mực" in (out / "index.html").read_text(encoding="utf-8")
    assert not list(out.rglob("*.part"))


def test_a_batch_of_nobody_is_refused(data: Path, tmp_path: Path) -> None:
    """Units that name nobody are told with those there are, and nothing is written."""
    assert main(["render", str(data), "--units", ",", "--out", str(tmp_path / "out")]) != 0
    with pytest.raises(ProvisionError) as refused:
        render(data, [], ["base"], tmp_path / "out")
    assert refused.value.code == "unit_unknown"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("code", ["province", "together", "units.csv"])
def test_a_unit_called_as_a_folder_of_ours_is_refused(tmp_path: Path, code: str) -> None:
    """Its folder would be that of what all units come to."""
    world = province().unit(code).school("x", pupils={3: [48, 48]}, unit=code)
    with pytest.raises(FaultyInput) as refused:
        render(world.write(tmp_path / "data"), ["a", code], ["base"], tmp_path / "out")
    assert [(fault.code, fault.found) for fault in refused.value.faults] == [("code_reserved", code)]
    assert not (tmp_path / "out").exists()


def _double(number: int) -> int:
    return 2 * number


def _die(path: Path) -> str:
    """Kill this process: always where the path says so, else the first time."""
    if path.name == "always" or not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


@pytest.mark.usefixtures("quick")
def test_a_fault_that_is_nobody_s_is_told_to_each(data: Path, pack: str, tmp_path: Path) -> None:
    """A cell that no table has stops every unit under that scenario, with the fault; the other scenario is made."""
    (data / "scenarios" / "cut.toml").write_text('overrides = { "price/nothing/2017-2018" = 5 }\n', encoding="utf-8")
    reports = render(data, None, ["cut", "base"], tmp_path / "out", asks=(), roadmap=pack)
    failed = {report.what: report.failure for report in reports if report.failure}
    assert failed.keys() == {"a, cut", "b, cut", "province, cut"}
    assert all("price/nothing/2017-2018" in failed[f"{unit}, cut"] for unit in "ab")


@pytest.mark.usefixtures("quick")
def test_what_one_plan_has_of_a_fund_is_not_given_to_several(data: Path, pack: str, tmp_path: Path) -> None:
    """A share cell in a scenario speaks of one plan: where the units are several, it is refused."""
    (data / "scenarios" / "cut.toml").write_text('overrides = { "share/province/2017-2018" = 5 }\n', encoding="utf-8")
    reports = render(data, ["a", "b1"], ["cut", "base"], tmp_path / "out", asks=(), roadmap=pack)
    assert [bool(report.failure) for report in reports] == [True, True, True, False, False, False]
    assert "share/province" in reports[0].failure


@pytest.mark.usefixtures("quick")
def test_parts_of_a_plan_made_again_are_cut_again(data: Path, pack: str, tmp_path: Path) -> None:
    """Where the plan of all is not as it was made it is made anew; parts of the same plan are kept."""
    out = tmp_path / "out"
    render(data, None, ["base"], out, asks=(), roadmap=pack)
    (out / "base" / "together" / "a" / "purchases.csv").write_text("changed", encoding="utf-8")
    assert fates(render(data, None, ["base"], out, asks=(), roadmap=pack, resume=True)) == {
        "a, base": "kept",
        "b, base": "kept",
        "province, base": "kept",
    }
    assert verify(out / "base" / "together" / "a", data=data).holds
    (out / "base" / "units.csv").unlink()
    render(data, None, ["base"], out, asks=(), roadmap=pack, resume=True)
    assert [plan.units for plan in read_province(out / "base").plans] == [("a",), ("b",)]


@pytest.mark.usefixtures("quick")
def test_a_folder_that_is_not_there_is_no_success(
    data: Path, pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever says that it was made elsewhere is not believed: the report is told as not made, nothing is kept."""
    monkeypatch.setattr(course, "make", Report)
    for resume in (False, True):
        reports = render(data, ["a"], ["base"], tmp_path / "out", asks=(), roadmap=pack, resume=resume)
        assert "không có gì" in reports[0].failure


def test_two_batches_never_work_in_one_folder(data: Path, pack: str, tmp_path: Path) -> None:
    """The second is told to wait, and nothing of the first is touched."""
    with alone_in(tmp_path / "out"), pytest.raises(ProvisionError) as refused:
        render(data, ["a"], ["base"], tmp_path / "out", asks=(), roadmap=pack)
    assert refused.value.code == "out_busy"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_process_that_dies_while_nothing_runs_is_replaced() -> None:
    """Broken between two tasks, it is replaced for the next, and no task is lost."""
    broken: list[int] = []

    class Once(Here):
        """Breaks the first time it is asked after one task."""

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            """Break once."""
            if args == (2,) and not broken:
                broken.append(2)
                raise BrokenExecutor
            return super().submit(fn, *args, **kwargs)

    crew = Crew(lambda: nullcontext(Once()), at_once=1)
    assert list(crew.each(_double, [1, 2, 3])) == [(1, 2), (2, 4), (3, 6)]


def _sleep(path: Path) -> str:
    """Kill this process where the path says so, else take a while."""
    if path.name == "always":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(1)
    return path.name


@pytest.mark.long
def test_a_task_that_kills_its_process_costs_no_other(tmp_path: Path) -> None:
    """What ran beside it is done again by itself and comes to its end; the killer alone is given up."""
    paths = [tmp_path / name for name in ("always", "beside", "later")]
    with processes(2) as crew:
        done = {path.name: result for path, result in crew.each(_sleep, paths)}
    assert done == {"always": None, "beside": "beside", "later": "later"}


@pytest.mark.soak
def test_what_a_killed_process_did_is_done_again(tmp_path: Path) -> None:
    """A process killed once costs a second start; a task that kills every one is given up, the rest is not."""
    paths = [tmp_path / name for name in ("one", "always", "two", "three")]
    with processes(2) as crew:
        done = dict(crew.each(_die, paths))
        assert {path.name: result for path, result in done.items()} == {
            "one": "one",
            "always": None,
            "two": "two",
            "three": "three",
        }
        assert dict(crew.each(_double, [1, 2, 3])) == {1: 2, 2: 4, 3: 6}


@pytest.mark.long
def test_nobody_works_at_an_address_where_nobody_listens(data: Path, pack: str, tmp_path: Path) -> None:
    """A cluster that does not answer is told with what to look at, and nothing is planned."""
    with pytest.raises(ProvisionError) as refused:
        render(data, ["a"], ["base"], tmp_path / "out", asks=(), roadmap=pack, dask="tcp://127.0.0.1:1")
    assert refused.value.code == "dask_unreachable"
    assert re.search(r"127\.0\.0\.1:1", refused.value.say(Words("vi")))


def test_reports_say_what_they_are_of() -> None:
    """A line of the log names units and scenario."""
    order = Order(Path("d"), None, "vi", Path("o"))
    assert Report(Joint(order, ("a", "b"), "base", "base")).what == "a+b, base"
    assert Report(Task(order, "a", "base", "cut")).what == "a, cut"
    assert Report(RollUp(order, "base", ())).what == "province, base"

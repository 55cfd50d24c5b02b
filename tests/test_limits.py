"""At the edge: no time, no nodes, a killed run, no money, no need, and more money than a float can tell."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from batches import here
from exhaustive import Exhaustive
from seeds import sample
from worlds import World, random_world, roadmap

import provision
from provision.audit import audit_plan
from provision.commands import main
from provision.domain.plan import Plan, Rung
from provision.domain.problem import Problem
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.errors import NoAnswer
from provision.model import searches
from provision.questions.verdict import verdict
from provision.render import batch, course
from provision.render.executors import Crew
from provision.render.tasks import Task
from provision.store.atomic import whole_folder
from provision.text import Words

GRADE_3 = roadmap({0: [3]})
MILLION = 1_000_000
PILOTS = ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong", "th-thi-tran")


def posed(world: World, folder: Path, pack: Roadmap = GRADE_3, **levers: object) -> Problem:
    """Return the problem of a world."""
    return provision.pose(world.load(folder), ["u"], pack, Scenario(**levers))  # type: ignore[arg-type]


def solved(problem: Problem) -> Plan:
    """Return the plan of a problem, once its audit is passed and its status is what its gaps allow."""
    plan = provision.solve(problem)
    assert audit_plan(plan, problem) == ()
    near = rung(plan, "missing").value - rung(plan, "missing").bound < 1
    assert plan.status == ("proven" if near and all(r.gap <= 1e-4 for r in plan.rungs) else "feasible")
    return plan


def planned(world: World, folder: Path, pack: Roadmap = GRADE_3, **levers: object) -> Plan:
    """Return the plan of a world."""
    return solved(posed(world, folder, pack, **levers))


def rung(plan: Plan, name: str) -> Rung:
    """Return a rung of a plan."""
    return next(r for r in plan.rungs if r.name == name)


def one_school(money: int, *, pupils: int = 96, price: int = 10 * MILLION, **rest: object) -> World:
    """Return a world of one school and one year; a machine lasts that year."""
    world = World().unit().option("new", price, 1).school("a", pupils={3: [pupils]})
    return world.fund("main", [money], **rest)


# ---- no time, no nodes -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of 100 schools over five years made in a fraction of the time it takes."""
    world, pack = random_world(9, schools=100, years=5)
    problem = posed(world, tmp_path_factory.mktemp("hurried"), pack)
    return solved(replace(problem, scenario=replace(problem.scenario, time_limit=0.3)))


def test_a_plan_stopped_by_time_says_so(hurried: Plan) -> None:
    """A plan stopped by the clock is marked as one that another run may not repeat, with a warning in words."""
    assert not hurried.reproducible
    assert [Words("en")(f"warning.{code}", **d) for code, d in hurried.warnings if code == "stopped_by_time"] != []


def test_a_plan_stopped_by_time_knows_some_bound(hurried: Plan) -> None:
    """Nothing can be less than nothing: every rung of a hurried plan has a bound of at least 0."""
    assert [r.name for r in hurried.rungs if not 0 <= r.bound <= r.value + 1e-6] == []


def test_a_plan_with_time_enough_warns_of_no_clock(tmp_path: Path) -> None:
    """A small plan ends by proof, not by the clock, and says nothing of it."""
    plan = planned(one_school(40 * MILLION), tmp_path)
    assert plan.reproducible
    assert "stopped_by_time" not in {code for code, _ in plan.warnings}


@sample(range(60), fast=2, long=10)
@pytest.mark.parametrize("limit", ["seconds", "nodes"])
def test_a_search_that_is_cut_short_claims_nothing_false(
    seed: int, limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With hardly any time, or one node a search, the least missing lies between what the plan proves and has."""
    world, pack = random_world(seed)
    problem = posed(world, tmp_path, pack)
    full = rung(solved(problem), "missing")
    if limit == "seconds":
        problem = replace(problem, scenario=replace(problem.scenario, time_limit=0.02))
    else:
        monkeypatch.setattr(searches, "POOLED", {name: (gap, 1) for name, (gap, _) in searches.POOLED.items()})
        monkeypatch.setattr(searches, "_nodes", lambda _: 1)
    try:
        cut = solved(problem)
    except NoAnswer as nothing:
        assert limit == "seconds"
        assert "time_limit" in nothing.say(Words("en"))
        return
    told = rung(cut, "missing")
    assert told.bound <= full.value + 1e-5
    assert full.bound <= told.value + 1e-5


@pytest.mark.long
def test_a_second_is_told_in_words(tmp_path: Path, district: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hiệp Hoà in one second: a plan that is told not to be proven, that the clock ended it, and that holds."""
    code = main(["solve", str(district), "--unit", "hiep-hoa", "--out", str(tmp_path / "p"), "--set", "time_limit=1"])
    said = capsys.readouterr()
    assert code == 0
    told = json.loads((tmp_path / "p" / "plan.json").read_text("utf-8"))
    assert (told["status"], told["reproducible"]) == ("feasible", False)
    assert Words("vi")("warning.stopped_by_time", seconds=1.0) in said.err
    assert main(["verify", str(tmp_path / "p"), "--data", str(district)]) == 0


@pytest.mark.parametrize("by_time", [True, False], ids=["in time", "at all"])
def test_a_rung_without_an_answer_leaves_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_time: bool
) -> None:
    """Where nothing is found for money, the plan so far is handed out and says how little is known."""
    search = searches.minimise

    def only_missing(program: object, **rest: object) -> object:
        if "hold|missing" in [row.name for row in program.constraints()]:  # type: ignore[attr-defined]
            raise NoAnswer("no_answer", by_time=by_time, status="time")
        return search(program, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(searches, "minimise", only_missing)
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [50_000_000]).school("a", pupils={3: [240]})
    plan = planned(world, tmp_path)
    assert (plan.totals["missing"], plan.status, plan.reproducible) == (5, "feasible", not by_time)


# ---- killed ----------------------------------------------------------------------------------------------------

_MOMENTS = {
    "while it reads": "provision.commands.question.load = halt",
    "while it plans": "provision.commands.solve.solve = halt",
    "while it writes": "provision.store.folder.scenario_toml = halt",
    "before it swaps": "provision.store.atomic._swap = halt",
    "half way through the swap": "Path.rename = lambda a, b: halt() if a.name == 'new' else rename(a, b)",
}
"""When a run is stopped for good; in the swap, when the older plan is set aside already."""

_HALTED = """
import signal, sys, time
from pathlib import Path
import provision.commands.question, provision.commands.solve, provision.store.atomic, provision.store.folder

def halt(*_, **__):
    print("here", flush=True)
    time.sleep(600)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
rename = Path.rename
{moment}
sys.exit(provision.commands.main({ask!r}))
"""


@contextmanager
def halted(moment: str, ask: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Yield a run of a command that has come to a moment and stays there; it is killed in the end."""
    code = _HALTED.format(moment=_MOMENTS[moment], ask=ask)
    with subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, text=True) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == "here\n"
            yield run
        finally:
            run.kill()


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pilots' data and a plan of it, made once and never changed."""
    folder = tmp_path_factory.mktemp("ground")
    world = World().unit().option("pc", 10_000_000, 4).fund("main", [20_000_000, 30_000_000], carry_over=0.5)
    for code in PILOTS:
        world.school(code, pupils={3: [48, 48]})
    assert main(["solve", str(world.write(folder / "data")), "--unit", "u", "--out", str(folder / "plan")]) == 0
    return folder


def asked(ground: Path, out: Path, factor: str = "0.5") -> list[str]:
    """Return the command that plans the pilots with half their money."""
    return ["solve", str(ground / "data"), "--unit", "u", "--out", str(out), "--set", f"budget_factor={factor}"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("moment", _MOMENTS)
@pytest.mark.parametrize(
    ("stop", "older"),
    [
        ("SIGKILL", True),
        pytest.param("SIGINT", True, marks=pytest.mark.long),
        pytest.param("SIGTERM", True, marks=pytest.mark.long),
        pytest.param("SIGKILL", False, marks=pytest.mark.long),
        pytest.param("SIGINT", False, marks=pytest.mark.long),
    ],
)
def test_a_killed_run_harms_nothing(ground: Path, tmp_path: Path, stop: str, older: bool, moment: str) -> None:
    """Whenever a run is killed, an older plan stays whole or is put back, and the next run leaves nothing behind."""
    if older:
        shutil.copytree(ground / "plan", tmp_path / "plan")
    before = snapshot(tmp_path)
    with halted(moment, asked(ground, tmp_path / "plan")) as run:
        run.send_signal(getattr(signal, stop))
        assert run.wait(timeout=60) == (1 if stop == "SIGINT" else -getattr(signal, stop))
        if stop == "SIGINT":  # it ends in good order, with words, and has cleared up
            assert run.stderr is not None
            assert run.stderr.read().endswith(Words("vi")("command.interrupted") + "\n")
            assert snapshot(tmp_path) == before
    if moment != "half way through the swap":
        assert {name: b for name, b in snapshot(tmp_path).items() if name.startswith("plan/")} == before
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "plan", mark="plan.json"):
        raise ZeroDivisionError  # the next run fails: what stood there before the first stands there again
    assert snapshot(tmp_path) == before
    assert main(asked(ground, tmp_path / "plan")) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]
    assert main(["verify", str(tmp_path / "plan"), "--data", str(ground / "data")]) == 0


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_a_run_that_still_writes_is_not_cleared_up(ground: Path, tmp_path: Path) -> None:
    """What another run is writing beside the same folder is left alone as long as that run lives."""
    with halted("while it writes", asked(ground, tmp_path / "plan")):
        assert main(asked(ground, tmp_path / "plan")) == 0
        assert len(list(tmp_path.glob(".plan.*"))) == 1
    assert main(asked(ground, tmp_path / "plan")) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_a_batch_that_was_stopped_is_taken_up_again(
    ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch stopped after its first report leaves a folder that the next one takes for a batch's own."""

    def stopped(task: Task) -> None:
        """Make part of a report and be stopped."""
        task.folder.mkdir(parents=True, exist_ok=True)
        (task.folder / "plan.json").write_text("{}", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "make", stopped)
    monkeypatch.setattr(batch, "processes", lambda jobs: Crew(here, at_once=jobs))
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            batch.render(ground / "data", ["u"], ["base"], tmp_path / "out", asks=())


# ---- no money, no need -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 4, 5, 6, 7, 8, 10])
def test_without_money_all_need_is_missing(seed: int, tmp_path: Path) -> None:
    """A budget of zero buys nothing and says what each school lacks: its need less its old machines."""
    world, pack = random_world(seed)
    plan = planned(world, tmp_path, pack, budget_factor=0.0, transfers=False)
    assert (plan.purchases, plan.payments, plan.status) == ((), (), "proven")
    assert all(c.have == c.stock and c.missing == max(0, c.need - c.stock) for c in plan.coverage)
    assert plan.totals["missing"] == sum(max(0, c.need - c.stock) for c in plan.coverage) > 0
    assert verdict(plan, Words("en"))[0] == Words("en")("verdict.gets_nothing")


@pytest.mark.parametrize("seed", [1, 2, 4, 5, 6, 7, 8, 10])
def test_with_a_thousandfold_budget_nothing_is_missing(seed: int, tmp_path: Path) -> None:
    """Where every year has some money that may pay for all, a thousand times as much meets every need."""
    world, pack = random_world(seed)
    for row in world.budget:
        if row["fund"] == "main":
            row["amount"] = max(10_000_000, int(str(row["amount"])))
    plan = planned(world, tmp_path, pack, budget_factor=1000.0)
    assert (plan.totals["missing"], plan.status) == (0, "proven")


def _without_option() -> World:
    world = one_school(50 * MILLION)
    world.catalogue.clear()
    return world


def _unpayable(**rest: object) -> World:
    return one_school(50 * MILLION, **rest)


EMPTY: dict[str, tuple[Callable[[], World], int, str]] = {
    "no pupils": (lambda: one_school(50 * MILLION, pupils=0), 0, "verdict.needs_nothing"),
    "a kindergarten": (
        lambda: World().unit().option("new", MILLION, 1).school("k", "kindergarten").fund("main", [MILLION]),
        0,
        "verdict.needs_nothing",
    ),
    "no school": (
        lambda: World().unit().option("new", MILLION, 1).fund("main", [MILLION]),
        0,
        "verdict.needs_nothing",
    ),
    "no budget": (lambda: one_school(0), 4, "verdict.gets_nothing"),
    "nothing on sale": (_without_option, 4, ""),
    "a fund for leases alone": (lambda: _unpayable(modes="lease"), 4, ""),
    "a fund for the disadvantaged, who are none": (lambda: _unpayable(schools="disadvantaged"), 4, ""),
    "a fund of a dong too little": (lambda: one_school(10 * MILLION - 1), 4, ""),
}


@pytest.mark.parametrize("case", EMPTY)
def test_where_nothing_can_or_need_be_bought_the_plan_is_empty(case: str, tmp_path: Path) -> None:
    """Nothing is bought or paid, all need is missing and proven to be, and the verdict says it in a sentence."""
    make, missing, words = EMPTY[case]
    plan = planned(make(), tmp_path)
    assert (plan.purchases, plan.payments, plan.totals["missing"], plan.status) == ((), (), missing, "proven")
    assert rung(plan, "missing").bound == pytest.approx(missing)
    said = verdict(plan, Words("en"))
    assert all(said)
    if words:
        assert said[0] == Words("en")(words)


def test_old_machines_that_suffice_leave_nothing_to_buy(tmp_path: Path) -> None:
    """A school whose two old machines meet its need of two gets none, however much money there is."""
    plan = planned(one_school(50 * MILLION, pupils=48).stock("a", 2, 0), tmp_path)
    assert (plan.purchases, plan.totals["missing"]) == ((), 0)


# ---- more money than a float can tell --------------------------------------------------------------------------


@pytest.mark.parametrize("pupils", [96, 12_000])
@pytest.mark.parametrize("price", [1, 7, 10_000_001, 10**12 - 1, 10**12 + 1, 10**15])
@pytest.mark.parametrize("money", [0, 1, 10**12, 10**15])
def test_any_money_and_price_is_reckoned_to_the_dong(tmp_path: Path, money: int, price: int, pupils: int) -> None:
    """One school, one year: as many machines as the need and the money's whole part allow, never proven otherwise."""
    plan = planned(one_school(money, pupils=pupils, price=price), tmp_path)
    need = pupils // 24
    most = min(need, money // price)
    assert rung(plan, "missing").bound - 1e-6 <= need - most <= plan.totals["missing"]
    if plan.status == "proven":
        assert (plan.totals["missing"], plan.totals["cost"]) == (need - most, most * price)


def extreme_world(seed: int) -> World:
    """Return a small random world of prices from one dong and of money up to a million billion."""
    r, world = Random(seed), World().unit()
    span = r.choice([1, 2])
    for code in "ab"[: r.randint(1, 2)]:
        world.school(code, pupils={3: [24 * r.randint(0, 3) for _ in range(span)]})
    for option in ("pc", "dear")[: r.randint(1, 2)]:
        world.option(option, r.choice([1, 2, 7, 10_000_001, 10**12 - 1, 10**15]), r.randint(1, 4))
    amounts = [0, 1, 3, 10**6, 10**12, 10**15]
    world.fund("main", [r.choice(amounts) for _ in range(span)], carry_over=r.choice([0, 0.3333, 0.5, 1]))
    if r.random() < 0.5:
        world.fund("own", [r.choice(amounts) for _ in range(span)], schools="a", carry_over=r.choice([0, 1]))
    return world


@pytest.mark.counted
@sample(range(300), fast=8, long=22)
def test_what_is_proven_of_extreme_money_is_so(seed: int, tmp_path: Path) -> None:
    """Dongs beside millions of billions: every rung's best of all plans lies between its bound and its value."""
    problem = posed(extreme_world(seed), tmp_path)
    plan, tried, held = solved(problem), Exhaustive(problem), dict[str, float]()
    for told in plan.rungs:
        best = tried.least(told.name, held, like=plan if told.name in ("fairness", "tie") else None)
        slack = 1e-6 * (1 + abs(best))
        assert told.bound - slack <= best <= told.value + slack, f"{told}, but {best}"
        if plan.status == "proven":
            assert best == pytest.approx(told.value, rel=1e-4, abs=1e-6)
        held[told.name] = told.value


@pytest.mark.parametrize("money", [10**15, 10**15 + 1])
def test_money_beyond_what_tables_take_is_told(
    tmp_path: Path, money: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A million billion VND is planned with; one dong more is refused, by file, row and column."""
    world = World().unit().option("pc", 1, 4).fund("main", [money])
    for code in PILOTS:
        world.school(code, pupils={3: [48]})
    code = main(["solve", str(world.write(tmp_path / "data")), "--unit", "u", "--out", str(tmp_path / "plan")])
    said = capsys.readouterr()
    if money > 10**15:
        assert (code, said.out, (tmp_path / "plan").exists()) == (2, "", False)
        assert "budget.csv" in said.err
        assert "amount" in said.err
    else:
        assert code == 0
        assert json.loads((tmp_path / "plan" / "plan.json").read_text("utf-8"))["totals"]["cost"] == 8
        assert said.out

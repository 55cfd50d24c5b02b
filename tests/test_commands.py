"""The commands as a planner types them: exit codes, what stdout and stderr carry, and what is written."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from html import escape
from pathlib import Path
from random import Random
from typing import Any

import pytest
from folders import seal_again
from worlds import World, year

from provision.audit import AUDITS
from provision.commands import COMMANDS, check, main, solve
from provision.intake.columns import Table
from provision.questions.report import conclusion
from provision.store import open_plan
from provision.store.columns import PLAN_TABLES
from provision.text import Words

PILOTS = ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong", "th-thi-tran")


def pilots() -> World:
    """Return the four pilot schools, short of money, with old stock and a school's own money."""
    world = World().unit().option("pc", 10_000_000, 4).option("used", 6_000_000, 2).stock("th-thi-tran", 1, -1)
    world.fund("main", [20_000_000, 30_000_000, 10_000_000], carry_over=0.5)
    world.fund("own", [7_000_000, 0, 0], schools="th-thi-tran", carry_over=1)
    for code in PILOTS:
        world.school(code, pupils={3: [48, 48, 48], 4: [40, 40, 40]})
    return world


def whole() -> World:
    """Return the pilots with all that a plan may tell of: moves, repairs, upkeep, office things, years carried out.

    The lower secondary school has seven machines to spare once the first year, which is carried out, is over.
    """
    one, two, three, four = PILOTS
    world = pilots().school("thcs", "lower_secondary", pupils={6: [60, 60, 60], 7: [50, 50, 50]})
    world.schools[0] |= {"national_standard": 1, "subject_groups": 2}
    world.stock("thcs", 14, -1, life_years=4, upkeep=200_000).stock(two, 2, -2, life_years=3, upkeep=100_000)
    world.stock(three, 2, -1, condition="repairable")
    world.option("van", 300_000, 1, mode="move").option("fix", 2_000_000, 2, mode="repair", upkeep=150_000)
    world.option("renew", 4_000_000, 2, mode="refurbish")
    for item, price in (("office_computer", 12), ("printer", 4), ("webcam", 1), ("pa_system", 9)):
        world.option(item, price * 1_000_000, 5, item=item, upkeep=100_000)
    world.option("group-pc", 10_000_000, 5, item="subject_group_computer")
    world.thing(one, "printer", 3, -1, upkeep=250_000).thing(four, "pa_system", 1, -1)
    world.fund("office", [0, 16_000_000, 12_000_000], items="office_computer;printer;webcam;pa_system")
    world.fund("keep", [400_000, 3_500_000, 3_000_000], modes="upkeep;repair;refurbish")
    world.carried(three, 0, "pc", 1, 9_500_000).carried(two, 0, "pc", 2, 9_500_000)
    world.carried(four, 1, "pc", 2, 10_000_000, state="promised")
    return world.carried(two, 2, "used", 5, 6_000_000, state="promised")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Return a folder with the pilots' data and a plan of it, made once and never changed."""
    folder = tmp_path_factory.mktemp("ground")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert (
            main(["solve", str(pilots().write(folder / "data")), "--unit", "u", "--out", str(folder / "plan")]) == 0
        )
    return folder


@pytest.fixture
def data(ground: Path) -> str:
    """Return the pilots' data folder."""
    return str(ground / "data")


@pytest.fixture
def plan(ground: Path, tmp_path: Path) -> Path:
    """Return a copy of the pilots' plan that a test may spoil."""
    return Path(shutil.copytree(ground / "plan", tmp_path / "plan"))


@pytest.fixture(scope="module")
def rich_ground(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Return a folder with a plan that has rows in every table, and what was said of it; made once, never changed."""
    folder = tmp_path_factory.mktemp("rich")
    data, said = whole().write(folder / "data"), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.chdir(root)
        assert main(["solve", str(data), "--unit", "u", "--out", str(folder / "plan")]) == 0
    (folder / "said.txt").write_text(said.getvalue(), "utf-8")
    return folder


@pytest.fixture
def rich(rich_ground: Path, tmp_path: Path) -> Path:
    """Return a copy of the plan with rows in every table that a test may spoil."""
    return Path(shutil.copytree(rich_ground / "plan", tmp_path / "rich"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return a command line: it gives the exit code, stdout and stderr."""

    def typed(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(a) for a in arguments])
        return code, *capsys.readouterr()

    return typed


Run = Callable[..., tuple[int, str, str]]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too, with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# check ------------------------------------------------------------------------------------------------------------


def test_check_of_sound_data(run: Run, data: str) -> None:
    """Sound data: exit 0, the counts, each year's pupils with none lost, and what is odd beside it."""
    code, out, err = run("check", data)
    first, *years, last = out.splitlines()
    assert (code, first) == (0, "Số liệu không có lỗi: 1 đơn vị, 4 trường, 24 dòng học sinh.")
    assert [line.split(": ")[0] for line in years] == [
        f"  - {year}" for year in ("2017-2018", "2018-2019", "2019-2020")
    ]
    assert last == f"  - {Words('vi')('reconciled.all_planned')}"
    assert err.startswith("Lưu ý:\n  - ")


def faulty(folder: Path) -> Path:
    """Write data with faults in three tables."""
    world = pilots()
    world.schools[0]["level"] = "tiểu học"
    world.enrolment[1]["pupils"] = "48,5"
    world.budget[2] |= {"amount": "mười triệu", "modes": "mua"}
    return world.write(folder / "data")


FAULTS = [
    "schools.csv, dòng 2, cột level: ghi “tiểu học”",
    "enrolment.csv, dòng 3, cột pupils: ghi “48,5”",
    "budget.csv, dòng 4, cột amount: ghi “mười triệu”",
]


@pytest.mark.parametrize("command", ["check", "solve", "render"])
def test_faulty_data_is_told_whole(run: Run, tmp_path: Path, command: str) -> None:
    """Faulty data: exit 2, every fault on stderr with row and column, stdout empty, nothing written."""
    folder = faulty(tmp_path)
    before = snapshot(tmp_path)
    rest = {"check": (), "solve": ("--unit", "u", "--out", tmp_path / "out"), "render": ("--out", tmp_path / "out")}
    code, out, err = run(command, folder, *rest[command])
    assert (code, out) == (2, "")
    assert err.startswith("Số liệu có 3 lỗi, chưa lập kế hoạch và chưa ghi gì:\n")
    assert all(fault in err for fault in FAULTS)
    assert err.count("Cách sửa:") == 3
    assert snapshot(tmp_path) == before


def test_check_says_faults_to_a_program(run: Run, tmp_path: Path) -> None:
    """With --json stdout is one document that lists every fault; the words still go to stderr."""
    code, out, err = run("check", faulty(tmp_path), "--json")
    faults = json.loads(out)["faults"]
    assert code == 2
    assert {(f["file"], f["row"], f["column"], f["found"]) for f in faults} == {
        ("schools.csv", 2, "level", "tiểu học"),
        ("enrolment.csv", 3, "pupils", "48,5"),
        ("budget.csv", 4, "amount", "mười triệu"),
    }
    assert all(f["expected"] and f["remedy"] for f in faults)
    assert FAULTS[0] in err


def test_check_says_what_is_odd_to_a_program(run: Run, data: str) -> None:
    """With --json sound data is one document with units, schools and what is odd."""
    code, out, _ = run("check", data, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["faults"], found["units"], found["schools"]) == ([], ["u"], 4)
    assert found["warnings"]


def test_money_far_away_is_told_of_the_money(run: Run, tmp_path: Path) -> None:
    """A budget year mistyped by half a century is told of the budget, not of every school and year in between."""
    world = pilots()
    world.budget[2]["school_year"] = "2091-2092"
    code, _, err = run("check", world.write(tmp_path / "data"))
    assert (code, "budget.csv" in err, len(err) < 2000) == (2, True, True)


def test_check_reads_the_scenarios_too(run: Run, tmp_path: Path) -> None:
    """A fault in a named scenario is told before anybody plans with it, beside what the tables leave open."""
    world = pilots()
    world.enrolment = [row for row in world.enrolment if row["school_id"] != "th-thi-tran"]
    folder = world.write(tmp_path / "data")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "cut.toml").write_text("budget_factor = -1\n", "utf-8")
    code, _, err = run("check", folder)
    assert code == 2
    assert "cut.toml, cột budget_factor" in err
    assert "enrolment.csv, cột school_id: ghi “th-thi-tran”" in err


def test_levers_of_a_unit_not_planned_are_told(run: Run, tmp_path: Path) -> None:
    """A scenario made for two units plans one: what it says of the other is told, and plan and report still stand."""
    world = pilots().unit("w").school("b", pupils={3: [48] * 3}, unit="w").fund("gift", [5] * 3, unit="w")
    data, out = world.write(tmp_path / "data"), tmp_path / "p"
    moved = ("--set", cells(**{f"budget/w/gift/{year(0)}": 1}), "--set", "fund_factor={gift=0.5}")
    code, _, err = run("solve", data, "--unit", "u", "--out", out, *moved, "--language", "en")
    assert (code, f"budget/w/gift/{year(0)}, fund_factor/gift." in err) == (0, True)
    assert run("verify", out, "--data", data)[0] == 0


# What nobody knows ------------------------------------------------------------------------------------------------

UNKNOWN = [
    (("--unit", "w"), "Các đơn vị: u."),
    (("--unit", "u,w"), "Các đơn vị: u."),
    (("--unit", ","), "Các đơn vị: u."),
    (("--unit", "u", "--roadmap", "gdpt-2081"), "gdpt-2018, ha-noi-2022, hiep-hoa-2017"),
    (("--unit", "u", "--roadmap", "gdpt-2081.toml"), "gdpt-2018, ha-noi-2022, hiep-hoa-2017"),
    (("--unit", "u", "--set", "budget=1"), "budget_factor, fund_factor"),
    (("--unit", "u", "--set", "budget_factor=-1"), "cột budget_factor: ghi “-1”"),
    (("--unit", "u", "--set", "upkeep=never"), "cột upkeep: ghi “never”"),
    (("--unit", "u", "--set", 'overrides={"price/pc-new/2018-2019"=1}'), "price/pc-new/2018-2019"),
    (("--unit", "u", "--set", 'overrides={"budget/u/main/2018"=1}'), "budget/u/main/2018 = 1"),
    (("--unit", "u", "--set", "fund_factor={mian=2}"), "main, own"),
]
SCENARIOS = [(("--unit", "u", "--scenario", name), "Các kịch bản có sẵn: base.") for name in ("cut", "cut.toml", "")]


@pytest.mark.parametrize(("question", "words"), [*UNKNOWN, *SCENARIOS])
def test_solve_of_what_nobody_knows(run: Run, data: str, tmp_path: Path, question: Any, words: str) -> None:
    """An unknown unit, roadmap, scenario, lever or fund: exit 2, what there is instead, nothing written."""
    code, out, err = run("solve", data, *question, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert words in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("question", "words"), UNKNOWN)
def test_check_of_what_nobody_knows(run: Run, data: str, question: Any, words: str) -> None:
    """Check refuses the same questions in the same words."""
    code, out, err = run("check", data, *question)
    assert (code, out) == (2, "")
    assert words in err


RENDERED = [
    (("--units", "w"), "Các đơn vị: u."),
    (("--scenarios", "cut"), "base."),
    (("--roadmap", "x"), "gdpt-2018"),
]


@pytest.mark.parametrize(("question", "words"), RENDERED)
def test_render_of_what_nobody_knows(run: Run, data: str, tmp_path: Path, question: Any, words: str) -> None:
    """Render refuses what is nobody's before it plans anything."""
    code, out, err = run("render", data, *question, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert words in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "solve", "render"])
def test_data_that_are_not_there(run: Run, tmp_path: Path, command: str) -> None:
    """A folder that is not there: exit 2, with its path."""
    out = () if command == "check" else ("--out", tmp_path / "out")
    unit = ("--unit", "u") if command == "solve" else ()
    code, _, err = run(command, tmp_path / "không-có", *unit, *out)
    assert (code, "không-có" in err) == (2, True)


@pytest.mark.parametrize(
    "arguments", [[], ["plan"], ["solve"], ["verify"], ["check", "d", "--unit"], ["check", "--x"]]
)
def test_a_command_that_is_none(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is no command: exit 2, usage on stderr, stdout empty."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert (out, "provision" in err) == ("", True)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("language", "word"), [("vi", "ngôn ngữ: vi hoặc en"), ("en", "language: vi or en")])
def test_help_speaks_the_language(command: str, language: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The help of every command speaks the language asked for."""
    with pytest.raises(SystemExit) as stopped:
        main([command, f"--language={language}", "--help"])
    assert stopped.value.code == 0
    assert word in " ".join(capsys.readouterr().out.split())


# solve ------------------------------------------------------------------------------------------------------------


def test_solve_says_what_a_head_of_office_repeats(run: Run, data: str, tmp_path: Path) -> None:
    """Results on stdout: what schools get, what is missing, what it costs, what else, how proven; progress on stderr.

    Between cost and proof stand the remarks that have something to say: here the sharing and the optional grades.
    """
    code, out, err = run("solve", data, "--unit", "u", "--out", tmp_path / "p")
    assert code == 0
    said = out.splitlines()
    assert [" ".join(line.split()[:2]) for line in said] == [
        "Đến năm",
        "Còn thiếu",
        "Tổng chi",
        "Chia đều",
        "Các khối",
        "Phương án",
    ]
    assert "Đang lập kế hoạch: u, kịch bản base" in err
    assert str(tmp_path / "p") in err


def test_solve_says_what_else_the_plan_does(rich_ground: Path) -> None:
    """Office things, sharing, years carried out with promises, upkeep and optional grades: a sentence each, in order.

    Every figure said is one of the plan's own tables.
    """
    folder, words = rich_ground / "plan", Words()
    said = (rich_ground / "said.txt").read_text("utf-8").splitlines()
    assert [" ".join(line.split()[:3]) for line in said[3:]] == [
        "Thiết bị tối",
        "Trong cùng số",
        "Các năm đến",
        "Chi phí duy",
        "Các khối học",
        "Phương án đã",
    ]
    tables = {table.name: rows(folder, table.name) for table in PLAN_TABLES}
    moved = sum(int(r["quantity"]) for r in tables["transfers"] if r["item"] == "pupil_computer")
    assert f"điều chuyển {moved} máy" in said[0]
    for option, way in (("fix", "sửa chữa"), ("renew", "nâng cấp")):
        mended = sum(int(r["quantity"]) for r in tables["purchases"] if r["option"] == option)
        assert (f"{way} {mended} máy" in said[0]) == (mended > 0)
    ends = [r for r in tables["coverage"] if r["school_year"] == year(2) and r["item"] != "pupil_computer"]
    for item, name in (("office_computer", "máy tính văn phòng"), ("subject_group_computer", "máy tính cho tổ")):
        missing, need = (sum(int(r[column]) for r in ends if r["item"] == item) for column in ("missing", "need"))
        assert f"{missing} {name}" in said[3]
        assert f"(cần {need})" in said[3]
    done = [r for r in tables["purchases"] if r["school_year"] == year(0)]
    cost, paid = (
        sum(int(r["cost"]) for r in done),
        sum(int(r["amount"]) for r in tables["payments"] if (r["kind"], r["school_year"]) == ("purchase", year(0))),
    )
    assert (cost, cost - paid > 0) == (28_500_000, True)
    assert f"đã mua hết {words.money(cost)}, giữ nguyên" in said[5]
    assert f"Trong đó {words.money(cost - paid)} vượt quá" in said[5]
    promised, broken = (sum(int(r[column]) for r in tables["promises"]) for column in ("promised", "broken"))
    assert f"cam kết {promised} thiết bị cho các năm sau: {broken} thiết bị ở 1 trường chưa giữ được" in said[5]
    due, unpaid = (sum(int(r[column]) for r in tables["upkeep"]) for column in ("cost", "unpaid"))
    assert f"là {words.money(due)}, trong đó {words.money(unpaid)} chưa có nguồn nào trả" in said[6]


def test_the_words_come_in_the_order_of_the_report(rich_ground: Path) -> None:
    """The notebook's conclusion has the same sentences as the command, with one more on fairness."""
    plan, words = open_plan(rich_ground / "plan").plan, Words()
    html = conclusion(plan, words)._repr_html_()
    at = [html.index(escape(line)) for line in (rich_ground / "said.txt").read_text("utf-8").splitlines()]
    assert at == sorted(at)


def test_solve_speaks_english(run: Run, data: str, tmp_path: Path) -> None:
    """In English no Vietnamese word is left, but for names."""
    code, out, err = run("solve", data, "--unit", "u", "--out", tmp_path / "p", "--language", "en")
    assert code == 0
    assert "million VND" in out
    assert "proven" in out
    assert not set("ảạấệộ") & set((out + err).replace("Trường", "").lower())


def test_faults_are_told_in_english(run: Run, tmp_path: Path) -> None:
    """The same faults in English, with English remedies."""
    code, _, err = run("check", faulty(tmp_path), "--language=en")
    assert code == 2
    assert "enrolment.csv, row 3, column pupils: says “48,5”; a whole number from 0 to 100,000 is needed" in err
    assert err.count("To fix:") == 3


def test_solve_answers_a_program(run: Run, data: str, tmp_path: Path) -> None:
    """With --json stdout is one document and nothing else: folder, status, totals, sentences."""
    code, out, _ = run("solve", data, "--unit", "u", "--out", tmp_path / "p", "--json")
    answer = json.loads(out)
    stored = json.loads((tmp_path / "p" / "plan.json").read_text("utf-8"))
    assert code == 0
    assert (answer["out"], answer["status"]) == (str(tmp_path / "p"), "proven")
    assert answer["totals"] == stored["totals"]
    assert len(answer["verdict"]) == 3


def test_a_foreign_folder_is_left_as_it_is(run: Run, data: str, tmp_path: Path) -> None:
    """A folder that holds something else is not written into; the words say which, and nothing beside it is left."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("do not touch", "utf-8")
    before = snapshot(tmp_path)
    code, out, err = run("solve", data, "--unit", "u", "--out", mine)
    assert (code, out) == (1, "")
    assert f"{mine} đang có thứ khác" in err
    assert snapshot(tmp_path) == before
    assert list(tmp_path.iterdir()) == [mine]


def test_a_foreign_folder_is_refused_at_once(
    run: Run, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the plan could not be written, nobody waits for it: the folder is refused before anything is planned."""
    (tmp_path / "thesis.txt").write_text("do not touch", "utf-8")
    planned: list[object] = []
    monkeypatch.setattr(solve, "solve", lambda problem, **_: planned.append(problem))
    assert run("solve", data, "--unit", "u", "--out", tmp_path)[0] == 1
    assert planned == []


def test_a_file_in_the_way_is_left_as_it_is(run: Run, data: str, tmp_path: Path) -> None:
    """Where a file stands in the way, above or in place of the folder, it stays and the words say so."""
    (tmp_path / "file").write_text("mine", "utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "plan"):
        code, _, err = run("solve", data, "--unit", "u", "--out", out)
        assert (code, str(out) in err) == (1, True)
    assert snapshot(tmp_path) == {"file": b"mine"}


def test_an_older_plan_is_replaced(run: Run, data: str, plan: Path) -> None:
    """A plan folder is replaced whole, but never one in which a planner keeps a file of her own."""
    (plan / "my-notes.txt").write_text("x", "utf-8")
    code, _, err = run("solve", data, "--unit", "u", "--out", plan)
    assert (code, "my-notes.txt" in err) == (1, True)
    (plan / "my-notes.txt").unlink()
    (plan / "spending.csv").unlink()
    assert run("solve", data, "--unit", "u", "--out", plan, "--set", "budget_factor=0.5")[0] == 0
    assert json.loads((plan / "plan.json").read_text("utf-8"))["scenario"]["budget_factor"] == 0.5
    assert (plan / "spending.csv").is_file()
    assert [p.name for p in plan.parent.iterdir()] == ["plan"]


def test_no_money(run: Run, data: str, tmp_path: Path) -> None:
    """A budget of zero is a plan that buys nothing and says who lacks what: exit 0, and it holds."""
    code, out, _ = run("solve", data, "--unit", "u", "--out", tmp_path / "p", "--set", "budget_factor=0")
    assert code == 0
    assert out.startswith("Kế hoạch không mua máy nào: không có tiền")
    assert "Tổng chi 0 đồng trong 0 triệu đồng" in out
    assert "Trường th-hoang-luong (4 máy)" in out
    assert rows(tmp_path / "p", "purchases") == rows(tmp_path / "p", "payments") == []
    lacking = {
        r["school_id"]: int(r["missing"]) for r in rows(tmp_path / "p", "coverage") if r["school_year"] == year(2)
    }
    assert lacking == dict.fromkeys(PILOTS, 4)
    assert run("verify", tmp_path / "p")[0] == 0


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of a plan's table."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_needed(run: Run, tmp_path: Path) -> None:
    """Where old machines are enough the plan says so, whatever the money."""
    world = pilots()
    for code in PILOTS:
        world.stock(code, 10, 0, life_years=30)
    code, out, _ = run("solve", world.write(tmp_path / "data"), "--unit", "u", "--out", tmp_path / "p")
    assert code == 0
    assert out.startswith("Kế hoạch không mua máy nào: máy hiện có đã đủ")
    assert "Không thiếu máy nào" in out


def test_the_order_of_rows_does_not_matter(run: Run, ground: Path, tmp_path: Path) -> None:
    """The same rows in another order are the same plan folder, byte for byte."""
    shuffled = pilots().write(tmp_path / "data", shuffle=Random(7))
    assert run("solve", shuffled, "--unit", "u", "--out", tmp_path / "p")[0] == 0
    assert snapshot(tmp_path / "p") == snapshot(ground / "plan")


def test_a_plan_folder_makes_itself_again(run: Run, plan: Path, tmp_path: Path) -> None:
    """Planned from its own inputs, roadmap and scenario, a plan folder comes out byte for byte the same."""
    pack = plan / "inputs" / "roadmap" / "hiep-hoa-2017.toml"
    again = ("solve", plan / "inputs", "--unit", "u", "--roadmap", pack, "--scenario", plan / "scenario.toml")
    assert run(*again, "--out", tmp_path / "again")[0] == 0
    assert snapshot(tmp_path / "again") == snapshot(plan)


@pytest.mark.parametrize(
    "name", ['Trường "A", số 1', "Trường A\n(điểm lẻ)", "A\rB", "=1+1", "<b>A</b>", "Tr\u00a0ường; A"]
)
def test_any_name_is_kept(run: Run, tmp_path: Path, name: str) -> None:
    """Quotes, commas, line ends or signs in a school's name: the plan is made, kept, and holds when read back."""
    world = pilots()
    world.schools[0]["name"] = "NAME"
    folder = world.write(tmp_path / "data")
    quoted = '"' + name.replace('"', '""') + '"'
    path = folder / "schools.csv"
    path.write_text(path.read_text("utf-8").replace("NAME", quoted), encoding="utf-8", newline="")
    assert run("solve", folder, "--unit", "u", "--out", tmp_path / "p")[0] == 0
    assert run("verify", tmp_path / "p", "--data", folder)[0] == 0


def test_an_old_code_page_stops_nothing(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system's own code page lacks Vietnamese letters, as in a file on Windows, commands still work."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="cp1252") for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    assert main(["check", data]) == 0
    streams[0].flush()
    assert streams[0].buffer.getvalue()  # type: ignore[attr-defined]


def test_a_command_interrupted(run: Run, data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends a command in words with exit 1, without a trace."""

    def interrupted(*_: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "load", interrupted)
    assert run("check", data) == (1, "", "Đã dừng theo yêu cầu; không có gì viết dở.\n")


# Single cells, years carried out, units as one ---------------------------------------------------------------------


def cells(**moved: int) -> str:
    """Return the words that override single cells."""
    return "overrides={" + ", ".join(f'"{path}"={value}' for path, value in moved.items()) + "}"


def asked_again(run: Run, folder: Path, out: Path, unit: str = "u") -> bool:
    """Say whether a plan folder, asked again from its own inputs, roadmap and scenario, comes out the same."""
    pack = folder / "inputs" / "roadmap" / "hiep-hoa-2017.toml"
    again = ("solve", folder / "inputs", "--unit", unit, "--roadmap", pack, "--scenario", folder / "scenario.toml")
    return run(*again, "--out", out)[0] == 0 and snapshot(out) == snapshot(folder)


def test_single_cells_are_what_the_planner_says(run: Run, data: str, tmp_path: Path) -> None:
    """Budget, price, pupils and purchases fixed cell by cell: the plan keeps to each, its inputs stay as they are."""
    one, two, three, four = PILOTS
    moved = cells(
        **{
            f"budget/u/main/{year(2)}": 24_000_000,
            f"price/pc/{year(1)}": 9_000_000,
            f"enrolment/{four}/{year(2)}/3": 8,
            f"buy/{three}/{year(1)}/pc": 2,
            f"buy/{two}/{year(0)}/pc": 0,
            f"buy/{two}/{year(0)}/used": 0,
        }
    )
    code, _, err = run("solve", data, "--unit", "u", "--out", tmp_path / "p", "--set", moved)
    assert code == 0, err
    bought = {(r["school_id"], r["school_year"], r["option"]): r for r in rows(tmp_path / "p", "purchases")}
    assert bought[three, year(1), "pc"]["quantity"] == "2"
    assert not [key for key in bought if key[:2] == (two, year(0))]
    assert {r["unit_price"] for (_, y, o), r in bought.items() if (y, o) == (year(1), "pc")} == {"9000000"}
    assert {r["unit_price"] for (_, y, o), r in bought.items() if (y, o) == (year(2), "pc")} <= {"10000000"}
    budget = {(r["fund"], r["school_year"]): int(r["budget"]) for r in rows(tmp_path / "p", "spending")}
    assert (budget["main", year(1)], budget["main", year(2)]) == (30_000_000, 24_000_000)
    need = {(r["school_id"], r["school_year"]): int(r["need"]) for r in rows(tmp_path / "p", "coverage")}
    assert (need[one, year(2)], need[four, year(2)]) == (4, 2)
    assert run("verify", tmp_path / "p", "--data", data)[0] == 0
    assert asked_again(run, tmp_path / "p", tmp_path / "again")


LOCKS = [
    ({f"buy/th-thi-tran/{year(0)}/pc": 9}, ("th-thi-tran", "9")),
    ({f"buy/th-thi-tran/{year(0)}/pc": 2, f"buy/th-hoang-luong/{year(0)}/pc": 2}, ("th-thi-tran", "th-hoang-luong")),
    ({f"buy/nobody/{year(0)}/pc": 1}, ("buy/nobody/",)),
    ({f"buy/th-thi-tran/{year(0)}/laptop": 1}, ("laptop",)),
]


@pytest.mark.parametrize(("moved", "words"), LOCKS)
def test_purchases_that_cannot_be_had_are_refused(
    run: Run, data: str, tmp_path: Path, moved: dict[str, int], words: tuple[str, ...]
) -> None:
    """A purchase that is fixed beyond the money, or of what nobody knows: exit 2, which one, and nothing written."""
    code, out, err = run("solve", data, "--unit", "u", "--out", tmp_path / "p", "--set", cells(**moved))
    assert (code, out) == (2, "")
    assert all(word in err for word in words)
    assert list(tmp_path.iterdir()) == []


def carried_out(ground: Path, folder: Path, *more: str) -> Path:
    """Return the pilots' plan as a table of purchases, of which the first year was cheaper than planned.

    More lines stand for those of the plan with the same school, year and option.
    """
    table = next(table for table in PLAN_TABLES if table.name == "purchases")
    told = {tuple(line.split(",")[:3]) for line in more}
    planned = rows(ground / "plan", "purchases")
    done = [row for row in planned if (row["school_id"], row["school_year"], row["option"]) not in told]
    for row in done:
        if (row["school_year"], row["option"]) == (year(0), "pc"):
            row |= {"unit_price": "9500000", "cost": str(9_500_000 * int(row["quantity"]))}
    path = folder / "đã mua.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [c.name for c in table.columns], lineterminator="\n")
        writer.writeheader()
        writer.writerows(done)
        file.writelines(f"{line}\n" for line in more)
    return path


def test_years_carried_out_stand(run: Run, data: str, ground: Path, tmp_path: Path) -> None:
    """Frozen to the first year: what was bought stands to the dong, what was planned later is promised.

    Money of the second year is cut, so that not every promise can be kept; the plan says which, verifies, and comes
    out the same from its own inputs.
    """
    file = carried_out(ground, tmp_path)
    asked = ("--freeze", file, "--until", year(0), "--set", cells(**{f"budget/u/main/{year(1)}": 10_000_000}))
    code, out, _ = run("solve", data, "--unit", "u", "--out", tmp_path / "p", *asked)
    assert code == 0
    with file.open(encoding="utf-8", newline="") as earlier:
        before = list(csv.DictReader(earlier))
    done = [r for r in before if r["school_year"] == year(0)]
    assert [r for r in rows(tmp_path / "p", "purchases") if r["school_year"] == year(0)] == done != []
    due: Counter[tuple[str, str]] = Counter()
    for r in before:
        if r["school_year"] != year(0):
            due[r["school_id"], r["school_year"]] += int(r["quantity"])
    now: Counter[tuple[str, str]] = Counter()
    for r in rows(tmp_path / "p", "purchases"):
        now[r["school_id"], r["school_year"]] += int(r["quantity"])
    promises = rows(tmp_path / "p", "promises")
    told = {(r["school_id"], r["school_year"]): (r["promised"], r["planned"], r["broken"]) for r in promises}
    assert told == {key: tuple(map(str, (n, now[key], max(0, n - now[key])))) for key, n in due.items()}
    broken = sum(int(r["broken"]) for r in promises)
    summary = json.loads((tmp_path / "p" / "plan.json").read_text("utf-8"))
    assert (summary["frozen_until"], summary["totals"]["broken"]) == (year(0), broken)
    assert broken > 0
    assert summary["rungs"][0]["name"] == "promises"
    assert summary["rungs"][0]["value"] == pytest.approx(broken, abs=1e-6)
    cost = sum(int(r["cost"]) for r in done)
    assert f"Các năm đến {year(0)} đã thực hiện, đã mua hết {Words().money(cost)}, giữ nguyên." in out
    assert f"đã cam kết {sum(due.values())} thiết bị cho các năm sau: {broken} thiết bị" in out
    kept = {r["state"] for r in rows(tmp_path / "p" / "inputs", "frozen")}
    assert kept == {"done", "promised"}
    assert run("verify", tmp_path / "p", "--data", data)[0] == 0
    assert asked_again(run, tmp_path / "p", tmp_path / "again")


def test_promises_are_kept_where_nothing_changed(run: Run, data: str, ground: Path, tmp_path: Path) -> None:
    """Frozen to any year with the data as it was, the plan breaks no promise and misses no machine more."""
    before = json.loads((ground / "plan" / "plan.json").read_text("utf-8"))["totals"]
    for index in (0, 1, 2):
        asked = ("--freeze", ground / "plan" / "purchases.csv", "--until", year(index))
        assert run("solve", data, "--unit", "u", "--out", tmp_path / "p", *asked)[0] == 0
        summary = json.loads((tmp_path / "p" / "plan.json").read_text("utf-8"))
        assert (summary["frozen_until"], summary["totals"]["broken"]) == (year(index), 0)
        assert summary["totals"]["missing"] == before["missing"]
        earlier = [r for r in rows(ground / "plan", "purchases") if r["school_year"] <= year(index)]
        assert [r for r in rows(tmp_path / "p", "purchases") if r["school_year"] <= year(index)] == earlier
        assert run("verify", tmp_path / "p")[0] == 0
    assert rows(tmp_path / "p", "promises") == []


def test_a_year_in_which_nothing_was_bought_is_frozen(run: Run, data: str, tmp_path: Path) -> None:
    """A row of 0 says that a year is over and nothing was bought in it: the plan buys nothing in it either."""
    file = tmp_path / "done.csv"
    file.write_text(f"school_id,school_year,option,quantity,unit_price\nth-thi-tran,{year(0)},pc,0,0\n", "utf-8")
    asked = ("--freeze", file, "--until", year(0))
    assert run("solve", data, "--unit", "u", "--out", tmp_path / "p", *asked)[0] == 0
    assert year(0) not in {r["school_year"] for r in rows(tmp_path / "p", "purchases")}
    assert json.loads((tmp_path / "p" / "plan.json").read_text("utf-8"))["frozen_until"] == year(0)
    assert asked_again(run, tmp_path / "p", tmp_path / "again")


FROZEN = {
    "a school and a number nobody knows": (
        (f"nobody,{year(1)},pc,pupil_computer,1,1,1", f"th-thi-tran,{year(1)},used,pupil_computer,hai,1,"),
        year(0),
        ("cột school_id: ghi “nobody”", "cột quantity: ghi “hai”"),
    ),
    "a cost that is no product": (
        (f"th-thi-tran,{year(1)},used,pupil_computer,2,6000000,1",),
        year(0),
        ("cột cost: ghi “1”",),
    ),
    "another thing": ((f"th-thi-tran,{year(1)},used,printer,2,1,2",), year(0), ("cột item: ghi “printer”",)),
    "a year after the plan": ((), year(5), (f"ghi “{year(5)}”", "mở rộng horizon")),
    "a year before there was money": (
        (f"th-thi-tran,{year(-1)},used,pupil_computer,1,1,1",),
        year(0),
        (f"ghi “{year(-1)}”",),
    ),
}


@pytest.mark.parametrize("case", FROZEN)
def test_a_faulty_table_of_purchases_is_told(run: Run, data: str, ground: Path, tmp_path: Path, case: str) -> None:
    """What is wrong with years carried out is told whole: exit 2, where, what stands there; nothing is written."""
    lines, until, told = FROZEN[case]
    file = carried_out(ground, tmp_path, *lines)
    asked = ("--freeze", file, "--until", until)
    code, out, err = run("solve", data, "--unit", "u", "--out", tmp_path / "p", *asked)
    assert (code, out) == (2, "")
    assert all(word in err for word in told)
    assert list(tmp_path.iterdir()) == [file]


def test_a_year_carried_out_needs_a_table(run: Run, data: str, tmp_path: Path) -> None:
    """A last year without its purchases, or purchases that are not there: exit 2, in words."""
    for asked, told in (
        (("--until", year(0)), f"ghi “{year(0)}”"),
        (("--freeze", tmp_path / "none.csv"), str(tmp_path / "none.csv")),
        (("--freeze", data, "--until", year(0)), data),
    ):
        code, out, err = run("solve", data, "--unit", "u", "--out", tmp_path / "p", *asked)
        assert (code, out, told in err) == (2, "", True)
    assert list(tmp_path.iterdir()) == []


def neighbours() -> World:
    """Return the pilots and a school of another unit, each with money of its own and a fund that both share."""
    world = pilots().unit("v").school("th-v", pupils={3: [72, 72, 72], 4: [0, 0, 0]}, unit="v")
    world.fund("v-own", [0, 10_000_000, 0], unit="v", carry_over=1)
    return world.fund("province", [21_000_000, 12_000_000, 33_000_000], unit="", carry_over=1)


@pytest.mark.long
def test_units_are_planned_as_one(run: Run, tmp_path: Path) -> None:
    """Units named together, in any order, or all of them are one plan; what they share is told under no unit."""
    data = neighbours().write(tmp_path / "data")
    for name, units in (("p", "u,v"), ("q", "v, u"), ("r", "all")):
        assert run("solve", data, "--unit", units, "--out", tmp_path / name)[0] == 0
    assert snapshot(tmp_path / "p") == snapshot(tmp_path / "q") == snapshot(tmp_path / "r")
    folder = tmp_path / "p"
    assert json.loads((folder / "plan.json").read_text("utf-8"))["units"] == ["u", "v"]
    spending = rows(folder, "spending")
    assert {(r["unit"], r["fund"]) for r in spending} == {
        ("", "province"),
        ("u", "main"),
        ("u", "own"),
        ("v", "v-own"),
    }
    assert [int(r["budget"]) for r in spending if r["unit"] == ""] == [21_000_000, 12_000_000, 33_000_000]
    paid = rows(folder, "payments")
    assert {r["school_id"] for r in paid if r["unit"] == "v"} <= {"th-v"}
    assert "th-v" not in {r["school_id"] for r in paid if r["unit"] == "u"}
    assert {r["school_id"] for r in paid if r["unit"] == ""} - {"th-v"}
    assert {r["fund"] for r in rows(folder, "prices") if r["unit"] == ""} == {"province"}
    assert run("verify", folder, "--data", data)[0] == 0
    assert asked_again(run, folder, tmp_path / "again", unit="u,v")


def test_a_unit_alone_gets_its_share(run: Run, tmp_path: Path) -> None:
    """Planned alone each unit gets of a shared fund its share of the pupils of grades 3 to 9: no dong comes twice."""
    data = neighbours().write(tmp_path / "data")
    given = []
    for unit, pupils in (("u", 352), ("v", 72)):
        code, _, err = run("solve", data, "--unit", unit, "--out", tmp_path / unit)
        assert (code, "Nguồn dùng chung" in err) == (0, True)
        amounts = [int(r["budget"]) for r in rows(tmp_path / unit, "spending") if r["unit"] == ""]
        assert amounts == [amount * pupils // 424 for amount in (21_000_000, 12_000_000, 33_000_000)]
        given.append(amounts)
        assert run("verify", tmp_path / unit, "--data", data)[0] == 0
    totals = [sum(amounts) for amounts in zip(*given, strict=True)]
    assert all(
        0 <= whole - total < 2 for whole, total in zip((21_000_000, 12_000_000, 33_000_000), totals, strict=True)
    )


# verify -----------------------------------------------------------------------------------------------------------


def test_verify_of_a_right_plan(run: Run, plan: Path, data: str) -> None:
    """A right plan: exit 0, the rules that were checked, and not a dong of difference."""
    code, out, err = run("verify", plan, "--data", data)
    assert (code, err) == (0, "")
    assert out.startswith(f"Kế hoạch đúng: {len(AUDITS)} quy tắc")
    assert "sai lệch 0 đồng." in out
    told = json.loads(run("verify", plan, "--json")[1])
    assert (told["holds"], told["refusals"]) == (True, [])


def test_the_plan_to_spoil_has_it_all(rich: Path) -> None:
    """The plan that is spoilt below has rows in every table, and of every kind of payment, mode and promise."""
    found = {table.name: rows(rich, table.name) for table in PLAN_TABLES}
    assert all(found.values())
    assert {r["kind"] for r in found["payments"]} == {"purchase", "transfer", "upkeep"}
    assert {"pc", "used", "fix", "printer", "webcam"} <= {r["option"] for r in found["purchases"]}
    assert {r["item"] for r in found["transfers"]} == {"pupil_computer", "printer"}
    assert {int(r["broken"]) > 0 for r in found["promises"]} == {True, False}
    assert {int(r["moved"]) // (abs(int(r["moved"])) or 1) for r in found["coverage"]} == {-1, 0, 1}
    assert {(r["unpaid"] == "0", r["unpaid"] == r["cost"]) for r in found["upkeep"]} >= {(True, False), (False, True)}
    assert any(int(r["optional_missing"]) for r in found["coverage"])
    assert any(int(r["missing"]) for r in found["coverage"] if r["item"] == "subject_group_computer")


MEASURED = ("prices", "machine_years_per_million")
"""What one million more would save is measured by solving again: without the solver only its shape can be checked."""

NUMBERS = [
    (table, column.name)
    for table in PLAN_TABLES
    for column in table.columns
    if column.kind in {"whole", "decimal", "signed"} and (table.name, column.name) != MEASURED
]


@pytest.mark.parametrize(("table", "column"), NUMBERS, ids=lambda x: x.name if isinstance(x, Table) else x)
def test_every_number_of_a_table_is_checked(run: Run, rich: Path, table: Table, column: str) -> None:
    """One more in any number of any row of a plan's tables: exit 2, and the words say what is right."""
    plan = rich
    found = rows(plan, table.name)
    for index in (0, len(found) - 1):
        changed = [row | ({column: str(int(row[column]) + 1)} if n == index else {}) for n, row in enumerate(found)]
        _write(plan, table, changed)
        code, out, err = run("verify", plan)
        assert (code, out) == (2, "")
        assert err.startswith("Kế hoạch SAI")
        assert "đúng ra là" in err


def _write(plan: Path, table: Table, changed: list[dict[str, str]]) -> None:
    with (plan / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [c.name for c in table.columns], lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
    seal_again(plan)


@pytest.mark.parametrize("table", list(PLAN_TABLES), ids=lambda t: t.name)
def test_no_row_can_be_left_out_or_doubled(run: Run, rich: Path, table: Table) -> None:
    """A row that is absent, or stands twice, is refused in every table of a plan."""
    found = rows(rich, table.name)
    assert run("verify", rich)[0] == 0
    for changed in (found[1:], found[:-1], [*found, found[0]]):
        _write(rich, table, changed)
        assert run("verify", rich)[0] == 2


PLACES = [
    ("purchases", "school_id", "thcs"),
    ("purchases", "school_year", year(2)),
    ("purchases", "option", "renew"),
    ("transfers", "school_id_from", "th-thi-tran"),
    ("transfers", "school_id_to", "thcs"),
    ("transfers", "school_year", year(2)),
    ("transfers", "last_year", year(4)),
    ("payments", "unit", ""),
    ("payments", "fund", "own"),
    ("payments", "school_year", year(2)),
    ("payments", "school_id", "th-hoang-luong"),
    ("payments", "kind", "transfer"),
    ("payments", "option", "van"),
    ("payments", "item", "webcam"),
    ("coverage", "item", "tablet"),
    ("spending", "fund", "mian"),
    ("upkeep", "school_id", "nobody"),
    ("upkeep", "item", "webcam"),
    ("prices", "fund", "mian"),
    ("prices", "unit", ""),
    ("promises", "school_id", "thcs"),
    ("promises", "item", "printer"),
    ("promises", "school_year", year(1)),
]


@pytest.mark.parametrize(("table", "column", "other"), PLACES)
def test_every_place_of_a_table_is_checked(run: Run, rich: Path, table: str, column: str, other: str) -> None:
    """A row under another school, year, fund, kind or thing is refused: the same sum elsewhere is another plan."""
    found = rows(rich, table)
    assert found[0][column] != other
    _write(rich, next(t for t in PLAN_TABLES if t.name == table), [found[0] | {column: other}, *found[1:]])
    assert run("verify", rich)[0] == 2


def _leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict | list):
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        return [leaf for key, value in inner for leaf in _leaves(value, (*path, key))]
    return [path]


def _spoil(plan: Path, path: tuple[Any, ...], change: Callable[[Any], Any]) -> None:
    summary = json.loads((plan / "plan.json").read_text("utf-8"))
    node = summary
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = change(node[path[-1]])
    (plan / "plan.json").write_text(json.dumps(summary), encoding="utf-8")
    seal_again(plan)


def test_every_total_is_checked(run: Run, rich: Path) -> None:
    """One more in any total of plan.json is refused: six sums, six a school year, two an item beside computers."""
    written = (rich / "plan.json").read_text("utf-8")
    totals = json.loads(written)["totals"]
    assert set(totals) == {"missing", "cost", "budget", "moved", "broken", "upkeep_unpaid", "years", "items"}
    assert set(totals["items"]) == {"office_computer", "pa_system", "printer", "subject_group_computer", "webcam"}
    paths = [("totals", *leaf) for leaf in _leaves(totals)]
    assert len(paths) == 6 + 3 * 6 + 5 * 2
    for path in paths:
        _spoil(rich, path, lambda number: number + 1)
        assert run("verify", rich)[0] == 2, path
        (rich / "plan.json").write_text(written, "utf-8")


@pytest.mark.parametrize("table", ["years", "items"])
def test_no_total_can_be_left_out_or_added(run: Run, rich: Path, table: str) -> None:
    """A school year or an item whose totals are absent, or that is nobody's, is refused."""
    written = (rich / "plan.json").read_text("utf-8")
    found = json.loads(written)["totals"][table]
    first = next(iter(found))
    for other in ({k: v for k, v in found.items() if k != first}, found | {"tablet": found[first]}):
        _spoil(rich, ("totals", table), lambda _, other=other: other)
        assert run("verify", rich)[0] == 2
        (rich / "plan.json").write_text(written, "utf-8")


def test_totals_are_the_tables(rich: Path) -> None:
    """Each total is the sum a reader would take from the tables."""
    totals = json.loads((rich / "plan.json").read_text("utf-8"))["totals"]
    found = {table.name: rows(rich, table.name) for table in PLAN_TABLES}

    def added(table: str, column: str, **where: str) -> int:
        return sum(int(r[column]) for r in found[table] if all(r[k] == v for k, v in where.items()))

    assert totals["missing"] == added("coverage", "missing", item="pupil_computer")
    assert totals["cost"] == added("payments", "amount") == added("spending", "spent")
    assert totals["budget"] == added("spending", "budget")
    assert totals["moved"] == added("transfers", "quantity")
    assert totals["broken"] == added("promises", "broken")
    assert totals["upkeep_unpaid"] == added("upkeep", "unpaid")
    for index in range(3):
        sums = {c: added("coverage", c, item="pupil_computer", school_year=year(index)) for c in ("need", "have")}
        assert sums == {name: totals["years"][str(2017 + index)][name] for name in sums}
    for item, sums in totals["items"].items():
        assert sums == {c: added("coverage", c, item=item, school_year=year(2)) for c in ("need", "missing")}


CLAIMS: dict[str, tuple[tuple[Any, ...], Callable[[Any], Any]]] = {
    "a unit more": (("units",), lambda units: [*units, "w"]),
    "another lever": (("scenario", "budget_factor"), lambda factor: factor / 2),
    "another first year": (("years", 0), lambda _: "2016-2017"),
    "another roadmap": (("roadmap", "id"), lambda _: "gdpt-2018"),
    "another document": (("roadmap", "document"), lambda _: "1/KH"),
    "another date": (("roadmap", "issued"), lambda _: "2018-10-05"),
    "another title": (("roadmap", "title_vi"), lambda title: title + "!"),
    "a longer tail": (("tail", "years"), lambda years: years + 1),
    "invented data called real": (("illustrative",), lambda flag: not flag),
    "a status nobody knows": (("status",), lambda _: "optimal"),
    "a proof without rungs": (("rungs",), lambda _: []),
    "a rung left out": (("rungs",), lambda rungs: rungs[:-1]),
    "a rung of another name": (("rungs", 0, "name"), lambda _: "wishes"),
    "a better value": (("rungs", 0, "value"), lambda number: number - 5),
    "a bound above the value": (("rungs", 0, "bound"), lambda bound: bound + 5),
    "another gap": (("rungs", 1, "gap"), lambda gap: gap + 0.5),
    "a format of the future": (("format",), lambda number: number + 1),
    "one school-year less that is starved": (("fairness", "starved"), lambda count: count - 1),
    "another share called starved": (("fairness", "above"), lambda share: share / 2),
    "years carried out that were not": (("frozen_until",), lambda y: None if y else "2017-2018"),
    "optional grades said to be planned": (("optional", "planned"), lambda flag: not flag),
    "a warning kept to oneself": (("warnings",), lambda warnings: warnings[1:]),
}


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("which", ["plan", "rich"])
def test_every_claim_is_checked(run: Run, request: pytest.FixtureRequest, which: str, claim: str) -> None:
    """What plan.json claims about question, years, source and proof follows from the folder, or is refused."""
    folder = request.getfixturevalue(which)
    _spoil(folder, *CLAIMS[claim])
    code, out, _ = run("verify", folder)
    assert (code, out) == (2, "")


SOLVERS_OWN = [("fairness", "starved_before"), ("optional", "cost"), ("tail", "cost_at_most")]
"""What was so before machines were shared, what grades left out would cost, and what the tail cost at most: each is
measured by solving again, so that without the solver another number cannot be told from the right one."""


@pytest.mark.parametrize("path", SOLVERS_OWN)
def test_what_only_the_solver_knows_has_a_shape(run: Run, rich: Path, path: tuple[str, str]) -> None:
    """A number that only the solver can measure must at least be one."""
    written = (rich / "plan.json").read_text("utf-8")
    for wrong in ("0", [], {"a": 1}, True, float("nan")):
        _spoil(rich, path, lambda _, wrong=wrong: wrong)
        assert run("verify", rich)[0] == 2, wrong
        (rich / "plan.json").write_text(written, "utf-8")


@pytest.mark.parametrize("wrong", ["-0.1", "nhiều", "inf", "nan", ""])
def test_what_money_is_worth_has_a_shape(run: Run, rich: Path, wrong: str) -> None:
    """A price of money is told once for every fund and year, and is a number that is not below 0."""
    table, column = MEASURED
    found = rows(rich, table)
    assert [(r["fund"], r["school_year"]) for r in found] == [
        (fund, year(index)) for fund in ("keep", "main", "office", "own") for index in range(3)
    ]
    assert all(float(r[column]) >= 0 for r in found)
    _write(rich, next(t for t in PLAN_TABLES if t.name == table), [found[0] | {column: wrong}, *found[1:]])
    code, _, err = run("verify", rich)
    assert (code, "prices.csv" in err) == (2, True)


@pytest.mark.parametrize("file", ["budget.csv", "catalogue.csv", "enrolment.csv", "roadmap/hiep-hoa-2017.toml"])
def test_inputs_changed_afterwards_are_refused(run: Run, plan: Path, file: str) -> None:
    """A plan's own inputs cannot be changed after the plan was made."""
    path = plan / "inputs" / file
    path.write_bytes(path.read_bytes() + b"\n")
    code, _, err = run("verify", plan)
    assert code == 2
    assert f"inputs/{file}" in err


def test_another_scenario_is_refused(run: Run, plan: Path) -> None:
    """The scenario beside the plan is the one the plan names."""
    path = plan / "scenario.toml"
    path.write_text(path.read_text("utf-8").replace("hold = 0.0", "hold = 0.5"), "utf-8")
    code, _, err = run("verify", plan)
    assert (code, "scenario" in err) == (2, True)


def test_data_that_went_on_are_told(run: Run, plan: Path, tmp_path: Path) -> None:
    """Against data that changed since, the tables that differ are named with their rows; the plan itself holds."""
    world = pilots()
    world.budget[0]["amount"] = 21_000_000
    code, out, err = run("verify", plan, "--data", world.write(tmp_path / "now"))
    assert (code, out) == (2, "")
    assert "bảng budget: 2 dòng khác" in err
    assert "enrolment" not in err
    assert run("verify", plan)[0] == 0


def test_verify_answers_a_program(run: Run, plan: Path) -> None:
    """With --json stdout is one document with every refusal."""
    _spoil(plan, ("totals", "budget"), lambda budget: budget + 1)
    code, out, err = run("verify", plan, "--json")
    told = json.loads(out)
    assert (code, told["holds"], len(told["refusals"])) == (2, False, 1)
    assert err.endswith(f"  - {told['refusals'][0]}\n")


@pytest.mark.parametrize("summary", ["", "{}", "[]", '{"units": []}', "plan"])
def test_what_is_no_plan_is_refused(run: Run, plan: Path, summary: str) -> None:
    """A folder without a whole plan.json is no plan folder: exit 2, in words."""
    (plan / "plan.json").write_text(summary, "utf-8")
    code, out, err = run("verify", plan)
    assert (code, out) == (2, "")
    assert "không phải thư mục kế hoạch" in err
    assert run("verify", plan / "nowhere")[0] == 2


@pytest.mark.parametrize("key", ["units", "scenario", "roadmap", "rungs", "totals", "tail", "sha256"])
def test_a_summary_of_another_shape_is_refused(run: Run, plan: Path, key: str) -> None:
    """A plan.json whose parts are not what they should be is refused in words, never a trace."""
    for shape in (5, [], {}):
        spoilt = plan.parent / f"{key}-{type(shape).__name__}"
        shutil.copytree(plan, spoilt)
        _spoil(spoilt, (key,), lambda _, shape=shape: shape)
        assert run("verify", spoilt)[0] == 2


def test_a_table_that_cannot_be_read_is_refused(run: Run, plan: Path) -> None:
    """A table of the plan that is absent or holds what is no number is told like any faulty table."""
    (plan / "payments.csv").unlink()
    path = plan / "coverage.csv"
    path.write_text(
        path.read_text("utf-8").replace(f",{year(0)},pupil_computer,2,", f",{year(0)},pupil_computer,hai,", 1),
        "utf-8",
    )
    code, _, err = run("verify", plan)
    assert code == 2
    assert "coverage.csv, dòng 2, cột need: ghi “hai”" in err
    assert "payments.csv: không có tệp này" in err

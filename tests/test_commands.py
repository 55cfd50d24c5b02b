"""The commands as a planner types them: exit codes, what stdout and stderr carry, and what is written."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from worlds import World, year

from provision.audit import AUDITS
from provision.commands import COMMANDS, check, main, solve
from provision.intake.columns import Table
from provision.store.columns import PLAN_TABLES

PILOTS = ("th-duc-thang-1", "th-duc-thang-2", "th-hoang-luong", "th-thi-tran")


def pilots() -> World:
    """Return the four pilot schools, short of money, with old stock and a school's own money."""
    world = World().unit().option("pc", 10_000_000, 4).option("used", 6_000_000, 2).stock("th-thi-tran", 1, -1)
    world.fund("main", [20_000_000, 30_000_000, 10_000_000], carry_over=0.5)
    world.fund("own", [7_000_000, 0, 0], schools="th-thi-tran", carry_over=1)
    for code in PILOTS:
        world.school(code, pupils={3: [48, 48, 48], 4: [40, 40, 40]})
    return world


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
    """Sound data: exit 0, one sentence with the counts, and what is odd beside it."""
    code, out, err = run("check", data)
    assert (code, out) == (0, "Số liệu không có lỗi: 1 đơn vị, 4 trường, 24 dòng học sinh.\n")
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


# What nobody knows ------------------------------------------------------------------------------------------------

UNKNOWN = [
    (("--unit", "w"), "Các đơn vị: u."),
    (("--unit", "u,w"), "Các đơn vị: u."),
    (("--unit", ","), "Các đơn vị: u."),
    (("--unit", "u", "--roadmap", "gdpt-2081"), "gdpt-2018, hiep-hoa-2017"),
    (("--unit", "u", "--roadmap", "gdpt-2081.toml"), "gdpt-2018, hiep-hoa-2017"),
    (("--unit", "u", "--set", "budget=1"), "budget_factor, fund_factor"),
    (("--unit", "u", "--set", "budget_factor=-1"), "cột budget_factor: ghi “-1”"),
    (("--unit", "u", "--set", "lease=true"), "phiên bản này chưa tính giả định này"),
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
    """Results on stdout: what schools get, what is missing, what it costs, how proven; progress on stderr."""
    code, out, err = run("solve", data, "--unit", "u", "--out", tmp_path / "p")
    assert code == 0
    said = out.splitlines()
    assert [line.split()[0] for line in said] == ["Đến", "Còn", "Tổng", "Phương"]
    assert "Đang lập kế hoạch: u, kịch bản base" in err
    assert str(tmp_path / "p") in err


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

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "load", interrupted)
    assert run("check", data) == (1, "", "Đã dừng theo yêu cầu; không có gì viết dở.\n")


# verify -----------------------------------------------------------------------------------------------------------


def test_verify_of_a_right_plan(run: Run, plan: Path, data: str) -> None:
    """A right plan: exit 0, the rules that were checked, and not a dong of difference."""
    code, out, err = run("verify", plan, "--data", data)
    assert (code, err) == (0, "")
    assert out.startswith(f"Kế hoạch đúng: {len(AUDITS)} quy tắc")
    assert "sai lệch 0 đồng." in out
    assert json.loads(run("verify", plan, "--json")[1]) == {"holds": True, "refusals": []}


NUMBERS = [
    (table, column.name)
    for table in PLAN_TABLES
    for column in table.columns
    if column.kind in {"whole", "decimal"}
]


@pytest.mark.parametrize(("table", "column"), NUMBERS, ids=lambda x: x.name if isinstance(x, Table) else x)
def test_every_number_of_a_table_is_checked(run: Run, plan: Path, table: Table, column: str) -> None:
    """One more in any number of any row of a plan's tables: exit 2, and the words say what is right."""
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


@pytest.mark.parametrize("table", list(PLAN_TABLES), ids=lambda t: t.name)
def test_no_row_can_be_left_out_or_doubled(run: Run, plan: Path, table: Table) -> None:
    """A row that is absent, or stands twice, is refused in every table of a plan."""
    found = rows(plan, table.name)
    for changed in (found[1:], [*found, found[0]]):
        _write(plan, table, changed)
        assert run("verify", plan)[0] == 2


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


def test_every_total_is_checked(run: Run, plan: Path) -> None:
    """One more in any total of plan.json is refused."""
    written = (plan / "plan.json").read_text("utf-8")
    paths = [("totals", *leaf) for leaf in _leaves(json.loads(written)["totals"])]
    assert len(paths) == 3 + 3 * 6
    for path in paths:
        _spoil(plan, path, lambda number: number + 1)
        assert run("verify", plan)[0] == 2, path
        (plan / "plan.json").write_text(written, "utf-8")


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
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_is_checked(run: Run, plan: Path, claim: str) -> None:
    """What plan.json claims about question, years, source and proof follows from the folder, or is refused."""
    _spoil(plan, *CLAIMS[claim])
    code, out, _ = run("verify", plan)
    assert (code, out) == (2, "")


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
    _spoil(plan, ("totals", "cost"), lambda cost: cost + 1)
    code, out, err = run("verify", plan, "--json")
    told = json.loads(out)
    assert (code, told["holds"], len(told["refusals"])) == (2, False, 1)
    assert told["refusals"][0] in err


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

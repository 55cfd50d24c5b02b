"""Reports: run to their end or refused, shown without code or outside address, kept where nothing changed."""

from __future__ import annotations

import re
from fractions import Fraction
from html import escape
from pathlib import Path

import nbformat
import pytest
from worlds import World

from provision.commands import main
from provision.domain.years import format_school_year
from provision.errors import FaultyInput, ProvisionError
from provision.intake.shipped import shipped
from provision.questions.council import ROUTINE, kept_answer, question_of
from provision.questions.indicators import indicators
from provision.questions.verify import verify
from provision.render import Report, render
from provision.render.notebook import TEMPLATE, run_report
from provision.store import open_plan
from provision.text import Words

_PILOT = ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a small unit whose names would break a page that does not escape them."""
    world = World().unit(name="Xã <script>alert(1)</script>").option("pc", 10_000_000, 5)
    world.fund("main", [20_000_000, 10_000_000], source="illustrative: invented")
    for code in _PILOT:
        world.school(code, pupils={3: [48, 48]}, name=f'Trường "{code}" <i>&</i>')
    folder = world.write(tmp_path / "a folder with spaces")
    (folder / "scenarios").mkdir()
    cut = 'label_vi = "Cắt"\nlabel_en = "Cut"\nbudget_factor = 0.5\n'
    (folder / "scenarios" / "cut.toml").write_text(cut, encoding="utf-8")
    return folder


@pytest.mark.long
def test_a_batch_has_what_the_contract_names(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report, its page, its charts and its plan folder; an index; the three sentences and where the index is."""
    out = tmp_path / "out"
    asked = ["--units", "all", "--scenarios", "base,cut", "--ask", "next"]
    assert main(["render", str(data), *asked, "--out", str(out), "--jobs", "2"]) == 0
    said = capsys.readouterr().out
    assert "Đến năm học" in said
    assert "Còn thiếu" in said
    assert "Tổng chi" in said
    assert str(out / "index.html") in said
    for scenario in ("base", "cut"):
        folder = out / scenario / "u"
        assert verify(folder, data=data).holds
        assert {"report.ipynb", "report.html", "charts", "plan.json", "deadlines.ics"} <= {
            p.name for p in folder.iterdir()
        }
        assert len(list((folder / "charts").iterdir())) == 9
        assert [p.name for p in (folder / "answers").iterdir()] == ["next.json"]
    for page in out.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        script = page.name != "index.html"  # which sorts itself
        assert not re.search(r"https?://|import provision" + "|<script" * script, html)
        assert "DỮ LIỆU MINH HOẠ" in html
    report = (out / "base" / "u" / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in report
    assert "provision-report-complete" in report
    assert 'alt="Biểu đồ' in report
    assert Words("vi")("chart.next.alt") in report
    # the second run makes nothing anew; with other weights the report is made anew, and its points are others
    before = {p: p.stat().st_mtime_ns for p in out.rglob("report.html")}
    kept: list[Report] = []
    render(
        data, ["u"], ["base", "cut"], out, asks=["next"], resume=True, told=lambda report, _tasks: kept.append(report)
    )
    assert [r.kept for r in kept] == [True, True]
    assert main(["ask", "least", str(out / "base" / "u")]) == 0
    render(data, ["u"], ["base"], out, asks=["next"], resume=True, told=lambda report, _tasks: kept.append(report))
    assert kept[-1].kept  # what was asked since is not lost
    assert before == {p: p.stat().st_mtime_ns for p in out.rglob("report.html")}
    alike = _points(out / "cut" / "u")
    (data / "indicators.toml").write_text("pupils_served = 2.5\nschools_on_target = 7.5\n", encoding="utf-8")
    assert not any(r.kept for r in render(data, ["u"], ["cut"], out, asks=["next"], resume=True))
    weighed = _points(out / "cut" / "u")
    attained = {i.code: i.attained for i in indicators(open_plan(out / "cut" / "u").plan, 2018)}
    points = Fraction(5, 2) * attained["pupils_served"] + Fraction(15, 2) * attained["schools_on_target"]
    assert weighed == (Words("vi").number(points, 2), "10") != alike
    assert (out / "cut" / "u" / "inputs" / "indicators.toml").is_file()


def _points(folder: Path) -> tuple[str, ...]:
    """Return the points scored that a report says, and the most there are."""
    told = re.search(r"Tự chấm: (\S+) trên (\S+) điểm", (folder / "report.html").read_text(encoding="utf-8"))
    assert told
    return told.groups()


@pytest.mark.long
def test_a_report_tells_all_that_a_plan_does(tmp_path: Path) -> None:
    """Moves, office things, upkeep, who pays and broken promises each have their rows in the page."""
    one, two, *_, four = _PILOT
    world = World().unit().option("pc", 10_000_000, 5, upkeep=200_000).option("van", 250_000, 1, mode="move")
    world.option("hp", 4_000_000, 5, item="printer")
    world.fund("main", [11_000_000, 12_000_000, 6_000_000], name_vi="Ngân sách <xã>")
    for code in _PILOT:
        world.school(code, pupils={3: [48] * 3, 4: [0, 0, 40]}, name=f"Trường <{code}>")
    world.stock(one, 6, -1, life_years=5).carried(two, 0, "pc", 1, 9_900_000)
    world.carried(four, 2, "pc", 4, 10_000_000, state="promised")
    data = world.write(tmp_path / "data")
    (report,) = render(data, ["u"], ["base"], tmp_path / "out", asks=())
    assert report.failure == ""
    assert verify(report.task.folder, data=data).holds
    plan = open_plan(report.task.folder).plan
    html = (report.task.folder / "report.html").read_text(encoding="utf-8")
    rows = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    told = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    names = {code: escape(name) for code, name in plan.problem.names.items()}
    for t in plan.transfers:
        row = [format_school_year(t.year), names[t.giver], names[t.taker], "máy tính học sinh", str(t.quantity)]
        assert row in [cells[:5] for cells in told]
    assert plan.transfers
    printers = [c for c in plan.coverage if (c.item, c.year) == ("printer", 2019)]
    need, have, missing = 4, sum(c.need - c.missing for c in printers), sum(c.missing for c in printers)
    assert ["máy in", str(need), "0", str(have), str(missing), str(missing)] in [cells[:6] for cells in told]
    assert {"Ngân sách &lt;xã&gt;", "Chưa có nguồn", "Chưa giữ cam kết"} <= {cell for cells in told for cell in cells}
    broken = [names[four], "2019-2020", "máy tính học sinh", "4"]
    assert broken in [cells[:4] for cells in told]
    assert "Các năm đến 2017-2018 đã thực hiện, đã mua hết 9,9 triệu đồng, giữ nguyên." in html


@pytest.mark.long
def test_an_english_report_is_english(data: Path, tmp_path: Path) -> None:
    """Asked for in English, headings, sentences, charts and tables are English; numbers too."""
    render(data, ["u"], ["base"], tmp_path / "out", language="en", asks=())
    html = (tmp_path / "out" / "base" / "u" / "report.html").read_text(encoding="utf-8")
    assert "Conclusion" in html
    assert "Kết luận" not in html
    assert '<html lang="en">' in html


def test_a_wrong_parameter_name_stops_the_run(tmp_path: Path) -> None:
    """A parameter the notebook does not have is refused; running its default instead would be a lie."""
    template = shipped("notebooks/reports") / TEMPLATE
    with pytest.raises(ProvisionError, match="untt"):
        run_report(template, tmp_path / "r.ipynb", {"untt": "u"}, language="vi")
    assert list(tmp_path.iterdir()) == []


def _notebook(folder: Path, *code: str) -> Path:
    cells = [nbformat.v4.new_code_cell('data = ""', metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(c) for c in code]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(notebook, folder / "template.ipynb")
    return folder / "template.ipynb"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("raise ValueError('x')", id="a cell that raises"),
        pytest.param("import os; os._exit(1)", id="a kernel that dies"),
        pytest.param("1 + 1", id="a notebook that ends before its last line"),
    ],
)
def test_a_report_that_does_not_run_to_its_end_is_refused(tmp_path: Path, code: str) -> None:
    """Whatever the saved cells claim, only the mark of the last cell is success."""
    with pytest.raises(ProvisionError):
        run_report(_notebook(tmp_path, code), tmp_path / "r.ipynb", {"data": "x"}, language="vi")


def test_two_scenarios_of_one_name_are_refused(data: Path, tmp_path: Path) -> None:
    """A scenario copied with its name would overwrite the other's report: it is refused before anything is made."""
    (data / "scenarios" / "copy.toml").write_text('name = "cut"\nbudget_factor = 0.1\n', encoding="utf-8")
    with pytest.raises(FaultyInput):
        render(data, ["u"], ["cut", "copy"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_is_left_alone(data: Path, tmp_path: Path) -> None:
    """A folder with an index page of the planner's own is not rendered into."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(ProvisionError, match="site"):
        render(data, ["u"], ["base"], tmp_path / "site")
    assert (tmp_path / "site" / "index.html").read_text(encoding="utf-8") == "mine"


def test_a_question_nobody_knows_is_refused(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reports answer the questions asked for; one that there is not is told before anything is planned."""
    assert main(["render", str(data), "--out", str(tmp_path / "out"), "--ask", "next,wherefore,school"]) == 2
    assert "wherefore, school" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.long
def test_a_report_answers_the_routine_questions(data: Path, tmp_path: Path) -> None:
    """Unless told otherwise a batch asks what every council asks, and each report shows the answers."""
    (report,) = render(data, ["u"], ["cut"], tmp_path / "out")
    assert {f"{code}.json" for code in ROUTINE} == {p.name for p in (report.task.folder / "answers").iterdir()}
    html = (report.task.folder / "report.html").read_text(encoding="utf-8")
    words, plan = Words("vi"), open_plan(report.task.folder).plan
    for code in ROUTINE:
        first, *_ = question_of(code).said(kept_answer(code, report.task.folder), plan, words)
        assert escape(first) in html

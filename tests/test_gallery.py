"""The gallery: each chart draws the plan's own figures, in two widths, legible in grey, its letters text."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from galleries import answers, boxes, covered, cut, drawn, large, small
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text
from seeds import sample
from worlds import World, random_world, roadmap, whole_world

import provision
from provision.charts import Chart
from provision.charts.ages import AGE_LOOKS, draw_ages
from provision.charts.chart import SIZES, TALLEST, WIDTHS, Size
from provision.charts.comparison import draw_comparison
from provision.charts.coverage import BANDS, MET, coverage_rows, draw_coverage
from provision.charts.fairness import draw_fairness
from provision.charts.flow import draw_flow, flows_of
from provision.charts.letters import fitted, told_apart, width_of, wrapped
from provision.charts.need import draw_need
from provision.charts.pupils import draw_pupils
from provision.charts.rollout import STATUS_LOOKS, draw_rollout
from provision.commands import main
from provision.domain.plan import Plan
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.questions.ages import ages
from provision.questions.asking import Asked
from provision.questions.rollout import rollout
from provision.render.manifest import Manifest
from provision.text import Words

VI = Words("vi")
_SHOWN: tuple[tuple[str, Size], ...] = (("vi", "full"), ("vi", "half"), ("en", "half"), ("en", "full"))
SHOWN = [pytest.param(*one, marks=[pytest.mark.long] * (one[0] == "en")) for one in _SHOWN]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Return a plan of five schools with names of 80 letters and signs, a pilot, machines missing, made-up rows."""
    return small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def found(asked: Asked) -> dict[str, Any]:
    """Return quick answers to every question."""
    return answers(asked)


@pytest.fixture(scope="module")
def charts(asked: Asked, found: dict[str, Any]) -> Callable[[str, Size], list[Chart]]:
    """Return what draws all charts of the plan, once in a language and width."""
    return cache(lambda language, size: list(drawn(asked.plan, Words(language), found, size=size)))


def signs(text: str) -> str:
    """Return a text without what stands between words."""
    return re.sub(r"\s", "", text)


# What all of them owe their reader --------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "size"), SHOWN)
def test_every_chart_is_legible(charts: Callable[..., list[Chart]], language: str, size: Size) -> None:
    """No word is cut, covered or too small, in full width and in half; a chart fits on its page and says its finding.

    What is said without seeing it has its figures, and of five schools each chart is drawn, fifteen in all.
    """
    assert len({chart.name for chart in charts(language, size)}) == 15
    for chart in charts(language, size):
        figure, seen = chart.figure, boxes(chart.figure)
        assert (chart.name, cut(figure, seen), covered(figure, seen)) == (chart.name, [], [])
        assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 6
        assert figure.get_figwidth() == WIDTHS[size]
        assert figure.get_figheight() <= TALLEST
        told = {signs(text.get_text()) for text in figure.texts}
        assert {signs(chart.title), signs(chart.source), signs(Words(language)("banner.illustrative"))} == told
        assert chart.caption.endswith(".")
        assert chart.alt.endswith(".")
        assert re.search(r"\d", chart.caption)
        assert re.search(r"\d", chart.alt)
        assert not re.search(r"\{[a-z_]+\}", chart.caption + chart.alt)
        assert chart.alt not in chart.caption


def test_what_is_cut_or_covered_would_be_found() -> None:
    """A word beyond the edge and a word on another one are both told."""
    figure = Figure(figsize=(3, 1))
    figure.text(0.9, 0.5, "beyond the edge")
    figure.text(0.1, 0.5, "below")
    figure.text(0.12, 0.5, "above")
    seen = boxes(figure)
    assert cut(figure, seen) == ["beyond the edge"]
    assert covered(figure, seen) == [("below", "above")]


def test_what_stands_side_by_side_is_told_apart_in_grey(charts: Callable[..., list[Chart]]) -> None:
    """Neighbours in a legend differ by a tenth of the way from black to white, or by hatch, line or mark."""
    compared = 0
    for chart in charts("vi", "full"):
        for one, other in pairwise(handle for legend in chart.figure.legends for handle in legend.legend_handles):
            looks = [(_grey(h), *(getattr(h, f"get_{n}", lambda: None)() for n in _LOOKS)) for h in (one, other)]
            assert abs(looks[0][0] - looks[1][0]) >= 0.1 or looks[0][1:] != looks[1][1:], chart.name
            compared += 1
    assert compared > 20


_LOOKS = ("hatch", "linestyle", "marker")


def _grey(handle: Any) -> float:
    """Return how light a look is when printed grey, from 0 to 1."""
    colour = handle.get_facecolor() if hasattr(handle, "get_facecolor") else handle.get_color()
    return sum(w * part for w, part in zip((0.299, 0.587, 0.114), to_rgb(colour), strict=True))


def test_the_worse_served_the_lighter() -> None:
    """The colours of the coverage chart darken step by step, also in grey, so that it is read without a legend."""
    greys = [sum(w * p for w, p in zip((0.299, 0.587, 0.114), to_rgb(c), strict=True)) for c in (*_colours(), MET)]
    assert all(a - b >= 0.1 for a, b in pairwise(greys))


def _colours() -> list[str]:
    return [colour for _, colour in BANDS]


@pytest.mark.parametrize("kind", ["svg", pytest.param("pdf", marks=pytest.mark.long)])
def test_letters_are_text(charts: Callable[..., list[Chart]], tmp_path: Path, kind: Any) -> None:
    """Every word of a chart can be selected and searched in SVG and PDF, signs and Vietnamese letters with them."""
    for chart in charts("vi", "half"):
        file = tmp_path / f"{chart.name}.{kind}"
        file.write_bytes(chart.save(kind))
        if kind == "svg":
            told = signs("".join("".join(t.itertext()) for t in ElementTree.parse(file).iter(_TEXT)))  # noqa: S314
        else:
            command = ["pdftotext", "-raw", str(file), "-"]  # of Debian's poppler-utils
            told = signs(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        lines = [line for text, _ in boxes(chart.figure) for line in text.split("\n")]
        assert [line for line in lines if signs(line) not in told] == []


_TEXT = "{http://www.w3.org/2000/svg}text"


def test_the_same_bytes_in_another_process(asked: Asked) -> None:
    """A chart has the same bytes of every kind, drawn again here or in a process of its own."""
    code = "import hashlib; from provision.store import open_plan; from provision.text import Words\n"
    code += "from provision.charts import draw_flow\n"
    code += f"chart = draw_flow(open_plan({str(asked.folder)!r}).plan, Words('vi'), size='half')\n"
    code += "print(*(hashlib.sha256(chart.save(kind)).hexdigest() for kind in ('png', 'svg', 'pdf')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    chart = draw_flow(asked.plan, VI, size="half")
    assert run.stdout.split() == [hashlib.sha256(chart.save(kind)).hexdigest() for kind in ("png", "svg", "pdf")]


# Each draws the plan's figures ------------------------------------------------------------------------------------


def test_the_calendar_is_the_roadmaps(asked: Asked) -> None:
    """A cell a grade and year: at two schools mandatory first, elsewhere as before, then as conditions allow."""
    plan, taught = asked.plan, rollout(asked.plan)
    assert taught[3, 2017] == {"mandatory": ("s000", "s002"), "current": ("s003",)}
    assert taught[4, 2018] == {"optional": ("s000", "s002", "s003")}
    assert taught[9, 2021] == {"mandatory": ("s001", "s002", "s004")}
    assert (9, 2018) not in taught
    axes = draw_rollout(plan, VI).figure.axes[0]
    looks = {to_hex(look["facecolor"]): status for status, look in STATUS_LOOKS.items()}
    cells: dict[tuple[int, int], dict[str, int]] = {}
    grades = sorted({grade for grade, _ in taught})
    told = {(round(t.get_position()[0], 3), round(t.get_position()[1], 3)): t.get_text() for t in axes.texts}
    for part in axes.patches:
        middle = part.get_x() + part.get_width() / 2
        x, y = round(middle), round(part.get_y() + part.get_height() / 2)
        count = int(told[round(middle, 3), y].split()[0])
        cells.setdefault((grades[y], plan.problem.years[x]), {})[looks[to_hex(part.get_facecolor())]] = count
    assert cells == {key: {status: len(schools) for status, schools in cell.items()} for key, cell in taught.items()}


def test_mandatory_grades_are_those_the_need_counts(tmp_path: Path) -> None:
    """Where a school that the roadmap names has merged, who has its pupils teaches in its place."""
    world = World().unit().school("a", pupils={3: [48]}, open_until="2017-2018", merged_into="b")
    world.school("b", pupils={3: [0, 48]}).school("c", pupils={3: [24, 24]}).option("pc", 10_000_000, 5)
    found = roadmap({0: [3], 1: [3]})
    named = replace(found, phases=tuple(replace(p, schools=("a",)) for p in found.phases))
    problem = provision.pose(world.fund("f", [0, 0]).load(tmp_path), ["u"], named, Scenario())
    plan = provision.solve(problem)
    assert rollout(plan) == {(3, 2017): {"mandatory": ("a",)}, (3, 2018): {"mandatory": ("b",)}}
    assert {(c.school, c.year) for c in plan.machines if c.need} == {("a", 2017), ("b", 2018)}


def test_coverage_is_each_schools_own(asked: Asked) -> None:
    """A row a school, who misses most on top; a cell says which share of the year's need is met, and looks so."""
    plan, rows = asked.plan, coverage_rows(asked.plan)
    assert sum(sum(row.need.values()) for row in rows) == sum(c.need for c in plan.machines)
    assert sum(sum(row.missing.values()) for row in rows) == sum(c.missing for c in plan.machines) > 0
    assert [row.without for row in rows] == sorted((row.without for row in rows), reverse=True)
    axes = draw_coverage(plan, VI).figure.axes[0]
    told = {t.get_position(): t.get_text() for t in axes.texts}
    colours = {(round(p.get_x() + 0.48), round(p.get_y() + 0.45)): to_hex(p.get_facecolor()) for p in axes.patches}
    for y, row in enumerate(rows):
        for x, year in enumerate(plan.problem.years):
            met = row.met(year)
            if met is None:
                assert (told[x, y], (x, y) in colours) == ("·", False)
            else:
                assert told[x, y] == VI.percent(Fraction(int(met * 100), 100))
                assert colours[x, y] == next((colour for most, colour in BANDS if met < most), MET)


def test_fairness_is_drawn_as_it_is(asked: Asked) -> None:
    """The two lines are the shares of each school's need that are met, with the plan and with old machines alone."""
    plan = asked.plan
    lines = {
        line.get_linestyle(): list(line.get_ydata()) for line in draw_fairness(plan, VI).figure.axes[0].lines[:2]
    }
    by_school = {c.school: [r for r in plan.machines if r.school == c.school and r.need] for c in plan.machines}
    met = [1 - sum(r.missing for r in rows) / sum(r.need for r in rows) for rows in by_school.values()]
    old = [sum(min(r.need, r.stock) for r in rows) / sum(r.need for r in rows) for rows in by_school.values()]
    assert lines["-"] == pytest.approx(sorted(met))
    assert lines["--"] == pytest.approx(sorted(old))
    assert lines["-"] != lines["--"]


def test_the_bars_of_ages_are_all_machines(asked: Asked) -> None:
    """The parts of a bar are the machines of an age, together all that schools have; above it stands the mean age."""
    plan = asked.plan
    axes = draw_ages(plan, VI).figure.axes[0]
    bars = {(round(p.get_x() + p.get_width() / 2), to_hex(p.get_facecolor())): p.get_height() for p in axes.patches}
    for x, year in enumerate(plan.problem.years):
        whole = sum(c.have for c in plan.machines if c.year == year)
        assert sum(height for (at, _), height in bars.items() if at == x) == whole
        row = ages(plan)[year]
        young = to_hex(AGE_LOOKS["new"]["facecolor"])
        assert bars.get((x, young), 0) == sum(n for age, n in row.items() if age < 2)
        mean = VI.number(Fraction(sum(age * n for age, n in row.items()), sum(row.values())), 1)
        assert axes.texts[x].get_text() == f"{mean} năm"


@sample(range(300), fast=8, long=10)
def test_every_machine_has_an_age(seed: int, tmp_path: Path) -> None:
    """Whatever merges, closes, is moved, leased or mended: the machines of all ages are those that schools have."""
    world, pack, levers = whole_world(seed)
    units = [str(row["unit"]) for row in world.units]
    try:
        plan = provision.solve(provision.pose(world.load(tmp_path), units, pack, Scenario(**levers)))
    except ProvisionError:
        return  # its locks are refused
    for year, row in ages(plan).items():
        have = sum(c.have for c in plan.machines if c.year == year)
        assert sum(row.values()) == pytest.approx(float(have), abs=1e-6)
        assert min(row, default=0) >= 0
        assert min(row.values(), default=0) >= 0


def test_money_flows_to_the_dong(asked: Asked) -> None:
    """Every dong goes from a fund to a thing; bands are as wide as their sums, and each end says its own."""
    plan = asked.plan
    flows = flows_of(plan, VI)
    assert sum(flows.values()) == sum(p.amount for p in plan.payments) == plan.totals["cost"] > 0
    axes = draw_flow(plan, VI).figure.axes[0]
    bands = [patch for patch in axes.patches if isinstance(patch, PathPatch)]
    tall = [path.get_path().vertices[7][1] - path.get_path().vertices[0][1] for path in bands]
    assert sorted(tall) == pytest.approx(sorted(2.4 * n / sum(flows.values()) for n in flows.values()))
    ends = [patch.get_height() for patch in axes.patches if isinstance(patch, Rectangle)]
    assert sum(ends) == pytest.approx(4.8)
    told = "\n".join(text.get_text() for text in axes.texts)
    for side in (0, 1):
        for name in {names[side] for names in flows}:
            amount = sum(n for names, n in flows.items() if names[side] == name)
            assert f"{VI.number(Fraction(amount, 1_000_000), 1)} (" in told


def test_the_smallest_sums_stand_together(asked: Asked) -> None:
    """Of twenty funds the greatest have ends of their own, and all others one, so that no dong is left out."""
    problem = asked.plan.problem
    payment = asked.plan.payments[0]
    paid = [replace(payment, fund=("u", f"f{n:02}"), amount=1_000_000 * (n + 1)) for n in range(20)]
    names = {p.fund: (f"Nguồn {p.fund[1]}", "") for p in paid}
    purses = {(p.fund, p.year): next(iter(problem.purses.values())) for p in paid}
    many = replace(
        asked.plan, problem=replace(problem, fund_names=names, purses=purses), payments=tuple(paid), spending=()
    )
    told = [text.get_text() for text in draw_flow(many, VI).figure.axes[0].texts]
    assert len(told) == 9  # eight funds and one thing
    assert "Các khoản khác (13)\n91 (43,3\u00a0%)" in told
    assert "Nguồn f19\n20 (9,5\u00a0%)" in told


def test_what_is_said_without_the_picture_is_the_plans(charts: Callable[..., list[Chart]], asked: Asked) -> None:
    """Captions and descriptions tell need, what is missing, money and schools as the plan has them, to the dong."""
    plan, said = asked.plan, {chart.name: chart for chart in charts("vi", "half")}
    years = plan.totals["years"]
    needs = re.findall(r"cần (\d+), máy cũ (\d+), có thêm (\d+), thiếu (\d+)", said["need"].alt)
    for year, row in zip(plan.problem.years, needs, strict=True):
        need, old, new, missing = map(int, row)
        assert (need, missing) == (years[str(year)]["need"], years[str(year)]["missing"])
        assert old + new + missing == need
    last = years[str(plan.problem.years[-1])]
    assert f"còn thiếu {last['missing']} máy" in said["need"].caption
    for name in ("spending", "flow"):
        assert VI.money(plan.totals["cost"]) in said[name].caption
        sums = re.findall(r": ([\d.,]+) triệu đồng", said[name].alt)
        whole = sum(Fraction(amount.replace(".", "").replace(",", ".")) for amount in sums)
        assert abs(whole - Fraction(plan.totals["cost"], 1_000_000)) < Fraction(len(sums), 10)
    schools = sum(1 for c in plan.machines if c.year == plan.problem.years[-1] and c.need)
    met = schools - last["schools_short"]
    assert f"{met} trong {schools} trường" in said["coverage"].caption
    assert f"{met} trong {schools} trường có đủ máy" in said["pupils"].caption


@pytest.mark.parametrize("size", SIZES)
def test_four_scenarios_are_legible_side_by_side(asked: Asked, size: Size) -> None:
    """Four plans of long names stand side by side in both widths, none of their numbers on another."""
    chart = draw_comparison([asked.plan] * 4, VI, size=size)
    seen = boxes(chart.figure)
    assert (cut(chart.figure, seen), covered(chart.figure, seen)) == ([], [])
    assert chart.caption.count(f"thiếu {asked.plan.totals['missing']} máy-năm") == 4


@pytest.mark.parametrize("size", SIZES)
def test_half_a_page_has_the_same_figures(asked: Asked, size: Size) -> None:
    """The bars of the need chart are those of the plan in both widths."""
    levels = asked.plan.problem.levels
    axes = draw_need(asked.plan, VI, size=size).figure.axes
    for ax, panel in zip(axes, (("primary",), ("lower_secondary", "combined")), strict=True):
        for x, year in enumerate(asked.plan.problem.years):
            need = sum(c.need for c in asked.plan.machines if c.year == year and levels[c.school] in panel)
            bars = [p.get_height() for p in ax.patches if round(p.get_x() + p.get_width() / 2) == x]
            assert sum(bars) == pytest.approx(need)


# Five hundred schools ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return a plan of five hundred schools."""
    return large(tmp_path_factory.mktemp("large"))


def test_of_five_hundred_schools_none_is_left_out(many: Plan) -> None:
    """The worst served have a row each, all others a row with others; machines needed and missing add up."""
    chart = draw_coverage(many, VI, size="half")
    rows = [label.get_text() for label in chart.figure.axes[0].get_yticklabels()]
    assert len(rows) <= 50
    named = [row for row in rows if not re.search(r"trường thứ|trường đủ", row)]
    spans = [m for row in rows if (m := re.search(r"thứ (\d+)–(\d+)$", row))]
    met = [int(m[1]) for row in rows if (m := re.match(r"(\d+) trường đủ cả kỳ$", row))]
    assert len(set(named)) == len(named) > 30
    assert [int(m[1]) for m in spans] == [len(named) + 1, *(int(m[2]) + 1 for m in spans[:-1])]
    assert int(spans[-1][2]) + sum(met) == len(coverage_rows(many)) == 500


def test_of_five_hundred_schools_the_rest_is_told(many: Plan) -> None:
    """Below each panel of the pupils chart stands how many schools it does not draw, and the most of theirs."""
    figure = draw_pupils(many, VI).figure
    drawn_, told = 0, 0
    for ax in figure.axes:
        drawn_ += len(ax.get_yticklabels())
        told += int(re.match(r"Còn (\d+) trường khác, nhiều nhất là ", ax.get_xlabel())[1])  # type: ignore[index]
    assert drawn_ + told == 500
    assert drawn_ <= 50


@pytest.mark.long
@pytest.mark.parametrize(("language", "size"), [("vi", "half"), ("en", "full")])
def test_five_hundred_schools_are_legible(many: Plan, language: str, size: Size) -> None:
    """No chart of five hundred schools is cut, covered or taller than a page."""
    for chart in drawn(many, Words(language), {}, size=size):
        seen = boxes(chart.figure)
        assert (chart.name, cut(chart.figure, seen), covered(chart.figure, seen)) == (chart.name, [], [])
        assert chart.figure.get_figheight() <= TALLEST


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_plan_is_drawn_and_says_so(tmp_path: Path, size: Size) -> None:
    """A unit that needs nothing and has nothing has its charts, which say that there is nothing."""
    world = World().unit().school("a", pupils={1: [10]}).option("pc", 10_000_000, 5).fund("f", [0])
    plan = provision.solve(provision.pose(world.load(tmp_path), ["u"], roadmap({0: [3]}), Scenario()))
    for chart in drawn(plan, VI, {}, size=size):
        assert chart.save("png", dpi=50)
        assert cut(chart.figure, boxes(chart.figure)) == []
        assert chart.caption.endswith(".")


# Files ------------------------------------------------------------------------------------------------------------


def run(folder: Path, language: str = "vi") -> int:
    """Ask for the charts of a plan as a planner does."""
    return main(["report", str(folder), "--charts", "--language", language])


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave of the gallery one chart and one question, for speed."""
    monkeypatch.setattr("provision.charts.gallery.GALLERY", (draw_rollout, "next"))
    monkeypatch.setattr("provision.render.gallery.KINDS", ("png", "svg"))


@pytest.mark.usefixtures("few")
def test_charts_are_written_beside_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The charts come into the plan's folder with captions; a question not asked is told with its command.

    What lay there stays, the plan verifies, a batch keeps the folder as made, and a second time all is the same.
    """
    folder = Path(str(small(tmp_path).folder))
    (folder / "charts").mkdir()
    (folder / "charts" / "need.png").write_bytes(b"of the report")
    (folder / "charts" / "09-old-half.png").write_bytes(b"of a gallery before")
    made = Manifest(folder.parent, {}).with_outputs(folder, plan="p", report="r")
    assert run(folder) == 0
    assert capsys.readouterr().out.strip() == str(folder / "charts")
    files = {path.name: path.read_bytes() for path in (folder / "charts").iterdir()}
    ours = {f"01-rollout-{size}.{kind}" for size in SIZES for kind in ("png", "svg")}
    assert set(files) == {"captions.txt", "need.png", *ours}
    told = files["captions.txt"].decode("utf-8")
    assert draw_rollout(small(tmp_path / "again").plan, VI).caption in told
    assert f"provision ask next {folder}" in told
    assert "2. Thêm 100 triệu đồng nữa thì mua được gì." in told
    assert main(["verify", str(folder)]) == 0
    (folder / "charts" / "09-old-half.png").write_bytes(b"of a gallery before")
    assert made.holds(folder, plan="p", report="r")
    (folder / "charts" / "need.png").write_bytes(b"changed")
    assert not made.holds(folder, plan="p", report="r")
    (folder / "charts" / "need.png").write_bytes(b"of the report")
    assert run(folder) == 0
    assert {path.name: path.read_bytes() for path in (folder / "charts").iterdir()} == files


@pytest.mark.usefixtures("few")
def test_all_charts_or_none(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a chart cannot be written, what was there before stays as it was, and the reason is told."""
    folder = Path(str(asked.folder))
    (folder / "charts").mkdir()
    (folder / "charts" / "01-rollout-full.png").write_bytes(b"before")

    def full(*_: object, **__: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Chart, "save", full)
    assert run(folder) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert {path.name for path in (folder / "charts").iterdir()} == {"01-rollout-full.png"}
    assert not list(folder.glob(".charts*"))


@pytest.mark.long
def test_the_whole_gallery_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every chart comes in both widths, questions once asked with them, each with its words."""
    monkeypatch.setattr("provision.render.gallery.KINDS", ("svg",))  # for speed
    folder = Path(str(small(tmp_path).folder))
    for question in ("least", "compare"):
        assert main(["ask", question, str(folder)]) == 0
    assert run(folder, "en") == 0
    files = sorted(path.name for path in (folder / "charts").iterdir())
    assert len(files) == 10 * 2 + 1
    told = (folder / "charts" / "captions.txt").read_text("utf-8")
    assert all(name in told for name in files if name != "captions.txt")
    numbered = [int(number) for number in re.findall(r"^\d+(?=\. )", told, re.MULTILINE)]
    assert numbered == [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 6, 10, 11, 14, 15]  # those that are not drawn come last
    assert told.count("ILLUSTRATIVE DATA") == 10
    capsys.readouterr()


# Letters ----------------------------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=60, deadline=None)
@given(text=st.text("aàăâbcđeêgyỹƯ €1.,–…() ", max_size=90), inches=st.floats(0.3, 3))
def test_words_are_broken_and_cut_to_fit(text: str, inches: float) -> None:
    """A line is never wider than its room; broken into as many lines as it takes, no letter is lost."""
    assert width_of(fitted(text, inches, 7), 7) <= inches
    lines = wrapped(text, inches, 7, lines=200).split("\n")
    assert all(width_of(line, 7) <= inches for line in lines)
    assert signs("".join(lines)) == signs(text)
    short = wrapped(text, inches, 7, lines=2).split("\n")
    assert len(short) <= 2
    assert all(width_of(line, 7) <= inches for line in short)


@pytest.mark.parametrize(
    "names", [[], ["Trường"], ["Trường A", "Trường B"], [f"Trường Tiểu học Xã số {n}" for n in "12"]]
)
def test_schools_are_told_apart(names: Sequence[str]) -> None:
    """Where names are too long for their room, what all begin with goes first, so that they still differ."""
    told = told_apart(names, 0.6, 7)
    assert len(set(told)) == len(names)
    assert all(width_of(name, 7) <= 0.6 for name in told)
    assert told_apart(names, 9, 7) == list(names)


@sample(range(40), fast=1, long=2)
def test_any_plan_can_be_drawn(seed: int, tmp_path: Path) -> None:
    """Small random plans are drawn without a warning, whatever levels, mergers and funds they have."""
    world, found = random_world(seed)
    plan = provision.solve(provision.pose(world.load(tmp_path), ["u"], found, Scenario()))
    for chart in drawn(plan, VI, {}, size="half"):
        assert (chart.name, cut(chart.figure, boxes(chart.figure))) == (chart.name, [])

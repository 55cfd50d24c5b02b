"""Charts: what they say, that nothing is cut off, and that the same plan gives the same bytes."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from galleries import boxes, cut
from worlds import World, random_world, roadmap

from provision.charts import CHARTS, draw_spending
from provision.charts.chart import FUND_COLOURS
from provision.domain.plan import Plan
from provision.domain.roadmap import Minimum
from provision.model import solve
from provision.posing import pose
from provision.text import Words


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return a plan with two levels, a merger, stock, missing machines and made-up rows."""
    world, pack = random_world(12)
    for row in world.schools:
        row["source"] = "illustrative: invented"
        row["name"] = f"Trường Tiểu học và Trung học cơ sở {row['school_id']} có một cái tên rất dài đến tám mươi chữ"
    return solve(pose(world.load(tmp_path_factory.mktemp("charts")), ["u"], pack))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("draw", CHARTS)
def test_nothing_is_cut_off(plan: Plan, draw: object, language: str) -> None:
    """Every word of every chart lies inside the picture, in both languages, with long school names."""
    chart = draw(plan, Words(language))
    assert cut(chart.figure, boxes(chart.figure)) == []


@pytest.mark.parametrize("draw", CHARTS)
def test_made_up_data_says_so(plan: Plan, draw: object) -> None:
    """A chart that made-up rows have touched carries the banner, and every chart its source."""
    said = [text.get_text() for text in draw(plan, Words("vi")).figure.texts]
    assert any("DỮ LIỆU MINH HOẠ" in text for text in said)
    assert any(text.startswith("Nguồn: 1/TEST") for text in said)


@pytest.mark.parametrize("kind", ["png", "svg", pytest.param("pdf", marks=pytest.mark.long)])
def test_the_same_plan_gives_the_same_bytes(plan: Plan, kind: str) -> None:
    """Drawn twice, a chart is the same file."""
    words = Words("vi")
    for draw in CHARTS:
        assert draw(plan, words).save(kind) == draw(plan, words).save(kind)


def test_bars_are_the_plans_own_figures(plan: Plan) -> None:
    """The figure over each bar of the need chart is that year's need, level by level."""
    axes = CHARTS[0](plan, Words("vi")).figure.axes
    shown = [int(t.get_text()) for ax in axes for t in ax.texts if t.get_text().isdigit()]
    levels = plan.problem.levels
    for panel in (("primary",), ("lower_secondary", "combined")):
        rows = [c for c in plan.coverage if levels[c.school] in panel]
        needed = [sum(c.need for c in rows if c.year == y) for y in plan.problem.years]
        if any(needed):
            assert needed == [shown.pop(0) for _ in needed]
    assert shown == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_other_things_are_not_counted_as_machines(tmp_path: Path, language: str) -> None:
    """Printers that the roadmap asks for stand in no bar; a machine moved in is one the school has, not missing."""
    world = World().unit().school("a", pupils={3: [96, 96]}).school("b", pupils={3: [24, 24]})
    world.stock("b", 3, 0).option("pc", 10_000_000, 5).option("printer", 3_000_000, 5, item="printer")
    world.fund("f", [13_000_000, 0], name_vi="Quỹ", name_en="Fund")
    minimum = Minimum("printer", "school", 2, Fraction(1), (), "all", "3")
    plan = solve(pose(world.load(tmp_path), ["u"], roadmap({0: [3]}, minimums=[minimum])))
    assert {c.item for c in plan.coverage} == {"printer", "pupil_computer"}
    assert [(t.giver, t.taker, t.quantity) for t in plan.transfers] == [("b", "a", 2)]
    figure = CHARTS[0](plan, Words(language)).figure
    shown = [text.get_text() for ax in figure.axes for text in ax.texts]
    short = {"vi": "thiếu 1", "en": "1 missing"}[language]
    assert [text for text in shown if text.isdigit()] == ["5", "5"]
    assert [text for text in shown if not text.isdigit()] == [short, short]


def test_an_empty_plan_draws_too(tmp_path: Path) -> None:
    """A unit that needs nothing has its three charts, empty, without a warning."""
    world = World().unit().school("a", pupils={1: [10]}).option("pc", 10_000_000, 5).fund("f", [0])
    plan = solve(pose(world.load(tmp_path), ["u"], roadmap({0: [3]})))
    for draw in CHARTS:
        assert draw(plan, Words("en")).save("png", dpi=50)


def test_signs_in_names_stay_signs(tmp_path: Path) -> None:
    """Dollar signs, backslashes and tags in names are drawn as they are written."""
    world = World().unit(name=r"U $\frac$").school("a", pupils={3: [240]}, name=r"$x$ <b>&</b> \alpha")
    world.option("pc", 10_000_000, 5).fund("f", [50_000_000], name_vi="$a$ $b", name_en="$a$ $b")
    plan = solve(pose(world.load(tmp_path), ["u"], roadmap({0: [3]})))
    for draw in CHARTS:
        assert b"<svg" in draw(plan, Words("vi")).save("svg")


def test_no_two_funds_look_alike(tmp_path: Path) -> None:
    """Twenty funds are told apart, those after the eighth by a hatch."""
    world = World().unit().school("a", pupils={3: [240]}).option("pc", 10_000_000, 5)
    for number in range(20):
        world.fund(f"f{number:02}", [5_000_000])
    plan = solve(pose(world.load(tmp_path), ["u"], roadmap({0: [3]})))
    bars = draw_spending(plan, Words("en")).figure.axes[0].containers
    assert len({(bar[0].get_facecolor(), bar[0].get_hatch()) for bar in bars}) == len(bars) == 20


def test_colours_hold_in_grey() -> None:
    """The first funds differ by at least a sixth of the way from black to white when printed grey."""
    weights = ((0.299, 1), (0.587, 3), (0.114, 5))
    grey = sorted(sum(w * int(c[i : i + 2], 16) for w, i in weights) for c in FUND_COLOURS[:3])
    assert all(b - a >= 255 / 6 for a, b in pairwise(grey))

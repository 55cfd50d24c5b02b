"""Plans side by side: figures are each plan's own, differences are to the first, and who gains or loses is said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from worlds import World, roadmap

from provision.charts import draw_comparison
from provision.domain.plan import Plan
from provision.domain.roadmap import Minimum
from provision.domain.scenario import Scenario
from provision.model import solve
from provision.posing import pose
from provision.questions.compare import Comparison, compare, labels
from provision.text import LANGUAGES, Words

VI = Words("vi")


@cache
def plan(**levers: object) -> Plan:
    """Return a plan of three schools that need ten machines, which money for eight a year does not buy at once."""
    world = World().unit().option("pc", 10_000_000, 5, source="illustrative: made up")
    world.school("a", pupils={3: [120, 120]}).school("b", pupils={3: [96, 96]}).school("c", pupils={3: [24, 24]})
    world.fund("main", [80_000_000, 20_000_000])
    with TemporaryDirectory() as folder:
        return solve(pose(world.load(Path(folder)), ["u"], roadmap({0: [3]}), Scenario(**levers)))


@cache
def half() -> Plan:
    """Return the same with half the money and b's machines locked."""
    return plan(name="half", label_vi="Nửa tiền", budget_factor=0.5)


def cells(comparison: Comparison, label: str) -> dict[str, str]:
    """Return a plan's figures by their name."""
    frame = comparison.totals.frame
    return dict(zip(frame[VI("compare.what")], frame[label], strict=True))


def test_each_column_is_the_plan_itself() -> None:
    """Need, missing, cost and the rest are those of the plan whose name stands above them."""
    found = compare([plan(), half()], VI)
    assert found.labels == ("base", "Nửa tiền")
    for label, one in zip(found.labels, (plan(), half()), strict=True):
        figures, years = cells(found, label), one.totals["years"]
        assert figures["Nhu cầu năm học 2017-2018 (máy)"] == "10"
        for year in (2017, 2018):
            head = f"Thiếu năm học {year}-{year + 1} (máy)"
            assert figures[head] == VI.number(years[str(year)]["missing"])
        assert figures["Thiếu cả kỳ (máy-năm)"] == VI.number(one.totals["missing"])
        assert figures["Tổng chi (triệu đồng)"] == VI.number(one.totals["cost"] / 1_000_000, 1)
        left = one.totals["budget"] - one.totals["cost"]
        assert figures["Còn dư (triệu đồng)"] == VI.number(left / 1_000_000, 1)
        assert figures["Mua, sửa hoặc nâng cấp cả kỳ (máy)"] == VI.number(sum(p.quantity for p in one.purchases))
    assert cells(found, "base")["Thiếu cả kỳ (máy-năm)"] == "2"
    assert cells(found, "Nửa tiền")["Thiếu cả kỳ (máy-năm)"] == "11"


def test_money_stands_by_item_and_by_fund() -> None:
    """What is paid by item, and by fund, is each plan's cost; plans that pay the same have no such table."""
    found = compare([plan(), half()], VI)
    for table, name in ((found.items, "máy tính học sinh"), (found.money, "main")):
        costs = [VI.number(one.totals["cost"] / 1_000_000, 1) for one in (plan(), half())]
        assert table.frame.to_numpy().tolist() == [[name, *costs]]
        assert any(table is one for one in found.sheets)
    assert len(compare([plan(), plan()], VI).sheets) == 3


def test_only_levers_that_differ_are_shown() -> None:
    """Of all levers the table has the one that was moved, with what it stands at in each scenario."""
    frame = compare([plan(), half()], VI).levers.frame
    assert frame.to_numpy().tolist() == [["Hệ số kinh phí", "1", "0,5"]]
    ratio = compare([plan(), plan(name="r", primary_ratio=30.0)], VI).levers.frame
    assert ratio.to_numpy().tolist() == [["Học sinh/máy, tiểu học", "mặc định", "30"]]
    assert compare([plan(), plan()], VI).levers.html == "<p>Các kịch bản có mọi giả định như nhau.</p>"


@pytest.mark.parametrize("year", [None, 2017, 2018])
def test_differences_by_school_add_up(year: int | None) -> None:
    """What schools miss more or less adds up to what the plans do; the greatest difference stands first."""
    found = compare([plan(), half()], VI, year=year)
    change = found.frame["Nửa tiền: chênh so với kịch bản đầu"]
    years = ["2017", "2018"] if year is None else [str(year)]
    first, second = (sum(p.totals["years"][y]["missing"] for y in years) for p in (plan(), half()))
    assert sum(change) == second - first
    assert all(abs(a) >= abs(b) > 0 for a, b in pairwise([*change, change.iloc[-1]]))
    assert len(found.frame) == len(found.schools.frame)
    told = 3 - len(found.frame)
    assert found.schools.note.startswith(f"{told} trường thiếu như nhau trong mọi kịch bản")


def test_a_sentence_says_who_loses_and_who_gains() -> None:
    """Less money: a sentence tells the machine-years missed more, the money, how many lose and who loses most."""
    (said,) = compare([plan(), half()], VI).said
    assert said.startswith(
        "So với “base”, các năm học 2017-2018 đến 2018-2019, kịch bản “Nửa tiền” thiếu thêm 9 máy-năm"
    )
    assert "(từ 2 lên 11) và cả kỳ chi ít hơn 50 triệu đồng. " in said
    loses = [row for row in compare([plan(), half()], VI).frame.to_numpy().tolist() if row[-1] > 0]
    assert f" {len(loses)} trường thiếu nhiều hơn, nhiều nhất là {loses[0][1]} (thêm {loses[0][-1]})." in said
    assert "thiếu ít hơn" not in said
    (back,) = compare([half(), plan()], VI).said
    assert "bớt thiếu 9 máy-năm (từ 11 xuống 2) và cả kỳ chi thêm 50 triệu đồng." in back
    assert f"{len(loses)} trường thiếu ít hơn" in back
    (same,) = compare([plan(), plan()], VI).said
    assert same.endswith("thiếu số máy-năm như nhau (2) và cả kỳ chi số tiền như nhau. " + VI("compare.nobody"))


def test_central_and_per_school_stand_side_by_side(tmp_path: Path) -> None:
    """6072/BGDĐT-CNTT, I.2.a: one server for all, or one a school: what each leaves the schools to look after."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [200_000_000])
    world.option("server", 20_000_000, 5, item="central_server", upkeep=2_000_000)
    for school in "abc":
        world.school(school, pupils={3: [24]})
    inputs, servers = world.load(tmp_path), [("unit", "central"), ("school", "per_school")]
    asked = (Minimum("central_server", per, 1, Fraction(1), (), "all", "1", arrangement=way) for per, way in servers)
    pack = replace(roadmap({0: [3]}), minimums=tuple(asked))
    ways = [Scenario(name=way, arrangement=way) for _, way in servers]
    found = compare([solve(pose(inputs, ["u"], pack, way)) for way in ways], VI)
    told = {label: cells(found, label) for label in ("central", "per_school")}
    rows = [f"Máy chủ, phần mềm do {who} quản lý (năm cuối)" for who in ("các trường tự", "đơn vị")]
    assert [[told[label][row] for row in rows] for label in told] == [["0", "1"], ["3", "0"]]
    upkeep = "Chi phí duy trì máy chủ, phần mềm cả kỳ (triệu đồng)"
    assert (told["central"][upkeep], told["per_school"][upkeep]) == ("2", "6")


def test_names_that_repeat_are_told_apart() -> None:
    """Two scenarios of one name, or one named like a heading, have columns of their own."""
    assert labels([plan(), plan(), half(), half()], VI) == ("base", "base (2)", "Nửa tiền", "Nửa tiền (2)")
    named = plan(name="x", label_vi="Nội dung so sánh")
    assert labels([named], VI) == ("Nội dung so sánh (2)",)
    assert len(compare([named, named, plan()], VI).totals.frame.columns) == 4


def test_years_that_one_plan_lacks_are_dashes() -> None:
    """Plans of different years stand side by side: a dash where one plans nothing; schools by common years."""
    short = plan(name="short", horizon="2017-2018")
    found = compare([plan(), short], VI)
    assert cells(found, "short")["Thiếu năm học 2018-2019 (máy)"] == "–"
    assert cells(found, "short")["Thiếu năm học 2017-2018 (máy)"] == "2"
    assert "năm học 2017-2018, kịch bản “short”" in found.said[0]
    later = plan(name="later", horizon="2018-2019")
    none = compare([short, later], VI)
    assert len(none.frame) == 0
    assert "không có năm học chung" in none.said[0]
    assert len(draw_comparison([short, later], VI).figure.axes[0].get_xticks()) == 2


@pytest.mark.parametrize("count", [0, 1, 5])
def test_two_to_four_plans_are_compared(count: int) -> None:
    """One plan has nothing beside it, and five cannot be told apart."""
    with pytest.raises(ValueError, match=str(count)):
        compare([plan()] * count, VI)
    with pytest.raises(ValueError, match="1999"):
        compare([plan()] * 2, VI, year=1999)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_scenarios_stay_text(language: str) -> None:
    """A scenario named like a tag is shown as it is written."""
    named = plan(name="x", label_vi="<script>", label_en="<script>")
    found = compare([named, half()], Words(language))
    for shown in (found.totals.html, found.levers.html, found.schools.html, found._repr_html_()):
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bars_are_what_is_missing(language: str) -> None:
    """Each scenario has a bar a year, as high as what it misses, a look of its own and its name below."""
    words = Words(language)
    figure = draw_comparison([plan(), half(), plan(), half()], words).figure
    bars = figure.axes[0].containers
    heights = [[bar.get_height() for bar in group] for group in bars]
    wanted = [[p.totals["years"][y]["missing"] for y in ("2017", "2018")] for p in (plan(), half(), plan(), half())]
    assert heights == wanted
    assert len({(group[0].get_facecolor(), group[0].get_hatch()) for group in bars}) == 4
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(
        labels([plan(), half(), plan(), half()], words)
    )


def test_nothing_is_cut_off_and_made_up_data_says_so() -> None:
    """With four long names every word lies inside the picture; one plan of made-up data gives it the banner."""
    scenario = plan().problem.scenario
    long = replace(scenario, label_vi="Kịch bản có một cái tên rất dài, dài hơn cả một dòng của trang giấy A4 " * 2)
    made_up = replace(plan(), problem=replace(plan().problem, scenario=long, illustrative=True))
    real = replace(plan(), problem=replace(plan().problem, scenario=long, illustrative=False))
    chart = draw_comparison([real, made_up, real, real], VI)
    chart.save("png", dpi=60)
    drawn, (width, height) = chart.figure.get_tightbbox(), chart.figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= -0.01
    assert drawn.x1 <= width + 0.01
    assert drawn.y1 <= height + 0.01
    assert any("DỮ LIỆU MINH HOẠ" in text.get_text() for text in chart.figure.texts)
    assert not any("MINH HOẠ" in text.get_text() for text in draw_comparison([real, real], VI).figure.texts)
    assert chart.save("svg") == draw_comparison([real, made_up, real, real], VI).save("svg")

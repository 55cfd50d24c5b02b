"""What many units come to together: sums that are right, charts that can be read, an index that can be sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import tomli_w
from browsers import barriers, chromium, new_page, picture
from folders import packed
from test_apart import province
from worlds import roadmap

from provision.charts import PROVINCE_CHARTS, Chart
from provision.domain.plan import Coverage, Spending
from provision.domain.scenario import Scenario
from provision.model import solve
from provision.posing import pose
from provision.questions import province_money
from provision.questions import province_shown as shown
from provision.questions.province import Province, read_province
from provision.render.index import index_page
from provision.render.notebook import report_province
from provision.render.tasks import Order, Report, RollUp, Task
from provision.store import open_plan, save_plan
from provision.store.standing import Standing, write_list
from provision.text import Words

YEARS = (2017, 2018)


def planned(folder: Path) -> Path:
    """Return a scenario's folder with the plans of two units, each of its own money, and their list."""
    world = province()
    world.budget = [row for row in world.budget if row["unit"]]
    world.budget[-1]["amount"] = 0
    inputs, pack = world.load(folder / "data"), folder / "test.toml"
    pack.write_text(tomli_w.dumps(packed(roadmap({0: [3]}))), encoding="utf-8")
    for unit in "ab":
        problem = pose(inputs, [unit], roadmap({0: [3]}), Scenario(label_vi="Cơ sở", label_en="Base"))
        save_plan(solve(problem), inputs, folder / "base" / unit, roadmap=str(pack))
    write_list(folder / "base", [("a", "A", "a", "", ""), ("b", "B", "b", "", "")])
    return folder / "base"


def standing(unit: str, name: str, *, need: int, missing: int, spent: int = 5, schools: int = 3) -> Standing:
    """Return a plan of made-up numbers: so many machines needed and missing each year, whole million VND spent."""
    row = {"need": need, "have": need - missing, "missing": missing, "pupils_without": 20 * missing}
    row |= {"schools_short": min(schools, missing), "spent": spent * 1_000_000}
    summary = {
        "units": [unit],
        "scenario": {"name": "base", "label_vi": "Cơ sở", "label_en": "Base", "time_limit": 60.0},
        "roadmap": {"document": "495/HD-PGD&ĐT", "title_vi": "Lộ trình", "title_en": "Roll-out"},
        "projected_years": ["2018-2019"],
        "status": "proven" if missing % 2 else "feasible",
        "reproducible": True,
        "rungs": [],
        "illustrative": True,
        "warnings": [{"code": "x", "vi": f"Lưu ý của {name}", "en": f"Note of {name}"}],
        "totals": {"years": {str(y): row for y in YEARS}, "missing": 2 * missing, "cost": 2 * spent * 1_000_000},
    }
    machines = tuple(
        Coverage(f"{unit}-{n}", y, "pupil_computer", 8, 0, 0, 8 - m, 0, 8 - m, m, 0, 160, 20 * m)
        for y in YEARS
        for n in range(schools)
        for m in (min(8, missing if n == 0 else 0),)
    )
    spending = tuple(
        Spending(fund, y, amount, 0, amount, 0)
        for y in YEARS
        for fund, amount in ((("", "tinh"), 1_000_000), ((unit, "own"), (spent - 1) * 1_000_000))
    )
    names = {unit: name} | {f"{unit}-{n}": f"Trường {name} số {n}" for n in range(schools)}
    funds = {("", "tinh"): ("Ngân sách tỉnh", "Province"), (unit, "own"): ("Ngân sách huyện", "District")}
    return Standing(summary, machines, spending, names, funds)


def many(count: int) -> Province:
    """Return so many units with long names."""
    name = "Xã Nguyễn Thị Minh Khai – Hoàng Hoa Thám & <một> đơn vị có tên dài đến tám mươi chữ số"
    plans = [standing(f"u{n}", f"{name} {n}", need=100 + n, missing=(n * 37) % 80) for n in range(count)]
    return Province(tuple(plans), (), {"Xã hỏng": "enrolment.csv, dòng 3: …"})


def test_a_roll_up_is_the_sum_of_its_units(tmp_path: Path) -> None:
    """Read back from the folders: need, missing and money of both units, in the sentences and in the tables."""
    found = read_province(planned(tmp_path))
    words = Words("vi")
    assert [plan.name for plan in found.plans] == ["A", "B"]
    last = found.years[-1]
    assert found.total(last, "need") == 8
    missing = found.total(last, "missing")
    assert missing == sum(c.missing for plan in found.plans for c in plan.machines if c.year == last)
    assert found.cost == sum(s.spent for plan in found.plans for s in plan.spending)
    said = shown.findings(found, words)
    obtained = sum(p.quantity for unit in "ab" for p in open_plan(tmp_path / "base" / unit).plan.machines_bought)
    assert f"có thêm {obtained} máy" in said[0]
    assert f"cần 8 máy và còn thiếu {words.number(missing)} máy" in said[1]
    assert words.money(found.cost) in said[2]
    rows = shown.by_unit(found, words).frame
    assert list(rows.iloc[:, 0]) == ["A", "B", "Cộng"]
    assert list(rows.iloc[:, 1]) == ["4", "4", "8"]


def test_who_has_no_plan_is_told_and_not_counted() -> None:
    """The unit without a plan stands in the sentences and in the table, and in no sum."""
    words, found = Words("vi"), many(3)
    assert any("Xã hỏng chưa có kế hoạch" in line for line in shown.findings(found, words))
    rows = shown.by_unit(found, words).frame
    assert list(rows.iloc[:, 0])[-2:] == ["Xã hỏng", "Cộng"]
    assert rows.iloc[-2, 1] == ""
    assert rows.iloc[-1, 1] == words.number(303)


def test_shared_money_stands_apart_from_the_units_own() -> None:
    """One row a fund and year: what all share, then what each has of one code, added up."""
    rows = [(m.fund, m.year, m.shared, m.budget, m.spent) for m in many(3).money()]
    assert rows == [
        ("tinh", 2017, True, 3_000_000, 3_000_000),
        ("tinh", 2018, True, 3_000_000, 3_000_000),
        ("own", 2017, False, 12_000_000, 12_000_000),
        ("own", 2018, False, 12_000_000, 12_000_000),
    ]


def test_the_worst_served_schools_of_all_come_first() -> None:
    """Ten schools at most, by the share of their need that is missing, each with its unit."""
    rows = shown.by_school(many(30), Words("vi")).frame
    assert len(rows) == 10
    assert set(rows.iloc[:, -1]) == {"100\u00a0%"}


def test_a_remark_says_whose_it_is() -> None:
    """What one plan must be read with names its unit; what is alike is told once, with how many units it is of."""
    alone, alike = shown.caveats(many(1), Words("vi")).html, shown.caveats(many(7), Words("vi")).html
    assert "đơn vị có tên dài đến tám mươi chữ số 0: Lưu ý của" in alone
    assert alike.count("<li>") == 1
    assert "7 đơn vị có lưu ý cùng loại với số liệu riêng, chẳng hạn Xã" in alike


def test_shared_money_stands_beside_what_each_lacks(tmp_path: Path) -> None:
    """Shared money, own money and a split by shortage alone: each column of the table adds up to what is there."""
    words, found = Words("vi"), many(3)
    rows = province_money.by_shortage(found, words).frame
    lacking = [int(text) for text in rows.iloc[:, 1]]
    assert lacking == [plan.lacking for plan in found.plans] == [24, 24, 24]  # three schools that need eight each
    assert list(rows.iloc[:, 2]) == ["8"] * 3
    assert list(rows.iloc[:, 3]) == ["2"] * 3
    assert list(rows.iloc[:, 5]) == ["2"] * 3
    real = read_province(planned(tmp_path))
    assert province_money.by_shortage(real, words).html == "<p>Không đơn vị nào được chi từ nguồn dùng chung.</p>"


def test_equipment_and_upkeep_are_added_up(tmp_path: Path) -> None:
    """Item by item and year by year: what all units' own tables say."""
    words, real = Words("vi"), read_province(planned(tmp_path))
    plans = [open_plan(tmp_path / "base" / unit).plan for unit in "ab"]
    rows = province_money.by_upkeep(real, words).frame
    assert len(rows) == len(real.years)
    assert sum(u.cost for plan in real.plans for u in plan.upkeep) == sum(u.cost for p in plans for u in p.upkeep)
    assert shown.by_item(real, words).frame.empty
    item = Coverage("u0-0", 2018, "printer", 4, 0, 0, 3, 0, 3, 1, 0, 160, 40)
    more = replace(many(1), plans=(replace(many(1).plans[0], coverage=(item,)),))
    (row,) = shown.by_item(more, words).frame.itertuples(index=False)
    assert tuple(row)[1:] == ("4", "1", "25\u00a0%", "1")


def test_the_units_reports_are_a_press_away() -> None:
    """The province's page leads to each unit's report and back to the page of all, wherever the folder lies."""
    plan = replace(many(1).plans[0], folder="xã 1")
    html = shown.links(Province((plan,), (), {}), Words("vi")).html
    assert 'href="../x%C3%A3%201/report.html"' in html
    assert 'href="../../index.html"' in html


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("count", [1, 10, 102])
@pytest.mark.parametrize("draw", PROVINCE_CHARTS)
def test_nothing_is_cut_off(draw: Callable[[Province, Words], Chart], count: int, language: str) -> None:
    """Every word of every chart lies inside the picture, in both languages, of one unit and of a hundred."""
    chart = draw(many(count), Words(language))
    drawn, (width, height) = chart.figure.get_tightbbox(), chart.figure.get_size_inches()
    assert drawn.x0 >= -0.01
    assert drawn.y0 >= -0.01
    assert drawn.x1 <= width + 0.01
    assert drawn.y1 <= height + 0.01
    told = [text.get_text() for text in chart.figure.texts]
    assert Words(language)("banner.illustrative") in told
    assert Words(language)("banner.projected") in told
    assert chart.save("png", dpi=60) == chart.save("png", dpi=60)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an index page of twelve units, one of which has no plan."""
    order, plans = Order(tmp_path, None, "vi", tmp_path), many(12).plans
    tasks = [Task(order, p.units[0], "base", "base", p.name) for p in plans]
    reports = [Report(task, failure="hỏng & <b>" if n == 4 else "") for n, task in enumerate(tasks)]
    by_folder = {task.folder: plan for task, plan in zip(tasks, plans, strict=True)}
    monkeypatch.setattr("provision.render.index.read_standing", by_folder.__getitem__)
    page = index_page([*reports, Report(RollUp(order, "base", ()))], Words("vi"))
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    return tmp_path / "index.html"


@pytest.mark.long
@pytest.mark.parametrize("width", [1300, 420])
def test_the_index_is_sorted_by_any_column(index: Path, width: int) -> None:
    """A press on a heading sorts by it, another turns the order round; who has no plan stays last."""
    with chromium() as browser:
        page, watched = new_page(browser, width=width)
        page.goto(index.as_uri())

        def column(at: int) -> list[str]:
            return page.locator(f"tbody tr:not(:has(.failed)) td:nth-child({at})").all_inner_texts()

        before = [float(text.replace(",", ".")) for text in column(2)]
        assert len(before) == 11
        assert before != sorted(before)
        page.get_by_role("button", name="Thiếu ở năm cuối").click()
        assert [float(text.replace(",", ".")) for text in column(2)] == sorted(before)
        page.get_by_role("button", name="Thiếu ở năm cuối").focus()
        page.keyboard.press("Enter")
        assert [float(text.replace(",", ".")) for text in column(2)] == sorted(before, reverse=True)
        assert page.locator("tbody tr").last.locator(".failed").inner_text().endswith("hỏng & <b>")
        assert page.locator("tfoot td").first.inner_text() == Words("vi").number(sum(before))
        picture(page, f"index-{width}")
        assert barriers(page) == []
        assert (watched.errors, watched.asked) == ([], [index.as_uri()])


@pytest.mark.long
def test_nobody_is_kept_out_of_the_province_s_page(tmp_path: Path) -> None:
    """On a phone, a tablet and a screen axe finds no barrier in the report of many units, and nothing is cut off."""
    folder = planned(tmp_path) / "new" / "province"  # as far below the plans as while it is made
    folder.mkdir(parents=True)
    told = {"data": "data", "scenario": "base", "language": "vi"}
    report = report_province(folder, told, title="A & <B>", language="vi")
    with chromium() as browser:
        for width in (360, 768, 1300):
            page, watched = new_page(browser, width=width)
            page.goto(report.as_uri())
            picture(page, f"province-{width}")
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.evaluate("[...document.images].every(i => i.alt.length > 20)")
            assert (watched.errors, watched.asked) == ([], [report.as_uri()])

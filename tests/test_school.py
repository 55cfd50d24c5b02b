"""One school's page and every school's coverage: they say what the plan's tables say, also after mergers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World, random_world, roadmap, whole_world

from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.roadmap import Minimum
from provision.domain.scenario import Scenario
from provision.errors import ProvisionError
from provision.intake import load, read_roadmap
from provision.model import solve
from provision.posing import pose
from provision.questions.coverage import bases, coverage_frame
from provision.questions.history import brings, paid_by, school_years
from provision.questions.ratios import basis_in_force
from provision.questions.school import school_page, schools_of
from provision.text import LANGUAGES, Words

VI = Words("vi")
ROOT = Path(__file__).resolve().parent.parent


@cache
def hiep_hoa() -> Plan:
    """Return a plan of Hiệp Hoà in fractions of machines."""
    inputs = load(ROOT / "data" / "bac-giang")
    quick = Scenario(whole_machines=False, ladder=("missing", "minimums", "money"))
    return solve(pose(inputs, ["hiep-hoa"], read_roadmap("hiep-hoa-2017"), quick))


@cache
def small() -> Plan:
    """Return a plan in which a's two machines go to b by merger in 2019, and nothing is moved otherwise.

    School c closes without a successor; d has a machine and no need; ``<k>`` is a kindergarten that needs a printer.
    """
    world = World().unit().option("pc", 10_000_000, 5, name_vi="Máy <mới>")
    world.school("a", pupils={3: [48, 48]}, open_until="2018-2019", merged_into="b")
    world.school("b", pupils={3: [48, 48, 96]}).school("c", pupils={3: [24]}, open_until="2017-2018")
    world.school("d", pupils={1: [9, 9, 9]}).stock("d", 1, 0, life_years=3).stock("b", 1, -3, life_years=5)
    world.school("e", "combined", pupils={3: [24, 24, 24], 4: [24, 24, 24]}).school("k", "kindergarten", name="<k>")
    world.fund("main", [43_000_000, 0, 0], name_vi="Quỹ & bạn", carry_over=1)
    minimum = Minimum("printer", "school", 1, Fraction(1), ("kindergarten",), "all", "1")
    world.option("printer", 4_000_000, 5, item="printer")
    with TemporaryDirectory() as folder:
        inputs = world.load(Path(folder))
    return solve(pose(inputs, ["u"], roadmap({0: [3]}, minimums=[minimum]), Scenario(transfers=False)))


@cache
def whole(seed: int) -> Plan | None:
    """Return the plan of a random world that mixes all the model knows, None where its locks cannot be had."""
    world, pack, levers = whole_world(seed) if seed % 2 else (*random_world(seed), {})
    with TemporaryDirectory() as folder:
        inputs = world.load(Path(folder))
    units = [str(unit["unit"]) for unit in world.units]
    try:
        return solve(
            pose(inputs, units, pack, Scenario(**levers | {"whole_machines": seed % 3 == 0, "time_limit": 5.0}))
        )
    except ProvisionError:
        return None


def reconcile(plan: Plan) -> None:
    """Check that all schools' pages together are the plan."""
    problem = plan.problem
    pages = {school: school_years(plan, school) for school in schools_of(plan)}
    rows = {(school, row.year): row for school, found in pages.items() for row in found}
    for year in problem.years:
        total = plan.totals["years"][str(year)]
        here = [row for (_, y), row in rows.items() if y == year]
        for name in ("need", "have", "missing", "pupils_without"):
            assert sum(getattr(row, name) for row in here) == pytest.approx(total[name], abs=1e-6)
        moved = sum(t.quantity for t in plan.transfers if (t.year, t.item) == (year, PUPIL_COMPUTER))
        assert sum(row.left for row in here) == sum(row.arrived for row in here) == moved
    for (school, item, year), demand in problem.demand.items():
        if item == PUPIL_COMPUTER:
            assert problem.counted.get((basis_in_force(problem), school, year), 0) == demand.pupils
    bought: Counter[str] = Counter()
    for row in rows.values():
        for option, quantity in row.got:
            bought[option] += quantity  # type: ignore[assignment]  # fractions of machines
    serving = [p for p in plan.purchases if PUPIL_COMPUTER in problem.options[p.option].serves]
    assert bought == Counter(
        {o: sum(p.quantity for p in serving if p.option == o) for o in {p.option for p in serving}}
    )
    paid = Counter({(p.fund, p.year): 0 for p in plan.payments})
    for school in pages:
        for (year, fund), amount in paid_by(plan, school).items():
            paid[fund, year] += amount
    assert paid == Counter({(s.fund, s.year): s.spent for s in plan.spending if (s.fund, s.year) in paid})
    assert sum(paid.values()) == plan.totals["cost"]


def follow(plan: Plan) -> int:
    """Check that each school's machines follow from those of the year before; return how many rows were checked."""
    checked = 0
    for school in schools_of(plan):
        rows = {row.year: row for row in school_years(plan, school) if row.is_open}
        for year in (y for y in rows if y - 1 in rows):
            row, before = rows[year], rows[year - 1]
            new = sum(
                n
                for (code, c), n in plan.problem.cohorts.items()
                if c.item == PUPIL_COMPUTER and c.first == year and plan.problem.owner(code, year) == school
            )
            comes = sum(n for _, n in row.got) + row.arrived + row.joined + new
            assert row.have == before.have - row.aged - row.left + comes, (school, year)
            checked += 1
    return checked


# Figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_pages_of_a_district_are_its_plan() -> None:
    """In Hiệp Hoà need, machines, purchases, moves and every dong of all pages add up to the plan's totals."""
    reconcile(hiep_hoa())
    assert follow(hiep_hoa()) > 150


@pytest.mark.long
@settings(derandomize=True, max_examples=25, deadline=None)
@given(seed=st.integers(0, 400))
def test_the_pages_of_any_world_are_its_plan(seed: int) -> None:
    """Whatever merges, closes, is moved, leased, locked or carried out: all pages together are the plan."""
    plan = whole(seed)
    if plan is None:
        return
    reconcile(plan)
    if not plan.problem.scenario.delivery_lag:
        follow(plan)
    for school in plan.problem.schools:
        assert school_page(plan, school, VI).html.startswith("<h2>")


def test_a_world_is_followed_at_all() -> None:
    """Among random worlds most have schools whose machines can be followed from year to year."""
    plans = [plan for seed in range(0, 12, 2) if (plan := whole(seed))]
    assert sum(map(follow, plans)) > 20


def test_what_a_merged_school_brings_is_what_it_had() -> None:
    """School a brings its two machines to b when it merges; there b's own old one is too old already."""
    plan = small()
    assert brings(plan, "a", 2019) == {PUPIL_COMPUTER: 2}
    (row,) = (row for row in school_years(plan, "b") if row.year == 2019)
    assert (row.joined, row.aged, row.stock) == (2, 1, 0)
    assert [row.year for row in school_years(plan, "a")] == [2017, 2018]


# Words ------------------------------------------------------------------------------------------------------------


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_page_says_where_a_school_goes_and_what_came_to_it() -> None:
    """The page of a merged school names its heir, that of the heir the school; a closed one says so."""
    pages = {school: _text(school_page(small(), school, VI).html) for school in schools_of(small())}
    machines = "những thứ còn dùng được: 2 máy tính học sinh."
    assert f"Từ năm học 2019-2020, trường sáp nhập vào Trường b, mang theo {machines}" in pages["a"]
    assert f"Từ năm học 2019-2020, Trường a sáp nhập vào đây, mang theo {machines}" in pages["b"]
    assert "Từ năm học 2018-2019, trường đóng cửa và không sáp nhập vào trường nào" in pages["c"]
    assert "U; cấp học: mầm non." in pages["k"]


def test_a_page_tells_its_place_from_the_worst() -> None:
    """The school that misses the largest share of its need is number 1; the others follow."""
    plan = small()
    ends = {c.school: Fraction(c.missing) / c.need for c in plan.machines if c.year == 2019 and c.need}
    assert set(ends) == {"b", "e"}
    said = {school: _text(school_page(plan, school, VI).html) for school in ends}
    worst = max(ends, key=lambda school: ends[school])
    assert "trường đứng thứ 1 trong 2 trường" in said[worst]
    rest = (ends.keys() - {worst}).pop()
    told = "thứ 2 trong 2 trường" if ends[rest] else "đây là một trong 1 trên 2 trường có đủ máy"
    assert told in said[rest]
    assert "trường đứng" not in school_page(plan, "d", VI).html


@pytest.mark.long
def test_the_money_of_a_page_is_told_to_the_dong() -> None:
    """Below the funds stands what was paid for the school in all, to the dong."""
    plan = hiep_hoa()
    school = max(plan.payments, key=lambda p: p.amount).school
    total = sum(p.amount for p in plan.payments if p.school == school)
    assert f"Tổng cộng {VI.exact_money(total)}." in school_page(plan, school, VI).html
    assert "Không có khoản chi nào cho trường này." in school_page(small(), "d", VI).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_stay_text(language: str) -> None:
    """A name with a tag or an ampersand is shown as it is written."""
    words = Words(language)
    assert "<h2>&lt;k&gt;</h2>" in school_page(small(), "k", words).html
    page = school_page(small(), "a", Words("vi")).html
    assert "Máy &lt;mới&gt;: 2" in page
    assert "Quỹ &amp; bạn" in page


def test_years_carried_out_are_marked() -> None:
    """On a page a year that was carried out says so."""
    plan = small()
    done = replace(plan, problem=replace(plan.problem, frozen_until=2017))
    assert "<td>2017-2018 (đã thực hiện)</td>" in school_page(done, "b", VI).html
    assert "<td>2018-2019</td>" in school_page(done, "b", VI).html


# Coverage ---------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_coverage_adds_up_and_begins_with_the_worst() -> None:
    """Need, machines and missing of the last year add up to the plan's; shares missing fall from row to row."""
    plan = hiep_hoa()
    table = coverage_frame(plan, VI)
    total = plan.totals["years"]["2021"]
    for head, name in (("Nhu cầu", "need"), ("Hiện có", "have"), ("Thiếu", "missing")):
        assert table[head].sum() == pytest.approx(total[name], abs=1e-6)
    shares = [share for share in table["Tỷ lệ thiếu"] if not isnan(share)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0


def test_coverage_counts_pupils_both_ways() -> None:
    """Of e, 24 of 48 pupils are in a grade taught; without a machine before the plan nobody shares one."""
    plan = small()
    table = coverage_frame(plan, VI).set_index("Mã trường")
    covered, enrolled = VI("basis.covered"), VI("basis.enrolled")
    assert table.loc["e", f"Số {covered}"] == 24
    assert table.loc["e", f"Số {enrolled}"] == 48
    assert isnan(table.loc["e", f"Trước kế hoạch: {covered} trên một máy"])
    assert table.loc["b", f"Trước kế hoạch: {covered} trên một máy"] == 48
    have = table.loc["b", "Hiện có"]
    assert table.loc["b", f"Cuối kỳ: {covered} trên một máy"] == pytest.approx(96 / have)
    assert table.loc["b", "Mức phải đạt (học sinh/máy)"] == 24
    assert isnan(table.loc["d", "Tỷ lệ thiếu"])
    assert list(table.index)[-1] == "d"


def test_an_empty_coverage_has_its_headings() -> None:
    """Where no school needs or has a machine the table is empty and keeps its headings."""
    world = World().unit().school("a", pupils={1: [10]}).option("pc", 10_000_000, 5).fund("f", [0])
    with TemporaryDirectory() as folder:
        plan = solve(pose(world.load(Path(folder)), ["u"], roadmap({0: [3]})))
    table = coverage_frame(plan, Words("en"))
    assert (len(table), table.columns[0]) == (0, "School code")
    assert bases(plan, VI) == ()
    assert school_page(plan, "a", VI).html.startswith("<h2>Trường a</h2>")


def test_the_unit_is_told_on_both_bases_with_its_target() -> None:
    """Each level has a sentence a way of counting, and the one in force says what is to be met."""
    said = bases(small(), VI)
    assert len(said) == 2 * 3
    first = "Tiểu học, tính học sinh các khối đang học Tin học: năm học 2017-2018, ở 3 trường cần máy, nếu chỉ có "
    (primary,) = (line for line in said if line.startswith(first))
    assert primary.endswith("Mức phải đạt: 24 học sinh trên một máy.")
    assert "120 học sinh trên một máy" in primary  # a, b and c have 120 pupils and one old machine
    assert sum("Mức phải đạt" in line for line in said) == 3

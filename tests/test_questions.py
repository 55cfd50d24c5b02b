"""What a report tells a council: schools that are gone, who is still without, what is lost, how fair, how sure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from worlds import World, roadmap

from provision.domain.accounts import starved
from provision.domain.certificate import Certificate
from provision.domain.plan import MoneyPrice, Plan, Rung
from provision.domain.roadmap import Minimum
from provision.domain.scenario import Scenario
from provision.model import solve
from provision.posing import pose
from provision.questions import schools, tables
from provision.questions.remarks import equipment, lapsed, shared
from provision.questions.report import certificate, conclusion
from provision.questions.sheets import Sheet, sheet
from provision.questions.verdict import fairness, gap_of, headline, hurried, proof, verdict
from provision.text import LANGUAGES, Words

VI = Words("vi")
PRINTER = Minimum("printer", "school", 1, Fraction(1), (), "all", "1")


def _plan(world: World, *minimums: Minimum) -> Plan:
    with TemporaryDirectory() as folder:
        inputs = world.load(Path(folder))
        return solve(pose(inputs, ["u"], roadmap({0: [3]}, minimums=minimums), Scenario()))


@cache
def merging() -> Plan:
    """Return a plan that equips five machines in 2017: a's two move on to b in 2019, c's one is lost when c closes.

    Of 107 million, 50 buy machines; nothing may be carried over, so that what is left lapses.
    """
    world = World().unit().option("pc", 10_000_000, 5).option("hp", 4_000_000, 5, item="printer")
    world.school("a", pupils={3: [48, 48]}, open_until="2018-2019", merged_into="b")
    world.school("b", pupils={3: [48, 48, 96]}).school("c", pupils={3: [24]}, open_until="2017-2018")
    world.thing("b", "printer", 3, -1).thing("a", "printer", 1, -1).thing("c", "printer", 1, -1)
    world.fund("main", [100_000_000, 0, 0]).fund("spare", [3_000_000, 0, 0])
    return _plan(world.fund("own", [4_000_000, 0, 0], schools="a", items="printer"), PRINTER)


@cache
def penniless() -> Plan:
    """Return a plan without money: 24 schools lack their only machine in one year, the first lacks three of three."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [0])
    for number in range(25):
        world.school(f"s{number:02}", pupils={3: [20 if number else 60]})
    return _plan(world)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_of_a_column_have_decimals_alike(language: str) -> None:
    """Where one number of a column has a decimal all have, where none has, none; words and dashes stay."""
    words = Words(language)
    told = [words.number(n, 1) for n in (1234, 0.5, 12_345.2, 0)]
    cells = [*told, f"{told[0]} → {told[1]}", f"+{told[3]}", "–", "a 3"]
    table = sheet([{"name": "1", "some": cell, "none": words.number(1234)} for cell in cells], point=words.point)
    first, last = ("1.234,0", "12.345,2") if language == "vi" else ("1,234.0", "12,345.2")
    nought, half = ("0,0", "0,5") if language == "vi" else ("0.0", "0.5")
    assert list(table.frame["some"]) == [first, half, last, nought, f"{first} → {half}", f"+{nought}", "–", "a 3"]
    assert set(table.frame["none"]) == {words.number(1234)}
    assert set(table.frame["name"]) == {"1"}


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    yield from ([str(cell) for cell in row] for row in sheet.frame.to_numpy())


def test_schools_that_are_gone_are_listed_with_what_they_got() -> None:
    """A school that merges or closes has its row, with what became of it; the sum of all stands below."""
    rows = {row[0]: row[1:] for row in _rows(schools.by_school(merging(), VI))}
    assert list(rows) == ["Trường b", "Trường a (sáp nhập vào Trường b)", "Trường c (đóng cửa)", "Cộng"]
    assert rows["Trường b"] == ["2", "0", "0", "4", "4", "0", "0"]
    assert rows["Trường a (sáp nhập vào Trường b)"] == ["2", "0", "0", "", "", "", ""]
    assert rows["Trường c (đóng cửa)"] == ["1", "0", "0", "", "", "", ""]
    assert rows["Cộng"] == ["5", "0", "0", "4", "4", "0", "0"]
    english = schools.by_school(merging(), Words("en"))
    assert {"Trường a (merged into Trường b)", "Trường c (closed)"} <= {row[0] for row in _rows(english)}


def test_every_shortage_is_listed_and_the_rest_counted() -> None:
    """Schools short of machines stand by year; of many the twenty that lack most, and how many more there are."""
    short = schools.by_shortage(penniless(), VI)
    rows = list(_rows(short))
    assert rows[0] == ["2017-2018", "Trường s00", "3", "0", "3", "60"]
    assert rows[1] == ["2017-2018", "Trường s01", "1", "0", "1", "20"]
    assert len(rows) == 20
    assert short.note == "Bảng nêu 20 lượt trường-năm thiếu nhiều máy nhất; còn 5 lượt khác thiếu tổng cộng 5 máy."
    assert short.note in short._repr_html_()
    nobody = schools.by_shortage(merging(), VI)
    assert nobody._repr_html_() == "<p>Không trường nào thiếu máy trong năm học nào.</p>"


def test_what_other_items_are_beyond_the_need_is_told() -> None:
    """School b has four printers or more in the last year, with a's, and needs one: the others are beyond that."""
    sheet = tables.by_item(merging(), VI)
    (row,) = (dict(zip(sheet.frame.columns, cells, strict=True)) for cells in _rows(sheet))
    ends = [c for c in merging().coverage if (c.item, c.year) == ("printer", 2019)]
    assert row["Có thêm cả kỳ"] == VI.number(sum(p.quantity for p in merging().purchases if p.item == "printer"))
    assert row["Vượt nhu cầu"] == VI.number(sum(c.have - c.need for c in ends))
    assert int(row["Vượt nhu cầu"]) >= 3


def test_money_that_lapses_is_named() -> None:
    """What a fund neither spends nor carries over is told with fund, year and amount; money of schools is one."""
    said = lapsed(merging(), VI)
    lost = {(s.fund[1], s.year): s.budget + s.carried_in - s.spent - s.carried_out for s in merging().spending}
    assert sum(lost.values()) + merging().totals["cost"] == 107_000_000
    assert said.startswith(f"Có {VI.money(sum(lost.values()))} không chi và không được chuyển sang năm sau: ")
    assert f"main, năm học 2017-2018: {VI.money(lost['main', 2017])}" in said
    assert "2018-2019" not in said
    assert lapsed(penniless(), VI) == ""


def test_what_rounding_fractions_leaves_is_not_told() -> None:
    """A millionth of a machine is not missing, and five dong have not lapsed, in the words of a plan in fractions."""
    plan, tiny = penniless(), Fraction(1, 10**6)
    years = {y: row | {"missing": 25 * tiny} for y, row in plan.totals["years"].items()}
    items = {"printer": {"need": 3, "missing": tiny}}
    coverage = tuple(replace(c, missing=tiny) for c in plan.coverage)
    noisy = replace(plan, coverage=coverage, totals=plan.totals | {"years": years, "items": items})
    assert verdict(noisy, VI)[1].startswith("Không thiếu máy nào")
    assert equipment(noisy, VI).endswith("đã đủ: máy in.")
    assert fairness(noisy, VI) == ""
    assert len(schools.by_shortage(noisy, VI).frame) == 0
    shares = replace(noisy, totals=noisy.totals | {"years": {y: r | {"missing": 1} for y, r in years.items()}})
    assert verdict(shares, VI)[1].endswith("chưa có máy để học.")
    few = tuple(replace(s, budget=s.spent + s.carried_out + 5, carried_in=0) for s in merging().spending)
    assert lapsed(replace(merging(), spending=few), VI) == ""
    much = (replace(few[0], budget=few[0].budget + 1_000_000), *few[1:])
    assert lapsed(replace(merging(), spending=much), VI).count("triệu đồng") == 2


def test_funds_that_save_nothing_are_told_below_the_table() -> None:
    """A fund in which a million more saves no machine is named in a sentence, a school's own money is counted."""
    plan = merging()
    keys = [(fund, y) for fund in plan.problem.funds for y in plan.problem.years]
    prices = [MoneyPrice(fund, y, 0.5 if fund[1] == "main" else 0.0) for fund, y in keys]
    sheet = tables.by_price(replace(plan, prices=tuple(prices)), VI)
    assert [row[0] for row in _rows(sheet)] == ["main"]
    assert sheet.note.startswith("Thêm tiền vào các nguồn sau không bớt được máy thiếu nào: ")
    assert sheet.note.endswith(": spare; 1 nguồn riêng của các trường.")


def _with_gap(plan: Plan, gap: float) -> Plan:
    rungs = tuple(replace(r, gap=gap) if r.name == "fairness" else r for r in plan.rungs)
    return replace(plan, rungs=rungs, starved_before=starved(plan.coverage))


def test_no_sharing_is_called_fairest_that_is_not_proven() -> None:
    """Where sharing anew lowered nothing, only a proven rung is called the fairest; else it is said to be open."""
    proven, open_ = (shared(_with_gap(penniless(), gap), VI) for gap in (0, 0.3))
    assert "cách chia công bằng nhất (đã chứng minh) vẫn có 25 lượt trường-năm, ở 25 trường" in proven
    assert "Chưa chứng minh" not in proven
    assert "không giảm được số lượt trường-năm thiếu trên 75\u00a0% nhu cầu (trước 25, sau 25, ở 25 trường)" in open_
    assert "Chưa chứng minh được là không có cách chia nào công bằng hơn." in open_
    assert "công bằng nhất" not in open_
    lowered = replace(_with_gap(penniless(), 0.3), starved_before=30)
    assert "từ 30 còn 25 (ở 25 trường). Chưa chứng minh được" in shared(lowered, VI)


def test_schools_without_most_of_their_need_are_named() -> None:
    """Five schools that miss more than three quarters are named with year, missing and need; the rest is counted."""
    said = shared(_with_gap(penniless(), 0), VI)
    assert "nhu cầu: Trường s00 (2017-2018: thiếu 3/3 máy); Trường s01 (2017-2018: thiếu 1/1 máy); " in said
    assert said.endswith("Trường s04 (2017-2018: thiếu 1/1 máy) và 20 trường khác.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_stopped_by_its_clock_is_told_first(language: str) -> None:
    """Before anything else stands that another run may differ, with what to write where; else nothing is said."""
    words = Words(language)
    plan = replace(penniless(), reproducible=False)
    first, *rest = headline(plan, words)
    assert first == hurried(plan, words)
    assert "time_limit = 600" in first
    assert "--set time_limit=600" in first
    assert tuple(rest) == verdict(plan, words)
    assert conclusion(plan, words)._repr_html_().startswith(f'<p class="verdict">{escape(first)}</p>')
    longer = replace(plan.problem, scenario=replace(plan.problem.scenario, time_limit=1200.0))
    assert "time_limit = 2400 " in hurried(replace(plan, problem=longer), words)
    assert headline(penniless(), words) == verdict(penniless(), words)


def test_unfair_sharing_is_told_with_what_to_do() -> None:
    """Where fairness is far from settled the proof says which line to write into which file."""
    plan = replace(_with_gap(penniless(), 0.3), status="feasible")
    assert "--set time_limit=600" in proof(plan, VI)


def test_sharing_fairly_is_said_to_change_no_count_and_no_money() -> None:
    """The step that shares fairly changes which school is bought for, and nothing else."""
    assert fairness(penniless(), VI).endswith("chỉ đổi trường được mua, không đổi số máy và số tiền.")


@pytest.mark.parametrize(
    ("gap", "said"), [(0.0, "0 %"), (5e-5, "0 %"), (0.0002, "0,1 %"), (0.0123, "1,3 %"), (0.25, "25 %")]
)
def test_a_gap_is_said_with_one_decimal_and_never_too_small(gap: float, said: str) -> None:
    """A gap is rounded up, so that the best possible is within it; the table of proof says the same."""
    rung = Rung("money", 100.0, 90.0, gap)
    assert gap_of(rung, VI) == said.replace(" ", "\u00a0")
    (row,) = _rows(tables.by_rung(replace(penniless(), rungs=(rung,)), VI))
    assert row[-1] == said.replace(" ", "\u00a0")


def test_what_is_missing_is_one_figure_in_the_whole_report() -> None:
    """The table of proof rounds what the plan misses as the certificate does, whatever the solver's last digits."""
    told = Certificate(missing=Fraction(588857, 200))
    plan = replace(penniless(), rungs=(Rung("missing", 2944.2849999999985, 2943.0, 0.001),), certificate=told)
    (row,) = _rows(tables.by_rung(plan, VI))
    assert row[1] == "2.944,29"
    assert next(_rows(tables.by_check(plan, VI, "")))[1] == "2.944,29 máy-năm"


@pytest.mark.parametrize("weigh", ["machine", "pupils"])
def test_the_certificate_says_what_its_unit_is(weigh: str) -> None:
    """The certificate says what a machine-year, or a pupil-year, is."""
    poor = penniless()
    plan = replace(poor, problem=replace(poor.problem, scenario=Scenario(weigh=weigh)))
    unit = VI(f"certificate.{weigh}")
    assert f"<p>Một {unit} là một" in certificate(plan, VI).html

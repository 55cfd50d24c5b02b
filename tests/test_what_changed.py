"""What changed? By hand, against the plans' own sums, and against what the audit reckons of what was bought."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
import xlsxwriter
from folders import cells, save, text_of
from seeds import sample
from worlds import World, random_world, roadmap, whole_world, year

import provision
from provision.audit import reckoning
from provision.charts.changes import draw_compare
from provision.commands import main
from provision.domain.plan import Plan
from provision.domain.roadmap import Lab, Minimum, Roadmap
from provision.domain.scenario import Scenario
from provision.errors import FaultyInput
from provision.questions import what_changed
from provision.questions.asking import Asked
from provision.questions.change import Change, Line, Reason
from provision.questions.change_said import said, shared_out
from provision.questions.change_shown import reasons_shown, shown
from provision.questions.council import kept_answer
from provision.questions.reason_told import reason_told
from provision.questions.reasons import reasons
from provision.store import open_plan, save_plan
from provision.text import Words

VI, EN = Words("vi"), Words("en")
_HEAD = ["school_id", "school_year", "option", "quantity", "unit_price"]


def made(world: World, folder: Path, pack: Roadmap | None = None, **levers: object) -> Asked | None:
    """Return a world's plan as it lies in its folder; None where its locks are refused."""
    saved = save(world, pack or roadmap({0: [3]}), folder, **levers)
    return None if saved is None else Asked.of(open_plan(saved.folder))


def plan_of(world: World, folder: Path, pack: Roadmap | None = None, **levers: object) -> Asked:
    """Return the plan of a world that has one."""
    found = made(world, folder, pack, **levers)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Return the plan of the poor world as it is."""
    return plan_of(poor(), tmp_path_factory.mktemp("base"))


def changed(after: Asked, before: Asked) -> Change:
    """Return what changed from one plan to another, as its folders tell."""
    return what_changed.ask(after, other=str(before.folder))


def poor(pupils_of_b: int = 60, **rest: object) -> World:
    """Return schools a and b (120 and 60 pupils: 5 and 3 machines) and money for four machines at once."""
    world = World().unit().option("pc", 10_000_000, 9, **rest).fund("main", [40_000_000, 0])
    world.school("a", pupils={3: [120, 120]})
    return world.school("b", pupils={3: [60, pupils_of_b]})


def line(answer: Change, school: str) -> Line:
    """Return a school's line."""
    return next(found for found in answer.schools if found.code == school)


def touching(answer: Change, school: str) -> list[Reason]:
    """Return what touches a school."""
    return [answer.reasons[at] for at in line(answer, school).touched]


def table(folder: Path, rows: Sequence[Sequence[object]], head: Sequence[str] = _HEAD) -> str:
    """Write a table of purchases and return where it is."""
    folder.mkdir(exist_ok=True)
    file = folder / "bought.csv"
    file.write_text(text_of([list(head), *([str(cell) for cell in row] for row in rows)]), "utf-8")
    return str(file)


# Two plans ---------------------------------------------------------------------------------------------------------


def test_a_plan_beside_itself_differs_in_nothing(base: Asked) -> None:
    """The plan compared with itself: no school, no item, no dong, no reason."""
    answer = changed(base, base)
    assert not any(row.differs for row in (*answer.schools, *answer.items))
    assert (answer.reasons, answer.tables) == ((), ())
    assert len(said(answer, base.plan, VI)) == 2
    assert "không có gì khác" in said(answer, base.plan, VI)[0]


def test_pupils_that_changed_are_the_reason_with_their_row(base: Asked, tmp_path: Path) -> None:
    """School b has 130 pupils in the second year instead of 60: its row is named; a has nothing of its own."""
    before, after = base, plan_of(poor(130), tmp_path / "2")
    answer = changed(after, before)
    (reason,) = touching(answer, "b")
    assert (reason.kind, reason.table, reason.key) == ("data", "enrolment", ("b", year(1), "3"))
    assert (reason.before, reason.after) == ("60", "130")
    assert [(t.table, t.added, t.removed, t.changed) for t in answer.tables] == [("enrolment", 0, 0, 1)]
    assert (line(answer, "b").need, line(answer, "b").why) == ((6.0, 9.0), "own")
    assert all(row.why == "others" for row in answer.schools if row.differs and row.code != "b")
    told = "\n".join(said(answer, after.plan, VI))
    assert "bảng “Học sinh và lớp” (1 dòng đổi)" in told
    assert "thiếu thêm 3 máy-năm (từ 8 lên 11)" in told
    schools = "\n".join(shown(answer, after.plan, VI)[1].lines)
    assert f"học sinh lớp 3 năm học {year(1)}: 60 → 130" in schools


@pytest.mark.parametrize(
    ("dong", "told"), [(4_000, ""), (-4_000, ""), (5_000, "+0,01"), (-40_000, "-0,04"), (1_234_567, "+1,2")]
)
def test_money_is_told_in_millions_and_what_rounds_to_nothing_is_not(base: Asked, dong: int, told: str) -> None:
    """One decimal of a million, two below a tenth; a school whose every change rounds to nothing has no row."""
    same = changed(base, base)
    a, b = same.schools
    answer = replace(same, schools=(a, replace(b, paid=(b.paid[0], b.paid[0] + dong))))
    found = [table.frame for table in shown(answer, base.plan, VI)]
    paid, need = VI("changed.paid_change"), VI("changed.need_machine_years")
    rows = [row for frame in found if need in frame for row in frame[paid]]
    assert rows == [told] * 2 * bool(told)


@pytest.mark.parametrize(
    ("status", "gap", "told"), [("proven", 0.0, ""), ("feasible", 0.0101, "1,1"), ("feasible", 0.0, "")]
)
def test_a_plan_is_said_to_be_near_the_least_where_it_is_not_proven(
    base: Asked, status: str, gap: float, told: str
) -> None:
    """The other plan's gap is told rounded up, and not where there is none."""
    same = changed(base, base)
    assert same.other is not None
    how = said(replace(same, other=replace(same.other, status=status, gap=gap)), base.plan, VI)[-1]
    near = VI("changed.near", counted=VI("changed.whole"), status=VI(f"status.{status}"), gap=f"{told}\u00a0%")
    assert (near in how) is bool(told)
    assert ("không quá" in how) is bool(told)


def test_who_changed_by_others_alone_is_told_so(tmp_path: Path) -> None:
    """B takes the only machines: a loses with nothing of its own changed, and that is all that is said."""
    before = World().unit().option("pc", 10_000_000, 9).fund("main", [30_000_000])
    before.school("a", pupils={3: [48]}).school("b", pupils={3: [24]})
    after = World().unit().option("pc", 10_000_000, 9).fund("main", [30_000_000])
    after.school("a", pupils={3: [48]}).school("b", pupils={3: [240]})
    lost = plan_of(after, tmp_path / "2")
    answer = changed(lost, plan_of(before, tmp_path / "1"))
    found = line(answer, "a")
    assert found.differs
    assert (found.why, found.touched) == ("others", ())
    assert line(answer, "b").why == "own"
    told = said(answer, lost.plan, VI)
    assert any("chỉ vì phần của trường khác thay đổi" in sentence for sentence in told)


def test_a_lever_that_moved_is_the_reason_for_all(base: Asked, tmp_path: Path) -> None:
    """Half the money: every school that loses is reached by the lever, and none by data of its own."""
    before, after = base, plan_of(poor(), tmp_path / "2", budget_factor=0.5)
    answer = changed(after, before)
    assert answer.reasons == (Reason("lever", "budget_factor", before=1.0, after=0.5),)
    assert {row.why for row in answer.schools if row.differs} == {"shared"}
    assert any("Giả định khác: Hệ số kinh phí: 1 → 0,5." in line for line in said(answer, after.plan, VI))
    (money,) = answer.money
    assert (money.given, money.paid) == ((40_000_000, 20_000_000), (40_000_000, 20_000_000))


def test_what_is_common_to_all_is_told_once(base: Asked, tmp_path: Path) -> None:
    """Half the money for all and other pupils at b: the money is told above, and the table has b's pupils alone."""
    after = plan_of(poor(130), tmp_path / "2", budget_factor=0.5)
    answer = changed(after, base)
    lever = VI("reason.lever", lever=VI("lever.budget_factor"), before="1", after="0,5")
    assert sum(lever in line for line in said(answer, after.plan, VI)) == 1
    table = reasons_shown(answer, after.plan, VI)
    assert lever not in table.html
    assert list(table.frame[VI("table.school")]) == [after.plan.problem.names["b"]]
    assert table.note == VI("changed.others_common")


def test_dearer_machines_for_all_are_told_above(base: Asked, tmp_path: Path) -> None:
    """A row that touches every school that changed is no lever: it has a sentence of its own, and no line."""
    world = poor()
    world.catalogue[0]["price"] = 20_000_000
    after = plan_of(world, tmp_path / "2")
    answer = changed(after, base)
    told = [line for line in said(answer, after.plan, VI) if line.startswith(VI("changed.common", parts="")[:20])]
    assert len(told) == 1
    assert reasons_shown(answer, after.plan, VI).frame.empty


def test_levers_that_change_no_plan_are_no_reason(base: Asked) -> None:
    """What futures are drawn from changes nothing; more computing time is the same question, answered otherwise."""
    problem = base.plan.problem
    scenario = replace(problem.scenario, seed=7, price_range=0.3, time_limit=30.0)
    other = replace(base, plan=replace(base.plan, problem=replace(problem, scenario=scenario)))
    assert reasons(base, other) == (Reason("answer", "time_limit", before=60.0, after=30.0),)
    for words in (VI, EN):
        told = words("reason_answer.time_limit", before=words.number(60), after=words.number(30))
        assert reason_told(reasons(base, other)[0], other.plan, words) == told


def test_a_cell_of_a_school_reaches_that_school_alone(base: Asked, tmp_path: Path) -> None:
    """A lock of school a's purchase is a's own reason; b changes for the part of others."""
    cell = f"buy/a/{year(0)}/pc"
    before, after = base, plan_of(poor(), tmp_path / "2", overrides={cell: 0})
    answer = changed(after, before)
    assert [(r.kind, r.table, r.key) for r in answer.reasons] == [("lever", "overrides", tuple(cell.split("/")))]
    assert (line(answer, "a").why, line(answer, "b").why) == ("own", "others")


def test_money_that_may_not_pay_for_a_school_is_no_reason_for_it(tmp_path: Path) -> None:
    """More money in a fund for b alone is shared reason for b, and none for a."""
    worlds = [poor().fund("gift", [amount, 0], schools="b") for amount in (10_000_000, 30_000_000)]
    answer = changed(plan_of(worlds[1], tmp_path / "2"), plan_of(worlds[0], tmp_path / "1"))
    assert [(r.table, r.key, r.column) for r in answer.reasons] == [("budget", ("u", "gift", year(0)), "amount")]
    assert line(answer, "b").why == "shared"
    assert line(answer, "a").why in ("", "others")


def test_another_pack_is_told_with_its_section(base: Asked, tmp_path: Path) -> None:
    """Twelve pupils a machine where it was 24: the norm is the reason, with document and section."""
    after = plan_of(poor(), tmp_path, roadmap({0: [3]}, ratios={"primary": 12, "lower_secondary": 16}))
    answer = changed(after, base)
    assert answer.reasons == (
        Reason("roadmap", "ratio", ("primary",), "pupils_per_machine", 24.0, 12.0, "1/TEST, 2"),
    )
    assert {row.why for row in answer.schools if row.differs} == {"shared"}
    assert any("tiểu học: 24 → 12 (1/TEST, 2)" in line for line in said(answer, after.plan, VI))


def test_what_changes_no_purchase_is_counted_and_no_reason(base: Asked, tmp_path: Path) -> None:
    """Another name and source of a school are rows that differ, but nobody's reason."""
    named = poor()
    named.schools[0] |= {"name": "Trường A mới", "source": "other"}
    answer = changed(plan_of(named, tmp_path / "2"), base)
    assert [(t.table, t.changed) for t in answer.tables] == [("schools", 1)]
    assert answer.reasons == ()


def test_whatever_differs_has_its_words(base: Asked, tmp_path: Path) -> None:
    """Rows, levers and norms of every kind are told in both languages, whichever plan has them."""
    rich = poor(90, upkeep=1).thing("a", "printer", 2, -1).curve("printer", {0: 1, 2: 0.5}).fund("gift", [5, 5])
    rich.school("c", pupils={3: [24, 24]}, labs=1).school("d", pupils={3: [24]}, open_until=year(0), merged_into="a")
    rich.stock("b", 3, -1, condition="repairable").option("cart", 9, 2, item="printer")
    rich.carried("a", 0, "pc", 1, 10_000_000)
    rich.inventory[-1]["acquired"] = ""
    minimum = Minimum("printer", "school", 1, Fraction(1), ("primary",), "all", "4")
    pack = roadmap({0: [3], 1: [3, 4]}, ratios={"primary": 30}, optional={1: [5]}, minimums=[minimum])
    pack = replace(
        pack, labs=(Lab(True, 20, None, "5"),), document="2/TEST", rounding="school", arrangement="per_school"
    )
    levers = {"ladder": ("missing",), "fund_factor": {"main": 0.5}, "optional_grades": True, "primary_ratio": 20.0}
    scenario = Scenario(**levers, overrides={f"buy/a/{year(0)}/pc": 1, f"price/pc/{year(0)}": 9})  # type: ignore[arg-type]
    plan = replace(base.plan, problem=replace(base.plan.problem, scenario=scenario))
    other = Asked(plan, rich.load(tmp_path), pack)
    found = [*reasons(other, base), *reasons(base, other)]
    tables = {"schools", "enrolment", "inventory", "frozen", "catalogue", "budget", "survival", *levers, "overrides"}
    assert {reason.table for reason in found} == tables | {"pack", "counting", "phase", "ratio", "minimum", "lab"}
    for words in (VI, EN):
        told = [reason_told(reason, base.plan, words) for reason in found]
        assert all(text.strip() and "None" not in text for text in told)


@pytest.fixture
def twins(tmp_path: Path) -> tuple[Asked, Callable[..., Asked]]:
    """Return a plan that gives one machine to one of two twins, and who saves it with the twins exchanged."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [10_000_000])
    one = plan_of(world.school("a", pupils={3: [24]}).school("b", pupils={3: [24]}), tmp_path / "1")

    def exchanged(**told: object) -> Asked:
        other = {"a": "b", "b": "a"}
        parts = {
            name: tuple(sorted(replace(row, school=other[row.school]) for row in getattr(one.plan, name)))
            for name in ("purchases", "payments", "coverage")
        }
        plan: Plan = replace(one.plan, **parts, **told)  # type: ignore[arg-type]
        pack = next((one.folder / "inputs" / "roadmap").glob("*.toml"))  # type: ignore[operator]
        return Asked.of(open_plan(save_plan(plan, one.inputs, tmp_path / "2", roadmap=str(pack))))

    return one, exchanged


def test_one_question_with_two_answers_is_said_to_be_so(twins: tuple[Asked, Callable[..., Asked]]) -> None:
    """Same data, levers and roadmap, other schools: no reason is made up."""
    one, exchanged = twins
    answer = changed(exchanged(), one)
    assert {row.why for row in answer.schools} == {"answer"}
    assert answer.reasons == (Reason("answer", "unknown"),)
    told = said(answer, one.plan, VI)
    assert VI("changed.same_question") in told
    assert any("2 trường khác chỉ vì lời giải khác" in line for line in told)


def test_a_clock_or_another_program_is_told_as_the_reason(twins: tuple[Asked, Callable[..., Asked]]) -> None:
    """A search that the clock ended, and another version of the solver, are told where the question is the same."""
    one, exchanged = twins
    other = exchanged(reproducible=False)
    file = other.folder / "plan.json"  # type: ignore[operator]
    summary = json.loads(file.read_text("utf-8"))
    summary["versions"]["highspy"] = "9.9"
    file.write_text(json.dumps(summary), "utf-8")
    answer = changed(other, one)
    assert [(r.kind, r.table) for r in answer.reasons] == [("answer", "version"), ("answer", "clock")]
    assert (answer.reasons[0].key, answer.reasons[0].after) == (("highspy",), "9.9")
    assert {row.why for row in answer.schools} == {"answer"}
    assert "highspy" in "\n".join(said(answer, one.plan, VI))


def test_plans_without_a_year_in_common_are_not_compared(tmp_path: Path) -> None:
    """Where no school year is in both plans, that is all that is said."""
    before, after = (plan_of(poor(), tmp_path / span, horizon=f"{span}..{span}") for span in (year(0), year(1)))
    answer = changed(after, before)
    assert said(answer, after.plan, VI) == (VI("changed.no_year"),)
    assert draw_compare(answer, after.plan, VI).save("png", dpi=40)


# Two years ---------------------------------------------------------------------------------------------------------


def test_two_years_of_a_plan_differ_by_pupils_age_and_calendar(tmp_path: Path) -> None:
    """From the first year to the second: a's pupils, b's old machines, the grades the calendar adds."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [20_000_000, 20_000_000])
    world.school("a", pupils={3: [24, 48], 4: [24, 24]}).school("b", pupils={3: [24, 24], 4: [0, 0]})
    world.stock("b", 1, -4, life_years=5)
    plan = plan_of(world, tmp_path, roadmap({0: [3], 1: [3, 4]}))
    answer = what_changed.ask(plan)
    assert (answer.kind, answer.years) == ("years", (2017, 2018))
    phase = next(reason for reason in answer.reasons if reason.table == "phase")
    assert (phase.before, phase.after, phase.section) == (("3",), ("3", "4"), "1/TEST, 1")
    assert next((r.table, r.before, r.after) for r in touching(answer, "a")) == ("pupils", 24, 72)
    assert ("stock", 1, 0) in [(r.table, r.before, r.after) for r in touching(answer, "b")]
    assert line(answer, "a").need == (1.0, 3.0)
    assert answer == what_changed.ask(plan, years=(2017, 2018))
    assert said(answer, plan.plan, VI)[0].startswith(f"So với năm học {year(0)}, năm học {year(1)} ")


def test_a_merger_is_told_on_both_sides(tmp_path: Path) -> None:
    """Where a merges into b, a is said to be merged and b to have taken it in, each by name."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [20_000_000, 0])
    world.school("a", pupils={3: [24]}, open_until=year(0), merged_into="b")
    plan = plan_of(world.school("b", pupils={3: [24, 48]}), tmp_path)
    schools = "\n".join(shown(what_changed.ask(plan), plan.plan, VI)[1].lines)
    assert "sáp nhập vào Trường b" in schools
    assert f"nhận Trường a sáp nhập vào từ năm học {year(1)}" in schools


def test_a_plan_of_one_year_says_what_else_to_compare(tmp_path: Path) -> None:
    """One school year alone has nothing beside it: the reader is told what may be named."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [0]).school("a", pupils={3: [24]})
    plan = plan_of(world, tmp_path)
    assert said(what_changed.ask(plan), plan.plan, VI) == (VI("changed.one_year"),)


# Plan and bought ---------------------------------------------------------------------------------------------------


@pytest.fixture
def four(tmp_path: Path) -> Asked:
    """Return a plan that buys four machines in the first year, three of them for a, one for b."""
    locks = {f"buy/a/{year(0)}/pc": 3, f"buy/b/{year(0)}/pc": 1}
    world = poor().option("old", 4_000_000, 1)
    return plan_of(world, tmp_path, overrides=locks | {f"buy/{s}/{year(0)}/old": 0 for s in "ab"})


def test_one_machine_fewer_is_two_machine_years(four: Asked, tmp_path: Path) -> None:
    """School a gets two of three machines: it misses one more that year, and 10 million are unspent."""
    answer = what_changed.ask(
        four, bought=table(tmp_path, [("a", year(0), "pc", 2, 10**7), ("b", year(0), "pc", 1, 10**7)])
    )
    assert (answer.kind, answer.years) == ("bought", (2017,))
    found = line(answer, "a")
    assert (found.got, found.missing, found.paid) == ((3.0, 2.0), (2.0, 3.0), (30_000_000, 20_000_000))
    assert not line(answer, "b").differs
    told = said(answer, four.plan, VI)
    assert told[0].startswith(f"Đến hết năm học {year(0)}, đã mua 3 thiết bị trong khi kế hoạch là 4")
    assert "chi ít hơn 10 triệu đồng" in told[0]
    assert VI("changed.under", count=1, schools=1, amount=VI.money(10**7)) in told
    assert any("1, nặng nhất là Trường a (thêm 1 máy)" in line for line in told)


def test_what_nobody_planned_and_what_nobody_bought(four: Asked, tmp_path: Path) -> None:
    """The machine of b was not bought, a used one was instead, and a's cost more: each is told, to the dong."""
    rows = [("a", year(0), "pc", 3, 10_500_000), ("b", year(0), "old", 2, 4_000_000)]
    answer = what_changed.ask(four, bought=table(tmp_path, rows))
    assert [(d.school, d.option, d.quantity, d.paid) for d in answer.deliveries] == [
        ("a", "pc", (3.0, 3.0), (30_000_000, 31_500_000)),
        ("b", "old", (0.0, 2.0), (0, 8_000_000)),
        ("b", "pc", (1.0, 0.0), (10_000_000, 0)),
    ]
    told = said(answer, four.plan, VI)
    assert VI("changed.strangers", unplanned=1, unbought=1) in told
    assert VI("changed.priced_more", amount=VI.money(1_500_000)) in told
    assert line(answer, "b").missing == (2.0, 1.0)
    assert [money.paid for money in answer.money] == [(40_000_000, 39_500_000)]


def test_what_was_carried_out_before_need_not_be_told_again(tmp_path: Path) -> None:
    """Two machines of the first year are facts of the plan: a file of the second year alone has them too."""
    world = poor().carried("a", 0, "pc", 2, 10**7)
    world.budget.clear()
    plan = plan_of(world.fund("main", [40_000_000, 10_000_000]), tmp_path)
    here = next(p for p in plan.plan.purchases if p.year == 2018)
    answer = what_changed.ask(plan, bought=table(tmp_path, [(here.school, year(1), "pc", 1, 10**7)]))
    assert (answer.kind, answer.years) == ("bought", (2017, 2018))
    assert [d.quantity for d in answer.deliveries] == [(2.0, 2.0), (1.0, 1.0)]
    assert not any(found.differs for found in answer.schools)
    denied = table(tmp_path, [("a", year(0), "pc", 0, 10**7), ("b", year(1), "pc", 1, 10**7)])
    assert line(what_changed.ask(plan, bought=denied), "a").got[1] == 0


def test_all_as_planned_is_said_in_one_sentence(four: Asked) -> None:
    """The plan's own purchases, bought as they stand: as planned, and nobody misses more."""
    answer = what_changed.ask(four, bought=str(four.folder / "purchases.csv"))  # type: ignore[operator]
    told = said(answer, four.plan, VI)
    assert told[0] == f"Đến hết năm học {year(0)}, đã mua đúng kế hoạch: 4 thiết bị, 40 triệu đồng."
    assert not any(row.differs for row in (*answer.schools, *answer.items))


def test_a_workbook_of_that_one_table_is_read_as_well(four: Asked, tmp_path: Path) -> None:
    """A sheet called frozen with the same columns says the same."""
    rows = [_HEAD, ["a", year(0), "pc", 2, 10**7]]
    with xlsxwriter.Workbook(tmp_path / "bought.xlsx") as book:
        sheet = book.add_worksheet("frozen")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    frozen = provision.load(four.folder / "inputs", freeze=tmp_path / "bought.xlsx", part=True)  # type: ignore[operator]
    assert [(c.school, c.quantity) for c in frozen.carried] == [("a", 2)]
    answer = what_changed.ask(four, bought=str(tmp_path / "bought.xlsx"))
    assert answer == what_changed.ask(four, bought=table(tmp_path, rows[1:]))
    with xlsxwriter.Workbook(tmp_path / "other.xlsx") as book:
        book.add_worksheet("khac")
    with pytest.raises(FaultyInput) as refused:
        what_changed.ask(four, bought=str(tmp_path / "other.xlsx"))
    assert [(fault.code, fault.sheet) for fault in refused.value.faults] == [("sheet_missing", "frozen")]


def test_a_file_at_fault_is_refused_with_all_its_faults(four: Asked, tmp_path: Path) -> None:
    """An unknown school, option and year, a bad number and a row told twice are told at once, by row and column."""
    rows = [
        ("a", year(0), "pc", "hai", 10**7),
        ("aa", year(0), "pc", 1, 10**7),
        ("b", year(0), "pd", 1, 10**7),
        ("b", year(9), "pc", 1, 10**7),
        ("b", year(0), "pc", 1, 10**7),
        ("b", year(0), "pc", 2, 10**7),
    ]
    with pytest.raises(FaultyInput) as refused:
        what_changed.ask(four, bought=table(tmp_path, rows))
    faults = [(fault.code, fault.row, fault.column) for fault in refused.value.faults]
    assert faults == [
        ("whole", 2, "quantity"),
        ("school_unknown", 3, "school_id"),
        ("option_unknown", 4, "option"),
        ("bought_outside", 5, "school_year"),
        ("row_twice", 7, "option"),
    ]
    assert all(fault.say(words).strip() for fault in refused.value.faults for words in (VI, EN))


@pytest.mark.parametrize(
    ("rows", "fault"), [([], "bought_none"), ([("w1", year(0), "pc", 1, 1)], "bought_elsewhere")]
)
def test_nothing_bought_and_bought_for_others_are_told(
    rows: list[tuple[object, ...]], fault: str, tmp_path: Path
) -> None:
    """A file without a row says nothing of a year; a school that is not planned belongs to another plan."""
    world = poor().unit("w").school("w1", pupils={3: [24, 24]}, unit="w")
    world.schools[0] |= {"open_until": year(5), "merged_into": "w1"}
    inputs, pack = world.load(tmp_path / "data"), roadmap({0: [3]})
    asked = Asked(provision.solve(provision.pose(inputs, ["u"], pack)), inputs, pack)
    with pytest.raises(FaultyInput) as refused:
        what_changed.ask(asked, bought=table(tmp_path / "bought", rows))
    assert [found.code for found in refused.value.faults] == [fault]


# The command -------------------------------------------------------------------------------------------------------


def test_the_command_compares_two_folders(base: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``ask compare DIR OTHER`` tells and keeps it; one comparison at a time, of plans that are there."""
    before, after = base, plan_of(poor(130), tmp_path / "2")
    folder, other = str(after.folder), str(before.folder)
    assert main(["ask", "compare", folder, other]) == 0
    told = capsys.readouterr().out
    answer = kept_answer("compare", folder)
    assert answer == changed(after, before)
    assert all(sentence in told for sentence in said(answer, after.plan, VI))
    assert main(["ask", "compare", folder, other, "--bought", "x.csv"]) == 2
    assert "--bought" in capsys.readouterr().err
    assert main(["ask", "compare", folder, str(tmp_path)]) == 2
    assert "plan.json" in capsys.readouterr().err
    assert main(["ask", "compare", folder, "--years", year(0)]) == 2
    assert "--years" in capsys.readouterr().err
    assert main(["ask", "compare", folder, "--years", f"{year(1)}, {year(0)}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answer"]["years"] == [2017, 2018]


def test_the_chart_keeps_inside_the_page(tmp_path: Path) -> None:
    """With names longer than the page nothing is cut; the banner stands where either plan is made up."""
    long = "Trường phổ thông dân tộc bán trú tiểu học và trung học cơ sở số một " * 3
    worlds = [poor(pupils, source=source) for pupils, source in ((60, "illustrative: made up"), (130, "test"))]
    before, after = (plan_of(world, tmp_path / str(n), label_vi=long) for n, world in enumerate(worlds))
    answer = changed(after, before)
    answer = replace(answer, schools=tuple(replace(row, names=(long, long)) for row in answer.schools))
    for drawn, words in (
        (answer, VI),
        (replace(answer, schools=()), EN),
        (replace(answer, schools=(), money=()), VI),
    ):
        chart = draw_compare(drawn, after.plan, words)
        box, (width, height) = chart.figure.get_tightbbox(), chart.figure.get_size_inches()
        assert min(box.x0, box.y0) >= -0.01
        assert box.x1 <= width + 0.01
        assert box.y1 <= height + 0.01
        assert any(words("banner.illustrative") in text.get_text() for text in chart.figure.texts)


# On many worlds ----------------------------------------------------------------------------------------------------


def sums(answer: Change) -> None:
    """Hold the sums by school, by item and by money against one another, on both sides, to the dong."""
    for at in (0, 1):
        schools, items, money = (
            sum(row.paid[at] for row in rows) for rows in (answer.schools, answer.items, answer.money)
        )
        assert schools == items == money


def swapped(row: Line) -> tuple[object, ...]:
    """Return a line's figures with what is before and after exchanged."""
    return (row.code, *(pair[::-1] for pair in (row.need, row.got, row.missing, row.paid)))


def moved(world: World, seed: int) -> str | None:
    """Change one row of a world's pupils, if it has any, and return whose it is."""
    rows = [row for row in world.enrolment if int(str(row["pupils"])) > 1]
    if not rows:
        return None
    row = Random(seed).choice(rows)
    row["pupils"] = int(str(row["pupils"])) * 2
    return str(row["school_id"])


def compared(worlds: tuple[World, World], pack: Roadmap, levers: dict[str, object], folder: Path) -> bool:
    """Compare two plans in both orders and each with itself; return whether both can be planned."""
    before, after = (made(world, folder / str(n), pack, **levers) for n, world in enumerate(worlds))
    if before is None or after is None:
        return False
    there, back, same = changed(after, before), changed(before, after), changed(after, after)
    for rows, others in ((there.schools, back.schools), (there.items, back.items)):
        assert {swapped(row) for row in rows} == {(o.code, o.need, o.got, o.missing, o.paid) for o in others}
    assert {(r.table, r.key, r.column, r.after, r.before) for r in there.reasons} == {
        (r.table, r.key, r.column, r.before, r.after) for r in back.reasons
    }
    assert not any(row.differs for row in (*same.schools, *same.items))
    assert (same.reasons, same.tables) == ((), ())
    for answer in (there, back, same, what_changed.ask(after)):
        sums(answer)
    for at, plan in enumerate((before.plan, after.plan)):
        assert sum(row.paid[at] for row in there.schools) == plan.totals["cost"]
        assert sum(row.missing[at] for row in there.schools) == pytest.approx(float(plan.totals["missing"]), abs=1e-4)
    for words in (VI, EN):
        for answer in (there, what_changed.ask(after)):
            lines = [line for table in shown(answer, after.plan, words) for line in table.lines]
            assert not any("None" in line or "nan" in line for line in (*said(answer, after.plan, words), *lines))
    return True


@sample(range(18, 218), fast=1, long=24)
@pytest.mark.counted
def test_differences_add_up_and_turn_round(seed: int, tmp_path: Path) -> None:
    """By school, item and money the sums are the plans' own; turned round every difference is its opposite."""
    worlds = random_world(seed)[0], random_world(seed)[0]
    school = moved(worlds[1], seed)
    assert compared(worlds, random_world(seed)[1], {}, tmp_path)
    answer = changed(*(Asked.of(open_plan(tmp_path / n / "plan")) for n in ("1", "0")))
    assert {row.why for row in answer.schools} <= {"", "own", "others"}
    assert {r.key[0] for r in answer.reasons if r.kind == "data"} <= {school}
    assert {r.kind for r in answer.reasons} <= {"data", "answer"}


@sample(range(200), fast=1, long=19)
@pytest.mark.counted
def test_differences_add_up_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So they do with other items, moves, leases, years carried out and units that hold things themselves."""
    (one, pack, levers), (two, _, _) = whole_world(seed), whole_world(seed)
    moved(two, seed)
    compared((one, two), pack, levers, tmp_path)


def really(asked: Asked, r: Random) -> list[list[str]]:
    """Return a plan's purchases as they might have been made: some fewer, some more, some dearer, some not at all."""
    head, *rows = cells(asked.folder / "purchases.csv")  # type: ignore[operator]
    found = []
    for row in rows:
        told = dict(zip(head, row, strict=True))
        if r.random() < 0.8:
            quantity = max(0, int(Fraction(told["quantity"])) + r.choice([-1, 0, 0, 1]))
            price = int(told["unit_price"]) + r.choice([0, 0, 100_000, -100_000])
            found.append([told["school_id"], told["school_year"], told["option"], str(quantity), str(price)])
    return found


@sample(range(200), fast=1, long=24)
@pytest.mark.counted
def test_what_is_missing_after_buying_is_what_the_audit_reckons(seed: int, tmp_path: Path) -> None:
    """What schools miss with what was bought is what the audit counts; money adds up to the dong in every way."""
    world, pack, levers = (*random_world(seed), {}) if seed % 2 else whole_world(seed)  # type: ignore[operator]
    asked = made(world, tmp_path, pack, **levers)
    rows = really(asked, Random(seed)) if asked is not None else []
    if asked is None or not rows:
        return
    answer = what_changed.ask(asked, bought=table(tmp_path, rows))
    problem, plan = asked.plan.problem, asked.plan
    until = max(int(row[1][:4]) for row in rows)
    options = {o.code: o for o in asked.inputs.catalogue} | dict(problem.options)
    really_asked = replace(problem, options=options, frozen_until=until)
    bought = [_Bought(row[0], int(row[1][:4]), row[2], int(row[3])) for row in rows]
    have = reckoning.stock_of(problem, reckoning.owner) + Counter()
    for part in (reckoning.bought_of(really_asked, bought), reckoning.moved_of(problem, plan.transfers)):
        for key, count in part.items():
            have[key] += count
    missing: Counter[str] = Counter()
    for (school, item, at), row in problem.demand.items():
        if item == reckoning.PUPIL_COMPUTER and at <= until:
            missing[school] += max(0, row.mandatory - have[school, item, at])
    assert {row.code: row.missing[1] for row in answer.schools if row.missing[1]} == {
        school: float(count) for school, count in missing.items() if count
    }
    sums(answer)
    spent = sum(int(row[3]) * int(row[4]) for row in rows)
    planned = sum(p.cost for p in plan.purchases if p.year <= until)
    assert [sum(d.paid[at] for d in answer.deliveries) for at in (0, 1)] == [planned, spent]
    assert [sum(row.paid[at] for row in answer.schools) for at in (0, 1)] == [planned, spent]
    assert sum(sum(shared_out(d)) for d in answer.deliveries) == pytest.approx(spent - planned, abs=1)


class _Bought:
    """A purchase as the audit looks at one."""

    def __init__(self, school: str, year: int, option: str, quantity: int) -> None:
        self.school, self.year, self.option, self.quantity = school, year, option, quantity

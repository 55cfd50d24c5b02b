"""Quantities changed in a report's workbook: what each change costs, and which rule of a plan it breaks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from edits import Key, edited, grid, typed
from folders import save, solved
from seeds import sample
from worlds import World, roadmap, whole_world, year

from provision.audit.rules import RULES
from provision.commands import main
from provision.documents import workbook
from provision.domain.accounts import coverage_of, promises_of, spending_of, upkeep_of
from provision.domain.plan import Plan, Purchase, Quantity
from provision.domain.roadmap import Lab, Minimum, Roadmap
from provision.errors import FaultyInput, NoAnswer
from provision.model.payments import settle
from provision.model.solve import totals_of
from provision.questions import what_changed
from provision.questions.asking import Asked
from provision.questions.change import Broken, Change
from provision.questions.council import kept_answer
from provision.store import open_plan
from provision.text import LANGUAGES, Words

VI, EN = Words("vi"), Words("en")
_BILLS = {"pay_every_bill", "reserve_upkeep"}


def book_of(asked: Asked, folder: Path, words: Words = VI) -> Path:
    """Write a plan's workbook and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "report.xlsx"
    file.write_bytes(workbook(asked.plan, words))
    return file


def answered(asked: Asked, folder: Path, edits: dict[Key, Quantity]) -> Change:
    """Change quantities in a plan's workbook and return what that is answered."""
    return what_changed.ask(asked, edited=str(edited(book_of(asked, folder), VI, edits)))


def plan_of(world: World, folder: Path, pack: Roadmap | None = None, **levers: object) -> Asked:
    """Return the plan of a world."""
    asked = solved(world, pack or roadmap({0: [3]}), folder / "data", **levers)
    assert asked is not None
    return asked


def poor() -> World:
    """Return schools a and b (5 and 3 machines of 10 million), money for four at once; b closes after two years."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [40_000_000, 5_000_000, 0])
    world.school("a", pupils={3: [120, 120, 120]})
    return world.school("b", pupils={3: [60, 60]}, open_until=year(1))


def told(answer: Change, asked: Asked) -> str:
    """Return what an answer says in both languages."""
    return "\n".join(line for words in (VI, EN) for line in what_changed.QUESTION.said(answer, asked.plan, words))


# By hand -----------------------------------------------------------------------------------------------------------


def test_a_file_that_changes_nothing_says_so(tmp_path: Path) -> None:
    """The workbook as it was written changes no quantity, costs nothing and breaks nothing."""
    asked = plan_of(poor(), tmp_path)
    answer = answered(asked, tmp_path, {})
    assert (answer.deliveries, answer.broken) == ((), ())
    assert what_changed.QUESTION.said(answer, asked.plan, VI) == (VI("edited.nothing"),)


def test_more_than_the_money_names_year_fund_and_dong(tmp_path: Path) -> None:
    """Two machines more in the first year, when all 40 million are spent: 20 million that no fund pays, no more."""
    asked = plan_of(poor(), tmp_path)
    before = {(p.school, p.option, p.year): p.quantity for p in asked.plan.purchases}
    assert sum(before.values()) == 4
    answer = answered(asked, tmp_path, {("b", "pc", 2017): before.get(("b", "pc", 2017), 0) + 2})
    (change,), (broken,) = answer.deliveries, answer.broken
    assert (change.quantity[1] - change.quantity[0], change.paid[1] - change.paid[0]) == (2, 20_000_000)
    assert (broken.rule, broken.kind, broken.year, broken.amount) == ("pay_every_bill", "money", 2017, 20_000_000)
    assert (broken.payers, broken.touched) == ((("main", "main"),), (0,))
    assert change.missing[1] - change.missing[0] == -2 * 2  # it closes after two years
    assert "20.000.000 đồng chưa trả được; nguồn được chi: main" in told(answer, asked)
    assert sum(row.paid[1] - row.paid[0] for row in answer.money) == 20_000_000


def test_what_is_moved_between_schools_breaks_nothing(tmp_path: Path) -> None:
    """One machine less at one school and one more at the other: same money, and each says what it now misses."""
    asked = plan_of(poor(), tmp_path)
    before = {(p.school, p.option, p.year): p.quantity for p in asked.plan.purchases}
    giver = next(key for key in before if key[2] == 2017)
    taker = ("b" if giver[0] == "a" else "a", "pc", 2017)
    answer = answered(asked, tmp_path, {giver: before[giver] - 1, taker: before.get(taker, 0) + 1})
    assert answer.broken == ()
    assert sum(d.paid[1] - d.paid[0] for d in answer.deliveries) == 0
    assert {d.school: d.missing[1] > d.missing[0] for d in answer.deliveries} == {giver[0]: True, taker[0]: False}
    assert VI("edited.sound") in told(answer, asked)


def test_a_closed_school_and_a_part_of_a_machine_are_told(tmp_path: Path) -> None:
    """Half a machine, and one for a school that has closed: each breaks the rule of what may be bought."""
    asked = plan_of(poor(), tmp_path)
    answer = answered(asked, tmp_path, {("a", "pc", 2018): Fraction(1, 2), ("b", "pc", 2019): 1})
    kinds = {(b.kind, b.school, b.year) for b in answer.broken if b.rule == "buy_where_open"}
    assert kinds == {("whole", "a", 2018), ("closed", "b", 2019)}
    assert "không phải là số nguyên" in told(answer, asked)
    assert "the school is not open" in told(answer, asked)


def test_what_must_come_along_and_what_is_locked_are_told(tmp_path: Path) -> None:
    """A machine more without its program, and a locked purchase undone: the rule, the number and the difference."""
    world = poor().option("app", 100_000, 5, item="software")
    minimums = [Minimum("software", "machine", 1, Fraction(1), (), "all", "1")]
    cells = {f"buy/a/{year(0)}/pc": 2}
    asked = plan_of(world, tmp_path, roadmap({0: [3]}, minimums=minimums), overrides=cells)
    answer = answered(asked, tmp_path, {("a", "pc", 2017): 3})
    found = {b.rule: (b.kind, b.have, b.right) for b in answer.broken}
    assert found["keep_to_the_locks"] == ("lock", 3, 2)
    assert found["accompany"][0] == "along_least"
    assert found["accompany"][2] - found["accompany"][1] == 1
    assert "đã chốt là 2, lệch 1" in told(answer, asked)


def test_rooms_that_are_full_are_told(tmp_path: Path) -> None:
    """Where machines wait for rooms with four seats, a fifth machine at one school is one beyond."""
    world = poor().option("room", 1_000_000, 9, item="lab", mode="setup")
    asked = plan_of(world, tmp_path, roadmap({0: [3]}, labs=[Lab(True, 4, None, "5", ordinary_seats=0)]))
    answer = answered(asked, tmp_path, {("b", "pc", 2017): 9})
    (broken,) = (b for b in answer.broken if b.rule == "fit_the_rooms" and b.year == 2017)
    assert (broken.kind, broken.school, broken.have) == ("rooms", "b", 9)
    assert broken.amount == 9 - broken.right
    assert answer.deliveries[broken.touched[0]].school == "b"
    assert answer.deliveries[0].idle == 6


def test_what_no_fund_may_pay_is_told(tmp_path: Path) -> None:
    """The only fund may pay for moves alone: a machine bought is a bill that nobody may pay, at its price."""
    world = poor()
    for row in world.budget:
        row["modes"] = "move"
    asked = plan_of(world, tmp_path)
    assert asked.plan.purchases == ()
    answer = answered(asked, tmp_path, {("a", "pc", 2017): 2})
    (broken,) = answer.broken
    assert (broken.kind, broken.payers, broken.amount, broken.touched) == ("nobody", (), 20_000_000, (0,))
    assert "không nguồn nào được phép chi 20.000.000 đồng cho máy tính học sinh" in told(answer, asked)


def test_upkeep_that_is_to_be_kept_is_told(tmp_path: Path) -> None:
    """Where upkeep is reserved, machines that the money buys but cannot keep running break a rule of their own."""
    world = World().unit().option("pc", 10_000_000, 9, upkeep=2_000_000)
    world.school("a", pupils={3: [120, 120, 120]}).fund("main", [60_000_000, 2_000_000, 2_000_000])
    asked = plan_of(world, tmp_path, upkeep="reserve")
    answer = answered(asked, tmp_path, {("a", "pc", 2017): 3})
    found = {(b.kind, b.year): b.amount for b in answer.broken}
    assert found == {("upkeep", 2018): 4_000_000, ("upkeep", 2019): 4_000_000}


def test_a_promise_that_is_no_longer_kept_is_told(tmp_path: Path) -> None:
    """Of two machines promised one is taken away: no rule is broken, and the promise is said to be."""
    world = poor().carried("a", 1, "pc", 2, 2_500_000, state="promised")
    for row in world.catalogue:
        row["price"] = 2_500_000
    asked = plan_of(world, tmp_path)
    answer = answered(asked, tmp_path, {("a", "pc", 2018): 1})
    (change,) = answer.deliveries
    assert change.unkept == (0, 1)
    assert "số đã cam kết mà không giữ được tăng từ 0 lên 1" in told(answer, asked)


# What cannot be meant ----------------------------------------------------------------------------------------------


def faults_of(asked: Asked, file: Path) -> list[tuple[str, int | None, str | None]]:
    """Return what a workbook is refused for: code, row and column of each fault."""
    with pytest.raises(FaultyInput) as refused:
        what_changed.ask(asked, edited=str(file))
    assert all(fault.say(words) for fault in refused.value.faults for words in (VI, EN))
    return [(fault.code, fault.row, fault.column) for fault in refused.value.faults]


def test_bad_cells_are_refused_all_at_once(tmp_path: Path) -> None:
    """A word, a number below nought, an unknown school, a row twice: each with row and column, none is guessed."""
    asked = plan_of(poor(), tmp_path)
    file = book_of(asked, tmp_path)
    rows = grid(file, VI)
    top = next(at for at, row in enumerate(rows) if row[0] == "school_id")
    used = [at for at in range(top + 1, len(rows)) if rows[at][0]]
    at, free = used[0], used[-1] + 1
    school, option = str(rows[at][0]), str(rows[at][2])
    cells: dict[tuple[int, int], object] = {(at, 4): "nhiều", (at, 5): -1.0, (free, 4): 1.0}
    cells |= {
        (free, 0): "nowhere",
        (free, 2): option,
        (free + 1, 0): school,
        (free + 1, 2): option,
        (free + 1, 4): 1.0,
    }
    found = faults_of(asked, typed(file, VI, cells))
    assert ("edited_quantity", at + 1, year(0)) in found
    assert ("edited_quantity", at + 1, year(1)) in found
    assert ("edited_school", free + 1, "school_id") in found
    assert ("edited_twice", free + 2, None) in found
    assert len(found) == 4


@pytest.mark.parametrize("code", ["plan", "school_id"])
def test_a_school_may_be_called_as_the_sheets_own_marks(tmp_path: Path, code: str) -> None:
    """A school whose code is a word of the sheet's hidden rows is read back like any other."""
    world = World().unit().option("pc", 10_000_000, 9).fund("main", [40_000_000, 0, 0])
    asked = plan_of(world.school(code, pupils={3: [120, 120, 120]}), tmp_path)
    bought = {(p.school, p.option, p.year): p.quantity for p in asked.plan.purchases}
    more = {key: quantity - 1 for key, quantity in bought.items()}
    answer = what_changed.ask(asked, edited=str(edited(book_of(asked, tmp_path), VI, more)))
    assert [d.school for d in answer.deliveries] == [code] * len(bought)


def test_years_carried_out_and_what_is_not_sold_are_refused(tmp_path: Path) -> None:
    """What was bought is no longer to be changed, and what has no price that year cannot be bought."""
    world = poor().option("late", 9_000_000, 5, from_year=year(2)).carried("a", 0, "pc", 1, 10_000_000)
    asked = plan_of(world, tmp_path)
    file = edited(book_of(asked, tmp_path), VI, {("a", "pc", 2017): 2, ("a", "late", 2018): 1})
    assert [code for code, *_ in faults_of(asked, file)] == ["edited_done", "edited_no_price"]


def test_a_file_of_another_plan_is_refused(tmp_path: Path) -> None:
    """A workbook of another plan, one that is no such workbook, and none at all are told apart."""
    asked, other = plan_of(poor(), tmp_path), plan_of(poor().fund("more", [10_000_000, 0, 0]), tmp_path / "other")
    assert [code for code, *_ in faults_of(asked, book_of(other, tmp_path / "book"))] == ["edited_other"]
    assert [code for code, *_ in faults_of(asked, tmp_path / "none.xlsx")] == ["edited_missing"]
    plain = tmp_path / "plain.xlsx"
    assert main(["template", str(plain)]) == 0
    assert [code for code, *_ in faults_of(asked, plain)] == ["edited_no_sheet"]


@pytest.mark.parametrize("seed", [13, 15])
def test_a_plan_is_known_again_wherever_it_lies(tmp_path: Path, seed: int) -> None:
    """The workbook of a plan that was never saved is read back for the same plan opened from its folder."""
    world, pack, levers = whole_world(seed)
    saved = save(world, pack, tmp_path, **levers | {"whole_machines": False})
    assert saved is not None
    opened = Asked.of(open_plan(saved.folder))
    file = tmp_path / "report.xlsx"
    file.write_bytes(workbook(saved.plan, EN))
    assert what_changed.ask(opened, edited=str(file)).deliveries == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_reads_its_own_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    """``report --xlsx`` writes into the plan's folder, ``ask compare --edited`` reads it, and the answer is kept."""
    saved = save(poor(), roadmap({0: [3]}), tmp_path)
    assert saved is not None
    words, folder = Words(language), str(saved.folder)
    assert main(["report", folder, "--xlsx", "--language", language]) == 0
    file = Path(capsys.readouterr().out.strip())
    other = edited(file, words, {("a", "pc", 2018): 7})
    assert main(["ask", "compare", folder, "--edited", str(other), "--language", language]) == 0
    said = capsys.readouterr().out
    assert words("rule.pay_every_bill") in said
    kept = kept_answer("compare", folder)
    assert (kept.kind, len(kept.deliveries)) == ("edited", 1)
    assert what_changed.QUESTION.said(kept, open_plan(folder).plan, words)[0] in said


def test_quantities_that_were_saved_are_not_written_over(tmp_path: Path) -> None:
    """A workbook that an office program saved since stays as it is, until one says that it may go."""
    saved = save(poor(), roadmap({0: [3]}), tmp_path)
    assert saved is not None
    file, command = saved.folder / "report.xlsx", ["report", str(saved.folder), "--xlsx"]
    for language in LANGUAGES:  # what nobody touched since is written anew
        assert main([*command, "--language", language]) == 0
    with ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    told = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = told.replace(
        b"2017-09-01T00:00:00Z</dcterms:mod", b"2018-01-02T03:04:05Z</dcterms:mod"
    )
    with ZipFile(file, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)
    hers = file.read_bytes()
    assert main(command) == 2
    assert file.read_bytes() == hers
    assert main([*command, "--over"]) == 0
    assert file.read_bytes() != hers


# At random ---------------------------------------------------------------------------------------------------------


def drawn(plan: Plan, r: Random) -> dict[Key, Quantity]:
    """Return some quantities of a plan changed at random, of what can be bought in years still to be planned."""
    problem = plan.problem
    offers = sorted(
        (school, option, y)
        for option, y in problem.prices
        for school in problem.schools
        if y in problem.open_years and problem.options[option].mode != "move"
    )
    bought = {(p.school, p.option, p.year): p.quantity for p in plan.purchases if p.year in problem.open_years}
    if r.random() < 0.4:  # as a planner would: a little less here, a little more there
        less = {key: max(0, bought[key] - 1) for key in r.sample(sorted(bought), min(len(bought), r.randint(1, 2)))}
        more = [offer for offer in offers if offer not in less]
        return less | {key: bought.get(key, 0) + 1 for key in r.sample(more, min(len(more), r.randint(0, 1)))}
    some = r.sample(offers, min(len(offers), r.randint(1, 4)))
    some += r.sample(sorted(bought), min(len(bought), r.randint(0, 2)))
    return {key: r.choice([0, 1, 2, 3, 7, 1.5]) if r.random() < 0.9 else 40 for key in some}  # type: ignore[misc]


def bought_with(plan: Plan, edits: dict[Key, Quantity]) -> tuple[Purchase, ...]:
    """Return a plan's purchases with some quantities changed, each at its price in whole VND."""
    rows = {(p.school, p.option, p.year): p for p in plan.purchases}
    for key, told in edits.items():
        quantity = Fraction(told)
        rows.pop(key, None) if not quantity else None
        if quantity and (key not in rows or rows[key].quantity != quantity):
            school, option, y = key
            price, item = plan.problem.prices[option, y], plan.problem.options[option].item
            rows[key] = Purchase(school, y, option, item, quantity, price, floor(price * quantity))
    return tuple(sorted(rows.values()))


def broken_by_audit(plan: Plan, purchases: tuple[Purchase, ...]) -> tuple[set[str], bool]:
    """Return the rules but for bills that the audit finds broken, and whether the funds cannot pay."""
    problem = plan.problem
    try:
        payments, short = settle(problem, purchases, plan.transfers), False
    except NoAnswer:
        payments, short = (), True
    made = replace(
        plan,
        purchases=purchases,
        payments=payments,
        coverage=coverage_of(problem, purchases, plan.transfers),
        spending=spending_of(problem, payments),
        upkeep=upkeep_of(problem, purchases, plan.transfers, payments),
        promises=promises_of(problem, purchases),
    )
    made = replace(made, totals=totals_of(made))
    found = {rule.__name__ for rule in RULES if next(rule(made, problem), None)}
    return found - (_BILLS if short else set()), short


def pays_for(plan: Plan, purchases: tuple[Purchase, ...], broken: tuple[Broken, ...]) -> bool:
    """Say whether everything is paid once each fund that may pay has as much more as is told to be short."""
    more: dict[tuple[tuple[str, str], int], int] = {}
    for b in broken:
        for fund in plan.problem.funds:
            if plan.problem.fund_names[fund] in b.payers:
                more[fund, b.year] = more.get((fund, b.year), 0) + int(b.amount)
    try:
        settle(plan.problem.with_more(more), purchases, plan.transfers)
    except NoAnswer:
        return False
    return True


@pytest.mark.counted
@sample(range(11, 411), fast=6, long=24)
def test_every_change_costs_its_dong_and_names_what_the_audit_names(seed: int, tmp_path: Path) -> None:
    """At random: each change costs to the dong, and a rule is named if and only if the audit finds it broken."""
    world, pack, levers = whole_world(seed)
    asked = solved(world, pack, tmp_path / "data", **levers)
    if asked is None or not asked.plan.problem.open_years:
        return
    plan = asked.plan
    edits = drawn(plan, Random(seed))
    answer = answered(asked, tmp_path, edits)
    purchases = bought_with(plan, edits)
    before, after = ({(p.school, p.option, p.year): p for p in rows} for rows in (plan.purchases, purchases))
    differing = {
        key
        for key in before.keys() | after.keys()
        if (before[key].quantity if key in before else 0) != (after[key].quantity if key in after else 0)
    }
    assert {(d.school, d.option, d.year) for d in answer.deliveries} == differing
    for d in answer.deliveries:
        key = (d.school, d.option, d.year)
        costs = [rows[key].cost if key in rows else 0 for rows in (before, after)]
        assert d.paid == tuple(costs)
    if differing:
        rules, short = broken_by_audit(plan, purchases)
        named = {b.rule for b in answer.broken}
        assert named - _BILLS == rules
        assert bool(named & _BILLS) is short
        lacking = tuple(b for b in answer.broken if b.rule in _BILLS)
        if all(b.payers for b in lacking):
            assert pays_for(plan, purchases, lacking)
    else:
        assert answer.broken == ()
    assert all(b.touched for b in answer.broken)
    for words in (VI, EN):
        assert all(line.strip() for line in what_changed.QUESTION.said(answer, plan, words))

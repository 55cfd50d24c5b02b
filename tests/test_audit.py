"""One number changed in a plan, in memory or on disk: the audit refuses it. Folders that cannot be read: words."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from worlds import World, year

import provision
from provision.audit import AUDITS, audit_plan
from provision.domain.accounts import coverage_of, spending_of
from provision.domain.plan import Coverage, Payment, Plan, Purchase, Rung
from provision.errors import ProvisionError
from provision.store.folder import sha256
from provision.text import LANGUAGES, Words

PACK = """
id = "test"
title_vi = "Thử"
title_en = "Test"
document = "1/TEST"
issued = "2017-01-01"

[[phase]]
school_year = "2017-2018"
grades = [3]
schools = "all"
status = "mandatory"
section = "1"

[[phase]]
school_year = "2018-2019"
grades = [3, 6]
schools = "all"
status = "mandatory"
section = "1"

[[phase]]
school_year = "2018-2019"
grades = [4]
schools = "all"
status = "optional"
section = "1"

[[ratio]]
level = "primary"
pupils_per_machine = 24
force = "must"
section = "2"

[[ratio]]
level = "lower_secondary"
pupils_per_machine = 16
force = "must"
section = "2"
"""


def world() -> World:
    """Return a merger, old machines, two ways to buy, three funds that run short, and one for leasing alone."""
    w = World().unit(roadmap="test").school("a", pupils={3: [48, 96, 96], 4: [30, 60, 60]})
    w.school("b", pupils={3: [30], 4: [30]}, open_until=year(0), merged_into="a", disadvantaged=1)
    w.school("c", "lower_secondary", pupils={6: [40, 80, 128]}, disadvantaged=1).school("k", "kindergarten")
    w.stock("a", 1, -1, life_years=3).stock("b", 1, -2, life_years=5)
    w.option("new", 12_000_000, 3).option("used", 7_500_000, 2)
    w.fund("main", [30_000_000, 10_000_000, 20_000_000], carry_over=0.5)
    w.fund("gift", [8_000_000, 0, 8_000_000], schools="disadvantaged", carry_over=1)
    w.fund("leases", [50_000_000] * 3, modes="lease")
    return w.fund("own", [0, 5_000_000, 7_000_000], schools="c", carry_over=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the data, the pack and the plan folder of the world."""
    folder = tmp_path_factory.mktemp("audited")
    (folder / "test.toml").write_text(PACK, encoding="utf-8")
    inputs = world().load(folder / "data")
    plan = provision.solve(provision.pose(inputs, ["u"], provision.read_roadmap(str(folder / "test.toml"))))
    provision.save_plan(plan, inputs, folder / "plan", roadmap=str(folder / "test.toml"))
    return folder


@pytest.fixture(scope="module")
def plan(home: Path) -> Plan:
    """Return the plan as it is read back: equal to the one solved, and never changed by a test."""
    return provision.open_plan(home / "plan").plan


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    """Return a copy of the plan folder that a test may spoil."""
    return shutil.copytree(home / "plan", tmp_path / "plan")


# ---- in memory ------------------------------------------------------------------------------------------------

Spoil = Callable[[Plan], Plan]


def row(table: str, wanted: Callable[[Any], bool], **changes: Any) -> Spoil:
    """Return a change of the first row of a table that is wanted; a change may be a function of the row."""

    def spoil(plan: Plan) -> Plan:
        rows = list(getattr(plan, table))
        at = next(i for i, r in enumerate(rows) if wanted(r))
        fresh = {name: value(rows[at]) if callable(value) else value for name, value in changes.items()}
        rows[at] = replace(rows[at], **fresh)
        return replace(plan, **{table: tuple(rows)})

    return spoil


def more(name: str, by: int) -> dict[str, Callable[[Any], Any]]:
    """Return the change of one number by so much."""
    return {name: lambda r: getattr(r, name) + by}


def dropped(table: str) -> Spoil:
    """Return the loss of a table's first row."""
    return lambda plan: replace(plan, **{table: getattr(plan, table)[1:]})


def doubled(table: str) -> Spoil:
    """Return a table whose first row stands twice."""
    return lambda plan: replace(plan, **{table: (getattr(plan, table)[0], *getattr(plan, table))})


def total(*path: str, by: int = 1) -> Spoil:
    """Return the change of one total."""

    def spoil(plan: Plan) -> Plan:
        totals = json.loads(json.dumps(dict(plan.totals)))
        inside = totals
        for key in path[:-1]:
            inside = inside[key]
        inside[path[-1]] += by
        return replace(plan, totals=totals)

    return spoil


def rung(name: str, **changes: Any) -> Spoil:
    """Return the change of one rung."""
    return row("rungs", lambda r: r.name == name, **changes)


def missing_claimed(value: float, bound: float, gap: float, status: str = "proven") -> Spoil:
    """Return a plan that claims another missing rung."""
    return lambda plan: replace(plan, status=status, rungs=(Rung("missing", value, bound, gap), *plan.rungs[1:]))


def paid_by(fund: str, by: str) -> Spoil:
    """Return a plan in which another fund pays one payment, its accounts told anew."""

    def spoil(plan: Plan) -> Plan:
        moved = row("payments", lambda p: p.fund[1] == fund and p.amount >= 1_000_000, fund=("u", by))(plan)
        return replace(moved, spending=spending_of(plan.problem, moved.payments))

    return spoil


def proven(spoil: Spoil) -> Spoil:
    """Return a spoilt plan that calls itself proven."""
    return lambda plan: replace(spoil(plan), status="proven")


def unpaid_machine(plan: Plan) -> Plan:
    """Return a plan with one machine more, its coverage told anew, that nobody pays."""
    fuller = row(
        "purchases", lambda _p: True, quantity=lambda p: p.quantity + 1, cost=lambda p: p.cost + p.unit_price
    )
    there = fuller(plan)
    return replace(there, coverage=coverage_of(plan.problem, there.purchases))


def overdrawn(plan: Plan) -> Plan:
    """Return a plan with one machine more, all told anew, paid by a fund that has not so much."""
    there = unpaid_machine(plan)
    first = there.purchases[0]
    extra = Payment(("u", "main"), first.year, first.school, "purchase", first.option, first.item, first.unit_price)
    payments = (*there.payments, extra)
    return replace(there, payments=payments, spending=spending_of(plan.problem, payments))


def forth_and_back(plan: Plan) -> Plan:
    """Return a plan with a payment more and the same payment backwards: every sum is as before."""
    first = plan.payments[0]
    return replace(plan, payments=(*plan.payments, first, replace(first, amount=-first.amount)))


def in_two_rows(plan: Plan) -> Plan:
    """Return a plan with one purchase written as two rows that come to the same."""
    whole = next(p for p in plan.purchases if p.quantity > 1)
    parts = tuple(replace(whole, quantity=n, cost=n * whole.unit_price) for n in (1, int(whole.quantity) - 1))
    return replace(plan, purchases=tuple(p for p in plan.purchases if p != whole) + parts)


def noughts_for_a_kindergarten(plan: Plan) -> Plan:
    """Return a plan with a row for a school that teaches no grade: no need, no machine, nothing missing."""
    nothing = Coverage("k", 2017, "pupil_computer", *[0] * 10)
    return replace(plan, coverage=(*plan.coverage, nothing))


def any_row(_row: Any) -> bool:
    """Take the first row."""
    return True


def short(c: Coverage) -> bool:
    """Take the first school that misses machines."""
    return c.missing > 0


def from_main(p: Payment) -> bool:
    """Take the first payment of the unit's fund for school c, whose own money may pay it too."""
    return p.fund[1] == "main" and p.school == "c"


def at_a(p: Purchase | Payment) -> bool:
    """Take the first row of school a."""
    return p.school == "a"


SPOILT: dict[str, Spoil] = {
    "one machine more": row("purchases", any_row, **more("quantity", 1)),
    "one machine fewer": row("purchases", lambda p: p.quantity > 1, **more("quantity", -1)),
    "half a machine more": row("purchases", any_row, quantity=lambda p: p.quantity + Fraction(1, 2)),
    "no machine": row("purchases", any_row, quantity=0),
    "a negative number of machines": row("purchases", any_row, quantity=-1),
    "one dong more a machine": row("purchases", any_row, **more("unit_price", 1)),
    "one dong less for a purchase": row("purchases", any_row, **more("cost", -1)),
    "a purchase a year later": row("purchases", lambda p: p.year == 2017, year=2018),
    "a purchase a year earlier": row("purchases", lambda p: p.year == 2018, year=2017),
    "a purchase after the horizon": row("purchases", any_row, year=2020),
    "a purchase before the horizon": row("purchases", any_row, year=2016),
    "a purchase of another school": row("purchases", at_a, school="c"),
    "a purchase of a merged school": row("purchases", lambda p: p.year > 2017, school="b"),
    "a purchase of a kindergarten": row("purchases", any_row, school="k"),
    "a purchase of a school nobody knows": row("purchases", any_row, school="zz"),
    "a purchase of another option": row("purchases", lambda p: p.option == "used", option="new"),
    "a purchase of an option nobody sells": row("purchases", any_row, option="zz"),
    "a purchase of another item": row("purchases", any_row, item="printer"),
    "a purchase lost": dropped("purchases"),
    "a purchase twice": doubled("purchases"),
    "a purchase written as two": in_two_rows,
    "a machine nobody pays": unpaid_machine,
    "one dong paid too much": row("payments", any_row, **more("amount", 1)),
    "one dong paid too little": row("payments", any_row, **more("amount", -1)),
    "a payment of nothing": row("payments", any_row, amount=0),
    "a payment backwards": row("payments", any_row, amount=lambda p: -p.amount),
    "a payment by a fund for others": paid_by("main", "own"),
    "a payment by a fund for other things": paid_by("main", "leases"),
    "a payment forth and back": forth_and_back,
    "a payment by a fund for others, unaccounted": row("payments", at_a, fund=("u", "own")),
    "a payment by a fund for the disadvantaged": row("payments", at_a, fund=("u", "gift")),
    "a payment by another fund that may pay": row("payments", from_main, fund=("u", "own")),
    "a payment by a fund nobody knows": row("payments", any_row, fund=("u", "zz")),
    "a payment by another unit's fund": row("payments", any_row, fund=("w", "main")),
    "a payment a year later": row("payments", lambda p: p.year == 2017, year=2018),
    "a payment after the horizon": row("payments", any_row, year=2020),
    "a payment for another school": row("payments", at_a, school="c"),
    "a payment for another option": row("payments", lambda p: p.option == "used", option="new"),
    "a payment for an option nobody sells": row("payments", any_row, option="zz"),
    "a payment for another item": row("payments", any_row, item="printer"),
    "a payment called upkeep": row("payments", any_row, kind="upkeep"),
    "a payment lost": dropped("payments"),
    "a payment twice": doubled("payments"),
    "a fund overdrawn": overdrawn,
    "one machine of need less": row("coverage", short, **more("need", -1)),
    "one machine of optional need more": row("coverage", any_row, **more("optional_need", 1)),
    "one old machine more": row("coverage", any_row, **more("stock", 1)),
    "one bought machine more": row("coverage", any_row, **more("bought", 1)),
    "one moved machine more": row("coverage", any_row, **more("moved", 1)),
    "one machine had more": row("coverage", short, **more("have", 1)),
    "one machine missing less": row("coverage", short, **more("missing", -1)),
    "one optional machine missing less": row(
        "coverage", lambda c: c.optional_missing > 0, **more("optional_missing", -1)
    ),
    "one pupil more": row("coverage", any_row, **more("pupils", 1)),
    "one pupil without less": row("coverage", short, **more("pupils_without", -1)),
    "coverage of another year": row("coverage", any_row, year=2020),
    "coverage of another school": row("coverage", any_row, school="zz"),
    "coverage of a kindergarten": row("coverage", any_row, school="k"),
    "coverage of another item": row("coverage", any_row, item="printer"),
    "coverage of a kindergarten, all noughts": noughts_for_a_kindergarten,
    "coverage lost": dropped("coverage"),
    "coverage twice": doubled("coverage"),
    "one dong of budget more": row("spending", any_row, **more("budget", 1)),
    "one dong carried in more": row("spending", any_row, **more("carried_in", 1)),
    "one dong spent less": row("spending", lambda s: s.spent > 0, **more("spent", -1)),
    "one dong carried out more": row("spending", any_row, **more("carried_out", 1)),
    "one dong carried out less": row("spending", lambda s: s.carried_out > 0, **more("carried_out", -1)),
    "spending of another year": row("spending", any_row, year=2020),
    "spending of a fund nobody knows": row("spending", any_row, fund=("u", "zz")),
    "spending lost": dropped("spending"),
    "spending twice": doubled("spending"),
    "one machine missing less in all": total("missing", by=-1),
    "one dong of cost less in all": total("cost", by=-1),
    "one dong of budget more in all": total("budget"),
    "one machine of need less in a year": total("years", "2018", "need", by=-1),
    "one machine had more in a year": total("years", "2018", "have"),
    "one machine missing less in a year": total("years", "2019", "missing", by=-1),
    "one pupil without less in a year": total("years", "2019", "pupils_without", by=-1),
    "one school short less in a year": total("years", "2019", "schools_short", by=-1),
    "one dong spent less in a year": total("years", "2017", "spent", by=-1),
    "missing claimed too low": rung("missing", value=lambda r: r.value - 0.1, bound=lambda r: r.value - 0.1),
    "missing claimed too high": rung("missing", value=lambda r: r.value + 0.1, bound=lambda r: r.value + 0.1),
    "missing not a number": rung("missing", value=math.nan, bound=math.nan),
    "missing proven ten below its bound": missing_claimed(14.0, 4.0, 10 / 14),
    "a gap called none": rung("missing", bound=lambda r: r.value - 2, gap=0.0),
    "a gap called smaller": lambda p: rung("money", bound=lambda r: r.value / 2, gap=0.1)(
        replace(p, status="feasible")
    ),
    "proven in spite of the money's gap": proven(rung("money", bound=lambda r: r.value / 2, gap=0.5)),
    "proven in spite of the missing gap": proven(
        rung("missing", bound=lambda r: r.value - 2, gap=lambda r: 2 / r.value)
    ),
    "money worth one million less": rung("money", value=lambda r: r.bound - 1, gap=0.0),
    "money worth one million more": rung("money", value=lambda r: r.value + 1),
    "money claimed one million less": rung("money", value=lambda r: r.value - 1, bound=lambda r: r.bound - 1),
    "a bound above the value": rung("money", bound=lambda r: r.value + 1, gap=0.0),
    "a bound that is not a number": rung("money", bound=math.nan, gap=0.0),
    "unfairness claimed lower": rung("fairness", value=lambda r: r.value - 1, bound=lambda r: r.value - 1),
    "a rung lost": dropped("rungs"),
    "a rung twice": doubled("rungs"),
    "no rungs at all": lambda plan: replace(plan, rungs=()),
}


def test_the_plan_as_made_holds(plan: Plan, home: Path) -> None:
    """The plan every test here spoils is right as it was made: in memory, on disk and against its data."""
    assert audit_plan(plan, plan.problem) == ()
    assert provision.verify(home / "plan", data=home / "data").holds


def test_the_plan_has_something_to_spoil(plan: Plan) -> None:
    """Three funds pay, the merged school bought, money is carried over, mandatory and optional need is missing."""
    assert {p.fund[1] for p in plan.payments} == {"main", "gift", "own"}
    assert any(p.school == "b" for p in plan.purchases) and any(s.carried_in for s in plan.spending)
    assert plan.totals["missing"] and any(c.optional_missing for c in plan.coverage)


@pytest.mark.parametrize("kind", SPOILT)
def test_one_number_changed_is_refused(plan: Plan, kind: str) -> None:
    """A plan in memory with this one thing changed breaks a promise, and the breach can be said."""
    spoilt = SPOILT[kind](plan)
    assert spoilt != plan
    breaches = audit_plan(spoilt, plan.problem)
    assert breaches
    assert all(breach.where and str(breach) for breach in breaches)


def test_every_audit_refuses_something(plan: Plan) -> None:
    """No audit is idle: each names a breach of one of the spoilt plans."""
    named = {b.rule for spoil in SPOILT.values() for b in audit_plan(spoil(plan), plan.problem)}
    assert named == {audit.__name__ for audit in AUDITS}


def test_a_small_plan_is_proven(plan: Plan) -> None:
    """A question this small is answered to the end: every rung has its bound, and the plan is proven."""
    assert [r.name for r in plan.rungs if not math.isfinite(r.bound) or r.gap > 1e-4] == []
    assert plan.status == "proven"


def test_a_feasible_plan_may_have_gaps(plan: Plan) -> None:
    """A plan that calls itself feasible and states its gap truly is right; calling it proven is not."""
    honest = missing_claimed(plan.rungs[0].value, plan.rungs[0].value / 2, 0.5, "feasible")(plan)
    assert audit_plan(honest, plan.problem) == ()
    assert [b.where for b in audit_plan(replace(honest, status="proven"), plan.problem)] == ["status"]


def test_a_plan_of_another_budget_is_refused(plan: Plan) -> None:
    """The plan of a full budget is not right for a smaller one."""
    smaller = {key: replace(purse, amount=purse.amount * 9 // 10) for key, purse in plan.problem.purses.items()}
    assert {b.rule for b in audit_plan(plan, replace(plan.problem, purses=smaller))} >= {"spend_within_budget"}


# ---- on disk --------------------------------------------------------------------------------------------------


def cells(path: Path) -> list[list[str]]:
    """Return the cells of a table on disk, its header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def rewrite(path: Path, rows: list[list[str]]) -> None:
    """Write the cells of a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def change_cell(path: Path, column: str, change: Callable[[str], str], line: int = 1) -> None:
    """Change one cell of a table; line 0 is the header."""
    rows = cells(path)
    at = rows[0].index(column)
    rows[line][at] = change(rows[line][at])
    rewrite(path, rows)


def change_summary(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change plan.json."""
    summary = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    change(summary)
    (folder / "plan.json").write_text(json.dumps(summary), encoding="utf-8")


def test_the_summary_is_plain_json(home: Path) -> None:
    """Other programs read plan.json too: it holds no infinity and no missing number, which JSON does not have."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert json.loads((home / "plan" / "plan.json").read_text(encoding="utf-8"), parse_constant=refuse)


def hash_again(folder: Path) -> None:
    """Write the hashes of the inputs as they are now into plan.json, as somebody who covers a trace would."""
    inputs = folder / "inputs"
    hashes = {p.relative_to(inputs).as_posix(): sha256(p) for p in inputs.rglob("*") if p.is_file()}
    change_summary(folder, lambda s: s.update(sha256=hashes))


def refused(folder: Path, **rest: Any) -> bool:
    """Say whether a folder is refused: found wrong, or not readable as a plan."""
    try:
        return not provision.verify(folder, **rest).holds
    except ProvisionError as error:
        return bool(error.say(Words("en")))


def plus_one(text: str) -> str:
    """Return a whole number's text plus one."""
    return str(int(text) + 1)


def later(text: str) -> str:
    """Return the school year ten years later."""
    first = int(text[:4]) + 10
    return f"{first}-{first + 1}"


NUMBERS = [
    *(("purchases", c, plus_one) for c in ("quantity", "unit_price", "cost")),
    ("payments", "amount", plus_one),
    *(("coverage", c, plus_one) for c in ("need", "optional_need", "stock", "bought", "moved", "have", "missing")),
    *(("coverage", c, plus_one) for c in ("optional_missing", "pupils", "pupils_without")),
    *(("spending", c, plus_one) for c in ("budget", "carried_in", "spent", "carried_out")),
    *((table, "school_year", later) for table in ("purchases", "payments", "coverage", "spending")),
    *((table, "school_id", lambda _t: "c") for table in ("purchases", "coverage")),
    *((table, "fund", lambda _t: "own") for table in ("payments", "spending")),
    ("payments", "unit", lambda _t: ""),
    ("purchases", "option", lambda _t: "zz"),
]


@pytest.mark.parametrize(("table", "column", "change"), NUMBERS, ids=lambda x: x if isinstance(x, str) else "")
def test_one_cell_changed_is_refused(folder: Path, table: str, column: str, change: Callable[[str], str]) -> None:
    """A plan folder with one cell of one table changed is refused."""
    change_cell(folder / f"{table}.csv", column, change)
    assert refused(folder)


@pytest.mark.parametrize("table", ["purchases", "payments", "coverage", "spending"])
@pytest.mark.parametrize("kind", ["dropped", "doubled", "swapped with nothing"])
def test_one_row_changed_is_refused(folder: Path, table: str, kind: str) -> None:
    """A plan folder with a row lost, written twice, or a whole table emptied is refused."""
    rows = cells(folder / f"{table}.csv")
    rewrite(
        folder / f"{table}.csv",
        {"dropped": rows[:-1], "doubled": [*rows, rows[-1]], "swapped with nothing": rows[:1]}[kind],
    )
    assert refused(folder)


def test_the_order_of_rows_does_not_matter(folder: Path) -> None:
    """The same rows in another order are the same plan."""
    for table in ("purchases", "payments", "coverage", "spending"):
        rows = cells(folder / f"{table}.csv")
        rewrite(folder / f"{table}.csv", [rows[0], *reversed(rows[1:])])
    assert not refused(folder)


@pytest.mark.parametrize("table", ["transfers", "upkeep", "prices"])
def test_a_table_not_planned_yet_must_be_empty(folder: Path, table: str) -> None:
    """A row in a table whose capability is not built is refused: it would be claimed by nobody."""
    path = folder / f"{table}.csv"
    header = cells(path)[0]
    known = {"school_year": "2018-2019", "last_year": "2019-2020", "unit": "u", "fund": "main", "item": "printer"}
    rewrite(path, [header, [known.get(name, "a" if name.startswith("school_id") else "1") for name in header]])
    assert refused(folder)


def lower(*path: str | int, by: float = 1) -> Callable[[dict[str, Any]], None]:
    """Return the change of one number of plan.json."""

    def change(summary: dict[str, Any]) -> None:
        inside: Any = summary
        for key in path[:-1]:
            inside = inside[key]
        inside[path[-1]] -= by

    return change


SUMMARIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "total missing": lower("totals", "missing"),
    "total cost": lower("totals", "cost"),
    "total budget": lower("totals", "budget"),
    "a year's need": lower("totals", "years", "2018", "need"),
    "a year's money": lower("totals", "years", "2018", "spent"),
    "a year lost": lambda s: s["totals"]["years"].pop("2018"),
    "missing value": lower("rungs", 0, "value"),
    "missing bound": lower("rungs", 0, "bound", by=2),
    "missing gap": lower("rungs", 0, "gap", by=-0.5),
    "money value": lower("rungs", 1, "value"),
    "money bound": lower("rungs", 1, "bound"),
    "a rung's name": lambda s: s["rungs"][0].update(name="money"),
    "a lever": lambda s: s["scenario"].update(budget_factor=0.9),
    "a lever more": lambda s: s["scenario"].update(budget_factors=0.9),
    "a lever less": lambda s: s["scenario"].pop("budget_factor"),
    "the unit": lambda s: s.update(units=["w"]),
    "no unit": lambda s: s.update(units=[]),
    "a fingerprint": lambda s: s["sha256"].update({"budget.csv": "0" * 64}),
    "a fingerprint less": lambda s: s["sha256"].pop("budget.csv"),
    "a fingerprint more": lambda s: s["sha256"].update({"more.csv": "0" * 64}),
    "the status": lambda s: s.update(status="certain"),
    "the school years": lambda s: s.update(years=s["years"][:-1]),
    "the years of the tail": lower("tail", "years"),
    "the document": lambda s: s["roadmap"].update(document="2/TEST"),
    "that data is made up": lambda s: s.update(illustrative=True),
}


@pytest.mark.parametrize("kind", SUMMARIES)
def test_one_number_of_the_summary_changed_is_refused(folder: Path, kind: str) -> None:
    """A plan folder whose plan.json says one thing else is refused."""
    change_summary(folder, SUMMARIES[kind])
    assert refused(folder)


@pytest.mark.parametrize(
    ("table", "column", "to"),
    [
        ("enrolment", "pupils", "999"),
        ("enrolment", "grade", "4"),
        ("inventory", "quantity", "9"),
        ("inventory", "condition", "broken"),
        ("catalogue", "price", "11999999"),
        ("budget", "amount", "7999999"),
        ("schools", "open_from", "2017-2018"),
        ("units", "name", "W"),
    ],
)
def test_an_input_changed_is_refused(folder: Path, home: Path, table: str, column: str, to: str) -> None:
    """One cell of the plan's own inputs changed is seen by its fingerprint, and against the data by its row."""
    change_cell(folder / "inputs" / f"{table}.csv", column, lambda _t: to)
    assert refused(folder)
    hash_again(folder)
    assert refused(folder, data=home / "data")


@pytest.mark.parametrize(
    ("table", "column", "to"),
    [
        ("enrolment", "pupils", "999"),
        ("inventory", "quantity", "9"),
        ("catalogue", "price", "11999999"),
        ("catalogue", "life_years", "2"),
        ("budget", "amount", "7999999"),
        ("budget", "carry_over", "0"),
    ],
)
def test_an_input_changed_with_its_fingerprint_is_refused(folder: Path, table: str, column: str, to: str) -> None:
    """A number of the inputs changed together with its fingerprint no longer fits the plan."""
    change_cell(folder / "inputs" / f"{table}.csv", column, lambda _t: to)
    hash_again(folder)
    assert refused(folder)


def test_a_ratio_changed_with_its_fingerprint_is_refused(folder: Path) -> None:
    """A ratio of the pack changed together with its fingerprint no longer fits the coverage."""
    pack = folder / "inputs" / "roadmap" / "test.toml"
    pack.write_text(PACK.replace("= 24", "= 25").replace("= 16", "= 12"), encoding="utf-8")
    hash_again(folder)
    assert refused(folder)


@pytest.mark.parametrize("lever", ["budget_factor = 0.9", "time_limit = 61.0", 'name = "other"'])
def test_a_scenario_changed_is_refused(folder: Path, lever: str) -> None:
    """A scenario.toml that is not the scenario of plan.json is refused, harmless levers included."""
    path = folder / "scenario.toml"
    name = lever.partition(" ")[0]
    kept = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith(f"{name} ")]
    path.write_text("\n".join([lever, *kept]) + "\n", encoding="utf-8")
    assert refused(folder)


def test_a_file_more_among_the_inputs_is_refused(folder: Path) -> None:
    """A file beside the inputs that no fingerprint vouches for is refused."""
    (folder / "inputs" / "more.csv").write_text("a\n1\n", encoding="utf-8")
    assert refused(folder)


def test_data_that_moved_on_is_told_by_its_rows(home: Path, tmp_path: Path) -> None:
    """A plan whose data has one row changed since is refused with that table and both versions of the row."""
    data = shutil.copytree(home / "data", tmp_path / "data")
    change_cell(data / "budget.csv", "amount", plus_one)
    found = provision.verify(home / "plan", data=data)
    assert (found.holds, found.rows, found.breaches) == (False, {"budget": 2}, ())


# ---- folders that cannot be read ------------------------------------------------------------------------------


def summary_without(key: str) -> Callable[[Path], None]:
    """Return the loss of one entry of plan.json."""
    return lambda folder: change_summary(folder, lambda s: s.pop(key))


def summary_with(key: str, value: Any) -> Callable[[Path], None]:
    """Return an entry of plan.json that is not what it should be."""
    return lambda folder: change_summary(folder, lambda s: s.update({key: value}))


def written(name: str, content: bytes) -> Callable[[Path], None]:
    """Return a file of the folder overwritten."""

    def write(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return write


def emptied(folder: Path) -> None:
    """Leave an empty folder."""
    shutil.rmtree(folder)
    folder.mkdir()


def flattened(folder: Path) -> None:
    """Leave a file where the folder was."""
    shutil.rmtree(folder)
    folder.write_text("x", encoding="utf-8")


def cut_off(folder: Path) -> None:
    """Leave the beginning of plan.json."""
    whole = (folder / "plan.json").read_bytes()
    (folder / "plan.json").write_bytes(whole[:200])


RUINS: dict[str, Callable[[Path], None]] = {
    "no folder": shutil.rmtree,
    "an empty folder": emptied,
    "a file for a folder": flattened,
    "no plan.json": lambda folder: (folder / "plan.json").unlink(),
    "a plan.json cut off": cut_off,
    "a plan.json that is a list": written("plan.json", b"[]"),
    "a plan.json of bytes": written("plan.json", b"\xff\xfe\x00"),
    **{
        f"a plan.json without {key}": summary_without(key)
        for key in ("units", "scenario", "roadmap", "status", "rungs", "totals", "sha256", "tail", "reproducible")
    },
    "units that are a number": summary_with("units", 5),
    "units that are numbers": summary_with("units", [5]),
    "a scenario that is a list": summary_with("scenario", []),
    "a roadmap that is a word": summary_with("roadmap", "test"),
    "a roadmap without its id": summary_with("roadmap", {}),
    "a roadmap nobody has": summary_with("roadmap", {"id": "zz"}),
    "a roadmap whose id is a number": summary_with("roadmap", {"id": 5}),
    "rungs that are a number": summary_with("rungs", 5),
    "rungs without values": summary_with("rungs", [{"name": "missing"}]),
    "rungs with words for values": summary_with(
        "rungs", [{"name": "missing", "value": "4", "bound": "4", "gap": "0"}]
    ),
    "rungs with nothing for values": summary_with(
        "rungs", [{"name": "missing", "value": None, "bound": None, "gap": None}]
    ),
    "totals that are a list": summary_with("totals", []),
    "totals without sums": summary_with("totals", {}),
    "totals in words": summary_with("totals", {"missing": "4", "cost": "0", "budget": "0", "years": {}}),
    "yearly totals in words": lambda folder: change_summary(
        folder, lambda s: s["totals"].update(years={"2017": "x"})
    ),
    "a tail that is a number": summary_with("tail", 2),
    "fingerprints that are a list": summary_with("sha256", []),
    "no purchases table": lambda folder: (folder / "purchases.csv").unlink(),
    "no prices table": lambda folder: (folder / "prices.csv").unlink(),
    "a payments table without its columns": written("payments.csv", b"a,b\n1,2\n"),
    "an empty coverage table": written("coverage.csv", b""),
    "a spending table of bytes": written("spending.csv", b"\xff\xfe\x00\x01"),
    "a word for a quantity": lambda folder: change_cell(folder / "purchases.csv", "quantity", lambda _t: "two"),
    "a negative quantity": lambda folder: change_cell(folder / "purchases.csv", "quantity", lambda _t: "-1"),
    "a quantity of 400 digits": lambda folder: change_cell(
        folder / "purchases.csv", "quantity", lambda _t: "9" * 400
    ),
    "a year that is none": lambda folder: change_cell(folder / "coverage.csv", "school_year", lambda _t: "2017"),
    "no inputs": lambda folder: shutil.rmtree(folder / "inputs"),
    "no enrolment": lambda folder: (folder / "inputs" / "enrolment.csv").unlink(),
    "inputs with a fault": lambda folder: change_cell(folder / "inputs" / "schools.csv", "level", lambda _t: "x"),
    "no pack": lambda folder: (folder / "inputs" / "roadmap" / "test.toml").unlink(),
    "a pack that is no TOML": written("inputs/roadmap/test.toml", b"= ="),
    "no scenario.toml": lambda folder: (folder / "scenario.toml").unlink(),
    "a scenario.toml that is no TOML": written("scenario.toml", b"= ="),
    "a scenario.toml with a lever nobody knows": written("scenario.toml", b"levers = 1\n"),
}


@pytest.mark.parametrize("kind", RUINS)
def test_a_ruined_folder_is_refused_in_words(folder: Path, kind: str) -> None:
    """A folder that cannot be read as a plan is refused in the planner's words, in both languages."""
    RUINS[kind](folder)
    try:
        held = provision.verify(folder).holds
    except ProvisionError as error:
        assert all(error.say(Words(language)).strip() for language in LANGUAGES)
    else:
        assert not held

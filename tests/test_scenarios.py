"""The levers a planner may move: what each does, its bounds and its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from math import ceil, inf, nextafter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World, roadmap, year

from provision.commands import main
from provision.domain.plan import Plan
from provision.domain.problem import PUPIL_COMPUTER, Problem
from provision.domain.scenario import CELLS, LEVERS, Lever, Scenario, exact
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake import check_scenario, known_scenarios, load, read_scenario
from provision.intake.scenarios import scenario_folder
from provision.model import searches, solve
from provision.posing import pose
from provision.store.folder import scenario_toml
from provision.text import Words

_BY_NAME = {lever.name: lever for lever in LEVERS}

# The levers of the design: default and bounds, or the choices there are.
CONTRACT: dict[str, tuple[object, object]] = {
    "budget_factor": (1, (0, 1000)),
    "fund_factor": ({}, (0, 1000)),
    "price_growth": (0, (-0.5, 1)),
    "enrolment_growth": (0, (-0.5, 0.5)),
    "primary_ratio": (None, (1, 1000)),
    "lower_secondary_ratio": (None, (1, 1000)),
    "ratio_basis": (None, ("covered", "enrolled")),
    "rounding": (None, ("level", "school", "none")),
    "life_years": (None, (1, 30)),
    "optional_grades": (False, None),
    "transfers": (True, None),
    "lease": (False, None),
    "whole_machines": (True, None),
    "upkeep": ("report", ("report", "reserve")),
    "weigh": ("machine", ("machine", "pupils")),
    "priority_weight": (1, (1, 10)),
    "hold": (0, (0, 1)),
    "horizon": (None, None),
    "delivery_lag": (0, (0, 5)),
    "time_limit": (60, (1, 86400)),
    "overrides": ({}, (0, 10**15)),
    "enrolment_range": (0.05, (0, 0.5)),
    "price_range": (0.1, (0, 0.5)),
    "fund_certainty": ({}, (0, 1)),
    "late_share": (0.2, (0, 1)),
    "futures": (200, (1, 10_000)),
    "seed": (1, (0, 10**9)),
}
LADDER = ("missing", "minimums", "optional", "money", "fairness", "tie")


def world() -> World:
    """Return two schools, one of them disadvantaged, three school years, old stock, two funds."""
    w = World().unit().school("a", pupils={3: [50, 50, 50], 4: [50, 50, 50]})
    w.school("b", "combined", pupils={3: [12, 12, 12], 6: [36, 36, 36], 7: [40, 40, 40]}, disadvantaged=1)
    w.option("pc", 10_000_000, 4).stock("a", 1, -1).fund("main", [20_000_000, 10_000_000, 10_000_000])
    return w.fund("gift", [5_000_000, 5_000_000, 0], carry_over=1)


PACK = roadmap({0: [3], 1: [3, 6], 2: [3, 4, 6]})


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Problem]:
    """Return the small world's problem under levers moved."""
    inputs = world().load(tmp_path)
    return lambda **levers: pose(inputs, ["u"], PACK, Scenario(**levers))


def faults_of(*moved: str, data: Path = Path("data/bac-giang"), name: str = "base") -> tuple[Fault, ...]:
    """Return what is told of levers moved by words; each fault has its words in both languages."""
    with pytest.raises(FaultyInput) as faulty:
        read_scenario(data, name, moved=moved)
    faults = faulty.value.faults
    assert all(fault.say(Words(language)) for fault in faults for language in ("vi", "en"))
    assert not any("None" in fault.say(Words("en")) for fault in faults)
    return faults


def toml(folder: Path, text: str) -> str:
    """Write a scenario file and return its path."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


# Every lever of the design ----------------------------------------------------------------------------------------


def test_the_levers_are_those_of_the_design() -> None:
    """Every lever of the design is there, each with its name in both languages; nothing else is."""
    assert set(_BY_NAME) == {*CONTRACT, "ladder", "arrangement"}
    assert (_BY_NAME["arrangement"].choices, _BY_NAME["arrangement"].default) == (("central", "per_school"), None)
    assert _BY_NAME["ladder"].default == _BY_NAME["ladder"].choices == LADDER
    assert {f.name for f in fields(Scenario)} - set(_BY_NAME) == {"name", "label_vi", "label_en", "by_word"}
    assert all(Words(language).has(f"lever.{name}") for name in _BY_NAME for language in ("vi", "en"))


@pytest.mark.parametrize("name", CONTRACT)
def test_defaults_and_bounds_are_those_of_the_design(name: str) -> None:
    """Each lever has the default and the bounds, or the choices, that the design states."""
    lever, (default, bounds) = _BY_NAME[name], CONTRACT[name]
    assert lever.default == default
    stated: object = lever.choices or (None if lever.low is None else (lever.low, lever.high))
    assert stated == bounds
    assert lever.blank == (default is None)


def amounts(problem: Problem) -> dict[tuple[str, int], int]:
    """Return whole VND by fund and the n-th year."""
    return {(fund[1], y - 2017): purse.amount for (fund, y), purse in problem.purses.items()}


def need(problem: Problem, code: str) -> list[int]:
    """Return a school's mandatory need year by year."""
    return [problem.need(code, PUPIL_COMPUTER, y) for y in problem.years]


def test_budget_factor(ask: Callable[..., Problem]) -> None:
    """Money cut by 30 % is cut in every fund and year, and nothing else moves."""
    cut, base = ask(budget_factor=0.7), ask()
    assert amounts(cut) == {key: amount * 7 // 10 for key, amount in amounts(base).items()}
    assert (cut.demand, cut.prices) == (base.demand, base.prices)


def test_fund_factor(ask: Callable[..., Problem]) -> None:
    """One fund doubled leaves the others as they are, and multiplies with the factor of all."""
    both = amounts(ask(fund_factor={"gift": 2}, budget_factor=0.5))
    assert (both["gift", 0], both["main", 0]) == (5_000_000, 10_000_000)


def test_a_fund_nobody_has_is_told(ask: Callable[..., Problem]) -> None:
    """A factor for an unknown fund is told with the funds there are."""
    with pytest.raises(FaultyInput, match="gift, main") as faulty:
        ask(fund_factor={"mian": 2})
    assert [(f.code, f.found) for f in faulty.value.faults] == [("lever_fund_unknown", "mian")]


def test_price_growth(ask: Callable[..., Problem]) -> None:
    """Prices rise from the second year on, compounded, to the whole VND."""
    grown = ask(price_growth=0.1).prices
    assert [grown["pc", 2017 + n] for n in range(3)] == [10_000_000, 11_000_000, 12_100_000]


def test_enrolment_growth(ask: Callable[..., Problem]) -> None:
    """Pupils grow from the second year on, compounded: 50, 75, 113 of each grade."""
    grown = ask(enrolment_growth=0.5).demand
    assert [grown["a", PUPIL_COMPUTER, 2017 + n].pupils for n in range(3)] == [50, 75, 226]


def test_primary_ratio(ask: Callable[..., Problem]) -> None:
    """Half the pupils a machine needs twice the machines, in primary grades only."""
    assert need(ask(), "a") == [3, 3, 5]
    assert need(ask(primary_ratio=12), "a") == [5, 5, 9]
    assert need(ask(primary_ratio=12.5), "a") == [4, 4, 8]
    assert need(ask(primary_ratio=12), "b") == need(ask(), "b")


def test_lower_secondary_ratio(ask: Callable[..., Problem]) -> None:
    """Lower secondary grades have their own ratio: 36 pupils at 16, 8 and 10, beside one machine for grade 3."""
    assert need(ask(), "b") == [1, 4, 4]
    assert need(ask(lower_secondary_ratio=8), "b") == [1, 6, 6]
    assert need(ask(lower_secondary_ratio=10), "b") == [1, 5, 5]


def test_ratio_basis(ask: Callable[..., Problem]) -> None:
    """Counted over the whole level, grade 4 counts before it is taught; both readings are kept."""
    enrolled = ask(ratio_basis="enrolled")
    assert (need(enrolled, "a"), need(ask(), "a")) == ([5, 5, 5], [3, 3, 5])
    for key, machines in ask().basis_need.items():
        assert key[0] == "pooled" or enrolled.basis_need[key] == machines


def test_rounding(ask: Callable[..., Problem]) -> None:
    """50 pupils at 24; 12 at 24 and 36 at 16: seven machines by level, six by school, five where all are pooled."""
    shares = [[Fraction(50, 24)], [Fraction(12, 24), Fraction(36, 16)]]
    by_hand = {"level": sum(ceil(part) for parts in shares for part in parts)}
    by_hand |= {"school": sum(ceil(sum(parts)) for parts in shares), "none": ceil(sum(map(sum, shares)))}
    asked = {rounding: ask(rounding=rounding) for rounding in by_hand}
    assert {rounding: need(p, "a")[1] + need(p, "b")[1] for rounding, p in asked.items()} == by_hand
    assert list(by_hand.values()) == [7, 6, 5]


def test_life_years(ask: Callable[..., Problem]) -> None:
    """A life set by the planner holds for what is bought, for stock that states none, and for the years after."""
    short = ask(life_years=2)
    assert (short.options["pc"].life_years, short.tail) == (2, 1)
    stocks = [[p.stock.get(("a", PUPIL_COMPUTER, y), 0) for y in p.years] for p in (ask(), short)]
    assert stocks == [[1, 1, 1], [1, 0, 0]]


def test_horizon(ask: Callable[..., Problem]) -> None:
    """The years of the plan are those asked for, else those of the budget."""
    assert ask().years == (2017, 2018, 2019)
    assert ask(horizon=f"{year(1)}..{year(2)}").years == (2018, 2019)
    assert ask(horizon=year(1)).years == (2018,)


def test_priority_weight(ask: Callable[..., Problem]) -> None:
    """A disadvantaged school weighs what the planner says, exactly; the others weigh one."""
    assert dict(ask(priority_weight=1.3).priority) == {"a": 1, "b": Fraction(13, 10)}


def test_whole_machines(ask: Callable[..., Problem]) -> None:
    """In fractions money is spent to the end: a quick answer that is never worse."""
    whole, parts = solve(ask()), solve(ask(whole_machines=False))
    assert all(isinstance(p.quantity, int) for p in whole.purchases)
    assert any(p.quantity != int(p.quantity) for p in parts.purchases)
    assert value(parts, "missing") <= value(whole, "missing")


def value(plan: Plan, rung: str) -> float:
    """Return the value a plan reached on a rung."""
    return next(r.value for r in plan.rungs if r.name == rung)


def test_weigh(ask: Callable[..., Problem]) -> None:
    """Weighed by pupils, what is missing is counted in pupils without a machine: never less than in machines."""
    pupils, machines = ask(weigh="pupils"), ask()
    assert value(solve(pupils), "missing") > value(solve(machines), "missing")


@pytest.mark.parametrize("rungs", [("missing",), ("missing", "money"), ("missing", "fairness", "money", "tie")])
def test_ladder(ask: Callable[..., Problem], rungs: tuple[str, ...]) -> None:
    """The rungs are climbed in the order the planner sets."""
    assert [r.name for r in solve(ask(ladder=rungs)).rungs] == list(rungs)


def test_hold(ask: Callable[..., Problem]) -> None:
    """A planner who lets go of what is reached, here as much again, may spend less and misses at most that more."""
    held, loose = solve(ask()), solve(ask(hold=1.0))
    assert value(loose, "money") < value(held, "money")
    assert held.totals["missing"] < loose.totals["missing"] <= 2 * value(held, "missing") + 1e-6


def test_time_limit(ask: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    """No search gets more seconds than the planner gives."""
    given_to = []
    search = searches.minimise
    monkeypatch.setattr(
        searches, "minimise", lambda p, *, effort, **k: given_to.append(effort) or search(p, effort=effort, **k)
    )
    solve(ask(time_limit=7))
    assert given_to
    assert all(0 < effort.seconds <= 7 for effort in given_to)
    assert given_to[0].seconds > 2


def test_overrides_of_money_prices_and_pupils(ask: Callable[..., Problem]) -> None:
    """One cell of a table is another number, and every other cell stays."""
    cells = {f"budget/u/main/{year(1)}": 1, f"price/pc/{year(1)}": 9_000_001, f"enrolment/a/{year(0)}/3": 49}
    moved, base = ask(overrides=cells), ask()
    assert amounts(moved) == amounts(base) | {("main", 1): 1}
    assert moved.prices == {**base.prices, ("pc", 2018): 9_000_001}
    assert [moved.demand["a", PUPIL_COMPUTER, 2017 + n].pupils for n in range(3)] == [49, 50, 100]


def test_overrides_of_purchases(ask: Callable[..., Problem]) -> None:
    """A purchase is fixed, or forbidden with 0."""
    cells = {f"buy/a/{year(0)}/pc": 2, f"buy/b/{year(1)}/pc": 0}
    assert dict(ask(overrides=cells).locks) == {("a", "pc", 2017): 2, ("b", "pc", 2018): 0}


# Bounds -----------------------------------------------------------------------------------------------------------

_BOUNDED = [lever for lever in LEVERS if lever.kind in {"number", "whole"}]


@pytest.mark.parametrize("lever", _BOUNDED, ids=lambda lever: lever.name)
def test_bounds_are_inclusive(lever: Lever, tmp_path: Path) -> None:
    """The bounds themselves may be asked for; what lies just beyond is told with the bounds."""
    assert lever.low is not None
    assert lever.high is not None
    for bound in (lever.low, lever.high):
        read = read_scenario(tmp_path, toml(tmp_path, f"{lever.name} = {bound}"))
        assert getattr(read, lever.name) == bound
    steps = (lever.low - 1, lever.high + 1) if lever.kind == "whole" else _beyond(lever)
    for beyond in (*steps, "inf", "nan", "-inf", "true", '"5"', "[1]"):
        (fault,) = faults_of(name=toml(tmp_path, f"{lever.name} = {beyond}"))
        assert (fault.code, fault.file, fault.column) == ("lever_number", "mine.toml", lever.name)


def _beyond(lever: Lever) -> tuple[str, str]:
    return repr(nextafter(float(lever.low or 0), -inf)), repr(nextafter(float(lever.high or 0), inf))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(lever=st.sampled_from(_BOUNDED), asked=st.floats() | st.integers(-2000, 100_000))
def test_a_number_is_taken_as_it_is_or_told(lever: Lever, asked: float) -> None:
    """No number is clipped to its bounds in silence."""
    within = asked == asked and lever.low <= asked <= lever.high  # type: ignore[operator]
    within = within and (lever.kind == "number" or isinstance(asked, int))
    moved = (f"{lever.name}={asked!r}",)
    if within:
        assert getattr(read_scenario(Path("data/bac-giang"), "base", moved=moved), lever.name) == asked
    else:
        assert faults_of(*moved)[0].column == lever.name


WRONG: list[tuple[str, str]] = [
    ("lever_number", "budget_factor=0,7"),
    ("lever_number", "budget_factor=70%"),
    ("lever_number", "budget_factor="),
    ("lever_number", "budget_factor=-0.1"),
    ("lever_number", "life_years=31"),
    ("lever_whole", "life_years=4.5"),
    ("lever_flag", "whole_machines=1"),
    ("lever_flag", "whole_machines=có"),
    ("choice", "ratio_basis=all"),
    ("choice", "weigh="),
    ("choice", "rounding=down"),
    ("lever_factors", "fund_factor=2"),
    ("lever_factors", "fund_factor={main='a lot'}"),
    ("lever_factors", "fund_factor={main=-1}"),
    ("lever_factors", "fund_factor={main=1001}"),
    ("lever_factors", "fund_factor={main=nan}"),
    ("lever_factors", "fund_factor={main=true}"),
    ("lever_cells", "overrides=2"),
    ("lever_cells", "overrides="),
    ("lever_cells", "overrides=[1]"),
    ("lever_rungs", "ladder=missing,cheap"),
    ("lever_rungs", "ladder=missing,missing"),
    ("lever_rungs_first", "ladder=money,missing"),
    ("lever_years", "horizon=2017"),
    ("lever_years", "horizon=2021-2022..2017-2018"),
    ("lever_years", "horizon=2017-2018..2099-2100"),
    ("lever_years", "horizon=2017-2018..soon"),
    ("lever_flag", "lease=1"),
    ("choice", "upkeep=pay"),
    ("lever_number", "delivery_lag=6"),
    ("lever_whole", "delivery_lag=0.5"),
    ("lever_unknown", "budget=0.7"),
    ("lever_unknown", "name=mine"),
    ("set_form", "budget_factor 0.7"),
    ("set_form", "0.7"),
]


@pytest.mark.parametrize(("code", "pair"), WRONG)
def test_a_wrong_word_is_told(code: str, pair: str) -> None:
    """Words that stand for no value of a lever are told with what stands there."""
    (fault,) = faults_of(pair)
    assert (fault.code, fault.file) == (code, "--set")
    written = pair.partition("=")[2] if code != "set_form" else pair
    assert code == "lever_factors" or str(fault.found).replace(" ", "") == written.replace(" ", "")


@pytest.mark.parametrize(
    "ladder", ["[]", '"missing"', "[1]", '[["missing"]]', "[{a = 1}]", '["missing", ["money"]]', "3"]
)
def test_a_ladder_is_a_list_of_rungs(tmp_path: Path, ladder: str) -> None:
    """A ladder that is no list of rungs is told, whatever stands in it."""
    (fault,) = faults_of(name=toml(tmp_path, f"ladder = {ladder}"))
    assert fault.code in {"lever_rungs", "lever_rungs_first"}


def test_an_unknown_lever_is_told_with_those_there_are(tmp_path: Path) -> None:
    """A misspelt lever is told, in a file too, and so is a table that is none."""
    file = toml(tmp_path, "bugdet_factor = 0.7\n[levers]\nhold = 0.1\n")
    found = faults_of(name=file)
    assert [(f.code, f.column) for f in found] == [("lever_unknown", "bugdet_factor"), ("lever_unknown", "levers")]
    assert "budget_factor, fund_factor" in found[0].say(Words("en"))


def test_every_wrong_lever_is_told_at_once(tmp_path: Path) -> None:
    """Faults of a file and of the command line are told together."""
    file = toml(tmp_path, "budget_factor = -1\nlease = 1\nhold = 0.5\n")
    found = faults_of("weigh=gold", "hold", name=file)
    assert {(f.file, f.column) for f in found} == {
        ("mine.toml", "budget_factor"),
        ("mine.toml", "lease"),
        ("--set", "weigh"),
        ("--set", None),
    }


def test_a_lever_with_a_default_cannot_be_nothing(ask: Callable[..., Problem]) -> None:
    """Only a lever that stands for the pack's or the catalogue's own may be blank."""
    with pytest.raises(FaultyInput) as faulty:
        ask(budget_factor=None, ladder=None, horizon=None)
    assert {f.column for f in faulty.value.faults} == {"budget_factor", "ladder"}


def test_a_scenario_made_in_python_keeps_the_bounds(ask: Callable[..., Problem]) -> None:
    """Out of bounds is out of bounds, also for a program that asks."""
    with pytest.raises(FaultyInput) as faulty:
        ask(budget_factor=-1, hold=2, ladder=("money",), horizon="2017")
    assert {f.column for f in faulty.value.faults} == {"budget_factor", "hold", "ladder", "horizon"}


_WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
_CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
_PARTS: dict[str, st.SearchStrategy[str]] = {
    "unit": st.just("") | _CODES,
    "year": st.integers(1950, 2099).map(lambda y: f"{y}-{y + 1}"),
    "grade": st.sampled_from("123456789"),
}
_FORMS = {
    "budget": ("unit", "fund", "year"),
    "price": ("option", "year"),
    "enrolment": ("school", "year", "grade"),
    "buy": ("school", "year", "option"),
}
_PATHS = st.one_of(
    [
        st.tuples(st.just(kind), *(_PARTS.get(p, _CODES) for p in parts)).map("/".join)
        for kind, parts in _FORMS.items()
    ]
)

# Single cells -----------------------------------------------------------------------------------------------------

MANY = 10**15
CELL_BOUNDS = {
    "budget/u/main/2017-2018": (0, MANY),
    "budget//main/2017-2018": (0, MANY),
    "price/pc-new/2017-2018": (1, MANY),
    "enrolment/th-a/2017-2018/3": (0, 100_000),
    "buy/th-a/2017-2018/pc-new": (0, 100_000),
}


def test_every_kind_of_cell_has_its_form() -> None:
    """The cells a scenario may override are those of the design."""
    assert tuple(_FORMS) == CELLS
    assert {path.partition("/")[0] for path in CELL_BOUNDS} == set(CELLS)


@pytest.mark.parametrize("path", CELL_BOUNDS)
def test_the_bounds_of_a_cell_are_inclusive(tmp_path: Path, path: str) -> None:
    """The least and the most a cell may hold may be asked for; beyond, and what is no whole number, is told."""
    low, high = CELL_BOUNDS[path]
    for bound in (low, high):
        read = read_scenario(tmp_path, toml(tmp_path, f'[overrides]\n"{path}" = {bound}\n'))
        assert dict(read.overrides) == {path: bound}
    for beyond in (low - 1, high + 1, "5.0", "true", '"5"', "[5]", "{a = 1}", "nan"):
        (fault,) = faults_of(name=toml(tmp_path, f'[overrides]\n"{path}" = {beyond}\n'))
        assert (fault.code, fault.file, fault.column) == ("lever_whole", "mine.toml", "overrides")
        assert (fault.details["low"], fault.details["high"]) == (str(low), str(high))
        assert str(fault.found).startswith(f"{path} = ")


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("lever_cells", "buy"),
        ("lever_cells", ""),
        ("lever_cells", "stock/th-a/2017-2018/pc"),
        ("lever_cells", "Buy/th-a/2017-2018/pc"),
        ("lever_cells", "budget/main/2017-2018"),
        ("lever_cells", "budget//main/2017-2018/x"),
        ("lever_cells", "budget/u//2017-2018"),
        ("lever_cells", "budget/Hiệp Hoà/main/2017-2018"),
        ("lever_cells", "price//2017-2018"),
        ("lever_cells", "price/pc new/2017-2018"),
        ("lever_cells", "enrolment/th-a/2017-2018/0"),
        ("lever_cells", "enrolment/th-a/2017-2018/10"),
        ("lever_cells", "enrolment/th-a/2017-2018/03"),
        ("lever_cells", "enrolment/th-a/2017-2018/３"),
        ("lever_cells", "enrolment/th-a/2017-2018"),
        ("lever_cells", "buy/th-a/2017-2018/"),
        ("lever_cells", " buy/th-a/2017-2018/pc"),
        ("school_year", "buy/th-a/2017/pc"),
        ("school_year", "buy/th-a/pc/2017-2018"),
        ("school_year", "price/pc/2017-2019"),
        ("lever_cells", "price/pc/"),
        ("school_year", "price/pc/9998-9999"),
        ("school_year", "price/pc/0217-0218"),
        ("school_year", "price/pc/２０１７-２０１８"),
    ],
)
def test_a_cell_nobody_can_find_is_told(tmp_path: Path, code: str, path: str) -> None:
    """A path that is not of a form there is, is told with the forms there are, in a file and on the command line."""
    for file in (
        faults_of(name=toml(tmp_path, f'[overrides]\n"{path}" = 5\n')),
        faults_of(f'overrides={{"{path}" = 5}}'),
    ):
        assert [(f.code, f.column, f.found) for f in file] == [(code, "overrides", f"{path} = 5")]
    if code == "lever_cells":
        assert "buy/TRƯỜNG/NĂM-HỌC/PHƯƠNG-ÁN" in file[0].say(Words("vi"))
        assert '{"buy/th-a/2019-2020/pc-new" = 5}' in file[0].say(Words("en"))


def test_every_wrong_cell_is_told_at_once(tmp_path: Path) -> None:
    """Each wrong cell of a table is told beside the other levers' faults; cells in nested tables are wrong too."""
    text = 'hold = 2\n[overrides]\n"buy/a/2017/pc" = 1\n"price/pc/2017-2018" = 0\n"buy/a/2017-2018/pc" = 1\n'
    found = faults_of(name=toml(tmp_path, text + "[overrides.buy]\na = 1\n"))
    assert [(f.code, f.column, f.found) for f in found] == [
        ("lever_number", "hold", "2"),
        ("school_year", "overrides", "buy/a/2017/pc = 1"),
        ("lever_whole", "overrides", "price/pc/2017-2018 = 0"),
        ("lever_cells", "overrides", "buy = {'a': 1}"),
    ]


@pytest.mark.parametrize("cells", [{1: 2}, {None: 5}, {("buy", "a"): 1}, [], 3, None, "buy/a/2017-2018/pc"])
def test_cells_made_in_python_are_checked(cells: Any) -> None:
    """A program that asks gets the same words."""
    with pytest.raises(FaultyInput) as faulty:
        check_scenario(Scenario(overrides=cells))
    assert {(f.code, f.column) for f in faulty.value.faults} == {("lever_cells", "overrides")}


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    path=_PATHS | _WORDS | st.tuples(_PATHS, _WORDS).map("".join), value=st.integers() | st.booleans() | st.floats()
)
def test_any_cell_is_taken_as_it_is_or_told(path: str, value: Any) -> None:
    """Whatever is asked of a cell, it is kept to the letter or told in words; nothing crashes."""
    scenario = Scenario(overrides={path: value})
    try:
        check_scenario(scenario)
    except FaultyInput as faulty:
        assert len(faulty.faults) == 1
        assert all(faulty.say(Words(language)) for language in ("vi", "en"))
    else:
        assert type(value) is int
        assert re.fullmatch("|".join(_PATH_FORMS), path)


_PATH_FORMS = (
    "budget/([A-Za-z0-9._-]+)?/[A-Za-z0-9._-]+/[0-9]{4}-[0-9]{4}",
    "price/[A-Za-z0-9._-]+/[0-9]{4}-[0-9]{4}",
    "enrolment/[A-Za-z0-9._-]+/[0-9]{4}-[0-9]{4}/[1-9]",
    "buy/[A-Za-z0-9._-]+/[0-9]{4}-[0-9]{4}/[A-Za-z0-9._-]+",
)


# Words ------------------------------------------------------------------------------------------------------------

SAID: list[tuple[str, str, Any]] = [
    ("budget_factor=0.7", "budget_factor", 0.7),
    (" budget_factor = 2 ", "budget_factor", 2),
    ("fund_factor={ns-huyen=0.5, 'Quỹ'=2}", "fund_factor", {"ns-huyen": 0.5, "Quỹ": 2}),
    ("price_growth=-0.1", "price_growth", -0.1),
    ("primary_ratio=20", "primary_ratio", 20),
    ("primary_ratio=", "primary_ratio", None),
    ("ratio_basis=enrolled", "ratio_basis", "enrolled"),
    ('ratio_basis="enrolled"', "ratio_basis", "enrolled"),
    ("ratio_basis=", "ratio_basis", None),
    ("rounding=none", "rounding", "none"),
    ("life_years=4", "life_years", 4),
    ("whole_machines=false", "whole_machines", False),
    ("transfers=false", "transfers", False),
    ("overrides={'buy/th-a/2019-2020/pc-new' = 5}", "overrides", {"buy/th-a/2019-2020/pc-new": 5}),
    ('overrides={"budget//chung/2017-2018" = 0}', "overrides", {"budget//chung/2017-2018": 0}),
    ("upkeep=reserve", "upkeep", "reserve"),
    ("delivery_lag=1", "delivery_lag", 1),
    ("ladder=missing,money", "ladder", ("missing", "money")),
    ("ladder=missing, tie", "ladder", ("missing", "tie")),
    ("horizon=2018-2019..2020-2021", "horizon", "2018-2019..2020-2021"),
    ("horizon=2018-2019", "horizon", "2018-2019"),
    ("horizon=", "horizon", None),
    ("time_limit=1e1", "time_limit", 10),
]


@pytest.mark.parametrize(("word", "lever", "meant"), SAID)
def test_a_lever_is_moved_by_a_word(word: str, lever: str, meant: Any) -> None:
    """``--set lever=value`` moves one lever and leaves the others at their default."""
    moved = read_scenario(Path("data/bac-giang"), "base", moved=(word,))
    found = getattr(moved, lever)
    assert (dict(found) if isinstance(meant, dict) else found) == meant
    assert replace(moved, **{lever: _BY_NAME[lever].default}).moved() == {}


def test_words_move_a_named_scenario_further(bac_giang: Path) -> None:
    """The command line moves levers of a scenario that has moved others already; the last word on one holds."""
    moved = read_scenario(bac_giang, "cut", moved=("price_growth=0.1", "hold=0.1", "hold=0.2"))
    assert (moved.name, moved.budget_factor, moved.price_growth, moved.hold) == ("cut", 0.7, 0.1, 0.2)
    assert read_scenario(bac_giang, "cut", moved=("budget_factor=1",)).moved() == {}


# Files ------------------------------------------------------------------------------------------------------------


def test_the_scenarios_that_travel(bac_giang: Path) -> None:
    """Base moves nothing; 30 % less money, the donor who does not pay, leasing allowed, 10 % dearer a year."""
    assert known_scenarios(bac_giang) == ("base", "cut", "donor", "lease", "prices")
    moved = {name: read_scenario(bac_giang, name).moved() for name in known_scenarios(bac_giang)}
    assert moved == {
        "base": {},
        "cut": {"budget_factor": 0.7},
        "donor": {"fund_factor": {"tai-tro": 0.0}},
        "lease": {"lease": True},
        "prices": {"price_growth": 0.1},
    }
    labels = [read_scenario(bac_giang, name).label("en") for name in moved]
    assert (labels[0], labels[1], labels[4]) == ("Base", "Budget cut by 30 %", "Prices rise by 10 % a year")
    assert all(read_scenario(bac_giang, name).label("vi") for name in moved)


def test_an_unknown_scenario_is_told_with_those_there_are(bac_giang: Path) -> None:
    """A scenario nobody wrote is told with the names there are, by name and by file."""
    for name in ("cat", "cat.toml"):
        with pytest.raises(ProvisionError, match="base, cut, donor, lease, prices") as error:
            read_scenario(bac_giang, name)
        assert error.value.code == "scenario_unknown"


def test_scenarios_lie_beside_their_data() -> None:
    """Named scenarios lie in the data folder, or beside a workbook under its name."""
    assert scenario_folder(Path("data/bac-giang")) == Path("data/bac-giang/scenarios")
    assert scenario_folder(Path("data/tinh.xlsx")) == Path("data/tinh.scenarios")


@pytest.mark.parametrize("text", ["budget_factor = ", "budget_factor = 0,7", "a", "hold = 1\nhold = 1"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, text: str) -> None:
    """A scenario that is not TOML is told with the place."""
    (fault,) = faults_of(name=toml(tmp_path, text))
    assert (fault.code, fault.file) == ("not_toml", "mine.toml")
    assert "(at " in str(fault.found)


def test_a_number_of_thousands_of_digits_is_told(tmp_path: Path) -> None:
    """A number no computer reads is told, in a file and on the command line."""
    digits = "1" * 5000
    assert faults_of(name=toml(tmp_path, f"hold = {digits}"))[0].code == "not_toml"
    assert faults_of(f"hold={digits}")[0].column == "hold"


def _values(lever: Lever) -> st.SearchStrategy[Any]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "number": st.floats(lever.low, lever.high),
        "whole": st.integers(int(lever.low or 0), int(lever.high or 0)),
        "flag": st.booleans(),
        "choice": st.sampled_from(lever.choices or ("",)),
        "factors": st.dictionaries(_WORDS, st.floats(lever.low, lever.high), max_size=2),
        "rungs": st.permutations(lever.choices[1:]).map(lambda rest: (lever.choices or ("",))[:1] + tuple(rest)),
        "years": st.integers(2000, 2020).map(lambda y: f"{y}-{y + 1}..{y + 3}-{y + 4}"),
        "cells": st.dictionaries(_PATHS, st.integers(1, 100_000), max_size=3),
    }
    return kinds[lever.kind] | st.none() if lever.blank else kinds[lever.kind]


_SCENARIOS = st.builds(
    Scenario,
    name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True),
    label_vi=_WORDS,
    label_en=_WORDS,
    **{lever.name: _values(lever) for lever in LEVERS},
)


@pytest.mark.parametrize(
    ("words", "column", "rung"),
    [
        (("optional_grades=true", "ladder=missing,money"), "optional_grades", "optional"),
        (("priority_weight=2", "ladder=missing,minimums,optional,money,tie"), "priority_weight", "fairness"),
    ],
)
def test_a_lever_no_rung_heeds_is_refused(
    ask: Callable[..., Problem], tmp_path: Path, words: tuple[str, ...], column: str, rung: str
) -> None:
    """Optional grades need their rung of the ladder, priority needs fairness: nothing else heeds these levers."""
    (fault,) = faults_of(*words)
    assert (fault.code, fault.file, fault.column) == ("lever_rung_absent", "--set", column)
    assert rung in fault.say(Words("vi"))
    said = Path(scenario_folder(tmp_path)) / "x.toml"
    said.parent.mkdir()
    said.write_text(f"{words[0]}\n", encoding="utf-8")
    assert read_scenario(tmp_path, "x").moved()
    assert faults_of(words[1], data=tmp_path, name="x")[0].column == column
    with pytest.raises(FaultyInput, match=column):
        ask(**read_scenario(tmp_path, "x").moved() | {"ladder": tuple(words[1].partition("=")[2].split(","))})
    assert read_scenario(tmp_path, "base", moved=[words[1]]).moved()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(scenario=_SCENARIOS)
def test_a_scenario_written_is_read_back(scenario: Scenario) -> None:
    """A scenario's file says every lever, so that the plan folder alone makes the plan again."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.toml"
        path.write_text(scenario_toml(scenario), encoding="utf-8")
        read = read_scenario(Path(folder), str(path))
    assert read.flat() == scenario.flat()
    assert read.moved() == scenario.moved()


def test_a_share_is_what_was_written() -> None:
    """0.1 is one tenth, not the nearest number a computer holds."""
    assert (exact(0.1), exact(1), exact(1e-9)) == (Fraction(1, 10), 1, Fraction(1, 10**9))


def test_what_was_moved_is_known() -> None:
    """A report can say what differs from the default, and only that."""
    assert Scenario(budget_factor=1.0, fund_factor={}).moved() == {}
    moved = Scenario(budget_factor=0.7, fund_factor={"main": 2}, horizon="2017-2018").moved()
    assert set(moved) == {"budget_factor", "fund_factor", "horizon"}


# What is told of a wrong word -------------------------------------------------------------------------------------


def test_a_decimal_comma_is_told_with_what_to_write() -> None:
    """Who writes 0,7 is told to write 0.7; the bounds beside it have no separator, since a point there is decimal."""
    (fault,) = faults_of("budget_factor=0,7")
    for language in ("vi", "en"):
        said = fault.say(Words(language))
        assert "0.7" in said
        assert "1000" in said
        assert "1.000" not in said
        assert "1,000" not in said
    (cell,) = faults_of('overrides={"price/pc-new/2017-2018" = 0}')
    assert "1000000000000000" in cell.say(Words("vi"))


UNKNOWN = {
    "fund_factor": '{"nobody" = 0.5}',
    "overrides": '{"price/nothing/2017-2018" = 1, "buy/nobody/2017-2018/pc" = 2, "budget/u/nobody/2017-2018" = 3}',
}


def _posed_faults(data: Path, scenario: Scenario) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(FaultyInput) as faulty:
        pose(load(data), ["u"], PACK, scenario)
    return [(f.file, f.column, f.found) for f in faulty.value.faults]


@pytest.mark.parametrize("lever", UNKNOWN)
def test_a_code_nobody_has_is_told_where_it_was_written(tmp_path: Path, lever: str) -> None:
    """An unknown code of the command line is told of ``--set``; one of a scenario, of the scenario."""
    data = world().write(tmp_path / "data")
    by_word = read_scenario(data, "base", moved=[f"{lever}={UNKNOWN[lever]}"])
    assert {row[:2] for row in _posed_faults(data, by_word)} == {("--set", lever)}
    in_file = read_scenario(data, toml(tmp_path, f"{lever} = {UNKNOWN[lever]}"), moved=["hold=0.1"])
    assert {row[:2] for row in _posed_faults(data, in_file)} == {("mine", lever)}
    assert by_word.overrides == in_file.overrides


def test_every_cell_nobody_has_is_told_at_once(tmp_path: Path) -> None:
    """Money, prices and purchases of cells that the data lacks are told together, beside an unknown fund."""
    data = world().write(tmp_path / "data")
    moved = [f"{lever}={value}" for lever, value in UNKNOWN.items()]
    assert [found for _, _, found in _posed_faults(data, read_scenario(data, "base", moved=moved))] == [
        "budget/u/nobody/2017-2018",
        "price/nothing/2017-2018",
        "nobody",
        "buy/nobody/2017-2018/pc",
    ]


def test_a_named_scenario_asked_for_as_a_file_is_hinted_at(bac_giang: Path) -> None:
    """Who asks for donor.toml where only the data has a scenario named donor is told to write donor."""
    with pytest.raises(ProvisionError) as error:
        read_scenario(bac_giang, "donor.toml")
    assert error.value.code == "scenario_is_named"
    for language in ("vi", "en"):
        assert "donor," in error.value.say(Words(language))
    assert main(["solve", str(bac_giang), "--unit", "hiep-hoa", "--scenario", "donor.toml", "--out", "nowhere"]) == 2

"""Each rule of the model alone: where it binds, by hand; its rows, in words; and that none can be left out."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import unified_diff
from fractions import Fraction
from pathlib import Path

import pulp
import pytest
from worlds import World, roadmap

import provision
from provision.audit import AUDITS, audit_plan
from provision.domain.plan import Plan
from provision.domain.problem import Problem
from provision.domain.roadmap import Lab, Minimum, Roadmap
from provision.domain.scenario import Scenario
from provision.errors import BrokenPlan, NoAnswer
from provision.model import objectives, rules, things
from provision.model.offers import PaymentClass, gaps_of, offers_of
from provision.model.rules import RULES, Rule
from provision.model.solve import posed as program_of
from provision.model.variables import Variables, declare
from provision.text import LANGUAGES, Words

GOLDENS = Path(__file__).parent / "goldens"
ACCEPT = "PROVISION_ACCEPT_GOLDENS"

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


def _short_of_machines() -> World:
    world = World().unit().school("a", pupils={3: [48]})
    return world.option("new", 10_000_000, 1).fund("main", [10_000_000])


def _money_of_another_school() -> World:
    world = World().unit().school("a", pupils={3: [48]}).school("b", pupils={3: [24]})
    world.option("new", 10_000_000, 1).fund("own", [30_000_000], schools="b")
    return world.fund("main", [10_000_000])


def _money_that_comes_late() -> World:
    world = World().unit().school("a", pupils={3: [48, 48]})
    return world.option("new", 10_000_000, 1).fund("main", [0, 40_000_000], carry_over=1)


def _money_that_may_hardly_be_kept() -> World:
    world = World().unit().school("a", pupils={3: [48, 48]})
    return world.option("new", 10_000_000, 1).fund("main", [40_000_000, 0], carry_over=0.25)


def _optional_grade() -> World:
    world = World().unit().school("a", pupils={3: [24], 4: [24]})
    return world.option("new", 10_000_000, 1).fund("main", [10_000_000])


def _promises_without_money() -> World:
    world = World().unit().school("a", pupils={3: [24, 48]}).option("new", 10_000_000, 1)
    world.carried("a", 0, "new", 1, 10_000_000).carried("a", 1, "new", 2, 10_000_000, state="promised")
    return world.fund("main", [10_000_000, 10_000_000])


def _one_spare_machine() -> World:
    world = World().unit().school("a", pupils={3: [24]}).school("b", pupils={3: [48]})
    return world.stock("a", 2, 0, life_years=1).option("new", 10_000_000, 1).fund("main", [0])


def _one_machine_wanted_twice() -> World:
    world = World().unit().school("a", pupils={3: [0, 0, 24]})
    world.school("b", pupils={3: [24, 0, 0]}).school("c", pupils={3: [0, 24, 0]})
    world.stock("a", 1, 0, life_years=2).stock("a", 1, 0, life_years=3)
    return world.option("new", 10_000_000, 1).fund("main", [0, 0, 0])


def _two_kinds_to_spare() -> World:
    world = World().unit().school("a", pupils={3: [24, 24]}).school("b", pupils={3: [48, 0]})
    world.stock("a", 1, 0, life_years=2).stock("a", 1, 0, life_years=1).stock("a", 1, 1, life_years=1)
    return world.option("new", 10_000_000, 1).fund("main", [0, 0])


def _one_repairable() -> World:
    world = World().unit().school("a", pupils={3: [48]}).stock("a", 1, -2, condition="repairable", life_years=5)
    return world.option("mend", 1_000_000, 1, mode="repair").fund("main", [10_000_000])


def _one_that_ages() -> World:
    world = World().unit().school("a", pupils={3: [48]}).stock("a", 1, -5, life_years=5)
    return world.option("renew", 1_000_000, 1, mode="refurbish").fund("main", [10_000_000])


def _no_room() -> World:
    world = World().unit().school("a", pupils={3: [96]}).option("new", 1_000_000, 1)
    return world.option("room", 7_000_000, 1, item="lab", mode="setup").fund("main", [10_000_000])


def _a_full_room() -> World:
    world = World().unit().school("a", pupils={3: [0, 48]}, labs=1).school("b", pupils={3: [24, 0]}, labs=1)
    world.stock("a", 2, 0, life_years=1).option("new", 10_000_000, 3)
    return world.fund("main", [20_000_000, 0])


def _dear_to_keep() -> World:
    world = World().unit().school("a", pupils={3: [48]}).option("new", 5_000_000, 1, upkeep=5_000_000)
    return world.fund("main", [10_000_000])


@dataclass(frozen=True)
class Bind:
    """A world in which a plan without a rule would promise more, with its pack and levers."""

    world: Callable[[], World]
    pack: Roadmap = field(default_factory=lambda: roadmap({0: [3]}))
    levers: dict[str, object] = field(default_factory=dict)

    def pose(self, folder: Path) -> Problem:
        """Return the problem of the world."""
        return provision.pose(self.world().load(folder / "data"), ["u"], self.pack, Scenario(**self.levers))


M = 1_000_000
GATE = Lab(gate=True, seats=2, weekly_periods=None, section="3")
BINDS: dict[str, Bind] = {
    "cover_need": Bind(_short_of_machines),
    "cover_optional": Bind(_optional_grade, roadmap({0: [3]}, optional={0: [4]}), {"optional_grades": True}),
    "keep_promises": Bind(_promises_without_money),
    "balance_transfers": Bind(_one_spare_machine),
    "take_what_is_lacking": Bind(_a_full_room, roadmap({0: [3]}, labs=(GATE,))),
    "give_own_stock": Bind(_one_machine_wanted_twice),
    "give_what_is_spare": Bind(_two_kinds_to_spare),
    "repair_what_is_there": Bind(_one_repairable),
    "refurbish_what_ages": Bind(_one_that_ages),
    "fit_the_rooms": Bind(_no_room, roadmap({0: [3]}, labs=(GATE,))),
    "pay_every_bill": Bind(_money_of_another_school),
    "reserve_upkeep": Bind(_dear_to_keep, levers={"upkeep": "reserve"}),
    "spend_within_budget": Bind(_money_that_comes_late),
    "carry_within_share": Bind(_money_that_may_hardly_be_kept),
}
"""By rule, a world in which a plan without the rule would promise more."""

SHORTAGES = ("promises", "missing", "minimums", "optional")


def posed(world: World, folder: Path) -> Problem:
    """Return the problem of a world in which grade 3 is taught from the first year on."""
    return Bind(lambda: world).pose(folder)


def least_short(problem: Problem) -> float:
    """Return how little can stay short of promises and need, all added up, under the rules in force."""
    v = program_of(problem)
    v.program.setObjective(pulp.lpSum(objectives.OBJECTIVES[name](v) for name in SHORTAGES))
    v.program.solve(pulp.HiGHS(msg=False, gapRel=0))
    return float(pulp.value(v.program.objective))


def short(plan: Plan) -> float:
    """Return how much a plan leaves short of promises and need, all added up."""
    return sum(r.value for r in plan.rungs if r.name in SHORTAGES)


def bought(plan: Plan) -> dict[tuple[str, int], int]:
    """Return the machines bought by school and year."""
    return {(p.school, p.year): p.quantity for p in plan.purchases}


# ---- where each rule binds, by hand ---------------------------------------------------------------------------


def test_cover_need_counts_what_is_not_bought_as_missing(tmp_path: Path) -> None:
    """48 pupils need 2 machines; 10 million VND buy one at 10 million; 2 - 1 = 1 is missing, not 0."""
    plan = provision.solve(posed(_short_of_machines(), tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 1}, 1)


def test_cover_need_counts_a_machine_in_every_year_it_lives(tmp_path: Path) -> None:
    """A machine of 2 years bought in the first covers a need of 1 in both years; the third misses it: 1 in all.

    After the horizon of 3 years the need goes on for one more, in which 1 machine fails too: 1 + 0.9 = 1.9.
    """
    world = World().unit().school("a", pupils={3: [24, 24, 24]}).option("new", 10_000_000, 2)
    plan = provision.solve(posed(world.fund("main", [10_000_000, 0, 0]), tmp_path))
    assert [c.missing for c in plan.coverage] == [0, 0, 1]
    assert plan.rungs[0].value == pytest.approx(1.9)


def test_pay_every_bill_keeps_money_where_it_may_pay(tmp_path: Path) -> None:
    """The unit's 10 million VND buy one of a's two machines; b's own 30 million buy b's one and may not help a."""
    plan = provision.solve(posed(_money_of_another_school(), tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 1, ("b", 2017): 1}, 1)
    assert {(p.fund[1], p.school) for p in plan.payments} == {("main", "a"), ("own", "b")}


def test_pay_every_bill_adds_funds_up(tmp_path: Path) -> None:
    """Two funds of 6 and 4 million VND together pay for one machine of 10 million, each with all it has."""
    world = World().unit().school("a", pupils={3: [24]}).option("new", 10_000_000, 1)
    plan = provision.solve(posed(world.fund("main", [6_000_000]).fund("gift", [4_000_000]), tmp_path))
    assert {(p.fund[1], p.amount) for p in plan.payments} == {("main", 6_000_000), ("gift", 4_000_000)}


def test_spend_within_budget_waits_for_the_money(tmp_path: Path) -> None:
    """40 million VND come in the second year: the first year's two machines stay missing, the second has its two."""
    plan = provision.solve(posed(_money_that_comes_late(), tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2018): 2}, 2)


def test_carry_within_share_loses_what_may_not_be_kept(tmp_path: Path) -> None:
    """Of 40 million VND 20 buy two machines at once; a quarter, 10 million, is kept and buys one more: 1 missing."""
    plan = provision.solve(posed(_money_that_may_hardly_be_kept(), tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 2, ("a", 2018): 1}, 1)
    assert [(s.carried_in, s.carried_out) for s in plan.spending] == [(0, 10_000_000), (10_000_000, 0)]


def test_carry_within_share_falls_on_what_was_carried_in_too(tmp_path: Path) -> None:
    """Half of 80 million VND is kept, then half of these 40: 20 million are there in the third year, two machines."""
    world = World().unit().school("a").option("new", 10_000_000, 1).fund("main", [80_000_000, 0, 0], carry_over=0.5)
    for index, pupils in enumerate((0, 0, 96)):
        world.pupils("a", index, 3, pupils)
    plan = provision.solve(posed(world, tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2019): 2}, 2)


def test_cover_optional_comes_after_the_mandatory_grades(tmp_path: Path) -> None:
    """10 million VND buy one machine of two: grade 3 has it, and grade 4's optional one is what is missing."""
    plan = provision.solve(BINDS["cover_optional"].pose(tmp_path))
    assert [(c.missing, c.optional_missing) for c in plan.coverage] == [(0, 1)]
    assert {r.name: r.value for r in plan.rungs}["optional"] == 1


def test_keep_promises_breaks_as_few_as_the_money_allows(tmp_path: Path) -> None:
    """Two machines were promised for the second year, and its 10 million VND buy one: one promise is broken."""
    plan = provision.solve(BINDS["keep_promises"].pose(tmp_path))
    assert [(p.school, p.year, p.promised, p.planned, p.broken) for p in plan.promises] == [("a", 2018, 2, 1, 1)]
    assert plan.rungs[0].name == "promises"


def test_balance_transfers_moves_what_there_is(tmp_path: Path) -> None:
    """School a has two machines and needs one; b, which needs two, takes the spare one over: one is missing."""
    plan = provision.solve(BINDS["balance_transfers"].pose(tmp_path))
    assert [(t.giver, t.taker, t.quantity, t.last_year) for t in plan.transfers] == [("a", "b", 1, 2017)]
    assert {c.school: (c.moved, c.have, c.missing) for c in plan.coverage} == {"a": (-1, 1, 0), "b": (1, 1, 1)}


def test_take_what_is_lacking_stores_nothing_for_others(tmp_path: Path) -> None:
    """Two old machines fill a's room; b lacks one and takes one, one new one for next year finds a seat."""
    plan = provision.solve(BINDS["take_what_is_lacking"].pose(tmp_path))
    assert [(t.giver, t.taker, t.quantity) for t in plan.transfers] == [("a", "b", 1)]
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 1}, 1)


def test_give_own_stock_gives_a_machine_once(tmp_path: Path) -> None:
    """One machine of a lasts two years: b wants it in the first, c in the second; a keeps its longer one."""
    plan = provision.solve(BINDS["give_own_stock"].pose(tmp_path))
    assert (plan.totals["moved"], plan.totals["missing"]) == (1, 1)


def test_give_what_is_spare_counts_all_kinds_together(tmp_path: Path) -> None:
    """School a has two machines of different age in 2017 and needs one: it may give either, not both."""
    plan = provision.solve(BINDS["give_what_is_spare"].pose(tmp_path))
    assert [t.quantity for t in plan.transfers if t.year == 2017] == [1]
    assert all(c.have >= c.need for c in plan.coverage if c.school == "a")


def test_repair_what_is_there_repairs_once(tmp_path: Path) -> None:
    """Money would repair ten, but one machine is repairable and two are needed: one stays missing."""
    plan = provision.solve(BINDS["repair_what_is_there"].pose(tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 1}, 1)


def test_refurbish_what_ages_takes_what_has_just_worn_out(tmp_path: Path) -> None:
    """One machine worked until 2016-2017: renewed in 2017-2018 it works again; the second one needed is missing."""
    plan = provision.solve(BINDS["refurbish_what_ages"].pose(tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 1}, 1)


def test_fit_the_rooms_sets_a_room_up_before_machines_come(tmp_path: Path) -> None:
    """Four machines are needed and a room takes two; 10 million VND set one up for 7 and fill it: two are missing."""
    plan = provision.solve(BINDS["fit_the_rooms"].pose(tmp_path))
    assert {(p.option, p.quantity) for p in plan.purchases} == {("room", 1), ("new", 2)}
    assert plan.totals["missing"] == 2


def test_fit_the_rooms_sets_up_none_that_is_ready_after_its_school_has_closed(tmp_path: Path) -> None:
    """A room that a school would have in the year in which it is gone seats nobody, and is not offered."""
    world = World().unit().school("a", pupils={3: [72]}, open_until="2017-2018").school("b", pupils={3: [72, 72]})
    world.option("pc", 10 * M, 5).option("room", 5 * M, 5, item="lab", mode="setup").fund("main", [90 * M, 90 * M])
    problem = provision.pose(world.load(tmp_path), ["u"], roadmap({0: [3]}, labs=[GATE]), Scenario(delivery_lag=1))
    assert {(school, year) for school, option, year in offers_of(problem, gaps_of(problem)) if option == "room"} == {
        ("b", 2017)
    }


def test_reserve_upkeep_buys_what_can_be_kept_running(tmp_path: Path) -> None:
    """10 million VND buy two machines at 5, or one with its upkeep of 5: one is bought, one is missing."""
    plan = provision.solve(BINDS["reserve_upkeep"].pose(tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 1}, 1)
    assert [(u.cost, u.unpaid) for u in plan.upkeep] == [(5_000_000, 0)]


# ---- the rows, in words ---------------------------------------------------------------------------------------


@pytest.fixture
def golden_world(tmp_path: Path) -> Problem:
    """Return a fixed small problem: a merger, old machines to move and mend, rooms, funds with their own rules."""
    world = World().unit().school("a", pupils={3: [48, 72, 72], 4: [0, 24, 24]}, labs=1)
    world.school("b", pupils={3: [24]}, open_until="2017-2018", merged_into="a", disadvantaged=1)
    world.school("c", "lower_secondary", pupils={6: [16, 32, 48]}, disadvantaged=1).stock("c", 1, -1, life_years=2)
    world.school("d", pupils={3: [24, 24, 24]}).stock("d", 3, -1, life_years=4)
    world.stock("b", 3, -1, life_years=4, upkeep=200_000).stock("a", 1, -3, life_years=4)
    world.stock("c", 2, -4, life_years=9, condition="repairable")
    world.option("new", 12_000_000, 3, upkeep=300_000).option("used", 7_500_000, 2, from_year="2018-2019")
    world.option("mend", 1_500_000, 1, mode="repair").option("renew", 2_500_000, 1, mode="refurbish")
    world.option("room", 30_000_000, 9, item="lab", mode="setup").option("cart", 100_000, 1, mode="move")
    world.option("licence", 400_000, 1, item="software_licence").option("printer", 3_000_000, 4, item="printer")
    world.carried("a", 0, "new", 1, 11_000_000).carried("c", 1, "new", 1, 11_000_000, state="promised")
    world.fund("main", [20_000_000, 15_000_000, 5_000_000], carry_over=0.5)
    world.fund("gift", [0, 8_000_000, 0], schools="disadvantaged", modes="buy;repair", carry_over=1)
    world.fund("own", [3_000_000, 0, 0], schools="c")
    minimums = (
        Minimum("printer", "school", 1, Fraction(2), (), "all", "4"),
        Minimum("software_licence", "machine", 1, Fraction(1), (), "all", "5"),
    )
    pack = roadmap({0: [3, 6], 1: [3, 6]}, optional={1: [4]}, minimums=minimums, labs=(GATE,))
    levers = {"optional_grades": True, "upkeep": "reserve"}
    return provision.pose(world.load(tmp_path / "data"), ["u"], pack, Scenario(**levers))


def rows_of(rule: Rule, v: Variables) -> str:
    """Return the rows of a rule as text, sorted, with every variable named by what it decides."""
    names = {x: f"buy {s} {o} {y}" for (s, o, y), x in v.buy.items()}
    for word, table in (("missing", v.missing), ("lacking", v.lacking), ("broken", v.broken)):
        names |= {x: " ".join((word, s, *_other(i), str(y))) for (s, i, y), x in table.items()}
    for word, moves in (("give", v.give), ("take", v.take)):
        names |= {x: f"{word} {s} {y} (until {kin.last})" for (s, kin, y), x in moves.items()}
    for (fund, bill, y), x in v.pay.items():
        names[x] = f"pay {fund[1]} {y} ({_bill(bill)})"
    names |= {x: f"unpaid {y} ({_bill(bill)})" for (bill, y), x in v.unpaid.items()}
    names |= {x: f"carry {fund[1]} {y}" for (fund, y), x in v.carry.items()}
    lines = []
    for _, row in rule(v):
        terms = sorted((names[x], factor) for x, factor in row.items())
        said = " ".join(f"{'-' if k < 0 else '+'} {'' if abs(k) == 1 else f'{abs(k):g} '}{name}" for name, k in terms)
        low, high = row.getLb(), row.getUb()
        sense, side = ("=", low) if low == high else (">=", low) if high is None else ("<=", high)
        lines.append(f"{said.removeprefix('+ ')} {sense} {side + 0.0:g}")
    return "\n".join([rule.__name__, "", *sorted(lines), ""])


def _other(item: str) -> tuple[str, ...]:
    return () if item == "pupil_computer" else (item,)


def _bill(bill: PaymentClass) -> str:
    item, mode, funds = bill
    return f"{' '.join((mode, *_other(item)))}, one of {'+'.join(sorted(f for _, f in funds))}"


@every_rule
def test_the_rows_of_a_rule_are_those_agreed(rule: Rule, golden_world: Problem) -> None:
    """A rule states, row by row, what its golden holds; a change of the model is read there before it is accepted."""
    golden = GOLDENS / f"{rule.__name__}.txt"
    now = rows_of(rule, declare(golden_world))
    if os.environ.get(ACCEPT):
        golden.write_text(now, encoding="utf-8")
    agreed = golden.read_text(encoding="utf-8") if golden.is_file() else ""
    difference = "\n".join(unified_diff(agreed.splitlines(), now.splitlines(), "agreed", "now", lineterm=""))
    assert now == agreed, f"{golden.name}: if this is meant, run again with {ACCEPT}=1\n{difference}"


def test_every_golden_belongs_to_a_rule() -> None:
    """No golden is left over from a rule that is gone."""
    assert {path.stem for path in GOLDENS.glob("*.txt")} == {rule.__name__ for rule in RULES}


# ---- completeness ---------------------------------------------------------------------------------------------


@every_rule
def test_a_rule_says_what_it_promises_why_and_from_where(rule: Rule) -> None:
    """A rule begins with the sentence a planner reads, shows its formula, and names its source."""
    told = inspect.getdoc(rule) or ""
    first = told.partition("\n\n")[0]
    assert first.endswith(".") and "\n" not in first
    assert ".. math::" in told and told.partition(".. math::")[2].split("\n")[0].strip()
    assert any(line.startswith("Source: ") and line.rstrip().endswith(".") for line in told.splitlines())


@every_rule
def test_a_rule_is_audited_under_its_name(rule: Rule) -> None:
    """What the solver is told, the audit checks, under the same name."""
    assert rule.__name__ in {audit.__name__ for audit in AUDITS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_audit_has_words(language: str) -> None:
    """A refused plan names the rule it breaks in the reader's language."""
    words = Words(language)
    assert [
        a.__name__ for a in AUDITS if not words.has(f"rule.{a.__name__}") or not words(f"rule.{a.__name__}")
    ] == []


@every_rule
def test_a_rule_has_a_golden_a_world_and_a_test(rule: Rule) -> None:
    """A rule has its rows agreed, a world in which it binds, and a test of its name solved by hand."""
    name = rule.__name__
    assert (GOLDENS / f"{name}.txt").is_file()
    assert name in BINDS
    assert any(test.startswith(f"test_{name}_") for test in globals())


def test_every_rule_written_is_in_force() -> None:
    """A function of the rules' page that makes rows is one of the rules: none is written and forgotten."""
    written = {
        name
        for page in (rules, things)
        for name, function in inspect.getmembers(page, inspect.isfunction)
        if function.__module__ == page.__name__ and inspect.signature(function).return_annotation == "Rows"
        if not name.startswith("_")
    }
    assert written == {rule.__name__ for rule in RULES}


# ---- subtraction ----------------------------------------------------------------------------------------------


@every_rule
def test_without_a_rule_a_plan_promises_too_much(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one rule fewer machines would seem to be missing, and no such plan is handed out."""
    problem = BINDS[rule.__name__].pose(tmp_path)
    plan = provision.solve(problem)
    assert audit_plan(plan, problem) == ()
    assert short(plan) == pytest.approx(least_short(problem), abs=1e-6)
    monkeypatch.setattr(rules, "RULES", tuple(r for r in RULES if r is not rule))
    assert least_short(problem) < short(plan) - 0.5
    with suppress(BrokenPlan, NoAnswer):
        # what the payments could not bear was planned again with less money: right, and no better than before
        assert short(provision.solve(problem)) >= short(plan) - 1e-6

"""Each rule of the model alone: where it binds, by hand; its rows, in words; and that none can be left out."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path

import pulp
import pytest
from worlds import World, roadmap

import provision
from provision.audit import AUDITS, audit_plan
from provision.domain.plan import Plan
from provision.domain.problem import Problem
from provision.errors import BrokenPlan, NoAnswer
from provision.model import objectives, rules
from provision.model.rules import RULES, Rule
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


BINDS: dict[str, Callable[[], World]] = {
    "cover_need": _short_of_machines,
    "pay_for_purchases": _money_of_another_school,
    "spend_within_budget": _money_that_comes_late,
    "carry_within_share": _money_that_may_hardly_be_kept,
}
"""By rule, a world in which a plan without the rule would promise more."""


def posed(world: World, folder: Path) -> Problem:
    """Return the problem of a world in which grade 3 is taught from the first year on."""
    return provision.pose(world.load(folder / "data"), ["u"], roadmap({0: [3]}))


def least_missing(problem: Problem) -> float:
    """Return the fewest machine-years that can stay missing under the rules in force."""
    v = declare(problem)
    rules.state(v)
    v.program.setObjective(objectives.missing(v))
    v.program.solve(pulp.HiGHS(msg=False, gapRel=0))
    return float(pulp.value(v.program.objective))


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


def test_pay_for_purchases_keeps_money_where_it_may_pay(tmp_path: Path) -> None:
    """The unit's 10 million VND buy one of a's two machines; b's own 30 million buy b's one and may not help a."""
    plan = provision.solve(posed(_money_of_another_school(), tmp_path))
    assert (bought(plan), plan.totals["missing"]) == ({("a", 2017): 1, ("b", 2017): 1}, 1)
    assert {(p.fund[1], p.school) for p in plan.payments} == {("main", "a"), ("own", "b")}


def test_pay_for_purchases_adds_funds_up(tmp_path: Path) -> None:
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


# ---- the rows, in words ---------------------------------------------------------------------------------------


@pytest.fixture
def golden_world(tmp_path: Path) -> Problem:
    """Return a fixed small problem: a merger, an old machine, two ways to buy, three funds with their own rules."""
    world = World().unit().school("a", pupils={3: [48, 72, 72]})
    world.school("b", pupils={3: [24]}, open_until="2017-2018", merged_into="a", disadvantaged=1)
    world.school("c", "lower_secondary", pupils={6: [16, 32, 48]}, disadvantaged=1).stock("c", 1, -1, life_years=2)
    world.option("new", 12_000_000, 3).option("used", 7_500_000, 2, from_year="2018-2019")
    world.fund("main", [20_000_000, 15_000_000, 5_000_000], carry_over=0.5)
    world.fund("gift", [0, 8_000_000, 0], schools="disadvantaged", carry_over=1)
    world.fund("own", [3_000_000, 0, 0], schools="c")
    return provision.pose(world.load(tmp_path / "data"), ["u"], roadmap({0: [3, 6]}))


def rows_of(rule: Rule, v: Variables) -> str:
    """Return the rows of a rule as text, sorted, with every variable named by what it decides."""
    names = {x: f"buy {s} {o} {y}" for (s, o, y), x in v.buy.items()}
    names |= {x: f"missing {s} {y}" for (s, _, y), x in v.missing.items()}
    for (fund, (_, mode, funds), y), x in v.pay.items():
        names[x] = f"pay {fund[1]} {y} ({mode}, one of {'+'.join(sorted(f for _, f in funds))})"
    names |= {x: f"carry {fund[1]} {y}" for (fund, y), x in v.carry.items()}
    lines = []
    for _, row in rule(v):
        terms = sorted((names[x], factor) for x, factor in row.items())
        said = " ".join(f"{'-' if k < 0 else '+'} {'' if abs(k) == 1 else f'{abs(k):g} '}{name}" for name, k in terms)
        low, high = row.getLb(), row.getUb()
        sense, side = ("=", low) if low == high else (">=", low) if high is None else ("<=", high)
        lines.append(f"{said.removeprefix('+ ')} {sense} {side + 0.0:g}")
    return "\n".join([rule.__name__, "", *sorted(lines), ""])


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
        for name, function in inspect.getmembers(rules, inspect.isfunction)
        if function.__module__ == rules.__name__ and inspect.signature(function).return_annotation == "Rows"
    }
    assert written == {rule.__name__ for rule in RULES}


# ---- subtraction ----------------------------------------------------------------------------------------------


@every_rule
def test_without_a_rule_a_plan_promises_too_much(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one rule fewer machines would seem to be missing, and no such plan is handed out."""
    problem = posed(BINDS[rule.__name__](), tmp_path)
    plan = provision.solve(problem)
    assert audit_plan(plan, problem) == ()
    assert plan.rungs[0].value == pytest.approx(least_missing(problem), abs=1e-6)
    monkeypatch.setattr(rules, "RULES", tuple(r for r in RULES if r is not rule))
    assert least_missing(problem) < plan.rungs[0].value - 0.5
    with suppress(BrokenPlan, NoAnswer):
        # what the payments could not bear was planned again with less money: right, and no better than before
        assert provision.solve(problem).rungs[0].value >= plan.rungs[0].value - 1e-6

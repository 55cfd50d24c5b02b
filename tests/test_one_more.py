"""What one computer more takes: who gives up what and what money it costs, by hand and against another program."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from math import inf
from pathlib import Path

import pulp
import pytest
from browsers import chromium, new_page
from folders import save, solved
from independent import Independent
from seeds import sample
from test_baselines import TASK, world_of
from worlds import World, random_world, roadmap, whole_world, year

from provision.audit.claims import left_open
from provision.audit.ledger import Ledger
from provision.audit.reckoning import coming_of, planned
from provision.audit.rules import RULES
from provision.charts import answered
from provision.commands import main
from provision.domain.accounts import coverage_of, promises_of, spending_of, upkeep_of
from provision.domain.plan import Plan
from provision.domain.problem import LAB, PUPIL_COMPUTER, FundKey
from provision.domain.roadmap import Lab
from provision.model.highs import Outcome
from provision.model.one_more import Swapped, given_up, money_for
from provision.model.solve import totals_of
from provision.questions import one_more
from provision.questions.asking import Asked
from provision.questions.council import kept_answers
from provision.questions.one_more import Added, Giver
from provision.questions.turn import order_of
from provision.store import open_plan
from provision.text import LANGUAGES, Words

MILLION = 1_000_000
VI = Words("vi")


def asked(world: World, folder: Path, **levers: object) -> Asked:
    """Return the plan of a world with what it was made from."""
    found = solved(world, TASK, folder, **levers)
    assert found is not None
    return found


def two(*money: int, **rest: object) -> World:
    """Return two schools that need two computers each, in a year for each sum of money."""
    world = world_of(*money, **rest)
    for code in ("a", "b"):
        world.school(code, pupils={3: [48] * len(money)})
    return world


# By hand ----------------------------------------------------------------------------------------------------------


def test_one_gives_up_what_the_other_gets(tmp_path: Path) -> None:
    """Each has one of two: for one more at a, b gives up its own, and as much is missing; or it takes ten million."""
    answer = one_more.ask(asked(two(20_000_000), tmp_path), school="a")
    assert answer.exchange is not None
    assert answer.exchange.givers == (Giver("b", 1.0, 1.0),)
    assert (answer.exchange.lost, answer.exchange.least, answer.exchange.change) == (1.0, 1.0, 0.0)
    assert answer.added == (Added(("u", "main"), ((2017, 10_000_000),), 10_000_000, 10_000_000),)


def test_what_is_not_spent_lessens_what_must_be_added(tmp_path: Path) -> None:
    """Of twenty-six million six are left: four more buy the machine."""
    answer = one_more.ask(asked(two(26_000_000), tmp_path), school="a")
    assert [(a.years, a.amount) for a in answer.added] == [(((2017, 4_000_000),), 4_000_000)]


def test_money_of_others_cannot_be_given(tmp_path: Path) -> None:
    """The machine of b is paid by money for b alone: b cannot give it, and only the common fund can buy one for a."""
    world = two(0).fund("own", [10_000_000], schools="b").fund("line", [0], modes="upkeep")
    answer = one_more.ask(asked(world, tmp_path), school="a")
    assert answer.exchange is None
    assert [a.fund for a in answer.added] == [("u", "main")]
    told = one_more.said(answer, asked(world, tmp_path / "again").plan, VI)
    assert VI("one_more.no_exchange", year=year(0)) in told


def test_where_nothing_helps_it_says_so(tmp_path: Path) -> None:
    """Without any fund that may pay for a, no money and no gift gives it one more."""
    world = World().unit().option("pc", 10_000_000, 1).fund("own", [10_000_000], schools="b")
    for code in ("a", "b"):
        world.school(code, pupils={3: [48]})
    question = asked(world, tmp_path)
    answer = one_more.ask(question, school="a")
    assert (answer.exchange, answer.added) == (None, ())
    assert VI("one_more.cannot", year=year(0)) in one_more.said(answer, question.plan, VI)


def test_who_misses_nothing_is_told_so(tmp_path: Path) -> None:
    """A school that has all it needs is not asked what one more would take."""
    question = asked(two(40_000_000), tmp_path)
    answer = one_more.ask(question, school="a")
    assert answer.year is None
    assert one_more.said(answer, question.plan, VI)[1] == VI("one_more.nothing")


def test_the_first_year_is_asked_about_unless_another_is(tmp_path: Path) -> None:
    """Both years miss: by default the first is asked about; a machine that works two years is two machine-years."""
    question = asked(two(20_000_000, 0, life=2), tmp_path)
    for at, given in ((None, 2017), (2018, 2018)):
        answer = one_more.ask(question, school="a", year=at)
        assert answer.year == given
        assert answer.exchange is not None
        assert answer.exchange.givers[0].machine_years == 2


def test_a_school_never_pays_with_its_own_other_years(tmp_path: Path) -> None:
    """School a alone could have its one machine a year earlier; that is no more, so that somebody else must give."""
    world = world_of(20_000_000, 0, life=1, carry_over=1).school("a", pupils={3: [24, 24]})
    question = asked(world.school("b", pupils={3: [24, 24]}), tmp_path)
    short = next(c for c in question.plan.machines if c.missing)
    found = given_up(question.plan, short.school, short.year)
    assert found is not None
    assert set(found.lost) == {"b" if short.school == "a" else "a"}


def test_why_others_come_first(tmp_path: Path) -> None:
    """A misses a half; b misses all of its need, c is paid by its own money, d's need goes on for longer."""
    world = world_of(30_000_000, 0, life=1).fund("own", [10_000_000, 0], schools="c")
    world.school("a", pupils={3: [48, 0]}).stock("a", 1, 0, life_years=1)
    world.school("b", pupils={3: [24, 0]})
    for code in ("c", "d"):
        world.school(code, pupils={3: [48, 48]}).stock(code, 1, 0, life_years=1)
    order = order_of(asked(world, tmp_path).plan, "a", 2017)
    assert (order.share, order.place, order.schools) == (0.5, 2, 4)
    assert order.needier == 1
    assert order.elsewhere <= 1
    assert order.others == order.needier + order.elsewhere + order.longer + order.rest


def test_a_room_that_can_be_bought_is_a_way(tmp_path: Path) -> None:
    """Both have one machine and a room for one: a second at a takes ten million and a room of five."""
    world = world_of(20_000_000).option("room", 5_000_000, 9, item="lab", mode="setup")
    for code in ("a", "b"):
        world.school(code, pupils={3: [48]}, labs=1)
    gated = solved(world, roadmap({0: [3]}, labs=[Lab(True, 1, None, "5")]), tmp_path)
    assert gated is not None
    answer = one_more.ask(gated, school="a")
    assert (answer.exchange, [a.amount for a in answer.added]) == (None, [15_000_000])


def test_a_search_that_ended_is_not_called_impossible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a limit ended the search before it found anything, it is said to be unknown, of all or of a part."""

    def ended(*_: object, **__: object) -> Outcome:
        return Outcome({}, inf, -inf, "nodes", 0.0, "Solution limit reached").told

    question = asked(two(20_000_000), tmp_path)
    known = one_more.ask(question, school="a")
    monkeypatch.setattr("provision.model.one_more.minimise", ended)
    answer = one_more.ask(question, school="a")
    assert (answer.exchange, answer.added, answer.undecided) == (None, (), (None, ("u", "main")))
    for words in map(Words, LANGUAGES):
        told = one_more.said(answer, question.plan, words)
        assert words("one_more.unknown", year=year(0)) in told
        assert words("one_more.cannot", year=year(0)) not in told
        told = one_more.said(replace(answer, added=known.added), question.plan, words)
        assert words("one_more.unknown_exchange", year=year(0)) in told
        told = one_more.said(replace(answer, exchange=known.exchange), question.plan, words)
        assert words("one_more.unknown_money", year=year(0)) in told


def test_money_that_is_not_proven_the_least_says_what_is(tmp_path: Path) -> None:
    """Of ten million of which only four are proven to be needed, both sums are told; of a proven sum one."""
    question = asked(two(20_000_000), tmp_path)
    answer = one_more.ask(question, school="a")
    (added,) = answer.added
    sums = {"amount": VI.money(10_000_000, 2), "fund": question.plan.problem.fund_name(added.fund, "vi")}
    told = VI("one_more.money_open", least=VI.money(4_000_000, 2), **sums)
    unproven = replace(answer, added=(replace(added, least=4_000_000),))
    assert told in one_more.said(unproven, question.plan, VI)
    assert len(one_more.said(unproven, question.plan, VI)) == len(one_more.said(answer, question.plan, VI)) + 1


# Against another program ------------------------------------------------------------------------------------------


class Kept(Independent):
    """The plan's question in which one school has one more, and all that is not told to move is as planned."""

    def __init__(self, plan: Plan, school: str, at: int, *, fund: FundKey | None = None) -> None:
        """State it; with a fund, whose money may grow, nobody gives up anything."""
        self._fund = fund
        super().__init__(plan.problem)
        p, self.lost = plan.problem, []
        bought = {(b.school, b.option, b.year): b.quantity for b in planned(plan, p)}
        coming, here = coming_of(plan, p), p.united[school, at]
        for key, x in self.x.items():
            is_computer = PUPIL_COMPUTER in self.serves(key[1])
            if key in p.locks or (is_computer and key[0] in here):
                continue
            alone = float(bought.get(key, 0) - coming[key])
            chosen = x - self.due.get(key, pulp.lpSum([]))
            if p.seats is None or p.options[key[1]].item != LAB or key[0] not in here:
                self.need(chosen <= alone)
            if not is_computer or fund is not None:
                self.need(chosen >= alone)
        moved = {(t.giver, t.taker, (t.item, t.last_year, t.upkeep), t.year): t.quantity for t in plan.transfers}
        for move, g in self.g.items():
            self.need(pulp.lpSum(g) == float(moved.get(move, 0)))
        for promise in plan.promises:
            items = [x for (s, o, y), x in self.x.items() if self._is(promise, s, o, y)]
            self.need(pulp.lpSum(items) >= float(promise.promised - promise.broken))
        for (s, item, y), (missing, _) in left_open(plan, p).items():
            if item != PUPIL_COMPUTER or (s, item, y) not in self.u:
                continue
            u, had = self.u[s, item, y], float(missing)
            if s == school or fund is not None:
                slack = 0 if p.scenario.whole_machines else 1e-6
                self.need(pulp.lpSum(u) <= (max(0, had - 1) if (s, y) == (school, at) else had) + slack)
            else:
                more = self.variable("lost")
                self.need(more >= u - had)
                self.lost.append(self.fading(y) * more)

    def _is(self, promise: object, school: str, option: str, at: int) -> bool:
        said = (promise.school, promise.item, promise.year)  # type: ignore[attr-defined]
        return said == (school, self.problem.options[option].item, at)

    def _pay(self) -> None:
        if self._fund is not None:
            self.more = {(self._fund, y): self.variable("more") for y in self.open}  # type: ignore[misc]
        super()._pay()

    @property
    def least_lost(self) -> float:
        """Return the fewest machine-years that others miss more."""
        return self._solve(pulp.lpSum(self.lost), {}, 20).found

    @property
    def least_money(self) -> float:
        """Return the least money that is added, in million VND."""
        return self._solve(pulp.lpSum(self.more.values()), {}, 20).found


def kept_rules(plan: Plan, found: Swapped, fund: FundKey) -> list[tuple[object, ...]]:
    """Return the rules that the plan with the money added breaks."""
    p = plan.problem.with_more({(fund, at): amount for at, amount in found.added.items()})
    made = replace(
        plan,
        problem=p,
        purchases=found.purchases,
        payments=found.payments,
        coverage=coverage_of(p, found.purchases, plan.transfers),
        spending=spending_of(p, found.payments),
        upkeep=upkeep_of(p, found.purchases, plan.transfers, found.payments),
        promises=promises_of(p, found.purchases),
    )
    ledger = Ledger(replace(made, totals=totals_of(made)))
    return [breach for rule in RULES for breach in rule(ledger, p)]


def held_against(plan: Plan, seed: int) -> bool:
    """Hold one school's one more against another program; say whether there was one to ask about."""
    short = [c for c in plan.machines if c.missing >= 1 and c.year in plan.problem.open_years]
    if not short:
        return False
    place = short[seed % len(short)]
    at = place.school, place.year
    before = left_open(plan, plan.problem)
    found, least = given_up(plan, *at), Kept(plan, *at).least_lost
    assert (found is None) == (least == inf)
    if found is not None:
        assert found.value == pytest.approx(least, abs=2e-4)
        assert float(sum(found.lost.values())) == pytest.approx(least, abs=2e-3)
    for fund in plan.problem.funds:
        richer, least = money_for(plan, *at, fund), Kept(plan, *at, fund=fund).least_money
        assert (richer is None) == (least == inf)
        if richer is None:
            continue
        assert richer.value / MILLION == pytest.approx(least, abs=1e-3)
        assert kept_rules(plan, richer, fund) == []
        after = left_open(replace(plan, purchases=richer.purchases), plan.problem)
        slack = Fraction(0) if plan.problem.scenario.whole_machines else Fraction(1, 1000)
        one = (place.school, PUPIL_COMPUTER, place.year)
        assert after[one][0] <= before[one][0] - 1 + slack
        assert all(after[k][0] <= before[k][0] + slack for k in before if k[1] == PUPIL_COMPUTER)
    return True


@sample(range(200), fast=1, long=29)
@pytest.mark.counted
def test_one_more_is_what_another_program_finds(seed: int, tmp_path: Path) -> None:
    """Others give up no more than they must, no fund adds more than it must, and with it nobody misses more."""
    question = solved(*random_world(seed), tmp_path)
    assert question is not None
    held_against(question.plan, seed)


@sample(range(200), fast=2, long=28)
@pytest.mark.counted
def test_one_more_is_right_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with rooms, moves, leases, locks, promises, years carried out and upkeep that is reserved."""
    world, pack, levers = whole_world(seed)
    if (question := solved(world, pack, tmp_path, **levers)) is not None:
        held_against(question.plan, seed)


# Kept, shown, printed ---------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a plan that leaves two schools one computer short each."""
    saved = save(two(20_000_000), TASK, tmp_path)
    assert saved is not None
    return saved.folder


def test_several_schools_are_kept_beside_each_other(folder: Path) -> None:
    """Each school asked about has its own file, and the report shows them all."""
    for school in ("b", "a"):
        assert main(["ask", "school", str(folder), school, "--html"]) == 0
    assert [answer.school for answer in kept_answers("school", folder)] == ["a", "b"]
    html = answered("school", open_plan(folder).plan, VI, str(folder)).html
    for school in ("a", "b"):
        leaf = (folder / "answers" / f"school-{school}.html").read_text("utf-8")
        assert "<script" not in leaf
        assert f"Trường {school}: " in leaf
        assert f"Trường {school}: " in html


def test_without_a_school_it_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is guessed: the command says that a school must be named, and refuses one that is not there."""
    assert main(["ask", "school", str(folder)]) == 2
    assert VI("fault.asked_needed.expected") in capsys.readouterr().err
    assert main(["ask", "school", str(folder), "nobody"]) == 2
    assert "SCHOOL" in capsys.readouterr().err
    assert not (folder / "answers").exists()


def test_an_answer_of_another_question_is_not_taken_for_one(folder: Path) -> None:
    """A file that only its name puts among a question's answers is not shown."""
    assert main(["ask", "school", str(folder), "a"]) == 0
    file = folder / "answers" / "school-a.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"question": "next"}), "utf-8")
    assert kept_answers("school", folder) == ()


@pytest.mark.long
def test_a_school_is_one_sheet_of_paper(bac_giang: Path, tmp_path: Path) -> None:
    """Printed by a browser, the page of a school of Hiệp Hoà is exactly one page of A4."""
    plan, asks = tmp_path / "plan", []
    quick = ["--set", "ladder=missing,minimums,money", "--set", "whole_machines=false"]
    assert main(["solve", str(bac_giang), "--unit", "hiep-hoa", "--out", str(plan), *quick]) == 0
    rows = [c for c in open_plan(plan).plan.machines if c.missing >= 1]
    for school in sorted({c.school for c in rows})[:: max(1, len(rows) // 6)][:3]:
        assert main(["ask", "school", str(plan), school, "--html"]) == 0
        asks.append(plan / "answers" / f"school-{school}.html")
    assert asks
    with chromium() as browser:
        for file in asks:
            page, watched = new_page(browser)
            page.goto(file.as_uri())
            printed = page.pdf(prefer_css_page_size=True)
            assert printed.count(b"/Type /Page\n") == 1
            assert watched.errors == []

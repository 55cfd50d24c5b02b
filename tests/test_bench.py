"""What the bench measures is the same question for everyone; how fast it is answered, `make bench` alone tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import highspy
import numpy as np
import pytest

import provision
from bench import bare, ready, stock, tables
from bench.alone import RowError, alone
from bench.lines import Line, aligned, exponent
from bench.plans import made_plan
from bench.reports import PACK, planned, reports
from bench.rows import LEVERS, futures, size, world
from bench.worlds import UNIT
from provision.audit import audit_plan
from provision.domain.problem import Problem
from provision.model.objectives import OBJECTIVES, missing_within_horizon
from provision.model.relaxed import Relaxed
from provision.model.rules import state
from provision.model.variables import declare


@pytest.fixture(autouse=True)
def own_threads() -> Iterator[None]:
    """Let go of HiGHS's threads before and after: others ask for as many as there are, we for one."""
    highspy.Highs.resetGlobalScheduler(True)
    yield
    highspy.Highs.resetGlobalScheduler(True)


def posed(kind: str, seed: int, schools: int, *, shared: bool = False, **levers: object) -> Problem:
    """Return a world of the bench as a problem, with some levers moved."""
    inputs, roadmap, scenario = world(kind, seed, schools, shared=shared)
    return provision.pose(inputs, [UNIT], roadmap, replace(scenario, **levers))


@pytest.mark.parametrize(("kind", "shared"), [("reference", False), ("reference", True), ("full", False)])
def test_the_worlds_are_sensible(kind: str, shared: bool) -> None:
    """Every world to measure with is posed with nothing to warn of, and its money meets about half its need."""
    problem = posed(kind, 1, 60, shared=shared)
    v = declare(problem)
    state(v)
    v.program.setObjective(OBJECTIVES["missing"](v))
    values = Relaxed(v.program).values
    machines = missing_within_horizon(v)
    missing = sum(values[x.name] for x in machines)
    asked = sum(x.upBound for x in machines)
    assert {code for code, _ in problem.warnings} <= {"freight_free", "merged_away"}
    assert 0.3 < missing / asked < 0.7
    assert any(school != heir for (school, _), heir in problem.owners.items()) == (kind == "full")


def test_a_world_is_the_same_from_its_seed() -> None:
    """The same seed gives the same world, another seed another."""
    assert world("full", 3, 20) == world("full", 3, 20)
    assert world("full", 3, 20) != world("full", 4, 20)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_answer_the_same_question(seed: int, shared: bool) -> None:
    """Bare HiGHS and stock PuLP have our columns, rows and non-zeros, and find our number of missing machines."""
    inputs, roadmap, scenario = world("reference", seed, 8, shared=shared)
    problem = provision.pose(inputs, [UNIT], roadmap, scenario)
    read, by_hand = tables.of_problem(problem), tables.of_inputs(inputs, roadmap, scenario)
    for field in fields(read):
        np.testing.assert_allclose(getattr(read, field.name), getattr(by_hand, field.name), err_msg=field.name)
    ours = ready.program_of(problem)
    program = bare.program_of(read)
    pulps, pulp_size = stock.solved(read)
    assert ours.size == program.size == pulp_size
    highspy.Highs.resetGlobalScheduler(True)
    values = [ready.solved(problem), pulps]
    highspy.Highs.resetGlobalScheduler(True)
    values += [bare.Held(program, method=method).value for method in ("choose", "ipm")]
    np.testing.assert_allclose(values, values[0])


@pytest.mark.parametrize("kind", ["reference", "full"])
def test_a_program_moves_as_if_it_were_new(kind: str) -> None:
    """HiGHS going on from its last answer finds what it finds anew, for every lever the bench moves, and back."""
    programs = [ready.program_of(posed(kind, 1, 8, **levers)) for levers in ({}, *LEVERS, {})]
    held = bare.Held(programs[0])
    moved = [held.value, *(held.move(program) for program in programs[1:])]
    np.testing.assert_allclose(moved, [stock.solved_ready(program)[0] for program in programs], rtol=1e-7)
    assert len({round(value, 4) for value in moved}) == 1 + len(LEVERS)


def test_a_row_stands_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row in an interpreter of its own answers what it answers here; one that fails says why."""
    monkeypatch.chdir(root)
    found = alone("size", who="ours", seed=1, schools=8)
    assert found["value"] == pytest.approx(size("ours", seed=1, schools=8)["value"])
    assert found["read"] > 0 and found["solve"] > 0 and found["megabytes"] >= found["before"] > 0
    with pytest.raises(RowError, match="no attribute 'nothing'"):
        alone("nothing")


def test_futures_are_asked_of_a_plan_of_the_bench() -> None:
    """The row of futures answers as many as it is asked, and tells how many first years it tried."""
    found = futures("full", schools=6, seed=1, count=3)
    assert found["tried"] >= 1
    assert found["seconds"] > 0 and found["processor"] > 0 and found["half"] > 0


def test_the_table_says_what_is_missed() -> None:
    """A target that is not met is told as such, and a number without a target stands for itself."""
    lines = [Line("a", "x", 2.5, "x", most=3), Line("a", "y", 7, "x", least=8), Line("b", "z", 1234.5, "s")]
    assert [line.met for line in lines] == [True, False, None]
    told = aligned(lines).splitlines()
    assert [row.split()[-1] for row in told[1:]] == ["pass", "MISS", "s"]
    assert told[3].split() == ["b", "z", "1,234", "s"]


def test_growth_is_a_power() -> None:
    """What grows with the square of the schools has the exponent 2."""
    assert exponent((n, 3.0 * n**2) for n in (60, 700, 25_000)) == pytest.approx(2)


def test_a_large_plan_is_right() -> None:
    """The plan that checking is measured on keeps every rule, and its bound is neither nothing nor all there is."""
    problem = posed("reference", 1, 30, shared=True, whole_machines=True, budget_factor=100.0)
    plan = made_plan(problem, 400)
    assert audit_plan(plan, problem) == ()
    assert len(plan.purchases) == 400
    assert 0 <= plan.certificate.bound < plan.certificate.missing


def test_a_slice_of_the_district_is_planned(tmp_path: Path) -> None:
    """The plans whose reports are timed are right plans of some schools with their heirs and share of money."""
    folder = planned(tmp_path, seed=1, schools=12)
    problem = provision.open_plan(folder).plan.problem
    assert 12 <= len(problem.schools) < 30
    assert provision.read_roadmap(PACK).schools_named <= set(problem.schools)
    assert provision.verify(folder, data=tmp_path / "data").holds


@pytest.mark.soak
def test_reports_are_those_of_the_command() -> None:
    """The library's reports show, cell by cell, what the stock command's show; else the row would be an error."""
    found = reports(seed=1, sizes=[4, 6, 8])
    assert found["seconds"].keys() == {"ours", "stock"}
    assert all(seconds > 0 for seconds in (*found["seconds"].values(), *found["of_one"].values()))

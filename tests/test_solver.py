"""The solver: programs that some settings answer wrongly or never, and ours must answer; what is believed of it."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from pathlib import Path

import highspy
import pulp
import pytest

from provision.errors import NoAnswer
from provision.model import highs
from provision.model.highs import Effort, Outcome, minimise, solver
from provision.model.relaxed import Relaxed

PROGRAMS = Path(__file__).parent / "programs"
FULL = Effort(gap=0, nodes=10_000, seconds=20)


@pytest.mark.parametrize("presolve", [True, False], ids=["presolved", "as it is"])
@pytest.mark.parametrize(("program", "least"), [("feasible.lp", 13.65), ("endless.lp", 0.0)])
def test_a_program_that_has_an_answer_gets_it(program: str, least: float, presolve: bool) -> None:
    """HiGHS 1.15.1's presolve called one program infeasible that has an optimum, and never ended on another."""
    ours = solver(FULL, presolve=presolve)
    ours.readModel(str(PROGRAMS / program))
    ours.run()
    assert ours.getModelStatus() == highspy.HighsModelStatus.kOptimal
    assert ours.getInfo().objective_function_value == pytest.approx(least)


def test_the_solver_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """What a command prints is for the planner: HiGHS writes neither its name nor its progress."""
    assert minimise(two_machines(), effort=FULL).value == 2.0
    assert Relaxed(two_machines()).value == 1.5
    assert capfd.readouterr() == ("", "")


def two_machines() -> pulp.LpProblem:
    """Return a program whose best is 2 whole machines, or 1.5 in fractions."""
    program = pulp.LpProblem("two", pulp.LpMinimize)
    x = program.add_variable("x", 0, 9, pulp.LpInteger)
    program.setObjective(1 * x)
    program.addConstraint(2 * x >= 3, "need")
    return program


def told(monkeypatch: pytest.MonkeyPatch, *outcomes: Outcome, start: dict[str, float] | None = None) -> Outcome:
    """Return what is told of a small program where HiGHS's runs end like this."""
    runs: Iterator[Outcome] = iter(outcomes)
    monkeypatch.setattr(highs, "_search", lambda *_, **__: next(runs))
    return minimise(two_machines(), effort=FULL, start=start)


def ended(value: float, bound: float, end: highs.End = "optimal") -> Outcome:
    """Return the outcome of a run that found a plan of some value."""
    return Outcome({"x": value}, value, bound, end, 0.0)


NOTHING = Outcome({}, inf, -inf, "impossible", 0.0, "Infeasible")
DOUBTFUL = Outcome({}, inf, -inf, "impossible", 0.0, "Infeasible", doubtful=True)


@pytest.mark.parametrize("first_is_wrong", [True, False])
def test_a_bound_counts_only_as_far_as_both_runs_agree(monkeypatch: pytest.MonkeyPatch, first_is_wrong: bool) -> None:
    """One run says that 3 is the best there is, the other finds 2: 2 is told, and nothing below 2 is ruled out."""
    wrong, right = ended(3.0, 3.0), ended(2.0, 2.0)
    found = told(monkeypatch, *((wrong, right) if first_is_wrong else (right, wrong)))
    assert (found.value, found.bound, found.values) == (2.0, 2.0, {"x": 2.0})


def test_the_weaker_bound_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runs find 2; one proves it and one only 1, as it ran out of nodes: 1 is told, and that nodes ended it."""
    found = told(monkeypatch, ended(2.0, 2.0), ended(2.0, 1.0, "nodes"))
    assert (found.value, found.bound, found.end) == (2.0, 1.0, "nodes")


@pytest.mark.parametrize("infeasible", [0, 1])
def test_infeasible_is_no_proof_where_there_is_a_plan(monkeypatch: pytest.MonkeyPatch, infeasible: int) -> None:
    """One run calls a program infeasible for which the other has a plan: the plan is told, and nothing proven."""
    runs = [NOTHING, ended(2.0, 2.0)] if infeasible == 0 else [ended(2.0, 2.0), NOTHING]
    found = told(monkeypatch, *runs)
    assert (found.value, found.bound) == (2.0, -inf)


def test_what_neither_run_can_solve_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runs find nothing: no number of theirs is read."""
    with pytest.raises(NoAnswer):
        told(monkeypatch, NOTHING, NOTHING)


def test_large_programs_are_run_once_unless_the_answer_is_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above so many columns one run is believed; but not that there is no plan where one is known."""
    monkeypatch.setattr(highs, "TWICE", 0)
    assert told(monkeypatch, ended(2.0, 2.0)).bound == 2.0
    assert told(monkeypatch, DOUBTFUL, ended(2.0, 2.0), start={"x": 2.0}).value == 2.0
    with pytest.raises(NoAnswer):
        told(monkeypatch, NOTHING)

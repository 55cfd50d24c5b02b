"""The solver: small programs that stock settings answer wrongly or never, and ours must answer."""

from __future__ import annotations

from pathlib import Path

import highspy
import pytest

from provision.model.highs import Effort, solver

PROGRAMS = Path(__file__).parent / "programs"


@pytest.mark.parametrize(("program", "least"), [("feasible.lp", 13.65), ("endless.lp", 0.0)])
def test_a_program_that_has_an_answer_gets_it(program: str, least: float) -> None:
    """HiGHS's presolve called one program infeasible that has an optimum, and never ended on another."""
    highs = solver(Effort(gap=0, nodes=10_000, seconds=20))
    highs.readModel(str(PROGRAMS / program))
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    assert highs.getInfo().objective_function_value == pytest.approx(least)

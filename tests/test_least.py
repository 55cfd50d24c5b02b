"""The least money that meets the roadmap: against another program, by hand, and what it says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulp
import pytest
from independent import Independent
from seeds import sample
from worlds import World, random_world, whole_world

import provision
from provision.domain.problem import PUPIL_COMPUTER
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario
from provision.errors import NoAnswer
from provision.model.least import LeastMoney, Target
from provision.model.preview import Preview
from provision.questions.asking import Asked
from provision.questions.verdict import is_school_money


def quickly(world: World, pack: Roadmap, folder: Path, **levers: Any) -> Asked | None:
    """Return a world's plan in fractions of machines with what it was made from; None where its locks are refused."""
    inputs = world.load(folder)
    units = [str(row["unit"]) for row in world.units]
    problem = provision.pose(inputs, units, pack, Scenario(**levers | {"whole_machines": False}))
    try:
        return Asked(Preview(problem, rungs=("missing",)).plan(), inputs, pack)
    except NoAnswer:
        assert problem.locks
        return None


def aimed(stated: Independent, target: Target) -> Independent:
    """Give a program its objectives: what is missing above a target, and the money added."""
    problem = stated.problem
    years = [y for y in problem.years if y >= target.since and y in stated.open]
    above = []
    for year in years:
        missing = pulp.lpSum(u for (_, i, y), u in stated.u.items() if (i, y) == (PUPIL_COMPUTER, year))
        need = sum(d.mandatory for (_, i, y), d in problem.demand.items() if (i, y) == (PUPIL_COMPUTER, year))
        above.append(stated.variable("above"))
        stated.need(above[-1] >= missing - target.short * need)
    stated.objectives |= {"above": pulp.lpSum(above), "added": pulp.lpSum(stated.filled.values())}
    return stated


def first_held(stated: Independent) -> dict[str, float]:
    """Return the least of what the ladder puts before missing machines, each held for the next."""
    held: dict[str, float] = {}
    rungs = stated.problem.rungs
    for name in rungs[: rungs.index("missing")] if "missing" in rungs else rungs[: rungs[0] == "promises"]:
        held[name] = stated.least_in_fractions(name, held)
    return held


def compared(question: Asked, target: Target) -> float:
    """Compare the least money with another program's; return million VND.

    What it adds meets the target there, another program finds no less, and with one per cent less it is not met.
    """
    problem = question.in_fractions
    funds = [f for f in problem.funds if not is_school_money(question.plan, f)]
    program = LeastMoney(problem, target, funds)
    found = program.reach(more=program.cells)
    stated = aimed(Independent(problem, fill=[(f, y) for f in funds for y in problem.open_years]), target)
    held = first_held(stated)
    held["above"] = stated.least_in_fractions("above", held)
    assert found.above == pytest.approx(held["above"], abs=2e-5)
    least = stated.least_in_fractions("added", held)
    total = sum(found.added.values()) / 1e6
    assert total == pytest.approx(least, abs=2e-4, rel=1e-6)
    given = aimed(Independent(problem, more={cell: n / 1e6 for cell, n in found.added.items()}), target)
    before = {name: most for name, most in held.items() if name != "above"}
    assert given.least_in_fractions("above", before) <= held["above"] + 2e-5
    if total > 0.01:
        assert stated.least_in_fractions("above", before | {"added": 0.99 * total - 2e-6}) > held["above"] + 1e-7
    return total


@sample(range(200), fast=6, long=34)
@pytest.mark.counted
def test_the_least_money_is_what_another_program_finds(seed: int, tmp_path: Path) -> None:
    """The added money meets the roadmap, no less does, and one per cent less leaves somebody without."""
    question = quickly(*random_world(seed), tmp_path)
    assert question is not None
    years = question.plan.problem.open_years
    compared(question, Target(years[0]))
    compared(question, Target(years[-1], short=(seed % 3) / 10))


@sample(range(200), fast=6, long=34)
@pytest.mark.counted
def test_the_least_money_is_right_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with rooms, moves, leases, promises, years carried out and whatever else there is."""
    world, pack, levers = whole_world(seed)
    if (question := quickly(world, pack, tmp_path, **levers)) is not None and question.plan.problem.open_years:
        years = question.plan.problem.open_years
        compared(question, Target(years[seed % len(years)], short=(seed % 4) / 10))

"""The ladder against every plan there is: worlds so small that all their plans can be tried, money and all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exhaustive import Exhaustive, small
from independent import Independent
from seeds import sample

import provision
from provision.audit import audit_plan
from provision.domain.plan import Plan, Rung
from provision.domain.problem import Problem

WHOLE = sample((n for n in range(2_000) if n % 10 != 9), fast=36, long=144)
PARTS = sample(range(9, 2_000, 10), fast=4, long=16)


def planned(problem: Problem) -> Plan:
    """Return the plan of a problem, once its audit is passed."""
    plan = provision.solve(problem)
    assert audit_plan(plan, problem) == ()
    return plan


def lies_between(best: float, rung: Rung, *, near: float) -> bool:
    """Say whether the best there is lies between a rung's bound and its value, and is it where no gap is left."""
    slack = near * (1 + abs(best))
    within = rung.bound - slack <= best <= rung.value + slack
    return within and (rung.gap > 0 or abs(best - rung.value) <= slack)


def strays(tried: Exhaustive, plan: Plan) -> list[str]:
    """Return the rungs that are not the best of all plans, those before them held; fairness at as many bought."""
    held: dict[str, float] = {}
    found = []
    for rung in plan.rungs:
        like = plan if "fairness" in (rung.name, *held) and "money" in held else None
        best = tried.least(rung.name, held, like=like)
        if not lies_between(best, rung, near=1e-6):
            found.append(f"{rung.name}: {rung}, but {best}")
        held[rung.name] = rung.value
    return found


@pytest.mark.counted
@WHOLE
def test_no_plan_that_can_be_paid_is_better(seed: int) -> None:
    """Of all plans of a small world that its money pays for, none is better at any rung, those before it held."""
    tried = small(seed)
    plan = planned(tried.problem)
    assert strays(tried, plan) == []


@pytest.mark.counted
@PARTS
def test_no_plan_in_parts_of_machines_is_better(seed: int) -> None:
    """Where machines need not be whole, each rung is the least of a linear program written without ours."""
    problem = small(seed).problem
    plan = planned(replace(problem, scenario=replace(problem.scenario, whole_machines=False)))
    again, held = Independent(plan.problem), dict[str, float]()
    for rung in (r for r in plan.rungs if r.name != "tie"):
        best = again.least(rung.name, held, like=plan if rung.name == "fairness" and "money" in held else None)
        near = 1e-2 if rung.name == "fairness" else 1e-4  # six decimals of a machine, in bands that weigh up to 256
        assert lies_between(best.found, rung, near=near), f"{rung}, but {best}"
        held[rung.name] = rung.value


def test_trying_every_plan_finds_what_is_wrong() -> None:
    """It is no mirror: a plan told to be better than it is, or worse than it could be, is found at that rung."""
    tried = small(0)
    plan = planned(tried.problem)
    assert strays(tried, plan) == []
    for rung in plan.rungs:
        for value in (rung.value - 0.5, rung.value + 0.5):
            told = replace(rung, value=value, bound=value)
            wrong = replace(plan, rungs=tuple(told if r is rung else r for r in plan.rungs))
            assert rung.name in {line.split(":")[0] for line in strays(tried, wrong)}

"""What is measured, each function in an interpreter of its own. Whoever is compared takes turns in one run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import highspy

import provision
from bench import bare, ready, stock, tables
from bench.alone import megabytes
from bench.browser import repaint as repaint  # a row as well
from bench.plans import made_plan
from bench.reports import reports as reports  # a row as well
from bench.reports import whole_run as whole_run
from bench.worlds import UNIT, full, reference
from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario

Seconds = dict[str, list[float]]

LEVERS: tuple[dict[str, Any], ...] = ({"budget_factor": 0.8}, {"price_growth": 0.05}, {"weigh": "pupils"})
"""What is moved: a budget, the prices, the weights; between them everything goes back."""

ALIKE = 1e-6
"""The relative difference up to which two solvers' values are the same answer."""


def world(kind: str, seed: int, schools: int, *, shared: bool = False) -> tuple[Inputs, Roadmap, Scenario]:
    """Return a world of a kind, to be planned in fractions of machines."""
    inputs, roadmap, scenario = full(seed, schools) if kind == "full" else reference(seed, schools, shared=shared)
    return inputs, roadmap, replace(scenario, whole_machines=False)


def lever(kind: str, seed: int, schools: int, rounds: int) -> dict[str, Any]:
    """Return the seconds from a lever moved to the new solution: ours, HiGHS going on from its own, PuLP anew.

    Ours counts what the lever does to the question; the others are handed the question as it is then.
    """
    from provision.model.preview import Preview
    from provision.posing.moved import repose

    inputs, roadmap, scenario = world(kind, seed, schools)
    problem = provision.pose(inputs, [UNIT], roadmap, scenario)
    program = _program(kind, problem)
    _refuse_others(program.size, ready.program_of(problem).size)
    preview, held, seconds = Preview(problem, rungs=["missing"]), bare.Held(program), Seconds()

    def ours(asked: Scenario) -> float:
        nonlocal problem
        problem = repose(problem, inputs, asked)
        preview.move(problem)
        return float(preview.rungs["missing"])

    for moved in LEVERS * rounds:
        for levers in (moved, {}):
            asked = replace(scenario, **levers)
            anew = provision.pose(inputs, [UNIT], roadmap, asked)
            program = _program(kind, anew)
            turns = {"ours": partial(ours, asked), "bare": partial(held.move, program)}
            if levers:
                turns["stock"] = partial(_stock, kind, anew, program)
            _take_turns(turns, seconds)
    return {"seconds": seconds, "size": program.size}


def _stock(kind: str, problem: Problem, program: bare.Program) -> float:
    """Return the least value by PuLP: as a user writes the reference world, with the full one's numbers given."""
    return (stock.solved_ready(program) if kind == "full" else stock.solved(tables.of_problem(problem)))[0]


def _program(kind: str, problem: Problem) -> bare.Program:
    """Return the program to compare with: written by hand for the reference world, else our own as arrays."""
    return ready.program_of(problem) if kind == "full" else bare.program_of(tables.of_problem(problem))


def linear(seed: int, schools: int, rounds: int) -> dict[str, Any]:
    """Return the seconds to a linear solution: ours, highspy's and linopy's, from a problem and from the nouns."""
    from bench import labelled

    inputs, roadmap, scenario = world("reference", seed, schools)
    problem = provision.pose(inputs, [UNIT], roadmap, scenario)
    read = tables.of_problem(problem)
    size = bare.program_of(read).size
    _refuse_others(size, labelled.solved(read)[1], ready.program_of(problem).size)
    turns: dict[str, Callable[[], float]] = {
        "ours": lambda: ready.solved(problem),
        "bare": lambda: bare.Held(bare.program_of(tables.of_problem(problem))).value,
        "bare, interior point": lambda: bare.Held(bare.program_of(tables.of_problem(problem)), method="ipm").value,
        "linopy": lambda: labelled.solved(tables.of_problem(problem))[0],
        "linopy by file": lambda: labelled.solved(tables.of_problem(problem), io_api="lp")[0],
        "ours from nouns": lambda: ready.solved(provision.pose(inputs, [UNIT], roadmap, scenario)),
        "bare from nouns": lambda: bare.Held(bare.program_of(tables.of_inputs(inputs, roadmap, scenario))).value,
    }
    seconds = Seconds()
    for _ in range(rounds):
        _take_turns(turns, seconds)
    return {"seconds": seconds, "size": size}


def _refuse_others(*sizes: tuple[int, int, int]) -> None:
    """Refuse to compare programs that differ in columns, rows or non-zeros."""
    if len(set(sizes)) > 1:
        raise ArithmeticError(f"not the same program: {sizes}")


def _take_turns(turns: Mapping[str, Callable[[], float]], seconds: Seconds) -> None:
    """Let each solve once, note its seconds, and see that all found the same value.

    HiGHS keeps one set of threads a process: it is let go before each turn, so that nobody gets another's.
    """
    values = {}
    for who, turn in turns.items():
        highspy.Highs.resetGlobalScheduler(True)
        start = time.perf_counter()
        values[who] = turn()
        seconds.setdefault(who, []).append(time.perf_counter() - start)
    low, high = min(values.values()), max(values.values())
    if high - low > ALIKE * max(1.0, abs(high)):
        raise ArithmeticError(f"not the same answer: {values}")


def whole(kind: str, schools: int, seed: int, seconds: float) -> dict[str, Any]:
    """Return how long whole machines take, rung by rung how near to the best, under a limit of seconds."""
    inputs, roadmap, scenario = world(kind, seed, schools)
    asked = replace(scenario, whole_machines=True, time_limit=seconds)
    start = time.perf_counter()
    problem = provision.pose(inputs, [UNIT], roadmap, asked)
    posed, busy = time.perf_counter(), time.process_time()
    plan = provision.solve(problem)
    return {
        "pose": posed - start,
        "solve": time.perf_counter() - posed,
        "processor": time.process_time() - busy,
        "rungs": {rung.name: {"value": rung.value, "bound": rung.bound, "gap": rung.gap} for rung in plan.rungs},
        "status": plan.status,
        "megabytes": megabytes(),
    }


def futures(kind: str, schools: int, seed: int, count: int) -> dict[str, Any]:
    """Return the seconds in which a plan in fractions of machines is asked of so many futures, in one process."""
    from provision.model.preview import Preview
    from provision.questions import futures as question
    from provision.questions.asking import Asked

    inputs, roadmap, scenario = world(kind, seed, schools)
    problem = provision.pose(inputs, [UNIT], roadmap, replace(scenario, fund_certainty={"social": 0.8}))
    asked = Asked(Preview(problem).plan(), inputs, roadmap)
    start, busy = time.perf_counter(), time.process_time()
    found = question.ask(asked, futures=count)
    told = {"seconds": time.perf_counter() - start, "processor": time.process_time() - busy}
    return told | {"tried": len(found.choices) - 1, "half": question.spread(found.results)[2]}


def size(who: str, seed: int, schools: int, seconds: float = bare.INFINITY) -> dict[str, Any]:
    """Return the seconds and MB of a country's linear solution under one fund: ours, or highspy's by a method.

    The method is given some ``seconds``; where it needs more, that is an error.
    """
    inputs, roadmap, scenario = world("reference", seed, schools, shared=True)
    before, start = megabytes(), time.perf_counter()
    if who == "ours":
        problem = provision.pose(inputs, [UNIT], roadmap, scenario)
        read = time.perf_counter()
        value = ready.solved(problem)
    else:
        arrays = tables.of_inputs(inputs, roadmap, scenario)
        read = time.perf_counter()
        value = bare.Held(bare.program_of(arrays), method=who, seconds=seconds).value
    ended = time.perf_counter()
    return {"value": value, "read": read - start, "solve": ended - read, "before": before, "megabytes": megabytes()}


def proof(seed: int, schools: int, purchases: int, rounds: int) -> dict[str, Any]:
    """Return the processor's seconds to check a plan of so many purchases: every rule, dong and bound."""
    inputs, roadmap, scenario = world("reference", seed, schools, shared=True)
    ample = replace(scenario, whole_machines=True, budget_factor=100.0)
    problem = provision.pose(inputs, [UNIT], roadmap, ample)
    plan, seconds = made_plan(problem, purchases), Seconds()
    for _ in range(rounds):
        start = time.process_time()
        breaches = provision.audit_plan(plan, problem)
        seconds.setdefault("ours", []).append(time.process_time() - start)
        if breaches or len(plan.purchases) != purchases:
            raise ArithmeticError(f"not a right plan of {purchases} purchases: {breaches[:1]}")
    return {"seconds": seconds}


def imports(rounds: int) -> dict[str, Any]:
    """Return the seconds of an import in a fresh interpreter: ours, pandas, and all that planning loads."""
    asked = {"ours": "import provision", "pandas": "import pandas", "planning": "import provision; provision.solve"}
    seconds = Seconds()
    for _ in range(rounds):
        for who, statement in asked.items():
            code = f"from time import perf_counter as now; start = now(); {statement}; print(now() - start)"
            run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            seconds.setdefault(who, []).append(float(run.stdout))
    return {"seconds": seconds}

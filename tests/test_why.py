"""Why need is not met and the ways out: each against another program, none cheaper of its kind, and by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pulp
import pytest
from independent import Independent
from seeds import sample
from test_least import aimed, first_held, quickly
from worlds import random_world, whole_world

import provision
from provision.domain.enrolment import Enrolment
from provision.domain.problem import FundKey, Problem
from provision.model.least import Target
from provision.questions.asking import Asked
from provision.questions.verdict import is_school_money
from provision.questions.ways import MET, Exits, Way

NEAR = 3e-5
"""Machine-years within which two solvers agree."""


class Plain:
    """The ways out of a small world, every one of each kind, found by another program."""

    def __init__(self, question: Asked) -> None:
        """Find the common funds."""
        self.question, self.problem = question, question.in_fractions
        self.funds = [f for f in self.problem.funds if not is_school_money(question.plan, f)]

    def left(self, problem: Problem) -> float:
        """Return what a question misses at least in the years to be planned."""
        stated = aimed(Independent(problem), Target(problem.years[0]))
        return stated.least_in_fractions("above", first_held(stated))

    def moneys(self) -> dict[int | None, tuple[float, float]]:
        """Return what stays missing, and the million VND that takes, by the one year they are added in."""
        found = {}
        for year in (None, *self.problem.open_years):
            fill = [(f, y) for f in self.funds for y in self.problem.open_years if year in (None, y)]
            found[year] = self._least(aimed(Independent(self.problem, fill=fill), Target(self.problem.years[0])))
        return found

    def shifts(self) -> dict[tuple[FundKey, int, int], tuple[float, float]]:
        """Return what stays missing, and the million VND moved, by fund and the two years."""
        years = self.problem.open_years
        found = {}
        for fund in self.funds:
            for year in years:
                most = self.problem.purses[fund, year].amount / 1e6
                for to in (to for to in years if to != year and most):
                    stated = Independent(self.problem, fill=[(fund, to)], empty=[(fund, year)])
                    taken = pulp.lpSum(stated.emptied.values())
                    stated.need(taken <= most)
                    stated.need(pulp.lpSum(stated.filled.values()) <= taken)
                    found[fund, year, to] = self._least(aimed(stated, Target(self.problem.years[0])))
        return found

    def carries(self) -> dict[FundKey, float]:
        """Return what stays missing where a fund may keep everything, by fund."""
        found, years = {}, self.problem.open_years[:-1]  # what the last year keeps is of no use to the plan
        for fund in self.funds:
            mine = {cell: p for cell, p in self.problem.purses.items() if cell[0] == fund and cell[1] in years}
            purses = {**self.problem.purses, **{cell: replace(p, carry_over=Fraction(1)) for cell, p in mine.items()}}
            if purses != dict(self.problem.purses):
                found[fund] = self.left(replace(self.problem, purses=MappingProxyType(purses)))
        return found

    def lever(self, **moved: Any) -> float:
        """Return what stays missing with a lever moved."""
        return self.left(self.question.posed(replace(self.problem.scenario, **moved)))

    def delays(self, grade: int, year: int, order: list[str]) -> list[float]:
        """Return what stays missing where a grade begins later at none, one, two... schools of an order."""
        return [self.left(self._delayed(grade, year, set(order[:n]))) for n in range(len(order) + 1)]

    def _delayed(self, grade: int, year: int, schools: set[str]) -> Problem:
        """Return the question without the pupils of a grade of some schools in its first year."""
        inputs, heirs = self.question.inputs, self.problem.owners

        def waits(e: Enrolment) -> bool:
            return (e.grade, e.year) == (grade, year) and heirs.get((e.school, e.year)) in schools

        moved = replace(inputs, enrolment=tuple(replace(e, pupils=0) if waits(e) else e for e in inputs.enrolment))
        return provision.pose(moved, self.problem.units, self.question.roadmap, self.problem.scenario)

    @staticmethod
    def _least(stated: Independent) -> tuple[float, float]:
        held = first_held(stated)
        held["above"] = stated.least_in_fractions("above", held)
        return held["above"], stated.least_in_fractions("added", held)


def of_kind(ways: tuple[Way, ...], kind: str) -> list[Way]:
    """Return the ways of a kind, in the order told."""
    return [way for way in ways if way.kind == kind]


def compared(question: Asked) -> int:
    """Compare a world's ways out with all there are of each kind; return how many were told."""
    plain, exits = Plain(question), Exits(question)
    assert exits.missing == pytest.approx(plain.left(plain.problem), abs=NEAR)
    if exits.missing < MET:
        return 0
    ways = exits.ways(lambda _done, _steps: None)
    _compare_money(plain, of_kind(ways, "money"))
    _compare_shifts(plain, of_kind(ways, "shift"))
    carried = plain.carries()
    told = of_kind(ways, "carry")
    assert bool(told) is bool(carried)
    for way in told:
        assert way.fund is not None
        assert way.missing == pytest.approx(carried[way.fund], abs=NEAR)
    if told:
        assert told[0].missing == pytest.approx(min(carried.values()), abs=NEAR)
    levers = {"move": {"transfers": True}, "lease": {"lease": True}}
    for kind, lever in levers.items():
        for way in of_kind(ways, kind):
            assert way.missing == pytest.approx(plain.lever(**lever), abs=NEAR)
    for way in of_kind(ways, "basis"):
        assert way.missing == pytest.approx(plain.lever(ratio_basis=way.basis), abs=NEAR)
    return len(ways)


def _compare_money(plain: Plain, told: list[Way]) -> None:
    """In each year the money told is the least that comes as near as any does."""
    if not plain.funds:
        assert not told
        return
    there = plain.moneys()
    assert {way.year for way in told} == set(there)
    for way in told:
        missing, least = there[way.year]
        assert way.missing == pytest.approx(missing, abs=NEAR)
        assert way.amount / 1e6 == pytest.approx(least, abs=1e-3, rel=1e-5)


def _compare_shifts(plain: Plain, told: list[Way]) -> None:
    """What is told of moved money is what another program finds, and no sum between any two years is better."""
    there = plain.shifts()
    assert bool(told) is bool(there)
    for way in told:
        assert way.fund is not None
        assert way.year is not None
        assert way.to is not None
        missing, least = there[way.fund, way.year, way.to]
        assert way.missing == pytest.approx(missing, abs=NEAR)
        assert way.amount / 1e6 == pytest.approx(least, abs=1e-3, rel=1e-5)
    if told:
        assert told[0].missing == pytest.approx(min(missing for missing, _ in there.values()), abs=NEAR)
    if told and told[0].meets:
        smallest = min(least for missing, least in there.values() if missing < MET)
        assert told[0].amount / 1e6 <= smallest + 1e-3


@sample(range(200), fast=6, long=34)
@pytest.mark.counted
def test_a_way_out_really_is_one(seed: int, tmp_path: Path) -> None:
    """Each way out leaves what another program says it leaves, and none of its kind is cheaper or leaves less."""
    question = quickly(*random_world(seed), tmp_path)
    assert question is not None
    compared(question)


@sample(range(200), fast=6, long=34)
@pytest.mark.counted
def test_a_way_out_really_is_one_in_the_whole_model(seed: int, tmp_path: Path) -> None:
    """So it is with rooms, moves, leases, promises, years carried out and whatever else there is."""
    world, pack, levers = whole_world(seed)
    if (question := quickly(world, pack, tmp_path, **levers)) is not None:
        compared(question)


@sample(range(200), fast=6, long=34)
@pytest.mark.counted
def test_a_grade_is_delayed_in_no_more_schools_than_it_must(seed: int, tmp_path: Path) -> None:
    """A grade begins later at the fewest schools that do, those it relieves most first; else at all of them."""
    question = quickly(*random_world(seed), tmp_path)
    assert question is not None
    plain, exits = Plain(question), Exits(question)
    if exits.missing < MET:
        return
    told = of_kind(exits.ways(lambda _done, _steps: None), "delay")
    for way in told:
        assert way.grade is not None
        assert way.year is not None
        left = plain.delays(way.grade, way.year, list(way.schools))
        assert way.missing == pytest.approx(left[-1], abs=NEAR)
        if way.meets:
            assert all(n > MET for n in left[:-1])

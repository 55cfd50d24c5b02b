"""The ways out where mandatory need stays missing, each the question asked again: what it takes, what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from math import ceil
from types import MappingProxyType
from typing import Any, Literal

from provision.domain.problem import PUPIL_COMPUTER, UNIT, FundKey, Problem
from provision.errors import FaultyInput, NoAnswer
from provision.posing import pose
from provision.questions.asking import Asked, Progress
from provision.questions.verdict import SHOWN, is_school_money

Kind = Literal["money", "shift", "carry", "move", "lease", "delay", "basis"]
KINDS: tuple[Kind, ...] = ("money", "shift", "carry", "move", "lease", "delay", "basis")

MET = 1e-5
"""Machine-years that a solution in fractions may seem to miss and meets the need all the same."""

NAMED = 5
"""Ways of one kind that are kept: the cheapest of those that meet everything."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing done, and the machine-years and pupil-years still without in the years to be planned.

    ``amount`` is whole VND: added for ``money`` (in ``year`` alone, or over all years where that is None), moved from
    ``year`` to ``to`` for ``shift``; what else is done adds none. ``schools`` are those whose ``grade`` begins in
    ``to`` in place of ``year``; ``fewest`` says it is proven that no fewer do.
    ``basis`` is the other way of counting.
    """

    kind: Kind
    missing: float
    pupils: int
    fund: FundKey | None = None
    year: int | None = None
    to: int | None = None
    grade: int | None = None
    schools: tuple[str, ...] = ()
    basis: str = ""
    amount: int = 0
    fewest: bool = False

    @property
    def meets(self) -> bool:
        """Whether nothing is missing any more."""
        return self.missing < MET

    @property
    def cost(self) -> int:
        """The whole VND that it takes on top of what the funds have."""
        return self.amount if self.kind == "money" else 0


_Try = Callable[[], Way | None]
"""One way tried; None where it cannot be gone."""


class Exits:
    """A plan's question in fractions of machines, asked for the years to be planned alone, and asked again."""

    def __init__(self, asked: Asked) -> None:
        """Ask it as it is; ``missing`` is the machine-years, ``pupils`` the pupil-years, that nothing done leaves."""
        self._asked, self._problem = asked, asked.in_fractions
        self._funds = [f for f in self._problem.funds if not is_school_money(asked.plan, f)]
        self._program = self._put(self._problem, self._funds)
        found = self._program.reach()
        self.missing, self.pupils = found.above, _pupils(self._problem, found.missing)

    def ways(self, progress: Progress) -> tuple[Way, ...]:
        """Return the ways out, the cheapest first: all that meet the need, else the best of each kind.

        Of ``money`` every year is told, with what it leaves. What leaves more missing is no way out.
        """
        tries = [*self._moneys(), *self._shifts(), *self._rules(), *self._delays()]
        found: list[Way] = []
        for number, attempt in enumerate(tries, start=1):
            with suppress(NoAnswer, FaultyInput):  # what a planner fixed cannot be had then: no way out
                found += filter(None, [attempt()])
            progress(number, len(tries))
        kept: list[Way] = []
        for kind in KINDS:
            ways = sorted((w for w in found if w.kind == kind and w.missing < self.missing + SHOWN), key=_order)
            meeting = [w for w in ways if w.meets]
            kept += ways if kind == "money" else meeting[:NAMED] or ways[:1]
        return tuple(sorted(kept, key=_order))

    def _put(self, problem: Problem, funds: Sequence[FundKey] = ()) -> Any:
        """Return a question's program, aimed at all years to be planned."""
        from provision.model.least import LeastMoney, Target  # the solver is loaded only where it is needed

        return LeastMoney(problem, Target(problem.years[0]), funds)

    def _moneys(self) -> list[_Try]:
        years = self._problem.open_years if self._funds else ()
        return [partial(self._money, year) for year in (None, *years)] if self._funds else []

    def _money(self, year: int | None) -> Way:
        found = self._program.reach(more=[cell for cell in self._program.cells if year in (None, cell[1])])
        return self._way(self._problem, found, kind="money", year=year, amount=sum(found.added.values()))

    def _shifts(self) -> list[_Try]:
        years = self._problem.open_years
        return [
            partial(self._shift, fund, year, to)
            for fund in self._funds
            for year in years
            for to in years
            if year != to and self._problem.purses[fund, year].amount
        ]

    def _shift(self, fund: FundKey, year: int, to: int) -> Way:
        most = self._problem.purses[fund, year].amount
        found = self._program.reach(more=[(fund, to)], less={(fund, year): most})
        moved = sum(found.added.values())
        return self._way(self._problem, found, kind="shift", fund=fund, year=year, to=to, amount=moved)

    def _rules(self) -> list[_Try]:
        problem, scenario = self._problem, self._problem.scenario
        tries: list[_Try] = [
            partial(self._carry, fund)
            for fund in self._funds
            if any(problem.purses[fund, year].carry_over < 1 for year in problem.open_years[:-1])
        ]
        rents = any(o.mode == "lease" and PUPIL_COMPUTER in o.serves for o in self._asked.inputs.catalogue)
        basis = "enrolled" if (scenario.ratio_basis or problem.roadmap.ratio_basis) == "covered" else "covered"
        levers: Mapping[Kind, tuple[bool, Mapping[str, Any]]] = {
            "move": (not scenario.transfers, {"transfers": True}),
            "lease": (rents and not scenario.lease, {"lease": True}),
            "basis": (True, {"ratio_basis": basis}),
        }
        return tries + [partial(self._lever, kind, moved) for kind, (may, moved) in levers.items() if may]

    def _carry(self, fund: FundKey) -> Way:
        years = self._problem.open_years
        purses = {
            cell: replace(purse, carry_over=Fraction(1)) if cell[0] == fund and cell[1] in years else purse
            for cell, purse in self._problem.purses.items()
        }
        problem = replace(self._problem, purses=MappingProxyType(purses))
        return self._way(problem, self._put(problem).reach(), kind="carry", fund=fund)

    def _lever(self, kind: Kind, moved: Mapping[str, Any]) -> Way:
        problem = self._asked.posed(replace(self._problem.scenario, **moved))
        return self._way(problem, self._put(problem).reach(), kind=kind, basis=moved.get("ratio_basis", ""))

    def _delays(self) -> list[_Try]:
        return [
            partial(self._delay, grade, year)
            for year in self._problem.open_years
            for grade in sorted(self._asked.roadmap.grades_new(year))
        ]

    def _delay(self, grade: int, year: int) -> Way | None:
        """Return the fewest schools whose delay meets everything; where not even all of them do, all of them.

        Where need is rounded once for the whole unit, a school's part hangs on the others': then every school is told
        where fewer might do.
        """
        from provision.model.fewest import fewest_waiting  # the solver is loaded only where it is needed
        from provision.model.least import Target

        everywhere = self._delayed(grade, year, ())
        relief = {
            school: self._problem.need(school, PUPIL_COMPUTER, year) - everywhere.need(school, PUPIL_COMPUTER, year)
            for school, at in self._problem.open_schools
            if at == year and self._problem.levels[school] not in ("kindergarten", UNIT)
        }

        def tried(schools: Collection[str]) -> Way:
            problem = self._delayed(grade, year, [school for school in relief if school not in schools])
            order = sorted(schools, key=lambda school: (-relief[school], school))
            terms = {"year": year, "to": year + 1, "grade": grade, "schools": tuple(order)}
            return self._way(problem, self._put(problem).reach(), kind="delay", **terms)

        pooled = (self._problem.scenario.rounding or self._problem.roadmap.rounding) == "none"
        if not (gaining := [school for school, machines in relief.items() if machines > 0 or pooled]):
            return None
        if not (way := tried(gaining)).meets:
            return way
        schools, proven = fewest_waiting(self._problem, everywhere, Target(self._problem.years[0]))
        fewer = tried(schools)
        return replace(fewer, fewest=proven and not pooled) if fewer.meets else way

    def _delayed(self, grade: int, year: int, others: Sequence[str]) -> Problem:
        heirs = {s: heir or s for (s, at), heir in self._problem.owners.items() if at == year}
        roadmap = self._asked.roadmap.delayed(grade, year, others, heirs)
        return pose(self._asked.inputs, self._problem.units, roadmap, self._problem.scenario)

    def _way(self, problem: Problem, found: Any, **what: Any) -> Way:
        return Way(missing=found.above, pupils=_pupils(problem, found.missing), **what)


def _order(way: Way) -> tuple[Any, ...]:
    rest = (KINDS.index(way.kind), way.amount, len(way.schools), way.year or 0, way.to or 0, way.fund or ("", ""))
    return (not way.meets, way.cost, *rest) if way.meets else (True, way.missing, way.cost, *rest)


def _pupils(problem: Problem, missing: Mapping[tuple[str, int], float]) -> int:
    """Return the pupils who have no machine, each year counted, school by school rounded up."""
    found = 0
    for (school, year), machines in missing.items():
        row = problem.demand[school, PUPIL_COMPUTER, year]
        found += ceil(round(row.pupils * machines / row.mandatory, 4))
    return found

"""The least money that meets a need: a program whose purses may be filled or emptied, and what then is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import pulp

from provision.domain.accounts import coverage_of
from provision.domain.problem import PUPIL_COMPUTER, FundKey, Problem
from provision.errors import NoAnswer
from provision.model.doubt import minimise
from provision.model.highs import Effort
from provision.model.objectives import OBJECTIVES
from provision.model.relaxed import Relaxed
from provision.model.solve import MARGINS, posed, settled
from provision.model.variables import MILLION, Variables, expression, row_name

Cell = tuple[FundKey, int]
"""A fund in a school year."""

_GAP = 1e-3
"""The relative gap at which the search in whole machines may end."""

_SLIP = 1e-6
"""How far what was reached in whole machines may slip while the next is sought: a dong, a millionth of a machine."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be met: of each year's mandatory need, from ``since`` on, at most the share ``short`` is missing."""

    since: int
    short: float = 0.0

    def years(self, problem: Problem) -> tuple[int, ...]:
        """Return the school years it is about: none that is carried out."""
        return tuple(y for y in problem.open_years if y >= self.since)

    def allowed(self, problem: Problem, year: int) -> float:
        """Return how many machines may be missing in a year."""
        need = (row.mandatory for (_, item, y), row in problem.demand.items() if (item, y) == (PUPIL_COMPUTER, year))
        return self.short * sum(need)

    def above(self, problem: Problem, missing: Mapping[tuple[str, int], float]) -> float:
        """Return the machine-years that are missing, by school and year, beyond what may be."""
        by_year = {y: sum(n for (_, at), n in missing.items() if at == y) for y in self.years(problem)}
        return round(sum(max(0.0, n - self.allowed(problem, y)) for y, n in by_year.items()), 6)


@dataclass(frozen=True, slots=True)
class Reached:
    """How near a target one comes: ``above`` is machine-years missing beyond what it allows.

    ``added`` is whole VND by fund and school year, ``missing`` machines by school and year, both without zeros;
    ``bound`` is the VND no answer is below.
    """

    above: float
    added: Mapping[Cell, int]
    missing: Mapping[tuple[str, int], float]
    bound: float


@dataclass(frozen=True)
class Aims:
    """A problem's program with money that may be added to purses or taken from them, and what it is to reach.

    ``more`` and ``less`` are million VND by fund and year; what each may be at most has a row of its own.
    """

    v: Variables
    more: Mapping[Cell, pulp.LpVariable]
    less: Mapping[Cell, pulp.LpVariable]
    before: Sequence[pulp.LpAffineExpression]
    above: pulp.LpAffineExpression
    added: pulp.LpAffineExpression


def aims_of(problem: Problem, target: Target, funds: Collection[FundKey]) -> Aims:
    """Return the program: what the ladder puts before missing machines, then the target, money, and the rest."""
    v = posed(problem)
    rows = {row.name: row for row in v.program.constraints()}
    cells = [cell for cell in problem.purses if cell[0] in funds and cell[1] in problem.open_years]
    filled: dict[str, dict[Cell, pulp.LpVariable]] = {"more": {}, "less": {}}
    for word, sign in (("more", -1.0), ("less", 1.0)):
        for fund, year in cells:
            moved = v.program.add_variable(row_name(word, *fund, year), 0)
            filled[word][fund, year] = moved
            kept = float(problem.purses[fund, year].carry_over)
            for rule, share in (("spend_within_budget", 1.0), ("carry_within_share", kept)):
                row = rows.get(row_name(rule, *fund, year))
                if row is not None:  # money that nothing can be paid with has no row, and may be moved all the same
                    row.addInPlace(sign * share * moved)
            v.program.addConstraint(expression([(moved, 1.0)]) <= 0, row_name("most", word, *fund, year))
    added = expression((x, 1.0) for x in filled["more"].values())
    taken = expression((x, -1.0) for x in filled["less"].values())
    v.program.addConstraint(added + taken <= 0, "new_money")
    ladder = problem.rungs
    before = ladder[: ladder.index("missing")] if "missing" in ladder else ladder[: ladder[0] == "promises"]
    first = [objective for name in before if (objective := OBJECTIVES[name](v))]
    return Aims(v, filled["more"], filled["less"], first, _above(v, target), added)


def _above(v: Variables, target: Target) -> pulp.LpAffineExpression:
    """Return what ``Target.above`` counts, as a sum of variables with a row a year."""
    above = []
    for year in target.years(v.problem):
        missing = [(x, -1.0) for (_, item, y), x in v.missing.items() if (item, y) == (PUPIL_COMPUTER, year)]
        over = v.program.add_variable(row_name("above", year), 0)
        above.append((over, 1.0))
        v.program.addConstraint(expression([(over, 1.0), *missing]) >= -target.allowed(v.problem, year))
    return expression(above)


class LeastMoney:
    """How near a target one comes in fractions of machines, and with how little money: asked again as purses move.

    What the ladder puts before missing machines stays before them. ``funds`` are those whose money may move.
    """

    def __init__(self, problem: Problem, target: Target, funds: Collection[FundKey]) -> None:
        """Pose the program and solve it, no money moved."""
        fractions = replace(problem, scenario=replace(problem.scenario, whole_machines=False))
        self._aims = aims_of(fractions, target, funds)
        program = self._aims.v.program
        program.setObjective(OBJECTIVES["missing"](self._aims.v))
        self._relaxed = Relaxed(program, first=[*self._aims.before, self._aims.above, self._aims.added])

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The funds and years whose money may move."""
        return tuple(self._aims.more)

    def reach(self, *, more: Iterable[Cell] = (), less: Mapping[Cell, int] | None = None) -> Reached:
        """Return how near the target one comes with money added where it may be, as little of it as does that.

        ``less`` are whole VND that may be taken elsewhere: then no more is added than is taken.

        Raises
        ------
        NoAnswer
            Where the program has no answer.

        """
        most = {self._aims.more[cell]: inf for cell in more}
        most |= {self._aims.less[cell]: amount / MILLION for cell, amount in (less or {}).items()}
        for moved in (*self._aims.more.values(), *self._aims.less.values()):
            self._relaxed.allow(f"most|{moved.name}", most.get(moved, 0.0))
        self._relaxed.allow("new_money", inf if less is None else 0.0)
        self._relaxed.solve()
        values, (above, money, _) = self._relaxed.values, self._relaxed.reached[-3:]
        missing = {
            (school, year): round(values[x.name], 6)
            for (school, item, year), x in self._aims.v.missing.items()
            if item == PUPIL_COMPUTER and year in self._aims.v.problem.open_years and values[x.name] > _SLIP
        }
        return Reached(round(max(0.0, above), 6), _whole_vnd(self._aims, values), missing, money * MILLION)


def least_in_whole(problem: Problem, target: Target, funds: Collection[FundKey]) -> Reached:
    """Return the least money found that comes as near a target as whole machines can.

    There is a plan that does so, every dong of which is paid by a fund that may.

    Raises
    ------
    NoAnswer
        Where none is found within the scenario's seconds.

    """
    whole = replace(problem, scenario=replace(problem.scenario, whole_machines=True))
    aims = aims_of(whole, target, funds)
    program = aims.v.program
    rows = {row.name: row for row in program.constraints()}
    for moved in aims.more.values():
        rows[f"most|{moved.name}"].changeRHS(inf)
    rows["new_money"].changeRHS(inf)
    effort, values, bound = Effort(_GAP, 10**6, problem.scenario.time_limit), None, 0.0
    for objective in (*aims.before, aims.above, aims.added):  # what stays missing where it may is left as it comes
        program.setObjective(objective)
        found = minimise(program, effort=effort, start=values)
        values, bound = found.values, found.bound
        program.addConstraint(objective <= found.value + _SLIP * (1 + abs(found.value)))
    added = _whole_vnd(aims, values or {})
    for margin in MARGINS:
        asked = {cell: amount + margin for cell, amount in added.items()}
        try:
            purchases, transfers, _ = settled(aims.v, values or {}, whole.with_more(asked))
        except NoAnswer:
            continue
        missing = {
            (c.school, c.year): float(c.missing)
            for c in coverage_of(whole, purchases, transfers)
            if c.item == PUPIL_COMPUTER and c.missing and c.year in whole.open_years
        }
        return Reached(target.above(whole, missing), asked, missing, bound * MILLION)
    raise NoAnswer("no_answer", status="payments")


def _whole_vnd(aims: Aims, values: Mapping[str, float]) -> dict[Cell, int]:
    """Return what is added, to the nearest VND: half a dong is less than the solver can tell of a machine."""
    amounts = {cell: round(values[x.name] * MILLION) for cell, x in aims.more.items()}
    return {cell: amount for cell, amount in amounts.items() if amount}

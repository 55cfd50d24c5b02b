"""The reference world as arrays: what a good engineer would write who needs this one program and no other.

The others we are measured against start from these. They may be read from the nouns themselves, or from a problem
that is posed already; both are counted in the time of who reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from provision.domain.inputs import Inputs
from provision.domain.problem import Problem
from provision.domain.roadmap import Roadmap
from provision.domain.scenario import Scenario

Array = npt.NDArray[Any]
MILLION = 1_000_000


@dataclass(frozen=True)
class Tables:
    """What the program is made of. ``gap`` is schools x (years and tail), in machines.

    ``weight`` is what a missing machine of a school and year counts; ``price`` is options x years in million VND;
    ``life`` is years by option; ``leased`` says which options are; ``group`` is the group of schools with the same
    payers; ``pays`` is funds x (bought, leased) x groups; ``budget`` is funds x years in million VND; ``keeps`` is
    the share of it by fund that may be kept for the next year.
    """

    gap: Array
    weight: Array
    price: Array
    life: Array
    leased: Array
    group: Array
    pays: Array
    budget: Array
    keeps: Array

    @property
    def works(self) -> Array:
        """Whether an option bought in a year works in another: options x years x (years and tail)."""
        later = np.arange(self.gap.shape[1]) - np.arange(self.price.shape[1])[:, None]
        return (later >= 0) & (later < self.life[:, None, None])

    @property
    def most(self) -> Array:
        """How many of an option a school could ever use, by year: schools x options x years."""
        most = np.zeros((len(self.gap), *self.price.shape), dtype=np.int64)
        for option, year in np.ndindex(self.price.shape):
            most[:, option, year] = self.gap[:, year : year + self.life[option]].max(axis=1)
        return most

    @property
    def classes(self) -> list[tuple[bool, Array, Array]]:
        """The bills that the same funds pay: whether leased, the schools, the funds."""
        found: dict[tuple[bool, bytes], tuple[Array, Array]] = {}
        for leased in (False, True):
            for group in range(self.pays.shape[2]):
                funds = self.pays[:, int(leased), group]
                here = self.group == group
                before, _ = found.get((leased, funds.tobytes()), (np.zeros_like(here), funds))
                found[leased, funds.tobytes()] = (before | here, funds)
        return [(leased, schools, np.flatnonzero(funds)) for (leased, _), (schools, funds) in found.items()]


def of_problem(problem: Problem) -> Tables:
    """Return the tables of a posed problem."""
    schools = {code: n for n, code in enumerate(problem.schools)}
    first, horizon, tail = problem.years[0], len(problem.years), problem.tail
    need = np.zeros((len(schools), horizon), dtype=np.int64)
    pupils = np.zeros((len(schools), horizon))
    for (school, _, year), row in problem.demand.items():
        need[schools[school], year - first] = row.mandatory
        pupils[schools[school], year - first] = row.pupils
    stock = np.zeros((len(schools), horizon + tail), dtype=np.int64)
    for (school, _, year), count in problem.stock.items():
        stock[schools[school], year - first] = count
    codes = sorted({code for code, _ in problem.prices})
    price = np.array([[problem.prices[code, year] for year in problem.years] for code in codes]) / MILLION
    poor = {schools[s] for purse in problem.purses.values() if purse.schools is not None for s in purse.schools}
    funds = [problem.purses[fund, first] for fund in problem.funds]
    return Tables(
        **_need(need, stock, pupils, tail, by_pupils=problem.scenario.weigh == "pupils"),
        price=price,
        life=np.array([problem.options[code].life_years for code in codes]),
        leased=np.array([problem.options[code].mode == "lease" for code in codes]),
        group=np.isin(np.arange(len(schools)), list(poor)).astype(np.int64),
        pays=_payers((purse.modes, purse.schools is not None) for purse in funds),
        budget=np.array([[problem.purses[f, y].amount for y in problem.years] for f in problem.funds]) / MILLION,
        keeps=np.array([float(purse.carry_over) for purse in funds]),
    )


def of_inputs(inputs: Inputs, roadmap: Roadmap, scenario: Scenario) -> Tables:
    """Return the tables straight from the nouns of a reference world: no lever moved, nothing checked."""
    schools = {code: n for n, code in enumerate(inputs.schools)}
    years = range(min(g.year for g in inputs.budget), max(g.year for g in inputs.budget) + 1)
    options = sorted((o for o in inputs.catalogue if o.mode != "lease" or scenario.lease), key=lambda o: o.code)
    tail = max(o.life_years for o in options) - 1
    rows = np.array([(schools[e.school], e.year - years[0], e.grade, e.pupils) for e in inputs.enrolment])
    taught = np.zeros((len(years), 10), dtype=bool)
    for n, year in enumerate(years):
        for phase in roadmap.phases_in_force(year):
            taught[n, list(phase.grades)] = True
    rows = rows[taught[rows[:, 1], rows[:, 2]]]
    need = np.zeros((len(schools), len(years)), dtype=np.int64)
    pupils = np.zeros((len(schools), len(years)))
    for ratio in roadmap.ratios:
        of_level = rows[(rows[:, 2] <= 5) == (ratio.level == "primary")]
        count = np.zeros((len(schools), len(years)), dtype=np.int64)
        np.add.at(count, (of_level[:, 0], of_level[:, 1]), of_level[:, 3])
        each = ratio.pupils_per_machine
        need += -(-count * each.denominator // each.numerator)
        pupils += count
    stock = np.zeros((len(schools), len(years) + tail), dtype=np.int64)
    shortest = min(o.life_years for o in options if o.mode == "buy")
    for lot in inputs.inventory:
        ends = lot.acquired + (lot.life_years or shortest) - years[0]
        stock[schools[lot.school], max(0, lot.acquired - years[0]) : max(0, ends)] += lot.quantity
    grants: dict[str, dict[int, Any]] = {}
    for grant in inputs.budget:
        grants.setdefault(grant.fund, {})[grant.year] = grant
    funds = [by_year for _, by_year in sorted(grants.items())]
    firsts = [by_year[years[0]] for by_year in funds]
    some = any(grant.schools == ("disadvantaged",) for grant in firsts)
    return Tables(
        **_need(need, stock, pupils, tail, by_pupils=scenario.weigh == "pupils"),
        price=np.array([[o.prices[years[0]]] * len(years) for o in options]) / MILLION,
        life=np.array([o.life_years for o in options]),
        leased=np.array([o.mode == "lease" for o in options]),
        group=np.array([int(some and s.disadvantaged) for s in inputs.schools.values()]),
        pays=_payers((grant.modes or None, grant.schools == ("disadvantaged",)) for grant in firsts),
        budget=np.array([[by_year[year].amount for year in years] for by_year in funds]) / MILLION,
        keeps=np.array([float(grant.carry_over) for grant in firsts]),
    )


def _need(need: Array, stock: Array, pupils: Array, tail: int, *, by_pupils: bool) -> Mapping[str, Array]:
    """Return gap and weight: the need of the last year goes on in the tail, where it fades."""
    on = np.minimum(np.arange(need.shape[1] + tail), need.shape[1] - 1)
    fades = 0.9 ** np.maximum(0, np.arange(need.shape[1] + tail) - need.shape[1] + 1)
    each = np.divide(pupils, need, out=np.zeros_like(pupils), where=need > 0) if by_pupils else np.ones(need.shape)
    return {"gap": np.maximum(0, need[:, on] - stock), "weight": each[:, on] * fades}


def _payers(funds: Iterable[tuple[Any, bool]]) -> Array:
    """Return which fund pays which mode at schools that are not poor, and at those that are."""
    pays = []
    for modes, only_poor in funds:
        may = [modes is None or mode in modes for mode in ("buy", "lease")]
        pays.append([[each and not only_poor, each] for each in may])
    return np.array(pays)

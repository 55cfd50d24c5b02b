r"""The rungs of the ladder: what a plan is good for, in the order a planner sets. Each is minimised, then held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor

import pulp

from provision.domain.problem import PUPIL_COMPUTER
from provision.model.offers import Place
from provision.model.variables import MILLION, Variables, expression, row_name

TAIL_WEIGHT = 0.9
"""What a machine-year missing after the horizon counts, against one a year earlier."""

BANDS = tuple(k / 10 for k in range(9, 0, -1))
"""The shares of a school's need above which missing machines weigh double the band below."""

Objective = Callable[[Variables], pulp.LpAffineExpression]


def promises(v: Variables) -> pulp.LpAffineExpression:
    r"""As few items as possible that an earlier plan promised are not bought in their year.

    .. math:: \min \sum_{s,i,t} b_{s,i,t}
    """
    return expression((variable, 1.0) for variable in v.broken.values())


def missing(v: Variables) -> pulp.LpAffineExpression:
    r"""As few mandatory machine-years as possible stay missing, in the horizon and, fading, after it.

    A missing machine weighs 1, or the pupils it would serve where the scenario says so. Pupil computers only.

    .. math:: \min \sum_{s,y \le Y} u_{s,y} + \sum_{s,\ k \ge 1} 0.9^k\, u_{s,Y+k}
    """
    return expression(
        (variable, year_weight(v, key[2]) * _serves(v, key))
        for key, variable in v.missing.items()
        if key[1] == PUPIL_COMPUTER
    )


def machine_years(v: Variables) -> pulp.LpAffineExpression:
    """Return the mandatory machine-years missing, each machine counting 1 whatever the scenario weighs."""
    return expression(
        (variable, year_weight(v, key[2])) for key, variable in v.missing.items() if key[1] == PUPIL_COMPUTER
    )


def missing_within_horizon(v: Variables) -> pulp.LpAffineExpression:
    """Return the mandatory machine-years missing in the horizon alone, for what the look beyond it costs."""
    return expression(
        (variable, 1.0)
        for key, variable in v.missing.items()
        if key[1] == PUPIL_COMPUTER and key[2] <= v.problem.years[-1]
    )


def minimums(v: Variables) -> pulp.LpAffineExpression:
    r"""As little as possible of what the roadmap asks beyond pupil computers stays missing, by the pack's weights.

    .. math:: \min \sum_{i} w_i \Bigl( \sum_{s,y \le Y} u_{s,i,y} + \sum_{s,\ k \ge 1} 0.9^k\, u_{s,i,Y+k} \Bigr)
    """
    return expression(
        (variable, year_weight(v, key[2]) * float(v.problem.weights[key[1]]))
        for key, variable in v.missing.items()
        if key[1] != PUPIL_COMPUTER
    )


def optional(v: Variables) -> pulp.LpAffineExpression:
    r"""As few machine-years as possible of the grades taught "as conditions allow" stay missing.

    .. math:: \min \sum_{s,y \le Y} v_{s,y} + \sum_{s,\ k \ge 1} 0.9^k\, v_{s,Y+k}
    """
    return expression((variable, year_weight(v, key[2])) for key, variable in v.lacking.items())


def money(v: Variables) -> pulp.LpAffineExpression:
    r"""Of plans that leave as little missing, the cheapest; what outlives the horizon is not held against it.

    Counted are purchases with what must come with them, freight, and upkeep where it is reserved.

    .. math:: \min \sum_{s,o,t} p_{o,t} \left(1 - \frac{\max(0,\ t + L_o - 1 - Y)}{L_o}\right) x_{s,o,t}
        + \sum_{s,e,t} freight_t\, in_{s,e,t}
    """
    return expression((variable, float(offer.net / MILLION)) for variable, offer in v.decided)


def fairness(v: Variables) -> pulp.LpAffineExpression:
    r"""Of plans that buy the same machines with the same money, the one whose worst-served schools miss least.

    By bands: machines missing above nine tenths of a school's need weigh most, then above eight tenths, and so
    on. A disadvantaged school's bands are narrower by the scenario's weight. Adds the excess above each band.

    .. math:: \min \sum_{\theta,s,y} 2^{10\theta - 1} e_{\theta,s,y}, \qquad
        e_{\theta,s,y} \ge u_{s,y} - \lfloor \theta N_{s,y} / w_s \rfloor,\ e \ge 0
    """
    p = v.problem
    terms: dict[pulp.LpVariable, float] = {}
    for (school, item, year), variable in v.missing.items():
        if year > p.years[-1] or item != PUPIL_COMPUTER:
            continue
        need, gap = p.need(school, item, year), v.gap[school, item, year]
        for theta in BANDS:
            edge = floor(round(theta * 10) * need / (10 * p.priority[school]))
            if edge >= gap:
                continue
            weight = 2.0 ** (10 * theta - 1)
            name = (school, item, year, theta)
            excess = v.program.add_variable(row_name("excess", *name), 0, gap - edge)
            v.program.addConstraint(expression([(excess, 1.0), (variable, -1.0)]) >= -edge, row_name("band", *name))
            v.excess[name] = (excess, edge)
            terms[excess] = weight
    return expression(terms.items())


def tie(v: Variables) -> pulp.LpAffineExpression:
    r"""Of plans that are equal in all this, one and always the same: fewest moves, earliest, first code."""
    p = v.problem
    schools = {code: rank for rank, code in enumerate(sorted({s for s, _ in p.open_schools}), start=1)}
    options = {code: rank for rank, code in enumerate(sorted(p.options), start=1)}
    share = 10 * len(schools)
    bought = (
        (variable, (year - p.years[0]) + options[option] / 10 + schools[school] / share)
        for (school, option, year), variable in v.buy.items()
    )
    taken = (
        (variable, 1 + (year - p.years[0]) + schools[school] / share)
        for (school, _, year), variable in v.take.items()
    )
    given = ((variable, schools.get(school, 0) / share) for (school, _, _), variable in v.give.items())
    return expression((*bought, *taken, *given))


OBJECTIVES: Mapping[str, Objective] = {
    "promises": promises,
    "missing": missing,
    "minimums": minimums,
    "optional": optional,
    "money": money,
    "fairness": fairness,
    "tie": tie,
}


def year_weight(v: Variables, year: int) -> float:
    """Return what a machine-year missing in a year weighs: 1 in the horizon, fading in the tail."""
    return TAIL_WEIGHT ** max(0, year - v.problem.years[-1])


def _serves(v: Variables, key: Place) -> float:
    """Return the pupils one missing machine would serve where the scenario weighs pupils, else 1."""
    school, item, year = key
    if v.problem.scenario.weigh == "machine":
        return 1.0
    row = v.problem.demand[school, item, min(year, v.problem.years[-1])]
    return row.pupils / row.mandatory

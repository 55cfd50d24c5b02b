r"""The rungs of the ladder: what a plan is good for, in the order a planner sets. Each is minimised, then held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor

import pulp

from provision.model.variables import MILLION, Variables, expression, row_name

TAIL_WEIGHT = 0.9
"""What a machine-year missing after the horizon counts, against one a year earlier."""

BANDS = tuple(k / 10 for k in range(9, 0, -1))
"""The shares of a school's need above which missing machines weigh double the band below."""

Objective = Callable[[Variables], pulp.LpAffineExpression]


def missing(v: Variables) -> pulp.LpAffineExpression:
    r"""As few mandatory machine-years as possible stay missing, in the horizon and, fading, after it.

    A missing machine weighs 1, or the pupils it would serve where the scenario says so.

    .. math:: \min \sum_{s,i,y \le Y} u_{s,i,y} + \sum_{s,i,\ k \ge 1} 0.9^k\, u_{s,i,Y+k}
    """
    return expression((variable, year_weight(v, key[2]) * _serves(v, key)) for key, variable in v.missing.items())


def missing_within_horizon(v: Variables) -> pulp.LpAffineExpression:
    """Return the mandatory machine-years missing in the horizon alone, for what the look beyond it costs."""
    return expression((variable, 1.0) for key, variable in v.missing.items() if key[2] <= v.problem.years[-1])


def money(v: Variables) -> pulp.LpAffineExpression:
    r"""Of plans that leave as little missing, the cheapest; what outlives the horizon is not held against it.

    .. math:: \min \sum_{s,o,t} p_{o,t} \left(1 - \frac{\max(0,\ t + L_o - 1 - Y)}{L_o}\right) x_{s,o,t}
    """
    p = v.problem
    return expression(
        (variable, p.prices[option, year] / MILLION * float(1 - p.kept_share(option, year)))
        for (_, option, year), variable in v.buy.items()
    )


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
        if year > p.years[-1]:
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
    r"""Of plans that are equal in all this, one and always the same: earliest, cheapest, first code."""
    p = v.problem
    schools = {code: rank for rank, code in enumerate(sorted({s for s, _ in p.open_schools}), start=1)}
    options = {code: rank for rank, code in enumerate(sorted(p.options), start=1)}
    return expression(
        (variable, (year - p.years[0]) + options[option] / 10 + schools[school] / (10 * len(schools)))
        for (school, option, year), variable in v.buy.items()
    )


OBJECTIVES: Mapping[str, Objective] = {"missing": missing, "money": money, "fairness": fairness, "tie": tie}


def year_weight(v: Variables, year: int) -> float:
    """Return what a machine-year missing in a year weighs: 1 in the horizon, fading in the tail."""
    return TAIL_WEIGHT ** max(0, year - v.problem.years[-1])


def _serves(v: Variables, key: tuple[str, str, int]) -> float:
    """Return the pupils one missing machine would serve where the scenario weighs pupils, else 1."""
    school, item, year = key
    if v.problem.scenario.weigh == "machine":
        return 1.0
    row = v.problem.demand[school, item, min(year, v.problem.years[-1])]
    return row.pupils / row.mandatory

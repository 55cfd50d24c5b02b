"""The same program as an ordinary user of PuLP writes it, and solved with PuLP's own HiGHS."""

from __future__ import annotations

import numpy as np
import pulp

from bench.bare import INFINITY, Program
from bench.tables import Tables


def solved(t: Tables) -> tuple[float, tuple[int, int, int]]:
    """Return the least value of the reference program, and its columns, rows and non-zeros."""
    gap, most, price, life = t.gap.tolist(), t.most.tolist(), t.price.tolist(), t.life.tolist()
    schools, ends, options, years = range(len(gap)), range(len(gap[0])), range(len(price)), range(len(price[0]))
    weight, budget, keeps = t.weight.tolist(), t.budget.tolist(), t.keeps.tolist()
    offers = [(s, o, y) for s in schools for o in options for y in years if most[s][o][y]]
    places = [(s, y) for s in schools for y in ends if gap[s][y]]
    bills: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    classes = t.classes
    of = {(s, leased): n for n, (leased, here, _) in enumerate(classes) for s in np.flatnonzero(here).tolist()}
    for s, o, y in offers:
        bills.setdefault((of[s, bool(t.leased[o])], y), []).append((s, o, y))
    payments = [(f, c, y) for c, y in bills for f in classes[c][2].tolist()]
    purses = [(f, y) for f in range(len(budget)) for y in years]
    kept = [(f, y) for f, y in purses if keeps[f] and y < years[-1]]

    program = pulp.LpProblem("reference", pulp.LpMinimize)
    buy = program.add_variable_dicts("buy", offers, 0)
    missing = program.add_variable_dicts("missing", places, 0)
    pay = program.add_variable_dicts("pay", payments, 0)
    carry = program.add_variable_dicts("carry", kept, 0)
    for s, o, y in offers:
        buy[s, o, y].upBound = most[s][o][y]
    for s, y in places:
        missing[s, y].upBound = gap[s][y]
    program += pulp.lpSum(weight[s][y] * missing[s, y] for s, y in places)
    for s, at in places:
        here = [buy[s, o, y] for o in options for y in years if y <= at < y + life[o] and (s, o, y) in buy]
        program += pulp.lpSum(here) + missing[s, at] >= gap[s][at]
    for (c, year), bought in bills.items():
        due = pulp.lpSum(price[o][y] * buy[s, o, y] for s, o, y in bought)
        program += due == pulp.lpSum(pay[f, c, year] for f in classes[c][2].tolist())
    for f, y in purses:
        spent = pulp.lpSum(pay[f, c, y] for c, year in bills if year == y and (f, c, y) in pay)
        there = budget[f][y] + carry.get((f, y - 1), 0)
        out = spent + carry.get((f, y), 0)
        if out or (f, y - 1) in carry:
            program += out <= there
        if (f, y) in carry:
            program += carry[f, y] <= keeps[f] * there
    return _ended(program)


def solved_ready(program: Program) -> tuple[float, tuple[int, int, int]]:
    """Return the same of a program whose numbers are there already: only PuLP's own share of the work is left."""
    made = pulp.LpProblem("ready", pulp.LpMinimize)
    bounds = zip(program.lower.tolist(), program.upper.tolist(), strict=True)
    columns = [
        made.add_variable(f"x{n}", None if low == -INFINITY else low, None if high == INFINITY else high)
        for n, (low, high) in enumerate(bounds)
    ]
    made += pulp.lpSum(cost * columns[n] for n, cost in enumerate(program.cost.tolist()) if cost)
    index, value, start = program.index.tolist(), program.value.tolist(), program.start.tolist()
    limits = zip(program.low.tolist(), program.high.tolist(), strict=True)
    for row, (low, high) in enumerate(limits):
        cells = range(start[row], start[row + 1])
        terms = pulp.lpSum(value[n] * columns[index[n]] for n in cells)
        made += terms == low if low == high else terms >= low if high == INFINITY else terms <= high
    return _ended(made)


def _ended(program: pulp.LpProblem) -> tuple[float, tuple[int, int, int]]:
    """Solve a program with PuLP's HiGHS as it comes."""
    program.solve(pulp.HiGHS(msg=False))
    rows = program.constraints()
    size = (len(program.variables()), len(rows), sum(len(row) for row in rows))
    return float(pulp.value(program.objective)), size

"""The same program as a good user of linopy writes it: labelled arrays, no loop over schools."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from bench.tables import Tables


def solved(t: Tables, *, io_api: str = "direct") -> tuple[float, tuple[int, int, int]]:
    """Return the least value of the reference program, and its columns, rows and non-zeros."""
    with linopy.options:
        linopy.options.set_value(semantics="v1")
        return _solved(t, io_api)


def _solved(t: Tables, io_api: str) -> tuple[float, tuple[int, int, int]]:
    (schools, ends), (funds, years), classes = t.gap.shape, t.budget.shape, t.classes
    school, option = pd.RangeIndex(schools, name="school"), pd.RangeIndex(len(t.price), name="option")
    year, fund = pd.RangeIndex(ends, name="year"), pd.RangeIndex(funds, name="fund")
    bill = pd.RangeIndex(len(classes), name="bill")
    gap = xr.DataArray(t.gap, coords=[school, year])
    most = xr.DataArray(np.zeros((schools, len(t.price), ends)), coords=[school, option, year])
    most[:, :, :years] = t.most
    price = xr.DataArray(t.price, coords=[option, year[:years]])
    budget = xr.DataArray(t.budget, coords=[fund, year[:years]])
    keeps = xr.DataArray(t.keeps, coords=[fund])

    m = linopy.Model()
    buy = m.add_variables(lower=0, upper=most, name="buy", mask=most > 0)
    missing = m.add_variables(lower=0, upper=gap, name="missing", mask=gap > 0)
    bought = buy.sel(year=year[:years]).fillna(0)
    payers = np.zeros((funds, len(classes), years), dtype=bool)
    for number, (leased, here, may) in enumerate(classes):
        offered = t.most[here][:, t.leased == leased].any(axis=(0, 1))
        payers[np.ix_(may, [number], np.flatnonzero(offered))] = True
    paid = xr.DataArray(payers, coords=[fund, bill, year[:years]])
    pay = m.add_variables(lower=0, coords=[fund, bill, year[:years]], name="pay", mask=paid)
    pays = pay.fillna(0)
    keeping = (keeps > 0) & xr.DataArray(np.arange(years) < years - 1, coords=[year[:years]])
    carry = m.add_variables(lower=0, coords=[fund, year[:years]], name="carry", mask=keeping)
    out, before = carry.fillna(0), carry.shift(year=1).fillna(0)
    brought = sum(
        buy.sel(option=o, drop=True).fillna(0).rolling(year=int(life)).sum() for o, life in enumerate(t.life)
    )
    m.add_constraints(brought + missing.fillna(0) >= gap, name="cover_need", mask=gap > 0)
    for number, (leased, here, _) in enumerate(classes):
        chosen = {"school": np.flatnonzero(here), "option": np.flatnonzero(t.leased == leased)}
        due = (price.sel(option=chosen["option"]) * bought.sel(chosen)).sum(["school", "option"])
        asked = paid.sel(bill=number, drop=True).any("fund")
        payment = pays.sel(bill=number, drop=True).sum("fund")
        m.add_constraints(due == payment, name=f"pay_every_bill_{number}", mask=asked)
    spends = paid.any("bill") | keeping | keeping.shift(year=1, fill_value=False)
    m.add_constraints(pays.sum("bill") + out - before <= budget, name="spend_within_budget", mask=spends)
    m.add_constraints(out - keeps * before <= keeps * budget, name="carry_within_share", mask=keeping)
    m.add_objective((missing.fillna(0) * xr.DataArray(t.weight, coords=[school, year])).sum())
    m.solve("highs", io_api=io_api, output_flag=False, progress=False)
    size = (int(m.nvars), int(m.ncons), int(m.matrices.A.nnz))
    return float(m.objective.value), size

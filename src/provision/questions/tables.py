"""The tables of a report, in the reader's words and numbers. The door of pandas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.text import Words

_MILLION = 1_000_000


@dataclass(frozen=True)
class Sheet:
    """A table that shows itself as HTML, names escaped, numbers right-aligned."""

    frame: pd.DataFrame

    def _repr_html_(self) -> str:
        return self.frame.to_html(index=False, escape=True, border=0, classes="sheet", justify="left")


def frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the plan's tables as they are stored, with codes and whole VND, to compute with.

    Keys: ``purchases``, ``payments``, ``coverage``, ``spending``. Quantities are items; money is whole VND.
    """
    rows: dict[str, list[dict[str, Any]]] = {
        "purchases": [
            {
                "school_id": p.school,
                "school_year": format_school_year(p.year),
                "option": p.option,
                "item": p.item,
                "quantity": p.quantity,
                "unit_price": p.unit_price,
                "cost": p.cost,
            }
            for p in plan.purchases
        ],
        "payments": [
            {
                "unit": p.fund[0],
                "fund": p.fund[1],
                "school_year": format_school_year(p.year),
                "school_id": p.school,
                "kind": p.kind,
                "option": p.option,
                "item": p.item,
                "amount": p.amount,
            }
            for p in plan.payments
        ],
        "coverage": [
            {
                "school_id": c.school,
                "school_year": format_school_year(c.year),
                "item": c.item,
                "need": c.need,
                "optional_need": c.optional_need,
                "stock": c.stock,
                "bought": c.bought,
                "moved": c.moved,
                "have": c.have,
                "missing": c.missing,
                "optional_missing": c.optional_missing,
                "pupils": c.pupils,
                "pupils_without": c.pupils_without,
            }
            for c in plan.coverage
        ],
        "spending": [
            {
                "unit": s.fund[0],
                "fund": s.fund[1],
                "school_year": format_school_year(s.year),
                "budget": s.budget,
                "carried_in": s.carried_in,
                "spent": s.spent,
                "carried_out": s.carried_out,
            }
            for s in plan.spending
        ],
    }
    return {name: pd.DataFrame(found) for name, found in rows.items()}


def by_year(plan: Plan, words: Words) -> Sheet:
    """Return need, machines, what is missing and what is spent, a row a school year."""
    rows = []
    for year in plan.problem.years:
        total = plan.totals["years"][str(year)]
        old = sum(c.stock for c in plan.coverage if c.year == year)
        rows.append(
            {
                words("table.year"): format_school_year(year),
                words("table.need"): words.number(total["need"]),
                words("table.stock"): words.number(old),
                words("table.have"): words.number(total["have"], 1),
                words("table.met"): words.number(total["need"] - total["missing"], 1),
                words("table.missing"): words.number(total["missing"], 1),
                words("table.pupils_without"): words.number(total["pupils_without"]),
                words("table.spent"): words.number(total["spent"] / _MILLION, 1),
            }
        )
    return Sheet(pd.DataFrame(rows))


def by_school(plan: Plan, words: Words) -> Sheet:
    """Return every school of the last year with need, machines and what it gets each year, worst served first."""
    last = plan.problem.years[-1]
    got: dict[tuple[str, int], Any] = {}
    for p in plan.purchases:
        heir = plan.problem.owner(p.school, last) or p.school
        got[heir, p.year] = got.get((heir, p.year), 0) + p.quantity
    rows = []
    ends = [c for c in plan.coverage if c.year == last and (c.need or c.have)]
    for c in sorted(ends, key=lambda c: (-c.missing, plan.problem.names[c.school])):
        yearly = {
            f"{words('table.bought')} {format_school_year(y)}": words.number(got.get((c.school, y), 0), 1)
            for y in plan.problem.years
        }
        rows.append(
            {words("table.school"): plan.problem.names[c.school]}
            | yearly
            | {
                words("table.have"): words.number(c.have, 1),
                words("table.need"): words.number(c.need),
                words("table.missing"): words.number(c.missing, 1),
                words("table.pupils_without"): words.number(c.pupils_without),
            }
        )
    return Sheet(pd.DataFrame(rows))


def by_option(plan: Plan, words: Words) -> Sheet:
    """Return what is bought of each option in each year: items, price in million VND, life in years, cost."""
    rows = []
    for option, year in sorted({(p.option, p.year) for p in plan.purchases}, key=lambda key: (key[1], key[0])):
        terms = plan.problem.options[option]
        bought = [p for p in plan.purchases if (p.option, p.year) == (option, year)]
        rows.append(
            {
                words("table.option"): terms.name_vi if words.language == "vi" else terms.name_en,
                words("table.year"): format_school_year(year),
                words("table.quantity"): words.number(sum(p.quantity for p in bought), 1),
                words("table.price"): words.number(plan.problem.prices[option, year] / _MILLION, 2),
                words("table.life"): words.number(terms.life_years),
                words("table.cost"): words.number(sum(p.cost for p in bought) / _MILLION, 1),
            }
        )
    return Sheet(pd.DataFrame(rows))


def by_fund(plan: Plan, words: Words) -> Sheet:
    """Return every fund and year with money in million VND: given, carried in, spent, carried out."""
    english = words.language != "vi"
    rows = [
        {
            words("table.fund"): plan.problem.fund_names[s.fund][english],
            words("table.year"): format_school_year(s.year),
            words("table.budget"): words.number(s.budget / _MILLION, 1),
            words("table.carried_in"): words.number(s.carried_in / _MILLION, 1),
            words("table.spent"): words.number(s.spent / _MILLION, 1),
            words("table.carried_out"): words.number(s.carried_out / _MILLION, 1),
        }
        for s in plan.spending
        if s.budget or s.carried_in
    ]
    return Sheet(pd.DataFrame(rows))


def by_rung(plan: Plan, words: Words) -> Sheet:
    """Return every objective with its value, the bound no plan can beat, and the gap between them."""
    return Sheet(
        pd.DataFrame(
            [
                {
                    words("table.rung"): f"{words(f'rung.{r.name}')} ({words(f'rung_unit.{r.name}')})",
                    words("table.value"): words.number(r.value, 2),
                    words("table.bound"): words.number(r.bound, 2),
                    words("table.gap"): words.percent(r.gap, 4),
                }
                for r in plan.rungs
            ]
        )
    )

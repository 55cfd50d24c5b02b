"""The columns of a plan folder's tables: one line each, for writing and for reading back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

from provision.domain.plan import Coverage, MoneyPrice, Payment, Plan, Promise, Purchase, Spending, Transfer, Upkeep
from provision.domain.years import format_school_year
from provision.intake.columns import Column, Table
from provision.intake.tables import Record

_MOST = 10**18


def _whole(name: str, low: int = 0) -> Column:
    return Column(name, "whole", low=low, high=_MOST)


_SCHOOL, _YEAR, _ITEM, _OPTION = (
    Column("school_id", "code"),
    Column("school_year", "year"),
    Column("item", "code"),
    Column("option", "code"),
)
_UNIT = Column("unit", "code", needed=False)  # blank: shared by all units
_FUND = Column("fund", "code")
_WAY = Column("option", "code", needed=False)  # blank for upkeep, and for moves that cost nothing
_KINDS = ("purchase", "transfer", "upkeep")

PURCHASES = Table(
    "purchases",
    (),
    (_SCHOOL, _YEAR, _OPTION, _ITEM, Column("quantity", "decimal"), _whole("unit_price"), _whole("cost")),
)
PAYMENTS = Table(
    "payments",
    (),
    (_UNIT, _FUND, _YEAR, _SCHOOL, Column("kind", "choice", choices=_KINDS), _WAY, _ITEM, _whole("amount")),
)
COVERAGE = Table(
    "coverage",
    ("school_id", "school_year", "item"),
    (
        _SCHOOL,
        _YEAR,
        _ITEM,
        _whole("need"),
        _whole("optional_need"),
        _whole("stock"),
        Column("bought", "decimal"),
        Column("moved", "signed"),  # in less out
        Column("have", "decimal"),
        Column("missing", "decimal"),
        Column("optional_missing", "decimal"),
        _whole("pupils"),
        _whole("pupils_without"),
    ),
)
SPENDING = Table(
    "spending",
    ("unit", "fund", "school_year"),
    (_UNIT, _FUND, _YEAR, _whole("budget"), _whole("carried_in"), _whole("spent"), _whole("carried_out")),
)
TRANSFERS = Table(
    "transfers",
    (),
    (
        Column("school_id_from", "code"),
        Column("school_id_to", "code"),
        _YEAR,
        _ITEM,
        Column("quantity", "decimal"),
        _whole("cost"),
        Column("last_year", "year"),
        _whole("upkeep"),
    ),
)
UPKEEP = Table("upkeep", (), (_SCHOOL, _YEAR, _ITEM, _whole("cost"), _whole("unpaid")))
PRICES = Table("prices", (), (_UNIT, _FUND, _YEAR, Column("machine_years_per_million", "decimal")))
PROMISES = Table(
    "promises",
    ("school_id", "school_year", "item"),
    (_SCHOOL, _YEAR, _ITEM, _whole("promised"), Column("planned", "decimal"), Column("broken", "decimal")),
)

PLAN_TABLES: Mapping[Table, tuple[str, type[Any]]] = {
    PURCHASES: ("purchases", Purchase),
    TRANSFERS: ("transfers", Transfer),
    PAYMENTS: ("payments", Payment),
    COVERAGE: ("coverage", Coverage),
    SPENDING: ("spending", Spending),
    UPKEEP: ("upkeep", Upkeep),
    PRICES: ("prices", MoneyPrice),
    PROMISES: ("promises", Promise),
}
"""Each table of a plan folder with the part of the plan it holds and its noun.

A noun's fields stand in the order of the columns; a fund is its unit and its code.
"""


def mark_of(plan: Plan) -> str:
    """Return what tells a plan from any other, wherever it lies: the SHA-256 of its units, scenario and rows."""
    told: list[object] = [plan.problem.units, plan.problem.scenario.name]
    for table, (part, _) in PLAN_TABLES.items():
        told += [list(map(str, row_of(noun, table))) for noun in getattr(plan, part)]  # as they stand in its files
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode("utf-8")).hexdigest()


def row_of(noun: Any, table: Table) -> list[object]:
    """Return a noun as the cells of its table's row: school years written out, fractions as decimals."""
    return [_cell(value, column) for value, column in zip(values_of(noun), table.columns, strict=True)]


def values_of(noun: Any) -> list[object]:
    """Return a noun's values in the order of its table's columns."""
    values: list[object] = []
    for field in fields(noun):
        value = getattr(noun, field.name)
        values.extend(value if field.name == "fund" else (value,))
    return values


def nouns_of(records: Iterable[Record], table: Table, noun: type[Any]) -> tuple[Any, ...]:
    """Return the nouns of the rows of a table that were read."""
    parts, names = fields(noun), [column.name for column in table.columns]
    floats = [n for n, part in enumerate(parts) if part.type == "float"]
    nouns = []
    for record in records:
        values = ["" if record[name] is None else record[name] for name in names]
        if len(names) > len(parts):  # a fund is its unit and its code
            values[:2] = [(values[0], values[1])]
        for n in floats:
            values[n] = float(values[n])
        nouns.append(noun(*values))
    return tuple(nouns)


def _cell(value: object, column: Column) -> object:
    if column.kind == "year" and isinstance(value, int):
        return format_school_year(value)
    if isinstance(value, Fraction):
        return format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else value

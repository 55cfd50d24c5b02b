"""The columns of a plan folder's tables: one line each, for writing and for reading back."""

from __future__ import annotations

from provision.intake.columns import Column, Table

_MOST = 10**18


def _whole(name: str) -> Column:
    return Column(name, "whole", low=0, high=_MOST)


_SCHOOL, _YEAR, _ITEM, _OPTION = (
    Column("school_id", "code"),
    Column("school_year", "year"),
    Column("item", "code"),
    Column("option", "code"),
)
_UNIT = Column("unit", "code", needed=False, help="blank = shared by all units")
_FUND = Column("fund", "code")
_KINDS = ("purchase", "transfer", "upkeep")

PURCHASES = Table(
    "purchases",
    (),
    (_SCHOOL, _YEAR, _OPTION, _ITEM, Column("quantity", "decimal"), _whole("unit_price"), _whole("cost")),
)
PAYMENTS = Table(
    "payments",
    (),
    (_UNIT, _FUND, _YEAR, _SCHOOL, Column("kind", "choice", choices=_KINDS), _OPTION, _ITEM, _whole("amount")),
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
        _whole("moved"),
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
        _whole("quantity"),
        _whole("cost"),
        Column("last_year", "year"),
    ),
)
UPKEEP = Table("upkeep", (), (_SCHOOL, _YEAR, _ITEM, _whole("cost"), _whole("unpaid")))
PRICES = Table("prices", (), (_UNIT, _FUND, _YEAR, Column("machine_years_per_million", "decimal")))

PLAN_TABLES = (PURCHASES, TRANSFERS, PAYMENTS, COVERAGE, SPENDING, UPKEEP, PRICES)
NOT_BUILT = (TRANSFERS, UPKEEP, PRICES)
"""Tables of the contract whose capability this version lacks: written with their header only."""

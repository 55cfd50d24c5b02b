"""The columns of the input tables: one line each. They feed the check, the canonical copy and the README."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["code", "codes", "text", "year", "whole", "decimal", "signed", "share", "flag", "choice"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what may stand in it. ``needed`` is a value in every row; ``optional`` may be absent altogether."""

    name: str
    kind: Kind
    needed: bool = True
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One input table: its file stem, its columns, and the columns that name a row once.

    The file of an ``optional`` table may be absent: then it has no rows.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    optional: bool = False


_MODES = ("buy", "lease", "repair", "refurbish", "setup", "move")
_SOURCE = Column("source", "text", help="where the row is from; one that starts with `illustrative` is made up")
_SCHOOL = Column("school_id", "code")
_PEOPLE = 100_000
_MONEY = 10**15

FROZEN = Table(
    "frozen",
    ("school_id", "school_year", "option"),
    (
        Column("school_id", "code", help="a school, or the unit for a thing of its own"),
        Column("school_year", "year"),
        Column("option", "code"),
        Column("item", "code", needed=False, optional=True, help="the option's item"),
        Column("quantity", "whole", low=0, high=_PEOPLE, help="0 says that nothing was bought that year"),
        Column("unit_price", "whole", low=0, high=_MONEY, help="whole VND, as really paid"),
        Column("cost", "whole", needed=False, low=0, high=_MONEY * 1000, optional=True, help="quantity x unit_price"),
        Column("state", "choice", needed=False, choices=("done", "promised"), optional=True, help="blank = done"),
    ),
    optional=True,
)
"""Purchases of years carried out, and what was promised for later ones: the columns of a plan's purchases.csv."""

TABLES: tuple[Table, ...] = (
    Table(
        "units",
        ("unit",),
        (
            Column("unit", "code"),
            Column("name", "text"),
            Column("kind", "text", help="district, commune, department, ..."),
            Column("issuer", "text", help="who signs: the letterhead"),
            Column("signatory_title", "text"),
            Column("place", "text"),
            Column("roadmap", "code", help="the unit's default pack"),
        ),
    ),
    Table(
        "schools",
        ("school_id",),
        (
            _SCHOOL,
            Column("name", "text"),
            Column("unit", "code"),
            Column("level", "choice", choices=("kindergarten", "primary", "lower_secondary", "combined")),
            Column("national_standard", "flag"),
            Column("subject_groups", "whole", low=0, high=50),
            Column("disadvantaged", "flag"),
            Column("labs", "whole", low=0, high=50),
            Column("open_from", "year", needed=False, help="first school year, blank = always"),
            Column("open_until", "year", needed=False, help="last school year, blank = always"),
            Column("merged_into", "code", needed=False, help="who has its pupils and stock afterwards"),
            _SOURCE,
        ),
    ),
    Table(
        "enrolment",
        ("school_id", "school_year", "grade"),
        (
            _SCHOOL,
            Column("school_year", "year"),
            Column("grade", "whole", low=1, high=9),
            Column("pupils", "whole", low=0, high=_PEOPLE),
            Column("classes", "whole", low=0, high=1000),
            _SOURCE,
        ),
    ),
    Table(
        "inventory",
        (),
        (
            _SCHOOL,
            Column("item", "code"),
            Column("acquired", "year", needed=False, help="blank = first year less half a life, with a warning"),
            Column("quantity", "whole", low=0, high=_PEOPLE),
            Column("condition", "choice", choices=("working", "repairable", "broken")),
            _SOURCE,
            Column("life_years", "whole", needed=False, low=1, high=50, optional=True),
            Column("upkeep", "whole", needed=False, low=0, high=_MONEY, optional=True, help="VND per item and year"),
        ),
    ),
    Table(
        "catalogue",
        ("option", "from_year"),
        (
            Column("option", "code"),
            Column("item", "code"),
            Column("mode", "choice", choices=_MODES, help="move is the freight of one item between schools"),
            Column("name_vi", "text"),
            Column("name_en", "text"),
            Column("price", "whole", low=1, high=_MONEY, help="whole VND"),
            Column("from_year", "year", help="the price holds from this school year"),
            Column("life_years", "whole", low=1, high=50),
            Column("upkeep", "whole", low=0, high=_MONEY, help="VND per item and year"),
            _SOURCE,
            Column("also_serves", "codes", needed=False, optional=True, help="items it is as well, split by `;`"),
        ),
    ),
    Table(
        "budget",
        ("unit", "fund", "school_year"),
        (
            Column("unit", "code", needed=False, help="blank = shared by all units"),
            Column("fund", "code"),
            Column("school_year", "year"),
            Column("amount", "whole", low=0, high=_MONEY, help="whole VND"),
            Column("carry_over", "share", needed=False, help="0 to 1, blank = 0"),
            Column("modes", "codes", needed=False, help="what may be paid, split by `;`, blank = all"),
            Column("items", "codes", needed=False, help="items that may be paid, split by `;`, blank = all"),
            Column("schools", "codes", help="`all`, `disadvantaged` or school ids split by `;`"),
            Column("name_vi", "text", needed=False, optional=True, help="the fund's name"),
            Column("name_en", "text", needed=False, optional=True),
            _SOURCE,
        ),
    ),
    Table(
        "survival",
        ("item", "age"),
        (
            Column("item", "code"),
            Column("age", "whole", low=0, high=50, help="years since it was bought"),
            Column("share", "share", help="0 to 1: what still works at that age; it never rises with age"),
            _SOURCE,
        ),
        optional=True,
    ),
    FROZEN,
)

PAID_MODES = (*_MODES, "upkeep")

EVERYWHERE = ("all", "disadvantaged")
"""What the budget's column ``schools`` may say in place of school codes."""

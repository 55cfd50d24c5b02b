"""The columns of the input tables: one line each. They feed the check, the canonical copy and the template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["code", "codes", "text", "year", "whole", "decimal", "signed", "share", "flag", "choice"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what may stand in it. ``needed`` is a value in every row; ``optional`` may be absent altogether.

    ``example`` is what the template's row of examples shows. Heading and help are ``template`` in ``text/*.toml``.
    """

    name: str
    kind: Kind
    needed: bool = True
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One input table: its file stem, its columns, and the columns that name a row once.

    The file of an ``optional`` table may be absent: then it has no rows.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    optional: bool = False


_LEVELS = ("kindergarten", "primary", "lower_secondary", "combined")
_MODES = ("buy", "lease", "repair", "refurbish", "setup", "move")
_SOURCE = Column("source", "text", example="Phòng Văn hoá - Xã hội")
_SCHOOL = Column("school_id", "code", example="th-so-1")
_PEOPLE = 100_000
_MONEY = 10**15

FROZEN = Table(
    "frozen",
    ("school_id", "school_year", "option"),
    (
        Column("school_id", "code", example="th-so-1"),
        Column("school_year", "year", example="2025-2026"),
        Column("option", "code", example="may-moi"),
        Column("item", "code", needed=False, optional=True, example="pupil_computer"),
        Column("quantity", "whole", low=0, high=_PEOPLE, example="10"),
        Column("unit_price", "whole", low=0, high=_MONEY, example="12000000"),
        Column("cost", "whole", needed=False, low=0, high=_MONEY * 1000, optional=True, example="120000000"),
        Column("state", "choice", needed=False, choices=("done", "promised"), optional=True, example="done"),
    ),
    optional=True,
)
"""Purchases of years carried out, and what was promised for later ones: the columns of a plan's purchases.csv."""

TABLES: tuple[Table, ...] = (
    Table(
        "units",
        ("unit",),
        (
            Column("unit", "code", example="xa-so-1"),
            Column("name", "text", example="Xã Số Một"),
            Column("kind", "text", example="commune"),
            Column("issuer", "text", example="Uỷ ban nhân dân xã Số Một"),
            Column("signatory_title", "text", example="Chủ tịch"),
            Column("place", "text", example="Số Một"),
            Column("roadmap", "code", example="gdpt-2018"),
        ),
    ),
    Table(
        "schools",
        ("school_id",),
        (
            _SCHOOL,
            Column("name", "text", example="Trường Tiểu học Số 1"),
            Column("unit", "code", example="xa-so-1"),
            Column("level", "choice", choices=_LEVELS, example="primary"),
            Column("national_standard", "flag", example="1"),
            Column("subject_groups", "whole", low=0, high=50, example="2"),
            Column("disadvantaged", "flag", example="0"),
            Column("labs", "whole", low=0, high=50, example="1"),
            Column("open_from", "year", needed=False),
            Column("open_until", "year", needed=False, example="2027-2028"),
            Column("merged_into", "code", needed=False, example="th-so-2"),
            _SOURCE,
        ),
    ),
    Table(
        "enrolment",
        ("school_id", "school_year", "grade"),
        (
            _SCHOOL,
            Column("school_year", "year", example="2025-2026"),
            Column("grade", "whole", low=1, high=9, example="3"),
            Column("pupils", "whole", low=0, high=_PEOPLE, example="105"),
            Column("classes", "whole", low=0, high=1000, example="3"),
            _SOURCE,
        ),
    ),
    Table(
        "inventory",
        (),
        (
            _SCHOOL,
            Column("item", "code", example="pupil_computer"),
            Column("acquired", "year", needed=False, example="2021-2022"),
            Column("quantity", "whole", low=0, high=_PEOPLE, example="18"),
            Column("condition", "choice", choices=("working", "repairable", "broken"), example="working"),
            _SOURCE,
            Column("life_years", "whole", needed=False, low=1, high=50, optional=True, example="5"),
            Column("upkeep", "whole", needed=False, low=0, high=_MONEY, optional=True, example="300000"),
        ),
    ),
    Table(
        "catalogue",
        ("option", "from_year"),
        (
            Column("option", "code", example="may-moi"),
            Column("item", "code", example="pupil_computer"),
            Column("mode", "choice", choices=_MODES, example="buy"),
            Column("name_vi", "text", example="Máy tính mới"),
            Column("name_en", "text", example="New computer"),
            Column("price", "whole", low=1, high=_MONEY, example="12000000"),
            Column("from_year", "year", example="2025-2026"),
            Column("life_years", "whole", low=1, high=50, example="5"),
            Column("upkeep", "whole", low=0, high=_MONEY, example="300000"),
            _SOURCE,
            Column("also_serves", "codes", needed=False, optional=True),
        ),
    ),
    Table(
        "budget",
        ("unit", "fund", "school_year"),
        (
            Column("unit", "code", needed=False, example="xa-so-1"),
            Column("fund", "code", example="ngan-sach-xa"),
            Column("school_year", "year", example="2025-2026"),
            Column("amount", "whole", low=0, high=_MONEY, example="600000000"),
            Column("carry_over", "share", needed=False, example="0.5"),
            Column("modes", "codes", needed=False, example="buy;repair"),
            Column("items", "codes", needed=False, example="pupil_computer"),
            Column("schools", "codes", example="all"),
            Column("name_vi", "text", needed=False, optional=True, example="Ngân sách xã"),
            Column("name_en", "text", needed=False, optional=True, example="Commune budget"),
            _SOURCE,
        ),
    ),
    Table(
        "survival",
        ("item", "age"),
        (
            Column("item", "code", example="pupil_computer"),
            Column("age", "whole", low=0, high=50, example="3"),
            Column("share", "share", example="0.9"),
            _SOURCE,
        ),
        optional=True,
    ),
    FROZEN,
    Table(
        "staff",
        ("school_id", "school_year"),
        (
            _SCHOOL,
            Column("school_year", "year", example="2025-2026"),
            Column("teachers", "decimal", example="1.5"),
            _SOURCE,
        ),
        optional=True,
    ),
    Table(
        "crosswalk",
        ("unit_from", "school_id"),
        (
            Column("unit_from", "code", example="huyen-cu"),
            Column("school_id", "code", needed=False, example="th-so-1"),
            Column("unit_to", "code", example="xa-so-1"),
            _SOURCE,
        ),
        optional=True,
    ),
    Table(
        "left_out",
        (),
        (
            Column("file", "text", example="truong-hoc-2025.xlsx"),
            Column("school_year", "year", needed=False, example="2025-2026"),
            Column("unit", "code", needed=False, example="xa-so-1"),
            Column("reason", "text", example="Trường tư thục: ngoài phạm vi"),
            Column("rows", "whole", low=0, high=_MONEY, example="3"),
            Column("pupils", "whole", low=0, high=_MONEY, example="412"),
        ),
        optional=True,
    ),
)

PAID_MODES = (*_MODES, "upkeep")

EVERYWHERE = ("all", "disadvantaged")
"""What the budget's column ``schools`` may say in place of school codes."""

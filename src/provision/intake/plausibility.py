"""What is odd in sound rows but may be right: a class of 60, a computer of 1990, pupils that jump by half.

The door of pandera, which looks at whole columns and collects every case of every check; a single cell is read by
``cells``, since there each refusal has its own words. Pandera and pandas take a second to load: they are imported
where they are used, so that a plan never pays for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provision.domain.years import format_school_year
from provision.errors import Fault
from provision.intake.columns import TABLES
from provision.intake.near import nearest
from provision.intake.nouns import Tables
from provision.intake.tables import Record

if TYPE_CHECKING:
    import pandas as pd

_LEGAL_CLASS = (35, 45)
"""Most pupils of a class, primary and lower secondary: Circulars 28/2020/TT-BGDĐT and 32/2020/TT-BGDĐT."""

_CROWDED = 10
"""Pupils above the legal size from where a row is named: smaller excesses are common, and counted in the plan."""

_PRIMARY_ENDS = 5
_FEW = 20
"""Pupils of a grade below which halves and doubles are chance."""

_NO_COMPUTER_BEFORE, _LIVES = 2000, 3
"""What was bought before this school year, or more lives of its kind ago than these, works no longer."""

_COMPUTER = (1_000_000, 100_000_000)
_ANYTHING = (10_000, 1_000_000_000)
"""VND between which the price of a computer, and of anything else, lies: beyond, thousands or millions were meant."""

_LEAST_MONEY = 1_000_000
"""VND below which no fund gives money for a year: millions were meant."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing to look for in a table: where it holds, the column is named, with details from others of the row."""

    code: str
    table: str
    column: str
    holds: Callable[[pd.DataFrame], pd.Series[bool]]
    details: tuple[str, ...] = ()


ODDITIES: tuple[Oddity, ...] = (
    Oddity(
        "class_crowded",
        "enrolment",
        "pupils",
        lambda t: (t.classes > 0) & (t.pupils > (t.legal + _CROWDED) * t.classes),
        ("average", "legal"),
    ),
    Oddity(
        "classes_outnumber", "enrolment", "classes", lambda t: (t.pupils > 0) & (t.classes > t.pupils), ("pupils",)
    ),
    Oddity("pupils_without_class", "enrolment", "classes", lambda t: (t.pupils > 0) & (t.classes == 0), ("pupils",)),
    Oddity("class_without_pupils", "enrolment", "pupils", lambda t: (t.pupils == 0) & (t.classes > 0), ("classes",)),
    Oddity(
        "pupils_jump",
        "enrolment",
        "pupils",
        lambda t: (t.before >= _FEW) & ((2 * t.pupils >= 3 * t.before) | (2 * t.pupils <= t.before)),
        ("before",),
    ),
    Oddity("acquired_long_ago", "inventory", "acquired", lambda t: t.acquired < t.oldest, ("since",)),
    Oddity("acquired_later", "inventory", "acquired", lambda t: t.acquired > t.newest, ("until",)),
    Oddity("things_outnumber", "inventory", "quantity", lambda t: t.quantity > t.most_pupils, ("most_pupils",)),
    Oddity("lot_twice", "inventory", "quantity", lambda t: t["first"] != t.index, ("first",)),
    Oddity("price_low", "catalogue", "price", lambda t: t.price < t.least, ("least",)),
    Oddity("price_high", "catalogue", "price", lambda t: t.price > t.most, ("most",)),
    Oddity("upkeep_high", "catalogue", "upkeep", lambda t: (t["mode"] == "buy") & (t.upkeep > t.price), ("price",)),
    Oddity("amount_low", "budget", "amount", lambda t: (t.amount > 0) & (t.amount < _LEAST_MONEY)),
    Oddity("name_twice", "schools", "name", lambda t: t["first"] != t.index, ("first",)),
    Oddity(
        "paid_unlike",
        "frozen",
        "unit_price",
        lambda t: (t.quantity > 0) & ((t.unit_price > 10 * t.most) | (10 * t.unit_price < t.least)),
        ("option", "least", "most"),
    ),
)
"""Everything that is looked for, in the order of the tables."""


def oddities_of(tables: Tables) -> Iterator[Fault]:
    """Yield what is odd in the sound rows of tables, and columns that are no table's but look like one of it."""
    import pandera.pandas as pa

    unit_of = {r["school_id"]: r["unit"] for r in tables["schools"].rows}
    for name, frame in _frames(tables).items():
        if frame.empty:
            continue
        looked_for = {oddity.code: oddity for oddity in ODDITIES if oddity.table == name}
        checks = [pa.Check(_fails(oddity), name=code) for code, oddity in looked_for.items()]
        rows = {r.row: r for r in tables[name].rows}
        try:
            pa.DataFrameSchema(checks=checks).validate(frame, lazy=True)
        except pa.errors.SchemaErrors as found:
            cases = found.failure_cases[["check", "index"]].drop_duplicates()
            for code, row in cases.itertuples(index=False):
                oddity, r = looked_for[code], rows[row]
                unit = r.values.get("unit") or unit_of.get(r.values.get("school_id", ""))
                details = {detail: _plain(frame.at[row, detail]) for detail in oddity.details}
                found_there = r.text[oddity.column]
                yield Fault(code, tables[name].file, r.row, oddity.column, found_there, unit, details, warning=True)
    yield from _columns_unknown(tables)


def _columns_unknown(tables: Tables) -> Iterator[Fault]:
    """Yield every column that no table has but that looks like one its table lacks: misspelt, it is not read."""
    for table in TABLES:
        header, own = tables[table.name].header, {column.name for column in table.columns}
        for other in sorted(set(header) - own - {""}):
            if near := nearest(other, own - set(header)):
                where = tables[table.name]
                yield Fault("column_unknown", where.file, where.top, other, near=near, warning=True)


def _fails(oddity: Oddity) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    """Return the check that fails where something is odd."""
    return lambda frame: ~oddity.holds(frame)


def _plain(value: Any) -> Any:
    """Return a number of a frame as Python's own: words say these as their language does."""
    return value.item() if hasattr(value, "item") else value


def _frames(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the tables as frames by row number, each row beside what it is held against."""
    import pandas as pd

    frames = {}
    for table in TABLES:
        rows = tables[table.name].rows
        names = [column.name for column in table.columns]
        kinds = {column.name: float for column in table.columns if column.kind in ("whole", "year")}  # a blank is NaN
        frames[table.name] = pd.DataFrame([dict(r.values) for r in rows], [r.row for r in rows], names).astype(kinds)
    frames["schools"]["first"] = _first_of_a_name(tables["schools"].rows)
    _beside_enrolment(frames["enrolment"], frames["schools"])
    _beside_inventory(frames["inventory"], frames)
    prices = frames["catalogue"].groupby("option")["price"].agg(["min", "max"])
    frames["frozen"]["least"] = frames["frozen"]["option"].map(prices["min"])
    frames["frozen"]["most"] = frames["frozen"]["option"].map(prices["max"])
    for name, at in (("least", 0), ("most", 1)):
        computer = (frames["catalogue"]["item"] == "pupil_computer") & (frames["catalogue"]["mode"] == "buy")
        frames["catalogue"][name] = computer.map({True: _COMPUTER[at], False: _ANYTHING[at]})
    return frames


def _first_of_a_name(schools: Sequence[Record]) -> list[int]:
    """Return for each school the row of the first one of its unit that has its name in some year in which it is open.

    A school that merges may leave its name to another.
    """
    seen: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    first = []
    for r in schools:
        namesakes = seen.setdefault((r["unit"], r["name"].casefold()), [])
        begins, ends = r["open_from"] or 0, r["open_until"] or 9999
        first.append(next((row for row, since, until in namesakes if begins <= until and since <= ends), r.row))
        namesakes.append((r.row, begins, ends))
    return first


def _beside_enrolment(enrolment: pd.DataFrame, schools: pd.DataFrame) -> None:
    """Add the legal size of each row's classes, their average, and the pupils of the same grade a year before.

    None are added where another school has just merged into this one, which makes it jump.
    """
    primary, lower_secondary = _LEGAL_CLASS
    enrolment["legal"] = (enrolment["grade"] <= _PRIMARY_ENDS).map({True: primary, False: lower_secondary})
    enrolment["average"] = -(-enrolment["pupils"] // enrolment["classes"].where(enrolment["classes"] > 0, 1))
    keys = ["school_id", "school_year", "grade"]
    earlier = enrolment[[*keys, "pupils"]].assign(school_year=enrolment["school_year"] + 1).set_index(keys)["pupils"]
    joined = set(zip(schools["merged_into"], schools["open_until"] + 1, strict=True))
    enrolment["before"] = [
        None if (school, year) in joined else earlier.get((school, year, grade))
        for school, year, grade in zip(*(enrolment[key] for key in keys), strict=True)
    ]
    enrolment["before"] = enrolment["before"].astype(float)  # where no row has an earlier one, None is not yet NaN


def _beside_inventory(inventory: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> None:
    """Add what is the oldest and the newest year that is likely, the most pupils of the school, and the same lot."""
    cells = [inventory[name] for name in inventory]
    inventory["first"] = inventory.index.to_series().groupby(cells, dropna=False).transform("first")
    enrolment, catalogue, budget = (frames[name] for name in ("enrolment", "catalogue", "budget"))
    years = budget["school_year"]
    lives = catalogue[catalogue["mode"] == "buy"].groupby("item")["life_years"].max()
    life = inventory["life_years"].fillna(inventory["item"].map(lives))
    works = inventory["condition"] == "working"
    oldest = (years.min() - _LIVES * life).clip(lower=_NO_COMPUTER_BEFORE).where(works).fillna(_NO_COMPUTER_BEFORE)
    inventory["oldest"], inventory["newest"] = oldest, years.max()
    inventory["since"] = [format_school_year(int(year)) for year in oldest]
    inventory["until"] = format_school_year(int(years.max())) if len(years) else ""
    by_year = enrolment.groupby(["school_id", "school_year"])["pupils"].sum()
    inventory["most_pupils"] = inventory["school_id"].map(by_year.groupby("school_id").max())

"""A clean province drawn from a seed, and faults planted in it: what will be told is known beforehand.

A planted fault has rows of its own, and may rely on rows that then stay sound: so no fault hides another, and what a
whole run must tell is the sum of what was planted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from books import sheets_of, write_book
from worlds import World, year

from provision.intake.columns import TABLES, Column, Table

Told = tuple[str, str, str | None, int | None, str | None, str | None]
"""What is told: code, file, sheet, row, column, what stands there."""

Row = dict[str, object]
TABLE: Mapping[str, Table] = {table.name: table for table in TABLES}
BOOK = "tỉnh.xlsx"


class Unfit(Exception):  # noqa: N818 - it is no error
    """What is to be planted finds no place in this scene."""


@dataclass
class Scene:
    """A province and what was planted in it.

    ``own`` are the rows that a planted fault has changed, ``relied`` those that one needs as they are, ``closed`` the
    tables that cannot be read as a whole.
    """

    r: Random
    book: bool
    world: World
    span: int
    own: set[tuple[str, int]] = field(default_factory=set)
    relied: set[tuple[str, int]] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    above: dict[str, int] = field(default_factory=dict)
    found: list[tuple[str, str, int | None, str | None, str | None]] = field(default_factory=list)
    unread: set[tuple[str, str | None]] = field(default_factory=set)
    text_edits: list[tuple[str, Callable[[bytes], bytes | None]]] = field(default_factory=list)
    sheet_edits: list[Callable[[dict[str, list[list[object]]]], object]] = field(default_factory=list)
    page_edits: list[Callable[[Any, Mapping[str, Any], dict[str, list[list[object]]]], object]] = field(
        default_factory=list
    )

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table."""
        return getattr(self.world, table)  # type: ignore[no-any-return]

    def _drawn(self, table: str, where: Callable[[Row], bool], taken: set[tuple[str, int]]) -> int:
        self.open(table)
        free = [at for at, row in enumerate(self.rows(table)) if (table, at) not in taken and where(row)]
        if not free:
            raise Unfit
        return self.r.choice(free)

    def open(self, *tables: str) -> None:
        """Say that tables must be read as a whole."""
        if self.closed & set(tables):
            raise Unfit

    def take(self, table: str, where: Callable[[Row], bool] = lambda _: True) -> int:
        """Return a row that will be changed, and that nothing else changes or relies on."""
        at = self._drawn(table, where, self.own | self.relied)
        self.own.add((table, at))
        return at

    def rely(self, table: str, where: Callable[[Row], bool] = lambda _: True) -> Row:
        """Return a row that stays as it is."""
        at = self._drawn(table, where, self.own)
        self.relied.add((table, at))
        return self.rows(table)[at]

    def add(self, table: str, row: Row) -> int:
        """Add a row of its own, with the defaults of another of the table."""
        self.open(table)
        key = TABLE[table].key
        if key and any(all(other.get(k) == row.get(k) for k in key) for other in self.rows(table)):
            raise Unfit
        self.rows(table).append(row)
        self.own.add((table, len(self.rows(table)) - 1))
        return len(self.rows(table)) - 1

    def tell(self, code: str, table: str, at: int | None, column: str | None = None, found: object = None) -> None:
        """Expect a fault at the n-th row of a table."""
        row = None if at is None else at + 2
        self.found.append((code, table, row, column, None if found is None else str(found)))

    def expected(self) -> set[Told]:
        """Return what must be told."""
        return {
            (code, BOOK, table, row and row + self.above.get(table, 0), column, found)
            if self.book
            else (code, f"{table}.csv", None, row, column, found)
            for code, table, row, column, found in self.found
        }

    def write(self, folder: Path) -> Path:
        """Write the province with what was planted: a folder of tables, or a workbook."""
        tables = self.world.write(folder / "tables")
        if not self.book:
            for table, edit in self.text_edits:
                path = tables / f"{table}.csv"
                content = edit(path.read_bytes())
                path.unlink() if content is None else path.write_bytes(content)
            return tables
        sheets = sheets_of(tables)
        for edit_sheets in self.sheet_edits:
            edit_sheets(sheets)
        heads: list[list[object]] = [["Số liệu của tỉnh"], []]
        sheets = {name: [*heads[: self.above.get(name, 0)], *rows] for name, rows in sheets.items()}

        def after(book: Any, pages: Mapping[str, Any]) -> None:
            for edit in self.page_edits:
                edit(book, pages, sheets)

        return write_book(folder / BOOK, sheets, after=after)


def scene(seed: int) -> Scene:
    """Return a province without a fault, and without anything odd: two or three units, mergers, years done."""
    r = Random(seed)
    span, book = r.randint(3, 4), r.random() < 0.4
    world = World()
    for unit in [f"xa-{name}" for name in r.sample(["dong-tan", "hoang-luong", "mai-dinh"], r.randint(2, 3))]:
        _unit(world, unit, span, r)
    for index, price in ((0, 12_000_000), (2, 13_000_000)):
        world.option("pc", price, 5, from_year=year(index), upkeep=300_000, also_serves="")
    world.option("rent", 3_000_000, 1, mode="lease", from_year=year(1))
    world.option("laptop", 15_000_000, 4, item="laptop", also_serves="webcam").option("van", 200_000, 1, mode="move")
    world.curve("pupil_computer", {3: "1", 5: "0.8", 7: "0.8", 8: "0.2"})
    world.fund("tinh", [2_000_000_000] * span, unit="", schools="disadvantaged", modes="buy;lease", items="laptop")
    done = [str(row["school_id"]) for row in world.schools if row["level"] == "lower_secondary"]
    for code in done:
        world.carried(code, 0, "pc", r.randint(1, 3), 12_000_000, item="pupil_computer", cost="", state="done")
        world.carried(code, 2, "laptop", 1, 15_000_000, item="", cost=15_000_000, state="promised")
    above = {table.name: r.randint(0, 2) for table in TABLES} if book else {}
    return Scene(r, book, world, span, above=above)


def _unit(world: World, unit: str, span: int, r: Random) -> None:
    """Add a unit: schools that merge, open later and have closed, a lower secondary one and kindergartens."""
    world.unit(unit, name=f"Xã {unit}")
    primary, lower_secondary = range(1, 6), range(6, 10)
    whole, first, later = range(span), range(1), range(1, span)
    late, closed = {"open_from": year(1)}, {"open_until": year(0)}
    merged = {"open_until": year(span - 2), "merged_into": f"th-{unit}-2"}
    for code, level, grades, years, rest in (
        (f"th-{unit}-1", "primary", primary, range(span - 1), merged),
        (f"th-{unit}-2", "primary", primary, whole, {}),
        (f"thcs-{unit}", "lower_secondary", lower_secondary, whole, {"disadvantaged": 1}),
        (f"th-{unit}-moi", "primary", primary, later, late),
        (f"th-{unit}-cu", "primary", primary, first, closed),
        *((f"mn-{unit}-{n}", "kindergarten", (), (), {}) for n in (1, 2, 3)),
    ):
        world.school(code, level, unit=unit, labs=r.randint(0, 1), **rest)
        for grade in grades:
            size = r.randint(62, 110)
            for index in years:
                world.pupils(code, index, grade, size + r.randint(-6, 6))
        item = "printer" if level == "kindergarten" else "pupil_computer"
        for lot in range(1 if level == "kindergarten" else r.randint(1, 2)):
            world.thing(code, item, r.randint(1, 9), -r.randint(0, 3), life_years=5, source=f"kiểm kê {lot}")
    world.thing(f"thcs-{unit}", "laptop", 2, -1)  # its life is the catalogue's
    amounts = [r.randint(5, 20) * 50_000_000 for _ in range(span)]
    world.fund("xa", amounts, unit=unit, carry_over="0.5", name_vi="Ngân sách xã", items="pupil_computer")
    world.fund("tai-tro", amounts[:2], unit=unit, schools=f"th-{unit}-2;thcs-{unit}", modes="buy;upkeep")


def in_year(index: int) -> Callable[[Row], bool]:
    """Return whether a row is of the n-th school year."""
    return lambda row: row["school_year"] == year(index)


def is_school(code: object) -> Callable[[Row], bool]:
    """Return whether a row is of a school."""
    return lambda row: row["school_id"] == code


def of_level(level: str, **rest: object) -> Callable[[Row], bool]:
    """Return whether a school is of a level, and whatever else is asked."""
    return lambda row: row["level"] == level and all(row[name] == value for name, value in rest.items())


def columns_of(table: str, kinds: Sequence[str]) -> list[Column]:
    """Return the columns of a table that are of some kinds."""
    return [column for column in TABLE[table].columns if column.kind in kinds]

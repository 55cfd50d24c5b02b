"""A table that shows itself, and the plan's own tables to compute with. The door of pandas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from math import inf, isfinite

import pandas as pd

from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.intake.columns import Table
from provision.store.columns import PLAN_TABLES, values_of
from provision.text import Words


@dataclass(frozen=True)
class Sheet:
    """A table that shows itself as HTML, names escaped, numbers right-aligned; without rows it says ``nothing``.

    ``words`` is how many of its first columns are text; ``note`` is a sentence that stands below its rows.
    """

    frame: pd.DataFrame
    nothing: str = ""
    words: int = 1
    note: str = ""

    @property
    def html(self) -> str:
        """The table as HTML."""
        if self.frame.empty:
            return f"<p>{escape(self.nothing)}</p>"
        look = f"sheet words{self.words}"
        table = self.frame.to_html(index=False, escape=True, border=0, classes=look, justify="left")
        return f"{table}<p>{escape(self.note)}</p>" if self.note else table

    @property
    def lines(self) -> tuple[str, ...]:
        """The table as lines for a terminal: its columns aligned, its note below."""
        if self.frame.empty:
            return (self.nothing,) if self.nothing else ()
        rows = [list(map(str, self.frame.columns)), *([str(cell) for cell in row] for row in self.frame.values)]
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        sides = ["<" if at < self.words else ">" for at in range(len(wide))]
        lines = ("  ".join(f"{c:{s}{w}}" for c, s, w in zip(row, sides, wide, strict=True)).rstrip() for row in rows)
        return (*lines, self.note) if self.note else tuple(lines)

    def _repr_html_(self) -> str:
        return self.html


Frame = pd.DataFrame
"""A table to compute with, for rooms that pandas does not enter."""


def frame(rows: Iterable[Iterable[object]], columns: Iterable[str]) -> Frame:
    """Return rows of numbers and names under their headings, which stand there also where no row does."""
    return pd.DataFrame([list(row) for row in rows], columns=list(columns))


def said_and_sorted(table: Frame, words: Words) -> tuple[Frame, dict[int, int]]:
    """Return a table in words, at most one decimal, with its numbers again behind, and which of them sorts a column.

    Columns are counted from 0. What has no number is a dash and stands beyond all that have one: pupils who share no
    machine at all.
    """
    behind = table.select_dtypes("number").astype(float)
    told = table.astype(object)
    for name in behind:
        told[name] = [words.number(value, 1) if isfinite(value) else "–" for value in behind[name]]
    columns = [str(name) for name in table.columns]
    sorts = {columns.index(str(name)): len(columns) + at for at, name in enumerate(behind)}
    return told.join(behind.fillna(inf).add_suffix(" #")), sorts


def sheet(
    rows: Iterable[Mapping[str, str]], nothing: str = "", *, words: int = 1, note: str = "", point: str = ""
) -> Sheet:
    """Return rows, each its cells by column, as a table that shows itself.

    ``point`` is what stands before decimals: told, all numbers of a column have as many as the one with most.
    """
    table = pd.DataFrame(list(rows))
    for at in range(words, table.shape[1]) if point else ():
        table.isetitem(at, _alike([str(cell) for cell in table.iloc[:, at].fillna("")], point))
    return Sheet(table, nothing, words, note)


def _alike(cells: list[str], point: str) -> list[str]:
    """Return the cells of a column with noughts behind, so that all its numbers have decimals alike."""
    numeral = re.compile(rf"(?:\d|(?!{re.escape(point)})[.,](?=\d{{3}}))+(?:{re.escape(point)}(\d+))?")
    numbers = [re.fullmatch(r"[-+–→>%\s\d.,]+", cell) is not None for cell in cells]
    found = [m for cell, is_number in zip(cells, numbers, strict=True) if is_number for m in numeral.finditer(cell)]
    most = max((len(m[1] or "") for m in found), default=0)

    def filled(m: re.Match[str]) -> str:
        whole, _, decimals = m[0].partition(point)
        return f"{whole}{point}{decimals:0<{most}}" if most else whole

    return [numeral.sub(filled, cell) if is_number else cell for cell, is_number in zip(cells, numbers, strict=True)]


def frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the plan's tables as they are stored, with codes and whole VND, to compute with.

    Keys are the files of a plan folder: ``purchases``, ``payments``, ``coverage``, ``spending``, ``transfers``,
    ``upkeep``, ``prices``, ``promises``. Quantities are items; money is whole VND.
    """
    return {
        table.name: pd.DataFrame(
            [_plain(noun, table) for noun in getattr(plan, part)], columns=[column.name for column in table.columns]
        )
        for table, (part, _) in PLAN_TABLES.items()
    }


def _plain(noun: object, table: Table) -> list[object]:
    return [
        format_school_year(value) if column.kind == "year" and isinstance(value, int) else value
        for value, column in zip(values_of(noun), table.columns, strict=True)
    ]

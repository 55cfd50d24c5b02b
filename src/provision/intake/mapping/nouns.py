"""What a mapping says: where foreign rows lie, what in them fills the cells of our tables, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from provision.intake.cells import BadCell

LEFT_OUT = "leave_out"
"""What a field says of a value that is not known where its row shall not stand in our table."""


@dataclass(frozen=True, slots=True)
class Field:
    """What fills a cell: a constant, or one foreign column, or several added up.

    ``codes`` are what foreign values stand for; ``above`` makes 1 of a number larger than it, else 0; ``calendar``
    makes a school year of its first calendar year. ``blank`` is what a blank stands for, ``unknown`` what a value
    that is not known counts as. It holds for the school years from ``first`` to ``last``, by their first years.
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    above: int | None = None
    calendar: bool = False
    blank: str | None = None
    unknown: str | None = None
    first: int | None = None
    last: int | None = None

    def holds(self, year: int | None) -> bool:
        """Say whether the field holds for rows of a school year."""
        if year is None:
            return self.first is None and self.last is None
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)

    def __str__(self) -> str:
        return " + ".join(self.columns)


Filling = tuple[Field, ...]
"""What fills a column: one field, or several that hold for different school years."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows are left out, and why: those whose value is, or is not, one of some, or no more than a number."""

    field: Field
    reason: str
    values: frozenset[str] = frozenset()
    inside: bool = True
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Files of one shape: how they are named and written, which school year they tell, which rows are left out.

    ``labels`` make it a form: a sheet is one school, and a value stands in the row that begins with its label.
    ``numbers`` is how numbers are written: ``plain``, or as in ``vi`` or ``en``.
    """

    name: str
    files: str
    encodings: tuple[str, ...] = ("utf-8",)
    separator: str = ","
    header: int = 1
    sheet: str = ""
    year: Filling = ()
    numbers: str = "plain"
    unknown: frozenset[str] = frozenset()
    left_out: tuple[Rule, ...] = ()
    labels: Mapping[str, Label] | None = None
    may_lack: bool = False


FORM_FILE, FORM_SHEET = "@file", "@sheet"
"""What a form calls the name of its file without the ending, and of its sheet: one of them is the school's code."""


@dataclass(frozen=True, slots=True)
class Label:
    """A value of a form: the words its row begins with, the heading of its column, units it may be written with."""

    words: str
    column: str
    needed: bool = True
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreign:
    """One foreign row: where it stands, its cells by column, and those of them that cannot be read.

    ``rows`` is where a value stands that does not stand in ``row`` (a form's values).
    """

    source: Source
    file: str
    sheet: str | None
    row: int
    header: Sequence[str]
    cells: Mapping[str, str]
    bad: Mapping[str, BadCell] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Grades:
    """Pupils and classes of one grade, or a total of several that is split by shares, largest remainder first."""

    grades: tuple[int, ...]
    shares: tuple[int, ...]
    pupils: Filling
    classes: Filling


@dataclass(frozen=True, slots=True)
class Block:
    """How rows of one of our tables are made of a source's.

    ``take`` is which of the rows that tell the same unit or school: those of its ``newest`` or ``oldest`` school
    year, or ``every`` one. With ``spans`` a school opens and closes where its rows begin and end.
    """

    table: str
    source: str
    cells: Mapping[str, Filling]
    take: str = "every"
    spans: bool = False
    grades: tuple[Grades, ...] = ()

    def fillings(self) -> Iterator[Filling]:
        """Yield all that fills its cells."""
        yield from self.cells.values()
        for part in self.grades:
            yield from (part.pupils, part.classes)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping file, read: sources, the blocks of each table, and rows that stand in it as they are.

    ``fills`` are blocks that fill the blank cells of tables that lie beside the foreign files.
    """

    path: Path
    code: str
    sources: Mapping[str, Source]
    blocks: tuple[Block, ...]
    rows: Mapping[str, tuple[Mapping[str, str], ...]]
    fills: tuple[Block, ...] = ()

    def fields(self, source: Source) -> list[Field]:
        """Return all that is read of a source: what leaves rows out, and what fills cells."""
        blocks = [block for block in (*self.blocks, *self.fills) if block.source == source.name]
        fillings = [source.year, *(filling for block in blocks for filling in block.fillings())]
        return [*(rule.field for rule in source.left_out), *(field for filling in fillings for field in filling)]

    @property
    def tables(self) -> frozenset[str]:
        """Return the names of the tables it makes."""
        made = {block.table for block in self.blocks} | set(self.rows)
        return frozenset(
            made | ({"left_out"} if "enrolment" in made or any(s.left_out for s in self.sources.values()) else set())
        )

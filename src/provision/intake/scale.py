"""The scale a workbook's parts are put on: how many tags, cells and letters they would unfold to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from provision.errors import Fault, FaultyInput

LARGEST_WHOLE, _MOST_TAGS = 40_000_000, 1_200_000
_MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS, _MOST_LETTERS = 100_000, 256, 1_000_000, 20_000_000
MOST_PARTS = 2_000
_LONGEST_TEXT = 32_767
"""Letters that Excel itself allows in a cell."""

Place = tuple[int, int]
"""Row and column, both counted from 1."""


def look_into(content: bytes, part: Part) -> None:
    """Weigh what a part holds."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    if not isinstance(part, Frame):  # what is only handed on is parsed without a call for every tag
        parser.StartElementHandler, parser.EndElementHandler = part.start, part.end
        parser.CharacterDataHandler = part.letters
    parser.Parse(content, True)


def _no_doctype(*_said: object) -> None:
    """Refuse a part with a document type: no spreadsheet writes one, and a bomb may hide in it."""
    raise ValueError("doctype")


@dataclass
class Scale:
    """What has been put on the scale so far, in all parts of a workbook."""

    file: str
    tags: int = 0
    cells: int = 0
    letters: int = 0
    whole: int = 0
    shared: list[int] = field(default_factory=list)

    def add(self, *, tags: int = 0, cells: int = 0, letters: int = 0, whole: int = 0) -> None:
        """Count more of it, ``whole`` in bytes, and refuse what is too much."""
        self.tags, self.cells = self.tags + tags, self.cells + cells
        self.letters, self.whole = self.letters + letters, self.whole + whole
        if self.tags > _MOST_TAGS or self.cells > _MOST_CELLS:
            raise too_large(self.file)
        if self.letters > _MOST_LETTERS or self.whole > LARGEST_WHOLE:
            raise too_large(self.file)


class Part:
    """A part that is looked into while it is weighed."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Hear of a tag that opens."""

    def end(self, tag: str) -> None:
        """Hear of a tag that closes."""

    def letters(self, text: str) -> None:
        """Hear of the letters between tags."""


class Frame(Part):
    """A part that is handed on as it is."""


class Listed(Part):
    """Keeps what is given with the tags of one name."""

    def __init__(self, scale: Scale, tag: str) -> None:
        super().__init__(scale)
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Hear of a tag that opens."""
        if tag.rpartition(":")[2] == self.tag:
            self.found.append(given)
            if len(self.found) > MOST_PARTS:
                raise too_large(self.scale.file)


class Strings(Part):
    """Weighs the texts that cells share."""

    length = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Hear of a tag that opens: a reader makes room for as many texts as the first one promises."""
        if tag.rpartition(":")[2] == "sst" and int(given.get("uniqueCount") or 0) > _MOST_CELLS:
            raise too_large(self.scale.file)

    def letters(self, text: str) -> None:
        """Hear of the letters between tags."""
        self.length += len(text)
        if self.length > _LONGEST_TEXT:
            raise FaultyInput([Fault("cell_too_long", self.scale.file)])

    def end(self, tag: str) -> None:
        """Hear of a tag that closes."""
        if tag.rpartition(":")[2] == "si":
            self.scale.shared.append(self.length)
            self.length = 0


class Cells(Part):
    """Weighs the cells of a sheet, and notes those that show no value."""

    def __init__(self, scale: Scale) -> None:
        super().__init__(scale)
        self.blind: dict[Place, str] = {}
        self.row = self.column = 0
        self.kind, self.text = "", ""
        self.formula = self.valued = self.within = False
        self.rows, self.columns = [_MOST_ROWS, 0], [_MOST_COLUMNS, 0]
        self.letters_of: dict[str, int] = {}

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Hear of a tag that opens."""
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        self.within = tag in ("v", "t")
        if self.within:
            self.valued = True
        elif tag == "c":
            self._weigh()
            self._move(given.get("r", ""))
            self.kind, self.text = given.get("t", ""), ""
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self._weigh()
            self.row, self.column = int(given.get("r", self.row + 1)), 0

    def letters(self, text: str) -> None:
        """Hear of the letters between tags."""
        if self.within:
            self.text += text
            if len(self.text) > _LONGEST_TEXT:
                raise FaultyInput([Fault("cell_too_long", self.scale.file, max(self.row, 1))])

    def weigh_all(self) -> None:
        """Count the cells of the rectangle that holds them all: so many will be kept."""
        self._weigh()
        (top, bottom), (left, right) = self.rows, self.columns
        self.scale.add(cells=max(0, bottom - top + 1) * max(0, right - left + 1))

    def _move(self, place: str) -> None:
        """Go to a cell, or to the next where it has no place."""
        if not place:
            self.column += 1
            return
        letters = place.rstrip("0123456789")
        column = self.letters_of.get(letters)
        if column is None:
            column = self.letters_of[letters] = _column(letters)
        self.row, self.column = int(place[len(letters) :]), column

    def _weigh(self) -> None:
        """Weigh the cell that ends here, where there is one that holds anything."""
        if not (self.valued or self.formula):
            return
        if not 0 < self.row <= _MOST_ROWS or self.column > _MOST_COLUMNS:
            raise too_large(self.scale.file)
        self.rows = [min(self.rows[0], self.row), max(self.rows[1], self.row)]
        self.columns = [min(self.columns[0], self.column), max(self.columns[1], self.column)]
        text = self.text.strip()
        self.scale.add(letters=self.scale.shared[int(text)] if self.kind == "s" and text else len(text))
        if self.kind == "e" or (self.formula and not text and self.kind != "str"):
            code = "cell_error" if self.kind == "e" else "formula_empty"
            self.blind[self.row, self.column] = code
        self.formula = self.valued = False


def _column(letters: str) -> int:
    """Return the number of a column from its letters: A is 1."""
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def too_large(file: str) -> FaultyInput:
    """Return what is told of a workbook that is larger than any a planner fills in."""
    limits: dict[str, object] = {"rows": _MOST_ROWS, "columns": _MOST_COLUMNS, "megabytes": LARGEST_WHOLE // 10**6}
    return FaultyInput([Fault("workbook_too_large", file, details=limits)])

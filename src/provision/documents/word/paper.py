"""An official letter in Word while it is written: paper, paragraphs, tables, captions, page numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from provision.documents.paper import CREATED
from provision.documents.word.looks import give_looks

Line = tuple[str, str]
"""A text and its style."""

A4 = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
"""Margins in millimetres, within those of the decree on paperwork (30/2020)."""

_MOST_LETTERS = 255
"""What a property of a file may hold."""

SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what stands above it and in its cells, and in the last row; its share of the width.

    ``each`` is the field for every one of which there is such a column: school years, say.
    """

    heading: str
    cell: str
    width: float
    side: str = "right"
    total: str = ""
    each: str = ""


class Paper:
    """A letter from its top to its end, written paragraph by paragraph."""

    def __init__(self, language: str) -> None:
        self.document = Document()
        give_looks(self.document.styles, language)
        self._lay(self.document.sections[0], landscape=False)

    def save(self, title: str) -> bytes:
        """Return the letter as a .docx file."""
        return pack(self.document, title=title, author="")

    def put(self, *texts: str, style: str = "Text", new_page: bool = False) -> None:
        """Write paragraphs; the first may begin a page."""
        for at, text in enumerate(texts):
            paragraph = _styled(self.document.add_paragraph(text), style)
            if new_page and at == 0:
                paragraph.paragraph_format.page_break_before = True

    def where(self, clause: str, *texts: str, style: str = "Text") -> None:
        """Write paragraphs that stand for each of a list, or only where something is so: ``for line in lines``."""
        self.begin(clause)
        self.put(*texts, style=style)
        self.finish(clause)

    def begin(self, clause: str) -> None:
        """Begin what stands for each of a list, or only where something is so."""
        self.put(f"{{%p {clause} %}}")

    def finish(self, clause: str) -> None:
        """End what ``begin`` began."""
        self.put(f"{{%p end{clause.split()[0]} %}}")

    def table(self, rows: str, columns: Sequence[Column], *, together: bool) -> None:
        """Write a table with a row for each of ``rows``, on one page or with its heading on each."""
        cells = [cell for column in columns for cell in _around(column)]
        lines = [[c.heading for c in cells], [f"{{%tr for row in {rows} %}}"], [c.cell for c in cells]]
        lines += [["{%tr endfor %}"], *([[c.total for c in cells]] if any(c.total for c in cells) else [])]
        table = self.document.add_table(len(lines), len(cells), "Table Grid")
        _spread(table, [cell.width for cell in cells])
        for row in (table.rows[1], table.rows[3]):  # what only repeats has the whole row to be read in
            row.cells[0].merge(row.cells[-1])
        for at, (line, row) in enumerate(zip(lines, table.rows, strict=True)):
            look = row._tr.get_or_add_trPr()
            look.append(OxmlElement("w:cantSplit"))
            if at == 0:
                look.append(OxmlElement("w:tblHeader"))
            for text, cell, column in zip(line, row.cells, cells, strict=False):
                paragraph = _styled(cell.paragraphs[0], "Table Text" if 0 < at < 4 else "Table Heading")
                paragraph.add_run(text)
                paragraph.paragraph_format.keep_with_next = at in (0, len(lines) - 1) or together
                if at:
                    paragraph.alignment = SIDES[column.side]
        self.put("", style="Gap")

    def beside(self, left: Iterable[Line], right: Iterable[Line], widths: Sequence[int]) -> None:
        """Write two columns without a frame, each lines with their styles."""
        table = self.document.add_table(1, 2)
        _spread(table, widths)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, lines in zip(table.rows[0].cells, (left, right), strict=True):
            for text, style in lines:
                _styled(cell.add_paragraph(text), style)
            cell._tc.remove(cell.paragraphs[0]._p)

    def caption(self, label: str, text: str) -> None:
        """Write a caption, above a table or between a figure and its source; Word counts it."""
        paragraph = _styled(self.document.add_paragraph(f"{label} "), "Caption")
        paragraph._p.append(_field(f"SEQ {label} \\* ARABIC", "1"))
        paragraph.add_run(f". {text}")
        paragraph.paragraph_format.keep_with_next = True

    def picture(self, tag: str) -> None:
        """Write where a picture stands, on the page of its caption."""
        self.put(tag, style="Picture")

    def turn(self, *, landscape: bool) -> None:
        """Begin a new page, upright or across; what ends the page before stands with the last row of its table."""
        before = next((p for p in reversed(self.document.paragraphs) if not p.text.startswith("{%p end")), None)
        if before is not None and before._p.style == "Gap":
            before.paragraph_format.keep_with_next = True  # else it may stand on a page alone
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        _styled(self.document.paragraphs[-1], "Break")  # what ends a section must not need a page of its own
        self._lay(section, landscape=landscape)
        section.different_first_page_header_footer = False

    def number_pages(self, above: str) -> None:
        """Number the pages in the top margin, but for the first; ``above`` stands at the top of every page."""
        first = self.document.sections[0]
        first.different_first_page_header_footer = True
        for header, is_numbered in ((first.first_page_header, False), (first.header, True)):
            header.is_linked_to_previous = False
            paragraph = header.paragraphs[0]
            if is_numbered:
                paragraph._p.append(_field("PAGE", "2"))
                paragraph = header.add_paragraph()
            _styled(paragraph, "Banner").text = above

    def _lay(self, section: Any, *, landscape: bool) -> None:
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = map(Mm, reversed(A4) if landscape else A4)
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
        section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
        section.header_distance = section.footer_distance = Mm(8)


def pack(document: Any, *, title: str, author: str) -> bytes:
    """Return a document as a .docx file that tells no time of its making: the same document gives the same bytes."""
    told = document.core_properties
    told.title, told.author, told.last_modified_by = (text[:_MOST_LETTERS] for text in (title, author, author))
    told.created = told.modified = CREATED
    told.comments, told.revision = "", 1
    loose, target = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with zipfile.ZipFile(loose) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            still = zipfile.ZipInfo(part.filename, CREATED.timetuple()[:6])
            new.writestr(still, old.read(part.filename), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _styled(paragraph: Any, style: str) -> Any:
    """Return a paragraph in a style, by its short name: to look it up takes a hundred times as long."""
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def _around(column: Column) -> Iterable[Column]:
    """Yield a column, between the tags that repeat it where it stands for each of a list."""
    if column.each:
        opening = f"{{%tc for one in {column.each} %}}"
        yield Column(opening, opening, 1, "left", column.total and opening)
    yield column
    if column.each:
        closing = "{%tc endfor %}"
        yield Column(closing, closing, 1, "left", column.total and closing)


def _spread(table: Any, widths: Sequence[float]) -> None:
    """Give a table the whole width of the text, its columns their shares of it, and cells that stay as wide."""
    table.autofit = False
    width = table._tbl.tblPr.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        table._tbl.tblPr.append(width)
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    for column, share in zip(table.columns, widths, strict=True):
        column.width = Mm(share)
        for cell in column.cells:
            cell.width = Mm(share)


def _field(instruction: str, shown: str) -> Any:
    """Return a field that Word reckons, with what it shows until then."""
    field, run, text = (OxmlElement(name) for name in ("w:fldSimple", "w:r", "w:t"))
    field.set(qn("w:instr"), instruction)
    text.text = shown
    run.append(text)
    field.append(run)
    return field

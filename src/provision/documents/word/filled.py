"""A Word template and what belongs into its fields -> the letter. The door of docxtpl."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import cached_property
from html import escape
from typing import Any

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from provision.charts import Chart
from provision.documents.word.paper import pack
from provision.errors import ProvisionError

_BEGIN, _END = "\ue000", "\ue001"
"""What stands around a blank until it is marked: signs that no text has."""

_NO_SIGN = r"[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"

_NEAR = 120
"""Letters of a paragraph by which it is found again."""

_WIDEST, _HIGHEST = 160, 215
"""Millimetres of a picture: the width of the text, and what of its height a caption leaves."""


def blank(what: str) -> str:
    """Return a blank that says what belongs there; it will stand out in the letter."""
    return f"{_BEGIN}[{what}]{_END}"


def fill(
    template: bytes,
    fields: Mapping[str, Any],
    *,
    charts: Mapping[str, Callable[[], Chart]],
    file: str,
    title: str,
    author: str,
) -> bytes:
    """Return a template with its fields filled in, as a .docx file; ``chart`` has the charts it may show.

    The same fields give the same bytes. ``file`` is what the template is called where it is at fault.

    Raises
    ------
    ProvisionError
        Where it has a field that nobody knows, a tag that does not end, or is no Word file.

    """
    room = _Room(autoescape=True, undefined=StrictUndefined, finalize=_plain)
    room.globals.clear()  # a letter repeats what the plan has, and nothing a hundred thousand times
    try:
        letter = DocxTemplate(io.BytesIO(template))
        unknown = sorted(_names(letter, room, file) - {*fields, "chart"})
        if unknown:
            known = ", ".join(sorted(fields))
            raise ProvisionError("letter_field", file=file, fields=", ".join(unknown), known=known)
        pictures = {name: _Picture(letter, draw) for name, draw in charts.items()}
        letter.render({**fields, "chart": pictures}, room)
    except UndefinedError as error:
        raise ProvisionError("letter_part", file=file, reason=str(error)) from None
    except TemplateError as error:
        raise ProvisionError("letter_tag", file=file, reason=str(error), near="") from None
    except (PackageNotFoundError, SyntaxError, KeyError, zipfile.BadZipFile):
        raise ProvisionError("letter_template_no_word", file=file) from None
    except (TypeError, ValueError, ArithmeticError, MemoryError, RecursionError) as error:
        raise ProvisionError("letter_tag", file=file, reason=str(error), near="") from error
    target = io.BytesIO()
    letter.save(target)
    return _finished(Document(target), title=title, author=author)


def _names(letter: DocxTemplate, room: SandboxedEnvironment, file: str) -> set[str]:
    """Return the fields a template names, in its text, its headers and its footers; a broken tag is refused."""
    letter.init_docx()
    ends = [part for uri in (letter.HEADER_URI, letter.FOOTER_URI) for _, part in letter.get_headers_footers(uri)]
    names: set[str] = set()
    for part in (letter.get_xml(), *map(letter.get_part_xml, ends)):
        text = re.sub(r"(<w:p[ >])", r"\n\1", letter.patch_xml(part))  # a broken tag is told with its paragraph
        try:
            names |= find_undeclared_variables(room.parse(text))
        except TemplateSyntaxError as error:
            near = re.sub(r"<[^>]*>", "", text.splitlines()[error.lineno - 1]).strip()[:_NEAR]
            raise ProvisionError("letter_tag", file=file, reason=error.message or "", near=near) from None
    return names


def _finished(document: Any, *, title: str, author: str) -> bytes:
    """Return a letter with its blanks marked, its tables spread, and its properties told."""
    for part in (document.element, *_parts(document)):
        _mark(part)
    _count(document.element)
    _fit(document)
    return pack(document, title=title, author=author)


def _parts(document: Any) -> Iterable[Any]:
    """Yield the headers and footers."""
    for section in document.sections:
        for part in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            if not part.is_linked_to_previous:
                yield part._element


class _Escaped(str):
    """A text of which no tag is made, whatever it looks like; docxtpl reads some signs around a low line as one."""

    __slots__ = ()

    def __html__(self) -> str:
        return escape(self).replace("_", "&#95;")


def _plain(value: object) -> object:
    """Return a text on one line, without the signs that XML has no place for; all else as it is."""
    if not isinstance(value, str):
        return value
    return _Escaped(re.sub(_NO_SIGN, "", re.sub(r"[\t\n\r\v\f\x85\u2028\u2029]", " ", value)))


class _Room(SandboxedEnvironment):
    """Where an office's tags are followed: they read fields, but never reach the machine behind a picture."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a tag may have a part of something: of a picture its title alone, which has no methods."""
        return attr == "title" if isinstance(obj, _Picture) else super().is_safe_attribute(obj, attr, value)

    def call_binop(self, *asked: Any) -> Any:
        """Refuse what makes a text of many gigabytes out of a short one; fields are texts, and are not multiplied."""
        _, operator, *_ = asked
        raise SecurityError(operator)


class _Picture(InlineImage):  # type: ignore[misc]  # docxtpl is untyped
    """A chart in its place, with its description for who cannot see it; it is drawn where a template asks for it."""

    def __init__(self, letter: DocxTemplate, draw: Callable[[], Chart]) -> None:
        super().__init__(letter, None)
        self._draw = draw

    @cached_property
    def _chart(self) -> Chart:
        return self._draw()

    @property
    def title(self) -> str:
        """What stands in the caption."""
        return self._chart.title

    def _insert_image(self) -> str:
        wide, high = self._chart.figure.get_size_inches()
        width = Mm(min(_WIDEST, _HIGHEST * wide / high))
        part, content = self.tpl.current_rendering_part, io.BytesIO(self._chart.save("png"))
        picture = part.new_pic_inline(content, width, None)
        picture.docPr.set("descr", self._chart.alt)
        picture.docPr.set("title", self._chart.title)
        return f'</w:t></w:r><w:r><w:drawing>{picture.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def _mark(part: Any) -> None:
    """Highlight the blanks of a part of the document: a run that has some is cut at their ends."""
    for run in [r for r in part.iter(qn("w:r")) if _BEGIN in "".join(t.text or "" for t in r.iter(qn("w:t")))]:
        for child in [c for c in run if c.tag != qn("w:rPr")]:
            is_text = child.tag == qn("w:t")
            for piece in filter(None, re.split(f"({_BEGIN}[^{_END}]*{_END})", child.text)) if is_text else ("",):
                cut = OxmlElement("w:r")
                if run.rPr is not None:
                    cut.append(deepcopy(run.rPr))
                if piece.startswith(_BEGIN):
                    cut.get_or_add_rPr().highlight_val = WD_COLOR_INDEX.YELLOW
                shown = deepcopy(child)
                if is_text:
                    shown.text = piece.strip(_BEGIN + _END)
                    shown.set(qn("xml:space"), "preserve")
                cut.append(shown)
                run.addprevious(cut)
        run.getparent().remove(run)


def _count(body: Any) -> None:
    """Count captions as Word would where its fields are reckoned anew: each label from 1."""
    counts: Counter[str] = Counter()
    label = None
    for node in body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:t")):
        if node.tag != qn("w:t"):
            found = re.search(r"SEQ (\w+)", node.get(qn("w:instr")) or node.text or "")
            label = found and found[1]
        elif label:
            counts[label] += 1
            node.text, label = str(counts[label]), None


def _fit(document: Any) -> None:
    """Spread tables that are to have the whole width over it, whatever columns they came to have."""
    sections = iter(document.sections)
    section = next(sections)
    for block in document.element.body:
        if block.tag == qn("w:tbl") and block.tblPr.find(f"{qn('w:tblW')}[@{qn('w:type')}='pct']") is not None:
            _spread(block, (section.page_width - section.left_margin - section.right_margin) // 635)
        elif block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            section = next(sections)


def _spread(table: Any, width: int) -> None:
    """Give a table's columns their shares of a width in twentieths of a point, as its first row has them."""
    told = [int(cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}").get(qn("w:w"))) for cell in table.tr_lst[0].tc_lst]
    shares = [round(width * share / sum(told)) for share in told]
    for column in list(table.tblGrid):
        table.tblGrid.remove(column)
    for share in shares:
        table.tblGrid.add_gridCol().set(qn("w:w"), str(share))
    for row in table.tr_lst:
        for cell, share in zip(row.tc_lst, shares, strict=False):
            cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}").set(qn("w:w"), str(share))

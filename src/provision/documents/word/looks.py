"""How an official letter looks, as styles that an office changes in Word: Times New Roman, black, sizes in points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
_BLACK = RGBColor(0, 0, 0)
_CENTER, _LEFT, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY

_WORDS_OWN = ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Header", "Caption")
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "Normal": {"size": 13.5, "side": _LEFT, "after": 0},
    "Text": {"size": 13.5, "side": _BOTH, "after": 4, "first": 10, "lines": 1.08},
    "Listed": {"size": 13.5, "side": _BOTH, "after": 3, "first": 10, "lines": 1.08},
    "Closing": {"size": 13.5, "side": _BOTH, "after": 8, "first": 10, "lines": 1.08, "keep": True},
    "Ground": {"size": 13.5, "side": _BOTH, "before": 2, "after": 2, "first": 10, "italic": True, "lines": 1.08},
    "Title": {"size": 14, "side": _CENTER, "bold": True, "before": 14},
    "Subtitle": {"size": 14, "side": _CENTER, "bold": True},
    "Heading 1": {"size": 13.5, "side": _LEFT, "bold": True, "before": 8, "after": 4, "first": 10, "keep": True},
    "Heading 2": {"size": 13.5, "side": _LEFT, "bold": True, "before": 4, "after": 3, "first": 10, "keep": True},
    "Appendix": {"size": 13.5, "side": _CENTER, "bold": True, "base": "Heading 1", "keep": True},
    "Header": {"size": 13, "side": _CENTER},
    "Banner": {"size": 9, "side": _CENTER, "bold": True},
    "Warning": {"size": 12, "side": _CENTER, "bold": True, "before": 4, "after": 8},
    "Caption": {"size": 12, "side": _CENTER, "italic": True, "before": 6, "after": 4},
    "Picture": {"size": 13.5, "side": _CENTER, "before": 6, "keep": True},
    "Break": {"size": 1},
    "Gap": {"size": 1, "after": 14},
    "Appendix Title": {"size": 13.5, "side": _CENTER, "bold": True, "keep": True},
    "Source": {"size": 11, "side": _CENTER, "italic": True, "after": 8},
    "Table Heading": {"size": 10, "side": _CENTER, "bold": True, "before": 1, "after": 1},
    "Table Text": {"size": 10, "side": _LEFT, "before": 1, "after": 1},
    "Superior": {"size": 13, "side": _CENTER, "caps": True},
    "Office": {"size": 13, "side": _CENTER, "bold": True, "caps": True},
    "Motto": {"size": 12, "side": _CENTER, "bold": True},
    "Watchword": {"size": 13, "side": _CENTER, "bold": True},
    "Number": {"size": 13, "side": _CENTER, "before": 6},
    "Day": {"size": 13, "side": _CENTER, "italic": True, "before": 6},
    "Addressee": {"size": 13.5, "side": _CENTER, "before": 10, "after": 8},
    "Addressees": {"size": 13.5, "side": _LEFT, "left": 40, "after": 2},
    "Signatory": {"size": 13.5, "side": _CENTER, "bold": True, "caps": True},
    "Signed": {"size": 13.5, "side": _CENTER, "bold": True, "before": 64},
    "Recipients": {"size": 11, "side": _LEFT},
    "Recipients Heading": {"size": 12, "side": _LEFT, "bold": True, "italic": True},
}
"""Points, millimetres of indents, points of space before and after."""

_RULES = {"Rule": 22, "Long Rule": 20, "Subject Rule": 58}
"""Lines below what stands above them, with their indents on both sides in millimetres."""


def give_looks(styles: Any, language: str) -> None:
    """Give a document's styles these looks; new ones are added, and its text is of a language."""
    for name, look in _STYLES.items():
        style = styles[name] if name in _WORDS_OWN else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name not in _WORDS_OWN:
            style.base_style, style.quick_style = styles[look.get("base", "Normal")], True
        _letters(style, look)
        _space(style.paragraph_format, look)
        for spread in style.element.findall(f"{qn('w:rPr')}/{qn('w:spacing')}"):
            spread.getparent().remove(spread)
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
    for name, indent in _RULES.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.font.size = Pt(3)
        _space(style.paragraph_format, {"after": 2})
        style.paragraph_format.left_indent = style.paragraph_format.right_indent = Mm(indent)
        _underline(style)
    _speak(styles["Normal"], language)


def _letters(style: Any, look: Mapping[str, Any]) -> None:
    font = style.font
    font.size, font.color.rgb = Pt(look["size"]), _BLACK
    font.bold, font.italic, font.all_caps = (look.get(part, False) for part in ("bold", "italic", "caps"))
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()  # a theme's letters would win
    for part in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{part}"), FONT)


def _space(form: Any, look: Mapping[str, Any]) -> None:
    form.alignment = look.get("side")
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.line_spacing, form.keep_with_next = look.get("lines", 1.0), look.get("keep", False)
    form.left_indent, form.first_line_indent = Mm(look.get("left", 0)), Mm(look.get("first", 0))


def _underline(style: Any) -> None:
    """Draw a line below a paragraph of a style."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for part, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{part}"), value)
    borders.append(line)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _speak(style: Any, language: str) -> None:
    """Say in which language a style's text is, so that Word checks its spelling rightly."""
    told = OxmlElement("w:lang")
    told.set(qn("w:val"), "vi-VN" if language == "vi" else "en-GB")
    style.element.get_or_add_rPr().append(told)

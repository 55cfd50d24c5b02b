"""Word documents read back: their paragraphs and tables as a reader sees them, and a world to write letters of."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from worlds import World

from provision.commands import main

HOSTILE = (
    "=1+1",
    "+84 & Co",
    "-A",
    "@SUM",
    "{{ cost }}",
    "{_{x}_}",
    "<b>đậm</b>",
    "“ngoặc” 'đơn' \"kép\"",
    "{% raw %}",
)
"""Names that look like formulas, tags and markup."""


def long_name(number: int) -> str:
    """Return a school's name of 80 letters."""
    return f"Trường Tiểu học và Trung học cơ sở Nguyễn Trường Tộ xã Ngọc Thành khu vực {number}".ljust(80, "ộ")[:80]


def small_world(*names: str) -> World:
    """Return five schools or more, short of money, with three funds; ``names`` are the first schools'."""
    codes = ["th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"]
    codes += [f"s{at}" for at in range(max(1, len(names) - len(codes)))]
    world = World().unit("u", name="Hiệp Hoà & <Thắng>", issuer='Phòng Giáo dục và Đào tạo "Hiệp Hoà" & <Thắng>')
    for at, code in enumerate(codes):
        level = "combined" if at == 4 else "primary"
        rest = {"name": names[at]} if at < len(names) else {}
        pupils = {grade: [40 + 7 * (at % 9)] * 3 for grade in ((3, 4, 6) if level == "combined" else (3, 4))}
        world.school(code, level, pupils=pupils, **rest)
    world.stock("th-thi-tran", 2, -1, life_years=2)
    world.option("pc", 12_345_679, 5, name_vi='Máy tính & màn hình <21">', name_en='Computer & <21"> screen')
    world.option("printer", 4_200_001, 5, item="printer", name_vi="Máy in", name_en="Printer")
    world.fund(
        "main",
        [amount * (len(codes) // 5) ** 2 for amount in (30_000_000, 61_000_003, 80_000_000)],
        carry_over=1,
        name_vi="Ngân sách & quỹ",
        name_en="Budget",
    )
    world.fund("gift", [0, 9_000_000, 20_000_001], items="printer", name_vi="Tài trợ", name_en="Gifts")
    world.fund("own", [15_000_000, 0, 12_400_000], schools=codes[0], carry_over=1, name_vi="Tự có", name_en="Own")
    return world


def solved(world: World, folder: Path, *more: str) -> Path:
    """Return the folder of a world's plan."""
    data, out = world.write(folder / "data"), folder / "plan"
    unit = [] if "--unit" in more else ["--unit", "u"]
    assert main(["solve", str(data), *unit, "--out", str(out), *more]) == 0
    return out


def said(element: Any) -> str:
    """Return the text of a part of a document, fields and all."""
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def paragraphs(content: bytes) -> list[str]:
    """Return every paragraph of a document, those in tables too, and those of its headers."""
    document = Document(io.BytesIO(content))
    parts = [document.element.body]
    for section in document.sections:
        parts += [h._element for h in (section.header, section.first_page_header) if not h.is_linked_to_previous]
    return [said(p) for part in parts for p in part.iter(qn("w:p"))]


def tables(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the captioned tables of a document: the caption, and the cells by row."""
    before = ""
    for block in Document(io.BytesIO(content)).element.body:
        if block.tag == qn("w:tbl"):
            rows = [[said(cell) for cell in row.iter(qn("w:tc"))] for row in block.iter(qn("w:tr"))]
            yield before, rows
        before = said(block)


def table(content: bytes, caption: str) -> list[list[str]]:
    """Return the rows of the table whose caption ends so; the first is its heading."""
    return next(rows for told, rows in tables(content) if told.endswith(caption))

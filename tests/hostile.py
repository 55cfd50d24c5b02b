"""Files named .xlsx that no planner would send on purpose, each with how it is refused; None where it is defused."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from books import repacked, sheet_xml, sheets_of, write_book

_SHEET, _STRINGS, _STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Sound = Callable[[Path], Path]
"""Writes a sound workbook to a path."""


def hostile(folder: Path, data: Path) -> Iterator[tuple[str, Path, str | None]]:
    """Yield each file by name with where it lies and the fault it is refused with."""
    sound = write_book(folder / "sound.xlsx", sheets_of(data))

    def copy(name: str) -> Path:
        path = folder / f"{name}.xlsx"
        path.write_bytes(sound.read_bytes())
        return path

    blank = sheet_xml([" " * 120_000_000])
    bomb = repacked(copy("bomb"), {_SHEET: blank})
    yield "a zip bomb", bomb, "workbook_too_large"
    size, small = (struct.pack("<L", number) for number in (len(blank), 100))
    lying = _written(folder / "lying.xlsx", bomb.read_bytes().replace(size, small))
    yield "a zip that lies about its sizes", lying, "workbook_unreadable"
    yield "50 MB in one cell", repacked(copy("cell50"), {_SHEET: _one_cell("x" * 50_000_000)}), "workbook_too_large"
    yield "30 MB in one cell", repacked(copy("cell30"), {_SHEET: _one_cell("x" * 30_000_000)}), "cell_too_long"
    long = f"<sst><si><t>{'ế' * 8_000_000}</t></si></sst>".encode()
    yield "a shared text of 24 MB", repacked(copy("shared"), {_STRINGS: long}), "cell_too_long"
    pieces = f"<sst><si>{'<r><t>xxxxxxxx</t></r>' * 200_000}</si></sst>".encode()
    yield "a shared text in pieces", repacked(copy("pieces"), {_STRINGS: pieces}), "cell_too_long"
    once = f"<sst><si><t>{'x' * 32_000}</t></si></sst>".encode()
    cells = ['<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 300_000]
    many = repacked(copy("many"), {_STRINGS: once, _SHEET: sheet_xml(cells)})
    promise = b'<sst count="9" uniqueCount="99999999999"><si><t>x</t></si></sst>'
    yield "a promise of many texts", repacked(copy("promise"), {_STRINGS: promise}), "workbook_too_large"
    relations = zipfile.ZipFile(sound).read("xl/_rels/workbook.xml.rels")
    twofold = {
        "xl/_rels/workbook.xml.rels": relations.replace(b"worksheets/sheet1.xml", b"sharedStrings.xml"),
        _STRINGS: promise,
    }
    yield "a sheet that is the texts", repacked(copy("twofold"), dict(twofold)), "workbook_unreadable"
    yield "one text in 600,000 cells", many, "workbook_too_large"
    far = ['<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']
    yield "two cells far apart", repacked(copy("far"), {_SHEET: sheet_xml(far)}), "workbook_too_large"
    wide = ['<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="IV90000"><v>1</v></c></row>']
    yield "two cells in opposite corners", repacked(copy("wide"), {_SHEET: sheet_xml(wide)}), "workbook_too_large"
    yield "nine million tags", repacked(copy("tags"), {_SHEET: sheet_xml(["<c/>" * 9_000_000])}), "workbook_too_large"
    styles = f"<styleSheet><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></styleSheet>".encode()
    yield "a million styles", repacked(copy("styles"), {_STYLES: styles}), None
    full = ["<row>" + '<c t="str"><v>abcdefgh</v></c>' * 10 + "</row>"] * 26_000
    yield "as much as may be", repacked(copy("full"), {_SHEET: sheet_xml(full)}), "codes_missing"
    yield "tags within tags", repacked(copy("deep"), {_SHEET: b"<a>" * 2_000_000}), "workbook_too_large"
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>'
    yield "words that define words", repacked(copy("laughs"), {_STRINGS: laughs}), "workbook_unreadable"
    merged = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 50_000 + "</mergeCells></worksheet>"
    page = zipfile.ZipFile(sound).read(_SHEET).replace(b"</worksheet>", merged.encode())
    yield "mergers of everything", repacked(copy("merged"), {_SHEET: page}), "workbook_unreadable"
    yield "a hundred thousand parts", _parts(folder / "parts.xlsx"), "workbook_too_large"
    book = zipfile.ZipFile(sound).read("xl/workbook.xml")
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (i, i) for i in range(9_000))
    listed = book.replace(b"<sheets>", b"<sheets>" + sheets)
    yield "nine thousand sheets", repacked(copy("sheets"), {"xl/workbook.xml": listed}), "workbook_too_large"
    path = book.replace(b"<sheets>", b'<sheets><sheet name="../../etc/passwd" sheetId="99" r:id="rId1"/>')
    yield "a path as a sheet's name", repacked(copy("path"), {"xl/workbook.xml": path}), None
    rels = zipfile.ZipFile(sound).read("xl/_rels/workbook.xml.rels")
    outside = rels.replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")
    yield "a path as a part", repacked(copy("part"), {"xl/_rels/workbook.xml.rels": outside}), "workbook_unreadable"
    linked = {"xl/externalLinks/externalLink1.xml": b"<externalLink>&broken;"}
    yield "links to other files", repacked(copy("linked"), linked), None
    yield "macros", repacked(copy("macros"), {"xl/vbaProject.bin": b"\0" * 100}), "workbook_macros"
    yield "a cut file", _written(folder / "cut.xlsx", sound.read_bytes()[:3_000]), "workbook_unreadable"
    yield "an old workbook", _written(folder / "old.xlsx", _OLE + b"\0" * 5_000), "workbook_old"
    sealed = _OLE + b"\0" * 1_000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1_000
    yield "an encrypted workbook", _written(folder / "sealed.xlsx", sealed), "workbook_locked"
    for name, content in {"pdf": b"%PDF-1.7\n" * 99, "nothing": b"", "table": b"unit,name\nu,U\n"}.items():
        yield f"a renamed {name}", _written(folder / f"{name}.xlsx", content), "workbook_unreadable"
    yield "25 MB of noise", _written(folder / "noise.xlsx", b"PK\x03\x04" * 6_250_000), "workbook_too_large"
    letter = folder / "letter.xlsx"
    with zipfile.ZipFile(letter, "w") as other:
        other.writestr("word/document.xml", "<w/>")
    yield "a letter", letter, "workbook_unreadable"


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _one_cell(text: str) -> bytes:
    return sheet_xml([f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'])


def _parts(path: Path) -> Path:
    """Write a zip of a hundred thousand parts, nothing in any of them."""
    name = b"p.xml"
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0)
    directory = (entry + name) * 100_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    return _written(path, directory + end)

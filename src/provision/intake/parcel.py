"""A workbook as the zip it is: weighed, and packed again without what nobody needs, before anything opens it.

A file of 4 KB can ask for 8 GB: a zip bomb, two cells a million rows apart, one long text in every cell. So every
part that will be read is first streamed within limits, and only these parts are handed on.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from provision.errors import Fault, FaultyInput
from provision.intake.scale import (
    LARGEST_WHOLE,
    MOST_PARTS,
    Cells,
    Frame,
    Listed,
    Place,
    Scale,
    Strings,
    look_into,
    too_large,
)

_LARGEST_FILE, _PIECE = 20_000_000, 1 << 18
_LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a file of Excel 97 begins; an encrypted workbook is packed in such a one."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_FRAME = ("[Content_Types].xml", "_rels/.rels", _BOOK, _RELATIONS, _STRINGS, "xl/styles.xml")

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What a broken zip, one that lies about its parts, and broken XML raise."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A workbook that may be opened: a zip of its needed parts, and by sheet the cells that show no value.

    These hold an error (``cell_error``) or a formula that was never reckoned (``formula_empty``).
    """

    content: bytes
    blind: Mapping[str, Mapping[Place, str]]


def unpack(path: Path, sheets: Iterable[str] | None) -> Parcel:
    """Return the parts of a workbook that its sheets of these names need; names are compared as Excel does.

    None is every sheet.

    Raises
    ------
    FaultyInput
        Where it is no workbook, has macros, is encrypted, or larger than any that a planner fills in.

    """
    file = path.name
    if path.stat().st_size > _LARGEST_FILE:
        raise too_large(file)
    raw = path.read_bytes()
    if raw.startswith(_LEGACY):
        raise FaultyInput([Fault("workbook_locked" if _ENCRYPTED in raw else "workbook_old", file)])
    if raw.count(b"PK\x01\x02") > MOST_PARTS:
        raise too_large(file)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return _repacked(packed, file, None if sheets is None else {name.casefold() for name in sheets})
    except _BROKEN:
        raise FaultyInput([Fault("workbook_unreadable", file)]) from None


def _repacked(packed: zipfile.ZipFile, file: str, wanted: set[str] | None) -> Parcel:
    parts = {info.filename: info for info in packed.infolist()}
    if file.lower().endswith(".xlsm") or any("vbaproject" in name.lower() for name in parts):
        raise FaultyInput([Fault("workbook_macros", file)])
    if any(info.flag_bits & 1 for info in parts.values()):
        raise FaultyInput([Fault("workbook_locked", file)])
    if len(parts) < len(packed.infolist()) or not {_BOOK, _RELATIONS} <= parts.keys():
        raise FaultyInput([Fault("workbook_unreadable", file)])
    sheets = _sheets(packed, file)
    where = {name: part for name, part in sheets if wanted is None or name.strip().casefold() in wanted}
    if set(where.values()) & set(_FRAME):  # weighed as cells, read as something else
        raise FaultyInput([Fault("workbook_unreadable", file)])
    needed = [part for part in dict.fromkeys((*_FRAME, *where.values())) if part in parts]
    if sum(parts[name].file_size for name in needed) > LARGEST_WHOLE:
        raise too_large(file)
    if any(parts[name].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for name in needed):
        raise FaultyInput([Fault("workbook_unreadable", file)])
    scale = Scale(file)
    blind: dict[str, Mapping[Place, str]] = {}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as clean:
        for name in needed:
            part = Cells(scale) if name in where.values() else (Strings if name == _STRINGS else Frame)(scale)
            content = _read(packed, name, scale)
            look_into(content, part)
            clean.writestr(name, content)
            if isinstance(part, Cells):
                part.weigh_all()
                blind |= {title: part.blind for title, at in where.items() if at == name}
    return Parcel(target.getvalue(), blind)


def _sheets(packed: zipfile.ZipFile, file: str) -> Iterator[tuple[str, str]]:
    """Yield the sheets' names with the parts they stand in."""
    scale = Scale(file)
    relations, book = Listed(scale, "Relationship"), Listed(scale, "sheet")
    for name, part in ((_RELATIONS, relations), (_BOOK, book)):
        look_into(_read(packed, name, scale), part)
    targets = {found.get("Id"): found.get("Target", "") for found in relations.found}
    for found in book.found:
        target = targets.get(next((v for k, v in found.items() if k.rpartition(":")[2] == "id"), None))
        if target:
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            yield found.get("name", ""), posixpath.normpath(whole)


def _read(packed: zipfile.ZipFile, name: str, scale: Scale) -> bytes:
    """Return a part, unpacked piece by piece: it is left as soon as there is too much of it."""
    pieces = []
    with packed.open(name) as part:
        while piece := part.read(_PIECE):
            scale.add(tags=piece.count(b"<"), whole=len(piece))
            pieces.append(piece)
    return b"".join(pieces)

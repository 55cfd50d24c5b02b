"""Workbooks broken by chance: whatever stands in the file, the reader answers in words, and soon."""

from __future__ import annotations

import re
import time
import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from books import sheets_of, write_book
from worlds import whole_world

from provision.errors import FaultyInput
from provision.intake import load
from provision.text import LANGUAGES, Words

_MINUTES, _SLOWEST = 10, 10.0
"""How long the fuzzing lasts in all, and the seconds that no file may take."""

_ODD = [b"", b"<", b">", b"&", b"&#0;", b"-1", b"0", b"99999999999", b"1e999", b"NaN", b"A0", b"XFD1048576", b"\xff"]
_ODD += [b't="s"', b't="e"', b't="d"', b"<f/>", b"<v/>", b"<c>", b"</row>", b"\x00", "ế".encode(), b"A" * 40_000]
_SAID = re.compile(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)')
"""Values of attributes, and letters between tags."""

_VALUES = [
    b"",
    b"-1",
    b"0",
    b"1",
    b"7",
    b"42767",
    b"99999999999",
    b"1e999",
    b"-0.5",
    b"NaN",
    b"TRUE",
    b"#REF!",
    b"A1",
]
_VALUES += [
    b"s",
    b"e",
    b"b",
    b"d",
    b"n",
    b"str",
    b"inlineStr",
    b"A3:C9",
    b"B2",
    b"C900",
    b"XFD1048576",
    b"1,234",
    b"01",
]
_VALUES += [
    b"A1:XFD1048576",
    "Ví dụ".encode(),
    b"pupils",
    b"school_id",
    b"2017-2018",
    b"../x",
    b"rId2",
    b"&amp;",
    b" ",
]


def broken(book: bytes, chance: Random) -> bytes:
    """Return a workbook with some bytes of the zip, or of what one of its parts says, replaced by chance."""
    if chance.random() < 0.1:
        return _spoilt(book, chance, chance.randint(1, 20))
    with zipfile.ZipFile(BytesIO(book)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for _ in range(chance.randint(1, 3)):
        said = [name for name in parts if "sheet" in name or "haredStrings" in name]  # what the reader looks into
        name = chance.choice(said if said and chance.random() < 0.7 else list(parts))
        parts[name] = chance.choice([_revalued] * 9 + [_spoilt, _reworded, _doubled])(
            parts[name], chance, chance.randint(1, 8)
        )
        if chance.random() < 0.05:
            del parts[name]
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return target.getvalue()


def _spoilt(content: bytes, chance: Random, times: int) -> bytes:
    """Return bytes with single ones changed."""
    changed = bytearray(content)
    for _ in range(times if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _reworded(content: bytes, chance: Random, times: int) -> bytes:
    """Return XML with numbers, names and places replaced by odd ones."""
    for _ in range(times):
        words = list(re.finditer(rb"[A-Za-z0-9]+", content))
        if words:
            found = chance.choice(words)
            content = content[: found.start()] + chance.choice(_ODD) + content[found.end() :]
    return content


def _revalued(content: bytes, chance: Random, times: int) -> bytes:
    """Return XML that is still XML, with some of what it says replaced by what stands elsewhere in workbooks."""
    for _ in range(times):
        said = list(_SAID.finditer(content))
        if said:
            found = chance.choice(said)
            content = content[: found.start()] + chance.choice(_VALUES) + content[found.end() :]
    return content


def _doubled(content: bytes, chance: Random, times: int) -> bytes:
    """Return bytes with a piece of them put in once more elsewhere."""
    for _ in range(min(times, 3)):
        start, at = (chance.randrange(len(content) + 1) for _ in range(2))
        piece = content[start : start + chance.randint(1, 400)]
        content = content[:at] + piece + content[at:]
    return content


def read(path: Path) -> str:
    """Return what became of a file: read, or the codes of its faults, each of which has its words."""
    began = time.process_time()
    try:
        load(path)
    except FaultyInput as faulty:
        assert all(fault.say(Words(language)) for fault in faulty.faults for language in LANGUAGES)
        return ",".join(sorted({fault.code for fault in faulty.faults}))
    finally:
        assert time.process_time() - began < _SLOWEST
    return "read"


def outcomes(folder: Path, seeds: range, until: float) -> dict[str, int]:
    """Return how often broken workbooks of each seed came to what, as long as there is time."""
    found: dict[str, int] = {}
    books = [
        write_book(folder / f"{n}.xlsx", sheets_of(whole_world(n)[0].write(folder / str(n)))).read_bytes()
        for n in range(4)
    ]
    for seed in seeds:
        if time.monotonic() > until:
            break
        chance = Random(seed)
        path = folder / "broken.xlsx"
        path.write_bytes(broken(chance.choice(books), chance))
        try:
            came_to = read(path)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        found[came_to] = found.get(came_to, 0) + 1
    return found


def test_a_broken_workbook_is_answered_in_words(tmp_path: Path) -> None:
    """Two hundred workbooks broken by chance are read, or refused in words; some of either."""
    found = outcomes(tmp_path, range(200), time.monotonic() + 60)
    assert {"read", "workbook_unreadable"} < found.keys()


@pytest.mark.soak
def test_ten_minutes_of_broken_workbooks(tmp_path: Path) -> None:
    """Ten minutes of workbooks broken by chance, up to 100,000: each is read, or refused in words, in seconds."""
    found = outcomes(tmp_path, range(1000, 101_000), time.monotonic() + 60 * _MINUTES)
    assert sum(found.values()) > 300

"""Vietnamese in the codings used before Unicode: Windows-1258 is read; TCVN3, VNI and VISCII are recognised.

A reading is believed where its words are Vietnamese syllables (an onset, a rhyme, one tone, which is sắc or nặng
before a stop) and no other reading's are. Old text that was taken for Unicode ("Tr­êng") is recognised likewise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from provision.errors import Fault, FaultyInput
from provision.text import Key

_LARGEST = 20_000_000
"""Bytes of a file that is no UTF-8 beyond which nobody looks for its coding."""

_FEWEST, _MOST_ODD, _AHEAD = 2, 0.1, 3
"""Old letters a text must show; the share of words that may be no syllables; how many times that others must have."""

_AS_WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
"""What Windows shows for the bytes that are control characters elsewhere: a text may hold either."""
_AS_BYTES = {ord(sign): byte for byte, sign in _AS_WINDOWS.items()}

_TCVN3 = "ĂÂÊÔƠƯĐăâêôơưđ______àảãáạ_ằẳẵắ_______ặầẩẫấậè_ẻẽéẹềểễếệìỉ___ĩíịò_ỏõóọồổỗốộờởỡớợù_ủũúụừửữứựỳỷỹýỵ"
"""The letters from A1 on. The fonts have no capitals with a tone: .VnTimeH shows the small ones as capitals."""
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ"
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮẲẴẪỶỸỴ"
)
"""The letters from 80 on; the last six capitals stand among the control characters."""
_MARKS = "\u0301\u0300\u0309\u0303\u0323"
_VNI = (
    dict(zip("ôöñæóòîâê", "ơưđỉĩịỵ\u0302\u0306", strict=True))
    | dict(zip("ùøûõï", _MARKS, strict=True))
    | {old: f"\u0302{mark}" for old, mark in zip("áàåãä", _MARKS, strict=True)}
    | {old: f"\u0306{mark}" for old, mark in zip("éèúüë", _MARKS, strict=True)}
)
"""The letters of the VNI fonts, and what others put on the letter before them."""

_OLD: Mapping[str, Mapping[int, str]] = MappingProxyType(
    {
        "tcvn3": {byte: letter for byte, letter in enumerate(_TCVN3, start=0xA1) if letter != "_"},
        "vni": {ord(old): new for old, new in (*_VNI.items(), *((o.upper(), n.upper()) for o, n in _VNI.items()))},
        "viscii": dict(enumerate(_VISCII, start=0x80))
        | dict(zip(b"\x02\x05\x06\x14\x19\x1e", "ẲẴẪỶỸỴ", strict=True)),
    }
)
"""What each letter of an old coding is, by the number of its byte."""

_TONES = dict.fromkeys(map(ord, _MARKS))
_SYLLABLE = re.compile(
    "(?:[bcdđghklmnprstvx]|[cgknpt]h|ngh?|gi|qu|tr|[bgkmps]r|đr|[bkp]l)?"  # Krông, Pleiku: as minorities say them
    "(?:[aeêioôơuưy]|ia|ya|ưa|o[ae]|u[aêơy]|uya|a[iouy]|â[uy]|eo|êu|[oôơuư]i|[iư]u|[iy]êu|uôi|ươ[iu]|oa[ioy]|oeo|uây|uyu"
    "|(?:[aăâeêioôơuưy]|[iy]ê|uô|ươ|o[aăeo]|u[âêy]|uyê)(?P<coda>[mnptkc]|ng|nh|ch))"
)
_STOPS = ("c", "ch", "p", "t")

_WORDS = re.compile(r"[^\W\d_]+")
_RUNS = re.compile("[A-Za-z\x80-\uffff]+")
_BYTE_RUNS = re.compile(rb"[A-Za-z\x80-\xff\x02\x05\x06\x14\x19\x1e]+")
"""Where an old word may stand: its letters may look like signs."""
_CAPITALS = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[^\W\d_a-z]+\b")
"""A word in capitals, but for letters that have none in the coding."""
_UNCHANGED = frozenset(" \u00a0“”‘’–—…•°²³«»§×·©®")
"""What no coding makes a letter of, or a sign of its own."""
_UNICODE = re.compile(f"[^\x00-\xff{re.escape(''.join(_AS_WINDOWS.values()))}]")
"""A letter that no old coding could have left."""
_LOST = re.compile(r"(?<!\S)[(\"“]?[^\W\d_]+(?:\?+[^\W\d_]+)+[)\"”.,;:]?(?!\S)")


@dataclass(frozen=True, slots=True)
class Old:
    """A text in an old coding: its name (``utf8`` where Unicode was taken for something else), and how it reads."""

    coding: str
    reads: str


def decode(raw: bytes, file: str) -> str:
    """Return the text of a file: UTF-8, or Windows-1258 where that is beyond doubt.

    Raises
    ------
    FaultyInput
        With the first row that cannot be read, and in which coding it probably is.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FaultyInput([Fault("file_utf16", file)])
    try:
        text, bad = raw.decode("utf-8-sig"), raw.find(b"\0")
    except UnicodeDecodeError as error:
        coding = _coding(raw) if len(raw) <= _LARGEST and b"\0" not in raw else None
        if coding == "cp1258":
            return raw.decode("cp1258")
        if coding is not None:
            raise FaultyInput([_told(raw, coding, file)]) from None
        bad = error.start
    if bad >= 0:
        raise FaultyInput([Fault("not_utf8", file, _row(raw, bad))])
    return text


def old_coding(text: str) -> Old | None:
    """Return the coding of a text that stands here as if it were Unicode; None where it is, or nobody can say.

    All of it must read as Vietnamese in the old coding, and most of its words must not as they stand.
    """
    if text.isascii() or _UNICODE.search(text):
        return None
    runs = (run.strip("“”‘’–—…•°²³\u00a0") for run in _RUNS.findall(text) if not run.isascii())
    words = [run for run in runs if len(run) > 1]  # 1º, m²: a sign by itself says nothing
    strange = [word for word in words if not _is_vietnamese(word)]
    if 2 * len(strange) < len(words):
        return None
    for coding in ("utf8", *_OLD):
        reads, signs = _read(text, coding), sum(_weight(sign, coding) for word in strange for sign in word)
        if signs >= _FEWEST and reads is not None and not _odd(reads) and _sounds(reads):
            return Old(coding, reads)
    return None


def is_lost(text: str) -> bool:
    """Say whether a text has question marks in place of letters: "Tr??ng Ti?u h?c"."""
    return "?" in text and sum(lost.count("?") for lost in _LOST.findall(text)) >= _FEWEST


def _coding(raw: bytes) -> str | None:
    """Return the coding of a file that is no UTF-8, if one reading of its words is clearly ahead of every other."""
    words = b" ".join(dict.fromkeys(run for run in _BYTE_RUNS.findall(raw) if not run.isascii()))
    plain = words.decode("latin-1").translate(_AS_WINDOWS)
    readings = {coding: str(_read(plain, coding)) for coding in _OLD} | {"cp1252": plain}
    with suppress(UnicodeDecodeError):  # some bytes are no letters of Windows-1258
        readings = {"cp1258": unicodedata.normalize("NFC", words.decode("cp1258"))} | readings
    odd = {coding: _odd(text) for coding, text in readings.items()}
    best = min(odd, key=lambda coding: odd[coding])
    rivals = [odd[coding] for coding, text in readings.items() if text != readings[best]]
    read = sum(not word.isascii() for word in _WORDS.findall(readings[best]))
    if best == "cp1252" or odd[best] > _MOST_ODD * read or min(rivals) < _AHEAD * odd[best] + _FEWEST:
        return None
    return best


def _told(raw: bytes, coding: str, file: str) -> Fault:
    """Return the fault of a file in an old coding: its first row that shows it, what stands there, how it reads."""
    text = raw.decode("latin-1").translate(_AS_WINDOWS)
    first = re.search('[^,;"\t\r\n]*[^\x00-\x7f,;"\t\r\n][^,;"\t\r\n]*', text)
    found = first.group()[:60] if first else ""
    details = {"coding": Key(f"coding.{coding}"), "reads": _read(found, coding)}
    return Fault("text_old", file, _row(raw, first.start() if first else 0), found=found, details=details)


def _row(raw: bytes, at: int) -> int:
    """Return the row that a byte stands in, whatever ends the rows."""
    return len(re.findall(b"\r\n?|\n", raw[:at])) + 1


def _read(text: str, coding: str) -> str | None:
    """Return how a text reads whose letters stand for bytes; None where the bytes say nothing."""
    if coding == "utf8":
        try:
            return unicodedata.normalize("NFC", text.translate(_AS_BYTES).encode("latin-1").decode("utf-8"))
        except UnicodeError:
            return None
    text = text.translate(_AS_BYTES) if coding == "viscii" else text
    reads = unicodedata.normalize("NFC", text.translate(_OLD[coding]))
    return _CAPITALS.sub(lambda word: word[0].upper(), reads) if coding == "tcvn3" else reads


def _weight(sign: str, coding: str) -> int:
    """Return how much a letter as it stands speaks for an old coding: 2 where few names have it (®, ø), 1, or 0."""
    byte = _AS_BYTES.get(ord(sign), ord(sign)) if coding == "viscii" else ord(sign)
    changed = not sign.isascii() if coding == "utf8" else _OLD[coding].get(byte, sign) != sign
    return changed * (1 if sign.isalpha() and sign not in "øåØÅ" else 2)


def _odd(text: str) -> int:
    """Return how many words and signs beyond ASCII a Vietnamese text would not have."""
    signs = sum(not sign.isascii() and sign not in _UNCHANGED for sign in _WORDS.sub("", text))
    return signs + sum(not _is_vietnamese(word) for word in _WORDS.findall(text) if not word.isascii())


def _sounds(text: str) -> bool:
    """Say whether at least half of the words without accents are syllables too; those in capitals abbreviate."""
    plain = [word for word in _WORDS.findall(text) if word.isascii() and not word.isupper()]
    return 2 * sum(map(_is_vietnamese, plain)) >= len(plain)


def _is_vietnamese(word: str) -> bool:
    """Say whether a word is a syllable, or letters in capitals that stand for words (GD&ĐT)."""
    spread = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", spread.translate(_TONES))
    if word.isupper() and not set(bare) - set("bcdđghklmnpqrstvx"):
        return True
    found = _SYLLABLE.fullmatch(bare)
    tones = [sign for sign in spread if ord(sign) in _TONES]
    if found is None or len(tones) > 1 or any(_is_hump(*pair) for pair in pairwise(word)):
        return False
    return found["coda"] not in _STOPS or tones in (["\u0301"], ["\u0323"])


def _is_hump(one: str, other: str) -> bool:
    """Say whether a capital follows a small letter; a capital font may show small ones as capitals, but not both."""
    return one.isascii() and one.islower() and other.isupper()

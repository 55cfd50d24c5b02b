"""What an office hands in for its letters: a template edited in Word, and what belongs into the blanks."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from provision.domain.letter import BLANKS, Filling
from provision.errors import Fault, FaultyInput, ProvisionError
from provision.intake.near import nearest

_BODY = "word/document.xml"
_LARGEST = 50_000_000
"""Bytes of a template, unpacked: a hundred pages with pictures are less."""


def read_template(path: Path) -> bytes:
    """Return a Word file's bytes.

    Raises
    ------
    ProvisionError
        Where it is no .docx, has macros or a password, or is larger than any template.

    """
    try:
        raw = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            names = {part.filename.lower() for part in parts}
            is_word = _BODY in names and not any("vbaproject" in name for name in names)
            is_word &= not any(part.flag_bits & 1 for part in parts)
            is_word &= sum(part.file_size for part in parts) <= _LARGEST
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProvisionError("letter_template_unreadable", file=str(path), reason=reason) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        is_word = False
    if not is_word:
        raise ProvisionError("letter_template_no_word", file=str(path))
    return raw


def read_filling(path: Path) -> Filling:
    """Return what an office fills in, by blank.

    Raises
    ------
    FaultyInput
        With every key that is no blank, and every value that is not what its blank takes.

    """
    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))  # Notepad may put a mark before the text
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProvisionError("letter_template_unreadable", file=str(path), reason=reason) from None
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, endless digits or lists
        raise FaultyInput([Fault("letter_no_toml", path.name, details={"reason": str(error)})]) from None
    faults = list(_faults(told, path.name))
    if faults:
        raise FaultyInput(faults)
    return {name: _plain(value) for name, value in told.items()}


def _faults(told: dict[str, object], file: str) -> Iterator[Fault]:
    for name, value in told.items():
        kind = BLANKS.get(name)
        if kind is None:
            known = {"known": ", ".join(BLANKS)}
            yield Fault("letter_blank", file, column=name, details=known, near=tuple(nearest(name, BLANKS)))
        elif kind == "day" and type(value) is not date:
            yield Fault("letter_day", file, column=name, found=str(value))
        elif kind == "list" and not (isinstance(value, list) and value and all(map(_is_told, value))):
            yield Fault("letter_list", file, column=name, found=str(value))
        elif kind == "text" and not _is_told(value):
            yield Fault("letter_text", file, column=name, found=str(value))


def _is_told(value: object) -> bool:
    """Return whether something is a text of which there will be something to see."""
    return isinstance(value, str) and any(sign.isprintable() and not sign.isspace() for sign in value)


def _plain(value: object) -> str | tuple[str, ...]:
    return tuple(map(str.strip, value)) if isinstance(value, list) else str(value).strip()

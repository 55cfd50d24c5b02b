"""How wide words are on paper, and names that fit there: measured with the very letters that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

Weight = Literal["normal", "bold"]

FAMILY = ("DejaVu Sans", "Verdana", "Arial", "Helvetica")
"""The letters of every chart: those that come with matplotlib, then what readers have that is as wide, or less."""

_POINTS = 72
"""Points in an inch."""


def width_of(text: str, points: float, *, weight: Weight = "normal") -> float:
    """Return how wide a line of text is, in inches."""
    return sum(_advance(letter, weight) for letter in text) * points / _POINTS


def fitted(text: str, inches: float, points: float, *, weight: Weight = "normal") -> str:
    """Return a text that is at most so wide; what is cut shows as an ellipsis."""
    if width_of(text, points, weight=weight) <= inches:
        return text
    kept = text
    while kept and width_of(f"{kept.rstrip()}…", points, weight=weight) > inches:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def wrapped(text: str, inches: float, points: float, *, lines: int = 9, weight: Weight = "normal") -> str:
    """Return a text in lines that are at most so wide, broken between words; what is beyond ``lines`` is cut."""
    left, found = text, list[str]()
    while left and len(found) < lines - 1 and width_of(left, points, weight=weight) > inches:
        end = _end(left, inches, points, weight)
        found.append(left[:end].rstrip())
        left = left[end:].lstrip()
    return "\n".join([*found, *filter(None, [fitted(left, inches, points, weight=weight)])])


def _end(text: str, inches: float, points: float, weight: Weight) -> int:
    """Return how many letters of a text stand in its first line: whole words, or what fits of a long one."""
    fits, wide = 0, 0.0
    for letter in text:
        wide += width_of(letter, points, weight=weight)
        if wide > inches:
            break
        fits += 1
    space = text.rfind(" ", 0, fits + 1)
    return space if space > 0 else max(1, fits)


@cache
def _advance(letter: str, weight: Weight) -> float:
    """Return how far a letter moves the pen, as a share of the letters' size."""
    font = FontProperties(family=FAMILY[:1], weight=weight, size=100)
    between, alone = (text_to_path.get_text_width_height_descent(t, font, False)[0] for t in (f"|{letter}|", "||"))
    return float(between - alone) / 100


def told_apart(names: Sequence[str], inches: float, points: float) -> list[str]:
    """Return names that are at most so wide and can still be told apart: what all begin with goes first."""
    if all(width_of(name, points) <= inches for name in names):
        return list(names)
    split = [name.split(" ") for name in names]
    alike = 0
    while len(names) > 1 and all(len(parts) > alike + 1 and parts[alike] == split[0][alike] for parts in split):
        alike += 1
    told = [f"…{' '.join(parts[alike:])}" for parts in split] if alike else list(names)
    return [_hollow(name, inches, points) for name in told]


def _hollow(name: str, inches: float, points: float) -> str:
    """Return a name without its middle: schools of one village differ in their last letters."""
    kept = len(name)
    told = name
    while kept > 2 and width_of(told, points) > inches:
        kept -= 1
        told = f"{name[: kept - kept // 3].rstrip()}…{name[len(name) - kept // 3 :].lstrip()}"
    return told

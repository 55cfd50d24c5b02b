"""School years: written ``2017-2018``, held as the first year, 2017."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{4})")


def parse_school_year(text: str) -> int:
    """Return the first year of a school year, e.g. 2017 for ``2017-2018``.

    Raises
    ------
    ValueError
        If the text is not two consecutive years joined by a hyphen.

    """
    match = _WRITTEN.fullmatch(text)
    if match is None or int(match[2]) != int(match[1]) + 1:
        raise ValueError(text)
    return int(match[1])


def format_school_year(year: int) -> str:
    """Return a school year as it is written, e.g. ``2017-2018`` for 2017."""
    return f"{year}-{year + 1}"


def parse_horizon(text: str) -> tuple[int, int]:
    """Return the first and the last school year of ``2017-2018..2021-2022``; one alone is both.

    Raises
    ------
    ValueError
        If a part of the text is not a school year.

    """
    first, _, last = text.partition("..")
    return parse_school_year(first.strip()), parse_school_year((last or first).strip())

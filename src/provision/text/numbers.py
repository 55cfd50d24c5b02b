"""Numbers as a reader types them -> numbers. Strict: grouping only in threes, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from babel.numbers import get_decimal_symbol, get_group_symbol

_LONGEST = 40
"""Characters of a number that anybody types."""


class Unreadable(ValueError):  # noqa: N818 - the planner's word
    """A number that cannot be read, or in two ways; ``code`` names its text under ``number``, ``details`` fill it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, object] = details


def parse_number(text: str, language: str) -> Decimal:
    """Return a number as it is typed in a language: ``1.234,5`` is 1234.5 in Vietnamese.

    Raises
    ------
    Unreadable
        Where it is no number, is grouped otherwise than in threes, or a reader of the other way of writing would
        read another number: ``1,234`` is 1.234 in Vietnamese and 1234 elsewhere.

    """
    point, group = get_decimal_symbol(language), get_group_symbol(language)
    typed = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip().replace("−", "-")
    if not typed or len(typed) > _LONGEST:
        raise Unreadable("form", found=typed[:_LONGEST])
    shape = rf"-?([0-9]+|[0-9]{{1,3}}({re.escape(group)}[0-9]{{3}})+)({re.escape(point)}[0-9]+)?"
    if not re.fullmatch(shape, typed):
        other = typed.translate(str.maketrans({point: group, group: point}))
        raise Unreadable("grouping" if re.fullmatch(shape, other) else "form", found=typed, point=point, group=group)
    plain = typed.replace(group, "").replace(point, ".")
    if re.fullmatch(rf"-?[1-9][0-9]{{0,2}}{re.escape(point)}[0-9]{{3}}", typed):
        raise Unreadable("ambiguous", found=typed, small=_shortest(plain, point), large=typed.replace(point, ""))
    return Decimal(plain)


def _shortest(plain: str, point: str) -> str:
    """Return the smaller of two readings so that it cannot be taken for the larger."""
    whole, _, decimals = plain.partition(".")
    kept = decimals.rstrip("0")
    return whole + (f"{point}{kept if len(kept) != 3 else kept + '0'}" if kept else "")

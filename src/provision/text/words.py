"""One language's texts (``vi.toml``, ``en.toml``) and its way to write numbers. The door of babel."""

from __future__ import annotations

import tomllib
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from babel.numbers import format_decimal, format_percent

LANGUAGES = ("vi", "en")
_MILLION = 1_000_000
_LONG = Context(prec=400, rounding=ROUND_HALF_UP)
"""Digits enough for any number a float can be: an amount is rounded where the reader's decimals end, not before."""


class Key(str):
    """A detail that is itself a text: ``Key("level.primary")``; without a text, its last part is said."""

    __slots__ = ()


class Share(float):
    """A detail that is a share and is said as a percentage."""

    __slots__ = ()


class Money(int):
    """A detail that is whole VND and is said to the dong."""

    __slots__ = ()


class Named(tuple[str, object]):
    """A detail that is a name and what stands for it, said as one: ``main: 20.000.000 đồng``."""

    __slots__ = ()


@cache
def _texts(language: str) -> dict[str, str]:
    """Return the texts of a language by dotted key."""
    raw = tomllib.loads(files("provision.text").joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    flat: dict[str, str] = {}

    def walk(prefix: str, node: dict[str, Any]) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                walk(f"{prefix}{key}.", value)
            else:
                flat[f"{prefix}{key}"] = value

    walk("", raw)
    return flat


class Words:
    """The texts of one language, called with a dotted key: ``Words("vi")("verdict.met")``.

    Raises ``KeyError`` for a key that no text has: a missing text is our fault, never the planner's.
    """

    def __init__(self, language: str = "vi") -> None:
        self.language = language
        self._texts = _texts(language)

    def __call__(self, key: str, /, **details: object) -> str:
        """Return a text with its placeholders filled in."""
        return self._texts[key].format(**{name: self._plain(value) for name, value in details.items()})

    def has(self, key: str) -> bool:
        """Say whether the language has a text for a key."""
        return key in self._texts

    def number(self, value: float | Fraction | Decimal, digits: int = 0) -> str:
        """Return a number with at most ``digits`` decimals: ``1.234.567,8`` in Vietnamese."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return str(format_decimal(_rounded(value, digits), format=pattern, locale=self.language))

    @property
    def point(self) -> str:
        """What stands before decimals."""
        return self.number(0.1, 1)[1]

    def percent(self, share: float | Fraction, digits: int = 0) -> str:
        """Return a share as a percentage: ``12,5 %`` for 0.125."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "") + "%"
        said = str(format_percent(_rounded(share, digits + 2), format=pattern, locale=self.language))
        return said.replace("%", "\u00a0%")

    def millions(self, dong: float | Fraction, digits: int = 1) -> str:
        """Return VND as a number of millions, as tables show it under a heading that says so: ``1.234,5``."""
        return self.number(Fraction(dong) / _MILLION, digits)

    def money(self, dong: int, digits: int = 1) -> str:
        """Return whole VND as millions with their unit, ``1.234,5 triệu đồng``; what would round to 0 to the dong."""
        if dong and not round(Fraction(dong, _MILLION), digits):
            return self.exact_money(dong)
        return self("money.million", amount=self.millions(dong, digits))

    def exact_money(self, dong: int) -> str:
        """Return whole VND to the dong: ``1.234.500.000 đồng``."""
        return self("money.dong", amount=self.number(dong))

    def listing(self, parts: list[str]) -> str:
        """Return parts joined as a sentence would: ``a, b và c``."""
        if len(parts) < 2:
            return "".join(parts)
        return self("list.and", first=", ".join(parts[:-1]), last=parts[-1])

    def _plain(self, value: object) -> object:
        if isinstance(value, Key):
            return self._texts.get(value, value.rpartition(".")[2])
        if isinstance(value, Named):
            return ": ".join(str(self._plain(part)) for part in value)
        if isinstance(value, tuple):
            return ", ".join(str(self._plain(part)) for part in value)
        if isinstance(value, Money):
            return self.exact_money(int(value))
        if isinstance(value, Share):
            return self.percent(value, 1)
        if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
            return value
        return self.number(value, 2)


def _rounded(value: float | Fraction | Decimal, digits: int) -> Decimal:
    """Return a number rounded half up, as an accountant does: 897.65 is 897.7, never 897.6."""
    exact = (
        _LONG.divide(*map(Decimal, value.as_integer_ratio())) if isinstance(value, Fraction) else Decimal(str(value))
    )
    return exact.quantize(Decimal(1).scaleb(-digits), context=_LONG) + 0 if exact.is_finite() else exact

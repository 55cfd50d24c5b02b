"""What only an office knows of a letter of its own: nothing of it is in the data, and nothing of it is invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

LetterKind = Literal["to-trinh", "ke-hoach"]

LETTERS: tuple[LetterKind, ...] = ("to-trinh", "ke-hoach")
"""The kinds of letters: a proposal to whoever decides, and the plan itself."""

Filling = Mapping[str, str | tuple[str, ...]]
"""What an office fills in, by blank: a text, a day as ``2017-10-05``, or a list."""

BLANKS: Mapping[str, Literal["text", "day", "list"]] = {
    "superior": "text",
    "issuer": "text",
    "number": "text",
    "symbol": "text",
    "place": "text",
    "day": "day",
    "addressees": "list",
    "grounds": "list",
    "authority": "text",
    "signatory_title": "text",
    "signatory": "text",
    "recipients": "list",
}
"""Every blank with what is filled in. ``authority`` stands above the signatory where somebody signs for another."""

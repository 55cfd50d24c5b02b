"""What a mistyped name may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from provision.intake.cells import is_code


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return at most three of the known names that look like one, the nearest first; capitals do not matter."""
    folded = {one.casefold(): one for one in sorted(known) if is_code(one)}
    return tuple(folded[close] for close in get_close_matches(name.casefold(), folded, cutoff=0.75))

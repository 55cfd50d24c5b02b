"""What is odd but not wrong, told beside the answer."""

from __future__ import annotations

Warnings = list[tuple[str, dict[str, object]]]
"""The code of a warning's words, and their details."""

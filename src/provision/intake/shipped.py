"""What travels with the library: roadmap packs and report notebooks."""

from __future__ import annotations

from pathlib import Path

_CHECKOUT = {"roadmap": "roadmap", "reports": "notebooks/reports"}


def shipped(kind: str) -> Path:
    """Return the folder of ``roadmap`` packs or ``reports`` notebooks: packaged, or of the checkout we run from."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "shipped" / kind
    return packaged if packaged.is_dir() else package.parent.parent / _CHECKOUT[kind]

"""What a plan was made from and with: the SHA-256 of its files, the versions of its programs."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path

_PROGRAMS = ("provision", "pulp", "highspy", "networkx")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder and below, by its path there."""
    return {p.relative_to(folder).as_posix(): sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def versions() -> dict[str, str]:
    """Return the version of everything a plan is made with, by name."""
    return {name: version(name) for name in _PROGRAMS} | {"python": platform.python_version()}

"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from provision.errors import ProvisionError


def refuse_foreign(target: Path, *, mark: str, ours: frozenset[str] | None = None) -> None:
    """Refuse a target that exists and is neither empty nor a folder that holds ``mark``: it is a planner's own.

    With ``ours`` the folder may hold nothing but these names: it will be replaced whole.

    Raises
    ------
    ProvisionError
        In words that say what is missing.
    """
    if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or (target / mark).exists())):
        raise ProvisionError("out_not_ours", out=str(target), mark=mark)
    strangers = sorted({p.name for p in target.iterdir()} - ours) if ours is not None and target.is_dir() else []
    if strangers:
        raise ProvisionError("out_has_more", out=str(target), names=", ".join(strangers[:5]))


@contextmanager
def whole_folder(target: Path, *, mark: str, ours: frozenset[str] | None = None) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` that takes its place when the block ends well.

    An existing target is replaced only where it is empty or holds ``mark``: a folder of ours, not a planner's.

    Raises
    ------
    ProvisionError
        Where the target holds something else, or cannot be written.

    """
    target = target.resolve()
    refuse_foreign(target, mark=mark, ours=ours)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(target), reason=str(error)) from None
    try:
        yield beside
        _sync(beside)
        _swap(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, then rename it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _swap(beside: Path, target: Path) -> None:
    beside.chmod(0o755)
    if not target.exists():
        beside.rename(target)
        return
    old = Path(mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    target.rename(old / "was")
    try:
        beside.rename(target)
    except BaseException:  # also Ctrl-C: the old folder must come back before the other is thrown away
        (old / "was").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)

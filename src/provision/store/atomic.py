"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from glob import escape
from pathlib import Path
from tempfile import mkdtemp

from provision.errors import ProvisionError

_BESIDE = ".part"
"""How the name ends of a folder that is written beside its place; it begins with a dot and the name of the place."""


_DRAWN = "?" * 8
"""What stands between the two: as many letters as are drawn, so that no other name that begins alike is meant."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder, made where it is not there, against others who work in it as a whole.

    Raises
    ------
    ProvisionError
        Where somebody else holds it.

    """
    folder.mkdir(parents=True, exist_ok=True)
    held = _held(folder)
    if held is None and sys.platform != "win32":
        raise ProvisionError("out_busy", out=str(folder))
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


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


def refuse_filled(target: Path) -> None:
    """Refuse a target that exists and is no empty folder: nothing in it is ours to replace.

    Raises
    ------
    ProvisionError
        In words that name it.
    """
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ProvisionError("out_not_empty", out=str(target))


@contextmanager
def whole_folder(target: Path, *, mark: str, ours: frozenset[str] | None = None) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` that takes its place when the block ends well.

    An existing target is replaced only where it is empty or holds ``mark``: a folder of ours, not a planner's. What
    a run left beside it that was killed is cleared up first, and the older folder such a run had set aside put back.

    Raises
    ------
    ProvisionError
        Where the target holds something else, or cannot be written.

    """
    target = target.resolve()
    with ExitStack() as stack:
        try:
            beside = stack.enter_context(_beside(target))
            refuse_foreign(target, mark=mark, ours=ours)
            new = beside / "new"
            new.mkdir()
        except OSError as error:
            raise ProvisionError("out_unwritable", out=str(target), reason=str(error)) from None
        yield new
        _sync(new)
        _swap(new, target, beside / "was")


def bytes_there(file: Path) -> bytes | None:
    """Return the bytes of a file, None where none is there."""
    return file.read_bytes() if file.is_file() else None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, then rename it there."""
    with _beside(path.resolve()) as beside:
        (beside / "new").write_bytes(content)
        (beside / "new").replace(path)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _swap(new: Path, target: Path, was: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    target.rename(was)
    try:
        new.rename(target)
    except BaseException:  # also Ctrl-C: the old folder must come back before the other is thrown away
        was.rename(target)
        raise


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a new folder beside a target that is gone when the block ends; what killed runs left there goes first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_up(target)
    beside = Path(mkdtemp(prefix=f".{target.name}.", suffix=_BESIDE, dir=target.parent))
    held = _held(beside)
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if held is not None:
            os.close(held)


def _clear_up(target: Path) -> None:
    """Throw away what killed runs left beside a target; what one had set aside goes back where nothing stands."""
    for left in sorted(target.parent.glob(f".{escape(target.name)}.{_DRAWN}{_BESIDE}")):
        held = _held(left)
        if held is None:
            continue
        if (left / "was").exists() and not target.exists():
            (left / "was").rename(target)
        shutil.rmtree(left, ignore_errors=True)
        os.close(held)


def _held(folder: Path) -> int | None:
    """Hold a folder until the handle returned is closed or this process ends; None where another process holds it.

    None, too, on Windows, where no folder can be held: what is left behind there is never taken for that.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle

"""What travels with the library: roadmap packs and notebooks."""

from __future__ import annotations

import shutil
from pathlib import Path

from provision.errors import ProvisionError

DUTIES = "duties.toml"
"""The file beside the packs that is none: what the documents ask."""


def shipped(kind: str) -> Path:
    """Return the folder of ``roadmap`` packs, ``notebooks`` or ``notebooks/reports``: packaged, or the checkout's."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "shipped" / kind
    return packaged if packaged.is_dir() else package.parent.parent / kind


def hand_out_notebooks(folder: Path) -> list[Path]:
    """Copy the notebooks for planners into a folder and return the new files; what is there already is left.

    Raises
    ------
    ProvisionError
        Where the folder cannot be written.

    """
    missing = {folder / path.name: path for path in sorted(shipped("notebooks").glob("*.ipynb"))}
    missing = {target: path for target, path in missing.items() if not target.exists()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [shutil.copyfile(path, target) for target, path in missing.items()]
    except OSError as error:
        raise ProvisionError("out_unwritable", out=str(folder), reason=error.strerror or str(error)) from None

"""Plan folders that were changed, with hashes that fit again: what is then refused is refused for what it says."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from provision.store.fingerprints import hashes_of
from provision.store.summary import PLANNED


def seal_again(folder: Path) -> None:
    """Write the hashes of all the plan's files as they are now into its certificate, where both can be read."""
    with suppress(OSError, ValueError, TypeError):
        proof = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
        proof["sha256"] = {name: n for name, n in hashes_of(folder).items() if name.split("/")[0] in PLANNED}
        (folder / "certificate.json").write_text(json.dumps(proof), encoding="utf-8")

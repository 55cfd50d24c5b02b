"""Is this plan right? A plan folder is checked against its own inputs, in whole VND, without the solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from provision.audit import AUDITS, Breach, audit_plan
from provision.intake import load
from provision.intake.columns import FROZEN
from provision.store.folder import canonical_rows, sha256
from provision.store.opening import Opened, open_plan
from provision.store.summary import summary_of


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking a plan folder found; nothing found is a right plan.

    ``hashes`` are input files whose content is not what was planned from, ``rows`` input tables with the number
    of rows that differ from the data given, ``summary`` the entries of plan.json its own files do not bear out.
    """

    opened: Opened
    rules: int
    breaches: tuple[Breach, ...]
    hashes: tuple[str, ...]
    rows: dict[str, int]
    summary: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Say whether nothing was found."""
        return not (self.breaches or self.hashes or self.rows or self.summary)


def verify(folder: str | Path, *, data: str | Path | None = None) -> Verification:
    """Check a plan folder against its own inputs and, where ``data`` is given, these against the data.

    Raises
    ------
    ProvisionError, FaultyInput
        Where the folder, its inputs or the data cannot be read.

    """
    opened = open_plan(folder)
    inputs = opened.folder / "inputs"
    written: dict[str, str] = opened.summary["sha256"]
    there = {p.relative_to(inputs).as_posix(): sha256(p) for p in inputs.rglob("*") if p.is_file()}
    hashes = sorted(f for f in there.keys() | written.keys() if there.get(f) != written.get(f))
    meant = summary_of(opened.plan, written)
    told = opened.summary
    compared = (meant.keys() | told.keys()) - {"versions"}
    differing = sorted(key for key in compared if key not in told or key not in meant or told[key] != meant[key])
    return Verification(
        opened=opened,
        rules=len(AUDITS),
        breaches=audit_plan(opened.plan, opened.plan.problem),
        hashes=tuple(hashes),
        rows=_differing(opened, data) if data is not None else {},
        summary=tuple(differing),
    )


def _differing(opened: Opened, data: str | Path) -> dict[str, int]:
    """Return how many rows of each table stand in the plan's inputs or in the data, but not in both."""
    differing = {}
    ours, theirs = (canonical_rows(inputs, opened.plan.problem) for inputs in (opened.inputs, load(data)))
    for table, rows in ours.items():
        if table == FROZEN.name and not theirs[table]:
            continue  # years carried out may be told beside the data
        one, other = (
            Counter(tuple(sorted((k, v) for k, v in r.items() if v)) for r in x) for x in (rows, theirs[table])
        )
        if one != other:
            differing[table] = ((one - other) + (other - one)).total()
    return differing

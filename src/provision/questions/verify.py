"""Is this plan right? A plan folder is checked against its own inputs, in whole VND, without the solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provision.audit import AUDITS, Breach, audit_plan
from provision.intake import load
from provision.intake.columns import FROZEN
from provision.store.certificate import certificate_of
from provision.store.fingerprints import hashes_of
from provision.store.folder import canonical_rows
from provision.store.opening import Opened, open_plan
from provision.store.summary import PLANNED, summary_of


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking a plan folder found; nothing found is a right plan.

    ``hashes`` are files whose content is not what was planned, ``rows`` input tables with the number of rows that
    differ from the data given, ``summary`` and ``proof`` the entries of plan.json and of certificate.json that the
    plan's own files do not bear out.
    """

    opened: Opened
    rules: int
    breaches: tuple[Breach, ...]
    hashes: tuple[str, ...]
    rows: dict[str, int]
    summary: tuple[str, ...]
    proof: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Say whether nothing was found."""
        return not (self.breaches or self.hashes or self.rows or self.summary or self.proof)


def verify(folder: str | Path, *, data: str | Path | None = None, mapping: str | Path | None = None) -> Verification:
    """Check a plan folder against its own inputs and, where ``data`` is given, these against the data.

    ``mapping`` is what the data were read by, where they are somebody else's tables.

    Raises
    ------
    ProvisionError, FaultyInput
        Where the folder, its inputs or the data cannot be read.

    """
    opened = open_plan(folder)
    written: dict[str, str] = opened.summary["sha256"]
    sealed: dict[str, str] = opened.proof["sha256"]
    there = {file: n for file, n in hashes_of(opened.folder).items() if file.split("/")[0] in PLANNED}
    wrong = {f for f in there.keys() | sealed.keys() if there.get(f) != sealed.get(f)}
    inputs = {f"inputs/{file}": n for file, n in written.items()}
    wrong |= {f for f in there.keys() | inputs.keys() if f.startswith("inputs/") and there.get(f) != inputs.get(f)}
    return Verification(
        opened=opened,
        rules=len(AUDITS),
        breaches=audit_plan(opened.plan, opened.plan.problem),
        hashes=tuple(sorted(wrong)),
        rows=_differing(opened, data, mapping) if data is not None else {},
        summary=_untrue(opened.summary, summary_of(opened.plan, written)),
        proof=_untrue(opened.proof, certificate_of(opened.plan, sealed)),
    )


def _untrue(told: dict[str, Any], meant: dict[str, Any]) -> tuple[str, ...]:
    """Return the entries that are told otherwise than they are meant; the versions are those of another day."""
    entries = (meant.keys() | told.keys()) - {"versions"}
    return tuple(sorted(k for k in entries if k not in told or k not in meant or told[k] != meant[k]))


def _differing(opened: Opened, data: str | Path, mapping: str | Path | None) -> dict[str, int]:
    """Return how many rows of each table, and weights, stand in the plan's inputs or in the data, but not in both."""
    differing = {}
    both = opened.inputs, load(data, mapping=mapping)
    ours, theirs = (canonical_rows(inputs, opened.plan.problem) for inputs in both)
    for table, rows in ours.items():
        if table == FROZEN.name and not theirs[table]:
            continue  # years carried out may be told beside the data
        one, other = (
            Counter(tuple(sorted((k, v) for k, v in r.items() if v)) for r in x) for x in (rows, theirs[table])
        )
        if one != other:
            differing[table] = ((one - other) + (other - one)).total()
    if weighed := {code for code, _ in both[0].scoring.items() ^ both[1].scoring.items()}:
        differing["indicators"] = len(weighed)
    return differing

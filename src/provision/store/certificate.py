"""``certificate.json``: how good a plan is at least, with the numbers that prove it and what it was made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

from provision.audit import AUDITS
from provision.audit.bound import KEPT, LEFT_OUT
from provision.audit.worth import PRICED
from provision.domain.certificate import Certificate
from provision.domain.plan import Plan
from provision.errors import ProvisionError
from provision.store.fingerprints import versions
from provision.store.told import Form, read_told

CERTIFICATE = "certificate.json"
"""The file that holds the proof of a plan."""

_MOST = 10**30
"""Beyond this a number is no dual value, and no machine-years, of any plan."""

_EXACT = re.compile(r"[0-9]{1,1000}(/[0-9]{1,1000})?")
"""An exact number of machine-years: whole, or a fraction of whole numbers."""

_CODES = {"fit_the_rooms": 1}
"""How many codes a row's name begins with, where it is not two; whole numbers follow."""


def certificate_of(plan: Plan, hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``certificate.json`` says of a plan; ``hashes`` are the SHA-256 of the files that it is."""
    told, problem = plan.certificate, plan.problem
    rungs = {r.name: r for r in plan.rungs}
    return {
        "format": 1,
        "status": plan.status,
        "weigh": problem.scenario.weigh,
        "missing": {"exact": str(told.missing), "decimal": float(told.missing)},
        "bound": {"exact": str(told.bound), "decimal": float(told.bound)},
        "gap": float(told.gap),
        "solver_bound": rungs["missing"].bound if "missing" in rungs else None,
        "checked": {
            "rules": [audit.__name__ for audit in AUDITS],
            "purchases": len(plan.purchases),
            "transfers": len(plan.transfers),
            "payments": len(plan.payments),
            "cost": plan.totals["cost"],
        },
        "bound_rests_on": list(KEPT),
        "bound_leaves_out": {
            "rules": list(LEFT_OUT),
            "rungs": list(problem.rungs[: problem.rungs.index("missing")] if "missing" in problem.rungs else ()),
            "whole_machines": problem.scenario.whole_machines,
        },
        "duals": {rule: {_name(key): n for key, n in rows.items()} for rule, rows in told.duals.items()},
        "versions": versions(),
        "sha256": dict(hashes),
    }


def read_certificate(folder: Path) -> tuple[Certificate, dict[str, Any]]:
    """Read ``certificate.json``: the proof, and all that is told beside it.

    Raises
    ------
    ProvisionError
        Where it is absent, is no JSON, or is not of the form we write.

    """
    try:
        told = read_told(folder / CERTIFICATE, _FORM)
        missing, bound = (_exact(told[name]["exact"]) for name in ("missing", "bound"))
        duals = {rule: {_key(rule, name): n for name, n in rows.items()} for rule, rows in told["duals"].items()}
    except (OSError, ValueError, ZeroDivisionError, RecursionError):
        raise ProvisionError("no_certificate", folder=str(folder)) from None
    return Certificate(missing, bound, duals), told


def _name(key: tuple[Any, ...]) -> str:
    """Return what a row holds for as one name."""
    return "|".join(map(str, key))


def _key(rule: str, name: str) -> tuple[Any, ...]:
    """Return what a row holds for from its name: codes, then whole numbers, the school year last."""
    parts = name.split("|")
    codes = _CODES.get(rule, 2)
    return (*parts[:codes], *map(int, parts[codes:]))


def _exact(text: str) -> Fraction:
    # written as a power of ten, a few letters could be a number that takes minutes to work out
    value = Fraction(text) if _EXACT.fullmatch(text) else None
    if value is None or value >= _MOST:
        raise ValueError(text)
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST


def _is_rows(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_whole, value.values()))


def _is_exact(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("exact"), str)


_FORM: Form = {
    "format": lambda v: v == 1,
    "missing": _is_exact,
    "bound": _is_exact,
    "solver_bound": lambda v: v is None or (isinstance(v, float) and isfinite(v)) or _is_whole(v),
    "duals": lambda v: isinstance(v, dict) and set(v) <= set(PRICED) and all(map(_is_rows, v.values())),
    "versions": lambda v: isinstance(v, dict),
    "sha256": lambda v: isinstance(v, dict) and all(isinstance(n, str) for n in v.values()),
}

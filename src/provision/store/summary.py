"""``plan.json``: what a plan says of itself, written and read back."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from provision.domain.accounts import STARVED, starved
from provision.domain.plan import Plan
from provision.domain.years import format_school_year
from provision.errors import ProvisionError
from provision.store.certificate import CERTIFICATE
from provision.store.columns import PLAN_TABLES
from provision.store.fingerprints import versions
from provision.store.told import Form, read_told
from provision.text import LANGUAGES, Words

MARK = "plan.json"
"""The file that makes a folder a plan folder."""

PLANNED = frozenset({MARK, "scenario.toml", "inputs", *(f"{table.name}.csv" for table in PLAN_TABLES)})
"""What of a plan folder is the plan, and has its fingerprints in the certificate."""

OURS = PLANNED | {CERTIFICATE, "report.ipynb", "report.html", "report.xlsx", "deadlines.ics", "charts", "answers"}
"""What a plan folder may hold: a folder with anything else in it is never replaced."""


def summary_of(plan: Plan, hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``plan.json`` says of a plan; ``hashes`` are the SHA-256 of the files of its inputs."""
    problem, pack = plan.problem, plan.problem.roadmap
    spoken = {language: Words(language) for language in LANGUAGES}
    return {
        "format": 1,
        "units": list(problem.units),
        "scenario": problem.scenario.flat(),
        "roadmap": {
            "id": pack.code,
            "title_vi": pack.title_vi,
            "title_en": pack.title_en,
            "document": pack.document,
            "issued": pack.issued,
        },
        "years": [format_school_year(y) for y in problem.years],
        "projected_years": [format_school_year(y) for y in problem.projected_years],
        "tail": {"years": problem.tail, "cost_at_most": plan.tail_cost},
        "status": plan.status,
        "reproducible": plan.reproducible,
        "rungs": [{"name": r.name, "value": r.value, "bound": r.bound, "gap": r.gap} for r in plan.rungs],
        "fairness": {
            "above": float(STARVED),
            "starved_before": plan.starved_before,
            "starved": starved(plan.coverage),
        },
        "optional": {"planned": problem.scenario.optional_grades, "cost": plan.optional_cost},
        "frozen_until": None if problem.frozen_until is None else format_school_year(problem.frozen_until),
        "totals": dict(plan.totals),
        "illustrative": problem.illustrative,
        "warnings": [
            {"code": code} | {language: words(f"warning.{code}", **details) for language, words in spoken.items()}
            for code, details in plan.warnings
        ],
        "versions": versions(),
        "sha256": dict(hashes),
    }


def read_summary(folder: Path) -> dict[str, Any]:
    """Read ``plan.json``.

    Raises
    ------
    ProvisionError
        Where it is absent, is no JSON, or is not of the form we write.
    """
    try:
        return read_told(folder / MARK, _FORM)
    except (OSError, ValueError, RecursionError):
        raise ProvisionError("not_a_plan", folder=str(folder)) from None


_MOST = 10**300
"""Beyond this a whole number is no longer a float, and no plan's."""


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < _MOST if isinstance(value, int) else isfinite(value)


def _is_count(value: object, *, none: bool = False) -> bool:
    return (none and value is None) or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)


def _is_numbers(value: object) -> bool:
    return isinstance(value, dict) and all(_is_number(v) for v in value.values())


def _is_totals(value: object) -> bool:
    if not isinstance(value, dict) or not all(isinstance(value.get(k), dict) for k in _TABLES):
        return False
    plain = {k: v for k, v in value.items() if k not in _TABLES}
    return _is_numbers(plain) and all(_is_numbers(row) for k in _TABLES for row in value[k].values())


_TABLES = ("years", "items")
"""The totals that are tables of their own."""


def _is_rung(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"name", "value", "bound", "gap"}:
        return False
    # an unproven bound may be minus infinity; it is still a number
    return isinstance(value["name"], str) and all(
        isinstance(value[k], float) or _is_number(value[k]) for k in ("value", "bound", "gap")
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())


_FORM: Form = {
    "format": lambda v: v == 1,
    "units": lambda v: isinstance(v, list) and all(isinstance(u, str) for u in v),
    "scenario": lambda v: isinstance(v, dict),
    "roadmap": lambda v: _is_texts(v) and isinstance(v, dict) and "id" in v,
    "years": lambda v: isinstance(v, list),
    "projected_years": lambda v: isinstance(v, list),
    "tail": lambda v: _is_numbers(v) and isinstance(v, dict) and "cost_at_most" in v,
    "status": lambda v: isinstance(v, str),
    "reproducible": lambda v: isinstance(v, bool),
    "rungs": lambda v: isinstance(v, list) and all(map(_is_rung, v)),
    "fairness": lambda v: isinstance(v, dict) and _is_count(v.get("starved_before", -1), none=True),
    "optional": lambda v: isinstance(v, dict) and _is_count(v.get("cost")),
    "totals": lambda v: _is_totals(v) and isinstance(v, dict) and {"missing", "cost", "budget"} <= set(v),
    "illustrative": lambda v: isinstance(v, bool),
    "warnings": lambda v: isinstance(v, list),
    "sha256": _is_texts,
}

"""What the planner lets each indicator weigh: ``indicators.toml`` beside the tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from provision.domain.indicator import INDICATORS
from provision.errors import Fault, FaultyInput

WEIGHTS = "indicators.toml"
"""The file of a data folder that says them, a line ``code = number`` each."""

_MOST = 1_000_000


def weights_file(data: Path) -> Path:
    """Return where the weights of a data folder stand, or of a workbook beside it, if they stand anywhere."""
    return data / WEIGHTS if data.is_dir() else data.with_name(f"{data.stem}.{WEIGHTS}")


def read_weights(data: Path, faults: list[Fault]) -> Mapping[str, Fraction]:
    """Return the weight of each indicator that the planner states, by code; what is wrong goes to ``faults``."""
    path = weights_file(data)
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (ValueError, RecursionError) as error:
        faults.append(Fault("not_toml", path.name, found=str(error)))
        return {}
    return _weights(stated, faults, file=path.name)


def check_weights(stated: Mapping[str, object]) -> Mapping[str, Fraction]:
    """Return weights by code as exact numbers.

    Raises
    ------
    FaultyInput
        With every weight of an indicator that there is not, and every one that is no number within its bounds.

    """
    faults: list[Fault] = []
    weights = _weights(stated, faults, file=WEIGHTS)
    if faults:
        raise FaultyInput(faults)
    return weights


def _weights(stated: Mapping[str, object], faults: list[Fault], *, file: str) -> Mapping[str, Fraction]:
    weights = {}
    for code, weight in stated.items():
        if code not in INDICATORS:
            faults.append(Fault("indicator_unknown", file, column=code, details={"known": ", ".join(INDICATORS)}))
        elif isinstance(weight, bool) or not isinstance(weight, int | float | Fraction) or not 0 <= weight <= _MOST:
            faults.append(Fault("weight", file, column=code, found=str(weight)))
        else:
            weights[code] = Fraction(str(weight))  # 0.1 is a tenth, not the number next to it that a float is
    return weights

"""What the planner lets each indicator weigh: ``indicators.toml`` beside the scenarios."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from provision.domain.indicator import EQUAL, INDICATORS
from provision.errors import Fault, FaultyInput

FILE = "indicators.toml"


def read_weights(data: Path) -> Mapping[str, Fraction]:
    """Return the weight of each indicator by code, as the file of a data folder or workbook says; else all equal.

    The file is ``DATA/indicators.toml``, beside a workbook ``FILE.indicators.toml``: a line ``code = number`` each.

    Raises
    ------
    FaultyInput
        With every weight of an indicator that there is not, and every one that is no number from 0 on.

    """
    path = data / FILE if data.is_dir() else data.with_name(f"{data.stem}.{FILE}")
    if not path.is_file():
        return EQUAL
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Fraction)
    except (ValueError, RecursionError) as error:
        raise FaultyInput([Fault("not_toml", path.name, found=str(error))]) from None
    return check_weights(stated, file=path.name)


def check_weights(stated: Mapping[str, object], *, file: str = FILE) -> Mapping[str, Fraction]:
    """Return weights by code as exact numbers.

    Raises
    ------
    FaultyInput
        As for ``read_weights``.

    """
    faults, weights = [], {}
    for code, weight in stated.items():
        if code not in INDICATORS:
            faults.append(Fault("indicator_unknown", file, column=code, details={"known": ", ".join(INDICATORS)}))
        elif isinstance(weight, bool) or not isinstance(weight, int | Fraction) or weight < 0:
            faults.append(Fault("weight", file, column=code, found=str(weight)))
        else:
            weights[code] = Fraction(weight)
    if faults:
        raise FaultyInput(faults)
    return weights

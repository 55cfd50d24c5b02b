"""What a row says: a number, what was aimed at, and whether it is met."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("provision", "pulp", "highspy", "numpy", "pandas", "linopy", "papermill")


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a row, and its target: at ``most``, or at ``least``. A line without target is for the reader."""

    work: str
    what: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met, None where there is none."""
        if self.most is not None:
            return self.value <= self.most
        return None if self.least is None else self.value >= self.least

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """The line as the table shows it."""
        limit = self.most if self.least is None else self.least
        word = "at least" if self.most is None else "at most"
        target = "" if limit is None else f"{word} {limit:g} {self.unit}".rstrip()
        verdict = {True: "pass", False: "MISS", None: ""}[self.met]
        return self.work, self.what, f"{_short(self.value)} {self.unit}".rstrip(), target, verdict


def _short(value: float) -> str:
    """Return a number to three digits, without an exponent."""
    if not value or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def aligned(lines: Sequence[Line]) -> str:
    """Return the table as text; what stands above need not be said again."""
    rows = [("work", "what", "measured", "target", ""), *(line.cells for line in lines)]
    widths = [max(len(row[n]) for row in rows) for n in range(5)]
    told, before = [], ""
    for row in rows:
        work, before = ("" if row[0] == before else row[0]), row[0]
        parts = [work.ljust(widths[0]), row[1].ljust(widths[1]), row[2].rjust(widths[2]), row[3].ljust(widths[3])]
        told.append("  ".join((*parts, row[4])).rstrip())
    return "\n".join(told)


def exponent(points: Iterable[tuple[float, float]]) -> float:
    """Return the power with which a quantity grows: the slope of least squares through the logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    middle = [sum(part) / len(logs) for part in zip(*logs, strict=True)]
    over = sum((x - middle[0]) * (y - middle[1]) for x, y in logs)
    return over / sum((x - middle[0]) ** 2 for x, _ in logs)


def machine() -> Mapping[str, Any]:
    """Return what the numbers hang on: the machine and the versions."""
    told = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }

"""Each row in an interpreter of its own: what one leaves behind, no other pays for, and memory is its own.

What a solver prints goes nowhere; the answer comes back as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

LONGEST = 900
"""Seconds after which a row is given up: it would tell nothing but that."""


class RowError(Exception):
    """A row that ended in an error; its text is the error's last line."""


def alone(row: str, *, longest: float = LONGEST, **given: Any) -> Any:
    """Return what a function of ``bench.rows`` answers in a fresh interpreter, within so many seconds.

    Raises
    ------
    RowError
        Where it ended in an error, or not in time.

    """
    command = [sys.executable, "-m", "bench.alone", row, json.dumps(given)]
    try:
        run = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=longest)
    except subprocess.TimeoutExpired:
        raise RowError(f"not done in {longest:.0f} s") from None
    if run.returncode:
        raise RowError(run.stderr.strip().rpartition("\n")[2])
    return json.loads(run.stdout)


def megabytes() -> float:
    """Return the most memory this interpreter has held so far, in MB.

    As Linux tells it of the program itself: what ``resource`` tells begins with the memory of whoever started it.
    """
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("utf-8").splitlines())
    return int(status["VmHWM"].removesuffix("kB")) / 1024


def main() -> None:
    """Run one row with standard output kept for its answer."""
    row, given = sys.argv[1:]
    answer = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    found = getattr(import_module("bench.rows"), row)(**json.loads(given))
    os.write(answer, json.dumps(found).encode())


if __name__ == "__main__":
    main()

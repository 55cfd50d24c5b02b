"""How many seeds of a test run where: a few in the quick tests, some in the long ones, all in the soak."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def sample(seeds: Iterable[int], *, fast: int, long: int) -> pytest.MarkDecorator:
    """Return the seeds of a test: the first few run always, the next in the long tests, the rest in the soak alone.

    A test marked ``counted`` runs with all of them in the soak, which tells how many they were and how long it took.
    """
    every = list(seeds)
    marks = [()] * fast + [pytest.mark.long] * long + [pytest.mark.soak] * (len(every) - fast - long)
    return pytest.mark.parametrize("seed", [pytest.param(n, marks=m) for n, m in zip(every, marks, strict=True)])

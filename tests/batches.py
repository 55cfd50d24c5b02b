"""Batches in tests: who does the tasks in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any


class Here(Executor):
    """An executor that runs each task at once in this process, so that a test can reach into it."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run it, and return what came of it."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def here() -> Iterator[Executor]:
    """Gather nobody."""
    yield Here()

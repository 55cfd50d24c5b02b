"""Work that follows a planner's hand: a step at a time, always the newest wish, never a queue of old ones.

JupyterLab may hand what a planner does to a thread beside the one a notebook runs in. Whatever takes time, draws or
solves is therefore followed in one event loop, that of the notebook, one thing after another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress

_BREATH = 0.01
"""Seconds between two steps in which the page's messages come in: a newer wish overtakes an older one there."""

Steps = Callable[[], Iterator[float]]
"""What is done for a wish; each step yields the seconds to rest before the next."""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop that runs here, None in a test or a script."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Follower:
    """Runs ``steps`` anew for each wish; a wish that came while they ran ends them, and they begin again for it.

    They run in the event loop in which the follower was made, from whatever thread they are wished for; without one
    they run at once, without rest. ``failed`` is told of an error of ours.
    """

    def __init__(self, steps: Steps, failed: Callable[[Exception], None]) -> None:
        self._steps, self._failed = steps, failed
        self._wanted = self._done = 0
        self._loop = running_loop()
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._over = False

    @property
    def is_later(self) -> bool:
        """Say whether steps run later, in an event loop, and not at once."""
        return self._loop is not None

    def want(self) -> None:
        """Wish for the steps; whatever is under way for an older wish is dropped."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin)
        elif not self._over:
            for _ in self._guarded():
                continue

    def stop(self) -> None:
        """Drop what is under way and follow no wish any more."""
        self._over = True
        self._wanted += 1
        self._woken.set()

    def _begin(self) -> None:
        self._wanted += 1
        self._woken.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._done != self._wanted and not self._over:
            now = self._wanted
            self._woken.clear()
            with closing(self._guarded()) as steps:  # steps that are broken off tidy up after themselves at once
                for rest in steps:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), max(rest, _BREATH))
                    if now != self._wanted:
                        break
                else:
                    self._done = now

    def _guarded(self) -> Generator[float]:
        try:
            yield from self._steps()
        except Exception as error:  # a callback's error is told nowhere: it must be told in the page
            self._failed(error)

"""Where tasks run: processes of this machine, or a Dask cluster that is there. The door of distributed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from types import TracebackType
from typing import TypeVar

from provision.errors import ProvisionError

_Task = TypeVar("_Task", bound=Hashable)
_Done = TypeVar("_Done")

_TRIES = 2
"""How often a task is begun by itself after it was lost: what ends its process then as well is given up."""


class Crew:
    """Who does the tasks. Where one of them dies, all are replaced, and what they were doing is begun again."""

    def __init__(self, gather: Callable[[], AbstractContextManager[Executor]], *, at_once: int) -> None:
        """Take how to gather them, and how many tasks they are given at once: what is lost where one dies."""
        self._gather, self._at_once = gather, at_once
        self._stack = ExitStack()
        self._executor: Executor | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def each(self, do: Callable[[_Task], _Done], tasks: Iterable[_Task]) -> Iterator[tuple[_Task, _Done | None]]:
        """Yield each task with what came of it as soon as it is done, None where whoever did it died every time.

        What was lost is begun again by itself, so that it is known which task it is that costs processes.
        """
        todo, doubtful, begun = deque(tasks), deque[_Task](), Counter[_Task]()
        running: dict[Future[_Done], _Task] = {}
        while todo or doubtful or running:
            source, most = (doubtful, 1) if doubtful else (todo, self._at_once)
            try:
                while source and len(running) < most:
                    future = self._there().submit(do, source[0])
                    running[future] = source.popleft()
            except BrokenExecutor:  # it broke while nobody had anything to do, or is about to tell so
                if not running:
                    self._replace()
            if not running:
                continue
            alone = len(running) == 1
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            lost = []
            for future in done:
                task = running.pop(future)
                if future.cancelled() or future.exception() is not None:
                    lost.append(task)
                else:
                    yield task, future.result()
            if lost:
                lost += running.values()
                running.clear()
                begun.update(lost if alone else ())
                self._replace()
                yield from ((task, None) for task in lost if begun[task] >= _TRIES)
                doubtful.extend(task for task in lost if begun[task] < _TRIES)

    def _there(self) -> Executor:
        if self._executor is None:
            self._executor = self._stack.enter_context(self._gather())
        return self._executor

    def _replace(self) -> None:
        self._stack.close()
        self._executor = None


def processes(jobs: int) -> Crew:
    """Return processes of this machine; none of them outlives this one, however it ends."""
    return Crew(partial(_pool, jobs), at_once=jobs)


@contextmanager
def _pool(jobs: int) -> Iterator[Executor]:
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_end_with_the_batch)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with_the_batch() -> None:
    """Have this process end when the one that began it does, also where that was killed and could tell nobody."""
    batch = multiprocessing.parent_process()

    def wait_for_it() -> None:
        if batch is not None:
            batch.join()
            os._exit(1)

    threading.Thread(target=wait_for_it, daemon=True).start()


def cluster(address: str) -> Crew:
    """Return the workers of a Dask cluster, by the address of its scheduler, who are told everything at once.

    Each must have one thread: a notebook is run in the folder it is in, and a process is in one folder at a time.

    Raises
    ------
    ProvisionError
        Once they are needed: Dask is not installed, nobody answers, nobody works there, or one has several threads.

    """
    return Crew(partial(_workers, address), at_once=10**6)


@contextmanager
def _workers(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise ProvisionError("dask_absent") from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ProvisionError("dask_unreachable", address=address, reason=str(error)) from None
    with client:
        threads = client.nthreads()
        if not threads or any(n != 1 for n in threads.values()):
            raise ProvisionError("dask_threads", address=address, workers=len(threads))
        with client.get_executor(pure=False, retries=_TRIES) as executor:
            yield executor

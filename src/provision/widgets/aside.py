"""A command of ours run aside, so that the desk stays free: what it says, how it ended, and a way to stop it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

from provision.widgets.follow import running_loop

_CHILD = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
from provision.commands import main
sys.exit(main(sys.argv[1:]))
"""
"""A command that ends when the process that started it is gone: then its standard input closes."""


class Aside:
    """Runs one command at a time; a new one stops the one before. What is told of a stopped one is dropped.

    Made where an event loop runs, ``told`` (each line it says) and ``ended`` (its exit code and all its lines) are
    called there, later; elsewhere ``run`` waits for the end.
    """

    def __init__(self, told: Callable[[str], None], ended: Callable[[int, str], None]) -> None:
        self._told, self._ended = told, ended
        self._loop = running_loop()
        self._process: subprocess.Popen[str] | None = None
        self._turn = 0
        self._lock = threading.RLock()  # a search may be started in one thread and stopped in another

    @property
    def busy(self) -> bool:
        """Say whether a command is running."""
        return self._process is not None

    def run(self, arguments: Sequence[str]) -> None:
        """Start a command, such as ``["solve", "data", ...]``."""
        with self._lock:
            self.stop()
            turn = self._turn
            process = self._process = subprocess.Popen(  # noqa: S603 - our own command, with the interpreter we run in
                [sys.executable, "-c", _CHILD, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        if self._loop is None:
            self._follow(process, turn, lambda call, *given: call(*given))
            return
        follow = (process, turn, self._loop.call_soon_threadsafe)
        threading.Thread(target=self._follow, args=follow, daemon=True).start()

    def stop(self) -> None:
        """End the command that is running, if any; nothing more is told of it."""
        with self._lock:
            process, self._process = self._process, None
            self._turn += 1
            if process is not None:
                process.kill()

    def _follow(self, process: subprocess.Popen[str], turn: int, say: Callable[..., object]) -> None:
        lines = []
        assert process.stderr is not None  # noqa: S101 - it was asked for
        with process:
            for line in process.stderr:
                lines.append(line.rstrip("\n"))
                say(self._tell, turn, lines[-1])
        say(self._end, turn, process.returncode, "\n".join(lines))

    def _tell(self, turn: int, line: str) -> None:
        if turn == self._turn:
            self._told(line)

    def _end(self, turn: int, code: int, said: str) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._process = None
        self._ended(code, said)

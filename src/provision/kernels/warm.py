"""A process that has loaded all that a report needs and becomes a kernel with each fork of it.

It has one thread, no socket of Jupyter's and no solver: a fork of it is a whole process. It ends with whoever started
it, and so does each kernel, whichever way that end came. A kernel that is there does not need it any more.
"""

from __future__ import annotations

import builtins
import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from threading import Thread
from types import SimpleNamespace
from typing import Any

from ipykernel.kernelapp import IPKernelApp

from provision.text import LANGUAGES, Words

LOADED = (
    "ipykernel.debugger",
    "sqlite3",
    "tornado.platform.asyncio",
    "babel.dates",
    "matplotlib.backends.backend_agg",
    "provision.charts",
    "provision.questions.answer",
    "provision.questions.deadlines",
    "provision.questions.duties",
    "provision.questions.indicators",
    "provision.questions.norms",
    "provision.questions.province_shown",
    "provision.questions.reconciled",
    "provision.questions.report",
    "provision.questions.schools",
    "provision.questions.staff",
    "provision.questions.tables",
)
"""What a kernel loads as it begins, and the cells of a report."""


def main(orders: int) -> None:
    """Load, then fork a kernel for each line that comes by a socket, until whoever sends them is gone."""
    surroundings = vars(builtins)
    surroundings["get_ipython"] = lambda: SimpleNamespace(kernel=True)  # pandas writes tables wider in a kernel
    for name in LOADED:
        with suppress(ImportError):  # what another version does not have is not loaded ahead
            import_module(name)
    del surroundings["get_ipython"]
    for language in LANGUAGES:
        Words(language)
    gc.freeze()  # what is shared stays where it is, so that it stays shared
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits here for kernels: their lines tell that they ended
    sent = socket.socket(fileno=orders)
    while lines := socket.recv_fds(sent, 1, 1)[1]:
        line = socket.socket(fileno=lines[0])
        with line.makefile(encoding="utf-8") as told:
            order = told.readline()
        if os.fork() == 0:
            sent.close()
            return _become(json.loads(order), line)
        line.close()
    os._exit(0)  # at once: nothing is left to be done


def _become(order: dict[str, Any], line: socket.socket) -> None:
    """Become a kernel as if started anew: with its own session, surroundings, folder and arguments."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = [*order["argv"], "--IPKernelApp.parent_handle=1"]  # its line tells when to end, no parent
    os.register_at_fork(after_in_child=line.close)  # what a notebook forks does not hold the line
    Thread(target=_end_with, args=(line,), daemon=True).start()
    kernel = IPKernelApp.instance()
    kernel.initialize()
    line.sendall(f"{os.getpid()}\n".encode())  # only now, so that it answers at once
    kernel.start()


def _end_with(line: socket.socket) -> None:
    """End this process once nobody holds the other end of its line."""
    line.recv(1)
    os._exit(1)

"""Kernels for many notebooks: each a fork of one warm process, or started anew where forks are not to be had.

The door of jupyter_client, where the provisioner is registered as ``provision-warm``: a kernelspec may name it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

NAME = "provision-warm"
"""What the provisioner is registered as."""

_LAUNCHER = "ipykernel_launcher"
_ENDED = 1
"""The exit code told of a forked kernel: how it ended, nobody asks."""

_PATIENCE = 60.0
"""Seconds until a kernel must have been forked, loading included; a stock one is started then."""

_LONGEST = 80
"""Bytes of a folder's path; with the name of a socket in it there may be a hundred."""

_WHILE_LOADING = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as a kernel has it when a cell imports matplotlib
    "OPENBLAS_NUM_THREADS": "1",  # a process that is to be forked has one thread
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # nobody debugs a report, so that nobody is warned
}

_BESIDE_NO_FILE = "import sys; sys.path[:] = filter(None, sys.path)"
"""Nothing is imported from the folder one happens to be in; a kernel adds it again, as its last step."""


def meeting(place: Path) -> dict[str, str]:
    """Return how a manager and its kernel meet: by files in a folder of theirs; encrypted where that cannot be."""
    if os.name == "posix" and len(os.fsencode(place)) < _LONGEST:
        return {"transport": "ipc", "connection_file": str(place / "kernel.json")}
    return {"transport_encryption": "auto"}


class WarmManager(AsyncKernelManager):
    """A manager whose kernels are forked where the provisioner is registered, else started by Jupyter."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """Return the kernel's description, with who starts it."""
        spec = super().kernel_spec
        if spec is not None and NAME in KernelProvisionerFactory.instance().get_provisioner_entries():
            spec.metadata["kernel_provisioner"] = {"provisioner_name": NAME}
        return spec


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel of this Python from the warm process; starts others, or where that fails, as Jupyter does."""

    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel and return how to reach it."""
        forked, cwd = None, kwargs.get("cwd") or Path.cwd()
        if cmd[0] == sys.executable and _LAUNCHER in cmd:
            forked = _forked(cmd[cmd.index(_LAUNCHER) :], kwargs["env"], cwd)
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.cwd = forked, forked.pid, cwd
        return self.connection_info


class ForkedKernel:
    """A forked kernel, which tells what ``subprocess.Popen`` tells of its own.

    The kernel ends once its line is closed at this end, and the line is closed once the kernel has ended.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        """Take a kernel that runs, by its process id and its line."""
        self.pid, self._line = pid, line
        self._line.setblocking(False)

    def poll(self) -> int | None:
        """Return None while the kernel runs, else its exit code."""
        try:
            self._line.recv(1)
        except BlockingIOError:
            return None
        except OSError:
            pass  # closed when it was asked before
        self._line.close()
        return _ENDED

    def wait(self) -> int:
        """Return the exit code, at the end of the kernel."""
        with suppress(OSError):
            self._line.setblocking(True)
            self._line.recv(1)
        self._line.close()
        return _ENDED

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and all it has started."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class _Warm:
    """The warm process of this one, in some surroundings; it ends with this object, or with this process."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._orders, theirs = socket.socketpair()
        with theirs:
            run = f"{_BESIDE_NO_FILE}; from provision.kernels.warm import main; main({theirs.fileno()})"
            process = subprocess.Popen(  # noqa: S603 - this Python and our own module
                [sys.executable, "-c", run],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**env, **_WHILE_LOADING},
                start_new_session=True,
            )
        weakref.finalize(self, _let_go, self._orders, process)

    def fork(self, order: Mapping[str, Any]) -> ForkedKernel:
        """Return a new kernel, or raise OSError: there is nobody to fork it, or nothing came in time."""
        line, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._orders, [b"k"], [theirs.fileno()])
            line.settimeout(_PATIENCE)
            line.sendall(json.dumps(order).encode() + b"\n")
            with line.makefile(encoding="ascii") as told:
                pid = told.readline()
            if not pid:
                raise ConnectionError
        except OSError:
            line.close()
            raise
        return ForkedKernel(int(pid), line)


def _let_go(orders: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """End the warm process: kernels do not need it any more."""
    orders.close()
    process.kill()
    process.wait()


@lru_cache(maxsize=1)
def _warm(env: frozenset[tuple[str, str]], _process: int) -> _Warm:
    """Return the warm process for these surroundings, which belongs to one process; others' is let go."""
    return _Warm(dict(env))


def _forked(argv: list[str], env: Mapping[str, str], cwd: str | Path) -> ForkedKernel | None:
    """Return a forked kernel, or None where there is none to be had."""
    if not hasattr(os, "fork"):
        return None
    env = dict(env)
    env.pop("JPY_PARENT_PID", None)  # who watches over this process, where it is itself a kernel
    for _ in range(2):  # the second time by a new warm process, where the one before has been killed
        try:
            return _warm(frozenset(env.items()), os.getpid()).fork({"argv": argv, "env": env, "cwd": str(cwd)})
        except OSError:
            _warm.cache_clear()
    return None

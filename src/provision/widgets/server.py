"""The desk's server, on this machine alone: JupyterLab, or Voilà, which shows the same notebook without code."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from provision.errors import ProvisionError
from provision.intake.mapping import find_mapping
from provision.text import LANGUAGES, Words

_HOST = "127.0.0.1"
_PAGE = Path(__file__).resolve().parent / "page"
"""Where Jupyter finds our template for Voilà, and that JupyterLab asks nobody for news, updates or extensions.

It also tells JupyterLab to send what a planner moves to the kernel's own thread: moved in another one, beside the
answer that is being made, an answer may stop half-way and never come.
"""

_SAID = ("title", "opening", "stopped", "reload", "failed")
_PATIENCE = 30.0
"""Seconds a server may take to end its kernels before it is ended by force: a solve may be running."""

_WIDGETS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
_LAB = (
    "--ServerApp.terminals_enabled=False",
    "--ServerApp.open_browser=False",
    "--ServerApp.port_retries=0",
    "--allow-root",
)
_VOILA = (
    "--no-browser",
    "--token",  # made anew or read from the environment, instead of none
    "--Voila.port_retries=0",
    "--Voila.tornado_settings={'allow_remote_access': False}",
    "--VoilaConfiguration.template=provision",
    "--VoilaConfiguration.allow_template_override=NO",
    "--VoilaConfiguration.allow_theme_override=NO",
    "--VoilaConfiguration.file_allowlist=['(?!)']",  # no file beside the notebook is handed out
    f"--VoilaConfiguration.extension_allowlist={_WIDGETS}",
    "--VoilaConfiguration.show_tracebacks=True",  # our template shows the words of an error and leaves the rest out
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers: the address to open, which holds its token, and its process."""

    address: str
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        """Return when the server has ended by itself."""
        while self.process.poll() is None:  # a wait without end would not hear Ctrl-C on Windows
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)


@contextmanager
def served(
    notebook: Path,
    *,
    data: Path,
    language: str,
    mapping: str | None = None,
    page: bool = False,
    port: int | None = None,
) -> Iterator[Server]:
    """Yield a server of a notebook once it answers; it ends, with all it started, when the block is left.

    It listens on 127.0.0.1 and asks for a token made for it. It neither reads nor writes the user's own Jupyter
    settings: its folders are private and go with it. The notebook hears of ``data``, ``mapping`` and
    ``language`` by the environment (``provision.intake.find_data``, ``find_mapping_named``, ``find_language``).

    Raises
    ------
    KeyboardInterrupt
        Where the command is told to end, also by SIGTERM or because its window closed.
    ProvisionError
        Where Voilà is not installed, the port cannot be had, or the server ends before it answers.

    """
    if page and find_spec("voila") is None:
        raise ProvisionError("page_not_installed")
    port = _free_port(port)
    token = secrets.token_urlsafe(24)
    with (
        _on_ends(signal.default_int_handler),
        tempfile.TemporaryDirectory(prefix="provision-") as private,
        tempfile.TemporaryFile() as log,
    ):
        process = subprocess.Popen(  # noqa: S603 - our own command, without a shell
            _page(notebook, port, language, private) if page else _lab(notebook, port, private),
            env=os.environ | _environment(private, token, data, language, mapping),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,  # Ctrl-C is ours to hear: a server that hears it too would ask back
        )
        try:
            _wait_until_it_answers(process, port, log)
            place = "" if page else f"lab/tree/{notebook.parent.name}/{notebook.name}"
            yield Server(f"http://{_HOST}:{port}/{place}?token={token}", process)
        finally:
            _end(process)


def _lab(notebook: Path, port: int, private: str) -> list[str]:
    """Return the command of a JupyterLab over the folder above the notebook's own."""
    options = [
        f"--ServerApp.ip={_HOST}",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={notebook.parent.parent}",
    ]
    options += [f"--FileCheckpoints.checkpoint_dir={Path(private, 'checkpoints')}"]  # not beside the notebooks
    return [sys.executable, "-m", "jupyterlab", *options, *_LAB]


def _page(notebook: Path, port: int, language: str, private: str) -> list[str]:
    """Return the command of a Voilà of the notebook, with our template and its words, the reader's language first."""
    spoken = [Words(language), *(Words(other) for other in LANGUAGES if other != language)]
    said = [{"language": words.language} | {key: words(f"served.{key}") for key in _SAID} for words in spoken]
    options = [f"--Voila.ip={_HOST}", f"--Voila.port={port}", f"--Voila.connection_dir_root={private}"]
    options += [f"--VoilaConfiguration.resources={ {'provision': said} }"]
    return [sys.executable, "-m", "voila", str(notebook), *options, *_VOILA]


def _environment(private: str, token: str, data: Path, language: str, mapping: str | None) -> Mapping[str, str]:
    """Return what the server and its kernels are told beside what is there; others could read an argument."""
    folders = {f"JUPYTER_{part}_DIR": str(Path(private, part.lower())) for part in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {f"JUPYTERLAB_{part}_DIR": str(Path(private, part.lower())) for part in ("SETTINGS", "WORKSPACES")}
    folders["IPYTHONDIR"] = str(Path(private, "ipython"))
    told = {"PROVISION_DATA": str(data.resolve()), "PROVISION_LANGUAGE": language}
    told["PROVISION_MAPPING"] = "" if mapping is None else str(find_mapping(mapping).resolve())
    return folders | told | {"JUPYTER_TOKEN": token, "JUPYTER_PATH": str(_PAGE), "JUPYTER_CONFIG_PATH": str(_PAGE)}


def _free_port(asked: int | None) -> int:
    """Return the port asked for, or one that is free."""
    if asked is not None and not 0 < asked < 2**16:
        raise ProvisionError("port_unknown", port=str(asked))
    try:
        with socket.create_server((_HOST, asked or 0)) as free:
            return int(free.getsockname()[1])
    except OSError as error:
        raise ProvisionError("port_taken", port=str(asked), reason=str(error)) from None


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    """Return once anything is answered on the port.

    Raises
    ------
    ProvisionError
        Where the server ends instead; its last line says why.

    """
    while process.poll() is None:
        connection = HTTPConnection(_HOST, port, timeout=5)
        try:
            connection.request("GET", "/login")
            connection.getresponse()
            return
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    log.seek(0)
    lines = log.read().decode(errors="replace").split("\n")
    raise ProvisionError("desk_not_started", reason=next((line for line in reversed(lines) if line.strip()), ""))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and its kernels; an impatient second Ctrl-C does not leave them behind."""
    with _on_ends(signal.SIG_IGN):
        process.terminate()
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _on_ends(handler: Any) -> Iterator[None]:
    """Handle all that tells a command to end in one way, until the block is left; Windows knows no SIGHUP."""
    ends = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [(end, signal.signal(end, handler)) for end in ends]
    try:
        yield
    finally:
        for end, heard in before:
            signal.signal(end, heard)

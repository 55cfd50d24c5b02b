"""A real browser and the desk as its command opens it, for the tests that look at pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_FLAGS += ["--disable-component-update", "--disable-sync"]
_HERE = re.compile(r"(https?|wss?)://(localhost|127\.0\.0\.1)[:/]|data:|blob:")
_IDLE = '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status="idle"]'
_STATE = ".jp-Notebook-ExecutionIndicator, .jp-StatusBar-TextItem"
_COMMAND = [sys.executable, "-c", "import sys; from provision.commands import main; sys.exit(main())"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield Debian's Chromium."""
    assert _CHROMIUM, "Debian's package chromium is needed: apt-get install chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """What a page complained of in its console, and every address it asked."""

    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def strangers(self) -> list[str]:
        """Return the addresses that are not on this machine."""
        return [address for address in self.asked if not _HERE.match(address)]


def new_page(browser: Browser, *, width: int = 1400, height: int = 1300) -> tuple[Page, Watched]:
    """Return a page that is watched from its first request on."""
    page, watched = browser.new_page(viewport={"width": width, "height": height}), Watched()

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            watched.errors.append(f"{message.text} {message.location.get('url', '')}")

    def request(request: Request) -> None:
        watched.asked.append(request.url)

    page.on("console", console)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    page.on("request", request)
    page.on("websocket", lambda socket: watched.asked.append(socket.url))
    return page, watched


def barriers(page: Page, *, include: str = "", exclude: str = "") -> list[str]:
    """Return what axe finds on a page, or on the parts of it told, that keeps somebody from using it."""
    context = {name: [[part]] for name, part in (("include", include), ("exclude", exclude)) if part}
    found = Axe().run(page, context=context or None).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page where somebody asked for pictures to look at."""
    if folder := os.environ.get("PROVISION_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def run_notebook(page: Page, *, until: Locator) -> None:
    """Run every cell of the notebook that JupyterLab shows in a new kernel, until something stands there.

    JupyterLab drops a run asked for before its kernel is connected, and on a busy machine may first ask which kernel
    to use, or tell of a slow one: its own proposal is accepted, the page is loaded again and asked again.
    """
    accept, seen = page.locator(".jp-Dialog .jp-mod-accept"), []
    for attempt in range(5):
        if attempt:
            seen += [*page.locator(".jp-Dialog").all_inner_texts(), *page.locator(_STATE).all_inner_texts()]
            with suppress(PlaywrightTimeout):
                accept.first.click(timeout=2_000)
            page.reload()
        with suppress(PlaywrightTimeout):
            page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first.wait_for(timeout=60_000)
            page.locator(_IDLE).wait_for(timeout=30_000)
            page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Kernel$")).click(timeout=5_000)
            page.locator(".lm-Menu-itemLabel", has_text="Restart Kernel and Run All Cells").click(timeout=5_000)
            accept.click(timeout=5_000)
            until.wait_for(timeout=60_000)
            return
    raise AssertionError(f"the notebook never ran; JupyterLab said {seen}")


@dataclass(frozen=True)
class Opened:
    """A desk the command has opened: its address with the token, and the command's process."""

    address: str
    command: psutil.Popen

    @property
    def started(self) -> list[psutil.Process]:
        """Return every process the command has started: the server and its kernels."""
        return list(self.command.children(recursive=True))

    @property
    def kernels(self) -> list[psutil.Process]:
        """Return the kernels among them."""
        return [process for process in self.started if "ipykernel_launcher" in process.cmdline()]

    def shut_kernels(self, page: Page) -> None:
        """Shut every kernel down, as JupyterLab's own list of what runs does."""
        at = urlsplit(self.address)
        headers = {"Authorization": f"token {parse_qs(at.query)['token'][0]}"}
        sessions = f"http://{at.netloc}/api/sessions"
        for session in page.request.get(sessions, headers=headers).json():
            assert page.request.delete(f"{sessions}/{session['id']}", headers=headers).ok

    def end(self) -> int:
        """End the command as a service manager does and return its exit code."""
        self.command.terminate()
        return int(self.command.wait(timeout=60))


@contextmanager
def desk_opened(folder: Path, *words: str) -> Iterator[Opened]:
    """Run ``provision desk`` with some words in a folder, and yield it once it has told its address."""
    run = [*_COMMAND, "desk", *words, "--no-browser"]
    with psutil.Popen(run, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as command:
        opened = Opened(command.stdout.readline().split()[-1], command)
        try:
            yield opened
        finally:
            if command.poll() is None:
                opened.end()

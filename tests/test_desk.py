"""The planner's notebook in a real JupyterLab and a real browser, and the desk on its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from worlds import World

from provision.errors import NoAnswer
from provision.widgets import desk

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_FLAGS += ["--disable-component-update", "--disable-sync"]
_TOKEN = "a-token-of-the-tests"  # noqa: S105 - the server lives for one test, on this machine
_NOTEBOOK = "01-plan-a-unit.ipynb"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a data folder with the four pilot schools, small enough to plan at once."""
    world = World().unit().option("pc", 10_000_000, 5).fund("main", [20_000_000, 10_000_000])
    for code in ("th-duc-thang-1", "th-duc-thang-2", "th-thi-tran", "th-hoang-luong"):
        world.school(code, pupils={3: [48, 48]})
    return world.write(tmp_path / "data" / "small")


def test_a_lever_moved_changes_the_plan(small: Path) -> None:
    """Twice the money buys twice the machines, at once; no money buys none."""
    table = desk(small, "u")
    bought = {}
    for factor in (1.0, 2.0, 0.0):
        table.budget.value = factor
        assert table.plan is not None
        bought[factor] = float(sum(p.quantity for p in table.plan.purchases))
    assert bought == pytest.approx({1.0: 3, 2.0: 6, 0.0: 0}, abs=1e-4)


def test_the_other_basis_needs_more(small: Path) -> None:
    """Counting the whole level asks for at least as many machines as counting the grades taught."""
    table = desk(small, "u")
    covered = sum(c.need for c in table.plan.coverage)
    table.basis.value = "enrolled"
    assert sum(c.need for c in table.plan.coverage) >= covered


def test_whole_machines_wait_for_their_button(small: Path) -> None:
    """A moved lever is answered in fractions and says so; the button plans whole machines and says how proven."""
    table = desk(small, "u")
    assert "tính nhanh" in table.state.value
    table.whole.click()
    assert "chứng minh" in table.state.value
    assert all(isinstance(p.quantity, int) for p in table.plan.purchases)


def test_a_plan_that_fails_says_why_and_the_last_good_one_stays(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is shown in the page, and verdict and charts are still those of the last good plan."""
    table = desk(small, "u")
    before = (table.said.value, [picture.value for picture in table.pictures])

    def fail(*_args: object, **_rest: object) -> None:
        raise NoAnswer("no_answer", status="x")

    monkeypatch.setattr(sys.modules["provision.widgets.desk"], "solve", fail)
    table.budget.value = 1.5
    assert "Không tính được" in table.state.value
    assert (table.said.value, [picture.value for picture in table.pictures]) == before


@pytest.mark.long
def test_the_notebook_in_jupyterlab(root: Path, small: Path) -> None:
    """Opened in JupyterLab and run, the notebook shows levers and charts; the keyboard moves the money; no error."""
    assert _CHROMIUM, "Debian's package chromium is needed: apt-get install chromium"
    work = small.parent.parent
    shutil.copy(root / "notebooks" / _NOTEBOOK, work / _NOTEBOOK)
    shutil.copytree(root / "roadmap", work / "roadmap")
    with _jupyterlab(work) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1300})
        errors, strangers = _watch(page)
        page.goto(f"{address}/lab/tree/{_NOTEBOOK}?token={_TOKEN}")
        page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
        page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=90_000)
        state = page.locator('[role="status"] em').filter(has_text="tính nhanh")
        _run_all(page, until=state)
        before = page.locator(".jupyter-widgets img").first.get_attribute("src")
        page.locator(".noUi-handle").first.focus()
        for _ in range(10):
            page.keyboard.press("ArrowRight")
        page.get_by_text(re.compile(r"150\s%")).wait_for(timeout=30_000)
        page.wait_for_function("b => document.querySelector('.jupyter-widgets img').src !== b", arg=before)
        if folder := os.environ.get("PROVISION_PICTURES"):
            page.screenshot(path=f"{folder}/desk.png")
        browser.close()
    assert errors == []
    assert strangers == []


def _run_all(page: Page, *, until: Locator) -> None:
    """Run every cell; JupyterLab drops a run asked for before its kernel is connected, so ask until it shows.

    On a busy machine it may first ask which kernel to use, or tell of a slow one: its own proposal is accepted.
    """
    for _ in range(8):
        for accept in page.locator(".jp-Dialog .jp-mod-accept").all():
            accept.click(timeout=5_000)
        with suppress(PlaywrightTimeout):
            page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click(timeout=5_000)
            page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click(timeout=5_000)
            until.wait_for(timeout=20_000)
            return
    raise AssertionError("the notebook never ran")


def _watch(page: Page) -> tuple[list[str], list[str]]:
    """Collect console errors and requests that leave this machine."""
    errors: list[str] = []
    strangers: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", console)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request",
        lambda r: (
            None
            if re.match(r"(https?|wss?)://(localhost|127\.0\.0\.1)|data:|blob:", r.url)
            else strangers.append(r.url)
        ),
    )
    return errors, strangers


@contextmanager
def _jupyterlab(folder: Path) -> Iterator[str]:
    """Run a JupyterLab over a folder, on this machine alone, and yield its address."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root"]
    command += [
        f"--IdentityProvider.token={_TOKEN}",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
    ]
    home = folder / ".jupyter-home"
    places = {f"JUPYTER_{part}_DIR": str(home / part) for part in ("CONFIG", "DATA", "RUNTIME")}
    server = subprocess.Popen(
        command, cwd=folder, env=os.environ | places, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        for line in server.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                yield f"http://127.0.0.1:{found[1]}"
                break
    finally:
        server.terminate()
        server.communicate(timeout=30)

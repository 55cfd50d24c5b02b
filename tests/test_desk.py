"""The planner's notebook in a real JupyterLab and a real browser, and the desk on its own."""

from __future__ import annotations

import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from browsers import chromium, desk_opened, new_page, picture
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from worlds import World

from provision.commands.desk import NOTEBOOK
from provision.errors import NoAnswer
from provision.widgets import desk


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
    work = small.parent.parent
    (work / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / NOTEBOOK, work / "notebooks" / NOTEBOOK)
    with desk_opened(work, str(small)) as opened, chromium() as browser:
        page, watched = new_page(browser)
        page.goto(opened.address)
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
        picture(page, "desk")
    assert watched.errors == []
    assert watched.strangers == []
    assert [a for a in watched.asked if re.search("/lab/api/(news|update|extensions)", a)] == []
    assert [path.name for path in (work / "notebooks").iterdir()] == [NOTEBOOK]


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

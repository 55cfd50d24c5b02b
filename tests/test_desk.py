"""The planner's notebook in a real JupyterLab and a real browser, and the desk on its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from worlds import World

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

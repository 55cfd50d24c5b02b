"""A slider in a real browser: from the key that moves it to the chart repainted, with a model and without."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "bac-giang"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WHO = ("bare", "still", "desk")
_CELL = "from bench.browser import side_by_side\nside_by_side()"
_HANDLES = {who: f".bench-{who} .noUi-handle" for who in ("bare", "still")} | {
    "desk": ".provision-levers .noUi-handle"
}
_IMAGES = {who: f".bench-{who} img" for who in ("bare", "still")} | {"desk": "img.provision-picture-need"}
_WATCH = """([handle, image]) => {
  const slider = document.querySelector(handle), picture = document.querySelector(image);
  slider.focus();
  window.took = new Promise((done, late) => {
    setTimeout(() => late(new Error('not repainted: ' + image)), 30000);
    slider.addEventListener('keydown', () => {
      const start = performance.now();
      picture.addEventListener('load', () => done((performance.now() - start) / 1000), { once: true });
    }, { once: true, capture: true });
  });
}"""


def side_by_side() -> Any:
    """Return all sliders as one output: JupyterLab takes cells that are out of sight off the page."""
    import ipywidgets as widgets

    from provision.widgets import desk

    return widgets.VBox([bare(), still(), desk(scenario="linear")])


def bare() -> Any:
    """Return a slider that draws the chart of one of two plans anew: no model stands behind it."""
    plans = _plans()
    return _slider("bare", lambda value: _drawn(plans[round(20 * value) % 2]))


def still() -> Any:
    """Return a slider that shows one of two pictures drawn before."""
    drawn = [_drawn(plan) for plan in _plans()]
    return _slider("still", lambda value: drawn[round(20 * value) % 2])


def repaint(rounds: int) -> dict[str, Any]:
    """Return the seconds from a key on a slider to the chart repainted: the desk's, and two without a model."""
    from playwright.sync_api import sync_playwright

    from provision.widgets.server import served

    seconds: dict[str, list[float]] = {who: [] for who in _WHO}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        notebook, data = _laid(Path(folder))
        os.environ["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "src")))
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        with served(notebook, data=data, language="vi") as server:
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.goto(server.address)
            _run_all(page)
            for n in range(rounds + 1):
                for who, found in seconds.items():
                    took = _moved(page, who, back=n % 8 >= 4)
                    found.extend([took] * (n > 0))  # the first of each warms what is loaded late
        browser.close()
    return {"seconds": seconds}


def _moved(page: Any, who: str, *, back: bool) -> float:
    """Return the seconds of one move, five per cent of the money to and fro, and wait until all is quiet again."""
    page.evaluate(_WATCH, [_HANDLES[who], _IMAGES[who]])
    page.keyboard.press("ArrowLeft" if back else "ArrowRight")
    took = float(page.evaluate("window.took"))
    page.locator(".provision-state", has_text="tính nhanh").wait_for()
    page.wait_for_timeout(500)
    return took


def _run_all(page: Any) -> None:
    """Run the notebook and wait until every picture is there."""
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=90_000)
    page.wait_for_timeout(2_000)  # JupyterLab drops a run that is asked for before its kernel is connected
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    for image in _IMAGES.values():
        page.locator(image).wait_for(timeout=120_000)
    page.locator(".provision-state", has_text="tính nhanh").wait_for(timeout=120_000)
    page.wait_for_timeout(2_000)


def _laid(folder: Path) -> tuple[Path, Path]:
    """Return a notebook with all sliders, and data with a scenario that leaves whole machines out."""
    data = folder / "data" / DATA.name
    shutil.copytree(DATA, data)
    (data / "scenarios" / "linear.toml").write_text("whole_machines = false\n", encoding="utf-8")
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "id": "a", "source": _CELL}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    notebook = folder / "notebooks" / "slider.ipynb"
    notebook.parent.mkdir()
    notebook.write_text(json.dumps(book), encoding="utf-8")
    return notebook, data


def _slider(who: str, painted: Callable[[float], bytes]) -> Any:
    import ipywidgets as widgets

    slider = widgets.FloatSlider(value=1, min=0, max=2, step=0.05, readout=False, continuous_update=False)
    picture = widgets.Image(format="png", value=painted(1))

    def follow(change: dict[str, float]) -> None:
        picture.value = painted(change["new"])

    slider.observe(follow, names="value")
    return widgets.VBox([slider, picture]).add_class(f"bench-{who}")


def _plans() -> list[Any]:
    import provision
    from provision.questions.live import Live

    live = Live(provision.load(DATA), ["hiep-hoa"], provision.read_roadmap("hiep-hoa-2017"))
    return [live.plan(provision.Scenario(budget_factor=factor)) for factor in (1, 0.9)]


def _drawn(plan: Any) -> bytes:
    from provision.charts import draw_need
    from provision.text import Words
    from provision.widgets.look import SCREEN_DPI

    return draw_need(plan, Words("vi")).save("png", dpi=SCREEN_DPI)

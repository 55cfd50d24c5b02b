"""What a page of widgets lacks for every reader: sliders with names, and a word when nobody answers any more."""

from __future__ import annotations

import asyncio
from importlib.resources import files

import anywidget
from traitlets import Dict, Int, Unicode

from provision.text import Words

_BEAT = 1.0
"""Seconds between two signs of life."""


class Reader(anywidget.AnyWidget):
    """Names sliders and pictures for who cannot see them, and says in the page when this process falls silent."""

    _esm = Unicode().tag(sync=True)
    beat = Int(0).tag(sync=True)
    lost = Unicode().tag(sync=True)
    pictures = Dict().tag(sync=True)

    def __init__(self, words: Words, *, kept: str) -> None:
        script = files("provision.widgets").joinpath("reader.js").read_text(encoding="utf-8")
        pictures = {chart: words(f"chart.{chart}.alt") for chart in ("need", "spending", "pupils")}
        pictures["comparison"] = words("compare.alt")
        super().__init__(_esm=script, lost=words("desk.lost", kept=kept), pictures=pictures)
        self._pulse: asyncio.Task[None] | None = None
        try:
            self._pulse = asyncio.get_running_loop().create_task(self._live())
        except RuntimeError:
            return

    def close(self) -> None:
        """Stop the signs of life."""
        if self._pulse is not None:
            self._pulse.cancel()
        super().close()

    async def _live(self) -> None:
        while True:
            self.beat += 1
            await asyncio.sleep(_BEAT)

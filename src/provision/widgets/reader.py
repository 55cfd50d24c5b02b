"""What a page of widgets lacks for every reader: sliders with names, and a word when nobody answers any more."""

from __future__ import annotations

import threading
from importlib.resources import files

import anywidget
from traitlets import Dict, Int, Unicode

from provision.text import Words
from provision.widgets.follow import running_loop

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
        self._over = threading.Event()
        if running_loop() is not None:  # a kernel's: a page may be listening
            threading.Thread(target=self._live, daemon=True).start()

    def close(self) -> None:
        """Stop the signs of life."""
        self._over.set()
        super().close()

    def _live(self) -> None:
        # in a thread of its own: who is busy for a while is not dead
        while not self._over.wait(_BEAT):
            self.beat += 1

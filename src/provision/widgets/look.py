"""How fields and rows look. Each call makes a layout of its own: one that is shared hides all who share it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

SCREEN_DPI = 110
"""Dots per inch of a chart on the screen."""


def field(width: str = "100%", *, label: str = "13.5rem") -> dict[str, Any]:
    """Return layout and style of a field; ``width`` is its own, ``label`` that of the name before it."""
    return {"layout": widgets.Layout(width=width, max_width="100%"), "style": {"description_width": label}}


def fitting(**more: str) -> widgets.Layout:
    """Return the layout of a button as wide as its words."""
    return widgets.Layout(width="auto", max_width="100%", **more)


def wrapping(*parts: widgets.Widget) -> widgets.HBox:
    """Return parts in a row that breaks where the page is narrow."""
    return widgets.HBox(list(parts), layout=widgets.Layout(flex_flow="row wrap"))


def picture(chart: str) -> widgets.Image:
    """Return a place for a chart; the reader says in words what it shows, for who cannot see it."""
    place = widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))
    return place.add_class(f"provision-picture-{chart}")


def hidden(part: widgets.Widget, *, unless: bool) -> None:
    """Hide a part, or show it."""
    part.layout.display = "" if unless else "none"


def put_away(part: widgets.Widget) -> None:
    """Close a part and all that lies in it: what is only taken off the page is kept in memory for ever."""
    for child in getattr(part, "children", ()):
        put_away(child)
    for look in (getattr(part, "style", None), part.layout):
        if isinstance(look, widgets.Widget):
            look.close()
    part.close()


def fill(box: widgets.Box, parts: Sequence[widgets.Widget]) -> None:
    """Show parts in a box in place of those there were."""
    before, box.children = box.children, parts
    for part in before:
        put_away(part)

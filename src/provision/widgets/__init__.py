"""The planner's desk: levers as widgets, an answer that follows at once. The door of ipywidgets."""

from provision.widgets.desk import Desk, comparison, desk

__all__ = ["Desk", "comparison", "desk"]

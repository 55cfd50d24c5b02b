"""The planner's desk: levers as widgets, charts that follow at once. The door of ipywidgets."""

from provision.widgets.desk import Desk, desk

__all__ = ["Desk", "desk"]

"""Report notebooks, run by Papermill and shown as pages. The door of papermill and nbconvert."""

from provision.render.batch import Report, render

__all__ = ["Report", "render"]

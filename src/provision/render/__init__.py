"""Report notebooks: run by Papermill, shown as pages, one a unit and scenario. The door of papermill and nbconvert."""

from provision.render.batch import Report, render

__all__ = ["Report", "render"]

"""Report notebooks, run by Papermill and shown as pages. The door of papermill and nbconvert."""

from provision.render.batch import render
from provision.render.tasks import Report

__all__ = ["Report", "render"]

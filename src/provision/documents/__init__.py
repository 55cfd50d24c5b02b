"""Files for other programs: a plan as a workbook, and the workbook that a planner fills in."""

from provision.documents.template import template
from provision.documents.workbook import workbook

__all__ = ["template", "workbook"]

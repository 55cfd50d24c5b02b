"""Files for other programs: a plan as a workbook, the one that a planner fills in, and one with the faults marked."""

from provision.documents.marked import marked
from provision.documents.template import template
from provision.documents.workbook import workbook

__all__ = ["marked", "template", "workbook"]

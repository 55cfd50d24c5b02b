"""Files for other programs: a plan as a workbook, the workbook a planner fills in, deadlines as a calendar."""

from provision.documents.calendar import calendar
from provision.documents.template import template
from provision.documents.workbook import workbook

__all__ = ["calendar", "template", "workbook"]

"""Files for other programs: a plan, a workbook to fill in, one with its faults marked, deadlines as a calendar."""

from provision.documents.calendar import calendar
from provision.documents.marked import marked
from provision.documents.template import template
from provision.documents.workbook import workbook

__all__ = ["calendar", "marked", "template", "workbook"]

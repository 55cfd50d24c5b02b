"""Files for other programs: a plan, letters, a workbook to fill in, one with its faults marked, a calendar."""

from provision.documents.calendar import calendar
from provision.documents.marked import marked
from provision.documents.paper import is_as_written
from provision.documents.template import template
from provision.documents.word import letter, letter_template
from provision.documents.workbook import workbook

__all__ = ["calendar", "is_as_written", "letter", "letter_template", "marked", "template", "workbook"]

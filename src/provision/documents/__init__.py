"""Files for other programs: a plan as a workbook."""

from provision.documents.workbook import workbook

__all__ = ["workbook"]

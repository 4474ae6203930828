"""The one base of every error that the workbook raises on purpose."""


class WorkbookError(Exception):
    """Something a person can put right: the text names what, its value, the limit and the next
    step.

    Scripts print it as one line; anything else that is raised is a fault of the workbook.
    """

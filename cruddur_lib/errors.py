"""The base class of every error that the workbook raises on purpose."""


class WorkbookError(Exception):
    """An error that the user can fix: its text names the value, the limit and the next step.

    Scripts print it as one line. Any other exception is a bug in the workbook.
    """

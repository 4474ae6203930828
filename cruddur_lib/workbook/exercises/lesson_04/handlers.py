"""Stream handlers of lesson 04: the notebook's plausible one, and known mistakes of learners."""

from collections.abc import Sequence

from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.experiments.fan_out import InboxTable, group_of, moved_row, row_of


def plausible(records: Sequence[Record], table: InboxTable) -> None:
    """Handle the first record only, however old, and delete before the put (the notebook's)."""
    message = row_of(records[0])
    for row in table.group_rows(group_of(records[0])):
        table.delete(row)
        table.put(moved_row(row, message))


def first_record_only(records: Sequence[Record], table: InboxTable) -> None:
    """Known mistake: ignores all records of a batch but the first."""
    _move(records[0], table, table.newest(group_of(records[0])))


def delete_first(records: Sequence[Record], table: InboxTable) -> None:
    """Known mistake: deletes before the put, so that a crash can leave no row."""
    for record in records:
        newest = table.newest(group_of(record))
        for row in table.group_rows(group_of(record)):
            table.delete(row)
            table.put(moved_row(row, newest))


def copy_the_record(records: Sequence[Record], table: InboxTable) -> None:
    """Known mistake: takes every record for the newest message."""
    for record in records:
        _move(record, table, row_of(record))


def text_of_the_record(records: Sequence[Record], table: InboxTable) -> None:
    """Known mistake: combines the newest message's time with the record's text."""
    for record in records:
        newest = table.newest(group_of(record))
        _move(record, table, {**newest, "message": row_of(record)["message"]})


def delete_what_was_put(records: Sequence[Record], table: InboxTable) -> None:
    """Known mistake: deletes the row that it has just put if the key stays the same."""
    for record in records:
        newest = table.newest(group_of(record))
        for row in table.group_rows(group_of(record)):
            table.put(moved_row(row, newest))
            table.delete(row)


def new_messages_only(records: Sequence[Record], table: InboxTable) -> None:
    """Known mistake: ignores changes of a message."""
    for record in records:
        if record["eventName"] == "INSERT":
            _move(record, table, table.newest(group_of(record)))


def put_without_delete(records: Sequence[Record], table: InboxTable) -> None:
    """Known mistake: leaves the older row at its key."""
    for record in records:
        newest = table.newest(group_of(record))
        for row in table.group_rows(group_of(record)):
            table.put(moved_row(row, newest))


def _move(record: Record, table: InboxTable, message: Row) -> None:
    """Put each group row for `message`, then delete the old row if its key has changed."""
    for row in table.group_rows(group_of(record)):
        new = moved_row(row, message)
        table.put(new)
        if row["sk"] != new["sk"]:
            table.delete(row)

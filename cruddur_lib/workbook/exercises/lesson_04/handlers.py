"""Handlers of 04, the fan-out: the plausible one that the notebook breaks, and mistaken ones that
learners write, each in one way.
"""

from collections.abc import Sequence

from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.experiments.fan_out import InboxTable, group_of, moved_row, row_of


def plausible(records: Sequence[Record], table: InboxTable) -> None:
    """The notebook's: the first record alone, however old, and the delete before the put."""
    message = row_of(records[0])
    for row in table.group_rows(group_of(records[0])):
        table.delete(row)
        table.put(moved_row(row, message))


def first_only(records: Sequence[Record], table: InboxTable) -> None:
    """A wrong answer: the rest of the batch is passed over."""
    _move(records[0], table, table.newest(group_of(records[0])))


def delete_first(records: Sequence[Record], table: InboxTable) -> None:
    """A wrong answer: for a moment, or for good, there is no row."""
    for record in records:
        newest = table.newest(group_of(record))
        for row in table.group_rows(group_of(record)):
            table.delete(row)
            table.put(moved_row(row, newest))


def as_the_record_says(records: Sequence[Record], table: InboxTable) -> None:
    """A wrong answer: a record is news, however old it is."""
    for record in records:
        _move(record, table, row_of(record))


def text_of_the_record(records: Sequence[Record], table: InboxTable) -> None:
    """A wrong answer: the newest message's place, and another one's text."""
    for record in records:
        newest = table.newest(group_of(record))
        _move(record, table, {**newest, "message": row_of(record)["message"]})


def deletes_what_it_put(records: Sequence[Record], table: InboxTable) -> None:
    """A wrong answer: a row whose key stays is deleted with what was put over it."""
    for record in records:
        newest = table.newest(group_of(record))
        for row in table.group_rows(group_of(record)):
            table.put(moved_row(row, newest))
            table.delete(row)


def new_messages_only(records: Sequence[Record], table: InboxTable) -> None:
    """A wrong answer: a change of the newest message does not show."""
    for record in records:
        if record["eventName"] == "INSERT":
            _move(record, table, table.newest(group_of(record)))


def leaves_the_older_row(records: Sequence[Record], table: InboxTable) -> None:
    """A wrong answer: put is all that it does."""
    for record in records:
        newest = table.newest(group_of(record))
        for row in table.group_rows(group_of(record)):
            table.put(moved_row(row, newest))


def _move(record: Record, table: InboxTable, message: Row) -> None:
    """Puts, then deletes: as it should be, if the message is the newest."""
    for row in table.group_rows(group_of(record)):
        new = moved_row(row, message)
        table.put(new)
        if row["sk"] != new["sk"]:
            table.delete(row)

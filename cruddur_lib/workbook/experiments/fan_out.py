"""Four requests on the bootcamp's table, and stream records, for lessons on its handler (E)."""

from collections.abc import Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import keys
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox
from cruddur_lib.messaging.entities import preview
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, EventPattern, passes
from cruddur_lib.messaging.rows import newest_rows, sent_at
from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.table import Row
from cruddur_lib.text import frame
from cruddur_lib.workbook.sandbox.rows import NONE, cell_text
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import pandas as pd


class InboxTable:
    """The bootcamp's table with two reads and two writes, each of them a single request."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Use the table of a lesson or of another sandbox."""
        self._client = sandbox.backend.dynamodb
        self._table = sandbox.table

    def newest(self, group: str) -> Row:
        """Return the newest message of the group with this uuid, by a strongly consistent Query.

        Raises:
            WorkbookError: the group has no message; most likely `group` is no uuid.
        """
        found = newest_rows(self._client, self._table, keys.messages_pk(group))
        if not found:
            raise WorkbookError(
                f"no message in group {group!r:.40}: give a uuid, as group_of(record) does"
            )
        return found[0]

    def group_rows(self, group: str) -> list[Row]:
        """Return the group's rows in both inboxes, sorted by pk and sk, by a Query of the index."""
        reply = self._client.query(
            TableName=self._table,
            IndexName=BootcampInbox.schema.indexes[0].name,
            KeyConditionExpression="message_group_uuid = :group",
            ExpressionAttributeValues={":group": group},
        )
        return sorted(reply["Items"], key=lambda row: (row["pk"], row["sk"]))

    def put(self, row: Row) -> None:
        """Put the row, replacing any item with its key, by a PutItem."""
        self._client.put_item(TableName=self._table, Item=dict(row))

    def delete(self, row: Row) -> None:
        """Delete the item with the row's key, if there is one, by a DeleteItem."""
        self._client.delete_item(TableName=self._table, Key={k: row[k] for k in ("pk", "sk")})


def moved_row(row: Row, message: Row) -> dict[str, Any]:
    """Return the group row with the sort key and the preview of the newest message.

    The inbox's owner and the other user stay.

    Args:
        row: a group row.
        message: the row of the newest message.

    Raises:
        WorkbookError: `message` is a stream record.
    """
    if "dynamodb" in message:
        raise WorkbookError("the message is a record: give a row, as row_of(record) does")
    return {
        **row,
        "sk": keys.group_sk(sent_at(message), keys.uuid_in(message["pk"])),
        "message_uuid": message["message_uuid"],
        "message": preview(message["message"]),
    }


def group_of(record: Record) -> str:
    """Return the uuid of the message group from a message's record."""
    return keys.uuid_in(record["dynamodb"]["Keys"]["pk"]["S"])


def row_of(record: Record) -> dict[str, str]:
    """Return the row after the change: the record's new image."""
    return {name: value["S"] for name, value in record["dynamodb"]["NewImage"].items()}


def kind_of(record: Record) -> str:
    """Return the event and the kind of row: "INSERT message", "REMOVE group row"."""
    return f"{record['eventName']} {'message' if passes(MESSAGES_ONLY, record) else 'group row'}"


def records_table(records: Sequence[Record]) -> "pd.DataFrame":
    """Return records as a table, oldest first, with the event, the key and the new text."""
    cells = []
    for record in records:
        change = record["dynamodb"]
        pk, sk = (cell_text(change["Keys"][name]["S"]) for name in ("pk", "sk"))
        text = change.get("NewImage", {}).get("message", {}).get("S", NONE)
        cells.append([record["eventName"], pk, sk, cell_text(text)])
    names = [f"record {number}" for number, _ in enumerate(records, 1)]
    return frame(cells, names, ["eventName", "pk", "sk", "message in the new image"])


def passing_kinds(pattern: EventPattern | EllipsisType, records: Sequence[Record]) -> Any:
    """Return the kinds of records that an event filter passes.

    Args:
        pattern: the filter's pattern, or the dots that a learner has not replaced yet.
        records: the records to filter.

    Returns:
        A set of kinds (see `kind_of`), or the dots.
    """
    if isinstance(pattern, EllipsisType):
        return pattern
    return {kind_of(record) for record in records if passes(pattern, record)}

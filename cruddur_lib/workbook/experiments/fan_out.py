"""What a lesson on pattern E works with: a table in four requests, and what stream records say."""

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
from cruddur_lib.workbook.sandbox.rows import NONE, short
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import pandas as pd


class InboxTable:
    """The bootcamp's table as E needs it: two ways to read and two to write, a request each."""

    def __init__(self, lesson: Sandbox) -> None:
        """The lesson's table."""
        self._client = lesson.backend.dynamodb
        self._table = lesson.table

    def newest(self, group: str) -> Row:
        """The newest message of a group: a Query, strongly consistent. Raises `WorkbookError` where
        it is given something else than the uuid of a group.
        """
        found = newest_rows(self._client, self._table, keys.messages_pk(group))
        if not found:
            given = f"{group!r:.40}"
            raise WorkbookError(
                f"no message in group {given}: give a uuid, as group_of(record) does"
            )
        return found[0]

    def group_rows(self, group: str) -> list[Row]:
        """The group's rows in both inboxes, sorted by pk and sk: a Query of the index."""
        reply = self._client.query(
            TableName=self._table,
            IndexName=BootcampInbox.schema.indexes[0].name,
            KeyConditionExpression="message_group_uuid = :group",
            ExpressionAttributeValues={":group": group},
        )
        return sorted(reply["Items"], key=lambda row: (row["pk"], row["sk"]))

    def put(self, row: Row) -> None:
        """Puts the row at its key, over whatever lies there: a PutItem."""
        self._client.put_item(TableName=self._table, Item=dict(row))

    def delete(self, row: Row) -> None:
        """Deletes what lies at the row's key, if anything does: a DeleteItem."""
        key = {"pk": row["pk"], "sk": row["sk"]}
        self._client.delete_item(TableName=self._table, Key=key)


def moved(row: Row, message: Row) -> dict[str, Any]:
    """The group row as it has to be where `message` is the newest: its sort key and text are the
    message's, whose inbox it lies in and whom it names stay. Raises `WorkbookError` where it is
    given a record for a message.
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
    """The uuid of the message group that a message's record is about."""
    return keys.uuid_in(record["dynamodb"]["Keys"]["pk"]["S"])


def row_of(record: Record) -> dict[str, str]:
    """The row as it was after the change: the record's new image."""
    return {name: value["S"] for name, value in record["dynamodb"]["NewImage"].items()}


def kind_of(record: Record) -> str:
    """What happened, and to which kind of row: "INSERT message", "REMOVE group row"."""
    kind = "message" if passes(MESSAGES_ONLY, record) else "group row"
    return f"{record['eventName']} {kind}"


def as_records(records: Sequence[Record]) -> "pd.DataFrame":
    """Records as a table, one a line, oldest first: what happened, at which key, and the new
    text.
    """
    import pandas as pd  # noqa: PLC0415  half a second to import

    cells = []
    for record in records:
        change = record["dynamodb"]
        pk, sk = (short(change["Keys"][name]["S"]) for name in ("pk", "sk"))
        text = change.get("NewImage", {}).get("message", {}).get("S", NONE)
        cells.append([record["eventName"], pk, sk, short(text)])
    names = [f"record {number}" for number, _ in enumerate(records, 1)]
    return pd.DataFrame(cells, names, ["eventName", "pk", "sk", "message in the new image"])


def passing(pattern: EventPattern | EllipsisType, records: Sequence[Record]) -> Any:
    """The kinds of records that a filter with this pattern lets through; dots where it is dots."""
    if isinstance(pattern, EllipsisType):
        return pattern
    return {kind_of(record) for record in records if passes(pattern, record)}

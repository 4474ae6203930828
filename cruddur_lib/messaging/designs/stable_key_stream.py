"""Pattern E where group rows stay at their key: one conditional UpdateItem for each inbox.

| record of a message | what a group row gets | on the condition |
|---|---|---|
| INSERT | its time and its text | that it shows an older message, or the first |
| MODIFY | its text | that it shows this message |
| REMOVE | time and text of the newest that remains, read strongly | that it shows this message |

A record may come again, alone or with all that followed it: what it says is older or the same by
then, and changes nothing, or is put right by the record that changed it before. Records of one
group must come in their order, as a stream gives them: the record of a new message that comes after
that of its deletion would show it until the next one. (The bootcamp's E, which looks at the table
each time, takes them in any order, and pays for the look.)

For one message: no reads, writes 2 x 1 on the table and 2 x (delete 1 + put 1) on the index.
"""

from collections.abc import Sequence
from typing import Any

from cruddur_lib.backends import Backend
from cruddur_lib.messaging import keys
from cruddur_lib.messaging.checks import Refused, check_uuid
from cruddur_lib.messaging.entities import preview
from cruddur_lib.messaging.stream import Record, sequence_of
from cruddur_lib.messaging.table import Row

OLDER = "last_message_at < :at OR attribute_exists(shows_first)"
THIS = "last_message_at = :shown"


class Summaries:
    """A stream handler: call it with records; it returns the sequence numbers of the poison."""

    def __init__(self, backend: Backend, table: str) -> None:
        """Works on `table`."""
        self._client = backend.dynamodb
        self._table = table

    def __call__(self, records: Sequence[Record]) -> list[str]:
        """Sequence numbers of records that nobody can handle; the others are done.

        An error of the engine is raised: the batch is to be tried again.
        """
        poison = []
        for record in records:
            try:
                self._handle(record)
            except (KeyError, TypeError, keys.KeyMalformed, Refused):
                poison.append(sequence_of(record))
        return poison

    def _handle(self, record: Record) -> None:
        kind, change = record["eventName"], record["dynamodb"]
        pk, sk = (change["Keys"][name]["S"] for name in ("pk", "sk"))
        group = keys.owner(pk)
        check_uuid(group, "uuid in pk")
        if pk.startswith("GRP#") or (kind, sk) == ("INSERT", keys.FIRST):
            return  # E's own writes; and C wrote its group rows together with the first message
        if kind == "REMOVE":
            keys.time_and_uuid(sk)
            self._fall_back(group, sk)
            return
        row = {name: value["S"] for name, value in change["NewImage"].items()}
        condition = OLDER if kind == "INSERT" else THIS
        for pk in owners(row):
            self._show(pk, group, row, condition, position(row))

    def _fall_back(self, group: str, removed: keys.Sk) -> None:
        """Where the removed message is shown, shows the newest that remains."""
        first = self._client.get_item(
            TableName=self._table,
            Key={"pk": keys.messages_pk(group), "sk": keys.FIRST},
            ConsistentRead=True,
        ).get("Item")
        if first is None:
            return  # all of the group's rows were removed
        (newest,) = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": keys.messages_pk(group)},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )["Items"]
        for pk in owners(first):
            self._show(pk, group, newest, THIS, removed)

    def _show(self, pk: keys.Pk, group: str, message: Row, condition: str, shown: str) -> None:
        """One UpdateItem; nothing where its condition does not hold."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"pk": pk, "sk": keys.stable_sk(group)},
                **shows(message, condition, shown),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it shows something newer, or something else, or is not there


def shows(message: Row, condition: str, shown: keys.Sk) -> Any:
    """What an update of a group row asks for, so that it shows this message."""
    values = {":at": position(message), ":text": preview(message["message"])}
    change = "SET last_message_at = :at, message = :text"
    if message["sk"] == keys.FIRST:
        change, values = f"{change}, shows_first = :yes", {**values, ":yes": "yes"}
    else:
        change += " REMOVE shows_first"
    return {
        "UpdateExpression": change,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": values | ({":shown": shown} if condition is THIS else {}),
    }


def position(message: Row) -> keys.Sk:
    """A message's place in time, as `last_message_at` has it; of a first one too."""
    if message["sk"] == keys.FIRST:
        return keys.message_sk(keys.moment(message["created_at"]), message["message_uuid"])
    keys.time_and_uuid(message["sk"])
    return str(message["sk"])


def owners(message: Any) -> list[keys.Pk]:
    """Whose inboxes show the message's group."""
    return [keys.groups_pk(message[f"{role}_uuid"]) for role in ("user", "other")]

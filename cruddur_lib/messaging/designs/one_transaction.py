"""A message and both inboxes in one transaction: nothing runs afterwards, nothing is ever behind.

Rows and index are those of `stable_key` (see there). Pattern D puts the message and updates both
group rows, all or nothing; changes and deletions do the same where the message is the newest. So
there is no pattern E: no stream is read, no function runs, and the group rows are never older than
their messages. A local index, or a strongly consistent look at them, would show that; the global
index that B reads may still lag.

What this costs: a transaction doubles the table's units; and two people who write to each other at
the same moment meet on the group rows: one of them is cancelled and tried again
(TransactionConflict), where in the other designs both just write.

A message may come later than a newer one (clocks differ, a request was slow). Then the group rows
must stay, and a condition check makes sure that they still are ahead when the message is put.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from cruddur_lib.messaging import keys
from cruddur_lib.messaging.designs.base import NEW, key_of, met_another, not_the_sender
from cruddur_lib.messaging.designs.stable_key import (
    OLDER,
    THIS,
    StableKeyInbox,
    owners,
    position,
    shows,
)
from cruddur_lib.messaging.entities import Draft, Message, User
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import Row
from cruddur_lib.messaging.validation import check_type

FAILED = "ConditionalCheckFailed"
AHEAD = "last_message_at > :at AND attribute_not_exists(shows_first)"
ANOTHER = "last_message_at <> :at"
SAME = "message = :text"

Actions = list[dict[str, Any]]


class OneTransactionInbox(StableKeyInbox):
    """Patterns A to D; what an inbox shows of a group is written together with each message."""

    name: ClassVar[str] = "one_transaction"

    def stream_handler(self) -> Handler | None:
        """None: D has done it."""
        return None

    def _send(self, draft: Draft) -> Row:
        row = self.message_row(draft)
        put = self._put(row, ConditionExpression=NEW)

        def newest_or_late(attempt: int) -> Actions:
            """By turns: first as the newest message, then as one that comes late."""
            if attempt % 2:
                return [put, *(self._show(pk, row, OLDER) for pk in owners(row))]
            return [put, self._check(_group(row), AHEAD, at=position(row))]

        if self._transact(newest_or_late):
            return row
        return self._item(row["pk"], row["sk"], consistent=True) or row  # it was sent before

    def _change(self, user: User, message: Message, text: str) -> None:
        check_type(User, user, "user")
        check_type(Message, message, "message")
        change = {"Update": self._new_text(user, message, text)}

        def shown_or_not(_: int) -> Actions:
            if not (found := self._newest(message, 1)):
                return [change]
            (newest,) = found
            if newest["sk"] != change["Update"]["Key"]["sk"]:
                return [change, self._check(_group(newest), ANOTHER, at=_at(message))]
            edited = {**newest, "message": text}
            return [change, *(self._show(pk, edited, THIS) for pk in owners(newest))]

        if not self._transact(shown_or_not):
            raise self._refusal(user, message)

    def _remove(self, user: User, message: Message) -> None:
        deletion = {"Delete": self._deletion(user, message)}

        def shown_or_not(_: int) -> Actions:
            if not (found := self._newest(message, 2)):
                return [deletion]
            newest, *older = found
            if newest["sk"] != deletion["Delete"]["Key"]["sk"]:
                return [deletion, self._check(_group(newest), ANOTHER, at=_at(message))]
            (left,) = older
            here = {"pk": left["pk"], "sk": left["sk"]}
            back = [self._show(pk, left, THIS, position(newest)) for pk in owners(left)]
            return [deletion, *back, self._check(here, SAME, text=left["message"])]

        if not self._transact(shown_or_not):
            raise not_the_sender(user, message)

    def _transact(self, actions: Callable[[int], Actions]) -> bool:
        """Whether it was done; False where the condition of the first action, the message's own,
        does not hold. The others' say that the group rows moved meanwhile: then once more.
        """
        client: Any = self.backend.dynamodb
        retry = self.retries.begin()
        while True:
            try:
                client.transact_write_items(TransactItems=actions(retry.attempt))
            except client.exceptions.TransactionCanceledException as error:
                reasons: Any = error.response
                first, *others = (one["Code"] for one in reasons["CancellationReasons"])
                if first == FAILED:
                    return False
                if not ((FAILED in others or met_another(error)) and retry.again()):
                    raise
            else:
                return True

    def _newest(self, message: Message, count: int) -> list[Row]:
        """The newest messages of a message's group, strongly consistent."""
        reply = self.backend.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": key_of(message)["pk"]},
            ScanIndexForward=False,
            Limit=count,
            ConsistentRead=True,
        )
        return list(reply["Items"])

    def _show(self, pk: keys.Pk, row: Row, condition: str, shown: str = "") -> dict[str, Any]:
        """The Update of one group row."""
        update = shows(row, condition, shown or position(row))
        return {"Update": {"TableName": self.table, "Key": _group(row) | {"pk": pk}, **update}}

    def _check(self, key: dict[str, Any], condition: str, **values: str) -> dict[str, Any]:
        """The ConditionCheck of one row."""
        return {
            "ConditionCheck": {
                "TableName": self.table,
                "Key": key,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
            }
        }


def _group(row: Row) -> dict[str, str]:
    """Where the sender's group row of a message lies. Both group rows always say the same."""
    return {"pk": owners(row)[0], "sk": keys.stable_sk(keys.owner(row["pk"]))}


def _at(message: Message) -> keys.Sk:
    """A message's place in time, as `last_message_at` has it."""
    return keys.message_sk(message.created_at, message.uuid)

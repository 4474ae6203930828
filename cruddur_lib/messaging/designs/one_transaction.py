"""A message and both inboxes in one transaction: no later work, and no inbox is ever behind.

Rows and index are those of `stable_key`. Creating a message (D) puts the message and updates both
group rows, all or nothing. Changing or deleting the newest message does the same. So the design
needs no stream handler (E), and the group rows are never older than their messages. The global
index that lists message groups (B) may still lag behind them.

The price: a transaction doubles the table's units. And when two people write to each other at the
same moment, their transactions conflict on the group rows, so one is canceled and retried
(TransactionConflict). In the other designs both simply write.

A message may be late, after a newer one, if clocks differ or a request was slow. Then the group
rows must stay as they are, and a condition check makes sure that they show something newer.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from cruddur_lib.messaging import keys
from cruddur_lib.messaging.designs.stable_key import (
    SHOWS_OLDER,
    SHOWS_THIS,
    StableKeyInbox,
    inbox_pks,
    position,
    summary_update,
)
from cruddur_lib.messaging.entities import Draft, Message, User
from cruddur_lib.messaging.inbox import CONFLICT, IS_NEW, not_the_sender
from cruddur_lib.messaging.retries import Actions
from cruddur_lib.messaging.rows import newest_rows
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import Row

CONDITION_FAILED = "ConditionalCheckFailed"
SHOWS_NEWER = "last_message_at > :at AND attribute_not_exists(shows_first)"


class OneTransactionInbox(StableKeyInbox):
    """The inbox that writes its group rows together with each message."""

    name: ClassVar[str] = "one_transaction"

    def stream_handler(self) -> Handler | None:
        """Return None, because creating a message (D) updates the group rows itself."""
        return None

    def _send(self, draft: Draft) -> Row:
        row = self.message_row(draft)
        put = self._put(row, ConditionExpression=IS_NEW)

        def newest_or_late(attempt: int) -> Actions:
            """Try by turns: as the newest message, then as a late one."""
            if attempt % 2:
                return [put, *(self._show(pk, row, SHOWS_OLDER) for pk in inbox_pks(row))]
            return [put, self._check(_group_key(row), SHOWS_NEWER, at=position(row))]

        if self._transact(newest_or_late):
            return row
        # An earlier attempt succeeded, so we return what is stored.
        return self._item(row["pk"], row["sk"], consistent=True) or row

    def _change(self, user: User, message: Message, text: str) -> None:
        change = {"Update": self._new_text(user, message, text)}

        def shown_or_not(_: int) -> Actions:
            if not (found := self._newest(message, 1)):
                return [change]
            (newest,) = found
            if newest["sk"] != change["Update"]["Key"]["sk"]:
                return [change, self._shows_another(newest, message)]
            edited = {**newest, "message": text}
            return [change, *(self._show(pk, edited, SHOWS_THIS) for pk in inbox_pks(newest))]

        if not self._transact(shown_or_not):
            raise self._refusal(user, message)

    def _remove(self, user: User, message: Message) -> None:
        deletion = {"Delete": self._deletion(user, message)}

        def shown_or_not(_: int) -> Actions:
            if not (found := self._newest(message, 2)):
                return [deletion]
            newest, *older = found
            if newest["sk"] != deletion["Delete"]["Key"]["sk"]:
                return [deletion, self._shows_another(newest, message)]
            (left,) = older
            here = {"pk": left["pk"], "sk": left["sk"]}
            back = [self._show(pk, left, SHOWS_THIS, position(newest)) for pk in inbox_pks(left)]
            return [deletion, *back, self._check(here, "message = :text", text=left["message"])]

        if not self._transact(shown_or_not):
            raise not_the_sender(user, message)

    def _transact(self, actions: Callable[[int], Actions]) -> bool:
        """Run a transaction; return False if its first condition, on the message itself, failed.

        If another condition failed, the group rows changed meanwhile, so it is retried.
        """
        return self.retries.transact(
            self.backend.dynamodb,
            actions,
            lambda reasons: reasons[0] == CONDITION_FAILED,
            {CONDITION_FAILED, CONFLICT},
        )

    def _newest(self, message: Message, count: int) -> list[Row]:
        """Return the newest messages of a message's group."""
        pk = keys.messages_pk(message.group_uuid)
        return newest_rows(self.backend.dynamodb, self.table, pk, count)

    def _show(self, pk: keys.Pk, row: Row, condition: str, shown: str = "") -> dict[str, Any]:
        """Return the action that makes one group row show a message."""
        update = summary_update(row, condition, shown or position(row))
        return {"Update": {"TableName": self.table, "Key": _group_key(row) | {"pk": pk}, **update}}

    def _shows_another(self, newest: Row, message: Message) -> dict[str, Any]:
        """Return the action that checks that the group's rows show another message."""
        at = keys.message_sk(message.created_at, message.uuid)
        return self._check(_group_key(newest), "last_message_at <> :at", at=at)

    def _check(self, key: dict[str, Any], condition: str, **values: str) -> dict[str, Any]:
        """Return the action that checks a condition on one row."""
        return {
            "ConditionCheck": {
                "TableName": self.table,
                "Key": key,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
            }
        }


def _group_key(row: Row) -> dict[str, str]:
    """Return the key of the sender's group row of a message; both group rows always agree."""
    return {"pk": inbox_pks(row)[0], "sk": keys.stable_sk(keys.uuid_in(row["pk"]))}

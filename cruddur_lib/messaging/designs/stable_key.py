"""A group row that stays where it is: its key says whose and which, an index says when.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message, first message | as in every design (see messages.py), and other_uuid | | | no |
| group row | GRP#me | GRP#group | last_message_at, message, shows_first, user_* | yes |

The index `last-message-at-index` (pk, last_message_at) holds group rows only, as only they carry
its range key, and B reads an inbox from there. last_message_at is the newest message's sk: its time
and its uuid, so of two messages one is always the later. shows_first is there as long as the first
message is shown: any other one is newer than that, whatever their clocks said, as in pattern A.

A message names both of its people, so E has all it needs in the stream record: one conditional
UpdateItem for each inbox. See stable_key_stream.py.

What these keys cannot give: an index is never strongly consistent, so B may lag even where the row
is right; and an index that is given too little capacity throttles its table, as each message moves
two entries of it.
"""

from typing import ClassVar

from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.checks import check_is
from cruddur_lib.messaging.designs.messages import MessagesInbox, sides
from cruddur_lib.messaging.designs.stable_key_stream import Summaries
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.inbox import LIMIT
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import Index, Schema


class StableKeyInbox(MessagesInbox):
    """Patterns A to D; what an inbox shows of a group is brought up to it when E runs."""

    name: ClassVar[str] = "stable_key"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("last-message-at-index", "pk", "last_message_at"),)
    )

    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B, one Query of the index."""
        check_is(User, user, "user")
        (index,) = self.schema.indexes
        page = self._newest_rows(keys.groups_pk(user.uuid), limit, cursor, index)
        groups = []
        for row in page:
            at, _ = keys.time_and_uuid(row["last_message_at"])
            other = rows.user_of("user", row, self.directory)
            uuid = keys.owner(row["sk"])
            groups.append(MessageGroup(uuid, user.uuid, other, row["message"], at))
        return Page(tuple(groups), page.cursor)

    def stream_handler(self) -> Handler | None:
        """Pattern E: brings both group rows up to the newest message."""
        return Summaries(self.backend, self.table)

    def message_row(self, draft: Draft) -> dict[str, str]:
        """With the receiver's uuid, so that E needs no read."""
        return rows.message_row(draft) | {"other_uuid": draft.receiver.uuid}

    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:
        """One for each of the two."""
        marker = {"shows_first": "yes"} if last is first else {}
        return [
            {
                "pk": keys.groups_pk(owner.uuid),
                "sk": keys.stable_sk(last.group_uuid),
                "last_message_at": keys.message_sk(last.created_at, last.message_uuid),
                "message": preview(last.text),
                **marker,
                **rows.person("user", other),
            }
            for owner, other in sides(last)
        ]

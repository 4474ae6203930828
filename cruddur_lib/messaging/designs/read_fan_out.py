"""No summary at all: an inbox is put together when it is read, by asking each group.

| row | pk | sk | attributes |
|---|---|---|---|
| message, first message | as in every design (see messages.py) | | |
| group row | GRP#me | GRP#group | user_* of the other person |

A message is one write and nothing follows it: no index, no stream. B pays: it lists the user's
groups and asks each for its newest message, and as any of them may hold the newest of all, **every
page asks every group**, however short the page.

What this gives for it: an inbox that is never behind its messages by a stream or an index, and that
cannot disagree with them. It is as consistent as its reads.
"""

from typing import ClassVar

from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.designs.base import MessagesInbox, sides
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.inbox import LIMIT, MOST
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import Row, Schema
from cruddur_lib.messaging.validation import check_limit, check_type


class ReadFanOutInbox(MessagesInbox):
    """Patterns A to D; nothing keeps an inbox in order, as nothing of it is stored."""

    name: ClassVar[str] = "read_fan_out"
    schema: ClassVar[Schema] = Schema()

    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B: the user's group rows, and a Query of one message for each of them."""
        check_type(User, user, "user")
        check_limit(limit, MOST)
        pk = keys.groups_pk(user.uuid)
        places = [self._with_its_place(row) for row in self._all_groups(pk)]
        before = None if cursor is None else self._cursors.sk(cursor, pk)
        left = sorted(((sk, group) for sk, group in places if before is None or sk < before))[::-1]
        shown = left[:limit]
        end = self._cursors.at(pk, shown[-1][0]) if len(left) > limit else None
        return Page(tuple(group for _, group in shown), end)

    def stream_handler(self) -> Handler | None:
        """None: nothing is to be kept in order."""
        return None

    def _all_groups(self, pk: keys.Pk) -> list[Row]:
        """All group rows of one person, page by page."""
        found: list[Row] = []
        cursor = None
        while True:
            page = self._newest_rows(pk, MOST, cursor)
            found += page
            if (cursor := page.cursor) is None:
                return found

    def _with_its_place(self, row: Row) -> tuple[str, MessageGroup]:
        """A group with its newest message, and where it stands in the inbox."""
        uuid = keys.owner(row["sk"])
        (newest,) = self._newest_rows(keys.messages_pk(uuid), 1, None)
        message = rows.message_of(newest, self.directory)
        other = rows.user_of("user", row, self.directory)
        user_uuid = keys.owner(row["pk"])
        group = MessageGroup(uuid, user_uuid, other, preview(message.text), message.created_at)
        return keys.group_sk(message.created_at, uuid), group

    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:  # noqa: ARG002
        """One for each of the two."""
        return [
            {
                "pk": keys.groups_pk(owner.uuid),
                "sk": keys.stable_sk(last.group_uuid),
                **rows.person("user", other),
            }
            for owner, other in sides(last)
        ]

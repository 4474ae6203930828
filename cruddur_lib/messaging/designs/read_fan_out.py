"""No summaries: an inbox is put together when it is read, by a Query of each group.

| row | pk | sk | attributes |
|---|---|---|---|
| message, first message | as in every design (see rows.py) | | |
| group row | GRP#me | GRP#group | user_* of the other person |

Creating a message (D) is one write, with no index and no stream handler (E) after it. Listing
message groups (B) pays for that. It reads the user's group rows and queries the newest message of
each group. Any group may have the newest message of all, so **every page queries every group**.

In return, an inbox never lags behind its messages and cannot disagree with them. It is as
consistent as its reads.
"""

from typing import ClassVar

from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.inbox import PAGE_LIMIT, PAGE_SIZE, Inbox
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import Row, Schema
from cruddur_lib.messaging.validation import check_limit, check_type


class ReadFanOutInbox(Inbox):
    """The inbox without stored summaries."""

    name: ClassVar[str] = "read_fan_out"
    schema: ClassVar[Schema] = Schema()

    def list_message_groups(
        self, user: User, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """List message groups (B): read all group rows, and query one message for each of them."""
        check_type(User, user, "user")
        check_limit(limit, PAGE_LIMIT)
        pk = keys.groups_pk(user.uuid)
        found = rows.all_rows(self.backend.dynamodb, self.table, pk)
        groups = [self._with_sort_key(row) for row in found]
        before = None if cursor is None else self._cursors.decode(cursor, pk)
        left = sorted((one for one in groups if before is None or one[0] < before), reverse=True)
        shown = left[:limit]
        end = self._cursors.encode(pk, shown[-1][0]) if len(left) > limit else None
        return Page(tuple(group for _, group in shown), end)

    def stream_handler(self) -> Handler | None:
        """Return None, because no summary needs an update."""
        return None

    def _with_sort_key(self, row: Row) -> tuple[str, MessageGroup]:
        """Return a group row's message group, and the key that sorts it in the inbox."""
        uuid = keys.uuid_in(row["sk"])
        (newest,) = self._page(keys.messages_pk(uuid), 1, None)
        message = rows.message_of(newest, self.directory)
        other = rows.user_of("user", row, self.directory)
        user_uuid = keys.uuid_in(row["pk"])
        group = MessageGroup(uuid, user_uuid, other, preview(message.text), message.created_at)
        return keys.group_sk(message.created_at, uuid), group

    def _group_row(self, first: Draft, last: Draft) -> dict[str, str]:  # noqa: ARG002
        return {"sk": keys.stable_sk(last.group_uuid)}

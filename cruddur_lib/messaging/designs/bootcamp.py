"""The bootcamp's design, its flaws repaired: each group stands twice, once in either inbox.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message, first message | as in every design (see messages.py) | | | no |
| group row | GRP#me | last time#group | message_group_uuid, message_uuid, message, user_* | yes |

What user_* means depends on the row it stands in: the sender in a message, the other person in a
group row. The index `message-group-sk-index` holds group rows only, as only they carry its hash
key.

What these keys cannot give: the index is never strongly consistent; and a group row that moves is
put before the older one is deleted, so for a moment a group may stand twice. B shows the newest.
"""

from typing import ClassVar

from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.checks import check_is
from cruddur_lib.messaging.designs.bootcamp_stream import FanOut
from cruddur_lib.messaging.designs.messages import MessagesInbox, sides
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.inbox import LIMIT
from cruddur_lib.messaging.table import Index, Schema


class BootcampInbox(MessagesInbox):
    """Patterns A to D on the bootcamp's keys. Group rows move only when E handles the stream."""

    name: ClassVar[str] = "bootcamp"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("message-group-sk-index", "message_group_uuid", "sk"),)
    )

    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B, one Query; of a group that stands twice on the page, the newest."""
        check_is(User, user, "user")
        page = self._newest_rows(keys.groups_pk(user.uuid), limit, cursor)
        groups: dict[str, MessageGroup] = {}
        for row in page:
            at, uuid = keys.time_and_uuid(row["sk"])
            other = rows.user_of("user", row, self.directory)
            groups.setdefault(uuid, MessageGroup(uuid, user.uuid, other, row["message"], at))
        return Page(tuple(groups.values()), page.cursor)

    def stream_handler(self) -> FanOut:
        """Pattern E: puts each group row at its new place, then deletes the older one."""
        return FanOut(self.backend, self.table, self.schema.indexes[0].name)

    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:  # noqa: ARG002
        """One for each of the two."""
        return [
            {
                "pk": keys.groups_pk(owner.uuid),
                "sk": keys.group_sk(last.created_at, last.group_uuid),
                "message_group_uuid": last.group_uuid,
                "message_uuid": last.message_uuid,
                "message": preview(last.text),
                **rows.person("user", other),
            }
            for owner, other in sides(last)
        ]

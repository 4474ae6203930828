"""Message rows, which all designs share, and what is read from them.

| row | pk | sk | attributes |
|---|---|---|---|
| message | MSG#group | time#message | message_uuid, message, user_* of the sender |
| first message | MSG#group | 0000#first | the same, created_at, other_* of the receiver |
"""

from collections.abc import Mapping

from cruddur_lib.messaging import keys
from cruddur_lib.messaging.entities import Draft, Message, User
from cruddur_lib.messaging.table import Row

Directory = Mapping[str, User]  # by uuid


def message_row(draft: Draft) -> dict[str, str]:
    """A message at its place in its group."""
    return {
        "pk": keys.messages_pk(draft.group_uuid),
        "sk": keys.message_sk(draft.created_at, draft.message_uuid),
        "message_uuid": draft.message_uuid,
        "message": draft.text,
        **person("user", draft.sender),
    }


def first_row(draft: Draft) -> dict[str, str]:
    """A message at the fixed key, with what that key cannot say: its time, and its receiver."""
    moved = {"sk": keys.FIRST, "created_at": keys.timestamp(draft.created_at)}
    return message_row(draft) | moved | person("other", draft.receiver)


def message_of(row: Row, directory: Directory) -> Message:
    """What a message row says."""
    is_first = row["sk"] == keys.FIRST
    at = keys.moment(row["created_at"]) if is_first else keys.time_and_uuid(row["sk"])[0]
    sender = user_of("user", row, directory)
    group_uuid = keys.owner(row["pk"])
    return Message(row["message_uuid"], group_uuid, sender, row["message"], at, is_first=is_first)


def person(role: str, user: User) -> dict[str, str]:
    """A user as three attributes of a row: a copy, which a new name does not reach."""
    return {
        f"{role}_uuid": user.uuid,
        f"{role}_handle": user.handle,
        f"{role}_display_name": user.display_name,
    }


def user_of(role: str, row: Row, directory: Directory) -> User:
    """The user in a row: as the directory has them now, else as the row's copy says."""
    uuid = row[f"{role}_uuid"]
    return directory.get(uuid) or User(uuid, row[f"{role}_handle"], row[f"{role}_display_name"])

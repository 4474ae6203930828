"""The keys of every type of row: how to make them and how to read them.

| row | pk | sk |
|---|---|---|
| a message | MSG#<group uuid> | <created_at>#<message uuid> |
| the first message of a group, its guard | MSG#<group uuid> | 0000#first |
| a message group in a user's inbox | GRP#<user uuid> | <last_message_at>#<group uuid> |
| the same, in designs where the row keeps its key | GRP#<user uuid> | GRP#<group uuid> |

Times are UTC in a fixed width, so sorting them as text sorts them by time. The uuid after a time
keeps two rows of the same microsecond apart.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from cruddur_lib.errors import WorkbookError

Pk = str  # "MSG#5b0e…" or "GRP#5b0e…"
Sk = str  # "2026-01-05T09:00:00.000000Z#5b0e…"

FIRST: Sk = "0000#first"  # sorts before every time and is the same in every group
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
GROUP_NAMESPACE = UUID("0d6ab9e2-6c52-4c1c-9a86-1d1f1c6b7f51")  # of the uuids of message groups


class KeyMalformed(WorkbookError):
    """A key or a time that is not in this project's format."""


def timestamp(moment: datetime) -> str:
    """Return a time as keys contain it: in UTC, 27 characters.

    Raises:
        KeyMalformed: the time has no time zone, or in UTC it is outside the years 1 to 9999.

    >>> timestamp(datetime(2026, 1, 5, 9, tzinfo=UTC))
    '2026-01-05T09:00:00.000000Z'
    """
    if moment.tzinfo is None:
        raise KeyMalformed(f"time {moment.isoformat()} has no time zone: use datetime.now(UTC)")
    try:
        return moment.astimezone(UTC).strftime(TIME_FORMAT).rjust(27, "0")
    except OverflowError as error:
        raise KeyMalformed(f"time {moment.isoformat()} lies outside the years 1 to 9999") from error


def moment(text: str) -> datetime:
    """Return the time that `timestamp` wrote; raises `KeyMalformed` for any other text."""
    try:
        time = datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
        exact = timestamp(time) == text
    except ValueError:
        exact = False
    if not exact:
        raise KeyMalformed(f"time {text!r} is not of the form 2026-01-05T09:00:00.000000Z")
    return time


def group_uuid(one: str, other: str) -> str:
    """Return the uuid of two users' message group, which depends on their uuids alone."""
    return str(uuid5(GROUP_NAMESPACE, "#".join(sorted((one, other)))))


def messages_pk(group_uuid: str) -> Pk:
    """Return the partition key of a group's messages."""
    return f"MSG#{group_uuid}"


def message_sk(created_at: datetime, message_uuid: str) -> Sk:
    """Return the sort key of a message: its time, then its uuid."""
    return f"{timestamp(created_at)}#{message_uuid}"


def groups_pk(user_uuid: str) -> Pk:
    """Return the partition key of a user's inbox."""
    return f"GRP#{user_uuid}"


def group_sk(last_message_at: datetime, group_uuid: str) -> Sk:
    """Return the sort key of a group in an inbox: its last message's time, then its uuid."""
    return f"{timestamp(last_message_at)}#{group_uuid}"


def stable_sk(group_uuid: str) -> Sk:
    """Return the sort key of a group in an inbox, in designs where the row keeps its key."""
    return f"GRP#{group_uuid}"


def uuid_in(pk: Pk) -> str:
    """Return the uuid in a partition key: a message row's group or a group row's user.

    Raises:
        KeyMalformed: the key begins with neither MSG# nor GRP#, or has no uuid.

    >>> uuid_in("GRP#5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10")
    '5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10'
    """
    kind, _, uuid = pk.partition("#")
    if kind not in ("MSG", "GRP") or not uuid:
        raise KeyMalformed(f"pk {pk!r} is neither MSG#<group uuid> nor GRP#<user uuid>")
    return uuid


def time_and_uuid(sk: Sk) -> tuple[datetime, str]:
    """Return a sort key's time and uuid; raises `KeyMalformed` if it has none, like `FIRST`."""
    time, _, uuid = sk.partition("#")
    if not uuid:
        raise KeyMalformed(f"sk {sk!r} is not of the form <time>#<uuid>")
    return moment(time), uuid

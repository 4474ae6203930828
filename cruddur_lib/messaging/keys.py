"""Keys of every row type, in both directions, and the times in them.

| row | pk | sk |
|---|---|---|
| a message | MSG#<group uuid> | <created_at>#<message uuid> |
| the first message of its group, its guard | MSG#<group uuid> | 0000#first |
| a message group in somebody's inbox | GRP#<user uuid> | <last_message_at>#<group uuid> |
| the same, in designs where it never moves | GRP#<user uuid> | GRP#<group uuid> |

Times are UTC in a fixed width, so that their order as text is their order in time; the uuid behind
one keeps two rows of the same microsecond apart.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from cruddur_lib.errors import WorkbookError

Pk = str  # "MSG#5b0e…" or "GRP#5b0e…"
Sk = str  # "2026-01-05T09:00:00.000000Z#5b0e…"

FIRST: Sk = "0000#first"  # sorts before every time, and is known without knowing the time
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
GROUPS = UUID(
    "0d6ab9e2-6c52-4c1c-9a86-1d1f1c6b7f51"
)  # ours: the namespace in which message groups get their uuid


class KeyMalformed(WorkbookError):
    """A key or a time that this project did not write."""


def timestamp(moment: datetime) -> str:
    """The time as it stands in keys: UTC, 27 characters, whatever its zone was; raises where it has
    none.

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
    """The time that `timestamp` wrote, in UTC."""
    try:
        read = datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
        exact = timestamp(read) == text
    except ValueError:
        exact = False
    if not exact:
        raise KeyMalformed(f"time {text!r} is not of the form 2026-01-05T09:00:00.000000Z")
    return read


def group_uuid(one: str, other: str) -> str:
    """The uuid of two people's one message group: derived, so that whoever writes first finds the
    same.
    """
    return str(uuid5(GROUPS, "#".join(sorted((one, other)))))


def messages_pk(group_uuid: str) -> Pk:
    """The partition that holds a group's messages."""
    return f"MSG#{group_uuid}"


def message_sk(created_at: datetime, message_uuid: str) -> Sk:
    """A message's place in its group: by time, and by its uuid where two share one."""
    return f"{timestamp(created_at)}#{message_uuid}"


def groups_pk(user_uuid: str) -> Pk:
    """The partition that holds a user's message groups."""
    return f"GRP#{user_uuid}"


def group_sk(last_message_at: datetime, group_uuid: str) -> Sk:
    """A group's place in an inbox: by its last message, and by its uuid where two share a time."""
    return f"{timestamp(last_message_at)}#{group_uuid}"


def stable_sk(group_uuid: str) -> Sk:
    """A group's place in an inbox where it never moves."""
    return f"GRP#{group_uuid}"


def owner(pk: Pk) -> str:
    """The uuid in a pk: the group's of a message row, the user's of a group row.

    >>> owner("GRP#5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10")
    '5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10'
    """
    kind, _, uuid = pk.partition("#")
    if kind not in ("MSG", "GRP") or not uuid:
        raise KeyMalformed(f"pk {pk!r} is neither MSG#<group uuid> nor GRP#<user uuid>")
    return uuid


def time_and_uuid(sk: Sk) -> tuple[datetime, str]:
    """What `message_sk` and `group_sk` put into a key; the first message's key holds neither."""
    time, _, uuid = sk.partition("#")
    if not uuid:
        raise KeyMalformed(f"sk {sk!r} is not of the form <time>#<uuid>")
    return moment(time), uuid

"""Keys that learners write in 01, from screen to keys: what is asked of them; and mistaken ones."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.questions.question import shown
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Pair = tuple[datetime, datetime]  # the earlier, the later
Likes = tuple[str, str, str, str, str]  # a group, two messages in it, two people
ZONES = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, 60, -300, 330))
GAPS = tuple(
    timedelta(seconds=seconds) for seconds in (0.000001, 0.25, 1, 60, 3_600, 86_400, 8_640_000)
)


def two_moments() -> "SearchStrategy[Pair]":
    """Two moments about 2026, each told in a time zone of its own, close to one another or not."""
    from hypothesis.strategies import builds, integers, sampled_from  # noqa: PLC0415

    def pair(hours: int, micros: int, gap: timedelta, one: timezone, other: timezone) -> Pair:
        earlier = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours, microseconds=micros)
        return earlier.astimezone(one), (earlier + gap).astimezone(other)

    parts = (sampled_from(part) for part in ((0, 1, 500_000), GAPS, ZONES, ZONES))
    return builds(pair, integers(-100, 8_760), *parts)


def keys_of_two(
    time_key: Callable[[datetime], object], pair: Pair, _: Sandbox
) -> tuple[object, object, object]:
    """What the function makes of both, the later first, and of the earlier once more."""
    later = time_key(pair[1])
    return time_key(pair[0]), later, time_key(pair[0])


def pair_in_words(pair: Pair) -> str:
    """Both moments as their writers' clocks show them."""
    return f"a message at {pair[0]} and a later one at {pair[1]}"


def time_key_kind(_: Pair, given: tuple[object, object, object]) -> str:
    """In which way the keys are wrong; nothing where the later moment has the later text."""
    earlier, later, again = given
    if not (isinstance(earlier, str) and isinstance(later, str)):
        return "no text"
    if earlier != again:
        return "two keys"
    if earlier == later:
        return "one key"
    return "" if earlier < later else "wrong order"


def time_key_fault(pair: Pair, given: tuple[object, object, object]) -> str:
    """The same in a sentence."""
    earlier, later, _ = given
    return {
        "": "",
        "no text": f"it returns {earlier!r}, which is no text",
        "two keys": "the same moment gets two keys: a message sent again stands twice",
        "one key": f"both get {earlier!r}, so that the second replaces the first",
        "wrong order": f"{later!r} sorts before {earlier!r}",
    }[time_key_kind(pair, given)]


def as_the_clock_shows(moment: datetime) -> str:
    """A wrong answer: the writer's own time zone, as the text has it."""
    return moment.isoformat()


def without_the_zone(moment: datetime) -> str:
    """A wrong answer: the time zone is cut off and not reckoned in."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def another_zone(moment: datetime) -> str:
    """A wrong answer: the zone is replaced, and the clock left as it was."""
    return moment.replace(tzinfo=UTC).isoformat()


def whole_seconds(moment: datetime) -> str:
    """A wrong answer: what happens within a second has no order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def z_at_the_end(moment: datetime) -> str:
    """A wrong answer: a whole second is written without its fraction."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def likes() -> "SearchStrategy[Likes]":
    """Two people who like two messages of a group, by their uuids."""
    from hypothesis.strategies import integers, lists  # noqa: PLC0415

    def uuids(five: list[int]) -> Likes:
        group, message, next_message, one, other = (str(UUID(int=n, version=4)) for n in five)
        return group, message, next_message, one, other

    return lists(integers(1, 2**60), min_size=5, max_size=5, unique=True).map(uuids)


def keys_of_likes(like_key: Callable[..., Any], case: Likes, _: Sandbox) -> dict[str, Any]:
    """The keys of what three likes write, and of the first of them once more."""
    group, message, next_message, bayko, zoe = case
    asked = {
        "bayko": (message, bayko),
        "again": (message, bayko),
        "zoe": (message, zoe),
        "next": (next_message, bayko),
    }
    given = {name: like_key(group, *uuids) for name, uuids in asked.items()}
    return {"group": group} | {name: _as_pair(key) for name, key in given.items()}


def _as_pair(key: Any) -> Any:
    """The key as a pair, also where it is a list, or an item's key with pk and sk."""
    if isinstance(key, dict) and key.keys() == {"pk", "sk"}:
        return key["pk"], key["sk"]
    return tuple(key) if isinstance(key, list) else key


def like_key_fault(_: Likes, given: dict[str, Any]) -> str:  # noqa: PLR0911  a rule a line
    """The first rule that the keys break."""
    keys = [given[name] for name in ("bayko", "zoe", "next")]
    if not all(isinstance(key, tuple) and list(map(type, key)) == [str, str] for key in keys):
        return f"it returns {shown(keys[0])}, which is no pair of texts"
    bayko, zoe, other = keys
    if bayko != given["again"]:
        return "the same like, sent twice, gets two keys and is counted twice"
    if bayko[0] == messages_pk(given["group"]):
        return "it lies among the group's messages, and pattern A would show it as one of them"
    if bayko[0].startswith(("MSG#", "GRP#")):
        kind = "message" if bayko[0].startswith("MSG#") else "line of an inbox"
        return f"its pk begins with {bayko[0][:4]}, which says that the row is a {kind}"
    if bayko == zoe:
        return "both people's likes get one key, so that the second replaces the first"
    if bayko[0] != zoe[0]:
        return "the likes of one message lie under two partition keys: one Query reads only one"
    if bayko[0] == other[0]:
        return "the likes of both messages lie under one partition key: a Query on pk reads both"
    return ""


def among_the_messages(group_uuid: str, message_uuid: str, user_uuid: str) -> tuple[str, str]:
    """A wrong answer: beside the message."""
    return f"MSG#{group_uuid}", f"{message_uuid}#LIKE#{user_uuid}"


def one_for_all(_: str, message_uuid: str, __: str) -> tuple[str, str]:
    """A wrong answer: nothing in the key says who likes."""
    return f"LIKE#{message_uuid}", "like"


def by_person(_: str, message_uuid: str, user_uuid: str) -> tuple[str, str]:
    """A wrong answer: filed under the person."""
    return f"LIKE#{user_uuid}", message_uuid


def by_group(group_uuid: str, message_uuid: str, user_uuid: str) -> tuple[str, str]:
    """A wrong answer: all likes of a group together."""
    return f"LIKE#{group_uuid}", f"{message_uuid}#{user_uuid}"

"""The exercises of lesson 01 that ask for a function: cases, checks and known mistakes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.questions.code_question import Cases, CodeQuestion, strategies
from cruddur_lib.workbook.questions.question import Mistake, display_text
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

# Exercise "time-key": a text for a moment, so that texts sort by time.

Pair = tuple[datetime, datetime]  # the earlier, the later
ZONES = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, 60, -300, 330))
GAPS = (0.000001, 0.25, 1, 60, 3_600, 86_400, 8_640_000)  # seconds


def two_moments() -> Cases:
    """Draw two moments about 2026, each in a time zone of its own."""
    st = strategies()

    def pair(hours: int, micros: int, gap: float, one: timezone, other: timezone) -> Pair:
        earlier = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours, microseconds=micros)
        return earlier.astimezone(one), (earlier + timedelta(seconds=gap)).astimezone(other)

    parts = (st.sampled_from(part) for part in ((0, 1, 500_000), GAPS, ZONES, ZONES))
    return st.builds(pair, st.integers(-100, 8_760), *parts)


def time_keys(
    time_key: Callable[[datetime], object], pair: Pair, _: Sandbox
) -> tuple[object, object, object]:
    """Return the keys of the earlier and the later moment, and the earlier's again.

    The later moment's key is made first.
    """
    later = time_key(pair[1])
    return time_key(pair[0]), later, time_key(pair[0])


def time_key_failure(_: Pair, keys: tuple[object, object, object]) -> str:
    """Return how the keys are wrong, and "" if the later moment has the later text."""
    earlier, later, again = keys
    if not (isinstance(earlier, str) and isinstance(later, str)):
        return "no text"
    if earlier != again:
        return "two keys"
    if earlier == later:
        return "one key"
    return "" if earlier < later else "wrong order"


def time_key_problem(pair: Pair, keys: tuple[object, object, object]) -> str:
    """Return what is wrong with the keys as a sentence."""
    earlier, later, _ = keys
    return {
        "": "",
        "no text": f"it returns {earlier!r}, which is no text",
        "two keys": "the same moment gets two keys: a message sent again stands twice",
        "one key": f"both get {earlier!r}, so that the second replaces the first",
        "wrong order": f"{later!r} sorts before {earlier!r}",
    }[time_key_failure(pair, keys)]


TIME_KEY = CodeQuestion(
    name="time-key",
    unit="a function of a datetime with a zone that returns a text",
    shown_in="A bug hunt: a time that sorts",
    cases=two_moments,
    run=time_keys,
    describe=lambda pair: f"a message at {pair[0]} and a later one at {pair[1]}",
    problem=time_key_problem,
    failure_kind=time_key_failure,
    why="One zone: then texts sort as times do. A fixed width and Z make that plain.",
    mistakes=(
        Mistake(datetime.isoformat, "Texts of different zones do not sort by time."),
        Mistake(
            lambda moment: moment.replace(tzinfo=None).isoformat(timespec="microseconds"),
            "The zone was cut off; it has to be reckoned in.",
        ),
        Mistake(
            lambda moment: moment.replace(tzinfo=UTC).isoformat(),
            "replace() writes another zone on the same clock.",
        ),
        Mistake(
            lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Two messages within a second need two keys.",
        ),
        Mistake(
            lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "isoformat() leaves .000000 out, and Z sorts after a dot.",
        ),
    ),
    hints=(
        "Write the two texts one under the other: which character decides, and what is it?",
        "Bring every moment to one zone before you write it down: `astimezone`.",
        'Then `isoformat(timespec="microseconds")`, so that no fraction is left out.',
    ),
)


# Exercise "like-key": the primary key of a like.

Likes = tuple[str, str, str, str, str]  # a group, two messages in it, two people


def likes() -> Cases:
    """Draw the uuids of two people who like two messages of a group."""
    st = strategies()
    numbers = st.lists(st.integers(1, 2**60), min_size=5, max_size=5, unique=True)
    return numbers.map(lambda five: tuple(str(UUID(int=n, version=4)) for n in five))


def like_keys(like_key: Callable[..., Any], case: Likes, _: Sandbox) -> dict[str, Any]:
    """Return the keys of three likes and the first one's again."""
    group, message, next_message, bayko, zoe = case
    arguments = {
        "bayko": (message, bayko),
        "again": (message, bayko),
        "zoe": (message, zoe),
        "next": (next_message, bayko),
    }
    keys = {name: like_key(group, *uuids) for name, uuids in arguments.items()}
    return {"group": group} | {name: _as_pair(key) for name, key in keys.items()}


def _as_pair(key: Any) -> Any:
    """Return a list, or a dictionary with pk and sk, as a tuple."""
    if isinstance(key, dict) and key.keys() == {"pk", "sk"}:
        return key["pk"], key["sk"]
    return tuple(key) if isinstance(key, list) else key


def like_key_problem(_: Likes, result: dict[str, Any]) -> str:  # noqa: PLR0911  a rule a line
    """Return the first rule that the keys break, and "" if they break none."""
    keys = [result[name] for name in ("bayko", "zoe", "next")]
    if not all(isinstance(key, tuple) and list(map(type, key)) == [str, str] for key in keys):
        return f"it returns {display_text(keys[0])}, which is no pair of texts"
    bayko, zoe, other = keys
    if bayko != result["again"]:
        return "the same like, sent twice, gets two keys and is counted twice"
    if bayko[0] == messages_pk(result["group"]):
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


LIKE_KEY = CodeQuestion(
    name="like-key",
    unit="a function of three uuids that returns pk and sk",
    shown_in="B: the key of an inbox",
    cases=likes,
    run=like_keys,
    describe=lambda _: "two people who like two messages of a group",
    problem=like_key_problem,
    failure_kind=like_key_problem,
    why="What is read together shares a partition key, and what may not be twice is the key.",
    mistakes=(
        Mistake(
            lambda group, message, user: (f"MSG#{group}", f"{message}#LIKE#{user}"),
            "Whatever lies in MSG#… is a message to pattern A.",
        ),
        Mistake(
            lambda _group, message, _user: (f"LIKE#{message}", "like"),
            "A key is unique: a second put there is an overwrite.",
        ),
        Mistake(
            lambda _group, message, user: (f"LIKE#{user}", message),
            "That answers what somebody likes; we ask who likes a message.",
        ),
        Mistake(
            lambda group, message, user: (f"LIKE#{group}", f"{message}#{user}"),
            "The question fixes a message, so the message is the partition.",
        ),
    ),
    hints=(
        "What does the question fix? That is the partition key.",
        "Who likes *this message*: the message is fixed, and people are listed under it.",
        "pk has the message's uuid in it, and sk the person's.",
    ),
)

"""A function that learners write in 02, reading: the newest messages, as many as are asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Query = Callable[..., dict[str, Any]]  # (condition, values, **options) -> reply
MESSAGES = 50  # of the conversation that is read
PAGE = 20  # items, whatever Limit is asked for
MOST = 20  # requests: who sends more does not come to an end
GROUP = "1"


class StillReading(WorkbookError):
    """A loop that does not end."""


def counts() -> "SearchStrategy[int]":
    """How many messages are asked for: around the ends of pages."""
    from hypothesis.strategies import sampled_from  # noqa: PLC0415  slow to import

    return sampled_from((1, 20, 21, 40, 41, MESSAGES))


@contextmanager
def on_one_table(lesson: Sandbox) -> Iterator[Sandbox]:
    """A scratch table with the conversation, for all cases of one answer, which only reads."""
    rows = [{"pk": messages_pk(GROUP), "sk": f"{number:03}"} for number in range(MESSAGES)]
    with lesson.scratch(seeded=False) as fresh:
        with fresh.backend.resource.Table(fresh.table).batch_writer() as batch:
            for row in rows:
                batch.put_item(Item=row)
        yield fresh


def read(newest: Callable[[Query, str, int], Any], count: int, fresh: Sandbox) -> list[str]:
    """The sort keys of what the function reads, as it gives them."""
    return [row["sk"] for row in newest(_paged(fresh), GROUP, count)]


def read_fault(count: int, found: list[str]) -> str:
    """The newest `count`, newest first."""
    right = [f"{MESSAGES - 1 - number:03}" for number in range(count)]
    if found == right:
        return ""
    if len(found) != count:
        return f"it reads {len(found)}"
    return f"it reads {count}, and not the newest, newest first"


def one_page(query: Query, group_uuid: str, count: int) -> list[Any]:
    """A wrong answer: the bootcamp's own, LastEvaluatedKey thrown away."""
    return list(_asked(query, group_uuid)["Items"][:count])


def two_pages(query: Query, group_uuid: str, count: int) -> list[Any]:
    """A wrong answer: one page more."""
    first = _asked(query, group_uuid)
    second = _asked(query, group_uuid, ExclusiveStartKey=first["LastEvaluatedKey"])
    return [*first["Items"], *second["Items"]][:count]


def without_end(query: Query, group_uuid: str, count: int) -> list[Any]:
    """A wrong answer: the loop goes on from the first page for ever."""
    first = _asked(query, group_uuid)
    found, last = list(first["Items"]), first["LastEvaluatedKey"]
    while len(found) < count and last:
        found = [*first["Items"], *_asked(query, group_uuid, ExclusiveStartKey=last)["Items"]]
    return found[:count]


def without_a_last_page(query: Query, group_uuid: str, count: int) -> list[Any]:
    """A wrong answer: every reply is taken to have a LastEvaluatedKey."""
    found: list[Any] = []
    more: dict[str, Any] = {}
    while len(found) < count:
        reply = _asked(query, group_uuid, **more)
        found += reply["Items"]
        more = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
    return found[:count]


def whole_pages(query: Query, group_uuid: str, count: int) -> list[Any]:
    """A wrong answer: the last page that is needed is given whole."""
    reply = _asked(query, group_uuid)
    found = list(reply["Items"])
    while len(found) < count and "LastEvaluatedKey" in reply:
        reply = _asked(query, group_uuid, ExclusiveStartKey=reply["LastEvaluatedKey"])
        found += reply["Items"]
    return found


def everything(query: Query, group_uuid: str, count: int) -> list[Any]:  # noqa: ARG001
    """A wrong answer: all pages, whatever is asked for."""
    return whole_pages(query, group_uuid, MESSAGES)


def _asked(query: Query, group_uuid: str, **more: Any) -> dict[str, Any]:
    values = {":pk": messages_pk(group_uuid)}
    return query("pk = :pk", values, ScanIndexForward=False, Limit=PAGE, **more)


def _paged(fresh: Sandbox) -> Query:
    """The notebook's `query`, oldest first unless asked otherwise, in pages of at most `PAGE`."""
    sent: list[int] = []

    def query(condition: str, values: dict[str, Any], **options: Any) -> dict[str, Any]:
        sent.append(1)
        if len(sent) > MOST:
            raise StillReading(f"still reading after {MOST} requests")
        asked = {**options, "Limit": min(options.get("Limit", PAGE), PAGE)}
        reply = fresh.backend.dynamodb.query(
            TableName=fresh.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **asked,
        )
        return dict(reply)

    return query

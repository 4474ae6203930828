"""Helpers of tests with faults: no waits, an index that is behind, clocks that are wrong.

The faults themselves are in cruddur_lib/backends/faults.py.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from cruddur_lib.backends import Backend
from cruddur_lib.messaging.table import Index, Row


@contextmanager
def without_waiting() -> Iterator[list[float]]:
    """Skip botocore's waits between attempts, and give it a quota of retries without end.

    A history then goes the same way each time. Yields the list of waits in seconds.
    """
    waits: list[float] = []
    with ExitStack() as stack:
        clock = SimpleNamespace(sleep=waits.append)
        stack.enter_context(patch("botocore.endpoint.time", clock))
        quota = "botocore.retries.quota.RetryQuota"
        stack.enter_context(patch(f"{quota}.acquire", lambda *_: True))
        stack.enter_context(patch(f"{quota}.release", lambda *_: None))
        yield waits


@contextmanager
def stale_index(backend: Backend, index: Index, rows: Sequence[Row]) -> Iterator[None]:
    """Answer Queries of the index as if these were still the table's rows."""

    def answer(params: Any, **_: Any) -> Any:
        asked = json.loads(params["body"])
        if asked.get("IndexName") != index.name:
            return None
        (wanted,) = (value["S"] for value in asked["ExpressionAttributeValues"].values())
        found = [row for row in rows if row.get(index.hash_key) == wanted]
        found = [row for row in found if index.range_key in row]
        found.sort(key=lambda row: str(row[index.range_key]))
        if not asked.get("ScanIndexForward", True):
            found.reverse()
        items = [{name: {"S": text} for name, text in row.items()} for row in found]
        reply = {"Items": items[: asked.get("Limit")], "Count": len(found)}
        return SimpleNamespace(status_code=200), reply

    events = backend.dynamodb.meta.events
    events.register_first("before-call.dynamodb.Query", answer)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb.Query", answer)

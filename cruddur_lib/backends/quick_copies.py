"""How moto in this process copies a table before a transaction: without the records of its stream.

Moto copies the whole table once for each action of a transaction, to have it back if one fails. A
record of the stream is written once and never changed, so the copy may hold the same one.
"""

from typing import Any

from moto.dynamodb.models.table import StreamRecord


def install() -> None:
    """From now on a copy of a table holds the same records."""
    StreamRecord.__deepcopy__ = _itself


def _itself(record: Any, _: dict[int, Any]) -> Any:
    """The record: what `copy.deepcopy` asks for a copy of one."""
    return record

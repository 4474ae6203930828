"""Event filters: patterns that decide which stream records Lambda sends to a function.

    MESSAGES_ONLY = {"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "MSG#"}]}}}}

A pattern has the shape of a record. Its leaves are lists of the values allowed there: a value, or
{"prefix": text}, {"exists": bool}, {"anything-but": value, list or {"prefix": text}}. Everything in
the pattern must match; what it leaves out may be anything. Lambda has more rules (numeric, suffix,
...); this module refuses those.

Source: AWS, "Control which events Lambda sends to your function" and "Using event filtering with a
DynamoDB event source", read 2026-11-24
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
"""

from collections.abc import Mapping
from typing import Any

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import keys
from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.validation import InvalidInput, check_uuid

EventPattern = Mapping[str, Any]

MESSAGES_ONLY: EventPattern = {"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "MSG#"}]}}}}
MISSING = object()  # stands for a leaf that the record does not have
RULES = ("prefix", "exists", "anything-but")
POISON = (KeyError, TypeError, keys.KeyMalformed, InvalidInput)  # errors of a malformed record


class FilterMalformed(WorkbookError):
    """A pattern that Lambda would refuse, or one with a rule that this module does not know."""


def passes(pattern: EventPattern, record: Record) -> bool:
    """Return whether Lambda sends the record to the function.

    Args:
        pattern: the event filter's pattern, such as `MESSAGES_ONLY`.
        record: a stream record.

    Raises:
        FilterMalformed: Some part of the pattern is malformed.
    """
    if not isinstance(pattern, Mapping):
        raise FilterMalformed(f"the pattern is {pattern!r}: give a dictionary, shaped as a record")
    # A list, so that the form of every part is checked even after one does not match.
    matched = [_part_matches(name, part, record) for name, part in pattern.items()]
    return all(matched)


def changed_group(record: Record) -> str | None:
    """Return the uuid of the group whose inbox rows a record may change, or None.

    Records of group rows come from the handler's own writes. The first message of a group is
    written together with its group rows. Neither needs any work.

    Raises:
        KeyError, TypeError, KeyMalformed, InvalidInput: The record is not of this table.
    """
    pk, sk = (record["dynamodb"]["Keys"][name]["S"] for name in ("pk", "sk"))
    uuid = keys.uuid_in(pk)
    check_uuid(uuid, "uuid in pk")
    if not passes(MESSAGES_ONLY, record):
        return None
    if sk != keys.FIRST:
        keys.time_and_uuid(sk)
    return None if (record["eventName"], sk) == ("INSERT", keys.FIRST) else uuid


def _part_matches(name: str, part: Any, found: Any) -> bool:
    value: Any = found.get(name, MISSING) if isinstance(found, Mapping) else MISSING
    if isinstance(part, Mapping):
        return passes(part, value)
    if not isinstance(part, list):
        raise FilterMalformed(
            f"{name!r} is {part!r}: at its leaves a pattern has lists of what may stand there, "
            f"such as [{part!r}]"
        )
    leaf = MISSING if isinstance(value, Mapping) else value
    matched = [_rule_matches(rule, leaf) for rule in part]
    return any(matched)


def _rule_matches(rule: Any, leaf: Any) -> bool:
    """Return whether one rule of a list matches a leaf."""
    if not isinstance(rule, Mapping):
        return leaf is not MISSING and bool(leaf == rule)
    if len(rule) != 1 or not rule.keys() <= set(RULES):
        raise FilterMalformed(f"rule {dict(rule)} is none of {', '.join(RULES)}")
    ((name, operand),) = rule.items()
    if name == "exists":
        return (leaf is not MISSING) is operand
    if leaf is MISSING:
        return False
    if name == "prefix":
        return str(leaf).startswith(operand)
    excluded = operand if isinstance(operand, list) else [operand]
    return not any(_rule_matches(one, leaf) for one in excluded)

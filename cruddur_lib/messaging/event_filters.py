"""Event filters: which records of a stream Lambda brings to a function, by a pattern.

    MESSAGES = {"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "MSG#"}]}}}}

A pattern has the shape of a record, and at its leaves lists of what may stand there: a value, or
{"prefix": text}, {"exists": bool}, {"anything-but": value, list or {"prefix": text}}. Everything
that it names must hold; what it does not name may be anything. Lambda knows more rules (numeric,
suffix, ...); those that are not here are refused.

Source: AWS, "Control which events Lambda sends to your function" and "Using event filtering with a
DynamoDB event source", read 2026-11-24
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
"""

from collections.abc import Mapping
from typing import Any

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.stream import Record

EventPattern = Mapping[str, Any]

MESSAGES_ONLY: EventPattern = {"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "MSG#"}]}}}}
NOTHING = object()  # where a record has no such leaf
RULES = ("prefix", "exists", "anything-but")


class FilterMalformed(WorkbookError):
    """A pattern that Lambda would refuse, or a rule that is not known here."""


def passes(pattern: EventPattern, record: Record) -> bool:
    """Whether the record is brought to the function; raises `FilterMalformed`."""
    if not isinstance(pattern, Mapping):
        raise FilterMalformed(f"the pattern is {pattern!r}: give a dictionary, shaped as a record")
    return _holds(pattern, record)


def _holds(pattern: EventPattern, found: Any) -> bool:
    """Whether everything that the pattern names is so; all of it is looked at, for its form."""
    held = [_part(name, wanted, found) for name, wanted in pattern.items()]
    return all(held)


def _part(name: str, wanted: Any, found: Any) -> bool:
    there = found.get(name, NOTHING) if isinstance(found, Mapping) else NOTHING
    if isinstance(wanted, Mapping):
        return _holds(wanted, there)
    if not isinstance(wanted, list):
        raise FilterMalformed(
            f"{name!r} is {wanted!r}: at its leaves a pattern has lists of what may stand there, "
            f"such as [{wanted!r}]"
        )
    leaf = NOTHING if isinstance(there, Mapping) else there
    held = [_is(rule, leaf) for rule in wanted]
    return any(held)


def _is(rule: Any, leaf: Any) -> bool:
    """Whether one rule of a list holds of a leaf."""
    if not isinstance(rule, Mapping):
        return leaf is not NOTHING and bool(leaf == rule)
    if len(rule) != 1 or not rule.keys() <= set(RULES):
        raise FilterMalformed(f"rule {dict(rule)} is none of {', '.join(RULES)}")
    ((name, wanted),) = rule.items()
    if name == "exists":
        return (leaf is not NOTHING) is wanted
    if leaf is NOTHING:
        return False
    if name == "prefix":
        return str(leaf).startswith(wanted)
    return not any(_is(one, leaf) for one in (wanted if isinstance(wanted, list) else [wanted]))

"""Event filters, compared with moto's event patterns, which follow the same AWS rules."""

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, dictionaries, lists, one_of, recursive, sampled_from
from moto.events.models import EventPattern

from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, FilterMalformed, passes


def record(pk: str, event: str = "INSERT") -> dict:
    """Return a record of an item with this key; a delete record has no new image."""
    image = {} if event == "REMOVE" else {"NewImage": {"pk": {"S": pk}, "message": {"S": "x"}}}
    return {"eventName": event, "dynamodb": {"Keys": {"pk": {"S": pk}}, **image}}


def at(*rules: object) -> dict:
    """Return a pattern with these rules for the partition key."""
    return {"dynamodb": {"Keys": {"pk": {"S": list(rules)}}}}


@pytest.mark.parametrize("event", ["INSERT", "MODIFY", "REMOVE"])
def test_messages_pass_whatever_happened_to_them(event):
    """`MESSAGES_ONLY` lets every record of a message through, and none of a group row."""
    assert passes(MESSAGES_ONLY, record("MSG#1", event))
    assert not passes(MESSAGES_ONLY, record("GRP#1", event))


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        pytest.param(at("MSG#1"), True, id="equal"),
        pytest.param(at("MSG#"), False, id="a text is no prefix"),
        pytest.param(at("GRP#1", "MSG#1"), True, id="any of a list"),
        pytest.param(at({"exists": True}), True, id="there"),
        pytest.param(at({"exists": False}), False, id="not absent"),
        pytest.param(at({"anything-but": ["MSG#1"]}), False, id="not this one"),
        pytest.param(at({"anything-but": {"prefix": "GRP"}}), True, id="no such beginning"),
        pytest.param({"dynamodb": {"OldImage": {"pk": {"S": ["x"]}}}}, False, id="no such image"),
        pytest.param({"dynamodb": {"Keys": [{"exists": True}]}}, False, id="no leaf"),
        pytest.param(at("MSG#1") | {"eventName": ["REMOVE"]}, False, id="all that is named"),
        pytest.param({}, True, id="nothing named"),
    ],
)
def test_rules(pattern, holds):
    """Each rule works as in "Filter rule syntax" of the Lambda developer guide."""
    assert passes(pattern, record("MSG#1")) is holds


RULES = one_of(
    sampled_from(("MSG#1", "GRP#1", "MSG#", "")),
    sampled_from(("MSG#", "GRP#", "")).map(lambda text: {"prefix": text}),
    booleans().map(lambda there: {"exists": there}),
    lists(sampled_from(("MSG#1", "GRP#1")), min_size=1).map(lambda many: {"anything-but": many}),
    sampled_from(("MSG#", "GRP#")).map(lambda text: {"anything-but": {"prefix": text}}),
)
NAMES = sampled_from(("dynamodb", "Keys", "NewImage", "pk", "S", "message", "eventName"))
PATTERNS = recursive(
    lists(RULES, min_size=1, max_size=2), lambda inner: dictionaries(NAMES, inner, max_size=2)
).filter(lambda pattern: isinstance(pattern, dict))


@given(
    one_of(lists(RULES, min_size=1, max_size=3).map(lambda rules: at(*rules)), PATTERNS),
    sampled_from(("MSG#1", "GRP#1")),
    sampled_from(("INSERT", "REMOVE")),
)
def test_moto_says_the_same(pattern, pk, event):
    """moto agrees on patterns of any shape."""
    one = record(pk, event)

    assert passes(pattern, one) is bool(EventPattern("", pattern).matches_event(one))


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        pytest.param("MSG#", "give a dictionary", id="a text"),
        pytest.param({"dynamodb": "MSG#"}, r"such as \['MSG#'\]", id="no list at a leaf"),
        pytest.param(at({"begins_with": "MSG#"}), "none of prefix, exists", id="DynamoDB's word"),
        pytest.param(at({"numeric": ["=", 1]}), "none of prefix, exists", id="not known here"),
        pytest.param(at("MSG#1", {}), "none of prefix, exists", id="no rule"),
    ],
)
def test_a_malformed_pattern_is_refused(pattern, error):
    """A malformed part raises an error even if another part already decides."""
    with pytest.raises(FilterMalformed, match=error):
        passes(pattern, record("MSG#1"))

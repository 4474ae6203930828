"""What a metered request asks for beside what its caller asked, and how that is taken out again.

A caller's own ReturnValues stay as they are; where the engine's units are wanted,
ReturnConsumedCapacity is raised to INDEXES and the reply cut back to what was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# moto gives ConsumedCapacity for these where it is asked, for all others as it likes
ASKED_OF_MOTO = ("GetItem", "PutItem", "DeleteItem", "Query", "Scan")
IMAGES = {"PutItem": "ALL_OLD", "DeleteItem": "ALL_OLD", "UpdateItem": "ALL_NEW"}
PARTS = ("Table", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")  # what INDEXES adds to TOTAL


@dataclass(frozen=True)
class Instrumentation:
    """What was added to one call."""

    consumed: str | None = None  # what its caller asked, where that was changed
    values: bool = False
    values_on_failure: bool = False
    unasked: bool = False  # an engine that gives the units of deleting nothing, unasked

    def remove_from(self, reply: dict[str, Any]) -> None:
        """Makes the reply what it would have been without us."""
        nothing = self.unasked and "Attributes" not in reply
        if self.consumed == "NONE" and not nothing:
            reply.pop("ConsumedCapacity", None)
        elif self.consumed in ("NONE", "TOTAL"):
            for consumed in consumed_of(reply):
                for part in PARTS:
                    consumed.pop(part, None)
        if self.values:
            reply.pop("Attributes", None)
        if self.values_on_failure and "Error" in reply:
            reply.pop("Item", None)


def instrument(
    operation: str, params: dict[str, Any], *, units: bool, images: bool, unasked: bool
) -> Instrumentation:
    """Adds to the parameters of a read or write, and says what: `units` and `images` are asked for,
    and `unasked` is said of an engine that reports deletes of nothing where it was not asked.
    """
    consumed = params.get("ReturnConsumedCapacity", "NONE")
    raised = units and consumed in (("NONE", "TOTAL") if images else ("NONE",))
    if raised:
        params["ReturnConsumedCapacity"] = "INDEXES"
    values = images and operation in IMAGES and params.get("ReturnValues", "NONE") == "NONE"
    if values:
        params["ReturnValues"] = IMAGES[operation]
    name = "ReturnValuesOnConditionCheckFailure"
    conditional = operation in IMAGES and "ConditionExpression" in params
    on_failure = images and conditional and params.get(name, "NONE") == "NONE"
    if on_failure:
        params[name] = "ALL_OLD"
    unasked = unasked and operation == "DeleteItem"
    return Instrumentation(consumed if raised else None, values, on_failure, unasked)


def consumed_of(reply: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an engine reports, table by table."""
    consumed = reply.get("ConsumedCapacity") or []
    return consumed if isinstance(consumed, list) else [consumed]


def figure(reply: Mapping[str, Any], table: str) -> float | None:
    """The units that an engine reports of one table and its indexes; None where it says nothing."""
    found = reported(reply, table)
    return None if found is None else float(found["CapacityUnits"])


def reported(reply: Mapping[str, Any], table: str) -> dict[str, Any] | None:
    """What an engine reports of one table; None where it says nothing."""
    found = [one for one in consumed_of(reply) if one.get("TableName", table) == table]
    return found[0] if found else None

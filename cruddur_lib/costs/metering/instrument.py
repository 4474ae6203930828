"""Parameters that the meter adds to a request, and how it restores the reply.

They depend on the engine (`ENGINE_PROFILES`). Lookups are strongly consistent. A caller's own
ReturnValues stay as they are.

| engine | the added parameters request | lookups |
|---|---|---|
| moto in this process | none | at each write, in moto's memory |
| DynamoDB Local | item images; units if the meter uses them | if the reply leaves a gap |
| AWS | item images, units | never, because lookups are charged |
| any other | none | at each write |
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from cruddur_lib.backends import Engine
from cruddur_lib.costs.metering.wire import READS, WRITES
from cruddur_lib.costs.units.capacity_units import CapacityKind, Units

# moto returns ConsumedCapacity for these on request, and for others whether requested or not
ASKED_OF_MOTO = ("GetItem", "PutItem", "DeleteItem", "Query", "Scan")
IMAGES = {"PutItem": "ALL_OLD", "DeleteItem": "ALL_OLD", "UpdateItem": "ALL_NEW"}
PARTS = ("Table", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")  # what INDEXES adds to TOTAL
ON_FAILURE = "ReturnValuesOnConditionCheckFailure"


class LookupPolicy(Enum):
    """When the meter looks up items by requests of its own."""

    EVERY_WRITE = "at each write"
    WHEN_REPLY_IS_SILENT = "if the reply leaves a gap"
    NEVER = "never"


@dataclass(frozen=True)
class EngineProfile:
    """How requests to an engine are metered."""

    lookups: LookupPolicy
    images: bool = False  # whether requests ask for the item before or after a write
    units: tuple[str, ...] = ()  # operations whose requests ask for ConsumedCapacity
    units_of_empty_delete: bool = False  # reported if a DeleteItem finds nothing, even unasked


ENGINE_PROFILES = {
    Engine.MOTO: EngineProfile(LookupPolicy.EVERY_WRITE),
    Engine.DYNAMODB_LOCAL: EngineProfile(
        LookupPolicy.WHEN_REPLY_IS_SILENT,
        images=True,
        units=("UpdateItem", "BatchWriteItem", "TransactWriteItems"),
        units_of_empty_delete=True,
    ),
    Engine.AWS: EngineProfile(LookupPolicy.NEVER, images=True, units=READS + WRITES),
}
UNKNOWN_ENGINE = EngineProfile(LookupPolicy.EVERY_WRITE)


def profile_of(engine: Engine, *, compare: bool) -> EngineProfile:
    """Return how requests to the engine are metered.

    With `compare`, they ask for units wherever the engine can report them.
    """
    profile = ENGINE_PROFILES.get(engine, UNKNOWN_ENGINE)
    if not compare:
        return profile
    return replace(profile, units=ASKED_OF_MOTO if engine is Engine.MOTO else READS + WRITES)


@dataclass(frozen=True)
class Instrumentation:
    """What was added to one call, so that it can be removed from the replies."""

    consumed: str | None = None  # the caller's ReturnConsumedCapacity, if it was changed
    values: bool = False
    values_on_failure: bool = False
    units_of_empty_delete: bool = False

    def remove_from(self, reply: dict[str, Any]) -> None:
        """Change the reply, or the error, to what the caller would receive without a meter."""
        keep = self.units_of_empty_delete and "Attributes" not in reply
        if self.consumed == "NONE" and not keep:
            reply.pop("ConsumedCapacity", None)
        elif self.consumed in ("NONE", "TOTAL"):
            for consumed in _consumed(reply):
                for part in PARTS:
                    consumed.pop(part, None)
        if self.values:
            reply.pop("Attributes", None)
        if self.values_on_failure and "Error" in reply:
            reply.pop("Item", None)


def instrument(operation: str, params: dict[str, Any], profile: EngineProfile) -> Instrumentation:
    """Add parameters to `params` that make the engine report item images and capacity.

    Returns:
        What was added.
    """
    consumed = params.get("ReturnConsumedCapacity", "NONE")
    raised = operation in profile.units and (
        consumed in (("NONE", "TOTAL") if profile.images else ("NONE",))
    )
    if raised:
        params["ReturnConsumedCapacity"] = "INDEXES"
    returns_image = profile.images and operation in IMAGES
    values = returns_image and params.get("ReturnValues", "NONE") == "NONE"
    if values:
        params["ReturnValues"] = IMAGES[operation]
    conditional = returns_image and "ConditionExpression" in params
    on_failure = conditional and params.get(ON_FAILURE, "NONE") == "NONE"
    if on_failure:
        params[ON_FAILURE] = "ALL_OLD"
    empty_delete = profile.units_of_empty_delete and operation == "DeleteItem"
    return Instrumentation(consumed if raised else None, values, on_failure, empty_delete)


def reported_units(reply: Mapping[str, Any], table: str, capacity: CapacityKind) -> Units | None:
    """Return the units that an engine reports for one table; None if it reports none.

    They are of kind `capacity`, unless the reply says that a transaction only read.
    """
    for consumed in _consumed(reply):
        if consumed.get("TableName", table) == table:
            on_global, on_local = (
                {name: part["CapacityUnits"] for name, part in consumed.get(kind, {}).items()}
                for kind in PARTS[1:]
            )
            on_indexes = sum(on_global.values()) + sum(on_local.values())
            kind = CapacityKind.READ if "ReadCapacityUnits" in consumed else capacity
            return Units(kind, consumed["CapacityUnits"] - on_indexes, on_global, on_local)
    return None


def _consumed(reply: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the ConsumedCapacity of each table."""
    consumed = reply.get("ConsumedCapacity") or []
    return consumed if isinstance(consumed, list) else [consumed]

"""How moto in this process writes items into its replies: the same bytes, in half the time.

An item's attribute is a structure of ten members, one for each type, of which one is there. Of each
member moto asks under up to six names whether it is; that was most of the time of a Query. Moto
keeps a table of what writes a service's replies, and there is room in it for DynamoDB's.
"""

from typing import Any

from moto.core.serialize import SERVICE_SPECIFIC_SERIALIZERS, JSONSerializer

SERVICES = ("dynamodb", "dynamodbstreams")
PROTOCOL = "json"  # of both
ATTRIBUTE = "AttributeValue"  # botocore's name of the structure


class QuickSerializer(JSONSerializer):  # type: ignore[misc]  # moto is read as Any
    """Moto's own, but for attributes with one member: that one is not looked for."""

    def _serialize_type_structure(self, serialized: Any, value: Any, shape: Any, key: str) -> None:
        name = next(iter(value)) if type(value) is dict and len(value) == 1 else None
        if shape.name != ATTRIBUTE or not key or name not in shape.members or value[name] is None:
            super()._serialize_type_structure(serialized, value, shape, key)
            return
        attribute: dict[str, Any] = {}
        self._serialize(attribute, value[name], shape.members[name], name)
        self._default_serialize(serialized, attribute, shape, key)


def install() -> None:
    """From now on moto writes replies of DynamoDB and of its streams so."""
    for service in SERVICES:
        SERVICE_SPECIFIC_SERIALIZERS.setdefault(service, {})[PROTOCOL] = QuickSerializer

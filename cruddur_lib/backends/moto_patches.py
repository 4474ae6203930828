"""How moto in this process writes its replies: the same bytes, in half the time.

Of each member that a structure may have moto asks under up to six names whether it is there, as its
models are of many kinds. DynamoDB's replies are plain: a dictionary with the members' own names. An
item's attribute alone has ten of them, one for each type, and that was most of the time of a Query.
Moto keeps a table of what writes a service's replies, and there is room in it for DynamoDB's.
"""

from typing import Any

from moto.core.serialize import SERVICE_SPECIFIC_SERIALIZERS, JSONSerializer

SERVICES = ("dynamodb", "dynamodbstreams")
PROTOCOL = "json"  # of both


class QuickSerializer(JSONSerializer):  # type: ignore[misc]  # moto is read as Any
    """Moto's own, but for dictionaries that have members' names alone: those are not looked for."""

    def _serialize_type_structure(self, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if type(value) is not dict or not value.keys() <= shape.members.keys():
            super()._serialize_type_structure(serialized, value, shape, key)
            return
        written: dict[str, Any] = {} if key else serialized
        names = value if len(value) == 1 else (name for name in shape.members if name in value)
        for name in names:
            if value[name] is not None:
                self._serialize(written, value[name], shape.members[name], name)
        if key:
            self._default_serialize(serialized, written, shape, key)


def install() -> None:
    """From now on moto writes replies of DynamoDB and of its streams so."""
    for service in SERVICES:
        SERVICE_SPECIFIC_SERIALIZERS.setdefault(service, {})[PROTOCOL] = QuickSerializer

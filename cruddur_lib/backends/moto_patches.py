"""Patches that make moto in this process faster without changing its answers.

- Replies. For each member of a structure, moto tries up to six spellings of its name. DynamoDB's
  replies are plain dictionaries with the members' own names, so `QuickSerializer` reads those
  directly. An attribute value alone has ten possible members, which took most of a Query's time.
- Transactions. Moto copies the whole table before each action of a transaction, to restore it if an
  action fails. Stream records never change, so the copy may share them.
- Requests. Moto lists the methods of its handler class for every request. The list never changes,
  so it is made once for each class.

The patches are tested with moto 5.2. Any other version runs without them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import moto
from moto.core import responses
from moto.core.serialize import SERVICE_SPECIFIC_SERIALIZERS, JSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models.table import StreamRecord

TESTED_VERSION = "5.2."  # the beginning of moto's version
SERVICES = ("dynamodb", "dynamodbstreams")
PROTOCOL = "json"  # of both services

cached_method_names = cache(method_names_from_class)


class QuickSerializer(JSONSerializer):  # type: ignore[misc]  # moto is read as Any
    """Moto's serializer with a short cut for dictionaries whose keys are all members' own names."""

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


@contextmanager
def patched_moto() -> Iterator[None]:
    """Run the body of the `with` on a patched moto, then restore moto exactly as it was.

    A version of moto that the patches are not tested with is left alone.
    """
    if not moto.__version__.startswith(TESTED_VERSION):
        yield
        return
    serializers = {
        service: {**SERVICE_SPECIFIC_SERIALIZERS.get(service, {}), PROTOCOL: QuickSerializer}
        for service in SERVICES
    }
    with (
        patch.dict(SERVICE_SPECIFIC_SERIALIZERS, serializers),
        patch.object(responses, "method_names_from_class", cached_method_names),
        patch.object(StreamRecord, "__deepcopy__", _same_record, create=True),
    ):
        yield


def _same_record(record: Any, _: dict[int, Any]) -> Any:
    """Return the record itself where `copy.deepcopy` asks for a copy."""
    return record

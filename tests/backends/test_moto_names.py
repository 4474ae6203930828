"""Tests of the names that moto looks a request up in: moto's own list is the judge."""

import pytest
from moto.core import responses
from moto.core.utils import method_names_from_class
from moto.dynamodb.responses import DynamoHandler
from moto.dynamodbstreams.responses import DynamoDBStreamsHandler
from moto.sts.responses import TokenResponse

from cruddur_lib.backends import connect


@pytest.mark.parametrize("handler", [DynamoHandler, DynamoDBStreamsHandler, TokenResponse])
def test_each_service_has_its_own_names_listed_once(handler):
    """For each of the three that a connection has clients for."""
    with connect("moto"):
        listed = responses.method_names_from_class(handler)

        assert listed == method_names_from_class(handler)
        assert responses.method_names_from_class(handler) is listed

"""A table for the tests of the meter."""

import pytest

from tests.helpers.judged import indexed


@pytest.fixture
def client(backend):
    """Return the engine's client, with a table that has three global indexes and a local one."""
    client = backend.client("dynamodb")
    client.create_table(**indexed("metered"))
    return client

"""Settings of random tests of `cruddur_lib.costs`, and a table for tests of the meter."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.helpers.judged import indexed

# a slow example is no failure, because an engine may keep the machine busy
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(  # bin/mutants asks whether a test fails, not for its smallest case
    "mutant", parent=settings.get_profile("busy"), phases=(Phase.explicit, Phase.generate)
)
settings.register_profile("quick", settings.get_profile("busy"), max_examples=40)  # CI: 100
asked = [name for name in ("mutant", "quick") if f"CRUDDUR_{name.upper()}" in os.environ]
settings.load_profile(asked[0] if asked else "busy")


@pytest.fixture
def client(backend):
    """Return the engine's client, with a table that has three global indexes and a local one."""
    client = backend.client("dynamodb")
    client.create_table(**indexed("metered"))
    return client

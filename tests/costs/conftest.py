"""Settings of the drawn tests of `cruddur_lib.costs`, and a table for those of the meter."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from judged import indexed

# on a machine that is busy with an engine a slow example is no failure
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(  # bin/mutants asks whether a test fails, not for its smallest case
    "mutant", parent=settings.get_profile("busy"), phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("mutant" if "CRUDDUR_MUTANT" in os.environ else "busy")


@pytest.fixture
def client(backend):
    """The engine's client, with a table that has three global indexes and a local one."""
    client = backend.client("dynamodb")
    client.create_table(**indexed("metered"))
    return client

"""Drawn histories under faults, on every design: nothing acknowledged is lost or doubled."""

import pytest
from machine import histories

from cruddur_lib.messaging.designs import DESIGNS

HISTORIES = 40  # of each design; bin/soak runs as many as one likes


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_histories_under_faults(design):
    """No message lost, doubled, half-written or seen by a stranger; inboxes show the newest."""
    histories(design, HISTORIES)

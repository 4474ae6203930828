"""Drawn histories under faults, on every design: nothing acknowledged is lost or doubled.

What fails here is made small by bin/soak with the design and the number in the test's name, as in
`bin/soak --design bootcamp --seed 2 --minutes 0`.
"""

import os

import pytest

from cruddur_lib.messaging.designs import DESIGNS
from tests.helpers.machine import histories

FEW = 4  # of ten histories each, on every design: for what breaks often
NUMBERS = [0, pytest.param(1, marks=pytest.mark.thorough)]
if "CRUDDUR_MUTANT" in os.environ:  # what breaks is rare, and one history that notices is enough
    NUMBERS = [pytest.param(n, id=f"{'few' if n < FEW else 'many'}-{n}") for n in range(40)]


@pytest.mark.moto_alone
@pytest.mark.parametrize("design", sorted(DESIGNS))
@pytest.mark.parametrize("number", NUMBERS)
def test_histories_under_faults(design, number):
    """No message lost, doubled, half-written or seen by a stranger; inboxes show the newest."""
    histories(design, number)

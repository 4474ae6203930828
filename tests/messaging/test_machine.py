"""Random histories under faults, on every design: no acknowledged message is lost or doubled.

To shrink a failure, run bin/soak with the design and the number in the name of the test, as in
`bin/soak --design bootcamp --seed 2 --minutes 0`.
"""

import os

import pytest

from cruddur_lib.messaging.designs import DESIGNS
from tests.helpers.machine import histories

FEW = 4  # numbers of ten histories each, enough to find frequent failures
NUMBERS = [0, pytest.param(1, marks=pytest.mark.thorough)]
if "CRUDDUR_MUTANT" in os.environ:  # its failures are rare, and one is enough
    NUMBERS = [pytest.param(n, id=f"{'few' if n < FEW else 'many'}-{n}") for n in range(40)]


@pytest.mark.moto_alone
@pytest.mark.parametrize("design", sorted(DESIGNS))
@pytest.mark.parametrize("number", NUMBERS)
def test_histories_under_faults(design, number):
    """No message is lost, doubled, half written or shown to a stranger; inboxes show the newest."""
    histories(design, number)

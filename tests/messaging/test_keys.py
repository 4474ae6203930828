"""Keys go there and back, and their order as text is the order in time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.messaging import keys

moments = st.datetimes(
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    min_value=datetime(1, 1, 3),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001
)
uuids = st.uuids().map(str)


@given(moments)
def test_a_time_goes_there_and_back(moment):
    """Whatever its zone, a time is written in UTC, 27 characters, and read as the same moment."""
    text = keys.timestamp(moment)

    assert len(text) == 27
    assert text.endswith("Z")
    assert keys.moment(text) == moment
    assert keys.moment(text).tzinfo is UTC


@given(moments, moments)
def test_the_order_of_times_is_the_order_of_their_texts(one, other):
    """Sort keys are compared as text, so zones, whole seconds and years must not disturb it."""
    assert (keys.timestamp(one) < keys.timestamp(other)) == (one < other)


@given(moments, uuids)
def test_a_sort_key_goes_there_and_back(moment, uuid):
    """Time and uuid are found again in the keys of messages and of message groups."""
    for sk in (keys.message_sk(moment, uuid), keys.group_sk(moment, uuid)):
        assert keys.time_and_uuid(sk) == (moment, uuid)


@given(moments, uuids)
def test_the_first_message_sorts_before_every_other(moment, uuid):
    """The guard's key is the lowest of its partition, so newest-first pages end with it."""
    assert keys.message_sk(moment, uuid) > keys.FIRST


@given(uuids, uuids, uuids)
def test_two_people_have_one_group(one, other, third):
    """A group's uuid is that of its pair, whoever writes first, and of no other pair."""
    assert keys.group_uuid(one, other) == keys.group_uuid(other, one)
    assert len({keys.group_uuid(one, person) for person in (other, third)}) == len({other, third})


@given(uuids)
def test_a_partition_key_names_its_owner(uuid):
    """The uuid in a pk is found again for both row types."""
    assert keys.uuid_in(keys.messages_pk(uuid)) == keys.uuid_in(keys.groups_pk(uuid)) == uuid


def test_a_time_without_a_zone_is_refused():
    """A naive time means another moment on each machine."""
    with pytest.raises(keys.KeyMalformed, match=r"no time zone: use datetime.now\(UTC\)"):
        keys.timestamp(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("sk", ["", "0000#", "2026-01-05T09:00:00.000000Z", keys.FIRST, "#x"])
def test_a_foreign_sort_key_is_refused(sk):
    """What this project did not write, and the guard's key, hold no time."""
    with pytest.raises(keys.KeyMalformed):
        keys.time_and_uuid(sk)


@pytest.mark.parametrize("pk", ["", "MSG#", "USR#x", "MSG"])
def test_a_foreign_partition_key_is_refused(pk):
    """Only MSG# and GRP# are keys of this table."""
    with pytest.raises(keys.KeyMalformed, match="MSG#<group uuid>"):
        keys.uuid_in(pk)


def test_a_time_of_another_spelling_is_refused():
    """It would sort elsewhere."""
    for text in ("2026-1-5T9:0:0.5Z", "2026-01-05T09:00:00Z", "2026-01-05T09:00:00.000000+00:00"):
        with pytest.raises(keys.KeyMalformed, match="is not of the form"):
            keys.moment(text)

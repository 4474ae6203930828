"""Keys can be read back, and sorting them as text sorts them by time."""

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
    """A time of any zone is written in UTC with 27 characters and read as the same moment."""
    text = keys.timestamp(moment)

    assert len(text) == 27
    assert text.endswith("Z")
    assert keys.moment(text) == moment
    assert keys.moment(text).tzinfo is UTC


@given(moments, moments)
def test_the_order_of_times_is_the_order_of_their_texts(one, other):
    """Zones, whole seconds and years do not disturb the order of sort keys as text."""
    assert (keys.timestamp(one) < keys.timestamp(other)) == (one < other)


@given(moments, uuids)
def test_a_sort_key_goes_there_and_back(moment, uuid):
    """Time and uuid can be read back from the sort keys of messages and groups."""
    for sk in (keys.message_sk(moment, uuid), keys.group_sk(moment, uuid)):
        assert keys.time_and_uuid(sk) == (moment, uuid)


@given(moments, uuids)
def test_the_first_message_sorts_before_every_other(moment, uuid):
    """The guard's key is the lowest of its partition, so it ends the newest-first pages."""
    assert keys.message_sk(moment, uuid) > keys.FIRST


@given(uuids, uuids, uuids)
def test_two_people_have_one_group(one, other, third):
    """A group uuid depends on its two people alone, not on who writes first."""
    assert keys.group_uuid(one, other) == keys.group_uuid(other, one)
    assert len({keys.group_uuid(one, person) for person in (other, third)}) == len({other, third})


@given(uuids)
def test_a_partition_key_names_its_owner(uuid):
    """The uuid can be read back from the partition keys of both types of rows."""
    assert keys.uuid_in(keys.messages_pk(uuid)) == keys.uuid_in(keys.groups_pk(uuid)) == uuid


def test_a_time_without_a_zone_is_refused():
    """A time without a zone means another moment on each machine."""
    with pytest.raises(keys.KeyMalformed, match=r"no time zone: use datetime.now\(UTC\)"):
        keys.timestamp(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("sk", ["", "0000#", "2026-01-05T09:00:00.000000Z", keys.FIRST, "#x"])
def test_a_foreign_sort_key_is_refused(sk):
    """Other projects' keys and the guard's key contain no time."""
    with pytest.raises(keys.KeyMalformed):
        keys.time_and_uuid(sk)


@pytest.mark.parametrize("pk", ["", "MSG#", "USR#x", "MSG"])
def test_a_foreign_partition_key_is_refused(pk):
    """Only MSG# and GRP# begin a partition key of this table."""
    with pytest.raises(keys.KeyMalformed, match="MSG#<group uuid>"):
        keys.uuid_in(pk)


def test_a_time_of_another_spelling_is_refused():
    """A time in another format would be sorted in the wrong place."""
    for text in ("2026-1-5T9:0:0.5Z", "2026-01-05T09:00:00Z", "2026-01-05T09:00:00.000000+00:00"):
        with pytest.raises(keys.KeyMalformed, match="is not of the form"):
            keys.moment(text)

"""Each cell of the table of guarantees, tested on the design itself."""

from contextlib import suppress

import pytest

from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs import DESIGNS, GUARANTEES
from tests.helpers.pumps import pump_of

UP_TO_DATE, STRONG, ONCE, ALONE, ANY_ORDER, NO_CONFLICT, SAME_PRICE = GUARANTEES


def previews(inbox, *users):
    """Return the preview of the first line of each user's inbox."""
    return [inbox.list_message_groups(user)[0].preview for user in users]


def test_every_design_has_its_column():
    """The table has a cell for every design in every row."""
    assert all(set(row) == set(DESIGNS) for row in GUARANTEES.values())


def test_when_d_answers_the_inbox_rows_are_up_to_date(begun, andrew, bayko):
    """The rows are checked before the stream is read.

    On AWS an index may lag behind the rows; on the engines here it does not.
    """
    begun.create_message(begun.draft(andrew, bayko, "now"))

    shown = previews(begun, andrew, bayko) == ["now", "now"]
    assert shown is GUARANTEES[UP_TO_DATE][begun.name]


def test_the_inbox_may_be_read_strongly_consistent(begun, andrew):
    """DynamoDB refuses strongly consistent reads of a global index."""
    client = begun.backend.dynamodb

    def ask(params, **_):
        params["ConsistentRead"] = True

    client.meta.events.register_first("before-parameter-build.dynamodb.Query", ask)
    strong = False
    with suppress(client.exceptions.ClientError):
        strong = len(begun.list_message_groups(andrew)) == 1

    assert strong is GUARANTEES[STRONG][begun.name]


def test_a_group_never_stands_twice(begun, andrew, bayko):
    """Count Andrew's rows after each write of a message and of its handler."""
    pump, most, looking = pump_of(begun), 0, []
    pump.run()

    def look(model, **_):
        nonlocal most
        if not looking and model.name in ("PutItem", "UpdateItem", "DeleteItem"):
            looking.append(1)
            owned = [row for row in table.rows(begun.backend) if row["pk"] == f"GRP#{andrew.uuid}"]
            most = max(most, len(owned))
            looking.clear()

    begun.backend.dynamodb.meta.events.register("after-call.dynamodb", look)
    begun.create_message(begun.draft(andrew, bayko, "now"))
    pump.run()

    assert (most <= 1) is GUARANTEES[ONCE][begun.name]


def test_nothing_has_to_run_after_d(inbox):
    """A design with this guarantee has no stream handler."""
    assert (inbox.stream_handler() is None) is GUARANTEES[ALONE][inbox.name]


def test_records_may_come_in_any_order(begun, andrew, bayko):
    """The records of a sent and deleted message arrive in reverse order."""
    pump = pump_of(begun)
    pump.run()
    before = previews(begun, andrew)
    begun.delete_message(andrew, begun.create_message(begun.draft(andrew, bayko, "gone")))
    handler, records = begun.stream_handler() or (lambda _: []), []
    pump._handler = lambda batch: records.extend(batch) or []
    pump.run()
    for record in reversed(records):
        assert handler([record]) == []

    assert (previews(begun, andrew) == before) is GUARANTEES[ANY_ORDER][begun.name]


def test_two_who_write_to_each_other_never_meet(begun, andrew, bayko):
    """Two transactions conflict only if they contain the same item."""
    written = []

    def note(params, **_):
        actions = params.get("TransactItems", ())
        places = [one.get("Item") or one["Key"] for each in actions for one in each.values()]
        written.append({(place["pk"], place["sk"]) for place in places})

    events = begun.backend.dynamodb.meta.events
    events.register_first("before-parameter-build.dynamodb.TransactWriteItems", note)
    for sender, receiver in [(andrew, bayko), (bayko, andrew)]:
        begun.create_message(begun.draft(sender, receiver, "at the same moment"))

    apart = not written or written[0].isdisjoint(written[1])
    assert apart is GUARANTEES[NO_CONFLICT][begun.name]


@pytest.mark.parametrize("limit", [1, 2])
def test_a_page_of_the_inbox_costs_the_same(inbox, andrew, limit):
    """Compare the units of a page in an inbox of two groups and of nine."""
    units = []
    others = [user for user in seeds.users().values() if user != andrew]
    for some in (others[:2], others[2:]):
        for other in some:
            inbox.create_message_group(inbox.draft(andrew, other, "Hello"))
        with Meter(inbox.backend) as meter:
            assert len(inbox.list_message_groups(andrew, limit)) == limit
        units.append(meter.read_units)

    assert (units[0] == units[1]) is GUARANTEES[SAME_PRICE][inbox.name]

"""Random histories of an inbox under faults, compared with a plain model of what must be stored.

Several people send, change and delete messages. Stream records arrive late, again, in batches and
beside poison. Requests are throttled, cut, canceled or crash, and while one is on its way another
user acts. After each step the table is compared with the model. From time to time the faults stop,
the stream handler (E) catches up, and every inbox must show what was sent.

A message may have several possible texts (`Text`) after a request whose outcome is unknown.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations, count
from typing import Any, ClassVar
from unittest.mock import patch
from uuid import UUID, uuid4

from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from cruddur_lib.backends import Backend, connect
from cruddur_lib.backends.faults import Crashed, Fault, with_faults
from cruddur_lib.messaging import keys, seeds, table
from cruddur_lib.messaging.designs import DESIGNS, GUARANTEES
from cruddur_lib.messaging.entities import Draft, Message, User, preview
from cruddur_lib.messaging.inbox import GroupUnknown, MessageUnknown, NotAMember, NotTheSender
from cruddur_lib.messaging.retries import Retries
from cruddur_lib.messaging.stream import Record, sequence_of
from cruddur_lib.messaging.table import Row
from tests.helpers.faults import stale_index, without_waiting

ENGINE_ERRORS = (ClientError, BotoCoreError, Crashed)  # after these the outcome is unknown
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ANY_ORDER = "records may come in any order"
PEOPLE = tuple(seeds.user(handle) for handle in ("andrewbrown", "bayko", "zoemarchand"))
STRANGER = seeds.user("diegoquispe")
HISTORIES_PER_SEED = 10  # few, so a failure is repeated in seconds
STEPS = 25  # of a history
STEPS_UNSETTLED = 10  # at least, before the inboxes are checked
STATISTICS: Counter[str] = Counter()
# Hypothesis also draws constants from the modules that a process has loaded. Without this, the
# histories of a seed would depend on the tests that ran before.
NO_CONSTANT = lambda *_, **__: None  # noqa: E731
NUMBERS = count()

Text = str | None  # None: there is no row; "": the first message of its group, deleted

ONE_WAY = st.sampled_from([(0, 1), (1, 0), (0, 2), (2, 0), (1, 2)])
TICKS = st.sampled_from([1, 1, 1, 0, -5, 86_400, -86_400])  # seconds; clocks may stop or be wrong
FAULTS = st.lists(
    st.tuples(
        st.sampled_from([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8]),  # the first attempt that meets it
        st.sampled_from([fault for fault in Fault if fault is not Fault.UNPROCESSED]),
        st.sampled_from([1, 1, 4]),  # attempts in a row; botocore recovers from 1 but not from 4
    ),
    max_size=2,
)
MEANWHILE = st.none() | st.tuples(st.integers(1, 6), ONE_WAY, st.booleans())
PICK = st.integers(0, 10**6)


@dataclass
class Sent:
    """A draft, the texts that its message may have now, and the message as it was returned."""

    draft: Draft
    texts: set[Text] = field(default_factory=lambda: {None})
    message: Message | None = None
    deletions: int = 0  # that succeeded

    @property
    def text_if_deleted(self) -> Text:
        """The text after a deletion: a first message is blanked, any other one is gone."""
        return "" if self.message and self.message.is_first else None


def histories(design: str, number: int, *, smallest: bool = False) -> None:
    """Run some random histories of a design, and raise the error of one that goes wrong.

    Args:
        design: The name of the design.
        number: The seed.
        smallest: Whether to shrink a failure to the smallest history.
    """
    options = settings(
        max_examples=HISTORIES_PER_SEED,
        stateful_step_count=STEPS,
        phases=[Phase.generate, *([Phase.shrink] if smallest else [])],
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    with (
        connect("moto", database=f"t{uuid4().hex}") as backend,
        without_waiting(),
        patch.object(HypothesisProvider, "_maybe_draw_constant", NO_CONSTANT),
    ):
        machine = type("Machine", (InboxMachine,), {"design": design, "backend": backend})
        run_state_machine_as_test(seed(number)(machine), settings=options)


class InboxMachine(RuleBasedStateMachine):
    """One history on a table of its own. The caller sets `design` and `backend`."""

    design: ClassVar[str] = "bootcamp"
    backend: ClassVar[Backend]

    def __init__(self) -> None:
        """Create an empty table; no one has sent a message."""
        super().__init__()
        design, uuids = DESIGNS[self.design], count(1)
        self.table = f"machine-{next(NUMBERS)}"
        table.create(self.backend, design.schema, self.table)
        self.now = NOON
        stream = table.describe(self.backend, self.table)["LatestStreamArn"]
        description = self.backend.client("dynamodbstreams").describe_stream(StreamArn=stream)
        (shard,) = description["StreamDescription"]["Shards"]  # moto has one
        self.shard = {"StreamArn": stream, "ShardId": shard["ShardId"]}
        self.inbox = design(
            self.backend,
            self.table,
            clock=lambda: self.now,
            new_uuid=lambda: str(UUID(int=next(uuids))),
            retries=Retries(sleep=lambda _: None),
        )
        self.handler = self.inbox.stream_handler() or (lambda _: [])
        self.read_to = ""  # sequence number of the last record that was read
        self.log: dict[str, list[Record]] = {}  # the stream, by partition key
        self.handled: Counter[str] = Counter()  # number of records that the handler got, by key
        self.sent: list[Sent] = []
        self.snapshots: list[list[Row]] = [[]]
        self.nested = False
        self.faulty = False  # whether a fault happened in this step
        self.unsettled = 0  # steps since the inboxes were checked
        STATISTICS["histories"] += 1

    def teardown(self) -> None:
        """Let every history end with a check of the inboxes, then drop its table."""
        try:
            self._settle(len(self.snapshots))
        finally:
            table.drop(self.backend, self.table)

    # What people do

    @rule(way=ONE_WAY, tick=TICKS, first=st.booleans(), faults=FAULTS, meanwhile=MEANWHILE)
    def send(self, way, tick, first, faults, meanwhile) -> None:
        """A user presses Send: create a group or a message (C or D)."""
        self.now += timedelta(seconds=tick)
        one = self._new(way)
        with self._under(faults, meanwhile):
            self._send(one, first=first)

    @precondition(lambda self: self.sent)
    @rule(pick=PICK, first=st.booleans(), faults=FAULTS, meanwhile=MEANWHILE)
    def send_again(self, pick, first, faults, meanwhile) -> None:
        """The same draft again: a double click, or a retry after an error."""
        with self._under(faults, meanwhile):
            self._send(self.sent[pick % len(self.sent)], first=first)

    @precondition(lambda self: self._known())
    @rule(pick=PICK, who=st.integers(0, 2), faults=FAULTS, meanwhile=MEANWHILE)
    def edit(self, pick, who, faults, meanwhile) -> None:
        """A user changes a message; most often its sender, the only one who may."""
        one = self._pick(pick)
        user = one.draft.sender if pick % 2 else PEOPLE[who]
        text = f"edited {pick % 7}"
        with self._under(faults, meanwhile):
            try:
                self.inbox.update_message(user, one.message, text)
            except NotTheSender:
                assert user != one.draft.sender
            except MessageUnknown:
                assert one.texts & {None, ""}, "a stored message was called unknown"
            except ENGINE_ERRORS:
                self._expect_fault()
                if user == one.draft.sender and one.texts - {None, ""}:
                    one.texts.add(text)
            else:
                assert user == one.draft.sender, "another user changed a message"
                one.texts = {text}

    @precondition(lambda self: self._known())
    @rule(pick=PICK, who=st.integers(0, 2), faults=FAULTS, meanwhile=MEANWHILE)
    def delete(self, pick, who, faults, meanwhile) -> None:
        """A user deletes a message; most often its sender, the only one who may."""
        one = self._pick(pick)
        user = one.draft.sender if pick % 2 else PEOPLE[who]
        with self._under(faults, meanwhile):
            self._delete(one, user)

    @rule(way=ONE_WAY, size=st.integers(1, 5), faults=FAULTS, halves=st.booleans())
    def load(self, way, size, faults, halves) -> None:
        """A conversation is loaded where there is no group, again until it succeeds."""
        if any(one.draft.group_uuid == self._group(way) for one in self.sent):
            return
        several = []
        for _ in range(size):
            self.now += timedelta(seconds=1)
            several.append(self._new(way))
        drafts = [one.draft for one in several]
        done = False
        with self._under(faults, None, halves=halves):
            try:
                done = self.inbox.load(drafts)
            except ENGINE_ERRORS:
                self._expect_fault()
                done = False
        if not done:
            self.inbox.load(drafts)  # False if the first attempt was complete
        first = min(drafts, key=lambda draft: draft.created_at)
        for one in several:
            self._acknowledge(one, _message(one.draft, is_first=one.draft == first))

    # What the stream does

    @precondition(lambda self: self.inbox.stream_handler())
    @rule(
        picks=st.lists(PICK, min_size=1, max_size=3),
        size=st.integers(1, 5),
        under=st.tuples(FAULTS, MEANWHILE, st.none() | st.integers(1, 4)),
        poison=st.booleans(),
    )
    def deliver(self, picks, size, under, poison) -> None:
        """The handler (E) gets a batch of new records, each partition's in order."""
        faults, meanwhile, behind = under
        self._read_stream()
        waiting = [pk for pk, records in self.log.items() if self.handled[pk] < len(records)]
        chosen = dict.fromkeys(waiting[pick % len(waiting)] for pick in picks if waiting)
        batch = [r for pk in chosen for r in self.log[pk][self.handled[pk] :][:size]]
        if not batch:
            return
        bad = [{"dynamodb": {"SequenceNumber": "poison"}}] if poison else []
        with self._under(faults, meanwhile, behind=behind):
            try:
                poisoned = self.handler([*bad, *batch])
            except ENGINE_ERRORS:
                self._expect_fault()
                STATISTICS["batches that failed"] += 1
                return
        assert poisoned == ["poison"] * len(bad), "wrong records were called poison"
        for pk in chosen:
            self.handled[pk] = min(self.handled[pk] + size, len(self.log[pk]))

    @precondition(lambda self: self.inbox.stream_handler() and any(self.handled.values()))
    @rule(pick=PICK, back=st.integers(1, 4))
    def replay(self, pick, back) -> None:
        """The stream goes back: the handler gets old records and all later ones again."""
        had = [pk for pk, place in self.handled.items() if place]
        pk = had[pick % len(had)]
        self.handled[pk] = max(0, self.handled[pk] - back)
        STATISTICS["replays"] += 1

    @precondition(lambda self: self.inbox.stream_handler() and any(self.log.values()))
    @rule(picks=st.lists(PICK, min_size=1, max_size=4), faults=FAULTS)
    def disorder(self, picks, faults) -> None:
        """Old records arrive in another order, if the design guarantees to allow it."""
        if not GUARANTEES[ANY_ORDER][self.design]:
            return
        known = [record for records in self.log.values() for record in records]
        with self._under(faults, None):
            try:
                assert self.handler([known[pick % len(known)] for pick in picks]) == []
            except ENGINE_ERRORS:
                self._expect_fault()
                return
        STATISTICS["records out of order"] += len(picks)

    # What must be true

    @invariant()
    def nothing_lost_doubled_or_half_written(self) -> None:
        """After each step the table has what the model has."""
        STATISTICS["steps"] += 1
        self.unsettled += 1
        rows = self._rows()
        self.snapshots = [*self.snapshots[-5:], rows]
        found: dict[str, Row] = {}
        for row in rows:
            if row["pk"].startswith("MSG#"):
                assert row["message_uuid"] not in found, "a message is stored twice"
                found[row["message_uuid"]] = row
        for one in self.sent:
            row = found.pop(one.draft.message_uuid, None)
            stored = None if row is None else row["message"]
            assert stored in one.texts, (
                f"{one.draft.text!r} is stored as {stored!r}, not one of {one.texts}"
            )
            assert row is None or row["user_uuid"] == one.draft.sender.uuid
            one.texts = {stored}
        assert not found, "a stored message was never sent"
        self._whole(rows)

    def _whole(self, rows: list[Row]) -> None:
        """A group has its guard and a row for each person, or none of them."""
        places = Counter((row["pk"], _group_of(row)) for row in rows if row["pk"][:4] == "GRP#")
        guards = {keys.uuid_in(row["pk"]) for row in rows if row["sk"] == keys.FIRST}
        for one, other in combinations(PEOPLE, 2):
            group = keys.group_uuid(one.uuid, other.uuid)
            for user in (one, other):
                lines = places.pop((keys.groups_pk(user.uuid), group), 0)
                assert bool(lines) == (group in guards), "half a group"
                assert lines <= 1 or self.design == "bootcamp", "an inbox has a group twice"
        assert not places, "a group row of an unknown user"

    @precondition(lambda self: self.unsettled >= STEPS_UNSETTLED)
    @rule(behind=st.integers(0, 6))
    def settle(self, behind) -> None:
        """The faults stop, the handler (E) catches up, and every inbox must be right."""
        self._settle(behind)

    def _settle(self, behind: int) -> None:
        """Handle all records, with an index `behind` by some steps, then check every inbox."""
        STATISTICS["settled"] += 1
        self.unsettled = 0
        while True:
            self._read_stream()
            left = [r for pk, records in self.log.items() for r in records[self.handled[pk] :]]
            if not left or not self.inbox.stream_handler():
                break
            with self._under([], None, behind=behind):
                assert self.handler(left) == []
            self.handled = Counter({pk: len(records) for pk, records in self.log.items()})
        rows = self._rows()
        assert not self._doubled(), "a group row was left behind"
        listed: dict[str, list[Message]] = {}
        for user in PEOPLE:
            self._shown(user, rows, listed)
        self._strangers(listed)

    def _shown(self, user: User, rows: list[Row], listed: dict[str, list[Message]]) -> None:
        """Check that an inbox shows each of its groups once, in order, with the newest message.

        `listed` gets the messages of groups that it does not have yet.
        """
        shown = self.inbox.list_message_groups(user)
        assert shown.cursor is None
        assert len({group.uuid for group in shown}) == len(shown), "a group is shown twice"
        times = [group.last_message_at for group in shown]
        assert times == sorted(times, reverse=True), "an inbox out of order"
        assert {group.uuid for group in shown} == _groups_of(user, rows)
        for group in shown:
            if group.uuid not in listed:
                listed[group.uuid] = self._listed(group)
            newest = listed[group.uuid][0]
            assert group.preview == preview(newest.text), "the inbox is behind"
            assert group.last_message_at == newest.created_at

    def _listed(self, group: Any) -> list[Message]:
        """Return a group's messages, page by page, and check that they are those that were sent."""
        listed: list[Message] = []
        cursor = None
        while True:
            page = self.inbox.list_messages(group, 3, cursor)
            listed += page
            if (cursor := page.cursor) is None:
                break
        stored = {
            one.draft.message_uuid: one.texts
            for one in self.sent
            if one.draft.group_uuid == group.uuid and one.texts != {None}
        }
        assert {message.uuid: {message.text} for message in listed} == stored
        assert len(listed) == len(stored), "a message is shown twice"
        order = [(not m.is_first, m.created_at, m.uuid) for m in listed]
        assert order == sorted(order, reverse=True), "messages out of order"
        return listed

    def _strangers(self, listed: dict[str, list[Message]]) -> None:
        """Check that users outside a group cannot open it."""
        assert not len(self.inbox.list_message_groups(STRANGER))
        for two in combinations(PEOPLE, 2):
            group = keys.group_uuid(*(user.uuid for user in two))
            for user in {*PEOPLE, STRANGER} - {*two} if group in listed else ():
                try:
                    self.inbox.open_group(user, group)
                except NotAMember:
                    continue
                raise AssertionError("a stranger opened a group")

    # Helpers

    def _new(self, way: tuple[int, int]) -> Sent:
        sender, receiver = (PEOPLE[place] for place in way)
        draft = self.inbox.draft(sender, receiver, f"text {len(self.sent)}")
        self.sent.append(Sent(draft))
        return self.sent[-1]

    def _send(self, one: Sent, *, first: bool) -> None:
        create = self.inbox.create_message_group if first else self.inbox.create_message
        deletions = one.deletions
        try:
            message = create(one.draft)
        except GroupUnknown:
            assert not self._is_open(one.draft.group_uuid), "a stored group was not found"
            assert not first
        except ENGINE_ERRORS:
            self._expect_fault()
            if None in one.texts:
                one.texts.add(one.draft.text)
        else:
            self._acknowledge(one, message)
            if one.deletions > deletions:  # it was deleted before the reply, or sent again after
                one.texts.add(one.text_if_deleted)

    def _acknowledge(self, one: Sent, message: Message) -> None:
        assert message.uuid == one.draft.message_uuid
        may = (one.texts - {None}) | ({one.draft.text} if None in one.texts else set())
        assert message.text in may, f"the reply has {message.text!r}, not one of {may}"
        one.texts, one.message = {message.text}, message

    def _delete(self, one: Sent, user: User) -> None:
        assert one.message
        deleted, mine = one.text_if_deleted, user == one.draft.sender
        try:
            self.inbox.delete_message(user, one.message)
        except NotTheSender:
            assert not mine
        except ENGINE_ERRORS:
            self._expect_fault()
            if mine:
                one.texts.add(deleted)
        else:
            assert mine or None in one.texts, "another user deleted a message"
            one.texts = {deleted} if mine else one.texts
            one.deletions += mine

    def _is_open(self, group: str) -> bool:
        key = {"pk": keys.messages_pk(group), "sk": keys.FIRST}
        return any(row["pk"] == key["pk"] and row["sk"] == key["sk"] for row in self.snapshots[-1])

    def _known(self) -> list[Sent]:
        return [one for one in self.sent if one.message]

    def _pick(self, pick: int) -> Sent:
        known = self._known()
        return known[-1 - pick % len(known)]

    def _group(self, way: tuple[int, int]) -> str:
        return keys.group_uuid(*(PEOPLE[place].uuid for place in way))

    def _rows(self) -> list[Row]:
        """Return the table's rows from moto's memory; a Scan would take half of all time."""
        held = dynamodb_backends[DEFAULT_ACCOUNT_ID][self.backend.region].tables[self.table]
        items = [item.to_json()["Attributes"] for item in held.all_items()]
        return [{name: value["S"] for name, value in item.items()} for item in items]

    def _read_stream(self) -> None:
        """Note the new records.

        A `Pump` would make three times as many requests. The iterator is always a new one, because
        a canceled transaction makes moto's older ones invalid.
        """
        streams: Any = self.backend.client("dynamodbstreams")
        place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self.read_to}
        if not self.read_to:
            place = {"ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(**self.shard, **place)["ShardIterator"]
        for record in streams.get_records(ShardIterator=iterator)["Records"]:
            self.log.setdefault(record["dynamodb"]["Keys"]["pk"]["S"], []).append(record)
            self.read_to = sequence_of(record)

    @contextmanager
    def _under(
        self, faults: Any, meanwhile: Any, *, behind: int | None = None, halves: bool = False
    ) -> Iterator[None]:
        """Let the requests inside the `with` meet these faults at these attempts."""
        self.faulty = False
        if not (faults or meanwhile or behind or halves):
            yield
            return
        plan = {at + more: fault for at, fault, times in faults for more in range(times)}
        with ExitStack() as stack:
            stack.enter_context(with_faults(self.backend, self._decide(plan, meanwhile, halves)))
            # A crash and an index that is behind, both at once, are a stated limit of the handler.
            if behind and (index := self._index()) and not self._doubled():
                rows = self.snapshots[max(-behind, -len(self.snapshots))]
                stack.enter_context(stale_index(self.backend, index, rows))
                STATISTICS["an index that is behind"] += 1
            yield

    def _decide(
        self, plan: Mapping[int, Fault], meanwhile: Any, halves: bool
    ) -> Callable[[str, int], Fault | None]:
        seen = count(1)

        def decide(operation: str, _: int) -> Fault | None:
            if self.nested:
                return None
            number = next(seen)
            if meanwhile and meanwhile[0] == number:
                self._meanwhile(*meanwhile)
            fault = plan.get(number)
            if halves and operation == "BatchWriteItem" and number <= 2:
                fault = Fault.UNPROCESSED
            if fault is Fault.CONFLICT and operation not in WRITES:
                return None
            if fault:
                STATISTICS[fault.value] += 1
                self.faulty = True
            return fault

        return decide

    def _meanwhile(self, at: int, way: tuple[int, int], deletes: bool) -> None:
        """Let another user send a message, or delete one of the last two, without faults."""
        met, self.nested, self.faulty = self.faulty, True, False
        STATISTICS["another user meanwhile"] += 1
        try:
            if deletes and (known := self._known()):
                one = known[-1 - (at + 1) % min(2, len(known))]
                self._delete(one, one.draft.sender)
            else:
                self._send(self._new(way), first=True)
        finally:
            self.nested, self.faulty = False, met

    def _expect_fault(self) -> None:
        """Check that an error of the engine came from a fault."""
        assert self.faulty, "an error without a fault"

    def _doubled(self) -> bool:
        """Return whether an inbox has a group twice, as a crash may leave it for a moment."""
        rows = [row for row in self._rows() if row["pk"][:4] == "GRP#"]
        return len(rows) > len({(row["pk"], _group_of(row)) for row in rows})

    def _index(self) -> Any:
        return next(iter(self.inbox.schema.indexes), None)


def _message(draft: Draft, *, is_first: bool) -> Message:
    return Message(
        draft.message_uuid,
        draft.group_uuid,
        draft.sender,
        draft.text,
        draft.created_at,
        is_first=is_first,
    )


def _group_of(row: Row) -> str:
    """Return the group uuid of a group row, in any design."""
    return str(row["sk"]).rpartition("#")[2]


def _groups_of(user: User, rows: list[Row]) -> set[str]:
    """Return the groups of a user, found by their first messages."""
    guards = [row for row in rows if row["sk"] == keys.FIRST]
    mine = [row for row in guards if user.uuid in (row["user_uuid"], row["other_uuid"])]
    return {keys.uuid_in(row["pk"]) for row in mine}

"""Drawn histories of an inbox under faults, against a plain model of what must be there.

Several people write, answer, change and delete; records of the stream come late, again, in batches
and beside poison; each request may be throttled, cut, crashed or cancelled; while one request is on
its way somebody else acts. After each step the table itself is looked at, and from time to time the
faults stop, pattern E catches up, and everybody's inbox must show what was sent.

A `Text` is what a message may say now. An outcome that nobody knows leaves more than one.
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
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.messaging.designs.guarantees import GUARANTEES
from cruddur_lib.messaging.entities import Draft, Message, User, preview
from cruddur_lib.messaging.inbox import GroupUnknown, MessageUnknown, NotAMember, NotTheSender
from cruddur_lib.messaging.retries import Retries
from cruddur_lib.messaging.stream import Record, sequence_of
from cruddur_lib.messaging.table import Row
from tests.helpers.faults import stale_index, without_waiting

ENGINE = (ClientError, BotoCoreError, Crashed)  # after these nobody knows what was done
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ANY_ORDER = "records may come in any order"
PEOPLE = tuple(seeds.user(handle) for handle in ("andrewbrown", "bayko", "zoemarchand"))
STRANGER = seeds.user("diegoquispe")
AT_A_TIME = 10  # histories drawn from one number: what fails is run again in seconds
STEPS = 25  # of a history
PATIENCE = 10  # steps at least before the inboxes are looked at, so that much is under way at once
STATISTICS: Counter[str] = Counter()
# Else Hypothesis also draws numbers that stand in the modules a process has loaded so far, and what
# a seed draws would depend on the tests that ran before.
NO_CONSTANT = lambda *_, **__: None  # noqa: E731
NUMBERS = count()

Text = str | None  # None: it is not there; "": the first message of its group, deleted

ONE_WAY = st.sampled_from([(0, 1), (1, 0), (0, 2), (2, 0), (1, 2)])
TICKS = st.sampled_from([1, 1, 1, 0, -5, 86_400, -86_400])  # seconds: standing, backward, skewed
FAULTS = st.lists(
    st.tuples(
        st.sampled_from([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8]),  # the attempt that it meets
        st.sampled_from([fault for fault in Fault if fault is not Fault.UNPROCESSED]),
        st.sampled_from([1, 1, 4]),  # attempts in a row: one that botocore mends, or all of them
    ),
    max_size=2,
)
MEANWHILE = st.none() | st.tuples(st.integers(1, 6), ONE_WAY, st.booleans())
PICK = st.integers(0, 10**6)


@dataclass
class Sent:
    """A draft, what its message may say, and the message as it was given back."""

    draft: Draft
    says: set[Text] = field(default_factory=lambda: {None})
    message: Message | None = None
    deletions: int = 0  # that went through

    @property
    def gone(self) -> Text:
        """What it says once it is deleted."""
        return "" if self.message and self.message.is_first else None


def histories(design: str, number: int, *, smallest: bool = False) -> None:
    """Nothing where some histories of a design, drawn by `number`, go right; else the error of one
    that does not, or of the `smallest` that can be found.
    """
    options = settings(
        max_examples=AT_A_TIME,
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
    """One history on a table of its own. `design` and `backend` are given by who runs it."""

    design: ClassVar[str] = "bootcamp"
    backend: ClassVar[Backend]

    def __init__(self) -> None:
        """An empty table, and nobody has written."""
        super().__init__()
        design, uuids = DESIGNS[self.design], count(1)
        self.table = f"machine-{next(NUMBERS)}"
        table.create(self.backend, design.schema, self.table)
        self.now = NOON
        stream = table.describe(self.backend, self.table)["LatestStreamArn"]
        told = self.backend.client("dynamodbstreams").describe_stream(StreamArn=stream)
        (shard,) = told["StreamDescription"]["Shards"]  # moto has one
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
        self.places: Counter[str] = Counter()  # how many of those E has had
        self.sent: list[Sent] = []
        self.snapshots: list[list[Row]] = [[]]
        self.nested = False
        self.faulty = False  # whether a fault was met in this step
        self.unsettled = 0  # steps since the inboxes were looked at
        STATISTICS["histories"] += 1

    def teardown(self) -> None:
        """Every history ends settled, and leaves nothing behind."""
        try:
            self._settle(len(self.snapshots))
        finally:
            table.drop(self.backend, self.table)

    # ---- what people do

    @rule(way=ONE_WAY, tick=TICKS, first=st.booleans(), faults=FAULTS, meanwhile=MEANWHILE)
    def send(self, way, tick, first, faults, meanwhile) -> None:
        """Somebody presses the button: pattern C or D."""
        self.now += timedelta(seconds=tick)
        one = self._new(way)
        with self._under(faults, meanwhile):
            self._send(one, first=first)

    @precondition(lambda self: self.sent)
    @rule(pick=PICK, first=st.booleans(), faults=FAULTS, meanwhile=MEANWHILE)
    def send_again(self, pick, first, faults, meanwhile) -> None:
        """The same draft once more: a double click, or a retry after an error."""
        with self._under(faults, meanwhile):
            self._send(self.sent[pick % len(self.sent)], first=first)

    @precondition(lambda self: self._known())
    @rule(pick=PICK, who=st.integers(0, 2), faults=FAULTS, meanwhile=MEANWHILE)
    def edit(self, pick, who, faults, meanwhile) -> None:
        """Somebody changes a message, most often its sender, who may."""
        one = self._picked(pick)
        user = one.draft.sender if pick % 2 else PEOPLE[who]
        text = f"edited {pick % 7}"
        with self._under(faults, meanwhile):
            try:
                self.inbox.update_message(user, one.message, text)
            except NotTheSender:
                assert user != one.draft.sender
            except MessageUnknown:
                assert one.says & {None, ""}, "a message that is there was called unknown"
            except ENGINE:
                self._excused()
                if user == one.draft.sender and one.says - {None, ""}:
                    one.says.add(text)
            else:
                assert user == one.draft.sender, "somebody else changed a message"
                one.says = {text}

    @precondition(lambda self: self._known())
    @rule(pick=PICK, who=st.integers(0, 2), faults=FAULTS, meanwhile=MEANWHILE)
    def delete(self, pick, who, faults, meanwhile) -> None:
        """Somebody deletes a message, most often its sender, who may."""
        one = self._picked(pick)
        user = one.draft.sender if pick % 2 else PEOPLE[who]
        with self._under(faults, meanwhile):
            self._delete(one, user)

    @rule(way=ONE_WAY, size=st.integers(1, 5), faults=FAULTS, halves=st.booleans())
    def load(self, way, size, faults, halves) -> None:
        """A conversation is put in bulk, where there is none; again until it is done."""
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
            except ENGINE:
                self._excused()
                done = False
        if not done:
            self.inbox.load(drafts)  # True, or False where the first time had done it all
        first = min(drafts, key=lambda draft: draft.created_at)
        for one in several:
            self._acknowledge(one, _message(one.draft, is_first=one.draft == first))

    # ---- what the stream does

    @precondition(lambda self: self.inbox.stream_handler())
    @rule(
        picks=st.lists(PICK, min_size=1, max_size=3),
        size=st.integers(1, 5),
        under=st.tuples(FAULTS, MEANWHILE, st.none() | st.integers(1, 4)),
        poison=st.booleans(),
    )
    def deliver(self, picks, size, under, poison) -> None:
        """A batch of the records that E has not had: of one partition or more, each in order."""
        faults, meanwhile, behind = under
        self._read_stream()
        waiting = [pk for pk, records in self.log.items() if self.places[pk] < len(records)]
        chosen = dict.fromkeys(waiting[pick % len(waiting)] for pick in picks if waiting)
        batch = [r for pk in chosen for r in self.log[pk][self.places[pk] :][:size]]
        if not batch:
            return
        bad = [{"dynamodb": {"SequenceNumber": "poison"}}] if poison else []
        with self._under(faults, meanwhile, behind=behind):
            try:
                told = self.handler([*bad, *batch])
            except ENGINE:
                self._excused()
                STATISTICS["batches that failed"] += 1
                return
        assert told == ["poison"] * len(bad), "records were called poison, or poison was not"
        for pk in chosen:
            self.places[pk] = min(self.places[pk] + size, len(self.log[pk]))

    @precondition(lambda self: self.inbox.stream_handler() and any(self.places.values()))
    @rule(pick=PICK, back=st.integers(1, 4))
    def replay(self, pick, back) -> None:
        """The stream goes back: what E has had comes again, and all that followed it."""
        had = [pk for pk, place in self.places.items() if place]
        pk = had[pick % len(had)]
        self.places[pk] = max(0, self.places[pk] - back)
        STATISTICS["replays"] += 1

    @precondition(lambda self: self.inbox.stream_handler() and any(self.log.values()))
    @rule(picks=st.lists(PICK, min_size=1, max_size=4), faults=FAULTS)
    def disorder(self, picks, faults) -> None:
        """Old records out of their order, where the design promises to bear it."""
        if not GUARANTEES[ANY_ORDER][self.design]:
            return
        known = [record for records in self.log.values() for record in records]
        with self._under(faults, None):
            try:
                assert self.handler([known[pick % len(known)] for pick in picks]) == []
            except ENGINE:
                self._excused()
                return
        STATISTICS["records out of order"] += len(picks)

    # ---- what must be true

    @invariant()
    def nothing_lost_doubled_or_half_written(self) -> None:
        """The table against the model, after each step."""
        STATISTICS["steps"] += 1
        self.unsettled += 1
        rows = self._rows()
        self.snapshots = [*self.snapshots[-5:], rows]
        found: dict[str, Row] = {}
        for row in rows:
            if row["pk"].startswith("MSG#"):
                assert row["message_uuid"] not in found, "a message lies there twice"
                found[row["message_uuid"]] = row
        for one in self.sent:
            row = found.pop(one.draft.message_uuid, None)
            said = None if row is None else row["message"]
            assert said in one.says, f"{one.draft.text!r} says {said!r}, not one of {one.says}"
            assert row is None or row["user_uuid"] == one.draft.sender.uuid
            one.says = {said}
        assert not found, "a message that nobody sent"
        self._whole(rows)

    def _whole(self, rows: list[Row]) -> None:
        """A group is there for both people and its guard, or not at all."""
        places = Counter((row["pk"], _group_of(row)) for row in rows if row["pk"][:4] == "GRP#")
        guards = {keys.uuid_in(row["pk"]) for row in rows if row["sk"] == keys.FIRST}
        for one, other in combinations(PEOPLE, 2):
            group = keys.group_uuid(one.uuid, other.uuid)
            for user in (one, other):
                lines = places.pop((keys.groups_pk(user.uuid), group), 0)
                assert bool(lines) == (group in guards), "half a group"
                assert lines <= 1 or self.design == "bootcamp", "a group stands twice"
        assert not places, "a group row of nobody's"

    @precondition(lambda self: self.unsettled >= PATIENCE)
    @rule(behind=st.integers(0, 6))
    def settle(self, behind) -> None:
        """No faults, E catches up, and every inbox shows the newest of what was sent."""
        self._settle(behind)

    def _settle(self, behind: int) -> None:
        """What E asks the index may be behind to the last; what it leaves must be right."""
        STATISTICS["settled"] += 1
        self.unsettled = 0
        while True:
            self._read_stream()
            left = [r for pk, records in self.log.items() for r in records[self.places[pk] :]]
            if not left or not self.inbox.stream_handler():
                break
            with self._under([], None, behind=behind):
                assert self.handler(left) == []
            self.places = Counter({pk: len(records) for pk, records in self.log.items()})
        rows = self._rows()
        assert not self._doubled(), "a group row was left behind"
        listed: dict[str, list[Message]] = {}
        for user in PEOPLE:
            self._shown(user, rows, listed)
        self._strangers(listed)

    def _shown(self, user: User, rows: list[Row], listed: dict[str, list[Message]]) -> None:
        """One inbox shows each of its groups once, in order, with the newest message; `listed` gets
        the messages of those that nobody looked into before.
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
        """All of a group's messages, page by page; they must be those that were sent."""
        listed: list[Message] = []
        cursor = None
        while True:
            page = self.inbox.list_messages(group, 3, cursor)
            listed += page
            if (cursor := page.cursor) is None:
                break
        said = {
            one.draft.message_uuid: one.says
            for one in self.sent
            if one.draft.group_uuid == group.uuid and one.says != {None}
        }
        assert {message.uuid: {message.text} for message in listed} == said
        assert len(listed) == len(said), "a message is shown twice"
        order = [(not m.is_first, m.created_at, m.uuid) for m in listed]
        assert order == sorted(order, reverse=True), "messages out of order"
        return listed

    def _strangers(self, listed: dict[str, list[Message]]) -> None:
        """Nobody sees a group of two others."""
        assert not len(self.inbox.list_message_groups(STRANGER))
        for two in combinations(PEOPLE, 2):
            group = keys.group_uuid(*(user.uuid for user in two))
            for user in {*PEOPLE, STRANGER} - {*two} if group in listed else ():
                try:
                    self.inbox.open_group(user, group)
                except NotAMember:
                    continue
                raise AssertionError("a stranger opened a group")

    # ---- means

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
            assert not self._is_open(one.draft.group_uuid), "a group that is there was not found"
            assert not first
        except ENGINE:
            self._excused()
            if None in one.says:
                one.says.add(one.draft.text)
        else:
            self._acknowledge(one, message)
            if one.deletions > deletions:  # it was deleted before the answer, or sent after that
                one.says.add(one.gone)

    def _acknowledge(self, one: Sent, message: Message) -> None:
        assert message.uuid == one.draft.message_uuid
        may = (one.says - {None}) | ({one.draft.text} if None in one.says else set())
        assert message.text in may, f"{message.text!r} was given back, not one of {may}"
        one.says, one.message = {message.text}, message

    def _delete(self, one: Sent, user: User) -> None:
        assert one.message
        gone, mine = one.gone, user == one.draft.sender
        try:
            self.inbox.delete_message(user, one.message)
        except NotTheSender:
            assert not mine
        except ENGINE:
            self._excused()
            if mine:
                one.says.add(gone)
        else:
            assert mine or None in one.says, "somebody else deleted a message"
            one.says = {gone} if mine else one.says
            one.deletions += mine

    def _is_open(self, group: str) -> bool:
        key = {"pk": keys.messages_pk(group), "sk": keys.FIRST}
        return any(row["pk"] == key["pk"] and row["sk"] == key["sk"] for row in self.snapshots[-1])

    def _known(self) -> list[Sent]:
        return [one for one in self.sent if one.message]

    def _picked(self, pick: int) -> Sent:
        known = self._known()
        return known[-1 - pick % len(known)]

    def _group(self, way: tuple[int, int]) -> str:
        return keys.group_uuid(*(PEOPLE[place].uuid for place in way))

    def _rows(self) -> list[Row]:
        """The table as it is: from moto's memory, as a Scan there takes half of the time of all."""
        held = dynamodb_backends[DEFAULT_ACCOUNT_ID][self.backend.region].tables[self.table]
        items = [item.to_json()["Attributes"] for item in held.all_items()]
        return [{name: value["S"] for name, value in item.items()} for item in items]

    def _read_stream(self) -> None:
        """Notes the records since the last time. Not by a `Pump`, which asks three times as often;
        the iterator is a new one, as on moto a cancelled transaction ends an older one's life.
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
        """Requests inside the `with` meet these faults, at these attempts."""
        self.faulty = False
        if not (faults or meanwhile or behind or halves):
            yield
            return
        plan = {at + more: fault for at, fault, times in faults for more in range(times)}
        with ExitStack() as stack:
            stack.enter_context(with_faults(self.backend, self._decide(plan, meanwhile, halves)))
            # what a crash left and an index that is behind at once is a limit that E states
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
        """Somebody else acts while a request is on its way, and meets no fault: sends a message, or
        deletes one of the two that came last.
        """
        met, self.nested, self.faulty = self.faulty, True, False
        STATISTICS["somebody else meanwhile"] += 1
        try:
            if deletes and (known := self._known()):
                one = known[-1 - (at + 1) % min(2, len(known))]
                self._delete(one, one.draft.sender)
            else:
                self._send(self._new(way), first=True)
        finally:
            self.nested, self.faulty = False, met

    def _excused(self) -> None:
        """Nothing; an error of the engine's comes of a fault, and of nothing else."""
        assert self.faulty, "an error without a fault"

    def _doubled(self) -> bool:
        """Whether a group stands twice in an inbox, as a crash may leave it for a moment."""
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
    """The group of a group row, in any design."""
    return str(row["sk"]).rpartition("#")[2]


def _groups_of(user: User, rows: list[Row]) -> set[str]:
    """The groups that a user is in, by their first messages."""
    guards = [row for row in rows if row["sk"] == keys.FIRST]
    mine = [row for row in guards if user.uuid in (row["user_uuid"], row["other_uuid"])]
    return {keys.uuid_in(row["pk"]) for row in mine}

"""Answers of 04, the fan-out, asked from the running system."""

from collections.abc import Sequence
from typing import Any

from cruddur_lib.backends.faults import Crashed, Fault, with_faults
from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, passes
from cruddur_lib.messaging.stream import Record
from cruddur_lib.workbook.exercises.lesson_03.answers import EMOJI
from cruddur_lib.workbook.exercises.lesson_04.handlers import plausible
from cruddur_lib.workbook.experiments.fan_out import InboxTable, moved_row, passing_kinds
from cruddur_lib.workbook.sandbox.sandbox import Sandbox


def whose_inbox_shows_it(lesson: Sandbox) -> str:
    """Whose inbox shows a message that D has just answered for."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        inbox.create_message(inbox.draft(andrew, bayko, "Which bug?"))
        shown = [inbox.list_message_groups(user)[0].preview for user in (andrew, bayko)]
    sender, receiver = (text == "Which bug?" for text in shown)
    words = {(True, True): "both", (True, False): "the sender's", (False, True): "the receiver's"}
    return words.get((sender, receiver), "neither")


def units_of_two_new_rows(lesson: Sandbox) -> float:
    """Write units of a transaction that puts two group rows at new keys."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        draft = inbox.draft(andrew, bayko, "Which bug?")
        rows = inbox.group_rows(draft, draft)
        puts: list[Any] = [{"Put": {"TableName": fresh.table, "Item": row}} for row in rows]
        with fresh.meter() as meter:
            fresh.backend.dynamodb.transact_write_items(TransactItems=puts)
    return meter.write_units


def units_of_the_newest(lesson: Sandbox) -> float:
    """Read units of a group's newest message, read strongly."""
    with lesson.scratch() as fresh:
        group = fresh.group.uuid
        with fresh.meter() as meter:
            InboxTable(fresh).newest(group)
    return meter.read_units


def records_of_a_message(lesson: Sandbox) -> int:
    """Stream records of one message, and of what E does about it."""
    with lesson.scratch() as fresh:
        fresh.pump()
        _send(fresh, "Which bug?")
        return fresh.pump().records


def records_in_one_call(lesson: Sandbox) -> int:
    """Records in a handler's first call when three messages wait."""
    calls: list[int] = []

    def note(records: Sequence[Record]) -> list[str]:
        calls.append(len(records))
        return []

    with lesson.scratch() as fresh:
        fresh.new_records()
        for text in ("Soup?", "Tonight?", "Bring bread."):
            _send(fresh, text)
        fresh.pump(note)
    return calls[0]


def units_of_a_message(lesson: Sandbox, text: str = "Which bug?") -> float:
    """Write units of one message, D and E together."""
    with lesson.scratch() as fresh:
        fresh.pump()
        with fresh.meter() as meter:
            _send(fresh, text)
            fresh.pump()
    return meter.write_units


def units_of_emoji(lesson: Sandbox) -> float:
    """The same of 1,024 emoji."""
    return units_of_a_message(lesson, EMOJI)


def what_a_filter_makes_fewer(lesson: Sandbox) -> str:
    """Of a message's records, writes and handled records: what is fewer behind a filter."""
    seen = []
    for filtered in (False, True):
        with lesson.scratch() as fresh, fresh.meter() as meter:
            handler = fresh.inbox().stream_handler()
            fresh.new_records()
            _send(fresh, "Which bug?")
            records = handled = 0
            while waiting := fresh.new_records():
                records += len(waiting)
                brought = [one for one in waiting if not filtered or passes(MESSAGES_ONLY, one)]
                handled += len(brought)
                if handler and brought:
                    handler(brought)
        counts = {"records": records, "write units": meter.write_units, "invocations": handled}
        seen.append(counts)
    without, behind = seen
    (fewer,) = (name for name, number in behind.items() if number < without[name])
    return fewer


def kinds_of_message_records(lesson: Sandbox) -> set[str]:
    """The kinds of records that are about messages: one is sent, changed and deleted."""
    andrew, _ = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        fresh.new_records()
        message = _send(fresh, "Which bug?")
        fresh.inbox().update_message(andrew, message, "Which one?")
        fresh.inbox().delete_message(andrew, message)
        return set(passing_kinds(MESSAGES_ONLY, fresh.new_records()))


def up_to_date_after_a_batch(lesson: Sandbox) -> int:
    """Of two conversations with news in one batch, those that the plausible handler brings up."""
    andrew, bayko, zoe = lesson.users("andrewbrown", "bayko", "zoemarchand")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        fresh.new_records()
        for sender in (bayko, zoe):
            inbox.create_message(inbox.draft(sender, andrew, "News"))
        plausible(fresh.new_records(), InboxTable(fresh))
        return sum(line.preview == "News" for line in inbox.list_message_groups(andrew))


def text_after_an_old_record(lesson: Sandbox) -> str:
    """What the inbox shows when the record of an older message comes again."""
    (andrew,) = lesson.users("andrewbrown")
    with lesson.scratch() as fresh:
        fresh.new_records()
        for text in ("the older", "the newer"):
            _send(fresh, text)
        records, table = fresh.new_records(), InboxTable(fresh)
        for record in (*records, records[0]):
            plausible([record], table)
        return fresh.inbox().list_message_groups(andrew)[0].preview


def lines_after_a_crash(lesson: Sandbox) -> int:
    """Lines of Bayko's inbox when a program that ended before its put has run again."""
    (bayko,) = lesson.users("bayko")
    with lesson.scratch() as fresh:
        fresh.new_records()
        _send(fresh, "Which bug?")
        records, table = fresh.new_records(), InboxTable(fresh)

        def before_the_put(operation: str, _: int) -> Fault | None:
            return Fault.CRASH_BEFORE if operation == "PutItem" else None

        try:
            with with_faults(fresh.backend, before_the_put):
                plausible(records, table)
        except Crashed:
            plausible(records, table)
        return len(fresh.inbox().list_message_groups(bayko))


def units_in_one_transaction(lesson: Sandbox) -> float:
    """Write units of a message whose group rows move in one transaction."""
    with lesson.scratch() as fresh:
        table, group = InboxTable(fresh), fresh.group.uuid
        with Meter(fresh.backend) as meter:
            _send(fresh, "Which bug?")
            newest, actions = table.newest(group), []
            for row in table.group_rows(group):
                key = {"pk": row["pk"], "sk": row["sk"]}
                actions += [
                    {"Put": {"TableName": fresh.table, "Item": moved_row(row, newest)}},
                    {"Delete": {"TableName": fresh.table, "Key": key}},
                ]
            client: Any = fresh.backend.dynamodb
            client.transact_write_items(TransactItems=actions)
    return meter.write_units


def _send(fresh: Sandbox, text: str) -> Any:
    """A message of Andrew's to Bayko."""
    andrew, bayko = fresh.users("andrewbrown", "bayko")
    return fresh.inbox().create_message(fresh.inbox().draft(andrew, bayko, text))

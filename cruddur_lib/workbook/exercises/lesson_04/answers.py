"""Right answers of lesson 04, The fan-out, measured on a scratch table."""

from collections.abc import Sequence
from typing import Any

from cruddur_lib.backends.faults import Crashed, Fault, with_faults
from cruddur_lib.messaging.designs import DESIGNS, GUARANTEES
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, passes
from cruddur_lib.messaging.stream import Record
from cruddur_lib.workbook.exercises.lesson_04.handlers import plausible
from cruddur_lib.workbook.exercises.shared import send, send_first
from cruddur_lib.workbook.experiments.crossovers import cheapest, crossing
from cruddur_lib.workbook.experiments.design_costs import design_costs
from cruddur_lib.workbook.experiments.fan_out import InboxTable, moved_row, passing_kinds
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

REQUIRED = (  # guarantees of the design that the exercise "choose" asks for
    "when D answers, the inbox rows are up to date",
    "a page of the inbox costs the same, however many groups there are",
)


def inboxes_that_show_it(sandbox: Sandbox) -> str:
    """Return whose inbox shows a message (D) before the stream is handled."""
    with sandbox.scratch() as scratch:
        inbox, message = scratch.inbox(), send(scratch)
        sender, receiver = (
            inbox.list_message_groups(user)[0].preview == message.text
            for user in scratch.users("andrewbrown", "bayko")
        )
    words = {(True, True): "both", (True, False): "the sender's", (False, True): "the receiver's"}
    return words.get((sender, receiver), "neither")


def units_of_two_new_rows(sandbox: Sandbox) -> float:
    """Return the write units of a transaction that puts two group rows at new keys."""
    andrew, bayko = sandbox.users("andrewbrown", "bayko")
    with sandbox.scratch(seeded=False) as scratch:
        inbox = scratch.inbox()
        draft = inbox.draft(andrew, bayko, "Which bug?")
        rows = inbox.group_rows(draft, draft)
        puts: list[Any] = [{"Put": {"TableName": scratch.table, "Item": row}} for row in rows]
        with scratch.meter() as meter:
            scratch.backend.dynamodb.transact_write_items(TransactItems=puts)
    return meter.write_units


def units_of_the_newest(sandbox: Sandbox) -> float:
    """Return the read units of a group's newest message, strongly consistent."""
    with sandbox.scratch() as scratch:
        table, group = InboxTable(scratch), scratch.group.uuid
        with scratch.meter() as meter:
            table.newest(group)
    return meter.read_units


def records_of_a_message(sandbox: Sandbox) -> int:
    """Count the stream records of one message and of the group rows that its handling moves."""
    with sandbox.scratch() as scratch:
        scratch.pump()
        send(scratch)
        return scratch.pump().records


def records_in_one_call(sandbox: Sandbox) -> int:
    """Count the records in a handler's first call if three messages wait."""
    calls: list[int] = []

    def note(records: Sequence[Record]) -> list[str]:
        calls.append(len(records))
        return []

    with sandbox.scratch() as scratch:
        scratch.new_records()
        for text in ("Soup?", "Tonight?", "Bring bread."):
            send(scratch, text)
        scratch.pump(note)
    return calls[0]


def units_of_a_message(sandbox: Sandbox, text: str = "Which bug?") -> float:
    """Return the write units of one message (D) and its handling by the stream handler (E)."""
    with sandbox.scratch() as scratch:
        scratch.pump()
        with scratch.meter() as meter:
            send(scratch, text)
            scratch.pump()
    return meter.write_units


def reduced_by_a_filter(sandbox: Sandbox) -> str:
    """Return what an event filter reduces: records, write units or invocations."""
    unfiltered, filtered = (_counts_of_a_message(sandbox, filtered=flag) for flag in (False, True))
    (fewer,) = (name for name, number in filtered.items() if number < unfiltered[name])
    return fewer


def _counts_of_a_message(sandbox: Sandbox, *, filtered: bool) -> dict[str, float]:
    """Count what one message causes if each record is an invocation of its own."""
    with sandbox.scratch() as scratch, scratch.meter() as meter:
        handler = scratch.inbox().stream_handler()
        scratch.new_records()
        send(scratch)
        records = handled = 0
        while batch := scratch.new_records():
            records += len(batch)
            matching = [one for one in batch if not filtered or passes(MESSAGES_ONLY, one)]
            handled += len(matching)
            if handler and matching:
                handler(matching)
    return {"records": records, "write units": meter.write_units, "invocations": handled}


def kinds_of_message_records(sandbox: Sandbox) -> set[str]:
    """Return the kinds of records about messages: one is sent, changed and deleted."""
    with sandbox.scratch() as scratch:
        scratch.new_records()
        message = send(scratch)
        scratch.inbox().update_message(message.sender, message, "Which one?")
        scratch.inbox().delete_message(message.sender, message)
        return set(passing_kinds(MESSAGES_ONLY, scratch.new_records()))


def up_to_date_after_a_batch(sandbox: Sandbox) -> int:
    """Count the conversations that the plausible handler updates from one batch about two."""
    (andrew,) = sandbox.users("andrewbrown")
    with sandbox.scratch() as scratch:
        send_first(scratch)
        scratch.new_records()
        for sender in ("bayko", "zoemarchand"):
            send(scratch, "News", sender, "andrewbrown")
        plausible(scratch.new_records(), InboxTable(scratch))
        groups = scratch.inbox().list_message_groups(andrew)
        return sum(group.preview == "News" for group in groups)


def text_after_an_old_record(sandbox: Sandbox) -> str:
    """Return what the inbox shows after an older message's record was delivered again."""
    with sandbox.scratch() as scratch:
        scratch.new_records()
        for text in ("the older", "the newer"):
            send(scratch, text)
        records, table = scratch.new_records(), InboxTable(scratch)
        for record in (*records, records[0]):
            plausible([record], table)
        return scratch.group.preview


def lines_after_a_crash(sandbox: Sandbox) -> int:
    """Count the groups in Bayko's inbox after a crash before the put, and a second run."""
    (bayko,) = sandbox.users("bayko")
    with sandbox.scratch() as scratch:
        scratch.new_records()
        send(scratch)
        records, table = scratch.new_records(), InboxTable(scratch)

        def before_the_put(operation: str, _: int) -> Fault | None:
            return Fault.CRASH_BEFORE if operation == "PutItem" else None

        try:
            with with_faults(scratch.backend, before_the_put):
                plausible(records, table)
        except Crashed:
            plausible(records, table)
        return len(scratch.inbox().list_message_groups(bayko))


def units_in_one_transaction(sandbox: Sandbox) -> float:
    """Return the write units of a message whose group rows move in one transaction."""
    with sandbox.scratch() as scratch:
        table, group = InboxTable(scratch), scratch.group.uuid
        with scratch.meter() as meter:
            send(scratch)
            newest, actions = table.newest(group), []
            for row in table.group_rows(group):
                key = {"pk": row["pk"], "sk": row["sk"]}
                actions += [
                    {"Put": {"TableName": scratch.table, "Item": moved_row(row, newest)}},
                    {"Delete": {"TableName": scratch.table, "Key": key}},
                ]
            client: Any = scratch.backend.dynamodb
            client.transact_write_items(TransactItems=actions)
    return meter.write_units


def cheapest_opened_once(sandbox: Sandbox) -> str:
    """Return the cheapest design if an inbox is opened once per message."""
    return cheapest({name: design_costs(sandbox, name, groups=(20,)) for name in DESIGNS}, 1)


def up_to_date_at_one_price(_: Sandbox) -> str:
    """Return the design that gives both required guarantees."""
    (name,) = (name for name in DESIGNS if all(GUARANTEES[each][name] for each in REQUIRED))
    return name


def crossing_of_a_hundred(sandbox: Sandbox) -> float:
    """Return the opens per message at which two designs cost the same, with 100 groups."""
    stable, reading = (
        design_costs(sandbox, name, groups=(100,)) for name in ("stable_key", "read_fan_out")
    )
    return round(crossing(stable, reading, groups=100) or 0, 1)

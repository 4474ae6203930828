"""The scripts in bin/ddb/ that create, fill, show and drop the table."""

import sys
import time
from collections import Counter

from cruddur_lib.backends import Backend
from cruddur_lib.cli.script import JSON, Arguments, Script, note, output, output_json
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs import DESIGNS, design
from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.stream import Pump

PAUSE = 1  # seconds between two reads of the stream
COLUMNS = ("pk", "sk", "user_handle", "message")  # in a terminal; --json shows all attributes


def inbox_of(backend: Backend, arguments: Arguments) -> Inbox:
    """Return an inbox of the bootcamp's design on the table that `--table` names.

    Raises:
        TableError: the table does not exist.
    """
    table.describe(backend, arguments.table)
    return design("bootcamp")(backend, arguments.table, directory=seeds.directory())


def _schema_load(backend: Backend, arguments: Arguments) -> None:
    billing: table.Billing = "on-demand" if arguments.on_demand else "provisioned"
    made = table.create(backend, DESIGNS["bootcamp"].schema, arguments.table, billing)
    output(f"{arguments.table}: {f'made, {billing}' if made else 'was there, left as it is'}")


def _seed(backend: Backend, arguments: Arguments) -> None:
    seeded = seeds.seed(inbox_of(backend, arguments))
    count = len(seeds.conversation())
    done = f"{count} messages and 2 group rows put" if seeded else "seeded before, left as it is"
    output(f"{arguments.table}: {done}")


def _scan(backend: Backend, arguments: Arguments) -> None:
    table.describe(backend, arguments.table)
    rows = table.rows(backend, arguments.table)
    if arguments.json:
        output_json(rows)
        return
    if rows:
        from cruddur_lib.workbook.sandbox.rows import as_table  # noqa: PLC0415  a second to import

        output(as_table(rows)[[*COLUMNS]].to_string(index=False, justify="left"))
    kinds = Counter(str(row["pk"]).partition("#")[0] for row in rows)
    note(f"{len(rows)} items: {', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}")


def _list_tables(backend: Backend, arguments: Arguments) -> None:
    names = table.names(backend)
    if arguments.json:
        output_json(names)
    elif names:
        output("\n".join(names))
    else:
        note("no tables yet: bin/ddb/schema-load makes one")


def _drop(backend: Backend, arguments: Arguments) -> None:
    dropped = table.drop(backend, arguments.table)
    output(f"{arguments.table}: {'dropped' if dropped else 'was not there'}")


def _confirm_drop(arguments: Arguments) -> None:
    """Ask the user to type the table's name before a table on AWS is dropped.

    A table on this machine is dropped without a question, because it is quickly created again.
    """
    if arguments.where != "prod":
        return
    if arguments.destroy is None:
        note(f"This deletes table {arguments.table} on AWS, with all that is in it. Type its name:")
        arguments.destroy = sys.stdin.readline().strip()
    if arguments.destroy != arguments.table:
        raise WorkbookError(f"{arguments.destroy!r} is not {arguments.table!r}: not dropped")


def _stream(backend: Backend, arguments: Arguments) -> None:
    inbox = inbox_of(backend, arguments)
    handler = inbox.stream_handler()
    if handler is None:
        note(f"design {inbox.name} needs no stream")
        return
    pump = Pump(backend, handler, arguments.table)
    while True:
        report = pump.run()
        if report.records or not arguments.follow:
            output(f"{report.records} records in {report.batches} batches")
        for record in report.poison:
            note(f"passed over, cannot be handled: {record['dynamodb'].get('Keys')}")
        if not arguments.follow:
            return
        time.sleep(PAUSE)


ON_DEMAND = {"--on-demand": {"action": "store_true", "help": "billed by request, not 5/5 units"}}
YES_DROP = {"--yes-drop": {"metavar": "NAME", "dest": "destroy", "help": "prod: do not ask"}}
FOLLOW = {"--follow": {"action": "store_true", "help": "go on until Ctrl-C"}}

SCHEMA_LOAD = Script("bin/ddb/schema-load", _schema_load, ON_DEMAND, writes=True)
SEED = Script("bin/ddb/seed", _seed, writes=True)
SCAN = Script("bin/ddb/scan", _scan, JSON)
LIST_TABLES = Script("bin/ddb/list-tables", _list_tables, JSON)
DROP = Script("bin/ddb/drop", _drop, YES_DROP, before=_confirm_drop, writes=True)
STREAM = Script("bin/ddb/stream", _stream, FOLLOW, writes=True)

"""The scripts in bin/ddb/patterns/: list and create messages and message groups."""

import argparse
from dataclasses import asdict

from cruddur_lib.backends import Backend
from cruddur_lib.cli.ddb import inbox_of
from cruddur_lib.cli.script import Arguments, Script, output, output_json
from cruddur_lib.messaging import keys, seeds
from cruddur_lib.messaging.entities import Message, MessageGroup
from cruddur_lib.messaging.inbox import PAGE_LIMIT, PAGE_SIZE
from cruddur_lib.messaging.validation import check_limit


def _list_messages(backend: Backend, arguments: Arguments) -> None:
    inbox = inbox_of(backend, arguments)
    me, other = seeds.user(arguments.user), seeds.user(arguments.other)
    check_limit(arguments.limit, PAGE_LIMIT)
    group = inbox.open_group(me, keys.group_uuid(me.uuid, other.uuid))
    found: list[Message] = []
    cursor = None
    while len(found) < arguments.limit:
        page = inbox.list_messages(group, min(PAGE_SIZE, arguments.limit - len(found)), cursor)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            break
    if arguments.json:
        output_json([_plain(message) for message in found])
        return
    for message in reversed(found):
        output(f"{keys.timestamp(message.created_at)}  @{message.sender.handle}: {message.text}")


def _list_message_groups(backend: Backend, arguments: Arguments) -> None:
    inbox = inbox_of(backend, arguments)
    page = inbox.list_message_groups(seeds.user(arguments.user), arguments.limit)
    if arguments.json:
        output_json([_plain(group) for group in page])
        return
    for group in page:
        output(f"{keys.timestamp(group.last_message_at)}  @{group.other.handle}: {group.preview}")


def _create(backend: Backend, arguments: Arguments, *, first: bool) -> None:
    inbox = inbox_of(backend, arguments)
    draft = inbox.draft(
        seeds.user(arguments.user), seeds.user(arguments.other), " ".join(arguments.text)
    )
    message = inbox.create_message_group(draft) if first else inbox.create_message(draft)
    if arguments.json:
        output_json(_plain(message))
    else:
        output(f"{message.uuid} in message group {message.group_uuid}")


def _create_message_group(backend: Backend, arguments: Arguments) -> None:
    _create(backend, arguments, first=True)


def _create_message(backend: Backend, arguments: Arguments) -> None:
    _create(backend, arguments, first=False)


def _plain(value: Message | MessageGroup) -> dict[str, object]:
    """Convert a message or a message group for JSON."""
    moments = {"created_at", "last_message_at"}
    return {
        name: keys.timestamp(part) if name in moments else part
        for name, part in asdict(value).items()
    }


def _reader(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", default="andrewbrown", help="whose inbox (%(default)s)")
    parser.add_argument("--limit", type=int, default=PAGE_SIZE, help="how many (%(default)s)")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _reader_of_group(parser: argparse.ArgumentParser) -> None:
    _reader(parser)
    parser.add_argument("--with", dest="other", default="bayko", help="the other (%(default)s)")


def _writer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="user", default="andrewbrown", help="(%(default)s)")
    parser.add_argument("--to", dest="other", default="bayko", help="(%(default)s)")
    parser.add_argument("--text", nargs="+", required=True, help="the message")
    parser.add_argument("--json", action="store_true", help="as JSON")


FOLDER = "bin/ddb/patterns"
LIST_MESSAGES = Script(f"{FOLDER}/list-messages", _list_messages, _reader_of_group)
LIST_MESSAGE_GROUPS = Script(f"{FOLDER}/list-message-groups", _list_message_groups, _reader)
CREATE_MESSAGE_GROUP = Script(
    f"{FOLDER}/create-message-group", _create_message_group, _writer, writes=True
)
CREATE_MESSAGE = Script(f"{FOLDER}/create-message", _create_message, _writer, writes=True)

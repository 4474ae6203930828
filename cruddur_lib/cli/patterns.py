"""The scripts in bin/ddb/patterns/: list and create messages and message groups."""

from functools import partial

from cruddur_lib.backends import Backend
from cruddur_lib.cli.ddb import inbox_of
from cruddur_lib.cli.script import JSON, Arguments, Options, Script, output, output_json
from cruddur_lib.messaging import keys, seeds
from cruddur_lib.messaging.inbox import PAGE_LIMIT, PAGE_SIZE
from cruddur_lib.messaging.validation import check_limit


def _list_messages(backend: Backend, arguments: Arguments) -> None:
    inbox = inbox_of(backend, arguments)
    me, other = seeds.user(arguments.user), seeds.user(arguments.other)
    check_limit(arguments.limit, PAGE_LIMIT)
    group = inbox.open_group(me, keys.group_uuid(me.uuid, other.uuid))
    page = inbox.list_messages(group, min(PAGE_SIZE, arguments.limit))
    found = [*page.items]
    while page.cursor is not None and len(found) < arguments.limit:
        page = inbox.list_messages(group, min(PAGE_SIZE, arguments.limit - len(found)), page.cursor)
        found += page.items
    if arguments.json:
        output_json(found)
        return
    for message in reversed(found):
        output(f"{keys.timestamp(message.created_at)}  @{message.sender.handle}: {message.text}")


def _list_message_groups(backend: Backend, arguments: Arguments) -> None:
    inbox = inbox_of(backend, arguments)
    page = inbox.list_message_groups(seeds.user(arguments.user), arguments.limit)
    if arguments.json:
        output_json(list(page))
        return
    for group in page:
        output(f"{keys.timestamp(group.last_message_at)}  @{group.other.handle}: {group.preview}")


def _create(backend: Backend, arguments: Arguments, *, first: bool) -> None:
    inbox = inbox_of(backend, arguments)
    sender, receiver = seeds.user(arguments.user), seeds.user(arguments.other)
    draft = inbox.draft(sender, receiver, " ".join(arguments.text))
    message = inbox.create_message_group(draft) if first else inbox.create_message(draft)
    if arguments.json:
        output_json(message)
    else:
        output(f"{message.uuid} in message group {message.group_uuid}")


READER: Options = {
    "--user": {"default": "andrewbrown", "help": "whose inbox (%(default)s)"},
    "--limit": {"type": int, "default": PAGE_SIZE, "help": "how many (%(default)s)"},
    **JSON,
}
GROUP_READER: Options = {
    **READER,
    "--with": {"dest": "other", "default": "bayko", "help": "the other (%(default)s)"},
}
WRITER: Options = {
    "--from": {"dest": "user", "default": "andrewbrown", "help": "(%(default)s)"},
    "--to": {"dest": "other", "default": "bayko", "help": "(%(default)s)"},
    "--text": {"nargs": "+", "required": True, "help": "the message"},
    **JSON,
}

FOLDER = "bin/ddb/patterns"
LIST_MESSAGES = Script(f"{FOLDER}/list-messages", _list_messages, GROUP_READER)
LIST_MESSAGE_GROUPS = Script(f"{FOLDER}/list-message-groups", _list_message_groups, READER)
CREATE_MESSAGE_GROUP = Script(
    f"{FOLDER}/create-message-group", partial(_create, first=True), WRITER, writes=True
)
CREATE_MESSAGE = Script(
    f"{FOLDER}/create-message", partial(_create, first=False), WRITER, writes=True
)

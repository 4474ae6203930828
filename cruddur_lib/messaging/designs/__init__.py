"""Designs of the inbox: table layouts that serve the same patterns, chosen by name.

| design | group row's key | E | writes for one message, table + index |
|---|---|---|---|
| `bootcamp` | GRP#user / last time: a new row is put, the older deleted | stream | 5 + 4 |
| `stable_key` | GRP#user / GRP#group, an index by last_message_at | stream | 3 + 4 |
| `one_transaction` | as stable_key | inside D's transaction | 6 + 4 |
| `read_fan_out` | no summary: B asks each group | none | 1 + 0 |
"""

from cruddur_lib.messaging.designs.bootcamp import BootcampInbox
from cruddur_lib.messaging.designs.one_transaction import OneTransactionInbox
from cruddur_lib.messaging.designs.read_fan_out import ReadFanOutInbox
from cruddur_lib.messaging.designs.stable_key import StableKeyInbox
from cruddur_lib.messaging.inbox import Inbox, InboxError

DESIGNS: dict[str, type[Inbox]] = {
    design.name: design
    for design in (BootcampInbox, StableKeyInbox, OneTransactionInbox, ReadFanOutInbox)
}


def design(name: str) -> type[Inbox]:
    """The design called `name`; raises `InboxError` for a name that is not in `DESIGNS`."""
    if name not in DESIGNS:
        raise InboxError(
            f"no design is called {name!r}; the known ones are {', '.join(sorted(DESIGNS))}"
        )
    return DESIGNS[name]

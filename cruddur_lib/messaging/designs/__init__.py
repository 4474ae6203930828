"""Designs of the inbox: four ways to store it that serve the same access patterns.

| design | key of a group row | updated by | writes for one message, table + index |
|---|---|---|---|
| `bootcamp` | GRP#user / last time: a new row replaces the old one | stream handler (E) | 5 + 4 |
| `stable_key` | GRP#user / GRP#group, an index by last_message_at | stream handler (E) | 3 + 4 |
| `one_transaction` | as in `stable_key` | the message's own transaction | 6 + 4 |
| `read_fan_out` | no summary; reading an inbox queries each group | | 1 + 0 |
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
    """Return the design with this name; raises `InboxError` if `DESIGNS` has none."""
    if name not in DESIGNS:
        raise InboxError(
            f"no design is called {name!r}; the known ones are {', '.join(sorted(DESIGNS))}"
        )
    return DESIGNS[name]

"""Designs of the inbox: four ways to store it that serve the same access patterns.

| design | key of a group row | updated by | writes for one message, table + index |
|---|---|---|---|
| `bootcamp` | GRP#user / last time: a new row replaces the old one | stream handler (E) | 5 + 4 |
| `stable_key` | GRP#user / GRP#group, an index by last_message_at | stream handler (E) | 3 + 4 |
| `one_transaction` | as in `stable_key` | the message's own transaction | 6 + 4 |
| `read_fan_out` | no summary; reading an inbox queries each group | | 1 + 0 |
"""

from collections.abc import Mapping

from cruddur_lib.messaging.designs.bootcamp import BootcampInbox
from cruddur_lib.messaging.designs.one_transaction import OneTransactionInbox
from cruddur_lib.messaging.designs.read_fan_out import ReadFanOutInbox
from cruddur_lib.messaging.designs.stable_key import StableKeyInbox
from cruddur_lib.messaging.inbox import Inbox, InboxError

DESIGNS: dict[str, type[Inbox]] = {
    design.name: design
    for design in (BootcampInbox, StableKeyInbox, OneTransactionInbox, ReadFanOutInbox)
}

YES, NO = True, False
# What each design guarantees (D creates a message); tests/messaging/test_guarantees.py tests it.
GUARANTEES: Mapping[str, Mapping[str, bool]] = {
    guarantee: dict(zip(DESIGNS, cells, strict=True))
    for guarantee, cells in {
        "when D answers, the inbox rows are up to date": (NO, NO, YES, YES),
        # Two designs read the inbox from a global index.
        "the inbox may be read strongly consistent": (YES, NO, NO, YES),
        # In `bootcamp` it does between the put of the new row and the delete of the old one.
        "a group never stands twice in an inbox's rows": (NO, YES, YES, YES),
        "nothing has to run after D": (NO, NO, YES, YES),
        # In `stable_key`, an insert record after the delete record shows the deleted message.
        "records may come in any order": (YES, NO, YES, YES),
        # In `one_transaction` one of them meets a TransactionConflict and is retried.
        "two who write to each other never meet in a transaction": (YES, YES, NO, YES),
        "a page of the inbox costs the same, however many groups there are": (YES, YES, YES, NO),
    }.items()
}


def design(name: str) -> type[Inbox]:
    """Return the design with this name; raises `InboxError` if `DESIGNS` has none."""
    if name not in DESIGNS:
        raise InboxError(
            f"no design is called {name!r}; the known ones are {', '.join(sorted(DESIGNS))}"
        )
    return DESIGNS[name]

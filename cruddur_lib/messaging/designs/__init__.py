"""Designs of the inbox: table layouts that serve the same patterns, chosen by name."""

from cruddur_lib.messaging.designs.bootcamp import BootcampInbox
from cruddur_lib.messaging.inbox import Inbox, InboxError

DESIGNS: dict[str, type[Inbox]] = {design.name: design for design in (BootcampInbox,)}


def design(name: str) -> type[Inbox]:
    """The design called `name`; raises `InboxError` for a name that is not in `DESIGNS`."""
    if name not in DESIGNS:
        raise InboxError(
            f"no design is called {name!r}; the known ones are {', '.join(sorted(DESIGNS))}"
        )
    return DESIGNS[name]

"""The record of one meter, and the state that its concurrent calls share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock, RLock

from cruddur_lib.costs.metering.images import TableWrites
from cruddur_lib.costs.metering.report import Entry
from cruddur_lib.costs.metering.wire import Json


@dataclass(frozen=True)
class SentTransaction:
    """A completed TransactWriteItems: its actions, and the items that it wrote."""

    actions: Sequence[Json]
    written: Sequence[TableWrites]


class Recorder:
    """Entries of attempts, completed transactions by token, and the writers' lock."""

    def __init__(self) -> None:
        """Start with an empty record, stopped."""
        self.transactions: dict[str, SentTransaction] = {}
        self.writing = RLock()  # held from a lookup to the reply, so that no other thread writes
        self.attempts = 0  # that reached the engine
        self._entries: list[Entry] = []
        self._recording = False
        self._lock = Lock()

    def start(self) -> None:
        """Record attempts from now on."""
        self.writing = RLock()  # a new lock, because an interrupted request may hold the old one
        self._recording = True

    def stop(self) -> None:
        """Stop recording: ignore attempts that end after this call."""
        self._recording = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in the order in which their attempts ended."""
        with self._lock:
            return tuple(self._entries)

    def record(self, entries: Sequence[Entry]) -> None:
        """Record the entries of one attempt, one for each table."""
        with self._lock:
            if entries and self._recording:
                self.attempts += 1
                self._entries += [replace(entry, attempt=self.attempts) for entry in entries]

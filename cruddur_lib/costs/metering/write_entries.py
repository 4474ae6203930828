"""The entries of writes: what was there before and after, or where unseen the engine's figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cruddur_lib.costs.metering.entries import of_engine
from cruddur_lib.costs.metering.instrument import figure, reported
from cruddur_lib.costs.metering.report import AttemptOutcome, Entry
from cruddur_lib.costs.metering.wire import ItemKey, Json, Write, item_of
from cruddur_lib.costs.units import writes
from cruddur_lib.costs.units.capacity_units import CapacityKind, Units, plural
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import TableSchema
from cruddur_lib.costs.units.sizes import item_size
from cruddur_lib.costs.units.writes import Change

SINGLE = ("PutItem", "UpdateItem", "DeleteItem")
TRANSACTION = "TransactWriteItems"
Images = Mapping[ItemKey, Item | None]  # what lies where


@dataclass(frozen=True)
class ItemWrite:
    """One item of a write request, before and after; not `seen` where before is not known."""

    write: Write
    before: Item | None
    after: Item | None
    seen: bool = True

    @property
    def change(self) -> Change:
        """As the rules take it."""
        return Change(self.before, self.after)

    @property
    def size(self) -> int | None:
        """Bytes after it, before it where it deletes or only checks; None where nobody can say."""
        last = self.before if self.write.verb in ("delete", "check") else self.after
        if last is None:
            return 0 if self.seen else None
        return item_size(last)


def from_lookup(write: Write, place: ItemKey, befores: Images, afters: Images) -> ItemWrite:
    """A write whose images were looked at; of an update after it too."""
    after = {"put": write.item, "delete": None, "check": befores[place]}
    return ItemWrite(write, befores[place], after.get(write.verb, afters.get(place)))


def from_reply(operation: str, write: Write, request: Json, reply: Json) -> ItemWrite:
    """A write whose images its reply tells, as far as it does."""
    shown = reply.get("Attributes")
    item = item_of(shown) if shown else None
    match operation:
        case "PutItem" | "DeleteItem":
            return ItemWrite(write, item, write.item)
        case "UpdateItem":
            whole = request.get("ReturnValues") == "ALL_NEW"
            return ItemWrite(write, None, item if whole else None, seen=False)
    return ItemWrite(write, None, write.item, seen=False)


def by_table(written: Sequence[ItemWrite]) -> dict[str, list[ItemWrite]]:
    """The same, table by table in order."""
    tables: dict[str, list[ItemWrite]] = {}
    for one in written:
        tables.setdefault(one.write.table, []).append(one)
    return tables


def write_entry(
    operation: str, layout: TableSchema, written: Sequence[ItemWrite], reply: Any
) -> Entry:
    """What a write that was done cost on one table."""
    table = written[0].write.table
    seen = all(one.seen for one in written)
    units = (
        by_rule(operation, layout, written)
        if seen
        else of_engine(reported(reply, table), CapacityKind.WRITE)
    )
    return Entry(
        operation,
        table,
        replace(units, why=why(operation, layout, written, units)),
        items=len(written),
        size=size_of(written),
        reported=figure(reply, table),
    )


def replayed_entry(written: Sequence[ItemWrite], reply: Any) -> Entry:
    """What a transaction cost that was sent again with its token: it reads."""
    table = written[0].write.table
    known = all(one.seen for one in written)
    changes = [one.change for one in written]
    units = (
        writes.replayed_transaction(changes)
        if known
        else of_engine(reported(reply, table), CapacityKind.READ)
    )
    blocks = round(units.total / 2)
    return Entry(
        TRANSACTION,
        table,
        replace(units, why=f"sent again: {plural(blocks, 'block')} of 4 KB x 2, nothing written"),
        items=len(written),
        size=size_of(written),
        outcome=AttemptOutcome.REPLAYED,
        reported=figure(reply, table),
    )


def failed_entry(operation: str, table: str, befores: Sequence[Item | None]) -> Entry:
    """What a failed condition cost on one table, or a transaction that it cancelled: by rule."""
    doubled = operation == TRANSACTION
    each = [writes.failed_condition(item, transactional=doubled) for item in befores]
    total = sum(one.table for one in each)
    what = f"cancelled: {total / 2:g} x 2" if doubled else f"failed condition {total:g}"
    return Entry(
        operation,
        table,
        Units(CapacityKind.WRITE, total, why=f"{what} (unverified)", verified=False),
        items=len(each),
        size=sum(item_size(item) for item in befores if item is not None),
        outcome=AttemptOutcome.CONDITION_FAILED,
    )


def by_rule(operation: str, layout: TableSchema, written: Sequence[ItemWrite]) -> Units:
    """Units of these, by AWS's rules."""
    if operation == TRANSACTION:
        changes = [one.change for one in written if one.write.verb != "check"]
        checks = [one.before for one in written if one.write.verb == "check"]
        return writes.transact_write_items(layout, changes, checks)
    return writes.batch_write_item(layout, [one.change for one in written])


def why(operation: str, layout: TableSchema, written: Sequence[ItemWrite], units: Units) -> str:
    """The reason in the words that every engine's answer allows: "put 1 + index 1"."""
    one_index = len(layout.indexes) == 1
    arms = "".join(
        f" + {'index' if one_index else name} {count:g}"
        for name, count in {**units.indexes, **units.local_indexes}.items()
    )
    verbs = [one.write.verb for one in written]
    if operation in SINGLE:
        nothing = " of nothing" if verbs == ["delete"] and written[0].before is None else ""
        return f"{verbs[0]}{nothing} {units.table:g}{arms}"
    told = ", ".join(plural(verbs.count(verb), verb) for verb in dict.fromkeys(verbs))
    if operation == TRANSACTION:
        return f"{told}: {units.table / 2:g} x 2{arms}"
    return f"{told}: {units.table:g}{arms}"


def size_of(written: Sequence[ItemWrite]) -> int | None:
    """Bytes of these together; None where one is not known."""
    sizes = [one.size for one in written]
    return None if None in sizes else sum(size or 0 for size in sizes)

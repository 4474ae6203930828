"""bin/cost/units: compute the capacity units of one request from files with its items.

Exit codes: 0 for an answer, 1 if the answer cannot be written, 2 for wrong arguments or items.
"""

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cruddur_lib.cli.cost import table_arguments
from cruddur_lib.cli.cost.item_files import (
    STDIN,
    FoundItem,
    InputRefused,
    ItemFile,
    ItemReader,
    file_name,
    naming,
)
from cruddur_lib.cli.cost.table_arguments import DEFAULT_KEY, TableArguments
from cruddur_lib.cli.script import RAW, Arguments, OneLineParser, output, run_question
from cruddur_lib.costs.units import reads
from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency, Units, plural
from cruddur_lib.costs.units.envelopes import Operation
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import IndexSchema, TableSchema
from cruddur_lib.costs.units.sizes import accepted_size, attribute_bytes, item_size
from cruddur_lib.costs.units.write_requests import (
    Action,
    WrittenItem,
    request_units,
    written_items,
)
from cruddur_lib.text import aligned, int_if_whole

NAME = "bin/cost/units"
UNITS = {CapacityKind.READ: "RCU (on demand: RRU)", CapacityKind.WRITE: "WCU (on demand: WRU)"}
PARTITIONS = {  # a note for answers without --partitions
    "query": "one partition assumed: each partition that is read is charged (--partitions N)",
    "scan": "one partition assumed: each partition is charged, even an empty one, and a new "
    "on-demand table has 4 (--partitions N)",
}


@dataclass(frozen=True)
class UnitsAnswer:
    """The capacity units of one request."""

    units: Units
    items: list[Item]  # the charged items: for a write, the larger one of before and after
    missing: tuple[tuple[str, str], ...] = ()  # the indexes without units, each with the reason
    at_most: float | None = None  # units of a read, if the number of partitions is known

    @property
    def size(self) -> int:
        """Bytes of all items."""
        return sum(map(item_size, self.items))

    def as_json(self, *, sizes: bool = False) -> str:
        """Return the answer as one line of JSON; local indexes are among the indexes.

        Args:
            sizes: whether to add the bytes of each attribute.
        """
        units = self.units
        indexes = {**units.indexes, **units.local_indexes}
        answer: dict[str, Any] = {
            "table": int_if_whole(units.table),
            "indexes": {name: int_if_whole(count) for name, count in indexes.items()},
            "total": int_if_whole(units.total),
            "bytes": self.size,
            "why": units.why,
        }
        if self.at_most is not None:
            answer["at_most"] = int_if_whole(self.at_most)
        if sizes:
            found = attribute_bytes(self.items)
            answer["sizes"] = [{**one._asdict(), "bytes": one.total} for one in found]
        return json.dumps(answer)

    def as_text(self, *, sizes: bool = False) -> str:
        """Return the answer for people: the total, the units of table and indexes, the reason.

        Args:
            sizes: whether to add the bytes of each attribute.
        """
        units = self.units
        rows = [("table", f"{units.table:g}")]
        rows += [(name, f"{count:g}") for name, count in units.indexes.items()]
        rows += [(n, f"{c:g}  on the table's capacity") for n, c in units.local_indexes.items()]
        rows += [(name, f"0  {reason}") for name, reason in self.missing]
        head = f"{units.total:g} {UNITS[units.capacity]} by {plural(self.size, 'byte')}"
        lines = [head, *(f"  {line}" for line in aligned(rows)), units.why]
        return "\n".join([*lines, *(self._size_lines() if sizes else ())])

    def _size_lines(self) -> list[str]:
        """Return a table of the bytes of each attribute, summed over the items."""
        found = attribute_bytes(self.items)
        rows: list[tuple[str, ...]] = [("attribute", "items", "name", "value", "bytes")]
        rows += [(one.attribute, *(f"{n:,}" for n in (*one[1:], one.total))) for one in found]
        return list(aligned(rows, {1, 2, 3, 4}))


def run(usage: str, words: list[str] | None = None) -> int:
    """Run the script and return its exit code; `words` defaults to the command line."""
    return run_question(NAME, lambda: _answer(_parser(usage).parse_args(words)))


def _answer(arguments: Arguments) -> None:
    answer: UnitsAnswer = arguments.do(arguments)
    shown = answer.as_json if arguments.json else answer.as_text
    output(shown(sizes=arguments.sizes))


def _write(arguments: Arguments, over: str | None) -> UnitsAnswer:
    """Return the units of a put, an update, or the request in the file."""
    table = _table(arguments, over)
    new = _read(arguments, table)
    old = None if over is None else _read(arguments, table, over)
    where = new.name if old is None else f"{new.name} over {old.name}"
    with naming(where):
        before = None if old is None else [one.item for one in old.found]
        actions = [Action(one.operation, one.item) for one in new.found]
        items = written_items(table.schema, actions, before)
        return _written(arguments, table, items, new)


def _delete(arguments: Arguments) -> UnitsAnswer:
    """Return the units of deletes of the items in the file, or of the deletes of a request."""
    table = _table(arguments)
    file = _read(arguments, table)
    for one in file.found:
        if one.operation not in (Operation.ITEM, Operation.DELETE):
            raise InputRefused(
                f"{one.where}: this is not a delete: use put, which reads any request"
            )
    with naming(file.name):
        deleted = written_items(
            table.schema, [Action(Operation.DELETE, one.item) for one in file.found]
        )
        items = [
            replace(item, key_only=one.operation is Operation.DELETE)
            for item, one in zip(deleted, file.found, strict=True)
        ]
        return _written(arguments, table, items, file)


def _written(
    arguments: Arguments, table: TableArguments, items: list[WrittenItem], file: ItemFile
) -> UnitsAnswer:
    transactional = arguments.transactional or file.transactional
    units = request_units(table.schema, items, transactional=transactional)
    touched = {*units.indexes, *units.local_indexes}
    seen = [item for one in items for item in (one.before, one.after) if item is not None]
    keys = sum(one.key_only for one in items)
    missing = tuple(
        (
            index.name,
            "at least: only an item's key is known" if keys else _why_untouched(index, seen),
        )
        for index in table.schema.indexes
        if index.name not in touched
    )
    why = units.why
    if keys:
        why += f"; at least: only the key of {plural(keys, 'item')} is known"
        why += "" if arguments.do is _delete or arguments.over else " (give old items with --over)"
    return UnitsAnswer(replace(units, why=why), [one.larger for one in items], missing)


def _get(arguments: Arguments) -> UnitsAnswer:
    if arguments.strong and arguments.transactional:
        raise InputRefused("--strong and --transactional contradict each other: use one of them")
    if arguments.index:
        raise InputRefused(
            "a GetItem reads the table, never an index: use --index with query or scan"
        )
    table = _table(arguments)
    items = [one.item for one in _whole(_read(arguments, table))]
    kind = _kind(arguments)
    if len(items) == 1:
        return UnitsAnswer(reads.get_item(item_size(items[0]), kind), items)
    return UnitsAnswer(reads.batch_get_item(map(item_size, items), kind), items)


def _query(arguments: Arguments) -> UnitsAnswer:
    """Return the units of the first page of the items in the file."""
    if len(arguments.index) > 1:
        raise InputRefused("a Query or Scan reads the table or one index: use one --index")
    table = _table(arguments)
    index = _index_read(arguments, table.schema)
    kind, partitions = _kind(arguments), arguments.partitions or 1
    reads.query([], kind, index)  # refuses wrong options before a file is read
    file = _read(arguments, table)
    if file.bare:
        raise InputRefused(f"{file.name}: this is one object: use a list of items, [{{…}}, {{…}}]")
    items = [one.item for one in _whole(file)]
    entries = items if index is None else table.schema.index_entries(index, items)
    first, *others = reads.pages(map(item_size, entries), arguments.limit)
    units = reads.query(first, kind, index, partitions=1 if others else partitions)
    why = [units.why]
    if outside := len(items) - len(entries):
        why.append(f"{plural(outside, 'item')} of the file not in the index, so not read")
    if file.hidden:
        why.append(
            f"at least: a filter removed {plural(file.hidden, 'item')}, also read and charged"
        )
    most = reads.most_query_units(first, kind, partitions) if arguments.partitions else None
    if others:
        why.append(_more_pages(others, units.total, kind, partitions))
        why += [f"this page: up to {most:g}, depending on where the items are"] if most else []
    if not arguments.partitions:
        why.append(PARTITIONS[arguments.action])
    return UnitsAnswer(replace(units, why="; ".join(why)), entries[: len(first)], at_most=most)


def _more_pages(pages: list[list[int]], first: float, kind: Consistency, partitions: int) -> str:
    """Return what the pages after the first one consume; all pages together read each partition."""
    more = sum(reads.query(page, kind).total for page in pages)
    more = max(more, partitions * kind.value - first)
    empty = "" if pages[-1] else ", and the last one is empty"
    return f"first of {len(pages) + 1} pages; the other pages consume {more:g} more{empty}"


def _index_read(arguments: Arguments, schema: TableSchema) -> IndexSchema | None:
    """Return the index that a query or scan reads; None for the table."""
    for index in arguments.index:
        return schema.index(index if isinstance(index, str) else index.name)
    return None


def _kind(arguments: Arguments) -> Consistency:
    if arguments.transactional:
        return Consistency.TRANSACTIONAL
    return Consistency.STRONG if arguments.strong else Consistency.EVENTUAL


def _table(arguments: Arguments, *files: str | None) -> TableArguments:
    """Return the table that the options describe, and refuse options that contradict each other."""
    if [arguments.file, arguments.describe, *files].count(STDIN) > 1:
        raise InputRefused("standard input (-) can be read only once: use a file for the other")
    names = [index for index in arguments.index if isinstance(index, str)]
    if arguments.describe is None:
        if names:
            raise InputRefused(f"--index {names[0]!r}: add the key, NAME:HASH or NAME:HASH:RANGE")
        indexes = arguments.index
        return TableArguments(table_arguments.table_schema(arguments.keys or DEFAULT_KEY, indexes))
    if arguments.keys or len(names) < len(arguments.index):
        raise InputRefused("--describe has keys and indexes: leave out --keys and --index")
    if names and arguments.do is not _query:
        raise InputRefused("a write is charged on all indexes of --describe: leave out --index")
    from cruddur_lib.cli.cost.table_description import read_description  # noqa: PLC0415  0.3 s

    found = read_description(arguments.describe)
    return TableArguments(found.schema, found.name, file_name(arguments.describe))


def _read(arguments: Arguments, table: TableArguments, path: str | None = None) -> ItemFile:
    """Read a file of items, by default the file argument, and check its items."""
    name = arguments.table or table.name
    reader = ItemReader(arguments.plain, arguments.table, name, table.check_names)
    if path is not None:  # the items before, whose file may name no table
        reader = replace(reader, table=None)
    file = reader.read(arguments.file if path is None else path)
    table_arguments.check_keys(table.schema, file.found)
    for one in file.found:
        with naming(one.where):
            accepted_size(one.item, *table.schema.key)
    if not file.found and arguments.do is not _query:
        raise InputRefused(f"{file.name}: the file has no items")
    return file


def _whole(file: ItemFile) -> list[FoundItem]:
    """Return the items of a file; raise `InputRefused` if it has only the key of an item."""
    for one in file.found:
        if one.operation.part == "Key":
            raise InputRefused(f"{one.where}: this is only a key: the item's size is unknown")
    return file.found


def _why_untouched(index: IndexSchema, items: list[Item]) -> str:
    """Return why a write consumes no units of an index."""
    lacking = [n for n in index.key if all(n not in item.attributes for item in items)]
    if lacking:
        return f"not in the index: no attribute {' and no '.join(map(repr, lacking))}"
    if any(all(n in item.attributes for n in index.key) for item in items):
        return "the entry in the index doesn't change"
    return f"not in the index: no item has {' and '.join(map(repr, index.key))}"


def _parser(usage: str) -> OneLineParser:
    parser = OneLineParser(NAME, description=usage, formatter_class=RAW, allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", required=True, metavar="REQUEST")

    def action(
        name: str, do: Callable[[Arguments], UnitsAnswer], file: str, said: str
    ) -> OneLineParser:
        one = actions.add_parser(name, allow_abbrev=False, description=said, help=said)
        one.set_defaults(do=do)
        one.add_argument("file", metavar="FILE", help=f"{file}; - is standard input")
        _shared(one)
        return one

    before = "the old item"
    for name, said in (("put", "a PutItem"), ("update", "an UpdateItem, from the whole item")):
        one = action(name, lambda it: _write(it, it.over), "the new item, or a request", said)
        one.add_argument("--over", metavar="OLD", help=f"{before}; without it, the item is new")
        _transactional(one)
    said = "a DeleteItem of an item that exists"
    _transactional(action("delete", _delete, before, said))
    strong: dict[str, Any] = {"action": "store_true", "help": "a strongly consistent read"}
    one = action("get", _get, "the item to read", "a GetItem that finds an item")
    one.add_argument("--strong", **strong)
    _transactional(one)
    for name in ("query", "scan"):
        said = f"the first page of a {name.capitalize()} of the table or of one index"
        one = action(name, _query, "a list of items, in the order of reading", said)
        one.add_argument("--strong", **strong)
        _transactional(one, argparse.SUPPRESS)  # hidden, so that the error says why not
        one.add_argument("--limit", type=_limit, metavar="N", help="the most items of a page")
        one.add_argument(
            "--partitions",
            type=_partitions,
            metavar="N",
            help="the number of partitions to read; each is charged, even an empty one",
        )
    return parser


def _shared(parser: OneLineParser) -> None:
    parser.add_argument(
        "--keys",
        type=table_arguments.key,
        metavar="HASH[:RANGE]",
        help=f"the table's key ({':'.join(DEFAULT_KEY)})",
    )
    parser.add_argument(
        "--index",
        type=table_arguments.named_index,
        action="append",
        default=[],
        metavar=table_arguments.INDEX,
        help="a global index; repeat it for each. For query and scan with --describe: NAME",
    )
    parser.add_argument(
        "--local-index",
        type=table_arguments.local_index,
        action="append",
        dest="index",
        metavar=table_arguments.INDEX,
        help="a local index, on the table's capacity",
    )
    parser.add_argument(
        "--describe",
        metavar="FILE",
        help="the JSON of `aws dynamodb describe-table`, instead of --keys and --index",
    )
    parser.add_argument("--table", metavar="NAME", help="the table, if a file has several")
    parser.add_argument(
        "--plain", action="store_true", help='files hold plain JSON, {"pk": "x"}, without types'
    )
    parser.add_argument("--sizes", action="store_true", help="add the bytes of each attribute")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _transactional(parser: OneLineParser, said: str = "as part of a transaction") -> None:
    parser.add_argument("--transactional", action="store_true", help=said)


def _limit(text: str) -> int:
    return _from_1(text, "a limit is a whole number of items from 1")


def _partitions(text: str) -> int:
    return _from_1(text, "a table has a whole number of partitions from 1")


def _from_1(text: str, rule: str) -> int:
    if not re.fullmatch("0*[1-9][0-9]{0,8}", text):
        raise argparse.ArgumentTypeError(f"{text!r}: {rule}")
    return int(text)

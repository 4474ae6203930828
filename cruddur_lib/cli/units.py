"""bin/cost/units: capacity units of one request, from files that hold its items.

Exit codes: 0 answered, 1 the answer could not be written, 2 wrong arguments or refused items.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from cruddur_lib.cli import table_arguments
from cruddur_lib.cli.item_files import STDIN, FoundItem, naming, read_items
from cruddur_lib.cli.script import RAW, Arguments, OneLineParser, output, run_question
from cruddur_lib.costs.units import reads, writes
from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency, Units, plural
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import IndexSchema, TableSchema
from cruddur_lib.costs.units.sizes import accepted_size, item_size
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import aligned, int_if_whole

NAME = "bin/cost/units"
UNITS = {CapacityKind.READ: "RCU (on demand: RRU)", CapacityKind.WRITE: "WCU (on demand: WRU)"}


@dataclass(frozen=True)
class UnitsAnswer:
    """The capacity units of one request."""

    units: Units
    size: int  # bytes: of the larger of the items before and after, or of all items that were read
    missing: tuple[tuple[str, str], ...] = ()  # the indexes without units, each with the reason

    def as_json(self) -> str:
        """Return the answer as one line of JSON; local indexes are among the indexes."""
        units = self.units
        indexes = {**units.indexes, **units.local_indexes}
        return json.dumps(
            {
                "table": int_if_whole(units.table),
                "indexes": {name: int_if_whole(count) for name, count in indexes.items()},
                "total": int_if_whole(units.total),
                "bytes": self.size,
                "why": units.why,
            }
        )

    def as_text(self) -> str:
        """Return the answer for people: the total, the units of table and indexes, the reason."""
        units = self.units
        rows = [("table", f"{units.table:g}")]
        rows += [(name, f"{count:g}") for name, count in units.indexes.items()]
        rows += [(n, f"{c:g}  on the table's capacity") for n, c in units.local_indexes.items()]
        rows += [(name, f"0  {reason}") for name, reason in self.missing]
        head = f"{units.total:g} {UNITS[units.capacity]} by {plural(self.size, 'byte')}"
        return "\n".join([head, *(f"  {line}" for line in aligned(rows)), units.why])


def run(usage: str, words: list[str] | None = None) -> int:
    """Run the script and return its exit code; `words` defaults to the command line."""
    return run_question(NAME, lambda: _answer(_parser(usage).parse_args(words)))


def _answer(arguments: Arguments) -> None:
    answer: UnitsAnswer = arguments.do(arguments)
    output(answer.as_json() if arguments.json else answer.as_text())


def _write(arguments: Arguments, before: str | None, after: str | None) -> UnitsAnswer:
    """Return the units of a write that replaces the item of one file with that of another.

    `before` is None if there was no item, and `after` is None if the write deletes the item.
    """
    if before == after == STDIN:
        raise WorkbookError("standard input (-) can be read once: give one of the two as a file")
    table = table_arguments.table_schema(arguments.keys, arguments.index)
    files = [
        [] if path is None else read_items(path, plain=arguments.plain) for path in (after, before)
    ]
    _check(table, [found for file in files for found in file])
    new, old = (file[0].item if file else None for file in files)
    with naming(f"{after} over {before}" if None not in (before, after) else str(after or before)):
        if arguments.transactional:
            units = writes.transact_write_items(table, [writes.Change(old, new)])
        else:
            units = writes.write(table, old, new)
    touched = {*units.indexes, *units.local_indexes}
    missing = tuple(
        (index.name, _why_untouched(index, [item for item in (old, new) if item is not None]))
        for index in table.indexes
        if index.name not in touched
    )
    size = max(item_size(item) for item in (old, new) if item is not None)
    return UnitsAnswer(units, size, missing)


def _get(arguments: Arguments) -> UnitsAnswer:
    if arguments.strong and arguments.transactional:
        raise WorkbookError("--strong and --transactional are two kinds of read: give one of them")
    if arguments.index:
        raise WorkbookError("a GetItem reads the table, never an index: --index is for query, scan")
    (found,) = read_items(arguments.file, plain=arguments.plain)
    _check(table_arguments.table_schema(arguments.keys, ()), [found])
    size = item_size(found.item)
    return UnitsAnswer(reads.get_item(size, _kind(arguments)), size)


def _query(arguments: Arguments) -> UnitsAnswer:
    """Return the units of the first page of what the file lists."""
    if len(arguments.index) > 1:
        raise WorkbookError("a Query or Scan reads the table or one index: give one --index")
    table = table_arguments.table_schema(arguments.keys, arguments.index)
    index = next(iter(table.indexes), None)
    reads.query([], _kind(arguments), index)  # refuses wrong options before a file is read
    found = read_items(arguments.file, plain=arguments.plain, many=True)
    _check(table, found)
    items = [one.item for one in found]
    entries = items if index is None else table.index_entries(index, items)
    first, *others = reads.pages([item_size(entry) for entry in entries], arguments.limit)
    units = reads.query(first, _kind(arguments), index)
    why = units.why
    if outside := len(items) - len(entries):
        why += f"; {plural(outside, 'item')} of the file not in the index, so not read"
    if others:
        more = sum(reads.query(page, _kind(arguments), index).total for page in others)
        empty = "" if others[-1] else ", the last of them empty"
        why += f"; first of {len(others) + 1} pages, those behind it consume {more:g} more{empty}"
    return UnitsAnswer(replace(units, why=why), sum(first))


def _kind(arguments: Arguments) -> Consistency:
    if arguments.transactional:
        return Consistency.TRANSACTIONAL
    return Consistency.STRONG if arguments.strong else Consistency.EVENTUAL


def _check(table: TableSchema, found: Iterable[FoundItem]) -> None:
    table_arguments.check_keys(table, found)
    for one in found:
        with naming(one.where):
            accepted_size(one.item, *table.key)


def _why_untouched(index: IndexSchema, items: list[Item]) -> str:
    """Return why a write consumes no units of an index."""
    lacking = [n for n in index.key if all(n not in item.attributes for item in items)]
    if lacking:
        return f"not in it: no attribute {' and no '.join(map(repr, lacking))}"
    if any(all(n in item.attributes for n in index.key) for item in items):
        return "its entry stays as it was"
    return f"not in it: neither item has both {' and '.join(map(repr, index.key))}"


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

    before = "the item that was there before"
    for name, said in (("put", "a PutItem"), ("update", "an UpdateItem, of the whole item")):
        one = action(name, lambda it: _write(it, it.over, it.file), "the item after it", said)
        one.add_argument("--over", metavar="OLD", help=f"{before}; left out: none")
        _transactional(one)
    said = "a DeleteItem of an item that is there"
    _transactional(action("delete", lambda it: _write(it, it.file, None), before, said))
    strong: dict[str, Any] = {"action": "store_true", "help": "strongly consistent"}
    one = action("get", _get, "the item that is read", "a GetItem that finds an item")
    one.add_argument("--strong", **strong)
    _transactional(one)
    for name in ("query", "scan"):
        said = f"the first page of a {name.capitalize()}, of the table or of one index"
        one = action(name, _query, "a list of the items in the order they are read", said)
        one.add_argument("--strong", **strong)
        _transactional(one, argparse.SUPPRESS)  # hidden, so that the error says why not
        one.add_argument("--limit", type=_limit, metavar="N", help="items that end a page")
    return parser


def _shared(parser: OneLineParser) -> None:
    parser.add_argument(
        "--keys",
        type=table_arguments.key,
        default=("pk", "sk"),
        metavar="HASH[:RANGE]",
        help="the table's key (pk:sk)",
    )
    parser.add_argument(
        "--index",
        type=table_arguments.index,
        action="append",
        default=[],
        metavar=table_arguments.INDEX,
        help="a global index; again for each",
    )
    parser.add_argument(
        "--local-index",
        type=table_arguments.local_index,
        action="append",
        dest="index",
        metavar=table_arguments.INDEX,
        help="a local one, on the table's capacity",
    )
    parser.add_argument(
        "--plain", action="store_true", help='files hold plain JSON, {"pk": "x"}, without types'
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


def _transactional(parser: OneLineParser, said: str = "as part of a transaction") -> None:
    parser.add_argument("--transactional", action="store_true", help=said)


def _limit(text: str) -> int:
    if not re.fullmatch("0*[1-9][0-9]{0,8}", text):
        raise argparse.ArgumentTypeError(f"{text!r}: a limit is a whole number of items from 1")
    return int(text)

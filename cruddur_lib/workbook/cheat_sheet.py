"""The tables of a page to print: keys, units of each pattern, rules of units, prices and ages.

They come from the library's keys, a meter, the rules of `cruddur_lib.costs` and data/prices.yaml.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from IPython.display import HTML

from cruddur_lib.costs.billing.conventions import plain
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.units.capacity_units import Consistency, read_units, write_units
from cruddur_lib.costs.units.sizes import KB
from cruddur_lib.costs.units.writes import TRANSACTION
from cruddur_lib.messaging import keys as key_formats
from cruddur_lib.text import frame
from cruddur_lib.workbook.experiments.design_costs import StepUnits
from cruddur_lib.workbook.sandbox.repeatable import FIRST_TICK
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import pandas as pd

SIZES = (300, KB, KB + 1, 4 * KB, 4 * KB + 1, 400 * KB)  # bytes; the units change after some
PRICED = {  # items on the bill of a table with its stream, with their item of the free tier
    "on_demand_write": "",
    "on_demand_read": "",
    "provisioned_wcu_hour": "provisioned_wcu_hours",
    "provisioned_rcu_hour": "provisioned_rcu_hours",
    "storage_gb_month": "storage_gb_months",
    "stream_read": "stream_reads",
}

PAPER = """<style>@media print {
@page { margin: 1cm }
.jp-CodeCell .jp-Cell-inputWrapper, .jp-InputPrompt, .jp-OutputPrompt { display: none !important }
.jp-Cell { padding: 0 !important; break-inside: avoid }
.jp-RenderedHTMLCommon { font-size: 8.5pt !important; line-height: 125%; padding: 0 !important }
.jp-RenderedHTMLCommon :is(h1, h2, p, ul, table) { margin: 2pt 0 !important }
.jp-RenderedHTMLCommon h1 { font-size: 14pt }
.jp-RenderedHTMLCommon h2 { font-size: 11pt }
.jp-RenderedHTMLCommon table { font-size: 7.5pt }
.jp-RenderedHTMLCommon :is(th, td) { padding: 1pt 4pt }
.jp-RenderedHTMLCommon :is(th, td:not(:last-child)) { white-space: nowrap }
}</style>"""


def on_one_page() -> HTML:
    """Return the style with which the notebook prints on one page of A4 or Letter, without code."""
    return HTML(PAPER)


def keys() -> "pd.DataFrame":
    """Return pk and sk of each kind of row, in the bootcamp's and in the stable-key design."""
    group, user = key_formats.messages_pk("group uuid"), key_formats.groups_pk("user uuid")
    moved = key_formats.group_sk(FIRST_TICK, "group uuid")
    return _table(
        ["row", "pk", "sk"],
        [
            ("message", group, key_formats.message_sk(FIRST_TICK, "message uuid")),
            ("first message of its group", group, key_formats.FIRST),
            ("group row in an inbox", user, moved),
            ("its entry in the index", "group uuid", moved),
            ("group row that never moves", user, key_formats.stable_sk("group uuid")),
        ],
    )


def patterns(lesson: Sandbox) -> "pd.DataFrame":
    """Run patterns A to E on the lesson's new table and return their read and write units.

    D and E are for one message.
    """
    andrew, bayko, zoe = lesson.users("andrewbrown", "bayko", "zoemarchand")
    inbox, group = lesson.inbox(), lesson.group
    lesson.pump()  # the seeds' records are not part of E's cost
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("A: 20 messages of a group", lambda: inbox.list_messages(group, limit=20)),
        ("B: an inbox of one group", lambda: inbox.list_message_groups(andrew)),
        ("D: a message", lambda: inbox.create_message(inbox.draft(andrew, bayko, "Hello"))),
        ("E: both group rows follow it", lesson.pump),
        ("C: a first message", lambda: inbox.create_message_group(inbox.draft(zoe, bayko, "Hi"))),
    )
    rows = []
    for what, step in steps:
        with lesson.meter() as meter:
            step()
        units = StepUnits.of(meter)
        rows.append((what, f"{units.reads:g}", f"{units.table:g}", f"{units.index:g}"))
    heads = ["pattern", "read units", "write units: table", "write units: index"]
    return _table(heads, sorted(rows))


def rules() -> "pd.DataFrame":
    """Return the units of one request by the bytes of its item, or of the page of a Query."""
    kinds = (Consistency.EVENTUAL, Consistency.STRONG, Consistency.TRANSACTIONAL)
    heads = ["bytes", "read, eventual", "strong", "transaction", "write", "write, transaction"]
    rows = []
    for size in SIZES:
        reads, writes = (read_units(size, kind) for kind in kinds), write_units(size)
        units = (*reads, writes, TRANSACTION * writes)
        rows.append((f"{size:,}", *(f"{number:g}" for number in units)))
    return _table(heads, rows)


def prices(region: str, on: date) -> "pd.DataFrame":
    """Return the prices of a table and its stream, with the days on which they were last read.

    Args:
        region: the AWS Region.
        on: the day of the prices, and of the ages in days; over a year is "old".

    Returns:
        USD before tax, and what is free each month.

    Raises:
        PriceUnknown: no source gives one of the prices.
    """
    book = PriceBook(region, on=on)
    rows = []
    for price in map(book.price, PRICED):
        free = PRICED[price.item.name]
        allowance = f"{book.free(free):,} {price.item.unit}s" if free else "–"
        per = "" if price.item.per == 1 else f"{price.item.per:,f} "
        old = " (old)" if price.old(on) else ""
        read, age = str(price.reading.read), f"{price.age(on)}{old}"
        rows.append(
            (price.item.title, plain(price.usd), f"{per}{price.item.unit}", read, age, allowance)
        )
    return _table(["item", "USD", "per", "read", "days ago", "free in a month"], rows)


def _table(heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> "pd.DataFrame":
    """Return rows as a table with the first column as its index."""
    return frame(rows, columns=list(heads)).set_index(heads[0])

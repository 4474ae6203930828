"""One page to print: keys, patterns with their units, the rules of units, prices with their ages.

Every table is made from what the lessons use: the keys that the library writes, units that a meter
counts in the run, the rules of `cruddur_lib.costs`, the prices of `data/prices.yaml`.
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
from cruddur_lib.messaging import keys as made
from cruddur_lib.workbook.sandbox.repeatable import FIRST_TICK
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import pandas as pd

SIZES = (300, KB, KB + 1, 4 * KB, 4 * KB + 1, 400 * KB)  # bytes: a message, and around each block
PRICED = (  # what a table with its stream is billed by
    "on_demand_write",
    "on_demand_read",
    "provisioned_wcu_hour",
    "provisioned_rcu_hour",
    "storage_gb_month",
    "stream_read",
)
FREE = {  # items of the free tier, of which an amount is free in a month
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
    """How the notebook is printed: without its code, in letters so small that it is one page of A4
    or Letter; on a screen nothing is seen of it.
    """
    return HTML(PAPER)


def keys() -> "pd.DataFrame":
    """Each kind of row with its pk and sk, in the bootcamp's design and where a row never moves."""
    group, user = made.messages_pk("group uuid"), made.groups_pk("user uuid")
    return _table(
        ["row", "pk", "sk"],
        [
            ("message", group, made.message_sk(FIRST_TICK, "message uuid")),
            ("first message of its group", group, made.FIRST),
            ("group row in an inbox", user, made.group_sk(FIRST_TICK, "group uuid")),
            ("its entry in the index", "group uuid", made.group_sk(FIRST_TICK, "group uuid")),
            ("group row that never moves", user, made.stable_sk("group uuid")),
        ],
    )


def patterns(lesson: Sandbox) -> "pd.DataFrame":
    """What patterns A to E consume on the lesson's table as `start` leaves it: all read units, and
    write units of the table and of its index. D and E are for one message.
    """
    andrew, bayko, zoe = lesson.users("andrewbrown", "bayko", "zoemarchand")
    inbox, group = lesson.inbox(), lesson.group
    lesson.pump()  # what `start` has put is no message of these
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("A: 20 messages of a group", lambda: inbox.list_messages(group, limit=20)),
        ("B: an inbox of one group", lambda: inbox.list_message_groups(andrew)),
        ("D: a message", lambda: inbox.create_message(inbox.draft(andrew, bayko, "Hello"))),
        ("E: both group rows follow it", lesson.pump),
        ("C: a first message", lambda: inbox.create_message_group(inbox.draft(zoe, bayko, "Hi"))),
    )
    return _table(
        ["pattern", "read units", "write units: table", "write units: index"],
        sorted((what, *_metered(lesson, step)) for what, step in steps),
    )


def rules() -> "pd.DataFrame":
    """The units of one request by the bytes of its item, or of a Query by those of its page."""
    kinds = (Consistency.EVENTUAL, Consistency.STRONG, Consistency.TRANSACTIONAL)
    return _table(
        ["bytes", "read, eventual", "strong", "transaction", "write", "write, transaction"],
        [
            (
                f"{size:,}",
                *(f"{read_units(size, kind):g}" for kind in kinds),
                str(write_units(size)),
                str(TRANSACTION * write_units(size)),
            )
            for size in SIZES
        ],
    )


def prices(region: str, on: date) -> "pd.DataFrame":
    """What a table and its stream are billed by on that day, in USD before tax, with the day of the
    last reading, its age in days, old where that is over a year, and what a month has free.

    Raises `PriceUnknown` where no source gives one of them.
    """
    book = PriceBook(region, on=on)
    rows = []
    for price in map(book.price, PRICED):
        free = FREE.get(price.item.name)
        given = f"{book.free(free):,} {price.item.unit}s" if free else "–"
        per = "" if price.item.per == 1 else f"{price.item.per:,f} "
        old = " (old)" if price.old(on) else ""
        read, age = str(price.reading.read), f"{price.age(on)}{old}"
        rows.append(
            (price.item.title, plain(price.usd), f"{per}{price.item.unit}", read, age, given)
        )
    return _table(["item", "USD", "per", "read", "days ago", "free in a month"], rows)


def _metered(lesson: Sandbox, step: Callable[[], object]) -> tuple[str, ...]:
    """Read units, write units of the table, write units of its indexes."""
    with lesson.meter() as meter:
        step()
    reads, writes = meter.reads.total, meter.writes
    return tuple(f"{units:g}" for units in (reads, writes.on_table, sum(writes.indexes.values())))


def _table(heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> "pd.DataFrame":
    """Texts under their heads, the first column in front of each line."""
    import pandas as pd  # noqa: PLC0415  half a second to import

    return pd.DataFrame(rows, columns=list(heads)).set_index(heads[0])

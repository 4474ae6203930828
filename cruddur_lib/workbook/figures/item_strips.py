"""Figures of item collections: every item as a block, or the newest ones as boxes."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from cruddur_lib.messaging.seeds import users
from cruddur_lib.messaging.table import Row
from cruddur_lib.text import shortened
from cruddur_lib.workbook.figures.drawing import COLORS, Drawing, escape_mathtext, fill, new
from cruddur_lib.workbook.sandbox.rows import NONE, cell_text

GROUP, PEOPLE = 5, (1, 2, 6, 7, 3)  # places in `COLORS`: of group rows, and of senders
SHORTEST = 10  # items: the shortest axis, so that a single item is a small block
LINE_WIDTH = 40  # characters of a line in a box
BOX_TEXT: dict[str, Any] = {"fontsize": 8, "va": "center", "family": "monospace"}


def item_strips(
    rows: Sequence[Row], title: str = "One table, its items by partition key", key: str = "pk"
) -> Drawing:
    """Draw each item as a block, and each item collection as a strip of blocks.

    A block's color and hatch show the kind of row.

    Args:
        rows: the items, in any order.
        title: the figure's title.
        key: the partition key's attribute; for an index, the one of the index.
    """
    collections = _collections(rows, key)
    figure = new(9, 1.1 + 0.42 * max(2, len(collections)))
    axes = figure.subplots()
    for line, items in enumerate(collections.values()):
        for place, row in enumerate(items):
            axes.barh(line, 0.8, 0.62, place, **fill(_color(row)))
        axes.annotate(f"{len(items)}", (len(items) + 0.6, line), va="center")
    labels = [escape_mathtext(_label(pk)) for pk in collections]
    axes.set_yticks(range(len(collections)), labels, family="monospace")
    axes.invert_yaxis()
    axes.set_title(title)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0, 1.1 * max(SHORTEST, *map(len, collections.values())))
    axes.set(xlabel="items, in the order of their sort keys", ylabel="partition key")
    axes.spines[["top", "right", "left"]].set_visible(False)
    counts = Counter((_kind(row), _color(row)) for row in rows)
    legend = [
        Patch(label=escape_mathtext(f"{kind} ({n})"), **fill(color))
        for (kind, color), n in sorted(counts.items())
    ]
    figure.legend(handles=legend, loc="outside lower center", ncols=3, frameon=False)
    return Drawing(figure, _alt(rows, key))


def item_boxes(
    rows: Sequence[Row], attributes: Sequence[str], bold: str = "", most: int = 3, *, alt: str
) -> Drawing:
    """Draw the newest items of each partition key as boxes that list their attributes.

    Args:
        rows: the items, in any order.
        attributes: names of the attributes to list, under the sort key.
        bold: the attribute that is set in bold.
        most: how many items of a partition key to draw.
        alt: the alt text; only the caller knows what the figure should show.
    """
    collections = _collections(rows, "pk")
    figure = new(9.5, 0.5 + 0.27 * (len(attributes) + 2.6) * len(collections))
    axes = figure.subplots()
    for line, (pk, items) in enumerate(collections.items()):
        title = _label(pk) + (f": the newest {most} of {len(items)}" if len(items) > most else "")
        axes.text(-0.02, line - 0.36, escape_mathtext(title), family="monospace", va="bottom")
        for place, row in enumerate(items[-most:]):
            ground = (COLORS[_color(row)], 0.3)  # 30 % opaque, so that text on it is legible
            axes.barh(line, 0.95, 0.66, place, facecolor=ground, edgecolor="black")
            for step, name in enumerate(("sk", *attributes)):
                text = escape_mathtext(f"{name}: {cell_text(row.get(name, NONE))}")
                top = line - 0.28 + 0.56 * (step + 0.5) / (len(attributes) + 1)
                weight = "bold" if name == bold else "normal"
                text = shortened(text, LINE_WIDTH)
                axes.text(place + 0.02, top, text, weight=weight, **BOX_TEXT)
    axes.set(xlim=(-0.04, most), ylim=(len(collections) - 0.55, -0.65))
    axes.axis("off")
    return Drawing(figure, alt)


def _collections(rows: Sequence[Row], key: str) -> dict[str, list[Row]]:
    """Return the item collections by partition key, each in the order of its sort keys."""
    in_order = sorted(rows, key=lambda row: (row[key], row["sk"], row["pk"]))
    return {pk: list(items) for pk, items in groupby(in_order, lambda row: str(row[key]))}


def _alt(rows: Sequence[Row], key: str) -> str:
    counts = Counter(_label(row[key]) for row in rows)
    labels = ", ".join(f"{label} with {n}" for label, n in counts.items())
    kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(Counter(map(_kind, rows)).items()))
    return (
        f"{len(rows)} items in {len(counts)} strip{'s' * (len(counts) != 1)}, one for each "
        f"partition key: {labels}. By kind: {kinds}."
    )


def _kind(row: Row) -> str:
    sender = str(row.get("user_handle", "nobody"))
    return "group row" if row["pk"].startswith("GRP#") else f"message by {sender}"


def _color(row: Row) -> int:
    """Return a row's place in `COLORS`: one for group rows, and one for each sender."""
    if row["pk"].startswith("GRP#"):
        return GROUP
    handle = str(row.get("user_handle"))
    place = [*users()].index(handle) if handle in users() else 0
    return PEOPLE[place % len(PEOPLE)]


def _label(pk: str) -> str:
    """Return a partition key for an axis, with the owner's handle if it belongs to a user."""
    owners = (f" ({user.handle})" for user in users().values() if pk.endswith(f"#{user.uuid}"))
    return cell_text(pk) + next(owners, "")

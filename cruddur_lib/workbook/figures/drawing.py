"""Figures in one style, shown with a text that says what they show."""

import base64
import os
from collections import Counter
from collections.abc import Sequence
from html import escape
from io import BytesIO
from itertools import groupby
from typing import Any

import matplotlib as mpl
from IPython.display import display
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from PIL import Image

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.seeds import users
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.sandbox.rows import NONE, short

COLOURS: tuple[str, ...] = tuple(
    map(to_hex, mpl.color_sequences["okabe_ito"])
)  # told apart by colour-blind readers
STYLES = {  # color and dashes of each design
    "bootcamp": (COLOURS[6], "--"),
    "stable_key": (COLOURS[5], "-"),
    "one_transaction": (COLOURS[3], "-."),
    "read_fan_out": (COLOURS[0], ":"),
}
HATCHES = ("", "//////", "....", "xxx", "--", "", "\\\\\\\\", "++++")  # one a colour, for areas
GROUP, PEOPLE = 5, (1, 2, 6, 7, 3)  # places in it: blue; orange, sky blue, vermilion, purple, green
SMALL: dict[str, Any] = {"fontsize": 8, "va": "center", "family": "monospace"}
SHORTEST = 10  # items along the axis: a single one is no bar across the figure
DPI = 100  # pixels an inch
IN_A_ROOM = 1.4  # times as large, where CRUDDUR_DEMO says that many look on
WHITE = "white"  # opaque, so that a figure stays legible in a dark JupyterLab


def new(width: float = 8, height: float = 3) -> Figure:
    """An empty figure in the workbook's style, in inches; `resolution` says how large they are."""
    size = (width, height)
    return Figure(figsize=size, dpi=resolution(), layout="constrained", facecolor=WHITE)


def resolution(usual: float = DPI) -> float:
    """Pixels an inch, of lines and of type alike: 1.4 times the usual ones where CRUDDUR_DEMO is
    set, as `bin/lab --demo` does.
    """
    return usual * IN_A_ROOM if os.environ.get("CRUDDUR_DEMO") else usual


def fill(place: int) -> dict[str, Any]:
    """How an area is filled: with a colour of `COLOURS`, and with its hatch and a dark edge, so
    that it is told from others without colour, and from the white ground where its colour is light.
    """
    return {
        "facecolor": COLOURS[place],
        "hatch": HATCHES[place],
        "hatch_linewidth": 0.5,
        "edgecolor": COLOURS[0],
        "linewidth": 0.5,
    }


def show(figure: Figure, alt: str) -> None:
    """Nothing; displays the figure with `alt`, a sentence that says what is to be seen in it, as
    text and caption.
    """
    if not alt.strip():
        raise WorkbookError(
            "a figure needs its alt text: one sentence that says what is to be seen in it"
        )
    data = _encoded(figure)
    bundle = {"text/html": _html(data, alt), "image/png": data, "text/plain": f"Figure: {alt}"}
    display(bundle, raw=True)


def html(figure: Figure, alt: str) -> str:
    """The figure with its alt text and caption, as HTML that holds the picture."""
    return _html(_encoded(figure), alt)


def strips(
    rows: Sequence[Row], title: str = "One table, its items by partition key", key: str = "pk"
) -> Figure:
    """Every item as a block in the strip of its partition key, coloured and hatched by its kind of
    row; `key` is that of an index, where its items are drawn.
    """
    found = _by_key(rows, key)
    figure = new(9, 1.1 + 0.42 * max(2, len(found)))
    axes = figure.subplots()
    for line, items in enumerate(found.values()):
        for place, row in enumerate(items):
            axes.barh(line, 0.8, 0.62, place, **fill(_colour(row)))
        axes.annotate(f"{len(items)}", (len(items) + 0.6, line), va="center")
    axes.set_yticks(range(len(found)), [plain(_label(pk)) for pk in found], family="monospace")
    axes.invert_yaxis()
    axes.set_title(title)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0, 1.1 * max(SHORTEST, *map(len, found.values())))
    axes.set(xlabel="items, in the order of their sort keys", ylabel="partition key")
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(handles=_legend(rows), loc="outside lower center", ncols=3, frameon=False)
    return figure


def collections(
    rows: Sequence[Row], attributes: Sequence[str], bold: str = "", most: int = 3
) -> Figure:
    """The newest items of every partition key as boxes with these attributes, `bold` one of
    them.
    """
    found = _by_key(rows, "pk")
    figure = new(9.5, 0.5 + 0.27 * (len(attributes) + 2.6) * len(found))
    axes = figure.subplots()
    for line, (pk, items) in enumerate(found.items()):
        title = _label(pk) + (f": the newest {most} of {len(items)}" if len(items) > most else "")
        axes.text(-0.02, line - 0.36, plain(title), family="monospace", va="bottom")
        for place, row in enumerate(items[-most:]):
            ground = (COLOURS[_colour(row)], 0.3)  # its opacity, so that text is legible on it
            axes.barh(line, 0.95, 0.66, place, facecolor=ground, edgecolor="black")
            for step, name in enumerate(("sk", *attributes)):
                text = plain(f"{name}: {short(row.get(name, NONE))}")
                weight = "bold" if name == bold else "normal"
                top = line - 0.28 + 0.56 * (step + 0.5) / (len(attributes) + 1)
                style: dict[str, Any] = {
                    "fontsize": 8,
                    "va": "center",
                    "weight": weight,
                    "family": "monospace",
                }
                axes.text(place + 0.02, top, fitting(text), **style)
    axes.set(xlim=(-0.04, most), ylim=(len(found) - 0.55, -0.65))
    axes.axis("off")
    return figure


def in_words(rows: Sequence[Row], key: str = "pk") -> str:
    """What `strips` draws of these rows, for who cannot see it."""
    counts = Counter(_label(row[key]) for row in rows)
    kinds = Counter(map(_kind, rows))
    return (
        f"{len(rows)} items in {len(counts)} strip{'s' * (len(counts) != 1)}, one for each "
        "partition key: "
        f"{', '.join(f'{label} with {n}' for label, n in counts.items())}. "
        f"By kind: {', '.join(f'{kind} {n}' for kind, n in sorted(kinds.items()))}."
    )


def fitting(text: str, width: int = 40) -> str:
    """The text cut to so many characters."""
    return text if len(text) <= width else text[: width - 1] + "…"


def plain(text: str) -> str:
    """The text for matplotlib, which reads what stands between two dollar signs as mathematics."""
    return text.replace("$", r"\$")


def _by_key(rows: Sequence[Row], key: str) -> dict[str, list[Row]]:
    """The item collections: items by partition key, in the order of their sort keys."""
    in_order = sorted(rows, key=lambda row: (row[key], row["sk"], row["pk"]))
    return {pk: list(items) for pk, items in groupby(in_order, lambda row: str(row[key]))}


def _legend(rows: Sequence[Row]) -> list[Patch]:
    """What each colour and hatch stands for, and how many items have it."""
    counts = Counter((_kind(row), _colour(row)) for row in rows)
    return [
        Patch(label=plain(f"{kind} ({n})"), **fill(colour))
        for (kind, colour), n in sorted(counts.items())
    ]


def _encoded(figure: Figure) -> str:
    return base64.b64encode(_png(figure)).decode()


def _html(data: str, alt: str) -> str:
    text = escape(alt)
    return (
        f'<figure style="margin: 0"><img alt="{text}" src="data:image/png;base64,{data}">'
        f'<figcaption aria-hidden="true">{text}</figcaption></figure>'
    )


def _png(figure: Figure) -> bytes:
    """The picture in 64 colours, a third of its bytes: it lies in the notebook twice, as HTML and
    by itself.
    """
    drawn, stored = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png")
    picture = Image.open(drawn).convert("RGB")
    picture.quantize(64, dither=Image.Dither.NONE).save(stored, "png", optimize=True)
    return stored.getvalue()


def _kind(row: Row) -> str:
    sender = str(row.get("user_handle", "nobody"))
    return "group row" if row["pk"].startswith("GRP#") else f"message by {sender}"


def _colour(row: Row) -> int:
    """A kind of row has one colour in all figures: group rows blue, each person their own."""
    if row["pk"].startswith("GRP#"):
        return GROUP
    handle = str(row.get("user_handle"))
    place = [*users()].index(handle) if handle in users() else 0
    return PEOPLE[place % len(PEOPLE)]


def _label(pk: str) -> str:
    """A partition key as an axis can show it, with the owner's handle where it is a user's."""
    handles = {user.uuid: user.handle for user in users().values()}
    handle = handles.get(pk.partition("#")[2])
    return f"{short(pk)} ({handle})" if handle else short(pk)

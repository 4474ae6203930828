"""Figures in one style, shown with a text that says what they show."""

import base64
from collections import Counter
from collections.abc import Sequence
from html import escape
from io import BytesIO
from itertools import groupby

import matplotlib as mpl
from IPython.display import display
from matplotlib.figure import Figure

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.seeds import users
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.rows import short

COLOURS = mpl.color_sequences["okabe_ito"]  # told apart by colour-blind readers
WHITE = "white"  # opaque, so that a figure stays legible in a dark JupyterLab


def new(width: float = 8, height: float = 3) -> Figure:
    """An empty figure in the workbook's style, in inches."""
    return Figure(figsize=(width, height), dpi=100, layout="constrained", facecolor=WHITE)


def show(figure: Figure, alt: str) -> None:
    """Nothing; displays the figure with `alt`, a sentence that says what is to be seen in it, as
    text and caption.
    """
    if not alt.strip():
        raise WorkbookError(
            "a figure needs its alt text: one sentence that says what is to be seen in it"
        )
    png = BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    data = base64.b64encode(png.getvalue()).decode()
    text = escape(alt)
    html = (
        f'<figure style="margin: 0"><img alt="{text}" src="data:image/png;base64,{data}">'
        f'<figcaption aria-hidden="true">{text}</figcaption></figure>'
    )
    display({"text/html": html, "image/png": data, "text/plain": f"Figure: {alt}"}, raw=True)


def strips(rows: Sequence[Row]) -> Figure:
    """Every item as a block in the strip of its partition key, coloured by its kind of row."""
    collections = [(pk, list(items)) for pk, items in groupby(rows, key=lambda row: row["pk"])]
    figure = new(9, 0.9 + 0.42 * len(collections))
    axes = figure.subplots()
    kinds = {
        kind: COLOURS[at] for at, kind in enumerate(sorted({_kind(row) for row in rows}), start=1)
    }
    for line, (_, items) in enumerate(collections):
        colours = [kinds[_kind(row)] for row in items]
        axes.barh([line] * len(items), 0.8, left=range(len(items)), height=0.62, color=colours)
        axes.annotate(f"{len(items)}", (len(items) + 0.6, line), va="center")
    axes.set_yticks(
        range(len(collections)), [_label(pk) for pk, _ in collections], family="monospace"
    )
    axes.invert_yaxis()
    axes.set(
        xlabel="items, in the order of their sort keys",
        title="One table, its items by partition key",
    )
    axes.spines[["top", "right", "left"]].set_visible(False)
    counts = Counter(map(_kind, rows))
    handles = [
        mpl.patches.Patch(color=colour, label=f"{kind} ({counts[kind]})")
        for kind, colour in kinds.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    return figure


def _kind(row: Row) -> str:
    return "message group" if row["pk"].startswith("GRP#") else f"message by {row['user_handle']}"


def _label(pk: str) -> str:
    """A partition key as an axis can show it, with the owner's handle where it is a user's."""
    handles = {user.uuid: user.handle for user in users().values()}
    handle = handles.get(pk.partition("#")[2])
    return f"{short(pk)} ({handle})" if handle else short(pk)

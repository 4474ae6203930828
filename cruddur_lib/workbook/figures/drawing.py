"""The style of the workbook's figures, and drawings: figures that carry their alt text."""

import base64
import os
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

import matplotlib as mpl
from IPython.display import display
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from cruddur_lib.errors import WorkbookError

# Color-blind readers can tell these colors apart.
COLORS: tuple[str, ...] = tuple(map(to_hex, mpl.color_sequences["okabe_ito"]))
STYLES = {  # color and dashes of each design
    "bootcamp": (COLORS[6], "--"),
    "stable_key": (COLORS[5], "-"),
    "one_transaction": (COLORS[3], "-."),
    "read_fan_out": (COLORS[0], ":"),
}
HATCHES = ("", "//////", "....", "xxx", "--", "", "\\\\\\\\", "++++")  # one a color, for areas
WHITE = "white"  # opaque, so that a figure stays legible in a dark JupyterLab


@dataclass(frozen=True)
class Drawing:
    """A figure with its alt text, which a notebook shows as picture, alt text and caption."""

    figure: Figure
    alt: str  # one sentence that says what can be seen in the figure

    def __post_init__(self) -> None:
        """Raise `WorkbookError` if the alt text is blank."""
        if not self.alt.strip():
            raise WorkbookError(
                "a figure needs its alt text: one sentence that says what is to be seen in it"
            )

    def show(self) -> None:
        """Display the picture with its alt text and caption."""
        png, text = _base64_png(self.figure), f"Figure: {self.alt}"
        display({"text/html": self._html(png), "image/png": png, "text/plain": text}, raw=True)

    _ipython_display_ = show  # so a cell's last value is a display and not a numbered result

    def html(self) -> str:
        """Return HTML that holds the picture, its alt text and its caption."""
        return self._html(_base64_png(self.figure))

    def _html(self, png: str) -> str:
        text = escape(self.alt)
        return (
            f'<figure style="margin: 0"><img alt="{text}" src="data:image/png;base64,{png}">'
            f'<figcaption aria-hidden="true">{text}</figcaption></figure>'
        )


def show(figure: Figure, alt: str) -> None:
    """Display a figure that a notebook drew itself.

    Args:
        figure: the figure.
        alt: one sentence that says what can be seen in it.

    Raises:
        WorkbookError: the alt text is blank.
    """
    Drawing(figure, alt).show()


def new(width: float = 8, height: float = 3) -> Figure:
    """Return an empty figure in the workbook's style.

    Args:
        width: inches, each of `resolution()` pixels.
        height: inches.
    """
    return Figure((width, height), resolution(), layout="constrained", facecolor=WHITE)


def resolution(usual: float = 100) -> float:
    """Return the pixels an inch: `usual`, or 1.4 times as many if CRUDDUR_DEMO is set.

    `bin/lab --demo` sets it. Lines and type get larger too.
    """
    return 1.4 * usual if os.environ.get("CRUDDUR_DEMO") else usual


def fill(place: int) -> dict[str, Any]:
    """Return how matplotlib fills an area with `COLORS[place]`.

    A hatch and a dark edge mark the area for readers who do not see its color.
    """
    color, hatch = COLORS[place], HATCHES[place]
    edge = {"edgecolor": COLORS[0], "linewidth": 0.5}
    return {"facecolor": color, "hatch": hatch, "hatch_linewidth": 0.5, **edge}


def escape_mathtext(text: str) -> str:
    """Return the text for matplotlib, which reads text between two dollar signs as mathematics."""
    return text.replace("$", r"\$")


def _base64_png(figure: Figure) -> str:
    return base64.b64encode(_png(figure)).decode()


def _png(figure: Figure) -> bytes:
    """Return the picture in 64 colors, a third of the bytes: notebooks store each picture twice."""
    full, small = BytesIO(), BytesIO()
    figure.savefig(full, format="png")
    picture = Image.open(full).convert("RGB")
    picture.quantize(64, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return small.getvalue()

"""The figure of the app's screen as a sketch, with the letters of the access patterns."""

from typing import Any

from matplotlib.patches import Circle, FancyBboxPatch

from cruddur_lib.workbook.figures.drawing import COLORS, WHITE, Drawing, new

PAPER, LINE, GRAY = "#f7f7f7", "#595959", "#d9d9d9"
LETTER: dict[str, Any] = {"color": WHITE, "weight": "bold", "ha": "center", "va": "center"}
ALT = (
    "A sketch of the app: on the left the inbox, one line for each person with the beginning of "
    "the last message (B), and under it a button for a new message group (C); on the right an open "
    "message group with its newest messages (A), and at the bottom the box to write in (D). Both "
    "lines of an inbox have an arrow that nobody pressed: what keeps them in order (E)."
)


def screen_sketch() -> Drawing:
    """Draw the inbox on the left, an open message group on the right, and where A to E belong."""
    figure = new(8, 3.6)
    axes = figure.subplots()
    axes.set(xlim=(0, 16), ylim=(0, 7.2))
    axes.axis("off")
    for x, width in ((0.2, 5.6), (6.2, 9.6)):
        _box(axes, (x, 0.2, width, 6.8), PAPER)
    for y, text in ((5.4, "Bayko\nSoup's nearly ready …"), (3.8, "Zoë\nAmara says you …")):
        _box(axes, (0.6, y, 4.8, 1.2), WHITE)
        axes.text(0.9, y + 0.6, text, va="center", fontsize=9)
    _box(axes, (0.6, 0.6, 4.8, 0.9), WHITE)
    axes.text(3.0, 1.05, "+ new message group", ha="center", va="center", fontsize=9)
    for x, y, color in ((6.7, 5.6, GRAY), (9.3, 4.2, COLORS[2]), (6.7, 2.8, GRAY)):
        _box(axes, (x, y, 6.0, 1.0), color)
    _box(axes, (6.7, 0.6, 8.6, 1.1), WHITE)
    axes.text(7.0, 1.15, "write a message …", va="center", fontsize=9, color=LINE)
    arrow = {"arrowstyle": "<->", "color": LINE, "connectionstyle": "arc3,rad=-0.6"}
    axes.annotate("", (0.55, 4.4), (0.55, 6.0), arrowprops=arrow)
    places = {"A": (15.2, 6.4), "B": (5.3, 6.8), "C": (5.3, 1.6), "D": (15.2, 1.8), "E": (1.0, 5.2)}
    for letter, place in places.items():
        axes.add_patch(Circle(place, 0.36, color=COLORS[5], zorder=3))
        axes.text(*place, letter, zorder=4, **LETTER)
    return Drawing(figure, ALT)


def _box(axes: Any, place: tuple[float, float, float, float], color: str) -> None:
    """Draw a rounded box at this left, bottom, width and height."""
    x, y, width, height = place
    style = "round,pad=0,rounding_size=0.2"
    look: dict[str, Any] = {"boxstyle": style, "facecolor": color, "edgecolor": LINE}
    axes.add_patch(FancyBboxPatch((x, y), width, height, **look))

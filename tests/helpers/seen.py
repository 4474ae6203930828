"""Contrasts and distances of colors, and what some readers cannot see in a figure.

Contrast is that of WCAG 2.1, https://www.w3.org/TR/WCAG21/: text needs 4.5 : 1 (1.4.3), and a line
or an area with a meaning 3 : 1 (1.4.11). Color blindness is simulated by the matrices of Machado,
Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency"
(2009), for severity 1.0 on linear RGB. Distances are CIE 1976; people just notice 2.3 (Mahy and
others, 1994).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text

TEXT, MARK = 4.5, 3  # lowest contrasts
TINT = 0.2  # opacity up to which an area is a background without a meaning
JUST_NOTICED = 2.3
WHITE = (1.0, 1.0, 1.0)
SEEN_BY = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(  # of linear sRGB, IEC 61966-2-1
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)


def contrast(one: Any, other: Any = WHITE) -> float:
    """Return the contrast, from 1 for equal colors to 21 for black on white."""
    low, high = sorted(float(_linear(color) @ TO_XYZ[1]) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: Any, other: Any, eyes: str = "all cones") -> float:
    """Return the distance of two colors in CIELAB, as these eyes see them."""
    return float(np.linalg.norm(_lab(one, eyes) - _lab(other, eyes)))


def flaws(figure: Figure) -> list[str]:
    """Return what in a figure is too pale, or differs from the rest by its color alone."""
    FigureCanvasAgg(figure).draw()
    return [*_pale_texts(figure), *_pale_marks(figure), *_by_color_alone(figure)]


def _pale_texts(figure: Figure) -> Iterator[str]:
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            found = contrast(text.get_color(), _ground(text))
            if found < TEXT:
                yield f"text {text.get_text()!r} has a contrast of {found:.2f}"


def _pale_marks(figure: Figure) -> Iterator[str]:
    for axes in figure.axes:
        for line in axes.lines:
            seen = [line.get_markeredgecolor()] if _marker(line) else []
            seen += [line.get_color()] if line.get_linestyle() != "None" else []
            if best(seen) < MARK:
                yield f"line {line.get_label()!r} has a contrast of {best(seen):.2f}"
        for area in (*axes.patches, *axes.collections):
            if best(_colors(area)) < MARK and (area.get_alpha() or 1) > TINT:
                yield f"{area} has a contrast of {best(_colors(area)):.2f}"


def _by_color_alone(figure: Figure) -> Iterator[str]:
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    for legend in filter(None, legends):
        looks = [_look(handle) for handle in legend.legend_handles]
        if len(set(looks)) < len(looks):
            yield f"a legend tells by color alone: {[t.get_text() for t in legend.get_texts()]}"


def best(colors: list[Any]) -> float:
    """Return the highest contrast to white of these colors; 21 without any."""
    return max((contrast(_on(color, WHITE)) for color in colors), default=21)


def _look(handle: Artist) -> tuple[Any, ...]:
    """Return the look of a legend's entry without its color."""
    if hasattr(handle, "get_linestyle") and hasattr(handle, "get_marker"):
        return handle.get_linestyle(), str(handle.get_marker()), handle.get_linewidth()
    paths = handle.get_paths() if hasattr(handle, "get_offsets") else []
    return handle.get_hatch(), *(path.vertices.round(3).tobytes() for path in paths)


def _colors(area: Artist) -> list[Any]:
    """Return the colors of a patch or a collection, with its edge if one is drawn."""
    faces, edges = area.get_facecolor(), area.get_edgecolor()
    if isinstance(area, Patch):
        faces, edges = [faces], [edges]
    drawn = np.max(area.get_linewidth()) > 0
    return [*faces, *(edges if drawn else ())]


def _ground(text: Any) -> tuple[float, ...]:
    """Return the color behind a text: its own box, else the patches under it, else white."""
    if box := text.get_bbox_patch():
        return _on(box.get_facecolor(), WHITE)
    ground: tuple[float, ...] = WHITE
    for patch in sorted(text.axes.patches if text.axes else (), key=lambda one: one.get_zorder()):
        window = text.get_window_extent()
        middle = (window.x0 + window.x1) / 2, (window.y0 + window.y1) / 2
        if patch.contains_point(middle):
            ground = _on(patch.get_facecolor(), ground)
    return ground


def _marker(line: Any) -> bool:
    return str(line.get_marker()) not in {"None", "", " "}


def _on(color: Any, ground: tuple[float, ...]) -> tuple[float, ...]:
    """Return a transparent color on this background."""
    *rgb, alpha = to_rgba(color)
    return tuple(alpha * c + (1 - alpha) * g for c, g in zip(rgb, ground, strict=True))


def _linear(color: Any) -> Any:
    """Return linear RGB."""
    rgb = np.array(to_rgba(color)[:3])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _lab(color: Any, eyes: str) -> Any:
    xyz = TO_XYZ @ np.clip(SEEN_BY[eyes] @ _linear(color), 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > 216 / 24_389, np.cbrt(xyz), (24_389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

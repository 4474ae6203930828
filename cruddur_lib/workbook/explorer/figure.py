"""The explorer's figure: the bill by mode, the break-even plane, and a month of one capacity.

It is drawn anew while a slider is dragged. So everything in it is made once and then only moved,
and what never moves is drawn once.
"""

from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from cruddur_lib.costs.planning.tariffs import Tariff
from cruddur_lib.workbook.explorer.month import DAYS, KINDS, MODES, ExplorerMonth
from cruddur_lib.workbook.figures.drawing import COLORS, WHITE, resolution

SHORT = ("on demand", "fixed", "autoscaled", "reserved")
BLUE, ORANGE, VERMILION, GREEN = COLORS[5], COLORS[1], COLORS[6], COLORS[3]
GREY = "0.55"
CENT = 1 / 100  # USD: a bill of nothing has an axis too
MARKS = {"reads": ("o", BLUE), "writes": ("s", VERMILION)}
MEANS = np.geomspace(1 / 100, 100_000, 120)  # units a second
TICKS = (1 / 100, 1, 100, 10_000)
PLACES = {  # left, bottom, width and height of each panel; a layout engine takes half the time
    "bill": (0.1, 0.6, 0.36, 0.32),
    "plane": (0.56, 0.6, 0.42, 0.32),
    "month": (0.1, 0.1, 0.88, 0.36),
}
HOURS = np.arange(24 * DAYS)
DPI = 80
SMALL: dict[str, Any] = {"fontsize": 8}


class Picture:
    """The three panels. Colours are told apart by marks, lines and words too."""

    def __init__(self, found: ExplorerMonth) -> None:
        """Drawn for what was found."""
        self.figure = Figure(figsize=(10, 5.6), dpi=resolution(DPI), facecolor=WHITE)
        self._bill, self._plane, self._month = (
            self.figure.add_axes(place) for place in PLACES.values()
        )
        self._make_bill()
        self._make_plane()
        self._make_month()
        self.show(found)
        for artist in self._moving():
            artist.set_animated(True)
        self._canvas = FigureCanvasAgg(self.figure)
        self._canvas.draw()
        self._still = self._canvas.copy_from_bbox(self.figure.bbox)

    def show(self, found: ExplorerMonth) -> None:
        """Moves everything to what was found."""
        self._show_bill(found)
        self._show_plane(found)
        self._show_month(found)

    def png(self) -> bytes:
        """The picture."""
        self._canvas.restore_region(self._still)
        for artist in sorted(self._moving(), key=lambda artist: artist.get_zorder()):
            self.figure.draw_artist(artist)
        drawn = BytesIO()
        pixels = np.ascontiguousarray(np.asarray(self._canvas.buffer_rgba())[:, :, :3])
        Image.fromarray(pixels).save(drawn, "png", compress_level=1)
        return drawn.getvalue()

    def _moving(self) -> list[Artist]:
        """What is not the same at each place of the sliders."""
        month = (self._has, self._wanted, self._refused, self._title, self._month.yaxis)
        plane = (*self._areas, self._line, *self._marks.values())
        return [*self._bars, *self._amounts, *plane, *month]

    def _make_bill(self) -> None:
        axes = self._bill
        self._bars = axes.barh(range(len(MODES)), [0.0] * len(MODES), color=GREY)
        self._amounts = [axes.text(0, at, "", va="center", **SMALL) for at in range(len(MODES))]
        axes.set_yticks(range(len(MODES)), SHORT)
        axes.set_xticks([])
        axes.invert_yaxis()
        axes.set_title("June's bill by mode, USD")
        axes.spines[["top", "right", "bottom"]].set_visible(False)

    def _show_bill(self, found: ExplorerMonth) -> None:
        most = max(*found.usd.values(), CENT)
        for mode, bar, amount in zip(MODES, self._bars, self._amounts, strict=True):
            best = mode == found.cheapest
            bar.set_width(found.usd[mode])
            bar.set_color(BLUE if best else GREY)
            amount.set_text(f"{found.usd[mode]:,.2f}{' (cheapest)' if best else ''}")
            amount.set_x(found.usd[mode] + most / 50)
        self._bill.set_xlim(0, 1.5 * most)

    def _make_plane(self) -> None:
        axes = self._plane
        (self._line,) = axes.plot(MEANS, MEANS, color="black", linewidth=1)
        self._areas = [
            axes.fill_between(MEANS, 0, 1, color=colour, alpha=0.15) for colour in (GREEN, ORANGE)
        ]
        self._marks = {
            name: axes.plot(
                [], [], marker, color=colour, markeredgecolor="black", label=f"{name}: you are here"
            )[0]
            for name, (marker, colour) in MARKS.items()
        }
        where: dict[str, Any] = {"transform": axes.transAxes, **SMALL}
        axes.text(1 / 50, 0.95, "provisioned is cheaper", va="top", **where)
        axes.text(0.98, 0.05, "on demand is cheaper", ha="right", **where)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xticks(TICKS, [f"{units:,g}" for units in TICKS])
        axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        axes.set(xlim=(MEANS[0], MEANS[-1]), ylim=(0, 1), title="Break-even of the modes")
        axes.set(xlabel="units a second, on average", ylabel="fixed units used")
        axes.legend(loc="upper right", frameon=False, **SMALL)

    def _show_plane(self, found: ExplorerMonth) -> None:
        line = break_even(found.kinds.writes.tariff)
        self._line.set_ydata(line)
        above, below = self._areas
        above.set_data(MEANS, line, np.ones_like(line))
        below.set_data(MEANS, np.zeros_like(line), line)
        for name, kind in zip(KINDS, found.kinds, strict=True):
            place = (min(max(kind.consumed, MEANS[0]), MEANS[-1]), kind.utilisation)
            self._marks[name].set_data([place[0]], [place[1]])

    def _make_month(self) -> None:
        axes, days = self._month, HOURS / 24 + 1
        (self._has,) = axes.step(days, days, color=BLUE, linewidth=2, where="post")
        (self._wanted,) = axes.plot(days, days, color=VERMILION, linewidth=0.8)
        (self._refused,) = axes.plot([], [], "x", color="black", markersize=5)
        self._has.set_label("auto scaling has, at most")
        self._wanted.set_label("wanted in the busiest minute")
        self._refused.set_label("an hour with throttles")
        axes.set_xticks([1, 5, 10, 15, 20, 25, 30])
        axes.set(xlim=(1, 1 + DAYS), xlabel="day of June (UTC)")
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter("{x:,g}")
        beside: dict[str, Any] = {"rotation": "vertical", "va": "center"}
        axes.text(-0.1, 1 / 2, "write units a second", transform=axes.transAxes, **beside)
        self._title = axes.set_title("")
        axes.legend(loc="upper right", ncols=3, frameon=False, **SMALL)

    def _show_month(self, found: ExplorerMonth) -> None:
        refused = found.refused > 0
        self._has.set_ydata(found.provisioned)
        self._wanted.set_ydata(found.wanted)
        self._refused.set_data(HOURS[refused] / 24 + 1, found.wanted[refused])
        highest = max(float(found.provisioned.max()), float(found.wanted.max()))
        self._month.set_ylim(0, 5 / 4 * highest)
        self._title.set_text(
            f"Writes of the {found.shown}, by the hour, auto scaling at {found.choice.target} %: "
            f"{int(refused.sum()):,} hours with throttles"
        )


def in_words(found: ExplorerMonth) -> str:
    """What the picture shows, for who cannot see it."""
    bills = ", ".join(f"{mode} {usd:,.2f}" for mode, usd in found.usd.items())
    used = ". ".join(
        f"{name.capitalize()}: {kind.consumed:,.2f} units a second on average, "
        f"{kind.fixed:,} fixed units, {kind.utilisation:.0%} of them used"
        for name, kind in found.kinds._asdict().items()
    )
    return (
        f"USD for June, 720 hours: {bills}. Cheapest: {found.cheapest}. {used}. "
        f"Without the free tier provisioned units are cheaper from "
        f"{float(found.kinds.writes.tariff.break_even):.1%} used on. Auto scaling at "
        f"{found.choice.target} % throttles {found.refused.sum():,.0f} write units of the "
        f"{found.shown} in the month."
    )


def break_even(tariff: Tariff) -> Any:
    """The share of fixed units that must be used for both modes to cost the same, at each of
    `MEANS` units a second: less where a part of the units is free.
    """
    free = float(tariff.free_unit_hours) / HOURS.size  # units
    return np.minimum(MEANS / (free + MEANS / float(tariff.break_even)), 1)

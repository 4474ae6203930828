"""The explorer's figure: the bill by mode, the break-even plane, and a month of one capacity.

It is drawn again while a slider moves. To be fast, it makes each artist once and then only moves
it. What never moves is drawn once.
"""

from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from cruddur_lib.costs.planning.billed_hours import HOURS_PER_MONTH
from cruddur_lib.costs.planning.tariffs import Tariff
from cruddur_lib.workbook.explorer.month import DAYS, MODES, ExplorerMonth
from cruddur_lib.workbook.figures.drawing import COLORS, WHITE, resolution

SHORT = ("on demand", "fixed", "autoscaled", "reserved")
BLUE, ORANGE, VERMILION, GREEN = COLORS[5], COLORS[1], COLORS[6], COLORS[3]
GRAY = "0.55"
MARKS = (("reads: you are here", "o", BLUE), ("writes: you are here", "s", VERMILION))
MEANS = np.geomspace(1 / 100, 100_000, 120)  # units a second
TICKS = (1 / 100, 1, 100, 10_000)
# Left, bottom, width and height of each panel. A layout engine would take half of the drawing time.
PLACES = ((0.1, 0.6, 0.36, 0.32), (0.56, 0.6, 0.42, 0.32), (0.1, 0.1, 0.88, 0.36))
HOURS = np.arange(24 * DAYS)
SMALL: dict[str, Any] = {"fontsize": 8}


class Picture:
    """The three panels. They can be read without seeing colors."""

    def __init__(self, month: ExplorerMonth) -> None:
        """Draw the panels for a month."""
        self.figure = Figure(figsize=(10, 5.6), dpi=resolution(80), facecolor=WHITE)
        self._bill, self._plane, self._month = map(self.figure.add_axes, PLACES)
        self._make_bill()
        self._make_plane()
        self._make_month()
        self.show(month)
        for artist in self._moving():
            artist.set_animated(True)
        self._canvas = FigureCanvasAgg(self.figure)
        self._canvas.draw()
        self._background = self._canvas.copy_from_bbox(self.figure.bbox)

    def show(self, month: ExplorerMonth) -> None:
        """Move the artists to where this month has them."""
        self._show_bill(month)
        self._show_plane(month)
        self._show_month(month)

    def png(self) -> bytes:
        """Return the picture as PNG."""
        self._canvas.restore_region(self._background)
        for artist in sorted(self._moving(), key=lambda artist: artist.get_zorder()):
            self.figure.draw_artist(artist)
        data = BytesIO()
        pixels = np.ascontiguousarray(np.asarray(self._canvas.buffer_rgba())[:, :, :3])
        Image.fromarray(pixels).save(data, "png", compress_level=1)
        return data.getvalue()

    def _moving(self) -> list[Artist]:
        """Return the artists that depend on the sliders."""
        month = (self._capacity, self._demand, self._throttled, self._title, self._month.yaxis)
        return [*self._bars, *self._amounts, *self._areas, self._line, *self._marks, *month]

    def _make_bill(self) -> None:
        axes = self._bill
        self._bars = axes.barh(range(len(MODES)), [0.0] * len(MODES), color=GRAY)
        self._amounts = [axes.text(0, at, "", va="center", **SMALL) for at in range(len(MODES))]
        axes.set_yticks(range(len(MODES)), SHORT)
        axes.set_xticks([])
        axes.invert_yaxis()
        axes.set_title("A month's bill by mode, USD")
        axes.spines[["top", "right", "bottom"]].set_visible(False)

    def _show_bill(self, month: ExplorerMonth) -> None:
        most = max(*month.usd.values(), 1 / 100)  # the axis of a bill of 0 ends at a cent
        for mode, bar, amount in zip(MODES, self._bars, self._amounts, strict=True):
            best = mode == month.cheapest
            bar.set_width(month.usd[mode])
            bar.set_color(BLUE if best else GRAY)
            amount.set_text(f"{month.usd[mode]:,.2f}{' (cheapest)' if best else ''}")
            amount.set_x(month.usd[mode] + most / 50)
        self._bill.set_xlim(0, 1.5 * most)

    def _make_plane(self) -> None:
        axes = self._plane
        (self._line,) = axes.plot(MEANS, MEANS, color="black", linewidth=1)
        self._areas = [
            axes.fill_between(MEANS, 0, 1, color=color, alpha=0.15) for color in (GREEN, ORANGE)
        ]
        self._marks = [
            axes.plot([], [], marker, color=color, markeredgecolor="black", label=label)[0]
            for label, marker, color in MARKS
        ]
        style: dict[str, Any] = {"transform": axes.transAxes, **SMALL}
        axes.text(1 / 50, 0.95, "provisioned is cheaper", va="top", **style)
        axes.text(0.98, 0.05, "on demand is cheaper", ha="right", **style)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xticks(TICKS, [f"{units:,g}" for units in TICKS])
        axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        axes.set(xlim=(MEANS[0], MEANS[-1]), ylim=(0, 1), title="Break-even of the modes")
        axes.set(xlabel="units a second, on average", ylabel="fixed units used")
        axes.legend(loc="upper right", frameon=False, **SMALL)

    def _show_plane(self, month: ExplorerMonth) -> None:
        line = break_even(month.kinds.writes.tariff)
        self._line.set_ydata(line)
        above, below = self._areas
        above.set_data(MEANS, line, np.ones_like(line))
        below.set_data(MEANS, np.zeros_like(line), line)
        for mark, kind in zip(self._marks, month.kinds, strict=True):
            mark.set_data([min(max(kind.consumed, MEANS[0]), MEANS[-1])], [kind.utilization])

    def _make_month(self) -> None:
        axes, days = self._month, HOURS / 24 + 1
        (self._capacity,) = axes.step(days, days, color=BLUE, linewidth=2, where="post")
        (self._demand,) = axes.plot(days, days, color=VERMILION, linewidth=0.8)
        (self._throttled,) = axes.plot([], [], "x", color="black", markersize=5)
        self._capacity.set_label("auto scaling has, at most")
        self._demand.set_label("wanted in the busiest minute")
        self._throttled.set_label("an hour with throttles")
        axes.set_xticks([1, 5, 10, 15, 20, 25, 30])
        axes.set(xlim=(1, 1 + DAYS), xlabel="day (UTC)")
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter("{x:,g}")
        beside: dict[str, Any] = {"rotation": "vertical", "va": "center"}
        axes.text(-0.1, 1 / 2, "write units a second", transform=axes.transAxes, **beside)
        self._title = axes.set_title("")
        axes.legend(loc="upper right", ncols=3, frameon=False, **SMALL)

    def _show_month(self, month: ExplorerMonth) -> None:
        throttled = month.throttled_units > 0
        self._capacity.set_ydata(month.provisioned)
        self._demand.set_ydata(month.demand)
        self._throttled.set_data(HOURS[throttled] / 24 + 1, month.demand[throttled])
        highest = max(float(month.provisioned.max()), float(month.demand.max()))
        self._month.set_ylim(0, 5 / 4 * highest)
        self._title.set_text(
            f"Writes of the {month.traced_part}, by the hour, auto scaling at "
            f"{month.choice.target} %: {int(throttled.sum()):,} hours with throttles"
        )


def in_words(month: ExplorerMonth) -> str:
    """Return the picture's alt text."""
    bills = ", ".join(f"{mode} {usd:,.2f}" for mode, usd in month.usd.items())
    used = ". ".join(
        f"{name.capitalize()}: {kind.consumed:,.2f} units a second on average, "
        f"{kind.fixed:,} fixed units, {kind.utilization:.0%} of them used"
        for name, kind in month.kinds._asdict().items()
    )
    return (
        f"USD a month of 730 hours: {bills}. Cheapest: {month.cheapest}. {used}. "
        f"Without the free tier provisioned units are cheaper from "
        f"{float(month.kinds.writes.tariff.break_even):.1%} used on. Auto scaling at "
        f"{month.choice.target} % throttles {month.throttled_units.sum():,.0f} write units of the "
        f"{month.traced_part} in the month."
    )


def break_even(tariff: Tariff) -> Any:
    """Return the utilization at which both modes cost the same, for each of `MEANS`.

    It is lower where the free tier covers a part of the units.
    """
    free = float(tariff.free_unit_hours) / HOURS_PER_MONTH  # units
    return np.minimum(MEANS / (free + MEANS / float(tariff.break_even)), 1)

"""The explorer's figure: the bill by mode, the break-even plane, and a month of one capacity.

It is drawn anew while a slider is dragged, so what is in it is made once and then only moved.
"""

from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from cruddur_lib.costs.tariffs import Tariff
from cruddur_lib.workbook.explored import DAYS, KINDS, MODES, Explored
from cruddur_lib.workbook.figures import COLOURS, WHITE

SHORT = ("on demand", "fixed", "autoscaled", "reserved")
BLUE, ORANGE, VERMILION, GREEN = COLOURS[5], COLOURS[1], COLOURS[6], COLOURS[3]
GREY = "0.75"
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

    def __init__(self, found: Explored) -> None:
        """Drawn for what was found."""
        self.figure = Figure(figsize=(10, 5.6), dpi=DPI, facecolor=WHITE)
        self._bill, self._plane, self._month = (
            self.figure.add_axes(place) for place in PLACES.values()
        )
        self._make_bill()
        self._make_plane()
        self._make_month()
        self.show(found)

    def show(self, found: Explored) -> None:
        """Moves everything to what was found."""
        self._show_bill(found)
        self._show_plane(found)
        self._show_month(found)

    def png(self) -> bytes:
        """The picture."""
        drawn = BytesIO()
        self.figure.savefig(drawn, format="png", pil_kwargs={"compress_level": 1})
        return drawn.getvalue()

    def _make_bill(self) -> None:
        axes = self._bill
        self._bars = axes.barh(range(len(MODES)), [0.0] * len(MODES), color=GREY)
        self._amounts = [axes.text(0, at, "", va="center", **SMALL) for at in range(len(MODES))]
        axes.set_yticks(range(len(MODES)), SHORT)
        axes.set_xticks([])
        axes.invert_yaxis()
        axes.set_title("June's bill by mode, USD")
        axes.spines[["top", "right", "bottom"]].set_visible(False)

    def _show_bill(self, found: Explored) -> None:
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
        self._areas: list[Any] = []
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
        axes.legend(loc="upper right", **SMALL)

    def _show_plane(self, found: Explored) -> None:
        line = break_even(found.kinds.writes.tariff)
        self._line.set_ydata(line)
        for area in self._areas:
            area.remove()
        self._areas = [
            self._plane.fill_between(MEANS, line, 1, color=GREEN, alpha=0.15),
            self._plane.fill_between(MEANS, 0, line, color=ORANGE, alpha=0.15),
        ]
        for name, kind in zip(KINDS, found.kinds, strict=True):
            place = (min(max(kind.consumed, MEANS[0]), MEANS[-1]), kind.utilisation)
            self._marks[name].set_data([place[0]], [place[1]])

    def _make_month(self) -> None:
        axes, days = self._month, HOURS / 24 + 1
        (self._has,) = axes.step(days, days, color=BLUE, linewidth=1, where="post")
        (self._wanted,) = axes.plot(days, days, color=ORANGE, linewidth=0.8)
        (self._refused,) = axes.plot([], [], "x", color="black", markersize=5)
        self._has.set_label("auto scaling has, at most")
        self._wanted.set_label("wanted in the busiest minute")
        axes.set_xticks([1, 5, 10, 15, 20, 25, 30])
        axes.set(xlim=(1, 1 + DAYS), xlabel="day of June (UTC)", ylabel="write units a second")
        self._title = axes.set_title("")

    def _show_month(self, found: Explored) -> None:
        refused = found.refused > 0
        self._has.set_ydata(found.provisioned)
        self._wanted.set_ydata(found.wanted)
        self._refused.set_data(HOURS[refused] / 24 + 1, found.wanted[refused])
        self._refused.set_label(f"hours with throttles ({int(refused.sum())})")
        highest = max(float(found.provisioned.max()), float(found.wanted.max()))
        self._month.set_ylim(0, 5 / 4 * highest)
        part, target = found.shown, found.choice.target
        self._title.set_text(f"Writes of the {part}, by the hour, auto scaling at {target} %")
        self._month.legend(loc="upper right", ncols=3, **SMALL)


def in_words(found: Explored) -> str:
    """What the picture shows, for who cannot see it."""
    bills = ", ".join(f"{mode} {usd:,.2f}" for mode, usd in found.usd.items())
    used = "; ".join(
        f"{name} {kind.consumed:,.2f} units a second on average, {kind.fixed:,} fixed units, "
        f"{kind.utilisation:.0%} of them used"
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
    free = float(tariff.free) / HOURS.size  # units
    return np.minimum(MEANS / (free + MEANS / float(tariff.break_even)), 1)

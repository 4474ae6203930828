"""The explorer: sliders for how people use Cruddur, and what a month costs in each mode.

    explorer = Explorer(lesson)
    explorer.show()                       # in JupyterLab; only a figure where there are no widgets

The arrow keys move each slider, and text beside the figure says what it shows. When a user first
chooses a design or a size in KB, its requests are metered on a table of their own. Afterwards each
move of a slider only computes and draws the month.
"""

import base64
from dataclasses import replace
from functools import cached_property
from html import escape
from math import ceil
from typing import Any

from IPython.display import display
from ipywidgets import (
    HTML,
    Checkbox,
    Dropdown,
    FloatSlider,
    GridBox,
    IntSlider,
    Layout,
    SelectionSlider,
    ValueWidget,
    VBox,
)

from cruddur_lib.costs.billing.price_book import PriceBook, PriceUnknown
from cruddur_lib.costs.billing.price_list import price_list
from cruddur_lib.costs.planning.tariffs import tariffs
from cruddur_lib.costs.traffic.patterns import Pattern
from cruddur_lib.costs.units.sizes import KB, item_size
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.messaging.entities import preview
from cruddur_lib.workbook.experiments.design_costs import people, text_for
from cruddur_lib.workbook.experiments.footprint import Habits, footprint
from cruddur_lib.workbook.explorer.figure import Picture, in_words
from cruddur_lib.workbook.explorer.month import MODES, ON, ExplorerChoice, ExplorerMonth, explore
from cruddur_lib.workbook.figures.drawing import Drawing
from cruddur_lib.workbook.sandbox.repeatable import clock, uuids
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

USERS = [n * 10**power for power in range(1, 7) for n in (1, 2, 3, 5)] + [10**7]  # slider steps


class Explorer:
    """A choice, its month, and the widgets that change it."""

    def __init__(self, lesson: Sandbox, choice: ExplorerChoice | None = None) -> None:
        """Compute the month of a choice.

        Args:
            lesson: the lesson whose engine the requests are metered on.
            choice: what the sliders show at first; None for `ExplorerChoice()`.
        """
        self._lesson = lesson
        self._metered: dict[tuple[str, int, int], tuple[Pattern, ...]] = {}
        self.choice = choice or ExplorerChoice()
        self.month = explore(self.choice, self._patterns())
        self._picture = Picture(self.month)
        self.figure = HTML()  # the picture with its alt text
        self.words = HTML()  # a table of the modes, which a screen reader reads when it changes

    def move(self, **changed: Any) -> ExplorerMonth:
        """Change parts of the choice, as the sliders do, and return the new month."""
        self.choice = replace(self.choice, **changed)
        self.month = explore(self.choice, self._patterns())
        self._picture.show(self.month)
        return self.month

    def show(self) -> None:
        """Display the widgets, or only the figure where a viewer has no widgets."""
        self._fill()
        bundle = self.panel._repr_mimebundle_().items()
        view = {key: value for key, value in bundle if "widget-view" in key}
        words = in_words(self.month)
        html = Drawing(self._picture.figure, words).html()
        display({**view, "text/html": html, "text/plain": words}, raw=True)

    @cached_property
    def panel(self) -> VBox:
        """The sliders, the figure and the text."""
        for widget in self.widgets.values():
            widget.observe(self._on_change, names="value")
        grid = Layout(grid_template_columns="repeat(auto-fit, minmax(26em, 1fr))", width="100%")
        controls = GridBox(list(self.widgets.values()), layout=grid)
        return VBox([controls, self.figure, self.words])

    @cached_property
    def widgets(self) -> dict[str, ValueWidget]:
        """The widget of each part of the choice."""
        style, layout = {"description_width": "11em"}, Layout(width="auto")
        common: dict[str, Any] = {"style": style, "layout": layout}
        options = [(f"{number:,}", number) for number in sorted({*USERS, self.choice.users})]
        made = {
            "users": SelectionSlider(options=options, description="users", **common),
            "messages": _whole("messages a day", 1, 200, **common),
            "opens": _whole("inbox opens a day", 0, 100, **common),
            "size": _whole("message, bytes", 300, 2_200, 50, **common),
            "burstiness": FloatSlider(
                min=0, max=3, step=0.1, description="burstiness", readout_format=".1f", **common
            ),
            "target": _whole("target, %", 20, 90, **common),
            "design": Dropdown(options=sorted(DESIGNS), description="design", **common),
            "region": Dropdown(options=regions(), description="Region", **common),
            "free_tier": Checkbox(description="free tier", indent=True, **common),
        }
        for name, widget in made.items():
            widget.value = getattr(self.choice, name)
        return made

    def _patterns(self) -> tuple[Pattern, ...]:
        """Return what a message and an opened inbox consume, with the choice's calls a day.

        Requests are metered once for each design, size in KB and length of the preview.
        """
        design = self.choice.design
        sandbox = replace(self._lesson, design=design, clock=clock(), new_uuid=uuids(design))
        text = text_for(sandbox, self.choice.size)
        receiver, sender = people(2)
        row = sandbox.inbox().message_row(sandbox.inbox().draft(sender, receiver, text))
        key = design, ceil(item_size(row) / KB), len(preview(text))
        if key not in self._metered:
            self._metered[key] = footprint(sandbox, design, Habits(), text).patterns
        calls = {"send": self.choice.messages, "inbox": self.choice.opens}
        return tuple(
            replace(pattern, per_user_per_day=calls[pattern.name])
            for pattern in self._metered[key]
            if pattern.name in calls
        )

    def _on_change(self, _: Any) -> None:
        """Follow a widget that a user moved."""
        values = {name: widget.value for name, widget in self.widgets.items()}
        if values != vars(self.choice):
            self.move(**values)
            self._fill()

    def _fill(self) -> None:
        self.figure.value = self.html()
        self.words.value = _table(self.month)

    def html(self) -> str:
        """Return the picture as HTML with its alt text."""
        data = base64.b64encode(self._picture.png()).decode()
        alt = escape(in_words(self.month))
        return f'<img style="max-width: 100%" alt="{alt}" src="data:image/png;base64,{data}">'


def regions() -> list[str]:
    """Return the Regions whose prices for the explorer are all known."""
    known = []
    for region in price_list().regions:
        try:
            tariffs(PriceBook(region, on=ON), years=1)
        except PriceUnknown:
            continue
        known.append(region)
    return known


def _whole(label: str, low: int, high: int, step: int = 1, **common: Any) -> IntSlider:
    return IntSlider(min=low, max=high, step=step, description=label, value=low, **common)


def _table(month: ExplorerMonth) -> str:
    """Return the month in words, with the users that a slider hides, and its modes as a table."""
    rows = "".join(
        f'<tr><th scope="row">{mode}</th><td>{month.usd[mode]:,.2f}</td>'
        f"<td>{month.throttled_share[mode]:.4%}</td></tr>"
        for mode in MODES
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("mode", "USD a month", "throttled"))
    words = f"{month.choice.users:,} users. {in_words(month)}"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div role="status"><p>{escape(words)}</p>{table}</div>'

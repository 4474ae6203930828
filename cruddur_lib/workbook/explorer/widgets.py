"""The explorer: sliders for what a feature is used like, and what that costs in each mode.

    explorer = Explorer(lesson)
    explorer.show()                       # in JupyterLab; a figure where there are no widgets

Each slider takes the keyboard's arrows, and all that is drawn stands beside it in words. Units are
metered on a table of its own when a design, or another KB of a message, is chosen for the first
time; after that a month is worked out and drawn anew while a slider moves.
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

USERS = [number * 10**power for power in range(1, 7) for number in (1, 2, 3, 5)] + [
    10**7
]  # as far apart as a slider needs
WIDE = Layout(width="auto")
LABELS = {"description_width": "11em"}


class Explorer:
    """A choice, what it costs, and the widgets that move it."""

    def __init__(self, lesson: Sandbox, choice: ExplorerChoice | None = None) -> None:
        """Metered and worked out for the choice, or for that of `Choice()`."""
        self._lesson = lesson
        self._metered: dict[tuple[str, int, int], tuple[Pattern, ...]] = {}
        self.choice = choice or ExplorerChoice()
        self.found = self._explore()
        self._picture = Picture(self.found)

    def move(self, **changed: Any) -> ExplorerMonth:
        """What is found with these parts of the choice changed; the widgets follow."""
        self.choice = replace(self.choice, **changed)
        self.found = self._explore()
        self._picture.show(self.found)
        return self.found

    def show(self) -> None:
        """Nothing; displays the widgets, or the figure alone where a viewer has none."""
        self._fill()
        bundle = self.panel._repr_mimebundle_()
        view = {key: value for key, value in bundle.items() if "widget-view" in key}
        still = Drawing(self._picture.figure, in_words(self.found)).html()
        display({**view, "text/html": still, "text/plain": in_words(self.found)}, raw=True)

    @cached_property
    def panel(self) -> VBox:
        """The sliders, the figure and the words."""
        for widget in self.widgets.values():
            widget.observe(self._moved, names="value")
        grid = Layout(grid_template_columns="repeat(auto-fit, minmax(26em, 1fr))", width="100%")
        controls = GridBox(list(self.widgets.values()), layout=grid)
        return VBox([controls, self.figure, self.words])

    @cached_property
    def widgets(self) -> dict[str, ValueWidget]:
        """What moves each part of the choice."""
        now = self.choice
        users = sorted({*USERS, now.users})
        common: dict[str, Any] = {"style": LABELS, "layout": WIDE}
        options = [(f"{number:,}", number) for number in users]
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
            widget.value = getattr(now, name)
        return made

    @cached_property
    def figure(self) -> HTML:
        """The picture with its words as alt text."""
        return HTML()

    @cached_property
    def words(self) -> HTML:
        """A table of the modes, which a screen reader tells when it changes."""
        return HTML()

    def _explore(self) -> ExplorerMonth:
        return explore(self.choice, self._patterns())

    def _patterns(self) -> tuple[Pattern, ...]:
        """What a message and an opened inbox consume, as often a day as the choice says."""
        choice = self.choice
        often = {"send": choice.messages, "inbox": choice.opens}
        return tuple(
            replace(pattern, per_user_per_day=often[pattern.name])
            for pattern in self._metered_once(choice.design, choice.size)
            if pattern.name in often
        )

    def _metered_once(self, design: str, size: int) -> tuple[Pattern, ...]:
        """Units go by the KB that a message's row fills, and by its preview in other rows."""
        aside = replace(self._lesson, design=design, clock=clock(), new_uuid=uuids(design))
        text = text_for(aside, size)
        receiver, sender = people(2)
        row = aside.inbox().message_row(aside.inbox().draft(sender, receiver, text))
        known = design, ceil(item_size(row) / KB), len(preview(text))
        if known not in self._metered:
            self._metered[known] = footprint(aside, design, Habits(), text).patterns
        return self._metered[known]

    def _moved(self, _: Any) -> None:
        """A widget has moved."""
        asked = {name: widget.value for name, widget in self.widgets.items()}
        if any(getattr(self.choice, name) != value for name, value in asked.items()):
            self.move(**asked)
            self._fill()

    def _fill(self) -> None:
        self.figure.value = self.html()
        self.words.value = _table(self.found)

    def html(self) -> str:
        """The picture as HTML, with its words as alt text."""
        data = base64.b64encode(self._picture.png()).decode()
        alt = escape(in_words(self.found))
        return f'<img style="max-width: 100%" alt="{alt}" src="data:image/png;base64,{data}">'


def regions() -> list[str]:
    """The Regions that have all the prices that the explorer asks for."""
    found = []
    for region in price_list().regions:
        try:
            tariffs(PriceBook(region, on=ON), years=1)
        except PriceUnknown:
            continue
        found.append(region)
    return found


def _whole(label: str, low: int, high: int, step: int = 1, **common: Any) -> IntSlider:
    return IntSlider(min=low, max=high, step=step, description=label, value=low, **common)


def _table(found: ExplorerMonth) -> str:
    """The modes in words and numbers, with their units; and the number of users, as a slider says
    to a screen reader only which of its steps it is on.
    """
    rows = "".join(
        f'<tr><th scope="row">{mode}</th><td>{found.usd[mode]:,.2f} USD</td>'
        f"<td>{found.throttled[mode]:.4%}</td></tr>"
        for mode in MODES
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("mode", "June", "throttled"))
    said = f"{found.choice.users:,} users. {in_words(found)}"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div role="status"><p>{escape(said)}</p>{table}</div>'

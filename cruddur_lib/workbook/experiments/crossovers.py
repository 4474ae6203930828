"""Where two designs of the inbox cost the same, by how often an inbox is opened per message.

Costs are in write units of one message and its inbox opens. Read units are converted at their
on-demand price (see `design_costs`).
"""

from collections.abc import Mapping
from itertools import combinations

from cruddur_lib.messaging.inbox import PAGE_SIZE
from cruddur_lib.workbook.experiments.design_costs import DesignCosts

Crossings = dict[tuple[str, str], float]  # two designs: opens per message
MOST = 8  # inbox opens per message: where the figure ends


def crossing(one: DesignCosts, other: DesignCosts, groups: int = PAGE_SIZE) -> float | None:
    """Return the inbox opens per message at which both designs cost the same.

    Args:
        one: costs of the first design.
        other: costs of the second design.
        groups: message groups in the inbox.

    Returns:
        Opens per message, or None if one design is never cheaper.
    """
    at_0, at_1 = (
        one.units_per_message(n, groups) - other.units_per_message(n, groups) for n in (0, 1)
    )
    change = round(at_0 - at_1, 9)  # with each open; rounded, so that parallel lines have exactly 0
    return at_0 / change if at_0 * change > 0 else None


def crossings(costs: Mapping[str, DesignCosts]) -> Crossings:
    """Return where any two of the designs cost the same, sorted by opens per message."""
    found = {
        (one, other): at
        for one, other in combinations(costs, 2)
        if (at := crossing(costs[one], costs[other])) is not None
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def cheapest(costs: Mapping[str, DesignCosts], opened: float, groups: int = PAGE_SIZE) -> str:
    """Return the name of the cheapest design.

    Args:
        costs: the designs by name.
        opened: inbox opens per message.
        groups: message groups in the inbox.
    """
    return min(costs, key=lambda name: costs[name].units_per_message(opened, groups))


def turning_points(costs: Mapping[str, DesignCosts]) -> Crossings:
    """Return the crossings at which another design becomes the cheapest."""
    return {
        pair: at
        for pair, at in crossings(costs).items()
        if {cheapest(costs, at - 1e-6), cheapest(costs, at + 1e-6)} == set(pair)
    }


def visible_crossings(costs: Mapping[str, DesignCosts]) -> Crossings:
    """Return the crossings within the figure."""
    return {pair: at for pair, at in crossings(costs).items() if at <= MOST}

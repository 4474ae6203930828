"""Tests of tests/helpers/seen.py against published numbers, and that it finds each flaw."""

import pytest
from matplotlib.figure import Figure

from cruddur_lib.workbook.figures.drawing import COLORS, fill, new
from tests.helpers.seen import JUST_NOTICED, SEEN_BY, contrast, distance, flaws


@pytest.mark.parametrize(
    ("color", "ratio"),
    [
        pytest.param("#000000", 21, id="WCAG: black on white"),
        pytest.param("#ffffff", 1, id="WCAG: a color on itself"),
        pytest.param("#767676", 4.54, id="WebAIM: the palest grey for text"),
        pytest.param("#949494", 3.03, id="WebAIM: the palest grey for marks"),
        pytest.param("#ff0000", 4.00, id="WebAIM: red"),
    ],
)
def test_contrast_to_white(color, ratio):
    """The contrast is that of WCAG's checkers."""
    assert contrast(color) == pytest.approx(ratio, abs=0.005)


def test_red_and_green_are_alike_without_cones_for_one_of_them():
    """Brown and olive are close without red or green cones; blue and yellow stay apart."""
    for eyes in ("protanopia", "deuteranopia"):
        assert distance("#a52a2a", "#556b2f", eyes) < distance("#a52a2a", "#556b2f") / 2
        assert distance("#0000ff", "#ffff00", eyes) > 100


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_colors_of_figures_stay_apart(eyes):
    """Any two of Okabe and Ito's colors are easy to tell apart with these eyes."""
    pairs = [(one, other) for one in COLORS for other in COLORS if one < other]

    assert min(distance(one, other, eyes) for one, other in pairs) > 6 * JUST_NOTICED


def figure_of(draw) -> Figure:
    """Return a figure with a legend."""
    figure = new(4, 2)
    axes = figure.subplots()
    draw(axes)
    axes.legend(*axes.get_legend_handles_labels())
    return figure


@pytest.mark.parametrize(
    ("draw", "flaw"),
    [
        (lambda axes: axes.plot([1, 2], color=COLORS[1], label="a"), "line 'a' has a contrast"),
        (lambda axes: axes.plot([1], "o", color=COLORS[1], label="a"), "line 'a' has a contrast"),
        (lambda axes: axes.bar(1, 2, color=COLORS[2], label="a"), "Rectangle"),
        (lambda axes: axes.scatter(1, 2, color=COLORS[4], label="a"), "PathCollection"),
        (lambda axes: axes.bar(1, 2, color=COLORS[5], alpha=0.4, label="a"), "Rectangle"),
        (lambda axes: axes.text(0, 0, "pale", color="#777777"), "text 'pale'"),
        (lambda axes: (axes.bar(0, 1, color=COLORS[5]), axes.text(0, 0.5, "dark")), "text 'dark'"),
        (lambda axes: [axes.plot([1, n], color=COLORS[n], label=f"{n}") for n in (5, 6)], "alone"),
        (lambda axes: [axes.bar(n, n, color=COLORS[n], label=f"{n}") for n in (5, 6)], "alone"),
        (lambda axes: [axes.scatter(1, n, c=COLORS[n], label=f"{n}") for n in (5, 6)], "alone"),
    ],
    ids=[
        "line", "mark", "area", "dot", "opacity", "text", "text on an area",
        "lines by color", "areas by color", "dots by color",
    ],
)  # fmt: skip
def test_a_flaw_is_found(draw, flaw):
    """Each flaw of this list is reported."""
    assert any(flaw in found for found in flaws(figure_of(draw)))


def test_what_is_told_apart_otherwise_is_no_flaw():
    """Dashes, marks, hatches, dark edges and pale backgrounds are accepted."""

    def well(axes):
        axes.plot([1, 2], color=COLORS[5], label="a")
        axes.plot([1, 3], "--", color=COLORS[6], label="b")
        axes.plot([1], "o", color=COLORS[1], markeredgecolor="black", label="c")
        for place in range(1, 8):
            if place != 5:
                axes.bar(place, place, label=f"{place}", **fill(place))
        axes.fill_between([1, 2], [1, 1], color=COLORS[3], alpha=0.15)
        axes.text(5, 5, "on white")

    assert flaws(figure_of(well)) == []

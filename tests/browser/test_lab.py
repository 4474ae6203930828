"""Every notebook in JupyterLab in a browser: run, looked at, answered by keyboard."""

import os
import re
from pathlib import Path

import nbformat
import pytest

from cruddur_lib.workbook.exercises import exercises_of

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
pytestmark = pytest.mark.browser

SIGNATURE = re.compile("^Write units of one message, reads included")  # of 04
OURS = {"include": [[".jp-OutputArea-output"], [".jp-RenderedMarkdown"]]}  # not JupyterLab's own
KNOWN = {
    "empty-table-header",  # the corner of a table, as pandas makes it
    "aria-input-field-name",  # handles of sliders: ipywidgets hands noUiSlider no name for them
}
BAD = ", ".join(
    f'.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.{kind}"]'
    for kind in ("stderr", "error")
)


def kept(locator, name):
    """Save a picture for README, if a folder for it is named."""
    if folder := os.environ.get("CRUDDUR_PICTURES"):
        locator.screenshot(path=Path(folder) / f"{name}.png")


def hard_to_perceive(page):
    """Return what axe-core finds in our outputs and text: the rule and the piece of HTML.

    Contrasts are those of the theme that is on.
    """
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, OURS).response["violations"]
    return [
        (rule["id"], node["html"][:200])
        for rule in found
        if rule["id"] not in KNOWN
        for node in rule["nodes"]
    ]


def code(path):
    """Return the notebook's code cells that are not empty."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def figures(cells):
    """Count the figures that these cells have stored."""
    return sum(
        "<img" in output.get("data", {}).get("text/html", "") for c in cells for output in c.outputs
    )


@every_notebook
def test_run_all_cells(path, lab, opened):
    """Run All draws every figure with its alt text, without errors, requests or axe findings."""
    cells = code(path)
    notebook = opened(lab, path.stem)
    notebook.run_all(len(cells))

    bad = notebook.panel.locator(BAD)
    assert bad.count() == 0, bad.first.inner_text()
    images = notebook.panel.locator(".jp-OutputArea img")
    assert images.count() >= figures(cells)
    for image in images.all():
        assert image.evaluate("image => image.complete && image.naturalWidth > 100")
        assert len(image.get_attribute("alt")) > 20
    assert (notebook.errors, notebook.outside) == ([], [])
    assert hard_to_perceive(notebook.page) == []
    for image in notebook.panel.get_by_alt_text(SIGNATURE).all():
        kept(image, "signature")


def test_a_check_is_answered_by_the_keyboard(lab, opened):
    """A check tells dots, a known mistake, another mistake, a text and the right answer apart."""
    path = PATHS[0]
    exercise = exercises_of(path.stem)["pages"]
    notebook = opened(lab, path.stem)
    notebook.run_all(len(code(path)))
    cell = notebook.cell('lesson.predict("pages"')

    said = {
        given: notebook.write(cell, f'lesson.check("pages", {given})')
        for given in ("...", 5, 99, "'six'", 6)
    }

    notebook.write(cell, 'lesson.check("pages", 5)')
    kept(cell, "check")

    assert said["..."].startswith("pages: not answered yet.")
    assert next(m.explanation for m in exercise.mistakes if m.answer == 5) in said[5]
    assert "Hint: " in said[99]
    assert "'six' is not a number; give pages, without quotes." in said["'six'"]
    assert said[6].startswith("pages: right, 6 pages.")


def test_nobody_is_asked_about_news(lab, opened):
    """The environment switches off the question about news, which would cover each page."""
    page = opened(lab, PATHS[0].stem).page
    page.wait_for_timeout(3_000)  # it is asked when all else stands

    assert page.locator(".Toastify__toast").count() == 0


def test_figures_are_legible_in_the_dark(dark_lab, opened):
    """On a dark page, figures keep their white ground."""
    path = PATHS[0]
    notebook = opened(dark_lab, path.stem)
    notebook.run_all(len(code(path)))

    ground = notebook.panel.evaluate(
        "panel => getComputedStyle(panel).getPropertyValue('--jp-layout-color0')"
    )
    assert re.sub(r"\s", "", ground) in {"#111", "#111111", "rgb(17,17,17)"}
    image = notebook.panel.locator(".jp-OutputArea img").first
    corner = image.evaluate(
        """image => {
            const canvas = document.createElement('canvas');
            canvas.getContext('2d').drawImage(image, 0, 0);
            return [...canvas.getContext('2d').getImageData(1, 1, 1, 1).data];
        }"""
    )
    assert corner == [255, 255, 255, 255]
    assert hard_to_perceive(notebook.page) == []
    image.evaluate("image => { image.removeAttribute('alt'); }")
    assert [rule for rule, _ in hard_to_perceive(notebook.page)] == ["image-alt"]  # the guard
    assert (notebook.errors, notebook.outside) == ([], [])


def test_a_demo_has_larger_type(demo_lab, lab, opened):
    """In a demo, code, prose and tables are at least a third larger."""
    usual, large = (sizes(opened(address, PATHS[0].stem)) for address in (lab, demo_lab))

    assert all(one >= 1.3 * other for one, other in zip(large, usual, strict=True)), (usual, large)


def sizes(notebook):
    """Return the font sizes of code, prose and tables, in pixels."""
    places = (".cm-content", ".jp-MarkdownOutput p", ".jp-RenderedHTMLCommon td")
    return [
        notebook.panel.locator(place).first.evaluate(
            "place => parseFloat(getComputedStyle(place).fontSize)"
        )
        for place in places
    ]


class Moved:
    """The explorer on the page: a slider, and the readout, words and picture that follow it."""

    def __init__(self, notebook, label):
        """Find the slider with this label."""
        self.page, panel = notebook.page, notebook.panel
        self.slider = panel.locator(".widget-slider").filter(has_text=label)
        self.handle = self.slider.locator(".noUi-handle")
        self.status = panel.get_by_role("status").last
        self.image = panel.locator(".jupyter-widgets img").last

    def seen(self):
        """Return the readout, the words and the picture."""
        return (
            self.slider.locator(".widget-readout").inner_text(),
            self.status.inner_text(),
            self.image.get_attribute("src"),
        )

    def until_changed(self, before):
        """Wait until readout, words and picture have changed and are stable, and return them."""
        last = before
        for _ in range(60):
            self.page.wait_for_timeout(500)
            now = self.seen()
            changed = all(one != other for one, other in zip(before, now, strict=True))
            if changed and now == last:
                return now
            last = now
        raise AssertionError(f"still {now[:2]}")


def test_the_explorer_moves(lab, opened):
    """Keyboard and mouse move the figure and the words, and these have units."""
    path = next(p for p in PATHS if any("Explorer(" in cell.source for cell in code(p)))
    notebook = opened(lab, path.stem)
    notebook.run_all(len(code(path)))
    explorer = Moved(notebook, "users")
    before = explorer.seen()

    explorer.handle.focus()
    for _ in range(3):
        notebook.page.keyboard.press("ArrowRight")
    by_keyboard = explorer.until_changed(before)
    assert "USD a month of 730 hours" in by_keyboard[1]
    widgets = notebook.page.locator(".jupyter-widgets img")
    kept(notebook.panel.locator(".jp-OutputArea", has=widgets).first, "explorer")

    box, track = (
        explorer.handle.bounding_box(),
        explorer.slider.locator(".noUi-base").bounding_box(),
    )
    middle = box["y"] + box["height"] / 2
    notebook.page.mouse.move(box["x"] + box["width"] / 2, middle)
    notebook.page.mouse.down()
    notebook.page.mouse.move(track["x"] + track["width"] * 0.95, middle, steps=8)
    notebook.page.mouse.up()
    by_mouse = explorer.until_changed(by_keyboard)

    assert by_mouse[0] != before[0]
    assert explorer.image.get_attribute("alt") in by_mouse[1]
    assert (notebook.errors, notebook.outside) == ([], [])


@pytest.mark.parametrize(("paper", "width"), [("A4", 21.0), ("Letter", 21.59)])
def test_the_cheat_sheet_is_printed_on_one_page(paper, width, lab, opened):
    """File > Print gives one page with nothing cut off, no code and no request.

    Widths are in cm; the margins take one on each side.
    """
    notebook = opened(lab, "cheat-sheet")
    notebook.page.get_by_role("menuitem", name="File", exact=True).click()
    with notebook.page.expect_response(re.compile("/nbconvert/html/cheat-sheet")) as printed:
        notebook.page.get_by_role("menuitem", name=re.compile("^Print")).click()
    notebook.page.wait_for_timeout(1_000)  # it asks for what is in it
    page = notebook.page.context.new_page()
    page.route("**/*", lambda route: route.abort())
    page.set_viewport_size({"width": int((width - 2) / 2.54 * 96), "height": 1_000})
    page.set_content(printed.value.text())
    page.emulate_media(media="print")
    pdf = page.pdf(format=paper)
    cut = page.locator(".jp-OutputArea-output").evaluate_all(
        "outputs => outputs.filter(one => one.scrollWidth > one.clientWidth).length"
    )
    code_is_seen = page.locator(".jp-CodeCell .jp-InputArea").first.is_visible()
    tables = page.locator("table:visible").count()
    page.close()

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert (cut, code_is_seen, tables) == (0, False, 4)
    assert notebook.outside == []

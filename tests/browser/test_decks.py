"""Every notebook's slides in a browser: no request to the network, no error, no cut slide."""

import threading
from pathlib import Path

import pytest

from cruddur_lib.cli import slides as script
from cruddur_lib.workbook import slides

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
pytestmark = pytest.mark.browser

SMALLEST = 0.6  # of the type's size, where something large is drawn smaller
SEEN = """() => {
    const slide = Reveal.getCurrentSlide();
    const content = slide.querySelector('.fitting');
    const { bottom } = content.getBoundingClientRect();
    const wide = [...content.querySelectorAll('img, svg, table, pre')].map(
        element => element.getBoundingClientRect().right);
    return {
        bottom, right: Math.max(0, ...wide), zoom: Number(slide.dataset.fitted),
        broken: [...content.querySelectorAll('img')].filter(i => !i.naturalWidth).length,
        unnamed: [...content.querySelectorAll('img')].filter(i => !i.alt).length,
        text: content.innerText.trim().length + content.querySelectorAll('img, svg').length,
    };
}"""


@pytest.fixture
def address(request, tmp_path):
    """The address of a notebook's slides; the first notebook's, if a test is not for each."""
    page = slides.write(getattr(request, "param", PATHS[0]), tmp_path, lambda _: None)
    with script.server(tmp_path, 0) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/{page.name}"
        server.shutdown()


@pytest.fixture
def page(chromium, address):
    """The loaded deck, and a list of errors and of requests that would leave the machine."""
    context = chromium.new_context(viewport={"width": 1_280, "height": 720})
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on("request", lambda request: wrong.append(request.url) if is_outside(request) else None)
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    yield page, wrong
    context.close()


def is_outside(request):
    """Return whether a request leaves loopback."""
    return not request.url.startswith(("http://127.0.0.1:", "data:"))


@pytest.mark.parametrize("address", PATHS, ids=[path.stem for path in PATHS], indirect=True)
def test_every_slide_is_whole_and_asks_nobody(page):
    """From the first slide to the last, all content is on the screen and large enough."""
    page, wrong = page
    count = page.evaluate("Reveal.getTotalSlides()")
    places = set()
    for _ in range(count):
        places.add(page.evaluate("Object.values(Reveal.getIndices()).join()"))
        seen = page.evaluate(SEEN)
        assert seen["bottom"] <= 720, (page.url, seen)
        assert seen["right"] <= 1_280, (page.url, seen)
        assert seen["zoom"] >= SMALLEST, (page.url, seen)
        assert (seen["broken"], seen["unnamed"]) == (0, 0), (page.url, seen)
        assert seen["text"], page.url
        page.keyboard.press("Space")

    assert len(places) == count
    assert page.evaluate("Reveal.isLastSlide()")
    assert page.locator("pre.mermaid:not(:has(svg))").count() == 0  # diagrams are drawn
    assert wrong == []


def test_a_page_that_asks_is_not_let_out(page):
    """The server's policy stops a request to another place, and the test notices it."""
    page, wrong = page
    page.evaluate(
        "document.body.append(Object.assign(new Image(), {src: 'https://example.org/x'}))"
    )
    page.wait_for_timeout(200)

    assert any("example.org" in one for one in wrong)

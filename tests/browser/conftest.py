"""Fixtures for the tests in a browser: JupyterLab servers, and pages in Debian's Chromium.

Servers listen on the loopback only. They serve copies of the notebooks and use none of the user's
own Jupyter folders. Playwright is imported inside functions, because only CI installs it (see
.ci/in-browser).
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
STARTS, RUNS = 90, 240  # seconds, at most, for a server to start and for a notebook to run
LOOPBACK = re.compile(r"^(https?|wss?)://127\.0\.0\.1[:/]|^(data|blob):")
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # cells out of view too
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}
WORDS = [
    "--no-browser",
    "--ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=",  # on the loopback, for the time of the test
    "--ServerApp.password=",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",
    "--ServerApp.terminals_enabled=False",
    "--allow-root",
]
IDLE = """() => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return session?.isReady && session.session?.kernel?.status === 'idle'
        && session.session.kernel.connectionStatus === 'connected';
}"""  # the page's own status says "idle" before any kernel is connected
RAN = """count => {
    const panel = '.jp-NotebookPanel:not(.lm-mod-hidden)';
    const cells = [...document.querySelectorAll(`${panel} .jp-CodeCell`)];
    const asked = cells.filter(cell => cell.querySelector('.cm-content')?.innerText.trim());
    const done = asked.filter(cell =>
        /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt')?.innerText ?? ''));
    const session = window.jupyterapp.shell.currentWidget.sessionContext;
    return done.length >= count && session.session.kernel.status === 'idle';
}"""


@dataclass
class Opened:
    """A notebook in the browser, and the errors on its page."""

    page: Any
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)  # blocked requests to other machines

    @property
    def panel(self) -> Any:
        """The notebook's panel."""
        return self.page.locator(".jp-NotebookPanel:visible")

    @property
    def cells(self) -> Any:
        """The notebook's code cells."""
        return self.panel.locator(".jp-CodeCell")

    def run_all(self, count: int) -> None:
        """Run all cells from the menu, and return when `count` of them have run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(RAN, arg=count, timeout=1_000 * RUNS)

    def cell(self, text: str) -> Any:
        """Return the first code cell whose source contains the text; it may change later."""
        texts = self.cells.locator(".cm-content").all_inner_texts()
        return self.cells.nth(next(at for at, source in enumerate(texts) if text in source))

    def write(self, cell: Any, text: str) -> str:
        """Type the text into the cell in place of its source, run it, and return its output."""
        before = cell.locator(".jp-InputPrompt").inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("ControlOrMeta+Enter")
        self.page.wait_for_function(
            "([cell, before]) => /\\[\\d+\\]/.test(cell.innerText) && cell.innerText !== before",
            arg=[cell.locator(".jp-InputPrompt").element_handle(), before],
        )
        return str(cell.locator(".jp-OutputArea-output").first.inner_text())


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with copies of all notebooks."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    return folder


@pytest.fixture(scope="session")
def lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab in its light theme."""
    with served(notebooks, tmp_path_factory.mktemp("light"), "JupyterLab Light") as address:
        yield address


@pytest.fixture(scope="session")
def dark_lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab in its dark theme."""
    with served(notebooks, tmp_path_factory.mktemp("dark"), "JupyterLab Dark") as address:
        yield address


@pytest.fixture(scope="session")
def demo_lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with the settings of `bin/lab --demo`."""
    scratch = tmp_path_factory.mktemp("demo")
    settings = shutil.copytree(ROOT / "data" / "demo", scratch / "demo")
    words = [f"--LabApp.user_settings_dir={settings}"]
    with served(notebooks, scratch, "JupyterLab Light", *words) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium")
    assert found, "no chromium on this machine: install Debian's"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A function that opens a notebook and waits for its kernel; it leaves a screenshot."""
    contexts = []

    def open_(address: str, name: str) -> Opened:
        context = chromium.new_context(
            viewport={"width": 1_400, "height": 1_300}, reduced_motion="reduce"
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        found = Opened(context.new_page())
        found.page.route("**/*", lambda route: _gate(route, found))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.goto(f"{address}/lab/tree/{name}.ipynb?reset")
        found.page.wait_for_function(IDLE)
        return found

    yield open_
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=tmp_path / f"{request.node.name.partition('[')[0]}-{number}.png")
            _shut_down(page)
        context.close()


def _shut_down(page: Any) -> None:
    """End the kernel, because closing the page leaves it running."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def _gate(route: Any, found: Opened) -> None:
    if LOOPBACK.match(route.request.url):
        route.continue_()
    else:
        found.outside.append(route.request.url)
        route.abort()


@contextmanager
def served(root: Path, scratch: Path, theme: str, *words: str) -> Iterator[str]:
    """Start a JupyterLab, yield its address, and stop it.

    Args:
        root: The folder to serve.
        scratch: A folder for settings, logs and everything else that Jupyter writes.
        theme: The theme's name.
        words: Further arguments of the command.
    """
    settings = {**SETTINGS, "@jupyterlab/apputils-extension:themes": {"theme": theme}}
    for plugin, values in settings.items():
        extension, name = plugin.split(":")
        file = scratch / "settings" / extension / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "CRUDDUR_PROGRESS": str(scratch / "progress"),
    }
    command = [sys.executable, "-m", "jupyterlab", *WORDS, *words, f"--port={port}"]
    with (scratch / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={root}"],
            env=environ, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(server, f"http://127.0.0.1:{port}", scratch / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)  # it ends its kernels too
            server.wait(30)


def _wait(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    end = time.monotonic() + STARTS
    while True:
        assert server.poll() is None, f"JupyterLab ended: {log.read_text()[-2_000:]}"
        assert time.monotonic() < end, f"JupyterLab was not ready in {STARTS} s"
        try:
            urllib.request.urlopen(f"{address}/api/status", timeout=2).read()
        except OSError:
            time.sleep(0.1)
        else:
            return

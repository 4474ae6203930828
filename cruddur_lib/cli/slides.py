"""bin/slides: serve a notebook's slides to this machine only, until Ctrl-C."""

import argparse
import tempfile
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cruddur_lib.cli.script import INTERRUPTED, RAW, note, port
from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook import slides
from cruddur_lib.workbook.error_hints import NOTEBOOKS

FIRST = "00-the-whole-game"
HOST = "127.0.0.1"
POLICY = "default-src 'self' 'unsafe-inline' data:"  # the browser loads nothing else


class Handler(SimpleHTTPRequestHandler):
    """Serve the files of one folder without logging requests."""

    def end_headers(self) -> None:
        """Forbid the browser to load files from elsewhere, and to cache the page."""
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002  the base's name
        """Log no requests."""


def run(usage: str, words: list[str] | None = None) -> int:
    """Serve the slides and return the exit code: 0 after Ctrl-C, 1 if there are no slides.

    Args:
        usage: the text of `--help`.
        words: the arguments; the command line's by default.
    """
    arguments = _arguments(usage, words)
    try:
        with tempfile.TemporaryDirectory() as folder:
            page = slides.write(arguments.notebook, Path(folder), note)
            with server(Path(folder), arguments.port) as served:
                return _serve(served, page.name, browser=not arguments.no_browser)
    except WorkbookError as error:
        note(f"bin/slides: {' '.join(str(error).split())}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _serve(served: ThreadingHTTPServer, page: str, *, browser: bool) -> int:
    """Serve until Ctrl-C, then return 0."""
    address = f"http://{HOST}:{served.server_port}/{page}"
    note(f"slides: {address}")
    note("Space goes on, Esc shows all, F fills the screen; Ctrl-C here ends it")
    if browser:
        webbrowser.open(address)
    try:
        served.serve_forever()
    except KeyboardInterrupt:
        note("stopped")
    return 0


def server(folder: Path, number: int) -> ThreadingHTTPServer:
    """Return a server of that folder on the loopback address.

    Args:
        folder: the folder to serve.
        number: the port; 0 takes any free one.

    Raises:
        WorkbookError: the port cannot be used.
    """
    try:
        return ThreadingHTTPServer((HOST, number), partial(Handler, directory=str(folder)))
    except OSError as error:
        raise WorkbookError(
            f"port {number} cannot be used ({error.strerror}); give another one, or none"
        ) from error


def _arguments(usage: str, words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bin/slides", description=usage, formatter_class=RAW)
    parser.add_argument("notebook", nargs="?", default=FIRST, type=notebook, help=f"({FIRST})")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    alone = "listen on this port and no other"
    parser.add_argument("--port", type=port, default=0, metavar="N", help=alone)
    return parser.parse_args(words)


def notebook(name: str) -> Path:
    """Find a notebook by its file name, with or without the ending; a type for argparse."""
    known = {path.stem: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    stem = Path(name).stem if name.endswith(".ipynb") else Path(name).name
    if stem not in known:
        names = ", ".join(known)
        raise argparse.ArgumentTypeError(f"there is no notebook {name!r}; notebooks/ has: {names}")
    return known[stem]

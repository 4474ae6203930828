"""bin/slides: a notebook's slides, served to this machine alone until Ctrl-C."""

import argparse
import tempfile
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cruddur_lib.cli.script import INTERRUPTED, note
from cruddur_lib.cli.start_engine import port
from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook import slides
from cruddur_lib.workbook.error_hints import NOTEBOOKS

FIRST = "00-the-whole-game"
HOST = "127.0.0.1"
ALONE = "default-src 'self' 'unsafe-inline' data:"  # what a browser may ask, whatever a page says


class Handler(SimpleHTTPRequestHandler):
    """Files of one folder, quietly."""

    def end_headers(self) -> None:
        """The headers, and that the page asks nobody but us."""
        self.send_header("Content-Security-Policy", ALONE)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002  the base's name
        """Nothing: who shows slides does not read requests."""


def run(usage: str, words: list[str] | None = None) -> int:
    """The exit code: 0 where Ctrl-C ended it, 1 where there are no slides to show, 2 where it was
    called wrongly.
    """
    asked = _parsed(usage, words)
    try:
        with tempfile.TemporaryDirectory() as folder:
            page = slides.write(asked.notebook, Path(folder), note)
            with server(Path(folder), asked.port) as served:
                return _serve(served, page.name, browser=not asked.no_browser)
    except WorkbookError as error:
        note(f"bin/slides: {' '.join(str(error).split())}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _serve(served: ThreadingHTTPServer, page: str, *, browser: bool) -> int:
    """0 when Ctrl-C has ended it."""
    address = f"http://{HOST}:{served.server_port}/{page}"
    note(
        f"slides: {address}\nSpace goes on, Esc shows all, F fills the screen; Ctrl-C here ends it"
    )
    if browser:
        webbrowser.open(address)
    try:
        served.serve_forever()
    except KeyboardInterrupt:
        note("stopped")
    return 0


def server(folder: Path, number: int) -> ThreadingHTTPServer:
    """A server of that folder which this machine alone can hear, on a port of which 0 is any."""
    try:
        return ThreadingHTTPServer((HOST, number), partial(Handler, directory=str(folder)))
    except OSError as error:
        raise WorkbookError(
            f"port {number} cannot be used ({error.strerror}); give another one, or none"
        ) from error


def _parsed(usage: str, words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/slides",
        description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("notebook", nargs="?", default=FIRST, type=notebook, help=f"({FIRST})")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--port", type=port, default=0, metavar="N", help="listen on this port and no other"
    )
    return parser.parse_args(words)


def notebook(name: str) -> Path:
    """The notebook of that name, a file's or a stem; argparse makes a usage line of the error."""
    known = {path.stem: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    stem = Path(name).stem if name.endswith(".ipynb") else Path(name).name
    if stem not in known:
        raise argparse.ArgumentTypeError(
            f"there is no notebook {name!r}; notebooks/ has: {', '.join(known)}"
        )
    return known[stem]

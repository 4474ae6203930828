"""Tests of bin/slides: its arguments, what it serves and to whom, and how it ends."""

import http.client
import socket
import stat
import subprocess
import sys
import tarfile
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from cruddur_lib.cli import slides as script
from cruddur_lib.downloads import Package
from cruddur_lib.workbook import slides

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "cheat-sheet.ipynb"

pytestmark = pytest.mark.moto_alone


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """The folder of an npm that packs a small package in place of all that a page needs."""
    (tmp_path / "package" / "dist").mkdir(parents=True)
    (tmp_path / "package" / "dist" / "reveal.js").write_text("// slides")
    archive = tmp_path / "made.tgz"
    with tarfile.open(archive, "w:gz") as made:
        made.add(tmp_path / "package", "package")
    tools = tmp_path / "tools"
    tools.mkdir()
    program = tools / "npm"
    program.write_text(
        f"#!{sys.executable}\nimport shutil; shutil.copy({str(archive)!r}, 'fetched.tgz')"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("CRUDDUR_CACHE", str(tmp_path / "cache"))
    digest = sha256(archive.read_bytes()).hexdigest()
    package = Package("reveal.js@0", digest, 1, has="dist/reveal.js")
    monkeypatch.setattr(slides, "PACKAGES", {"reveal.js": package})
    return tools


def test_a_second_start_needs_no_npm(npm, tmp_path):
    """The first start fetches and checks the packages and says so; the second needs no npm."""
    said = []
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        slides.write(NOTEBOOK, tmp_path / folder, said.append)
        (npm / "npm").unlink(missing_ok=True)

    one, other = (sorted(p.name for p in (tmp_path / f).iterdir()) for f in ("one", "other"))
    assert one == other == ["cheat-sheet.html", "reveal.js", "slides.css", "slides.js"]
    assert len(said) == 1
    assert "fetching reveal.js@0 through npm" in said[0]


def test_without_npm_one_line_says_what_to_install(npm, capsys):
    """Without npm, one line says what to install; the exit code is 1."""
    (npm / "npm").unlink()

    assert script.run("usage", ["cheat-sheet", "--no-browser"]) == 1

    said = capsys.readouterr().err.splitlines()
    assert said[-1] == (
        "bin/slides: reveal.js@0 is fetched through npm, and there is no `npm` on PATH: "
        "install Node.js"
    )


def test_without_a_network_one_line_says_so(npm, capsys):
    """Without a network, one line gives npm's reason and the next step; the exit code is 1."""
    (npm / "npm").write_text(f"#!{sys.executable}\nimport sys; sys.exit('ENOTFOUND\\nno host')")

    assert script.run("usage", ["cheat-sheet", "--no-browser"]) == 1

    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("bin/slides: npm could not fetch reveal.js@0: ENOTFOUND no host. ")
    assert said[-1].endswith("Connect to a network and start again; later starts need none")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["99-nowhere"], "there is no notebook '99-nowhere'; notebooks/ has: 00-the-whole-game, "),
        (["--port", "65536"], "65536 is not a port: 0 to 65535"),
    ],
)
def test_a_wrong_word_is_a_usage_line(words, reason, capsys):
    """A wrong argument gives exit code 2 before anything is fetched."""
    with pytest.raises(SystemExit) as stopped:
        script.run("usage", words)

    assert stopped.value.code == 2
    assert reason in capsys.readouterr().err


def test_a_taken_port_is_named(npm, capsys):
    """A taken port is one line with the next step; the exit code is 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert script.run("usage", ["cheat-sheet", "--no-browser", f"--port={port}"]) == 1

    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"bin/slides: port {port} cannot be used (")


@pytest.mark.parametrize(
    "name", ["cheat-sheet", "cheat-sheet.ipynb", "notebooks/cheat-sheet.ipynb"]
)
def test_a_notebook_has_several_names(name):
    """A notebook is found by its file name, with or without the ending or the folder."""
    assert script.notebook(name) == NOTEBOOK


def test_this_machine_alone_is_served(tmp_path):
    """The server listens on loopback, and each answer forbids requests to other places."""
    (tmp_path / "a.html").write_text("hello")
    with script.server(tmp_path, 0) as server:
        threading.Thread(target=server.serve_forever).start()
        talk = http.client.HTTPConnection("127.0.0.1", server.server_port)
        talk.request("GET", "/a.html")
        reply = talk.getresponse()
        policy, text = reply.headers["Content-Security-Policy"], reply.read()
        talk.close()
        server.shutdown()

    assert server.server_address[0] == "127.0.0.1"
    assert text == b"hello"
    assert policy.startswith("default-src 'self' ")
    assert "http" not in policy


def test_it_says_where_the_slides_are_until_ctrl_c(npm, monkeypatch, capsys):
    """It prints the address; Ctrl-C ends it with exit code 0."""

    def interrupted(_self):
        raise KeyboardInterrupt

    monkeypatch.setattr(script.ThreadingHTTPServer, "serve_forever", interrupted)
    opened = []
    monkeypatch.setattr(script.webbrowser, "open", opened.append)

    assert script.run("usage", ["cheat-sheet"]) == 0

    assert opened[0].startswith("http://127.0.0.1:")
    assert opened[0].endswith("/cheat-sheet.html")
    assert f"slides: {opened[0]}\n" in capsys.readouterr().err


def test_help_has_an_example():
    """The help shows a call of the script."""
    command = [sys.executable, str(ROOT / "bin" / "slides"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("usage: bin/slides")
    assert "bin/slides 04-the-fan-out --no-browser" in done.stdout

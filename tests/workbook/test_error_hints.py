"""Tests of `error_hints`: one line says what to do, and the error itself does not change."""

import re
import subprocess
import sys

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from traitlets.config import Config

from cruddur_lib.backends import connect
from cruddur_lib.workbook import error_hints
from cruddur_lib.workbook.lesson import KINDS, NOTEBOOKS, start

LESSON = "00-the-whole-game"
ABOVE = "Choose Run ▸ Run All Above Selected Cell, then run this cell again."
NUMBERED = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))


@pytest.fixture
def shell():
    """A real IPython shell, as in a kernel, which is closed after the test."""
    InteractiveShell.clear_instance()
    config = Config({"HistoryManager": {"hist_file": ":memory:"}})
    shell = InteractiveShell.instance(config=config)
    yield shell
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


@pytest.fixture
def started(shell):
    """The shell after the first cells of the first notebook were run."""
    with connect() as backend:
        shell.user_ns["backend"] = backend
        shell.run_cell("from cruddur_lib.workbook import start", store_history=True)
        shell.run_cell(f'lesson = start("{LESSON}", backend)', store_history=True)
        shell.run_cell("inbox = lesson.inbox()", store_history=True)
        yield shell


@pytest.fixture
def run(capsys):
    """A function that runs a cell and returns what it shows, and the error that it ends with."""

    def run(shell, source):
        capsys.readouterr()
        result = shell.run_cell(source, store_history=True)
        return capsys.readouterr().out, result.error_in_exec

    return run


@pytest.mark.parametrize("name", ["lesson", "inbox", "group", "start"])
def test_a_restarted_kernel_is_told(shell, run, name):
    """The hint says to run the cells above, whatever notebook makes the name."""
    error_hints.load_ipython_extension(shell)
    text, error = run(shell, f"{name}.x")

    assert isinstance(error, NameError)
    first, *rest = text.splitlines()
    assert first == f"`{name}` is not known: this kernel is new, or was restarted. {ABOVE}"
    assert rest[-1].endswith(f"name '{name}' is not defined")


def test_a_new_kernel_of_this_environment_knows_slips():
    """A setting of the environment installs the hints; the cell still ends with its error."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("inbox")])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    hint, error = notebook.cells[0].outputs

    assert hint.text.startswith("`inbox` is not known: this kernel is new, or was restarted.")
    assert (error.output_type, error.ename) == ("error", "NameError")


def test_a_cell_that_was_left_out_is_named(started, run):
    """The hint has the line that makes the missing name."""
    text, error = run(started, "inbox.list_messages(group)")

    assert isinstance(error, NameError)
    line = "`group` is not known yet: the cell with `group = lesson.group` has not been run."
    assert text.startswith(f"{line} {ABOVE}\n")
    assert text.count("`group`") == 1


@pytest.mark.parametrize(
    ("cell", "value", "made"),
    [
        ("inbox = []\ninbox.list_messages", "list, which has no `list_messages`", "lesson.inbox()"),
        ("lesson = None\nlesson.check", "NoneType, which has no `check`", f'start("{LESSON}")'),
        ("group = 'x'\ngroup.uuid", "str, which has no `uuid`", "lesson.group"),
    ],
)
def test_a_name_with_another_value_is_told(started, run, cell, value, made):
    """The hint names the value's type, the missing attribute and the cell to run."""
    text, error = run(started, cell)
    name = cell.partition(" ")[0]

    assert isinstance(error, AttributeError)
    assert "Traceback" in text
    assert text.splitlines()[0] == (
        f"`{name}` was given another value, of type {value}. "
        f"Run the cell with `{name} = {made}` again, then this one."
    )


def test_a_cell_that_was_run_twice_is_named(started, run):
    """The hint for a failed assert names a cell that was run twice."""
    send = "andrew, zoe = lesson.users('andrewbrown', 'zoemarchand')\nrows = len(lesson.rows())\n"
    send += "inbox.create_message_group(inbox.draft(zoe, andrew, 'Hello'))"
    check = "assert len(lesson.rows()) == 109  # 106 and three more"
    assert run(started, send)[1] is None
    assert run(started, check)[1] is None
    assert run(started, send)[1] is None

    text, error = run(started, check)

    assert isinstance(error, AssertionError)
    assert text.startswith("A cell has been run 2 times, the one that begins with `andrew, zoe = ")
    assert text.splitlines()[0].endswith(error_hints.RESTART)


def test_of_cells_that_were_run_twice_the_last_is_named(started, run):
    """The last one is the likeliest; two cells of the notebook with one source do not count."""
    draws = "rows = lesson.rows()\nfigures.item_strips(rows)"  # in 00 twice
    run(started, "from cruddur_lib.workbook import figures")
    for cell in ("x = 1", "x = 1", "y = 2", "y = 2", draws, draws):
        assert run(started, cell)[1] is None

    assert "begins with `y = 2`" in run(started, "assert x == y")[0]
    run(started, draws)
    assert "run 3 times, the one that begins with `rows" in run(started, "assert x == y")[0]


@pytest.mark.parametrize(
    "cell",
    [
        "pagse",
        "inbox.list_mesages",
        "[].list_messages",
        "{}['inbox']",
        "1 / 0",
        "assert False",
        "raise AttributeError('inbox')",
        "raise NameError('inbox')",
        "raise AttributeError(name='list_messages', obj=inbox)",
        "inbox = []\ninbox.shout",
    ],
)
@pytest.mark.quick_cases(3)
def test_any_other_error_is_shown_as_ever(started, run, cell):
    """No hint is added to an error without a known cause."""
    text = run(started, cell)[0]
    started.set_custom_exc((), None)

    one, other = (re.sub(r"In\[\d+\]|-+", "", each) for each in (text, run(started, cell)[0]))
    assert one == other


def test_a_start_again_forgets_what_ran_before(started, run):
    """A new start has a new table, so cells that ran before do not count."""
    for cell in ("x = 1", "x = 1"):
        run(started, cell)
    assert run(started, "assert x == 2")[0].startswith("A cell has been run 2 times")

    run(started, f'lesson = start("{LESSON}", backend)')
    assert "has been run" not in run(started, "assert x == 2")[0]


def test_without_a_shell_a_lesson_starts_all_the_same():
    """In a script there is no shell, and nothing is installed."""
    InteractiveShell.clear_instance()

    error_hints.install(KINDS, LESSON)


def test_a_notebook_may_be_moved(tmp_path, monkeypatch):
    """Library and data are found by the environment and not from the working folder."""
    monkeypatch.chdir(tmp_path)
    with connect() as backend:
        assert len(start(LESSON, backend).rows()) == 106


def test_the_wrong_kernel_says_what_the_notebooks_explain():
    """A Python without the library says "No module named", which every first cell explains."""
    code = "from cruddur_lib.workbook import start"
    words = [sys.executable, "-I", "-S", "-c", code]
    process = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")
    (message,) = re.findall(r"No module named '\w+'", process.stderr)

    assert NUMBERED
    for path in NUMBERED:
        assert message in nbformat.read(path, as_version=4).cells[0].source, path.stem

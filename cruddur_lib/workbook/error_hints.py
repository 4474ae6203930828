"""One-line hints before the traceback of errors that do not say what a learner should do next.

Such errors come from a cell that was left out or run twice, a restarted kernel or an overwritten
name. The error itself is never changed or hidden. IPython loads this module in each kernel (see
data/environment/), so a restarted kernel gives hints before `start` is run.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from symtable import symtable
from types import TracebackType
from typing import Any

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
ABOVE = "Choose Run ▸ Run All Above Selected Cell, then run this cell again."
RESTART = "Choose Kernel ▸ Restart Kernel and Run up to Selected Cell…"
HARMLESS = ("assert", "lesson.", "from ", "import ")  # cells that may be run again


def load_ipython_extension(shell: Any) -> None:
    """Install the hints in a new kernel, in which no lesson was started; IPython calls this."""
    install({}, shell=shell)


def install(kinds: Mapping[str, type], lesson: str = "", shell: Any = None) -> None:
    """Give hints in this kernel from now on; do nothing outside of IPython.

    Args:
        kinds: types of the lesson's own names.
        lesson: the lesson that was started, if any.
        shell: IPython's shell; by default the current one.
    """
    if shell is None and "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
    if shell is None:
        return

    def show_with_hint(
        shell: Any, kind: type, error: BaseException, trace: TracebackType, tb_offset: int | None
    ) -> None:
        if line := hint_for(error, trace, shell.user_ns, kinds, lesson):
            sys.stdout.write(line + "\n")
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((NameError, AttributeError, AssertionError), show_with_hint)


def hint_for(
    error: BaseException,
    trace: TracebackType | None,
    names: Mapping[str, Any],
    kinds: Mapping[str, type],
    lesson: str,
) -> str:
    """Return the hint for a cell's error, or an empty text.

    Args:
        error: the error.
        trace: its traceback.
        names: the kernel's names and their values.
        kinds: types of the lesson's own names.
        lesson: the lesson that was started, or an empty text.
    """
    if isinstance(error, NameError):
        return _unknown_name(error.name or "", lesson)
    if isinstance(error, AttributeError):
        return _overwritten_name(error, names, kinds, lesson)
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace and trace.tb_frame.f_globals is names:  # the assert is in a cell
        return _repeated_cell(names.get("In", []), lesson)
    return ""


def _unknown_name(name: str, lesson: str) -> str:
    """Return a hint if a cell of the lesson's notebook, or else of any, makes the name."""
    line = _defining_line(name, lesson)
    if not line:
        return ""
    if not lesson:
        return f"`{name}` is not known: this kernel is new, or was restarted. {ABOVE}"
    return f"`{name}` is not known yet: the cell with `{line}` has not been run. {ABOVE}"


def _overwritten_name(
    error: AttributeError, names: Mapping[str, Any], kinds: Mapping[str, type], lesson: str
) -> str:
    """Return a hint if one of the lesson's own names now has a value of another type."""
    for name, kind in kinds.items():
        known = {*dir(kind), *getattr(kind, "__dataclass_fields__", ())}
        if name not in names or names[name] is not error.obj or isinstance(error.obj, kind):
            continue
        if error.name in known and (line := _defining_line(name, lesson)):
            return (
                f"`{name}` was given another value, of type {type(error.obj).__name__}, which has "
                f"no `{error.name}`. Run the cell with `{line}` again, then this one."
            )
    return ""


def _repeated_cell(inputs: list[str], lesson: str) -> str:
    """Return a hint on the last cell that was run again since the start and may change the table.

    If the notebook has the same cell twice, two runs of it are no repetition.
    """
    starts = [place for place, source in enumerate(inputs) if " = start(" in source]
    since = [source.strip() for source in inputs[starts[-1] if starts else 0 :]]
    alike = Counter(source.strip() for source in _cells(lesson)) if lesson else Counter()
    for source in reversed(since):
        runs = since.count(source)
        if runs > max(1, alike[source]) and source and not source.startswith(HARMLESS):
            begins = f"the one that begins with `{source.splitlines()[0]}`"
            what = "the table may not be what this assert expects"
            return f"A cell has been run {runs} times, {begins}: {what}. {RESTART}"
    return ""


def _defining_line(name: str, lesson: str) -> str:
    """Return the first line with this name in the first cell that assigns or imports it."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    for source in _cells(lesson):
        found = (s for s in symtable(source, "cell", "exec").get_symbols() if s.get_name() == name)
        if any(symbol.is_assigned() or symbol.is_imported() for symbol in found):
            return next(line.strip() for line in source.splitlines() if word.search(line))
    return ""


def _cells(lesson: str) -> Iterator[str]:
    """Yield the source of each code cell of the notebook, or of all notebooks."""
    for path in sorted(NOTEBOOKS.glob(f"{lesson or '*'}.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])

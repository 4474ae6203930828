"""Slips whose error does not say the way out: a cell left out, a kernel restarted, a name given
another value, a cell run twice. One line before the traceback says it.

Only lines are added: every error stays the error that it is. The environment's IPython loads this
module in each kernel (data/environment/), so that a restarted one knows it before `start` is run.
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
HARMLESS = ("assert", "lesson.", "from ", "import ")  # cells that may well be run again


def load_ipython_extension(shell: Any) -> None:
    """What IPython calls in a new kernel: no lesson has been started in it."""
    install({}, shell=shell)


def install(kinds: Mapping[str, type], lesson: str = "", shell: Any = None) -> None:
    """From now on slips are told in this kernel, given the lesson's own names with their types, and
    the notebook that was started; nothing where there is no kernel.
    """
    if shell is None and "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
    if shell is None:
        return

    def tell(
        shell: Any, kind: type, error: BaseException, trace: TracebackType, tb_offset: int | None
    ) -> None:
        if line := hint_for(error, trace, shell.user_ns, kinds, lesson):
            sys.stdout.write(line + "\n")
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((NameError, AttributeError, AssertionError), tell)


def hint_for(
    error: BaseException,
    trace: TracebackType | None,
    names: Mapping[str, Any],
    kinds: Mapping[str, type],
    lesson: str,
) -> str:
    """The line on a cell's error, given the kernel's names; nothing where it is no known slip."""
    if isinstance(error, NameError):
        return _unknown(error.name or "", lesson)
    if isinstance(error, AttributeError):
        return _overwritten(error, names, kinds, lesson)
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace and trace.tb_frame.f_globals is names:  # the assert stands in a cell
        return _twice(names.get("In", []), lesson)
    return ""


def _unknown(name: str, lesson: str) -> str:
    """A name that a cell of the notebook makes, or of any notebook where none was started."""
    line = _made(name, lesson)
    if not line:
        return ""
    if not lesson:
        return f"`{name}` is not known: this kernel is new, or was restarted. {ABOVE}"
    return f"`{name}` is not known yet: the cell with `{line}` has not been run. {ABOVE}"


def _overwritten(
    error: AttributeError, names: Mapping[str, Any], kinds: Mapping[str, type], lesson: str
) -> str:
    """One of the lesson's own names that no longer is what `start` or the lesson gave."""
    for name, kind in kinds.items():
        mine = {*dir(kind), *getattr(kind, "__dataclass_fields__", ())}
        if name not in names or names[name] is not error.obj or isinstance(error.obj, kind):
            continue
        if error.name in mine and (line := _made(name, lesson)):
            given = f"another value, of type {type(error.obj).__name__}"
            way = f"Run the cell with `{line}` again, then this one."
            return f"`{name}` was given {given}, which has no `{error.name}`. {way}"
    return ""


def _twice(inputs: list[str], lesson: str) -> str:
    """The last cell that may change the table and was run again since the lesson's start; two cells
    of the notebook that read alike are two.
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


def _made(name: str, lesson: str) -> str:
    """The first line of the lesson's notebook, or of any, that names what its cell makes."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    for source in _cells(lesson):
        found = (s for s in symtable(source, "cell", "exec").get_symbols() if s.get_name() == name)
        if any(symbol.is_assigned() or symbol.is_imported() for symbol in found):
            return next(line.strip() for line in source.splitlines() if word.search(line))
    return ""


def _cells(lesson: str) -> Iterator[str]:
    """The source of each code cell."""
    for path in sorted(NOTEBOOKS.glob(f"{lesson or '*'}.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])

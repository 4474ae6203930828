"""Mutants: rules of the domain, each broken once by a small rewrite of the code.

`tests/mutants.toml` lists them and explains the format. A rewrite is found by structure: formatting
and comments do not matter, and `_1` to `_9` stand for any expression or name.
"""

import ast
import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIST = ROOT / "tests" / "mutants.toml"
WILDCARD = re.compile(r"_[1-9]")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class NotOnePlace(Exception):
    """A mutant whose code is nowhere, or in several places."""


@dataclass(frozen=True)
class Mutant:
    """A rule, the place and the rewrite that break it, and the tests that must notice.

    `at` is a module of cruddur_lib, and often a function or a class in it: "text.py::aligned".
    """

    rule: str
    at: str
    was: str
    becomes: str
    tests: tuple[str, ...]
    group: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A part of a module that a mutant matches, and a function that rewrites it there."""

    path: Path
    tree: ast.Module
    line: int
    rewrite: Callable[[], None]


def read_mutants(path: Path = LIST) -> list[Mutant]:
    """Return the mutants of the list; those of a group share its tests and environment."""
    groups = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Mutant(**one, tests=tuple(group["tests"]), group=name, environ=group.get("environ", {}))
        for name, group in groups.items()
        for one in group["mutants"]
    ]


def mutate(mutant: Mutant, root: Path = ROOT) -> tuple[Path, str]:
    """Break a rule.

    Args:
        mutant: The rule to break.
        root: The project's folder, or a copy of it.

    Returns:
        The module's path, and its source with the rule broken.

    Raises:
        NotOnePlace: The code to rewrite is nowhere, or in several places.
    """
    found = list(_places(mutant, root / "cruddur_lib"))
    if len(found) != 1:
        where = "".join(f"\n  {one.path.relative_to(root)}:{one.line}" for one in found)
        raise NotOnePlace(
            f"{mutant.rule!r} matches {len(found)} places instead of one. "
            f"It looks in {mutant.at} for: {mutant.was}{where}"
        )
    (place,) = found
    place.rewrite()
    return place.path, ast.unparse(ast.fix_missing_locations(place.tree))


def _places(mutant: Mutant, library: Path) -> Iterator[Place]:
    """Yield the places that a mutant matches."""
    pattern = ast.parse(mutant.was).body
    becomes = ast.parse(mutant.becomes).body
    for path, tree, scope in _scopes(mutant.at, library):
        match pattern, becomes:
            case [ast.Expr(old)], [ast.Expr(new)]:
                found = _expressions(old, new, scope)
            case _:
                found = _statements(pattern, becomes, scope)
        for line, rewrite in found:
            yield Place(path, tree, line, rewrite)


def _scopes(at: str, library: Path) -> list[tuple[Path, ast.Module, ast.AST]]:
    """Return where to look: the named function, else one of that name elsewhere, else the module.

    So a mutant survives the renaming of its module or of its function.
    """
    module, _, name = at.partition("::")
    own = [library / module] if (library / module).is_file() else []
    for paths in (own, sorted(library.rglob("*.py"))):
        trees = [(path, _parsed(path)) for path in paths]
        found = [(path, tree, node) for path, tree in trees for node in _named(tree, name)]
        if found:
            return found
    return [(path, tree, tree) for path in own for tree in [_parsed(path)]]


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _named(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """Yield the functions and classes of this name, such as "Bill.group"; for no name the node."""
    if not name:
        yield node
        return
    first, _, rest = name.partition(".")
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS) and child.name == first:
            yield from _named(child, rest)


def _expressions(
    pattern: ast.expr, becomes: ast.expr, scope: ast.AST
) -> Iterator[tuple[int, Callable[[], None]]]:
    """Yield the line of each expression that matches, and a function that replaces it."""
    for parent in ast.walk(scope):
        for name, value in ast.iter_fields(parent):
            holder, keys = (value, range(len(value))) if isinstance(value, list) else (None, [name])
            for key in keys:
                node = value if holder is None else holder[key]
                bound: dict[str, Any] = {}
                if isinstance(node, ast.expr) and _matches(pattern, node, bound):
                    new = _filled(becomes, bound)
                    yield node.lineno, _setter(parent, holder, key, new)


def _setter(
    parent: ast.AST, holder: list[Any] | None, key: Any, new: ast.AST
) -> Callable[[], None]:
    """Return a function that puts a new node into a field, or into a list."""
    if holder is None:
        return lambda: setattr(parent, key, new)
    return lambda: holder.__setitem__(key, new)


def _statements(
    pattern: Sequence[ast.stmt], becomes: Sequence[ast.stmt], scope: ast.AST
) -> Iterator[tuple[int, Callable[[], None]]]:
    """Yield the line of each run of statements that matches, and a function that replaces it."""
    size = len(pattern)
    for parent in ast.walk(scope):
        for _, value in ast.iter_fields(parent):
            for at in range(len(value) - size + 1) if isinstance(value, list) else ():
                bound: dict[str, Any] = {}
                run = value[at : at + size]
                if isinstance(run[0], ast.stmt) and _matches(list(pattern), run, bound):
                    new = [_filled(one, bound) for one in becomes]
                    yield run[0].lineno, _slice_setter(value, slice(at, at + size), new)


def _slice_setter(holder: list[Any], where: slice, new: list[ast.stmt]) -> Callable[[], None]:
    """Return a function that replaces a run of statements."""
    return lambda: holder.__setitem__(where, new)


def _matches(pattern: Any, node: Any, bound: dict[str, Any]) -> bool:
    """Return whether a node is like the pattern, and bind the pattern's wildcards to its parts."""
    name = pattern.id if isinstance(pattern, ast.Name) else pattern
    if isinstance(name, str) and WILDCARD.fullmatch(name):
        known = bound.setdefault(name, node)
        return isinstance(node, (ast.expr, str)) and _text(known) == _text(node)
    if isinstance(pattern, list):
        pairs = zip(pattern, node, strict=False) if isinstance(node, list) else ()
        return len(pattern) == len(node or ()) and all(_matches(p, n, bound) for p, n in pairs)
    if not isinstance(pattern, ast.AST):
        return type(pattern) is type(node) and pattern == node
    names = (name for name in pattern._fields if name not in ("ctx", "kind", "type_comment"))
    return type(pattern) is type(node) and all(
        _matches(getattr(pattern, name), getattr(node, name), bound) for name in names
    )


def _text(node: Any) -> str:
    """Return the code of an expression, or a name as it is."""
    return node if isinstance(node, str) else ast.unparse(node)


def _filled(node: ast.AST, bound: dict[str, Any]) -> Any:
    """Return a copy of the replacement with what its wildcards stand for."""

    class Filler(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            if isinstance(node, ast.Name) and node.id in bound:
                kept = bound[node.id]
                return copy.deepcopy(ast.Name(kept) if isinstance(kept, str) else kept)
            for name, value in ast.iter_fields(node):
                if isinstance(value, str) and value in bound:
                    setattr(node, name, _text(bound[value]))
            return self.generic_visit(node)

    return Filler().visit(copy.deepcopy(node))

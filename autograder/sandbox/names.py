"""The names that code binds and refers to; also by text, as in `exec("def f(): ...")` or `globals()["f"] = ...`."""

from __future__ import annotations

import ast
import re
import symtable
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache

Names = tuple[frozenset[str], frozenset[str]]
"""What is bound, and what is referred to."""

NOTHING: Names = (frozenset(), frozenset())
BY_TEXT = re.compile(
    r"(?<![.\w])(?:exec|eval|setattr)\s*\(|\b(?:globals|locals|vars)\s*\(|\bimport\s+(?:__main__|builtins)\b"
    r"|\b(?:__main__|builtins)\.|\bsys\.modules\[|\.(?:user_ns|__code__)\b|\.(?:run_path|run_cell|push|ex)\("
)
"""Finds in a cell's text what may bind names that its syntax doesn't show."""

_RUN_TEXT = ("exec", "eval")  # as names; as attributes they may be anything, such as `model.eval()`
_RUN_TEXT_OF = ("run_path", "run_cell", "ex")
_NAMESPACES = ("globals", "locals", "vars")
_WRITE = ("update", "setdefault", "__setitem__")
_A_MODULE = re.compile(r"\b(?:__main__|builtins|modules)\b")


def names_in(source: str) -> Names:
    """The global names that code binds, and those that it refers to, in its functions too. Raises SyntaxError."""
    table = table_of(source)
    binds = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    refers = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    pending = list(table.get_children())
    while pending:
        child = pending.pop()
        pending.extend(child.get_children())
        for symbol in child.get_symbols():
            if symbol.is_global():
                refers.add(symbol.get_name())
                if symbol.is_assigned() and symbol.is_declared_global():
                    binds.add(symbol.get_name())
    return frozenset(binds), frozenset(refers)


@cache
def table_of(source: str) -> symtable.SymbolTable:
    """The table of a source's names. Raises SyntaxError for what the grammar allows and the language doesn't."""
    return symtable.symtable(source, "<cell>", "exec")


def names_by_text(source: str, nodes: Sequence[ast.stmt]) -> list[Names]:
    """What each of a cell's statements binds and refers to by text, where that can be read off.

    `exec` may run any text of the cell that is Python. What writes into a namespace may bind any name that the
    statement has as a text or as a keyword.
    """
    if not BY_TEXT.search(source):
        return [NOTHING] * len(nodes)
    return [_by_text(node, nodes) for node in nodes]


def _by_text(statement: ast.stmt, cell: Sequence[ast.stmt]) -> Names:
    binds: set[str] = set()
    refers: set[str] = set()
    inner = list(ast.walk(statement))
    if any(isinstance(node, ast.Call) and _runs_text(node.func) for node in inner):
        for text in (item for item in _texts(cell) if not item.isidentifier()):
            found = _names_of(text)
            binds |= found[0]
            refers |= found[1]
    if any(_writes(node) for node in inner):
        binds |= {text for text in _texts([statement]) if text.isidentifier()}
        binds |= {node.arg for node in inner if isinstance(node, ast.keyword) and node.arg}
        binds |= {node.attr for node in inner if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    return frozenset(binds), frozenset(refers)


def _texts(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in nodes:
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _names_of(text: str) -> Names:
    try:
        return names_in(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return NOTHING


def _runs_text(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in _RUN_TEXT + _RUN_TEXT_OF
    return isinstance(function, ast.Attribute) and function.attr in _RUN_TEXT_OF


def _writes(node: ast.AST) -> bool:
    """Whether a node puts something into a module's namespace."""
    match node:
        case ast.Subscript(value=value, ctx=ast.Store()):
            return _is_namespace(value)
        case ast.Attribute(value=value, ctx=ast.Store()):
            return _is_module(value)
        case ast.Call(func=ast.Name(id="setattr"), args=[first, *_]):
            return _is_module(first)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            return attr == "push" or (attr in _WRITE and _is_namespace(value))
    return False


def _is_namespace(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _NAMESPACES
        case ast.Attribute(attr=attr):
            return attr in ("user_ns", "__dict__")
    return False


def _is_module(node: ast.expr) -> bool:
    return bool(_A_MODULE.search(ast.unparse(node)))

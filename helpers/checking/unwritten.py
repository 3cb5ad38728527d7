"""Whether a NotImplementedError means that nothing is written yet, or that its line was left beside the work."""

from __future__ import annotations

import ast
import linecache
import re
from types import FrameType

NOT_WRITTEN = "not written yet"

_BARE = re.compile(r"(?:.*:\s*)?raise\s+NotImplementedError(?:\(\s*\))?\s*;?\s*(?:#.*)?")


def unwritten(frame: FrameType, line: str, number: int, message: str = "") -> str:
    """The kind of fault for a NotImplementedError that ended in the student's `frame`, at its line `number`.

    "not_written" where that line is all there is; "left" where it stands beside other code; "raised" where the error is
    the student's own, with words or from another line. Nothing is written, too, in a class whose other methods are like
    that. A docstring, `pass` and a call of the base class's method are not work. Where the text isn't known, neither is
    what stands around the line: "left".
    """
    if not message and frame.f_code.co_filename not in linecache.cache:
        return "left"
    if not _BARE.fullmatch(line):
        return "raised"
    try:
        source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
        around = _around(ast.parse(source), number)
    except (SyntaxError, ValueError, RecursionError):
        return "not_written"
    return "not_written" if all(map(_is_empty, around)) else "left"


def _around(tree: ast.Module, number: int) -> list[list[ast.stmt]]:
    """What has to be empty if nothing is written at a line: the function around it, and its class's other methods."""
    outer: ast.AST = tree
    block: ast.AST = tree
    while inner := next((item for item in _body(block) if _is_block(item) and _spans(item, number)), None):
        outer, block = block, inner
    if isinstance(outer, ast.ClassDef):
        return [item.body for item in outer.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return [_body(block)]


def _body(node: ast.AST) -> list[ast.stmt]:
    return node.body if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else []


def _is_block(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def _spans(node: ast.stmt, number: int) -> bool:
    return node.lineno <= number <= (node.end_lineno or node.lineno)


def _is_empty(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(node, (ast.Raise, ast.Pass))
        or (isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or _calls_base(node.value)))
        for node in body
    )


def _calls_base(node: ast.expr) -> bool:
    return ast.unparse(node).startswith("super().")

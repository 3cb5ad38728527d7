"""Runs the exercises of a web page, where Python runs in the reader's browser and IPython is missing."""

from __future__ import annotations

import ast
import json
import linecache
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from . import display
from .check import hint
from .checking.printed import Printed

_namespace: dict[str, Any] = {"__name__": "__main__"}
_have_run: dict[str, str] = {}  # the newest text of each cell by its exercise, of other cells by their own text


def run(asked: str) -> str:
    """Runs an exercise's cell, then its check; both texts, and the parts to show that come back, are JSON.

    `asked` has name, source, check (the text of the check's cell) and hint (whether a hint is wanted and no check),
    and in `before` the page's earlier code cells as name and source. Of cells without a name only imports, definitions
    and plain assignments run, since no figure can be drawn here. Each part has html or text.
    """
    request = json.loads(asked)
    parts: list[dict[str, str]] = []
    stream = Printed()
    display.show_through(lambda page, text: parts.append({"html": page, "text": text}))
    try:
        with redirect_stdout(stream), redirect_stderr(stream):
            if request["hint"]:
                hint(request["name"])
            else:
                _prepare(request["before"])
                if fault := _execute(request["name"], request["source"]):
                    parts.append({"text": fault})
                else:
                    exec(compile(request["check"], "<check>", "exec"), _namespace)
    finally:
        display.show_through(None)
    if printed := stream.text():
        parts.insert(0, {"text": printed})
    return json.dumps(parts)


def _prepare(cells: list[dict[str, str]]) -> None:
    """Runs earlier cells that are new or have changed; one of the reader's that fails is told when it is called.

    What they print is not shown: it would stand in the answer to another exercise.
    """
    for cell in cells:
        name, source = cell["name"], cell["source"]
        key = name or source
        if _have_run.get(key) != source:
            with redirect_stdout(Printed()):
                if name:
                    _execute(name, source)
                else:
                    _run_definitions(source)
                    _have_run[key] = source


def _execute(name: str, source: str) -> str:
    """Runs the text of an exercise; what went wrong, in a line or two."""
    place = f"<cell {name}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    _have_run[name] = source
    try:
        exec(compile(source, place, "exec"), _namespace)
    except BaseException as error:  # whatever the reader's code raises is only told
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == place]
        said = "".join(traceback.format_exception_only(error)).rstrip()
        return f"your line {own[-1].lineno}:  {own[-1].line}\n{said}" if own else said
    return ""


def _run_definitions(source: str) -> None:
    """Runs the statements of a cell that other cells may need and that are quick, each on its own."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a line for IPython
        return
    for statement in statements:
        if _is_needed(statement):
            try:
                exec(compile(ast.Module([statement], []), "<course>", "exec"), _namespace)
            except Exception:  # a package that is not here, or a value of an exercise that isn't written
                continue


def _is_needed(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
        return True
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return all(isinstance(_root(call), ast.Name) and isinstance(call, ast.Attribute) for call in calls) and all(
        _is_module(_root(call)) for call in calls
    )


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Attribute, ast.Call)):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and type(_namespace.get(node.id)).__name__ == "module"

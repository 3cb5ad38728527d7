"""Runs the cells of a student's notebook, behind the wall: parsed once, then statement by statement as a plan says."""

from __future__ import annotations

import ast
import json
import linecache
import sys
from collections.abc import Callable, Sequence, Set
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from helpers.checking.calls import fault_of
from helpers.checking.spec import Fault

from . import slicing
from .magics import to_python
from .slicing import CellCode


class ParsedCells(Sequence[slicing.Statements]):
    """The statements of a notebook's cells, each read when it is first asked for."""

    def __init__(self, cells: Sequence[CellCode]) -> None:
        self.cells = cells

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, index: Any) -> Any:
        return _read(self.cells[index].source)[1]

    def text(self, index: int) -> str:
        """The Python of a cell, without magics."""
        return _read(self.cells[index].source)[0]


@cache
def _read(source: str) -> tuple[str, slicing.Statements]:
    text = to_python(source) if len(source) <= slicing.MAX_CELL else source
    return text, slicing.parse(text)


def read_ahead(notebook: Path) -> None:
    """Reads a release's cells once for all processes that are forked from this one. Raises OSError or ValueError."""
    for cell in json.loads(notebook.read_bytes())["cells"]:
        if cell["cell_type"] == "code":
            _, statements = _read("".join(cell["source"]))
            _ = statements.binders, statements.stars, [item.refers for item in statements]


def run_cells(notebook: ParsedCells, plan: slicing.Plan, target: int) -> tuple[dict[str, Any], Fault | None]:
    """Runs the planned statements in a fresh namespace; returns it, and what stopped the target cell, if anything did.

    As in a notebook, an error ends its cell and not the run. A failed import ends nothing: see `_not_here`.
    """
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace.update(get_ipython=_Shell, display=_nothing)
    fault: Fault | None = None
    for index, chosen in plan:
        label, text = notebook.cells[index].label, notebook.text(index)
        name = f"<cell {label}>"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        try:
            for number in chosen:
                statement = notebook[index][number]
                code = compile(slicing.as_module(statement), name, "exec")
                if isinstance(statement.node, (ast.Import, ast.ImportFrom)):
                    _import(code, statement.binds, namespace)
                else:
                    exec(code, namespace)
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, too
            if index == target:
                fault = fault_of(error, label)
    if fault is None and not notebook[target]:
        fault = _syntax_fault(notebook.cells[target].label, notebook.text(target))
    return namespace, fault


def _import(code: CodeType, names: Set[str], namespace: dict[str, Any]) -> None:
    """Runs an import statement; where it fails, its names stand for what is not here."""
    try:
        exec(code, namespace)
    except Exception as error:  # a package may raise anything while it is imported
        namespace.update(dict.fromkeys(names, _not_here(error)))
    if "get_ipython" in names:
        namespace["get_ipython"] = _Shell


def _not_here(error: Exception) -> Any:
    """Stands for what can't be imported here: that costs nothing until it is used. Colab's own modules do nothing."""
    colab = isinstance(error, ModuleNotFoundError) and str(error.name).split(".")[0] == "google"
    return _Shell() if colab else _NotHere(error)


class _NotHere:
    """Raises what its import raised when it is used."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        raise self._error.with_traceback(None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise self._error.with_traceback(None)


def _syntax_fault(label: str, text: str) -> Fault | None:
    if len(text) > slicing.MAX_CELL:
        return Fault("raised", "ValueError", f"this cell has more than {slicing.MAX_CELL} characters")
    try:
        compile(text, f"<cell {label}>", "exec")
    except SyntaxError as error:
        return Fault("raised", type(error).__name__, error.msg or "", (error.text or "").strip(), error.lineno or 0)
    except (ValueError, RecursionError, MemoryError) as error:
        return Fault("raised", type(error).__name__, "this cell can't be read as Python")
    return None


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for IPython's display: nobody looks."""


class _Shell:
    """Stands for IPython's shell and Colab's modules, so that magics, shell lines and mounted drives do nothing."""

    __call__ = _nothing

    def __getattr__(self, name: str) -> Callable[..., None]:
        return _nothing

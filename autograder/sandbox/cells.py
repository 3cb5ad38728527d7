"""Runs the cells of a student's notebook, behind the wall: parsed once, then statement by statement as a plan says."""

from __future__ import annotations
import __future__

import ast
import inspect
import json
import linecache
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from helpers.checking.calls import fault_of
from helpers.checking.forbidden import ForbiddenHelper
from helpers.checking.raised import reason
from helpers.checking.spec import Fault

from . import event_loop, slicing
from .magics import to_python
from .newer_python import is_newer_python
from .slicing import CellCode
from .stand_ins import Broken, NotHere, Shell, display, refuse

# Errors of the place, not of the code: forbidden here, nobody or no package here, no such file, no network.
_ONLY_HERE = (ForbiddenHelper, NotHere, ImportError, OSError)


class ParsedCells(Sequence[slicing.Statements]):
    """The statements of a notebook's cells, each read when it is first asked for."""

    def __init__(self, cells: Sequence[CellCode]) -> None:
        self.cells = cells
        self._parsed: dict[int, slicing.Statements] = {}

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, index: Any) -> Any:
        found = self._parsed.get(index)
        if found is None:
            found = self._parsed[index] = _read(self.cells[index].source)[1]
        return found

    def text(self, index: int) -> str:
        """The Python of a cell, without magics."""
        return _read(self.cells[index].source)[0]

    def by_version(self, fault: Fault) -> Fault:
        """The fault, as one of Python's version where a name is missing whose cell is written for a newer one."""
        found = re.fullmatch(r"name '(\w+)' is not defined", fault.message) if fault.type_name == "NameError" else None
        for index in range(len(self)) if found else ():
            text = self.text(index)
            if found and not self[index] and re.search(rf"\b{found[1]}\b", text) and is_newer_python(text):
                return replace(fault, kind="version")
        return fault


@cache
def _read(source: str) -> tuple[str, slicing.Statements]:
    text = to_python(source) if len(source) <= slicing.MAX_CELL else source
    return text, slicing.parse(text)


def read_ahead(notebook: Path) -> None:
    """Reads a release's cells once for all processes that are forked from this one. Raises OSError or ValueError."""
    for number, cell in enumerate(json.loads(notebook.read_bytes())["cells"]):
        if cell["cell_type"] == "code":
            _, statements = _read("".join(cell["source"]))
            _ = statements.binders, statements.stars, [item.refers for item in statements]
            for item in statements:
                _compiled(item, _file_name(f"release {number}"), 0)


def run_cells(notebook: ParsedCells, plan: slicing.Plan, target: int) -> tuple[dict[str, Any], Fault | None]:
    """Runs the planned statements in a fresh namespace; returns it, and what stopped the target cell, if anything did.

    As in a notebook, an error ends its cell and not the run. What fails only because it is graded (a comparison with a
    forbidden function, a package, file or GPU that is not here, a question to the person at the keyboard) ends its
    statement alone; the names that it would have bound raise the same when they are used.
    """
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace.update(get_ipython=Shell, display=display, input=refuse("input()"))
    namespace.update(In=[""], Out={}, _="", __="", ___="")
    fault: Fault | None = None
    flags = 0
    for index, chosen in plan:
        label, text = notebook.cells[index].label, notebook.text(index)
        name = _file_name(label)
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        for number in chosen:
            statement = notebook[index][number]
            try:
                code = _compiled(statement, name, flags)
                flags |= _future_flags(statement.node)
                awaited = eval(code, namespace)
                if code.co_flags & inspect.CO_COROUTINE:
                    event_loop.run(awaited)
                if "get_ipython" in statement.binds:
                    namespace["get_ipython"] = Shell
            except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, too
                if index == target and fault is None:
                    fault = fault_of(error, label)
                if not (_is_only_here(error) or isinstance(statement.node, (ast.Import, ast.ImportFrom))):
                    break
                namespace.update(dict.fromkeys(statement.binds, Broken(error)))
    if fault is None and not notebook[target]:
        fault = _syntax_fault(notebook.cells[target].label, notebook.text(target))
    return namespace, fault


def _is_only_here(error: BaseException) -> bool:
    return isinstance(error, _ONLY_HERE) or reason(fault_of(error, "")) == "no_gpu"


def _file_name(label: str) -> str:
    """What tracebacks call a cell."""
    return f"<cell {label}>"


@cache
def _compiled(statement: slicing.Statement, name: str, flags: int) -> CodeType:
    """A statement's code, without this module's own __future__, but with the notebook's: it holds for later cells."""
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code: CodeType = compile(slicing.as_module(statement), name, "exec", flags=flags, dont_inherit=True)
    return code


def _future_flags(node: ast.stmt) -> int:
    """The compiler's flags for `from __future__ import ...`."""
    if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
        return 0
    return sum({getattr(__future__, alias.name).compiler_flag for alias in node.names})


def _syntax_fault(label: str, text: str) -> Fault | None:
    if len(text) > slicing.MAX_CELL:
        return Fault("raised", "ValueError", f"this cell has more than {slicing.MAX_CELL} characters")
    try:
        compile(text, f"<cell {label}>", "exec", dont_inherit=True)
    except SyntaxError as error:
        kind = "version" if is_newer_python(text) else "raised"
        return Fault(kind, type(error).__name__, error.msg or "", (error.text or "").strip(), error.lineno or 0)
    except (ValueError, RecursionError, MemoryError) as error:
        return Fault("raised", type(error).__name__, "this cell can't be read as Python")
    return None

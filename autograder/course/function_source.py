"""The source of a function, with all that it needs of its module: as a student would hand it in."""

from __future__ import annotations

import ast
import inspect
import symtable
import textwrap
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from .exercise import Exercise


def function_source(function: Callable[..., Any], name: str) -> str:
    """The source of a function under another name, without decorators, after the sources of what it calls."""
    sources: dict[str, str] = {}
    _collect(function, name, sources)
    return "\n\n\n".join(sources.values())


def _collect(function: Callable[..., Any], name: str, sources: dict[str, str]) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    sources[name] = ""  # known from here on, since functions may call each other
    assert isinstance(definition, ast.FunctionDef)
    definition.name, definition.decorator_list = name, []
    held = dict(zip(function.__code__.co_freevars, (cell.cell_contents for cell in function.__closure__ or ())))
    globals_used = _Globals({**function.__globals__, **held})
    tree = globals_used.visit(tree)
    for own, used in globals_used.found.items():
        if own in sources:
            continue
        if isinstance(used, ModuleType):
            if used.__name__ != "numpy":  # which the notebook has imported
                sources[own] = f"import {used.__name__} as {own}"
        elif inspect.isclass(used):
            sources[own] = f"from {used.__module__} import {used.__name__} as {own}"
        elif isinstance(used, Exercise):
            _collect(used.reference, own, sources)
        elif inspect.isfunction(used):
            _collect(used, own, sources)
        else:
            sources[own] = f"{own} = {literal(used)}"
    del sources[name]  # behind what it calls, which its default values may need
    sources[name] = ast.unparse(tree)


class _Globals(ast.NodeTransformer):
    """Finds what a function takes from its module or holds, and gives another exercise's reference a name of its own.

    Else it would stand in for the student's function. `found` maps the names in the new tree to their values.
    """

    def __init__(self, module: Mapping[str, Any]) -> None:
        self.module = module
        self.found: dict[str, Any] = {}
        self.shadowed: list[set[str]] = []

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id not in self.module or any(node.id in names for names in self.shadowed):
            return node
        used = self.module[node.id]
        own = f"own_{node.id}" if isinstance(used, Exercise) else node.id
        self.found.setdefault(own, used)
        return ast.Name(own, node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr == "reference" and isinstance(node.value, ast.Name):  # median.reference(...) is median(...)
            return self.visit_Name(node.value)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        self.visit(node.args)  # default values don't see the function's own names
        return self._visit_within(_locals(node), node)

    visit_Lambda = visit_FunctionDef

    def visit_ListComp(self, node: Any) -> Any:
        first = node.generators[0]
        outside, first.iter = self.visit(first.iter), ast.Constant(None)  # it doesn't see the comprehension's own names
        targets = {item.id for part in node.generators for item in ast.walk(part.target) if isinstance(item, ast.Name)}
        self._visit_within(targets, node)
        first.iter = outside
        return node

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _visit_within(self, names: set[str], node: ast.AST) -> ast.AST:
        self.shadowed.append(names)
        self.generic_visit(node)
        self.shadowed.pop()
        return node


def _locals(node: ast.FunctionDef | ast.Lambda) -> set[str]:
    """Parameters and other local names of a function."""
    table = symtable.symtable(ast.unparse(node), "<function>", "exec").get_children()[-1]
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_local()}


def literal(value: Any) -> str:
    """The Python of a value: an array, a number, a text, or a container of these."""
    if isinstance(value, np.ndarray):
        dtype = "" if value.dtype in (np.int64, np.float64, np.bool_) and value.size else f", dtype=np.{value.dtype}"
        return f"np.array({value.tolist()!r}{dtype})"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(literal, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    return repr(value)

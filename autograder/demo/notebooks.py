"""Makes submissions as students would hand them in: the release notebook with some of its cells filled."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import symtable
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.course import Course, Exercise

Notebook = dict[str, Any]


def stub(course: Course, assignment: str) -> Notebook:
    """The release notebook as handed out."""
    return copy.deepcopy(_read(course.release(assignment)))


def solved(course: Course, assignment: str) -> Notebook:
    """The release notebook with every solution filled in."""
    source = _read(course.solution(assignment))
    answers = {name: text(cell) for cell in source["cells"] if (name := grade_id(cell)) and not name.endswith("_check")}
    return filled(course, assignment, answers)


def filled(course: Course, assignment: str, answers: Mapping[str, str], start: Notebook | None = None) -> Notebook:
    """A notebook (the release, if no other is given) with the cells of `answers` replaced, by exercise."""
    notebook = stub(course, assignment) if start is None else copy.deepcopy(start)
    for cell in notebook["cells"]:
        if grade_id(cell) in answers:
            cell["source"] = answers[grade_id(cell)]
    return notebook


def mistake(exercise: Exercise, name: str) -> str:
    """A known mistake as a student would hand it in."""
    wrong = exercise.mistakes[name][1]
    return function_source(wrong, exercise.name) if callable(wrong) else variables_source(exercise, wrong)


def function_source(function: Callable[..., Any], name: str) -> str:
    """The source of a function under another name, without decorators, after the sources of what it calls."""
    sources: dict[str, str] = {}
    _collect(function, name, sources)
    return "\n\n\n".join(sources.values())


def _collect(function: Callable[..., Any], name: str, sources: dict[str, str]) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    sources[name] = ""  # known from here on, since functions may call each other
    assert isinstance(definition, ast.FunctionDef) and not function.__code__.co_freevars
    definition.name, definition.decorator_list = name, []
    globals_used = _Globals(function.__globals__)
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
            sources[own] = f"{own} = {_literal(used)}"
    del sources[name]  # behind what it calls, which its default values may need
    sources[name] = ast.unparse(tree)


class _Globals(ast.NodeTransformer):
    """Finds what a function takes from its module, and gives another exercise's reference a name of its own.

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


def variables_source(exercise: Exercise, value: Any) -> str:
    """Assignments of an answer's variables."""
    values = value if exercise.kind == "design" else (value,)
    return "\n".join(f"{name} = {_literal(item)}" for name, item in zip(exercise.variables, values))


def code_cell(source: str, name: str = "") -> Notebook:
    """A cell that a student adds; with `name`, one that claims a grade id."""
    metadata = (
        {"nbgrader": {"grade_id": name, "grade": True, "solution": False, "locked": True, "points": 99}} if name else {}
    )
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def grade_id(cell: Notebook) -> str:
    """nbgrader's id of a cell; empty where it has none."""
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def text(cell: Notebook) -> str:
    """The cell's source as one string."""
    return "".join(cell["source"])


def write(notebook: Notebook, folder: Path, student: str, assignment: str) -> Path:
    """Puts a notebook where the grader looks for it."""
    path = folder / student / assignment / f"{assignment}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def exercises(course: Course, assignment: str) -> list[Exercise]:
    """The assignment's exercises that are graded by code."""
    return [exercise for exercise in course.notebooks[assignment].exercises if exercise.kind != "written"]


@cache
def _read(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_text("utf-8"))
    return notebook


def _literal(value: Any) -> str:
    return f"np.array({value.tolist()!r})" if isinstance(value, np.ndarray) else repr(value)

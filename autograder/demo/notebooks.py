"""Makes submissions as students would hand them in: the release notebook with some of its cells filled."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.exercises import COURSE, Exercise
from autograder.grading.exam import ROOT, release_path

Notebook = dict[str, Any]


def stub(assignment: str) -> Notebook:
    """The release notebook as handed out."""
    return copy.deepcopy(_read(release_path(assignment)))


def solved(assignment: str) -> Notebook:
    """The release notebook with every solution filled in."""
    source = _read(ROOT / "solutions" / f"{assignment}.ipynb")
    answers = {name: text(cell) for cell in source["cells"] if (name := grade_id(cell)) and not name.endswith("_check")}
    return filled(assignment, answers)


def filled(assignment: str, answers: Mapping[str, str], start: Notebook | None = None) -> Notebook:
    """A notebook (the release, if no other is given) with the cells of `answers` replaced, by exercise."""
    notebook = stub(assignment) if start is None else copy.deepcopy(start)
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
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "reference" and isinstance(node.value, ast.Name):
            node.__class__, node.id = ast.Name, node.value.id  # type: ignore[assignment, attr-defined]
        if not isinstance(node, ast.Name) or node.id not in function.__globals__ or node.id == "np":
            continue
        used = function.__globals__[node.id]
        # Another exercise's reference gets a name of its own, so as not to stand in for the student's function.
        node.id = f"own_{node.id}" if isinstance(used, Exercise) else node.id
        if node.id in sources or isinstance(used, ModuleType):
            continue
        if isinstance(used, Exercise):
            _collect(used.reference, node.id, sources)
        elif inspect.isfunction(used):
            _collect(used, node.id, sources)
        else:
            sources[node.id] = f"{node.id} = {_literal(used)}"
    del sources[name]  # behind what it calls, which its default values may need
    sources[name] = ast.unparse(tree)


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


def exercises(assignment: str) -> list[Exercise]:
    """The assignment's exercises that are graded by code."""
    return [exercise for exercise in COURSE[assignment].exercises if exercise.kind != "written"]


@cache
def _read(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_text("utf-8"))
    return notebook


def _literal(value: Any) -> str:
    return f"np.array({value.tolist()!r})" if isinstance(value, np.ndarray) else repr(value)

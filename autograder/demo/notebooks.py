"""Makes submissions as students would hand them in: the release notebook with some of its cells filled."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course import Course, Exercise
from autograder.course.function_source import function_source, literal

Notebook = dict[str, Any]


def stub(course: Course, assignment: str) -> Notebook:
    """The release notebook as handed out."""
    return _read(course.release(assignment))


def solved(course: Course, assignment: str) -> Notebook:
    """The release notebook with every solution filled in."""
    return filled(course, assignment, _answers(course.solution(assignment)))


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


def variables_source(exercise: Exercise, value: Any) -> str:
    """Assignments of an answer's variables."""
    values = value if exercise.kind == "design" else (value,)
    return "\n".join(f"{name} = {literal(item)}" for name, item in zip(exercise.variables, values))


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
def _answers(solution: Path) -> dict[str, str]:
    """The source of each exercise's cell."""
    cells = _read(solution)["cells"]
    return {name: text(cell) for cell in cells if (name := grade_id(cell)) and not name.endswith("_check")}


def _read(path: Path) -> Notebook:
    """A notebook of the caller's own: to parse the text again is quicker than to copy what was parsed."""
    notebook: Notebook = json.loads(_text_of(path))
    return notebook


@cache
def _text_of(path: Path) -> str:
    return path.read_text("utf-8")

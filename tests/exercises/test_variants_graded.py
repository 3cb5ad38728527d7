"""Right variants and the notebooks' solutions as students hand them in: what passes the check passes the grade."""

from __future__ import annotations

import json

import pytest
from conftest import COURSE

from autograder.course import Exercise
from autograder.course.function_source import function_source
from autograder.demo.notebooks import exercises, filled, grade_id, solved, text
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.result import ExerciseResult
from autograder.grading.submission import parse
from autograder.sandbox.client import Sandbox
from helpers.check import judged
from helpers.checking.messages import explain

EXERCISES = [
    exercise
    for exercise in COURSE.exercises()
    if exercise.variants and not COURSE.notebooks[exercise.notebook].lacking()
]


SOLVED = [
    exercise for name, book in COURSE.notebooks.items() if not book.lacking() for exercise in exercises(COURSE, name)
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_what_passes_the_check_passes_the_grade(exercise: Exercise, sandbox: Sandbox) -> None:
    for style, function in exercise.variants.items():
        public = judged(exercise.public(), function, ())
        assert public.passed, f"{style}: {explain(public).text()}"
        item = graded(exercise, "import numpy as np\n\n" + function_source(function, exercise.name), sandbox)
        assert (item.status, item.score) == ("correct", exercise.points), f"{style}: {item.message.text()}"


@pytest.mark.parametrize("exercise", SOLVED, ids=lambda exercise: exercise.name)
def test_the_solution_in_the_notebook_gets_its_points(exercise: Exercise, sandbox: Sandbox) -> None:
    cells = solved(COURSE, exercise.notebook)["cells"]
    (source,) = (text(cell) for cell in cells if grade_id(cell) == exercise.name)
    item = graded(exercise, source, sandbox)
    said = (
        f"the solution of {exercise.name} in solutions/{exercise.notebook}.py (run `make build` when you change it): "
    )
    assert (item.status, item.score) == ("correct", exercise.points), said + item.message.text()


def graded(exercise: Exercise, source: str, sandbox: Sandbox) -> ExerciseResult:
    """The grade of a cell in a notebook without other work."""
    notebook = filled(COURSE, exercise.notebook, {exercise.name: source})
    submission = parse(json.dumps(notebook).encode(), "ann", exercise.notebook)
    result = grade(submission, load_exam(COURSE, exercise.notebook, 5), sandbox)
    (item,) = (item for item in result.exercises if item.exercise == exercise.name)
    return item

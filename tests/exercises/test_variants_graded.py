"""Right variants as students hand them in: what passes the check passes the grade."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from conftest import COURSE

from autograder.course import Exercise
from autograder.course.function_source import function_source
from autograder.demo.notebooks import filled
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import parse
from autograder.sandbox.client import Sandbox
from helpers.check import judged

EXERCISES = [
    exercise
    for exercise in COURSE.exercises()
    if exercise.variants and not COURSE.notebooks[exercise.notebook].lacking()
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(COURSE) as one:
        yield one


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_what_passes_the_check_passes_the_grade(exercise: Exercise, sandbox: Sandbox) -> None:
    for style, function in exercise.variants.items():
        assert judged(exercise.public(), function, ()).passed, style
        source = "import numpy as np\n\n" + function_source(function, exercise.name)
        notebook = filled(COURSE, exercise.notebook, {exercise.name: source})
        submission = parse(json.dumps(notebook).encode(), "ann", exercise.notebook)
        result = grade(submission, load_exam(COURSE, exercise.notebook, 5), sandbox)
        (item,) = (item for item in result.exercises if item.exercise == exercise.name)
        assert (item.status, item.score) == ("correct", exercise.points), (style, item.message)

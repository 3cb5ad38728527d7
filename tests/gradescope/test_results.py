"""What Gradescope is told of a result."""

from __future__ import annotations

import json

import pytest

from autograder.gradescope.results import to_json
from autograder.grading.result import ExerciseResult, SubmissionResult


@pytest.mark.parametrize(("status", "told"), [("correct", "passed"), ("wrong", "failed"), ("error", "failed")])
def test_an_exercise_without_points_passes_only_where_it_is_right(status: str, told: str) -> None:
    item = ExerciseResult("stretch", 0.0, 0.0, status)
    document = json.loads(to_json(SubmissionResult("ann", "01", (item,)), "visible", 1.0, "said"))
    (test,) = document["tests"]
    assert test["status"] == told and document["score"] == 0

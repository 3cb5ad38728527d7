"""What Gradescope is told of a result."""

from __future__ import annotations

import json

import pytest

from autograder.gradescope.results import MAX_OUTPUT, to_json
from autograder.grading.result import ExerciseResult, SubmissionResult
from helpers.checking.messages import Message


@pytest.mark.parametrize(("status", "told"), [("correct", "passed"), ("wrong", "failed"), ("error", "failed")])
def test_an_exercise_without_points_passes_only_where_it_is_right(status: str, told: str) -> None:
    item = ExerciseResult("stretch", 0.0, 0.0, status)
    document = json.loads(to_json(SubmissionResult("ann", "01", (item,)), "visible", 1.0, "said"))
    (test,) = document["tests"]
    assert test["status"] == told and document["score"] == 0


def test_points_that_a_person_gives_wait() -> None:
    items = (
        ExerciseResult("one", 1.5, 2, "partial", "swapped", Message("fail", "Look\there\x1b.")),
        ExerciseResult("two", 1.0, 1, "correct"),
        ExerciseResult("words", None, 2, "not_attempted"),
    )
    document = json.loads(to_json(SubmissionResult("ann", "01", items), "hidden", 2.6, "said\x07"))
    assert (document["score"], document["execution_time"]) == (2.5, 3)
    assert document["output"] == "said\nPoints still to be given by hand: 2."
    one, two, words = document["tests"]
    assert (one["score"], one["max_score"], one["status"]) == (1.5, 2, "failed") and two["status"] == "passed"
    assert one["output"].startswith("Look    here.") and two["output"] == "correct"
    assert one["extra_data"] == {"status": "partial", "diagnosis": "swapped"}
    assert words["name"] == "words (graded by hand)" and words["output"] == "not attempted" and "score" not in words
    assert {document["visibility"], *(test["visibility"] for test in document["tests"])} == {"hidden"}
    whole = json.loads(to_json(SubmissionResult("ann", "01", items[:2]), "visible", 0, "said"))
    assert whole["output"] == "said"
    third = SubmissionResult("ann", "01", (ExerciseResult("one", 2 / 3, 2, "partial"),))
    assert json.loads(to_json(third, "visible", 0, ""))["score"] == 0.666667


def test_a_long_message_is_cut() -> None:
    item = ExerciseResult("one", 0.0, 2, "wrong", message=Message("fail", "x" * 2 * MAX_OUTPUT))
    (test,) = json.loads(to_json(SubmissionResult("ann", "01", (item,)), "visible", 1.0, ""))["tests"]
    assert len(test["output"]) == MAX_OUTPUT

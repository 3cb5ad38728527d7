"""A result as Gradescope's results.json: a test for each exercise."""

from __future__ import annotations

import json
from typing import Any

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.reports.names import strip_controls
from autograder.reports.statuses import group

MAX_OUTPUT = 20_000  # characters of a test


def to_json(result: SubmissionResult, visibility: str, seconds: float, said: str) -> str:
    """The file. `said` stands above the tests; all exercises are graded or wait for a person.

    What waits for a person is a test without points. The score is given as a whole, since Gradescope would ask each
    test for one.
    """
    scores = [item.score for item in result.exercises if item.score is not None]
    waiting = sum(item.max_score for item in result.exercises if item.score is None)
    output = f"{said}\nPoints still to be given by hand: {waiting:g}." if waiting else said
    document = {
        "score": round(sum(scores), 6),
        "execution_time": round(seconds),
        "output": _printable(output),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": [_test(item, visibility) for item in result.exercises],
    }
    return json.dumps(document, indent=1) + "\n"


def _test(item: ExerciseResult, visibility: str) -> dict[str, Any]:
    test = {
        "name": item.exercise,
        "name_format": "text",
        "output": _printable(item.message.text() if item.message else item.status.replace("_", " "))[:MAX_OUTPUT],
        "output_format": "text",
        "visibility": visibility,
        "extra_data": {"status": item.status, "diagnosis": item.diagnosis},
    }
    if item.score is None:
        return test | {"name": f"{item.exercise} (graded by hand)"}
    passed = group(item) == "right"
    return test | {"score": item.score, "max_score": item.max_score, "status": "passed" if passed else "failed"}


def _printable(text: str) -> str:
    return strip_controls(text).expandtabs(4)

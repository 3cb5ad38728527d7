"""What grading yields: plain data that reports are written from."""

from __future__ import annotations

import json
from dataclasses import dataclass

from helpers.checking.messages import Message


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise of one submission. `score` is None for manual and not_graded; `status` is one of STATUSES.

    `wrong_values` is a digest of what was wrong in the hidden cases, or empty. It is for assistants alone.
    """

    exercise: str
    score: float | None
    max_score: float
    status: str
    diagnosis: str = ""
    message: Message | None = None
    wrong_values: str = ""


@dataclass(frozen=True)
class SubmissionResult:
    """One notebook of one student. `notes` are for the teaching assistant: what was odd about the file."""

    student: str
    assignment: str
    exercises: tuple[ExerciseResult, ...]
    notes: tuple[str, ...] = ()


STATUSES = (
    "correct",
    "partial",
    "wrong",
    "not_attempted",
    "error",
    "timeout",
    "memory",
    "crashed",
    "forbidden",
    "missing",
    "manual",
    "not_graded",
)


def to_json(result: SubmissionResult) -> str:
    """All of it but whose it is."""
    rows = [{**vars(item), "message": item.message and vars(item.message)} for item in result.exercises]
    return json.dumps({"exercises": rows, "notes": result.notes})


def from_json(text: str, student: str, assignment: str) -> SubmissionResult:
    """What `to_json` wrote, as this student's. Raises ValueError when the text is damaged."""
    try:
        raw = json.loads(text)
        rows = tuple(ExerciseResult(**{**row, "message": _message(row["message"])}) for row in raw["exercises"])
        return SubmissionResult(student, assignment, rows, tuple(raw["notes"]))
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"not a result: {error}") from error


def _message(raw: dict[str, object] | None) -> Message | None:
    if raw is None:
        return None
    return Message(**{key: _tuples(value) for key, value in raw.items()})  # type: ignore[arg-type]


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value

"""What grading yields: plain data that reports are written from."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.checking.messages import Message


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise of one submission. `score` is None for manual and not_graded; `status` is one of STATUSES."""

    exercise: str
    score: float | None
    max_score: float
    status: str
    diagnosis: str = ""
    message: Message | None = None


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

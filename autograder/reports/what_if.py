"""What would happen to the marks if an exercise were left out, or had other points. Nothing is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from autograder.grading.result import ExerciseResult, SubmissionResult

from .book import Entry, mark_of
from .lateness import LateRule


class WhatIfError(ValueError):
    """A change that can't be understood; the text says how to write it."""


@dataclass(frozen=True)
class PointsChange:
    """Another number of points for an exercise; None leaves it out."""

    exercise: str
    points: float | None


@dataclass(frozen=True)
class Effect:
    """One submission: its mark as a share of the points graded so far, before and after; None where nothing is."""

    student: str
    assignment: str
    before: float | None
    after: float | None

    @property
    def moved(self) -> float:
        """By how much the share changes."""
        return (self.after or 0.0) - (self.before or 0.0)


def change(text: str) -> PointsChange:
    """The change that `drop=EXERCISE` or `points=EXERCISE:N` stands for. Raises WhatIfError."""
    kind, _, rest = text.partition("=")
    exercise, _, points = rest.partition(":")
    try:
        if kind == "drop" and exercise and not points:
            return PointsChange(exercise, None)
        if kind == "points" and exercise and 0 <= float(points) < math.inf:
            return PointsChange(exercise, float(points))
    except ValueError:
        pass
    raise WhatIfError(f"{text} is not a change such as drop=EXERCISE or points=EXERCISE:2")


def changed(result: SubmissionResult, changes: Sequence[PointsChange]) -> SubmissionResult:
    """The result as it would be; a score keeps its share of the exercise's points."""
    wanted = {item.exercise: item.points for item in changes}
    items = [_with_points(item, wanted.get(item.exercise, item.max_score)) for item in result.exercises]
    return replace(result, exercises=tuple(item for item in items if item is not None))


def outcomes(entries: Iterable[Entry], changes: Sequence[PointsChange], rule: LateRule) -> list[Effect]:
    """Every submission with one of the exercises in it."""
    wanted = {item.exercise for item in changes}
    found = []
    for entry in entries:
        if wanted & {item.exercise for item in entry.result.exercises}:
            after = changed(entry.result, changes)
            pair = (_share(entry.result, entry, rule), _share(after, entry, rule))
            found.append(Effect(entry.result.student, entry.result.assignment, *pair))
    return found


def _with_points(item: ExerciseResult, points: float | None) -> ExerciseResult | None:
    if points is None:
        return None
    score = None if item.score is None else item.score * points / item.max_score if item.max_score else 0.0
    return replace(item, score=score, max_score=points)


def _share(result: SubmissionResult, entry: Entry, rule: LateRule) -> float | None:
    mark = mark_of(result, {}, entry.mark.days_late, rule)
    graded = mark.max_points - mark.waiting
    return None if mark.mark is None or not graded else mark.mark / graded

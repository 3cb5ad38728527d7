"""The page for a teaching assistant: how the class did, what to discuss, and what needs attention."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.files import write_atomically
from autograder.grading.result import STATUSES, ExerciseResult, SubmissionResult
from autograder.grading.run_record import RunRecord
from helpers.checking.messages import FAULT_LABELS, RAISED

from . import pages
from .statuses import count_groups

NEEDS_ATTENTION = ("not_graded", "missing", "forbidden", "crashed", "timeout", "memory")
BINS = 10
MISTAKES_SHOWN = 10
REASON_LENGTH = 300
_CODE_LINE = re.compile(r"your line \d+:  ")


@dataclass(frozen=True)
class ExerciseRow:
    """One exercise over all of its submissions, counted by group and by status; `mean` is from 0 to 1, or None."""

    exercise: str
    points: float
    mean: float | None
    groups: dict[str, int]
    statuses: dict[str, int]


@dataclass(frozen=True)
class StudentRow:
    """One submission: the score so far, the points that are graded, and their ratio or None."""

    result: SubmissionResult
    link: str
    score: float
    points: float
    share: float | None
    groups: dict[str, int]


@dataclass(frozen=True)
class AssignmentPart:
    """One assignment: its exercises, its students, the number of students in each tenth of the points.

    `mistakes` are the most frequent ones, as (count, exercise, diagnosis, sentence).
    """

    name: str
    exercises: list[ExerciseRow]
    students: list[StudentRow]
    bins: list[int]
    mean: float | None
    mistakes: list[tuple[int, str, str, str]]


def write(
    results: Iterable[SubmissionResult],
    path: Path,
    sentences: Mapping[tuple[str, str], str] | None = None,
    notes: Sequence[str] = (),
    record: RunRecord | None = None,
) -> None:
    """Writes report.html. The same results and record give the same bytes. Raises OSError.

    `sentences` maps (exercise, diagnosis) to the sentence that students see. `notes` are lines about the run as a
    whole, such as folders that are not submissions. Of the `record`'s date the day is shown.
    """
    write_atomically(path, page(results, sentences or {}, notes, record))


def page(
    results: Iterable[SubmissionResult],
    sentences: Mapping[tuple[str, str], str],
    notes: Sequence[str],
    record: RunRecord | None = None,
) -> str:
    """The HTML page: self-contained, light and dark."""
    results = sorted(results, key=lambda result: (result.assignment, result.student))
    names = sorted({result.assignment for result in results})
    parts = [_part(name, [result for result in results if result.assignment == name], sentences) for name in names]
    troubles = [(status, _by_student(_with_status(results, status))) for status in NEEDS_ATTENTION]
    return pages.render(
        "report.html",
        parts=parts,
        submissions=len(results),
        students=len({result.student for result in results}),
        statuses=[(status, count) for status in STATUSES if (count := len(_with_status(results, status)))],
        manual=_by_exercise(_with_status(results, "manual")),
        troubles=[(status, rows) for status, rows in troubles if rows],
        irregular=[result for result in results if result.notes],
        notes=notes,
        record=record,
        link=link,
    )


def reason(item: ExerciseResult) -> str:
    """The reason for an exercise's result, in one line, with the code's own words as such."""
    if item.message is None:
        return ""
    stopped = [_stopped(label, value) for label, value in item.message.rows if label in FAULT_LABELS]
    words = " ".join(" · ".join([*stopped, *item.message.notes] or [item.message.title]).split())
    return words if len(words) <= REASON_LENGTH else words[:REASON_LENGTH] + "…"


def _stopped(label: str, value: str) -> str:
    """Why a call gave no value. The line of code, whose comments may say anything, is left to the feedback page."""
    said = " ".join(line for line in value.splitlines() if not _CODE_LINE.match(line))
    return f"the code raised {said}" if label == RAISED else said


def link(result: SubmissionResult) -> str:
    """The address of the student's feedback page, from report.html."""
    return "/".join(quote(os.fsencode(name)) for name in ("feedback", result.student, f"{result.assignment}.html"))


def exercise_rows(results: Sequence[SubmissionResult]) -> list[ExerciseRow]:
    """One row for each exercise in the results of one assignment, in the notebook's order."""
    by_exercise: dict[str, list[ExerciseResult]] = {}
    for result in results:
        for item in result.exercises:
            by_exercise.setdefault(item.exercise, []).append(item)
    return [_exercise_row(exercise, items) for exercise, items in by_exercise.items()]


def _part(name: str, results: list[SubmissionResult], sentences: Mapping[tuple[str, str], str]) -> AssignmentPart:
    items = [item for result in results for item in result.exercises]
    order = list(dict.fromkeys(item.exercise for item in items))
    students = [_student_row(result) for result in results]
    bins = [0] * BINS
    for student in students:
        if student.share is not None:
            bins[min(int(student.share * BINS), BINS - 1)] += 1
    named = Counter((item.exercise, item.diagnosis) for item in items if item.diagnosis)
    common = sorted(named.items(), key=lambda entry: (-entry[1], order.index(entry[0][0]), entry[0][1]))
    return AssignmentPart(
        name=name,
        exercises=exercise_rows(results),
        students=students,
        bins=bins,
        mean=_mean([student.share for student in students]),
        mistakes=[(count, *key, sentences.get(key, "")) for key, count in common[:MISTAKES_SHOWN]],
    )


def _exercise_row(exercise: str, items: list[ExerciseResult]) -> ExerciseRow:
    counts = Counter(item.status for item in items)
    # While answers wait to be graded by hand, only those without an answer have a score.
    shares = [] if counts["manual"] else [_share(item.score, item.max_score) for item in items]
    return ExerciseRow(
        exercise=exercise,
        points=max(item.max_score for item in items),
        mean=_mean(shares),
        groups=count_groups(items),
        statuses={status: counts[status] for status in STATUSES if counts[status]},
    )


def _student_row(result: SubmissionResult) -> StudentRow:
    graded = [item for item in result.exercises if item.score is not None]
    score, points = sum(item.score or 0.0 for item in graded), sum(item.max_score for item in graded)
    return StudentRow(result, link(result), score, points, _share(score, points), count_groups(result.exercises))


def _with_status(results: Iterable[SubmissionResult], status: str) -> list[tuple[SubmissionResult, ExerciseResult]]:
    return [(result, item) for result in results for item in result.exercises if item.status == status]


def _by_exercise(
    rows: list[tuple[SubmissionResult, ExerciseResult]],
) -> dict[tuple[str, str], list[SubmissionResult]]:
    grouped: dict[tuple[str, str], list[SubmissionResult]] = {}
    for result, item in rows:
        grouped.setdefault((result.assignment, item.exercise), []).append(result)
    return grouped


def _by_student(
    rows: list[tuple[SubmissionResult, ExerciseResult]],
) -> list[tuple[SubmissionResult, list[str], str]]:
    """Each submission once, with its exercises and why: one reason for all of them, or each reason with its own."""
    grouped: dict[tuple[str, str], tuple[SubmissionResult, dict[str, list[str]]]] = {}
    for result, item in rows:
        why = (reason(item) or "; ".join(result.notes)).removeprefix(f"{item.exercise}: ")
        _, reasons = grouped.setdefault((result.assignment, result.student), (result, {}))
        reasons.setdefault(why, []).append(item.exercise)
    return [
        (result, [name for names in reasons.values() for name in names], _joined(reasons))
        for result, reasons in grouped.values()
    ]


def _joined(reasons: dict[str, list[str]]) -> str:
    if len(reasons) == 1:
        return next(iter(reasons))
    return "; ".join(f"{', '.join(exercises)}: {why}" for why, exercises in reasons.items())


def _share(score: float | None, points: float) -> float | None:
    return None if score is None or not points else score / points


def _mean(shares: list[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None

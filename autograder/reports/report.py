"""A page for each assignment, for a teaching assistant: how the class did, what to discuss, what needs attention."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.files import write_atomically
from autograder.grading.result import ExerciseResult, SubmissionResult
from helpers.checking.messages import FAULT_LABELS, RAISED

from . import pages, statuses
from .beliefs import Belief
from .book import Entry
from .statuses import count_groups

FOLDER = "report"
NEEDS_ATTENTION = ("not_graded", "missing", "forbidden", "crashed", "timeout", "memory")
BINS = 10
MAX_MISTAKES = 10
REASON_LENGTH = 300
_CODE_LINE = re.compile(r"your line \d+:  ")

Listed = list[tuple[Entry, list[str], str]]


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

    entry: Entry
    score: float
    points: float
    share: float | None
    groups: dict[str, int]


@dataclass(frozen=True)
class AssignmentPart:
    """One assignment: its exercises, its students, the number of students in each tenth of the points.

    `mistakes` are the most frequent ones, as (count, exercise, diagnosis, sentence). `manual` and `again` are the
    entries that wait for a person and for another look, by exercise; `troubles` what needs attention, by status;
    `beliefs` what the class predicted.
    """

    name: str
    exercises: list[ExerciseRow]
    students: list[StudentRow]
    bins: list[int]
    mean: float | None
    mistakes: list[tuple[int, str, str, str]]
    statuses: dict[str, int]
    manual: dict[str, list[Entry]]
    again: dict[str, list[Entry]]
    troubles: list[tuple[str, Listed]]
    irregular: list[Entry]
    beliefs: Sequence[Belief] = ()


def write(part: AssignmentPart, out: Path) -> None:
    """Writes OUT/report/<assignment>.html. The same part gives the same bytes. Raises OSError."""
    write_atomically(path(part.name, out), page(part))


def path(assignment: str, out: Path) -> Path:
    """The path of an assignment's page."""
    return out / FOLDER / f"{assignment}.html"


def page(part: AssignmentPart) -> str:
    """The HTML page: self-contained, light and dark."""
    return pages.render("assignment.html", part=part, link=link)


def part_of(
    name: str, entries: Iterable[Entry], sentences: Mapping[tuple[str, str], str], beliefs: Sequence[Belief] = ()
) -> AssignmentPart:
    """An assignment by the entries of its students.

    `sentences` maps (exercise, diagnosis) to the sentence that students see. `beliefs` are what they predicted.
    """
    entries = sorted(entries, key=lambda entry: (entry.name, entry.result.student))
    items = [item for entry in entries for item in entry.result.exercises]
    order = list(dict.fromkeys(item.exercise for item in items))
    students = [_student_row(entry) for entry in entries]
    bins = [0] * BINS
    for student in students:
        if student.share is not None:
            bins[min(max(int(student.share * BINS), 0), BINS - 1)] += 1
    named = Counter((item.exercise, item.diagnosis) for item in items if item.diagnosis)
    common = sorted(named.items(), key=lambda found: (-found[1], order.index(found[0][0]), found[0][1]))
    troubles = [(status, _by_student(_with_status(entries, status))) for status in NEEDS_ATTENTION]
    again = [(entry, item) for entry, item in _all(entries) if _is_again(entry, item)]
    return AssignmentPart(
        name=name,
        exercises=exercise_rows([entry.result for entry in entries]),
        students=students,
        bins=bins,
        mean=_mean([student.share for student in students]),
        mistakes=[(count, *key, sentences.get(key, "")) for key, count in common[:MAX_MISTAKES]],
        statuses=_count_statuses(items),
        manual=_by_exercise(_with_status(entries, "manual")),
        again=_by_exercise(again),
        troubles=[(status, rows) for status, rows in troubles if rows],
        irregular=[entry for entry in entries if entry.result.notes],
        beliefs=beliefs,
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


def link(student: str, assignment: str) -> str:
    """The address of a student's feedback page, from OUT."""
    return "/".join(quote(os.fsencode(name)) for name in ("feedback", student, f"{assignment}.html"))


def exercise_rows(results: Sequence[SubmissionResult]) -> list[ExerciseRow]:
    """One row for each exercise in the results of one assignment, in the notebook's order."""
    by_exercise: dict[str, list[ExerciseResult]] = {}
    for result in results:
        for item in result.exercises:
            by_exercise.setdefault(item.exercise, []).append(item)
    return [_exercise_row(exercise, items) for exercise, items in by_exercise.items()]


def _exercise_row(exercise: str, items: list[ExerciseResult]) -> ExerciseRow:
    counts = _count_statuses(items)
    # While answers wait to be graded by hand, only those without an answer have a score.
    shares = [] if counts.get("manual") else [_share(item.score, item.max_score) for item in items]
    return ExerciseRow(
        exercise=exercise,
        points=max(item.max_score for item in items),
        mean=_mean(shares),
        groups=count_groups(items),
        statuses=counts,
    )


def _count_statuses(items: Iterable[ExerciseResult]) -> dict[str, int]:
    counts = Counter(map(statuses.key, items))
    return {key: counts[key] for key in statuses.WORDS if counts[key]}


def _student_row(entry: Entry) -> StudentRow:
    graded = [item for item in entry.result.exercises if item.score is not None]
    score, points = sum(item.score or 0.0 for item in graded), sum(item.max_score for item in graded)
    return StudentRow(entry, score, points, _share(score, points), count_groups(entry.result.exercises))


def _all(entries: Iterable[Entry]) -> list[tuple[Entry, ExerciseResult]]:
    return [(entry, item) for entry in entries for item in entry.result.exercises]


def _with_status(entries: Iterable[Entry], status: str) -> list[tuple[Entry, ExerciseResult]]:
    """What has a status, and no points from a person: who gave these has seen it."""
    return [(entry, item) for entry, item in _all(entries) if item.status == status and not entry.is_by_hand(item)]


def _is_again(entry: Entry, item: ExerciseResult) -> bool:
    return item.exercise in entry.given and entry.given[item.exercise].again


def _by_exercise(rows: list[tuple[Entry, ExerciseResult]]) -> dict[str, list[Entry]]:
    grouped: dict[str, list[Entry]] = {}
    for entry, item in rows:
        grouped.setdefault(item.exercise, []).append(entry)
    return grouped


def _by_student(rows: list[tuple[Entry, ExerciseResult]]) -> Listed:
    """Each submission once, with its exercises and why: one reason for all of them, or each reason with its own."""
    grouped: dict[str, tuple[Entry, dict[str, list[str]]]] = {}
    for entry, item in rows:
        why = (reason(item) or "; ".join(entry.result.notes)).removeprefix(f"{item.exercise}: ")
        _, reasons = grouped.setdefault(entry.result.student, (entry, {}))
        reasons.setdefault(why, []).append(item.exercise)
    return [
        (entry, [name for names in reasons.values() for name in names], _joined(reasons))
        for entry, reasons in grouped.values()
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

"""Writes everything that a run leaves in OUT."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course import Course
from autograder.grading.batch import Task
from autograder.grading.result import SubmissionResult
from autograder.grading.run_record import RunRecord
from autograder.grading.submission import Submission, read
from autograder.intake import collected

from . import autograded, feedback, gradebook, grades_csv, report
from .database import GradebookError, complete
from .names import escape_controls
from .releases import read_release

UNCONFINED = "student code ran UNCONFINED: any submission could have changed these results"


def address(out: Path, db: str) -> str:
    """The gradebook's address: that of `--db`, or a file in OUT. Raises GradebookError when `db` is not an address."""
    return complete(db) if db else gradebook.default_url(out)


def prepare(out: Path, db: str) -> None:
    """Makes sure, before hours of grading, that the gradebook can be written. Raises GradebookError."""
    gradebook.prepare(address(out, db))


def write(
    course: Course,
    tasks: Sequence[Task],
    notes: Sequence[str],
    results: Sequence[SubmissionResult],
    out: Path,
    db: str,
    confined: bool = True,
    record: RunRecord | None = None,
) -> None:
    """Writes grades.csv, the gradebook, feedback, report.html and the folders that nbgrader's programs read.

    `notes` are lines for the report about the run as a whole. It shows the `record`, too; students see nothing of that,
    as it holds the seed. Every page says so when student code was not `confined`. Raises OSError, and GradebookError
    after everything that needs no gradebook is written.
    """
    try:
        _write(course, tasks, notes, results, out, address(out, db), confined, record)
    except OSError as error:
        # The command says it in a terminal, and the file's name may be a student's.
        name = escape_controls(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else None
        raise OSError(error.errno, error.strerror, name) from error


def _write(
    course: Course,
    tasks: Sequence[Task],
    notes: Sequence[str],
    results: Sequence[SubmissionResult],
    out: Path,
    url: str,
    confined: bool,
    record: RunRecord | None,
) -> None:
    assignments = dict.fromkeys(task.assignment for task in tasks)
    releases = {name: read_release(course.release(name), course.solution(name)) for name in assignments}
    again = [task for task in tasks if autograded.path(task.student, task.assignment, out).exists()]
    changed = autograded.rewritten(_submissions(again), releases, out)
    grades_csv.write(results, out / "grades.csv")
    warning = "" if confined else UNCONFINED
    all_notes = [warning, *notes] if warning else notes
    report.write(results, out / "report.html", _sentences(course, assignments), all_notes, record)
    feedback.write(results, out, warning)
    try:
        gradebook.write(results, url, releases, changed, collected.load(out).people.values())
    except GradebookError as error:
        kept = "grades.csv, feedback and report are written; the same command completes the rest"
        raise GradebookError(f"{error}; {kept}") from error
    # After the gradebook: if that fails, a rerun still sees which written answers have changed.
    autograded.write(_submissions(tasks), results, releases, out)
    autograded.course_folder(out, releases, url)


def _submissions(tasks: Sequence[Task]) -> Iterator[Submission]:
    """Reads one at a time, as the notebooks of a large class would fill the memory."""
    for task in tasks:
        yield read(task.path, task.student, task.assignment)


def _sentences(course: Course, assignments: Mapping[str, None]) -> dict[tuple[str, str], str]:
    """The sentence of each known mistake, by (exercise, short name)."""
    exercises = [exercise for name in assignments for exercise in course.notebooks[name].exercises]
    return {
        (exercise.name, name): sentence for exercise in exercises for name, (sentence, _) in exercise.mistakes.items()
    }

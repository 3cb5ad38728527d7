"""Everything that a run leaves in OUT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course import Course
from autograder.grading.batch import Task
from autograder.grading.result import SubmissionResult
from autograder.grading.submission import Submission, read

from . import autograded, feedback, gradebook, grades_csv, release, report
from .database import GradebookError, complete

UNCONFINED = "student code ran UNCONFINED: any submission could have changed these results"


def address(out: Path, db: str) -> str:
    """The gradebook's: what `--db` says, or a file in OUT. Raises GradebookError for what is no address."""
    return complete(db) if db else gradebook.default_url(out)


def prepare(out: Path, db: str) -> None:
    """Refuses, before hours of grading, a gradebook that can't be written. Raises GradebookError."""
    gradebook.prepare(address(out, db))


def write(
    course: Course,
    tasks: Sequence[Task],
    notes: Sequence[str],
    results: Sequence[SubmissionResult],
    out: Path,
    db: str,
    confined: bool = True,
) -> None:
    """Writes grades.csv, the gradebook, feedback, report.html and the folders that nbgrader's programs read.

    `notes` are lines for the report about the run as a whole. That student code was not `confined` stands on every
    page. Raises OSError; GradebookError when all that needs no gradebook is written.
    """
    url = address(out, db)
    assignments = dict.fromkeys(task.assignment for task in tasks)
    releases = {name: release.read(course.release(name), course.solution(name)) for name in assignments}
    again = [task for task in tasks if autograded.path(task.student, task.assignment, out).exists()]
    changed = autograded.rewritten(_submissions(again), releases, out)
    grades_csv.write(results, out / "grades.csv")
    warning = "" if confined else UNCONFINED
    report.write(results, out / "report.html", _sentences(course, assignments), [warning, *notes] if warning else notes)
    feedback.write(results, out, warning)
    try:
        gradebook.write(results, url, releases, changed)
    except GradebookError as error:
        kept = "grades.csv, feedback and report are written, and the same command makes up for the rest"
        raise GradebookError(f"{error}; {kept}") from error
    # Not before the gradebook: a rerun would no longer see that written answers changed.
    autograded.write(_submissions(tasks), results, releases, out)
    autograded.course_folder(out, releases, url)


def _submissions(tasks: Sequence[Task]) -> Iterator[Submission]:
    """One at a time, since all notebooks of a large class together are large."""
    for task in tasks:
        yield read(task.path, task.student, task.assignment)


def _sentences(course: Course, assignments: Mapping[str, None]) -> dict[tuple[str, str], str]:
    """The sentence of each known mistake, by exercise and short name."""
    exercises = [exercise for name in assignments for exercise in course.notebooks[name].exercises]
    return {
        (exercise.name, name): sentence for exercise in exercises for name, (sentence, _) in exercise.mistakes.items()
    }

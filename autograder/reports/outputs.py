"""Everything that a run leaves in OUT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.exercises import COURSE
from autograder.grading.batch import Task
from autograder.grading.exam import ROOT, release_path
from autograder.grading.result import SubmissionResult
from autograder.grading.submission import Submission, read

from . import autograded, feedback, gradebook, grades_csv, release, report


def write(tasks: Sequence[Task], notes: Sequence[str], results: Sequence[SubmissionResult], out: Path, db: str) -> None:
    """Writes grades.csv, the gradebook, feedback, report.html and the folders that nbgrader's programs read.

    `notes` are lines for the report about the run as a whole. Raises OSError or GradebookError.
    """
    url = db or gradebook.default_url(out)
    assignments = dict.fromkeys(task.assignment for task in tasks)
    releases = {name: release.read(release_path(name), ROOT / "solutions" / f"{name}.ipynb") for name in assignments}
    changed = autograded.rewritten(_submissions(tasks), releases, out)
    # The gradebook first: were it to fail after the notebooks, a rerun would not see that written answers changed.
    gradebook.write(results, url, releases, changed)
    autograded.write(_submissions(tasks), results, releases, out)
    autograded.course_folder(out, releases, url)
    feedback.write(results, out)
    report.write(results, out / "report.html", _sentences(assignments), notes)
    grades_csv.write(results, out / "grades.csv")


def _submissions(tasks: Sequence[Task]) -> Iterator[Submission]:
    """One at a time, since all notebooks of a large class together are large."""
    for task in tasks:
        yield read(task.path, task.student, task.assignment)


def _sentences(assignments: Mapping[str, None]) -> dict[tuple[str, str], str]:
    """The sentence of each known mistake, by exercise and short name."""
    exercises = [exercise for name in assignments for exercise in COURSE[name].exercises]
    return {
        (exercise.name, name): sentence for exercise in exercises for name, (sentence, _) in exercise.mistakes.items()
    }

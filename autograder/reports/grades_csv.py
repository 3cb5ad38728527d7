"""grades.csv: one row for each student and exercise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.grading.result import SubmissionResult

from .csv_table import as_csv

COLUMNS = ("student", "assignment", "exercise", "score", "max_score", "status", "diagnosis")


def write(results: Iterable[SubmissionResult], path: Path) -> None:
    """Writes the rows sorted by student and assignment (by code point), exercises in the result's order.

    The same results give the same bytes, in whatever order they come. `csv.reader` reads the file back. Raises OSError.
    """
    rows: list[Sequence[str | float | None]] = [COLUMNS]
    for result in sorted(results, key=lambda result: (result.student, result.assignment)):
        for item in result.exercises:
            marks = (item.exercise, item.score, item.max_score, item.status, item.diagnosis)
            rows.append((result.student, result.assignment, *marks))
    write_atomically(path, as_csv(rows))

"""grades.csv: one row for each student and exercise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.files import write_atomically
from autograder.grading.result import SubmissionResult

from .csv_table import as_csv

COLUMNS = ("student", "assignment", "exercise", "score", "max_score", "status", "diagnosis")

Row = tuple[str, str, str, float | None, float, str, str]


def write(results: Iterable[SubmissionResult], path: Path) -> None:
    """Writes the rows sorted by student and assignment (by code point), exercises in the result's order.

    The same results give the same bytes, in whatever order they come. They are looked at one at a time. `csv.reader`
    reads the file back. Raises OSError.
    """
    rows: list[Row] = []
    for result in results:
        for item in result.exercises:
            marks = (item.exercise, item.score, item.max_score, item.status, item.diagnosis)
            rows.append((result.student, result.assignment, *marks))
    rows.sort(key=lambda row: row[:2])
    write_atomically(path, as_csv([COLUMNS, *rows]))

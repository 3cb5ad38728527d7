"""grades.csv: one row for each student and exercise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.files import write_atomically
from autograder.grading.result import SubmissionResult

from .names import encodable

COLUMNS = ("student", "assignment", "exercise", "score", "max_score", "status", "diagnosis")


def write(results: Iterable[SubmissionResult], path: Path) -> None:
    """Writes the rows sorted by student and assignment (by code point), exercises in the result's order.

    The same results give the same bytes, in whatever order they come. `csv.reader` reads the file back. Raises OSError.
    """
    rows: list[tuple[str, ...]] = [COLUMNS]
    for result in sorted(results, key=lambda result: (result.student, result.assignment)):
        for item in result.exercises:
            score = "" if item.score is None else number(item.score)
            marks = (item.exercise, score, number(item.max_score), item.status, item.diagnosis)
            rows.append((harmless(result.student), result.assignment, *marks))
    write_atomically(path, "".join(",".join(map(_field, row)) + "\n" for row in rows))


def number(value: float) -> str:
    """A number such as 2 or 0.67: without an exponent, without trailing zeros."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def harmless(name: str) -> str:
    """The name with a leading apostrophe where a spreadsheet would take it for a formula."""
    name = encodable(name)
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else name


def _field(text: str) -> str:
    # The csv module quotes a carriage return in some versions of Python and not in others.
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text

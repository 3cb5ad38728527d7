"""What each student has in each assignment, hand grades and lateness included; marks.csv."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.files import write_atomically

from . import autograded, book, by_hand
from .book import Mark
from .csv_table import as_csv

__all__ = ["Mark", "completed", "of_course", "write"]

FILE = "marks.csv"
COLUMNS = ("student", "assignment", "points", "mark", "max_points", "waiting", "days_late")


def of_course(out: Path, db: str = "") -> list[Mark]:
    """The marks of all that OUT holds, sorted by student and assignment.

    A student whom class.json names, but who handed in nothing, has a mark of None. `db` is the gradebook's address,
    where it is not the one that OUT's last run wrote. Raises GradebookError, KeptError, ClassFileError, RuleError or
    OSError.
    """
    held = book.load(out, by_hand.read(autograded.gradebook_url(out, db)))
    return completed((entry.mark for entry in held.entries()), held.absent())


def completed(found: Iterable[Mark], absent: Iterable[tuple[str, str]]) -> list[Mark]:
    """The marks with one of None for each (student, assignment) in `absent`, sorted."""
    marks = list(found)
    points = {name: max(mark.max_points for mark in marks if mark.assignment == name) for name in _assignments(marks)}
    marks += [Mark(student, name, None, None, points[name]) for student, name in absent]
    return sorted(marks, key=lambda mark: (mark.student, mark.assignment))


def write(marks: Iterable[Mark], path: Path) -> None:
    """Writes marks.csv: `points` are those earned, `mark` what is left of them after lateness. Raises OSError."""
    rows: list[Sequence[str | float | None]] = [COLUMNS]
    for mark in marks:
        rows.append((mark.student, mark.assignment, mark.raw, mark.mark, mark.max_points, mark.waiting, mark.days_late))
    write_atomically(path, as_csv(rows))


def _assignments(marks: Iterable[Mark]) -> set[str]:
    return {mark.assignment for mark in marks}

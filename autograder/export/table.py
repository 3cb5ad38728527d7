"""All marks as one plain CSV table, for spreadsheets and scripts."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.intake.collected import Collected, Person
from autograder.reports.csv_table import as_csv
from autograder.reports.marks import Mark

from .ready import Exported

COLUMNS = ("student", "name", "email", "assignment", "mark", "max_points", "raw", "days_late", "waiting", "comments")


def make(marks: Sequence[Mark], collected: Collected) -> Exported:
    """A row for each mark, by student and assignment; the LMS's columns of ids come last.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    headings = sorted({heading for mark in marks for heading in _person(mark, collected).ids})
    rows: list[Sequence[str | float | None]] = [(*COLUMNS, *headings)]
    for mark in sorted(marks, key=lambda mark: (mark.student, mark.assignment)):
        person = _person(mark, collected)
        comments = "; ".join(f"{exercise}: {text}" for exercise, text in mark.comments)
        values = (mark.mark, mark.max_points, mark.raw, mark.days_late, mark.waiting, comments)
        ids = (person.ids.get(heading, "") for heading in headings)
        rows.append((mark.student, person.name, person.email, mark.assignment, *values, *ids))
    return Exported(as_csv(rows).encode(), tuple(dict.fromkeys(mark.student for mark in marks)))


def _person(mark: Mark, collected: Collected) -> Person:
    return collected.people.get(mark.student, Person(mark.student))

"""report.html, the first page for a teaching assistant: the assignments, what needs attention, and every student."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.files import write_atomically
from autograder.grading.run_record import RunRecord
from autograder.intake.collected import Person

from . import pages
from .book import Mark
from .report import FOLDER, AssignmentPart, link


@dataclass(frozen=True)
class Summary:
    """One assignment in a line: how many handed in, their mean, and how much of what needs a person.

    `attention` counts the exercises by status, `manual` and `again` those that wait for a person and for another look.
    """

    name: str
    submissions: int
    mean: float | None
    statuses: Mapping[str, int]
    manual: int
    again: int
    attention: Mapping[str, int]
    irregular: int


@dataclass(frozen=True)
class Student:
    """A student's line: marks by assignment, their sum, and the sum of the points that can be had in these."""

    student: str
    name: str
    marks: Mapping[str, Mark]
    total: float
    points: float


def summary(part: AssignmentPart) -> Summary:
    """What the first page says of an assignment."""
    return Summary(
        part.name,
        len(part.students),
        part.mean,
        part.statuses,
        sum(map(len, part.manual.values())),
        sum(map(len, part.again.values())),
        {status: sum(len(exercises) for _, exercises, _ in rows) for status, rows in part.troubles},
        len(part.irregular),
    )


def write(
    summaries: Sequence[Summary],
    marks: Iterable[Mark],
    people: Mapping[str, Person],
    path: Path,
    notes: Sequence[str] = (),
    record: RunRecord | None = None,
    changes: str = "",
) -> None:
    """Writes report.html.

    `notes` are lines about the last run as a whole, `changes` the address of the page that says whose points moved.
    Raises OSError.
    """
    write_atomically(path, page(summaries, marks, people, notes, record, changes))


def page(
    summaries: Sequence[Summary],
    marks: Iterable[Mark],
    people: Mapping[str, Person],
    notes: Sequence[str] = (),
    record: RunRecord | None = None,
    changes: str = "",
) -> str:
    """The HTML page: self-contained, light and dark; without JavaScript only the search is missing."""
    counts: Counter[str] = Counter()
    for item in summaries:
        counts.update(item.statuses)
    return pages.render(
        "report.html",
        summaries=summaries,
        statuses=counts,
        submissions=sum(item.submissions for item in summaries),
        students=_students(marks, people),
        notes=notes,
        record=record,
        changes=changes,
        link=link,
        page_of=lambda name: f"{FOLDER}/{quote(name)}.html",
    )


def _students(marks: Iterable[Mark], people: Mapping[str, Person]) -> list[Student]:
    found: dict[str, dict[str, Mark]] = {}
    for mark in marks:
        found.setdefault(mark.student, {})[mark.assignment] = mark
    return [_student(student, found[student], people.get(student)) for student in sorted(found)]


def _student(student: str, marks: Mapping[str, Mark], person: Person | None) -> Student:
    graded = [mark for mark in marks.values() if mark.mark is not None]
    total = sum(mark.mark or 0.0 for mark in graded)
    return Student(
        student, person.name if person else "", marks, total, sum(mark.max_points - mark.waiting for mark in graded)
    )

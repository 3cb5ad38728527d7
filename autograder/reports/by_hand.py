"""What a person gave in formgrader or at the desk: points, extra credit and comments, read from nbgrader's tables."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbgrader import api
from sqlalchemy import inspect, or_, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from autograder.grading.result import ExerciseResult, SubmissionResult

from .database import GradebookError, complete, redacted, transact

# A student id of nbgrader, and an assignment.
Key = tuple[str, str]


@dataclass(frozen=True)
class HandGrade:
    """What a person entered for one exercise of one student.

    `points` and `extra` are None where nothing was given; `again` says that the work has changed since.
    """

    points: float | None = None
    extra: float | None = None
    comment: str = ""
    again: bool = False

    @property
    def gives_points(self) -> bool:
        """Whether the score is a person's, in whole or in part."""
        return self.points is not None or self.extra is not None


@dataclass(frozen=True)
class Entered:
    """What a gradebook holds: hand grades by submission, then by exercise; and all submissions that it knows."""

    grades: Mapping[Key, Mapping[str, HandGrade]] = field(default_factory=dict)
    submissions: frozenset[Key] = frozenset()


def read(db_url: str) -> Entered:
    """All that was entered by hand in a gradebook, which must be there. Raises GradebookError."""
    url = make_url(complete(db_url))
    if url.get_backend_name() == "sqlite" and not _exists(url.database or ""):
        raise GradebookError(f"there is no gradebook {redacted(db_url)}: name it with --db, or grade again")
    found = [Entered()]

    def work(session: Session) -> None:
        if inspect(session.connection()).has_table(api.Grade.__tablename__):
            found[0] = Entered(_grades(session), _submissions(session))

    transact(db_url, work, "read")
    return found[0]


def applied(result: SubmissionResult, given: Mapping[str, HandGrade]) -> SubmissionResult:
    """The result with the points that a person gave; the statuses stay."""
    items = (
        replace(item, score=_score(item, given[item.exercise])) if item.exercise in given else item
        for item in result.exercises
    )
    return replace(result, exercises=tuple(items))


def _score(item: ExerciseResult, given: HandGrade) -> float | None:
    points = item.score if given.points is None else given.points
    return None if points is None else points + (given.extra or 0.0)


def _exists(database: str) -> bool:
    return database.startswith("file:") or Path(database).is_file()


def _submissions(session: Session) -> frozenset[Key]:
    owner, book = api.SubmittedAssignment, api.SubmittedNotebook
    query = select(owner.student_id, api.Assignment.name).join(book, book.assignment_id == owner.id)
    query = query.join(api.Assignment, api.Assignment.id == owner.assignment_id)
    return frozenset((student, assignment) for student, assignment in session.execute(query))


def _grades(session: Session) -> dict[Key, dict[str, HandGrade]]:
    grade, comment = api.Grade, api.Comment
    entered = or_(grade.manual_score.is_not(None), grade.extra_credit.is_not(None))
    columns = (grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
    found: dict[Key, dict[str, HandGrade]] = defaultdict(dict)
    for student, assignment, cell, points, extra, again in session.execute(_rows(grade, *columns).where(entered)):
        # Points stand at the check of an exercise or, where it is answered in words, at the answer itself.
        name = cell.removesuffix("_check")
        given = HandGrade(_finite(points), _finite(extra), again=bool(again) and points is not None)
        found[student, assignment][name] = given
    said = _rows(comment, comment.manual_comment).where(comment.manual_comment.is_not(None))
    for student, assignment, cell, text in session.execute(said):
        if text.strip():
            given = found[student, assignment].get(cell, HandGrade())
            found[student, assignment][cell] = replace(given, comment=text)
    # In an order that doesn't depend on the database's.
    return {key: dict(sorted(given.items())) for key, given in found.items()}


def _rows(table: Any, *columns: Any) -> Any:
    owner, book, cell = api.SubmittedAssignment, api.SubmittedNotebook, api.BaseCell
    query = select(owner.student_id, api.Assignment.name, cell.name, *columns).select_from(table)
    query = query.join(cell, cell.id == table.cell_id).join(book, book.id == table.notebook_id)
    return query.join(owner, owner.id == book.assignment_id).join(
        api.Assignment, api.Assignment.id == owner.assignment_id
    )


def _finite(points: float | None) -> float | None:
    return points if points is not None and math.isfinite(points) else None

"""A person's points and comments in nbgrader's tables, read and saved as formgrader does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader import api
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from autograder.reports.database import transact

_CELL, _ANSWER = api.BaseCell.__table__.alias(), api.BaseCell.__table__.alias()


@dataclass(frozen=True)
class AnswerGrade:
    """What the gradebook holds for one student's answer.

    `points` are a person's, `automatic` the grader's (0 where nothing was written); None where there are none.
    `waits` is nbgrader's mark that a person should look, `comment` a person's.
    """

    grade_id: str
    student_id: str
    points: float | None
    automatic: float | None
    waits: bool
    comment_id: str | None
    comment: str

    @property
    def state(self) -> tuple[float | None, bool, str]:
        """What a person sees of it, and may have changed elsewhere."""
        return (self.points, self.waits, self.comment)


@dataclass(frozen=True)
class GradeChange:
    """What to save: the points (None takes them away) and the comment, where a person changed them."""

    points: float | None
    comment: str
    sets_points: bool
    sets_comment: bool


class ChangedMeanwhile(Exception):
    """Another program has changed one of the grades; nothing is saved. `now` are all of them as they are."""

    def __init__(self, now: Sequence[AnswerGrade]) -> None:
        super().__init__("the grade was changed elsewhere")
        self.now = tuple(now)


def read(db_url: str, assignment: str, exercise: str) -> list[AnswerGrade]:
    """The grades of all students' answers to a question. Raises GradebookError."""
    found: list[AnswerGrade] = []

    def work(session: Session) -> None:
        found[:] = _grades(session, _CELL.c.name == exercise, api.Assignment.name == assignment)

    transact(db_url, work)
    return found


def save(
    db_url: str, grade_ids: Collection[str], seen: tuple[float | None, bool, str], change: GradeChange
) -> list[AnswerGrade]:
    """Saves the same change for some answers, all or none, and returns their grades as they are then.

    Raises ChangedMeanwhile when one is not as `seen`, and GradebookError.
    """
    saved: list[AnswerGrade] = []

    def work(session: Session) -> None:
        held = _grades(session, api.Grade.id.in_(list(grade_ids)), lock=True)
        if len(held) != len(grade_ids) or any(item.state != seen for item in held):
            raise ChangedMeanwhile(held)
        for item in held:
            if change.sets_points:
                waits = change.points is None and item.automatic is None
                fields = {"manual_score": change.points, "needs_manual_grade": waits}
                session.execute(update(api.Grade).where(api.Grade.id == item.grade_id).values(**fields))
            if change.sets_comment:
                said = update(api.Comment).where(api.Comment.id == item.comment_id)
                session.execute(said.values(manual_comment=change.comment or None))
        saved[:] = _grades(session, api.Grade.id.in_(list(grade_ids)))

    transact(db_url, work)
    return saved


def _grades(session: Session, *which: Any, lock: bool = False) -> list[AnswerGrade]:
    """The grades with their comments, which belong to another cell of the same name."""
    grade, comment, submitted = api.Grade, api.Comment, api.SubmittedAssignment.__table__
    fields = (grade.id, submitted.c.student_id, grade.manual_score, grade.auto_score, grade.needs_manual_grade)
    query = (
        select(*fields, comment.id, comment.manual_comment)
        .join(_CELL, _CELL.c.id == grade.cell_id)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.id == grade.notebook_id)
        .join(submitted, submitted.c.id == api.SubmittedNotebook.assignment_id)
        .join(api.Assignment, api.Assignment.id == submitted.c.assignment_id)
        .outerjoin(
            _ANSWER,
            (_ANSWER.c.notebook_id == _CELL.c.notebook_id)
            & (_ANSWER.c.name == _CELL.c.name)
            & (_ANSWER.c.type == "SolutionCell"),
        )
        .outerjoin(comment, (comment.cell_id == _ANSWER.c.id) & (comment.notebook_id == grade.notebook_id))
        .where(*which)
        .order_by(grade.id)
    )
    if lock:  # formgrader doesn't wait for our lock, but PostgreSQL's rows can be held
        query = query.with_for_update(of=grade)
    rows = session.execute(query).all()
    return [AnswerGrade(*row[:4], bool(row[4]), row[5], row[6] or "") for row in rows]

"""Writes results into nbgrader's gradebook, in one transaction, and keeps what a person entered there."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader import api, utils
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Connection, delete, false, insert, inspect, or_, select, update
from sqlalchemy.orm import Session

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.intake.collected import Person

from .database import GradebookError, transact
from .names import nbgrader_id, strip_controls
from .releases import ReleaseCells

COURSE_ID = "default_course"  # the one course that nbgrader looks for
_UNSAFE = re.compile(r'[<>&"`,;\t\n]+|^[\s=+@-]+')
NO_RESPONSE = "No response."


def default_url(out: Path) -> str:
    """The database that nbgrader uses in a course folder."""
    return f"sqlite:///{(out / 'gradebook.db').resolve()}"


def prepare(db_url: str) -> None:
    """Makes sure that the database can be written, before hours of grading, and creates missing tables.

    Raises GradebookError.
    """

    def work(session: Session) -> None:
        _tables(session.connection())
        for table in api.Base.metadata.sorted_tables:
            session.execute(select(table).limit(0))  # fails where an older nbgrader's tables lack columns
        session.execute(update(api.Course).where(false()).values(id=COURSE_ID))  # fails in a read-only database

    transact(db_url, work)


def write(
    results: Iterable[SubmissionResult],
    db_url: str,
    releases: Mapping[str, ReleaseCells],
    rewritten: Collection[tuple[str, str, str]] = (),
    people: Iterable[Person] = (),
) -> None:
    """Adds the results to the database, or updates them there: all of them, or none.

    Manual scores, extra credit, comments and flags stay. A grade that a person gave is marked for another look when
    its automatic score has changed, or when `rewritten` names its (student, assignment, exercise). `releases` has
    the assignment of each result. Students get the names and addresses of `people`. A student who handed in nothing
    and has no score has no submission there. Raises GradebookError.
    """
    by_assignment: dict[str, list[SubmissionResult]] = {}
    handed_in = (result for result in results if not _is_nothing(result))
    for result in sorted(handed_in, key=lambda result: (result.assignment, result.student)):
        by_assignment.setdefault(result.assignment, []).append(result)

    def work(session: Session) -> None:
        _tables(session.connection())
        for assignment, group in by_assignment.items():
            if assignment not in releases:
                raise GradebookError(f"the gradebook needs the release of {assignment}: run `autograder build`")
            _write_assignment(session, assignment, releases[assignment], group, set(rewritten))
        _name(session, people)

    transact(db_url, work)


def _tables(connection: Connection) -> None:
    """Creates nbgrader's tables in a new database, with the version that `nbgrader db upgrade` reads."""
    new = not inspect(connection).get_table_names()
    api.Base.metadata.create_all(connection)
    if new:
        MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")


def _is_nothing(result: SubmissionResult) -> bool:
    found = {(item.status, item.score) for item in result.exercises}
    return found == {("missing", None)}


def _name(session: Session, people: Iterable[Person]) -> None:
    """Writes what is known of the students, without what formgrader or nbgrader's CSV would take for its own signs."""
    known = set(session.scalars(select(api.Student.id)))
    rows = []
    for person in people:
        first, _, last = strip_controls(person.name).strip().rpartition(" ")
        first, last, email = (_UNSAFE.sub(" ", text).strip() for text in (first, last, strip_controls(person.email)))
        if nbgrader_id(person.student) in known and (last or email):
            rows.append({"id": nbgrader_id(person.student), "first_name": first, "last_name": last, "email": email})
    if rows:
        session.execute(update(api.Student), rows)


def _write_assignment(
    session: Session,
    assignment: str,
    release: ReleaseCells,
    results: list[SubmissionResult],
    rewritten: Collection[tuple[str, str, str]],
) -> None:
    notebook_id, assignment_id = _notebook(session, assignment, release)
    cells = _cells(session, notebook_id, release)
    submitted = _submitted(session, assignment_id, notebook_id, [nbgrader_id(result.student) for result in results])
    grades: list[tuple[str, str, ExerciseResult | None, bool]] = []
    comments: list[tuple[str, str, str | None]] = []
    for result in results:
        submission = submitted[nbgrader_id(result.student)]
        for item in result.exercises:
            grade_id = release.grade_id(item.exercise)
            if grade_id is None:
                said = f"the release of {assignment} has no grade cell for {item.exercise}: run `autograder build`"
                raise GradebookError(said)
            again = (result.student, assignment, item.exercise) in rewritten
            grades.append((submission, cells[api.GradeCell, grade_id], item, again))
        statuses = {item.exercise: item.status for item in result.exercises}
        graded = {release.grade_id(item.exercise) for item in result.exercises}
        for (kind, name), cell in cells.items():
            if kind is api.SolutionCell:
                comments.append((submission, cell, NO_RESPONSE if statuses.get(name) == "not_attempted" else None))
            elif name not in graded:
                grades.append((submission, cell, None, False))
    _grades(session, notebook_id, grades)
    _comments(session, notebook_id, comments)


def _notebook(session: Session, assignment: str, release: ReleaseCells) -> tuple[str, str]:
    """The database's ids of the notebook and of its assignment; adds them where they are new."""
    if session.get(api.Course, COURSE_ID) is None:
        session.add(api.Course(id=COURSE_ID))
        session.flush()
    row = session.scalar(select(api.Assignment).where(api.Assignment.name == assignment))
    if row is None:
        row = api.Assignment(name=assignment, course_id=COURSE_ID)
        row.id = _new_id("assignment", assignment)
        session.add(row)
        session.flush()
    notebook = session.scalar(
        select(api.Notebook).where(api.Notebook.name == assignment, api.Notebook.assignment_id == row.id)
    )
    if notebook is None:
        notebook = api.Notebook(id=_new_id("notebook", row.id), name=assignment, assignment_id=row.id)
        session.add(notebook)
    notebook.kernelspec = json.dumps(release.notebook.metadata.get("kernelspec", {}))
    session.flush()
    return notebook.id, row.id


def _cells(session: Session, notebook_id: str, release: ReleaseCells) -> dict[tuple[type, str], str]:
    """Updates the notebook's cells; maps (GradeCell or SolutionCell, grade id) to the database's id."""
    wanted: dict[tuple[type, str], dict[str, Any]] = {}
    for name, cell in release.gradebook_cells().items():
        wanted[api.SourceCell, name] = {
            "cell_type": cell.cell_type,
            "locked": utils.is_locked(cell),
            "source": cell.source,
            "checksum": utils.compute_checksum(cell),
        }
        if utils.is_grade(cell):
            points = float(cell.metadata.nbgrader.points)
            wanted[api.GradeCell, name] = {"max_score": points, "cell_type": cell.cell_type}
        if utils.is_solution(cell):
            wanted[api.SolutionCell, name] = {}
    held: dict[tuple[type, str], Any] = {}
    for table in (api.BaseCell, api.SourceCell):
        for row in session.scalars(select(table).where(table.notebook_id == notebook_id)):
            held[type(row), row.name] = row
    for (kind, name), fields in wanted.items():
        if (kind, name) not in held:
            row_id = _new_id(kind.__name__, notebook_id, name)
            held[kind, name] = kind(id=row_id, name=name, notebook_id=notebook_id, **fields)
            session.add(held[kind, name])
        for field, value in fields.items():
            setattr(held[kind, name], field, value)
    session.flush()
    _remove(session, [row for key, row in held.items() if key not in wanted])
    return {(kind, name): held[kind, name].id for kind, name in wanted if kind is not api.SourceCell}


def _remove(session: Session, stale: list[Any]) -> None:
    """Removes cells that the release no longer has, except those with a person's score or comment."""
    ids = {row.id for row in stale}
    by_hand = or_(api.Grade.manual_score.is_not(None), api.Grade.extra_credit.is_not(None))
    kept = set(session.scalars(select(api.Grade.cell_id).where(api.Grade.cell_id.in_(ids), by_hand)))
    said = api.Comment.manual_comment.is_not(None)
    kept |= set(session.scalars(select(api.Comment.cell_id).where(api.Comment.cell_id.in_(ids), said)))
    for table in (api.Grade, api.Comment):
        session.execute(delete(table).where(table.cell_id.in_(ids - kept)))
    for row in stale:
        if row.id not in kept:
            # Rows are deleted table by table, as the mapped relationships would first load every grade.
            for part in reversed(inspect(type(row)).tables):
                session.execute(part.delete().where(part.c.id == row.id))
            session.expunge(row)


def _submitted(session: Session, assignment_id: str, notebook_id: str, students: list[str]) -> dict[str, str]:
    """Maps student ids to the database's ids of their submitted notebooks; adds what is missing."""
    known = set(session.scalars(select(api.Student.id)))
    _insert(session, api.Student, [{"id": student} for student in students if student not in known])
    rows = select(api.SubmittedAssignment.student_id, api.SubmittedAssignment.id)
    of_assignment = rows.where(api.SubmittedAssignment.assignment_id == assignment_id)
    assignments: dict[str, str] = dict(session.execute(of_assignment).all())
    new = {student: _new_id("submission", assignment_id, student) for student in students if student not in assignments}
    assignments |= new
    fields = [{"id": row, "assignment_id": assignment_id, "student_id": student} for student, row in new.items()]
    _insert(session, api.SubmittedAssignment, fields)
    rows = select(api.SubmittedNotebook.assignment_id, api.SubmittedNotebook.id)
    of_notebook = rows.where(api.SubmittedNotebook.notebook_id == notebook_id)
    notebooks: dict[str, str] = dict(session.execute(of_notebook).all())
    lacking = [assignments[student] for student in students if assignments[student] not in notebooks]
    new = {row: _new_id("submitted notebook", notebook_id, row) for row in lacking}
    notebooks |= new
    fields = [{"id": row, "assignment_id": owner, "notebook_id": notebook_id} for owner, row in new.items()]
    _insert(session, api.SubmittedNotebook, fields)
    return {student: notebooks[assignments[student]] for student in students}


def _grades(session: Session, notebook_id: str, wanted: list[tuple[str, str, ExerciseResult | None, bool]]) -> None:
    """Writes automatic scores. Without a result, a new grade waits for a person and an old one stays as it is."""
    columns = (api.Grade.id, api.Grade.notebook_id, api.Grade.cell_id, api.Grade.auto_score)
    query = select(*columns, api.Grade.manual_score, api.Grade.needs_manual_grade)
    held = {(row.notebook_id, row.cell_id): row for row in _of_notebook(session, query, api.Grade, notebook_id)}
    new, changed = [], []
    for submission, cell, item, again in wanted:
        score = None if item is None else item.score
        row = held.get((submission, cell))
        fields: dict[str, Any] = {"auto_score": score, "needs_manual_grade": score is None}
        if row is None:
            new.append({"id": _new_id("grade", submission, cell), "notebook_id": submission, "cell_id": cell, **fields})
            continue
        if item is None:
            continue
        if row.manual_score is not None:
            fields["needs_manual_grade"] = row.needs_manual_grade or again or row.auto_score != score
        if (row.auto_score, row.needs_manual_grade) != (score, fields["needs_manual_grade"]):
            changed.append({"id": row.id, **fields})
    _insert(session, api.Grade, new)
    if changed:
        session.execute(update(api.Grade), changed)


def _comments(session: Session, notebook_id: str, wanted: list[tuple[str, str, str | None]]) -> None:
    query = select(api.Comment.id, api.Comment.notebook_id, api.Comment.cell_id, api.Comment.auto_comment)
    held = {(row.notebook_id, row.cell_id): row for row in _of_notebook(session, query, api.Comment, notebook_id)}
    new, changed = [], []
    for submission, cell, said in wanted:
        row = held.get((submission, cell))
        if row is None:
            fields = {"notebook_id": submission, "cell_id": cell, "auto_comment": said}
            new.append({"id": _new_id("comment", submission, cell), **fields})
        elif row.auto_comment != said:
            changed.append({"id": row.id, "auto_comment": said})
    _insert(session, api.Comment, new)
    if changed:
        session.execute(update(api.Comment), changed)


def _of_notebook(session: Session, query: Any, table: Any, notebook_id: str) -> Any:
    submitted = api.SubmittedNotebook
    query = query.join(submitted, submitted.id == table.notebook_id)
    return session.execute(query.where(submitted.notebook_id == notebook_id))


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _new_id(*parts: str) -> str:
    """An id made from names: a new database has the same ids as the old one, so formgrader's addresses stay valid."""
    return uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(parts)).hex

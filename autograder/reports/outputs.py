"""Writes everything that a run leaves in OUT, and all pages and tables again from what OUT holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.course import Course
from autograder.grading.batch import Task
from autograder.grading.result import SubmissionResult
from autograder.intake import collected

from . import (
    autograded,
    book,
    by_hand,
    changes,
    feedback,
    gradebook,
    grades_csv,
    history,
    keeping,
    marks,
    overview,
    report,
    rule_words,
)
from .beliefs import Beliefs
from .book import Book
from .by_hand import Entered
from .database import GradebookError, complete
from .history import Run
from .keeping import Graded, RunInfo
from .names import escape_controls
from .releases import read_release

__all__ = ["RunInfo", "address", "held", "lines_about", "pages", "prepare", "write", "write_again"]

NO_HAND_GRADES = "the gradebook can't be read: points and comments given by hand are missing here"

NO_NOTEBOOK = "no notebook this time, so the earlier result stays"
NOT_KEPT = "not shown, as an older version graded them: {} of the gradebook's submissions. Grade them again to see them"


def address(out: Path, db: str) -> str:
    """The gradebook's address: that of `--db`, or a file in OUT. Raises GradebookError when `db` is not an address."""
    return complete(db) if db else gradebook.default_url(out)


def prepare(out: Path, db: str) -> None:
    """Makes sure, before hours of grading, that the gradebook can be written. Raises GradebookError."""
    gradebook.prepare(address(out, db))


def write(
    course: Course,
    tasks: Sequence[Task],
    notes: Sequence[str],
    results: Sequence[SubmissionResult],
    out: Path,
    db: str,
    info: RunInfo,
) -> tuple[Run, Book]:
    """Keeps the results of a run; writes the gradebook, all pages and tables, and what nbgrader's programs read.

    `notes` are lines for the report about the run as a whole. Returns what is kept of the run, and what OUT holds.
    Raises KeptError, ClassFileError, RuleError or OSError, and GradebookError after everything that needs no gradebook
    is written.
    """
    with _harmless_names():
        url = address(out, db)
        found = {(result.student, result.assignment): result for result in results}
        graded = [Graded(task, found[task.student, task.assignment]) for task in tasks]
        valid, others = keeping.counted(graded, out)
        said = [f"{item.task.student}/{item.task.assignment}: {NO_NOTEBOOK}" for item in others]
        run = keeping.run_of(course, valid, [*said, *notes], out, info)
        history.add(run, out)
        names = sorted({item.task.assignment for item in valid})
        releases = {name: read_release(course.release(name), course.solution(name)) for name in names}
        rewritten = keeping.keep(course, valid, releases, out, info)
        counted = [item.result for item in valid]
        try:
            gradebook.write(counted, url, releases, rewritten, collected.load(out).people.values())
        except GradebookError as error:
            pages(course, out, _entered_if_readable(url), info.shared)
            rest = "grades.csv, feedback and report are written; the same command completes the rest"
            raise GradebookError(f"{error}; {rest}") from error
        # After the gradebook: if that fails, a rerun still sees which written answers have changed.
        autograded.write((item.submission() for item in valid), counted, releases, out)
        autograded.course_folder(out, releases, url)
        return run, pages(course, out, by_hand.read(url), info.shared)


def write_again(course: Course, out: Path, db: str, shared: bool) -> Book:
    """Writes all pages and tables from what OUT and its gradebook hold. Raises what `write` raises."""
    with _harmless_names():
        return pages(course, out, by_hand.read(autograded.gradebook_url(out, db)), shared)


def held(out: Path, db: str) -> Book:
    """What OUT and its gradebook hold. Raises what `write` raises."""
    return book.load(out, by_hand.read(autograded.gradebook_url(out, db)))


def pages(course: Course, out: Path, entered: Entered | None, shared: bool) -> Book:
    """Writes grades.csv, marks.csv, feedback and report.

    `entered` is what people gave by hand; None where the gradebook can't be read.
    """
    whole = book.load(out, entered or Entered())
    grades_csv.write((entry.result for entry in whole.entries()), out / "grades.csv")
    beliefs = Beliefs(course.root)
    feedback.write(beliefs.counting(whole.entries(with_work=True)), out)
    runs = history.runs(out)
    record = runs[-1].record if runs else None
    if record and shared:
        record = replace(record, seed=None)
    sentences = _sentences(course)
    summaries, graded = [], []
    for name in whole.assignments:
        part = report.part_of(name, whole.entries(name), sentences, beliefs.of(name))
        graded += [row.entry.mark for row in part.students]
        report.write(part, out)
        summaries.append(overview.summary(part))
    found = marks.completed(graded, whole.absent())
    marks.write(found, out / marks.FILE)
    changes.write(runs, whole.people, out / changes.FILE)
    notes = [
        *lines_about(course, whole),
        *([NO_HAND_GRADES] if entered is None else []),
        *(runs[-1].notes if runs else ()),
    ]
    changed = changes.FILE if any(run.moves for run in runs) else ""
    overview.write(summaries, found, whole.people, out / "report.html", notes, record, changed)
    return whole


def lines_about(course: Course, whole: Book) -> list[str]:
    """What an assistant must know about OUT as a whole. Raises KeptError or OSError."""
    lost = [NOT_KEPT.format(whole.lost())] if whole.lost() else []
    known = {*course.notebooks, *whole.assignments}
    return [*lost, *rule_words.without_effect(whole.rule, whole.students, known), *rule_words.untimed(whole.untimed())]


def _entered_if_readable(url: str) -> Entered | None:
    try:
        return by_hand.read(url)
    except GradebookError:
        return None


@contextmanager
def _harmless_names() -> Iterator[None]:
    """Spells out the name in an OSError: the command says it in a terminal, and the file's name may be a student's."""
    try:
        yield
    except OSError as error:
        name = escape_controls(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else None
        raise OSError(error.errno, error.strerror, name) from error


def _sentences(course: Course) -> dict[tuple[str, str], str]:
    """The sentence of each known mistake, by (exercise, short name)."""
    return {
        (exercise.name, name): sentence
        for exercise in course.exercises()
        for name, (sentence, _) in exercise.mistakes.items()
    }

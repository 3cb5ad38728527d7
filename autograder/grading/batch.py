"""Grading a whole folder: finds the submissions, and has them graded here or by a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course import Course

from .backend import Backend, ClusterError, NotGraded
from .cache import ResultCache
from .exam import load_exam
from .pool import SandboxPool
from .result import SubmissionResult
from .settings import RunSettings
from .submission import read
from .unrun import missing, not_graded

MAX_NOTES = 20  # about one student's folder
MAX_FILES = 10  # named where a notebook is missing


@dataclass(frozen=True)
class Task:
    """One notebook to grade; `path` is where it should lie."""

    student: str
    assignment: str
    path: Path


@dataclass(frozen=True)
class Found:
    """What a folder of submissions holds: tasks, and lines for the report about what is no submission."""

    tasks: tuple[Task, ...]
    notes: tuple[str, ...]


def find(course: Course, folder: Path, assignments: Sequence[str], every: bool, skip: Path | None = None) -> Found:
    """The submissions in `folder`: <student>/<assignment>/<assignment>.ipynb, sorted by code point.

    With `every`, a student without a folder for one of `assignments` is a task too (and will be `missing`). The folder
    `skip` is no student's. Raises OSError.
    """
    tasks, notes = [], []
    for student in sorted(folder.iterdir()):
        if (skip and student.resolve() == skip.resolve()) or _is_hidden(course, student):
            continue
        if student.is_symlink() or not student.is_dir():
            notes.append(f"{student.name}: not a student's folder, skipped")
            continue
        try:
            inside = sorted(entry.name for entry in student.iterdir())
        except OSError as error:
            notes.append(f"{student.name}: not read: {os.strerror(error.errno or 0).lower()}")
            inside = []
        notes += _strange_names(course, student.name, inside)
        for name in assignments:
            if every or name in inside:
                tasks.append(Task(student.name, name, student / name / f"{name}.ipynb"))
    return Found(tuple(tasks), tuple(notes))


def _is_hidden(course: Course, student: Path) -> bool:
    """Whether it is a system's folder, such as .git, and no student's."""
    return student.name.startswith(".") and not any((student / name).is_dir() for name in course.notebooks)


def _strange_names(course: Course, student: str, inside: Sequence[str]) -> list[str]:
    """A line for each of the first names in a student's folder that are no assignment's."""
    strange = [name for name in inside if name not in course.notebooks and not name.startswith(".")]
    notes = [f"{student}/{name}: no assignment has this name, skipped" for name in strange[:MAX_NOTES]]
    if len(strange) > MAX_NOTES:
        notes.append(f"{student}: and {len(strange) - MAX_NOTES} more names of no assignment")
    return notes


def grade_all(
    course: Course,
    tasks: Sequence[Task],
    settings: RunSettings,
    resume: Path,
    on_result: Callable[[SubmissionResult], None],
    backend: Backend | None = None,
) -> list[SubmissionResult]:
    """Grades every task, with `backend` or one of its own; results come back in the tasks' order.

    Finished work is kept in the folder `resume` by content, so a rerun (or a second student with the same file)
    need not do it again. Raises CannotConfine when student code can't be confined here, ClusterError when the
    cluster can't be used, OSError when `resume` can't be written.
    """
    if backend is None:
        with open_backend(course, tasks, settings) as own:
            return grade_all(course, tasks, settings, resume, on_result, own)
    cache = ResultCache(course, resume, settings)
    with ThreadPoolExecutor(backend.width) as threads:
        futures = {threads.submit(_grade_one, course, task, settings, backend, cache): task for task in tasks}
        done: dict[Task, SubmissionResult] = {}
        try:
            for future in as_completed(futures):
                done[futures[future]] = future.result()
                on_result(done[futures[future]])
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            backend.close()
            raise
    return [done[task] for task in tasks]


def open_backend(course: Course, tasks: Sequence[Task], settings: RunSettings) -> Backend:
    """What grades these tasks by these settings: a context manager. Raises CannotConfine or ClusterError."""
    if not settings.scheduler:
        return SandboxPool(course, settings.confined, settings.limits, settings.jobs)
    try:
        from .dask_backend import DaskBackend  # here, as Dask takes a second to load
    except ImportError as error:
        raise ClusterError(f"a cluster needs the package {error.name}: pip install {error.name}") from error
    return DaskBackend(course, settings, sorted({task.assignment for task in tasks}))


def _grade_one(
    course: Course, task: Task, settings: RunSettings, backend: Backend, cache: ResultCache
) -> SubmissionResult:
    exam = load_exam(course, task.assignment, settings.seed)
    if not os.path.lexists(task.path) and not task.path.parent.is_symlink():
        return missing(task.student, exam, _why_missing(task.path))
    submission = read(task.path, task.student, task.assignment)
    if others := _notebooks_beside(task.path):
        said = f"{task.path.name} was graded; {', '.join(others)} beside it {'was' if len(others) == 1 else 'were'} not"
        submission = replace(submission, notes=(*submission.notes, said))
    try:
        return cache.once(submission, lambda: backend.grade(submission, exam))
    except NotGraded as reason:
        return not_graded(task.student, exam, str(reason))


def _notebooks_beside(path: Path) -> list[str]:
    """Further notebooks in a submission's folder: one of them may be the newer one."""
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return []
    return [name for name in names if name != path.name and name.lower().endswith(".ipynb")][:MAX_FILES]


def _why_missing(path: Path) -> str:
    """What lies in the place of a notebook, so that a person can look at it."""
    if not path.parent.is_dir():
        return f"there is no folder {path.parent.name}"
    names = sorted(entry.name for entry in path.parent.iterdir() if not entry.name.startswith("."))
    more = f" and {len(names) - MAX_FILES} more" if len(names) > MAX_FILES else ""
    also = f"; found {', '.join(names[:MAX_FILES])}{more}" if names else ""
    return f"there is no notebook {path.name} in the folder{also}"

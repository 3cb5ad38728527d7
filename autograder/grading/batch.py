"""Grading a whole folder: finds the submissions, and has them graded here or by a cluster."""

from __future__ import annotations

import os
import stat
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
    """One notebook to grade; `path` is where it should lie.

    `unread` says why there is nothing to grade though something was handed in, `absent` that nothing was; that costs
    the points only with `zero`. `notes` are for the report.
    """

    student: str
    assignment: str
    path: Path
    unread: str = ""
    absent: str = ""
    zero: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a folder of submissions holds: tasks, and lines for the report about what is not a submission."""

    tasks: tuple[Task, ...]
    notes: tuple[str, ...]


def find(course: Course, folder: Path, assignments: Sequence[str], every: bool, skip: Path | None = None) -> Found:
    """The submissions in `folder`: <student>/<assignment>/<assignment>.ipynb, sorted by code point.

    With `every`, a student without a folder for one of `assignments` is a task too (and will be `missing`). The folder
    `skip` is not a student's. A student whose folder can't be looked at has a task for each assignment that the others
    have handed in (and will be `not_graded`). Raises OSError when `folder` itself can't be listed.
    """
    tasks, notes = [], []
    handed_in: dict[str, list[str]] = {}
    unread: list[str] = []
    own = os.path.realpath(skip) if skip else None
    for student in sorted(folder.iterdir()):
        if os.path.realpath(student) == own:
            continue
        try:
            inside = _inside(course, student)
        except OSError as error:
            notes.append(f"{student.name}: not read: {os.strerror(error.errno or 0).lower()}")
            unread += [] if student.name.startswith(".") else [student.name]  # .Trash and the like are not students'
            continue
        if inside is None:
            notes += [] if student.name.startswith(".") else [f"{student.name}: not a student's folder, skipped"]
            continue
        notes += _strange_names(course, student.name, inside)
        handed_in[student.name] = [name for name in assignments if every or name in inside]
    seen = {name for names in handed_in.values() for name in names}
    handed_in |= dict.fromkeys(unread, [name for name in assignments if name in seen] or list(assignments))
    for who, names in sorted(handed_in.items()):
        tasks += [Task(who, name, folder / who / name / f"{name}.ipynb") for name in names]
    return Found(tuple(tasks), tuple(notes))


def _inside(course: Course, student: Path) -> list[str] | None:
    """The names in a student's folder, sorted; None where it is not a student's. Raises OSError."""
    if not stat.S_ISDIR(student.stat().st_mode) or student.is_symlink():
        return None
    inside = sorted(os.listdir(student))
    # A system's folder, such as .git, has no folder with an assignment's name in it.
    hidden = student.name.startswith(".") and not any((student / name).is_dir() for name in course.notebooks)
    return None if hidden else inside


def _strange_names(course: Course, student: str, inside: Sequence[str]) -> list[str]:
    """A line for each of the first names in a student's folder that are not an assignment's."""
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
    shared = _same_files(tasks)
    with ThreadPoolExecutor(backend.width) as threads:
        futures = {threads.submit(_grade_one, course, task, settings, backend, cache): task for task in tasks}
        done: dict[Task, SubmissionResult] = {}
        try:
            for future in as_completed(futures):
                task, result = futures[future], future.result()
                done[task] = replace(result, notes=(*result.notes, *task.notes, *shared.get(task, ())))
                on_result(done[task])
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
    if task.unread:
        return not_graded(task.student, exam, task.unread)
    if why := task.absent or why_missing(task.path):
        return missing(task.student, exam, why, task.zero)
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
        names = sorted(os.listdir(path.parent))
    except OSError:
        return []
    return [name for name in names if name != path.name and name.lower().endswith(".ipynb")][:MAX_FILES]


def _same_files(tasks: Sequence[Task]) -> dict[Task, tuple[str, ...]]:
    """A note for each task whose notebook is the same file (a hard link) as another student's."""
    holders: dict[tuple[int, int], list[Task]] = {}
    for task in tasks:
        try:
            status = os.lstat(task.path)
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
            holders.setdefault((status.st_dev, status.st_ino), []).append(task)
    notes: dict[Task, tuple[str, ...]] = {}
    for group in holders.values():
        for task in group:
            others = list(dict.fromkeys(other.student for other in group if other.student != task.student))
            more = f" and {len(others) - MAX_FILES} more" if len(others) > MAX_FILES else ""
            if others:
                notes[task] = (
                    f"the notebook is the same file as in the folder of {', '.join(others[:MAX_FILES])}{more}",
                )
    return notes


def why_missing(path: Path) -> str:
    """What lies in the place of a notebook that isn't there, so that a person can look at it; else empty.

    What can't be looked at may be there: `read` says why it is not opened.
    """
    try:
        os.lstat(path)
        return ""
    except (FileNotFoundError, NotADirectoryError):
        if any(os.path.islink(place) for place in (path.parent, path.parent.parent)):
            return ""
    except OSError:
        return ""
    try:
        names = sorted(name for name in os.listdir(path.parent) if not name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return f"there is no folder {path.parent.name}"
    except OSError:
        return f"there is no notebook {path.name} in the folder"
    more = f" and {len(names) - MAX_FILES} more" if len(names) > MAX_FILES else ""
    also = f"; found {', '.join(names[:MAX_FILES])}{more}" if names else ""
    return f"there is no notebook {path.name} in the folder{also}"

"""Grading a whole folder: finds the submissions, runs them on several sandboxes, and goes on where a killed run was."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from autograder.exercises import COURSE
from autograder.sandbox.client import Limits, Sandbox, SandboxLost
from autograder.sandbox.confine import check_possible
from autograder.sandbox.selftest import self_test
from helpers.checking.messages import Message

from .exam import ROOT, fingerprint, load_exam
from .grade import grade, missing, not_graded
from .result import ExerciseResult, SubmissionResult
from .submission import read

TRIES = 3
MOST_NOTES = 20  # about one student's folder


@dataclass(frozen=True)
class Task:
    """One notebook to grade; `path` is where it should lie."""

    student: str
    assignment: str
    path: Path


@dataclass(frozen=True)
class Settings:
    """How to grade: parallel sandboxes, the hidden cases' seed, limits, whether to confine, whether to start afresh."""

    jobs: int = 1
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    confined: bool = True
    force: bool = False


@dataclass(frozen=True)
class Found:
    """What a folder of submissions holds: tasks, and lines for the report about what is no submission."""

    tasks: tuple[Task, ...]
    notes: tuple[str, ...]


def find(folder: Path, assignments: Sequence[str], every: bool, skip: Path | None = None) -> Found:
    """The submissions in `folder`: <student>/<assignment>/<assignment>.ipynb, sorted by code point.

    With `every`, a student without a folder for one of `assignments` is a task too (and will be `missing`).
    """
    tasks, notes = [], []
    for student in sorted(folder.iterdir()):
        if skip and student.resolve() == skip.resolve():
            continue
        if student.name.startswith(".") and not any((student / name).is_dir() for name in COURSE):
            continue
        if student.is_symlink() or not student.is_dir():
            notes.append(f"{student.name}: not a student's folder, passed over")
            continue
        try:
            inside = sorted(entry.name for entry in student.iterdir())
        except OSError as error:
            notes.append(f"{student.name}: not read: {os.strerror(error.errno or 0).lower()}")
            inside = []
        strange = [name for name in inside if name not in COURSE and not name.startswith(".")]
        notes += [f"{student.name}/{name}: no assignment has this name, passed over" for name in strange[:MOST_NOTES]]
        if len(strange) > MOST_NOTES:
            notes.append(f"{student.name}: and {len(strange) - MOST_NOTES} more names of no assignment")
        for name in assignments:
            if every or name in inside:
                tasks.append(Task(student.name, name, student / name / f"{name}.ipynb"))
    return Found(tuple(tasks), tuple(notes))


def grade_all(
    tasks: Sequence[Task], settings: Settings, resume: Path, on_result: Callable[[SubmissionResult], None]
) -> list[SubmissionResult]:
    """Grades every task; results come back in the tasks' order, whatever the number of jobs.

    Finished work is kept in the folder `resume` by content, so a rerun (or a second student with the same file)
    need not do it again. Raises CannotConfine when student code can't be confined here.
    """
    with _Pool(settings) as pool, ThreadPoolExecutor(settings.jobs) as threads:
        futures = {threads.submit(_grade_one, task, settings, pool, resume): task for task in tasks}
        done: dict[Task, SubmissionResult] = {}
        try:
            for future in as_completed(futures):
                done[futures[future]] = future.result()
                on_result(done[futures[future]])
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return [done[task] for task in tasks]


class _Pool:
    """A sandbox for each job; one that is lost is replaced."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._all: list[Sandbox] = []
        self._free: queue.SimpleQueue[Sandbox] = queue.SimpleQueue()

    def __enter__(self) -> _Pool:
        if self._settings.confined:
            check_possible()
        first = self._start()
        if self._settings.confined:
            try:
                self_test(first)
            except BaseException:
                self.__exit__()
                raise
        self._free.put(first)
        for _ in range(self._settings.jobs - 1):
            self._free.put(self._start())
        return self

    def __exit__(self, *unused: object) -> None:
        for sandbox in self._all:
            sandbox.close()

    def _start(self) -> Sandbox:
        sandbox = Sandbox(self._settings.confined, self._settings.limits)
        with self._lock:
            self._all.append(sandbox)
        return sandbox

    def lend(self) -> Sandbox:
        return self._free.get()

    def give_back(self, sandbox: Sandbox) -> None:
        self._free.put(sandbox)

    def replace(self, lost: Sandbox) -> Sandbox:
        """A new sandbox for a lost one."""
        lost.close()
        with self._lock:
            self._all.remove(lost)
        return self._start()


def _grade_one(task: Task, settings: Settings, pool: _Pool, resume: Path) -> SubmissionResult:
    exam = load_exam(task.assignment, settings.seed)
    if not os.path.lexists(task.path) and not task.path.parent.is_symlink():
        return missing(task.student, exam, _why_missing(task.path))
    submission = read(task.path, task.student, task.assignment)
    content = json.dumps([submission.problem, submission.notes, [vars(cell) for cell in submission.cells]]).encode()
    kept = resume / f"{_key(task.assignment, settings)}-{hashlib.sha256(content).hexdigest()[:32]}.json"
    if not settings.force and (result := _load(kept, task)) is not None:
        return result
    sandbox = pool.lend()
    try:
        for _ in range(TRIES):
            try:
                result = grade(submission, exam, sandbox)
                break
            except SandboxLost:
                sandbox = pool.replace(sandbox)
            except Exception as error:  # a fault of ours must not stop the class
                sandbox = pool.replace(sandbox)
                return not_graded(task.student, exam, f"the grader failed: {type(error).__name__}: {error}")
        else:
            return not_graded(
                task.student, exam, f"the grading process was lost {TRIES} times: run the same command again"
            )
    finally:
        pool.give_back(sandbox)
    _save(kept, result)
    return result


def _why_missing(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent.name}"
    others = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix == ".ipynb")
    also = f"; found {', '.join(others)}" if others else ""
    return f"there is no notebook {path.name} in the folder{also}"


@cache
def _key(assignment: str, settings: Settings) -> str:
    """Changes with everything but the submission that a grade depends on: the exam, the limits, the grader's code."""
    digest = hashlib.sha256(fingerprint(load_exam(assignment, settings.seed)).encode())
    digest.update(repr((settings.seed, settings.limits, settings.confined)).encode())
    for path in sorted([*(ROOT / "autograder").rglob("*.py"), *(ROOT / "helpers").rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _save(path: Path, result: SubmissionResult) -> None:
    """Writes a finished result whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    temporary.write_text(json.dumps(asdict(result)), "utf-8")
    os.replace(temporary, path)


def _load(path: Path, task: Task) -> SubmissionResult | None:
    """A kept result, under this student's name; None when there is none or it is damaged."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        rows = tuple(ExerciseResult(**{**row, "message": _message(row["message"])}) for row in raw["exercises"])
        return SubmissionResult(task.student, task.assignment, rows, tuple(raw["notes"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _message(raw: dict[str, object] | None) -> Message | None:
    if raw is None:
        return None
    return Message(**{key: _tuples(value) for key, value in raw.items()})  # type: ignore[arg-type]


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value

"""What is kept of a run, and what it says of earlier ones."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.grading.batch import Task
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.run_record import RunRecord
from autograder.reports import history, keeping, kept
from autograder.reports.feedback import UNCONFINED
from autograder.reports.keeping import Graded, RunInfo
from autograder.reports.releases import read_release

BOOK = "01_pixels"
RELEASES = {BOOK: read_release(COURSE.release(BOOK), COURSE.solution(BOOK))}
INFO = RunInfo(RunRecord(7, "git abc", "2026-11-27T10:00:00+01:00", "seccomp"), {"jobs": 2})
FIRST = next(item for item in COURSE.notebooks[BOOK].exercises if item.kind == "function")


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    path = tmp_path / f"{BOOK}.ipynb"
    path.write_bytes(COURSE.release(BOOK).read_bytes())
    return path


def graded(path: Path, score: float | None, status: str = "partial", student: str = "ann") -> Graded:
    result = SubmissionResult(student, BOOK, (ExerciseResult(FIRST.name, score, FIRST.points, status),))
    return Graded(Task(student, BOOK, path), result)


def keep(item: Graded, out: Path, info: RunInfo = INFO) -> history.Run:
    run = keeping.run_of(COURSE, [item], ["a note"], out, info)
    history.add(run, out)
    keeping.keep(COURSE, [item], RELEASES, out, info)
    return run


def test_a_run_is_kept_with_what_it_rests_on(handed_in: Path, tmp_path: Path) -> None:
    run = keep(graded(handed_in, 1.0), tmp_path)
    assert (run.record, run.settings, run.assignments, run.moves) == (INFO.record, {"jobs": 2}, (BOOK,), ())
    assert run.notes == ("a note",)
    found = kept.read("ann", BOOK, tmp_path)
    assert found is not None and found.basis.confined and found.work.file == handed_in.name
    assert not INFO.shared and found.basis.content == found.work.content != ""
    assert len(found.basis.exercises[FIRST.name]) == 12 and found.basis.code
    open_run = keep(graded(handed_in, 1.0), tmp_path, dataclasses.replace(INFO, confined=False))
    assert open_run.notes == (UNCONFINED, "a note")
    found = kept.read("ann", BOOK, tmp_path)
    assert found is not None and not found.basis.confined


def test_a_run_without_results_has_no_assignment(tmp_path: Path) -> None:
    run = keeping.run_of(COURSE, [], [], tmp_path, INFO)
    assert (run.assignments, run.notes, run.moves) == ((), (), ())


def test_what_moves_has_its_reason(handed_in: Path, tmp_path: Path) -> None:
    keep(graded(handed_in, 1.0), tmp_path)
    assert keep(graded(handed_in, 1.0), tmp_path).moves == ()
    other = dataclasses.replace(INFO, record=dataclasses.replace(INFO.record, seed=8))
    (move,) = keep(graded(handed_in, 0.5), tmp_path, other).moves
    assert (move.student, move.exercise, move.before, move.after) == ("ann", FIRST.name, 1.0, 0.5)
    assert move.why == "other hidden cases were drawn"
    handed_in.write_bytes(handed_in.read_bytes().replace(b"NotImplementedError", b"ValueError"))
    (move,) = keep(graded(handed_in, 1.0), tmp_path, other).moves
    assert move.why == "the submission changed"


def test_an_absent_notebook_costs_no_earlier_result(handed_in: Path, tmp_path: Path) -> None:
    absent = [graded(handed_in, 0.0, "missing", name) for name in ("ann", "ben")]
    keep(graded(handed_in, 1.0), tmp_path)
    assert keeping.counted(absent, tmp_path) == ([absent[1]], [absent[0]])
    place = kept.path("ann", BOOK, tmp_path)
    place.write_text("".join(place.read_text("utf-8").splitlines(keepends=True)[:2]) + "damaged", "utf-8")
    assert keeping.counted(absent, tmp_path) == ([absent[1]], [absent[0]]), "the work is not needed for it"
    place.write_text("damaged")
    assert keeping.counted(absent, tmp_path) == (absent, [])


def test_an_exercise_that_was_never_built_has_no_digest(handed_in: Path, tmp_path: Path) -> None:
    elsewhere = dataclasses.replace(COURSE, root=tmp_path / "elsewhere")
    keeping.keep(elsewhere, [graded(handed_in, 1.0)], RELEASES, tmp_path, INFO)
    found = kept.read("ann", BOOK, tmp_path)
    assert found is not None and found.basis.exercises == {FIRST.name: ""}

"""Class 31: what stands in the place of a student's folder or file costs that student alone, and is said."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import COURSE

from adversarial.arena import BOOK, SEED
from autograder.cli import grading
from autograder.demo.notebooks import solved, write
from autograder.grading import submission
from autograder.grading.batch import RunSettings, find, grade_all
from autograder.grading.exam import Exam
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.unrun import unreadable
from autograder.intake.plans import Wishes
from autograder.sandbox.client import Limits

NOBODY = 65534
Rows = dict[str, set[str]]


def run(folder: Path, out: Path, assignment: str = BOOK) -> tuple[int, Rows]:
    """The exit status of a run, and the statuses of each student."""
    status = grading.run(
        COURSE, folder, out, Wishes(assignment), RunSettings(seed=SEED, limits=Limits(4, 12, 2**28)), ""
    )
    rows: Rows = {}
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            rows.setdefault(line["student"], set()).add(line["status"])
    return status, rows


def read_class(folder: Path, kept: Path) -> list[SubmissionResult]:
    """The results of a class whose code is not run."""
    found = find(COURSE, folder, list(COURSE.notebooks), every=False)
    return grade_all(COURSE, found.tasks, RunSettings(seed=SEED), kept, lambda result: None, Reads())


@pytest.fixture
def ordinary_user(tmp_path: Path) -> Iterator[None]:
    """Root may read everything, so that what it can't read has to be tried as somebody else."""
    if os.geteuid():
        yield
        return
    os.chmod(tmp_path, 0o777)
    for place in tmp_path.parents:
        if not os.stat(place).st_mode & 0o001 and place.is_relative_to("/tmp"):
            os.chmod(place, os.stat(place).st_mode | 0o011)
    write(solved(COURSE, BOOK), tmp_path / "before", "ada", BOOK)
    read_class(tmp_path / "before", tmp_path / "kept-before")  # imports what that user may not read
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


class Reads:
    """Stands for the sandboxes, which an ordinary user may not have here: who was read has full marks."""

    width = 1

    def __enter__(self) -> Reads:
        return self

    def __exit__(self, *unused: object) -> None:
        """Nothing to end."""

    def close(self) -> None:
        """Nothing to end."""

    def grade(self, handed_in: submission.Submission, exam: Exam) -> SubmissionResult:
        if handed_in.problem:
            return unreadable(handed_in, exam)
        rows = (ExerciseResult(spec.name, spec.points, spec.points, "correct") for spec in exam.specs)
        return SubmissionResult(handed_in.student, handed_in.assignment, tuple(rows))


def itself(place: Path) -> None:
    place.symlink_to(place.name)


def each_other(place: Path) -> None:
    place.symlink_to("eve-too")
    place.with_name("eve-too").symlink_to(place.name)


def lost(place: Path) -> None:
    place.symlink_to("/nowhere/to/be/found")


def without_rights(place: Path) -> None:
    write(solved(COURSE, BOOK), place.parent, place.name, BOOK)
    place.chmod(0)


def to_be_listed_only(place: Path) -> None:
    write(solved(COURSE, BOOK), place.parent, place.name, BOOK)
    place.chmod(0o444)


def assignment_without_rights(place: Path) -> None:
    write(solved(COURSE, BOOK), place.parent, place.name, BOOK)
    (place / BOOK).chmod(0)


def notebook_without_rights(place: Path) -> None:
    write(solved(COURSE, BOOK), place.parent, place.name, BOOK).chmod(0)


def assignment_is_itself(place: Path) -> None:
    place.mkdir()
    (place / BOOK).symlink_to(BOOK)


def notebook_is_itself(place: Path) -> None:
    (place / BOOK).mkdir(parents=True)
    (place / BOOK / f"{BOOK}.ipynb").symlink_to(f"{BOOK}.ipynb")


MAKERS = [
    itself,
    each_other,
    lost,
    without_rights,
    to_be_listed_only,
    assignment_without_rights,
    notebook_without_rights,
    assignment_is_itself,
    notebook_is_itself,
]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("hidden", [False, True], ids=["", "and-a-hidden-one"])
def test_31_one_folder_costs_only_its_student(
    make: Callable[[Path], None], hidden: bool, tmp_path: Path, ordinary_user: None
) -> None:
    folder = tmp_path / "in"
    write(solved(COURSE, BOOK), folder, "ada", BOOK)
    make(folder / "eve")
    if hidden:
        (folder / ".git").mkdir(mode=0)
    results = read_class(folder, tmp_path / "kept")
    students = {one.student for one in results}
    assert {"ada", "eve"} <= students <= {"ada", "eve", "eve-too"}
    for one in results:
        read = {item.status for item in one.exercises} == {"correct"}
        assert read == (one.student == "ada") and one.assignment == BOOK
        assert read or ({item.status for item in one.exercises} == {"not_graded"} and "not opened" in one.notes[0])


@pytest.mark.parametrize("assignment", [BOOK, None])
def test_31_the_run_goes_on_and_its_report_says_who(assignment: str | None, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(solved(COURSE, BOOK), folder, "ada", BOOK)
    itself(folder / "eve")
    assignment_is_itself(folder / "mallory")
    status, rows = run(folder, tmp_path / "out", assignment)
    assert status == 3
    assert rows["ada"] <= {"correct", "manual"} and rows["eve"] == rows["mallory"] == {"not_graded"}
    report = (tmp_path / "out" / "report" / f"{BOOK}.html").read_text("utf-8")
    assert "the folder eve is a symbolic link" in report and f"the folder {BOOK} is a symbolic link" in report


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), MemoryError(), RecursionError(), KeyError("x")])
def test_31_an_error_in_reading_one_costs_only_that_one(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ada", "eve"):
        write(solved(COURSE, BOOK), tmp_path / "in", student, BOOK)
    parse = submission.parse

    def fails(data: bytes, student: str, assignment: str) -> submission.Submission:
        if student == "eve":
            raise error
        return parse(data, student, assignment)

    monkeypatch.setattr(submission, "parse", fails)
    status, rows = run(tmp_path / "in", tmp_path / "out")
    assert (status, rows["eve"]) == (3, {"not_graded"}) and rows["ada"] <= {"correct", "manual"}


def test_31_the_same_file_in_two_folders_is_graded_and_said_of_both(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    mine = write(solved(COURSE, BOOK), folder, "ada", BOOK)
    for student in ("eve", "mallory"):
        (folder / student / BOOK).mkdir(parents=True)
        os.link(mine, folder / student / BOOK / mine.name)
    backed_up = write(solved(COURSE, BOOK), folder, "ben", BOOK)
    os.link(backed_up, tmp_path / "backup.ipynb")
    found = find(COURSE, folder, [BOOK], every=True)
    settings = RunSettings(seed=SEED, limits=Limits(4, 12, 2**28))
    for _ in range(2):  # graded, and from what is kept
        results = grade_all(COURSE, found.tasks, settings, tmp_path / "kept", lambda result: None)
        assert all({item.status for item in one.exercises} <= {"correct", "manual"} for one in results)
        notes = {one.student: " ".join(one.notes) for one in results}
        same = "the notebook is the same file as in the folder of"
        assert f"{same} eve, mallory" in notes["ada"] and f"{same} ada, mallory" in notes["eve"]
        assert f"{same} ada, eve" in notes["mallory"] and same not in notes["ben"]

"""Which files each system gets, and what of several assignments is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import pytest

from autograder.export import files
from autograder.export.feedback_zip import FeedbackPage
from autograder.export.ready import Left, NoColumn
from autograder.export.target import System, Target
from autograder.intake.collected import Collected, Handin, Person, of
from autograder.reports.marks import Mark

from .lms import ENGLISH, CanvasUser, MoodleUser, canvas_gradebook, moodle_worksheet

MARKS = [Mark("ann", "b2", 1, 1, 4), Mark("ann", "b1", 2, 2, 4), Mark("bo", "b2", 3, 3, 4)]
USERS = [CanvasUser(7, "Ann"), CanvasUser(8, "Bo")]
SHEET = moodle_worksheet([MoodleUser(501, "Ann", ""), MoodleUser(502, "Bo", "")], ENGLISH, 4)


def a_class() -> Collected:
    people = [Person("ann", "Ann", ids={"ID": "7"}), Person("bo", "Bo", ids={"ID": "8"})]
    handins = [
        Handin(student, book, f"{student}_{user}_9{user}_{book}.ipynb", lms_id=f"50{user - 6}")
        for student, user in (("ann", 7), ("bo", 8))
        for book in ("b1", "b2")
    ]
    return of(people, handins)


def names(target: Target) -> list[str]:
    return [name for name, _ in files.of_marks(target, MARKS, a_class())]


def test_a_file_for_each_assignment_or_one_for_all() -> None:
    gradebook = canvas_gradebook(USERS, {"b1 (1)": ["", ""], "b2 (2)": ["", ""]}, ["4", "4"])
    assert names(Target(System.CSV)) == ["marks.csv"]
    assert names(Target(System.CANVAS)) == ["canvas-b1.csv", "canvas-b2.csv"]
    assert names(Target(System.CANVAS, gradebook)) == ["canvas.csv"]
    assert names(Target(System.GRADESCOPE)) == ["gradescope-b1.zip", "gradescope-b2.zip"]
    assert names(Target(System.MOODLE, SHEET)) == ["moodle-b1.csv", "moodle-b2.csv"]


def test_an_assignment_without_a_column_leaves_its_marks_out() -> None:
    gradebook = canvas_gradebook(USERS, {"b2 (2)": ["", ""]}, ["4"])
    ((_, made),) = files.of_marks(Target(System.CANVAS, gradebook), MARKS, a_class())
    assert sorted(made.students) == ["ann", "bo"] and [item.student for item in made.left] == ["ann"]
    assert b"1.00" in made.content and b"2.00" not in made.content
    with pytest.raises(NoColumn):
        list(files.of_marks(Target(System.CANVAS, gradebook), MARKS[1:2], a_class()))


def test_whom_the_systems_file_lacks_is_left_out() -> None:
    gradebook = canvas_gradebook(USERS[:1], {"b1 (1)": [""], "b2 (2)": [""]}, ["4", "4"])
    ((_, made),) = files.of_marks(Target(System.CANVAS, gradebook), MARKS, a_class())
    assert made.students == ("ann",) and [item.student for item in made.left] == ["bo"]


def pages(assignment: str, students: set[str]) -> Iterable[FeedbackPage]:
    return [FeedbackPage(student, assignment, f"<p>{student}") for student in sorted(students)]


def zips(target: Target) -> dict[str, list[str]]:
    found = {}
    for name, made in files.of_pages(target, MARKS, a_class(), pages):
        assert made.left == tuple[Left, ...]()
        with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
            found[name] = archive.namelist()
    return found


@pytest.mark.parametrize("system", [System.CSV, System.GRADESCOPE])
def test_one_zip_of_pages_where_nothing_reads_them(system: System) -> None:
    assert zips(Target(system)) == {"feedback.zip": ["ann/b1.html", "ann/b2.html", "bo/b2.html"]}


def test_a_zip_of_pages_for_each_assignment() -> None:
    canvas = zips(Target(System.CANVAS))
    assert {name: len(inside) for name, inside in canvas.items()} == {
        "canvas-b1-feedback.zip": 1,
        "canvas-b2-feedback.zip": 2,
    }
    assert canvas["canvas-b1-feedback.zip"][0].startswith("ann_7_97_")
    moodle = zips(Target(System.MOODLE, SHEET))
    assert moodle["moodle-b2-feedback.zip"] == [
        "Ann_501_assignsubmission_file_b2.html",
        "Bo_502_assignsubmission_file_b2.html",
    ]
    assert list(moodle) == ["moodle-b1-feedback.zip", "moodle-b2-feedback.zip"]

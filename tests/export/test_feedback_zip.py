"""The zips of feedback pages, read as Canvas and Moodle read them."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings

from autograder.export import feedback_zip
from autograder.export.feedback_zip import FeedbackPage
from autograder.export.ready import Exported
from autograder.intake.collected import Collected, Handin, Person, of

from .lms import (
    NAMES,
    SEEDS,
    MoodleUser,
    canvas_feedback_file,
    moodle_feedback_file,
    some_name,
    some_numbers,
)

BOOK = "02_filters_1d"


def pages(*students: str) -> list[FeedbackPage]:
    return [FeedbackPage(student, BOOK, "<p>well done") for student in students]


def entries(done: Exported) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(done.content)) as archive:
        assert all(archive.read(name) == b"<p>well done" for name in archive.namelist())
        return archive.namelist()


def in_windows(name: str) -> bool:
    """Whether Windows, too, takes a name for a file."""
    return (
        name.isprintable()
        and not set(name) & set('<>:"/\\|?*')
        and name == name.rstrip(" .")
        and len(name.encode()) <= 255
    )


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_moodle_takes_every_page_for_its_student(draw: random.Random) -> None:
    users = [MoodleUser(number, some_name(draw), "") for number in some_numbers(draw)]
    people = [Person(f"s{user.unique_id}", user.name) for user in users]
    ids = {f"s{user.unique_id}": str(user.unique_id) for user in users}
    done = feedback_zip.for_moodle(pages(*(item.student for item in people)), of(people, []), ids)
    taken = [moodle_feedback_file(name, users) for name in entries(done)]
    assert sorted(taken, key=str) == sorted(((user.unique_id, f"{BOOK}.html") for user in users), key=str)
    assert all(map(in_windows, entries(done))) and not done.left


def test_who_has_no_number_in_moodle_is_named() -> None:
    done = feedback_zip.for_moodle(pages("ada", "bo", "cem", "dee"), Collected(), {"ada": "12", "bo": "٣", "cem": ""})
    assert entries(done) == [f"ada_12_assignsubmission_file_{BOOK}.html"]
    assert done.students == ("ada",) and [item.student for item in done.left] == ["bo", "cem", "dee"]


def test_the_page_of_a_group_is_there_once() -> None:
    handins = [Handin(student, BOOK, f"group_7_8_{BOOK}.ipynb") for student in ("ada", "bo")]
    people = [Person("ada", "Group"), Person("bo", "Group")]
    done = feedback_zip.for_canvas(pages("ada", "bo"), of(people, handins))
    assert entries(done) == [f"group_7_8_{BOOK}.html"] and done.students == ("ada", "bo")


@pytest.mark.parametrize("late", ["", "LATE_"])
@pytest.mark.parametrize("name", NAMES)
def test_canvas_takes_every_page_for_its_student(name: str, late: str) -> None:
    """By the names that Canvas makes of people's: without signs, but digits and underscores stay."""
    word = "".join(character for character in name if character.isalnum() or character == "_").lower()
    source = f"class.zip/submissions/{word}_{late}123_456_02_filters_1d-1.ipynb"
    people = [Person("student", name, ids={"ID": "123"})]
    done = feedback_zip.for_canvas(pages("student"), of(people, [Handin("student", BOOK, source)]))
    assert [canvas_feedback_file(entry) for entry in entries(done)] == [(123, 456)]
    assert all(map(in_windows, entries(done)))


@pytest.mark.parametrize(
    ("source", "user", "ids"),
    [
        ("ann_7_70_w.zip/hw_8_80_x.ipynb", "7", "7_70"),
        ("ann_7_70_w.zip/hw_8_80_x.ipynb", "", "7_70"),
        ("ann_7_70_work.zip/un/02.ipynb", "7", "7_70"),
        ("class.zip/submissions\\ann_7_70_02.ipynb", "7", "7_70"),
        ("all_2026_11_28.zip/ann_LATE_7_70_02_1d.ipynb", "7", "7_70"),
        ("12_34_7_70_02_filters.ipynb", "7", "7_70"),
        ("ann_7_70_02.ipynb", "8", None),
        ("ann_7_70_hw_8_80_.ipynb", "8", None),
        ("ann/02.ipynb", "7", None),
    ],
)
def test_no_student_chooses_whose_page_it_becomes(source: str, user: str, ids: str | None) -> None:
    """`user` is the id that is known of the student."""
    people = [Person("ann", "Ann", ids={"ID": user} if user else {})]
    done = feedback_zip.for_canvas(pages("ann"), of(people, [Handin("ann", BOOK, source)]))
    assert entries(done) == ([f"ann_{ids}_{BOOK}.html"] if ids else [])
    assert [item.student for item in done.left] == ([] if ids else ["ann"])


def test_canvas_without_a_roster() -> None:
    handins = [Handin("ada", BOOK, "leeada_7_8_02_filters_1d.ipynb"), Handin("bo", BOOK, "bo/02_filters_1d.ipynb")]
    done = feedback_zip.for_canvas(pages("ada", "bo"), of([], handins))
    assert entries(done) == [f"ada_7_8_{BOOK}.html"]
    assert [item.student for item in done.left] == ["bo"]


def test_everybody_has_a_folder() -> None:
    students = [*NAMES, "..", ".", "a/b", "a\\b", "Ada", "ada", "x" * 300, "odd \udcff", "con "]
    done = feedback_zip.for_everybody(pages(*students))
    paths = [PurePosixPath(name) for name in entries(done)]
    assert len({str(path).casefold() for path in paths}) == len(students) == len(done.students)
    assert f"{'x' * 60}/{BOOK}.html" in entries(done)
    for path in paths:
        assert len(path.parts) == 2 and path.name == f"{BOOK}.html" and in_windows(path.parts[0])


def test_folders_that_differ_in_case_alone_have_numbers() -> None:
    done = feedback_zip.for_everybody(pages("Ada", "ada", "ADA"))
    assert [name.partition("/")[0] for name in entries(done)] == ["Ada", "ada (2)", "ADA (3)"]


def test_the_same_pages_give_the_same_bytes() -> None:
    once, twice = (feedback_zip.for_everybody(pages("ada")) for _ in range(2))
    assert once == twice
    with zipfile.ZipFile(io.BytesIO(once.content)) as archive:
        (entry,) = archive.infolist()
        assert (entry.date_time, entry.external_attr >> 16) == ((1980, 1, 1, 0, 0, 0), 0o100644)
    assert feedback_zip.for_canvas([], Collected()).students == ()


def test_moodles_files_have_the_persons_name() -> None:
    people = [Person("ann", "Ann_Lee"), Person("bo"), Person("cem", "__")]
    done = feedback_zip.for_moodle(pages("ann", "bo", "cem"), of(people, []), {"ann": "7", "bo": "8", "cem": "9"})
    ends = [f"_{number}_assignsubmission_file_{BOOK}.html" for number in (7, 8, 9)]
    assert entries(done) == [f"Ann Lee{ends[0]}", f"bo{ends[1]}", f"Participant{ends[2]}"]

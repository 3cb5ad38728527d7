"""Moodle's grading worksheet, filled in and read as Moodle reads it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings

from autograder.export import moodle
from autograder.export.ready import ExportError
from autograder.intake.collected import Collected, Handin, Person, of
from autograder.reports.marks import Mark

from .lms import (
    ENGLISH,
    FRENCH,
    GERMAN,
    LANGUAGES,
    SEEDS,
    Language,
    MoodleUser,
    moodle_import,
    moodle_worksheet,
    raw_fields,
    some_name,
    some_numbers,
)

BOOK = "02_filters_1d"


def mark(student: str, value: float, most: float = 10) -> Mark:
    return Mark(student, BOOK, value, value, most)


def handin(student: str, number: int) -> Handin:
    return Handin(student, BOOK, f"zip/X_{number}_assignsubmission_file/x.ipynb", lms_id=str(number))


def some_user(draw: random.Random, number: int) -> MoodleUser:
    grade = draw.choice((None, draw.randint(0, 10)))
    return MoodleUser(number, some_name(draw), f"u{number}@example.org", grade, locked=draw.random() < 0.2)


@settings(max_examples=1000, deadline=None)
@given(SEEDS)
def test_marks_come_back_to_who_has_them(draw: random.Random) -> None:
    """By Moodle's number or by the address, in any language, whatever people are called."""
    users = [some_user(draw, number) for number in some_numbers(draw)]
    language, separator, by_number = draw.choice(LANGUAGES), draw.choice(",;"), draw.random() < 0.5
    encoding = draw.choice(("utf-8", "utf-8-sig", "utf-16"))
    values = [draw.randint(0, 1000) for _ in users]
    people = [Person(f"s{user.unique_id}", user.name, "" if by_number else user.email) for user in users]
    handins = [handin(f"s{user.unique_id}", user.unique_id) for user in users if by_number]
    marks = [mark(f"s{user.unique_id}", value / 100) for user, value in zip(users, values, strict=True)]
    before = moodle_worksheet(users, language, 10, separator, encoding)
    done = moodle.fill(before, marks, of(people, handins))
    expected = {
        user.unique_id: value / 100
        for user, value in zip(users, values, strict=True)
        if not user.locked and value / 100 != user.grade
    }
    assert moodle_import(done.content, users, language, 10, encoding) == expected
    locked = {f"s{user.unique_id}" for user in users if user.locked}
    assert set(done.students) == {item.student for item in marks} - locked
    assert {item.student for item in done.left} == locked
    fields = zip(raw_fields(before, separator, encoding), raw_fields(done.content, separator, encoding), strict=True)
    assert all((*old[:4], *old[5:]) == (*new[:4], *new[5:]) for old, new in fields)


def one(value: float, most: float = 10, language: Language = ENGLISH, maximum: float = 10, **options: object) -> str:
    users = [MoodleUser(101, "Ada Lee", "ada@example.org")]
    content = moodle_worksheet(users, language, maximum)
    done = moodle.fill(content, [mark("Ada Lee", value, most)], Collected(), **options)  # type: ignore[arg-type]
    cell = list(raw_fields(done.content, ","))[1][4]
    assert bool(cell) == bool(done.students) == (not done.left)
    return cell or done.left[0].why


def test_the_decimal_mark_is_the_sites() -> None:
    assert (one(7.5), one(7.5, language=GERMAN), one(10)) == ("7.50", "7,50", "10.00")
    assert one(7.5, language=FRENCH) == "7,50"


def test_never_more_than_the_maximum() -> None:
    assert one(10.5) == "10.5 points, and Moodle has the maximum 10 there"
    assert one(10.004) == "10.00"


def test_another_maximum_is_an_error_unless_marks_are_converted() -> None:
    with pytest.raises(ExportError, match=r"has 13 points here and 100 in the LMS.*--scale"):
        one(6.5, 13, maximum=100)
    assert one(6.5, 13, maximum=100, scale=True) == "50.00"


def test_a_name_alone_will_do_where_it_is_one_persons() -> None:
    users = [
        MoodleUser(1, "Jan Kim", "a@example.org"),
        MoodleUser(2, "Jan Kim", "b@example.org"),
        MoodleUser(3, "Bo Vu", "c@example.org"),
        MoodleUser(4, "d@example.org", "e@example.org"),
    ]
    people = of([Person("kim", "Jan Kim"), Person("bo", "bo vu"), Person("dee", "Dee", "d@example.org")], [])
    done = moodle.fill(moodle_worksheet(users, ENGLISH, 10), [mark("kim", 1), mark("bo", 2), mark("dee", 3)], people)
    # An address is no name: who calls themselves by another's gets nothing of theirs.
    assert done.students == ("bo",)
    assert moodle_import(done.content, users, ENGLISH, 10) == {3: 2.0}


def test_more_columns_and_numbers_in_them() -> None:
    """Identity fields with numbers, a marker, a workflow state and an online text."""
    head = ["Nr", "Naam", "ID-nummer", "Telefoon", "E-mail", "Status", "Groep", "Beoordelaar", "Cijfer", "Hoogste"]
    head += ["Fase", "Wijzigbaar", "Gewijzigd", "Online tekst", "Cijfer gewijzigd", "Feedback"]
    rows = [
        [
            "Deelnemer 1",
            "Ada",
            "7",
            "7",
            "a@example.org",
            "-",
            "3",
            "",
            "",
            "10,00",
            "In nakijkfase",
            "Ja",
            "-",
            "42",
            "-",
            "",
        ],
        [
            "Deelnemer 2",
            "Bo",
            "7",
            "7",
            "b@example.org",
            "-",
            "3",
            "",
            "",
            "10,00",
            "In nakijkfase",
            "Nee",
            "-",
            "42",
            "-",
            "",
        ],
    ]
    content = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [head, *rows]).encode()
    done = moodle.fill(content, [mark("Ada", 9.25), mark("Bo", 8)], Collected())
    assert done.content == content.replace(b'"","","10,00"', b'"","9,25","10,00"', 1)
    assert [item.student for item in done.left] == ["Bo"]


def test_a_maximum_is_the_same_for_all() -> None:
    content = b"Nr,Naam,Cijfer,Hoogste,Iets\nDeelnemer 1,Ada,,10,5\nDeelnemer 2,Bo,7,10,6\n"
    done = moodle.fill(content, [mark("Ada", 9), mark("Bo", 8)], Collected())
    assert done.content == b"Nr,Naam,Cijfer,Hoogste,Iets\nDeelnemer 1,Ada,9.00,10,5\nDeelnemer 2,Bo,8.00,10,6\n"


def test_a_maximum_is_no_yes_or_no() -> None:
    """Without such a column all rows are filled in; one that is further away is about something else."""
    for more in ("Fase,Fase2,Open", "Open,Fase,Fase2"):
        rows = [f"Deelnemer {at},{name},,10,{'a,b,Nee' if more[0] == 'F' else 'Nee,a,b'}" for at, name in ((1, "Ada"),)]
        content = "\n".join([f"Nr,Naam,Cijfer,Hoogste,{more}", *rows]).encode()
        done = moodle.fill(content, [mark("Ada", 9)], Collected())
        assert (done.students == ("Ada",)) is (more[0] == "F")


def test_no_mark_below_0_counts_as_exported() -> None:
    assert one(-1) == "-1 points, and Moodle takes none below 0"
    assert one(-0.004) == "0.00"


def test_locks_in_an_unknown_language_are_told() -> None:
    users = [MoodleUser(101, "Ada Lee", "ada@example.org"), MoodleUser(102, "Bo", "bo@example.org", locked=True)]
    marks = [mark("Ada Lee", 1), mark("Bo", 2)]
    for language in LANGUAGES:
        assert not moodle.fill(moodle_worksheet(users, language, 10), marks, Collected()).notes
    for language in (replace(GERMAN, no="Ayaq"), replace(ENGLISH, no="Ayaq")):
        done = moodle.fill(moodle_worksheet(users, language, 10), marks, Collected())
        assert done.notes == (moodle.LOCKS_UNKNOWN,) and done.students == ("Ada Lee", "Bo")


def test_a_name_that_looks_like_an_address_is_none_even_if_all_do() -> None:
    users = [MoodleUser(1, "b@example.org", "a@example.org"), MoodleUser(2, "a@example.org", "b@example.org")]
    people = of([Person("ann", "Ann", "a@example.org")], [])
    done = moodle.fill(moodle_worksheet(users, ENGLISH, 10), [mark("ann", 3)], people)
    assert moodle_import(done.content, users, ENGLISH, 10) == {}
    people = of([Person("ann", "", "a@example.org")], [])
    done = moodle.fill(moodle_worksheet(users, ENGLISH, 10), [mark("ann", 3)], people)
    assert moodle_import(done.content, users, ENGLISH, 10) == {1: 3.0}


def test_the_column_can_be_named() -> None:
    content = b"Nr,Naam,Cijfer,Hoogste,Iets,Meer\nDeelnemer 1,Ada,,10,5,5\n"
    done = moodle.fill(content, [mark("Ada", 9)], Collected(), "Cijfer")
    assert done.content == b"Nr,Naam,Cijfer,Hoogste,Iets,Meer\nDeelnemer 1,Ada,9.00,10,5,5\n"
    with pytest.raises(ExportError, match="no column is called Grade"):
        moodle.fill(content, [mark("Ada", 9)], Collected(), "Grade")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"Student,ID,Section\nAda,1,A\n", "Identifier"),
        (b"Identifier,Full name,Grade,Scale,Feedback\nParticipant 1,Ada,-,Good,\n", "scale"),
        (b"Identifier,Full name\n", "Identifier"),
        (b"", "empty"),
    ],
)
def test_another_file_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(ExportError, match=why):
        moodle.fill(content, [mark("Ada", 1)], Collected())


def test_unique_ids_come_from_a_worksheet_or_the_hand_ins() -> None:
    users = [MoodleUser(101, "Ada", "a@example.org"), MoodleUser(102, "Bo", "b@example.org")]
    marks = [mark("Ada", 1), mark("cem", 1)]
    assert moodle.unique_ids(marks, Collected(), moodle_worksheet(users, GERMAN, 10)) == {"Ada": "101"}
    known = of([], [handin("Ada", 7), Handin("cem", BOOK, "submission_8/x.ipynb", lms_id="8")])
    assert moodle.unique_ids(marks, known) == {"Ada": "7", "cem": ""}


def test_a_worksheet_without_names_is_filled_by_moodles_numbers() -> None:
    head = "ID;Status;Bewertung;Bestwertung;Bewertung kann geändert werden\n"
    content = f"{head}Teilnehmer/in101;-;;10,00;Ja\nTeilnehmer/in102;-;;10,00;Ja\n"
    known = of([Person("Teilnehmerin 102")], [handin("Teilnehmerin 102", 102)])
    done = moodle.fill(content.encode(), [mark("Teilnehmerin 102", 7.5)], known)
    assert done.content.decode() == content.replace("102;-;;", "102;-;7,50;") and not done.notes


def test_a_number_of_something_else_is_nobodys() -> None:
    """A group's number, or another system's, may be that of another student in the worksheet."""
    users = [MoodleUser(101, "Ada Lee", "ada@example.org"), MoodleUser(102, "Bo Vu", "bo@example.org")]
    people = [Person("bo", "Vu, Bo"), Person("cem", "Cem Oz"), Person("dee", "Dee")]
    handins = [handin("bo", 101), handin("cem", 101), Handin("dee", BOOK, "submission_101/files/x", lms_id="101")]
    marks = [mark("bo", 2), mark("cem", 3), mark("dee", 4)]
    done = moodle.fill(moodle_worksheet(users, ENGLISH, 10), marks, of(people, handins))
    assert moodle_import(done.content, users, ENGLISH, 10) == {102: 2.0}


def test_english_headings_are_surer_than_what_is_in_the_columns() -> None:
    head = "Identifier,Full name,Grade,Maximum grade,Room,Seats\n"
    done = moodle.fill(f"{head}Participant 1,Ada,,10,7,5\n".encode(), [mark("Ada", 9)], Collected())
    assert done.content == f"{head}Participant 1,Ada,9.00,10,7,5\n".encode()
    head = "Identifier,Full name,Maximum grade,Grade,Most\n"  # somebody has moved a column
    done = moodle.fill(f"{head}Participant 1,Ada,x,,10\n".encode(), [mark("Ada", 9)], Collected())
    assert done.content == f"{head}Participant 1,Ada,x,9.00,10\n".encode()

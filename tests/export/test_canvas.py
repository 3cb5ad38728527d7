"""Gradebook files for Canvas, read as Canvas reads them."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings

from autograder.export import canvas
from autograder.export.ready import ExportError
from autograder.intake.collected import Collected, Handin, Person, of
from autograder.reports.marks import Mark

from .lms import NAMES, SEEDS, CanvasUser, canvas_gradebook, canvas_import, raw_fields, some_name, some_numbers

BOOK = "02_filters_1d"
ASSIGNMENTS = {77: "02 Filters 1D", 78: "Essay; or, not"}
HEADINGS = ("02 Filters 1D (77)", "Essay; or, not (78)")


def mark(student: str, value: float, most: float = 10) -> Mark:
    return Mark(student, BOOK, value, value, most)


def person(user: CanvasUser, student: str) -> Person:
    return Person(student, user.name, ids={"ID": str(user.number), "SIS User ID": user.sis, "SIS Login ID": user.login})


@settings(max_examples=1000, deadline=None)
@given(SEEDS)
def test_marks_come_back_to_who_has_them(draw: random.Random) -> None:
    """Filled in or made anew, whatever people are called and however the file separates fields."""
    users = [CanvasUser(number, some_name(draw), f"S{number}", f"u{number}") for number in some_numbers(draw)]
    values = [draw.randint(0, 1000) for _ in users]
    absent = draw.randrange(len(users))
    marks = [mark(f"s{user.number}", value / 100) for user, value in zip(users, values, strict=True)]
    del marks[absent]
    collected = of([person(user, f"s{user.number}") for user in users], [])
    separator = draw.choice(",;")
    point = draw.choice(".,") if separator == ";" else "."
    essays = [f"{value / 10:.2f}".replace(".", point) for value in values]
    columns = {HEADINGS[0]: ["" for _ in users], HEADINGS[1]: essays}
    before = canvas_gradebook(users, columns, [f"10{point}00"] * 2, separator, draw.random() < 0.5)
    expected = {user.number: value / 100 for user, value in zip(users, values, strict=True)}
    gone = expected.pop(users[absent].number)
    if marks:
        done = canvas.fill(before, marks, collected)
        assert set(done.students) == {item.student for item in marks} and not done.left
        found = canvas_import(done.content, users, ASSIGNMENTS)
        assert not found.new_students and not found.new_assignments
        got = {user: said for (user, title), said in found.marks.items() if title == ASSIGNMENTS[77]}
        assert got.pop(users[absent].number) == "", gone
        assert {user: float(said) for user, said in got.items()} == expected
        others = {key: said for key, said in found.marks.items() if key[1] != ASSIGNMENTS[77]}
        untouched = canvas_import(before, users, ASSIGNMENTS).marks
        assert others == {key: said for key, said in untouched.items() if key[1] != ASSIGNMENTS[77]}

        made = canvas_import(canvas.make(marks, collected, HEADINGS[0]).content, users, ASSIGNMENTS)
        assert not made.new_students and not made.new_assignments
        assert {user: float(said) for (user, _), said in made.marks.items()} == expected


def filled(users: list[CanvasUser], marks: list[Mark], collected: Collected, **options: object) -> dict[int, str]:
    blank = canvas_gradebook(users, {HEADINGS[0]: ["5.00"] * len(users)}, ["10.00"])
    done = canvas.fill(blank, marks, collected, **options)  # type: ignore[arg-type]
    return {user: said for (user, _), said in canvas_import(done.content, users, ASSIGNMENTS).marks.items()}


def test_every_other_byte_stays() -> None:
    users = [CanvasUser(number, name, f"S{number}") for number, name in enumerate(NAMES, 1)]
    content = canvas_gradebook(users, dict.fromkeys(HEADINGS, [""] * len(users)), ["10.00"] * 2, ";", bom=True)
    content = content.replace(b"\nO'Brien", b"\n\"O'Brien", 1).replace("Søren;".encode(), 'Søren";'.encode(), 1)
    content = content.replace(b"\n", b"\r\n")
    done = canvas.fill(content, [mark("s1", 7.5)], of([person(users[0], "s1")], []))
    before, after = content.split(b";;;;"), done.content.split(b";;;;")
    assert done.content.replace(b";7.50;", b";;", 1) == content
    assert len(before) >= len(after)


def test_a_student_without_ids_is_found_by_login_then_by_name() -> None:
    users = [CanvasUser(1, "Lee, Ada", login="ada"), CanvasUser(2, "Bo Vu", login="x"), CanvasUser(3, "ada", login="y")]
    marks = [mark("ada", 1), mark("Bo Vu", 2)]
    # Who chooses another's login for a name gets nothing of theirs.
    assert filled(users, marks, Collected()) == {1: "1.00", 2: "2.00", 3: "5.00"}
    named = of([Person("folder", "Ada Lee")], [])
    assert filled(users, [mark("folder", 3)], named)[1] == "3.00"


def test_who_is_not_surely_in_the_file_is_named() -> None:
    users = [CanvasUser(1, "Jan Kim"), CanvasUser(2, "Jan Kim"), CanvasUser(3, "Bo Vu")]
    blank = canvas_gradebook(users, {HEADINGS[0]: ["", "", ""]}, ["10.00"])
    people = of([Person("a", "Jan Kim"), Person("b", "Bo Vu", ids={"ID": "4"}), person(users[2], "c")], [])
    done = canvas.fill(blank, [mark("a", 1), mark("b", 2), mark("c", 3)], people)
    assert done.students == ("c",)
    assert [(item.student, item.why) for item in done.left] == [
        (student, "no row of the file is surely theirs") for student in "ab"
    ]


def test_the_excused_stay_excused() -> None:
    users = [CanvasUser(1, "A"), CanvasUser(2, "B")]
    content = canvas_gradebook(users, {HEADINGS[0]: ["EX", "N/A"]}, ["10.00"])
    done = canvas.fill(content, [mark("A", 1), mark("B", 2)], Collected())
    assert (done.content, [item.why for item in done.left]) == (
        content,
        ["EX stays in the file", "N/A stays in the file"],
    )


@pytest.mark.parametrize(("value", "said"), [(2.675, "2.68"), (1 / 3, "0.33"), (0, "0.00"), (12, "12.00")])
def test_two_decimals(value: float, said: str) -> None:
    assert filled([CanvasUser(1, "A")], [mark("A", value)], Collected()) == {1: said}


def test_another_maximum_is_an_error_unless_marks_are_converted() -> None:
    users = [CanvasUser(1, "A")]
    with pytest.raises(ExportError, match=r"has 13 points here and 10 in the LMS.*--scale"):
        filled(users, [mark("A", 6.5, 13)], Collected())
    assert filled(users, [mark("A", 6.5, 13)], Collected(), scale=True) == {1: "5.00"}


@pytest.mark.parametrize("name", ["77", "02 Filters 1D (77)", "02 Filters 1D", "02_FILTERS_1D"])
def test_a_column_is_named_by_id_or_title(name: str) -> None:
    other = replace(mark("A", 1), assignment="quite_another")
    assert filled([CanvasUser(1, "A")], [other], Collected(), column=name) == {1: "1.00"}


def test_a_comma_is_taken_where_all_numbers_have_one_whatever_the_headings_are() -> None:
    users = [CanvasUser(1, "A")]
    for essay, said in (("2,5", "1,50"), ("2", "1.50"), ("2.5", "1.50")):
        content = canvas_gradebook(users, {"1.5": [essay], HEADINGS[0]: [""]}, ["10", "10"], ";")
        content = content.replace(b";87.5", b";")
        done = canvas.fill(content, [mark("A", 1.5)], Collected())
        assert list(raw_fields(done.content, ";"))[-1][5:7] == [essay, said]


def test_a_column_that_is_not_there_or_twice_there() -> None:
    users = [CanvasUser(1, "A")]
    with pytest.raises(
        ExportError, match=r"no column is called 03_x: .*--column \(the file has: 02 Filters 1D \(77\)\)"
    ):
        filled(users, [mark("A", 1)], Collected(), column="03_x")
    twice = canvas_gradebook(users, {"02 Filters 1D (77)": [""], "02-filters-1d (78)": [""]}, ["10", "10"])
    with pytest.raises(ExportError, match="2 columns are called 02_filters_1d"):
        canvas.fill(twice, [mark("A", 1)], Collected())
    read_only = canvas_gradebook(users, {HEADINGS[0]: [""]}, ["(read only)"])
    with pytest.raises(ExportError, match="read only"):
        canvas.fill(read_only, [mark("A", 1)], Collected())


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"student,assignment\nA,b\n", b'Student,ID,"Section\n', "Prüfung".encode("latin-1")],
    ids=repr,
)
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(ExportError):
        canvas.fill(content, [mark("A", 1)], Collected())


@pytest.mark.parametrize("head", ["Name,ID,Section", "Student,Section", "Student,ID", "LastName,ID,Section"])
def test_a_gradebook_is_told_by_its_first_columns(head: str) -> None:
    with pytest.raises(ExportError, match="lacks the columns Student, ID and Section"):
        canvas.fill(f"{head},{BOOK}\nA,1,2,\n".encode(), [mark("A", 1)], Collected())


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_students_begin_below_what_canvas_says_of_the_columns(rows: int) -> None:
    """In a file without that they begin below the heading; `Points Possible` further below is a student."""
    before = [*(["Posted"] * (rows - 1)), "Points Possible"]
    lines = ["Student,ID,Section,Essay", *(f"{name},,,{'20' * (name != 'Posted')}" for name in before), "A,1,x,"]
    done = canvas.fill("\n".join(lines).encode(), [mark("A", 4, 20)], Collected(), "Essay")
    assert list(raw_fields(done.content, ","))[-1] == ["A", "1", "x", "4.00"]
    with pytest.raises(ExportError, match="has 10 points here and 20 in the LMS"):
        canvas.fill("\n".join(lines).encode(), [mark("A", 4)], Collected(), "Essay")


def test_a_column_may_be_read_only_in_any_of_the_first_rows() -> None:
    for row in range(1, 4):
        lines = ["Student,ID,Section,Essay", *(["x,,,"] * (row - 1)), "x,,,(Read Only)", "A,1,x,"]
        with pytest.raises(ExportError, match="takes no marks for Essay"):
            canvas.fill("\n".join(lines).encode(), [mark("A", 4)], Collected(), "Essay")


def test_a_made_file_has_the_names_that_are_known() -> None:
    people = [Person("ada", "Lee, Ada", ids={"ID": "7", "Section": "B"}), Person("bo", ids={"SIS User ID": "8"})]
    done = canvas.make([mark("ada", 1), mark("bo", 2)], of(people, []), "Essay")
    assert list(raw_fields(done.content, ","))[2:] == [
        ["Lee, Ada", "7", "", "", "B", "1.00"],
        ["bo", "", "8", "", "", "2.00"],
    ]


def test_a_made_file_has_no_formula_and_no_invented_id() -> None:
    people = [
        Person("=cmd()", "=cmd()", ids={"ID": "7"}),
        Person("-Bo", "-Bo", ids={"SIS Login ID": "=x"}),
        Person("plain"),
        Person("both", "both", ids={"SIS User ID": "+1-2", "SIS Login ID": "both"}),
    ]
    marks = [mark(item.student, 1.5) for item in people]
    done = canvas.make(marks, of(people, [Handin("=cmd()", BOOK, "")]))
    assert list(raw_fields(done.content, ",")) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", BOOK],
        ["    Points Possible", "", "", "", "", "10.00"],
        ["'=cmd()", "7", "", "", "", "1.50"],
        ["both", "", "", "both", "", "1.50"],
    ]
    assert [(item.student, item.why.partition(":")[0]) for item in done.left] == [
        ("-Bo", "their id would be a formula in a spreadsheet"),
        ("plain", "their Canvas id is not known"),
    ]


def test_a_made_file_for_an_assignment_by_id() -> None:
    done = canvas.make([mark("ada", 3)], of([Person("ada", ids={"ID": "7"})], []), "77")
    found = canvas_import(done.content, [CanvasUser(7, "x")], ASSIGNMENTS)
    assert found.marks == {(7, ASSIGNMENTS[77]): "3.00"} and not found.new_assignments


def test_names_in_two_columns_are_found() -> None:
    text = io.StringIO()
    csv.writer(text).writerows(
        [
            ["LastName", "FirstName", "ID", "Section", "Essay"],
            ["Points Possible", "", "", "", "10"],
            ["Lee", "Ada", "1", "A", ""],
        ]
    )
    done = canvas.fill(text.getvalue().encode(), [mark("Ada Lee", 4)], Collected(), "Essay")
    assert list(raw_fields(done.content, ","))[2] == ["Lee", "Ada", "1", "A", "4.00"]


def test_what_canvas_computes_hides_no_column_behind_it() -> None:
    lines = ["Student,ID,Section,Current Score,Essay", "    Points Possible,,,(read only),10", "A,1,x,90,"]
    done = canvas.fill("\n".join(lines).encode(), [mark("A", 4)], Collected(), "Essay")
    assert list(raw_fields(done.content, ","))[2] == ["A", "1", "x", "90", "4.00"]

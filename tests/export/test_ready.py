"""Which marks are exported, and the plain table of them."""

from __future__ import annotations

import pytest

from autograder.export import table
from autograder.export.ready import ExportError, Left, of_assignment, points, ready, two_decimals
from autograder.intake.collected import Person, of
from autograder.reports.marks import Mark

from .lms import raw_fields

WHOLE = Mark("ada", "b", 8, 7.2, 10, 0, 1.5, (("why", "=good"),))
WAITING = Mark("bo", "b", 5, 5, 10, 2)
NONE = Mark("cem", "b", None, None, 10, 10)
ABSENT = Mark("eve", "b", None, None, 10)
ZERO = Mark("dee", "b", 0, 0, 10)
CHANGED = Mark("fay", "b", 4, 4, 10, again=("why", "dot"))


def test_a_mark_that_waits_for_a_person_is_only_taken_when_asked_for() -> None:
    nothing = Left("cem", "no mark in b: nothing of theirs is graded")
    absent = Left("eve", "nothing handed in for b", expected=True)
    waits = Left("bo", "hand grades for 2 of the points of b are missing")
    everybody = [WHOLE, WAITING, NONE, ABSENT, ZERO]
    assert ready(everybody) == ([WHOLE, ZERO], [waits, nothing, absent])
    assert ready(everybody, incomplete=True) == ([WHOLE, WAITING, ZERO], [nothing, absent])


def test_points_by_hand_for_another_answer_are_only_taken_when_asked_for() -> None:
    look = Left("fay", "why, dot of b changed after it was graded by hand: look at it again")
    assert ready([CHANGED, ZERO]) == ([ZERO], [look])
    assert ready([CHANGED], incomplete=True) == ([CHANGED], [])


def test_the_plain_table() -> None:
    people = [Person("ada", "=Ada()", "ada@example.org", {"ID": "7", "-Sec": "A;=1"})]
    head, *rows = raw_fields(table.make([ZERO, WHOLE], of(people, [])).content, ",")
    assert head == [*table.COLUMNS, "'-Sec", "ID"]
    assert rows == [
        ["ada", "'=Ada()", "ada@example.org", "b", "7.2", "10", "8", "1.5", "0", "why: =good", "A;'=1", "7"],
        ["dee", "", "", "b", "0", "10", "0", "0", "0", "", "", ""],
    ]


def test_a_mark_in_the_points_of_the_lms() -> None:
    assert points(WHOLE, None, False) == points(WHOLE, 10.004, True) == points(WHOLE, 9.996, False) == 7.2
    assert points(WHOLE, 5, True) == 3.6 and points(ZERO, 5, True) == 0
    with pytest.raises(ExportError, match=r"b has 10 points here and 10.005 in the LMS"):
        points(WHOLE, 10.005, False)
    with pytest.raises(ExportError, match="no points here"):
        points(Mark("ada", "b", 0, 0, 0), 5, True)
    with pytest.raises(ExportError, match=r"has 0 points here and 0.005 in"):
        points(Mark("ada", "b", 0, 0, 0), 0.005, False)
    assert points(Mark("ada", "b", 1, 1, 1), 4, True) == 4


@pytest.mark.parametrize(("value", "text"), [(2.675, "2.68"), (2.674, "2.67"), (0.0, "0.00"), (-0.005, "-0.01")])
def test_halves_are_rounded_up(value: float, text: str) -> None:
    assert two_decimals(value) == text and two_decimals(value, ",") == text.replace(".", ",")


def test_the_marks_of_one_assignment_are_sorted() -> None:
    other = Mark("ada", "c", 1, 1, 1)
    assert of_assignment([WAITING, other, WHOLE], "b") == [WHOLE, WAITING]

"""The words of course.toml that name students and assignments, and those that name nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from autograder.intake.collected import Person
from autograder.reports.lateness import LateRule
from autograder.reports.rule_words import by_folder, untimed, without_effect

PEOPLE = {
    person.student: person
    for person in (
        Person("ada", "Ada Lee", "ada@example.org"),
        Person("kim1", "Jan Kim", "j@example.org"),
        Person("kim2", "Jan Kim"),
        Person("x", "ada"),
    )
}
STUDENTS = {*PEOPLE, "zoe"}


def extensions(*words: str) -> dict[str, float]:
    """How many days each student has, where each word is given as many as its place says."""
    rule = LateRule(extensions={word: {"": float(days)} for days, word in enumerate(words)})
    return {student: days[""] for student, days in by_folder(rule, PEOPLE, STUDENTS).extensions.items()}


def test_a_student_may_be_named_by_what_one_person_alone_is_called() -> None:
    assert extensions("ada lee", "J@example.org", "zoe") == {"ada": 0, "kim1": 1, "zoe": 2}
    assert extensions("Jan Kim", "nobody") == {"Jan Kim": 0, "nobody": 1}, "two persons, and none"


def test_a_folder_comes_before_a_name() -> None:
    assert extensions("ada") == {"ada": 0}, "x has it for a name"
    assert extensions("ada", "Ada Lee") == extensions("Ada Lee", "ada") | {"ada": 0} == {"ada": 0}


def test_words_without_effect_are_named() -> None:
    due = {name: datetime(2026, 11, 20, tzinfo=UTC) for name in ("01_first", "01_frist")}
    given = {"ada": {"": 1.0}, "zoe": {"01_first": 1.0, "1_first": 1.0}, "Jan Kim": {"": 2.0}}
    rule = by_folder(LateRule(due=due, extensions=given), PEOPLE, STUDENTS)
    first, second, third = without_effect(rule, STUDENTS, ["01_first"])
    assert "[due] has 01_frist, which is not an assignment" in first
    assert "[extensions] has 1_first for zoe, which is not an assignment" in second
    assert "[extensions] has Jan Kim, who is not a student here" in third


def test_a_line_for_each_assignment_whose_times_are_unknown() -> None:
    one, two = untimed({"01_first": 1, "02_second": 30})
    assert "01_first has a due date, but the time of 1 hand-in is not known" in one
    assert "the time of 30 hand-ins" in two

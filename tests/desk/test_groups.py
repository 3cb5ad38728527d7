"""Which answers are graded together, and with which points, without a gradebook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markupsafe import Markup

from autograder.desk import desk, groups, hand_grades
from autograder.desk.groups import AnswerGroup
from autograder.desk.hand_grades import AnswerGrade
from autograder.desk.questions import Question
from autograder.reports.autograded import ABSENT

BOOK = "01_a"
PICTURE = {"a.png": {"image/png": "aaaa"}}


def question(points: float = 2.0, *parts: float) -> Question:
    rubric = tuple((part, "said") for part in parts)
    return Question(BOOK, "why", points, rubric, Markup(), Markup(), "YOUR ANSWER\nHERE")


def grade(student: str, automatic: float | None = None, comment: str = "", waits: bool = True) -> AnswerGrade:
    return AnswerGrade(f"id-{student}", student, None, automatic, waits, None, comment)


def wrote(out: Path, student: str, source: str, attachments: dict[str, dict[str, str]] | None = None) -> None:
    cell = {"source": source, "metadata": {"nbgrader": {"grade_id": "why"}}, "attachments": attachments}
    folder = out / "autograded" / student / BOOK
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{BOOK}.ipynb").write_text(json.dumps({"cells": [cell]}))


def grouped(out: Path, *grades: AnswerGrade) -> list[AnswerGroup]:
    return groups.groups(question(), grades, out)


def members(found: list[AnswerGroup]) -> list[set[str]]:
    return [{grade.student_id for grade in group.grades} for group in found]


def test_the_most_frequent_come_first_and_blank_ones_last(tmp_path: Path) -> None:
    for student, text in (("a", "One."), ("b", "Two."), ("c", "two. "), ("d", ""), ("e", "YOUR ANSWER HERE")):
        wrote(tmp_path, student, text)
    wrote(tmp_path, "f", ABSENT)
    found = grouped(tmp_path, *map(grade, "ab"), grade("c"), *(grade(student, 0.0) for student in "def"))
    assert members(found) == [{"b", "c"}, {"a"}, {"d", "e", "f"}]
    assert [(group.blank, group.unread) for group in found] == [(False, False), (False, False), (True, False)]
    assert found[0].grade == grade("b") and found[0].answer.text == "Two."


def test_a_picture_or_a_problem_is_not_blank(tmp_path: Path) -> None:
    wrote(tmp_path, "a", "", PICTURE)
    found = grouped(tmp_path, grade("a"), grade("gone"))
    assert sorted(map(str, members(found))) == ["{'a'}", "{'gone'}"] and not any(group.blank for group in found)


def test_what_nobody_read_is_apart_from_what_nobody_wrote(tmp_path: Path) -> None:
    wrote(tmp_path, "a", "")
    wrote(tmp_path, "b", "")
    found = grouped(tmp_path, grade("a", 0.0), grade("b"))
    assert {(group.grade.student_id, group.unread) for group in found} == {("a", False), ("b", True)}


def test_a_groups_name_is_its_members_own_and_tells_none(tmp_path: Path) -> None:
    for student, text in (("a", "One."), ("b", "one."), ("c", "Two.")):
        wrote(tmp_path, student, text)
    (both, other), (again, _) = grouped(tmp_path, *map(grade, "abc")), grouped(tmp_path, *map(grade, "bac"))
    (one, *_) = grouped(tmp_path, grade("a"))
    assert both.name == again.name and len({both.name, other.name, one.name}) == 3
    assert len(both.name) == 16


def test_a_group_whose_notebooks_have_changed_is_told(tmp_path: Path) -> None:
    for student, text in (("a", "One."), ("b", "one."), ("c", ""), ("d", " ")):
        wrote(tmp_path, student, text)
    words, blank = grouped(tmp_path, *map(grade, "abcd"))

    def unchanged(group: AnswerGroup) -> bool:
        return groups.unchanged(group, question(), tmp_path)

    assert unchanged(words) and unchanged(blank)
    wrote(tmp_path, "b", "ONE.")
    wrote(tmp_path, "d", "YOUR ANSWER HERE")
    assert unchanged(words) and unchanged(blank)
    wrote(tmp_path, "b", "Two.")
    wrote(tmp_path, "d", "Two.")
    assert not unchanged(words) and not unchanged(blank)


def test_comments_are_lines_the_most_used_first(tmp_path: Path) -> None:
    for student in "abc":
        wrote(tmp_path, student, student)
    said = {"a": "Why?\nGood.", "b": "Good.\n \n", "c": "And?"}
    found = grouped(tmp_path, *(grade(student, comment=text) for student, text in said.items()))
    assert groups.comments(found) == ["Good.", "And?", "Why?"]


def test_how_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    held = [grade("a"), grade("b", waits=False), grade("c")]
    monkeypatch.setattr(hand_grades, "read", lambda *asked: held if asked == ("db", BOOK, "why") else [])
    assert groups.waiting("db", question()) == (2, 3)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (question(2), [0, 0.5, 1, 1.5, 2]),
        (question(2, 0.5, 1.5), [0, 0.5, 1, 1.5, 2]),
        (question(1, 0.25, 0.75), [0, 0.25, 0.5, 0.75, 1]),
        (question(0.3, 0.1, 0.2), [0, 0.1, 0.2, 0.3]),
        (question(0.5, 0, -1, 1), [0, 0.5]),
        (question(2, 0.1), [0, 0.5, 1, 1.5, 2]),
        (question(5.5), [part / 2 for part in range(12)]),
        (question(6), list(range(7))),
        (question(11), list(range(12))),
        (question(12), [0, 12]),
    ],
)
def test_the_points_to_choose_from(asked: Question, shown: list[float]) -> None:
    assert desk.buttons(asked) == pytest.approx(shown)

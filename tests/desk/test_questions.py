"""The texts of a question."""

from __future__ import annotations

from conftest import COURSE
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.desk.questions import leading_to, questions


def test_a_question_is_asked_from_the_last_heading_on() -> None:
    cells = [
        new_markdown_cell("# One\n\nBefore."),
        new_markdown_cell("Also.\n\n## Two\n\n### Three\n\nAsked."),
        new_code_cell("## no heading"),
        new_markdown_cell("And more."),
        new_markdown_cell("[![Open in Colab](a)](b)\nNo # heading."),
    ]
    assert leading_to(cells) == ["### Three\n\nAsked.", "And more.", "No # heading."]
    assert leading_to(cells[3:]) == ["And more.", "No # heading."]
    assert leading_to([]) == []


def test_the_courses_questions_have_what_a_person_needs() -> None:
    found = questions(COURSE)
    written = [item for item in COURSE.exercises() if item.kind == "written"]
    assert list(found) == [item.name for item in written]
    for item in written:
        question = found[item.name]
        assert (question.assignment, question.exercise, question.points) == (item.notebook, item.name, item.points)
        assert question.rubric == item.rubric and question.handed_out.strip()
        assert question.asked and question.model and "SOLUTION" not in question.model
        assert question.asked.count("\n<h") <= 1 and question.model != question.handed_out

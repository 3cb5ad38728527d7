"""The desk without its server: which answers it shows together, and what it saves."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSE
from nbgrader.api import Gradebook
from sqlalchemy import text

from autograder.course import written
from autograder.desk.desk import Desk, Refused
from autograder.desk.questions import questions
from autograder.reports.database import GradebookError

from . import answered
from .answered import BOOK, PNG, POINTS, QUESTION

QUESTIONS = questions(COURSE)
WAITS = {"points": None, "waits": True, "comment": ""}


def opened(out: Path, answers: dict[str, Any], db: str = "") -> Desk:
    return Desk(QUESTIONS, out, answered.write(out, answers, db))


def cards(page: str) -> list[tuple[str, str, int, dict[str, Any]]]:
    """The answers on a page: what is shown of each, its name, by how many it was given, and their state."""
    card = r'<article.*? data-group="(\w+)" data-count="(\d+)" data-state=\'(.*?)\'.*?</h2>(.*?)</article>'
    return [
        (" ".join(re.sub("<[^>]*>", " ", shown).split()), name, int(count), json.loads(state))
        for name, count, state, shown in re.findall(card, page, re.DOTALL)
    ]


def card(desk: Desk, text: str) -> tuple[str, dict[str, Any]]:
    """The name and the state of the answer that is shown as this text."""
    return next((name, state) for shown, name, _, state in cards(desk.page(QUESTION)) if shown == text)


def held(desk: Desk, student: str) -> tuple[float | None, bool, str | None]:
    with Gradebook(desk.db_url) as book:
        found = book.find_submission_notebook(BOOK, BOOK, student)
        grade = next(item for item in found.grades if item.name == QUESTION)
        said = next(item for item in found.comments if item.name == QUESTION)
        return grade.manual_score, grade.needs_manual_grade, said.manual_comment


def by_formgrader(desk: Desk, student: str, points: float) -> None:
    with Gradebook(desk.db_url) as book:
        found = book.find_submission_notebook(BOOK, BOOK, student)
        next(item for item in found.grades if item.name == QUESTION).manual_score = points
        book.db.commit()


def test_equal_answers_are_one_and_the_most_frequent_comes_first(tmp_path: Path) -> None:
    answers = {
        "ann": "Other.",
        "bob": "It moves.",
        "cem": " it  moves.\n",
        "dee": None,
        "eve": None,
        "fay": answered.with_picture("It moves."),
        "gil": answered.with_picture("It moves.", "other.png"),
        "hal": answered.with_picture("It moves.", data="/9j/2Q=="),
    }
    page = opened(tmp_path, answers).page(QUESTION)
    found = [(shown.lower(), count) for shown, _, count, _ in cards(page)]
    with_picture = "it moves. [picture 1] picture 1"
    assert sorted(found[:2]) == [("it moves.", 2), (with_picture, 2)]
    assert sorted(found[2:4]) == [(with_picture, 1), ("other.", 1)]
    assert found[4:] == [("nothing was written.", 2)]
    assert not set(answers) & set(re.findall(r"\w+", page))


def test_what_was_not_read_is_no_answer_that_nobody_wrote(tmp_path: Path) -> None:
    """The grader gives 0 where nothing was written, and nothing to a notebook that it can't open."""
    desk = opened(tmp_path / "out", {"ann": None, "link": "", "web-page": ""})
    shown = {count: text for text, _, count, _ in cards(desk.page(QUESTION))}
    assert shown[1] == "Nothing was written."
    assert "may not have been read" in shown[2]
    name, state = card(desk, shown[2])
    desk.save(QUESTION, name, {"seen": state, "points": 0})
    assert len(cards(desk.page(QUESTION))) == 2, "with the same points they are still not the same"


def test_the_model_answer_and_the_rubric_are_on_the_page(tmp_path: Path) -> None:
    page = opened(tmp_path, {"ann": "It moves."}).page(QUESTION)
    assert "so the order of the pixels" in page and "BEGIN SOLUTION" not in page
    assert "Graded by hand" in page
    assert all(text in page for _, text in COURSE.exercise(QUESTION).rubric)


def test_rubrics_of_the_course_add_up() -> None:
    for exercise in COURSE.exercises():
        if exercise.kind == "written":
            assert sum(points for points, _ in exercise.rubric) == exercise.points, exercise.name
    with pytest.raises(ValueError, match="don't add up to 2"):
        written("why", points=2, rubric=[(1, "half of it")])


def test_a_picture_is_its_bytes_and_nothing_else_is_one(tmp_path: Path) -> None:
    data = f"![x](data:image/png;base64,{PNG}) and ![y](data:image/svg+xml;base64,PHN2Zz4=)"
    desk = opened(tmp_path, {"ann": data})
    ((shown, name, _, _),) = cards(desk.page(QUESTION))
    assert "[picture 1]" in shown and PNG not in shown
    assert desk.picture(QUESTION, name, 0) == ("image/png", base64.b64decode(PNG))
    with pytest.raises(LookupError):
        desk.picture(QUESTION, name, 1)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_marks_are_saved_for_all_who_gave_the_answer(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    db = ""
    if kind == "postgresql":
        server = request.getfixturevalue("server")
        db = server.url(server.new_database())
    desk = opened(tmp_path, {"ann": "It moves.", "bob": "It  moves.", "cem": "Other.", "dee": None}, db)
    name, state = card(desk, "It moves.")
    saved = desk.save(QUESTION, name, {"seen": state, "points": 1.5})
    saved = desk.save(QUESTION, name, {"seen": saved, "comment": "Why?\x1b[31m\n"})
    assert saved == {"points": 1.5, "shown": 1.5, "waits": False, "comment": "Why?"}
    assert held(desk, "ann") == held(desk, "bob") == (1.5, False, "Why?")
    assert held(desk, "cem") == (None, True, None)
    by_formgrader(desk, "bob", 0.5)
    with pytest.raises(Refused, match="different grades"):
        desk.save(QUESTION, name, {"seen": saved, "points": 2})
    assert (held(desk, "ann")[0], held(desk, "bob")[0]) == (1.5, 0.5)
    # Made again, the page shows them apart, and offers the comment that both have.
    page = desk.page(QUESTION)
    found = [(shown, state["points"], state["comment"]) for shown, _, _, state in cards(page)]
    assert sorted(found[:3], key=str) == [("It moves.", 0.5, "Why?"), ("It moves.", 1.5, "Why?"), ("Other.", None, "")]
    assert re.search(r"data-known='\[\"Why\?\"\]'", page)
    assert "1 of 4 answer waits" in desk.index()


def test_no_points_and_a_comment_alone(tmp_path: Path) -> None:
    desk = opened(tmp_path, {"ann": "It moves.", "bob": None})
    name, state = card(desk, "It moves.")
    saved = desk.save(QUESTION, name, {"seen": state, "comment": "Later."})
    assert held(desk, "ann") == (None, True, "Later.")
    saved = desk.save(QUESTION, name, {"seen": saved, "points": 2, "comment": ""})
    assert held(desk, "ann") == (2.0, False, None)
    desk.save(QUESTION, name, {"seen": saved, "points": None})
    assert held(desk, "ann") == (None, True, None)
    # Who wrote nothing has 0 by itself; a person may give points, and take them away again.
    name, state = card(desk, "Nothing was written.")
    assert (state["points"], state["shown"], state["waits"]) == (None, 0.0, False)
    saved = desk.save(QUESTION, name, {"seen": state, "points": 1})
    assert desk.save(QUESTION, name, {"seen": saved, "points": None}) == state


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"points": POINTS + 0.5}, "from 0 to 2"),
        ({"points": -0.5}, "from 0 to 2"),
        ({"points": float("nan")}, "from 0 to 2"),
        ({"points": True}, "from 0 to 2"),
        ({"points": "1"}, "from 0 to 2"),
        ({"comment": "x" * 5001}, "at most 5000"),
        ({"comment": ["x"]}, "at most 5000"),
        ({"points": 1, "seen": None}, "reload"),
        ({"points": 1, "seen": {}}, "reload"),
    ],
)
def test_what_is_no_mark_is_not_saved(tmp_path: Path, asked: dict[str, Any], said: str) -> None:
    desk = opened(tmp_path, {"ann": "It moves."})
    name, _ = card(desk, "It moves.")
    with pytest.raises(Refused, match=said):
        desk.save(QUESTION, name, {"seen": WAITS, **asked})
    assert held(desk, "ann") == (None, True, None)


def test_an_answer_that_has_changed_is_not_graded_unseen(tmp_path: Path) -> None:
    desk = opened(tmp_path, {"ann": "It moves."})
    name, state = card(desk, "It moves.")
    desk.save(QUESTION, name, {"seen": state, "points": 2})
    opened(tmp_path, {"ann": "No idea."})
    with pytest.raises(Refused, match="the answer has changed"):
        desk.save(QUESTION, name, {"seen": {**WAITS, "points": 2.0}, "points": 1})
    name, state = card(desk, "No idea.")
    assert state == {"points": 2.0, "shown": 2.0, "waits": True, "comment": ""}  # it asks for another look
    desk.save(QUESTION, name, {"seen": state, "points": 0.5})
    assert held(desk, "ann")[:2] == (0.5, False)


@pytest.mark.parametrize("damage", ["{", "[]", '{"cells": []}', '{"cells": [{"metadata": 1}]}', None])
def test_a_damaged_notebook_hides_no_other_answer(tmp_path: Path, damage: str | None) -> None:
    desk = opened(tmp_path, {"ann": "It moves.", "bob": "Other."})
    path = answered.notebook(tmp_path, "bob")
    path.unlink() if damage is None else path.write_text(damage)
    found = {shown for shown, _, _, _ in cards(desk.page(QUESTION))}
    assert "It moves." in found
    (problem,) = found - {"It moves."}
    assert "notebook" in problem and "grade it again" in problem


@pytest.mark.parametrize("student", ["../ann", "a/b", "../../out/autograded/ann", "\u202eann", "<b>ann</b>"])
def test_a_hostile_id_in_the_gradebook_leads_nowhere(tmp_path: Path, student: str) -> None:
    desk = opened(tmp_path / "out", {"ann": "It moves."})
    with Gradebook(desk.db_url) as book:
        book.db.execute(text("UPDATE student SET id = :new"), {"new": student})
        book.db.execute(text("UPDATE submitted_assignment SET student_id = :new"), {"new": student})
        book.db.commit()
    page = desk.page(QUESTION)
    assert student not in page and "It moves." not in page


def test_a_gradebook_that_is_gone_is_said(tmp_path: Path) -> None:
    desk = opened(tmp_path, {"ann": "It moves."})
    name, _ = card(desk, "It moves.")
    (tmp_path / "gradebook.db").unlink()
    with pytest.raises(GradebookError, match="no such table"):
        desk.save(QUESTION, name, {"seen": WAITS, "points": 1})

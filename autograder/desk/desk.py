"""What the desk shows and saves, without the server around it."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from autograder.reports.csv_table import number
from autograder.reports.names import strip_controls
from autograder.templates import environment

from . import groups, hand_grades
from .groups import AnswerGroup
from .hand_grades import AnswerGrade, ChangedMeanwhile, GradeChange
from .questions import Question

MAX_COMMENT = 5_000  # characters
MAX_BUTTONS = 12  # of points; beside them any number can be typed
ITEM_KEYS, COMMENT_KEYS = "asdfgh", "qwertyuio"


class Refused(Exception):
    """What was asked for can't be done; the text says why. `now` is what the gradebook holds, where it changed."""

    def __init__(self, why: str, now: dict[str, Any] | None = None) -> None:
        super().__init__(why)
        self.now = now


@dataclass
class Desk:
    """The questions of a course, and the folder and the gradebook that hold the answers and the grades."""

    questions: Mapping[str, Question]
    out: Path
    db_url: str
    _shown: dict[tuple[str, str], AnswerGroup] = field(default_factory=dict)

    def index(self) -> str:
        """The page with all questions. Raises GradebookError."""
        rows = [(question, *groups.waiting(self.db_url, question)) for question in self.questions.values()]
        return _environment().get_template("index.html").render(rows=[row for row in rows if row[2]])

    def page(self, exercise: str) -> str:
        """The page of a question. Raises KeyError and GradebookError."""
        question = self.questions[exercise]
        grades = hand_grades.read(self.db_url, question.assignment, exercise)
        found = groups.groups(question, grades, self.out)
        self._shown.update({(exercise, group.name): group for group in found})
        return (
            _environment()
            .get_template("question.html")
            .render(
                question=question,
                groups=found,
                points=buttons(question),
                step=step(question),
                comments=groups.comments(found),
                state=state,
                item_keys=ITEM_KEYS,
                comment_keys=COMMENT_KEYS,
                max_comment=MAX_COMMENT,
            )
        )

    def picture(self, exercise: str, group: str, place: int) -> tuple[str, bytes]:
        """The media type and the bytes of a picture in an answer. Raises LookupError."""
        kind, data = self._shown[exercise, group].answer.pictures[place]
        return kind, base64.b64decode(data)

    def save(self, exercise: str, group: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Saves points or a comment for equal answers; returns what the gradebook holds then.

        `asked` has what the page showed as `seen`, and `points`, `comment` or both. Raises Refused, LookupError and
        GradebookError.
        """
        question, shown = self.questions[exercise], self._shown[exercise, group]
        change = _change(asked, question.points)
        try:
            seen = (asked["seen"]["points"], asked["seen"]["waits"], asked["seen"]["comment"])
        except (LookupError, TypeError):
            raise Refused("the page did not say what it showed: reload it") from None
        if not groups.unchanged(shown, question, self.out):
            raise Refused("the answer has changed since this page was made: reload it")
        try:
            saved = hand_grades.save(self.db_url, [grade.grade_id for grade in shown.grades], seen, change)
        except ChangedMeanwhile as changed:
            if len({grade.state for grade in changed.now}) != 1 or len(changed.now) != len(shown.grades):
                raise Refused("equal answers have different grades now: reload the page") from None
            raise Refused("it was changed elsewhere meanwhile", state(changed.now[0])) from None
        return state(saved[0])


def state(grade: AnswerGrade) -> dict[str, Any]:
    """What the page keeps of a grade; `shown` are the points that count."""
    shown = grade.automatic if grade.points is None else grade.points
    return {"points": grade.points, "shown": shown, "waits": grade.waits, "comment": grade.comment}


def step(question: Question) -> float:
    """The least difference between points that a person gives."""
    return min([0.5, *(part for part, _ in question.rubric if part > 0)])


def buttons(question: Question) -> list[float]:
    """The points to choose from by a click."""
    for size in (step(question), 0.5, 1.0):
        count = int(question.points / size + 1e-9)
        if count < MAX_BUTTONS:
            return [size * place for place in range(count + 1)]
    return [0.0, question.points]


def _change(asked: Mapping[str, Any], most: float) -> GradeChange:
    points, comment = asked.get("points"), asked.get("comment", "")
    if points is not None:
        known = isinstance(points, (int, float)) and not isinstance(points, bool) and math.isfinite(points)
        if not known or not 0 <= points <= most:
            raise Refused(f"points go from 0 to {number(most)}")
        points = float(points)
    if not isinstance(comment, str) or len(comment) > MAX_COMMENT:
        raise Refused(f"a comment has at most {MAX_COMMENT} characters")
    return GradeChange(points, strip_controls(comment).strip(), "points" in asked, "comment" in asked)


@cache
def _environment() -> Environment:
    made = environment("autograder.desk", finalize=lambda value: strip_controls(value) if type(value) is str else value)
    made.filters |= {"number": number}
    return made

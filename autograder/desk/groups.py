"""Equal answers to a question, to be graded at once, and what has been said about the others."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.reports.autograded import ABSENT

from . import answers, hand_grades
from .answers import Answer
from .hand_grades import AnswerGrade
from .questions import Question


@dataclass(frozen=True)
class AnswerGroup:
    """Equal answers with equal grades. `name` shows nobody's; `blank` says that there is no text.

    Where nothing was written, the grader gave 0. A blank answer without that 0 is `unread`: the notebook may not have
    been opened.
    """

    name: str
    answer: Answer
    grades: tuple[AnswerGrade, ...]
    blank: bool

    @property
    def unread(self) -> bool:
        """Whether that there is no text may not be the student's doing."""
        return self.blank and self.grade.automatic is None

    @property
    def grade(self) -> AnswerGrade:
        """One of them: a person sees the same of all."""
        return self.grades[0]


def groups(question: Question, grades: Iterable[AnswerGrade], out: Path) -> list[AnswerGroup]:
    """All answers: the most frequent first, blank ones last, the rest in an order that tells nothing."""
    together: dict[tuple[object, ...], list[tuple[Answer, AnswerGrade]]] = {}
    for grade in grades:
        answer = answers.read(out, grade.student_id, question.assignment, question.exercise)
        blank = _blank(answer, question)
        key = (grade.automatic is None,) if blank else answer.key
        together.setdefault((key, grade.state), []).append((answer, grade))
    found = [_group(question, members) for members in together.values()]
    return sorted(found, key=lambda group: (group.blank, -len(group.grades), group.name))


def unchanged(group: AnswerGroup, question: Question, out: Path) -> bool:
    """Whether the students' notebooks still hold the answer that the group shows."""
    now = (answers.read(out, grade.student_id, question.assignment, question.exercise) for grade in group.grades)
    return all(_blank(answer, question) if group.blank else answer.key == group.answer.key for answer in now)


def comments(shown: Sequence[AnswerGroup]) -> list[str]:
    """Each line of a person's comments on a question once, the most used first."""
    used = Counter(line for group in shown for line in group.grade.comment.splitlines() for _ in group.grades)
    return [line for line, _ in sorted(used.items(), key=lambda item: (-item[1], item[0])) if line.strip()]


def waiting(db_url: str, question: Question) -> tuple[int, int]:
    """How many answers to a question wait for a person, of how many. Raises GradebookError."""
    grades = hand_grades.read(db_url, question.assignment, question.exercise)
    return sum(grade.waits for grade in grades), len(grades)


def _group(question: Question, members: Sequence[tuple[Answer, AnswerGrade]]) -> AnswerGroup:
    answer = members[0][0]
    names = "".join(sorted(grade.grade_id for _, grade in members))
    name = hashlib.sha256(f"{answer.key}{names}".encode()).hexdigest()[:16]
    return AnswerGroup(name, answer, tuple(grade for _, grade in members), _blank(answer, question))


def _blank(answer: Answer, question: Question) -> bool:
    """Whether the cell is empty, as it was handed out, or gone."""
    nothing = answer.text.split() in ([], question.handed_out.split(), ABSENT.split())
    return nothing and not (answer.pictures or answer.problem)

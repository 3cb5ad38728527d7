"""A graded class whose students have answered one question, as `autograder grade` leaves it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from conftest import COURSE

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import NotebookCell, Submission, parse
from autograder.reports import autograded, gradebook
from autograder.reports.database import complete
from autograder.reports.releases import read_release

BOOK, QUESTION, POINTS = "01_pixels", "why_not_fc", 2.0
# One pixel, red.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"


def write(out: Path, answers: Mapping[str, str | NotebookCell | None], db: str = "") -> str:
    """Writes OUT for the students with these answers, None for an untouched cell; returns the gradebook's address."""
    out.mkdir(exist_ok=True)
    release = read_release(COURSE.release(BOOK), COURSE.solution(BOOK))
    handed_out = parse(COURSE.release(BOOK).read_bytes(), "", BOOK)
    exercises = COURSE.notebooks[BOOK].exercises
    submissions, results = [], []
    for student, answer in answers.items():
        cells = tuple(_filled(cell, answer) for cell in handed_out.cells)
        submissions.append(Submission(student, BOOK, cells))
        items = [ExerciseResult(item.name, item.points, item.points, "correct") for item in exercises]
        blank = ExerciseResult(QUESTION, 0.0, POINTS, "not_attempted")
        given = blank if answer is None else replace(blank, score=None, status="manual")
        results.append(SubmissionResult(student, BOOK, tuple(given if x.exercise == QUESTION else x for x in items)))
    url = complete(db) if db else gradebook.default_url(out)
    gradebook.write(results, url, {BOOK: release}, autograded.rewritten(submissions, {BOOK: release}, out))
    autograded.write(submissions, results, {BOOK: release}, out)
    autograded.course_folder(out, {BOOK: release}, url)
    return url


def with_picture(text: str, name: str = "image.png", data: str = PNG) -> NotebookCell:
    """An answer with a pasted picture."""
    return NotebookCell("markdown", f"{text}\n\n![{name}](attachment:{name})", QUESTION, ((name, "image/png", data),))


def _filled(cell: NotebookCell, answer: str | NotebookCell | None) -> NotebookCell:
    if cell.grade_id != QUESTION or answer is None:
        return cell
    return answer if isinstance(answer, NotebookCell) else replace(cell, source=answer)


def notebook(out: Path, student: str) -> Path:
    """Where OUT keeps a student's notebook."""
    return autograded.path(student, BOOK, out)


def rewrite(out: Path, student: str, answer: str) -> None:
    """Changes the answer in a student's notebook in OUT."""
    node = json.loads(notebook(out, student).read_text("utf-8"))
    for cell in node["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == QUESTION:
            cell["source"] = answer
    notebook(out, student).write_text(json.dumps(node), "utf-8")
